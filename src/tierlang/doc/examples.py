"""The examples of a scheme as tables, with what became of them."""

from collections.abc import Mapping, Sequence

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import Diagnostic
from tierlang.doc.code import plain
from tierlang.doc.content import Code, Link, Paragraph, Prose, Quote, Reading
from tierlang.doc.declared import Show
from tierlang.doc.model import Cell, Example, ExampleRow
from tierlang.doc.names import Names
from tierlang.examples import ExampleOutcome
from tierlang.source import SourceText
from tierlang.syntax import nodes as n

FAILED = "E-EXAMPLE-FAILED"
ONLY = "subject"
"""What findings call the subject of an example without a table."""


@attrs.frozen
class Surroundings:
    """What stands before an example."""

    quotes: tuple[Quote, ...]
    readings: tuple[Reading, ...]
    notes: tuple[Paragraph, ...]
    doc: Prose | None


@attrs.frozen
class _Side:
    """
    What is given or expected, put together from all its parts.

    Attributes:
        shared: the values for all subjects, by name.
        rows: the values of each subject, by id and name.
    """

    shared: Mapping[str, Code]
    rows: Mapping[str, Mapping[str, Code]]

    @property
    def headings(self) -> tuple[str, ...]:
        """The names in the rows, in written order."""
        return tuple(dict.fromkeys(name for row in self.rows.values() for name in row))


def example_of(
    written: n.Example,
    outcome: ExampleOutcome,
    before: Surroundings,
    anchor: str,
    names: Names,
    show: Show,
    source: SourceText,
) -> Example:
    """One example: what is expected of every subject stands in its row."""
    given, expected = _side(written.given, show), _side(written.expect, show)
    actual = _actual(outcome.findings)
    ids = tuple(given.rows) or (ONLY,)
    headings = tuple(dict.fromkeys([*expected.shared, *expected.headings]))
    rows = tuple(
        ExampleRow(
            id_ if given.rows else None,
            tuple(_cell(given.rows.get(id_, {}).get(name)) for name in given.headings),
            tuple(
                _cell({**expected.shared, **expected.rows.get(id_, {})}.get(name), actual.get((id_, name)))
                for name in headings
            ),
        )
        for id_ in ids
    )
    return Example(
        anchor,
        written.title,
        outcome.period,
        written.last,
        source.position(written.span.start)[0],
        outcome.passed,
        tuple((_link(name, names), code) for name, code in given.shared.items()),
        tuple(_link(name, names) for name in given.headings),
        tuple(_link(name, names) for name in headings),
        rows,
        before.quotes,
        before.readings,
        before.notes,
        before.doc,
        tuple(finding for finding in outcome.findings if finding.code != FAILED),
    )


def _side(parts: Sequence[n.Part], show: Show) -> _Side:
    shared: dict[str, Code] = {}
    rows: dict[str, dict[str, Code]] = {}
    for part in parts:
        shared |= {binding.name.text: show(binding.value) for binding in part.bindings}
        if part.rows:
            head, *others = part.rows
            names = [plain(show(cell)).strip("`") for cell in head.cells[1:]]
            for row in others:
                cells = zip(names, row.cells[1:], strict=True)
                rows.setdefault(_id(row.cells[0], show), {}).update(
                    {name: show(cell) for name, cell in cells}
                )
    return _Side(shared, rows)


def _id(cell: n.Expr, show: Show) -> str:
    match cell:
        case n.Name(ident=ident):
            return ident.text
        case n.TextLiteral(value=value) | n.NumberLiteral(value=value):
            return str(value)
        case _:
            return plain(show(cell))


def _cell(code: Code | None, actual: str | None = None) -> Cell | None:
    return None if code is None else Cell(code, actual)


def _link(name: str, names: Names) -> Link:
    return Link(name, names.target(name))


def _actual(findings: Sequence[Diagnostic]) -> Mapping[tuple[str, str], str]:
    """What came out instead, by subject and name; with the period where there are several."""
    found: dict[tuple[str, str], list[str]] = {}
    for args in (finding.args for finding in findings if finding.code == FAILED):
        name, _, period = args["what"].partition(" in ")
        actual = f"{period}: {args['actual']}" if period else args["actual"]
        found.setdefault((args["subject"], name), []).append(actual)
    return {key: "; ".join(values) for key, values in found.items()}
