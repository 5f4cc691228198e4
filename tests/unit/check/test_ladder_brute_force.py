"""What is found about ladders of random conditions, against trying every half point."""

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, product

import attrs
from check_cases import check_text
from hypothesis import given, settings
from hypothesis import strategies as st

from tierlang.check.coverage.formulas import holds
from tierlang.diagnostics.model import Diagnostic

Point = tuple[Fraction, Fraction]
HALVES = [Fraction(i, 2) for i in range(9)]
POINTS = list(product(HALVES, HALVES))
NAMES = "ab"


@attrs.frozen
class Condition:
    """A condition as text, and as a function of the values of both names."""

    text: str
    at: Callable[[Point], bool]


def comparison(axis: int, operator: str, bound: int) -> Condition:
    """One comparison of a name with a constant."""
    return Condition(f"{NAMES[axis]} {operator} {bound}", lambda p: holds(p[axis], operator, (bound,)))


def joined(word: str, test: Callable[[list[bool]], bool], parts: list[Condition]) -> Condition:
    """Several conditions in one call."""
    return Condition(f"{word}({', '.join(p.text for p in parts)})", lambda x: test([p.at(x) for p in parts]))


def some_of(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """The ways of joining conditions."""
    lists = st.lists(parts, min_size=1, max_size=3)
    return (
        lists.map(lambda found: joined("all", all, found))
        | lists.map(lambda found: joined("any", any, found))
        | lists.map(lambda found: joined("none", lambda truths: not any(truths), found))
    )


CONDITIONS = st.recursive(
    st.builds(
        comparison, st.integers(0, 1), st.sampled_from(["<", "<=", ">", ">=", "=="]), st.integers(0, 4)
    ),
    some_of,
    max_leaves=4,
)


def scheme_of(conditions: list[Condition], exclusive: bool, otherwise: bool) -> str:
    """A ladder of the conditions, the best level first."""
    levels = [f"L{i}" for i in range(len(conditions))]
    names = " > ".join([*levels, *(["REST"] if otherwise else [])])
    lines = [
        "input a : number 0..4",
        "input b : number 0..4",
        f"tiers {names}{' exclusive' if exclusive else ''}",
    ]
    lines += [
        f"tier {level} if {condition.text}" for level, condition in zip(levels, conditions, strict=True)
    ]
    return "\n".join([*lines, *(["tier REST otherwise"] if otherwise else [])])


def points_of(diagnostic: Diagnostic) -> list[Point]:
    """The half points that a witness stands for: names that it leaves out may be anything."""
    values = {
        name: Fraction(value) for name, value in re.findall(r"`(\w)` = ([\d.]+)", diagnostic.args["witness"])
    }
    return list(product(*([values[name]] if name in values else HALVES for name in NAMES)))


def result(conditions: list[Condition], point: Point) -> str:
    """The level of a point; REST for none."""
    return next((f"L{i}" for i, condition in enumerate(conditions) if condition.at(point)), "REST")


@settings(max_examples=120, derandomize=True, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_findings_are_true_and_complete(
    conditions: list[Condition], exclusive: bool, otherwise: bool
) -> None:
    """Every witness shows its fault, and where trying every point shows a fault, it is found."""
    found = check_text(scheme_of(conditions, exclusive, otherwise))
    results = {point: result(conditions, point) for point in POINTS}
    gaps = [d for d in found if d.code == "W-TIER-GAP"]
    for gap in gaps:
        assert {result(conditions, point) for point in points_of(gap)} == {gap.args.get("falls_to", "REST")}
    uncovered = list(results.values()).count("REST")
    assert any("falls_to" not in gap.args for gap in gaps) == (not otherwise and 0 < uncovered < len(POINTS))

    code = "E-TIER-OVERLAP" if exclusive else "W-TIER-OVERLAP"
    overlaps = {(d.args["first"], d.args["second"]): d for d in found if d.code.endswith("TIER-OVERLAP")}
    assert {d.code for d in overlaps.values()} <= {code}
    lost = {d.args["level"] for d in found if d.code == "W-TIER-UNREACHABLE"}
    reached = set(results.values())
    expected = {}
    for (i, one), (j, two) in combinations(enumerate(conditions), 2):
        at = {(one.at(point), two.at(point)) for point in POINTS}
        crossed = {(True, False), (False, True)} <= at and {f"L{i}", f"L{j}"} <= reached
        if (True, True) in at and (exclusive or crossed):
            expected[i if exclusive else 0, j] = f"L{i}", f"L{j}"  # else the nearest level above is enough
    assert set(overlaps) == set(expected.values())
    for (first, second), overlap in overlaps.items():
        both = conditions[int(first[1:])], conditions[int(second[1:])]
        assert all(condition.at(point) for condition in both for point in points_of(overlap))
    for level in (f"L{i}" for i in range(len(conditions))):
        told = exclusive and any(level in names for names in overlaps)
        assert (level in lost) == (level not in reached and not told)
