"""Sums, products, comparisons and choices as Python over whole numbers."""

import ast
import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.rater import python as p
from tierlang.rater import terms as t
from tierlang.rater.python import ODD, Block, Hopeless, NotCompiled
from tierlang.rater.terms import Day, Number, Opaque, Rung, Term, Text, Truth
from tierlang.syntax import nodes as n
from tierlang.types import DateType

if TYPE_CHECKING:
    from tierlang.rater.translate import Translator

COMPARISONS: Mapping[str, Callable[[], ast.cmpop]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "==": ast.Eq,
    "!=": ast.NotEq,
}
REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
"""The same comparison from the other side; and that of the indices of levels, where the better one has the smaller."""


def sum_of(translator: "Translator", expr: n.Sum, subject: str) -> Term:
    """`a + b - c`, of numbers or of a date and days."""
    terms = [translator.loose(operand, subject) for operand in expr.operands]
    try:
        return _added_up(translator, terms, expr.operators)
    except t.TooWide:
        return _added_up(translator, [translator.whole(term) for term in terms], expr.operators)


def _added_up(translator: "Translator", terms: Sequence[Term], operators: Sequence[str]) -> Term:
    first, *rest = terms
    if isinstance(first, Day):
        return _days(translator, first, [translator.whole(term) for term in rest], operators)
    total = first
    for term, operator in zip(rest, operators, strict=True):
        if not (isinstance(total, Number) and isinstance(term, Number)):
            raise NotCompiled("a sum of something else")
        total = t.added(total, term, minus=operator == "-")
    return total


def _days(translator: "Translator", day: Day, rest: Sequence[Term], operators: Sequence[str]) -> Term:
    """A date minus a date is days; a date and days are a date."""
    if len(rest) == 1 and isinstance(rest[0], Day):
        apart = ast.Attribute(ast.BinOp(day.node, ast.Sub(), rest[0].node), "days", ast.Load())
        return Number(apart, -t.MAX_DAYS, t.MAX_DAYS)
    total = t.literal(0)
    for term, operator in zip(rest, operators, strict=True):
        if not isinstance(term, Number) or term.scale != 1 or term.den is not None:
            raise NotCompiled("days that may not be whole")
        total = t.added(total, term, minus=operator == "-")
    return translator.known_value(
        p.call(translator.block.given(_moved, "moved"), day.node, total.node), DateType()
    )


def product_of(translator: "Translator", expr: n.Product, subject: str) -> Term:
    """`a * b / c`."""
    terms = [translator.loose(operand, subject) for operand in expr.operands]
    try:
        return _multiplied_up(translator, terms, expr.operators)
    except t.TooWide:
        return _multiplied_up(translator, [translator.whole(term) for term in terms], expr.operators)


def _multiplied_up(translator: "Translator", terms: Sequence[Term], operators: Sequence[str]) -> Term:
    total = t.literal(1)
    for term, operator in zip(terms, ("*", *operators), strict=True):
        if not isinstance(term, Number):
            raise NotCompiled("a product of something else")
        factor = term
        if operator == "/":
            by = translator.whole(term)
            assert isinstance(by, Number)
            factor = _inverse(translator.block, by)
        total = t.multiplied(total, factor)
    return total


def negative_of(translator: "Translator", operand: n.Expr, subject: str) -> Term:
    """`-a`."""
    term = translator.loose(operand, subject)
    if not isinstance(term, Number):
        raise NotCompiled("a negative of something else")
    return t.negated(term)


def _inverse(block: Block, number: Number) -> Number:
    """1 / number; where that is 0, the record is given back."""
    value = t.known(number)
    if value is not None:
        if not value:
            raise Hopeless("a division by zero")
        return t.literal(1 / Fraction(value))
    own, _ = t.denominator(number)
    below = block.let(number.node)
    if number.low <= 0 <= number.high:
        block.need(below)
    over, high = t.denominator(attrs.evolve(number, node=below))
    if number.low >= 0:
        return Number(own, 1, high, 1, below, max(number.high, 1))
    negative = p.compare(below, ast.Lt(), p.constant(0))
    top = block.let(p.choice(negative, p.times(over, -1), over))
    bottom = block.let(p.choice(negative, p.times(below, -1), below))
    return Number(top, -high, high, 1, bottom, max(abs(number.low), abs(number.high), 1))


def compare(translator: "Translator", expr: n.Compare, subject: str) -> Term:
    """`a <= b < c`, or `x in [a, b]`."""
    operands = [
        translator.loose(operand, subject) for operand in expr.operands if not isinstance(operand, n.ListExpr)
    ]
    try:
        return _compared(translator, operands, expr, subject)
    except t.TooWide:
        return _compared(translator, [translator.whole(term) for term in operands], expr, subject)


def _compared(translator: "Translator", operands: list[Term], expr: n.Compare, subject: str) -> Term:
    if len(operands) < len(expr.operands):
        return _within(translator, operands, expr, subject)
    if len(operands) > 2:
        operands = [attrs.evolve(term, node=translator.block.let(term.node)) for term in operands]
    pairs = zip(operands, operands[1:], expr.operators, strict=False)
    return Truth(p.both([comparison(left, operator, right) for left, right, operator in pairs]))


def _within(translator: "Translator", operands: Sequence[Term], expr: n.Compare, subject: str) -> Term:
    """`x in [a, b]`."""
    listed = expr.operands[-1]
    if len(operands) != 1 or not isinstance(listed, n.ListExpr) or expr.operators != ("in",):
        raise NotCompiled("a list")
    left = attrs.evolve(operands[0], node=translator.block.let(operands[0].node))
    return Truth(p.either([comparison(left, "==", translator.term(item, subject)) for item in listed.items]))


def extreme(block: Block, left: Number, right: Number, *, greater: bool) -> Number:
    """The lesser of two numbers, or the greater."""
    left, right = t.aligned(left, right)
    left, right = (attrs.evolve(x, node=block.let(x.node)) for x in (left, right))
    operator = ast.GtE() if greater else ast.LtE()
    node = p.choice(p.compare(left.node, operator, right.node), left.node, right.node)
    pick = max if greater else min
    low, high = pick(left.low, right.low), pick(left.high, right.high)
    return attrs.evolve(left, node=block.let(node), low=low, high=high)


def comparison(left: Term, operator: str, right: Term) -> ast.expr:
    """
    Whether two terms of one kind compare so.

    Raises:
        NotCompiled: they are of different kinds, or of one that has no order.
    """
    if isinstance(left, Number) and isinstance(right, Number):
        return _numbers_compared(left, operator, right)
    plain = {"==", "!="} if isinstance(left, Truth | Text) else {*COMPARISONS}
    if type(left) is not type(right) or operator not in plain or isinstance(left, Opaque):
        raise NotCompiled("a comparison")
    if isinstance(left, Rung):
        operator = REVERSED[operator]
    return p.compare(left.node, COMPARISONS[operator](), right.node)


# ------------------------------------------------------------ choices


def band(translator: "Translator", expr: n.Band | n.Match, subject: str) -> Term:
    """The value of the first arm that fits; where none does, the record is given back."""
    of = translator.term(expr.subject, subject)
    of = attrs.evolve(of, node=translator.block.let(of.node))
    if any(isinstance(arm.value, n.Ramp) for arm in expr.arms):
        raise NotCompiled("a ramp needs what the band is of")
    arms: list[tuple[ast.expr, Term]] = []
    for arm in expr.arms:
        if isinstance(arm.pattern, n.MissingPattern):
            continue
        value = translator.term(arm.value, subject)
        if isinstance(arm.pattern, n.ElsePattern):
            return one_of(translator.block, arms, value)
        arms.append((_fits(translator, of, arm.pattern, subject), value))
    if not arms:
        raise Hopeless("a band of nothing")
    translator.block.need(p.either([condition for condition, _ in arms]))
    return one_of(translator.block, arms[:-1], arms[-1][1])


def _fits(translator: "Translator", of: Term, pattern: n.Pattern, subject: str) -> ast.expr:
    match pattern:
        case n.Relation(operator="in", bound=n.ListExpr(items=items)):
            return p.either([comparison(of, "==", translator.term(item, subject)) for item in items])
        case n.Relation(operator=operator, bound=bound):
            return comparison(of, operator, translator.term(bound, subject))
        case n.Equal(value=value):
            return comparison(of, "==", translator.term(value, subject))
        case n.Between(low=low, high=high, closed=closed):
            ends = translator.term(low, subject), translator.term(high, subject)
            upper = "<=" if closed else "<"
            return p.both([comparison(of, ">=", ends[0]), comparison(of, upper, ends[1])])
        case _:
            raise NotCompiled(type(pattern).__name__)


def one_of(block: Block, chosen: Sequence[tuple[ast.expr, Term]], otherwise: Term) -> Term:
    """
    The first term whose condition is true.

    Raises:
        NotCompiled: they are of different kinds, or numbers over denominators that are computed.
    """
    terms = [*(term for _, term in chosen), otherwise]
    if len({type(term) for term in terms}) != 1 or isinstance(otherwise, Opaque):
        raise NotCompiled("a choice of several kinds")
    numbers = [term for term in terms if isinstance(term, Number)]
    if any(number.den is not None for number in numbers):
        raise NotCompiled("a choice of ratios")
    scale = math.lcm(*(number.scale for number in numbers))
    numbers = [t.scaled(number, scale // number.scale) for number in numbers]
    nodes = [number.node for number in numbers] or [term.node for term in terms]
    node = nodes[-1]
    for (condition, _), yes in zip(reversed(chosen), reversed(nodes[:-1]), strict=True):
        node = p.choice(condition, yes, node)
    node = block.let(node)
    if not numbers:
        return attrs.evolve(otherwise, node=node)
    return Number(node, min(x.low for x in numbers), max(x.high for x in numbers), scale)


def _numbers_compared(left: Number, operator: str, right: Number) -> ast.expr:
    bound = t.known(right)
    if bound is not None and left.den is None:
        return _bounded(left, operator, Fraction(bound) * left.scale)
    if t.known(left) is not None and right.den is None:
        return _numbers_compared(right, REVERSED[operator], left)
    left, right = t.aligned(left, right)
    return p.compare(left.node, COMPARISONS[operator](), right.node)


def _bounded(number: Number, operator: str, bound: Fraction) -> ast.expr:
    """A number, which is whole over its scale, compared with a bound over the same that need not be whole."""
    comparing = COMPARISONS[operator]
    if bound.denominator != 1:
        if operator in {"==", "!="}:
            return p.constant(operator == "!=")
        comparing = ast.LtE if operator in {"<", "<="} else ast.Gt
    whole = math.floor(bound)
    fast = (
        number.floating and abs(whole) < t.MAX_FLOAT
    )  # Python compares a float with an `int` exactly, but slowly
    return p.compare(number.node, comparing(), p.constant(float(whole) if fast else whole))


def _moved(day: datetime.date, days: int) -> object:
    try:
        return day + datetime.timedelta(days=days)
    except (ValueError, OverflowError):
        return ODD
