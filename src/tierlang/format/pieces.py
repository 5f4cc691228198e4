"""The pieces of a node: the tokens that are its own, and the nodes inside it, in written order."""

from collections.abc import Iterator
from typing import TypeAlias

from tierlang.format.comments import Tokens
from tierlang.format.document import Doc, OwnLine, Remark, Text, concat
from tierlang.format.names import spelled
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import children

Piece: TypeAlias = int | n.Node
"""A token by its number, or a node."""


class Pieces:
    """The documents of one statement's nodes, made from the inside out: those of the inner nodes are there already."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.documents: dict[int, Doc] = {}
        self.known: dict[int, list[Piece]] = {}

    def of(self, node: n.Node) -> list[Piece]:
        """The pieces of a node."""
        if id(node) not in self.known:
            self.known[id(node)] = self._found(node)
        return self.known[id(node)]

    def _found(self, node: n.Node) -> list[Piece]:
        found: list[Piece] = []
        numbers = self.tokens.within(node)
        place = numbers.start
        for child in sorted(children(node), key=lambda child: child.span.start):
            inner = self.tokens.within(child)
            found += [*range(place, inner.start), child]
            place = inner.stop
        return [*found, *range(place, numbers.stop)]

    def value(self, piece: Piece) -> str:
        """The text of a token; of a node nothing."""
        return str(self.tokens.tokens[piece]) if isinstance(piece, int) else ""

    def numbers(self, piece: Piece) -> range:
        """The numbers of a piece's tokens."""
        return range(piece, piece + 1) if isinstance(piece, int) else self.tokens.within(piece)

    def first(self, piece: Piece) -> int:
        """The number of a piece's first token."""
        return self.numbers(piece).start

    def last(self, piece: Piece) -> int:
        """The number of a piece's last token."""
        return self.numbers(piece).stop - 1

    def blank_between(self, earlier: Piece, later: Piece) -> bool:
        """Whether the author left an empty line between two pieces and the comments that belong to them."""
        return self.tokens.blank_between(
            self.tokens.ends[self.last(earlier)], self.tokens.opening(self.first(later))
        )

    # ------------------------------------------------------------ one piece

    def doc(self, piece: Piece) -> Doc:
        """The document of a piece, with the comments above and behind it."""
        if not isinstance(piece, int):
            return self.documents[id(piece)]
        return concat(*self.above(piece), Text(spelled(self.tokens.tokens[piece])), *self.behind(piece))

    def above(self, number: int) -> Iterator[OwnLine]:
        """The comments above a token."""
        return self._own_lines(self.tokens.before.get(number, []), number)

    def above_item(self, number: int) -> Iterator[OwnLine]:
        """The comments above the item of a list that begins with a token."""
        return self._own_lines(self.tokens.above_items.get(number, []), number)

    def _own_lines(self, comments: list[n.Comment], number: int) -> Iterator[OwnLine]:
        for i, comment in enumerate(comments):
            following = comments[i + 1].span.start if i + 1 < len(comments) else self.tokens.starts[number]
            yield OwnLine(comment.text.rstrip(), self.tokens.blank_between(comment.span.end, following))

    def behind(self, number: int) -> Iterator[Remark]:
        """The comment behind a token."""
        return _remark(self.tokens.behind.get(number))

    def behind_list(self, closer: int | None) -> Iterator[Remark]:
        """The comment behind the last item of a list."""
        return _remark(self.tokens.behind_lists.get(closer) if closer is not None else None)

    def behind_node(self, node: n.Node) -> Iterator[Remark]:
        """The comment behind a node."""
        return _remark(self.tokens.behind_nodes.get(id(node)))


def _remark(comment: n.Comment | None) -> Iterator[Remark]:
    if comment is not None:
        yield Remark(comment.text.rstrip())
