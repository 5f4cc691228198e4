"""Irrational functions: every result against an independent library (mpmath), at ties, near ties and at the bounds."""

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import libmp

from tierlang.run import irrational
from tierlang.run.irrational import (
    MAX_EXPONENT,
    MAX_ROOT,
    exp_exact,
    ln_exact,
    log_exact,
    normal_cdf_exact,
    root_exact,
)
from tierlang.run.numbers import round_exact, sqrt_exact
from tierlang.run.values import MAX_BITS, TooBig, bits, normal
from tierlang.types import Exact

repeatable = settings(max_examples=150, derandomize=True, deadline=None)

DIGITS = st.integers(-40, 40)
POSITIVE = st.one_of(
    st.fractions(min_value=Fraction(1, 10**9), max_value=10**9, max_denominator=10**9),
    st.builds(
        lambda a, b, e: Fraction(a, b) * Fraction(10) ** e,
        *[st.integers(1, 10**30)] * 2,
        st.integers(-60, 60),
    ),
    st.builds(lambda a, e: 1 + Fraction(a, 2**e), st.sampled_from([-1, 1]), st.integers(1, 200)),
)
DECIMALS = st.builds(Fraction, st.integers(-13_000, 13_000), st.sampled_from([1, 3, 10, 100, 1000, 7**30]))

ONE = {"exp": exp_exact, "ln": ln_exact, "normal_cdf": normal_cdf_exact}


def exact(value: Exact) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator


def rounded(value: mpmath.mpf, digits: int) -> Exact:
    """A number of the library rounded half even, from its exact mantissa."""
    return round_exact(normal(Fraction(*libmp.to_rational(value._mpf_))), digits, "half_even")


def root_of(value: mpmath.mpf, degree: int) -> mpmath.mpf:
    return mpmath.sign(value) * mpmath.root(abs(value), degree)


# ------------------------------------------------------------------ values


KNOWN = [
    ("exp", 1, 3, "2.718"),
    ("exp", 1, 40, "2.7182818284590452353602874713526624977572"),
    ("exp", 0, 12, "1"),
    ("exp", 0, 0, "1"),
    ("exp", 0, -1, "0"),
    ("exp", -1, 12, "0.367879441171"),
    ("exp", "-0.5", 0, "1"),
    ("exp", "-0.7", 0, "0"),
    ("exp", 100, -40, "2688" + "0" * 40),
    ("exp", -27, 12, "0.000000000002"),
    ("exp", -29, 12, "0"),
    ("exp", -1_000_000_000, 40, "0"),
    ("exp", "0.0000000000000000000001", 21, "1"),
    ("exp", "0.0000000000000000000001", 22, "1.0000000000000000000001"),
    ("ln", 1, 12, "0"),
    ("ln", 1, 40, "0"),
    ("ln", 2, 12, "0.693147180560"),
    ("ln", 2, 40, "0.6931471805599453094172321214581765680755"),
    ("ln", "0.5", 12, "-0.693147180560"),
    ("ln", 10, 12, "2.302585092994"),
    ("ln", 75_000, 12, "11.225243392518"),
    ("ln", 75_000, -1, "10"),
    ("ln", 75_000, -2, "0"),
    ("ln", "0.0001", 0, "-9"),
    ("ln", "0.0001", -1, "-10"),
    ("normal_cdf", 0, 12, "0.5"),
    ("normal_cdf", 0, 1, "0.5"),
    ("normal_cdf", 0, 0, "0"),
    ("normal_cdf", 0, -40, "0"),
    ("normal_cdf", "1.96", 12, "0.975002104852"),
    ("normal_cdf", "-1.96", 12, "0.024997895148"),
    ("normal_cdf", 1, 15, "0.841344746068543"),
    ("normal_cdf", -6, 12, "0.000000000987"),
    ("normal_cdf", "0.01", 0, "1"),
    ("normal_cdf", "-0.01", 0, "0"),
    ("normal_cdf", 3, -1, "0"),
    ("normal_cdf", "7.034", 12, "0.999999999999"),
    ("normal_cdf", "7.2", 12, "1"),
    ("normal_cdf", 1_000_000, 40, "1"),
    ("normal_cdf", -1_000_000, 40, "0"),
]


@pytest.mark.parametrize(("name", "value", "digits", "expected"), KNOWN)
def test_known_values(name: str, value: int | str, digits: int, expected: str) -> None:
    """Values as tables print them."""
    assert ONE[name](normal(Fraction(value)), digits) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "base", "digits", "expected"),
    [
        (8, 2, 12, "3"),
        (Fraction(1, 4), 8, 12, "-0.666666666667"),
        (8, Fraction(1, 2), 12, "-3"),
        (1000, 10, 0, "3"),
        (1, 10, 12, "0"),
        (2, 10, 12, "0.301029995664"),
        (10**30, 10, -1, "30"),
        (10, 10**40, 40, "0.025"),
        (2, 4, 0, "0"),
        (8, 4, 0, "2"),
        (32, 4, 0, "2"),
        (Fraction(1, 8), 4, 0, "-2"),
        (128, 4, 0, "4"),
        (Fraction(27, 8), Fraction(9, 4), 0, "2"),
        (Fraction(8, 27), Fraction(9, 4), 0, "-2"),
        (Fraction(27, 8), Fraction(4, 9), 0, "-2"),
        (10**5, 10, -1, "0"),
        (10**15, 10, -1, "20"),
        (10**25, 10, -1, "20"),
        (2, 2**20, 1, "0"),
        (2**3, 2**20, 1, "0.2"),
        (2**5, 2**20, 1, "0.2"),
        (2**7, 2**20, 1, "0.4"),
        (3, 3**2000, 3, "0"),
        (3**3, 3**2000, 3, "0.002"),
    ],
)
def test_logarithms_that_are_rational(value: Exact, base: Exact, digits: int, expected: str) -> None:
    """A logarithm that is a tie is found to be one and rounds to even."""
    assert log_exact(value, base, digits) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "degree", "digits", "expected"),
    [
        (Fraction(504, 1000), 3, 3, "0.796"),
        (27, 3, 12, "3"),
        (-27, 3, 12, "-3"),
        (Fraction(-8, 27), 3, 3, "-0.667"),
        (0, 7, 40, "0"),
        (5, 1, 0, "5"),
        (Fraction(5, 2), 1, 0, "2"),
        (Fraction(7, 2), 1, 0, "4"),
        (Fraction(-5, 2), 1, 0, "-2"),
        (Fraction(27, 8), 3, 0, "2"),
        (Fraction(1, 8), 3, 0, "0"),
        (Fraction(-27, 8), 3, 0, "-2"),
        (Fraction(125, 8), 3, 0, "2"),
        (15**3, 3, -1, "20"),
        (25**3, 3, -1, "20"),
        (-(25**3), 3, -1, "-20"),
        (25**3 + 1, 3, -1, "30"),
        (15**3 - 1, 3, -1, "10"),
        (10**100, 100, 40, "10"),
        (2, 100, 12, "1.006955550057"),
        (Fraction(1, 10**100), 100, 12, "0.1"),
        (10**30, 3, -11, "0"),
        (10**30, 3, -10, "10000000000"),
    ],
)
def test_known_roots(value: Exact, degree: int, digits: int, expected: str) -> None:
    """Roots that come out, that do not, and ties."""
    assert root_exact(value, degree, digits) == Fraction(expected)


# ------------------------------------------------------------------ against mpmath


@repeatable
@given(DECIMALS, DIGITS)
def test_exp(value: Fraction, digits: int) -> None:
    """Powers of e agree with the library."""
    assume(value <= 2000)
    with mpmath.workdps(1000):
        assert exp_exact(normal(value), digits) == rounded(mpmath.exp(exact(value)), digits)


@repeatable
@given(POSITIVE, DIGITS)
def test_ln(value: Fraction, digits: int) -> None:
    """Natural logarithms agree with the library."""
    with mpmath.workdps(200):
        assert ln_exact(normal(value), digits) == rounded(mpmath.ln(exact(value)), digits)


@repeatable
@given(POSITIVE, POSITIVE, DIGITS)
def test_log(value: Fraction, base: Fraction, digits: int) -> None:
    """Logarithms to any base agree with the library; what is rational is tested apart."""
    assume(base != 1)
    with mpmath.workdps(400):
        true = mpmath.ln(exact(value)) / mpmath.ln(exact(base))
        halves = true * 2 * mpmath.mpf(10) ** digits
        assume(value == 1 or abs(halves - mpmath.nint(halves)) > mpmath.mpf(10) ** -200)
        assert log_exact(normal(value), normal(base), digits) == rounded(true, digits)


@repeatable
@given(st.builds(lambda z, scale: z / scale, DECIMALS, st.sampled_from([1, 100, 10**4, 10**20])), DIGITS)
def test_normal_cdf(value: Fraction, digits: int) -> None:
    """Shares of the normal distribution agree with the library."""
    assume(abs(value) < 40)
    with mpmath.workdps(500):
        assert normal_cdf_exact(normal(value), digits) == rounded(mpmath.ncdf(exact(value)), digits)


@repeatable
@given(POSITIVE, st.integers(1, MAX_ROOT), DIGITS, st.booleans())
def test_root(value: Fraction, degree: int, digits: int, negative: bool) -> None:
    """Roots agree with the library; ties are tested apart."""
    value = -value if negative and degree % 2 else value
    with mpmath.workdps(200):
        true = root_of(exact(value), degree)
        halves = true * 2 * mpmath.mpf(10) ** digits
        assume(abs(halves - mpmath.nint(halves)) > mpmath.mpf(10) ** -100)
        assert root_exact(normal(value), degree, digits) == rounded(true, digits)


# ------------------------------------------------------------------ laws


@repeatable
@given(st.integers(0, 10**30), st.integers(1, MAX_ROOT), st.integers(-3, 3), st.integers(-1, 1))
def test_roots_at_ties(halves: int, degree: int, digits: int, off: int) -> None:
    """The root of a power of a half step is a tie; a hair more or less is none."""
    half = Fraction(halves) / Fraction(10) ** digits / 2
    value = half**degree * (1 + Fraction(off, 10**50))
    near = half * (1 + Fraction(off, 10**50))
    assert root_exact(normal(value), degree, digits) == round_exact(near, digits, "half_even")


@repeatable
@given(st.fractions(min_value=0, max_value=10**20), DIGITS)
def test_square_roots(value: Fraction, digits: int) -> None:
    """The second root is what `sqrt` gives, the first is rounding."""
    assert root_exact(normal(value), 2, digits) == sqrt_exact(normal(value), digits)
    assert root_exact(normal(value), 1, digits) == round_exact(normal(value), digits, "half_even")


@repeatable
@given(
    st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50),
    st.integers(-60, 60),
    st.integers(1, 60),
    DIGITS,
)
def test_logarithms_of_powers(c: Fraction, i: int, j: int, digits: int) -> None:
    """The logarithm of cⁱ to the base cʲ is i/j, rounded."""
    assume(c != 1)
    assert log_exact(normal(c**i), normal(c**j), digits) == round_exact(Fraction(i, j), digits, "half_even")


@repeatable
@given(st.sampled_from(sorted(ONE)), POSITIVE, POSITIVE, st.integers(-2, 15))
def test_monotony(name: str, one: Fraction, other: Fraction, digits: int) -> None:
    """A greater argument has no smaller result, however near the two are."""
    function = ONE[name]
    assume(name != "exp" or max(one, other) < 1000)
    for low, high in (
        sorted([one, other]),
        (one, one + Fraction(1, 10**9)),
        (one, one * (1 + other / 10**30)),
    ):
        if name != "exp" or high < 1000:
            assert function(normal(low), digits) <= function(normal(high), digits)


@repeatable
@given(
    st.sampled_from(sorted(ONE)), st.fractions(min_value=Fraction(1, 1000), max_value=30), st.integers(-5, 20)
)
def test_more_digits_agree(name: str, value: Fraction, digits: int) -> None:
    """A result is within half a step of the one with more decimals, which is within half of its own."""
    step = Fraction(1) / Fraction(10) ** digits
    fine = ONE[name](normal(value), digits + 20)
    assert abs(ONE[name](normal(value), digits) - fine) <= step / 2 + step / 10**20 / 2


@repeatable
@given(st.fractions(min_value=-8, max_value=8), st.integers(0, 30))
def test_normal_cdf_is_symmetric(value: Fraction, digits: int) -> None:
    """The shares below z and above −z are the same where the whole is a number of steps."""
    assume(value != 0)
    assert normal_cdf_exact(normal(value), digits) + normal_cdf_exact(normal(-value), digits) == 1


@repeatable
@given(st.sampled_from(sorted(ONE)), POSITIVE, DIGITS)
def test_results_are_whole_steps(name: str, value: Fraction, digits: int) -> None:
    """A result has the decimals asked for, and is an int where it is whole."""
    assume(value < 1000)
    result = ONE[name](normal(value), digits)
    assert (result * Fraction(10) ** digits).denominator == 1
    assert isinstance(result, int) == (Fraction(result).denominator == 1)


# ------------------------------------------------------------------ near ties


def below(size: int, inverse: Callable[[], mpmath.mpf]) -> Fraction:
    """The greatest number with *size* binary places below an irrational one."""
    with mpmath.workprec(2 * size + 200):
        return Fraction(int(mpmath.floor(inverse() * mpmath.mpf(2) ** size)), 2**size)


NEAR = [
    (exp_exact, 0, lambda: mpmath.ln(mpmath.mpf(15) / 2), 7, 8),
    (exp_exact, 0, lambda: mpmath.ln(mpmath.mpf(1) / 2), 0, 1),
    (exp_exact, -2, lambda: mpmath.ln(150), 100, 200),
    (exp_exact, -2, lambda: mpmath.ln(250), 200, 300),
    (ln_exact, 0, lambda: mpmath.exp(mpmath.mpf(25) / 2), 12, 13),
    (ln_exact, 1, lambda: mpmath.exp(mpmath.mpf(-15) / 100), Fraction(-2, 10), Fraction(-1, 10)),
    (ln_exact, 3, lambda: mpmath.exp(mpmath.mpf(5) / 10_000), 0, Fraction(1, 1000)),
    (
        normal_cdf_exact,
        3,
        lambda: mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(5) / 8),
        Fraction(812, 1000),
        Fraction(813, 1000),
    ),
    (normal_cdf_exact, 1, lambda: -mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(9) / 10), 0, Fraction(1, 10)),
    (lambda x, d: log_exact(x, 10, d), 0, lambda: mpmath.mpf(10) ** mpmath.mpf("0.5"), 0, 1),
    (lambda x, d: log_exact(x, Fraction(1, 3), d), 0, lambda: mpmath.mpf(3) ** mpmath.mpf("-1.5"), 2, 1),
    (
        lambda x, d: log_exact(2, x, d),
        1,
        lambda: mpmath.mpf(2) ** (1 / mpmath.mpf("3.25")),
        Fraction(33, 10),
        Fraction(32, 10),
    ),
]


@pytest.mark.parametrize("size", [30, 100, 1000, 2500])
@pytest.mark.parametrize("case", range(len(NEAR)))
def test_either_side_of_a_tie(case: int, size: int) -> None:
    """Two numbers that differ in their last bit, between which a tie lies, round apart."""
    function, digits, inverse, down, up = NEAR[case]
    low = below(size, inverse)
    assert function(low, digits) == down
    assert function(low + Fraction(1, 2**size), digits) == up


def test_either_side_of_a_tie_within_the_bound() -> None:
    """The same with all bits a number of the language may have."""
    low = below(MAX_BITS - 8, lambda: mpmath.ln(mpmath.mpf(15) / 2))
    assert MAX_BITS - 8 < bits(low) <= MAX_BITS
    assert exp_exact(low, 0) == 7
    assert exp_exact(low + Fraction(1, 2 ** (MAX_BITS - 8)), 0) == 8


def test_the_best_fractions_near_a_tie() -> None:
    """A fraction with a denominator of n bits comes within 2⁻²ⁿ of a tie, and the last round sees further than that."""
    with mpmath.workprec(4000):
        rest = Fraction(*libmp.to_rational(mpmath.ln(mpmath.mpf(5) / 2)._mpf_))
    below_, above = (0, 1), (1, 0)
    while above[1].bit_length() < 1500:
        whole = math.floor(rest)
        below_, above = above, (whole * above[0] + below_[0], whole * above[1] + below_[1])
        rest = 1 / (rest - whole)
    results = {exp_exact(Fraction(*below_), 0), exp_exact(Fraction(*above), 0)}
    assert results == {2, 3}
    assert irrational.MAX_GUARD > 2 * MAX_BITS


def test_a_near_tie_that_is_a_power_with_a_vast_exponent() -> None:
    """A base near 1 is a square, so the tie could be one; that the power would be too long says that it is none."""
    base = (1 + Fraction(1, 2**300)) ** 2
    low = below(1000, lambda: mpmath.exp(mpmath.ln(exact(base)) * (mpmath.mpf(2) ** 299 + 0.5)))
    assert log_exact(low, base, 0) == 2**299
    assert log_exact(low + Fraction(1, 2**1000), base, 0) == 2**299 + 1


def test_what_cannot_be_decided_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the last round stands a refusal and no endless loop."""
    low = below(1000, lambda: mpmath.ln(mpmath.mpf(15) / 2))
    monkeypatch.setattr(irrational, "MAX_GUARD", 600)
    with pytest.raises(TooBig):
        exp_exact(low, 0)
    assert exp_exact(low, 1) == Fraction(75, 10)


# ------------------------------------------------------------------ bounds


HUGE = 10**19_700
TINY = Fraction(1, HUGE)
HAIR = 1 + Fraction(1, 2 ** (MAX_BITS - 2))
LONG = Fraction(3**41_300, 7**23_300)
HOSTILE = {
    "huge": HUGE,
    "tiny": TINY,
    "hair": HAIR,
    "hair below": 1 / HAIR,
    "long": LONG,
    "long below": 1 / LONG,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("digits", [-40, 0, 12, 40])
def test_hostile_arguments(name: str, digits: int) -> None:
    """The longest numbers of the language have results, which lie where they must."""
    value = HOSTILE[name]
    assert bits(value) <= MAX_BITS
    ln = ln_exact(value, digits)
    step = Fraction(1) / Fraction(10) ** digits
    assert abs(ln) <= 45_427 + step
    assert ln == 0 or (ln > 0) == (value > 1)
    assert ln_exact(1 / Fraction(value), digits) == -ln
    assert 0 <= normal_cdf_exact(value, digits) <= 1
    assert 0 <= exp_exact(-value, digits) <= 1
    assert log_exact(value, value, digits) == round_exact(1, digits, "half_even")
    assert log_exact(value, 1 / Fraction(value), digits) == round_exact(-1, digits, "half_even")
    for degree in (1, 2, 3, 50, 99, 100):
        root = root_exact(value, degree, digits)
        assert max(root - step, 0) ** degree <= value <= (root + step) ** degree


@pytest.mark.parametrize("digits", [-40, 0, 40])
def test_the_greatest_power_of_e(digits: int) -> None:
    """e⁴⁵⁰⁰⁰ is within the bound, and what is above is refused."""
    result = exp_exact(MAX_EXPONENT, digits)
    assert bits(result) <= MAX_BITS
    assert ln_exact(result, 12) == MAX_EXPONENT
    for value in (MAX_EXPONENT + 1, MAX_EXPONENT + Fraction(1, 10**40), HUGE):
        with pytest.raises(TooBig):
            exp_exact(value, digits)


def test_logarithms_to_a_base_near_one() -> None:
    """A base that differs from 1 in the last bit gives a great result, exact to its last digit."""
    small = 1 + Fraction(1, 2**2000)
    with mpmath.workprec(9000):
        true = mpmath.ln(10) / mpmath.ln(exact(small))
        assert log_exact(10, small, 12) == rounded(true, 12)
        assert log_exact(10, 1 / small, 12) == rounded(-true, 12)
    assert log_exact((1 + 2 * (HAIR - 1)), HAIR, 40) == 2
    assert bits(log_exact(HUGE, HAIR, 0)) > MAX_BITS


@pytest.mark.parametrize(
    "refused",
    [
        lambda: ln_exact(0, 12),
        lambda: ln_exact(-1, 12),
        lambda: log_exact(0, 10, 12),
        lambda: log_exact(Fraction(-1, 2), 10, 12),
        lambda: log_exact(10, 0, 12),
        lambda: log_exact(10, -2, 12),
        lambda: log_exact(10, 1, 12),
        lambda: root_exact(-1, 2, 12),
        lambda: root_exact(Fraction(-1, 3), 100, 12),
    ],
)
def test_refused(refused: Callable[[], Exact]) -> None:
    """What has no value is refused, not answered."""
    with pytest.raises(ValueError, match=r"root|logarithm"):
        refused()


# ------------------------------------------------------------------ kernels


@pytest.mark.parametrize("p", [33, 73, 255, 256, 300, 1000, 3000])
def test_kernels_keep_their_bounds(p: int) -> None:
    """What the rounding relies on: how far a kernel may be off, at short and long precisions."""
    points = [
        Fraction(1, 3),
        Fraction(1, 10**9),
        Fraction(7, 8),
        Fraction(355, 113),
        Fraction(1499, 100),
        Fraction(15) - TINY,
    ]
    with mpmath.workprec(2 * p + 1000):
        scale = mpmath.mpf(2) ** p
        assert abs(irrational._ln2(p) - mpmath.ln(2) * scale) < 2
        assert abs(irrational._pi(p) - mpmath.pi() * scale) < 2
        for x in points:
            for signed in (x, -x):
                assert abs(irrational._exp(signed, p) - mpmath.exp(exact(signed)) * scale) < 2
                assert abs(irrational._normal_cdf(signed, p) - mpmath.ncdf(exact(signed)) * scale) < 2
            for positive in (x, 1 / x, 1 + x, x + 10**50):
                assert abs(irrational._ln(positive, p) - mpmath.ln(exact(positive)) * scale) < 2
                true = mpmath.ln(exact(positive)) / mpmath.ln(exact(x))
                assert abs(irrational._log(positive, x, p) - true * scale) < 2
