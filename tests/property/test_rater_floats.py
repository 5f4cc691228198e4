"""Floats in a rater: each is read as the shortest decimal that prints it, wherever it stands, and computed with exactly."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tierlang
from property.profiles import examples
from property.test_rater import told
from tierlang.rater.record import RecordResult

KINDS = (
    "number",
    "number 0..100",
    "number -3.5..7.25",
    "number 0..100 step 0.5",
    "count",
    "share",
    "days",
    "number 0..1000000000",
)
"""Declarations of an input; the ends of the ranges are among the values."""

EXPRESSIONS = (
    "a + b",
    "a - b - a",
    "a * b",
    "-a * b + c",
    "a * 30% + b * 0.125 - c / 3",
    "a / 7 + b",
    "(a + 1) / (b * b + 1) + c",
    "if a > b then c else a + c",
    "min(a, b) + max(b, c)",
    "abs(a - b)",
    "round(a * b, 2) + c",
    "weighted(a: 50%, b: 30%, c: 20%)",
    "clamp(a, b, c) * 1000000000",
    "a * b * c",
    "a ?? b",
    "band(a) { < 0 => b, < 50 => c, else => a + b }",
)
SPECIAL = (
    0.0, -0.0, 1e22, 1e23, 5e-324, math.nan, math.inf, -math.inf, 0.1 + 0.2, 0.30000000000000004, 1e-7, 1e-6, 0.1, 100.0,
    100.00000000000001, 99.99999999999999, 1e15, 1e15 + 0.125, 999999999.999999, 1e9, 2.0**53, 2.0**53 + 2, -3.5, 7.25, 0.5,
    1.7976931348623157e308, 4503599627370495.5, 60.69500000000001, 1.0, True, False, 0, 1, -1, 100, 2**53, 2**53 + 1, 10**22,
    10**15, 10**15 + 1, -(10**15), Decimal("0.1"), Decimal("-0"), Decimal("1E+2"), Decimal("1E-7"), Decimal("NaN"),
    Decimal(float("0.1")), Fraction(0.1), Fraction(1, 3), Fraction(1, 2), Fraction(201, 2), "0.1", "12", "-0", "1/3", "1e3", " 1", "", None,
)  # fmt: skip
"""Values at the edges of what a float can hold, of the compiled path, and of the declarations; and what is no float."""

DECIMAL = st.builds(
    lambda whole, places: float(f"{whole}e-{places}"), st.integers(-(10**16), 10**16), st.integers(0, 18)
)
"""Floats that are the nearest to a decimal, as measurements are."""

NEIGHBOURS = st.builds(math.nextafter, DECIMAL, st.sampled_from((-math.inf, math.inf)))
"""And the floats beside those."""

SMALL = st.builds(lambda whole, places: whole / 10**places, st.integers(-300, 11_000), st.integers(0, 3))
NUMBERS = st.one_of(
    SMALL, SMALL, st.sampled_from(SPECIAL), DECIMAL, NEIGHBOURS, st.floats(), st.integers(-300, 300)
)


def outcome(call: Any) -> Any:
    """What a result tells, or the codes with which the record is refused."""
    try:
        found = call()
    except tierlang.DiagnosticError as error:
        return sorted(each.code for each in error.diagnostics)
    return found.tier, told(found)


def raters(kinds: tuple[str, ...], expression: str, bound: str) -> tuple[tierlang.Scheme, tierlang.Rater]:
    """A scheme over inputs of these kinds, with a band at a bound, and its rater."""
    declared = "\n".join(f"input {name} : {kind}" for name, kind in zip("abc", kinds, strict=True))
    text = (
        f"{declared}\nscore = {expression}\nlevel = score + 0\ntiers TOP > MIDDLE > LOW\n"
        f"tier TOP if score > {bound} and level != a\ntier MIDDLE if a <= b\ntier LOW otherwise\n"
    )
    scheme = tierlang.loads(text, name="floats.tier")
    return scheme, scheme.rater(floats="shortest")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_as_the_interpreter_computes(expression: str) -> None:
    """The same values, levels and refusals, whatever the three inputs hold."""

    @examples(60)
    @given(
        st.tuples(*[st.sampled_from(KINDS)] * 3),
        st.lists(st.tuples(*[NUMBERS] * 3), min_size=3, max_size=8),
        SMALL,
    )
    def holds(kinds: tuple[str, ...], rows: list[tuple[Any, ...]], bound: float) -> None:
        try:
            scheme, rater = raters(kinds, expression, f"({Decimal(repr(bound)):f})")
        except tierlang.DiagnosticError:  # days and orders are not added up
            assume(False)
        for row in rows:
            record = {"id": "p1", **dict(zip("abc", row, strict=True))}
            wanted = outcome(lambda record=record: scheme.rate([record], floats="shortest").results[0])
            assert outcome(lambda record=record: rater(record)) == wanted
            if isinstance(wanted, tuple):
                assert rater.tier(record) == wanted[0]
            else:
                with pytest.raises(tierlang.DiagnosticError):
                    rater.tier(record)

    holds()


@examples(2000)
@given(st.one_of(DECIMAL, NEIGHBOURS, st.floats(allow_nan=False, allow_infinity=False)))
def test_the_shortest_decimal(value: float) -> None:
    """A float is its shortest decimal, to the last digit; what is too long for a number is refused."""
    try:
        found = PLAIN({"id": "p1", "a": value}).values
    except tierlang.DiagnosticError:
        assert not 1e-23 < abs(value) < 1e40  # a number has forty digits before the point and behind it
        return
    assert found == {"same": Fraction(repr(value)), "double": 2 * Fraction(repr(value))}
    assert not any(isinstance(each, float) for each in found.values())


PLAIN = tierlang.loads("input a : number\nsame = a\ndouble = a + a\ntiers A\ntier A otherwise\n").rater(
    floats="shortest"
)


@pytest.mark.parametrize("value", [0.0, -0.0, 0.1, 99.5, 1e8, 123456.654321, -17.25])
def test_usual_floats_are_compiled(value: float) -> None:
    """What people measure does not go through the interpreter."""
    assert isinstance(PLAIN({"id": "p1", "a": value}), RecordResult)


@pytest.mark.parametrize("value", [5e-324, 1e22, 0.1 + 0.2, 1e-7, 2.0**53])
def test_odd_floats_are_interpreted(value: float) -> None:
    """What has more digits than the compiled path looks at does."""
    found = PLAIN({"id": "p1", "a": value}) if abs(value) > 1e-300 else None
    assert found is None or (
        not isinstance(found, RecordResult) and found.values["same"] == Fraction(repr(value))
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1e3", Decimal("Infinity"), [], 1j])
def test_no_number(value: Any) -> None:
    """What is no number is refused, as `rate` refuses it."""
    with pytest.raises(tierlang.DiagnosticError):
        PLAIN({"id": "p1", "a": value})


def test_floats_are_refused_unless_asked_for() -> None:
    """By default a float is no number."""
    rater = tierlang.loads("input a : number\ntiers A\ntier A otherwise\n").rater()
    for give in (rater, rater.tier):
        with pytest.raises(tierlang.DiagnosticError) as refused:
            give({"id": "p1", "a": 0.5})
        assert [each.code for each in refused.value.diagnostics] == ["E-DATA-FLOAT"]


class Celsius(float):
    """A float of a library's own, as numpy has; it prints otherwise."""

    def __repr__(self) -> str:
        return f"Celsius({float(self)})"


def test_a_kind_of_float_is_read_as_one() -> None:
    """Its own way to print itself does not matter."""
    found: Mapping[str, Any] = PLAIN({"id": "p1", "a": Celsius(0.1)}).values
    assert found["same"] == Fraction(1, 10)
