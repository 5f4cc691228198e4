"""
Pieces one behind the other, and lists.

That is all that most kinds of node need: `sequence` puts spaces where they belong, and makes a list of what stands in
brackets, with a line for each item where they do not fit on one, or where a comma after the last one asks for it.
"""

import itertools
from collections.abc import Iterator, Sequence

from tierlang import quickattrs as attrs
from tierlang.format.comments import settle_item
from tierlang.format.document import (
    Align,
    Concat,
    Doc,
    End,
    Group,
    IfBroken,
    Line,
    Nest,
    Place,
    Text,
    chain,
    concat,
    flat,
    follow,
    placed,
)
from tierlang.format.pieces import Piece, Pieces
from tierlang.source import display_width
from tierlang.syntax import nodes as n

TAKES_LAST_COMMA = {
    n.Annotation: "(",
    n.Record: "{",
    n.Table: "{",
    n.Call: "(",
    n.Band: "{",
    n.Match: "{",
    n.ListExpr: "[",
    n.MapExpr: "{",
}
"""The brackets in which a comma may stand after the last item: ``","?`` in the grammar."""

PLAIN_VALUES = (n.NumberLiteral, n.TextLiteral, n.DateLiteral, n.BoolLiteral, n.MissingLiteral, n.Name)
"""Items of a list that stand as many to a line as there is room for, if they are short."""

SHORT = 20
"""Columns of a value of which several stand on a line."""

WIDE_SIDE = 40
"""What stands left of an aligned separator; a wider one aligns nothing."""

SEPARATORS: dict[type[n.Node], str] = {n.Arm: "=>", n.Entry: "=>", n.FieldDecl: ":", n.Dated: "from"}
"""What is aligned where each item of a list has a line of its own."""

_HUGGED = {
    n.Call: (n.ListExpr, n.MapExpr, n.Band, n.Match),
    n.Group: (n.Band, n.Match),
    n.Annotation: (n.AnnotationArgument,),
}
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_TIGHT_BEFORE = frozenset({",", ")", "]", "(", "[", "."})
_TIGHT_AFTER = frozenset({"@", "."})
_RANGES = frozenset({"..", "..<"})
_SUFFIXES = frozenset({"PERCENT", "SCALE"})


@attrs.frozen
class _Items:
    """
    What commas divide.

    Attributes:
        commas: their numbers, as many as there are items or one fewer.
        closer: the number of the bracket behind the list, if there is one.
    """

    items: tuple[tuple[Piece, ...], ...]
    commas: tuple[int, ...]
    closer: int | None = None

    @property
    def is_generator(self) -> bool:
        """Whether there is nothing but one generator, behind which a comma would be odd."""
        return len(self.items) == 1 and isinstance(self.items[0][0], n.Generator)

    @property
    def ask_for_lines(self) -> bool:
        """Whether the author put a comma behind the last item."""
        return len(self.items) == len(self.commas) > 0 and not self.is_generator


class Printer(Pieces):
    """Pieces to documents."""

    # ------------------------------------------------------------ one behind the other

    def sequence(self, pieces: Sequence[Piece], owner: n.Node) -> Doc:
        """Pieces of *owner* one behind the other; those in brackets are a list."""
        return chain(self._run(pieces, owner))

    def _run(self, pieces: Sequence[Piece], owner: n.Node) -> Iterator[tuple[str, Doc]]:
        for start, end in self._units(pieces):
            space = self._space(pieces, start, owner) if start else ""
            single = end == start + 1
            yield space, self.doc(pieces[start]) if single else self._brackets(pieces[start:end], owner)

    def _units(self, pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
        """From where to where each piece goes, and each pair of brackets with what is in it."""
        end = 0
        for start, piece in enumerate(pieces):
            if start >= end:
                closer = _CLOSERS.get(self.value(piece))
                end = start
                while closer is not None and self.value(pieces[end]) != closer:
                    end += 1
                end += 1
                yield start, end

    def _space(self, pieces: Sequence[Piece], place: int, owner: n.Node) -> str:
        """What stands before a piece that is not the first."""
        before, piece = pieces[place - 1], pieces[place]
        left, right = self.value(before), self.value(piece)
        if right == ":":
            return " " * any(isinstance(following, n.TypeRef) for following in pieces[place + 1 : place + 2])
        if left in _RANGES or right in _RANGES:
            return " " * any(isinstance(end, n.Sum | n.Product | n.Coalesce | n.Hole) for end in pieces)
        is_sign = left == "-" and not isinstance(owner, n.Sum)
        is_suffix = isinstance(piece, int) and self.tokens.tokens[piece].type in _SUFFIXES
        is_tight = right in _TIGHT_BEFORE or left in _TIGHT_AFTER or is_sign or is_suffix
        return "" if is_tight else " " * (1 + self.tokens.padding.get(self.last(before), 0))

    # ------------------------------------------------------------ lists

    def comma_list(self, pieces: Sequence[Piece], owner: n.Node) -> Doc:
        """A list without brackets: on one line, or its items one under the other."""
        items = self._split(pieces)
        inside = Concat(tuple(self._inside(items, owner, last_comma=False)))
        return Group(Nest(inside, Align())) if len(items.items) > 1 else inside

    def settle_items(self, pieces: Sequence[Piece], listed: Sequence[Piece]) -> None:
        """Let comments above items be their list's: above those in brackets, and above those of the list *listed*."""
        brackets = [pieces[start + 1 : end - 1] for start, end in self._units(pieces) if end > start + 1]
        for items in map(self._split, [*brackets, listed]):
            for item in items.items:
                settle_item(self.tokens, self.first(item[0]))

    def _brackets(self, pieces: Sequence[Piece], owner: n.Node) -> Doc:
        """A list in its brackets."""
        opener, closer = self.first(pieces[0]), self.last(pieces[-1])
        items = self._split(pieces[1:-1], closer)
        if self._hugs(items, owner):
            return chain([("", self.doc(piece)) for piece in (opener, items.items[0][0], closer)])
        edge = Line(" " if self.value(opener) == "{" and not isinstance(owner, n.MapExpr) else "")
        last_comma = TAKES_LAST_COMMA.get(type(owner)) == self.value(opener) and not items.is_generator
        inside = [edge, *self._inside(items, owner, last_comma=last_comma)] if items.items else []
        for comment in self.above(closer):
            inside += [End(), Text(comment.text)]
        close = Text(self.value(closer))
        if not inside:
            return concat(self.doc(opener), close, *self.behind(closer))
        whole = Concat((self.doc(opener), Nest(Concat(tuple(inside))), edge, close))
        return concat(Group(whole, opened=items.ask_for_lines), *self.behind(closer))

    def _inside(self, items: _Items, owner: n.Node, *, last_comma: bool) -> Iterator[Doc]:
        """The items, with commas and line ends between them."""
        documents = self._items(items, owner)
        fills = self._fills(items, documents, owner)
        for i, document in enumerate(documents):
            yield from self.above_item(self.first(items.items[i][0]))
            yield document
            is_last = i == len(documents) - 1
            if not is_last:
                yield Text(",")
            elif last_comma and not fills:
                yield IfBroken(",")
            if i < len(items.commas):
                yield from self.behind(items.commas[i])
            if not is_last:
                blank = self.blank_between(items.commas[i], items.items[i + 1][0])
                yield Group(Line()) if fills else Line(blank=blank)
        yield from self.behind_list(items.closer)

    def _items(self, items: _Items, owner: n.Node) -> list[Doc]:
        """The documents of items, their separators aligned."""
        sides = [self._sides(item[0]) if len(item) == 1 else None for item in items.items]
        column = max((side.columns() for side in sides if side is not None), default=0)
        place = Place.ALONE if len(sides) == 1 else Place.ITEM
        return [
            placed(self.sequence(item, owner), place) if side is None else side.aligned(column)
            for item, side in zip(items.items, sides, strict=True)
        ]

    def _sides(self, item: Piece) -> "_Sides | None":
        """An item left of its separator, and from there on; None where it has none."""
        separator = SEPARATORS.get(type(item)) if isinstance(item, n.Node) else None
        if separator is None or not isinstance(item, n.Node):
            return None
        pieces = self.of(item)
        cut = next((i for i, piece in enumerate(pieces) if self.value(piece) == separator), None)
        if cut is None:
            return None
        return _Sides(self.sequence(pieces[:cut], item), self.sequence(pieces[cut:], item))

    def _split(self, pieces: Sequence[Piece], closer: int | None = None) -> _Items:
        """What stands between commas."""
        commas = [i for i, piece in enumerate(pieces) if self.value(piece) == ","]
        edges = [-1, *commas, len(pieces)]
        items = [tuple(pieces[start + 1 : end]) for start, end in itertools.pairwise(edges)]
        numbers = tuple(self.first(pieces[i]) for i in commas)
        return _Items(tuple(item for item in items if item), numbers, closer)

    def _hugs(self, items: _Items, owner: n.Node) -> bool:
        """Whether the one thing in brackets stays beside them: what has brackets of its own, the text of a note."""
        if items.commas or len(items.items) != 1 or self._has_comments(items):
            return False
        return isinstance(items.items[0][0], _HUGGED.get(type(owner), ()))

    def _has_comments(self, items: _Items) -> bool:
        """Whether comments stand between items, or behind the last one."""
        starts = [self.first(item[0]) for item in items.items]
        return (
            items.closer in self.tokens.behind_lists
            or any(number in self.tokens.behind for number in items.commas)
            or any(number in self.tokens.above_items for number in starts)
        )

    def _fills(self, items: _Items, documents: list[Doc], owner: n.Node) -> bool:
        """Whether several items may stand on each line: short plain values, where the author does not ask for lines."""
        return (
            isinstance(owner, n.ListExpr | n.TypeRef)
            and not items.ask_for_lines
            and not self._has_comments(items)
            and all(isinstance(item[0], (int, *PLAIN_VALUES)) for item in items.items)
            and all(not document.breaks and display_width(flat(document)) <= SHORT for document in documents)
        )


@attrs.frozen
class _Sides:
    """An item of a list with a separator that can be aligned: what stands before it, and it with what follows."""

    left: Doc
    right: Doc

    def columns(self) -> int:
        """How wide *left* is; 0 where it aligns nothing."""
        width = 0 if self.left.breaks else display_width(flat(self.left))
        return width if width <= WIDE_SIDE else 0

    def aligned(self, column: int) -> Doc:
        """The item, with its separator behind *column* where each item has a line of its own."""
        columns = self.columns()
        if not columns:
            return follow(self.left, self.right)
        return follow(Concat((self.left, IfBroken(" " * (column - columns)))), self.right)
