"""Tables: columns line up by display width, long texts fold where a reader would fold them."""

import pytest

from tierlang.cli.tables import Column, draw, fitting, fold
from tierlang.source import display_width

FOLDED = [
    ("", 5, [""]),
    ("one two three", 7, ["one two", "three"]),
    ("one  two", 3, ["one", "two"]),
    ("一二三四五", 4, ["一二", "三四", "五"]),
    ("一二，三", 4, ["一", "二，", "三"]),
    ("一二（三）", 6, ["一二", "（三）"]),
    ("分 score 分", 8, ["分 score", "分"]),
    ("90% of it", 6, ["90% of", "it"]),
    ("incomprehensible", 6, ["incomp", "rehens", "ible"]),
    ("an incomprehensible", 6, ["an", "incomp", "rehens", "ible"]),
]


@pytest.mark.parametrize(("text", "width", "lines"), FOLDED)
def test_fold(text: str, width: int, lines: list[str]) -> None:
    """Texts break at spaces and between Chinese characters, never before closing punctuation."""
    assert fold(text, width) == lines


@pytest.mark.parametrize("width", [2, 3, 8, 13, 40])
def test_fold_loses_nothing(width: int) -> None:
    """Whatever the width, no line is longer, and no character but spaces is lost."""
    text = "支付订单量（orders）为必须指标, the mandatory indicator，and 90% of 「引用」it。" * 3
    lines = fold(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(display_width, lines)) <= max(width, 6)


def test_draw_aligns_by_display_width() -> None:
    """五 is two columns wide."""
    columns = [Column("id"), Column("分数", "得分", align=">")]
    assert draw(columns, [["五星", "1"], ["a", "22"]]) == [
        "id    分数",
        "      得分",
        "----  ----",
        "五星     1",
        "a       22",
    ]


def test_draw_folds_to_the_width() -> None:
    """Columns that fold share what room there is; rows are kept apart by an empty line."""
    columns = [Column("id"), Column("words", folds=True), Column("line", align=">")]
    lines = draw(columns, [["a", "one two three four five", "7"], ["b", "one", "12"]], width=24)
    assert lines == [
        "id  words           line",
        "--  --------------  ----",
        "a   one two three      7",
        "    four five",
        "",
        "b   one               12",
    ]
    assert max(map(len, draw(columns, [["a", "x" * 90, "7"]], width=3))) == len("id  ") + 8 + len("  line")


def test_draw_shows_invisible_characters() -> None:
    """No cell can steer a terminal or break the table."""
    assert draw([Column("id")], [["a\x1b[31m\nb"]])[-1] == "a\\u001b[31m\\u000ab"


def test_fitting() -> None:
    """So many columns as fit, from the left; never none."""
    columns = [Column("aaaa"), Column("bbbb"), Column("cccc")]
    assert [fitting(columns, [], width) for width in (1, 4, 9, 10, 15, 16)] == [1, 1, 1, 2, 2, 3]


def test_a_table_without_rows() -> None:
    """Headings alone."""
    assert draw([Column("id", folds=True)], []) == ["id", "--"]
