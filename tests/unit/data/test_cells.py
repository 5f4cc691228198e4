"""One cell: what it means, exactly, or why it is refused."""

import datetime
from fractions import Fraction

import pytest
from data_samples import CNY, EUR, HKD, JPY, USD, VND

from tierlang.data import CellProblem, DataProblem, read_cell, words
from tierlang.data.numerals import plain_text
from tierlang.said import Said
from tierlang.types import (
    ANY,
    BOOL,
    COUNT,
    DATE,
    DAYS,
    NUMBER,
    SHARE,
    TEXT,
    TIER,
    ListType,
    SeriesType,
    TextType,
    Type,
)

GOOD: list[tuple[Type, str, object]] = [
    (NUMBER, "12", 12),
    (NUMBER, " 12 ", 12),
    (NUMBER, "\u300012\u00a0", 12),
    (NUMBER, "-12.50", Fraction(-25, 2)),
    (NUMBER, "+3", 3),
    (NUMBER, "−3", -3),
    (NUMBER, "－３", -3),
    (NUMBER, "12.00", 12),
    (NUMBER, "007", 7),
    (NUMBER, ".5", Fraction(1, 2)),
    (NUMBER, "-.5", Fraction(-1, 2)),
    (NUMBER, "0.1", Fraction(1, 10)),
    (NUMBER, "1,234,567.8", Fraction(12345678, 10)),
    (NUMBER, "1，234", 1234),
    (NUMBER, "-1,234", -1234),
    (NUMBER, "１２３４．５", Fraction(2469, 2)),
    (NUMBER, "98.50%", Fraction(197, 200)),
    (NUMBER, "98.50％", Fraction(197, 200)),
    (NUMBER, "９８．５０％", Fraction(197, 200)),
    (NUMBER, "150 %", Fraction(3, 2)),
    (NUMBER, "5‰", Fraction(1, 200)),
    (NUMBER, "1,000%", 10),
    (NUMBER, "1.5亿", 150_000_000),
    (NUMBER, "-3万", -30_000),
    (NUMBER, "9" * 40 + "." + "9" * 40, Fraction(10**80 - 1, 10**40)),
    (NUMBER, "0." + "0" * 39 + "1", Fraction(1, 10**40)),
    (COUNT, "900万", 9_000_000),
    (COUNT, "900 萬", 9_000_000),
    (COUNT, "1.5億", 150_000_000),
    (COUNT, "12.0", 12),
    (COUNT, "0", 0),
    (COUNT, "-0", 0),
    (DAYS, "-3", -3),
    (DAYS, "90", 90),
    (SHARE, "0.985", Fraction(197, 200)),
    (SHARE, "98.5%", Fraction(197, 200)),
    (SHARE, "5‰", Fraction(1, 200)),
    (SHARE, "0", 0),
    (SHARE, "1", 1),
    (SHARE, "100%", 1),
    (CNY, "100000", 100_000),
    (CNY, "￥100,000", 100_000),
    (CNY, "¥ 99.90", Fraction(999, 10)),
    (CNY, "-¥5", -5),
    (CNY, "¥-5", -5),
    (CNY, "100000 CNY", 100_000),
    (CNY, "100,000元", 100_000),
    (CNY, "10万元", 100_000),
    (CNY, "10万 CNY", 100_000),
    (CNY, "1.234", Fraction(617, 500)),
    (JPY, "¥500", 500),
    (USD, "$1,234.50", Fraction(2469, 2)),
    (USD, "US$5", 5),
    (HKD, "HK$5", 5),
    (VND, "100,000₫", 100_000),
    (VND, "100000 VND", 100_000),
    (VND, "1,234.567", Fraction(1_234_567, 1000)),
    (EUR, "€12.50", Fraction(25, 2)),
    (EUR, "0.123", Fraction(123, 1000)),
    (BOOL, "true", True),
    (BOOL, "FALSE", False),
    (BOOL, "ＴＲＵＥ", True),
    (BOOL, "是", True),
    (BOOL, "否", False),
    (BOOL, "Yes", True),
    (BOOL, "no", False),
    (BOOL, "对", True),
    (BOOL, "错", False),
    (DATE, "2023-08-01", datetime.date(2023, 8, 1)),
    (DATE, "2023/8/1", datetime.date(2023, 8, 1)),
    (DATE, "2023.8.1", datetime.date(2023, 8, 1)),
    (DATE, "2023年8月1日", datetime.date(2023, 8, 1)),
    (DATE, "２０２３年８月１日", datetime.date(2023, 8, 1)),
    (DATE, "2024-02-29", datetime.date(2024, 2, 29)),
    (TEXT, " 服装\u3000", "服装"),
    (TEXT, "e\u0301", "é"),
    (TEXT, "two\nlines", "two\nlines"),
    (TEXT, "017", "017"),
    (TEXT, "1e3", "1e3"),
    (TEXT, "none", "none"),
    (TEXT, "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    (TextType(("N/A", "ok")), "N/A", "N/A"),
    (TEXT, '="00123"', "00123"),
    (TEXT, '="a"&"b"', '="a"&"b"'),
    (NUMBER, '="00123"', 123),
    (NUMBER, '=""', None),
    (TIER, " 五星 ", "五星"),
    (ANY, "x", "x"),
]

EMPTY: list[Type] = [NUMBER, COUNT, SHARE, DAYS, CNY, BOOL, DATE, TEXT, TIER]

REFUSED: list[tuple[Type, str, Said]] = [
    # commas and points
    (NUMBER, "1,5", words.BAD_COMMAS),
    (NUMBER, "12,34", words.BAD_COMMAS),
    (NUMBER, "1,2345", words.BAD_COMMAS),
    (NUMBER, "1234,567", words.BAD_COMMAS),
    (NUMBER, "0,123", words.BAD_COMMAS),
    (NUMBER, "1,", words.BAD_COMMAS),
    (NUMBER, "1,,234", words.BAD_COMMAS),
    (NUMBER, "1,234.5,6", words.NOT_ONE_NUMBER),
    (NUMBER, "1.234,56", words.NOT_ONE_NUMBER),
    (NUMBER, "1.2.3", words.NOT_ONE_NUMBER),
    (NUMBER, "5.", words.ENDS_IN_POINT),
    (NUMBER, "+-5", words.NOT_ONE_NUMBER),
    (NUMBER, "- 5", words.NOT_ONE_NUMBER),
    (NUMBER, "%", words.NOT_ONE_NUMBER),
    (NUMBER, "(5)", words.IN_BRACKETS),
    (NUMBER, "100 000", words.SPACE_INSIDE),
    (VND, "100.000", words.TWO_AMOUNTS),
    (VND, "100.000 VND", words.TWO_AMOUNTS),
    (EUR, "€1.234", words.TWO_AMOUNTS),
    # other notations
    (NUMBER, "1e3", words.HAS_EXPONENT),
    (NUMBER, "1.23E+08", words.HAS_EXPONENT),
    (NUMBER, "1e999999", words.HAS_EXPONENT),
    (NUMBER, "inf", words.NOT_FINITE),
    (NUMBER, "-Infinity", words.NOT_FINITE),
    (COUNT, "九百万", words.CHINESE_NUMERALS),
    (COUNT, "3亿5000万", words.BAD_SCALE),
    (COUNT, "3万亿", words.BAD_SCALE),
    (NUMBER, "98万%", words.BAD_SCALE),
    (NUMBER, "10²", words.STRANGE_CHARACTER.fill(char="²")),
    (NUMBER, "½", words.STRANGE_CHARACTER.fill(char="½")),
    (NUMBER, "①", words.STRANGE_CHARACTER.fill(char="①")),
    (NUMBER, "٣", words.STRANGE_CHARACTER.fill(char="٣")),
    (NUMBER, "1_000", words.STRANGE_CHARACTER.fill(char="_")),
    (NUMBER, "1/2", words.STRANGE_CHARACTER.fill(char="/")),
    (NUMBER, ">=90", words.STRANGE_CHARACTER.fill(char=">")),
    (NUMBER, "12分", words.STRANGE_CHARACTER.fill(char="分")),
    (NUMBER, "1\u200b2", words.STRANGE_CHARACTER.fill(char="U+200B")),
    (NUMBER, "1\n2", words.STRANGE_CHARACTER.fill(char="U+000A")),
    (NUMBER, "9" * 41, words.TOO_MANY_DIGITS),
    (NUMBER, "0." + "0" * 40 + "1", words.TOO_MANY_DIGITS),
    (NUMBER, "9" * 100_000, words.TOO_MANY_DIGITS),
    # marks for a missing value
    (NUMBER, "—", words.MARK_OF_MISSING),
    (NUMBER, "-", words.MARK_OF_MISSING),
    (NUMBER, "N/A", words.MARK_OF_MISSING),
    (NUMBER, "NULL", words.MARK_OF_MISSING),
    (NUMBER, "NaN", words.MARK_OF_MISSING),
    (NUMBER, "#N/A", words.SPREADSHEET_ERROR),
    (COUNT, "暂无", words.MARK_OF_MISSING),
    (BOOL, "N/A", words.MARK_OF_MISSING),
    (DATE, "——", words.MARK_OF_MISSING),
    (TEXT, "N/A", words.MARK_OF_MISSING),
    (TEXT, "#REF!", words.SPREADSHEET_ERROR),
    (TEXT, "—", words.MARK_OF_MISSING),
    # kinds of numbers
    (COUNT, "1.5", words.NOT_WHOLE),
    (COUNT, "-1", words.IS_NEGATIVE),
    (COUNT, "98.5%", words.IS_PERCENTAGE),
    (COUNT, "100%", words.IS_PERCENTAGE),
    (DAYS, "1.5", words.NOT_WHOLE),
    (DAYS, "5‰", words.IS_PERCENTAGE),
    (SHARE, "98.5", words.MORE_THAN_ONE),
    (SHARE, "100", words.MORE_THAN_ONE),
    (SHARE, "150%", words.MORE_THAN_ONE),
    (SHARE, "-0.1", words.NOT_A_SHARE),
    (SHARE, "101", words.NOT_A_SHARE),
    # units
    (NUMBER, "￥100", words.HAS_UNIT),
    (NUMBER, "100 CNY", words.HAS_UNIT),
    (NUMBER, "100元", words.HAS_UNIT),
    (CNY, "98.5%", words.IS_PERCENTAGE),
    (CNY, "$100", words.OTHER_CURRENCY.fill(currency="CNY")),
    (CNY, "100 USD", words.OTHER_CURRENCY.fill(currency="CNY")),
    (USD, "¥100", words.OTHER_CURRENCY.fill(currency="USD")),
    (USD, "100元", words.OTHER_CURRENCY.fill(currency="USD")),
    (HKD, "$5", words.OTHER_CURRENCY.fill(currency="HKD")),
    (JPY, "100元", words.OTHER_CURRENCY.fill(currency="JPY")),
    (CNY, "￥100元", words.TWO_CURRENCIES),
    (CNY, "100 cny", words.STRANGE_CHARACTER.fill(char="c")),
    # bools and dates
    (BOOL, "1", words.IS_A_NUMBER),
    (BOOL, "０", words.IS_A_NUMBER),
    (BOOL, "T", words.NEITHER),
    (BOOL, "√", words.NEITHER),
    (BOOL, "是否", words.NEITHER),
    (DATE, "08/09/2023", words.DAY_OR_MONTH),
    (DATE, "1 Aug 2023", words.DAY_OR_MONTH),
    (DATE, "20230801", words.BARE_NUMBER),
    (DATE, "45139", words.BARE_NUMBER),
    (DATE, "2023-08", words.NOT_WHOLE_DATE),
    (DATE, "2023-8/1", words.NOT_WHOLE_DATE),
    (DATE, "2023年8月", words.NOT_WHOLE_DATE),
    (DATE, "2023-08-01 00:00:00", words.HAS_TIME),
    (DATE, "2023-02-29", words.NOT_IN_CALENDAR),
    (DATE, "2023-13-01", words.NOT_IN_CALENDAR),
    (DATE, "0000-01-01", words.NOT_IN_CALENDAR),
    # texts that cannot be told from others by looking
    (TEXT, "a\u200bb", words.INVISIBLE.fill(code=0x200B)),
    (TEXT, "\u202egpj", words.INVISIBLE.fill(code=0x202E)),
    (TEXT, "a\ufeff", words.INVISIBLE.fill(code=0xFEFF)),
    (TEXT, "a\x1b[31m", words.INVISIBLE.fill(code=0x1B)),
    (TEXT, "a\ud800", words.INVISIBLE.fill(code=0xD800)),
    (TIER, "五星\u00ad", words.INVISIBLE.fill(code=0xAD)),
]


def test_a_third_of_the_cases_are_refusals() -> None:
    """What must not be read deserves as many cases as what must."""
    assert 3 * len(REFUSED) >= len(GOOD) + len(REFUSED)


@pytest.mark.parametrize(("type", "text", "value"), GOOD)
def test_a_cell_is_read_exactly(type: Type, text: str, value: object) -> None:
    """The value is exactly the one written, and an int wherever it is whole."""
    read = read_cell(text, type)
    assert read == value
    assert read.__class__ is value.__class__


@pytest.mark.parametrize("type", EMPTY)
@pytest.mark.parametrize("text", ["", "  ", "\u3000", "\t\n"])
def test_a_blank_cell_is_missing(type: Type, text: str) -> None:
    """White space is nothing, for every type."""
    assert read_cell(text, type) is None


@pytest.mark.parametrize(("type", "text", "reason"), REFUSED)
def test_a_cell_is_refused_with_the_reason(type: Type, text: str, reason: Said) -> None:
    """The reason is the one that helps, and the words say what is expected here."""
    with pytest.raises(CellProblem) as caught:
        read_cell(text, type)
    assert caught.value.reason == reason
    assert caught.value.expected == words.expected(type)


HELPS = [
    (SHARE, "98.5", "if percent is meant, write `98.5%`"),
    (SHARE, "98.50", "if percent is meant, write `98.5%`"),
    (BOOL, "1", "write `true`"),
    (BOOL, "0", "write `false`"),
    (NUMBER, "—", "leave the cell empty, or name the mark with `--missing-as '—'`"),
    (VND, "100.000", "write `100000` or `100.0000`"),
    (COUNT, "九百万", "write digits, e.g. `900万` or `9000000`"),
]


@pytest.mark.parametrize(("type", "text", "help"), HELPS)
def test_the_help_is_a_change_that_works(type: Type, text: str, help: str) -> None:
    """The help names the change, with the value in it."""
    with pytest.raises(CellProblem) as caught:
        read_cell(text, type)
    assert caught.value.help is not None
    assert caught.value.help.en == help


def test_a_suggested_percentage_is_read_as_meant() -> None:
    """Following the help gives the share that the number was meant to be."""
    with pytest.raises(CellProblem) as caught:
        read_cell("98.5", SHARE)
    assert caught.value.help is not None
    assert read_cell(caught.value.help.en.split("`")[1], SHARE) == Fraction(197, 200)


@pytest.mark.parametrize("type", [ListType(NUMBER), SeriesType(NUMBER, "month")])
def test_what_needs_more_than_a_cell_is_refused(type: Type) -> None:
    """Lists and series do not stand in one cell."""
    with pytest.raises(DataProblem) as caught:
        read_cell("1", type)
    assert caught.value.code == "E-DATA-TYPE"


def test_a_text_of_any_length_is_not_kept() -> None:
    """A text may be as long as a string in a scheme, and no longer."""
    assert read_cell("x" * 2000, TEXT) == "x" * 2000
    with pytest.raises(DataProblem) as caught:
        read_cell("x" * 2001, TEXT)
    assert caught.value.code == "E-DATA-TOO-LONG"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-1, 20), "-0.05"),
        (Fraction(12345, 100), "123.45"),
        (Fraction(37, 3), "37/3"),
    ],
)
def test_numbers_are_written_as_they_came(value: int | Fraction, text: str) -> None:
    """As a decimal where there is one."""
    assert plain_text(value) == text


@pytest.mark.parametrize(
    "text", ["1" + " " * 200_000 + "x", "¥" + " " * 200_000, "1," * 100_000, "." * 200_000]
)
def test_long_hostile_cells_are_refused_at_once(text: str) -> None:
    """No pattern goes back over what it has read; a quadratic one would never end here."""
    with pytest.raises(CellProblem):
        read_cell(text, CNY)
