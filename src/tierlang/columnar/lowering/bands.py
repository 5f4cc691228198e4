"""Bands and matches: the arm that a value falls into, ramps included."""

from typing import TYPE_CHECKING

from tierlang.columnar.columns.cells import TRUE, Cell, any_nullable, both, is_null, subtract
from tierlang.columnar.columns.numbers import Num, minus, over, plus, times, whole
from tierlang.columnar.columns.values import (
    Plain,
    Single,
    Unknown,
    Value,
    number,
    pick,
    same,
    single,
    truth_of,
)
from tierlang.columnar.lowering.operators import contains
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.expressions import ExpressionLowerer


def compile_band(lowerer: "ExpressionLowerer", expr: n.Band | n.Match) -> Value:
    """What the first arm gives whose pattern a value fits."""
    has_missing = any(isinstance(arm.pattern, n.MissingPattern) for arm in expr.arms)
    value = single(lowerer.unheard(expr.subject) if has_missing else lowerer.compile(expr.subject))
    noted = lowerer.noted
    missing = [lowerer.compile(arm.value) for arm in expr.arms if isinstance(arm.pattern, n.MissingPattern)]
    if isinstance(value, Unknown):
        return missing[0] if missing else Unknown()
    value = lowerer.settled(value, None)
    arms: list[tuple[Cell, Value]] = []
    tests = [lowerer.share_null(value)]
    if value.nullable:
        arms.append((value.is_null, missing[0] if missing else Unknown()))
    for arm in expr.arms:
        if isinstance(arm.pattern, n.MissingPattern):
            continue
        bounds = _bounds(lowerer, arm.pattern)
        test = lowerer.share(_pattern(lowerer, arm.pattern, value, bounds))
        tests.append(test)
        if isinstance(arm.value, n.Ramp):
            found: Value = _ramp(lowerer, value, bounds, arm.value)
        else:
            found = lowerer.compile(arm.value)
        arms.append((test, found))
        if test.nullable and any(not isinstance(b, Num | Plain) or b.nullable for b in bounds):
            arms.append((is_null(test), Unknown()))
    found = pick(arms, None)
    if found.nullable or any_nullable(tests) or lowerer.noted != noted:
        lowerer.truths(tests)
    if arms[-1][0] != TRUE:
        lowerer.gap(lowerer.share_null(found))
    return found


def _ramp(lowerer: "ExpressionLowerer", value: Single, bounds: list[Value], ramp: n.Ramp) -> Single:
    """What goes evenly from one end to the other while the value goes from bound to bound."""
    low, high = single(lowerer.compile(ramp.low)), single(lowerer.compile(ramp.high))
    start, end = map(single, bounds)
    if any(isinstance(part, Unknown) for part in (low, high, start, end)):
        return Unknown()
    done, length = _apart(start, value), _apart(start, end)
    risen = over(times(done, plus(number(high), minus(number(low)))), length, lowerer.share)
    return pick([(same("==", start, end), low)], plus(number(low), risen))


def _apart(left: Single, right: Single) -> Num:
    """How far the right one is from the left: numbers, or days."""
    if isinstance(left, Plain) and isinstance(right, Plain):
        return whole(subtract(right.cell, left.cell))
    return plus(number(right), minus(number(left)))


def _bounds(lowerer: "ExpressionLowerer", pattern: n.Pattern) -> list[Value]:
    """What a pattern compares with."""
    match pattern:
        case n.Relation(bound=bound) | n.Equal(value=bound):
            return [lowerer.compile(bound)]
        case n.Between(low=low, high=high):
            return [lowerer.compile(low), lowerer.compile(high)]
        case _:
            return []


def _pattern(lowerer: "ExpressionLowerer", pattern: n.Pattern, value: Single, bounds: list[Value]) -> Cell:
    """Whether a value fits a pattern."""
    match pattern:
        case n.Relation(operator="in"):
            return truth_of(contains(lowerer, value, bounds[0]))
        case n.Relation(operator=operator):
            return same(operator, value, single(bounds[0]))
        case n.Equal():
            return same("==", value, single(bounds[0]))
        case n.Between(closed=closed):
            low, high = bounds
            links = [same(">=", value, single(low)), same("<=" if closed else "<", value, single(high))]
            return lowerer.kleene(links, both).cell
        case _:
            return TRUE
