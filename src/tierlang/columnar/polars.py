"""
Polars as engine: the heavy query, streamed, in integers of 64 bits.

Polars wraps where an integer overflows, without a word. So a query is computed by it only where every number in it, those on
the way included, is proved to fit. All else stays with DuckDB: it looks at the tables before, and reads the result after.
"""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from tierlang.columnar.backend import RESULT
from tierlang.columnar.cells import NARROW, Cell, columns_in
from tierlang.columnar.duck import DuckDB
from tierlang.columnar.lazyframes import frame_of
from tierlang.columnar.numbers import NotNative
from tierlang.columnar.query import Query
from tierlang.columnar.relation import KEY, Relation, needed
from tierlang.columnar.scan import text_literal

Reader = Callable[[str, set[str]], pl.LazyFrame | None]
"""Gives the rows of a scan with KEY and some columns; None where DuckDB must read them."""


class Polars(DuckDB):
    """
    The tables of one run with DuckDB, the query with Polars.

    Args:
        connection, scans, small, in_order: see `DuckDB`.
        folder: where tables and results are put while they are handed over.
        read: reads a scan; what it cannot read is read by DuckDB.
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
    ) -> None:
        super().__init__(connection, scans, small, in_order)
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        self._numbers = count()
        self._read = read

    def compute(self, query: Query) -> None:
        """
        Run a query, and hold its result in a file.

        Raises:
            NotNative: a number does not fit into 64 bits.
        """
        wide = too_wide(query)
        if wide is not None:
            raise wide
        path = self._file()
        _write(frame_of(query, self._scan), path)
        relation = f"SELECT * FROM read_parquet({text_literal(str(path))})"
        self.connection.execute(f"CREATE OR REPLACE VIEW {RESULT} AS {relation}")

    def _file(self) -> Path:
        return self._folder / f"{next(self._numbers)}.parquet"

    def _scan(self, name: str, columns: set[str]) -> pl.LazyFrame:
        """The rows of a scan; where Polars does not read them as they are, DuckDB writes them for it."""
        found = None if self._read is None else self._read(name, columns)
        if found is not None:
            return found
        path = self._file()
        kinds = dict(self._described(self._scans[name]))
        listed = ", ".join([KEY, *(_in_64_bits(self.writer.name(c), kinds[c]) for c in sorted(columns))])
        text = (
            f"COPY (SELECT {listed} FROM ({self._scans[name]})) TO {text_literal(str(path))} (FORMAT parquet)"
        )
        self.connection.execute(text)
        return pl.scan_parquet(path, glob=False)

    def _described(self, select: str) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self.connection.execute(f"DESCRIBE {select}").fetchall()]


def _write(frame: pl.LazyFrame, path: Path) -> None:
    try:
        frame.sink_parquet(path, compression="lz4", statistics=False, engine="streaming")
    except KeyboardInterrupt:
        # Polars raises it when it has stopped, and Python once more at its next step: not while others tidy up.
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(0)
        raise


def _in_64_bits(column: str, kind: str) -> str:
    """A column as it is written to a file; an integer of 128 bits would become a float there."""
    return f"CAST({column} AS BIGINT) AS {column}" if kind.endswith(("INT", "INTEGER")) else column


def too_wide(query: Query) -> NotNative | None:
    """Why a query cannot be computed in 64 bits, with the definition that it is about; None where it can."""
    relation = query.lowerer.scope.relation
    wanted = [name for column in query.columns for name in columns_in(column.cell)]
    cells = _cells_of(relation, needed(relation, wanted))
    wide = {name for name, cell in cells if any(map(_is_wide, _within(cell)))}
    if not wide and not any(_is_wide(cell) for column in query.columns for cell in _within(column.cell)):
        return None
    found = NotNative("a number cannot be proved to fit into 64 bits")
    for name, value in query.values.items():
        mine = needed(relation, [column for cell in value.cells for column in columns_in(cell)])
        if mine & wide or any(_is_wide(cell) for part in value.cells for cell in _within(part)):
            found.part = name
            break
    return found


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
