"""One file of a scheme, or of a library, on its way into a document: its statements with their ids, names and sources."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TypeVar

from tierlang import quickattrs as attrs
from tierlang.check.scope import declare
from tierlang.diagnostics.model import Findings
from tierlang.doc.anchors import Anchors
from tierlang.doc.code import ColouredText, links_of
from tierlang.doc.content import Code, Link, Paragraph, Prose, Reading
from tierlang.doc.declared import Show
from tierlang.doc.model import Entry, Example
from tierlang.doc.names import Names, name_of, title_of
from tierlang.doc.prose import Comments, prose_of
from tierlang.doc.quotes import Sources, annotations_of, labels_of, notes_of
from tierlang.doc.shapes import Figure
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n


def file_name(source: SourceText) -> str:
    """The name of a file without its folders, which say nothing of the scheme."""
    return PurePath(source.name).name


@attrs.frozen
class FileText:
    """
    A file with the ids of its statements.

    Attributes:
        anchors: the ids of the document; new ones are given while entries are made.
        prefix: what its ids begin with.
        places: the place of each statement to its id.
        names: what its names mean; the maker of the document adds what other files declare.
    """

    file: n.File
    coloured: ColouredText
    comments: Comments
    sources: Sources
    anchors: Anchors
    prefix: str
    places: Mapping[Span, str]
    names: Names

    @classmethod
    def of(cls, file: n.File, source: SourceText, anchors: Anchors, prefix: str) -> "FileText":
        """Give every statement its id: its name, else its line."""
        places: dict[Span, str] = {}
        examples = 0
        for statement in file.statements:
            ident = name_of(statement)
            wanted = ident.text if ident else f"L-{source.position(statement.span.start)[0]}"
            if isinstance(statement, n.Example):
                examples += 1
                wanted = f"example-{examples}"
            places[statement.span] = anchors.new(prefix + wanted)
        sources = Sources.of(file.statements, anchors, prefix)
        names = _names(file, source, places)
        comments = Comments.of(file, source)
        return cls(file, ColouredText(source), comments, sources, anchors, prefix, places, names)

    @property
    def source(self) -> SourceText:
        """The text."""
        return self.coloured.source

    def link(self, statement: n.Statement) -> Link:
        """The statement's title and place."""
        return Link(title_of(statement, self.source), self.places[statement.span])

    def show(self, statement: n.Statement) -> Show:
        """How to show parts of a statement."""
        links = self.names.links(statement, self.source)
        return lambda node: self.coloured.code(node.span, links)

    def line(self, span: Span, statement: n.Statement) -> Code:
        """The line in which a place of a statement stands."""
        number = self.source.position(span.start)[0]
        start = self.source.line_starts[number - 1]
        text = self.source.line(number)
        begin = start + len(text) - len(text.lstrip())
        return self.coloured.code(
            Span(begin, start + len(text.rstrip())), self.names.links(statement, self.source)
        )

    def doc(self, statement: n.Statement) -> Prose | None:
        """The ``##`` lines above a statement."""
        text = self.comments.above(statement)
        return None if text is None else prose_of(text, self.places[statement.span], self.names)

    def readings(self, statement: n.Statement) -> tuple[Reading, ...]:
        """The readings before a statement."""
        rule = self.link(statement)
        return self.sources.readings(statement, rule, self.names, self.anchors, self.prefix)

    def entry(
        self,
        statement: n.Statement,
        figures: Sequence[Figure],
        *,
        filled: str | None = None,
        notes: tuple[Paragraph, ...] = (),
    ) -> Entry:
        """The entry of a statement; *notes* stand before those of its own."""
        code = self.coloured.statement(statement.span, self.names.links(statement, self.source))
        ident = name_of(statement)
        return Entry(
            self.places[statement.span],
            ident.text if ident else None,
            labels_of(statement),
            self.source.position(statement.span.start)[0],
            code,
            self.doc(statement),
            self.sources.quotes(statement),
            self.readings(statement),
            notes + notes_of(statement, self.names),
            tuple(figures),
            links_of(code),
            filled,
            fixed=bool(annotations_of(statement, "fixed")),
        )

    def remarks(self) -> tuple[tuple[int, Prose], ...]:
        """The prose that belongs to no statement, each with its line."""
        return tuple(
            (line, prose_of(text, self.anchors.new(f"{self.prefix}prose-{line}"), self.names))
            for line, text in self.comments.loose()
        )


_Item = TypeVar("_Item", Entry, Example)


def in_order(items: Iterable[_Item], remarks: Iterable[tuple[int, Prose]]) -> tuple[_Item | Prose, ...]:
    """Statements and the prose between them, in the order of the file."""
    found: list[tuple[int, _Item | Prose]] = [(item.line, item) for item in items]
    for line, prose in remarks:
        found.append((line, prose))
    return tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))


def _names(file: n.File, source: SourceText, places: Mapping[Span, str]) -> Names:
    """What a file declares; a level is defined where its rule is."""
    scope = declare(file, Findings(source))
    values = {name: places[named.statement.span] for name, named in scope.values.items()}
    values |= {name: places[definition.span] for name, definition in scope.functions.items()}
    for statement in reversed(file.statements):
        if isinstance(statement, n.Tier):
            values |= {level.text: places[statement.span] for level in (statement.level, *statement.others)}
        if isinstance(statement, n.Eligible):
            values["eligible"] = places[statement.span]
    records = {name: places[record.span] for name, record in scope.records.items()}
    fields: dict[str, list[str]] = {}
    for name, record in scope.records.items():
        for field in record.fields:
            fields.setdefault(field.ident.text, []).append(records[name])
    only = {field: found[0] for field, found in fields.items() if len(found) == 1}
    return Names(values, records, only)
