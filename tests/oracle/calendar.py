"""Periods and windows."""

import datetime

import attrs

from tierlang.syntax import nodes as n

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@attrs.frozen
class Calendar:
    """Periods as (unit, index), index + 1 being the next; fiscal years begin on *starting* and are named by their end."""

    starting: tuple[int, int] = (1, 1)

    def index(self, unit: str, day: datetime.date) -> int:
        """The index of the period of *unit* that holds *day*."""
        if unit == "day":
            return day.toordinal()
        if unit == "week":
            return (day.toordinal() - 1) // 7  # 1 January of the year 1 was a Monday
        if unit == "fiscal year":
            return day.year + (self.starting != (1, 1) and (day.month, day.day) >= self.starting)
        return (day.year * 12 + day.month - 1) // MONTHS[unit]

    def first(self, unit: str, index: int) -> datetime.date:
        """The first day of a period."""
        if unit in ("day", "week"):
            return datetime.date.fromordinal(index if unit == "day" else 7 * index + 1)
        if unit == "fiscal year":
            return datetime.date(index - (self.starting != (1, 1)), *self.starting)
        month = index * MONTHS[unit]
        return datetime.date(month // 12, month % 12 + 1, 1)

    def days(self, unit: str, first: int, last: int) -> tuple[datetime.date, datetime.date]:
        """The first day of the first of some periods, and the last day of the last."""
        return self.first(unit, first), self.first(unit, last + 1) - datetime.timedelta(days=1)

    def label(self, unit: str, index: int) -> str:
        """How a period is written."""
        day = self.first(unit, index)
        match unit:
            case "day":
                return day.isoformat()
            case "week":
                year, week, _ = day.isocalendar()
                return f"{year:04}-W{week:02}"
            case "month":
                return f"{day.year:04}-{day.month:02}"
            case "quarter":
                return f"{day.year:04}-Q{index % 4 + 1}"
            case "half":
                return f"{day.year:04}-H{index % 2 + 1}"
            case "year":
                return f"{day.year:04}"
            case _:
                return f"FY{index:04}"

    def read(self, label: str) -> tuple[str, int]:
        """A written period."""
        if label.startswith("FY"):
            return "fiscal year", int(label[2:])
        year, _, rest = label.partition("-")
        if not rest:
            return "year", int(year)
        if rest[0] == "W":
            return "week", self.index("week", datetime.date.fromisocalendar(int(year), int(rest[1:]), 1))
        if rest[0] in "QH":
            return (
                ("quarter", int(year) * 4 + int(rest[1]) - 1)
                if rest[0] == "Q"
                else ("half", int(year) * 2 + int(rest[1]) - 1)
            )
        if "-" in rest:
            return "day", datetime.date.fromisoformat(label).toordinal()
        return "month", int(year) * 12 + int(rest) - 1

    def window(self, window: n.Window, end: datetime.date) -> tuple[datetime.date, datetime.date]:
        """First and last day of a window, counted back from *end*, the last day of the data window."""
        match window:
            case n.PeriodWindow(label=label):
                unit, index = self.read(label)
                return self.days(unit, index, index)
            case n.ThisWindow(unit=unit):
                return self.days(unit, self.index(unit, end), self.index(unit, end))
            case n.PreviousWindow(unit=unit):
                return self.days(unit, self.index(unit, end) - 1, self.index(unit, end) - 1)
            case n.LastWindow(count=count, unit=unit):
                next_day = end + datetime.timedelta(days=1)
                last = self.index(unit, next_day) - 1
                return self.days(unit, last - count + 1, last)
