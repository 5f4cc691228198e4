"""Exact and undetermined values, and the arithmetic on them that needs a definition."""

import datetime
from calendar import monthrange
from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import Any

import attrs

MAX_BITS = 65_536


@attrs.frozen
class Undetermined:
    """A value that cannot be known, with its causes: pairs of code and path, the path "" where none is told."""

    causes: frozenset[tuple[str, str]]


def unknown(code: str, path: str = "") -> Undetermined:
    """Undetermined for one cause."""
    return Undetermined(frozenset({(code, path)}))


def blame(values: Iterable[Any]) -> Undetermined | None:
    """The union of the causes of all undetermined *values*; None where every value is determined."""
    found = [v for v in values if isinstance(v, Undetermined)]
    return Undetermined(frozenset().union(*(v.causes for v in found))) if found else None


def unique(values: Iterable[Any]) -> list[Any]:
    """The different values, each once."""
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def bounded(value: Fraction) -> Fraction | Undetermined:
    """A number, unless it is longer than the language allows."""
    bits = max(abs(value.numerator).bit_length(), value.denominator.bit_length())
    return value if bits <= MAX_BITS else unknown("too-big")


def round_to(x: Fraction, digits: int, mode: str) -> Fraction:
    """*x* with so many decimals."""
    scaled = x * Fraction(10) ** digits
    low = floor(scaled)
    rest = scaled - low
    away, half_away = (low, low) if x < 0 else (low + 1, low + 1)
    toward = low + 1 if x < 0 else low
    match mode:
        case _ if rest == 0:
            whole = low
        case "floor":
            whole = low
        case "ceil":
            whole = low + 1
        case "up":
            whole = away
        case "down":
            whole = toward
        case _ if rest != Fraction(1, 2):
            whole = low + (rest > Fraction(1, 2))
        case "half_up":
            whole = half_away
        case _:
            whole = low + low % 2
    return Fraction(whole) / Fraction(10) ** digits


def root(x: Fraction, digits: int) -> Fraction:
    """The square root of *x*, rounded once to *digits* decimals, a tie to the even digit."""
    scaled = x * 100**digits
    low = isqrt(floor(scaled))
    middle = (low + Fraction(1, 2)) ** 2
    return Fraction(low + (scaled > middle or (scaled == middle and low % 2 == 1)), 10**digits)


def quantile(values: list[Any], share: Fraction, method: str) -> Any:
    """The value below which *share* of the sorted *values* lies."""
    size = len(values)
    if method == "linear":
        at = (size - 1) * share
        low = floor(at)
        return values[low] + (at - low) * (values[min(low + 1, size - 1)] - values[low])
    at = size * share
    if method == "sas5" and at.denominator == 1 and 0 < at < size:
        return (values[int(at) - 1] + values[int(at)]) / 2
    return values[max(ceil(at), 1) - 1]


def month_shift(
    day: datetime.date, months: Fraction | int, clamp: str = "end"
) -> datetime.date | Undetermined:
    """*day* so many months later; *clamp* says what happens where that month has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + floor(months), 12)
    if months != floor(months) or not 1 <= year <= 9999:
        return unknown("no-date")
    last = datetime.date(year, month + 1, monthrange(year, month + 1)[1])
    if day.day <= last.day:
        return last.replace(day=day.day)
    return last if clamp == "end" else day_shift(last, 1) if clamp == "next_day" else unknown("no-date")


def day_shift(day: datetime.date, days: Fraction | int) -> datetime.date | Undetermined:
    """*day* so many days later."""
    number = day.toordinal() + days
    if number != floor(number) or not 1 <= number <= datetime.date.max.toordinal():
        return unknown("no-date")
    return datetime.date.fromordinal(floor(number))


def full_months(a: datetime.date, b: datetime.date) -> int:
    """The most months that can be added to *a* without passing *b*; from a later day, minus those from b to a."""
    if b < a:
        return -full_months(b, a)
    months = (b.year - a.year) * 12 + b.month - a.month
    reached = month_shift(a, months)
    assert isinstance(reached, datetime.date)  # it is clamped to the end of the month
    return months if reached <= b else months - 1
