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
    """In every section at least a third of the cases are programs or data that must be refused."""
    bad = {section: [not c.is_good for c in CASES if c.section == section] for section in {c.section for c in CASES}}
    assert {section for section, marks in bad.items() if 3 * sum(marks) < len(marks)} == set()
