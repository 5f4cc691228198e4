"""Functions of dates: days as numbers, months counted and moved."""

from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.check.order import option_word
from tierlang.columnar.columns.cells import (
    ONE,
    TRUE,
    Cell,
    add,
    both,
    bounded,
    case,
    compare,
    constant,
    integer,
    is_null,
    multiply,
    negate,
    null,
    subtract,
    when,
)
from tierlang.columnar.columns.numbers import NotNative, Num, exact, minus, over, rounded, whole
from tierlang.columnar.columns.values import (
    FIRST_DAY,
    LAST_DAY,
    Plain,
    Single,
    Unknown,
    Value,
    number,
    single,
    sum_of,
)
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.expressions import ExpressionLowerer


def of_dates(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    """What a function of dates gives."""
    name = call.function.text
    first, second = (single(lowerer.compile(argument)) for argument in call.arguments)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return Unknown()
    if name == "days_between":
        assert isinstance(first, Plain) and isinstance(second, Plain)
        return whole(subtract(second.cell, first.cell))
    if name.startswith("add_"):
        return _later(lowerer, call, first, number(second))
    assert isinstance(first, Plain) and isinstance(second, Plain)
    months = _full_months(lowerer, lowerer.share(first.cell), lowerer.share(second.cell))
    if name == "full_months":
        return whole(months)
    return rounded(over(whole(months), exact(12), lowerer.share), 0, "down", lowerer.share)


_MONTHS = 9_999 * 12


def _month(day: Cell) -> Cell:
    """The number of a day's month, year · 12 + month."""
    year = integer("year", (day,), 1, 9_999, day.nullable)
    month = integer("month", (day,), 1, 12, day.nullable)
    found = add(multiply(year, constant(12)), month)
    return bounded(found, 13, _MONTHS + 12)


def _day(day: Cell) -> Cell:
    return integer("day_of_month", (day,), 1, 31, day.nullable)


def _full_months(lowerer: "ExpressionLowerer", start: Cell, end: Cell) -> Cell:
    """Whole months, counted from the earlier day; negative where the end is the earlier one."""
    swapped = lowerer.share(compare("<", end, start))
    early = lowerer.share(case([(swapped, end)], start))
    late = lowerer.share(case([(swapped, start)], end))
    months = bounded(lowerer.share(subtract(_month(late), _month(early))), 0, _MONTHS)
    # The same day of the last month, or its last day where that month is too short, must have been reached.
    last = _day(integer("last_day", (late,), FIRST_DAY, LAST_DAY, late.nullable))
    short = both([compare("<", _day(late), _day(early)), compare("!=", _day(late), last)])
    count = case([(short, subtract(months, ONE))], months)
    count = lowerer.share(bounded(count, 0, _MONTHS))
    return case([(swapped, negate(count))], count)


def _later(lowerer: "ExpressionLowerer", call: n.Call, day: Single, amount: Num) -> Value:
    """`add_months` and `add_years`."""
    assert isinstance(day, Plain)
    clamp = option_word(call, "clamp") or "end"
    if amount.denominator is not None or amount.scale:
        raise NotNative("a date is moved by a part of a month", "日期移动的月数不是整数")
    count = (
        multiply(amount.numerator, constant(12)) if call.function.text == "add_years" else amount.numerator
    )
    start = lowerer.share(day.cell)
    target = lowerer.share(add(_month(start), count))
    # Months are counted so that January of year 1 is 13 and December of year 9999 is 120 000.
    inside = both([compare(">=", target, constant(13)), compare("<=", target, constant(_MONTHS + 12))])
    inside = lowerer.share(inside)
    low, high = _moved_bounds(start, count)
    unknown = start.nullable or count.nullable or inside != TRUE
    found = moved = lowerer.share(integer("months_later", (start, when(inside, count)), low, high, unknown))
    cut = compare("<", _day(moved), _day(start))
    if clamp == "next_day":
        found = case([(cut, add(moved, ONE))], moved)
        found = in_calendar(lowerer, lowerer.share(found)).cell
    elif clamp == "error":
        found = case([(cut, null("int"))], moved)
    found = lowerer.share(found)
    lowerer.gap(is_null(found))
    return Plain("date", found)


def _moved_bounds(day: Cell, months: Cell) -> tuple[int, int]:
    """The days between which a moved day lies: a month has at most 31 of them, and at least 28."""
    low = day.low + min(months.low * 31, months.low * 28) - 31
    high = day.high + max(months.high * 31, months.high * 28) + 31
    low, high = max(FIRST_DAY, low), min(LAST_DAY, high)
    return min(low, LAST_DAY), max(high, FIRST_DAY)


def move_days(lowerer: "ExpressionLowerer", day: Plain, amounts: list[Value], minuses: list[bool]) -> Value:
    """
    A day moved by some amounts, or how far it is from another.

    Raises:
        NotNative: it is moved by a part of a day.
    """
    if len(amounts) == 1 and isinstance(amounts[0], Plain):
        return whole(subtract(day.cell, amounts[0].cell))
    total = number(
        sum_of([minus(number(a)) if m else number(a) for a, m in zip(amounts, minuses, strict=True)])
    )
    if total.denominator is not None or total.scale:
        raise NotNative("a date is moved by a part of a day", "日期移动的天数不是整数")
    moved = lowerer.share(add(day.cell, total.numerator))
    return in_calendar(lowerer, moved)


def in_calendar(lowerer: "ExpressionLowerer", day: Cell) -> Plain:
    """A day, undetermined outside the years 1 to 9999."""
    if day.low >= FIRST_DAY and day.high <= LAST_DAY:
        return Plain("date", day)
    inside = both([compare(">=", day, constant(FIRST_DAY)), compare("<=", day, constant(LAST_DAY))])
    found = when(inside, day)
    if found.op == "constant":
        lowerer.gap(TRUE)
        return Plain("date", null("int"))
    found = attrs.evolve(found, low=max(day.low, FIRST_DAY), high=min(day.high, LAST_DAY))
    lowerer.gap(is_null(found))
    return Plain("date", found)
