"""
Three rules, written for every contender: a requirement and either of two others, five bands, a weighted score with bands.

Every form gives the level of a record as text. Records give whole numbers; those of the last rule also decimals.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

Record = dict[str, Any]
WEIGHTS = (20, 15, 15, 10, 10, 10, 5, 5, 5, 5)
"""Percent, for ten indicators."""

INDICATORS = tuple(f"k{number}" for number in range(len(WEIGHTS)))


@attrs.frozen
class Rule:
    """
    One rule in every language.

    Attributes:
        tier: a scheme.
        expression: an expression with ``?:``, as CEL and ZEN have it.
        logic: JSONLogic.
        plain: by hand, as one would write it first: no value is looked at before it is used.
        checked: by hand, as careful as a scheme: exact, every value of the right type and within its range, or an error;
            and the result says who, which status, and what the score is.
        records: records with the level that they have.
        names: what the records give besides the id.
    """

    name: str
    tier: str
    expression: str
    logic: Any
    plain: Callable[[Record], str]
    checked: Callable[[Record], "Rated"]
    records: tuple[tuple[Record, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the records give besides the id."""
        return tuple(name for name in self.records[0][0] if name != "id")


class Rated:
    """The least that a result by hand would be."""

    __slots__ = ("id", "status", "tier", "values")

    def __init__(self, id_: str, status: str, tier: str, values: Mapping[str, object]) -> None:
        self.id = id_
        self.status = status
        self.tier = tier
        self.values = values


def _identified(record: Record) -> str:
    id_ = record["id"]
    if not isinstance(id_, str) or not id_.isalnum() or len(id_) > 128:
        raise ValueError("id")
    return id_


# ------------------------------------------------------------------ a requirement and either of two others


def _plain_silver(record: Record) -> str:
    if record["orders"] >= 9_000_000 and (record["active"] >= 1000 or record["qualified"] >= 150):
        return "SILVER"
    return "BASE"


def _checked_silver(record: Record) -> Rated:
    id_ = _identified(record)
    orders, active, qualified = record["orders"], record["active"], record["qualified"]
    for value in (orders, active, qualified):
        if value.__class__ is not int or value < 0:
            raise ValueError(value)
    silver = orders >= 9_000_000 and (active >= 1000 or qualified >= 150)
    return Rated(id_, "rated", "SILVER" if silver else "BASE", {})


SILVER = Rule(
    "the Douyin silver rule",
    tier="""
input orders : count
input active : count
input qualified : count
require orders >= 9_000_000 and any(active >= 1000, qualified >= 150)
tiers SILVER > BASE
tier SILVER
tier BASE otherwise
""",
    expression="orders >= 9000000 && (active >= 1000 || qualified >= 150) ? 'SILVER' : 'BASE'",
    logic={
        "if": [
            {
                "and": [
                    {">=": [{"var": "orders"}, 9_000_000]},
                    {"or": [{">=": [{"var": "active"}, 1000]}, {">=": [{"var": "qualified"}, 150]}]},
                ]
            },
            "SILVER",
            "BASE",
        ]
    },
    plain=_plain_silver,
    checked=_checked_silver,
    records=(
        ({"id": "a1", "orders": 9_100_000, "active": 900, "qualified": 160}, "SILVER"),
        ({"id": "a2", "orders": 9_000_000, "active": 999, "qualified": 149}, "BASE"),
    ),
)

# ------------------------------------------------------------------ five bands

BANDS = (("FIVE", 95), ("FOUR", 90), ("THREE", 80), ("TWO", 70))


def _plain_bands(record: Record) -> str:
    score = record["score"]
    if score >= 95:
        return "FIVE"
    if score >= 90:
        return "FOUR"
    if score >= 80:
        return "THREE"
    return "TWO" if score >= 70 else "FAIL"


def _checked_bands(record: Record) -> Rated:
    id_ = _identified(record)
    score = record["score"]
    if score.__class__ is not int or not 0 <= score <= 100:
        raise ValueError(score)
    return Rated(id_, "rated", _plain_bands(record), {})


def _logic_bands(score: Any, bands: tuple[tuple[str, int], ...], last: str) -> Any:
    parts: list[Any] = []
    for level, bound in bands:
        parts += [{">=": [score, bound]}, level]
    return {"if": [*parts, last]}


GBT = Rule(
    "five bands of GB/T 31526",
    tier="""
input score : number 0..100
tiers FIVE > FOUR > THREE > TWO > FAIL exclusive
tier FIVE  if score >= 95
tier FOUR  if 90 <= score < 95
tier THREE if 80 <= score < 90
tier TWO   if 70 <= score < 80
tier FAIL  otherwise
""",
    expression="score >= 95 ? 'FIVE' : (score >= 90 ? 'FOUR' : "
    "(score >= 80 ? 'THREE' : (score >= 70 ? 'TWO' : 'FAIL')))",
    logic=_logic_bands({"var": "score"}, BANDS, "FAIL"),
    plain=_plain_bands,
    checked=_checked_bands,
    records=(({"id": "a1", "score": 85}, "THREE"), ({"id": "a2", "score": 69}, "FAIL")),
)

# ------------------------------------------------------------------ a weighted score

SCORE_BANDS = (("A", 90), ("B", 75), ("C", 60))


def _plain_score(record: Record) -> str:
    score = (
        record["k0"] * 0.2
        + record["k1"] * 0.15
        + record["k2"] * 0.15
        + record["k3"] * 0.1
        + record["k4"] * 0.1
        + record["k5"] * 0.1
        + record["k6"] * 0.05
        + record["k7"] * 0.05
        + record["k8"] * 0.05
        + record["k9"] * 0.05
    )
    if score >= 90:
        return "A"
    if score >= 75:
        return "B"
    return "C" if score >= 60 else "D"


_EXACT = tuple(Fraction(weight, 100) for weight in WEIGHTS)


def _checked_score(record: Record) -> Rated:
    id_ = _identified(record)
    score = Fraction(0)
    for name, weight in zip(INDICATORS, _EXACT, strict=True):
        value = record[name]
        if value.__class__ is not int and value.__class__ is not Decimal:
            raise TypeError(name)
        if not 0 <= value <= 100:
            raise ValueError(name)
        score += Fraction(value) * weight
    level = "A" if score >= 90 else "B" if score >= 75 else "C" if score >= 60 else "D"
    return Rated(id_, "rated", level, {"score": score})


_SUM = " + ".join(f"{name} * 0.{weight:02d}" for name, weight in zip(INDICATORS, WEIGHTS, strict=True))
_DECLARED = "\n".join(f"input {name} : number 0..100" for name in INDICATORS)
_WEIGHTED = " + ".join(f"{name} * {weight}%" for name, weight in zip(INDICATORS, WEIGHTS, strict=True))
_LOGIC_SUM = {
    "+": [{"*": [{"var": name}, weight / 100]} for name, weight in zip(INDICATORS, WEIGHTS, strict=True)]
}
_TIERS = """
tiers A > B > C > D
tier A if score >= 90
tier B if score >= 75
tier C if score >= 60
tier D otherwise
"""


def _score_rule(name: str, records: tuple[tuple[Record, str], ...]) -> Rule:
    return Rule(
        name,
        tier=f"{_DECLARED}\nscore = {_WEIGHTED}\n{_TIERS}",
        expression=f"({_SUM}) >= 90.0 ? 'A' : (({_SUM}) >= 75.0 ? 'B' : (({_SUM}) >= 60.0 ? 'C' : 'D'))",
        logic=_logic_bands(_LOGIC_SUM, SCORE_BANDS, "D"),
        plain=_plain_score,
        checked=_checked_score,
        records=records,
    )


def _indicators(start: int, step: int, factor: Any = 1) -> Record:
    return {"id": "a1", **{name: (start + step * i) * factor for i, name in enumerate(INDICATORS)}}


TEN = _score_rule(
    "ten weighted indicators",
    ((_indicators(60, 3), "C"), (_indicators(100, -1), "A"), (_indicators(40, 1), "D")),
)
TEN_DECIMALS = _score_rule(
    "ten weighted indicators with decimals",
    ((_indicators(61, 3, 0.995), "C"), (_indicators(99, -1, 0.995), "A"), (_indicators(41, 1, 0.995), "D")),
)
RULES = (SILVER, GBT, TEN, TEN_DECIMALS)
