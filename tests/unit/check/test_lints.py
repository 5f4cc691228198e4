"""Lints: weights, ranks, rounding, ratios, empty lists, small cohorts, months."""

import pytest
from check_cases import check_lines, check_text, read_cases, underlined

CODES = (
    "W-WEIGHTS",
    "W-RANK-UNDECLARED",
    "W-RANK-N",
    "W-DOUBLE-ROUND",
    "W-RATIO-UNROUNDED",
    "W-VACUOUS-ALL",
    "W-SMALL-COHORT",
    "W-LOOKS-LIKE-MONTH",
)
FACTS = ("sum", "expected", "name", "bound", "fixed", "guard", "n", "value")
CASES = read_cases("lints.txt")


@pytest.mark.parametrize("title", CASES)
def test_suspicious_rules_are_found_and_others_left_alone(title: str) -> None:
    """Each finding stands at the smallest text that shows it, with its facts."""
    scheme, expected = CASES[title]
    assert check_lines(scheme, CODES, *FACTS) == expected


def test_a_third_of_the_cases_are_sound() -> None:
    """Silence is tested as much as speech."""
    assert 3 * sum(not expected for _, expected in CASES.values()) >= len(CASES)


def test_every_lint_has_a_case() -> None:
    """No code without an example of it."""
    found = {line.split()[1] for _, expected in CASES.values() for line in expected}
    assert found == set(CODES)


@pytest.mark.parametrize(
    ("title", "texts"),
    [
        ("weights that make 0.9", ("0.5 + speed*0.4", "0.5", "0.4")),
        ("a rank sum with a bar", ("score >= 10", "rank(orders)")),
        ("a rank sum with a bar, in a requirement", ("rank(orders)*0.4 + rank(visits)*0.6 >= 10",)),
        ("rounded far away", ("both", "round(a, 1)")),
        ("rounded inside a rounding", ("round(score, 1)",)),
        ("nobody in the top 30 % of three", ("30%",)),
    ],
)
def test_places_and_labels(title: str, texts: tuple[str, ...]) -> None:
    """What is underlined, and what is labelled."""
    found = [d for d in check_text(CASES[title][0]) if d.code in CODES]
    assert underlined(found[0]) == texts


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("ratios in a mean", "W-RATIO-UNROUNDED"),
        ("all of nothing", "W-VACUOUS-ALL"),
        ("all of nothing, in an either-or", "W-VACUOUS-ALL"),
    ],
)
def test_a_fix_silences_its_lint(title: str, code: str) -> None:
    """The scheme with the fix put in is still a scheme, and no longer suspicious."""
    scheme, _ = CASES[title]
    fix = next(d for d in check_text(scheme) if d.code == code).fixes[0]
    assert check_lines(scheme[: fix.span.start] + fix.text + scheme[fix.span.end :], [code]) == []


def test_nothing_is_proposed_where_brackets_would_be_needed() -> None:
    """`a or all(…)` cannot take `… and` before the call."""
    scheme = (
        "record shop { ok : bool }\ninput shops : list of shop max 9\ninput old : bool\n"
        "require old or all(s.ok for s in shops)"
    )
    assert [d.fixes for d in check_text(scheme) if d.code == "W-VACUOUS-ALL"] == [()]
