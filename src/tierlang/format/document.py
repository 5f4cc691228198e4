"""
What a text may look like, and its lines: a small document algebra.

A `Group` stands on one line if it fits there; else every `Line` directly in it ends one. Groups are tried from the outside
in, so the loosest operator and the outermost bracket give way first (Wadler, "A prettier printer"). Laying out is linear in
the document, keeps its own stack, and measures in terminal columns.
"""

import itertools
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.source import display_width

WIDTH = 100
"""Terminal columns of a line; comments, and what cannot be broken, may be longer."""

INDENT = 4
FAR = 48
"""Text that is aligned further to the right than this column is indented instead."""

_APART = 30
"""Comments behind lines whose lengths differ by more columns are not aligned."""


# ------------------------------------------------------------------ documents


class _Plain:
    """What most documents are: not broken by force, no comment at either end."""

    __slots__ = ()
    breaks = False
    opens = False
    closes = False


@attrs.frozen
class Text(_Plain):
    """A piece of one line."""

    text: str


@attrs.frozen
class Line(_Plain):
    """
    A line end where the group is broken, else *flat*.

    Attributes:
        blank: whether a blank line follows the line end.
    """

    flat: str = " "
    blank: bool = False


@attrs.frozen
class IfBroken(_Plain):
    """A text that stands only where the group is broken: the last comma of a list, the space that aligns."""

    text: str


@attrs.frozen
class End(_Plain):
    """A line end whatever fits; *blank* as in Line."""

    blank: bool = False
    breaks = True


@attrs.frozen
class Remark(_Plain):
    """A comment that goes to the end of the line on which it stands."""

    text: str
    breaks = True
    closes = True


@attrs.frozen
class OwnLine(_Plain):
    """A comment on a line of its own, its line end included; *blank* as in Line."""

    text: str
    blank: bool = False
    breaks = True
    opens = True


@attrs.frozen
class Concat:
    """
    Documents one after the other, at least one.

    Attributes:
        breaks: nothing around this can stand on one line.
        opens: it begins with a comment on a line of its own, so that it cannot follow anything on a line.
        closes: it ends with a remark, so that nothing can follow on its line.
    """

    parts: tuple["Doc", ...]
    breaks: bool = attrs.field(init=False)  # known from the start: nobody has to look all the way down later
    opens: bool = attrs.field(init=False)
    closes: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        _set_ends(self, any(part.breaks for part in self.parts), self.parts[0], self.parts[-1])


class Place(Enum):
    """Where the operators of a formula stand that begins its line, or lies in another formula."""

    ITEM = "one of several things in brackets: indented, so that each can be told from the next"
    ALONE = "all that a bracket holds: under its first operand"
    INNER = "an operand of another formula: further in than its operators"


@attrs.frozen
class Hang:
    """
    Operators hang to the left of their operands, which stand one under the other.

    Attributes:
        width: columns of the widest operator and the space behind it.
    """

    width: int
    place: Place = Place.ITEM

    def column(self, indent: int, column: int) -> int:
        """Where the operators stand."""
        if self.place is Place.INNER:
            return column + INDENT * (2 if column == indent else 1)
        if column > FAR:
            return indent + INDENT
        if column > indent:
            return max(column - self.width, indent + INDENT)
        return indent + INDENT * (self.place is Place.ITEM)


@attrs.frozen
class Deeper:
    """One step to the right of the line that this stands in."""

    def column(self, indent: int, _column: int) -> int:
        """Where further lines begin."""
        return indent + INDENT


@attrs.frozen
class Align:
    """Under the place where this begins, unless that is far to the right."""

    def column(self, indent: int, column: int) -> int:
        """Where further lines begin."""
        return column if column <= FAR else indent + INDENT


Rule: TypeAlias = Hang | Deeper | Align


@attrs.frozen
class Nest:
    """A document whose further lines begin where *rule* says."""

    content: "Doc"
    rule: Rule = Deeper()
    breaks: bool = attrs.field(init=False)
    opens: bool = attrs.field(init=False)
    closes: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        _set_ends(self, self.content.breaks, self.content, self.content)


@attrs.frozen
class Group:
    """A document on one line, or broken at each of its own Lines; *opened* where its author wants it broken."""

    content: "Doc"
    opened: bool = False
    breaks: bool = attrs.field(init=False)
    opens: bool = attrs.field(init=False)
    closes: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        _set_ends(self, self.opened or self.content.breaks, self.content, self.content)


def _set_ends(doc: "Concat | Nest | Group", breaks: bool, first: "Doc", last: "Doc") -> None:
    """Set what a document that holds others takes from them."""
    for name, value in (("breaks", breaks), ("opens", first.opens), ("closes", last.closes)):
        object.__setattr__(doc, name, value)


Doc: TypeAlias = Text | Line | IfBroken | End | Remark | OwnLine | Concat | Nest | Group

EMPTY = Text("")


def concat(*parts: Doc) -> Doc:
    """Documents one after the other."""
    return parts[0] if len(parts) == 1 else Concat(parts)


def chain(parts: Iterable[tuple[str, Doc]]) -> Doc:
    """Documents one behind the other, each after a space or none; on the next line where a comment stands between."""
    found: list[Doc] = []
    for space, part in parts:
        if found and (found[-1].closes or part.opens):
            found.append(Nest(Concat((End(), part))))
        else:
            found += [Text(space), part] if found and space else [part]
    return concat(*found) if found else EMPTY


def follow(first: Doc, second: Doc) -> Doc:
    """One document behind the other, after a space."""
    return chain([("", first), (" ", second)])


def placed(doc: Doc, place: Place) -> Doc:
    """The same document; if it is a formula, its operators stand as they do in that place."""
    match doc:
        case Group(content=Nest(content=content, rule=Hang(width=width))):
            return Group(Nest(content, Hang(width, place)))
        case Concat(parts=(formula, Remark() as remark)):
            return Concat((placed(formula, place), remark))
        case _:
            return doc


def is_formula(doc: Doc) -> bool:
    """Whether a document has operators that hang, be there a comment behind it or not."""
    match doc:
        case Concat(parts=(Group(content=Nest(rule=Hang())), Remark())) | Group(content=Nest(rule=Hang())):
            return True
        case _:
            return False


def flat(doc: Doc) -> str:
    """The text of a document without comments, on one line whatever its width."""
    found: list[str] = []
    stack = [doc]
    while stack:
        match stack.pop():
            case Text(text=text) | Line(flat=text):
                found.append(text)
            case Concat(parts=parts):
                stack.extend(reversed(parts))
            case Nest(content=content) | Group(content=content):
                stack.append(content)
            case _:
                pass
    return "".join(found)


# ------------------------------------------------------------------ lines


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
