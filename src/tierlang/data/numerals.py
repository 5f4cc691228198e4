"""The text of a number → its exact value; what is not plainly one number is refused with the reason."""

import re
from fractions import Fraction

from tierlang.data import words
from tierlang.data.problems import CellProblem
from tierlang.said import Said
from tierlang.types import Exact, NumberType

MAX_DIGITS = 40
"""Digits on each side of the point; checked on the text, before any conversion."""

FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0xFFE5: "¥", 0xFFE1: "£", 0x3000: " ", 0x2212: "-"}
"""
Full-width forms to ASCII, and the minus sign to the hyphen.

Exactly the part of NFKC that keeps what a reader sees: NFKC as a whole would read ``10²`` as 102.
"""

SCALES = {"万": 4, "萬": 4, "亿": 8, "億": 8}
PARTS = {"%": 2, "‰": 3}
SYMBOLS = {
    "¥": ("CNY", "JPY"),
    "$": ("USD",),
    "US$": ("USD",),
    "HK$": ("HKD",),
    "€": ("EUR",),
    "£": ("GBP",),
    "₫": ("VND",),
    "元": ("CNY",),
}
"""The currencies that a symbol can mean; ``$`` alone is not read as Hong Kong dollars."""

# fmt: off
NEVER_TEXT = frozenset({
    "-", "--", "---", "—", "——", "–", "―", "/", "\\", "n/a", "null", "(null)", "<null>", "nan",
    "#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!", "####",
})
"""Casefolded marks for a missing value, and errors of spreadsheets, that nobody means as a text."""

NEVER_NUMBER = NEVER_TEXT | {
    "?", "？", "*", ".", "…", "na", "n.a.", "none", "nil", "missing", "unknown",
    "无", "無", "缺失", "缺", "空", "暂无", "未知",
}
"""The marks that stand for a missing value where a number, a date or a bool belongs."""
# fmt: on

DOT_GROUPING = ("VND", "EUR")
"""Currencies whose amounts are commonly written ``100.000``, meaning a hundred thousand."""

_PLAIN = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")

# Every run is possessive, so that a long one is walked over once.
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<symbol>HK\$|US\$|[¥$€£₫]) *+(?P<inner>[+-]?))?+"
    r"(?P<whole>[0-9][0-9,]*+)?+(?:\.(?P<fraction>[0-9]*+))?+"
    r" *+(?P<scale>[万萬亿億]?) *+(?P<part>[%‰]?) *+(?P<unit>元|₫|[A-Z]{3}|)"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_DOT_GROUPED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_EXPONENT = re.compile(r"[+-]?[0-9]*+\.?[0-9]*+[eE][+-]?[0-9]++")
_CHINESE_DIGITS = frozenset("零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟万萬亿億点負负")


def mark_problem(text: str, expected: Said) -> CellProblem:
    """The problem of a mark for a missing value that nobody has declared to be one."""
    reason = words.SPREADSHEET_ERROR if text.startswith("#") else words.MARK_OF_MISSING
    return CellProblem(expected, reason, words.LEAVE_EMPTY.fill(mark=text))


def read_number(text: str, type: NumberType) -> Exact:
    """
    Read the stripped, non-empty text of a number.

    Returns:
        int where the value is whole, else Fraction; a share is 0 to 1, money is in units of its currency.

    Raises:
        CellProblem: the text is not exactly one number of this type.
    """
    plain = read_plain(text, type)
    if plain is not None:
        return plain
    if text.casefold() in NEVER_NUMBER:
        raise mark_problem(text, words.expected(type))
    return check_kind(_read_marked(text.translate(FULL_WIDTH).strip(), type), type)


def read_plain(text: str, type: NumberType) -> Exact | None:
    """
    Read ``-12.50``: bare ASCII digits, at most a sign and a point; None for any other text.

    Raises:
        CellProblem: it is such a number, but not of this type.
    """
    if not _PLAIN.fullmatch(text) or type.currency in DOT_GROUPING:
        return None
    return check_kind(exact_of(text), type)


def currencies_of(mark: str) -> tuple[str, ...]:
    """The currencies that a symbol or a code can mean."""
    return SYMBOLS.get(mark, (mark,))


def exact_of(plain: str, shift: int = 0) -> Exact:
    """
    Convert ``-12.50`` times ten to the power *shift*.

    Args:
        plain: optional sign, ASCII digits, at most one point; its length must have been checked.
        shift: powers of ten, negative for percent and per mille.
    """
    whole, point, fraction = plain.partition(".")
    if not point and not shift:
        return int(plain)
    fraction = fraction.rstrip("0")
    digits, power = int(whole + fraction), shift - len(fraction)
    if power >= 0:
        return digits * int(10**power)
    return narrowed(Fraction(digits, 10**-power))


def narrowed(value: Exact) -> Exact:
    """A whole value as int, any other as Fraction."""
    return value.numerator if value.denominator == 1 else value


def check_kind(value: Exact, type: NumberType) -> Exact:
    """
    Hold a value against what its kind of number can be: whole, not negative, 0 to 1.

    Raises:
        CellProblem: it is not of that kind.
    """
    kind = type.kind
    if kind in ("number", "money"):
        return value
    if kind == "share":
        if 0 <= value <= 1:
            return value
        if 1 < value <= 100:
            mend = words.WRITE_PERCENT.fill(percent=f"{plain_text(value)}%")
            raise CellProblem(words.expected(type), words.MORE_THAN_ONE, mend)
        raise CellProblem(words.expected(type), words.NOT_A_SHARE)
    if value.denominator != 1:
        raise CellProblem(words.expected(type), words.NOT_WHOLE)
    if kind == "count" and value < 0:
        raise CellProblem(words.expected(type), words.IS_NEGATIVE)
    return value


def plain_text(value: Exact) -> str:
    """
    Write a number that came from a decimal text as a decimal again; others as a fraction.

    Only for messages and for numbers that stand in a text column.
    """
    if value.denominator == 1:
        return str(value.numerator)
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(value)
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _read_marked(text: str, type: NumberType) -> Exact:
    """Read a number that carries separators, a scale, a percent sign or a currency."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise CellProblem(words.expected(type), *_why_no_number(text))
    sign, symbol, inner, whole, fraction, scale, part, unit = match.groups(default="")
    if symbol and unit:
        raise CellProblem(words.expected(type), words.TWO_CURRENCIES, words.NUMBER_ALONE)
    if (sign and inner) or (scale and part) or not (whole or fraction):
        raise CellProblem(words.expected(type), *_why_no_number(text))
    if match["fraction"] == "":
        raise CellProblem(words.expected(type), words.ENDS_IN_POINT)
    if symbol or unit:
        _check_currency(symbol or unit, type)
    if part and type.kind not in ("number", "share"):
        raise CellProblem(words.expected(type), words.IS_PERCENTAGE)
    if "," in whole and not _GROUPED.fullmatch(whole):
        raise CellProblem(words.expected(type), words.BAD_COMMAS, words.MEND_COMMAS)
    grouped, whole = "," in whole, whole.replace(",", "")
    if len(whole) > MAX_DIGITS or len(fraction) > MAX_DIGITS:
        raise CellProblem(words.expected(type), words.TOO_MANY_DIGITS)
    if type.currency in DOT_GROUPING and not grouped and _DOT_GROUPED.fullmatch(f"{whole}.{fraction}"):
        mend = words.WRITE_EITHER.fill(first=whole + fraction, second=f"{whole}.{fraction}0")
        raise CellProblem(words.expected(type), words.TWO_AMOUNTS, mend)
    shift = SCALES.get(scale, 0) - PARTS.get(part, 0)
    return exact_of(f"{sign or inner}{whole or '0'}.{fraction}", shift)


def _check_currency(mark: str, type: NumberType) -> None:
    """Refuse a currency mark that is not that of the type."""
    expected = words.expected(type)
    if type.kind != "money":
        raise CellProblem(expected, words.HAS_UNIT, words.NUMBER_ALONE)
    if type.currency not in currencies_of(mark):
        names = {"currency": type.currency}
        raise CellProblem(expected, words.OTHER_CURRENCY.fill(**names), words.NOT_CONVERTED.fill(**names))


def _why_no_number(text: str) -> tuple[Said, Said | None]:
    """Find the reason, and where possible the mend, for a text that is not one number."""
    if _EXPONENT.fullmatch(text):
        return words.HAS_EXPONENT, words.WRITE_ALL_DIGITS
    if text.lstrip("+-").casefold() in ("inf", "infinity", "∞"):
        return words.NOT_FINITE, words.LEAVE_EMPTY.fill(mark=text)
    if set(text) <= _CHINESE_DIGITS:
        return words.CHINESE_NUMERALS, words.WRITE_DIGITS
    if not set(text).isdisjoint(SCALES):
        return words.BAD_SCALE, words.ONE_SCALE
    if text.startswith("(") and text.endswith(")"):
        return words.IN_BRACKETS, words.WRITE_MINUS
    if " " in text and set(text) <= set("0123456789. "):
        return words.SPACE_INSIDE, words.NO_SPACES
    strange = next((c for c in text if c not in "0123456789.,+-% "), None)
    if strange is None:
        return words.NOT_ONE_NUMBER, None
    shown = strange if strange.isprintable() else f"U+{ord(strange):04X}"
    return words.STRANGE_CHARACTER.fill(char=shown), None
