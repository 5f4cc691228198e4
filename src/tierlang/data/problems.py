"""What can be wrong with data: the exceptions of the readers, and the list of findings they end in."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.diagnostics import DataPlace, Diagnostic, DiagnosticError
from tierlang.diagnostics.model import MAX_DIAGNOSTICS, facts_of, refusal
from tierlang.said import Said
from tierlang.types import show_number

MAX_SHOWN = 60
"""Characters of a value that a diagnostic shows."""


Fact: TypeAlias = Said | str | int | None
"""What may be said in a diagnostic; None falls away together with the sentence that needs it."""


class DataProblem(Exception):  # not an error by itself: it becomes one of many findings
    """
    Something that cannot be read as it stands; whoever knows the place turns it into a diagnostic.

    Attributes:
        code: the diagnostic's code.
        facts: its facts.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)


class CellProblem(DataProblem):
    """
    A cell that cannot be read as its type (``E-DATA-CELL``).

    Attributes:
        expected: what the type takes.
        reason: what is wrong with this value, as the rest of a sentence about it.
        help: a change that would mend it, where one is known.
    """

    def __init__(self, expected: Said, reason: Said, help: Said | None = None) -> None:
        super().__init__("E-DATA-CELL", expected=expected, reason=reason, help=help)
        self.expected = expected
        self.reason = reason
        self.help = help


class FileProblem(DataProblem):
    """A file that cannot be read at all, or not from some place on (``E-DATA-FILE``)."""

    def __init__(self, reason: Said, help: Said | None = None) -> None:
        super().__init__("E-DATA-FILE", reason=reason, help=help)


def shorten(value: object) -> str:
    """Cut a value to MAX_SHOWN characters; making them safe to print is the renderer's business."""
    text = show_number(value) if isinstance(value, Fraction) else str(value)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


@attrs.define
class Problems:
    """
    The findings of one reading.

    At most MAX_DIAGNOSTICS errors and as many warnings are kept; the rest are only counted.
    """

    errors: list[Diagnostic] = attrs.field(factory=list)
    warnings: list[Diagnostic] = attrs.field(factory=list)
    errors_left_out: int = 0
    warnings_left_out: int = 0

    def add(self, code: str, place: DataPlace, **facts: Fact) -> None:
        """Record a finding; a code that begins with ``W`` is a warning."""
        if code.startswith("W"):
            if len(self.warnings) < MAX_DIAGNOSTICS:
                self.warnings.append(Diagnostic(code, facts_of(facts), place=place))
            else:
                self.warnings_left_out += 1
        elif len(self.errors) < MAX_DIAGNOSTICS:
            self.errors.append(Diagnostic(code, facts_of(facts), place=place))
        else:
            self.errors_left_out += 1

    def add_problem(self, problem: DataProblem, place: DataPlace, value: object = None) -> None:
        """Record a caught problem; *value* is what stands at its place, where anything does."""
        facts = dict(problem.facts)
        if value is not None:
            shown = shorten(value)
            place = attrs.evolve(place, value=shown)
            facts.setdefault("value", shown)
        self.add(problem.code, place, **facts)

    def all_warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings, and how many more there were."""
        return (*self.warnings, *_more(self.warnings, self.warnings_left_out))

    def raise_errors(self) -> None:
        """
        Stop if there is any error.

        Raises:
            DiagnosticError: with all errors in the order of files and rows, then all warnings.
        """
        if self.errors:
            files = {_table_of(error): number for number, error in reversed([*enumerate(self.errors)])}
            self.errors.sort(key=lambda error: (files[_table_of(error)], _row_of(error)))
            more = _more(self.errors, self.errors_left_out)
            raise DiagnosticError((*self.errors, *more, *self.all_warnings()))


def _table_of(finding: Diagnostic) -> tuple[str, str | None]:
    """The file and the sheet of a finding."""
    return (finding.place.file, finding.place.sheet) if finding.place else ("", None)


def _row_of(finding: Diagnostic) -> int:
    """The row of a finding; 0 for a whole file."""
    return (finding.place and finding.place.row) or 0


def _more(found: list[Diagnostic], left_out: int) -> Iterable[Diagnostic]:
    """The finding that says how many further ones there are, at the file of the last one kept."""
    if left_out:
        place = found[-1].place or DataPlace()
        file_only = DataPlace(file=place.file, sheet=place.sheet)
        yield Diagnostic("W-MORE-FINDINGS", {"count": str(left_out)}, place=file_only)


def missing_extra(name: str) -> DiagnosticError:
    """The refusal of what needs an extra of the package that is not installed (``E-DATA-EXTRA``), to be raised."""
    return refusal("E-DATA-EXTRA", package=package_of(name))


def package_of(extra: str) -> str:
    """The command that installs an extra."""
    return f'pip install "tierlang[{extra}]"'


def refused_file(path: object, reason: Said, help: Said | None = None) -> DiagnosticError:
    """The refusal of a file (``E-DATA-FILE``), to be raised."""
    problems = Problems()
    problems.add_problem(FileProblem(reason, help), DataPlace(str(path)))
    return DiagnosticError(problems.errors)
