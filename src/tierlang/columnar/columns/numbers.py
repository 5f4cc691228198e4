"""
Exact numbers as integers: a scaled integer, or a pair of numerator and denominator, with an interval for the value.

A quotient stays a pair as long as it is compared, ranked, added or banded; rounding makes it a scaled integer again.
"""

import math
from collections.abc import Callable
from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import (
    Beyond,
    Cell,
    absolute,
    add,
    any_nullable,
    both,
    bounded,
    case,
    coalesce,
    compare,
    constant,
    decided,
    divide,
    either,
    integer,
    inverse,
    is_constant,
    is_null,
    multiply,
    negate,
    null,
    subtract,
    when,
)
from tierlang.types import Exact

Share = Callable[[Cell], Cell]
"""Gives a cell a column of its own, so that it is computed once."""

MAX_SCALE = 60


class NotNative(Beyond):
    """A part of a scheme that columns cannot say."""


@attrs.frozen
class Num:
    """
    A number: ``numerator / denominator · 10^−scale``.

    Attributes:
        denominator: above 0; None for 1.
        low, high: the interval of the value; it may be tighter than the cells tell.
    """

    numerator: Cell
    denominator: Cell | None
    scale: int
    low: Fraction
    high: Fraction

    @property
    def is_null(self) -> Cell:
        """Whether the number is undetermined."""
        return either(
            [is_null(self.numerator), *([is_null(self.denominator)] if self.denominator is not None else [])]
        )

    @property
    def nullable(self) -> bool:
        """Whether it can be undetermined."""
        return any_nullable(self.cells)

    @property
    def cells(self) -> list[Cell]:
        """Numerator, and denominator if there is one."""
        return [self.numerator, *([self.denominator] if self.denominator is not None else [])]


def whole(cell: Cell, scale: int = 0) -> Num:
    """A scaled integer."""
    step = Fraction(1, 10**scale)
    return Num(cell, None, scale, cell.low * step, cell.high * step)


def exact(value: Exact) -> Num:
    """A constant."""
    scale = decimals_of(Fraction(value).denominator)
    if scale is None:
        fraction = Fraction(value)
        return Num(constant(fraction.numerator), constant(fraction.denominator), 0, fraction, fraction)
    return whole(constant(int(value * 10**scale)), scale)


def decimals_of(denominator: int) -> int | None:
    """How many decimals a fraction in lowest terms has; None where they do not end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def rescaled(number: Num, scale: int) -> Cell:
    """The numerator at a scale that is not smaller than the number's own."""
    if scale > MAX_SCALE:
        raise NotNative("a number has too many decimals", "某个数的小数位过多")
    return multiply(number.numerator, constant(10 ** (scale - number.scale)))


def _held(number: Num) -> Num:
    """The same number, its numerator's interval not wider than that of its value where there is no denominator."""
    if number.denominator is not None or is_constant(number.numerator):
        return number
    unit = 10**number.scale
    return attrs.evolve(
        number,
        numerator=bounded(number.numerator, math.ceil(number.low * unit), math.floor(number.high * unit)),
    )


# ------------------------------------------------------------------ sums and products


def minus(number: Num) -> Num:
    """−number."""
    return Num(negate(number.numerator), number.denominator, number.scale, -number.high, -number.low)


def plus(left: Num, right: Num) -> Num:
    """Left + right."""
    scale = max(left.scale, right.scale)
    a, b = rescaled(left, scale), rescaled(right, scale)
    low, high = left.low + right.low, left.high + right.high
    if left.denominator == right.denominator:
        return _held(Num(add(a, b), left.denominator, scale, low, high))
    if left.denominator is None or right.denominator is None:
        shared = left.denominator if left.denominator is not None else right.denominator
        assert shared is not None
        parts = (multiply(a, shared), b) if left.denominator is None else (a, multiply(b, shared))
        return Num(add(*parts), shared, scale, low, high)
    if is_constant(left.denominator) and is_constant(right.denominator):
        return _over_constants(left, right, a, b, scale)
    crossed = add(multiply(a, right.denominator), multiply(b, left.denominator))
    return Num(crossed, multiply(left.denominator, right.denominator), scale, low, high)


def _over_constants(left: Num, right: Num, a: Cell, b: Cell, scale: int) -> Num:
    assert left.denominator is not None and right.denominator is not None
    common = math.lcm(left.denominator.low, right.denominator.low)
    factors = [constant(common // bottom.low) for bottom in (left.denominator, right.denominator)]
    top = add(multiply(a, factors[0]), multiply(b, factors[1]))
    return _simple(Num(top, constant(common), scale, left.low + right.low, left.high + right.high))


def times(left: Num, right: Num) -> Num:
    """Left · right."""
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    top = multiply(left.numerator, right.numerator)
    bottoms = [n.denominator for n in (left, right) if n.denominator is not None]
    bottom = None if not bottoms else bottoms[0] if len(bottoms) == 1 else multiply(*bottoms)
    return _simple(_held(Num(top, bottom, left.scale + right.scale, min(ends), max(ends))))


def over(left: Num, right: Num, share: Share) -> Num:
    """
    Left / right; undetermined where *right* is 0.

    The denominator is made positive, so that pairs can be compared crosswise.
    """
    bottom, top = right.numerator, left.numerator
    if right.denominator is not None:
        top = multiply(top, right.denominator)
    if left.denominator is not None:
        bottom = multiply(bottom, left.denominator)
    if bottom.low == bottom.high == 0:
        return Num(null("int"), None, 0, Fraction(0), Fraction(0))
    if bottom.low < 0:
        bottom, top = share(bottom), share(top)
        if bottom.high <= 0:
            bottom, top = negate(bottom), negate(top)
        else:
            sign = compare("<", bottom, constant(0))
            top = case([(sign, negate(top))], top)
            bottom = absolute(bottom)
    if bottom.low <= 0:
        bottom = share(bottom)
        guarded = when(compare(">", bottom, constant(0)), bottom)
        bottom = integer(guarded.op, guarded.args, 1, max(1, bottom.high), True)
    scale = left.scale - right.scale
    if scale < 0:
        top, scale = multiply(top, constant(10**-scale)), 0
    low, high = _quotient_bounds(left, right, top, bottom, scale)
    return _simple(Num(top, bottom, scale, low, high))


def _quotient_bounds(left: Num, right: Num, top: Cell, bottom: Cell, scale: int) -> tuple[Fraction, Fraction]:
    if right.low > 0 or right.high < 0:
        ends = [a / b for a in (left.low, left.high) for b in (right.low, right.high)]
    else:
        ends = [Fraction(a, b * 10**scale) for a in (top.low, top.high) for b in (bottom.low, bottom.high)]
    return min(ends), max(ends)


def _simple(number: Num) -> Num:
    """A constant denominator that is made of twos and fives becomes decimals."""
    if number.denominator is None or not is_constant(number.denominator):
        return number
    bottom = number.denominator.low
    decimals = decimals_of(bottom)
    if decimals is None:
        return number
    top = multiply(number.numerator, constant(10**decimals // bottom))
    return _held(Num(top, None, number.scale + decimals, number.low, number.high))


# ------------------------------------------------------------------ order


def aligned(left: Num, right: Num) -> tuple[Cell, Cell]:
    """Two integers that compare as the two numbers do."""
    scale = max(left.scale, right.scale)
    a, b = rescaled(left, scale), rescaled(right, scale)
    if left.denominator == right.denominator:
        return a, b
    if right.denominator is not None:
        a = multiply(a, right.denominator)
    if left.denominator is not None:
        b = multiply(b, left.denominator)
    return a, b


def related(operator: str, left: Num, right: Num) -> Cell:
    """A comparison; where the denominators are alike they still say whether the numbers are determined."""
    if not left.nullable and not right.nullable:
        found = decided(operator, left, right)
        if found is not None:
            return constant(found)
    found_cell = compare(operator, *aligned(left, right))
    if left.denominator is not None and left.denominator == right.denominator and left.denominator.nullable:
        return when_known(left.denominator, found_cell)
    return found_cell


def when_known(needed: Cell, cell: Cell) -> Cell:
    """The cell where *needed* is not NULL."""
    return case([(is_null(needed), null(cell.kind))], cell)


def extreme_of(numbers: list[Num], share: Share, *, greatest: bool) -> Num:
    """The greatest or the least; undetermined where one is."""
    found = numbers[0]
    for number in numbers[1:]:
        found = _better(found, number, share, greatest=greatest)
    return found


def _better(left: Num, right: Num, share: Share, *, greatest: bool) -> Num:
    pick = max if greatest else min
    takes = share(related(">" if greatest else "<", right, left))
    low, high = pick(left.low, right.low), pick(left.high, right.high)
    unknown = right.is_null
    a, b = _alike(left, right)
    top = case([(takes, b[0]), (unknown, null("int"))], a[0])
    bottom = None
    if a[1] is not None and b[1] is not None:
        bottom = a[1] if a[1] == b[1] else case([(takes, b[1])], a[1])
    return _held(Num(top, bottom, max(left.scale, right.scale), low, high))


def _alike(left: Num, right: Num) -> tuple[tuple[Cell, Cell | None], tuple[Cell, Cell | None]]:
    """Numerators at one scale, and denominators for both or for none."""
    scale = max(left.scale, right.scale)
    a, b = rescaled(left, scale), rescaled(right, scale)
    if left.denominator is None and right.denominator is None:
        return (a, None), (b, None)
    one = constant(1)
    return (a, left.denominator if left.denominator is not None else one), (
        b,
        right.denominator if right.denominator is not None else one,
    )


def chosen(arms: list[tuple[Cell, Num]], otherwise: Num | None) -> Num:
    """The number of the first arm whose condition is true, else *otherwise*, or undetermined."""
    numbers = [number for _, number in arms] + ([otherwise] if otherwise is not None else [])
    scale = max(number.scale for number in numbers)
    tops = [rescaled(number, scale) for number in numbers]
    paired = any(number.denominator is not None for number in numbers)
    conditions = [condition for condition, _ in arms]
    top = case(zip(conditions, tops, strict=False), tops[-1] if otherwise is not None else null("int"))
    bottom = None
    if paired:
        bottoms = [
            number.denominator if number.denominator is not None else constant(1) for number in numbers
        ]
        bottom = case(
            zip(conditions, bottoms, strict=False), bottoms[-1] if otherwise is not None else constant(1)
        )
    low, high = min(n.low for n in numbers), max(n.high for n in numbers)
    return Num(top, bottom, scale, low, high)


def first_known(numbers: list[Num]) -> Num:
    """`??`: the first number that is determined."""
    if all(number.denominator is None for number in numbers):
        scale = max(number.scale for number in numbers)
        cell = coalesce([rescaled(number, scale) for number in numbers])
        return Num(cell, None, scale, min(n.low for n in numbers), max(n.high for n in numbers))
    arms = [(is_known(number), number) for number in numbers[:-1]]
    return chosen(arms, numbers[-1])


def is_known(number: Num) -> Cell:
    """Whether a number is determined."""
    return inverse(number.is_null)


# ------------------------------------------------------------------ rounding


def rounded(number: Num, digits: int, mode: str, share: Share) -> Num:
    """The number with so many decimals."""
    if number.denominator is None and number.scale <= digits:
        return number
    top, bottom = number.numerator, number.denominator if number.denominator is not None else constant(1)
    shift = digits - number.scale
    if shift >= 0:
        top = multiply(top, constant(10**shift))
    else:
        bottom = multiply(bottom, constant(10**-shift))
    top, bottom = share(top), share(bottom)
    size = share(absolute(top))
    quotient = share(divide(size, bottom))
    moved = _rounded_size(size, quotient, bottom, top, mode)
    signed = moved if top.low >= 0 else case([(compare("<", top, constant(0)), negate(moved))], moved)
    step = Fraction(10) ** -digits
    if digits < 0:
        signed, digits = multiply(signed, constant(int(step))), 0
    found = whole(share(signed), digits)
    low, high = max(found.low, number.low - step), min(found.high, number.high + step)
    return _held(Num(found.numerator, None, digits, low, high))


def _rounded_size(size: Cell, quotient: Cell, bottom: Cell, top: Cell, mode: str) -> Cell:
    """The rounded absolute value, where *size* / *bottom* is the exact one."""
    rest = subtract(size, _up_to(size, quotient, bottom))
    rest = bounded(rest, 0, max(0, bottom.high - 1))
    more = add(quotient, constant(1))
    doubled, zero = multiply(rest, constant(2)), constant(0)
    negative, partial = compare("<", top, zero), compare(">", rest, zero)
    match mode:
        case "half_up":
            up = compare(">=", doubled, bottom)
        case "half_even":
            odd = compare("!=", multiply(divide(quotient, constant(2)), constant(2)), quotient)
            up = either([compare(">", doubled, bottom), both([compare("==", doubled, bottom), odd])])
        case "up":
            up = partial
        case "down":
            return quotient
        case "floor":
            up = both([partial, negative])
        case _:
            up = both([partial, compare(">=", top, zero)])
    return case([(up, more)], quotient)


def _up_to(size: Cell, quotient: Cell, bottom: Cell) -> Cell:
    """The part of *size* that *bottom* divides: it is no more than the whole, however wide the two factors are."""
    if is_constant(bottom) or is_constant(quotient):
        return bounded(multiply(quotient, bottom), 0, max(0, size.high))
    return integer("multiply", (quotient, bottom), 0, max(0, size.high), any_nullable((quotient, bottom)))


def absolute_of(number: Num) -> Num:
    """|number|."""
    if number.low >= 0:
        return number
    low = Fraction(0) if number.high >= 0 else -number.high
    return _held(
        Num(absolute(number.numerator), number.denominator, number.scale, low, max(-number.low, number.high))
    )
