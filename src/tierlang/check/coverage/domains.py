"""Which values an expression can have, from declared ranges, grids and what it does with them; never too few."""

import datetime
from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from tierlang.check.coverage import ranges
from tierlang.check.coverage.intervals import EVERY_NUMBER, Choices, Domain, Numbers
from tierlang.check.facts import Facts
from tierlang.check.units import constant
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import Nodes
from tierlang.types import (
    AnyType,
    BoolType,
    DateType,
    ListType,
    NumberType,
    SeriesType,
    TextType,
    TierType,
    Type,
)

MAX_DEPTH = 60
"""Expressions and definitions inside one another, as far as they are followed; beyond that every value is possible."""

MAX_DIGITS = 40

TRUTH = Choices((0, 1))
DAYS_OF_CALENDAR = Numbers(1, datetime.date.max.toordinal(), step=1)
FROM_ZERO = Numbers(0)
WHOLE = Numbers(step=1)
PLACES = Numbers(1, step=1)
HALF_PLACES = Numbers(1, step=Fraction(1, 2))

_CALLS = {
    "count": Numbers(0, step=1),
    "top_share": Numbers(0, 1, low_in=False),
    "cume_share": Numbers(0, 1, low_in=False),
    "percent_rank": Numbers(0, 1),
    "sqrt": FROM_ZERO,
    "stddev": FROM_ZERO,
    "full_months": WHOLE,
    "full_years": WHOLE,
    "days_between": WHOLE,
}
_ONE_OF_THEM = frozenset({"min", "max"})
_BETWEEN_THEM = frozenset({"mean", "median", "quantile"})


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


def _computed_domain(kind: Type) -> Numbers:
    """The values of a computed number: its type says little, because a declared range does not survive computing."""
    match kind:
        case NumberType(kind="count"):
            return Numbers(0, step=1)
        case NumberType(kind="share"):
            return Numbers(0, 1)
        case _:
            return EVERY_NUMBER


class Domains:
    """Finds the domains of one scheme's expressions, each name once."""

    def __init__(self, facts: Facts, levels: int = 0) -> None:
        self.facts = facts
        self.levels = levels
        self._known: dict[str, Domain] = {}
        self._adjusted = {s.ident.text for s in facts.file.statements if isinstance(s, n.Adjust)}
        self._places = HALF_PLACES if _has_average_ties(facts.nodes) else PLACES

    def of(self, expr: n.Expr, kind: Type) -> Domain:
        """The values that *expr*, which has the type *kind*, can have."""
        if isinstance(kind, BoolType | DateType | TextType | TierType):
            return self._text(expr) if isinstance(kind, TextType) else declared_domain(kind, self.levels)
        return self._of(expr, 0)

    def _text(self, expr: n.Expr) -> Domain:
        if isinstance(expr, n.Name) and expr.ident.text in self.facts.inputs:
            return declared_domain(self.facts.inputs[expr.ident.text])
        return declared_domain(
            self.facts.types(expr) if isinstance(expr, n.Attribute | n.Index) else TextType()
        )

    def _of(self, expr: n.Expr, depth: int) -> Domain:
        if depth > MAX_DEPTH:
            return EVERY_NUMBER
        match expr:
            case n.NumberLiteral(value=value):
                return ranges.point(value)
            case n.Name(ident=ident):
                return self._named(expr, ident.text, depth)
            case n.Group(inner=inner):
                return self._of(inner, depth + 1)
            case n.Attribute() | n.Index():
                return declared_domain(self.facts.types(expr), self.levels)
            case n.Band(arms=arms) | n.Match(arms=arms):
                return self._arms(arms, depth)
            case n.Call(function=function):
                return self._call(expr, function.text, depth)
            case _:
                return self._computed(expr, depth)

    def _named(self, expr: n.Expr, name: str, depth: int) -> Domain:
        value = self.facts.params.get(name)
        if value is not None:
            return ranges.point(value)
        if name in self.facts.inputs:
            return declared_domain(self.facts.inputs[name], self.levels)
        if name in self._adjusted or name in {"bonuses", "deductions"}:
            return FROM_ZERO
        if name not in self.facts.definitions:
            return declared_domain(self.facts.types(expr), self.levels)
        if name not in self._known:
            self._known[name] = EVERY_NUMBER  # should it need itself, which is reported elsewhere
            self._known[name] = self._of(self.facts.definitions[name], depth + 1)
        return self._known[name]

    def _arms(self, arms: tuple[n.Arm, ...], depth: int) -> Domain:
        """The values of a band: just those, where every one is a constant."""
        values = [constant(arm.value) for arm in arms]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            return Choices(tuple(sorted(set(known))))
        return self._hull((arm.value for arm in arms), depth)

    def _numbers(self, expr: n.Expr, depth: int) -> Numbers:
        return ranges.numbers_of(self._of(expr, depth + 1))

    def _hull(self, exprs: Iterable[n.Expr], depth: int) -> Numbers:
        found = [self._numbers(expr, depth) for expr in exprs]
        return reduce(ranges.hull, found) if found else EVERY_NUMBER

    def _computed(self, expr: n.Expr, depth: int) -> Numbers:
        match expr:
            case n.Negate(operand=operand):
                return ranges.negated(self._numbers(operand, depth))
            case n.Sum(operands=operands, operators=operators):
                if isinstance(self.facts.types(expr), DateType):
                    return DAYS_OF_CALENDAR
                total = self._numbers(operands[0], depth)
                for operator, operand in zip(operators, operands[1:], strict=True):
                    right = self._numbers(operand, depth)
                    total = ranges.added(total, right if operator == "+" else ranges.negated(right))
                return total
            case n.Product(operands=operands, operators=operators):
                total = self._numbers(operands[0], depth)
                for operator, operand in zip(operators, operands[1:], strict=True):
                    right = self._numbers(operand, depth)
                    total = (
                        ranges.multiplied(total, right) if operator == "*" else ranges.divided(total, right)
                    )
                return total
            case n.If(yes=yes, no=no):
                return self._hull((yes, no), depth)
            case n.Ramp(low=low, high=high):
                return ranges.off_grid(self._hull((low, high), depth))
            case n.Coalesce(operands=operands):
                return self._hull(operands, depth)
            case _:
                return _computed_domain(self.facts.types(expr))

    # ------------------------------------------------------------ calls

    def _call(self, call: n.Call, name: str, depth: int) -> Domain:
        if name in _CALLS:
            return _CALLS[name]
        if name in {"rank", "place"}:
            return self._places
        if name in _ONE_OF_THEM:
            return self._elements(call, depth)
        if name in _BETWEEN_THEM:
            return ranges.off_grid(self._elements(call, depth))
        if name == "sum":
            return ranges.summed(self._elements(call, depth))
        arguments = [constant(argument) for argument in call.arguments]
        match name, arguments:
            case "round", [_, *digits]:
                places = digits[0] if digits else 0
                if isinstance(places, int) and abs(places) <= MAX_DIGITS:
                    return ranges.rounded(self._numbers(call.arguments[0], depth), places)
                return EVERY_NUMBER
            case "abs", [_]:
                return ranges.absolute(self._numbers(call.arguments[0], depth))
            case (("clamp" | "minmax"), [_, low, high]) if low is not None and high is not None:
                return Numbers(low, high)
            case "scaled_rank", [_, high] if high is not None and high > 0:
                return Numbers(0, high, low_in=False)
            case _:
                return _computed_domain(self.facts.types(call))

    def _elements(self, call: n.Call, depth: int) -> Numbers:
        """What the elements can be that an aggregate takes."""
        if call.generator is not None:
            return self._numbers(call.generator.item, depth)
        exprs = call.arguments[:1] if call.function.text == "quantile" else call.arguments
        return self._hull_of_elements(exprs, depth) if exprs else EVERY_NUMBER

    def _hull_of_elements(self, exprs: tuple[n.Expr, ...], depth: int) -> Numbers:
        found = []
        for expr in exprs:
            kind = self.facts.types(expr)
            if (
                isinstance(expr, n.Call)
                and expr.function.text in {"largest", "smallest"}
                and depth < MAX_DEPTH
            ):
                found.append(self._hull_of_elements(expr.arguments[:1], depth + 1))
            elif isinstance(kind, ListType | SeriesType):
                declared = isinstance(expr, n.Name | n.Attribute) and not self._is_defined(expr)
                found.append(
                    ranges.numbers_of(declared_domain(kind.of)) if declared else _computed_domain(kind.of)
                )
            elif isinstance(kind, AnyType):
                found.append(EVERY_NUMBER)
            else:
                found.append(self._numbers(expr, depth))
        return reduce(ranges.hull, found) if found else EVERY_NUMBER

    def _is_defined(self, expr: n.Expr) -> bool:
        return isinstance(expr, n.Name) and expr.ident.text in self.facts.definitions


def _has_average_ties(nodes: Nodes) -> bool:
    """Whether places may be halves, because a ranking somewhere says ``ties: avg``."""
    for node in nodes.of(n.Setting, n.Option):
        match node:
            case n.Setting(key="ties", value="avg"):
                return True
            case n.Option(key=n.Name(ident=n.Ident(text="ties")), value=n.Name(ident=n.Ident(text="avg"))):
                return True
            case _:
                pass
    return False
