"""
Runs the LALR(1) tables over one statement: reads words where the grammar lets them stand, shifts them, makes nodes.

It reads as lark's contextual lexer and parser do, and tests hold it to them, text by text and error by error; but it
starts without importing lark and without making its tables, and it is faster.

One expression for all terminals, in order of precedence, finds almost every word: the first terminal that fits is also
the first of those that may stand there, if it may. Only where it may not, the terminals of the state are tried in turn.
"""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from tierlang.syntax.tables import END, Row, Rule, Tables

NAME = "NAME"
"""May be read everywhere, so that no keyword is split off a name's front: `vip orb` is not `vip or b`."""

RESERVED = "RESERVED_WORD"
"""The type of a reserved word where it would have to be a name; no state takes it."""

_Step = tuple[str, int, bool, bool, tuple[int, ...], Callable[[list[Any]], Any]]


class Token(str):
    """
    A word or sign of the text.

    Attributes:
        type: the name of its terminal.
        start_pos, end_pos: where it stands.
    """

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int


def make_token(type_: str, text: str, start: int, end: int) -> Token:
    """The word or sign that stands from *start* to *end*."""
    made = Token(text)
    made.type, made.start_pos, made.end_pos = type_, start, end
    return made


class Unexpected(Exception):
    """
    The text is no statement.

    Attributes:
        token: what should not stand there; None for a character that begins no word of the language.
        start: where that stands.
        expected: the names of the terminals that could stand there.
    """

    def __init__(self, token: Token | None, start: int, expected: Iterable[str]) -> None:
        self.token = token
        self.start = start
        self.expected = frozenset(expected)
        super().__init__(f"unexpected text at {start}")


class Automaton:
    """The parser of one statement. It keeps nothing of a text, so that one serves all threads."""

    def __init__(self, tables: Tables, build: object, reserved: Iterable[str]) -> None:
        """
        Make the parser.

        Args:
            build: has a method for each rule, from the values of its parts to its own.
            reserved: words that are no names, although a name could be spelt so.
        """
        self._tables = tables
        self._steps = [_step(rule, build) for rule in tables.rules]
        self._words = {t.text: t.name for t in tables.terminals if t.kind == "word"}
        self._reserved = frozenset(reserved)
        self._patterns = {
            t.name: t.pattern for t in tables.terminals if t.kind in {"name", "pattern", "sign"}
        }
        self._blanks = "".join(f"(?:{t.pattern})*" for t in tables.terminals if t.kind == "skip")
        self._names = frozenset(t.name for t in tables.terminals if t.kind == "name")
        rivals = self._names - {NAME}
        self._climbs: dict[tuple[int, int, str], int] = {}
        self._rival_states = tables.states_with(rivals)
        common = "|".join(
            f"(?P<{name}>{text})" for name, text in self._patterns.items() if name not in rivals
        )
        self._scan = re.compile(rf"{self._blanks}(?:{common}|\Z)").match

    def parse(self, text: str, start: int, end: int, tokens: list[Token] | None = None) -> Any:
        """
        The value of the statement that fills a text from *start* to *end*.

        Args:
            tokens: gets the words and signs of the statement, in order.

        Raises:
            Unexpected: it is no statement.
        """
        rows, row_of, steps, last = self._tables.rows, self._tables.row, self._steps, self._tables.last
        climbs = self._climbs
        state = self._tables.first
        states, values = [state], list[Any]()
        row = row_of(state)
        at = start
        while True:
            word = self._read(text, at, end, state, row)
            kind, at = word.type, word.end_pos
            if tokens is not None and kind != END:
                tokens.append(word)
            while True:
                action = row.get(kind)
                if action is None:
                    raise Unexpected(word, word.start_pos, _terminals(row))
                if action >= 0:
                    break
                origin, size, single, same, helpers, make = steps[~action]
                if same:
                    climb = (states[-2], states[-1], kind)
                    state = states[-1] = climbs.get(climb) or self._climb(climb)
                else:
                    parts = values[-size:]
                    del states[-size:], values[-size:]
                    for place in helpers:
                        if place == 0:  # what was repeated so far grows: copies of it would be quadratic
                            so_far = parts[0]
                            so_far += parts[1:]
                            parts = so_far
                        else:
                            parts[place : place + 1] = parts[place]
                    values.append(parts[0] if single and len(parts) == 1 else make(parts))
                    below = states[-1]
                    state = (rows[below] or row_of(below))[origin]
                    if state == last and kind == END:
                        return values[0]
                    states.append(state)
                row = rows[state] or row_of(state)
            state = action
            states.append(state)
            values.append(word)
            row = rows[state] or row_of(state)

    def _climb(self, climb: tuple[int, int, str]) -> int:
        """
        Where it ends that one part stands for itself, rule by rule: an expression of one name passes fifteen.

        Args:
            climb: the state below, the state that the part led to, and the type of the next word.
        """
        below, state, kind = climb
        targets = self._tables.row(below)
        while (action := self._tables.row(state).get(kind, 0)) < 0 and self._steps[~action][3]:
            state = targets[self._steps[~action][0]]
        self._climbs[climb] = state
        return state

    # ------------------------------------------------------------ words

    def _read(self, text: str, at: int, end: int, state: int, row: Row) -> Token:
        """The next word, as what may stand in a state."""
        found = self._scan(text, at, end)
        if found is None or state in self._rival_states:
            return self._read_in_turn(text, at, end, row)
        at, kind = found.end(), found.lastgroup
        if kind is None:
            return make_token(END, "", at, at)
        word = found[kind]
        if kind == NAME:
            kind = self._spelt(word, NAME, row)
        elif kind not in row:
            return self._read_in_turn(text, at - len(word), end, row)
        return make_token(kind, word, at - len(word), at)

    def _spelt(self, word: str, kind: str, row: Row) -> str:
        """What is spelt like a name: a keyword where one may stand, else a name unless it is reserved."""
        keyword = self._words.get(word)
        if keyword is None:
            return kind
        if keyword in row:
            return keyword
        return RESERVED if kind == NAME and word in self._reserved else kind

    def _read_in_turn(self, text: str, at: int, end: int, row: Row) -> Token:
        """
        The next word by the terminals of a state, one after the other.

        Raises:
            Unexpected: none fits.
        """
        blanks = _compiled(self._blanks).match(text, at, end)
        at = at if blanks is None else blanks.end()
        if at == end:
            return make_token(END, "", end, end)
        allowed = [name for name in self._patterns if name in row or name == NAME]
        word = self._first(allowed, text, at, end, row)
        if word is None:
            raise Unexpected(self._first(self._patterns, text, at, end, row), at, allowed)
        return word

    def _first(self, kinds: Iterable[str], text: str, at: int, end: int, row: Row) -> Token | None:
        """The word that begins at *at*, as the first of some terminals that fits."""
        for kind in kinds:
            found = _compiled(self._patterns[kind]).match(text, at, end)
            if found is not None:
                word = found[0]
                return make_token(
                    self._spelt(word, kind, row) if kind in self._names else kind, word, at, found.end()
                )
        return None


_compiled = functools.cache(re.compile)


def _terminals(row: Row) -> list[str]:
    """The terminals among the symbols of a state: symbols of rules are lower case."""
    return [symbol for symbol in row if symbol.isupper()]


def _step(rule: Rule, build: object) -> _Step:
    """A rule as `parse` applies it; *same*: its one part stands for itself, and nothing is done with it."""
    same = rule.single and rule.size == 1 and not rule.helpers
    helpers = tuple(reversed(rule.helpers))
    return rule.origin, rule.size, rule.single, same, helpers, _maker(rule, build)


def _maker(rule: Rule, build: object) -> Callable[[list[Any]], Any]:
    if rule.method == "-":
        return _as_they_are
    made: Callable[[list[Any]], Any] = getattr(build, rule.method, None) or _unmade(rule.origin)
    return made


def _as_they_are(parts: list[Any]) -> list[Any]:
    """A helper's value is its parts, which go into the rule around it; nobody else has the list."""
    return parts


def _unmade(origin: str) -> Callable[[list[Any]], Any]:
    def refuse(parts: list[Any]) -> Any:
        raise NotImplementedError(f"build.py has no method for the rule {origin}")

    return refuse
