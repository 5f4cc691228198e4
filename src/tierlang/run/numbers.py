"""Exact arithmetic: rounding in every mode, roots and deviations rounded correctly, sizes bounded."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from tierlang.run.values import MAX_BITS, TooBig, bits, normal, total
from tierlang.types import Exact


def _half_up(low: int, twice: int, negative: bool) -> int:
    return low + (twice > 0 or (twice == 0 and not negative))


MODES: dict[str, Callable[[int, int, bool], int]] = {
    "half_up": _half_up,
    "half_even": lambda low, twice, _: low + (twice > 0 or (twice == 0 and low % 2 == 1)),
    "up": lambda low, _, negative: low + (not negative),
    "down": lambda low, _, negative: low + negative,
    "floor": lambda low, _twice, _negative: low,
    "ceil": lambda low, _twice, _negative: low + 1,
}
"""For a value strictly between *low* and low + 1: which of the two; *twice* is the sign of value − (low + ½)."""


def round_exact(value: Exact, digits: int, mode: str) -> Exact:
    """
    Round to a number of decimals (negative: tens, hundreds).

    Args:
        mode: ``half_up`` (away from zero, 四舍五入), ``half_even`` (GB/T 8170), ``up`` and ``down`` (from and to zero),
            ``floor``, ``ceil``.
    """
    scale = Fraction(10) ** digits
    scaled = value * scale
    low = math.floor(scaled)
    if low == scaled:
        return value
    double = 2 * (scaled - low) - 1
    twice = (double > 0) - (double < 0)
    return normal(MODES[mode](low, twice, scaled < 0) / scale)


def sqrt_exact(value: Exact, digits: int) -> Exact:
    """The square root of a number from 0, correctly rounded (half even) to *digits* decimals."""
    scaled = Fraction(value) * Fraction(10) ** (2 * digits)
    low = math.isqrt(math.floor(scaled))
    middle = Fraction(2 * low + 1, 2)
    above = scaled > middle * middle or (scaled == middle * middle and low % 2 == 1)
    return normal(Fraction(low + above) / Fraction(10) ** digits)


def divide_root(value: Exact, square: Exact, digits: int) -> Exact:
    """Value / √square, correctly rounded (half even) to *digits* decimals; *square* is above 0."""
    quotient = sqrt_exact(Fraction(value) * value / square, digits)
    return -quotient if value < 0 else quotient


def mean_of(values: list[Exact]) -> Exact:
    """The exact mean of at least one number."""
    return normal(Fraction(total(values)) / len(values))


def variance_of(values: list[Exact], *, sample: bool) -> Exact | None:
    """
    The exact variance; None where there are too few values.

    Raises:
        TooBig: it cannot be computed within the language's bound.
    """
    count = len(values) - sample
    if count < 1:
        return None
    mean = mean_of(values)
    if not all(fits(v - mean) for v in values):
        raise TooBig
    return normal(Fraction(total([normal(Fraction((v - mean) * (v - mean))) for v in values])) / count)


def quantile_of(values: list[Exact], share: Exact, method: str) -> Exact:
    """
    The value below which a share of at least one number lies.

    Args:
        method: ``nearest`` rank; ``linear`` between the neighbours of (n − 1)·share; ``sas5``: the mean of two
            neighbours where n·share is whole, else the next (SAS definition 5).
    """
    return quantile_in(sorted(values), share, method)


def quantile_in(ordered: Sequence[Exact], share: Exact, method: str) -> Exact:
    """The same of numbers in rising order."""
    size = len(ordered)
    match method:
        case "linear":
            place = share * (size - 1)
            low = math.floor(place)
            high = min(low + 1, size - 1)
            return normal(Fraction(ordered[low]) + (place - low) * (ordered[high] - ordered[low]))
        case "sas5" if share * size == int(share * size) and 0 < share < 1:
            low = int(share * size) - 1
            return normal(Fraction(ordered[low] + ordered[low + 1]) / 2)
        case _:
            return ordered[min(max(math.ceil(share * size), 1), size) - 1]


def fits(value: Exact) -> bool:
    """Whether a number is within the language's bound."""
    return (value.bit_length() if value.__class__ is int else bits(value)) <= MAX_BITS


def product_fits(left: Exact, right: Exact) -> bool:
    """Whether a product can be computed without exceeding the bound by more than a factor."""
    return bits(left) + bits(right) <= 2 * MAX_BITS
