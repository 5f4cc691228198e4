"""Explanations of single subjects of a rated table: word for word the interpreter's, places and neighbours included."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import tierlang
from columnar.shared import one_workshop
from columnar.worlds import WORLDS
from property.generate import Sample, samples
from property.profiles import examples
from property.test_agreement import load
from tierlang.data import read_subjects


@pytest.mark.parametrize("disclose", ["none", "places", "ids"])
@pytest.mark.parametrize("name", WORLDS)
def test_published_schemes(name: str, disclose: str, tmp_path: Path) -> None:
    """Some subjects of each scheme with a table, in both languages."""
    world = WORLDS[name](60, tmp_path)
    data = read_subjects(world.subjects, world.scheme.fields, tables=world.children)
    wanted = world.scheme.rate(data.rows, period=world.period)
    with world.scheme.rate_table(
        world.subjects, children=world.children, period=world.period, engine="duckdb"
    ) as outcome:
        for result in list(outcome)[::7]:
            for lang in ("en", "zh"):
                mine = result.explain(lang, disclose=disclose)
                assert mine == wanted[result.id].explain(lang, disclose=disclose)
        with pytest.raises(KeyError):
            outcome["nobody"]


RANKED = """
ranking best: {best}, ties: {ties}, missing: {missing}, among: eligible
input group : text
input x : number
input y : number
eligible if group != "out"
p = place(x, then: y, within: group)
q = top_share(x / y)
r = rank(p, among: all)
"""
ROWS: list[dict[str, Any]] = [
    {
        "id": f"m{i}",
        "group": ("a", "b", "out")[i % 3],
        "x": None if i % 11 == 5 else i * 7 % 5,
        "y": None if i % 7 == 3 else 1 + i * 3 % 4,
    }
    for i in range(40)
]


@pytest.mark.parametrize("best", ["high", "low"])
@pytest.mark.parametrize("ties", ["min", "max", "avg", "dense"])
@pytest.mark.parametrize("missing", ["exclude", "last"])
def test_places(best: str, ties: str, missing: str) -> None:
    """Groups, tie-breaks, quotients, ranks of ranks, members without a value: the same places and the same neighbours."""
    scheme = tierlang.loads(
        RANKED.format(best=best, ties=ties, missing=missing)
        + "tiers A > B\ntier A if p + q + r >= 3\ntier B otherwise\n"
    )
    wanted = scheme.rate(ROWS)
    with one_workshop(), scheme.rate_table(ROWS, engine="duckdb") as outcome:
        for row in ROWS:
            mine = outcome[row["id"]].explain(disclose="ids")
            assert mine == wanted[row["id"]].explain(disclose="ids")


@examples(60)
@given(samples())
def test_random_schemes(sample: Sample) -> None:
    """Whatever the scheme, the first subject's explanation is the interpreter's."""
    scheme = load(sample)
    given_values: dict[str, Any] = {"period": sample.period, "params": sample.params, "tables": sample.tables}
    try:
        wanted = scheme.rate(sample.rows, **given_values)
    except tierlang.DiagnosticError:
        return
    if not wanted.results:
        return
    first = wanted.results[0]
    with one_workshop(), scheme.rate_table(list(sample.rows), **given_values) as outcome:
        assert outcome[first.id].explain(disclose="ids") == first.explain(disclose="ids")
