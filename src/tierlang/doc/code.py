"""Code of a scheme as coloured, linked pieces: the tokens of the Pygments lexer, cut where names begin and end."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from pygments.token import STANDARD_TYPES, _TokenType

from tierlang import quickattrs as attrs
from tierlang.doc.content import Code, Link, Piece
from tierlang.doc.names import NameLink
from tierlang.highlight import TierLexer
from tierlang.source import SourceText, Span

_PLAIN = frozenset({"", "w", "n", "p", "o"})
"""Blanks, names, brackets and signs have the colour of the text."""


def token_kind(token: _TokenType) -> str:
    """The short name of a token, of the nearest kind above it that has one; empty where it needs no colour."""
    while token not in STANDARD_TYPES and token.parent is not None:
        token = token.parent
    short = STANDARD_TYPES.get(token, "")
    return "" if short in _PLAIN else short


@attrs.frozen(slots=False)
class ColouredText:
    """A source text and its tokens."""

    source: SourceText

    @cached_property
    def _tokens(self) -> tuple[list[int], list[str]]:
        """Where each token begins, and its kind."""
        tokens = list(TierLexer().get_tokens_unprocessed(self.source.text))
        return [start for start, _, _ in tokens], [token_kind(kind) for _, kind, _ in tokens]

    def code(self, span: Span, links: Sequence[NameLink] = ()) -> Code:
        """A span as pieces; each link is one piece, neighbours of one kind are joined."""
        pieces: list[Piece] = []
        position = span.start
        for link in links:
            if position <= link.span.start and link.span.end <= span.end:
                self._append(pieces, position, link.span.start)
                kind = self._kind(link.span.start)
                pieces.append(Piece(self.source.at(link.span), kind, link.target))
                position = link.span.end
        self._append(pieces, position, span.end)
        return tuple(pieces)

    def statement(self, span: Span, links: Sequence[NameLink] = ()) -> Code:
        """A statement, with the comment behind it on its last line, if there is one."""
        end = self.source.text.find("\n", span.end)
        rest = self.source.text[span.end : end if end >= 0 else None]
        if rest.lstrip(" \t").startswith("#"):
            span = Span(span.start, span.end + len(rest.rstrip()))
        return self.code(span, links)

    def _kind(self, offset: int) -> str:
        starts, kinds = self._tokens
        return kinds[max(0, bisect_right(starts, offset) - 1)]

    def _append(self, pieces: list[Piece], start: int, end: int) -> None:
        starts, kinds = self._tokens
        token = max(0, bisect_right(starts, start) - 1)
        while start < end:
            stop = min(end, starts[token + 1] if token + 1 < len(starts) else end)
            text, kind = self.source.text[start:stop], kinds[token]
            last = pieces[-1] if pieces else None
            if last is not None and last.target is None and last.kind == kind:
                pieces[-1] = Piece(last.text + text, kind)
            else:
                pieces.append(Piece(text, kind))
            start, token = stop, token + 1


def plain(code: Code) -> str:
    """The text of a piece of code."""
    return "".join(piece.text for piece in code)


def links_of(code: Code) -> tuple[Link, ...]:
    """The names in a piece of code that mean something, each once."""
    return tuple(dict.fromkeys(Link(piece.text, piece.target) for piece in code if piece.target))
