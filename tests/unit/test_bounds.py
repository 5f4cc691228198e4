"""Bounds that a single conformance case cannot reach: each one below, at and one above (language reference, Limits)."""

import pytest

import tierlang
from tierlang.run.values import Undetermined


def codes(text: str, libraries: dict[str, str] | None = None) -> list[str]:
    """The codes of the errors that a scheme has."""
    try:
        tierlang.loads(text, resolver=(libraries or {}).__getitem__)
    except tierlang.DiagnosticError as error:
        return sorted({d.code for d in error.diagnostics if d.code.startswith("E")})
    return []


@pytest.mark.parametrize(
    ("outer", "inner", "found"), [(9_999, 10_000, []), (10_000, 10_000, []), (10_001, 10_000, ["E-COST"])]
)
def test_rounds_of_nested_generators(outer: int, inner: int, found: list[str]) -> None:
    """The declared maxima of generators inside one another may multiply to a hundred million."""
    text = f"""
record shop {{ sales : number }}
input outer : list of shop max {outer}
input inner : list of shop max {inner}
pairs = sum(sum(b.sales for b in inner) for a in outer)
"""
    assert codes(text) == found


@pytest.mark.parametrize(("calls", "found"), [(63, []), (64, []), (65, ["E-COHORT-CALLS"])])
def test_calls_over_the_cohort(calls: int, found: list[str]) -> None:
    """A scheme may look at the whole cohort 64 times."""
    ranks = "\n".join(f"r{i} = rank(x)" for i in range(calls))
    assert codes(f"ranking best: high\ninput x : number\n{ranks}\n") == found


@pytest.mark.parametrize(("missing", "listed", "more"), [(31, 31, 0), (32, 32, 0), (33, 32, 1)])
def test_causes_of_one_value(missing: int, listed: int, more: int) -> None:
    """A value lists 32 causes and counts the others."""
    names = [f"x{i}" for i in range(missing)]
    text = "\n".join(f"input {name} : number" for name in names) + f"\ny = {' + '.join(names)}\n"
    value = tierlang.loads(text).rate([{"id": "a"}])["a"].values["y"]
    assert isinstance(value, Undetermined)
    assert (len(value.causes), value.more) == (listed, more)


@pytest.mark.parametrize(("depth", "found"), [(7, []), (8, []), (9, ["E-IMPORT"])])
def test_libraries_inside_one_another(depth: int, found: list[str]) -> None:
    """Libraries may import one another eight deep."""
    libraries = {f"l{i}.tier": f'import "l{i + 1}.tier" as next\n' for i in range(1, depth)}
    libraries[f"l{depth}.tier"] = "param p : number = 1\n"
    assert codes('import "l1.tier" as first\ny = 1\n', libraries) == found


@pytest.mark.parametrize(("modules", "found"), [(63, []), (64, []), (65, ["E-IMPORT"])])
def test_libraries_of_one_scheme(modules: int, found: list[str]) -> None:
    """A scheme may have 64 libraries."""
    libraries = {f"l{i}.tier": "param p : number = 1\n" for i in range(modules)}
    text = "\n".join(f'import "l{i}.tier" as m{i}' for i in range(modules))
    assert codes(f"{text}\ny = 1\n", libraries) == found


@pytest.mark.parametrize("spare", [1, 0, -1])
def test_budget_of_a_run(spare: int) -> None:
    """A run that costs its budget to the unit ends; with one unit less it is stopped, and no condition absorbs that."""
    scheme = tierlang.loads("input x : number\ny = x * 2 + 1\nz = any(y > 1, present(x))\n")
    rows = [{"id": "a", "x": 1}, {"id": "b", "x": 2}]
    cost = scheme.rate(rows).cost
    if spare >= 0:
        assert scheme.rate(rows, budget=cost + spare).cost == cost
    else:
        with pytest.raises(tierlang.BudgetExceeded) as error:
            scheme.rate(rows, budget=cost + spare)
        assert error.value.limit == cost - 1
