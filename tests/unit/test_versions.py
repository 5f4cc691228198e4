"""Several versions of one scheme: one governs each period, and what does not fit together is found."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import tierlang
from tierlang.diagnostics.model import DiagnosticError
from tierlang.versions import SchemeSet, load_set, scheme_set


def version(header: str, *, scheme: str = "demo.stars", every: str = "quarter") -> str:
    """The text of a version: `v2017 applies from 2017-Q3` is its name, then the facts of both header statements."""
    name, _, facts = header.partition(" ")
    dates, _, applies = facts.partition("applies")
    lines = [f"scheme {scheme}", f'version "{name}" {dates}'.rstrip(), f"assess every {every}"]
    return "\n".join(
        [*lines, *([f"applies{applies}"] if applies else []), f"tiers {name.upper()}", f"tier {name.upper()}"]
    )


def versions(headers: Sequence[str], every: str = "quarter") -> SchemeSet:
    """The set of versions with these headers."""
    return scheme_set(tierlang.loads(version(header, every=every), name=header) for header in headers)


def codes(error: pytest.ExceptionInfo[DiagnosticError]) -> list[str]:
    """The codes of what was found."""
    return [diagnostic.code for diagnostic in error.value.diagnostics]


GOVERNED = {
    "explicit ranges": (
        ["a applies from 2017-Q1 to 2017-Q2", "b applies from 2017-Q3"],
        "quarter",
        {"2017-Q1": "a", "2017-Q2": "a", "2017-Q3": "b", "2040-Q4": "b"},
    ),
    "in force on the last day of the period": (
        ["a until 2017-08-06", "b effective 2017-08-07"],
        "quarter",
        {"2000-Q1": "a", "2017-Q2": "a", "2017-Q3": "b"},
    ),
    "the same change seen by month": (
        ["a until 2017-08-06", "b effective 2017-08-07"],
        "month",
        {"2017-07": "a", "2017-08": "b", "2017-09": "b"},
    ),
    "the last day belongs to the old version": (
        ["a until 2017-09-30", "b effective 2017-10-01"],
        "quarter",
        {"2017-Q3": "a", "2017-Q4": "b"},
    ),
    "an explicit range goes before the dates": (
        ["a applies from 2017-Q1 to 2017-Q3", "b effective 2017-08-07 applies from 2017-Q4"],
        "quarter",
        {"2017-Q3": "a", "2017-Q4": "b"},
    ),
    "dates beside explicit ranges": (
        ["a until 2016-12-31", "b applies from 2017-Q1 to 2017-Q4", "c effective 2018-01-01"],
        "quarter",
        {"2016-Q4": "a", "2017-Q1": "b", "2017-Q4": "b", "2018-Q1": "c"},
    ),
    "three versions in any order": (
        ["c applies from 2018-Q1", "a applies from 2016-Q1 to 2016-Q4", "b applies from 2017-Q1 to 2017-Q4"],
        "quarter",
        {"2016-Q4": "a", "2017-Q1": "b", "2018-Q1": "c"},
    ),
    "a version of one day": (
        ["a until 2017-08-06", "b effective 2017-08-07 until 2017-08-07", "c effective 2017-08-08"],
        "day",
        {"2017-08-06": "a", "2017-08-07": "b", "2017-08-08": "c"},
    ),
    "years": (
        ["a until 2025-11-30", "b effective 2025-12-01"],
        "year",
        {"2024": "a", "2025": "b"},
    ),
}


@pytest.mark.parametrize("title", GOVERNED)
def test_the_period_chooses_the_version(title: str) -> None:
    """Every period has the version that governs it, whatever the order of the files; there are no gaps."""
    headers, unit, expected = GOVERNED[title]
    for order in (headers, headers[::-1]):
        found = versions(order, unit)
        assert {label: found.for_period(label).version for label in expected} == expected
        assert found.findings == ()


@pytest.mark.parametrize("title", GOVERNED)
def test_the_chosen_version_rates(title: str) -> None:
    """The scheme that is handed out rates the period by its own rules."""
    headers, unit, expected = GOVERNED[title]
    found = versions(headers, unit)
    for label, name in expected.items():
        outcome = found.for_period(label).rate([{"id": "a"}], period=label)
        assert (outcome["a"].tier, outcome.header["scheme"]["version"]) == (name.upper(), name)


OVERLAPPING = {
    "one quarter in both": ["a applies from 2017-Q1 to 2017-Q3", "b applies from 2017-Q3"],
    "one inside the other": ["a applies from 2017-Q1 to 2018-Q4", "b applies from 2017-Q3 to 2017-Q3"],
    "the first without an end": ["a applies from 2017-Q1", "b applies from 2018-Q1"],
    "two versions of the same quarter": [
        "a applies from 2017-Q1 to 2017-Q1",
        "b applies from 2017-Q1 to 2017-Q1",
    ],
    "both in force": ["a effective 2015-01-01", "b effective 2017-08-07"],
    "the old one goes on after the new one": ["a until 2017-12-31", "b effective 2017-10-01"],
    "dates against a range": ["a effective 2017-08-07", "b applies from 2017-Q1 to 2017-Q3"],
    "nothing is said": ["a", "b"],
    "nothing is said of one": ["a", "b applies from 2017-Q3"],
    "the outer two of three": [
        "a applies from 2016-Q1 to 2018-Q4",
        "b applies from 2016-Q2 to 2016-Q2",
        "c applies from 2018-Q1",
    ],
}


@pytest.mark.parametrize("title", OVERLAPPING)
def test_no_period_has_two_versions(title: str) -> None:
    """Versions that govern the same period are refused, in whatever order they come."""
    for headers in (OVERLAPPING[title], OVERLAPPING[title][::-1]):
        with pytest.raises(DiagnosticError) as error:
            versions(headers)
        assert set(codes(error)) == {"E-VERSION-OVERLAP"}


def test_an_overlap_names_both_versions() -> None:
    """The finding stands in the later version and names the earlier one."""
    with pytest.raises(DiagnosticError) as error:
        versions(["a applies from 2017-Q1 to 2017-Q3", "b applies from 2017-Q3"])
    (overlap,) = error.value.diagnostics
    assert (overlap.args["first"], overlap.args["second"]) == ("a", "b")
    assert overlap.source is not None
    assert overlap.source.name == "b applies from 2017-Q3"


GAPS = {
    "half a year": (["a applies from 2016-Q1 to 2016-Q4", "b applies from 2017-Q3"], ["2017-Q1", "2017-Q2"]),
    "one quarter": (["a applies from 2016-Q1 to 2016-Q4", "b applies from 2017-Q2"], ["2017-Q1"]),
    "after the end of the old version": (["a until 2017-08-06", "b applies from 2017-Q4"], ["2017-Q3"]),
    "before the new version": (["a until 2016-12-31", "b effective 2017-04-01"], ["2017-Q1"]),
}


@pytest.mark.parametrize("title", GAPS)
def test_periods_without_version_are_listed_and_refused(title: str) -> None:
    """A gap is a warning of the set, and an error for a period inside it, which names both neighbours."""
    headers, uncovered = GAPS[title]
    found = versions(headers)
    assert [finding.code for finding in found.findings] == ["W-VERSION-GAP"]
    assert (found.findings[0].args["first"], found.findings[0].args["second"]) == ("a", "b")
    for label in uncovered:
        with pytest.raises(DiagnosticError) as error:
            found.for_period(label)
        assert "E-NO-VERSION" in codes(error)
        named = {fact for diagnostic in error.value.diagnostics for fact in diagnostic.args.values()}
        assert label in named


def test_a_period_in_a_gap_names_the_two_nearest() -> None:
    """Between two versions, the last period of the one and the first of the other are the nearest."""
    found = versions(["a applies from 2016-Q1 to 2016-Q4", "b applies from 2017-Q3"])
    with pytest.raises(DiagnosticError) as error:
        found.for_period("2017-Q1")
    named = {fact for diagnostic in error.value.diagnostics for fact in diagnostic.args.values()}
    assert {"2016-Q4", "2017-Q3"} <= named


OUTSIDE = {
    "before the first": (
        ["a applies from 2017-Q1 to 2017-Q2", "b applies from 2017-Q3"],
        "2016-Q4",
        "E-NO-VERSION",
    ),
    "after the last": (
        ["a applies from 2017-Q1 to 2017-Q2", "b applies from 2017-Q3 to 2018-Q4"],
        "2019-Q1",
        "E-NO-VERSION",
    ),
    "before the first date": (
        ["a effective 2017-01-01 until 2017-06-30", "b effective 2017-07-01"],
        "2016-Q4",
        "E-NO-VERSION",
    ),
    "after the last date": (
        ["a until 2017-06-30", "b effective 2017-07-01 until 2025-11-30"],
        "2025-Q4",
        "E-RETIRED",
    ),
    "another unit": (
        ["a applies from 2017-Q1 to 2017-Q2", "b applies from 2017-Q3"],
        "2017-08",
        "E-PERIOD-UNIT",
    ),
    "no period": (
        ["a applies from 2017-Q1 to 2017-Q2", "b applies from 2017-Q3"],
        "2017-Q5",
        "E-PERIOD-TEXT",
    ),
}


@pytest.mark.parametrize("title", OUTSIDE)
def test_nothing_is_extrapolated(title: str) -> None:
    """A period outside all versions is refused."""
    headers, label, code = OUTSIDE[title]
    with pytest.raises(DiagnosticError) as error:
        versions(headers).for_period(label)
    assert code in codes(error)


def test_a_label_that_is_no_period_is_reported_once() -> None:
    """What is wrong with the label is said once, not once for each version."""
    with pytest.raises(DiagnosticError) as error:
        versions(["a applies from 2017-Q1 to 2017-Q2", "b applies from 2017-Q3"]).for_period("2017-Q5")
    assert codes(error) == ["E-PERIOD-TEXT"]


@pytest.mark.parametrize(
    "other",
    [
        version("b applies from 2017-Q3", scheme="demo.shops"),
        version("b applies from 2017-08", every="month"),
    ],
)
def test_a_set_is_of_one_scheme(other: str) -> None:
    """Files of another scheme, or with another rhythm, are no versions of this one."""
    first = version("a applies from 2017-Q1 to 2017-Q2")
    with pytest.raises(DiagnosticError) as error:
        scheme_set([tierlang.loads(first), tierlang.loads(other)])
    assert codes(error) == ["E-VERSION-SCHEME"]


def test_one_version_is_a_set() -> None:
    """A single file governs what it says, and refuses the rest."""
    found = versions(["a applies from 2017-Q3"])
    assert found.for_period("2017-Q3").version == "a"
    with pytest.raises(DiagnosticError) as error:
        found.for_period("2017-Q2")
    assert codes(error) == ["E-NO-VERSION"]


def test_a_set_is_loaded_from_files(tmp_path: Path) -> None:
    """Files may be given in any order; the set is in order of what they govern."""
    for name, header in {"new": "b applies from 2017-Q3", "old": "a applies from 2017-Q1 to 2017-Q2"}.items():
        tmp_path.joinpath(f"{name}.tier").write_text(version(header), encoding="utf-8")
    found = load_set([tmp_path / "new.tier", tmp_path / "old.tier"])
    assert [scheme.version for scheme in found.schemes] == ["a", "b"]
    assert found.for_period("2017-Q2").version == "a"
