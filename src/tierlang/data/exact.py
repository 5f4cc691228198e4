"""Exact values of published results: ``"37/3"``, true, a date, a text."""

import re
from fractions import Fraction
from typing import Any

from tierlang.data import words
from tierlang.data.cells import read_cell
from tierlang.data.numerals import narrowed
from tierlang.data.problems import CellProblem
from tierlang.data.raw import Raw, Shown, wrong_kind
from tierlang.types import BOOL, DATE, NUMBER, TEXT, Exact, Type

_EXACT = re.compile(r"(-?[0-9]{1,4000})/([0-9]{1,4000})")
"""A fraction; its digits are fewer than Python converts at most."""

_TYPES: dict[str, Type] = {"bool": BOOL, "date": DATE, "text": TEXT, "tier": TEXT}


def read_exact(text: str) -> Exact | None:
    """
    Read a number as it stands in a result or in a cell: ``37/3``, ``12``, ``12.5``; None for an empty text.

    Raises:
        CellProblem: it is none of these, or has too many digits.
    """
    match = _EXACT.fullmatch(text.strip())
    if match is not None and match[2].strip("0"):
        return narrowed(Fraction(int(match[1]), int(match[2])))
    if text.lstrip("-").isdigit() and text.isascii() and len(text) <= 4000:
        return int(text)
    try:
        value = read_cell(text, NUMBER)
    except CellProblem as problem:
        raise CellProblem(words.EXACT_VALUE, problem.reason, problem.help) from None
    assert value is None or isinstance(value, int | Fraction)
    return value


def read_published_value(entry: Any) -> object:
    """
    Read one of the ``values`` of a result: ``{"exact": "37/3", "type": "number"}``, or the exact value alone.

    Returns:
        int or Fraction, bool, datetime.date, str, or None for an undetermined value.

    Raises:
        DataProblem: it is not such a value.
    """
    exact, type = entry, None
    if isinstance(entry, dict):  # numbers stand under "exact", everything else under "value"
        exact, type = entry.get("exact", entry.get("value")), entry.get("type")
    match exact:
        case None | bool() | int() | Fraction():
            return exact
        case str() if isinstance(type, str) and type in _TYPES:
            return read_cell(exact, _TYPES[type])
        case str():
            return read_exact(exact)
        case _:
            raise wrong_kind(exact, words.EXACT_VALUE)


def read_value_cell(raw: Raw) -> object:
    """
    Read a cell of a table of results, of which only the name is known: a number, true or false, or a date.

    Raises:
        DataProblem: it is none of these.
    """
    match raw:
        case Shown(value=value):
            return value
        case str():
            for type in (BOOL, DATE):
                try:
                    return read_cell(raw, type)
                except CellProblem:
                    continue
            return read_exact(raw)
        case list() | dict():
            raise wrong_kind(raw, words.EXACT_VALUE)
        case _:
            return read_published_value(raw)
