"""
Documents to lines.

Groups are tried from the outside in, so the loosest operator and the outermost bracket give way first (Wadler, "A prettier
printer"). Laying out is linear in the document, keeps its own stack, and measures in terminal columns.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.format.document import Concat, Doc, End, Group, IfBroken, Line, Nest, OwnLine, Remark, Text
from tierlang.source import display_width

WIDTH = 100
"""Terminal columns of a line; comments, and what cannot be broken, may be longer."""

_APART = 30
"""Comments behind lines whose lengths differ by more columns are not aligned."""


@attrs.frozen
class Laid:
    """A line: its text with its indentation, and the comment behind it."""

    text: str
    remark: str | None = None


def lines_of(doc: Doc) -> list[Laid]:
    """Lay a document out, from column 0."""
    return _Layout(doc).run()


_Todo: TypeAlias = tuple[int, bool, Doc]
"""Something still to be laid out: the indentation, whether it is to stand on one line, and the document."""


class _Layout:
    """The state of laying out one document."""

    def __init__(self, doc: Doc) -> None:
        self.todo: list[_Todo] = [(0, False, doc)]
        self.lines: list[Laid] = []
        self.current: list[str] = []
        self.column = 0
        self.remarks: list[str] = []

    def run(self) -> list[Laid]:
        while self.todo:
            indent, one_line, doc = self.todo.pop()
            match doc:
                case Text(text=text):
                    self._write(text)
                case Line(flat=text) if one_line:
                    self._write(text)
                case Line(blank=blank) | End(blank=blank):
                    self._end_line(indent, blank=blank)
                case IfBroken(text=text):
                    self._write("" if one_line else text)
                case Remark(text=text):
                    self.remarks.append(text)
                case OwnLine(text=text, blank=blank):
                    self._write(text)
                    self._end_line(indent, blank=blank)
                case Nest(content=content, rule=rule):
                    self.todo.append((rule.column(indent, self.column), one_line, content))
                case Group(content=content):
                    fits = one_line or (not doc.breaks and self._fits(content))
                    self.todo.append((indent, fits, content))
                case Concat(parts=parts):
                    self.todo.extend((indent, one_line, part) for part in reversed(parts))
        self._end_line(0, blank=False)
        return self.lines

    def _write(self, text: str) -> None:
        self.current.append(text)
        self.column += display_width(text)

    def _end_line(self, indent: int, *, blank: bool) -> None:
        """End the line; a second comment that was to stand at its end gets a line of its own."""
        self.lines.append(Laid("".join(self.current).rstrip(" "), self.remarks[0] if self.remarks else None))
        self.lines.extend(Laid(" " * indent + remark) for remark in self.remarks[1:])
        self.lines.extend([Laid("")] * blank)
        self.current, self.column, self.remarks = [" " * indent], indent, []

    def _fits(self, content: Doc) -> bool:
        """Whether a document fits on the rest of the line, with all that follows up to where a line may end."""
        room = WIDTH - self.column
        for one_line, doc in self._ahead(content):
            match doc:
                case Text(text=text):
                    room -= display_width(text)
                case Line(flat=text) if one_line:
                    room -= len(text)
                case IfBroken(text=text) if not one_line:
                    room -= len(text)
                case Line() | End() | OwnLine():
                    return room >= 0
                case _:
                    pass
            if room < 0:
                return False
        return True

    def _ahead(self, content: Doc) -> Iterator[tuple[bool, Doc]]:
        """The documents that are no others' container: those of *content* on one line, then those still to do."""
        yield from _leaves(content, one_line=True)
        for _, one_line, doc in reversed(self.todo):
            yield from _leaves(doc, one_line=one_line)


def _leaves(doc: Doc, *, one_line: bool) -> Iterator[tuple[bool, Doc]]:
    """One after the other, without looking further ahead than is asked for."""
    stack: list[Iterator[Doc]] = [iter((doc,))]
    while stack:
        found = next(stack[-1], None)
        match found:
            case None:
                stack.pop()
            case Concat(parts=parts):
                stack.append(iter(parts))
            case Nest(content=content) | Group(content=content):
                stack.append(iter((content,)))
            case _:
                yield one_line, found


def written(lines: Iterable[Laid]) -> str:
    """Lines as a text, the comments behind lines that follow one another under each other."""
    found: list[str] = []
    for _, group in itertools.groupby(lines, key=lambda line: line.remark is None):
        found += _aligned(list(group))
    return "".join(f"{line}\n" for line in found)


def _aligned(run: list[Laid]) -> Iterator[str]:
    """Two spaces before each comment; more, where a few of them bring all under each other within the width of a line."""
    if run[0].remark is None:
        yield from (line.text for line in run)
        return
    widths = [display_width(line.text) for line in run]
    column = max(widths)
    fits = all(column + 2 + display_width(line.remark or "") <= WIDTH for line in run)
    fits = fits and column - min(widths) <= _APART
    for line, width in zip(run, widths, strict=True):
        yield f"{line.text}{' ' * ((column - width) * fits + 2)}{line.remark}"
