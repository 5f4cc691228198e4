"""
Roots, logarithms, powers of e and the normal distribution, rounded correctly (half even) to decimals.

A result is a whole number of steps of 10⁻ᵈ. Where the true value is irrational, it is enclosed between two integers
over 2ᵖ; when both ends round alike, the value does too, because rounding never decreases. Else p grows (Ziv's method).

Why that ends: only a value that *is* a tie, halfway between two steps, resists every p. Ties are rational. eˣ for
rational x ≠ 0 and ln x for rational x ≠ 1 are transcendental (Lindemann), e⁰ = 1 and ln 1 = 0 are no ties. Whether a
logarithm to another base is the tie in question is tested exactly. Φ(0) = ½ is known beforehand; of no other rational z is
Φ(z) known to be rational, nor is it proved that there is none. How near a value may come to a tie without being one is, in
practice, a matter of the argument's size: a fraction with a denominator of n bits comes within about 2⁻²ⁿ of a given
irrational number. MAX_GUARD lies beyond that. What were undecided there would be refused, so time is bounded in any case.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from tierlang.run.numbers import round_exact
from tierlang.run.values import TooBig, bits, normal
from tierlang.types import Exact

MAX_EXPONENT = 45_000
"""The greatest x of eˣ: its 64 922 bits and 40 decimals are within MAX_BITS."""

MAX_ROOT = 100
"""The greatest k of a k-th root."""

FIRST_GUARD = 33
MAX_GUARD = FIRST_GUARD * 4**6
"""Bits beyond the wanted decimals: in the first round, in the last; the last is beyond twice MAX_BITS."""

SERIES_ALONE = 256
"""Bits below which the series of a logarithm is summed without help of eˣ."""

Kernel: TypeAlias = Callable[[int], int]
"""From p > 0 to an integer that is less than 2 away from 2ᵖ times the true value."""

Term: TypeAlias = Callable[[int], tuple[int, int, int]]
"""From k > 0 to integers p, q, t: p/q is the ratio of neighbours in a series, t/p the weight of its k-th member."""


def root_exact(value: Exact, degree: int, digits: int) -> Exact:
    """
    The *degree*-th root, correctly rounded (half even) to *digits* decimals.

    Args:
        degree: 1 to MAX_ROOT; odd where *value* is negative.

    Raises:
        ValueError: an even root of a negative number.
    """
    if value < 0:
        if degree % 2 == 0:
            raise ValueError("an even root of a negative number")
        return -root_exact(-value, degree, digits)
    scale = 10 ** (abs(digits) * degree)
    numerator = (value.numerator << degree) * (scale if digits > 0 else 1)
    denominator = value.denominator * (1 if digits > 0 else scale)
    halves = _whole_root(numerator // denominator, degree)
    tie = halves % 2 == 1 and halves**degree * denominator == numerator
    low = halves // 2
    return _decimal(low + (halves % 2 == 1 and not (tie and low % 2 == 0)), digits)


def exp_exact(value: Exact, digits: int) -> Exact:
    """
    The power of e with exponent *value*, correctly rounded (half even) to *digits* decimals.

    Raises:
        TooBig: *value* is above MAX_EXPONENT.
    """
    if value > MAX_EXPONENT:
        raise TooBig
    if value < -(3 * max(digits, 0) + 1):  # below e^(−d·ln 10 − ln 2), which is half a step
        return 0
    return _settled(lambda p: _exp(value, p), digits)


def ln_exact(value: Exact, digits: int) -> Exact:
    """
    The natural logarithm of a number above 0, correctly rounded (half even) to *digits* decimals.

    Raises:
        ValueError: *value* is not above 0.
    """
    _check_positive(value)
    return _settled(lambda p: _ln(value, p), digits)


def log_exact(value: Exact, base: Exact, digits: int) -> Exact:
    """
    The logarithm of a number above 0, correctly rounded (half even) to *digits* decimals.

    With a base near 1 the result may be beyond MAX_BITS, by a few hundred bits.

    Args:
        base: above 0, not 1.

    Raises:
        ValueError: *value* or *base* is not above 0, or *base* is 1.
    """
    _check_positive(value)
    _check_positive(base)
    if base == 1:
        raise ValueError("a logarithm to the base 1")
    return _settled(lambda p: _log(value, base, p), digits, lambda tie: _is_log(value, base, tie))


def normal_cdf_exact(value: Exact, digits: int) -> Exact:
    """Φ: the share of a standard normal distribution below *value*, correctly rounded (half even) to *digits* decimals."""
    if value == 0:
        return round_exact(Fraction(1, 2), digits, "half_even")
    # The tail beyond z is below e^(−z²/2)/2, so below half a step where z² ≥ 5d > 2d·ln 10.
    if value.numerator**2 >= 5 * max(digits, 0) * value.denominator**2:
        return round_exact(int(value > 0), digits, "half_even")
    return _settled(lambda p: _normal_cdf(value, p), digits)


def _check_positive(value: Exact) -> None:
    if value <= 0:
        raise ValueError("a logarithm of a number that is not above 0")


# ------------------------------------------------------------------ rounding


def _settled(kernel: Kernel, digits: int, is_tie: Callable[[Fraction], bool] = lambda _: False) -> Exact:
    """The value that *kernel* approximates, rounded; *is_tie* says whether it equals a number that is a tie."""
    wanted = max(0, 10 * digits // 3)  # 2^(10/3) > 10: a step has at least *guard* − 1 bits
    guard = FIRST_GUARD
    while guard <= MAX_GUARD:
        p = wanted + guard
        middle = kernel(p)
        low, high = _nearest(middle - 2, p, digits), _nearest(middle + 2, p, digits)
        if low == high:
            return _decimal(low, digits)
        tie = Fraction(2 * low + 1, 2) / Fraction(10) ** digits
        if is_tie(tie):
            return _decimal(low + low % 2, digits)
        guard *= 4
    raise TooBig


def _nearest(numerator: int, p: int, digits: int) -> int:
    """How many steps of 10^−digits numerator/2ᵖ is. Ties go up: an end of an interval is not the value itself."""
    scale = 10 ** abs(digits)
    double = (2 if digits > 0 else 2 * scale) << p
    return (2 * numerator * (scale if digits > 0 else 1) + double // 2) // double


def _decimal(steps: int, digits: int) -> Exact:
    return normal(Fraction(steps, 10**digits)) if digits > 0 else steps * 10**-digits


# ------------------------------------------------------------------ whole roots


def _whole_root(value: int, degree: int) -> int:
    """
    The greatest integer whose *degree*-th power is at most *value*, from 0.

    Newton's method from above. It starts where the leading half of the root is right, so that few rounds suffice.
    """
    if degree == 1 or value < 2:
        return value
    if degree == 2:
        return math.isqrt(value)
    size = value.bit_length() // degree
    half = size // 2
    root = (_whole_root(value >> half * degree, degree) + 1) << half if half else 2 << size
    while True:
        below = ((degree - 1) * root + value // root ** (degree - 1)) // degree
        if below >= root:
            return root
        root = below


def _is_log(value: Exact, base: Exact, tie: Fraction) -> bool:
    """
    Whether log(value, base) is i/j, a fraction in lowest terms: whether value = cⁱ and base = cʲ for a rational c.

    (If valueʲ = baseⁱ, take c = valueᵃ·baseᵇ where a·i + b·j = 1.) Numerator and denominator of cⁿ are n-th powers, and
    one of them is 2ⁿ or more; so a great j is impossible and a great i need not be computed.
    """
    i, j = tie.numerator, tie.denominator
    if j > bits(base):
        return False
    c = Fraction(_whole_root(base.numerator, j), _whole_root(base.denominator, j))
    return c**j == base and (bits(c) - 1) * abs(i) < bits(value) and c**i == value


# ------------------------------------------------------------------ kernels


def _exp(value: Exact, p: int) -> int:
    """Kernel of eˣ for x up to MAX_EXPONENT and not far below 0."""
    w = p + max(0, math.ceil(value) * 3 // 2) + 32
    return _exp_scaled((value.numerator << w) // value.denominator, w, p)


def _exp_scaled(x: int, w: int, p: int) -> int:
    """2ᵖ·e^(x/2ʷ), off by less than 2, where w ≥ p + 32 + 3/2·max(0, ⌈x/2ʷ⌉) and x/2ʷ is within ±2¹⁶."""
    # eˣ = 2ᵏ·eʳ with 0 ≤ r < ln 2, so k < 3/2·⌈x⌉. That r is off by |k| times what ln 2 is: less than 2¹⁸.
    k, r = (0, x) if 0 <= x < 1 << w else divmod(x, _ln2(w))
    return _exp_unit(r, w) >> (w - p - k)


def _exp_unit(x: int, w: int) -> int:
    """2ʷ·e^(x/2ʷ) for 0 ≤ x < 2ʷ, off by less than 2⁴: of a 2ʰ-th part of x, squared h times, which doubles what is off."""
    halvings = math.isqrt(w) // 6
    p = w + halvings
    result = _series(x, p, 1, 1)
    for _ in range(halvings):
        result = result * result >> p
    return result >> halvings


def _ln(value: Exact, p: int) -> int:
    """Kernel of ln x = e·ln 2 + ln m, 1 ≤ m < 2; of x < 1 by its reciprocal, so that near 1 nothing cancels."""
    numerator, denominator = value.numerator, value.denominator
    if numerator < denominator:
        return -_ln(1 / Fraction(value), p)
    e = numerator.bit_length() - denominator.bit_length()
    e -= _shifted(numerator, -e) < denominator
    w = p + 24
    m = _shifted(numerator, w - e) // denominator
    return (_ln_unit(m, w) + (e * _ln2(w) if e else 0)) >> 24


def _ln_unit(m: int, w: int) -> int:
    """
    2ʷ·ln(m/2ʷ) for 2ʷ ≤ m < 2ʷ⁺¹, off by less than 2¹².

    From y near ln m follows ln m = y + 2·artanh((m − eʸ)/(m + eʸ)), whose series ends the sooner the better y is: with a
    third of the bits right, after two members.
    """
    y, power = 0, 1 << w
    if w >= SERIES_ALONE and 3 * (m - power).bit_length() > 2 * w:
        third = w // 3 + 16
        y = max(0, _ln_unit(m >> (w - third), third)) << (w - third)
        power = _exp_unit(y, w)
    t = ((m - power) << w) // (m + power)
    square = t * t >> w
    total, member, odd = 0, 1 << w, 1
    while member:
        total += member // odd
        member = member * square >> w
        odd += 2
    return y + (2 * t * total >> w)


def _log(value: Exact, base: Exact, p: int) -> int:
    """Kernel of ln x / ln b for x and b within MAX_BITS."""
    # |x − 1|/max(x, 1) ≤ |ln x| ≤ |x − 1|/min(x, 1) and |ln x| < 2¹⁶ give |ln b| ≥ 2^−small and |ln x| < 2^large.
    u, v = base.numerator, base.denominator
    small = max(u, v).bit_length() - abs(u - v).bit_length() + 1
    u, v = value.numerator, value.denominator
    large = min(16, abs(u - v).bit_length() - min(u, v).bit_length() + 1)
    more = max(0, large + small)  # ln b has to be the more exact, the greater the quotient is
    w = p + small + 5
    return (_ln(value, w) << (p + more)) // _ln(base, w + more)


def _normal_cdf(value: Exact, p: int) -> int:
    """Kernel of Φ(z) = ½ + z·Σ z²ᵏ/(2k + 1)!! / (√(2π)·e^(z²/2)) for |z| < 15. Nothing cancels: all members are above 0."""
    top = (abs(value.numerator) // value.denominator + 1) ** 2
    t = p + 16
    w = t + 34 + top  # z²/2 < top/2
    z = (abs(value.numerator) << w) // value.denominator
    square = z * z >> w
    above = (z >> (w - t)) * _series(square >> (w - t), t, 2, top) >> t
    below = math.isqrt(_pi(t) << (t + 1)) * _exp_scaled(square >> 1, w, t) >> t
    share = (above << p) // below
    return (1 << (p - 1)) + (share if value > 0 else -share)


def _series(x: int, w: int, step: int, top: int) -> int:
    """
    2ʷ·Σ yᵏ/Π for y = x/2ʷ, 0 ≤ y < *top* ≤ 225, at most 2 too small; Π is k! with *step* 1, (2k + 1)!! with 2.

    The members stand in rows of m, so that only about √(members) of the products are of two long integers (Smith). Of a
    row the last member is kept and the others are its multiples, as a product costs less than a quotient.
    """
    m = 1 << max(0, (w.bit_length() - 6) // 2)
    # What a row drops grows in later rows by less than e^(y/step); yᵐ is off by up to 2m·topᵐ and meets members below
    # e^(y/step). Both grow by the factors within a row, of w.bit_length() + 10 bits at most, and by the columns' yᵐ.
    extra = 3 * top // step + m * (w.bit_length() + 26) + 64
    p = w + extra
    x <<= extra
    power = x
    for _ in range(m.bit_length() - 1):
        power = power * power >> p
    columns = [0] * m
    first, last = step - 1, (1 << p) // math.prod(range(2 * step - 1, m * step, step))
    while last:
        member = last
        for k in range(m - 1, -1, -1):
            columns[k] += member
            member *= first + k * step
        first += m * step
        cut = max(0, p - last.bit_length())
        last = (last * (power >> cut) >> (p - cut)) // math.prod(range(first, first + m * step, step))
    total = 0
    for column in reversed(columns):
        total = (total * x >> p) + column
    return total >> extra


# ------------------------------------------------------------------ constants and series


def _ln2(w: int) -> int:
    """2ʷ·ln 2, off by less than 2."""
    p = w + 8
    return (18 * _artanh_inverse(26, p) - 2 * _artanh_inverse(4801, p) + 8 * _artanh_inverse(8749, p)) >> 8


def _artanh_inverse(n: int, w: int) -> int:
    """2ʷ·Σ 1/((2k + 1)·n²ᵏ⁺¹), off by less than 3."""
    terms = w // ((n * n).bit_length() - 1) + 1
    _, q, t = _split(lambda k: (2 * k - 1, (2 * k + 1) * n * n, 2 * k - 1), 1, terms + 1)
    return _quotient(q + t, q * n, w)


def _pi(w: int) -> int:
    """2ʷ·π, off by less than 2: the series of the Chudnovskys, 47 bits a member."""
    p = w + 8
    _, q, t = _split(_chudnovsky, 1, p // 47 + 2)
    return _quotient(426_880 * q, 13_591_409 * q + t, p) * math.isqrt(10_005 << 2 * p) >> (p + 8)


def _chudnovsky(k: int) -> tuple[int, int, int]:
    p = -(6 * k - 5) * (2 * k - 1) * (6 * k - 1)
    return p, k**3 * 10_939_058_860_032_000, p * (13_591_409 + 545_140_134 * k)


def _split(term: Term, low: int, high: int) -> tuple[int, int, int]:
    """
    The sum of the members *low* to *high* − 1 of a series, by halves, so that most products are of short integers.

    Returns:
        P, Q, T: the products of the p and of the q; T/Q is the sum.
    """
    if high - low == 1:
        return term(low)
    middle = (low + high) // 2
    p, q, t = _split(term, low, middle)
    p2, q2, t2 = _split(term, middle, high)
    return p * p2, q * q2, t * q2 + p * t2


def _quotient(numerator: int, denominator: int, w: int) -> int:
    """2ʷ·numerator/denominator below 2ʷ, off by less than 2; of longer integers only the leading bits count."""
    cut = max(0, denominator.bit_length() - w - 16)
    return (numerator >> cut << w) // (denominator >> cut)


def _shifted(value: int, by: int) -> int:
    """Value·2^by, rounded down."""
    return value << by if by >= 0 else value >> -by
