"""
Polars agrees with the interpreter on random schemes, or refuses them because a number may need more than 64 bits.

TIER_EXAMPLES=20000 makes a long run with other schemes than the usual ones.
"""

from typing import Any

from hypothesis import assume, given

import tierlang
from columnar.shared import one_workshop
from columnar.test_agreement import plain
from property.generate import Sample, samples
from property.profiles import examples
from property.test_agreement import load


@examples(500)
@given(samples())
def test_polars_agrees_with_the_interpreter(sample: Sample) -> None:
    """Nothing that a result says differs; what is refused is refused by both."""
    scheme = load(sample)
    given_values: dict[str, Any] = {"period": sample.period, "params": sample.params, "tables": sample.tables}
    refused: set[str] = set()
    try:
        wanted = scheme.rate(sample.rows, **given_values)
    except tierlang.DiagnosticError as error:
        refused = {d.code for d in error.diagnostics}
    with one_workshop("polars"):
        try:
            outcome = scheme.rate_table(list(sample.rows), engine="polars", **given_values)
        except tierlang.DiagnosticError as error:
            codes = {d.code for d in error.diagnostics}
            assume(codes != {"E-ENGINE"})
            assert codes == refused
            return
        assert not refused
        with outcome:
            assert outcome.engine == "polars"
            assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
            assert outcome.header == wanted.header
            assert outcome.warnings == wanted.warnings
