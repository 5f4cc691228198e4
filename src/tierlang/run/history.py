"""Published results as inputs: what `input … from SCHEME` and `state … from …` read."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme, InputDecl
from tierlang.periods import Calendar, Period, PeriodError
from tierlang.run.result import Outcome
from tierlang.run.values import Undetermined
from tierlang.types import SeriesType, TierType

NO_LEVEL = frozenset({"unrated", "ineligible", "vetoed"})
"""The statuses of which it is known that there is no level."""


class Published(Protocol):
    """One published result: of a scheme, for a period and a subject."""

    @property
    def scheme(self) -> str:
        """The id of the scheme that published it."""

    @property
    def period(self) -> str:
        """The label of the assessed period."""

    @property
    def id(self) -> str:
        """The subject."""

    @property
    def status(self) -> str | None:
        """The status, None where it is not said."""

    @property
    def tier(self) -> str | None:
        """The level, None where there was none."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Exact values by name."""


@attrs.frozen
class PublishedResult:
    """A result of a run, as the history of later ones."""

    scheme: str
    period: str
    id: str
    status: str | None
    tier: str | None
    values: Mapping[str, Any]


def published(outcome: Outcome) -> tuple[PublishedResult, ...]:
    """The results of a run as history; a value that is undetermined was not published."""
    scheme, period = outcome.header["scheme"]["id"] or "", outcome.header["period"]["label"]
    return tuple(
        PublishedResult(
            scheme,
            period,
            result.id,
            result.status,
            result.tier,
            {name: value for name, value in result.values.items() if not isinstance(value, Undetermined)},
        )
        for result in outcome.results
    )


def filler(
    scheme: CheckedScheme, history: Iterable[Published], period: Period | None, calendar: Calendar
) -> Callable[[Mapping[str, object]], dict[str, object]]:
    """
    What fills in the inputs of a row that are published results, where the row does not give them itself.

    An input of levels takes the published tier, any other the published value of its own name; a state what was
    published for the period before *period*.
    """
    results = list(history)
    series = _inputs(scheme, results, period)
    states = _States(scheme, results, period, calendar) if scheme.states and period is not None else None

    def fill(row: Mapping[str, object]) -> dict[str, object]:
        id_ = str(row.get("id"))
        extra = {**series.get(id_, {}), **(states.of(id_) if states is not None else {})}
        given = {key: value for key, value in row.items() if value is not None or key not in extra}
        return {**extra, **given}

    return fill


def _inputs(
    scheme: CheckedScheme, results: list[Published], assessed: Period | None
) -> dict[str, dict[str, object]]:
    """By subject and input, the published values by period; of a single one that of the assessed period."""
    wanted = [i for i in scheme.inputs.values() if i.published_by is not None and i.state_of is None]
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for result in results:
        for declared in wanted:
            if result.scheme == (scheme.id if declared.published_by == "self" else declared.published_by):
                of_periods = isinstance(declared.type, SeriesType)
                kind = declared.type.of if isinstance(declared.type, SeriesType) else declared.type
                value = result.tier if isinstance(kind, TierType) else _known(result, declared.name)
                if value is not None and of_periods:
                    found[result.id].setdefault(declared.name, {})[result.period] = value
                elif value is not None and assessed is not None and result.period == assessed.label:
                    found[result.id][declared.name] = value
    return {id_: dict(values) for id_, values in found.items()}


class _States:
    """What the states of a period's subjects are, by what was published before it."""

    def __init__(
        self, scheme: CheckedScheme, results: list[Published], period: Period, calendar: Calendar
    ) -> None:
        self._declared = scheme.states
        self._before: dict[str, Published] = {}
        self._earlier: set[str] = set()
        for result in results:
            if result.scheme != (scheme.id or ""):
                continue
            end = _end_of(calendar, result.period, period.unit)
            if end is not None and end < period.start:
                self._earlier.add(result.id)
                if end == period.start - datetime.timedelta(days=1):
                    self._before[result.id] = result

    def of(self, id_: str) -> dict[str, object]:
        """The states of one subject that are known; those of a newcomer are the declared first values."""
        found = {declared.name: self._value(declared, id_) for declared in self._declared}
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, declared: InputDecl, id_: str) -> object:
        result = self._before.get(id_)
        if result is None:
            return None if id_ in self._earlier else declared.default
        if declared.state_of != "tier":
            return _known(result, declared.state_of or "")
        return declared.default if result.tier is None and result.status in NO_LEVEL else result.tier


def _known(result: Published, name: str) -> object:
    """A published value; None where there is none, or where it was undetermined."""
    value = result.values.get(name)
    return None if isinstance(value, Undetermined) else value


def _end_of(calendar: Calendar, label: str, unit: str) -> datetime.date | None:
    """The last day of a published period; None where it is of another unit."""
    try:
        period = calendar.parse(label)
    except PeriodError:
        return None
    return period.end if period.unit == unit else None
