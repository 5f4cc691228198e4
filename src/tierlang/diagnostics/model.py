"""What a diagnostic is: facts and places. Words are made from the catalogue when it is shown."""

import enum
from collections.abc import Iterable, Mapping

from tierlang import quickattrs as attrs
from tierlang.display import mimebundle
from tierlang.said import Said
from tierlang.source import NOWHERE, SourceText, Span


class Severity(enum.Enum):
    """How bad: an error stops, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@attrs.frozen
class Label:
    """A second place that helps to see the fault; *key* names its words in the catalogue entry."""

    span: Span
    key: str
    args: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class DataPlace:
    """
    A place in input data.

    Attributes:
        file: the file's name as the user gave it; empty for rows handed over in memory.
        sheet: the sheet of a workbook.
        row: the row as a spreadsheet counts, from 1, header included; None for a whole file.
        column: the column's heading or the key of a record.
        value: what stands there, shortened.
        id: whose row it is, where rows have no numbers.
    """

    file: str = ""
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    id: str | None = None


NO_PLACE = DataPlace()
"""Nowhere in particular: what a host asks for, or the data as a whole."""


@attrs.frozen
class Fix:
    """A change that would mend the fault: put *text* in place of *span*."""

    span: Span
    text: str


@attrs.frozen
class Diagnostic:
    """
    One finding, as data.

    Attributes:
        code: the stable code, ``E-…`` for an error, ``W-…`` for a warning.
        args: the facts that fill the catalogue's sentences.
        source: the scheme text that it is about, None for findings in data.
        span: where in it.
        labels: further places in the same text.
        place: where in input data; None for findings in scheme text.
        fixes: changes that would mend it.
    """

    code: str
    args: Mapping[str, str] = attrs.field(factory=dict)
    source: SourceText | None = attrs.field(default=None, repr=lambda source: repr(source and source.name))
    span: Span = NOWHERE
    labels: tuple[Label, ...] = ()
    place: DataPlace | None = None
    fixes: tuple[Fix, ...] = ()

    _repr_mimebundle_ = mimebundle

    @property
    def severity(self) -> Severity:
        """Error or warning, by the first letter of the code."""
        return Severity.ERROR if self.code.startswith("E") else Severity.WARNING

    def __str__(self) -> str:
        from tierlang.diagnostics.render import render_text

        return render_text([self]).rstrip("\n")


def facts_of(facts: Mapping[str, object]) -> dict[str, str]:
    """Spread facts into the arguments of a diagnostic: words once for each language, None not at all."""
    args: dict[str, str] = {}
    for name, fact in facts.items():
        match fact:
            case None:
                pass
            case Said(en=en, zh=zh):
                args[name], args[f"{name}_zh"] = en, zh
            case _:
                args[name] = str(fact)
    return args


class DiagnosticError(Exception):
    """
    Raised where a scheme or its data cannot be used.

    Attributes:
        diagnostics: every finding, errors and warnings, in order of place.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    _repr_mimebundle_ = mimebundle

    def __str__(self) -> str:
        from tierlang.diagnostics.render import render_text

        return render_text(self.diagnostics).rstrip("\n")


def refusal(code: str, place: DataPlace = NO_PLACE, **facts: object) -> DiagnosticError:
    """One finding in data, or in what a host asks for, to be raised."""
    return DiagnosticError([Diagnostic(code, facts_of(facts), place=place)])


MAX_DIAGNOSTICS = 100
"""A run reports so many findings and then says that there are more (language reference, Limits)."""


@attrs.define
class Findings:
    """The diagnostics that the passes over one source text have found so far."""

    source: SourceText
    found: list[Diagnostic] = attrs.field(factory=list)

    def add(
        self,
        code: str,
        span: Span,
        *,
        labels: Iterable[Label] = (),
        fixes: Iterable[Fix] = (),
        facts: Mapping[str, object] | None = None,
        **args: object,
    ) -> None:
        """Record a finding; *facts* and *args* fill the catalogue's sentences, those that are None are not known."""
        words = {key: str(value) for key, value in {**(facts or {}), **args}.items() if value is not None}
        self.found.append(Diagnostic(code, words, self.source, span, tuple(labels), fixes=tuple(fixes)))

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that stop."""
        return [d for d in self.found if d.severity is Severity.ERROR]

    def sorted(self) -> tuple[Diagnostic, ...]:
        """The findings in order of place, each once, at most MAX_DIAGNOSTICS of them."""
        unique = {(d.span, d.code, tuple(d.args.items())): d for d in self.found}
        ordered = sorted(unique.values(), key=lambda d: (d.span, d.severity is Severity.WARNING, d.code))
        if len(ordered) > MAX_DIAGNOSTICS:
            more = {"count": str(len(ordered) - MAX_DIAGNOSTICS)}
            last = ordered[MAX_DIAGNOSTICS]
            ordered[MAX_DIAGNOSTICS:] = [Diagnostic("W-MORE-FINDINGS", more, self.source, last.span)]
        return tuple(ordered)

    def raise_errors(self) -> None:
        """Raise DiagnosticError with all findings if any of them is an error."""
        if self.errors:
            raise DiagnosticError(self.sorted())


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """
    Find the known names most like *name*, best first, for "did you mean".

    Bounded: at most 2 000 names of at most 128 characters are compared.
    """
    import difflib

    def folded(text: str) -> str:
        return text.casefold().replace("_", "")

    pool = [k for k in dict.fromkeys(known) if k != name][:2000]
    exact = [k for k in pool if folded(k) == folded(name)]
    return list(dict.fromkeys([*exact, *difflib.get_close_matches(name[:128], pool, limit, 0.6)]))[:limit]


def quoted(names: Iterable[str]) -> str | None:
    """Join names for a sentence, each in backticks; None for none, so that the sentence falls away."""
    return ", ".join(f"`{name}`" for name in names) or None
