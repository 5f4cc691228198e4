"""The text of a scheme file, and places in it."""

import bisect
import unicodedata
from functools import cached_property

from tierlang import quickattrs as attrs


@attrs.frozen(order=True)
class Span:
    """A half-open range of code points in a source text: ``start <= i < end``."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """The smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


NOWHERE = Span(0, 0)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


@attrs.frozen(slots=False)
class SourceText:
    """
    A scheme file's name and its text, normalised to NFC.

    Attributes:
        name: what diagnostics call the file; never opened.
        text: the text; spans count its code points from 0.
    """

    name: str
    text: str = attrs.field(converter=_nfc, repr=False)

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        return [0] + [i + 1 for i, char in enumerate(self.text) if char == "\n"]

    def position(self, offset: int) -> tuple[int, int]:
        """Find line and column, both from 1, of an offset; columns count code points."""
        line = bisect.bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line *number* (from 1), without its line end."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else None].removesuffix("\r")

    def at(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def node_id(self, span: Span) -> str:
        """The stable id ``line:column`` by which results and explanations name a piece of source."""
        line, column = self.position(span.start)
        return f"{line}:{column}"


def char_width(char: str) -> int:
    """Columns that a terminal gives one character: 五 takes two, a combining mark none."""
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def display_width(text: str) -> int:
    """Columns that a terminal gives a text."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def pad(text: str, width: int, align: str = "<") -> str:
    """Fill a text with spaces up to *width* terminal columns, on the right or (``>``) on the left."""
    blank = " " * max(0, width - display_width(text))
    return blank + text if align == ">" else text + blank
