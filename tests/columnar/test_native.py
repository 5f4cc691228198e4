"""What the columns know: every kind of expression and every built-in is said to be native, or to be interpreted."""

import typing

import pytest

import tierlang
from tierlang.builtins import BUILTINS, COHORT_FAMILIES
from tierlang.columnar import calls, cohort
from tierlang.syntax import nodes as n

INTERPRETED = frozenset(
    ["largest", "smallest", "median", "quantile", "stddev", "zscore", "sqrt"]
)  # computed by the interpreter; the rest are native
NAMES = frozenset(["bonuses", "deductions", "period_start", "period_end"])
NATIVE_NODES = frozenset(
    [
        "NumberLiteral",
        "TextLiteral",
        "DateLiteral",
        "BoolLiteral",
        "MissingLiteral",
        "Hole",
        "Name",
        "Group",
        "Attribute",
        "Index",
        "Call",
        "Band",
        "Match",
        "ListExpr",
        "If",
        "And",
        "Or",
        "Not",
        "Compare",
        "Coalesce",
        "Sum",
        "Product",
        "Negate",
    ]
)
OTHER_NODES = frozenset({"MapExpr"})  # records of examples


def test_every_built_in_is_classified() -> None:
    """A new built-in must be lowered, or be named among those that the interpreter computes."""
    assert frozenset(BUILTINS) == calls.NATIVE | cohort.NATIVE | INTERPRETED | NAMES
    assert not (calls.NATIVE | cohort.NATIVE) & INTERPRETED


def test_every_expression_is_classified() -> None:
    """So must a new kind of expression."""
    assert {kind.__name__ for kind in typing.get_args(n.Expr)} == NATIVE_NODES | OTHER_NODES


ASKED = {
    "largest": "sum(largest(xs, 2))",
    "smallest": "sum(smallest(xs, 2))",
    "median": "median(x)",
    "quantile": "quantile(x, 25%)",
    "stddev": "stddev(x)",
    "zscore": "zscore(x)",
    "sqrt": "sqrt(x)",
}


@pytest.mark.parametrize("name", sorted(INTERPRETED))
def test_what_is_interpreted_is_refused_by_name(name: str) -> None:
    """An engine that is asked for by name says which function it does not know; `auto` gives the interpreter's result."""
    scheme = tierlang.loads(f"input x : number\ninput xs : list of number max 4\nv = {ASKED[name]}\n")
    rows = [{"id": "a", "x": 4, "xs": [1, 2, 5]}, {"id": "b", "x": 9, "xs": [1]}]
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme.rate_table(rows, engine="duckdb")
    assert caught.value.diagnostics[0].code == "E-ENGINE"
    assert name in caught.value.diagnostics[0].args["reason"]
    wanted = scheme.rate(rows)
    with scheme.rate_table(rows) as outcome:
        assert outcome.engine == "exact"
        assert name in (outcome.why or "")
        assert [r.values for r in outcome] == [r.values for r in wanted.results]


def test_no_cohort_family_is_forgotten() -> None:
    """Calls over the cohort are lowered by cohort.py only."""
    over_cohort = {name for name, builtin in BUILTINS.items() if builtin.family in COHORT_FAMILIES}
    assert over_cohort >= cohort.NATIVE
    assert not calls.NATIVE & over_cohort
