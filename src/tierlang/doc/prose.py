"""What authors write for readers: ``##`` comments as headings, paragraphs and lists, with names in backticks."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from tierlang import quickattrs as attrs
from tierlang.doc.content import Code, Paragraph, Piece, Prose
from tierlang.doc.language import language_of
from tierlang.doc.names import Names
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n

_CODE = re.compile(r"`([^`]+)`")
_ITEM = "- "
_FULL_STOPS = (".", "。")


def prose_of(text: str, anchor: str, names: Names) -> Prose:
    """
    A block of prose.

    Paragraphs are set apart by empty lines. The first is the heading if it is a single line without a full stop; a line
    that begins with ``- `` is an item of a list, and goes on over lines that are indented.
    """
    paragraphs = [*_paragraphs(text.split("\n"))]
    first = paragraphs[0] if paragraphs else []
    heading = None
    if len(first) == 1 and not first[0].startswith(_ITEM) and not first[0].endswith(_FULL_STOPS):
        heading = _paragraph(first, names)
        paragraphs = paragraphs[1:]
    return Prose(anchor, heading, tuple(_paragraph(lines, names) for lines in paragraphs))


def remark(text: str, names: Names, *, item: bool = False) -> Paragraph:
    """A line of an author's words."""
    return Paragraph(inline(text, names), item, language_of(text))


def inline(text: str, names: Names) -> Code:
    """A line of prose; what stands in backticks is code, and a name among it knows its definition."""
    pieces: list[Piece] = []
    position = 0
    for match in _CODE.finditer(text):
        if match.start() > position:
            pieces.append(Piece(text[position : match.start()]))
        pieces.append(Piece(match[1], "code", names.target(match[1])))
        position = match.end()
    if position < len(text):
        pieces.append(Piece(text[position:]))
    return tuple(pieces)


@attrs.frozen
class Comments:
    """
    The ``##`` comments of a file.

    Attributes:
        lines: line number to text, for comments that have a line to themselves.
    """

    file: n.File
    source: SourceText
    lines: Mapping[int, str]

    @classmethod
    def of(cls, file: n.File, source: SourceText) -> "Comments":
        """Collect them; those inside a statement are part of its code."""
        spans = sorted(s.span for s in file.statements)
        published = (c for c in file.comments if c.own_line and c.text.startswith("##"))
        lines = {
            source.position(c.span.start)[0]: c.text[2:].removeprefix(" ").rstrip()
            for c in published
            if not _is_inside(c.span.start, spans)
        }
        return cls(file, source, lines)

    def above(self, statement: n.Statement) -> str | None:
        """The document of a statement, with the indentation that its node does not keep."""
        lines = self._lines_above(statement)
        return "\n".join(self.lines[line] for line in lines) if lines else None

    def loose(self) -> Iterator[tuple[int, str]]:
        """The blocks that belong to no statement, as (line, text): headings and remarks of the file."""
        taken = {line for s in self.file.statements if s.doc is not None for line in self._lines_above(s)}
        free = [line for line in self.lines if line not in taken]
        for _, numbered in groupby(enumerate(free), key=lambda pair: pair[1] - pair[0]):  # equal in one block
            block = [line for _, line in numbered]
            yield block[0], "\n".join(self.lines[line] for line in block)

    def _lines_above(self, statement: n.Statement) -> range:
        first = self.source.position(min([statement.span, *(a.span for a in statement.annotations)]).start)[0]
        begin = first
        while begin - 1 in self.lines:
            begin -= 1
        return range(begin, first)


def _is_inside(offset: int, spans: Sequence[Span]) -> bool:
    """Whether a place lies in one of some spans, which are in order and apart."""
    before = bisect_right(spans, offset, key=lambda span: span.start)
    return before > 0 and offset < spans[before - 1].end


def _paragraphs(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each paragraph or item."""
    current: list[str] = []
    for line in lines:
        begins = not line.strip() or line.startswith(_ITEM)
        leaves = current and current[0].startswith(_ITEM) and not line.startswith(" ")
        if current and (begins or leaves):
            yield current
            current = []
        if line.strip():
            current.append(line)
    if current:
        yield current


def _paragraph(lines: Sequence[str], names: Names) -> Paragraph:
    item = lines[0].startswith(_ITEM)
    text = joined(line.strip() for line in (lines[0].removeprefix(_ITEM) if item else lines[0], *lines[1:]))
    return remark(text, names, item=item)


def joined(lines: Iterable[str]) -> str:
    """Lines as one, with a space between them where both sides are of a script that has spaces."""
    text = ""
    for line in lines:
        wide = text and line and language_of(text[-1]) == language_of(line[0]) == "zh"
        text += ("" if wide or not text else " ") + line
    return text
