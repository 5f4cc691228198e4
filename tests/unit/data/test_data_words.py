"""The words of the readers: both languages say the same, and the catalogue has room for all of them."""

import re
import string
from pathlib import Path

import pytest

from tierlang.data import words
from tierlang.data.problems import DataProblem, Problems
from tierlang.diagnostics import DataPlace
from tierlang.diagnostics.catalogue import catalogue
from tierlang.diagnostics.render import render_text
from tierlang.said import Said
from tierlang.types import BOOL, COUNT, DATE, DAYS, NUMBER, SHARE, TEXT, TIER, NumberType, SeriesType

ALL = {name: value for name, value in vars(words).items() if isinstance(value, Said)} | {
    f"PERIODS[{unit}]": value for unit, value in words.PERIODS.items()
}
SOURCES = Path(words.__file__).parents[1]


def blanks(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", ALL)
def test_both_languages_say_the_same(name: str) -> None:
    """The same facts, Chinese in Chinese and not in English (but for 是, 否 and the like)."""
    value = ALL[name]
    assert blanks(value.en) == blanks(value.zh)
    assert re.search("[\u3400-\u9fff]", value.zh)
    assert value.en[0].islower() or value.en[0] == "`"
    assert value.en.isprintable() and value.zh.isprintable()
    assert not value.en.endswith(".") and not value.zh.endswith("。")


@pytest.mark.parametrize("name", ALL)
def test_no_words_are_left_over(name: str) -> None:
    """Every constant is used by a reader."""
    used = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py") if path.name != "words.py")
    own = Path(words.__file__).read_text("utf-8")
    constant = name.partition("[")[0]
    assert f"words.{constant}" in used or own.count(constant) > 1


@pytest.mark.parametrize(
    "type",
    [
        NUMBER,
        COUNT,
        SHARE,
        DAYS,
        NumberType("money", "CNY"),
        BOOL,
        DATE,
        TEXT,
        TIER,
        SeriesType(NUMBER, "month"),
    ],
)
def test_every_type_says_what_it_takes(type: object) -> None:
    """No braces are left, the currency is named."""
    said = words.expected(type)  # type: ignore[arg-type]
    assert "{" not in said.en + said.zh
    assert "CNY" in said.en + said.zh or not isinstance(type, NumberType) or type.kind != "money"


def test_every_code_of_the_readers_is_in_the_catalogue() -> None:
    """Codes are written out in the sources, so that they can be found."""
    text = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    codes = set(re.findall(r'"([EW]-[A-Z-]+)"', text))
    assert len(codes) > 15
    assert codes <= set(catalogue())


@pytest.mark.parametrize(("lang", "reason"), [("en", "is more than 1"), ("zh", "大于 1")])
def test_words_are_shown_in_the_reader_s_language(lang: str, reason: str) -> None:
    """A diagnostic carries both languages of each fact that is words."""
    problems = Problems()
    problem = DataProblem("E-DATA-CELL", expected=words.A_BOOL, reason=words.MORE_THAN_ONE, help=None)
    problems.add_problem(problem, DataPlace("a.csv", None, 2, "rate"), "98.5")
    (finding,) = problems.errors
    assert finding.args == {
        "expected": words.A_BOOL.en,
        "expected_zh": words.A_BOOL.zh,
        "reason": words.MORE_THAN_ONE.en,
        "reason_zh": words.MORE_THAN_ONE.zh,
        "value": "98.5",
    }
    assert f"`98.5` {reason}" in render_text([finding], lang=lang)
