"""A lowered scheme as one lazy frame of Polars: chains of columns, joined with what is gathered from child rows."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from tierlang.columnar.cells import Cell, Scalar, columns_in
from tierlang.columnar.query import Query
from tierlang.columnar.relation import KEY, Aggregate, Named, Position, Relation, needed
from tierlang.columnar.spelling import Standing, named, standing_of

MOST = 2**20
"""Different keys that are counted; more are sorted."""


def frame_of(query: Query, scan: Callable[[str, set[str]], pl.LazyFrame]) -> pl.LazyFrame:
    """What a query selects."""
    wanted = [name for column in query.columns for name in columns_in(column.cell)]
    relation = query.lowerer.scope.relation
    used = needed(relation, wanted)
    frame = Frames(scan, used, MOST).chain(relation, scan(relation.name, _scanned(relation, used, wanted)))
    return frame.select(KEY, *map(_handed_over, query.columns))


def collected(frame: pl.LazyFrame) -> pl.DataFrame:
    """All rows of a frame, which may be interrupted."""
    with interrupted_once():
        return frame.collect(engine="streaming")


@contextlib.contextmanager
def interrupted_once() -> Iterator[None]:
    """Hear an interruption once: Polars raises it when it has stopped, and Python at its next step, while others tidy up."""
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(0)
        raise


def _handed_over(column: Named) -> pl.Expr:
    """A column of the result in the smallest type that holds its interval; what nobody looks at may wrap."""
    found = named(column.name, column.cell)
    if column.cell.kind != "int":
        return found
    size = max(abs(column.cell.low), abs(column.cell.high))
    small = next((kind for kind, most in _SMALLER if size <= most), None)
    return found if small is None else found.cast(small, wrap_numerical=True)


_SMALLER: Sequence[tuple[Any, int]] = ((pl.Int8, 2**7 - 1), (pl.Int16, 2**15 - 1), (pl.Int32, 2**31 - 1))


def _scanned(relation: Relation, used: set[str], wanted: Iterable[str]) -> set[str]:
    """The columns of its scan that a chain reads, or that are asked of it."""
    joined = {column.name for aggregate in relation.aggregates for column in aggregate.columns}
    mine = [column.cell for name, column in relation.columns.items() if name in used]
    read = {*wanted, *(name for cell in mine for name in columns_in(cell))}
    for aggregate in relation.aggregates:
        if _is_used(aggregate, used):
            read |= aggregate.rows.outer.keys()
    return read - joined - relation.columns.keys() - relation.outer.keys()


def _is_used(aggregate: Aggregate, used: set[str]) -> bool:
    return any(column.name in used for column in aggregate.columns)


class Frames:
    """
    Writes the chains of a query as lazy frames.

    Args:
        scan: gives the rows of a scan with some of its columns.
        used: the columns that are computed.
    """

    def __init__(self, scan: Callable[[str, set[str]], pl.LazyFrame], used: set[str], most: int) -> None:
        self._scan = scan
        self._used = used
        self._most = most

    def chain(self, relation: Relation, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The columns of a relation, level by level."""
        levels: dict[Position, list[Named]] = {}
        for name, column in relation.columns.items():
            if name in self._used:
                levels.setdefault(relation.position(name), []).append(column)
        joins: dict[Position, list[Aggregate]] = {}
        for aggregate in relation.aggregates:
            if _is_used(aggregate, self._used):
                joins.setdefault(aggregate.position, []).append(aggregate)
        for position in sorted({*levels, *joins}):
            gathered = [self._aggregate(aggregate, frame) for aggregate in joins.get(position, [])]
            for part in gathered:
                frame = frame.join(part, on=KEY, how="left")
            frame = self._level(frame, levels.get(position, []))
        return frame

    def _level(self, frame: pl.LazyFrame, columns: list[Named]) -> pl.LazyFrame:
        counted: dict[tuple[Cell | Scalar, ...], list[Named]] = {}
        for column in columns:
            if standing_of(column.cell, self._most) is not None:
                counted.setdefault(column.cell.args, []).append(column)
        if counted:
            frame = self._counted(frame, list(counted.values()))
        done = {column.name for group in counted.values() for column in group}
        rest = [named(column.name, column.cell) for column in columns if column.name not in done]
        return frame.with_columns(*rest) if rest else frame

    def _counted(self, frame: pl.LazyFrame, groups: list[list[Named]]) -> pl.LazyFrame:
        """Ranks by counting the rows with each key, which need not be sorted."""
        base, standings = frame, []
        for number, columns in enumerate(groups):
            standing = standing_of(columns[0].cell, self._most)
            assert standing is not None
            keys = [f"#{number}.{place}" for place in range(len(standing.parts))]
            base = base.with_columns(part.alias(key) for part, key in zip(standing.parts, keys, strict=True))
            standings.append((standing, keys, columns))
        frame = base
        for standing, keys, columns in standings:
            places = _places(
                base.group_by(keys).agg(pl.len().cast(pl.Int64).alias("#")), standing, keys, columns
            )
            frame = frame.join(places, on=keys, how="left", nulls_equal=True)
        return frame.drop(key for _, keys, _ in standings for key in keys)

    def _aggregate(self, aggregate: Aggregate, subjects: pl.LazyFrame) -> pl.LazyFrame:
        """Child rows gathered by subject."""
        rows = aggregate.rows
        columns = [column for column in aggregate.columns if column.name in self._used]
        read = {name for column in columns for name in columns_in(column.cell)}
        frame = self._scan(rows.name, _scanned(rows, self._used, read))
        if rows.outer:
            frame = frame.join(subjects.select(KEY, *rows.outer), on=KEY, how="inner")
        frame = self.chain(rows, frame)
        return frame.group_by(KEY).agg(*(named(column.name, column.cell) for column in columns))


def _places(counts: pl.LazyFrame, standing: Standing, keys: list[str], columns: list[Named]) -> pl.LazyFrame:
    """The ranks of each key, from the rows that have it."""
    *partition, key = keys
    rows = pl.col("#")
    counts = counts.sort(keys)
    forms = {"rank": rows.cum_sum() - rows + 1, "dense_rank": pl.int_range(1, pl.len() + 1, dtype=pl.Int64)}
    first = pl.col(key) < standing.half
    before = {"rank": rows.filter(first).sum(), "dense_rank": first.sum().cast(pl.Int64)}
    found = []
    for column in columns:
        place = forms[column.cell.op]
        if partition:
            place = place.over(partition)
        elif standing.half:
            place = place - pl.when(first).then(pl.lit(0, pl.Int64)).otherwise(before[column.cell.op])
        found.append(place.alias(column.name))
    return counts.select(*keys, *found)
