"""The ladder of levels: gaps, overlaps and unreachable levels, each with a witness; silence where all is well."""

import pytest
from check_cases import check_lines, check_text, read_cases, underlined

CODES = ("W-TIER-GAP", "W-TIER-OVERLAP", "E-TIER-OVERLAP", "W-TIER-UNREACHABLE", "W-TIERS-UNANALYSED")
CASES = read_cases("ladder.txt")


@pytest.mark.parametrize("title", CASES)
def test_faults_are_found_where_they_lie_and_sound_ladders_left_alone(title: str) -> None:
    """Each finding stands at the comparison where the fault lies and names a value that shows it."""
    scheme, expected = CASES[title]
    assert check_lines(scheme, CODES, "witness", "above", "reason") == expected


def test_a_third_of_the_cases_are_sound() -> None:
    """Silence is tested as much as speech."""
    assert 3 * sum(not expected for _, expected in CASES.values()) >= len(CASES)


PRINTED_RANGES, _ = CASES["printed ranges on a continuous score"]


def test_a_gap_shows_both_ranges_and_closes_them() -> None:
    """The lower range is underlined, the upper one labelled, and the fix lets them meet."""
    gap = check_text(PRINTED_RANGES)[-1]
    assert underlined(gap) == ("score <= 79", "80 <= score")
    assert (gap.labels[0].key, gap.labels[0].args) == ("starts", {"level": "THREE"})
    assert gap.args == {
        "witness": "`score` = 79.5",
        "range": "79 < score < 80",
        "lower": "79",
        "upper": "80",
        "level": "TWO",
        "falls_to": "FAIL",
    }
    assert [fix.text for fix in gap.fixes] == ["score < 80"]


def test_the_fixes_of_gaps_leave_no_gap() -> None:
    """Every range closed as proposed, nothing is found any more."""
    text = PRINTED_RANGES
    for gap in reversed(check_text(text)):
        fix = gap.fixes[0]
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    assert check_lines(text, CODES) == []


@pytest.mark.parametrize(
    ("condition", "fixed"),
    [
        ("79 >= score >= 70", "80 > score"),
        ("70 <= score and score <= 79", "score < 80"),
        ("score in [70, 79]", None),
    ],
)
def test_a_fix_keeps_the_way_the_comparison_was_written(condition: str, fixed: str | None) -> None:
    """Mirrored comparisons stay mirrored; where no single bound moves, nothing is proposed."""
    scheme = f"input score : number\ntiers B > A > C\ntier B if score >= 80\ntier A if {condition}\ntier C otherwise"
    gaps = [d for d in check_text(scheme) if d.code == "W-TIER-GAP"]
    assert gaps[-1].fixes == () if fixed is None else gaps[-1].fixes[0].text == fixed


def test_an_overlap_labels_the_other_level() -> None:
    """The lower level's comparison is underlined, the higher one's labelled."""
    scheme, _ = CASES["touching ranges that share a bound"]
    overlap = check_text(scheme)[-1]
    assert underlined(overlap) == ("s <= 80", "80 <= s")
    assert (overlap.args["first"], overlap.args["second"], overlap.args["range"]) == ("B", "A", "s == 80")


def test_long_conditions_are_refused_not_ground_through() -> None:
    """A ladder of many bounds is left, with a word, before it costs time."""
    rows = "".join(f"tier L{i} if x{i % 4} >= {i}\n" for i in range(60))
    inputs = "".join(f"input x{i} : number\n" for i in range(4))
    assert check_lines(inputs + rows, CODES, "reason") == [
        "64:13 W-TIERS-UNANALYSED the names are compared with too many constants"
    ]


def test_definitions_that_double_one_another_are_refused() -> None:
    """Forty definitions, each used twice in the next, would be a condition of a million million parts."""
    chain = "".join(f"c{i + 1} = c{i} and (c{i} or n > {i})\n" for i in range(40))
    scheme = f"input n : number\nc0 = n > 100\n{chain}tier A if c40\ntier B otherwise"
    assert check_lines(scheme, CODES, "reason") == []
