"""One cell of text → the exact value it says; never a guess."""

import datetime
import re
import unicodedata

from tierlang.data import words
from tierlang.data.numerals import FULL_WIDTH, NEVER_NUMBER, NEVER_TEXT, mark_problem, read_number
from tierlang.data.problems import CellProblem, DataProblem
from tierlang.said import Said
from tierlang.types import (
    BoolType,
    DateType,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
    Type,
)

__all__ = ["CellProblem", "read_cell"]

MAX_TEXT = 2_000
"""Characters of a text value, as for a string in a scheme (language reference, Limits)."""

TRUE_WORDS = frozenset(("true", "yes", "是", "对"))
FALSE_WORDS = frozenset(("false", "no", "否", "错"))

_DATE = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")

# Joiners have a use inside emoji and some scripts; every other format character only hides differences.
_JOINERS = "\u200c\u200d"


def read_cell(text: str, type: Type) -> object:
    """
    Read one cell of text as a value of *type*.

    Returns:
        None for an empty cell; int or Fraction for a number (money in units of its currency, a share as
        0 to 1); bool; datetime.date; str in NFC without outer white space for a text or a tier.

    Raises:
        CellProblem: the cell is not exactly one value of this type. Declared ranges, steps and choices are
            not looked at.
        DataProblem: the text is too long, or the type does not fit into one cell.
    """
    text = without_formula(text.strip()).strip()
    if not text:
        return None
    match type:
        case NumberType():
            return read_number(text, type)
        case BoolType():
            return _read_bool(text)
        case DateType():
            return _read_date(text)
        case ListType() | RecordType() | SeriesType():
            raise DataProblem("E-DATA-TYPE", found=words.FOUND_ONE_CELL, expected=words.expected(type))
        case TextType(choices=choices):
            return _read_text(text, type, choices)
        case _:
            return _read_text(text, type)


def without_formula(text: str) -> str:
    """
    Take off the ``="…"`` that programs put around a text in CSV so that Excel keeps its zeros.

    The formula's value is the text between the quotes, whoever looks at it.
    """
    if text.startswith('="') and text.endswith('"') and text.count('"') == 2:
        return text[2:-1]
    return text


def _read_text(text: str, type: Type, choices: tuple[str, ...] = ()) -> str:
    """Read a text; one of the *choices* may look like a mark for a missing value."""
    if len(text) > MAX_TEXT:
        raise DataProblem("E-DATA-TOO-LONG", what=words.TEXT_LENGTH, found=len(text), limit=MAX_TEXT)
    if not text.isprintable():
        refuse_invisible(text, words.expected(type))
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    if text.casefold() in NEVER_TEXT and text not in choices:
        raise mark_problem(text, words.expected(type))
    return text


def refuse_invisible(text: str, expected: Said) -> None:
    """
    Refuse control and format characters: two texts that look the same must be the same.

    Line breaks and tabs inside a text are kept.

    Raises:
        CellProblem: there is one.
    """
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in "\n\r\t" + _JOINERS:
            raise CellProblem(expected, words.INVISIBLE.fill(code=ord(char)), words.DELETE_IT)


def _read_bool(text: str) -> bool:
    """Read true or false; numbers are neither."""
    word = text.translate(FULL_WIDTH).casefold()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    if word in NEVER_NUMBER:
        raise mark_problem(text, words.A_BOOL)
    if word in ("1", "0"):
        mend = words.WRITE_WORD.fill(word="true" if word == "1" else "false")
        raise CellProblem(words.A_BOOL, words.IS_A_NUMBER, mend)
    raise CellProblem(words.A_BOOL, words.NEITHER)


def _read_date(text: str) -> datetime.date:
    """Read year, month and day, in this order only."""
    match = _DATE.fullmatch(text.translate(FULL_WIDTH))
    if match is None:
        if text.casefold() in NEVER_NUMBER:
            raise mark_problem(text, words.A_DATE)
        raise CellProblem(words.A_DATE, *_why_no_date(text))
    year, month, day = match[1], match[3] or match[5], match[4] or match[6]
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise CellProblem(words.A_DATE, words.NOT_IN_CALENDAR) from None


def _why_no_date(text: str) -> tuple[Said, Said]:
    """Find the reason for a text that is not a date in an accepted form."""
    if ":" in text:
        return words.HAS_TIME, words.WRITE_DATE
    if text.isascii() and text.isdigit():
        return words.BARE_NUMBER, words.WRITE_DATE
    if text[:4].isdigit():
        return words.NOT_WHOLE_DATE, words.WRITE_DATE
    return words.DAY_OR_MONTH, words.WRITE_DATE
