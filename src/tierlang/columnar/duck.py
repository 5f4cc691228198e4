"""DuckDB as engine: embedded, exact on 128-bit integers, raises where one overflows."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.backend import RESULT
from tierlang.columnar.bind import Column, Table
from tierlang.columnar.cells import Cell, columns_in
from tierlang.columnar.dialects import DUCKDB
from tierlang.columnar.query import LONE, STATE, Query
from tierlang.columnar.relation import KEY, Relation
from tierlang.columnar.rowmarks import marks_of_rows
from tierlang.columnar.sql import Statement, Writer

BATCH = 10_000
MARKS, MARKED_RESULT, ROWS = "tier_marks", "tier_marked_result", "rows"
_TYPES = {"int": "BIGINT", "bool": "BOOLEAN", "text": "VARCHAR"}


class DuckDB:
    """
    A connection with the tables of one run.

    Args:
        connection: of the `duckdb` package; its temporary tables named ``tier_…`` are ours.
        scans, small: the tables of a run, where they are read from elsewhere (scan.py).
        in_order: the scans of child rows with the column ORDER; of tables that `load` holds all have it.
    """

    name = "duckdb"

    def __init__(
        self,
        connection: Any,
        scans: Mapping[str, str] | None = None,
        small: frozenset[str] = frozenset(),
        in_order: Mapping[str, str] | None = None,
    ) -> None:
        self.connection = connection
        self.writer = Writer(DUCKDB, small)
        self._scans = dict(scans or {})
        self._in_order = self._scans if in_order is None else in_order
        self._source = RESULT

    def mark_rows(self, query: Query) -> bool:
        """
        Make out the marks of child rows of those for whom causes depend on data; from then on ROWS is a column.

        Returns:
            False where it cannot be done: then they must be looked at one by one.
        """
        text = marks_of_rows(query.lowerer, self.writer, self._in_order)
        if text is None:
            return False
        self.connection.execute("SET preserve_insertion_order = true")
        try:
            self.connection.execute(f"CREATE OR REPLACE TABLE {MARKS} AS\n{text}")
        finally:
            self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {MARKED_RESULT} AS SELECT r.*, coalesce(m.rows, '') AS {ROWS} FROM {RESULT} AS r"
            f" LEFT JOIN {MARKS} AS m ON r.{STATE} = {LONE} AND m.{KEY} = r.{KEY}"
        )
        self._source = MARKED_RESULT
        return True

    @property
    def source(self) -> str:
        """What holds the result: a table, or a view of it with ROWS."""
        return self._source

    def load(self, tables: Sequence[Table]) -> None:
        """Hold the tables of a run as temporary tables."""
        self._scans = {}
        for number, table in enumerate(tables):
            name = f"tier_rows_{number}"
            declared = ", ".join(f"{self.writer.name(c.name)} {_type(c)}" for c in table.columns)
            self.connection.execute(f"CREATE OR REPLACE TABLE {name} ({declared})")
            self._fill(name, table.columns)
            listed = ", ".join(self.writer.name(column.name) for column in table.columns)
            self._scans[table.name] = f"SELECT {listed}\nFROM {name}"

    def _fill(self, name: str, columns: Sequence[Column]) -> None:
        rows = list(zip(*(column.values for column in columns), strict=True))
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            values = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in part)
            self.connection.execute(f"INSERT INTO {name} VALUES {values}")

    def store(self, table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Hold rows of some types as a table; its columns are ``c0``, ``c1`` …"""
        declared = [f"c{number} {kind}" for number, kind in enumerate(types)]
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} ({', '.join(declared)})")
        waiting = iter(rows)
        while batch := list(itertools.islice(waiting, BATCH)):
            insert(self.connection, table, declared, batch)

    def join(self, table: str, cells: Sequence[tuple[Cell, str]]) -> None:
        """Add columns to the scan of the subjects; what is selected for each is said in columns of *table*, ``g``."""
        listed = "".join(
            f",\n       {self._cast(cell, text)} AS {self.writer.name(str(cell.args[0]))}"
            for cell, text in cells
        )
        scan = self._scans["subjects"]
        self._scans["subjects"] = (
            f"SELECT s.*{listed}\nFROM (\n{scan}\n) AS s JOIN {table} AS g ON g.c0 = CAST(s.{KEY} AS VARCHAR)"
        )

    def _cast(self, cell: Cell, text: str) -> str:
        return text if cell.kind != "int" else f"CAST({text} AS {'HUGEINT' if cell.wide else 'BIGINT'})"

    def read(self, relation: Relation, cells: Sequence[Cell]) -> Iterator[tuple[Any, ...]]:
        """The id of every subject, and what some cells of it hold."""
        writer = attrs.evolve(self.writer, dialect=attrs.evolve(DUCKDB, smaller=()))
        statement = Statement(writer, self._scans)
        last = statement.subjects(relation, [name for cell in cells for name in columns_in(cell)])
        listed = ", ".join([f"CAST({KEY} AS VARCHAR)", *map(writer.cell, cells)])
        cursor = self.connection.cursor().execute(
            statement.text(f"SELECT {listed}\nFROM {writer.name(last)}")
        )
        while batch := cursor.fetchmany(BATCH):
            yield from batch

    def compute(self, query: Query) -> None:
        """Run the statement of a query."""
        self.hold(RESULT, lambda writer: query.text(writer, self._scans, counting=True))

    def hold(self, table: str, text_of: Callable[[Writer], str]) -> None:
        """Hold what a statement gives as a table; it may be written twice, for other sizes of integers."""
        try:
            self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS\n{text_of(self.writer)}")
        except Exception as error:
            if type(error).__name__ not in {"ConversionException", "OutOfRangeException"}:
                raise
            # A value that nobody looks at may leave the interval of those that count: all columns in 64 bits then.
            wider = attrs.evolve(self.writer, dialect=attrs.evolve(DUCKDB, smaller=()))
            self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS\n{text_of(wider)}")

    @property
    def scans(self) -> Mapping[str, str]:
        """By relation name the SELECT that gives its rows."""
        return self._scans

    def ask(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small result of a statement over the tables that are held."""
        found: list[tuple[Any, ...]] = self.connection.cursor().execute(text).fetchall()
        return found

    def rows(
        self, columns: Sequence[str], where: str = "", *, grouped: bool = False, ordered: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of the result, batch by batch."""
        key = f"CAST({KEY} AS VARCHAR)"
        names = [
            key if column == KEY else column if "(" in column else self.writer.name(column)
            for column in columns
        ]
        listed = ", ".join([*names, f"min({key})"] if grouped else names)
        text = f"SELECT {listed} FROM {self._source}" + (f" WHERE {where}" if where else "")
        if grouped and names:
            text += f" GROUP BY {', '.join(names)}"
        if ordered:
            text += f" ORDER BY {key}"
        cursor = self.connection.cursor().execute(
            text
        )  # its own: whoever reads may ask something else meanwhile
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def _type(column: Column) -> str:
    return "HUGEINT" if column.wide else _TYPES[column.kind]


def _literal(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case _:
            return "'" + str(value).replace("'", "''") + "'"


def insert(connection: Any, table: str, declared: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Put rows into a table, column by column; *declared* are the names and types of its columns."""
    kinds = [column.rpartition(" ")[2] for column in declared]
    parts = ", ".join(f"unnest(?::{kind}[]) AS c{number}" for number, kind in enumerate(kinds))
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {parts}", columns)
