"""Records whose values are of several kinds, and odd ids: the rater says of each what `rate` says."""

import itertools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import tierlang
from property.test_rater import told
from tierlang.rater.python import ended
from tierlang.rater.record import RecordResult

SCHEME = tierlang.loads(
    """
input name : text("a", "b")
input x : number 0 .. 1000
input n : count
input y : number
half = x / 2 + y
require n >= 10 and any(x >= 2.5, y >= 2.5)
tiers A > B > C
tier A if half >= 4
tier B
tier C otherwise
"""
)
FLOATS = ["refuse", "shortest"]
RATERS = {floats: SCHEME.rater(floats=floats) for floats in FLOATS}
VALUES = [
    3,
    2.5,
    -1,
    0.1,
    Decimal("2.5"),
    Fraction(5, 2),
    "2.5",
    True,
    10**16,
    1e300,
    None,
    "odd",
    Fraction(1, 3),
]
IDS = ["a", "p.1", "x" * 128, "x" * 129, 7, "", "a b", None, True, 1.5, ["a"], b"a", "²", "_"]


def found(call: Any, row: dict[str, Any]) -> Any:
    """What is said of a record, or the codes with which it is refused."""
    try:
        return call(row)
    except tierlang.DiagnosticError as error:
        return sorted(diagnostic.code for diagnostic in error.diagnostics)


def agree(row: dict[str, Any]) -> None:
    """The rater and `rate` say the same, and the level alone is that of the result."""
    for floats, rater in RATERS.items():
        wanted = found(lambda row, floats=floats: told(SCHEME.rate([row], floats=floats).results[0]), row)
        assert found(lambda row, rater=rater: told(rater(row)), row) == wanted
        assert found(lambda row, rater=rater: rater(row).tier, row) == found(rater.tier, row)


@pytest.mark.parametrize("x", VALUES, ids=repr)
def test_kinds_of_values(x: object) -> None:
    """Whichever number is the first that is no whole one."""
    for n, y in itertools.product([10, 9, 10.0, 2.5, "12", True], VALUES):
        agree({"id": "a", "name": "a", "x": x, "n": n, "y": y})


@pytest.mark.parametrize("id_", IDS, ids=repr)
def test_ids(id_: object) -> None:
    """Whole numbers and decimals are taken by two functions."""
    for x in (3, 2.5):
        agree({"id": id_, "name": "a", "x": x, "n": 10, "y": 4})
    agree({"name": "a", "x": 3, "n": 10, "y": 4})


def test_other_records() -> None:
    """Too few values, too many, another kind of mapping."""
    row = {"id": "a", "name": "a", "x": 2.5, "n": 10, "y": 4}
    agree({**row, "z": 1})
    for name in row:
        agree({key: value for key, value in row.items() if key != name})


def test_decimals_are_compiled() -> None:
    """As whole numbers are, and both together."""
    for x, y in itertools.product([3, 2.5, "2.5"], [4, 4.5, Decimal("4.5")]):
        assert isinstance(RATERS["shortest"]({"id": "a", "name": "a", "x": x, "n": 10, "y": y}), RecordResult)


def test_what_has_a_name_for_one_use() -> None:
    """It stands where it is used, unless it is used twice, not at all, or may cost something."""
    import ast

    def joined(text: str) -> str:
        *statements, last = ast.parse(text).body
        return "; ".join(map(ast.unparse, ended(statements, last)))

    assert joined("r = x > 1\nreturn_(r)") == "return_(x > 1)"
    for kept in (
        "r = x > 1\nreturn_(r, r)",
        "r = x > 1\nreturn_(s)",
        "r = f(x)\nreturn_(r)",
        "f(x)\nreturn_(r)",
    ):
        assert joined(kept) == kept.replace("\n", "; ")


@pytest.mark.parametrize("call", [SCHEME.rate, SCHEME.freeze, SCHEME.rate_table])
def test_what_is_wished_of_floats(call: Any) -> None:
    """A word that is none is no silent refusal of floats."""
    with pytest.raises(ValueError, match="floats is 'refuse' or 'shortest', not 'Shortest'"):
        call([{"id": "a"}], floats="Shortest")
    with pytest.raises(ValueError, match="floats is 'refuse' or 'shortest', not 'Shortest'"):
        SCHEME.rater(floats="Shortest")
