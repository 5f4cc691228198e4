"""
What a text may look like: a small document algebra.

A `Group` stands on one line if it fits there; else every `Line` directly in it ends one. lines.py lays documents out.
"""

from collections.abc import Iterable
from enum import Enum
from typing import TypeAlias

from tierlang import quickattrs as attrs

INDENT = 4
FAR = 48
"""Text that is aligned further to the right than this column is indented instead."""


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
