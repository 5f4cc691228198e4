"""
Makes the LALR(1) tables of grammar/tier.lark with lark, and writes them to tier.tables.

``python -m tierlang.syntax.generate`` after every change of the grammar; a test fails until then, and until then each
process makes them for itself. States are numbered in the order in which the sorted symbols reach them, so that the same
grammar always gives the same file.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef
from lark.parsers.lalr_analysis import Shift

from tierlang.syntax.tables import TABLES, grammar_path, heading

START = "statement"
ALWAYS = "NAME"
"""The terminal that is read everywhere, so that no keyword is split off a name's front: `vip orb` is not `vip or b`."""

_Actions = Mapping[str, tuple[Any, Any]]


def lalr(grammar: str) -> Lark:
    """The parser that lark makes of the grammar, with its plain trees."""
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start=START,
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def tables_text(grammar: bytes) -> str:
    """The content of tier.tables for a grammar."""
    built = lalr(grammar.decode())
    table = built.parser.parser._parse_table  # noqa: SLF001  # lark gives its tables only as pickles
    states = _numbered(table.states, table.start_states[START])
    rules = sorted({*built.rules}, key=lambda rule: (rule.origin.name, rule.order, str(rule.expansion)))
    numbers = {rule: number for number, rule in enumerate(rules)}
    sets: dict[str, int] = {}
    rows = [_row(table.states[state], states, numbers, sets) for state in states]
    ends = f"{states[table.start_states[START]]} {states[table.end_states[START]]}"
    lines = [
        heading(grammar),
        f"ends {ends}",
        *(f"terminal {line}" for line in _terminals(built)),
        *(f"rule {_rule(rule)}" for rule in rules),
        *(f"ahead {names}" for names in sets),
        *(f"state {row}" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _numbered(states: Mapping[Any, _Actions], first: Any) -> dict[Any, int]:
    numbers = {first: 0}
    for state in (waiting := [first]):
        for symbol in sorted(states[state]):
            action, target = states[state][symbol]
            if action is Shift and target not in numbers:
                numbers[target] = len(numbers)
                waiting.append(target)
    return numbers


def _row(
    actions: _Actions, states: Mapping[Any, int], rules: Mapping[Rule, int], sets: dict[str, int]
) -> str:
    items = [f"{symbol}={states[to]}" for symbol, (action, to) in sorted(actions.items()) if action is Shift]
    ahead: dict[int, list[str]] = {}
    for symbol, (action, rule) in sorted(actions.items()):
        if action is not Shift:
            ahead.setdefault(rules[rule], []).append(symbol)
    for number, symbols in sorted(ahead.items()):
        names = " ".join(symbols)
        items.append(f"{number}:{sets.setdefault(names, len(sets))}")
    return " ".join(items)


def _terminals(built: Lark) -> Iterable[str]:
    """In the order in which lark's lexer tries them; see its `BasicLexer`."""
    words = {str(t.pattern.value) for t in built.terminals if t.pattern.type == "str" and _is_name(t, built)}
    for terminal in sorted(
        built.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name)
    ):
        pattern = terminal.pattern.to_regexp().replace("\n", r"\n").replace("\t", r"\t")
        if terminal.pattern.type == "str":
            spelt = str(terminal.pattern.value)
            yield f"{terminal.name} {'word' if spelt in words else 'sign'} {spelt}"
        elif terminal.name in built.ignore_tokens:
            yield f"{terminal.name} skip {pattern}"
        else:
            like_name = terminal.priority == 0 and any(re.fullmatch(pattern, word) for word in words)
            yield f"{terminal.name} {'name' if like_name else 'pattern'} {pattern}"


def _is_name(terminal: TerminalDef, built: Lark) -> bool:
    name = next(t for t in built.terminals if t.name == ALWAYS)
    return re.fullmatch(name.pattern.to_regexp(), str(terminal.pattern.value)) is not None


def _rule(rule: Rule) -> str:
    """As lark's parse-tree builder shapes it: rules whose names begin with `_` are helpers."""
    origin = rule.origin.name
    method = "-" if origin.startswith("_") else rule.alias or origin
    helpers = [i for i, s in enumerate(rule.expansion) if not s.is_term and s.name.startswith("_")]
    single = "single" if rule.options.expand1 and not rule.alias else "made"
    return " ".join([origin, method, str(len(rule.expansion)), single, *map(str, helpers)])


def main() -> None:
    """Write the tables of this checkout."""
    TABLES.write_text(tables_text(grammar_path().read_bytes()), encoding="utf-8")


if __name__ == "__main__":
    main()
