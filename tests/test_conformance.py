"""Every engine gives every conformance case the answer that the law gives it."""

import pytest

from conformance.engines import ENGINES
from conformance.loader import Case, disagreements, read_cases

CASES = read_cases()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_engine_agrees(case: Case, engine: str) -> None:
    """What the engine finds and computes is what the case expects."""
    assert disagreements(case, ENGINES[engine](case)) == []


def test_share_of_bad_cases() -> None:
    """At least a third of the cases are schemes or data that must be refused."""
    assert 3 * sum(not case.is_good for case in CASES) >= len(CASES)
