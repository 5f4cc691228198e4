"""
Facts about a cohort as window functions: counts, sums, means, ends, medians, quantiles, variances.

Everybody may read them, whether a member or not. All are integers over integers: what lies at a place of an order is the
greatest value of which no more than so many are smaller.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.check.order import option_word
from tierlang.columnar.columns.cells import (
    ONE,
    TRUE,
    ZERO,
    Cell,
    add,
    both,
    bounded,
    case,
    coalesce,
    compare,
    constant,
    divide,
    integer,
    inverse,
    is_constant,
    is_null,
    multiply,
    null,
    subtract,
    when,
)
from tierlang.columnar.columns.numbers import NotNative, Num, over, whole
from tierlang.columnar.columns.values import Plain, Single, Unknown, number, pick
from tierlang.columnar.lowering.patterns import OWN_CAUSES
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.cohort import Order, Seen
    from tierlang.columnar.lowering.lower import Lowerer

NATIVE = frozenset({"count", "sum", "mean", "min", "max", "median", "quantile", "variance"})
"""Facts about the cohort that the columns know; the interpreter computes the others."""


def fact(lowerer: "Lowerer", call: n.Call, seen: "Seen", order: "Order") -> Single:
    """
    What a call says of the cohort, for every subject.

    Raises:
        NotNative: it is over quotients, or over something that is no number.
    """
    found = _of_everybody(lowerer, call, seen, order)
    grouped = both(inverse(is_null(group)) for group in order.partition)
    shown = lowerer.settled(found if grouped == TRUE else pick([(grouped, found)], None), None)
    told = lowerer.told.get(id(call))
    if told is not None:
        lowerer.told[id(call)] = lowerer.share(when(grouped, told))
        lowerer.scope.texts.append(lowerer.told[id(call)])
    lowerer.gap(lowerer.share_null(shown))
    return shown


def _of_everybody(lowerer: "Lowerer", call: n.Call, seen: "Seen", order: "Order") -> Single:
    name = call.function.text
    if not seen.values:
        return whole(lowerer.share(order.count()))
    value = lowerer.settled(seen.values[0], None)
    # Where the share is unknown, the interpreter knows which cause comes first, whatever the values are.
    share = _share_of(call, seen.further) if name in {"median", "quantile"} else None
    if isinstance(value, Unknown):
        return whole(ZERO) if name in {"count", "sum"} else value
    if name == "count":
        present = when(inverse(value.is_null), ONE)
        return whole(lowerer.share(order.window("window_count", order.of_members(present))))
    if any(cell.op != "constant" for cell in value.cells[1:]):
        raise NotNative(f"`{name}` of quotients over the cohort", f"对全体对象的商求 `{name}`")
    if value.cells[0].kind != "int":
        raise NotNative(f"`{name}` of values that are no numbers", f"对非数值求 `{name}`")
    key = lowerer.share(order.of_members(value.cells[0]))
    if name in {"min", "max"}:
        return _with(
            value, _window(lowerer, order, "window_least" if name == "min" else "window_greatest", key)
        )
    column = Column(lowerer, order, number(value), key)
    match name:
        case "sum":
            return column.sum()
        case "mean":
            return column.mean()
        case "variance":
            sample = option_word(call, "of") == "sample"
            if sample:
                lowerer.told[id(call)] = column.too_few()
            return column.variance(sample=sample)
        case _:
            assert share is not None
            return column.quantile(*share)


def _window(lowerer: "Lowerer", order: "Order", op: str, key: Cell) -> Cell:
    """The least or greatest value."""
    found = order.window(op, key)
    return lowerer.share(attrs.evolve(found, low=key.low, high=key.high, nullable=True))


def _with(value: Single, cell: Cell) -> Single:
    """A value of the same kind."""
    if isinstance(value, Num):
        return attrs.evolve(value, numerator=cell)
    assert isinstance(value, Plain)
    return Plain(value.kind, cell)


def _share_of(call: n.Call, further: Sequence[Single]) -> tuple[Fraction, str]:
    """Which quantile is asked for, and by which method; it must be the same for everybody."""
    if call.function.text == "median":
        return Fraction(1, 2), "sas5"
    (share,) = further
    if not isinstance(share, Num) or not all(map(is_constant, share.cells)):
        raise NotNative("a quantile whose share is not the same for everybody", "分位数的比例因对象而异")
    top, bottom = share.numerator, share.denominator or ONE
    found = Fraction(top.low, bottom.low * 10**share.scale)
    return min(max(found, Fraction(0)), Fraction(1)), option_word(call, "method") or "nearest"


@attrs.frozen
class Column:
    """
    The numbers of the members.

    Attributes:
        key: numerator of *value*, NULL of who is no member or has none.
    """

    lowerer: "Lowerer"
    order: "Order"
    value: Num
    key: Cell

    @property
    def count(self) -> Cell:
        """How many there are."""
        return self.lowerer.share(self.order.window("window_count", self.key))

    @property
    def size(self) -> Cell:
        """The same, but 1 where there are none, so that it can divide."""
        return self.lowerer.share(self.order.above_zero(self.count))

    def too_few(self) -> Cell:
        """Why there is no variance of a sample: one value is too few whatever the subject itself has."""
        none, one = compare("==", self.count, ZERO), compare("==", self.count, ONE)
        return case([(none, constant(f"{OWN_CAUSES} empty")), (one, constant("empty"))], null("text"))

    def added(self, cell: Cell) -> Cell:
        """The sum of a cell over the members; 0 where there are none."""
        most = self.order.members
        low, high = min(0, cell.low * most), max(0, cell.high * most)
        found = self.order.window("window_sum", cell)
        found = integer(found.op, found.args, low, high, True)
        return self.lowerer.share(coalesce([self.lowerer.share(found), ZERO]))

    def sum(self) -> Num:
        """Their sum."""
        most = self.order.members
        low, high = min(Fraction(0), self.value.low * most), max(Fraction(0), self.value.high * most)
        return Num(self.added(self.key), self.value.denominator, self.value.scale, low, high)

    def mean(self) -> Num:
        """Their mean; undetermined where there are none."""
        found = over(self.sum(), whole(self.count), self.lowerer.share)
        return attrs.evolve(found, low=self.value.low, high=self.value.high)

    def variance(self, *, sample: bool) -> Num:
        """(n Σx² − (Σx)²) / n², or of a sample over n (n − 1); undetermined where there are too few."""
        share, count = self.lowerer.share, self.count
        squares = self.added(share(multiply(self.key, self.key)))
        total = self.added(self.key)
        spread = share(subtract(multiply(count, squares), multiply(total, total)))
        spread = bounded(spread, 0, max(0, spread.high))
        bottom = share(multiply(count, subtract(count, ONE) if sample else count))
        bottom = bounded(bottom, 0, max(0, bottom.high))
        found = over(
            Num(spread, None, 2 * self.value.scale, Fraction(0), Fraction(spread.high)), whole(bottom), share
        )
        if self.value.denominator is not None:
            assert found.denominator is not None
            unit = multiply(self.value.denominator, self.value.denominator)
            found = attrs.evolve(found, denominator=multiply(found.denominator, unit))
        width = max(abs(self.value.low), abs(self.value.high))
        return attrs.evolve(found, low=Fraction(0), high=Fraction(4) * width * width)

    def quantile(self, share: Fraction, method: str) -> Num:
        """The value below which a share of them lies; undetermined where there are none. See run/numbers.py."""
        top, bottom = constant(share.numerator), constant(share.denominator)
        size, held = self.size, self.lowerer.share
        if method == "linear":
            scaled = held(multiply(subtract(size, ONE), top))
            scaled = bounded(scaled, 0, scaled.high)
            low = held(divide(scaled, bottom))
            rest = held(bounded(subtract(scaled, multiply(low, bottom)), 0, share.denominator - 1))
            first = self._at(held(add(low, ONE)))
            next_ = self._at(held(case([(compare("<", add(low, ONE), size), add(low, constant(2)))], size)))
            mixed = add(multiply(first, subtract(bottom, rest)), multiply(next_, rest))
            ends = (
                self.value.numerator.low * share.denominator,
                self.value.numerator.high * share.denominator,
            )
            return self._over(bounded(mixed, *ends), share.denominator)
        scaled = held(multiply(size, top))
        low = held(divide(scaled, bottom))
        rest = subtract(scaled, multiply(low, bottom))
        is_whole = held(compare("==", rest, ZERO))
        after = add(low, ONE)
        place = held(case([(is_whole, low)], after))
        place = held(case([(compare("<", place, ONE), ONE)], place))
        if method != "sas5" or share in {0, 1}:
            return self._over(self._at(place), 1)
        upper = held(case([(is_whole, after)], place))
        both_ = add(self._at(place), self._at(upper))
        return self._over(both_, 2)

    def _over(self, cell: Cell, denominator: int) -> Num:
        bottom = self.value.denominator
        if denominator > 1:
            bottom = constant(denominator) if bottom is None else multiply(bottom, constant(denominator))
        return Num(cell, bottom, self.value.scale, self.value.low, self.value.high)

    def _at(self, place: Cell) -> Cell:
        """What lies at a place, counted from the least; NULL where there is nothing."""
        rising = attrs.evolve(self.order, best="low")
        rank = self.lowerer.share(
            bounded(rising.window("rank", keys=(self.key,)), 1, max(1, self.order.members))
        )
        reached = self.lowerer.share(when(compare("<=", rank, place), self.key))
        return _window(self.lowerer, self.order, "window_greatest", reached)
