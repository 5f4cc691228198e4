"""
DuckDB and Polars agree with the interpreter on random schemes: every status, level, bound, value, cause and warning.

TIER_EXAMPLES=20000 makes a long run with other schemes than the usual ones.
"""

from collections.abc import Mapping
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis.strategies import booleans, sampled_from

import tierlang
from columnar.as_tables import as_files, as_tables
from columnar.shared import one_workshop, plain
from property.generate import Sample, samples
from property.profiles import examples
from property.test_agreement import load


@examples(800)
@given(samples())
def test_duckdb_agrees_with_the_interpreter(sample: Sample) -> None:
    """Nothing that a result says differs; what is refused is refused by both."""
    compare(sample)


@examples(500)
@given(samples())
def test_polars_agrees_with_the_interpreter(sample: Sample) -> None:
    """The same, but for numbers beyond 64 bits, which are refused."""
    compare(sample, "polars")


@examples(300)
@given(samples())
def test_ranks_by_counting(sample: Sample) -> None:
    """The same where members are counted by value instead of sorted, however few there are of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tierlang.columnar.sql.histogram.MEMBERS_FOR_EACH", 0)
        patch.setattr("tierlang.columnar.sql.histogram.combinations", lambda cells: 0)
        compare(sample)


@examples(300)
@given(samples(), booleans())
def test_stages(sample: Sample, counts: bool) -> None:
    """The same where the values are looked at before they are ranked, whether they are then counted or sorted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tierlang.columnar.engines.duck.STAGED", 0)
        patch.setattr("tierlang.columnar.sql.histogram.combinations", lambda cells: inf)
        patch.setattr("tierlang.columnar.sql.histogram.MEMBERS_FOR_EACH", 0 if counts else 10**9)
        compare(sample)


@examples(400)
@given(samples())
def test_tables(sample: Sample) -> None:
    """The same from tables, where child rows stand apart, and subjects whose child rows have like gaps are told alike."""
    found = as_tables(sample)
    assume(found is not None)
    assert found is not None
    compare(found[0], tables=found[1])


@examples(200)
@given(samples(), sampled_from(["duckdb", "polars"]))
def test_files(sample: Sample, engine: str) -> None:
    """The same from files of Parquet, which Polars reads by itself, and results that follow from each row are not held."""
    found = as_tables(sample)
    assume(found is not None and sample.rows)  # a file of nobody is refused
    assert found is not None
    with TemporaryDirectory() as folder:
        compare(found[0], engine, as_files(found[1], Path(folder)))


def compare(sample: Sample, engine: str = "auto", tables: Mapping[str, Any] | None = None) -> None:
    """Rate a sample twice, the second time from its *tables* if there are any; hold the results against each other."""
    scheme = load(sample)
    given_values: dict[str, Any] = {"period": sample.period, "params": sample.params, "tables": sample.tables}
    refused: set[str] = set()
    try:
        wanted = scheme.rate(sample.rows, **given_values)
    except tierlang.DiagnosticError as error:
        refused = {d.code for d in error.diagnostics}
    with one_workshop(engine):
        try:
            main, children = list(sample.rows), dict(tables or {})
            source = children.pop("subjects", main)
            outcome = scheme.rate_table(source, children=children, engine=engine, **given_values)
        except tierlang.DiagnosticError as error:
            codes = {d.code for d in error.diagnostics}
            assume(engine == "auto" or codes != {"E-ENGINE"})
            assert codes == refused
            return
        assert not refused
        with outcome:
            assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
            assert outcome.header == wanted.header
            assert outcome.warnings == wanted.warnings
