"""Finds grammar/tier.lark, builds the parser from it once, and reads the reserved words off it."""

import functools
import threading
from collections.abc import Iterator
from pathlib import Path

from lark import Lark, Token
from lark.lark import PostLex
from lark.lexer import LexerState, LexerThread, LineCounter
from lark.utils import TextSlice

from tierlang.builtins import FUNCTIONS
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.build import Build

_PACKAGED = Path(__file__).parents[1] / "grammar" / "tier.lark"
_CHECKOUT = Path(__file__).parents[3] / "grammar" / "tier.lark"
_BUILDING = threading.Lock()

RESERVED_FOR_LATER = frozenset(
    [
        "when",
        "case",
        "while",
        "fn",
        "lambda",
        "return",
        "let",
        "where",
        "with",
        "extends",
        "use",
        "yield",
        "null",
        "none",
        "and_then",
    ]
)
"""Words that no name may be, so that a later edition can give them a meaning."""

FREE_WORDS = frozenset({"previous"})
"""Reserved words that only mean something in a window, so that a scheme may declare them: `input previous : tier …`."""

ALSO_NAMES = FUNCTIONS | FREE_WORDS | {"floor"}
"""Reserved words that name a function or a rounding mode too, where the grammar lets a name stand."""


def grammar_path() -> Path:
    """The grammar file: inside the installed package, else in the checkout."""
    return _PACKAGED if _PACKAGED.exists() else _CHECKOUT


class _WholeWords(PostLex):
    """
    Lets a name be read everywhere, so that no keyword is split off its front: `vip orb` is not `vip or b`.

    The contextual lexer tries only the terminals that the parser accepts; where it accepts `or` but no name, it would
    find `or` in `orb`.
    """

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens as they are."""
        return stream


@functools.cache
def _build_parser() -> Lark:
    reserved: set[str] = set()

    def refuse_reserved(token: Token) -> Token:
        """The contextual lexer takes a reserved word for a name where no such word may stand: the parser must not."""
        return token.update(type="RESERVED_WORD") if token in reserved else token

    built = Lark(
        grammar_path().read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        start="statement",
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=Build(),
        lexer_callbacks={"NAME": refuse_reserved},
        postlex=_WholeWords(),
    )
    reserved |= _words(built) - ALSO_NAMES
    return built


def _words(built: Lark) -> set[str]:
    return {
        str(t.pattern.value)
        for t in built.terminals
        if t.pattern.type == "str" and t.pattern.value.isidentifier()
    }


def parser() -> Lark:
    """The LALR parser of one statement; built on first use, then shared by all threads."""
    with _BUILDING:
        return _build_parser()


def parse_statement(text: str, span: Span) -> n.Statement:
    """
    Parse the one statement that stands in *span* of a laid-out text.

    Raises:
        lark.UnexpectedInput: the text is not a statement.
        Malformed: it is, but with a fault that the grammar cannot see.
    """
    lark = parser()
    counter = LineCounter("\n")  # type: ignore[no-untyped-call]  # lark's own class has no annotations
    counter.char_pos = (
        span.start
    )  # lark counts lines from the start of the text otherwise: quadratic over a file
    thread = LexerThread(lark.parser.lexer, LexerState(TextSlice(text, span.start, span.end), counter))
    statement: n.Statement = lark.parser.parser.parse(thread, "statement")
    return statement


@functools.cache
def keywords() -> frozenset[str]:
    """Every reserved word, read from the grammar: the terminals that are spelt as words."""
    return frozenset(_words(parser()))
