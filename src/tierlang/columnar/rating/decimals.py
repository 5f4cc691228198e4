"""Decimals in results: of how many digits a column of numbers is, so that it holds every one of them."""

from fractions import Fraction

from tierlang.columnar.columns.numbers import Num
from tierlang.run.result import DECIMALS

NARROW_DIGITS, WIDE_DIGITS = 18, 38
"""Digits of decimals that all engines hold in 64 bits, and in 128."""
MOST = 10 ** (WIDE_DIGITS - DECIMALS - 1)
"""A number as large as this is told as a text only."""


def has_decimal(value: Num) -> bool:
    """Whether every number that a value can be has a decimal."""
    return bool(_size(value) < MOST)


def digits_of(value: Num) -> int:
    """The digits of a column that holds a value; see `digits_for`."""
    return digits_for(_size(value))


def digits_for(most: int | Fraction) -> int:
    """The digits of a column of numbers whose size, before they are rounded to their places, is at most *most*."""
    return NARROW_DIGITS if most <= 10 ** (NARROW_DIGITS - DECIMALS) - 1 else WIDE_DIGITS


def _size(value: Num) -> int | Fraction:
    return max(-value.low, value.high)
