"""Functions of several values, of a list's rows or of a series: any and all, counts, sums, means and ends."""

import contextlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Cell,
    any_nullable,
    both,
    case,
    coalesce,
    compare,
    either,
    extreme,
    holds,
    integer,
    inverse,
    is_null,
    multiply,
    null,
    when,
)
from tierlang.columnar.columns.numbers import NotNative, Num, exact, extreme_of, over, plus, related, whole
from tierlang.columnar.columns.relation import HIDDEN
from tierlang.columnar.columns.values import (
    Items,
    ListOf,
    Plain,
    Row,
    Single,
    Unknown,
    Value,
    number,
    pick,
    single,
    sum_of,
    truth_of,
    unknown_like,
)
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.expressions import ExpressionLowerer
    from tierlang.columnar.lowering.gaps import Scope


@contextlib.contextmanager
def _among(lowerer: "ExpressionLowerer", generator: n.Generator, rows: ListOf) -> Iterator["Scope"]:
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


def given_values(
    lowerer: "ExpressionLowerer", call: n.Call, arguments: tuple[n.Expr, ...]
) -> "Items | ListOf | Unknown":
    """The several values of a call without a generator."""
    values = [lowerer.elements(argument, call.window) for argument in arguments]
    if len(values) == 1 and isinstance(values[0], Items | ListOf | Unknown):
        return values[0]
    return Items(tuple(values))


def generated_values(
    lowerer: "ExpressionLowerer", call: n.Call, generator: n.Generator
) -> "list[tuple[Cell, Value]] | ListOf | Unknown":
    """
    What a generator gives, with the condition of each; a list is gone through by who asks.

    Raises:
        NotNative: it goes through something that is no list.
    """
    source = lowerer.elements(generator.source, call.window, heard=False)
    if isinstance(source, Items):
        return list(lowerer.over_items(generator, source))
    if isinstance(source, ListOf | Unknown):
        return source
    raise NotNative("a generator goes through something that is no list", "推导式遍历的不是列表")


def _count_if(condition: Cell, aggregate: Callable[[Cell], Cell], maximum: int) -> Cell:
    """How many child rows fulfil a condition."""
    if condition == FALSE:
        return ZERO
    if condition == TRUE:
        found = aggregate(integer("count_all", (), 0, maximum, True))
    else:
        found = aggregate(integer("count", (when(condition, ONE),), 0, maximum, True))
    return coalesce([found, ZERO])


def _present(lowerer: "ExpressionLowerer", rows: ListOf, value: Single) -> Single:
    """A value where the subject has the list at all."""
    lowerer.gap(inverse(rows.present))
    return value if rows.present == TRUE else pick([(rows.present, value)], None)


# ------------------------------------------------------------------ logic


def logic(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    """Whether any, all, none or at least so many of several conditions hold."""
    name = call.function.text
    arguments = call.arguments
    wanted: Value | None = None
    if name == "at_least":
        wanted, arguments = lowerer.compile(arguments[0]), arguments[1:]
    if call.generator is not None:
        found = generated_values(lowerer, call, call.generator)
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
        items = given_values(lowerer, call, arguments)
        if isinstance(items, ListOf):
            return _logic_of_list(lowerer, call, items, wanted)
        if isinstance(items, Unknown):
            return items
        cells = [truth_of(value) for value in items.values]
    return _decided(lowerer, name, cells, wanted)


def _decided(lowerer: "ExpressionLowerer", name: str, cells: list[Cell], wanted: Value | None) -> Value:
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


def _enough(lowerer: "ExpressionLowerer", hit: Num, waiting: Num, wanted: Value | None) -> Value:
    """Whether *wanted* conditions or more are true, whatever those that wait are."""
    if not isinstance(wanted, Num):
        return Unknown()
    reached, possible = related(">=", hit, wanted), related(">=", plus(hit, waiting), wanted)
    if waiting.high == 0 and not wanted.nullable and not reached.nullable:
        return Plain("bool", lowerer.share(reached))
    return between(lowerer, reached, possible)


def between(lowerer: "ExpressionLowerer", reached: Cell, possible: Cell) -> Plain:
    """True where something is surely reached, false where it is not even possible; its truth is noted."""
    found = lowerer.share(case([(reached, TRUE), (inverse(possible), FALSE)], null("bool")))
    lowerer.truths([found])
    return Plain("bool", found)


def _logic_of_rows(
    lowerer: "ExpressionLowerer", call: n.Call, generator: n.Generator, rows: ListOf, wanted: Value | None
) -> Value:
    name = call.function.text
    with _among(lowerer, generator, rows) as scope:
        take = TRUE if generator.condition is None else truth_of(lowerer.compile(generator.condition))
        with lowerer.only_where(take):
            item = truth_of(lowerer.compile(generator.item))
        if any_nullable([take, item]):
            lowerer.truths([lowerer.share(take), lowerer.share(item)])
        tested = inverse(item) if name == "all" else item
        cell = lowerer.share(both([take, tested]))
    return _counted(lowerer, name, cell, scope, rows, wanted)


def _logic_of_list(lowerer: "ExpressionLowerer", call: n.Call, rows: ListOf, wanted: Value | None) -> Value:
    variable = n.Ident(HIDDEN)
    generator = n.Generator(n.Name(variable), variable, n.Name(variable), None)
    with _among(lowerer, generator, rows) as scope:
        item = truth_of(lowerer.used(rows.element))
        cell = inverse(item) if call.function.text == "all" else item
    return _counted(lowerer, call.function.text, cell, scope, rows, wanted)


def _counted(
    lowerer: "ExpressionLowerer", name: str, cell: Cell, scope: "Scope", rows: ListOf, wanted: Value | None
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
    found = lowerer.share(found)
    if waiting != ZERO:
        lowerer.truths([found])  # a row without a gap, which no mark of rows tells, may decide it
    return _present(lowerer, rows, Plain("bool", found if name == "any" else inverse(found)))


# ------------------------------------------------------------------ aggregates


def aggregate(lowerer: "ExpressionLowerer", call: n.Call) -> Value:
    """The count, sum, mean, least or greatest of several values."""
    name = call.function.text
    if call.generator is not None:
        generator = call.generator
        if name == "count":
            generator = attrs.evolve(generator, item=n.BoolLiteral(True))
        found = generated_values(lowerer, call, generator)
        if isinstance(found, ListOf):
            return _over_rows(lowerer, name, generator, found)
        if isinstance(found, Unknown):
            return found
        total = _over_values(lowerer, name, found)
        if isinstance(total, Unknown):
            lowerer.gap(TRUE)
        return total
    items = given_values(lowerer, call, call.arguments)
    if isinstance(items, Unknown):
        return items
    if isinstance(items, ListOf):
        variable = n.Ident(HIDDEN)
        item: n.Expr = n.BoolLiteral(True) if name == "count" else n.Name(variable)
        return _over_rows(lowerer, name, n.Generator(item, variable, n.Name(variable), None), items)
    if name == "count":
        return exact(len(items.values))
    return _over_values(lowerer, name, [(TRUE, value) for value in items.values])


def _over_values(lowerer: "ExpressionLowerer", name: str, items: list[tuple[Cell, Value]]) -> Value:
    """An aggregate of values whose number is known."""
    values = [_one_if(value) if name == "share_of" else single(value) for _, value in items]
    taken = [take for take, _ in items]
    always = all(take == TRUE for take in taken)
    if any(isinstance(value, Unknown) for value in values):
        if always:
            return Unknown()
        values = [_like([*values, exact(0)], value) for value in values]
    if name == "count":
        return _sum_of_taken(taken, [exact(1)] * len(taken))
    if name == "sum":
        return _sum_of_taken(taken, values)
    if name in {"mean", "share_of"}:
        if not values:
            lowerer.gap(TRUE)
            return Unknown()
        total = _sum_of_taken(taken, values)
        count = exact(len(values)) if always else _sum_of_taken(taken, [exact(1)] * len(taken))
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
        raise NotNative(
            f"`{name}` of those values of a series that fulfil a condition",
            f"对序列中满足条件的值求 `{name}`",
        )
    return _extreme(lowerer, values, greatest=name == "max")


def _one_if(condition: Value) -> Single:
    """1 where a condition is true, else 0; undetermined where it is."""
    if isinstance(condition, Unknown):
        return condition
    cell = truth_of(condition)
    if not cell.nullable:
        return whole(case([(cell, ONE)], ZERO))
    return whole(case([(cell, ONE), (inverse(cell), ZERO)], null("int")))


def _like(values: list[Single], value: Single) -> Single:
    model = next((v for v in values if not isinstance(v, Unknown)), None)
    return unknown_like(model) if isinstance(value, Unknown) and model is not None else value


def _sum_of_taken(taken: list[Cell], values: list[Single]) -> Single:
    parts: list[Single] = []
    for take, value in zip(taken, values, strict=True):
        if take == FALSE:
            continue
        if take == TRUE:
            parts.append(value)
            continue
        arms: list[tuple[Cell, Value]] = [(take, value), (inverse(take), exact(0))]
        parts.append(pick(arms, None) if take.nullable else pick(arms[:1], exact(0)))
    return sum_of(parts)


def _extreme(lowerer: "ExpressionLowerer", values: list[Single], *, greatest: bool) -> Single:
    if isinstance(values[0], Num):
        return extreme_of([number(value) for value in values], lowerer.share, greatest=greatest)
    cells = [value.cell for value in values if isinstance(value, Plain)]
    assert isinstance(values[0], Plain)
    return Plain(values[0].kind, extreme(cells, greatest=greatest))


def _over_rows(lowerer: "ExpressionLowerer", name: str, generator: n.Generator, rows: ListOf) -> Value:
    """An aggregate of child rows."""
    with _among(lowerer, generator, rows) as scope:
        taken = TRUE if generator.condition is None else truth_of(lowerer.compile(generator.condition))
        with lowerer.only_where(taken):
            item: Value = lowerer.compile(generator.item)
            if generator.variable.text == HIDDEN and not isinstance(generator.item, n.BoolLiteral):
                item = lowerer.used(item)
        take = lowerer.share(taken)
        if name == "share_of":
            value = _one_if(item)
        else:
            value = exact(1) if name == "count" or isinstance(item, Row) else single(item)
        value = lowerer.settled(value, None)
        if take.nullable or value.nullable:
            lowerer.truths([take])
        open_ = lowerer.share(either([is_null(take), both([holds(take), value.is_null])]))
    assert scope.aggregate is not None
    gather = scope.aggregate.gather
    waiting = _count_if(open_, gather, rows.maximum)
    if isinstance(value, Unknown):
        if name in {"min", "max"}:
            lowerer.gap(TRUE, lone=True)
            return _present(lowerer, rows, value)
        value = Num(null("int"), None, 0, Fraction(0), Fraction(0))
    if name == "count":
        found: Single = whole(_count_if(holds(take), gather, rows.maximum))
    elif name in {"sum", "mean", "share_of"}:
        found = _total(take, number(value), gather, rows.maximum)
        if name != "sum":
            count = lowerer.share(_count_if(holds(take), gather, rows.maximum))
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


def _total(take: Cell, value: Num, gather: Callable[[Cell], Cell], maximum: int) -> Num:
    if value.denominator is not None and value.denominator.op != "constant":
        raise NotNative("quotients of child rows are added", "对明细行的商求和")
    top = value.numerator if take == TRUE else case([(holds(take), value.numerator)], ZERO)
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
        raise NotNative("the greatest of quotients of child rows", "取明细行的商的最大值或最小值")
    cell = value.cells[0]
    if cell.kind != "int":
        raise NotNative("the greatest of values that are no numbers", "对非数值取最大值或最小值")
    inside = cell if take == TRUE else case([(holds(take), cell)], null("int"))
    gathered = gather(integer("greatest" if greatest else "least", (inside,), cell.low, cell.high, True))
    if isinstance(value, Num):
        return attrs.evolve(value, numerator=gathered)
    assert isinstance(value, Plain)
    return attrs.evolve(value, cell=gathered)
