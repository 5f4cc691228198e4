"""The naive evaluator agrees with every conformance case, so that the two say the same law."""

import attrs
import pytest

from conformance.engines import ask_oracle
from conformance.loader import Case, disagreements, read_cases

GOOD = [case for case in read_cases() if case.is_good and case.expect and case.libraries is None]


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.id)
def test_oracle_agrees(case: Case) -> None:
    """What the oracle computes is what the case expects."""
    assert disagreements(attrs.evolve(case, warnings=None), ask_oracle(case)) == []
