"""Tables for a terminal, aligned by the columns that a terminal gives each character."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.diagnostics.safe import printable
from tierlang.source import char_width, display_width, pad

GAP = 2
"""Spaces between columns."""

_LEAST = 8
"""A column of folded text is not made narrower."""

_LABEL = 12
"""A label may make its column so wide; the rest of it is folded."""

_NEVER_FIRST = frozenset("，。、；：？！）」』”’》】,.;:?!)]}%")
"""No line of folded text begins with these."""

_NEVER_LAST = frozenset("（「『“‘《【([{")
"""No line of folded text ends with these."""

Row: TypeAlias = Sequence[str]


@attrs.frozen
class Column:
    """
    One column of a table.

    Attributes:
        heading: over the column.
        label: below the heading, folded to the width of the column.
        align: ``<`` left, ``>`` right.
        folds: whether long cells may be folded over several lines.
    """

    heading: str
    label: str = ""
    align: str = "<"
    folds: bool = False


def draw(columns: Sequence[Column], rows: Sequence[Row], width: int | None = None) -> list[str]:
    """
    Draw a table.

    Args:
        columns: at least one.
        rows: a cell for each column.
        width: terminal columns that the table should keep to, which it can where enough columns fold.

    Returns:
        the lines: headings, labels if any column has one, a rule, and the rows.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = _fit(columns, _widths(columns, cells), width)
    aligns = [column.align for column in columns]
    heads = [_fold_to([column.heading for column in columns], widths)]
    if any(column.label for column in columns):
        heads.append(_fold_to([column.label for column in columns], widths))
    lines = [line for head in heads for line in _lines(head, widths, aligns)]
    lines.append((" " * GAP).join("-" * w for w in widths))
    folding = any(column.folds for column in columns)
    for row in cells:
        folded = [
            fold(cell, w) if column.folds else [cell]
            for cell, w, column in zip(row, widths, columns, strict=True)
        ]
        lines += _lines(folded, widths, aligns)
        lines += [""] if folding else []
    return lines[:-1] if folding and rows else lines


def fitting(columns: Sequence[Column], rows: Sequence[Row], width: int) -> int:
    """How many of the columns, from the left, go into *width* terminal columns; at least one."""
    room = width + GAP
    for number, needed in enumerate(_widths(columns, [[printable(cell) for cell in row] for row in rows])):
        room -= needed + GAP
        if room < 0:
            return max(1, number)
    return len(columns)


def fold(text: str, width: int) -> list[str]:
    """Break a text into lines of at most *width* columns, at spaces and between Chinese characters."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if display_width((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        *whole, line = _cut(piece.lstrip(), width)
        lines += whole
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """What a line may not be broken inside of: a word with the spaces before it, or a Chinese character."""
    breaks = [i for i in range(1, len(text)) if _may_break(text[i - 1], text[i])]
    return [text[start:end] for start, end in zip([0, *breaks], [*breaks, len(text)], strict=True)]


def _may_break(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or before in _NEVER_LAST or before == " ":
        return False
    return after == " " or char_width(before) == 2 or char_width(after) == 2


def _cut(piece: str, width: int) -> list[str]:
    """A piece that is longer than a line, cut wherever the line is full."""
    lines = [""]
    for char in piece:
        if lines[-1] and display_width(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return lines


def _widths(columns: Sequence[Column], cells: Iterable[Row]) -> list[int]:
    """How wide each column is if nothing has to be folded but labels."""
    widths = [
        max(display_width(column.heading), min(_LABEL, display_width(column.label))) for column in columns
    ]
    for row in cells:
        widths = [max(w, display_width(cell)) for w, cell in zip(widths, row, strict=True)]
    return widths


def _fit(columns: Sequence[Column], widths: list[int], width: int | None) -> list[int]:
    """Narrow the widest of the columns that fold, one step at a time, until the table fits."""
    found = list(widths)
    while width is not None and sum(found) + GAP * (len(found) - 1) > width:
        candidates = [i for i, column in enumerate(columns) if column.folds and found[i] > _LEAST]
        if not candidates:
            break
        found[max(candidates, key=lambda i: found[i])] -= 1
    return found


def _fold_to(texts: Iterable[str], widths: Iterable[int]) -> list[list[str]]:
    return [fold(printable(text), width) for text, width in zip(texts, widths, strict=True)]


def _lines(cells: list[list[str]], widths: Sequence[int], aligns: Sequence[str]) -> list[str]:
    """One row, as many lines high as its highest cell."""
    lines = []
    for number in range(max(map(len, cells))):
        parts = [
            pad(cell[number] if number < len(cell) else "", width, align)
            for cell, width, align in zip(cells, widths, aligns, strict=True)
        ]
        lines.append((" " * GAP).join(parts).rstrip())
    return lines
