"""Days in rows: one way of writing them."""

import datetime

import pytest

import tierlang

SCHEME = tierlang.loads("input d : date\ny = d\n")
OTHERS = [
    "2023-W31-2",
    "2023W31-02",
    "20230801",
    "2023-8-1",
    "2023-02-29",
    "2023-08-01 ",
    "",
    "0000-01-01",
    "２０２３-08-01",
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_ways(text: str) -> None:
    """Are refused, by the interpreter and by a rater."""
    for rate in (lambda row: SCHEME.rate([row]), SCHEME.rater()):
        with pytest.raises(tierlang.DiagnosticError) as caught:
            rate({"id": "a", "d": text})
        (found,) = caught.value.diagnostics
        assert (found.code, found.args["expected"]) == ("E-DATA-TYPE", "a date such as 2023-08-01")


def test_the_one_way() -> None:
    """Year, month and day."""
    assert SCHEME.rate([{"id": "a", "d": "2024-02-29"}])["a"].values["y"] == datetime.date(2024, 2, 29)
    assert SCHEME.rater()({"id": "a", "d": "2024-02-29"}).values["y"] == datetime.date(2024, 2, 29)
