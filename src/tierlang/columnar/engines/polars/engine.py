"""
Polars as engine: the heavy query, streamed, in integers of 64 bits.

Polars wraps where an integer overflows, without a word. So a query is computed by it only where every number in it, those on
the way included, is proved to fit. Its result stays in memory, unless it follows from each row alone. What is asked of it in few
words is answered here; all else is DuckDB's, to which the result is handed over then.
"""

import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tierlang.columnar.columns.cells import Cell, columns_in
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import HIDDEN, KEY, Relation, needed
from tierlang.columnar.engines.duck import DuckDB
from tierlang.columnar.engines.polars.collecting import collected, interrupted_once, is_one_of
from tierlang.columnar.engines.polars.lazyframes import Scan, frame_of
from tierlang.columnar.engines.polars.spelling import is_wide
from tierlang.columnar.lowering.query import Query
from tierlang.columnar.rating.backend import RESULT, Reading
from tierlang.columnar.sql.text import text_literal
from tierlang.data.addresses import is_address

if TYPE_CHECKING:
    from tierlang.columnar.rating.rate import Rating

Reader = Callable[[str, set[str]], Scan | None]
"""Gives the rows of a scan with KEY and some columns; None where DuckDB must read them."""


class Polars(DuckDB):
    """
    The tables of one run with DuckDB, the query with Polars.

    Args:
        connection, scans, small, in_order, again: see `DuckDB`.
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
        again: Reading | None = None,
        *,
        folder: str,
        read: Reader | None = None,
    ) -> None:
        self._held: pl.DataFrame | pl.LazyFrame | None = None
        super().__init__(connection, scans, small, in_order, again)
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        self._numbers = count()
        self._read = read
        self._who: tuple[str, Sequence[str]] = "", ()

    @property
    def connection(self) -> Any:
        """DuckDB, which has the result, too, from when it is first asked."""
        self._hand_over()
        return self._connection

    @connection.setter
    def connection(self, connection: Any) -> None:
        self._connection = connection

    @property
    def source(self) -> str:
        """What holds the result in DuckDB."""
        self._hand_over()
        return super().source

    def _hand_over(self) -> None:
        """Let DuckDB have the result, too."""
        held = self._held
        if held is None:
            return
        path = self._file()
        with self._reading(), interrupted_once():
            held.lazy().sink_parquet(path, compression="lz4", statistics=False, engine="streaming")
        relation = f"SELECT * FROM read_parquet({text_literal(str(path))})"
        self._connection.execute(f"CREATE OR REPLACE VIEW {RESULT} AS {relation}")
        self._held = None

    def compute(self, query: Query) -> None:
        """
        Run a query, and hold its result in memory, unless it follows from each row alone, and those can be read again.

        Raises:
            NotNative: a number does not fit into 64 bits.
        """
        wide = too_wide(query)
        if wide is not None:
            raise wide
        frame = frame_of(query, self._scan)
        if not query.of_each_row:
            self._again = None
        self._held = collected(frame) if self.holds else frame

    def totals(self, texts: Sequence[str], where: str = "") -> tuple[Any, ...]:
        """Some aggregates over the rows of the result."""
        if self._held is None:
            return super().totals(texts, where)
        frame = self._held.lazy().filter(pl.sql_expr(where)) if where else self._held.lazy()
        found = frame.select(
            pl.sql_expr(text).alias(f"{HIDDEN}{number}") for number, text in enumerate(texts)
        )
        return self._collected(found).row(0)

    def _collected(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """Some of the result."""
        with self._reading():
            return collected(frame, engine="in-memory" if self.holds else "streaming")

    def rows(
        self, columns: Sequence[str], where: str = "", *, grouped: bool = False, ordered: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of the result."""
        if self._held is None:
            return super().rows(columns, where, grouped=grouped, ordered=ordered)
        frame = self._held.lazy()
        if where:
            frame = frame.filter(
                is_one_of(KEY, self._kind_of_ids(self._held), self._who[1])
                if where == self._who[0]
                else pl.sql_expr(where)
            )
        parts = [_TEXT if column == KEY else pl.col(column) for column in columns]
        shown = [part.alias(f"{HIDDEN}{number}") for number, part in enumerate(parts)]
        if grouped:
            least = pl.col(KEY).min().cast(pl.String).alias(HIDDEN)
            frame = frame.group_by(shown).agg(least) if shown else frame.select(least)
        elif ordered:
            frame = frame.sort(_TEXT).select(shown)
        else:
            frame = frame.select(shown)
        return self._collected(frame).iter_rows()

    def write(
        self, rating: "Rating", target: Path | str, columns: Sequence[str] | None, *, ordered: bool
    ) -> bool:
        """Write results without DuckDB; False where that cannot be done."""
        if self._held is None or is_address(str(target)):
            return False
        from tierlang.columnar.engines.polars.output import write

        return write(rating, self._held.lazy(), Path(target), columns, self._reading, ordered=ordered)

    def counts(self, rating: "Rating") -> list[tuple[str, str | None, int]] | None:
        """How many have each status and level, without DuckDB; None where that cannot be done."""
        if self._held is None:
            return None
        from tierlang.columnar.engines.polars.output import counts

        return counts(rating, self._held.lazy(), self._collected)

    def who(self, ids: Sequence[str]) -> str:
        """A condition: the subject is one of some."""
        self._who = super().who(ids), ids
        return self._who[0]

    @functools.cached_property
    def _has_numbers(self) -> bool:
        return super()._has_numbers if self._held is None else self._kind_of_ids(self._held) != pl.String

    def _kind_of_ids(self, held: pl.DataFrame | pl.LazyFrame) -> pl.DataType:
        with self._reading():
            return held.lazy().collect_schema()[KEY]

    def _file(self) -> Path:
        return self._folder / f"{next(self._numbers)}.parquet"

    def _scan(self, name: str, columns: set[str]) -> Scan:
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
        return Scan(pl.scan_parquet(path, glob=False))

    def _described(self, select: str) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self.connection.execute(f"DESCRIBE {select}").fetchall()]


_TEXT = pl.col(KEY).cast(pl.String)


def _in_64_bits(column: str, kind: str) -> str:
    """A column as it is written to a file; an integer of 128 bits would become a float there."""
    return f"CAST({column} AS BIGINT) AS {column}" if kind.endswith(("INT", "INTEGER")) else column


def too_wide(query: Query) -> NotNative | None:
    """Why a query cannot be computed in 64 bits, with the definition that it is about; None where it can."""
    relation = query.lowerer.scope.relation
    wanted = [name for column in query.columns for name in columns_in(column.cell)]
    cells = _cells_of(relation, needed(relation, wanted))
    wide = {name for name, cell in cells if is_wide(cell)}
    if not wide and not any(is_wide(column.cell) for column in query.columns):
        return None
    found = NotNative("a number cannot be proved to fit into 64 bits", "无法证明某个数不超过 64 位")
    for name, value in query.values.items():
        mine = needed(relation, [column for cell in value.cells for column in columns_in(cell)])
        if mine & wide or any(map(is_wide, value.cells)):
            found.part = name
            break
    return found


def _cells_of(relation: Relation, used: set[str]) -> Iterator[tuple[str, Cell]]:
    """All columns of a relation and of what it joins."""
    yield from ((name, column.cell) for name, column in relation.columns.items() if name in used)
    for aggregate in relation.aggregates:
        yield from ((column.name, column.cell) for column in aggregate.columns if column.name in used)
        yield from _cells_of(aggregate.rows, used)
