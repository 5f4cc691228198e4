"""Arithmetic on ranges of numbers and their grids: the result holds every value that the operation can give."""

import math
from fractions import Fraction
from functools import reduce

from tierlang import quickattrs as attrs
from tierlang.check.coverage.intervals import EVERY_NUMBER, Domain, Numbers, exact
from tierlang.types import Exact

MAX_BITS = 4096
"""Ends and steps that are longer than this are forgotten."""


def point(value: Exact) -> Numbers:
    """A single number."""
    return Numbers(value, value)


def numbers_of(domain: Domain) -> Numbers:
    """A domain as a range; every number, where it is not one of numbers."""
    if isinstance(domain, Numbers):
        return domain
    values = [value for value in domain.values if not isinstance(value, str)]
    if not values or len(values) < len(domain.values):
        return EVERY_NUMBER
    return reduce(hull, map(point, values))


def is_point(range_: Numbers) -> bool:
    """Whether only one number is in the range."""
    return range_.low is not None and range_.low == range_.high


def negated(a: Numbers) -> Numbers:
    """``-a``."""
    low = None if a.high is None else -a.high
    high = None if a.low is None else -a.low
    return Numbers(low, high, a.high_in, a.low_in, a.step, -a.origin)


def added(a: Numbers, b: Numbers) -> Numbers:
    """``a + b``."""
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    (step_a, origin_a), (step_b, origin_b) = _grid(a), _grid(b)
    step = None if step_a is None or step_b is None else _gcd(step_a, step_b)
    return _range(low, high, a.low_in and b.low_in, a.high_in and b.high_in, step, origin_a + origin_b)


def multiplied(a: Numbers, b: Numbers) -> Numbers:
    """``a * b``."""
    if is_point(b):
        a, b = b, a
    if is_point(a):
        assert a.low is not None
        return _scaled(b, a.low)
    step = 1 if _is_whole(a) and _is_whole(b) else None
    if a.low is None or b.low is None or a.low < 0 or b.low < 0:
        return Numbers(step=step)
    high = None if a.high is None or b.high is None else a.high * b.high
    return _range(a.low * b.low, high, True, True, step, 0)


def divided(a: Numbers, b: Numbers) -> Numbers:
    """``a / b``."""
    if is_point(b) and b.low:
        return _scaled(a, Fraction(1) / b.low)
    if a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0:
        return Numbers(0)
    return EVERY_NUMBER


def _scaled(a: Numbers, factor: Exact) -> Numbers:
    if factor < 0:
        return negated(_scaled(a, -factor))
    if factor == 0:
        return point(0)
    low = None if a.low is None else a.low * factor
    high = None if a.high is None else a.high * factor
    step = None if a.step is None else a.step * factor
    return _range(low, high, a.low_in, a.high_in, step, a.origin * factor)


def hull(a: Numbers, b: Numbers) -> Numbers:
    """What is ``a`` or ``b``, and all between them that is on their common grid."""
    low, low_in = None, True
    if a.low is not None and b.low is not None:
        low = min(a.low, b.low)
        low_in = any(end.low_in for end in (a, b) if end.low == low)
    high, high_in = None, True
    if a.high is not None and b.high is not None:
        high = max(a.high, b.high)
        high_in = any(end.high_in for end in (a, b) if end.high == high)
    (step_a, origin_a), (step_b, origin_b) = _grid(a), _grid(b)
    step = None
    if step_a is not None and step_b is not None:
        step = _gcd(_gcd(step_a, step_b), origin_a - origin_b)
    return _range(low, high, low_in, high_in, step, origin_a)


def off_grid(a: Numbers) -> Numbers:
    """The same range without its grid."""
    return attrs.evolve(a, step=None, origin=0)


def rounded(a: Numbers, digits: int) -> Numbers:
    """The range after rounding to *digits* decimals, up or down."""
    step = exact(Fraction(1, 10) ** digits)
    if a.step is not None and a.step % step == 0 and a.origin % step == 0:
        return a
    low = None if a.low is None else math.floor(Fraction(a.low) / step) * step
    high = None if a.high is None else math.ceil(Fraction(a.high) / step) * step
    return Numbers(low, high, step=step)


def summed(a: Numbers) -> Numbers:
    """The sum of any number of members of the range, none included."""
    step = a.step if a.step is not None and a.origin % a.step == 0 else None
    low = 0 if a.low is not None and a.low >= 0 else None
    high = 0 if a.high is not None and a.high <= 0 else None
    return Numbers(low, high, step=step)


def absolute(a: Numbers) -> Numbers:
    """The distance from 0."""
    if a.low is not None and a.low >= 0:
        return a
    ends = None if a.low is None or a.high is None else max(-a.low, a.high, 0)
    step = a.step if a.step is not None and a.origin % a.step == 0 else None
    return Numbers(0, ends, step=step)


def _grid(a: Numbers) -> tuple[Exact | None, Exact]:
    """Step and origin; a point is a grid of step 0."""
    if is_point(a):
        assert a.low is not None
        return 0, a.low
    return a.step, a.origin


def _is_whole(a: Numbers) -> bool:
    step, origin = _grid(a)
    return step is not None and step % 1 == 0 and origin % 1 == 0


def _gcd(a: Exact, b: Exact) -> Exact:
    """The largest number of which both are whole multiples."""
    denominator = a.denominator * b.denominator
    return exact(Fraction(math.gcd(a.numerator * b.denominator, b.numerator * a.denominator), denominator))


def _range(
    low: Exact | None, high: Exact | None, low_in: bool, high_in: bool, step: Exact | None, origin: Exact
) -> Numbers:
    """A range whose ends and grid are of bearable length; a grid of step 0 is a point and needs none."""
    low, high = (None if end is None or _is_long(end) else exact(end) for end in (low, high))
    if not step or _is_long(step) or _is_long(origin):
        return Numbers(low, high, low_in, high_in)
    return Numbers(low, high, low_in, high_in, exact(step), exact(origin % step))


def _is_long(value: Exact) -> bool:
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS
