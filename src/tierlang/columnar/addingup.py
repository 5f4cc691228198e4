"""
Sums and counts of child rows that stand together: what all rows before make, taken from what they make with those of a subject.

The sums of all rows may leave 64 bits and wrap; the difference of two of them is right all the same, because the sum of one
subject's rows fits.
"""

from collections.abc import Sequence

import polars as pl

from tierlang.columnar.cells import Cell
from tierlang.columnar.relation import KEY, Named
from tierlang.columnar.spelling import INT, counted_rows_of, is_fixed, spell

_ROWS = "#"


def adds_up(columns: Sequence[Named]) -> bool:
    """Whether some aggregates are all sums and counts."""
    return all(column.cell.op in {"sum", "count", "count_all"} for column in columns)


def added_up(frame: pl.LazyFrame, columns: Sequence[Named]) -> pl.LazyFrame:
    """
    KEY and the aggregates of its rows.

    Args:
        frame: its rows with the same KEY follow one another.
    """
    totals: dict[str, pl.Expr] = {}
    found = [_of_subject(column, totals).alias(column.name) for column in columns]
    is_last = (pl.col(KEY) != pl.col(KEY).shift(-1)).fill_null(value=True)
    last = (
        frame.with_row_index(_ROWS, 1)
        .select(KEY, pl.col(_ROWS).cast(INT), is_last.alias("last"), *(t.alias(n) for n, t in totals.items()))
        .filter("last")
    )
    own = [pl.col(name) - pl.col(name).shift(1, fill_value=0) for name in [_ROWS, *totals]]
    return last.select(KEY, *own).select(KEY, *found)


def _of_subject(column: Named, totals: dict[str, pl.Expr]) -> pl.Expr:
    """An aggregate from what belongs to one subject of *totals*, to which those that it needs are added."""
    cell, rows = column.cell, pl.col(_ROWS)
    if cell.op == "count_all":
        return rows
    (part,) = cell.cells
    if cell.op == "count":
        return _count(column.name, part, totals)
    if is_fixed(part):
        return spell(part) * rows
    name = f"{_ROWS}{column.name}"
    totals[name] = _total(spell(part))
    if not part.nullable:
        return pl.col(name)
    return pl.when(_count(column.name, part, totals) > 0).then(pl.col(name))


def _count(name: str, part: Cell, totals: dict[str, pl.Expr]) -> pl.Expr:
    """The number of rows for which a cell is there."""
    if is_fixed(part):
        return pl.when(spell(part).is_null()).then(pl.lit(0, INT)).otherwise(pl.col(_ROWS))
    counted = f"{_ROWS}{_ROWS}{name}"
    totals[counted] = _total(counted_rows_of(part).cast(INT))
    return pl.col(counted)


def _total(found: pl.Expr) -> pl.Expr:
    return found.fill_null(pl.lit(0, INT)).cum_sum()
