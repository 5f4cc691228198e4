"""
DuckDB agrees with the interpreter on random schemes: every status, level, bound, value, cause and warning.

TIER_EXAMPLES=20000 makes a long run with other schemes than the usual ones.
"""

from typing import Any

import pytest
from hypothesis import given

import tierlang
from columnar.shared import one_workshop, plain
from property.generate import Sample, samples
from property.profiles import examples
from property.test_agreement import load


@examples(800)
@given(samples())
def test_duckdb_agrees_with_the_interpreter(sample: Sample) -> None:
    """Nothing that a result says differs; what is refused is refused by both."""
    compare(sample)


@examples(300)
@given(samples())
def test_ranks_by_counting(sample: Sample) -> None:
    """The same where members are counted by value instead of sorted, however few there are of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tierlang.columnar.histogram.MEMBERS_FOR_EACH", 0)
        patch.setattr("tierlang.columnar.histogram.combinations", lambda cells: 0)
        compare(sample)


def compare(sample: Sample) -> None:
    """Rate a sample twice, and hold the results against each other."""
    scheme = load(sample)
    given_values: dict[str, Any] = {"period": sample.period, "params": sample.params, "tables": sample.tables}
    try:
        wanted = scheme.rate(sample.rows, **given_values)
    except tierlang.DiagnosticError as refused:
        codes = {d.code for d in refused.diagnostics}
        with one_workshop():
            try:
                scheme.rate_table(list(sample.rows), **given_values).close()
            except tierlang.DiagnosticError as error:
                assert {d.code for d in error.diagnostics} == codes
                return
        raise AssertionError(codes) from refused
    with one_workshop(), scheme.rate_table(list(sample.rows), **given_values) as outcome:
        assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
        assert outcome.header == wanted.header
        assert outcome.warnings == wanted.warnings
