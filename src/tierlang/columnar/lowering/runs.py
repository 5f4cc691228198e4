"""Runs of periods: how long a condition has been true without a break, and whether it ever was for so long."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tierlang.check.order import option_word
from tierlang.columnar.columns.cells import (
    TRUE,
    Cell,
    any_nullable,
    case,
    compare,
    constant,
    either,
    holds,
    inverse,
)
from tierlang.columnar.columns.numbers import NotNative, Num, related, whole
from tierlang.columnar.columns.values import Items, ListOf, Plain, Unknown, Value, pick, truth_of
from tierlang.columnar.lowering.several import between, generated_values, given_values
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.expressions import ExpressionLowerer

MOST_PERIODS = 48
"""A run is looked for among so many periods at most: what is written grows with their square."""


def in_a_row(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    """Whether a condition is true in so many periods in a row."""
    wanted, arguments = lowerer.compile(call.arguments[0]), call.arguments[1:]
    conditions = _in_order(lowerer, call, arguments)
    if isinstance(conditions, Unknown) or not isinstance(wanted, Num):
        return Unknown()
    least, most = _both(lowerer, call, conditions)
    reached = either([related(">=", whole(run), wanted) for run in [constant(0), *least]])
    if most is least and not wanted.nullable:
        return Plain("bool", reached)
    possible = either([related(">=", whole(run), wanted) for run in [constant(0), *most]])
    return between(lowerer, reached, possible)


def length(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    """For how many periods a condition has been true up to the last one, or was at most."""
    conditions = _in_order(lowerer, call, call.arguments)
    if isinstance(conditions, Unknown):
        return conditions
    measure = _last if call.function.text == "streak" else _longest
    least, most = (measure(runs) for runs in _both(lowerer, call, conditions))
    if least == most:
        return whole(least)
    least = lowerer.share(least)
    found = pick([(compare("==", least, most), whole(least))], None)
    lowerer.gap(lowerer.share_null(found))
    return found


def _in_order(
    lowerer: "ExpressionLowerer", call: n.Call, arguments: tuple[n.Expr, ...]
) -> list[Cell] | Unknown:
    """
    The conditions of the periods, in their order.

    Raises:
        NotNative: there are too many, or some are left out.
    """
    found = _given(lowerer, call, arguments)
    if isinstance(found, Unknown):
        return found
    if isinstance(found, ListOf):
        raise NotNative(
            f"`{call.function.text}` of what has no order", f"对没有次序的内容求 `{call.function.text}`"
        )
    if any(take != TRUE for take, _ in found):
        raise NotNative(
            f"`{call.function.text}` of those periods that fulfil a condition",
            f"对满足条件的周期求 `{call.function.text}`",
        )
    if len(found) > MOST_PERIODS:
        raise NotNative(
            f"`{call.function.text}` among more than {MOST_PERIODS} periods",
            f"在超过 {MOST_PERIODS} 个周期中求 `{call.function.text}`",
        )
    return [lowerer.share(truth_of(value)) for _, value in found]


def _given(
    lowerer: "ExpressionLowerer", call: n.Call, arguments: tuple[n.Expr, ...]
) -> list[tuple[Cell, Value]] | ListOf | Unknown:
    """The conditions, each with whether it is taken."""
    if call.generator is not None:
        return generated_values(lowerer, call, call.generator)
    found = given_values(lowerer, call, arguments)
    return [(TRUE, value) for value in found.values] if isinstance(found, Items) else found


def _both(
    lowerer: "ExpressionLowerer", call: n.Call, conditions: Sequence[Cell]
) -> tuple[list[Cell], list[Cell]]:
    """
    The runs up to each period, at least and at most, with undetermined conditions treated as `gap:` says.

    Raises:
        NotNative: periods are skipped.
    """
    gap = option_word(call, "gap") or "unknown"
    least = _runs(lowerer, [holds(condition) for condition in conditions])
    if not any_nullable(list(conditions)):
        return least, least
    if gap == "skip":
        raise NotNative(f"`{call.function.text}` across gaps", f"跨越缺失周期求 `{call.function.text}`")
    lowerer.truths(list(conditions))
    if gap == "break":
        return least, least
    return least, _runs(lowerer, [inverse(holds(inverse(condition))) for condition in conditions])


def _runs(lowerer: "ExpressionLowerer", conditions: Sequence[Cell]) -> list[Cell]:
    """For each period how many up to it fulfil their conditions in a row."""
    found = []
    for end in range(len(conditions)):
        arms = [(inverse(conditions[start]), constant(end - start)) for start in range(end, -1, -1)]
        found.append(lowerer.share(case(arms, constant(end + 1))))
    return found


def _last(runs: Sequence[Cell]) -> Cell:
    return runs[-1] if runs else constant(0)


def _longest(runs: Sequence[Cell]) -> Cell:
    """The longest of some runs, of which no period has more than there are before it."""
    return case(
        [
            (either([compare(">=", run, constant(size)) for run in runs]), constant(size))
            for size in range(len(runs), 0, -1)
        ],
        constant(0),
    )
