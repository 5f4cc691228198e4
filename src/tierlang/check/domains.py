"""Which values an expression can have, from declared ranges, grids and what it does with them; never too few."""

import datetime
import math
from fractions import Fraction

from tierlang.check.facts import Facts
from tierlang.check.intervals import EVERY_NUMBER, Choices, Domain, Numbers, exact
from tierlang.syntax import nodes as n
from tierlang.types import (
    BoolType,
    DateType,
    Exact,
    ListType,
    NumberType,
    SeriesType,
    TextType,
    TierType,
    Type,
)

MAX_DEPTH = 60
"""Expressions and definitions inside one another, as far as they are followed; beyond that every value is possible."""

MAX_BITS = 4096
"""Ends of ranges that are longer than this are forgotten."""

TRUTH = Choices((0, 1))
DAYS_OF_CALENDAR = Numbers(1, datetime.date.max.toordinal(), step=1)
FROM_ZERO = Numbers(0)
WHOLE_FROM_ZERO = Numbers(0, step=1)
WHOLE = Numbers(step=1)

_CALLS = {
    "count": WHOLE_FROM_ZERO,
    "rank": Numbers(1, step=Fraction(1, 2)),
    "place": Numbers(1, step=Fraction(1, 2)),
    "top_share": Numbers(0, 1, low_in=False),
    "cume_share": Numbers(0, 1, low_in=False),
    "percent_rank": Numbers(0, 1),
    "sqrt": FROM_ZERO,
    "stddev": FROM_ZERO,
    "full_months": WHOLE,
    "full_years": WHOLE,
    "days_between": WHOLE,
}
_RANGED_NAMES = {"bonuses": FROM_ZERO, "deductions": FROM_ZERO}
_LIKE_THEIR_ARGUMENTS = frozenset({"min", "max", "largest", "smallest", "median", "quantile", "mean"})
_STAY_ON_GRID = frozenset({"min", "max", "largest", "smallest"})


def declared_domain(kind: Type, levels: int = 0) -> Domain:
    """The values of a declared type; *levels* is the length of the ladder."""
    match kind:
        case BoolType():
            return TRUTH
        case DateType():
            return DAYS_OF_CALENDAR
        case TextType(choices=choices):
            return Choices(choices, others=not choices)
        case TierType():
            return Choices(tuple(range(levels)))
        case NumberType(kind=name, low=low, high=high, step=step):
            if low is None and name in {"count", "share"}:
                low = 0
            if high is None and name == "share":
                high = 1
            if step is not None:
                return Numbers(low, high, step=step, origin=low or 0)
            return Numbers(low, high, step=1 if name in {"count", "days"} else None)
        case _:
            return EVERY_NUMBER


class Domains:
    """Finds the domains of one scheme's expressions, each name once."""

    def __init__(self, facts: Facts, levels: int = 0) -> None:
        self.facts = facts
        self.levels = levels
        self._known: dict[str, Numbers | Choices] = {}
        self._adjusted = {s.ident.text for s in facts.file.statements if isinstance(s, n.Adjust)}
        self._half_places = _has_average_ties(facts.file)

    def of(self, expr: n.Expr, kind: Type) -> Domain:
        """The values that *expr*, which has the type *kind*, can have."""
        if isinstance(kind, BoolType | DateType | TextType | TierType):
            return declared_domain(kind, self.levels)
        return self._of(expr, 0)

    def _of(self, expr: n.Expr, depth: int) -> Domain:
        if depth > MAX_DEPTH:
            return EVERY_NUMBER
        match expr:
            case n.NumberLiteral(value=value):
                return _point(value)
            case n.Name(ident=ident):
                return self._named(expr, ident.text, depth)
            case n.Group(inner=inner):
                return self._of(inner, depth + 1)
            case n.Attribute() | n.Index():
                return declared_domain(self.facts.types(expr), self.levels)
            case n.Band(arms=arms) | n.Match(arms=arms):
                return self._arms(arms, depth)
            case n.Call():
                return self._call(expr, depth)
            case _:
                return self._computed(expr, depth)

    def _named(self, expr: n.Expr, name: str, depth: int) -> Domain:
        if name in self._known:
            return self._known[name]
        constant = self.facts.params.get(name)
        if constant is not None:
            found: Domain = _point(constant)
        elif name in self.facts.inputs:
            found = declared_domain(self.facts.inputs[name], self.levels)
        elif name in self._adjusted:
            found = FROM_ZERO
        elif name in self.facts.definitions:
            self._known[name] = EVERY_NUMBER  # should it need itself, which is reported elsewhere
            found = self._of(self.facts.definitions[name], depth + 1)
        else:
            found = _RANGED_NAMES.get(name) or declared_domain(self.facts.types(expr), self.levels)
        if depth == 0 or name not in self.facts.definitions:
            self._known[name] = found  # deeper down the answer may have been cut short
        else:
            self._known.pop(name, None)
        return found
