"""Values and ranges in the scheme's own words."""

import datetime
from fractions import Fraction

import pytest

from tierlang.check.coverage.conditions import Axis
from tierlang.check.coverage.intervals import EVERY_NUMBER, Cell, Choices, Domain, Numbers
from tierlang.check.coverage.show import show_ends, show_range, show_value
from tierlang.syntax import nodes as n
from tierlang.types import Exact, show_number


def axis(family: str = "number", unit: str | None = None, domain: Domain = EVERY_NUMBER) -> Axis:
    """An axis called x."""
    return Axis(n.Name(n.Ident("x")), "x", family, domain, unit)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        (9_999, "9999"),
        (10_000, "10_000"),
        (Fraction(159, 2), "79.5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(12_345_678, 100), "123_456.78"),
        (Fraction(1, 3), "1/3"),
    ],
)
def test_numbers_are_literals_where_one_is_exact(value: Exact, text: str) -> None:
    """Never rounded; long whole parts are grouped as the language groups them."""
    assert show_number(value) == text


def test_values_are_written_as_their_type_is() -> None:
    """Percent, currencies, days, truth, levels and texts."""
    assert show_value(Fraction(3, 10), axis(unit="%")) == "30%"
    assert show_value(100_000, axis(unit="CNY")) == "100_000 CNY"
    assert show_value(datetime.date(2023, 8, 1).toordinal(), axis("date")) == "2023-08-01"
    assert [show_value(v, axis("bool")) for v in (0, 1)] == ["false", "true"]
    assert [show_value(v, axis("tier"), ("GOLD", "BASE")) for v in (0, 1)] == ["BASE", "GOLD"]
    assert show_value("agency", axis("text")) == '"agency"'


def test_constants_are_shown_as_they_are_written() -> None:
    """900万 stays 900万."""
    written = axis()
    written.spelled[9_000_000] = "900万"
    assert show_value(9_000_000, written) == "900万"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(5, 5, 5, low_in=True, high_in=True), "x == 5"),
        (Cell(7, 5, 9), "5 < x < 9"),
        (Cell(7, 5, 9, low_in=True), "5 <= x < 9"),
        (Cell(3, None, 5), "x < 5"),
        (Cell(6, 5, None, low_in=True), "x >= 5"),
        (Cell(1, 0, 5, low_in=True), "x < 5"),
        (Cell(1, 0, 5), "0 < x < 5"),
        (Cell(99, 95, 100, high_in=True), "x > 95"),
        (Cell(50, 0, 100, low_in=True, high_in=True), "x"),
    ],
)
def test_ranges_are_conditions(cell: Cell, text: str) -> None:
    """An end that is the end of the declared range 0..100 goes without saying, an end left out of it does not."""
    assert show_range([cell], axis(domain=Numbers(0, 100))) == text


def test_a_run_of_cells_goes_from_the_first_to_the_last() -> None:
    """Only the outer ends count; of texts the first is named."""
    run = [Cell(7, 5, 9), Cell(9, 9, 9, low_in=True, high_in=True)]
    assert show_range(run, axis()) == "5 < x <= 9"
    assert show_ends(run, axis()) == ("5", "9")
    assert show_range([Cell("a"), Cell("b")], axis("text", domain=Choices(("a", "b")))) == 'x == "a"'
