"""Several periods in a row: each is rated with the results of those before it as its history (reference, State)."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from tierlang.api import Scheme, assessed_period, time_of
from tierlang.check.examples import MAX_PERIODS
from tierlang.check.model import CheckedScheme
from tierlang.diagnostics.model import refusal
from tierlang.periods import Period
from tierlang.run.history import Published, published
from tierlang.run.result import Outcome
from tierlang.run.subjects import Row
from tierlang.run.windows import time_frame
from tierlang.types import ListType, RecordType, SeriesType, Type


def period_range(checked: CheckedScheme, first: str, last: str) -> tuple[Period, ...]:
    """
    The assessed periods from one label to another, both included.

    Raises:
        DiagnosticError: a label is no period of the scheme, they run backwards, or there are more than MAX_PERIODS.
    """
    start, end = assessed_period(checked, first), assessed_period(checked, last)
    if start is None or end is None or not start.number <= end.number < start.number + MAX_PERIODS:
        expected = f"a period and a later one, at most {MAX_PERIODS} in all"
        raise refusal("E-PERIOD-TEXT", text=f"{first}..{last}", expected=expected)
    calendar = time_frame(checked.assessment, None).calendar
    return tuple(calendar.period(start.unit, number) for number in range(start.number, end.number + 1))


class Versions(Protocol):
    """A scheme, or several versions of one."""

    def for_period(self, label: str) -> Scheme:
        """The version that governs a period."""


def fold(
    schemes: Versions,
    rows: Iterable[Row],
    *,
    first: str,
    last: str,
    history: Iterable[Published] | None = None,
    mocks: Iterable[Row] | None = None,
    **options: Any,
) -> tuple[Outcome, ...]:
    """
    Rate periods in order, each with the results of those before it.

    Args:
        schemes: a scheme, or a set of its versions.
        rows: as for `Scheme.rate`, for all periods: a series given as a list ends with the last one, and a state that a
            row gives is that of the first.
        first, last: labels of the first and the last period.
        history: what was published before the first; empty where nothing was.
        options: the further arguments of `Scheme.rate`, the same for every period.

    Returns:
        one outcome for each period, in order.

    Raises:
        DiagnosticError, BudgetExceeded, Cancelled: as `Scheme.rate`.
    """
    checked = schemes.for_period(last).checked
    periods = period_range(checked, first, last)
    labels = _Labels(checked, periods[-1])
    labelled = [labels.of_row(row) for row in rows]
    states = {declared.name for declared in checked.states}
    later = [{key: value for key, value in row.items() if key not in states} for row in labelled]
    replaced = None if mocks is None else list(mocks)
    known = None if history is None else list(history)
    outcomes: list[Outcome] = []
    for period in periods:
        given = later if outcomes else labelled
        scheme = schemes.for_period(period.label)
        outcome = scheme.rate(given, period=period.label, history=known, mocks=replaced, **options)
        outcomes.append(outcome)
        known = [*(known or ()), *published(outcome)]
    return tuple(outcomes)


class _Labels:
    """Writes lists that end with the last period as mappings from period to value."""

    def __init__(self, checked: CheckedScheme, last: Period) -> None:
        self._time = time_of(checked, last)
        self._kinds = {name: declared.type for name, declared in checked.inputs.items()}

    def of_row(self, row: Row) -> dict[str, object]:
        """A row whose series name their periods, so that they mean the same in every period."""
        return {key: self.of(self._kinds.get(key), value) for key, value in row.items()}

    def of(self, kind: Type | None, value: object) -> object:
        """A value of a type, its series labelled."""
        match kind, value:
            case SeriesType(unit=unit), list() | tuple():
                calendar = self._time.calendar
                end = calendar.containing(unit, self._time.end).number
                return {
                    calendar.period(unit, end - len(value) + 1 + i).label: item
                    for i, item in enumerate(value)
                }
            case ListType(of=RecordType() as record), list() | tuple():
                return [self.of(record, item) for item in value]
            case RecordType(), Mapping():
                return {key: self.of(kind.field(str(key)), item) for key, item in value.items()}
            case _:
                return value
