"""
The interpreter agrees with the naive evaluator on random schemes, and keeps the properties that the language promises.

TIER_EXAMPLES=20000 makes a long run with other schemes than the usual ones.
"""

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import oracle
import tierlang
from property.cohorts import Chooser, enriched
from property.generate import Sample, full_width, permuted, samples
from property.profiles import examples
from tierlang.run.values import Undetermined


def load(sample: Sample) -> tierlang.Scheme:
    """The scheme of a sample; the few that the checker refuses are passed over."""
    try:
        return tierlang.loads(sample.text, name="sample.tier")
    except tierlang.DiagnosticError:
        assume(False)
        raise


def rate(
    sample: Sample, rows: Iterable[Mapping[str, Any]] | None = None, text: str | None = None
) -> tierlang.Outcome:
    """The outcome of a sample; with other rows, or of another text that must be accepted, if they are given."""
    scheme = load(sample) if text is None else tierlang.loads(text, name="sample.tier")
    given_rows = sample.rows if rows is None else rows
    return scheme.rate(given_rows, period=sample.period, params=sample.params, tables=sample.tables)


# ------------------------------------------------------------------ the naive evaluator

TOLD = frozenset({"missing", "no-parameter"})
"""The causes of which the naive evaluator tells what they are about."""

SPELLED = {"no-day": "no-date"}
"""Causes that it calls by another name."""


def causes_of(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Causes in the form in which both evaluators tell them."""
    return frozenset((SPELLED.get(code, code), path if code in TOLD else "") for code, path in pairs)


def form_of(value: Any) -> Any:
    """A value for comparison: the causes of what is not known, else the value, true being no 1."""
    if isinstance(value, Undetermined):
        return causes_of((cause.code, cause.path) for cause in value.causes)
    if isinstance(value, oracle.Undetermined):
        return causes_of(value.causes)
    return (isinstance(value, bool), value)


def same_value(found: Any, wanted: Any) -> bool:
    """
    Whether the interpreter found what the naive evaluator wants.

    Where all values of a cohort or all parts of a weighted sum are unknown, the interpreter tells why besides "empty".
    """
    mine, theirs = form_of(found), form_of(wanted)
    if isinstance(mine, frozenset) and isinstance(theirs, frozenset):
        more = getattr(found, "more", 0) or ("empty", "") in mine
        return bool(mine == theirs or (more and (mine <= theirs or theirs <= mine)))
    return bool(mine == theirs)


def whole_inputs(assumed: Iterable[str], sample: Sample) -> list[str]:
    """The plain inputs among those that took their default; of series and child rows the other one tells less."""
    plain = {declared.name for declared in sample.inputs if declared.shape == "plain"}
    return [name for name in assumed if name in plain]


@examples(150)
@given(samples())
def test_interpreter_agrees_with_the_naive_evaluator(sample: Sample) -> None:
    """Status, level, bounds, failed rules, every value and every set of causes are the same."""
    outcome = rate(sample)
    wanted = oracle.evaluate(sample.text, sample.rows, sample.period, sample.params, sample.tables)
    assert sorted(result["id"] for result in wanted) == [result.id for result in outcome.results]
    for expected in wanted:
        result = outcome[expected["id"]]
        for key in ("status", "tier", "at_least", "at_most", "provisional"):
            assert getattr(result, key) == expected[key], (result.id, key)
        assert list(result.failed) == expected["failed"]
        assert whole_inputs(result.assumed, sample) == whole_inputs(expected["assumed"], sample)
        for name, value in result.values.items():
            wanted_value = expected["values"][name]
            assert same_value(value, wanted_value), f"{name} of {result.id}: {value}, not {wanted_value}"


def test_the_generator_is_worth_its_name() -> None:
    """Nearly all schemes are accepted, and every status and the common causes occur."""
    seen: set[str] = set()
    counts = {"accepted": 0, "refused": 0}

    @examples(240)
    @given(samples())
    def look(sample: Sample) -> None:
        try:
            tierlang.loads(sample.text)
        except tierlang.DiagnosticError:
            counts["refused"] += 1
            return
        counts["accepted"] += 1
        for result in rate(sample).results:
            seen.add(result.status)
            unknown = [value for value in result.values.values() if isinstance(value, Undetermined)]
            seen.update(cause.code for value in unknown for cause in value.causes)

    look()
    assert counts["accepted"] > 12 * counts["refused"]
    assert seen >= {"rated", "unrated", "ineligible", "vetoed", "undetermined"}
    assert seen >= {"missing", "not-ranked"}


def test_a_member_without_a_value_gets_the_low_end() -> None:
    """`minmax` with `missing: last` says so; the random schemes leave this out."""
    scheme = tierlang.loads("input x : number\nv = minmax(x, 0, 10, missing: last, among: all)\n")
    outcome = scheme.rate([{"id": "a", "x": 5}, {"id": "b"}])
    assert (outcome["a"].values["v"], outcome["b"].values["v"]) == (10, 0)


# ------------------------------------------------------------------ what makes no difference


def facts_of(outcome: tierlang.Outcome) -> list[dict[str, Any]]:
    """What a run says of everybody, without places in the text."""
    return [
        {
            "id": result.id,
            "decision": (result.status, result.tier, result.at_least, result.at_most, result.provisional),
            "values": {name: form_of(value) for name, value in result.values.items()},
            "failed": sorted(name.partition("@")[0] for name in result.failed),
            "assumed": sorted(result.assumed),
        }
        for result in outcome.results
    ]


def document(outcome: tierlang.Outcome) -> str:
    """The document of a run, as it would be written."""
    return json.dumps(outcome.as_dict(), ensure_ascii=False)


@examples(40)
@given(samples(), st.data())
def test_order_of_rows_means_nothing(sample: Sample, data: st.DataObject) -> None:
    """The document is the same, byte for byte."""
    assert document(rate(sample)) == document(rate(sample, Chooser(data.draw).shuffled(sample.rows)))


@examples(40)
@given(samples(), st.data())
def test_order_of_statements_means_nothing(sample: Sample, data: st.DataObject) -> None:
    """Values, causes and statuses are the same."""
    expected = facts_of(rate(sample))
    assert facts_of(rate(sample, text=permuted(sample, Chooser(data.draw)))) == expected


@examples(40)
@given(samples())
def test_full_width_and_ascii_spellings_agree(sample: Sample) -> None:
    """A scheme typed with a Chinese keyboard says the same."""
    expected = facts_of(rate(sample))
    wide = full_width(sample.text)
    assert not wide.isascii()
    assert facts_of(rate(sample, text=wide)) == expected


@examples(25)
@given(samples())
def test_a_second_run_gives_the_same_bytes(sample: Sample) -> None:
    """Also where the scheme is loaded anew."""
    assert document(rate(sample)) == document(rate(sample))


# ------------------------------------------------------------------ ranks

RANKS = (
    "rank(x{})",
    "place(x{})",
    "scaled_rank(x, 100{})",
    "top_share(x{})",
    "percent_rank(x{})",
    "cume_share(x{})",
    "minmax(x, 0, 10{})",
)
SMALL = st.fractions(min_value=-5, max_value=5, max_denominator=3)
OPTIONS = st.tuples(
    *(
        st.sampled_from(words)
        for words in (("high", "low"), ("min", "max", "avg", "dense"), ("exclude", "last"))
    )
)


@examples(50)
@given(st.lists(st.none() | SMALL, max_size=8), SMALL.filter(lambda factor: factor > 0), OPTIONS)
def test_scaling_a_ranked_column_keeps_the_ranks(
    column: list[Fraction | None], factor: Fraction, options: tuple[str, str, str]
) -> None:
    """Places, ranks, shares and the linear scale do not depend on the unit of what is ranked."""
    best, ties, missing = options
    header = f"ranking best: {best}, ties: {ties}, missing: {missing}, among: eligible\ninput x : number\n"
    body = "".join(f"v{i} = {call.format('')}\n" for i, call in enumerate(RANKS))
    scheme = tierlang.loads(header + body)
    values = []
    for scale in (Fraction(1), factor):
        rows = [{"id": f"m{i}", "x": None if x is None else x * scale} for i, x in enumerate(column)]
        values.append([result.values for result in scheme.rate(rows).results])
    assert values[0] == values[1]


# ------------------------------------------------------------------ evidence


@examples(80)
@given(samples(monotone=True), st.data())
def test_evidence_contradicts_nothing_that_was_certain(sample: Sample, data: st.DataObject) -> None:
    """With more data, what was determined stays, and what was not stays within its bounds."""
    before = rate(sample)
    after = rate(sample, enriched(Chooser(data.draw), sample.rows, sample.inputs, sample.ladder))
    for old, new in zip(before.results, after.results, strict=True):
        for name, value in old.values.items():
            assert isinstance(value, Undetermined) or form_of(value) == form_of(new.values[name]), name
        if old.status != "undetermined":
            assert (old.status, old.tier) == (new.status, new.tier)
            assert set(old.failed) <= set(new.failed)
        elif new.status == "rated" and sample.ladder:
            assert new.tier is not None
            height = [*reversed(sample.ladder)].index
            assert old.at_most is not None and height(new.tier) <= height(old.at_most)
            assert old.at_least is None or height(new.tier) >= height(old.at_least)
        else:
            assert old.at_least is None or new.status == "undetermined"


# ------------------------------------------------------------------ cost


@examples(25)
@given(samples())
def test_a_run_may_spend_its_budget_and_no_more(sample: Sample) -> None:
    """With exactly its cost as budget a run ends; with one unit less it is stopped."""
    scheme, arguments = (
        load(sample),
        {"period": sample.period, "params": sample.params, "tables": sample.tables},
    )
    cost = scheme.rate(sample.rows, **arguments).cost
    assert scheme.rate(sample.rows, budget=cost, **arguments).cost == cost
    assume(cost)
    with pytest.raises(tierlang.BudgetExceeded):
        scheme.rate(sample.rows, budget=cost - 1, **arguments)


@examples(60)
@given(samples())
def test_cost_is_within_its_static_bound(sample: Sample) -> None:
    """What a full cohort costs is at most what the declared maxima say."""
    header = [s for s in sample.header if not s.startswith("cohort")]
    tight = attrs.evolve(sample, header=(*header, f"cohort provider max {max(1, len(sample.rows))}"))
    assert rate(tight).cost <= load(tight).cost.total
