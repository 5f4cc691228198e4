"""
What an expression is in the compiled path: a piece of Python over whole numbers, with what is known of its value.

A number is a whole number over a denominator that is known when the scheme is compiled, such as hundredths of a point; or,
behind a division, over one that is computed. The least and the greatest value it can have are known too, so that nothing
can grow beyond the language's bound.
"""

import ast
import math
from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.rater.python import NotCompiled, constant, product, times
from tierlang.types import Exact

MAX_DAYS = 3_652_058
"""Days between the first and the last day of the calendar."""

HALF = Fraction(1, 2)

MAX_FLOAT = 2**53
"""A float holds every whole number below."""

MAX_FAST_BITS = 512
"""Whole numbers may have so many bits; expressions that could have more are left to the interpreter."""


class TooWide(NotCompiled):
    """A number that no float holds exactly: it must be an `int`."""


@attrs.frozen
class Number:
    """
    ``node / (scale * den)``: *node* is a whole number from *low* to *high*.

    Attributes:
        scale: above 0.
        den: a whole number from 1 to *den_high*; None is 1.
        floating: whether the whole number stands in a float, which is exact up to 2^53 and faster to add up where it came as
            one. It becomes an `int` before anything is compared or shown.
    """

    node: ast.expr
    low: int
    high: int
    scale: int = 1
    den: ast.expr | None = None
    den_high: int = 1
    floating: bool = False

    def __attrs_post_init__(self) -> None:
        if self.floating and (self.den is not None or max(abs(self.low), abs(self.high)) >= MAX_FLOAT):
            raise TooWide("a float would not be exact")
        widest = max(abs(self.low), abs(self.high), self.scale * self.den_high)
        if widest.bit_length() > MAX_FAST_BITS:
            raise NotCompiled("a number of so many bits")


@attrs.frozen
class Truth:
    """True or false."""

    node: ast.expr


@attrs.frozen
class Text:
    """A text, in NFC."""

    node: ast.expr


@attrs.frozen
class Day:
    """A `datetime.date`."""

    node: ast.expr


@attrs.frozen
class Rung:
    """The index of a level: 0 is the best."""

    node: ast.expr


@attrs.frozen
class Opaque:
    """A value as the interpreter has it: a series, a list."""

    node: ast.expr


Term = Number | Truth | Text | Day | Rung | Opaque

# ------------------------------------------------------------------ numbers


def literal(value: Exact) -> Number:
    """A number that is known."""
    return Number(constant(value.numerator), value.numerator, value.numerator, value.denominator)


def known(number: Number) -> Exact | None:
    """The value of a number that is known; None for any other."""
    if number.den is None and isinstance(number.node, ast.Constant):
        return Fraction(number.low, number.scale)
    return None


def denominator(number: Number) -> tuple[ast.expr, int]:
    """The whole denominator, and the greatest it can be."""
    if number.den is None:
        return constant(number.scale), number.scale
    return times(number.den, number.scale), number.scale * number.den_high


def scaled(number: Number, factor: int) -> Number:
    """The same number, over a denominator *factor* times as large."""
    return attrs.evolve(
        number,
        node=_multiple(number, factor),
        low=number.low * factor,
        high=number.high * factor,
        scale=number.scale * factor,
    )


def _multiple(number: Number, factor: int) -> ast.expr:
    return times(number.node, float(factor) if number.floating else factor)


def aligned(left: Number, right: Number) -> tuple[Number, Number]:
    """Both over one denominator."""
    if left.den is None and right.den is None:
        scale = math.lcm(left.scale, right.scale)
        return scaled(left, scale // left.scale), scaled(right, scale // right.scale)
    return _over(left, right), _over(right, left)


def _over(number: Number, other: Number) -> Number:
    """A number over the product of its denominator and another's."""
    if number.floating:
        raise TooWide("a float over a denominator that is computed")
    own, own_high = denominator(number)
    den, den_high = denominator(other)
    low, high = _range(number.low, number.high, 1, den_high)
    return Number(product(number.node, den), low, high, 1, product(own, den), own_high * den_high)


def _range(low: int, high: int, other_low: int, other_high: int) -> tuple[int, int]:
    """What the product of two whole numbers can be."""
    ends = [a * b for a in (low, high) for b in (other_low, other_high)]
    return min(ends), max(ends)


def added(left: Number, right: Number, *, minus: bool) -> Number:
    """Left + right, or left − right."""
    left, right = aligned(left, right)
    low, high = (-right.high, -right.low) if minus else (right.low, right.high)
    operator = ast.Sub() if minus else ast.Add()
    return attrs.evolve(
        left,
        node=ast.BinOp(left.node, operator, right.node),
        low=left.low + low,
        high=left.high + high,
        den_high=max(left.den_high, right.den_high),
        floating=left.floating or right.floating,
    )


def multiplied(left: Number, right: Number) -> Number:
    """Left · right."""
    low, high = _range(left.low, left.high, right.low, right.high)
    dens = [den for den in (left.den, right.den) if den is not None]
    den = None if not dens else dens[0] if len(dens) == 1 else product(*dens)
    node = product(left.node, right.node)
    for one, other in ((left, right), (right, left)):
        if known(other) is not None:
            node = _multiple(one, other.low)
    scale, den_high = left.scale * right.scale, left.den_high * right.den_high
    return Number(node, low, high, scale, den, den_high, left.floating or right.floating)


def negated(number: Number) -> Number:
    """The same below 0."""
    return attrs.evolve(number, node=_multiple(number, -1), low=-number.high, high=-number.low)
