"""The parser that lark itself makes of the grammar: what the automaton is held against."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import lark
from lark.lark import PostLex
from lark.lexer import LexerState, LexerThread, LineCounter
from lark.utils import TextSlice

from tierlang.source import Span
from tierlang.syntax.automaton import Token, Unexpected, make_token
from tierlang.syntax.build import Build
from tierlang.syntax.grammar import ALSO_NAMES, grammar_path, keywords


class _WholeWords(PostLex):
    always_accept = ("NAME",)

    def process(self, stream: Iterator[lark.Token]) -> Iterator[lark.Token]:
        return stream


class _Adapted:
    """Build, with lark's tokens as our own."""

    def __getattr__(self, name: str) -> Any:
        method = getattr(Build(), name)
        return lambda parts: method([_adapted(part) for part in parts])


def _adapted(part: Any) -> Any:
    if isinstance(part, lark.Token):
        return make_token(part.type, str(part), part.start_pos, part.end_pos)
    return part


@cache
def _lark() -> lark.Lark:
    reserved = keywords() - ALSO_NAMES
    return lark.Lark(
        grammar_path().read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        start="statement",
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=_Adapted(),
        lexer_callbacks={"NAME": lambda t: t.update(type="RESERVED_WORD") if t in reserved else t},
        postlex=_WholeWords(),
    )


def parse(text: str, span: Span) -> Any:
    """
    A statement, by lark.

    Raises:
        Unexpected: what lark finds unexpected, in our own terms.
        Malformed: from Build.
    """
    counter = LineCounter("\n")
    counter.char_pos = span.start
    built = _lark()
    thread = LexerThread(built.parser.lexer, LexerState(TextSlice(text, span.start, span.end), counter))
    try:
        return built.parser.parser.parse(thread, "statement")
    except lark.UnexpectedCharacters as error:
        raise Unexpected(None, error.pos_in_stream, error.allowed) from error
    except lark.UnexpectedToken as error:
        token: Token = _adapted(error.token)
        raise Unexpected(token, token.start_pos, error.expected or error.accepts) from error
