"""
Window functions on Polars: all rows are held in memory, each number in the smallest type that its interval allows.

Where few different keys are ranked, the rows with each are counted, the keys are ranked, and every row looks up its own; no row
is sorted. All else that looks at all rows is a number or two, once they are there.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Cell, Scalar
from tierlang.columnar.columns.relation import HIDDEN, KEY, Named
from tierlang.columnar.engines.polars.collecting import collected
from tierlang.columnar.engines.polars.spelling import INT, Standing, named, place_of, standing_of

_RANKS = frozenset({"rank", "dense_rank"})
ROWS_FOR_EACH = 4
"""Rows are counted where there are so many for each different key."""
_SMALLER: Sequence[tuple[Any, int]] = ((pl.Int8, 2**7 - 1), (pl.Int16, 2**15 - 1), (pl.Int32, 2**31 - 1))


def narrow(found: pl.Expr, cell: Cell) -> pl.Expr:
    """A cell in the smallest type that holds its interval; what nobody looks at may wrap."""
    if cell.kind != "int":
        return found
    small = next((kind for kind, most in _SMALLER if cell.size <= most), None)
    return found if small is None else found.cast(small, wrap_numerical=True)


@attrs.frozen
class _Ranking:
    """Ranks of the same rows in the same order; *keys* are the columns of the parts of *standing*."""

    standing: Standing
    keys: Sequence[str]
    columns: Sequence[Named]


def with_windows(
    frame: pl.LazyFrame, columns: Sequence[Named], readers: Iterable[Cell] | None, most: int
) -> pl.LazyFrame:
    """
    A frame with window functions as further columns.

    Args:
        readers: what is read of it later on; None for all of it.
        most: up to so many keys there can be, each has a place where its rank is looked up; 0 for never to count.
    """
    rankings, others = _taken_apart(columns)
    codes = [
        part.alias(key)
        for ranking in rankings
        for part, key in zip(_codes(ranking.standing, most), ranking.keys, strict=True)
    ]
    later = None if readers is None else list(readers)
    kept = _kept(frame, later)
    read = kept | ({} if later is None else _kept(frame, [*later, *(column.cell for column in others)]))
    held = _in_one_piece(
        collected(frame.select(*(narrow(pl.col(name), cell) for name, cell in read.items()), *codes))
    )
    everywhere, found = _looked_at(held, others, read)
    held = held.select(*kept, *(key for ranking in rankings for key in ranking.keys)).hstack(found)
    for ranking in rankings:
        places = _ranks(held, ranking, most)
        held = held.drop(ranking.keys).hstack(places)
    kept |= {column.name: column.cell for ranking in rankings for column in ranking.columns}
    return _wide(held, kept).with_columns(everywhere)


def _in_one_piece(held: pl.DataFrame) -> pl.DataFrame:
    """Each column in one piece, so that none is copied when others are put beside it."""
    return pl.DataFrame([held.drop_in_place(name).rechunk() for name in held.columns])


def _wide(held: pl.DataFrame, kept: Mapping[str, Cell]) -> pl.LazyFrame:
    """What is held, with all numbers in 64 bits."""
    narrowed = [name for name, cell in kept.items() if cell.kind == "int" and held.schema[name] != INT]
    return held.lazy().with_columns(pl.col(name).cast(INT) for name in narrowed)


def _looked_at(
    held: pl.DataFrame, columns: Sequence[Named], kept: Mapping[str, Cell]
) -> tuple[list[pl.Expr], list[pl.Series]]:
    """Window functions that are no rankings: those with one value for all rows, and others, one after the other."""
    everywhere, found = [], []
    for column in columns:
        one = collected(_wide(held, kept).select(named(column.name, column.cell)), engine="in-memory")
        values = one.get_column(column.name)
        if values.len() != held.height:
            everywhere.append(pl.lit(values.item(), values.dtype).alias(column.name))
        else:
            found.append(values)
    return everywhere, found


def _taken_apart(columns: Sequence[Named]) -> tuple[list[_Ranking], list[Named]]:
    """Rankings, and other functions."""
    orders: dict[tuple[Cell | Scalar, ...], list[Named]] = {}
    others = []
    for column in columns:
        if column.cell.op in _RANKS and standing_of(column.cell) is not None:
            orders.setdefault(column.cell.args, []).append(column)
        else:
            others.append(column)
    rankings = []
    for number, group in enumerate(orders.values()):
        standing = standing_of(group[0].cell)
        assert standing is not None
        keys = [f"#{number}.{place}" for place in range(len(standing.parts))]
        rankings.append(_Ranking(standing, keys, group))
    return rankings, others


def _codes(standing: Standing, most: int) -> Sequence[pl.Expr]:
    """What is ranked, as it is held; a key outside its interval, at which nobody looks, comes after all others."""
    if not _has_places(standing, most):
        return standing.parts
    code = standing.parts[0].cast(pl.UInt32, wrap_numerical=True)
    return [code if standing.size > 2**16 else code.clip(0, standing.size - 1).cast(pl.UInt16)]


def _has_places(standing: Standing, most: int) -> bool:
    return len(standing.parts) == 1 and standing.size <= most


def _kept(frame: pl.LazyFrame, readers: Sequence[Cell] | None) -> dict[str, Cell]:
    """The columns that are read later on, with the widest interval that somebody knows of."""
    there = frame.collect_schema().names()
    if readers is None:
        return {name: Cell("column", (name,), "text", 0, 0, True) for name in there}
    found: dict[str, Cell] = {KEY: Cell("column", (KEY,), "text", 0, 0, True)}
    stack = list(readers)
    while stack:
        cell = stack.pop()
        stack.extend(cell.cells)
        name = str(cell.args[0]) if cell.op == "column" else ""
        if name in found:
            low, high = min(found[name].low, cell.low), max(found[name].high, cell.high)
            found[name] = attrs.evolve(found[name], low=low, high=high)
        elif name:
            found[name] = cell
    return {name: cell for name, cell in found.items() if name in there}


def _ranks(held: pl.DataFrame, ranking: _Ranking, most: int) -> pl.DataFrame:
    """The columns of a ranking, row by row."""
    keys, names = list(ranking.keys), [column.name for column in ranking.columns]
    if _has_places(ranking.standing, most):
        size, (key,) = ranking.standing.size, keys
        every = pl.DataFrame({key: pl.int_range(size, eager=True).cast(held.schema[key])})
        table = every.join(_places(held, ranking), on=key, how="left", maintain_order="left")
        return table.select(pl.col(names).gather(held.get_column(key), null_on_oob=True))
    if most and _are_few(held, keys):
        places = _places(held, ranking)
        mine = held.select(keys).join(places, on=keys, how="left", nulls_equal=True, maintain_order="left")
        return mine.select(names)
    parts, half = list(map(pl.col, keys)), ranking.standing.half
    return held.select(
        narrow(place_of(parts, half, column.cell.op), column.cell).alias(column.name)
        for column in ranking.columns
    )


def _are_few(held: pl.DataFrame, keys: Sequence[str]) -> bool:
    """Whether there are many rows for each different key; who is wrong about it is only slower."""
    different = held.select(pl.col(keys).approx_n_unique()).row(0)
    return bool(math.prod(different) * ROWS_FOR_EACH <= held.height)


def _places(held: pl.DataFrame, ranking: _Ranking) -> pl.DataFrame:
    """The ranks of each key, from the rows that have it."""
    *partition, key = keys = list(ranking.keys)
    half = ranking.standing.half
    counts = collected(held.lazy().select(keys).group_by(keys).agg(pl.len().cast(INT).alias(HIDDEN))).sort(
        keys
    )
    rows = pl.col(HIDDEN)
    forms = {"rank": rows.cum_sum() - rows + 1, "dense_rank": pl.int_range(1, pl.len() + 1, dtype=INT)}
    first = pl.col(key) < half
    before = {"rank": rows.filter(first).sum(), "dense_rank": first.sum().cast(INT)}
    found = []
    for column in ranking.columns:
        place = forms[column.cell.op]
        if partition:
            place = place.over(partition)
        elif half:
            place = place - pl.when(first).then(pl.lit(0, INT)).otherwise(before[column.cell.op])
        found.append(narrow(place, column.cell).alias(column.name))
    return counts.select(*keys, *found)
