"""DuckDB as engine: embedded, exact on 128-bit integers, raises where one overflows."""

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import NARROW, Cell, TooWide, columns_in
from tierlang.columnar.columns.numbers import Num, rounded
from tierlang.columnar.columns.relation import KEY, SUBJECTS, Relation
from tierlang.columnar.lowering.bind import Column, Table
from tierlang.columnar.lowering.query import LONE, STATE, Query
from tierlang.columnar.rating.backend import RESULT, ROWS, Forms, Reading, totals_text
from tierlang.columnar.rating.decimals import digits_of, has_decimal
from tierlang.columnar.rating.rowmarks import marks_of_rows
from tierlang.columnar.sql.dialects import DUCKDB
from tierlang.columnar.sql.statement import Stage, Statement
from tierlang.columnar.sql.writer import Writer

BATCH = 10_000
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,37}", re.ASCII)
STAGED = 100_000
"""Subjects from which one looks at their values before they are ranked."""
STAGE = "tier_stage"
MARKS, MARKED_RESULT = "tier_marks", "tier_marked_result"
TYPES = {"int": "BIGINT", "bool": "BOOLEAN", "text": "VARCHAR", "texts": "VARCHAR[]"}
_STUMBLES = frozenset({"InvalidInputException", "InternalException"})
"""What DuckDB raises of statements that are good; see `DuckDB._make`."""
FORMS = Forms(
    text="VARCHAR",
    listed="list_filter([{0}], lambda x: x IS NOT NULL)",
    nothing="[]::VARCHAR[]",
    bit="({0} >> {1}) & 1 = 1",
    same="{0} IS NOT DISTINCT FROM {1}",
)


class DuckDB:
    """
    A connection with the tables of one run.

    Args:
        connection: of the `duckdb` package; its temporary tables named ``tier_…`` are ours.
        scans, small: the tables of a run, where they are read from elsewhere (scan.py).
        in_order: the scans of child rows with the column ORDER; of tables that `load` holds all have it.
        again: gives who is in charge of reading the tables again; None where that cannot be done.
    """

    name = "duckdb"
    forms = FORMS
    keeps_alone = True

    def __init__(
        self,
        connection: Any,
        scans: Mapping[str, str] | None = None,
        small: frozenset[str] = frozenset(),
        in_order: Mapping[str, str] | None = None,
        again: Reading | None = None,
    ) -> None:
        self.connection = connection
        self._again = again
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
        with self.connection.in_order():
            self.connection.execute(f"CREATE OR REPLACE TABLE {MARKS} AS\n{text}")
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

    def tell(self, name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> str:
        """Hold what the interpreter has said, as a table."""
        insert_all(self.connection, name, [(column, TYPES[kind]) for column, kind in columns], rows)
        return name

    def who(self, ids: Sequence[str]) -> str:
        """A condition: the subject is one of some."""
        if self._has_numbers:
            return f"{KEY} IN ({', '.join(id_ for id_ in ids if _WHOLE.fullmatch(id_)) or 'NULL'})"
        return f"CAST({KEY} AS VARCHAR) IN ({', '.join(map(self.writer.text, ids))})"

    @functools.cached_property
    def _has_numbers(self) -> bool:
        """Whether ids are integers."""
        with self._reading():
            described = self.connection.execute(f"DESCRIBE {RESULT}").fetchall()
        kinds = {str(row[0]): str(row[1]) for row in described}
        return kinds[KEY] != "VARCHAR"

    def decimal(self, text: str, scale: int, places: int, digits: int) -> str:
        """A scaled integer as a decimal."""
        if scale == 0:
            return f"CAST({text} AS DECIMAL({digits}, {places}))"
        whole = f"CAST({text} AS DECIMAL({digits - places + scale}, 0))"
        part = f"CAST('{10**-scale:.{scale}f}' AS DECIMAL({scale}, {scale}))"
        return f"CAST({whole} * {part} AS DECIMAL({digits}, {places}))"

    def quotient(self, value: Num, cells: Sequence[Cell], places: int) -> tuple[str | None, str]:
        """A quotient as a decimal, and as ``37/3`` where that is rounded."""
        top, below = self._lowest(value, cells)
        pair = f"{top} || '/' || CAST({below} AS VARCHAR)"
        exact = f"CASE WHEN {below} = 1 THEN {top} ELSE {pair} END"
        if not has_decimal(value):
            return None, exact
        bottom = cells[1] if len(cells) > 1 else value.denominator
        held = attrs.evolve(value, numerator=cells[0], denominator=bottom)
        try:
            found = rounded(held, places, "half_even", lambda cell: cell)
        except TooWide:
            return None, exact
        decimal = self.decimal(
            f"({self.writer.cell(found.numerator)})", found.scale, places, digits_of(value)
        )
        return decimal, f"CASE WHEN {10**places} % {below} <> 0 THEN {pair} END"

    def _lowest(self, value: Num, cells: Sequence[Cell]) -> tuple[str, str]:
        """The numerator of a quotient in lowest terms, as a text, and its denominator."""
        texts = [self.writer.cell(cell) for cell in cells]
        unit = 10**value.scale
        largest = max(
            -value.numerator.low, value.numerator.high, unit * (cells[1].high if len(cells) > 1 else 1)
        )
        kind = "BIGINT" if largest <= NARROW else "HUGEINT"
        bottom = f"(CAST({texts[1]} AS {kind}) * {unit})" if len(texts) > 1 else f"CAST({unit} AS {kind})"
        common = f"gcd(CAST({texts[0]} AS {kind}), {bottom})"
        return f"CAST({texts[0]} // {common} AS VARCHAR)", f"({bottom} // {common})"

    def load(self, tables: Sequence[Table]) -> None:
        """Hold the tables of a run as temporary tables."""
        self._scans = {}
        for number, table in enumerate(tables):
            name = f"tier_rows_{number}"
            columns = [(self.writer.name(column.name), _type(column)) for column in table.columns]
            rows = zip(*(column.values for column in table.columns), strict=True)
            insert_all(self.connection, name, columns, rows)
            listed = ", ".join(self.writer.name(column.name) for column in table.columns)
            self._scans[table.name] = f"SELECT {listed}\nFROM {name}"

    def store(self, table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Hold rows of some types as a table; its columns are ``c0``, ``c1`` …"""
        insert_all(self.connection, table, [(f"c{number}", kind) for number, kind in enumerate(types)], rows)

    def join(self, table: str, cells: Sequence[tuple[Cell, str]]) -> None:
        """Add columns to the scan of the subjects; what is selected for each is said in columns of *table*, ``g``."""
        listed = "".join(
            f",\n       {self._cast(cell, text)} AS {self.writer.name(str(cell.args[0]))}"
            for cell, text in cells
        )
        self._again = None  # computing it once was work enough
        scan = self._scans[SUBJECTS]
        self._scans[SUBJECTS] = (
            f"SELECT s.*{listed}\nFROM (\n{scan}\n) AS s JOIN {table} AS g ON g.c0 = CAST(s.{KEY} AS VARCHAR)"
        )

    def _cast(self, cell: Cell, text: str) -> str:
        return text if cell.kind != "int" else f"CAST({text} AS {'HUGEINT' if cell.wide else 'BIGINT'})"

    def read(self, relation: Relation, cells: Sequence[Cell]) -> Iterator[tuple[Any, ...]]:
        """The id of every subject, and what some cells of it hold."""
        writer = self._wider
        statement = Statement(writer, self._scans)
        last = statement.chain(relation, [name for cell in cells for name in columns_in(cell)])
        listed = ", ".join([f"CAST({KEY} AS VARCHAR)", *map(writer.cell, cells)])
        cursor = self.connection.cursor().execute(
            statement.text(f"SELECT {listed}\nFROM {writer.name(last)}")
        )
        while batch := cursor.fetchmany(BATCH):
            yield from batch

    @property
    def holds(self) -> bool:
        """Whether the result is held; else the tables are read again whenever somebody asks for it."""
        return self._again is None

    def compute(self, query: Query) -> None:
        """
        Run the statement of a query, in stages where there are many to be ranked.

        What follows from each row alone is not held, if the tables can be read again: that takes less than to hold it.
        """
        if not query.of_each_row or not self._is_computed_later(query):
            self._again = None
        if not self.holds:
            return
        many = query.lowerer.members >= STAGED
        numbers = itertools.count()

        def stage(text: str) -> Stage:
            table = f"{STAGE}_{next(numbers)}"
            self._make(table, text)
            return Stage(table, lambda cells: self._different(table, cells))

        try:
            stages = stage if many else None
            self.hold(RESULT, lambda writer: query.text(writer, self._scans, counting=True, stage=stages))
        finally:
            for number in range(next(numbers)):
                self.connection.execute(f"DROP TABLE IF EXISTS {STAGE}_{number}")

    def _is_computed_later(self, query: Query) -> bool:
        """Let RESULT be a view, if tables can be read again, and the engine has nothing against the statement."""
        if self.holds:
            return False
        text = query.text(self._wider, self._scans)
        try:
            self.connection.execute(f"EXPLAIN {text}").fetchall()
        except Exception as error:
            if type(error).__name__ not in _STUMBLES:
                raise
            return False
        self.connection.execute(f"CREATE OR REPLACE VIEW {RESULT} AS\n{text}")
        return True

    def _different(self, table: str, cells: Sequence[Cell]) -> float:
        """About how many combinations of values some cells have in a table; who is wrong about it is only slower."""
        if not cells:
            return 1.0
        listed = ", ".join(map(self.writer.cell, dict.fromkeys(cells)))
        text = listed if len(cells) == 1 else f"({listed})"
        ((found,),) = self.connection.execute(f"SELECT approx_count_distinct({text}) FROM {table}").fetchall()
        return float(found)

    def hold(self, table: str, text_of: Callable[[Writer], str]) -> str:
        """Hold what a statement gives as a table; it may be written twice, for other sizes of integers."""
        try:
            self._make(table, text_of(self.writer))
        except Exception as error:
            if type(error).__name__ not in {"ConversionException", "OutOfRangeException"}:
                raise
            # A value that nobody looks at may leave the interval of those that count: all columns in 64 bits then.
            self._make(table, text_of(self._wider))
        return table

    @property
    def _wider(self) -> Writer:
        """Writes all integers in 64 bits or more."""
        return attrs.evolve(self.writer, dialect=attrs.evolve(DUCKDB, smaller=()))

    def _make(self, table: str, text: str) -> None:
        """Make a table of what a statement gives."""
        statement = f"CREATE OR REPLACE TABLE {table} AS\n{text}"
        try:
            self.connection.execute(statement)
        except Exception as error:
            if type(error).__name__ not in _STUMBLES:
                raise
            # DuckDB 2.0 stumbles over some comparisons of constant texts when it propagates what it knows of columns.
            self.connection.execute("SET disabled_optimizers = 'statistics_propagation'")
            try:
                self.connection.execute(statement)
            finally:
                self.connection.execute("SET disabled_optimizers = ''")

    @property
    def scans(self) -> Mapping[str, str]:
        """By relation name the SELECT that gives its rows."""
        return self._scans

    def ask(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small result of a statement over the tables that are held."""
        with self._reading():
            found: list[tuple[Any, ...]] = self.connection.cursor().execute(text).fetchall()
        return found

    def _reading(self) -> AbstractContextManager[None]:
        """In charge of reading the result."""
        return nullcontext() if self._again is None else self._again()

    def totals(self, texts: Sequence[str], where: str = "") -> tuple[Any, ...]:
        """Some aggregates over the rows of the result."""
        return self.ask(totals_text(self._source, texts, where))[0]

    def rows(
        self, columns: Sequence[str], where: str = "", *, grouped: bool = False, ordered: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of the result, batch by batch."""
        key = f"CAST({KEY} AS VARCHAR)"
        names = [key if column == KEY else self.writer.name(column) for column in columns]
        listed = ", ".join([*names, f"min({key})"] if grouped else names)
        text = f"SELECT {listed} FROM {self._source}" + (f" WHERE {where}" if where else "")
        if grouped and names:
            text += f" GROUP BY {', '.join(names)}"
        if ordered:
            text += f" ORDER BY {key}"
        cursor = self.connection.cursor()  # its own: whoever reads may ask something else meanwhile
        with self._reading():
            batch = cursor.execute(text).fetchmany(BATCH)
        while batch:
            yield from batch
            with self._reading():
                batch = cursor.fetchmany(BATCH)


def insert_all(
    connection: Any, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]
) -> None:
    """
    Make a table, and put rows into it, column by column.

    Args:
        columns: names as they are written, and types.
    """
    declared = ", ".join(f"{name} {kind}" for name, kind in columns)
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({declared})")
    parts = ", ".join(f"unnest(?::{kind}[]) AS c{number}" for number, (_, kind) in enumerate(columns))
    left = iter(rows)
    while part := list(itertools.islice(left, BATCH)):
        values = [list(column) for column in zip(*part, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {parts}", values)


def _type(column: Column) -> str:
    return "HUGEINT" if column.wide else TYPES[column.kind]
