"""Ranges of numbers for properties, and what belongs to them by the words of their definition."""

from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

from tierlang.check.coverage.intervals import Numbers

bounded = settings(max_examples=150, derandomize=True, deadline=None)

FINE = [Fraction(i, 4) for i in range(-20, 41)]
"""From -5 to 10 by quarters: finer than any bound below."""

halves = st.integers(-8, 18).map(lambda i: Fraction(i, 2))


@st.composite
def domains(draw: st.DrawFn) -> Numbers:
    """Ranges of numbers, some on a grid."""
    low, high = draw(st.none() | halves), draw(st.none() | halves)
    if low is not None and high is not None and low > high:
        low, high = high, low
    step = draw(st.none() | st.sampled_from([1, 2, Fraction(1, 2), Fraction(3, 4)]))
    return Numbers(low, high, draw(st.booleans()), draw(st.booleans()), step, draw(halves))


def belongs(value: Fraction, domain: Numbers) -> bool:
    """Whether a number is in a domain."""
    if domain.step is not None and (value - domain.origin) % domain.step != 0:
        return False
    if domain.low is not None and (value < domain.low or (value == domain.low and not domain.low_in)):
        return False
    return domain.high is None or value < domain.high or (value == domain.high and domain.high_in)
