"""Windows of time, fixed once the assessed period is known."""

import datetime

from tierlang import quickattrs as attrs
from tierlang.check.model import Assessment
from tierlang.periods import Calendar, Period, PeriodError
from tierlang.syntax import nodes as n


@attrs.frozen
class TimeFrame:
    """
    The assessed period and its data window.

    Attributes:
        period: what is assessed, by its label; None for a scheme without `assess`.
        start, end: the first and last day of the data window.
    """

    calendar: Calendar
    period: Period | None
    start: datetime.date
    end: datetime.date

    def days(self, window: n.Window | None) -> tuple[datetime.date, datetime.date]:
        """
        The first and last day of a window; of the data window for None.

        Raises:
            PeriodError: the window leaves the calendar.
        """
        match window:
            case None:
                return self.start, self.end
            case n.PeriodWindow(label=label):
                named = self.calendar.parse(label)
                return named.start, named.end
            case n.ThisWindow(unit=unit):
                current = self.calendar.containing(unit, self.end)
                return current.start, current.end
            case n.PreviousWindow(unit=unit):
                current = self.calendar.containing(unit, self.end)
                before = self.calendar.period(unit, current.number - 1)
                return before.start, before.end
            case n.LastWindow(count=count, unit=unit):
                current = self.calendar.containing(unit, self.end)
                last = current.number if current.end == self.end else current.number - 1
                first = self.calendar.period(unit, last - count + 1)
                return first.start, self.calendar.period(unit, last).end

    def periods(self, window: n.Window | None, unit: str) -> list[Period]:
        """
        The periods of a unit in a window, in order.

        Raises:
            PeriodError: the window leaves the calendar.
        """
        start, end = self.days(window)
        first, last = self.calendar.containing(unit, start), self.calendar.containing(unit, end)
        return [self.calendar.period(unit, number) for number in range(first.number, last.number + 1)]


def time_frame(assessment: Assessment, period: Period | None) -> TimeFrame:
    """
    The data window of an assessed period: the period itself, or the one that `assess … over` names.

    `over last n …` are the whole ones before the period, `over previous …` the one before that which holds it.

    Raises:
        PeriodError: the window leaves the calendar.
    """
    calendar = Calendar(assessment.starting or (1, 1))
    if period is None:
        return TimeFrame(calendar, None, datetime.date.min, datetime.date.min)
    if assessment.window is None:
        return TimeFrame(calendar, period, period.start, period.end)
    anchor = period.end
    if isinstance(
        assessment.window, n.LastWindow
    ):  # `over last 3 months` are the whole months before the period
        if period.start == datetime.date.min:
            raise PeriodError(f"before {period}")
        anchor = period.start - datetime.timedelta(days=1)
    seen = TimeFrame(calendar, period, anchor, anchor)
    return TimeFrame(calendar, period, *seen.days(assessment.window))
