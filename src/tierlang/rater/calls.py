"""Built-in functions of one subject as Python over whole numbers; those that are not here are left to closures."""

import ast
import datetime
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.check import units
from tierlang.check.order import option_word
from tierlang.periods import PeriodError, add_months, full_months
from tierlang.rater import python as p
from tierlang.rater import terms as t
from tierlang.rater.operators import comparison, extreme
from tierlang.rater.python import ODD, NotCompiled
from tierlang.rater.terms import Day, Number, Rung, Term, Truth
from tierlang.run.numbers import MODES
from tierlang.syntax import nodes as n
from tierlang.types import DateType

if TYPE_CHECKING:
    from tierlang.rater.translate import Translator

MAX_MONTHS = 120_000
"""Months between the first and the last day of the calendar, and more."""


def translate_call(translator: "Translator", call: n.Call, subject: str) -> Term:
    """
    What a call is.

    Raises:
        NotCompiled: the function is not known here, or not in this form.
    """
    translate = CALLS.get(call.function.text)
    if translate is None or call.generator is not None or call.window is not None:
        raise NotCompiled(call.function.text)
    return translate(translator, call, subject)


def _logic(translator: "Translator", call: n.Call, subject: str) -> Term:
    conditions = [translator.truth(argument, subject) for argument in call.arguments]
    if call.function.text == "all":
        return Truth(p.both(conditions))
    found = p.either(conditions)
    return Truth(p.negation(found) if call.function.text == "none" else found)


def _at_least(translator: "Translator", call: n.Call, subject: str) -> Term:
    wanted = translator.number(call.arguments[0], subject)
    true = t.literal(0)
    for argument in call.arguments[1:]:
        true = t.added(true, Number(translator.truth(argument, subject), 0, 1), minus=False)
    return Truth(comparison(true, ">=", wanted))


def _numbers(translator: "Translator", call: n.Call, subject: str) -> list[Number]:
    if len(call.arguments) < 2 and call.function.text in {"sum", "mean", "min", "max"}:
        raise NotCompiled("a list")
    return [translator.number(argument, subject) for argument in call.arguments]


def _sum(translator: "Translator", call: n.Call, subject: str) -> Number:
    total = t.literal(0)
    for number in _numbers(translator, call, subject):
        total = t.added(total, number, minus=False)
    return total


def _mean(translator: "Translator", call: n.Call, subject: str) -> Term:
    return t.multiplied(_sum(translator, call, subject), t.literal(Fraction(1, len(call.arguments))))


def _extreme(translator: "Translator", call: n.Call, subject: str) -> Term:
    first, *rest = _numbers(translator, call, subject)
    for number in rest:
        first = extreme(translator.block, first, number, greater=call.function.text == "max")
    return first


def _clamp(translator: "Translator", call: n.Call, subject: str) -> Term:
    value, low, high = (translator.number(argument, subject) for argument in call.arguments)
    return extreme(translator.block, low, extreme(translator.block, value, high, greater=False), greater=True)


def _abs(translator: "Translator", call: n.Call, subject: str) -> Term:
    number = translator.number(call.arguments[0], subject)
    low = 0 if number.low <= 0 <= number.high else min(abs(number.low), abs(number.high))
    high = max(abs(number.low), abs(number.high))
    return attrs.evolve(number, node=p.call(translator.block.given(abs), number.node), low=low, high=high)


def _round(translator: "Translator", call: n.Call, subject: str) -> Term:
    number = translator.number(call.arguments[0], subject)
    digits = int(units.constant(call.arguments[1]) or 0) if len(call.arguments) > 1 else 0
    mode = translator.program.scheme.rounding
    if len(call.arguments) > 2 and isinstance(call.arguments[2], n.Name):
        mode = call.arguments[2].ident.text
    mode = option_word(call, "mode") or mode
    step = Fraction(10) ** -digits
    steps = t.multiplied(number, t.literal(1 / step))
    over, _ = t.denominator(steps)
    whole = p.call(translator.block.given(_rounder(mode), "rounded"), steps.node, over)
    least, most = min(steps.low, -abs(steps.low)) - 1, max(steps.high, abs(steps.high)) + 1
    return t.multiplied(Number(translator.block.let(whole), least, most), t.literal(step))


def _rounder(mode: str) -> Callable[[int, int], int]:
    """What rounds a ratio to a whole number."""
    choose = MODES[mode]

    def rounded(numerator: int, denominator: int) -> int:
        low, rest = divmod(numerator, denominator)
        twice = 2 * rest - denominator
        return choose(low, (twice > 0) - (twice < 0), numerator < 0) if rest else low

    return rounded


def _weighted(translator: "Translator", call: n.Call, subject: str) -> Term:
    parts = [o for o in call.options if not (isinstance(o.key, n.Name) and o.key.ident.text == "missing")]
    pairs = [(translator.loose(part.key, subject), translator.number(part.value, subject)) for part in parts]
    try:
        return _weighted_sum(pairs)
    except t.TooWide:
        return _weighted_sum([(translator.whole(value), weight) for value, weight in pairs])


def _weighted_sum(pairs: Sequence[tuple[Term, Number]]) -> Number:
    total = t.literal(0)
    for value, weight in pairs:
        if not isinstance(value, Number):
            raise NotCompiled("a weighted sum of something else")
        total = t.added(total, t.multiplied(value, weight), minus=False)
    return total


def _present(translator: "Translator", call: n.Call, subject: str) -> Term:
    translator.term(call.arguments[0], subject)
    return Truth(p.constant(True))


def _move(translator: "Translator", call: n.Call, subject: str) -> Term:
    day, amount = (translator.term(argument, subject) for argument in call.arguments)
    if not isinstance(day, Day) or not isinstance(amount, Number) or t.denominator(amount)[1] != 1:
        raise NotCompiled("an amount that may not be whole")
    months, clamp = (12 if call.function.text == "add_years" else 1), option_word(call, "clamp") or "end"

    def moved(start: datetime.date, count: int) -> object:
        try:
            found = add_months(start, count * months, clamp)
        except PeriodError:
            return ODD
        return ODD if found is None else found

    helper = translator.block.given(moved, "moved")
    return translator.known_value(p.call(helper, day.node, amount.node), DateType())


def _between(translator: "Translator", call: n.Call, subject: str) -> Term:
    start, end = (translator.term(argument, subject) for argument in call.arguments)
    if not isinstance(start, Day) or not isinstance(end, Day):
        raise NotCompiled("no dates")
    if call.function.text == "days_between":
        days = ast.Attribute(ast.BinOp(end.node, ast.Sub(), start.node), "days", ast.Load())
        return Number(days, -t.MAX_DAYS, t.MAX_DAYS)
    helper = full_months if call.function.text == "full_months" else _full_years
    node = p.call(translator.block.given(helper, "months"), start.node, end.node)
    return Number(translator.block.let(node), -MAX_MONTHS, MAX_MONTHS)


def _full_years(start: datetime.date, end: datetime.date) -> int:
    months = full_months(start, end)
    return (abs(months) // 12) * (1 if months >= 0 else -1)


def _level(translator: "Translator", call: n.Call, subject: str) -> Term:
    level = translator.term(call.arguments[0], subject)
    if not isinstance(level, Rung):
        raise NotCompiled("no level")
    last = len(translator.program.scheme.ladder) - 1
    step = -1 if call.function.text == "above" else 1
    moved = tuple(min(max(index + step, 0), last) for index in range(last + 1))
    return Rung(ast.Subscript(p.name(translator.block.given(moved, "levels")), level.node, ast.Load()))


CALLS: "Mapping[str, Callable[[Translator, n.Call, str], Term]]" = {
    "any": _logic,
    "all": _logic,
    "none": _logic,
    "at_least": _at_least,
    "sum": _sum,
    "mean": _mean,
    "min": _extreme,
    "max": _extreme,
    "clamp": _clamp,
    "abs": _abs,
    "round": _round,
    "weighted": _weighted,
    "present": _present,
    "add_months": _move,
    "add_years": _move,
    "full_months": _between,
    "full_years": _between,
    "days_between": _between,
    "above": _level,
    "below": _level,
}
"""The functions that are translated."""
