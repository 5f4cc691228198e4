"""Built-in functions of one subject, as cells; those over the cohort are in cohort.py."""

import contextlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.builtins import BUILTINS
from tierlang.check import units
from tierlang.check.order import option_word
from tierlang.columnar.cells import (
    FALSE,
    TRUE,
    Cell,
    add,
    any_nullable,
    both,
    bounded,
    case,
    coalesce,
    compare,
    constant,
    either,
    integer,
    inverse,
    is_null,
    multiply,
    negate,
    null,
    subtract,
    when,
)
from tierlang.columnar.numbers import (
    NotNative,
    Num,
    absolute_of,
    exact,
    extreme_of,
    over,
    plus,
    rounded,
    times,
    whole,
)
from tierlang.columnar.values import (
    FIRST_DAY,
    LAST_DAY,
    Items,
    ListOf,
    Plain,
    Row,
    Single,
    Unknown,
    Value,
    known,
    number,
    pick,
    single,
    truth_of,
)
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lower import Lowerer, Scope

ZERO, ONE = constant(0), constant(1)


def compile_call(lowerer: "Lowerer", call: n.Call) -> Value:
    """
    The value of a call of a built-in that needs no cohort.

    Raises:
        NotNative: the columns do not know the function.
    """
    builtin = BUILTINS.get(call.function.text)
    family = FAMILIES.get(builtin.family) if builtin is not None else None
    if family is None or call.function.text not in NATIVE:
        raise NotNative(f"`{call.function.text}` is computed by the interpreter")
    return family(lowerer, call)


@contextlib.contextmanager
def _among(lowerer: "Lowerer", generator: n.Generator, rows: ListOf) -> Iterator["Scope"]:
    """Lower what stands in a generator for the rows of its list."""
    outside = lowerer.scope
    scope = lowerer.enter(generator, rows)
    lowerer.scope = scope
    try:
        yield scope
    finally:
        del scope.variables[generator.variable.text]
        lowerer.scope = outside


# ------------------------------------------------------------------ what a function works on


def _arguments(lowerer: "Lowerer", call: n.Call, arguments: tuple[n.Expr, ...]) -> "Items | ListOf | Unknown":
    """The several values of a call without a generator."""
    values = [lowerer.elements(argument, call.window) for argument in arguments]
    if len(values) == 1 and isinstance(values[0], Items | ListOf | Unknown):
        return values[0]
    return Items(tuple(values))


def _generated(
    lowerer: "Lowerer", call: n.Call, generator: n.Generator
) -> "list[tuple[Cell, Value]] | ListOf | Unknown":
    """What a generator gives, with the condition of each; a list is gone through by who asks."""
    source = lowerer.elements(generator.source, call.window, heard=False)
    if isinstance(source, Items):
        return list(lowerer.over_items(generator, source))
    if isinstance(source, ListOf | Unknown):
        return source
    raise NotNative("a generator goes through something that is no list")


def _count_if(condition: Cell, aggregate: Callable[[Cell], Cell], maximum: int) -> Cell:
    """How many child rows fulfil a condition."""
    if condition == FALSE:
        return ZERO
    if condition == TRUE:
        found = aggregate(integer("count_all", (), 0, maximum, True))
    else:
        found = aggregate(integer("count", (when(condition, ONE),), 0, maximum, True))
    return coalesce([found, ZERO])


def _present(lowerer: "Lowerer", rows: ListOf, value: Single) -> Single:
    """A value where the subject has the list at all."""
    lowerer.gap(inverse(rows.present))
    return value if rows.present == TRUE else pick([(rows.present, value)], None)


# ------------------------------------------------------------------ logic


def _logic(lowerer: "Lowerer", call: n.Call) -> Value:
    name = call.function.text
    arguments = call.arguments
    wanted: Value | None = None
    if name == "at_least":
        wanted, arguments = lowerer.compile(arguments[0]), arguments[1:]
    if call.generator is not None:
        found = _generated(lowerer, call, call.generator)
        if isinstance(found, ListOf):
            return _logic_of_rows(lowerer, call, call.generator, found, wanted)
        if isinstance(found, Unknown):
            return found
        contrary = name == "all"
        cells = [
            either([inverse(take), truth_of(item)]) if contrary else both([take, truth_of(item)])
            for take, item in found
        ]
        items_found = [lowerer.share(truth_of(item)) for _, item in found]
        if any_nullable([*items_found, *(take for take, _ in found)]):
            lowerer.truths(items_found)
    else:
        items = _arguments(lowerer, call, arguments)
        if isinstance(items, ListOf):
            return _logic_of_list(lowerer, call, items, wanted)
        if isinstance(items, Unknown):
            return items
        cells = [truth_of(value) for value in items.values]
    return _decided(lowerer, name, cells, wanted)


def _decided(lowerer: "Lowerer", name: str, cells: list[Cell], wanted: Value | None) -> Value:
    """`any`, `all`, `none` or `at_least` of conditions."""
    if name != "at_least":
        combine = both if name == "all" else either
        found = lowerer.kleene(cells, combine)
        return Plain("bool", inverse(found.cell)) if name == "none" else found
    shared = [lowerer.share(cell) for cell in cells]
    if any_nullable(shared):
        lowerer.truths(shared)
    hit = exact(0)
    open_ = exact(0)
    for cell in shared:
        hit = plus(hit, whole(case([(cell, ONE)], ZERO)))
        open_ = plus(open_, whole(case([(is_null(cell), ONE)], ZERO)))
    return _enough(lowerer, hit, open_, wanted)


def _enough(lowerer: "Lowerer", hit: Num, waiting: Num, wanted: Value | None) -> Value:
    """Whether *wanted* conditions or more are true, whatever those that wait are."""
    if not isinstance(wanted, Num):
        return Unknown()
    from tierlang.columnar.numbers import related

    reached, possible = related(">=", hit, wanted), related(">=", plus(hit, waiting), wanted)
    found = case([(reached, TRUE), (inverse(possible), FALSE)], null("bool"))
    if not wanted.nullable and waiting.high == 0:
        found = reached
    found = lowerer.share(found)
    if found.nullable or waiting.high > 0:
        lowerer.truths([found])
    return Plain("bool", found)


def _logic_of_rows(
    lowerer: "Lowerer", call: n.Call, generator: n.Generator, rows: ListOf, wanted: Value | None
) -> Value:
    name = call.function.text
    with _among(lowerer, generator, rows) as scope:
        take = TRUE if generator.condition is None else truth_of(lowerer.compile(generator.condition))
        with lowerer.only_where(take):
            item = truth_of(lowerer.compile(generator.item))
        tested = inverse(item) if name == "all" else item
        cell = lowerer.share(both([take, tested]))
    return _counted(lowerer, name, cell, scope, rows, wanted)


def _logic_of_list(lowerer: "Lowerer", call: n.Call, rows: ListOf, wanted: Value | None) -> Value:
    variable = n.Ident("#")
    generator = n.Generator(n.Name(variable), variable, n.Name(variable), None)
    with _among(lowerer, generator, rows) as scope:
        item = truth_of(lowerer.used(rows.element))
        cell = inverse(item) if call.function.text == "all" else item
    return _counted(lowerer, call.function.text, cell, scope, rows, wanted)


def _counted(
    lowerer: "Lowerer", name: str, cell: Cell, scope: "Scope", rows: ListOf, wanted: Value | None
) -> Value:
    """A condition over child rows, by how many there are that decide, and how many that wait."""
    assert scope.aggregate is not None
    hit = _count_if(cell, scope.aggregate.gather, rows.maximum)
    waiting = _count_if(is_null(cell), scope.aggregate.gather, rows.maximum)
    if waiting != ZERO:
        lowerer.gap(compare(">", waiting, ZERO), lone=True)
    if name == "at_least":
        return _present(lowerer, rows, single(_enough(lowerer, whole(hit), whole(waiting), wanted)))
    some = compare(">", hit, ZERO)
    found = (
        case([(some, TRUE), (compare(">", waiting, ZERO), null("bool"))], FALSE) if waiting != ZERO else some
    )
    return _present(lowerer, rows, Plain("bool", found if name == "any" else inverse(found)))


# ------------------------------------------------------------------ aggregates


def _aggregate(lowerer: "Lowerer", call: n.Call) -> Value:
    name = call.function.text
    if call.generator is not None:
        generator = call.generator
        if name == "count":
            generator = attrs.evolve(generator, item=n.BoolLiteral(True))
        found = _generated(lowerer, call, generator)
        if isinstance(found, ListOf):
            return _over_rows(lowerer, name, generator, found)
        if isinstance(found, Unknown):
            return found
        total = _over_values(lowerer, name, found)
        if isinstance(total, Unknown):
            lowerer.gap(TRUE)
        return total
    items = _arguments(lowerer, call, call.arguments)
    if isinstance(items, Unknown):
        return items
    if isinstance(items, ListOf):
        variable = n.Ident("#")
        item: n.Expr = n.BoolLiteral(True) if name == "count" else n.Name(variable)
        return _over_rows(lowerer, name, n.Generator(item, variable, n.Name(variable), None), items)
    if name == "count":
        return exact(len(items.values))
    return _over_values(lowerer, name, [(TRUE, value) for value in items.values])


def _over_values(lowerer: "Lowerer", name: str, items: list[tuple[Cell, Value]]) -> Value:
    """An aggregate of values whose number is known."""
    values = [single(value) for _, value in items]
    if any(isinstance(value, Unknown) for value in values) and all(take == TRUE for take, _ in items):
        return Unknown()
    if any(isinstance(value, Unknown) for value in values):
        values = [_like(values, value) for value in values]
    taken = [take for take, _ in items]
    always = all(take == TRUE for take in taken)
    if name == "count":
        return _sum_of_taken(lowerer, taken, [exact(1)] * len(taken))
    if name == "sum":
        return _sum_of_taken(lowerer, taken, values)
    if name == "mean":
        if not values:
            lowerer.gap(TRUE)
            return Unknown()
        total = _sum_of_taken(lowerer, taken, values)
        count = exact(len(values)) if always else _sum_of_taken(lowerer, taken, [exact(1)] * len(taken))
        if isinstance(total, Unknown) or isinstance(count, Unknown):
            return Unknown()
        found = over(
            number(lowerer.settled(total, None)), number(lowerer.settled(count, None)), lowerer.share
        )
        parts = [value for value in values if isinstance(value, Num)] or [found]
        found = attrs.evolve(found, low=min(p.low for p in parts), high=max(p.high for p in parts))
        lowerer.gap(lowerer.share_null(found))
        return found
    if not values:
        lowerer.gap(TRUE)
        return Unknown()
    if not always:
        raise NotNative(f"`{name}` of those values of a series that fulfil a condition")
    return _extreme(lowerer, values, greatest=name == "max")


def _like(values: list[Single], value: Single) -> Single:
    from tierlang.columnar.values import unknown_like

    model = next((v for v in values if not isinstance(v, Unknown)), None)
    return unknown_like(model) if isinstance(value, Unknown) and model is not None else value


def _sum_of_taken(lowerer: "Lowerer", taken: list[Cell], values: list[Single]) -> Single:
    parts: list[Single] = []
    for take, value in zip(taken, values, strict=True):
        if take == FALSE:
            continue
        if take == TRUE:
            parts.append(value)
            continue
        if isinstance(value, Unknown):
            return Unknown()
        arms: list[tuple[Cell, Value]] = [(take, value), (inverse(take), exact(0))]
        parts.append(pick(arms, None) if take.nullable else pick(arms[:1], exact(0)))
    return lowerer.sum_of(parts)


def _extreme(lowerer: "Lowerer", values: list[Single], *, greatest: bool) -> Single:
    if isinstance(values[0], Num):
        return extreme_of([number(value) for value in values], lowerer.share, greatest=greatest)
    cells = [value.cell for value in values if isinstance(value, Plain)]
    from tierlang.columnar.cells import extreme

    assert isinstance(values[0], Plain)
    return Plain(values[0].kind, extreme(cells, greatest=greatest))


def _over_rows(lowerer: "Lowerer", name: str, generator: n.Generator, rows: ListOf) -> Value:
    """An aggregate of child rows."""
    with _among(lowerer, generator, rows) as scope:
        taken = TRUE if generator.condition is None else truth_of(lowerer.compile(generator.condition))
        with lowerer.only_where(taken):
            item: Value = lowerer.compile(generator.item)
            if generator.variable.text == "#" and not isinstance(generator.item, n.BoolLiteral):
                item = lowerer.used(item)
        take = lowerer.share(taken)
        value = exact(1) if name == "count" or isinstance(item, Row) else single(item)
        value = lowerer.settled(value, None)
        open_ = lowerer.share(either([is_null(take), both([_taken(take), value.is_null])]))
    assert scope.aggregate is not None
    gather = scope.aggregate.gather
    waiting = _count_if(open_, gather, rows.maximum)
    if isinstance(value, Unknown):
        if name in {"min", "max"}:
            lowerer.gap(TRUE, lone=True)
            return _present(lowerer, rows, value)
        value = Num(null("int"), None, 0, Fraction(0), Fraction(0))
    if name == "count":
        found: Single = whole(_count_if(_taken(take), gather, rows.maximum))
    elif name in {"sum", "mean"}:
        found = _total(take, number(value), gather, rows.maximum)
        if name == "mean":
            count = lowerer.share(_count_if(_taken(take), gather, rows.maximum))
            found = over(number(found), whole(count), lowerer.share)
            found = attrs.evolve(found, low=number(value).low, high=number(value).high)
            lowerer.gap(lowerer.share_null(found))
    else:
        found = _least_or_greatest(take, value, gather, greatest=name == "max")
        lowerer.gap(lowerer.share_null(found))
    if waiting != ZERO:
        lowerer.gap(compare(">", waiting, ZERO), lone=True)
        found = pick([(compare("==", waiting, ZERO), found)], None)
    return _present(lowerer, rows, found)


def _taken(take: Cell) -> Cell:
    """Whether a row surely counts."""
    return coalesce([take, FALSE]) if take.nullable else take


def _total(take: Cell, value: Num, gather: Callable[[Cell], Cell], maximum: int) -> Num:
    if value.denominator is not None and value.denominator.op != "constant":
        raise NotNative("quotients of child rows are added")
    top = value.numerator if take == TRUE else case([(_taken(take), value.numerator)], ZERO)
    low, high = min(0, top.low * maximum), max(0, top.high * maximum)
    if top.op == "constant" and top.args[0] is not None:
        total = multiply(_count_if(TRUE, gather, maximum), top)
    else:
        total = coalesce([gather(integer("sum", (top,), low, high, True)), ZERO])
    found = Num(total, value.denominator, value.scale, value.low, value.high)
    return attrs.evolve(
        found, low=min(Fraction(0), value.low * maximum), high=max(Fraction(0), value.high * maximum)
    )


def _least_or_greatest(
    take: Cell, value: Single, gather: Callable[[Cell], Cell], *, greatest: bool
) -> Single:
    if isinstance(value, Num) and value.denominator is not None and value.denominator.op != "constant":
        raise NotNative("the greatest of quotients of child rows")
    cell = value.cells[0]
    if cell.kind != "int":
        raise NotNative("the greatest of values that are no numbers")
    inside = cell if take == TRUE else case([(_taken(take), cell)], null("int"))
    gathered = gather(integer("greatest" if greatest else "least", (inside,), cell.low, cell.high, True))
    if isinstance(value, Num):
        return attrs.evolve(value, numerator=gathered)
    assert isinstance(value, Plain)
    return attrs.evolve(value, cell=gathered)


# ------------------------------------------------------------------ numbers


def _number(lowerer: "Lowerer", call: n.Call) -> Value:
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


def _round(lowerer: "Lowerer", call: n.Call, value: Num) -> Num:
    digits = int(units.constant(call.arguments[1]) or 0) if len(call.arguments) > 1 else 0
    mode = lowerer.scheme.rounding
    if len(call.arguments) > 2 and isinstance(call.arguments[2], n.Name):
        mode = call.arguments[2].ident.text
    return rounded(value, digits, option_word(call, "mode") or mode, lowerer.share)


def _weighted(lowerer: "Lowerer", call: n.Call) -> Value:
    spread = option_word(call, "missing") == "redistribute"
    parts = [o for o in call.options if not (isinstance(o.key, n.Name) and o.key.ident.text == "missing")]
    pairs = [(single(lowerer.compile(o.key)), single(lowerer.compile(o.value))) for o in parts]
    if any(isinstance(weight, Unknown) for _, weight in pairs):
        return Unknown()
    if not spread:
        if any(isinstance(value, Unknown) for value, _ in pairs):
            return Unknown()
        return lowerer.sum_of([times(number(v), number(w), lowerer.share) for v, w in pairs])
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
        total = plus(total, number(pick([(here, times(number(value), w, lowerer.share))], exact(0))))
    kept = number(lowerer.settled(kept, None))
    scaled = times(number(lowerer.settled(total, None)), whole_weight, lowerer.share)
    found: Single = over(scaled, kept, lowerer.share)
    all_known = both([known(value) for value, _ in pairs])
    if all_known != FALSE:
        found = pick([(all_known, total)], found)
    blocked = either(unknown)
    if blocked != FALSE:
        found = pick([(inverse(blocked), found)], None)
    lowerer.gap(lowerer.share_null(found))
    return found


def _value(lowerer: "Lowerer", call: n.Call) -> Value:
    return Plain("bool", known(single(lowerer.unheard(call.arguments[0]))))


# ------------------------------------------------------------------ dates and levels


def _date(lowerer: "Lowerer", call: n.Call) -> Value:
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


def _full_months(lowerer: "Lowerer", start: Cell, end: Cell) -> Cell:
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


def _later(lowerer: "Lowerer", call: n.Call, day: Single, amount: Num) -> Value:
    """`add_months` and `add_years`."""
    assert isinstance(day, Plain)
    clamp = option_word(call, "clamp") or "end"
    if amount.denominator is not None or amount.scale:
        raise NotNative("a date is moved by a part of a month")
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
        found = lowerer.in_calendar(lowerer.share(found)).cell
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


def _level(lowerer: "Lowerer", call: n.Call) -> Value:
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


FAMILIES: "dict[str, Callable[[Lowerer, n.Call], Value]]" = {
    "logic": _logic,
    "aggregate": _aggregate,
    "number": _number,
    "value": _value,
    "date": _date,
    "level": _level,
}

NATIVE = frozenset(
    [
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
