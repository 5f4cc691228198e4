"""
Spark as engine: every statement is text given to `session.sql`, in integers of 64 bits, on whatever cluster the session has.

What the interpreter must look at comes to the driver in pieces: one subject of each pattern, and in bounded chunks those for
whom causes depend on data. The cohort never does.
"""

import functools
import itertools
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tierlang.columnar.columns.cells import Cell, columns_in
from tierlang.columnar.columns.numbers import NotNative, Num
from tierlang.columnar.columns.relation import KEY, SUBJECTS, Relation
from tierlang.columnar.lowering.bind import Column, Table
from tierlang.columnar.lowering.query import Query
from tierlang.columnar.rating.backend import Forms, totals_text
from tierlang.columnar.rating.decimals import digits_of
from tierlang.columnar.sql.dialects import SPARK
from tierlang.columnar.sql.statement import Statement
from tierlang.columnar.sql.writer import Writer
from tierlang.data import words
from tierlang.data.problems import refused_file

CHUNK = 20_000
"""Rows that are handed to Spark in one piece."""
FORMS = Forms(
    text="STRING",
    listed="filter(array({0}), x -> x IS NOT NULL)",
    nothing="CAST(array() AS ARRAY<STRING>)",
    bit="shiftright({0}, {1}) & 1 = 1",
    same="{0} <=> {1}",
)
_LONG = 19
"""Digits of the widest decimal, and enough for 64 bits."""
_ANSI = "spark.sql.ansi.enabled"


class Session:
    """
    A session of Spark with what one run puts into it: temporary views, cached and checkpointed frames.

    Args:
        session: of the `pyspark` package; it stays open.
    """

    def __init__(self, session: Any) -> None:
        self.session = session
        self._token = secrets.token_hex(4)
        self._views: dict[tuple[str, str], str] = {}
        self._cached: list[Any] = []
        if session.conf.get(_ANSI) != "true":
            raise NotNative(
                f"the session has `{_ANSI}` off, and integers that overflow would wrap",
                f"会话关闭了 `{_ANSI}`，整数溢出时会回绕",
            )

    def view(self, name: str, frame: Any, kind: str = "") -> str:
        """
        A frame as a temporary view that no other run has.

        Args:
            kind: what tells it from other views of that name.

        Returns:
            what stands after FROM.
        """
        full = self._views.setdefault((name, kind), f"tier_{self._token}_{len(self._views)}")
        frame.createOrReplaceTempView(full)
        return full

    def cached(self, name: str, frame: Any) -> str:
        """The same, computed once."""
        frame = frame.persist()
        self._cached.append(frame)
        return self.view(name, frame)

    def table(self, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> Any:
        """
        Rows as a frame; many of them are left with the executors, piece by piece.

        Args:
            columns: names, and kinds as in `Backend.tell`.
        """
        import pyarrow

        types = {"int": pyarrow.int64(), "bool": pyarrow.bool_(), "text": pyarrow.string()}
        types["texts"] = pyarrow.list_(pyarrow.string())
        schema = pyarrow.schema([(name, types[kind]) for name, kind in columns])
        left = iter(rows)
        frames: list[Any] = []
        while len(part := list(itertools.islice(left, CHUNK))) or not frames:
            values = zip(*part, strict=True) if part else ([] for _ in columns)
            arrays = [pyarrow.array(list(v), f.type) for v, f in zip(values, schema, strict=True)]
            frame = self.session.createDataFrame(pyarrow.Table.from_arrays(arrays, schema=schema))
            frames.append(frame.localCheckpoint() if len(part) == CHUNK else frame)
            if len(part) < CHUNK:
                break
        return functools.reduce(lambda one, other: one.unionAll(other), frames)

    # ------------------------------------------------------------ as a holder of results

    def headings(self, select: str) -> list[str]:
        """The names of the columns of results."""
        return list(self.session.sql(select).columns)

    def counts(self, select: str) -> list[tuple[str, str | None, int]]:
        """How many results have each status and level."""
        text = f"SELECT status, tier, count(*) FROM ({select}) GROUP BY status, tier"
        return [(row[0], row[1], row[2]) for row in self.session.sql(text).collect()]

    def frame(self, select: str, kind: str) -> Any:
        """Results; all but a frame of Spark in order of id, and in memory."""
        if kind == "spark":
            return self.session.sql(select)
        ordered = self.session.sql(f"{select} ORDER BY {KEY}").toArrow()
        if kind == "polars":
            import polars

            return polars.from_arrow(ordered)
        return ordered if kind == "arrow" else ordered.to_pandas()

    def write(
        self,
        select: str,
        target: Path | str,
        *,
        ordered: bool,
        replace: bool = False,  # noqa: ARG002 - as every holder has it
        told: Callable[[float], None] | None = None,  # noqa: ARG002 - the same
    ) -> None:
        """Write results to a new folder of Parquet files, on the cluster; it is whole when it holds ``_SUCCESS``."""
        text = f"{select} ORDER BY {KEY}" if ordered else select
        try:
            self.session.sql(text).write.mode("error").parquet(str(target))
        except Exception as error:
            if type(error).__name__ not in {"AnalysisException", "SparkRuntimeException"}:
                raise
            why = words.CANNOT_WRITE.fill(error=str(error).partition("\n")[0])
            raise refused_file(target, why) from error

    def close(self) -> None:
        """Let go of all that a run has put into the session."""
        for frame in self._cached:
            frame.unpersist()
        for name in self._views.values():
            self.session.catalog.dropTempView(name)
        self._cached.clear()
        self._views.clear()


class Spark:
    """
    The tables of one run in a session.

    Args:
        scans: by relation the SELECT that gives its rows.
    """

    name = "spark"
    forms = FORMS
    keeps_alone = False
    holds = True

    def __init__(self, room: Session, scans: dict[str, str] | None = None) -> None:
        self.room = room
        self.writer = Writer(SPARK)
        self.source = ""
        self._scans = scans or {}
        self._stored: dict[str, str] = {}

    def load(self, tables: Sequence[Table]) -> None:
        """Hold the tables of a run."""
        for number, table in enumerate(tables):
            frame = self.room.table(
                [(column.name, _kind(column)) for column in table.columns],
                zip(*(column.values for column in table.columns), strict=True),
            )
            listed = ", ".join(self.writer.name(column.name) for column in table.columns)
            self._scans[table.name] = f"SELECT {listed}\nFROM {self.room.view(f'rows_{number}', frame)}"

    def store(self, table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """
        Hold rows of some types as a view; its columns are ``c0``, ``c1`` …

        Raises:
            NotNative: a number has more than 64 bits.
        """
        kinds = {"VARCHAR": "text", "BOOLEAN": "bool"}
        columns = [(f"c{number}", kinds.get(kind, "int")) for number, kind in enumerate(types)]
        try:
            self._stored[table] = self.room.view(table, self.room.table(columns, rows))
        except OverflowError:
            raise NotNative(
                "a number of the interpreter has more than 64 bits", "解释器算出的数超过 64 位"
            ) from None

    def join(self, table: str, cells: Sequence[tuple[Cell, str]]) -> None:
        """
        Add columns to the scan of the subjects; what is selected for each is said in columns of *table*, ``g``.

        Raises:
            NotNative: one of them has more than 64 bits.
        """
        if any(cell.wide for cell, _ in cells):
            raise NotNative("a number of the interpreter has more than 64 bits", "解释器算出的数超过 64 位")
        listed = "".join(f",\n       {text} AS {self.writer.name(str(cell.args[0]))}" for cell, text in cells)
        self._scans[SUBJECTS] = (
            f"SELECT s.*{listed}\nFROM (\n{self._scans[SUBJECTS]}\n) AS s"
            f" JOIN {self._stored[table]} AS g ON g.c0 = CAST(s.{KEY} AS STRING)"
        )

    def read(self, relation: Relation, cells: Sequence[Cell]) -> Iterator[tuple[Any, ...]]:
        """The id of every subject, and what some cells of it hold."""
        statement = Statement(self.writer, self._scans)
        last = statement.chain(relation, [name for cell in cells for name in columns_in(cell)])
        listed = ", ".join([f"CAST({KEY} AS STRING)", *map(self.writer.cell, cells)])
        text = statement.text(f"SELECT {listed}\nFROM {self.writer.name(last)}")
        return map(tuple, self.room.session.sql(text).toLocalIterator())

    def compute(self, query: Query) -> None:
        """Run the statement of a query, once, when somebody looks at its result."""
        text = query.text(self.writer, self._scans)
        self.source = self.room.cached("result", self.room.session.sql(text))

    @property
    def scans(self) -> Mapping[str, str]:
        """By relation the SELECT that gives its rows."""
        return self._scans

    def hold(self, table: str, text_of: Callable[[Writer], str]) -> str:
        """Hold what a statement gives, computed once."""
        return self.room.cached(table, self.room.session.sql(text_of(self.writer)))

    def ask(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return [tuple(row) for row in self.room.session.sql(text).collect()]

    def mark_rows(self, query: Query) -> bool:  # noqa: ARG002 - as every backend has it
        """Never: rows have no order in Spark but the one that a reader gives them."""
        return False

    def tell(self, name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> str:
        """Hold what the interpreter has said."""
        return self.room.view(name, self.room.table(columns, rows))

    def who(self, ids: Sequence[str]) -> str:
        """A condition: the subject is one of some."""
        return f"CAST({KEY} AS STRING) IN ({', '.join(map(self.writer.text, ids))})"

    def totals(self, texts: Sequence[str], where: str = "") -> tuple[Any, ...]:
        """Some aggregates over the rows of the result."""
        return self.ask(totals_text(self.source, texts, where))[0]

    def rows(
        self, columns: Sequence[str], where: str = "", *, grouped: bool = False, ordered: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of the result, partition by partition."""
        key = f"CAST({KEY} AS STRING)"
        names = [key if column == KEY else self.writer.name(column) for column in columns]
        text = f"SELECT {', '.join([*names, f'min({key})'] if grouped else names)} FROM {self.source}"
        text += f" WHERE {where}" if where else ""
        text += f" GROUP BY {', '.join(names)}" if grouped and names else ""
        text += f" ORDER BY {key}" if ordered else ""
        frame = self.room.session.sql(text)
        return map(tuple, frame.collect() if grouped else frame.toLocalIterator())

    # ------------------------------------------------------------ numbers of results

    def decimal(self, text: str, scale: int, places: int, digits: int) -> str:
        """A scaled integer as a decimal."""
        if scale == 0:
            return f"CAST({text} AS DECIMAL({digits}, {places}))"
        part = f"CAST('{10**-scale:.{scale}f}' AS DECIMAL({scale}, {scale}))"
        return f"CAST(CAST({text} AS DECIMAL({_LONG}, 0)) * {part} AS DECIMAL({digits}, {places}))"

    def quotient(self, value: Num, cells: Sequence[Cell], places: int) -> tuple[str | None, str]:
        """
        A quotient as a decimal, and as ``37/3`` where that is rounded.

        Decimals of no places are added, multiplied and divided without a rest here, all of which is exact.

        Raises:
            NotNative: it has more decimals than 64 bits have digits.
        """
        if value.scale >= _LONG:
            raise NotNative(f"a number has {value.scale} decimals", f"有一个数带 {value.scale} 位小数")
        top, *more = (self.writer.cell(cell) for cell in cells)
        bottom = more[0] if more else "1"
        unit = 10**value.scale
        whole = f"(CAST({bottom} AS DECIMAL({_LONG}, 0)) * CAST({unit} AS DECIMAL({_LONG}, 0)))"
        size = f"CAST(abs({top}) AS DECIMAL({_LONG}, 0))"
        rest = f"CAST({size} % {whole} AS DECIMAL({_LONG}, 0))"
        units = f"CAST(({size} - {rest}) / {whole} AS DECIMAL({_LONG}, 0))"
        shifted = f"({rest} * CAST({10**places} AS DECIMAL({places + 1}, 0)))"
        left = f"CAST({shifted} % {whole} AS DECIMAL({_LONG + places + 1}, 0))"
        digits = f"CAST(({shifted} - {left}) / {whole} AS BIGINT)"
        up = f"CASE WHEN {left} * 2 > {whole} OR {left} * 2 = {whole} AND {digits} % 2 = 1 THEN 1 ELSE 0 END"
        total = f"CAST({units} * {10**places} + {digits} + {up} AS DECIMAL({_LONG + places}, 0))"
        part = f"CAST('{10**-places:.{places}f}' AS DECIMAL({places}, {places}))"
        decimal = f"CAST(CASE WHEN {top} < 0 THEN -{total} ELSE {total} END * {part} AS DECIMAL({digits_of(value)}, {places}))"
        most = cells[1].high if more else 1
        return decimal, f"CASE WHEN {left} <> 0 THEN {_lowest(top, bottom, unit, most)} END"


def _lowest(top: str, bottom: str, unit: int, most: int) -> str:
    """Top / (bottom · unit) in lowest terms, as a text; *most* is the greatest *bottom*."""
    common = _common(top, bottom, most)
    top, bottom = (f"({part} div {common})" if most > 1 else part for part in (top, bottom))
    common = _common(top, str(unit), unit)
    last = f"({top} div {common})" if unit > 1 else top
    rest = f"({unit} div {common})" if unit > 1 else "1"
    below = f"CAST({bottom} AS DECIMAL({_LONG}, 0)) * CAST({rest} AS DECIMAL({_LONG}, 0))"
    return f"concat(CAST({last} AS STRING), '/', CAST({below} AS STRING))"


def _common(one: str, other: str, most: int) -> str:
    """The greatest common divisor, by as many of Euclid's steps as numbers up to *most* can need."""
    low, high, steps = 1, 2, 3
    while low <= most:
        low, high, steps = high, low + high, steps + 1
    start = f"named_struct('a', abs(CAST({one} AS BIGINT)), 'b', CAST({other} AS BIGINT))"
    step = "CASE WHEN s.b = 0 THEN s ELSE named_struct('a', s.b, 'b', s.a % s.b) END"
    return f"aggregate(sequence(1, {steps}), {start}, (s, i) -> {step}).a"


def _kind(column: Column) -> str:
    if column.wide:
        raise NotNative(
            f"spark does not check integers of 128 bits (in `{column.name}`)",
            f"spark 不检查 128 位整数的溢出（位于 `{column.name}`）",
        )
    return column.kind
