"""Values and ranges in the scheme's own words: ``79.5``, ``30%``, ``100_000 CNY``, ``79 < score < 80``."""

import datetime
from collections.abc import Sequence

from tierlang.check.coverage.conditions import Axis
from tierlang.check.coverage.intervals import Cell, Numbers, Value
from tierlang.types import show_number


def show_value(value: Value, axis: Axis, levels: Sequence[str] = ()) -> str:
    """A value of an axis as the scheme would write it; *levels* is the ladder, best first."""
    if value in axis.spelled:
        return axis.spelled[value]
    if isinstance(value, str):
        return f'"{value}"'
    match axis.family:
        case "bool":
            return "true" if value else "false"
        case "date":
            return datetime.date.fromordinal(int(value)).isoformat()
        case "tier":
            return levels[len(levels) - 1 - int(value)]
    match axis.unit:
        case "%":
            return f"{show_number(value * 100)}%"
        case None:
            return show_number(value)
        case currency:
            return f"{show_number(value)} {currency}"


def show_equal(value: Value, axis: Axis, levels: Sequence[str] = ()) -> str:
    """``score`` = 79.5."""
    return f"`{axis.label}` = {show_value(value, axis, levels)}"


def show_ends(cells: Sequence[Cell], axis: Axis, levels: Sequence[str] = ()) -> tuple[str | None, str | None]:
    """The ends of some neighbouring cells of an axis, as constants; None at an end that it shares with the axis."""
    first, last, domain = cells[0], cells[-1], axis.domain
    low, high = first.low, last.high
    if isinstance(domain, Numbers):
        low = None if (low, first.low_in) == (domain.low, domain.low_in) else low
        high = None if (high, last.high_in) == (domain.high, domain.high_in) else high
    return (
        None if low is None else show_value(low, axis, levels),
        None if high is None else show_value(high, axis, levels),
    )


def show_range(cells: Sequence[Cell], axis: Axis, levels: Sequence[str] = ()) -> str:
    """What some neighbouring cells of an axis hold, as a condition; of several texts the first."""
    first, last = cells[0], cells[-1]
    if isinstance(first.value, str) or (len(cells) == 1 and first.value == first.low == first.high):
        return f"{axis.label} == {show_value(first.value, axis, levels)}"
    low, high = show_ends(cells, axis, levels)
    name = axis.label
    if low is not None and high is not None:
        return f"{low} {_sign(first.low_in)} {name} {_sign(last.high_in)} {high}"
    if low is not None:
        return f"{name} {'>=' if first.low_in else '>'} {low}"
    return f"{name} {_sign(last.high_in)} {high}" if high is not None else name


def _sign(included: bool) -> str:
    return "<=" if included else "<"
