"""
The LALR(1) tables of the language: read from tier.tables, which generate.py writes from grammar/tier.lark.

Making them takes lark half a second; reading them takes a millisecond, because a state is only read when the parser
comes to it. The file names the SHA-256 of the grammar it was made from. Where that is not the grammar of this
installation, as in a checkout whose grammar was just changed, they are made afresh: they are never stale.
"""

import functools
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

FORMAT = "tier-tables 1"
END = "$END"

TABLES = Path(__file__).with_name("tier.tables")
_PACKAGED = Path(__file__).parents[1] / "grammar" / "tier.lark"
_CHECKOUT = Path(__file__).parents[3] / "grammar" / "tier.lark"

Row = dict[str, int]
"""What to do in a state, by the symbol met: the number of the state to go to, or ``~i`` to apply rule i."""


class Terminal(NamedTuple):
    """
    A kind of word or sign.

    Attributes:
        kind: ``pattern``; ``name``, a pattern that words fit too; ``skip``, a pattern of what stands between words;
            ``word`` or ``sign``, which are spelt in one way.
        text: the regular expression, or how it is spelt.
    """

    name: str
    kind: str
    text: str

    @property
    def pattern(self) -> str:
        """The regular expression that finds it."""
        return re.escape(self.text) if self.kind in {"word", "sign"} else self.text


class Rule(NamedTuple):
    """
    One way to write something.

    Attributes:
        origin: the symbol it makes.
        method: the method of build.py for it; ``-`` for a helper whose parts go into the rule around it.
        size: how many symbols it consists of.
        single: whether one part alone stands for itself.
        helpers: the places of helpers among the symbols.
    """

    origin: str
    method: str
    size: int
    single: bool
    helpers: tuple[int, ...]


class Tables:
    """
    The tables of one grammar.

    Attributes:
        terminals: in order of precedence: of those that may stand somewhere, the first that fits is meant.
        rows: by number of state, None until `row` was asked for it.
        first, last: the state before a statement, and the one behind it.
    """

    def __init__(self, text: str) -> None:
        found: dict[str, list[str]] = {"ends": [], "terminal": [], "rule": [], "ahead": [], "state": []}
        for line in text.splitlines()[1:]:
            kind, _, rest = line.partition(" ")
            found[kind].append(rest)
        self.terminals = tuple(Terminal(*line.split(" ", 2)) for line in found["terminal"])
        self.rules = tuple(_rule(line) for line in found["rule"])
        self.first, self.last = map(int, found["ends"][0].split())
        self.rows: list[Row | None] = [None] * len(found["state"])
        self._lookaheads = found["ahead"]
        self._states = found["state"]

    def row(self, state: int) -> Row:
        """The row of a state, read when it is first asked for."""
        row = self.rows[state]
        if row is None:
            row = self.rows[state] = self._read(self._states[state])
        return row

    def states_with(self, symbols: Iterable[str]) -> frozenset[int]:
        """The numbers of the states in which one of some symbols may stand."""
        marks = [f" {symbol}=" for symbol in symbols]
        return frozenset(
            number for number, line in enumerate(self._states) if any(mark in f" {line}" for mark in marks)
        )

    def _read(self, line: str) -> Row:
        """Such as ``NAME=7 4:2``: NAME leads to state 7; ahead of the terminals of set 2, rule 4 applies."""
        row: Row = {}
        for item in line.split():
            symbol, goes, state = item.partition("=")
            if goes:
                row[symbol] = int(state)
            else:
                rule, _, ahead = item.partition(":")
                row |= dict.fromkeys(self._lookaheads[int(ahead)].split(" "), ~int(rule))
        return row


def _rule(line: str) -> Rule:
    origin, method, size, single, *helpers = line.split(" ")
    return Rule(origin, method, int(size), single == "single", tuple(map(int, helpers)))


def grammar_path() -> Path:
    """The grammar file: inside the installed package, else in the checkout."""
    return _PACKAGED if _PACKAGED.exists() else _CHECKOUT


def heading(grammar: bytes) -> str:
    """The first line of the tables of a grammar."""
    return f"{FORMAT} sha256:{hashlib.sha256(grammar).hexdigest()}"


@functools.cache
def tables() -> Tables:
    """The tables of the language."""
    grammar = grammar_path().read_bytes()
    shipped = TABLES.read_text(encoding="utf-8") if TABLES.exists() else ""
    if shipped.startswith(heading(grammar) + "\n"):
        return Tables(shipped)
    from tierlang.syntax.generate import tables_text

    return Tables(tables_text(grammar))
