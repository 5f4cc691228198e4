"""Bands and matches: values that no arm takes, arms that are never taken, arms in the wrong order."""

import pytest
from check_cases import check_lines, check_text, read_cases, underlined

CODES = ("W-BAND-GAP", "W-BAND-UNREACHABLE", "E-BAND-ELSE-ORDER", "E-BAND-MIXED", "E-RANGE-BACKWARDS")
CASES = read_cases("bands.txt")


@pytest.mark.parametrize("title", CASES)
def test_faults_are_found_where_they_lie_and_sound_bands_left_alone(title: str) -> None:
    """Each finding stands at the pattern where the fault lies and names a value, or the arms above."""
    scheme, expected = CASES[title]
    assert check_lines(scheme, CODES, "witness", "above") == expected


def test_a_third_of_the_cases_are_sound() -> None:
    """Silence is tested as much as speech."""
    assert 3 * sum(not expected for _, expected in CASES.values()) >= len(CASES)


def test_a_gap_shows_both_arms() -> None:
    """The arm below the gap is underlined, the one above labelled."""
    scheme, _ = CASES["printed ranges on a continuous value"]
    gap = next(d for d in check_text(scheme) if d.code == "W-BAND-GAP")
    assert underlined(gap) == ("0..30", "31..60")
    assert gap.args == {
        "subject": "x",
        "witness": "`x` = 30.5",
        "range": "30 < x < 31",
        "lower": "30",
        "upper": "31",
    }


def test_arms_above_are_labelled() -> None:
    """An arm that is never taken points to those that take its values."""
    scheme, _ = CASES["arms that cover one together"]
    fault = next(d for d in check_text(scheme) if d.code == "W-BAND-UNREACHABLE")
    assert underlined(fault) == ("5..15", "0..10", "10..20")
    assert fault.args["arm"] == "5..15"


def test_else_too_early_is_shown_with_what_follows() -> None:
    """`else` is underlined, the first arm after it labelled."""
    scheme, _ = CASES["else before the end"]
    fault = next(d for d in check_text(scheme) if d.code == "E-BAND-ELSE-ORDER")
    assert underlined(fault) == ("else", ">= 80")


@pytest.mark.parametrize(
    ("title", "fixed"),
    [("a range written backwards", "30..60"), ("a half-open range written backwards", "30%..<50%")],
)
def test_a_range_is_turned_round(title: str, fixed: str) -> None:
    """The fix exchanges the ends and keeps the dots."""
    fault = next(d for d in check_text(CASES[title][0]) if d.code == "E-RANGE-BACKWARDS")
    assert [fix.text for fix in fault.fixes] == [fixed]


def test_a_band_of_hundreds_of_arms_is_left_alone() -> None:
    """A table written as a match costs no time."""
    arms = ", ".join(f'"{i}" => {i}' for i in range(400))
    assert check_lines(f"input city : text\na = match(city) {{ {arms} }}", CODES) == []
