"""Natural periods of the calendar: days, weeks, months, quarters, halves, years, fiscal years, by label and by number."""

import datetime
import re

from tierlang import quickattrs as attrs

UNITS = ("day", "week", "month", "quarter", "half", "year", "fiscal year")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_LABELS = {
    "day": re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII),
    "week": re.compile(r"(\d{4})-W(\d\d)", re.ASCII),
    "month": re.compile(r"(\d{4})-(\d\d)", re.ASCII),
    "quarter": re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
    "half": re.compile(r"(\d{4})-H([12])", re.ASCII),
    "year": re.compile(r"(\d{4})", re.ASCII),
    "fiscal year": re.compile(r"FY(\d{4})", re.ASCII),
}
SAMPLES = {
    "day": "2023-08-01",
    "week": "2023-W35",
    "month": "2023-08",
    "quarter": "2017-Q3",
    "half": "2017-H1",
    "year": "2016",
    "fiscal year": "FY2022",
}
"""A label of each unit, for messages."""


class PeriodError(ValueError):
    """A label that is no period, or a period outside the years 1 to 9999."""


@attrs.frozen(order=False)
class Period:
    """
    One natural period.

    Attributes:
        unit: one of UNITS.
        number: counts periods of the unit, so that the next one has the next number.
        start, end: its first and last day.
    """

    unit: str
    number: int
    start: datetime.date = attrs.field(eq=False)
    end: datetime.date = attrs.field(eq=False)

    @property
    def label(self) -> str:
        """``2023-08``, ``2017-Q3``, ``2017-H1``, ``2016``, ``FY2022``, ``2023-W35`` or ``2023-08-01``."""
        match self.unit:
            case "day":
                return self.start.isoformat()
            case "week":
                year, week, _ = self.start.isocalendar()
                return f"{year:04}-W{week:02}"
            case "month":
                return f"{self.start.year:04}-{self.start.month:02}"
            case "quarter":
                return f"{self.start.year:04}-Q{self.number % 4 + 1}"
            case "half":
                return f"{self.start.year:04}-H{self.number % 2 + 1}"
            case "year":
                return f"{self.number:04}"
            case _:
                return f"FY{self.number:04}"

    def __str__(self) -> str:
        return self.label


@attrs.frozen
class Calendar:
    """
    Natural periods, with the fiscal year of one scheme.

    Attributes:
        fiscal_start: (month, day) on which its fiscal year begins; a fiscal year is named by the year it ends in.
    """

    fiscal_start: tuple[int, int] = (1, 1)

    def period(self, unit: str, number: int) -> Period:
        """
        The period of a number.

        Raises:
            PeriodError: it lies outside the years 1 to 9999.
        """
        try:
            return Period(unit, number, self._start(unit, number), self._last_day(unit, number))
        except (ValueError, OverflowError) as error:
            raise PeriodError(f"{unit} {number}") from error

    def containing(self, unit: str, day: datetime.date) -> Period:
        """The period of a unit that a day lies in."""
        match unit:
            case "day":
                number = day.toordinal()
            case "week":
                number = (day.toordinal() - 1) // 7
            case "fiscal year":
                later = (day.month, day.day) >= self.fiscal_start and self.fiscal_start != (1, 1)
                number = day.year + later
            case _:
                number = (day.year * 12 + day.month - 1) // _MONTHS[unit]
        return self.period(unit, number)

    def parse(self, label: str) -> Period:
        """
        Read a period's label; its form says its unit.

        Raises:
            PeriodError: the text is no label, or names no period of the calendar.
        """
        for unit, pattern in _LABELS.items():
            match = pattern.fullmatch(label)
            if match:
                return self.period(unit, _number(unit, [int(group) for group in match.groups()], label))
        raise PeriodError(label)

    def inside(self, unit: str, start: datetime.date, end: datetime.date) -> list[Period] | None:
        """The periods of a unit that make up the days from *start* to *end*; None if they do not fit exactly."""
        first, last = self.containing(unit, start), self.containing(unit, end)
        if first.start != start or last.end != end:
            return None
        return [self.period(unit, number) for number in range(first.number, last.number + 1)]

    def _start(self, unit: str, number: int) -> datetime.date:
        match unit:
            case "day":
                return datetime.date.fromordinal(number)
            case "week":  # day 1 of the calendar is a Monday
                return datetime.date.fromordinal(7 * number + 1)
            case "fiscal year":
                return datetime.date(number - (self.fiscal_start != (1, 1)), *self.fiscal_start)
            case _:
                year, month = divmod(number * _MONTHS[unit], 12)
                return datetime.date(year, month + 1, 1)

    def _last_day(self, unit: str, number: int) -> datetime.date:
        if (unit, number) in {("day", datetime.date.max.toordinal()), ("year", 9999)}:
            return datetime.date.max
        if unit in _MONTHS and (number + 1) * _MONTHS[unit] == 12 * (datetime.MAXYEAR + 1):
            return datetime.date.max
        return self._start(unit, number + 1) - datetime.timedelta(days=1)


def _number(unit: str, groups: list[int], label: str) -> int:
    match unit, groups:
        case "day", [year, month, day]:
            try:
                return datetime.date(year, month, day).toordinal()
            except ValueError as error:
                raise PeriodError(label) from error
        case "week", [year, week]:
            try:
                return (datetime.date.fromisocalendar(year, week, 1).toordinal() - 1) // 7
            except ValueError as error:
                raise PeriodError(label) from error
        case "month", [year, month] if 1 <= month <= 12:
            return year * 12 + month - 1
        case "quarter", [year, quarter]:
            return year * 4 + quarter - 1
        case "half", [year, half]:
            return year * 2 + half - 1
        case _, [year]:
            return year
    raise PeriodError(label)


def unit_of(label: str) -> str | None:
    """The unit that a label's form names, whether or not such a period exists; None for no label."""
    return next((unit for unit, pattern in _LABELS.items() if pattern.fullmatch(label)), None)


def divides(small: str, large: str, fiscal_start: tuple[int, int] = (1, 1)) -> bool:
    """Whether every period of *large* is made of whole periods of *small*."""
    if small in {large, "day"}:
        return True
    if large in {"day", "week"} or small in {"week", "fiscal year"}:
        return False
    if large == "fiscal year":
        month, day = fiscal_start
        return day == 1 and (month - 1) % _MONTHS[small] == 0
    return _MONTHS[large] % _MONTHS[small] == 0


def add_months(day: datetime.date, months: int, clamp: str = "end") -> datetime.date | None:
    """
    The same day of the month *months* later.

    Args:
        clamp: where that month is too short: ``end`` its last day, ``next_day`` the day after it, ``error`` None.

    Raises:
        PeriodError: the result lies outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        first = datetime.date(year, month + 1, 1)
        last = Calendar().containing("month", first).end
    except (ValueError, OverflowError) as error:
        raise PeriodError(f"{day} + {months} months") from error
    if day.day <= last.day:
        return first.replace(day=day.day)
    return {"end": last, "next_day": _day_after(last)}.get(clamp)


def day_of(text: str) -> datetime.date | None:
    """The day that is written as ``2023-08-01``, and in no other way of ISO 8601; None for any other text."""
    if len(text) != len("2023-08-01") or text[5] == "W":
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _day_after(day: datetime.date) -> datetime.date | None:
    return None if day == datetime.date.max else day + datetime.timedelta(days=1)


def full_months(start: datetime.date, end: datetime.date) -> int:
    """Whole months from *start* to *end*, counted as `add_months` counts; negative where *end* is earlier."""
    if end < start:
        return -full_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    reached = add_months(start, months)
    return months if reached is not None and reached <= end else months - 1
