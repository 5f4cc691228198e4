"""Several versions of one scheme: which of them governs a period (language reference, Header)."""

import datetime
import itertools
from collections.abc import Iterable
from pathlib import Path

from tierlang import quickattrs as attrs
from tierlang.api import Scheme, assessed_period, coverage_problem
from tierlang.check.model import CheckedScheme
from tierlang.diagnostics.model import NO_PLACE, Diagnostic, DiagnosticError, refusal
from tierlang.files import load
from tierlang.periods import Period
from tierlang.run.windows import time_frame


@attrs.frozen
class Covered:
    """The days on which the periods that one version governs end or begin; None is open."""

    scheme: Scheme
    first: datetime.date | None
    last: datetime.date | None


@attrs.frozen
class SchemeSet:
    """
    Versions of one scheme, in order of the periods they govern.

    Attributes:
        findings: gaps between versions, as warnings.
    """

    schemes: tuple[Scheme, ...]
    findings: tuple[Diagnostic, ...] = ()

    def for_period(self, label: str | None) -> Scheme:
        """
        The version that governs a period.

        Raises:
            DiagnosticError: the label is no period of the scheme, or no version covers it; the nearest are named.
        """
        assessed = assessed_period(self.schemes[0].checked, label)
        if assessed is None:
            return self.schemes[0]
        problem: DiagnosticError | None = None
        for scheme in self.schemes:
            problem = coverage_problem(scheme.checked, assessed)
            if problem is None:
                return scheme
        nearest = self._nearest(assessed)
        if len(self.schemes) > 1 and "after" in nearest:
            raise refusal("E-NO-VERSION", NO_PLACE, period=assessed.label, **nearest)
        assert problem is not None
        raise problem

    def _nearest(self, assessed: Period) -> dict[str, str]:
        """The last covered period before an uncovered one, and the first after it, with their versions."""
        calendar = time_frame(self.schemes[0].checked.assessment, None).calendar
        facts: dict[str, str] = {}
        for covered in map(_covered, self.schemes):
            if covered.last is not None and covered.last < assessed.start:
                facts["before"] = calendar.containing(assessed.unit, covered.last).label
            if covered.first is not None and covered.first > assessed.end:
                facts.setdefault("after", calendar.containing(assessed.unit, covered.first).label)
        return facts


def scheme_set(schemes: Iterable[Scheme]) -> SchemeSet:
    """
    Versions as one set.

    Raises:
        DiagnosticError: they are not of one scheme, or two of them govern the same period.
    """
    found = list(schemes)
    findings: list[Diagnostic] = []
    for scheme in found[1:]:
        if scheme.id != found[0].id or scheme.checked.assessment.unit != found[0].checked.assessment.unit:
            facts = {"first": str(found[0].id), "second": str(scheme.id)}
            raise DiagnosticError(
                [Diagnostic("E-VERSION-SCHEME", facts, scheme.checked.source, scheme.checked.origin.span)]
            )
    covered = sorted((_covered(s) for s in found), key=lambda c: c.first or datetime.date.min)
    errors: list[Diagnostic] = []
    for earlier, later in itertools.pairwise(covered):
        facts = {"first": _title(earlier.scheme), "second": _title(later.scheme)}
        source, span = later.scheme.checked.source, later.scheme.checked.origin.span
        if earlier.last is None or later.first is None or earlier.last >= later.first:
            errors.append(Diagnostic("E-VERSION-OVERLAP", facts, source, span))
        elif earlier.last + datetime.timedelta(days=1) < later.first:
            facts |= {"from": str(earlier.last + datetime.timedelta(days=1)), "to": str(later.first)}
            findings.append(Diagnostic("W-VERSION-GAP", facts, source, span))
    if errors:
        raise DiagnosticError(errors)
    return SchemeSet(tuple(c.scheme for c in covered), tuple(findings))


def load_set(paths: Iterable[str | Path]) -> SchemeSet:
    """
    Read and check several versions of one scheme.

    Raises:
        DiagnosticError: a file has errors, or the versions do not fit together.
    """
    return scheme_set([load(path) for path in paths])


def _title(scheme: Scheme) -> str:
    return scheme.version or scheme.checked.source.name


def _covered(scheme: Scheme) -> Covered:
    checked: CheckedScheme = scheme.checked
    version = checked.version
    calendar = time_frame(checked.assessment, None).calendar
    if version.first is not None:
        last = calendar.parse(version.last).end if version.last else None
        return Covered(scheme, calendar.parse(version.first).start, last)
    unit = checked.assessment.unit
    if unit is None:
        return Covered(scheme, version.effective, version.until)
    first = calendar.containing(unit, version.effective).start if version.effective else None
    if version.until is None:
        return Covered(scheme, first, None)
    final = calendar.containing(unit, version.until)
    end = final.end if final.end <= version.until else final.start - datetime.timedelta(days=1)
    return Covered(scheme, first, end)
