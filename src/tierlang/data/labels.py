"""Labels of calendar periods as they stand in headings, keys and cells: ``2023-05``, ``2017-Q3``, ``FY2022``."""

import datetime
import functools
from fractions import Fraction

from tierlang.data import words
from tierlang.data.problems import DataProblem
from tierlang.data.raw import Raw, Shown
from tierlang.periods import Calendar, PeriodError


def read_period(raw: Raw, unit: str) -> str:
    """
    Read the label of a period of *unit* from a heading, a key or a cell.

    A spreadsheet turns ``2023-05`` into its first day, so the first day of a month is that month.

    Returns:
        the label.

    Raises:
        DataProblem: ``E-DATA-PERIOD``, it is not the label of such a period.
    """
    match raw:
        case datetime.date() if unit == "month" and raw.day == 1:
            return f"{raw.year:04}-{raw.month:02}"
        case datetime.date() if unit == "day":
            return raw.isoformat()
    label = _text_of(raw)
    if _unit_of(label) != unit:
        raise DataProblem("E-DATA-PERIOD", expected=words.PERIODS[unit])
    return label


def read_any_period(raw: Raw) -> str:
    """
    Read the label of a period whose unit is not known.

    Raises:
        DataProblem: ``E-DATA-PERIOD``, it is not the label of any period.
    """
    label = _text_of(raw)
    if _unit_of(label) is None:
        raise DataProblem("E-DATA-PERIOD", expected=words.ANY_PERIOD)
    return label


def _text_of(raw: Raw) -> str:
    """The text of a cell that may hold a label; a year may be a number."""
    match raw:
        case bool():
            return ""
        case str():
            return raw.strip()
        case int() | Fraction() | Shown():
            return str(raw)
        case _:
            return ""


@functools.lru_cache(maxsize=4096)
def _unit_of(label: str) -> str | None:
    """The unit of the period that a label names, None where it names none."""
    try:
        return Calendar().parse(label).unit
    except PeriodError:
        return None
