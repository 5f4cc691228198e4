"""Runs the examples of a scheme and says which expectations do not come out."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.api import Scheme
from tierlang.check.examples import EachPeriod
from tierlang.check.model import HOLE, ExampleDecl, ExampleSubject, TableDecl
from tierlang.diagnostics.model import Diagnostic, DiagnosticError
from tierlang.folding import fold
from tierlang.run.history import PublishedResult
from tierlang.run.result import Outcome, Result, decimal_text, exact_text
from tierlang.run.values import Undetermined
from tierlang.run.windows import time_frame
from tierlang.source import Span


@attrs.frozen
class ExampleOutcome:
    """
    What became of one example.

    Attributes:
        expectations: how many values it expects.
        findings: one for each that did not come out, or for data that were refused.
        mocked: definitions that it replaces by given values.
    """

    title: str
    span: Span
    period: str | None
    expectations: int
    findings: tuple[Diagnostic, ...]
    mocked: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.findings


def run_examples(scheme: Scheme) -> tuple[ExampleOutcome, ...]:
    """Run every example of a scheme, in written order."""
    return tuple(_run(scheme, example) for example in scheme.checked.examples)


def _run(scheme: Scheme, example: ExampleDecl) -> ExampleOutcome:
    checked = scheme.checked
    rows, mocks = [], []
    for subject in example.subjects:
        rows.append({"id": subject.id, **{k: v for k, v in subject.given.items() if k in checked.inputs}})
        mocks.append({k: v for k, v in subject.given.items() if k not in checked.inputs})
    mocked = tuple(sorted({name for row in mocks for name in row}))
    count = sum(len(subject.expect) for subject in example.subjects)
    period = example.period if checked.assessment.unit is not None else None
    first = period or _default_period(scheme)
    try:
        outcomes = _outcomes(
            _with_environment(scheme, example),
            rows,
            first,
            example.last,
            mocks,
            _unknown_states(scheme, rows, first),
        )
    except DiagnosticError as error:
        placed = [
            attrs.evolve(d, source=checked.source, span=example.span, place=None) for d in error.diagnostics
        ]
        return ExampleOutcome(example.title, example.span, period, count, tuple(placed), mocked)
    findings = [
        _failure(scheme, example, subject, name, (label, expected), actual)
        for subject in example.subjects
        for name, wanted in subject.expect.items()
        for label, expected, outcome in _each(wanted, outcomes)
        if not _same(expected, actual := _actual(outcome[subject.id], name))
    ]
    return ExampleOutcome(example.title, example.span, period, count, tuple(findings), mocked)


def _outcomes(
    scheme: Scheme,
    rows: list[dict[str, Any]],
    first: str | None,
    last: str | None,
    mocks: list[dict[str, Any]],
    history: list[PublishedResult],
) -> tuple[Outcome, ...]:
    """The outcome of every period that an example is about, in order."""
    if first is None or last is None:
        return (scheme.rate(rows, period=first, history=history, mocks=mocks),)
    return fold(scheme, rows, first=first, last=last, history=history, mocks=mocks)


def _unknown_states(scheme: Scheme, rows: list[dict[str, Any]], first: str | None) -> list[PublishedResult]:
    """What was published before, for subjects of whom an example says that a state is missing."""
    period = scheme.period(first) if scheme.checked.states else None
    if period is None:
        return []
    calendar = time_frame(scheme.checked.assessment, None).calendar
    before = calendar.period(period.unit, period.number - 1).label
    found = []
    for row in rows:
        missing = {s.name for s in scheme.checked.states if s.name in row and row[s.name] is None}
        values = {s.state_of or "": s.default for s in scheme.checked.states if s.name not in missing}
        tier = values.pop("tier", None)
        if missing:
            status = "rated" if tier is not None else "undetermined"
            found.append(
                PublishedResult(
                    scheme.id or "",
                    before,
                    str(row["id"]),
                    status,
                    tier if isinstance(tier, str) else None,
                    values,
                )
            )
    return found


def _each(wanted: object, outcomes: tuple[Outcome, ...]) -> Iterator[tuple[str | None, object, Outcome]]:
    """What is expected of each period: its label where there are several, the value, the outcome."""
    if len(outcomes) == 1 and not isinstance(wanted, EachPeriod):
        yield None, wanted, outcomes[0]
        return
    labels = [outcome.header["period"]["label"] for outcome in outcomes]
    by_label = dict(zip(labels, outcomes, strict=True))
    match wanted:
        case EachPeriod(values=Mapping() as named):
            yield from (
                (label, value, by_label[label]) for label, value in named.items() if label in by_label
            )
        case EachPeriod(values=tuple() as listed):
            pairs = list(zip(reversed(labels), reversed(listed), strict=False))
            yield from ((label, value, by_label[label]) for label, value in reversed(pairs))
        case _:
            yield from ((label, wanted, by_label[label]) for label in labels)


def _default_period(scheme: Scheme) -> str | None:
    """An example without `for` is about the first period that the version governs."""
    return scheme.checked.version.first if scheme.checked.assessment.unit is not None else None


def _with_environment(scheme: Scheme, example: ExampleDecl) -> Scheme:
    """The scheme with an example's parameters and tables in place of its own; absent external ones are holes."""
    given, checked = example.environment, scheme.checked
    params = {
        name: attrs.evolve(p, values=_given_values(given[name]) if name in given else p.values or _HOLE)
        for name, p in checked.params.items()
    }
    tables = {
        name: _given_table(t, given[name])
        if name in given
        else attrs.evolve(t, entries=t.entries if t.entries is not None else {})
        for name, t in checked.tables.items()
    }
    return attrs.evolve(scheme, checked=attrs.evolve(checked, params=params, tables=tables))


_HOLE = ((None, HOLE),)


def _given_values(value: object) -> tuple[tuple[None, object]]:
    return ((None, HOLE if value is None else value),)


def _given_table(table: TableDecl, given: object) -> TableDecl:
    """A table with the entries of an example; the key None is ``else``."""
    assert isinstance(given, Mapping)
    entries = {key: HOLE if value is None else value for key, value in given.items() if key is not None}
    return attrs.evolve(table, entries=entries, otherwise=given.get(None))


def _actual(result: Result, name: str) -> Any:
    if name in result.values:
        return result.values[name]
    return getattr(result, name) if name != "failed" else list(result.failed)


def _same(expected: object, actual: object) -> bool:
    if isinstance(actual, Undetermined):
        return expected is None
    return (type(expected) is type(actual) and expected == actual) or _both_numbers(expected, actual)


def _both_numbers(expected: object, actual: object) -> bool:
    numbers = all(isinstance(v, int | Fraction) and not isinstance(v, bool) for v in (expected, actual))
    return numbers and expected == actual


def _failure(
    scheme: Scheme,
    example: ExampleDecl,
    subject: ExampleSubject,
    name: str,
    wanted: tuple[str | None, object],
    actual: object,
) -> Diagnostic:
    label, expected = wanted
    facts = {
        "name": example.title,
        "subject": subject.id,
        "what": name if label is None else f"{name} in {label}",
        "expected": _shown(expected),
        "actual": _shown(actual),
    }
    return Diagnostic("E-EXAMPLE-FAILED", facts, scheme.checked.source, subject.place(name, example.span))


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        text, rounded = decimal_text(value)
        return f"{exact_text(value)} (about {text})" if rounded else text
    return str(value).lower() if isinstance(value, bool) else str(value)
