"""Pygments guesses schemes to be schemes, and nothing else to be one."""

import tomllib
from pathlib import Path

import pytest
from highlight_texts import GOLDEN, HERE, SCHEMES, cases
from pygments.lexers import get_lexer_by_name, guess_lexer
from pygments.util import ClassNotFound

from tierlang.highlight import TierLexer, TierOutputLexer

OTHERS = tomllib.loads((HERE / "other_languages.toml").read_text("utf-8"))
WHOLE = [path for path in SCHEMES if "overlays" not in path.parts]


@pytest.fixture(scope="module")
def installed() -> None:
    """Skips where Pygments cannot know of the lexer."""
    try:
        get_lexer_by_name("tier")
    except ClassNotFound:
        pytest.skip(
            "tierlang is not installed here with its entry points, so Pygments cannot guess its language"
        )


@pytest.mark.parametrize("language", OTHERS)
def test_no_other_language(language: str) -> None:
    """A text of another language is not claimed, with whatever words."""
    assert TierLexer.analyse_text(OTHERS[language]["text"]) == 0.0


@pytest.mark.parametrize("language", OTHERS)
def test_other_language_is_guessed_as_another(language: str, installed: None) -> None:
    """Among all lexers ours is not the one that is chosen for such a text."""
    assert not isinstance(guess_lexer(OTHERS[language]["text"]), TierLexer)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_scheme(path: Path) -> None:
    """A published scheme is one for sure."""
    assert TierLexer.analyse_text(path.read_text("utf-8")) == 1.0


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_scheme_is_guessed(path: Path, installed: None) -> None:
    """Of all lexers that Pygments knows, ours claims a published scheme most."""
    assert isinstance(guess_lexer(path.read_text("utf-8")), TierLexer)


@pytest.mark.parametrize(
    "text, least",
    [
        ("edition 1\n", 0.5),
        ("\ufeffedition 1", 0.5),
        ("# 规则\n\n## of 2017\n  edition 1 # the first\nscheme a.b", 1.0),
        ("scheme tmall_global.quarter\n", 0.5),
        ("scheme 天猫.季度", 0.5),
        ("tiers A > B\ntier A if x > 1\ntier B otherwise", 0.2),
        ("tiers 金 > `银 牌` exclusive\ninput 得分：number", 0.2),
        ('example "a" for 2017-H1\ngiven x = 1\nexpect tier = A\nend\ncap A if x > 2', 0.2),
    ],
)
def test_likely(text: str, least: float) -> None:
    """One line that opens a scheme, or two statements of different kinds, are enough."""
    assert TierLexer.analyse_text(text) >= least


@pytest.mark.parametrize(
    "text",
    ["", "# only a comment", "scheme demo", "edition of 1\n", "(define scheme a.b)", "scheme a.b = 5", "edition 1.0",
     "edition = 1", "tiers A > B", "input x : number", "tier A if x", "input x : number\ninput y : count", "x edition 1"],
)  # fmt: skip
def test_unlikely(text: str) -> None:
    """One statement that another language may have, or none, is not."""
    assert TierLexer.analyse_text(text) == 0.0


def test_most_cases_are_likely() -> None:
    """Of the conformance cases that are whole schemes, with a ladder, nearly all are recognised."""
    whole = [case.scheme for case in cases() if case.is_good and "tiers " in case.scheme]
    assert len(whole) >= 50
    assert sum(TierLexer.analyse_text(text) > 0 for text in whole) >= 0.95 * len(whole)


def test_output_is_not_guessed() -> None:
    """What a command printed is claimed by nobody here, and least of all as a scheme."""
    for path in GOLDEN:
        text = path.read_text("utf-8")
        assert (TierLexer.analyse_text(text), TierOutputLexer.analyse_text(text)) == (0.0, 0.0), path.name
