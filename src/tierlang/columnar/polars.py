"""
Polars as engine: the heavy query, streamed, in integers of 64 bits.

Polars wraps where an integer overflows, without a word. So a query is computed by it only where every number in it, those on
the way included, is proved to fit. All else stays with DuckDB: it looks at the tables before, and reads the result after.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from tierlang.columnar.backend import RESULT
from tierlang.columnar.cells import NARROW, Cell, Scalar, columns_in
from tierlang.columnar.duck import DuckDB
from tierlang.columnar.numbers import NotNative
from tierlang.columnar.query import Query
from tierlang.columnar.relation import KEY, Aggregate, Named, Position, Relation, needed
from tierlang.columnar.scan import text_literal
from tierlang.columnar.spelling import Standing, named, standing_of

MOST = 2**20
"""Different keys that are counted; more are sorted."""
Reader = Callable[[str, set[str]], pl.LazyFrame | None]
"""Gives the rows of a scan with KEY and some columns; None where DuckDB must read them."""


class Polars(DuckDB):
    """
    The tables of one run with DuckDB, the query with Polars.

    Args:
        folder: where tables and results are put while they are handed over.
        read: reads a scan; what it cannot read is read by DuckDB.
        forced: whether a query that does not fit is refused; else DuckDB computes it.
    """

    name = "polars"

    def __init__(
        self,
        connection: Any,
        scans: Mapping[str, str] | None = None,
        small: frozenset[str] = frozenset(),
        in_order: Mapping[str, str] | None = None,
        *,
        folder: str,
        read: Reader | None = None,
        forced: bool = True,
    ) -> None:
        super().__init__(connection, scans, small, in_order)
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        self._numbers = count()
        self.read = read
        self.forced = forced

    def compute(self, query: Query) -> None:
        """
        Run a query.

        Raises:
            NotNative: a number does not fit into 64 bits.
        """
        reason = too_wide(query)
        if reason is not None:
            if self.forced:
                raise NotNative(reason)
            self.name = "duckdb"
            super().compute(query)
            return
        path = self._file()
        frame_of(query, self._scan).sink_parquet(
            path, compression="lz4", statistics=False, engine="streaming"
        )
        relation = f"SELECT * FROM read_parquet({text_literal(str(path))})"
        self.connection.execute(f"CREATE OR REPLACE VIEW {RESULT} AS {relation}")

    def _file(self) -> Path:
        return self._folder / f"{next(self._numbers)}.parquet"

    def _scan(self, name: str, columns: set[str]) -> pl.LazyFrame:
        """The rows of a scan; where Polars does not read them as they are, DuckDB writes them for it."""
        found = None if self.read is None else self.read(name, columns)
        if found is not None:
            return found
        path = self._file()
        listed = ", ".join([KEY, *map(self.writer.name, sorted(columns))])
        self.connection.execute(
            f"COPY (SELECT {listed} FROM ({self._scans[name]})) TO {text_literal(str(path))} (FORMAT parquet)"
        )
        whole = {pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64}
        frame = pl.scan_parquet(path, glob=False)
        small = [
            column for column, kind in frame.collect_schema().items() if column in columns and kind in whole
        ]
        return frame.with_columns(pl.col(small).cast(pl.Int64)) if small else frame


def too_wide(query: Query) -> str | None:
    """Why a query cannot be computed in 64 bits, naming the definition; None where it can."""
    relation = query.lowerer.scope.relation
    wanted = [name for column in query.columns for name in columns_in(column.cell)]
    used = needed(relation, wanted)
    wide = {name for name, cell in _cells_of(relation, used) if any(map(_is_wide, _within(cell)))}
    if not wide and not any(_is_wide(cell) for column in query.columns for cell in _within(column.cell)):
        return None
    for name, value in query.values.items():
        mine = needed(relation, [column for cell in value.cells for column in columns_in(cell)])
        if mine & wide or any(_is_wide(cell) for part in value.cells for cell in _within(part)):
            return f"`{name}` cannot be proved to fit into 64 bits"
    return "a number cannot be proved to fit into 64 bits"


def _cells_of(relation: Relation, used: set[str]) -> Iterator[tuple[str, Cell]]:
    """All columns of a relation and of what it joins."""
    yield from ((name, column.cell) for name, column in relation.columns.items() if name in used)
    for aggregate in relation.aggregates:
        yield from ((column.name, column.cell) for column in aggregate.columns if column.name in used)
        yield from _cells_of(aggregate.rows, used)


def _within(cell: Cell) -> Iterator[Cell]:
    yield cell
    for part in cell.cells:
        yield from _within(part)


def _is_wide(cell: Cell) -> bool:
    return cell.kind == "int" and max(abs(cell.low), abs(cell.high)) > NARROW


# ------------------------------------------------------------------ frames


def frame_of(query: Query, scan: Callable[[str, set[str]], pl.LazyFrame]) -> pl.LazyFrame:
    """What a query selects."""
    wanted = [name for column in query.columns for name in columns_in(column.cell)]
    relation = query.lowerer.scope.relation
    used = needed(relation, wanted)
    frame = _Frames(scan, used, MOST).chain(relation, scan(relation.name, _scanned(relation, used, wanted)))
    return frame.select(KEY, *map(_handed_over, query.columns))


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


class _Frames:
    """
    Writes the chains of a query.

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
