"""Exact values of published results: ``"37/3"``, true, a date, a text."""

import datetime
import re
from fractions import Fraction
from typing import Any

from tierlang.data import words
from tierlang.data.cells import read_cell
from tierlang.data.numerals import narrowed
from tierlang.data.problems import CellProblem
from tierlang.data.raw import Raw, Shown, wrong_kind
from tierlang.types import BOOL, DATE, NUMBER, Exact, TextType

MAX_EXACT_DIGITS = 19_729
"""Digits of a value's numerator or denominator: those of the largest that the language allows, 65 536 bits."""

PIECE = 4_000
"""Digits that are converted at once; Python refuses many more."""

_EXACT = re.compile(rf"(-?)([0-9]{{1,{MAX_EXACT_DIGITS}}})(?:/([0-9]{{1,{MAX_EXACT_DIGITS}}}))?")


def read_exact(text: str) -> Exact | None:
    """
    Read a number as it stands in a result or in a cell: ``37/3``, ``12``, ``12.5``; None for an empty text.

    Raises:
        CellProblem: it is none of these, or has too many digits.
    """
    match = _EXACT.fullmatch(text.strip())
    if match is not None and (denominator := _whole(match[3] or "1")):
        value = Fraction(_whole(match[2]), denominator)
        return narrowed(-value if match[1] else value)
    try:
        number = read_cell(text, NUMBER)
    except CellProblem as problem:
        raise CellProblem(words.EXACT_VALUE, problem.reason, problem.help) from None
    assert number is None or isinstance(number, int | Fraction)
    return number


def _whole(digits: str) -> int:
    """The number of some digits, converted piece by piece."""
    value = 0
    for start in range(0, len(digits), PIECE):
        piece = digits[start : start + PIECE]
        value = value * int(10 ** len(piece)) + int(piece)
    return value


def is_list(entry: Any) -> bool:
    """Is this the entry of a value that is a list or a record, which no input takes?"""
    return isinstance(entry.get("value") if isinstance(entry, dict) else entry, list | dict)


def read_published_value(entry: Any) -> object:
    """
    Read one of the ``values`` of a result.

    Args:
        entry: ``{"exact": "37/3", …}`` for a number, ``{"value": …, "type": …}`` for another value,
            ``{"undetermined": true, …}``; or the exact value alone, as people write it.

    Returns:
        int or Fraction, bool, datetime.date, str, or None for an undetermined value.

    Raises:
        DataProblem: it is not such a value.
    """
    match entry:
        case {"undetermined": True}:
            return None
        case {"exact": str(text)} | str(text):
            return read_exact(text)
        case {"value": bool(value), "type": "bool"}:
            return value
        case {"value": str(text), "type": "date"}:
            return read_cell(text, DATE)
        case {"value": str(text), "type": str()}:
            return read_cell(text, TextType(choices=(text,)))  # whatever it looks like, it has been published
        case None | bool() | int() | Fraction():
            return entry
        case _:
            raise wrong_kind(entry, words.EXACT_VALUE)


def read_value_cell(raw: Raw) -> object:
    """
    Read a cell of a table of results, of which only the name is known: a number, true or false, or a date.

    Raises:
        DataProblem: it is none of these.
    """
    match raw:
        case Shown(value=value):
            return value
        case datetime.date():
            return raw
        case str():
            for type in (BOOL, DATE):
                try:
                    return read_cell(raw, type)
                except CellProblem:
                    continue
            return read_exact(raw)
        case dict():
            raise wrong_kind(raw, words.EXACT_VALUE)
        case _:
            return read_published_value(raw)
