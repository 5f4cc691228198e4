"""
Roots, logarithms and the normal distribution, rounded half to even at so many decimals.

Values that are no fractions are computed to more and more digits until the rounding is certain; a logarithm that is a
fraction is found as one, because no number of digits would ever show that it lies half-way.
"""

from collections.abc import Callable
from fractions import Fraction
from math import floor

import mpmath

HALF = Fraction(1, 2)
TEN = Fraction(10)


def to_even(x: Fraction, digits: int) -> Fraction:
    """An exact *x* at so many decimals, a tie going to the even digit."""
    scaled = x * TEN**digits
    low = floor(scaled)
    up = scaled - low > HALF or (scaled - low == HALF and low % 2 == 1)
    return (low + up) / TEN**digits


def root_of(x: Fraction, k: int, digits: int) -> Fraction:
    """The *k*-th root of *x*, which is not negative where *k* is even."""
    if x < 0:
        return -root_of(-x, k, digits)
    scaled = x * TEN ** (k * digits)
    low, high = 0, 1
    while high**k <= scaled:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**k <= scaled else (low, middle)
    tie = (low + HALF) ** k
    return (low + (scaled > tie or (scaled == tie and low % 2 == 1))) / TEN**digits


def logarithm(x: Fraction, base: Fraction, digits: int) -> Fraction:
    """The logarithm of *x* to *base*; both are positive, and *base* is not 1."""
    near = rounded(lambda: mpmath.log(_real(x)) / mpmath.log(_real(base)), 40)
    exact = near.limit_denominator(1000)
    if base**exact.denominator != 1 and abs(exact) < 10_000 and x**exact.denominator == base**exact.numerator:
        return to_even(exact, digits)
    return rounded(lambda: mpmath.log(_real(x)) / mpmath.log(_real(base)), digits)


def natural_logarithm(x: Fraction, digits: int) -> Fraction:
    """The logarithm to the base e; a fraction only for 1."""
    return Fraction(0) if x == 1 else rounded(lambda: mpmath.log(_real(x)), digits)


def exponential(x: Fraction, digits: int) -> Fraction:
    """e to the power *x*; a fraction only for 0."""
    if x < -1000:
        return Fraction(0)  # nothing of it is seen at 40 decimals
    return Fraction(1) if x == 0 else rounded(lambda: mpmath.exp(_real(x)), digits, start=int(abs(x)) // 2)


def normal_share(z: Fraction, digits: int) -> Fraction:
    """The part of a normal distribution below *z* deviations; a fraction only for 0."""
    if abs(z) > 50:
        return Fraction(z > 0)  # nothing of the rest is seen at 40 decimals
    return to_even(HALF, digits) if z == 0 else rounded(lambda: mpmath.ncdf(_real(z)), digits)


def rounded(value: Callable[[], mpmath.mpf], digits: int, start: int = 0) -> Fraction:
    """A value that is no fraction, at so many decimals; *start* decimals stand before the point at most."""
    places = abs(digits) + start + 60
    for _ in range(6):
        with mpmath.workdps(places):
            scaled = value() * mpmath.mpf(10) ** digits
            low = mpmath.floor(scaled)
            from_tie = scaled - low - mpmath.mpf("0.5")
            if abs(from_tie) > mpmath.mpf(10) ** -20:
                return (int(low) + bool(from_tie > 0)) / TEN**digits
        places *= 2
    return int(low) / TEN**digits  # within 10^-20 of half-way, a fraction that its caller looks for


def _real(x: Fraction) -> mpmath.mpf:
    return mpmath.mpf(x.numerator) / x.denominator
