"""Operators: sums, products, comparisons, and the choice between two values."""

from typing import TYPE_CHECKING

from tierlang.columnar.columns.cells import (
    FALSE,
    Cell,
    any_nullable,
    both,
    case,
    either,
    inverse,
    null,
)
from tierlang.columnar.columns.numbers import NotNative, minus, over, times
from tierlang.columnar.columns.values import (
    Items,
    Plain,
    Single,
    Unknown,
    Value,
    number,
    pick,
    same,
    single,
    sum_of,
    truth_of,
)
from tierlang.columnar.lowering.dates import move_days
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.expressions import ExpressionLowerer


def compile_sum(lowerer: "ExpressionLowerer", expr: n.Sum) -> Value:
    """A sum or difference, of numbers or of days."""
    values = [lowerer.compile(operand) for operand in expr.operands]
    minuses = [operator == "-" for operator in expr.operators]
    if any(isinstance(value, Unknown) for value in values):
        return Unknown()
    first, *rest = values
    if isinstance(first, Plain) and first.kind == "date":
        return move_days(lowerer, first, rest, minuses)
    signed: list[Single] = [
        number(first),
        *(minus(number(v)) if m else number(v) for v, m in zip(rest, minuses, strict=True)),
    ]
    return sum_of(signed)


def compile_product(lowerer: "ExpressionLowerer", expr: n.Product) -> Value:
    """A product or quotient; what is divided by nothing is undetermined."""
    values = [single(lowerer.compile(operand)) for operand in expr.operands]
    if any(isinstance(value, Unknown) for value in values):
        return Unknown()
    found = number(values[0])
    for value, operator in zip(values[1:], expr.operators, strict=True):
        if operator == "*":
            found = times(found, number(value))
            continue
        found = over(found, number(value), lowerer.share)
        lowerer.gap(lowerer.share_null(found))
    return found


def compile_compare(lowerer: "ExpressionLowerer", expr: n.Compare) -> Value:
    """A comparison, a chain of them, or whether a list has a value."""
    if expr.operators == ("in",):
        return contains(lowerer, single(lowerer.compile(expr.operands[0])), lowerer.compile(expr.operands[1]))
    values = [single(lowerer.compile(operand)) for operand in expr.operands]
    links = [same(op, values[i], values[i + 1]) for i, op in enumerate(expr.operators)]
    return Plain("bool", links[0]) if len(links) == 1 else lowerer.kleene(links, both)


def contains(lowerer: "ExpressionLowerer", value: Single, elements: Value) -> Value:
    """Whether one of some elements is a value."""
    if isinstance(elements, Unknown):
        return Unknown()
    if not isinstance(elements, Items):
        raise NotNative("`in` looks into a list of the data", "`in` 在数据的列表中查找")
    if isinstance(value, Unknown):
        return value
    links = [lowerer.share(same("==", element, value)) for element in elements.values]
    if any_nullable(links):
        lowerer.truths(links)
    found = either(links)
    if value.nullable and found == FALSE:
        found = case([(value.is_null, null("bool"))], FALSE)
    return Plain("bool", found)


def compile_if(lowerer: "ExpressionLowerer", expr: n.If) -> Value:
    """One of two values, by a condition; both where it is undetermined and they are alike."""
    condition = lowerer.share(truth_of(lowerer.compile(expr.condition)))
    yes, no = single(lowerer.compile(expr.yes)), single(lowerer.compile(expr.no))
    if condition.nullable or yes.nullable or no.nullable:
        lowerer.truths([condition])
    if not condition.nullable:
        return pick([(condition, yes)], no)
    alike = same("==", yes, no)
    arms: list[tuple[Cell, Value]] = [(condition, yes), (inverse(condition), no), (alike, yes)]
    if isinstance(yes, Unknown) and isinstance(no, Unknown):
        return Unknown()
    found = pick(arms, None)
    lowerer.truths([lowerer.share_null(found)])
    return found
