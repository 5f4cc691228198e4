"""Labels of calendar periods as they stand in headings and cells: ``2023-05``, ``2017-Q3``, ``FY2022``."""

import datetime
import re
from fractions import Fraction

from tierlang.data import words
from tierlang.data.problems import DataProblem
from tierlang.data.raw import Raw, Shown

_FORMS = {
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "month": re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])"),
    "quarter": re.compile(r"[0-9]{4}-Q[1-4]"),
    "half": re.compile(r"[0-9]{4}-H[12]"),
    "year": re.compile(r"[0-9]{4}"),
    "fiscal year": re.compile(r"FY[0-9]{4}"),
}


def read_period(raw: Raw, unit: str) -> str:
    """
    Read the label of a period of *unit* from a heading, a key or a cell.

    A spreadsheet turns ``2023-05`` into its first day, so the first day of a month is that month.

    Returns:
        the label in its one spelling.

    Raises:
        DataProblem: ``E-DATA-PERIOD``, it is not the label of such a period.
    """
    label = _label_of(raw, unit)
    if not _FORMS[unit].fullmatch(label) or not _in_calendar(label, unit):
        raise DataProblem("E-DATA-PERIOD", expected=words.PERIODS[unit])
    return label


def read_any_period(raw: Raw) -> str:
    """
    Read the label of a period whose unit is not known.

    Raises:
        DataProblem: ``E-DATA-PERIOD``, it is not the label of any period.
    """
    for unit in _FORMS:
        try:
            return read_period(raw, unit)
        except DataProblem:
            continue
    raise DataProblem("E-DATA-PERIOD", expected=words.ANY_PERIOD)


def _label_of(raw: Raw, unit: str) -> str:
    """The text that a raw cell gives for a label."""
    match raw:
        case str():
            return raw.strip()
        case datetime.date() if unit == "month" and raw.day == 1:
            return f"{raw.year:04}-{raw.month:02}"
        case datetime.date() if unit == "day":
            return raw.isoformat()
        case int() | Fraction() | Shown() if not isinstance(raw, bool):
            return str(raw)
        case _:
            return ""


def _in_calendar(label: str, unit: str) -> bool:
    """Is there such a day; is the year at least 1?"""
    if unit == "day":
        try:
            datetime.date.fromisoformat(label)
        except ValueError:
            return False
    return label.removeprefix("FY")[:4] != "0000"
