"""Frozen cohorts as JSON data: what is no such data is refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

import tierlang

SCHEME = tierlang.loads("input x : count\np = place(x)\n")
ROWS = [{"id": "a", "x": 1}, {"id": "b", "x": 2}]
DAMAGES: dict[str, Callable[[Any], object]] = {
    "another schema": lambda data: data.update(schema="tier.result/1"),
    "no ids": lambda data: data.pop("ids"),
    "ids that are numbers": lambda data: data.update(ids=[1, 2]),
    "a member too few": lambda data: [data["calls"][0][name].pop() for name in ("keys", "arguments", "groups")],
    "an id too many": lambda data: data["calls"][0]["ids"].append("c"),
    "an id twice": lambda data: data["calls"][0].update(ids=["a", "a"]),
    "columns of two lengths": lambda data: data["calls"][0]["keys"].pop(),
    "no call": lambda data: data.update(calls=[]),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_data(name: str) -> None:
    """Nobody is dropped silently."""
    data = copy.deepcopy(SCHEME.freeze(ROWS).as_dict())
    DAMAGES[name](data)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        SCHEME.rater(cohort=tierlang.FrozenCohort.from_dict(data))
    assert [found.code for found in caught.value.diagnostics] == ["E-FROZEN-FORM"]


def test_good_data() -> None:
    """What was frozen is taken."""
    frozen = tierlang.FrozenCohort.from_dict(SCHEME.freeze(ROWS).as_dict())
    assert SCHEME.rater(cohort=frozen)({"id": "c", "x": 3}).values["p"] == 1
