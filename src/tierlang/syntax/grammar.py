"""The parser of one statement, and the words that the grammar reserves."""

import functools
from typing import TYPE_CHECKING, cast

from tierlang.builtins import FUNCTIONS
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.automaton import Automaton, Token
from tierlang.syntax.build import Build
from tierlang.syntax.tables import grammar_path, tables

if TYPE_CHECKING:
    from lark import Lark

__all__ = [
    "ALSO_NAMES",
    "FREE_WORDS",
    "RESERVED_FOR_LATER",
    "grammar_path",
    "keywords",
    "parse_statement",
    "parser",
    "spelt",
]

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


@functools.cache
def _automaton() -> Automaton:
    return Automaton(tables(), Build(), keywords() - ALSO_NAMES)


def parse_statement(text: str, span: Span, tokens: list[Token] | None = None) -> n.Statement:
    """
    Parse the one statement that stands in *span* of a laid-out text.

    Args:
        tokens: gets the tokens of the statement, in order.

    Raises:
        Unexpected: the text is not a statement.
        Malformed: it is, but with a fault that the grammar cannot see.
    """
    return cast(n.Statement, _automaton().parse(text, span.start, span.end, tokens))


@functools.cache
def parser() -> "Lark":
    """The grammar as lark has it, for tools that read its rules and terminals; it takes half a second to make."""
    from tierlang.syntax.generate import lalr

    return lalr(grammar_path().read_text(encoding="utf-8"))


@functools.cache
def spelt() -> dict[str, str]:
    """Terminals that are spelt in one way, and how."""
    return {t.name: t.text for t in tables().terminals if t.kind in {"word", "sign"}}


@functools.cache
def keywords() -> frozenset[str]:
    """Every reserved word, read from the grammar: the terminals that are spelt as words."""
    return frozenset(t.text for t in tables().terminals if t.kind == "word")
