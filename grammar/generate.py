"""
Writes what highlighting needs to know of the language, read off the grammar and the tables of the checker.

Run as ``python grammar/generate.py`` after a change of ``grammar/tier.lark``, of ``builtins.py`` or of the highlighting
rules, and read `git diff`; a test says when it has to be run. It writes

- ``src/tierlang/highlight/tables.py``: every word and mark by the part it plays, so that colouring needs no parser;
- ``grammar/tier.tmLanguage.json`` and ``grammar/language-configuration.json``: the same rules for TextMate editors.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lark.grammar import Symbol

from tierlang.builtins import BUILTINS, FUNCTIONS, MODES, NAMES
from tierlang.cli.results import STATUSES
from tierlang.periods import UNITS
from tierlang.run.explain_text import WORDS
from tierlang.syntax.grammar import FREE_WORDS, RESERVED_FOR_LATER, grammar_path, parser
from tierlang.syntax.layout import FULL_WIDTH
from tierlang.types import BOOL, CURRENCIES, DATE, NUMBER_KINDS, TEXT, TIER

ROOT = Path(__file__).resolve().parents[1]

LEVELS = "rules"
"""The heading in the grammar below which statements lead to a level; those elsewhere declare or define."""


# ------------------------------------------------------------------ the grammar, read by lark


@cache
def _words() -> dict[str, str]:
    """The reserved words, by the name of their terminal."""
    return {
        terminal.name: str(terminal.pattern.value)
        for terminal in parser().terminals
        if terminal.pattern.type == "str" and terminal.pattern.value.isidentifier()
    }


@cache
def _headings() -> dict[str, str]:
    """The heading that each rule of the grammar stands below: the first word of ``// ----- heading: …``."""
    heading, found = "", {}
    for line in grammar_path().read_text("utf-8").splitlines():
        if title := re.match(r"// -{8,} (\w+)", line):
            heading = title[1]
        elif rule := re.match(r"[?!]?([a-z_]+)\s*:", line):
            found[rule[1]] = heading
    return found


def _expansions() -> Iterator[tuple[str, list[Symbol]]]:
    """Every way to write every rule, with optional parts written out and repetitions as rules of their own."""
    for rule in parser().rules:
        yield rule.origin.name, list(rule.expansion)


def _first(symbol: Symbol) -> set[str]:
    """A symbol's name; for a repetition what it may begin with."""
    if not symbol.name.startswith("__"):
        return {symbol.name}
    return {
        name
        for rule, (first, *_) in _expansions()
        if rule == symbol.name and first != symbol
        for name in _first(first)
    }


def _uses() -> Iterator[tuple[str, str, set[str]]]:
    """Every place of a reserved word: the word, the rule, and what may stand behind it there."""
    for name, expansion in _expansions():
        made = re.fullmatch(r"__(\w+?)_(?:star|plus)_[0-9]+", name)
        for place, symbol in enumerate(expansion):
            if symbol.name in _words():
                after = _first(expansion[place + 1]) if place + 1 < len(expansion) else set()
                yield _words()[symbol.name], made[1] if made else name, after


def _is_option(rule: str, after: set[str]) -> bool:
    """Whether a word with *after* behind it is an option of a call, as `over:` is; ``else:`` in a table is none."""
    return after == {"COLON"} and _headings()[rule] == "expressions" and rule != "pair"


def followers() -> dict[str, set[str]]:
    """By terminal or rule: the reserved words directly behind which it may stand."""
    found: dict[str, set[str]] = {}
    for word, _, after in _uses():
        for name in after:
            found.setdefault(name, set()).add(word)
    return found


def word_classes() -> dict[str, set[str]]:
    """
    The reserved words by the part they play, each in one class; names of types and units are in none.

    A use as an option of a call, or as the `for` and `by` of a generator, says nothing of the part.
    """
    statements = {expansion[0].name for rule, expansion in _expansions() if rule == "kind"}
    openers, literals = {}, set()
    for rule, expansion in _expansions():
        first = _words().get(expansion[0].name)
        if first and rule in statements:
            openers[first] = rule
        if first and rule == "literal":
            literals.add(first)
    places: dict[str, set[str]] = {word: set() for word in _words().values()}
    called = set(places)
    for word, rule, after in _uses():
        aside = rule in {"option_word", "generator"} or _is_option(rule, after)
        places[word].add("aside" if aside else _headings()[rule])
        if after != {"LPAR"}:
            called.discard(word)

    def class_of(word: str) -> str:
        if word in literals:
            return "CONSTANTS"
        if word in openers:
            return "RULES" if _headings()[openers[word]] == LEVELS else "DECLARATIONS"
        if "expressions" in places[word]:
            return "RULES" if word in called else "OPERATORS"
        if places[word] - {"aside"} <= {LEVELS}:
            return "RULES"
        return "DECLARATIONS" if places[word] - {"aside"} == {"examples"} else "CLAUSES"

    classes: dict[str, set[str]] = {
        name: set() for name in ("DECLARATIONS", "RULES", "OPERATORS", "CLAUSES", "CONSTANTS")
    }
    for word in places.keys() - {*_types(), *UNITS} | openers.keys():
        classes[class_of(word)].add(word)
    return classes


# ------------------------------------------------------------------ the tables of the checker


def _types() -> set[str]:
    """The names of types, those with a syntax of their own among them."""
    written = {expansion[0].name for rule, expansion in _expansions() if rule == "type"}
    return {
        *NUMBER_KINDS,
        *map(str, (BOOL, TEXT, DATE, TIER)),
        *(_words()[n] for n in written & _words().keys()),
    }


def _options() -> dict[str, set[str]]:
    """The options of calls, and the words that are values of one."""
    found: dict[str, set[str]] = {word: set() for word, rule, after in _uses() if _is_option(rule, after)}
    for builtin in BUILTINS.values():
        for key, values in builtin.options:
            found.setdefault(key, set()).update(values)
    return found


def _marks() -> set[str]:
    """The marks of the grammar: terminals, or alternatives of one, without a letter or digit."""
    found = set()
    for terminal in parser().terminals:
        value = str(terminal.pattern.value)
        alternatives = re.fullmatch(r"\(\?:(.*)\)", value)
        if terminal.pattern.type == "str" and not value.isidentifier():
            found.add(value)
        elif alternatives and not re.search(r"[\w\s\[]", value):
            found |= {re.sub(r"\\(.)", r"\1", mark) for mark in alternatives[1].split("|")}
    return found


def _pattern(name: str) -> str:
    """The regular expression of a terminal, without what it says of the characters behind it."""
    (pattern,) = (str(t.pattern.value) for t in parser().terminals if t.name == name)
    return re.sub(r"\(\?!.*\)$", "", pattern)


def _characters(name: str) -> str:
    """The characters of a terminal that is one of several characters."""
    return _pattern(name).removeprefix("[").removesuffix("]")


def _periods() -> list[str]:
    """The regular expressions of labels of periods, but for days and bare years."""
    names = [first.name for rule, (first, *_) in _expansions() if rule == "period"]
    return [_pattern(name) for name in names if name not in {"DATE", "INT"}]


def table_values() -> dict[str, tuple[str, Any]]:
    """Every table by its name: its docstring and its value."""
    classes = {name: sorted(words) for name, words in word_classes().items()}
    options = _options()
    truths = {key: sorted(words[key] for words in WORDS.values()) for key in ("true", "false", "none")}
    statuses = {word for said in STATUSES.values() for word in (said.en, said.zh)}
    wide = {chr(ascii_): chr(full) for full, ascii_ in FULL_WIDTH.items() if chr(ascii_) != " "}
    return {
        "DECLARATIONS": ("Words that begin a statement which declares or defines; and those of examples.", classes["DECLARATIONS"]),
        "RULES": ("Words of the statements that lead to a level; and those that begin arms.", classes["RULES"]),
        "OPERATORS": ("Words inside expressions.", classes["OPERATORS"]),
        "CLAUSES": ("Words inside statements, quieter than those that begin one.", classes["CLAUSES"]),
        "CONSTANTS": ("Words that are values.", classes["CONSTANTS"]),
        "FREE": ("Clause words that may be declared as names too.", sorted(FREE_WORDS)),
        "LATER": ("Words that no name may be, kept for later editions.", sorted(RESERVED_FOR_LATER - FUNCTIONS)),
        "TYPES": ("Words that may stand where a type does; most are ordinary names elsewhere.", sorted(_types())),
        "UNITS": ("Words of the calendar, all with an optional plural; names outside of windows and series.", [u for u in UNITS if " " not in u]),
        "CURRENCIES": ("Codes behind an amount.", sorted(CURRENCIES)),
        "SCALES": ("Characters behind digits that multiply.", _characters("SCALE")),
        "SIGNS": ("Characters behind digits that divide.", _characters("PERCENT")),
        "PERIODS": ("Labels of periods that are not a day or a bare year, as regular expressions.", _periods()),
        "DAY": ("A day of the calendar, as a regular expression.", _pattern("DATE")),
        "DAY_OF_YEAR": ("A day of any year.", _pattern("MONTH_DAY")),
        "FUNCTIONS": ("Built-in functions; names where no bracket follows.", sorted(FUNCTIONS)),
        "NAMES": ("Built-in names.", sorted(NAMES)),
        "OPTIONS": ("What may stand before a colon in a call or among the settings of a ranking.", sorted(options)),
        "OPTION_VALUES": ("Words that are values of an option, or a mode of rounding.", sorted({*MODES}.union(*options.values()))),
        "MARKS": ("Marks of one or more characters, the longest first.", sorted(_marks(), key=lambda m: (-len(m), m))),
        "WIDE": ("The full-width twin of a mark, where there is one.", dict(sorted(wide.items()))),
        "BEFORE": ("By terminal or rule of the grammar: the reserved words directly behind which it may stand.",
                   {name: sorted(words) for name, words in sorted(followers().items()) if name in _PLACED}),
        "STATUSES": ("What the output says of a subject.", sorted(statuses)),
        "HOLDS": ("What an explanation says of a condition that is true.", truths["true"]),
        "HOLDS_NOT": ("What it says of one that is false.", truths["false"]),
        "OPEN": ("What it says of one that is neither.", truths["none"]),
    }  # fmt: skip


_PLACED = {"DOTTED", "INT", "MONTH_DAY", "declaration", "ident", "unit"}
"""What the highlighter gives a colour by the word before it."""

# ------------------------------------------------------------------ writing

_HEAD = '''\
"""
The words and marks of the language, by the part they play.

Written by ``python grammar/generate.py`` from ``grammar/tier.lark`` and the tables of the checker: do not edit.
"""

# fmt: off
'''
_WIDTH = 110


def tables_module() -> str:
    """The text of src/tierlang/highlight/tables.py."""
    parts = [f'\n{name} = {_literal(value)}\n"""{doc}"""\n' for name, (doc, value) in table_values().items()]
    return _HEAD + "".join(parts)


def _literal(value: Any, indent: str = "") -> str:
    """A value as Python text: sequences as tuples, on one line where there is room."""
    inner = indent + "    "
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        rows = [f"{inner}{_quoted(key)}: {_literal(item, inner)},\n" for key, item in value.items()]
        return "{\n" + "".join(rows) + indent + "}"
    items = [_quoted(item) for item in value]
    line = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    if len(line) + len(indent) < _WIDTH - 20:
        return line
    return "(\n" + "".join(f"{inner}{line}\n" for line in _lines(items)) + indent + ")"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _lines(items: Iterable[str]) -> Iterator[str]:
    line = ""
    for item in items:
        if line and len(line) + len(item) + 2 > _WIDTH:
            yield line
            line = ""
        line += f"{' ' if line else ''}{item},"
    yield line


def main() -> None:
    """Write the table of words, then what is made from it."""
    (ROOT / "src" / "tierlang" / "highlight" / "tables.py").write_text(tables_module(), "utf-8", newline="\n")
    command = [sys.executable, "-m", "tierlang.highlight.textmate", ROOT / "grammar"]
    subprocess.run(command, check=True)  # noqa: S603 - our own module, in a process that reads the new words


if __name__ == "__main__":
    main()
