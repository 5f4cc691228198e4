"""What file readers hand over for one cell, and how it becomes a value of a declared type."""

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.cells import read_cell, refuse_invisible, without_formula
from tierlang.data.numerals import check_kind, currencies_of, plain_text, read_plain
from tierlang.data.problems import CellProblem, DataProblem
from tierlang.said import Said
from tierlang.types import TEXT, BoolType, DateType, Exact, NumberType, TextType, TierType, Type

TOTAL_WORDS = frozenset(
    ("合计", "总计", "小计", "共计", "平均", "平均值", "total", "totals", "subtotal", "sum", "average")
)
"""Casefolded words in the id column of a row that sums up the others; such a row is no subject."""

REMEMBERED = 10_000
"""Different texts of a column that are read only once: dates, categories and rounded shares recur."""

_ID = re.compile(r"[\w.:-]{1,128}")


@attrs.frozen
class Shown:
    """
    A number of a spreadsheet and how the sheet shows it.

    Attributes:
        value: the exact value.
        text: what a person sees, where the number format is simple enough to know; else None.
        mark: ``%``, or a currency's symbol or code, of the number format; empty for none.
        cut: the spreadsheet may have lost digits of it.
    """

    value: Exact
    text: str | None
    mark: str = ""
    cut: bool = False

    def __str__(self) -> str:
        return self.text or plain_text(self.value)


@attrs.frozen
class Refused:
    """
    A cell that its file reader could not read; it becomes a problem where the cell is used.

    Attributes:
        text: what stands there, for the message.
        reason, help: as in a CellProblem.
    """

    text: str
    reason: Said
    help: Said | None = None

    def __str__(self) -> str:
        return self.text


class MergedAway(Refused):
    """A cell of a merged range other than the one that holds the range's value; it looks blank."""


@attrs.frozen
class TwiceKeyed:
    """A JSON object in which *name* occurs twice."""

    name: str

    def __str__(self) -> str:
        return "{…}"


Raw: TypeAlias = (
    "str | bool | int | Fraction | datetime.date | Shown | Refused | TwiceKeyed"
    " | list[Raw] | dict[str, Raw] | None"
)

_KINDS: tuple[tuple[type | tuple[type, ...], Said], ...] = (
    (bool, words.FOUND_BOOL),
    (str, words.FOUND_TEXT),
    ((int, Fraction, Shown), words.FOUND_NUMBER),
    (datetime.date, words.FOUND_DATE),
    (list, words.FOUND_LIST),
    (dict, words.FOUND_OBJECT),
    (type(None), words.FOUND_NOTHING),
)


def object_of(pairs: Sequence[tuple[str, Any]]) -> "dict[str, Any] | TwiceKeyed":
    """The dict of some keys and values, unless a key occurs twice."""
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    counts = Counter(name for name, _ in pairs)
    return TwiceKeyed(next(name for name in counts if counts[name] > 1))


def kind_words(raw: Raw) -> Said:
    """Say what kind of thing a raw value is."""
    return next((said for kinds, said in _KINDS if isinstance(raw, kinds)), words.FOUND_OTHER)


def wrong_kind(raw: Raw, expected: Said) -> DataProblem:
    """The problem of a value whose kind does not fit: a list for a number, a number for a text."""
    if isinstance(raw, Refused):
        return CellProblem(expected, raw.reason, raw.help)
    if isinstance(raw, TwiceKeyed):
        return DataProblem("E-DATA-HEADER-TWICE", name=raw.name)
    return DataProblem("E-DATA-TYPE", found=kind_words(raw), expected=expected)


def is_blank(raw: Raw) -> bool:
    """Is there nothing in the cell, or only white space?"""
    return raw is None or (isinstance(raw, str) and (not raw or raw.isspace()))


def looks_blank(raw: Raw) -> bool:
    """Does a person see nothing in the cell?"""
    return is_blank(raw) or isinstance(raw, MergedAway)


def read_scalar(raw: Raw, type: Type) -> object:
    """
    Read a raw cell as a number, bool, date, text or tier.

    Numbers are numbers and truth values are truth values: ``True`` is not 1 and 17 is not ``"17"``,
    except that a number which a spreadsheet shows plainly may stand in a text column.

    Returns:
        as ``read_cell``.

    Raises:
        DataProblem: the cell is not a value of this type.
    """
    match raw, type:
        case None, _:
            return None
        case str(), _:
            return read_cell(raw, type)
        case bool(), BoolType():
            return raw
        case bool(), _:
            raise wrong_kind(raw, words.expected(type))
        case int() | Fraction(), NumberType():
            return check_kind(raw, type)
        case Shown(), NumberType():
            return _read_shown_number(raw, type)
        case Shown(), TextType() | TierType():
            return _read_shown_text(raw, type)
        case datetime.date(), DateType():
            return raw
        case _:
            raise wrong_kind(raw, words.expected(type))


def _read_shown_number(raw: Shown, type: NumberType) -> Exact:
    """A spreadsheet's number, unless its format shows another unit than the type's."""
    if raw.mark == "%":
        fits = type.kind in ("number", "share")
    else:
        fits = not raw.mark or type.kind != "money" or type.currency in currencies_of(raw.mark)
    if not fits:
        reason = words.FORMATTED_WITH.fill(mark=raw.mark)
        raise CellProblem(words.expected(type), reason, words.MEND_FORMAT)
    return check_kind(raw.value, type)


def _read_shown_text(raw: Shown, type: Type) -> object:
    """A spreadsheet's number in a text column: as shown, if that is certain."""
    if raw.text is None or raw.cut:
        raise CellProblem(words.A_TEXT, words.NUMBER_IN_SHEET, words.TYPE_AS_TEXT)
    return read_cell(raw.text, type)


class Cells:
    """
    Reads raw cells, knowing which texts the user has declared to mean "missing".

    Args:
        missing_as: those texts; they are compared without outer white space, in NFC.
    """

    def __init__(self, missing_as: frozenset[str] = frozenset()) -> None:
        self.missing_as = frozenset(_tidy(mark) for mark in missing_as)

    def is_missing(self, raw: Raw) -> bool:
        """Does the cell hold nothing, or a declared mark?"""
        if is_blank(raw):
            return True
        return (
            bool(self.missing_as)
            and not isinstance(raw, list | dict)
            and _tidy(_text_of(raw)) in self.missing_as
        )

    def read(self, raw: Raw, type: Type) -> object:
        """
        Read a raw cell as ``read_scalar`` does; a declared mark gives None.

        Raises:
            DataProblem: the cell is not a value of this type.
        """
        return None if self.missing_as and self.is_missing(raw) else read_scalar(raw, type)

    def reader(self, type: Type) -> Callable[[Raw], object]:
        """Make ``read`` for the cells of one column, which remembers the first texts it has read."""
        known: dict[str, object] = {}
        plain_type = type if isinstance(type, NumberType) and not self.missing_as else None

        def read(raw: Raw) -> object:
            if not isinstance(raw, str):
                return self.read(raw, type)
            if raw in known:
                return known[raw]
            plain = read_plain(raw, plain_type) if plain_type is not None else None
            value = self.read(raw, type) if plain is None else plain
            if len(known) < REMEMBERED:
                known[raw] = value
            return value

        return read


def _tidy(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _text_of(raw: Raw) -> str:
    """A raw cell as a person would write it, for comparing it with the marks for a missing value."""
    match raw:
        case bool():
            return str(raw).lower()
        case Fraction():
            return plain_text(raw)
        case _:
            return str(raw)


def read_id(raw: Raw) -> str:
    """
    Read the id of a subject; a whole number gives its digits.

    Raises:
        DataProblem: ``E-DATA-ID`` for what is not 1 to 128 letters, digits, ``_``, ``.``, ``:`` or ``-``;
            ``E-DATA-CELL`` for a row of totals and for a number that has lost digits.
    """
    if isinstance(raw, Shown) and (raw.cut or raw.value.denominator != 1):
        raise CellProblem(words.AN_ID, words.CUT_ID, words.TYPE_AS_TEXT)
    if isinstance(raw, Refused | TwiceKeyed):
        raise wrong_kind(raw, words.AN_ID)
    if isinstance(raw, bool) or not isinstance(raw, str | int | Shown):
        raise DataProblem("E-DATA-ID")
    text = _tidy(without_formula(str(raw)))
    if not _ID.fullmatch(text):
        refuse_invisible(text, words.AN_ID)
        raise DataProblem("E-DATA-ID")
    if text.casefold() in TOTAL_WORDS:
        raise CellProblem(words.AN_ID, words.ROW_OF_TOTALS, words.DELETE_ROW)
    return text


def read_key(raw: Raw) -> str:
    """
    Read the key of a child row: any text, or a whole number.

    Raises:
        DataProblem: it is blank, or none of these.
    """
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    key = read_scalar(raw, TEXT)
    if not isinstance(key, str):
        raise CellProblem(words.A_KEY, words.IS_EMPTY)
    return key
