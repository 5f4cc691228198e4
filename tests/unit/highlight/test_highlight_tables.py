"""The words come from the grammar and the checker's tables: what is written there is coloured after one command."""

import re
import sys
from pathlib import Path

import pytest
from highlight_texts import ROOT
from lark import Lark
from pygments.token import STANDARD_TYPES, Error

from tierlang.highlight import kinds, rules, tables
from tierlang.syntax.grammar import FREE_WORDS, RESERVED_FOR_LATER, grammar_path, keywords
from tierlang.syntax.layout import FULL_WIDTH

sys.path.insert(0, str(ROOT / "grammar"))

import generate

STALE = "run `python grammar/generate.py`, then read `git diff`"
CLASSES = ("DECLARATIONS", "RULES", "OPERATORS", "CLAUSES", "CONSTANTS")


def test_tables_are_fresh() -> None:
    """The table of words is what the grammar and the checker say now."""
    assert Path(tables.__file__).read_text("utf-8") == generate.tables_module(), STALE


def test_every_reserved_word_has_one_part() -> None:
    """The classes together are the reserved words; a word that is a type or a unit as well may be in none."""
    words = [word for name in CLASSES for word in getattr(tables, name)]
    assert len(words) == len(set(words))
    assert keywords() - {*tables.TYPES, *tables.UNITS} <= set(words) <= keywords()


def test_name_behind_a_word_has_a_meaning() -> None:
    """
    Where a name follows a reserved word, somebody has said what it stands for.

    A new statement such as `freeze LEVEL if …` fails here: add its word to BY_WORD in highlight/rules.py, with the frame that
    colours the name (``level``, ``declared``, ``noun``, ``label`` …), or ``()`` for an ordinary name.
    """
    assert set(tables.BEFORE["ident"]) - set(rules.BY_WORD) == set()
    assert set(rules.BY_WORD) <= keywords()
    assert {frame for frames in rules.BY_WORD.values() for frame in frames} <= set(rules.FRAMES)


def test_free_and_later_words() -> None:
    """What may be declared and what is kept for later are as the parser has them."""
    assert set(tables.FREE) == FREE_WORDS
    assert set(tables.LATER) <= RESERVED_FOR_LATER
    assert {chr(twin): chr(wide) for wide, twin in FULL_WIDTH.items() if chr(twin) != " "} == tables.WIDE


# ------------------------------------------------------------------ a change of the grammar


def changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *replacements: tuple[str, str]) -> None:
    """Let the generator read a grammar in which texts have been replaced."""
    text = grammar_path().read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "tier.lark"
    path.write_text(text, "utf-8")
    parser = Lark(text, parser="lalr", start="statement", keep_all_tokens=True, maybe_placeholders=False)
    monkeypatch.setattr(generate, "grammar_path", lambda: path)
    monkeypatch.setattr(generate, "parser", lambda: parser)
    for cached in (generate._words, generate._headings):
        monkeypatch.setattr(generate, cached.__name__, cached.__wrapped__)


NEW = [
    ('limit: ("cap" | "floor")', 'limit: ("cap" | "floor" | "freeze")', "RULES", "freeze"),
    ('rounding: "rounding" ident', 'rounding: "rounding" ident\n      | "currency" CURRENCY', "DECLARATIONS", "currency"),
    ('cohort: "cohort" ident', 'cohort: "cohort" ident ["among" ident]', "CLAUSES", "among"),
    ("?negation: not_", '?negation: "unless" negation | not_', "OPERATORS", "unless"),
    ("arm: pattern", 'pick: "pick" "(" expr ")" "{" arm "}"\narm: pattern', None, "pick"),
    ('"missing"                                      -> missing_literal',
     '"missing"                                      -> missing_literal\n       | "never_known" -> missing_literal', "CONSTANTS", "never_known"),
]  # fmt: skip


@pytest.mark.parametrize("old, new, part, word", NEW, ids=[word for *_, word in NEW])
def test_new_word_is_found(old, new, part, word, monkeypatch, tmp_path) -> None:
    """A word that the grammar gets is coloured by the part that its place gives it; one that no rule reaches by none."""
    if word == "pick":
        changed(monkeypatch, tmp_path, (old, new), ("| band | match |", "| band | match | pick |"))
        part = "RULES"
    else:
        changed(monkeypatch, tmp_path, (old, new))
    found = {name: value for name, (_, value) in generate.table_values().items()}
    assert [name for name in CLASSES if word in found[name]] == [part]
    assert all(set(getattr(tables, name)) <= set(found[name]) for name in CLASSES)


def test_new_mark_and_follower_are_found(monkeypatch, tmp_path) -> None:
    """A new operator is a mark, and a word before a unit is known to stand there."""
    changed(
        monkeypatch,
        tmp_path,
        ('coalesce: terms ("??" terms)+', 'coalesce: terms (("??" | "|>") terms)+'),
        ('| "previous" unit', '| "following" unit -> previous_window\n      | "previous" unit'),
    )
    found = {name: value for name, (_, value) in generate.table_values().items()}
    assert "|>" in found["MARKS"]
    assert "following" in found["BEFORE"]["unit"]
    assert "following" in found["CLAUSES"]


# ------------------------------------------------------------------ kinds


def test_kinds_are_told_apart() -> None:
    """No two kinds share a token or a scope, and every token is one that all styles know."""
    tokens = [kind.token for kind in kinds.ALL]
    scopes = [kind.scope for kind in kinds.ALL]
    assert len(kinds.ALL) >= 30
    assert len(set(tokens)) == len(tokens)
    assert len(set(scopes)) == len(scopes)
    assert set(tokens) - {Error} <= set(STANDARD_TYPES)


def test_page_shows_every_kind() -> None:
    """The table of the documentation names every kind, with its token and its scope."""
    page = (ROOT / "docs" / "highlighting.md").read_text("utf-8")
    shown = set(re.findall(r"`([\w.-]+)`", page[page.index("## Kinds of text") :]))
    for kind in kinds.ALL:
        short = re.sub(r"^Token\.(?:Literal\.(?=String|Number))?", "", str(kind.token))
        assert {short, kind.scope} <= shown or kind in {kinds.BLANK, *PLAIN}, kind


PLAIN = {kinds.NAME, kinds.OPERATOR, kinds.PUNCTUATION}
"""What needs no row of its own."""
