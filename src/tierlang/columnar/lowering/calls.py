"""Built-in functions of one subject, as cells; those over the cohort are in cohort.py."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tierlang.builtins import BUILTINS
from tierlang.check import units
from tierlang.check.order import option_word
from tierlang.columnar.columns.cells import (
    FALSE,
    Cell,
    add,
    both,
    bounded,
    case,
    compare,
    constant,
    either,
    inverse,
)
from tierlang.columnar.columns.numbers import (
    NotNative,
    Num,
    absolute_of,
    exact,
    extreme_of,
    over,
    plus,
    rounded,
    times,
)
from tierlang.columnar.columns.values import (
    Plain,
    Single,
    Unknown,
    Value,
    known,
    number,
    pick,
    single,
    sum_of,
)
from tierlang.columnar.lowering.dates import of_dates
from tierlang.columnar.lowering.runs import in_a_row, length
from tierlang.columnar.lowering.several import aggregate, logic
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.expressions import ExpressionLowerer


def compile_call(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    """
    The value of a call of a built-in that needs no cohort.

    Raises:
        NotNative: the columns do not know the function.
    """
    name = call.function.text
    if name not in NATIVE:
        raise NotNative(f"`{name}` is computed by the interpreter", f"`{name}` 由解释器计算")
    lower = RUNS.get(name) or FAMILIES[BUILTINS[name].family]
    return lower(lowerer, call)


def _number(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    name = call.function.text
    if name == "weighted":
        return _weighted(lowerer, call)
    values = [single(lowerer.compile(argument)) for argument in call.arguments[: 3 if name == "clamp" else 1]]
    if any(isinstance(value, Unknown) for value in values):
        return Unknown()
    numbers = [number(lowerer.settled(value, None)) for value in values]
    match name:
        case "abs":
            return absolute_of(numbers[0])
        case "round":
            return _round(lowerer, call, numbers[0])
        case _:
            value, low, high = numbers
            inner = extreme_of([value, high], lowerer.share, greatest=False)
            return extreme_of([number(lowerer.settled(inner, None)), low], lowerer.share, greatest=True)


def _round(lowerer: "ExpressionLowerer", call: n.Call, value: Num) -> Num:
    digits = int(units.constant(call.arguments[1]) or 0) if len(call.arguments) > 1 else 0
    mode = lowerer.scheme.rounding
    if len(call.arguments) > 2 and isinstance(call.arguments[2], n.Name):
        mode = call.arguments[2].ident.text
    return rounded(value, digits, option_word(call, "mode") or mode, lowerer.share)


def _weighted(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    spread = option_word(call, "missing") == "redistribute"
    parts = [o for o in call.options if not (isinstance(o.key, n.Name) and o.key.ident.text == "missing")]
    pairs = [(single(lowerer.compile(o.key)), single(lowerer.compile(o.value))) for o in parts]
    if any(isinstance(weight, Unknown) for _, weight in pairs):
        return Unknown()
    if not spread:
        if any(isinstance(value, Unknown) for value, _ in pairs):
            return Unknown()
        return sum_of([times(number(v), number(w)) for v, w in pairs])
    kept, whole_weight, total = exact(0), exact(0), exact(0)
    unknown: list[Cell] = []
    for value, weight in pairs:
        w = number(weight)
        whole_weight = plus(whole_weight, w)
        unknown.append(w.is_null)
        if isinstance(value, Unknown):
            continue
        here = lowerer.share(known(value))
        kept = plus(kept, number(pick([(here, w)], exact(0))))
        total = plus(total, number(pick([(here, times(number(value), w))], exact(0))))
    kept = number(lowerer.settled(kept, None))
    scaled = times(number(lowerer.settled(total, None)), whole_weight)
    found: Single = over(scaled, kept, lowerer.share)
    all_known = both([known(value) for value, _ in pairs])
    if all_known != FALSE:
        found = pick([(all_known, total)], found)
    blocked = either(unknown)
    if blocked != FALSE:
        found = pick([(inverse(blocked), found)], None)
    lowerer.gap(lowerer.share_null(found))
    return found


def _value(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    return Plain("bool", known(single(lowerer.unheard(call.arguments[0]))))


# ------------------------------------------------------------------ levels


def _level(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    level = single(lowerer.compile(call.arguments[0]))
    if isinstance(level, Unknown):
        return level
    assert isinstance(level, Plain)
    worst = -(len(lowerer.scheme.ladder) - 1)
    step = 1 if call.function.text == "above" else -1
    moved = add(level.cell, constant(step))
    limit = constant(0 if step == 1 else worst)
    beyond = compare(">" if step == 1 else "<", moved, limit)
    return Plain("tier", bounded(case([(beyond, limit)], moved), worst, 0))


FAMILIES: "dict[str, Callable[[ExpressionLowerer, n.Call], Value]]" = {
    "logic": logic,
    "aggregate": aggregate,
    "number": _number,
    "value": _value,
    "date": of_dates,
    "level": _level,
}

RUNS: "dict[str, Callable[[ExpressionLowerer, n.Call], Value]]" = {
    "in_a_row": in_a_row,
    "streak": length,
    "longest_streak": length,
}

NATIVE = frozenset(
    [
        *RUNS,
        "share_of",
        "any",
        "all",
        "none",
        "at_least",
        "count",
        "sum",
        "mean",
        "min",
        "max",
        "weighted",
        "round",
        "abs",
        "clamp",
        "present",
        "add_months",
        "add_years",
        "full_months",
        "full_years",
        "days_between",
        "above",
        "below",
    ]
)
"""Functions of one subject that the columns know; all others are computed by the interpreter."""
