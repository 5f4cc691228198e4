"""Calls over the cohort as window functions: places, ranks, shares, quotas and linear scales."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.check.order import membership, option_values, option_word
from tierlang.columnar.columns.cells import (
    FALSE,
    TRUE,
    Cell,
    add,
    both,
    bounded,
    case,
    compare,
    constant,
    divide,
    holds,
    inverse,
    is_null,
    multiply,
    null,
    subtract,
    when,
)
from tierlang.columnar.columns.numbers import NotNative, Num, exact, minus, over, plus, related, times, whole
from tierlang.columnar.columns.values import Plain, Single, Unknown, Value, number, pick, single, truth_of
from tierlang.columnar.columns.windows import Window
from tierlang.columnar.lowering import statistics
from tierlang.run.cohort import Settings
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.lower import Lowerer

NATIVE = frozenset(
    {
        "rank",
        "place",
        "scaled_rank",
        "top_share",
        "percent_rank",
        "cume_share",
        "better_share",
        "minmax",
        "top",
    }
)
"""Calls that rank the cohort; see statistics.py for what is a fact about it."""

ONE, TWO = constant(1), constant(2)
_NOTHING = Num(null("int"), None, 0, Fraction(0), Fraction(0))


@attrs.frozen
class Order:
    """
    How the members are ranked.

    Attributes:
        among: whether a subject is a member at all.
        inside: whether a subject is ranked or counted at all; *counted*, whether the call has a value for it.
        value: what is ranked; *complete*, whether every member has it.
        partition: the columns that are equal among those who are ranked together.
        keys: the columns they are ordered by, NULL last; NULL of who is no member, so that these stand behind all others.
        best: ``high`` or ``low``.
    """

    among: Cell
    partition: tuple[Cell, ...]
    keys: tuple[Cell, ...]
    best: str
    settings: Settings
    members: int
    value: Single
    inside: Cell
    complete: bool = True
    counted: Cell = TRUE

    def of_members(self, cell: Cell) -> Cell:
        """A cell that is NULL of who is no member."""
        return when(self.among, cell)

    def count(self, *, partition: tuple[Cell, ...] = ()) -> Cell:
        """How many members there are."""
        if self.among == TRUE:
            return self.window("window_count_all", partition=partition)
        return self.window("window_count", self.of_members(ONE), partition=partition)

    def above_zero(self, count: Cell) -> Cell:
        """A count of members that is 1 or more wherever it is looked at; 1 elsewhere, so that it can divide."""
        found = case([(compare("<", count, ONE), ONE)], count)
        return bounded(found, 1, max(1, self.members))

    def window(
        self, op: str, *args: Cell, keys: tuple[Cell, ...] = (), partition: tuple[Cell, ...] = ()
    ) -> Cell:
        """A window function over the members."""
        return Window(op, args, (*self.partition, *partition), self.best, keys).cell(self.members)


@attrs.frozen
class Seen:
    """
    What a call over the cohort sees of every subject.

    Attributes:
        values: the first argument, of a count maybe none; *further* are the others.
        then, within: the values of these options.
        belongs: whether the subject is in the cohort of the call, as Kleene's `and` has it.
    """

    values: tuple[Single, ...]
    further: tuple[Single, ...]
    then: tuple[Single, ...]
    within: tuple[Single, ...]
    belongs: Cell

    @property
    def singles(self) -> tuple[Single, ...]:
        """All values."""
        return (*self.values, *self.then, *self.further, *self.within)


def seen_by(lowerer: "Lowerer", call: n.Call) -> Seen:
    """
    Compute what a call sees of every subject.

    Raises:
        Beyond: columns cannot say it.
    """

    def compiled(exprs: Sequence[n.Expr]) -> tuple[Single, ...]:
        return tuple(single(lowerer.compile(expr)) for expr in exprs)

    first, further = compiled(call.arguments[:1]), compiled(call.arguments[1:])
    then, within = (compiled(option_values(call, key)) for key in ("then", "within"))
    belongs = TRUE
    if Settings.of(call, lowerer.scheme.ranking).among == "eligible":
        condition = membership(call)
        wanted = [] if condition is None else [truth_of(lowerer.compile(condition))]
        belongs = lowerer.share(both([lowerer.eligible, *wanted]))
        if wanted:
            lowerer.truths([belongs])
            lowerer.belonging.append(belongs)
    return Seen(first, further, then, within, belongs)


def over_cohort(lowerer: "Lowerer", call: n.Call) -> Single:
    """
    The value of a call for every subject; undetermined where the interpreter says so.

    Raises:
        NotNative: the columns do not know the function, or what it ranks.
    """
    seen = seen_by(lowerer, call)
    name = call.function.text
    if name not in NATIVE and name not in statistics.NATIVE:
        raise NotNative(
            f"`{name}` over the cohort is computed by the interpreter", f"对全体对象的 `{name}` 由解释器计算"
        )
    if any(value.is_null == TRUE for value in seen.within):
        lowerer.gap(TRUE)
        return Unknown()
    if name in statistics.NATIVE:
        return statistics.fact(lowerer, call, seen, _order(lowerer, call, seen, ()))
    return _rank(lowerer, call, seen)


def _order(
    lowerer: "Lowerer", call: n.Call, seen: Seen, keys: Sequence[Cell], value: Single = _NOTHING
) -> Order:
    """The members of a call's cohort, in groups."""
    settings = Settings.of(call, lowerer.scheme.ranking)
    groups = [lowerer.share(group_key(lowerer.settled(value, None))) for value in seen.within]
    among = lowerer.share(holds(seen.belongs))
    ranked = both([among, *(inverse(is_null(group)) for group in groups)])
    lowerer.truths([is_null(group) for group in groups if group.nullable])
    partition = tuple(cell for cell in groups if cell.op != "constant")
    shown = tuple(lowerer.share(when(among, cell)) for cell in keys)
    complete = not any(cell.nullable for cell in keys[:1])
    return Order(among, partition, shown, settings.best, settings, lowerer.members, value, ranked, complete)


def _rank(lowerer: "Lowerer", call: n.Call, seen: Seen) -> Single:
    """Where every member stands."""
    settings = Settings.of(call, lowerer.scheme.ranking)
    (first,), further, then = seen.values, seen.further, seen.then
    outside = call.function.text == "top" and membership(call) is not None
    if any(isinstance(value, Unknown) for value in further) or (
        settings.missing == "exclude" and any(isinstance(value, Unknown) for value in (first, *then))
    ):
        if outside:
            raise NotNative("what is ranked is unknown for all", "用于排名的值对所有对象都未知")
        lowerer.gap(TRUE)
        return Unknown()
    first = lowerer.settled(_or_nothing(first), None)
    key = lowerer.share(rank_key(first))
    breaks = [
        lowerer.share(when(inverse(is_null(key)), rank_key(lowerer.settled(_or_nothing(value), None))))
        for value in then
    ]
    order = _order(lowerer, call, seen, (key, *breaks), first)
    excluded = [is_null(key), *(is_null(cell) for cell in breaks)] if settings.missing == "exclude" else []
    counted = both([order.inside, *map(inverse, excluded), *(inverse(value.is_null) for value in further)])
    lowerer.orders[id(call)] = attrs.evolve(order, counted=counted)
    found = (
        _minmax(lowerer, order, number(first), further)
        if call.function.text == "minmax"
        else _standing(lowerer, order, call, further)
    )
    arms: list[tuple[Cell, Value]] = [(lowerer.share(counted), found)]
    if outside:
        arms.append((inverse(seen.belongs), Plain("bool", FALSE)))
    shown = lowerer.settled(found if counted == TRUE else pick(arms, None), None)
    lowerer.truths([is_null(cell) for cell in (key, *breaks) if cell.nullable])
    lowerer.gap(lowerer.share_null(shown), told=True)
    return shown


def _or_nothing(value: Single) -> Single:
    return _NOTHING if isinstance(value, Unknown) else value


def rank_key(value: Single) -> Cell:
    """
    An integer that orders values, and is equal for equal ones.

    Two different quotients with denominators up to D differ by 1/D² at least, so the whole part of the quotient times D² orders
    them, and no two share it.
    """
    if isinstance(value, Plain):
        if value.cell.kind != "int":
            raise NotNative("texts are ranked", "对文本排名")
        return value.cell
    if isinstance(value, Unknown):
        raise NotNative("what is ranked is unknown for all", "用于排名的值对所有对象都未知")
    if value.denominator is None or value.denominator.op == "constant":
        return value.numerator
    spread = value.denominator.high**2
    top, bottom = value.numerator, value.denominator
    low = value.low * 10**value.scale
    if top.low < 0:
        top = add(top, multiply(bottom, constant(-(low // 1) if low < 0 else 0)))
        if top.high < 0:
            return null("int")  # no value lies where it must: nobody has one
        top = bounded(top, 0, top.high)
    return divide(multiply(top, constant(spread)), bottom)


def group_key(value: Single) -> Cell:
    """A cell that is equal for equal values."""
    return value.cell if isinstance(value, Plain) else rank_key(value)


# ------------------------------------------------------------------ standings


def _standing(lowerer: "Lowerer", order: Order, call: n.Call, further: Sequence[Single]) -> Single:
    name, ties = call.function.text, order.settings.ties
    size = whole(_size(lowerer, order))
    if name == "cume_share":
        better = subtract(_place_cell(lowerer, order, "min"), ONE)
        return over(plus(size, minus(whole(bounded(better, 0, order.members - 1)))), size, lowerer.share)
    if name == "better_share":
        better = bounded(subtract(_place_cell(lowerer, order, "min"), ONE), 0, order.members - 1)
        return over(whole(better), size, lowerer.share)
    if name == "top":
        return _top(lowerer, order, call, number(further[0]), size)
    place = _place(lowerer, order, ties)
    inverse_rank = plus(size, minus(place))
    inverse_rank = plus(_held_number(inverse_rank, Fraction(0), Fraction(order.members - 1)), exact(1))
    match name:
        case "place":
            return place
        case "rank":
            return inverse_rank
        case "scaled_rank":
            return over(times(number(further[0]), inverse_rank), size, lowerer.share)
        case "top_share":
            found = over(place, size, lowerer.share)
            return attrs.evolve(found, low=max(found.low, Fraction(0)), high=Fraction(1))
        case _:
            others = plus(size, exact(-1))
            below = plus(inverse_rank, exact(-1))
            found = over(below, others, lowerer.share)
            found = attrs.evolve(found, low=Fraction(0), high=Fraction(1))
            return pick([(compare("==", others.numerator, constant(0)), exact(1))], found)


def _held_number(value: Num, low: Fraction, high: Fraction) -> Num:
    unit = 10**value.scale
    top = bounded(value.numerator, int(low * unit), int(high * unit))
    return attrs.evolve(value, numerator=top, low=max(value.low, low), high=min(value.high, high))


def _size(lowerer: "Lowerer", order: Order) -> Cell:
    """How many members are ranked."""
    if order.settings.missing == "exclude" and not order.complete:
        counted = lowerer.share(order.window("window_count", order.keys[0]))
    else:
        counted = lowerer.share(order.count())
    return lowerer.share(order.above_zero(counted))


def _place_cell(lowerer: "Lowerer", order: Order, ties: str) -> Cell:
    op = "dense_rank" if ties == "dense" else "rank"
    return bounded(lowerer.share(order.window(op, keys=order.keys)), 1, max(1, order.members))


def _tied(lowerer: "Lowerer", order: Order) -> Cell:
    """How many share the place, itself included."""
    found = lowerer.share(order.count(partition=order.keys))
    return bounded(lowerer.share(order.above_zero(found)), 1, max(1, order.members))


def _place(lowerer: "Lowerer", order: Order, ties: str) -> Num:
    place = _place_cell(lowerer, order, ties)
    if ties in {"min", "dense"}:
        return whole(place)
    tied = _tied(lowerer, order)
    if ties == "max":
        return whole(bounded(subtract(add(place, tied), ONE), 1, max(1, order.members)))
    doubled = bounded(subtract(add(multiply(place, TWO), tied), ONE), 2, 2 * max(1, order.members))
    return whole(multiply(doubled, constant(5)), 1)


def _top(lowerer: "Lowerer", order: Order, call: n.Call, quota: Num, size: Num) -> Single:
    counting = option_word(call, "count")
    if option_word(call, "at_tie") == "exclude":
        place = _place(lowerer, order, "max")
    else:
        place = _place(lowerer, order, "dense" if order.settings.ties == "dense" else "min")
    if counting is None:
        return Plain("bool", related("<=", place, quota))
    share = times(quota, size)
    # A place is whole, so that it need not be compared with a rounded quota.
    match counting:
        case "floor":
            return Plain("bool", related("<=", place, share))
        case "ceil":
            return Plain("bool", related("<", place, plus(share, exact(1))))
        case _:
            return Plain("bool", related("<=", place, plus(share, exact(Fraction(1, 2)))))


# ------------------------------------------------------------------ linear scales


def _minmax(lowerer: "Lowerer", order: Order, value: Num, further: Sequence[Single]) -> Single:
    low, high = number(further[0]), number(further[1])
    if value.denominator is not None and value.denominator.op != "constant":
        raise NotNative("the ends of a scale are quotients", "刻度的两端是商")
    key = value.numerator
    ends = [
        lowerer.share(_end(order, op, order.of_members(key))) for op in ("window_least", "window_greatest")
    ]
    bottom, top = (Num(end, value.denominator, value.scale, value.low, value.high) for end in ends)
    span = plus(top, minus(bottom))
    span = attrs.evolve(
        span,
        numerator=lowerer.share(bounded(span.numerator, 0, max(0, span.numerator.high))),
        low=Fraction(0),
    )
    rise = plus(value, minus(bottom)) if order.best == "high" else plus(top, minus(value))
    rise = attrs.evolve(
        rise, numerator=bounded(rise.numerator, 0, max(0, rise.numerator.high)), low=Fraction(0)
    )
    part = over(rise, span, lowerer.share)
    part = attrs.evolve(part, low=Fraction(0), high=Fraction(1))
    part = number(lowerer.settled(part, None))
    scaled = plus(low, times(part, plus(high, minus(low))))
    worst = is_null(key)
    level = compare("==", ends[0], ends[1])
    return pick([(worst, low), (level, high)], scaled)


def _end(order: Order, op: str, key: Cell) -> Cell:
    found = order.window(op, key)
    return attrs.evolve(found, low=key.low, high=key.high, nullable=key.nullable)
