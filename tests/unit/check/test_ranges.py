"""Ranges of computed numbers hold every value that the computation can give."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from range_samples import FINE, belongs, bounded, domains

from tierlang.check.coverage import ranges
from tierlang.check.coverage.intervals import EVERY_NUMBER, Choices, Numbers


def values(domain: Numbers) -> list[Fraction]:
    """A few values of a domain."""
    return [value for value in FINE if belongs(value, domain)][::3]


@bounded
@given(domains(), domains())
def test_two_ranges(a: Numbers, b: Numbers) -> None:
    """Sums, products, quotients and hulls leave nothing out."""
    for x in values(a):
        assert belongs(x, ranges.hull(a, b))
        for y in values(b):
            assert belongs(x + y, ranges.added(a, b))
            assert belongs(x * y, ranges.multiplied(a, b))
            if y:
                assert belongs(x / y, ranges.divided(a, b))


@bounded
@given(domains(), st.integers(-1, 2))
def test_one_range(a: Numbers, digits: int) -> None:
    """Neither do negation, distance, rounding and sums of many."""
    unit = Fraction(1, 10) ** digits
    for x in values(a):
        assert belongs(-x, ranges.negated(a))
        assert belongs(abs(x), ranges.absolute(a))
        assert belongs(x // unit * unit, ranges.rounded(a, digits))
        assert belongs(-(-x // unit) * unit, ranges.rounded(a, digits))
        assert belongs(3 * x, ranges.summed(a))
        assert belongs(x, ranges.off_grid(a))


@bounded
@given(domains(), st.integers(-3, 3))
def test_a_range_and_a_constant_keep_the_grid(a: Numbers, factor: int) -> None:
    """Scaling by a constant is exact, so whole points stay whole."""
    scaled = ranges.multiplied(a, ranges.point(factor))
    for x in values(a):
        assert belongs(factor * x, scaled)
    if factor and a.step is not None and len(values(a)) > 1:
        assert scaled.step == abs(factor) * a.step


def test_two_grids_meet_in_the_finer_one() -> None:
    """Steps of 4 from 1 and steps of 6 are odd numbers together."""
    total = ranges.added(Numbers(step=4, origin=1), Numbers(step=6))
    assert (total.step, total.origin) == (2, 1)


def test_single_values() -> None:
    """A choice of numbers is the range between them, on their grid; texts are no numbers."""
    assert ranges.numbers_of(Choices((0, 5, 6))) == Numbers(0, 6, step=1)
    assert ranges.numbers_of(Choices(("a",), others=True)) == EVERY_NUMBER


def test_long_ends_are_forgotten() -> None:
    """Squaring again and again does not grow numbers without bound."""
    a = Numbers(2, 3)
    for _ in range(20):
        a = ranges.multiplied(a, a)
    assert a == EVERY_NUMBER
