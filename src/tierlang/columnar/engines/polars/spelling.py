"""
Cells as expressions of Polars: how each operation is spelt.

Every integer has 64 bits and wraps without a word, so that nothing is spelt here whose interval does not fit: the engine
(engine.py) looks before. An expression of Polars computes every branch of a choice for every row; none of the operations
used here can fail, so what stands in a branch that is not taken does not matter.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import NARROW, Cell, columns_in, is_constant, is_there, null
from tierlang.columnar.columns.windows import Window

INT = pl.Int64
TYPES: Mapping[str, Any] = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
EPOCH = 719_163
"""The number of the day 1970-01-01."""
_LAST = 3_652_059
"""The number of the last day of the calendar."""
_MONTHS = 120_000
"""The months of the calendar, and some."""


def spell(cell: Cell) -> pl.Expr:
    """A cell as an expression; a window function is one over the whole frame."""
    return SPELT[cell.op](cell)


def named(name: str, cell: Cell) -> pl.Expr:
    """A cell under the name of its column."""
    return spell(cell).alias(name)


def is_wide(cell: Cell) -> bool:
    """Whether a number in a cell, or on the way to it, may need more than 64 bits."""
    return (cell.kind == "int" and cell.wide) or any(map(is_wide, cell.cells))


def _parts(cell: Cell) -> list[pl.Expr]:
    return [spell(part) for part in cell.cells]


def _column(cell: Cell) -> pl.Expr:
    return pl.col(str(cell.args[0]))


def _constant(cell: Cell) -> pl.Expr:
    return pl.lit(cell.value, dtype=TYPES[cell.kind])


def _two(combine: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[Cell], pl.Expr]:
    """An operation on two cells."""

    def spelt(cell: Cell) -> pl.Expr:
        left, right = _parts(cell)
        return combine(left, right)

    return spelt


def _and(cell: Cell) -> pl.Expr:
    first, *rest = _parts(cell)
    for part in rest:
        first = first & part
    return first


def _or(cell: Cell) -> pl.Expr:
    first, *rest = _parts(cell)
    for part in rest:
        first = first | part
    return first


def _one(cell: Cell) -> pl.Expr:
    return spell(next(cell.cells))


def _case(cell: Cell) -> pl.Expr:
    *arms, found = _parts(cell)
    for condition, value in zip(reversed(arms[::2]), reversed(arms[1::2]), strict=True):
        found = pl.when(condition).then(value).otherwise(found)
    return found


# ------------------------------------------------------------------ aggregates of child rows


def is_fixed(cell: Cell) -> bool:
    """Whether a cell is the same for all rows, so that Polars would take it for one row."""
    return next(columns_in(cell), None) is None


def _sum(cell: Cell) -> pl.Expr:
    (part,) = cell.cells
    if is_fixed(part):
        return spell(part) * pl.len().cast(INT)
    found = spell(part)
    if not part.nullable:
        return found.sum()
    return pl.when(found.is_not_null().any()).then(found.sum())  # Polars: the sum of nothing is 0


def _count(cell: Cell) -> pl.Expr:
    (part,) = cell.cells
    if is_fixed(part):
        return pl.when(spell(part).is_null()).then(pl.lit(0, INT)).otherwise(pl.len().cast(INT))
    return counted(part).sum().cast(INT)


def counted(part: Cell) -> pl.Expr:
    """Whether a cell is there, for every row; it may be NULL for no."""
    return spell(is_there(part)) if part.nullable else spell(part).is_not_null()


def _count_all(_: Cell) -> pl.Expr:
    return pl.len().cast(INT)


def _least(cell: Cell) -> pl.Expr:
    (part,) = cell.cells
    return spell(part) if is_fixed(part) else spell(part).min()


def _greatest(cell: Cell) -> pl.Expr:
    (part,) = cell.cells
    return spell(part) if is_fixed(part) else spell(part).max()


# ------------------------------------------------------------------ window functions


def parts_of_window(cell: Cell) -> tuple[list[Cell], list[Cell], bool, list[Cell]]:
    """What a window function is computed over, its partition, whether the highest is first, and its keys."""
    window = Window.of(cell)
    return (
        list(window.values),
        [part for part in window.partition if not is_fixed(part)],
        window.best == "high",
        [key for key in window.keys if not is_fixed(key)],
    )


def _over(found: Callable[[pl.Expr | None], pl.Expr], partition: Sequence[Cell]) -> pl.Expr:
    """
    An aggregate over a partition.

    Two sides of a condition are gathered by the condition, which is much cheaper than to group by it.

    Args:
        found: the aggregate, of all rows or of those for which a condition holds.
    """
    if not partition:
        return found(None)
    if _is_condition(partition):
        side = spell(partition[0])
        return pl.when(side).then(found(side)).otherwise(found(~side))
    return found(None).over([spell(part) for part in partition])


def _is_condition(partition: Sequence[Cell]) -> bool:
    return len(partition) == 1 and partition[0].kind == "bool" and not partition[0].nullable


def _window_count_all(cell: Cell) -> pl.Expr:
    _, partition, _, _ = parts_of_window(cell)
    return _over(
        lambda side: (pl.len() if side is None else side.sum()).cast(INT),
        partition,
    )


def _window_count(cell: Cell) -> pl.Expr:
    (value,), partition, _, _ = parts_of_window(cell)
    if is_fixed(value):
        everybody = _window_count_all(cell)
        return pl.when(spell(value).is_null()).then(pl.lit(0, INT)).otherwise(everybody)
    there = spell(value).is_not_null()
    return _over(lambda side: (there if side is None else there & side).sum().cast(INT), partition)


def _window_sum(cell: Cell) -> pl.Expr:
    (value,), partition, _, _ = parts_of_window(cell)
    if is_fixed(value):
        return spell(value) * _window_count_all(cell)
    found = spell(value)

    def total(side: pl.Expr | None) -> pl.Expr:
        taken = found if side is None else pl.when(side).then(found)
        return pl.when(taken.is_not_null().any()).then(taken.sum())  # Polars: the sum of nothing is 0

    return _over(total, partition)


def _window_end(pick: Callable[[pl.Expr], pl.Expr]) -> Callable[[Cell], pl.Expr]:
    def spelt(cell: Cell) -> pl.Expr:
        (value,), partition, _, _ = parts_of_window(cell)
        if is_fixed(value):
            return spell(value)
        found = spell(value)
        return _over(
            lambda side: pick(found if side is None else pl.when(side).then(found)),
            partition,
        )

    return spelt


def _rank(cell: Cell) -> pl.Expr:
    standing = standing_of(cell)
    return pl.lit(1, INT) if standing is None else place_of(standing.parts, standing.half, cell.op)


def place_of(parts: Sequence[pl.Expr], half: int, op: str) -> pl.Expr:
    """A rank by sorting; see `Standing`."""
    *partition, code = parts
    method: Any = "min" if op == "rank" else "dense"
    if partition:
        return code.rank(method).over(partition).cast(INT)
    place = code.rank(method).cast(INT)
    if not half:
        return place
    first = code < half
    before = first.sum() if op == "rank" else code.filter(first).n_unique()
    return place - pl.when(first).then(pl.lit(0, INT)).otherwise(before.cast(INT))


def _folded(code: pl.Expr, size: int, side: pl.Expr) -> pl.Expr:
    """
    One order for both sides of a condition: those for whom it holds come first.

    Of the others, at whom nobody may look, a key might lie outside its interval; it stays behind all the same.
    """
    return pl.when(side).then(code).otherwise(code.clip(0, size - 1) + size)


@attrs.frozen
class Standing:
    """
    What orders rows.

    Attributes:
        parts: columns that are equal among those who are ordered together, and last an integer, least for the first.
        half: where one half of the integers begins that is counted by itself; 0 for none.
        size: a number above all the integers, which are 0 or more.
    """

    parts: tuple[pl.Expr, ...]
    half: int
    size: int


def standing_of(cell: Cell) -> Standing | None:
    """What a rank follows from; None where it is the same for all rows."""
    _, partition, high, keys = parts_of_window(cell)
    if not keys:
        return None
    code, size = _code(keys, high=high, members=cell.high)
    if _is_condition(partition) and 2 * size <= NARROW:
        return Standing((_folded(code, size, spell(partition[0])),), size, 2 * size)
    return Standing((*(spell(part) for part in partition), code), 0, size)


def _code(keys: Sequence[Cell], *, high: bool, members: int) -> tuple[pl.Expr, int]:
    """
    Keys as one integer of 0 or more that is least for the first in order; NULL comes last in both directions.

    Returns:
        The integer, and a number above all of them.
    """
    found, size = _code_of(keys[0], high=high, members=members)
    for key in keys[1:]:
        code, one = _code_of(key, high=high, members=members)
        if size * one > NARROW:
            found, size = _dense(found, members)
        if size * one > NARROW:
            code, one = _dense(code, members)
        found, size = found * one + code, size * one
    return found, size


def _code_of(key: Cell, *, high: bool, members: int) -> tuple[pl.Expr, int]:
    size = key.high - key.low + 1
    found = spell(key)
    if size < NARROW:
        code = key.high - found if high else found - key.low
    else:  # the difference might wrap
        code, size = _dense(found, members, high=high)
    return (code.fill_null(pl.lit(size, INT)), size + 1) if key.nullable else (code, size)


def _dense(found: pl.Expr, members: int, *, high: bool = False) -> tuple[pl.Expr, int]:
    """The same order in integers that are no more than there are rows."""
    return found.rank("dense", descending=high).cast(INT), members + 1


# ------------------------------------------------------------------ days


def _date(cell: Cell) -> pl.Expr:
    """A day's number as a date; a number outside the calendar, at which nobody looks, as its end."""
    day = spell(next(cell.cells)).clip(1, _LAST)
    return (day - EPOCH).cast(pl.Int32).cast(pl.Date)


def _year(cell: Cell) -> pl.Expr:
    return _date(cell).dt.year().cast(INT)


def _month(cell: Cell) -> pl.Expr:
    return _date(cell).dt.month().cast(INT)


def _day_of_month(cell: Cell) -> pl.Expr:
    return _date(cell).dt.day().cast(INT)


def _first_of_month(months: pl.Expr) -> pl.Expr:
    """The number of the first day of a month, which is counted from the start of year 0, by whole division only."""
    year, month = months // 12, months % 12 + 1
    year = year - (month <= 2).cast(INT)
    month = pl.when(month > 2).then(month - 3).otherwise(month + 9)
    era = year // 400
    of_era = year - era * 400
    days = of_era * 365 + of_era // 4 - of_era // 100 + (month * 153 + 2) // 5
    return era * 146_097 + days - 305


def _day_number(date: pl.Expr) -> pl.Expr:
    return date.to_physical().cast(INT) + EPOCH


def _months_later(cell: Cell) -> pl.Expr:
    _, later = cell.cells
    if later.op == "case" and len(later.args) == 3:
        condition, months, otherwise = later.cells
        if otherwise == null("int"):
            return pl.when(spell(condition)).then(_later(cell, months))
    return _later(cell, later)


def _later(cell: Cell, later: Cell) -> pl.Expr:
    """A day some months later, or the last one of that month where it has no such day."""
    if is_constant(later) and abs(later.low) <= _MONTHS:
        return _day_number(_date(cell).dt.offset_by(f"{later.low}mo"))
    months = _year(cell) * 12 + _month(cell) - 1 + spell(later)
    first, following = _first_of_month(months), _first_of_month(months + 1)
    return first + pl.min_horizontal(_day_of_month(cell), following - first) - 1


def _last_day(cell: Cell) -> pl.Expr:
    return _day_number(_date(cell).dt.month_end())


SPELT: Mapping[str, Callable[[Cell], pl.Expr]] = {
    "column": _column,
    "constant": _constant,
    "add": _two(lambda a, b: a + b),
    "subtract": _two(lambda a, b: a - b),
    "multiply": _two(lambda a, b: a * b),
    "negate": lambda cell: pl.lit(0, INT) - _one(cell),
    "flag": lambda cell: _one(cell).cast(INT),
    "divide": _two(lambda a, b: a // b),
    "<": _two(lambda a, b: a < b),
    "<=": _two(lambda a, b: a <= b),
    ">": _two(lambda a, b: a > b),
    ">=": _two(lambda a, b: a >= b),
    "==": _two(lambda a, b: a == b),
    "!=": _two(lambda a, b: a != b),
    "and": _and,
    "or": _or,
    "not": lambda cell: ~_one(cell),
    "is_null": lambda cell: _one(cell).is_null(),
    "case": _case,
    "coalesce": lambda cell: pl.coalesce(_parts(cell)),
    "sum": _sum,
    "count": _count,
    "count_all": _count_all,
    "least": _least,
    "greatest": _greatest,
    "rank": _rank,
    "dense_rank": _rank,
    "window_count": _window_count,
    "window_count_all": _window_count_all,
    "window_sum": _window_sum,
    "window_least": _window_end(lambda found: found.min()),
    "window_greatest": _window_end(lambda found: found.max()),
    "year": _year,
    "month": _month,
    "day_of_month": _day_of_month,
    "months_later": _months_later,
    "last_day": _last_day,
}
"""By operation what spells it; every one of `cells.OPERATIONS`."""
