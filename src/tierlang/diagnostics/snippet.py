"""Source lines with carets under them, aligned by the columns that a terminal gives each character."""

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.diagnostics.places import region_of
from tierlang.diagnostics.safe import printable_char
from tierlang.source import SourceText, Span, display_width

MAX_COLUMNS = 120
"""A longer source line is cut around its mark."""

_COLUMNS_BEFORE = 40

Paint: TypeAlias = Callable[[str, str], str]
"""Takes a role (``gutter``, ``primary``, ``secondary`` …) and a text; gives the text in the role's colour."""


@attrs.frozen
class Mark:
    """
    What to underline in one line.

    Attributes:
        line: the line, from 1.
        start, end: code points of the line, from 0, half-open; equal for a place between two characters.
        words: what to write beside it, safe to print.
        primary: whether it is the fault itself (``^``) or a place that helps to see it (``-``).
    """

    line: int
    start: int
    end: int
    words: str | None = None
    primary: bool = False

    @property
    def role(self) -> str:
        """Its role for Paint."""
        return "primary" if self.primary else "secondary"


def mark_of(source: SourceText, span: Span, words: str | None, *, primary: bool) -> Mark:
    """The mark of a span; one that goes over several lines is marked to the end of its first."""
    region = region_of(source, span)
    length = len(source.line(region.line))
    start = min(region.column - 1, length)
    end = length if region.end_line > region.line else min(region.end_column - 1, length)
    return Mark(region.line, start, end, words, primary)


def gutter_width(marks: Iterable[Mark]) -> int:
    """Digits of the highest line number."""
    return len(str(max(mark.line for mark in marks)))


def snippet(source: SourceText, marks: Iterable[Mark], paint: Paint) -> list[str]:
    """
    Draw the lines that hold marks, each with its marks below, line numbers at the left.

    Where one line lies between two of them it is drawn too; where more do, ``...`` stands for them.
    """
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        by_line.setdefault(mark.line, []).append(mark)
    width = len(str(max(by_line)))
    empty = paint("gutter", " " * width + " |")

    rows = [empty]
    previous = None
    for number in sorted(by_line):
        if previous is not None and number - previous == 2:
            rows.append(_numbered(number - 1, width, show_line(source.line(number - 1), 0).text, paint))
        elif previous is not None and number - previous > 2:
            rows.append(paint("gutter", "..."))
        here = by_line[number]
        focus = min(here, key=lambda mark: (not mark.primary, mark.start)).start
        line = show_line(source.line(number), focus)
        rows.append(_numbered(number, width, line.text, paint))
        rows.extend(f"{empty} {row}" for row in _marker_rows(line, here, paint))
        previous = number
    return rows


def _numbered(number: int, width: int, text: str, paint: Paint) -> str:
    return f"{paint('gutter', f'{number:>{width}} |')} {text}".rstrip()


# ------------------------------------------------------------------ one line


@attrs.frozen
class ShownLine:
    """
    A source line as printed.

    Attributes:
        text: safe to print, cut to about MAX_COLUMNS.
        first: the first code point of the line that is shown.
        columns: where each shown code point begins, in terminal columns from 0, and where the last one ends.
    """

    text: str
    first: int
    columns: tuple[int, ...]

    def column(self, index: int) -> int:
        """The terminal column of a code point of the line; that of the nearest ``…`` if it is cut away."""
        if index < self.first:
            return 0
        return self.columns[min(index - self.first, len(self.columns) - 1)]


def show_line(line: str, focus: int) -> ShownLine:
    """Make a line printable, a tab being one space; of a long one keep what is around code point *focus*."""
    before = _reach(line, focus, -1, _COLUMNS_BEFORE)
    after = _reach(line, focus, 1, MAX_COLUMNS - sum(map(_cost, line[before:focus])))
    first = _reach(line, focus, -1, MAX_COLUMNS - sum(map(_cost, line[focus:after])))
    text = "…" if first else ""
    columns = [len(text)]
    for char in line[first:after]:
        cell = _cell(char)
        text += cell
        columns.append(columns[-1] + display_width(cell))
    return ShownLine(text + ("…" if after < len(line) else ""), first, tuple(columns))


def _reach(line: str, start: int, step: int, room: int) -> int:
    """How far from *start* one can go, to the right (*step* 1) or to the left (-1), in *room* columns."""
    place = start
    while 0 <= (here := place if step > 0 else place - 1) < len(line):
        room -= _cost(line[here])
        if room < 0:
            break
        place += step
    return place


def _cost(char: str) -> int:
    """Columns a character takes; a combining mark counts as one, or a long run of them would never be cut."""
    return max(1, display_width(_cell(char)))


def _cell(char: str) -> str:
    """What is printed for one character of a source line."""
    return " " if char == "\t" else printable_char(char)


# ------------------------------------------------------------------ marks

_RUN = re.compile(r"\^+|-+")


@attrs.frozen
class _Stroke:
    """A mark placed: terminal columns from 0, half-open, at least one wide."""

    start: int
    end: int
    mark: Mark


def _marker_rows(line: ShownLine, marks: Iterable[Mark], paint: Paint) -> list[str]:
    """
    Draw the marks of one line.

    All strokes stand in the first row, and beside them the words of the one that ends last; the words of the
    others follow below, from right to left, each under the beginning of its stroke.
    """
    strokes = []
    for mark in marks:
        start = line.column(mark.start)
        strokes.append(_Stroke(start, max(line.column(mark.end), start + 1), mark))
    strokes.sort(key=lambda stroke: (stroke.end, stroke.start, stroke.mark.primary))
    beside = strokes[-1]
    row = _draw(strokes, paint)
    if beside.mark.words:
        row += " " + paint(beside.mark.role, beside.mark.words)
    below = sorted(strokes[:-1], key=lambda stroke: -stroke.start)
    return [row] + [
        " " * stroke.start + paint(stroke.mark.role, stroke.mark.words)
        for stroke in below
        if stroke.mark.words
    ]


def _draw(strokes: list[_Stroke], paint: Paint) -> str:
    """The row of ``^^^ --``; where two strokes overlap, the fault itself covers the other."""
    row = [" "] * max(stroke.end for stroke in strokes)
    for stroke in sorted(strokes, key=lambda stroke: stroke.mark.primary):
        sign = "^" if stroke.mark.primary else "-"
        row[stroke.start : stroke.end] = sign * (stroke.end - stroke.start)
    return _RUN.sub(
        lambda run: paint("primary" if run[0][0] == "^" else "secondary", run[0]),
        "".join(row),
    )
