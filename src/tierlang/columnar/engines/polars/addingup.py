"""
Sums and counts of child rows that stand together: what all rows before make, taken from what they make with those of a subject.

The sums of all rows may leave 64 bits and wrap; the difference of two of them is right all the same, because the sum of one
subject's rows fits. So do several of them in one number, each in bits of its own, as long as they fit together.
"""

from collections.abc import Sequence

import polars as pl

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Cell
from tierlang.columnar.columns.relation import HIDDEN, KEY, Named
from tierlang.columnar.engines.polars.spelling import INT, counted, is_fixed, spell

_ROWS = HIDDEN
_BITS = 62


def adds_up(columns: Sequence[Named]) -> bool:
    """Whether some aggregates are all sums and counts."""
    return all(column.cell.op in {"sum", "count", "count_all"} for column in columns)


def added_up(frame: pl.LazyFrame, columns: Sequence[Named]) -> pl.LazyFrame:
    """
    KEY and the aggregates of its rows.

    Args:
        frame: its rows with the same KEY follow one another.
    """
    parts = [part for column in columns for part in _parts_of(column)]
    words = _packed(parts)
    is_last = (pl.col(KEY) != pl.col(KEY).shift(-1)).fill_null(value=True)
    totals = [word.total().alias(word.name) for word in words]
    last = (
        frame.with_row_index(_ROWS, 1)
        .select(KEY, pl.col(_ROWS).cast(INT), is_last.alias("last"), *totals)
        .filter("last")
    )
    own = [pl.col(name) - pl.col(name).shift(1, fill_value=0) for name in [_ROWS, *(w.name for w in words)]]
    unpacked = [field for word in words for field in word.fields()]
    return last.select(KEY, *own).select(KEY, _ROWS, *unpacked).select(KEY, *map(_of_subject, columns))


@attrs.frozen
class _Part:
    """What is added up for every row; *most* is the greatest sum of one subject, None where it may be below 0."""

    name: str
    rows: pl.Expr
    most: int | None


@attrs.define
class _Word:
    """Parts that are added up in one number."""

    parts: list[_Part]

    @property
    def name(self) -> str:
        """Of the column that holds it."""
        return f"{_ROWS}{self.parts[0].name}"

    def takes(self, part: _Part) -> bool:
        """Whether another part fits in."""
        sizes = [one.most for one in (*self.parts, part)]
        return None not in sizes and sum(most.bit_length() for most in sizes if most is not None) <= _BITS

    def total(self) -> pl.Expr:
        """What all rows so far make."""
        found, shift = self.parts[0].rows, 0
        for before, part in zip(self.parts, self.parts[1:], strict=False):
            shift += (before.most or 0).bit_length()
            found = found + part.rows * 2**shift
        return found.cum_sum()

    def fields(self) -> list[pl.Expr]:
        """The sums of one subject, from what its rows make together."""
        rest, found = pl.col(self.name), []
        for part in self.parts[:-1]:
            size = 2 ** (part.most or 0).bit_length()
            found.append((rest % size).alias(part.name))
            rest = rest // size
        return [*found, rest.alias(self.parts[-1].name)]


def _packed(parts: Sequence[_Part]) -> list[_Word]:
    words: list[_Word] = []
    for part in parts:
        room = next((word for word in words if word.takes(part)), None)
        if room is None:
            words.append(_Word([part]))
        else:
            room.parts.append(part)
    return words


def _parts_of(column: Named) -> list[_Part]:
    """What must be added up for an aggregate."""
    cell = column.cell
    if cell.op == "count_all" or is_fixed(part := next(cell.cells)):
        return []
    rows = _Part(_counted(column.name), counted(part).cast(INT).fill_null(pl.lit(0, INT)), None)
    if cell.op == "count":
        return [attrs.evolve(rows, most=cell.high)]
    most = cell.high if part.low >= 0 else None
    added = _Part(_added(column.name), spell(part).fill_null(pl.lit(0, INT)), most)
    return [added, rows] if part.nullable else [added]


def _of_subject(column: Named) -> pl.Expr:
    """An aggregate from what belongs to one subject."""
    return _aggregate(column.name, column.cell).alias(column.name)


def _aggregate(name: str, cell: Cell) -> pl.Expr:
    rows = pl.col(_ROWS)
    if cell.op == "count_all":
        return rows
    (part,) = cell.cells
    if cell.op == "count":
        if is_fixed(part):
            return pl.when(spell(part).is_null()).then(pl.lit(0, INT)).otherwise(rows)
        return pl.col(_counted(name))
    if is_fixed(part):
        return spell(part) * rows
    added = pl.col(_added(name))
    return pl.when(pl.col(_counted(name)) > 0).then(added) if part.nullable else added


def _added(name: str) -> str:
    return f"{_ROWS}sum {name}"


def _counted(name: str) -> str:
    return f"{_ROWS}count {name}"
