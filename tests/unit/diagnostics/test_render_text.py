"""Diagnostics as people see them: carets under the right characters, and no way to steer a terminal."""

import re

import pytest
from diagnostic_samples import (
    CELL,
    COMMA,
    DATA_FILE,
    GAP,
    HOSTILE,
    IN_MEMORY,
    MULTILINE,
    NO_PLACE,
    WHOLE_FILE,
    span_of,
)

from tierlang.diagnostics import DataPlace, Diagnostic
from tierlang.diagnostics.render import render_text, summary
from tierlang.source import SourceText

CASES = {
    "label on another line": (
        GAP,
        """\
warning[W-TIER-GAP]: no tier covers `79 < score < 80`
  --> schemes/gbt31526_2015.tier:9:30
   |
 9 | tier TWO   if 70 <= score <= 79
   |                              ^^ `TWO` ends here
10 | tier THREE if 80 <= score <= 89
   |               -- `THREE` starts here
   |
   = note: for example `score` = 79.5
   = note: such a subject would fall to `FAIL`
   = help: let one range begin where the other ends, as in `70 <= score < 80`, or declare a `step`
""",
    ),
    "wide characters": (
        COMMA,
        """\
error[E-COMMA-NUMBER]: `1,000` looks like one number, but a comma separates two
 --> 方案/五星 100%.tier:1:12
  |
1 | 运营五星 = max(1,000, 2)
  |                ^^^^^
  |
  = help: write `1_000` for one number, or put a space after the comma for two
""",
    ),
    "over several lines": (
        MULTILINE,
        """\
error[E-NOT-CONDITION]: a condition is needed here, not a number
 --> sales.tier:1:9
  |
1 | require all(
  |         ^^^^
  |
  = help: compare it with something, as in `orders > 0`
""",
    ),
    "a cell of a workbook": (
        CELL,
        """\
error[E-DATA-CELL]: `九百万` is written in Chinese numerals
  --> shops.xlsx, sheet "Q3", row 17, column "sales": "九百万"
   = note: what is needed here: a whole number
   = help: write `9000000`
""",
    ),
    "rows in memory": (
        IN_MEMORY,
        """\
error[E-DATA-FLOAT]: the float `0.1` is not exact
  --> row 2, column "score": "0.1"
   = help: from Python: hand over an `int`, a `Decimal`, a `Fraction` or a text; \
or ask for `floats="shortest"` to read the digits shown
""",
    ),
    "a file of data": (
        DATA_FILE,
        """\
error[E-DATA-FILE]: the file does not exist
  --> shops.csv
""",
    ),
    "a whole file": (
        WHOLE_FILE,
        """\
warning[W-EXAMPLE-NONE]: the scheme has no example
  --> 方案/五星 100%.tier
   = help: add one for each level, with values on both sides of its bound
""",
    ),
    "no place at all": (
        NO_PLACE,
        """\
error[E-PARAM-MISSING]: the parameter `bar` has to be supplied
   = note: the scheme declares it `external`
   = help: give its value together with the data
""",
    ),
    "hostile characters": (
        HOSTILE,
        r"""
error[E-UNKNOWN-NAME]: the name `b\u000a::error::\u009b31m\u2066` is not declared
 --> evil\u001b[2J\u000a::error::.tier:1:14
  |
1 | a = 1 \u202e\u001b[31m b
  |                        ^
  |
  = help: perhaps this is meant: `{name}`, `a%0A`
"""[1:],
    ),
}


@pytest.mark.parametrize(("diagnostic", "expected"), CASES.values(), ids=CASES)
def test_english(diagnostic: Diagnostic, expected: str) -> None:
    """The whole text, to the letter."""
    assert render_text([diagnostic]) == expected


CHINESE_CASES = {
    "source": (
        GAP,
        """\
警告[W-TIER-GAP]：没有等级覆盖 `79 < score < 80`
  --> schemes/gbt31526_2015.tier:9:30
   |
 9 | tier TWO   if 70 <= score <= 79
   |                              ^^ `TWO` 到此为止
10 | tier THREE if 80 <= score <= 89
   |               -- `THREE` 从此开始
   |
   = 说明：例如 `score` = 79.5
   = 说明：这样的对象会落到 `FAIL`
   = 建议：请让区间首尾相接，如 `70 <= score < 80`；或给输入项声明 `step`
""",
    ),
    "data": (
        CELL,
        """\
错误[E-DATA-CELL]：`九百万` 使用了中文数字
  --> shops.xlsx，工作表“Q3”，第17行，列“sales”：“九百万”
   = 说明：此处应为：整数
   = 建议：请写 `9000000`
""",
    ),
    "rows in memory": (
        IN_MEMORY,
        """\
错误[E-DATA-FLOAT]：浮点数 `0.1` 不是精确值
  --> 第2行，列“score”：“0.1”
   = 建议：用 Python 时：请传入 `int`、`Decimal`、`Fraction` 或文本；若确认按显示的数字读取，请设置 `floats="shortest"`
""",
    ),
}


@pytest.mark.parametrize(("diagnostic", "expected"), CHINESE_CASES.values(), ids=CHINESE_CASES)
def test_chinese(diagnostic: Diagnostic, expected: str) -> None:
    """The same in Chinese: words, punctuation, and places in data."""
    assert render_text([diagnostic], lang="zh") == expected


def test_data_that_breaks_a_declaration_shows_both() -> None:
    """First the cell, then the declaration in the scheme."""
    source = SourceText("a.tier", "input score : number 0..100\n")
    args = {"value": "120", "low": "0", "high": "100"}
    place = DataPlace("shops.csv", None, 3, "score", "120")
    diagnostic = Diagnostic("E-DATA-RANGE", args, source, span_of(source, "0..100"), place=place)
    assert (
        render_text([diagnostic])
        == """\
error[E-DATA-RANGE]: `120` lies outside the declared range `0..100`
 --> shops.csv, row 3, column "score": "120"
 ::: a.tier:1:22
  |
1 | input score : number 0..100
  |                      ^^^^^^
  |
  = help: correct the value, or widen the range of the input
"""
    )


def test_several_are_parted_by_an_empty_line_and_nothing_follows() -> None:
    """Counts are for `summary`."""
    assert render_text([NO_PLACE, IN_MEMORY]) == render_text([NO_PLACE]) + "\n" + render_text([IN_MEMORY])
    assert render_text([]) == ""


def test_str_of_a_diagnostic_is_its_text() -> None:
    """For tracebacks and tests."""
    assert str(GAP) == render_text([GAP]).rstrip("\n")


def test_link_to_the_page() -> None:
    """The last line, with or without a slash at the end of the base."""
    for base in ("https://example.org/codes", "https://example.org/codes/"):
        text = render_text([NO_PLACE], base_url=base)
        assert text.endswith("\n   = see: https://example.org/codes/E-PARAM-MISSING.md\n")


@pytest.mark.parametrize("diagnostic", [GAP, COMMA, CELL, HOSTILE], ids=lambda d: d.code)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_colour_changes_nothing_but_colour(diagnostic: Diagnostic, lang: str) -> None:
    """Without the escape sequences the text is the plain one, and every colour is switched off again."""
    coloured = render_text([diagnostic], lang=lang, colour=True)
    plain = render_text([diagnostic], lang=lang)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain != coloured
    assert len(re.findall(r"\x1b\[[1-9][0-9;]*m", coloured)) == coloured.count("\x1b[0m")
    assert "\x1b" not in plain


def test_colours_of_severities() -> None:
    """Errors are red, warnings yellow, both at the head and under the line."""
    assert render_text([COMMA], colour=True).count("\x1b[1;31m") == 2
    assert render_text([GAP], colour=True).count("\x1b[1;33m") == 3


@pytest.mark.parametrize(
    ("found", "english", "chinese"),
    [
        ([], "no errors", "没有错误"),
        ([COMMA], "1 error", "1 个错误"),
        ([GAP], "1 warning", "1 个警告"),
        ([GAP, COMMA, CELL], "2 errors, 1 warning", "2 个错误，1 个警告"),
    ],
)
def test_summary(found: list[Diagnostic], english: str, chinese: str) -> None:
    """Errors first; what there is none of is not told."""
    assert summary(found) == english
    assert summary(found, "zh") == chinese
