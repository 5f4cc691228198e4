"""What the columns know: every kind of expression and every built-in is said to be native, or to be interpreted."""

import typing

import attrs
import pytest

import tierlang
from tierlang.builtins import BUILTINS, COHORT_FAMILIES
from tierlang.check.model import CheckedScheme
from tierlang.columnar.lowering import calls, cohort, statistics
from tierlang.columnar.lowering.expressions import GENERATOR
from tierlang.syntax import nodes as n

INTERPRETED = frozenset(
    [
        "largest",
        "smallest",
        "distinct",
        "stddev",
        "zscore",
        "sqrt",
        "root",
        "power",
        "ln",
        "log",
        "exp",
        "normal_cdf",
    ]
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
        "Ramp",
    ]
)
OTHER_NODES = frozenset({"MapExpr", "ThisLevel"})  # of examples; put in place by the checker


def test_every_built_in_is_classified() -> None:
    """A new built-in must be lowered, or be named among those that the interpreter computes."""
    native = calls.NATIVE | cohort.NATIVE | statistics.NATIVE
    assert frozenset(BUILTINS) == native | INTERPRETED | NAMES
    assert not native & INTERPRETED


def test_every_expression_is_classified() -> None:
    """So must a new kind of expression."""
    assert {kind.__name__ for kind in typing.get_args(n.Expr)} == NATIVE_NODES | OTHER_NODES


SEEN = frozenset(
    [
        "source",
        "file",
        "id",
        "edition",
        "origin",
        "sources",
        "version",
        "assessment",
        "cohort_noun",
        "cohort_maximum",
        "ranking",
        "rounding",
        "records",
        "record_policies",
        "inputs",
        "params",
        "tables",
        "definitions",
        "rules",
        "ladder",
        "examples",
        "readings",
        "order",
        "holes",
        "imports",
        "expression_types",
        "exclusive",
        "warnings",
        "override",
        "accepted",
        "facts",
        "libraries",
    ]
)  # what the lowerer has been held against: definitions, rules, ladder and override are lowered


def test_every_fact_of_a_scheme_was_thought_of() -> None:
    """A new kind of statement leaves a trace in the checked scheme; whoever adds one says here what the columns do with it."""
    assert {field.name for field in attrs.fields(CheckedScheme)} == SEEN


def test_a_generator_that_says_more_is_refused() -> None:
    """The columns know item, variables, source and condition; `by` is for the interpreter."""
    fields = {field.name for field in attrs.fields(n.Generator)}
    assert fields == GENERATOR | {"key"}


ASKED = {
    "largest": "sum(largest(xs, 2))",
    "smallest": "sum(smallest(xs, 2))",
    "median": "median(xs)",
    "quantile": "quantile(x, x / 100)",
    "stddev": "stddev(x)",
    "zscore": "zscore(x)",
    "sqrt": "sqrt(x)",
    "distinct": "count(distinct(xs))",
    "variance": "variance(xs)",
    "mean": "mean(x / (x + 1), among: all)",
    "root": "root(x, 3)",
    "power": "power(x, 2)",
    "ln": "ln(x)",
    "log": "log(x, 10)",
    "exp": "exp(x)",
    "normal_cdf": "normal_cdf(x)",
    "in_a_row": "in_a_row(2, y > 0 for y in trend if y != 1)",
    "streak": "streak(y > 0 for y in trend if y != 1)",
    "longest_streak": "longest_streak(y > 0 for y in trend, over: last 60 months)",
}


@pytest.mark.parametrize("name", sorted(ASKED))
def test_what_is_interpreted_is_refused_by_name(name: str) -> None:
    """
    An engine that is asked for by name says which function it does not know; `auto` lets the interpreter compute it, of each
    subject by itself or of the whole cohort.
    """
    declared = "input x : number\ninput xs : list of number max 4\ninput trend : number by month\n"
    scheme = tierlang.loads(f"assess every quarter\n{declared}v = {ASKED[name]}\n")
    rows = [
        {"id": "a", "x": 4, "xs": [1, 2, 5], "trend": [1, 0, 1]},
        {"id": "b", "x": 9, "xs": [1], "trend": [1, 2, 3]},
    ]
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme.rate_table(rows, period="2023-Q1", engine="duckdb")
    assert caught.value.diagnostics[0].code == "E-ENGINE"
    assert name in caught.value.diagnostics[0].args["reason"]
    wanted = scheme.rate(rows, period="2023-Q1")
    with scheme.rate_table(rows, period="2023-Q1") as outcome:
        assert outcome.engine == "duckdb"
        assert name in (outcome.why or "")
        assert [r.values for r in outcome] == [r.values for r in wanted.results]


def test_no_cohort_family_is_forgotten() -> None:
    """Calls over the cohort are lowered by cohort.py and statistics.py; the interpreter computes what is no rank besides."""
    over_cohort = {name for name, builtin in BUILTINS.items() if builtin.family in COHORT_FAMILIES}
    assert over_cohort >= cohort.NATIVE
    assert over_cohort | {"count", "sum", "mean", "min", "max"} == cohort.NATIVE | statistics.NATIVE | {
        "stddev",
        "zscore",
    }
    assert not calls.NATIVE & over_cohort
