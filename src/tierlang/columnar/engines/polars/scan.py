"""
Files that Polars looks at by itself: what scan.py asks of DuckDB, asked of Polars in one pass over each table.

Only what is surely good is decided here. Wherever anything is unusual, a type, a bound, an id, a damaged page, DuckDB is asked
as ever, and through it the readers, whose word counts.
"""

import datetime
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tierlang import quickattrs as attrs
from tierlang.check.declarations import DEFAULT_COHORT
from tierlang.columnar.columns.cells import NARROW
from tierlang.columnar.columns.relation import HIDDEN, SUBJECTS, is_pattern_of_names
from tierlang.columnar.engines.polars.collecting import collected, is_one_of
from tierlang.columnar.engines.polars.spelling import EPOCH
from tierlang.columnar.reading.ids import ID_SIGNS
from tierlang.columnar.reading.kinds import MAX_PRECISION, steps_of
from tierlang.columnar.reading.opening import Workshop, source_of
from tierlang.columnar.reading.parquet import file_relation, is_pattern
from tierlang.columnar.reading.scan import Scanner
from tierlang.columnar.reading.source import Connection, Scanned, Source
from tierlang.data.files import PARQUET_SUFFIXES
from tierlang.data.parquet import raw_of
from tierlang.data.problems import DataProblem
from tierlang.data.raw import TOTAL_WORDS, read_id
from tierlang.run.prepared import Prepared
from tierlang.types import DateType, NumberType

_PLAIN = f"^[{ID_SIGNS}]*[0-9][0-9{ID_SIGNS}]*$"
"""An id with a digit, which makes it no word for a total."""
_OTHER = f"^[0-9{ID_SIGNS}]{{1,128}}$"
_LONGEST = 128
INTEGERS: Mapping[str, Any] = {
    "TINYINT": pl.Int8, "SMALLINT": pl.Int16, "INTEGER": pl.Int32, "BIGINT": pl.Int64,
    "UTINYINT": pl.UInt8, "USMALLINT": pl.UInt16, "UINTEGER": pl.UInt32, "UBIGINT": pl.UInt64,
}  # fmt: skip
"""By DuckDB's name for each."""
_TYPES: Mapping[Any, str] = {
    **{kind: name for name, kind in INTEGERS.items()},
    pl.Boolean: "BOOLEAN", pl.Date: "DATE", pl.String: "VARCHAR", pl.Categorical: "VARCHAR", pl.Enum: "VARCHAR",
}  # fmt: skip
_LAST_DAY = datetime.date.max.toordinal()


class PolarsConnection(Connection):
    """A connection that knows the headings of some relations, so that it need not be asked."""

    def __init__(self, connection: Any, known: Mapping[str, list[tuple[str, str]]]) -> None:
        super().__init__(connection)
        self._known = known

    def headings(self, relation: str) -> list[tuple[str, str]]:
        """Names and types of the columns of a relation."""
        return self._known.get(relation) or super().headings(relation)


@attrs.frozen
class Opened:
    """
    A file that both engines read alike.

    Attributes:
        headings: with the types that DuckDB has for them.
        rows: read by Polars.
        numbered: the same with the column *number*, from 1.
    """

    source: Source
    headings: list[tuple[str, str]]
    rows: pl.LazyFrame
    numbered: pl.LazyFrame
    number: str


def opened(name: str, table: object) -> Opened | None:
    """A table of a run; None where it is no single file, or not every column of it is of a type that both engines share."""
    if not isinstance(table, str | Path) or is_pattern(str(table)):
        return None
    path = Path(table)
    if path.suffix.lower() not in PARQUET_SUFFIXES or not path.is_file():
        return None
    try:
        schema = pl.read_parquet_schema(path)
    except (OSError, pl.exceptions.PolarsError):
        return None
    headings = [(heading, _type_of(kind)) for heading, kind in schema.items()]
    folded = {heading.casefold() for heading in schema}
    if any(map(is_pattern_of_names, schema)):
        return None
    if (
        not headings
        or len(folded) < len(headings)
        or not all(kind and name.strip() for name, kind in headings)
    ):
        return None
    number = HIDDEN + "".join(schema)  # no heading is that long
    scan = functools.partial(pl.scan_parquet, path, glob=False, hive_partitioning=False)
    return Opened(
        source_of(name, file_relation(str(table)), str(table), schema.keys()),
        headings,
        scan(),
        scan(row_index_name=number, row_index_offset=1),
        number,
    )


def _type_of(kind: pl.DataType) -> str:
    """The type of DuckDB for one of Polars; empty where the two differ."""
    if isinstance(kind, pl.Decimal):
        if kind.precision is None or kind.precision > MAX_PRECISION:
            return ""
        return f"DECIMAL({kind.precision},{kind.scale})"
    return _TYPES.get(kind.base_type(), "")


@attrs.frozen
class Order:
    """
    How the rows of a table come.

    Attributes:
        there: all ids are there.
        rising: each id is greater than the one before it, of child rows no less, as Polars orders them.
        by_size: the same where a longer text is the greater, as numbers without leading zeros are.
        plain: all ids are surely ids.
    """

    there: bool = False
    rising: bool = False
    by_size: bool = False
    plain: bool = False

    @property
    def together(self) -> bool:
        """Whether all rows with one id follow one another."""
        return self.there and (self.rising or self.by_size)


UNKNOWN = Order()


class PolarsScanner(Scanner):
    """
    Binds the tables of one run.

    Args:
        files: by name the tables that Polars looks at.
        given: see `Scanner`.
    """

    def __init__(self, files: Mapping[str, Opened], *given: Any) -> None:
        super().__init__(*given)
        self._files = files
        self.orders: dict[str, Order] = {}
        self._asked: Sequence[str] = ()

    # ------------------------------------------------------------ values

    def _measured(self, source: Source, columns: Sequence[Scanned]) -> Sequence[Any]:
        file = self._files.get(source.name)
        try:
            found = None if file is None else self._look(file, columns)
        except pl.exceptions.PolarsError:  # such as a damaged page
            found = None
        return super()._measured(source, columns) if found is None else found

    def _look(self, file: Opened, columns: Sequence[Scanned]) -> list[Any] | None:
        """What `_measured` gives, and what is to be known of ids, one column at a time; None where a number might wrap."""
        size, *measured = _row(
            file, [pl.len(), *(part for scanned in columns for part in _of_column(scanned))]
        )
        name, key = file.source.name, self.keys[file.source.name]
        # Apart, because Polars keeps all columns in memory where it looks at the row before.
        if of_ids := _of_ids(pl.col(key), dict(file.headings)[key], one_each=name == SUBJECTS):
            count, rising, by_size, plain = _row(file, of_ids)
            self.orders[name] = Order(count == size, rising, by_size, plain)
        for scanned, low, high in zip(columns, measured[::4], measured[1::4], strict=True):
            if isinstance(scanned.type, NumberType) and _might_wrap(scanned, scanned.type, low, high):
                return None
        days = [
            _day(one) if isinstance(scanned.type, DateType) and place < 2 else one
            for scanned, ends in zip(columns, zip(*[iter(measured)] * 4, strict=True), strict=True)
            for place, one in enumerate(ends)
        ]
        return [size, *days]

    def _different(self, source: Source, scanned: Scanned) -> Iterator[str | None]:
        file = self._files.get(source.name)
        if file is None:
            return super()._different(source, scanned)
        text = pl.col(scanned.heading).cast(pl.String)
        return iter(collected(file.rows.select(text).unique())[scanned.heading])

    # ------------------------------------------------------------ ids

    def _check_subjects(self, source: Source) -> None:
        size = self.sizes[SUBJECTS]
        limit = self.scheme.cohort_maximum or DEFAULT_COHORT
        if not (0 < size <= limit and self._are_good(self.orders.get(SUBJECTS, UNKNOWN))):
            super()._check_subjects(source)

    def _are_good(self, order: Order) -> bool:
        """Whether the ids of all subjects are surely ids, and none stands twice."""
        if not order.there:
            return False
        rows, key = self._files[SUBJECTS].rows, self.keys[SUBJECTS]
        try:
            return (order.plain or _are_ids(rows, key)) and (order.together or _hashes_differ(rows, key))
        except pl.exceptions.PolarsError:
            return False

    # ------------------------------------------------------------ single subjects

    def _ask_for(self, ids: Sequence[str]) -> None:
        if len(self._files) < len(self.sources):
            super()._ask_for(ids)
        self._asked = ids

    def _rows_in_order(self, source: Source, only_asked: bool) -> list[tuple[Any, ...]]:
        if not only_asked or len(self._files) < len(self.sources):
            return super()._rows_in_order(source, only_asked)
        key, file = self.keys[source.name], self._files[source.name]
        wanted = [file.number, key, *(scanned.heading for scanned in self.columns[source.name])]
        mine = is_one_of(key, file.rows.collect_schema()[key], self._asked)
        found = collected(file.numbered.filter(mine).select(wanted)).sort(file.number)
        return [(source.shown, *row) for row in found.iter_rows()]


def scanner_of(
    prepared: Prepared,
    workshop: Workshop,
    tables: Mapping[str, object],
    source: Callable[[str], Source],
    id_column: str,
    ignore: frozenset[str],
) -> PolarsScanner:
    """
    What binds the tables of a run.

    Args:
        source: a table as a relation of DuckDB, where Polars does not look at it.
    """
    found = {name: opened(name, table) for name, table in tables.items()}
    files = {name: file for name, file in found.items() if file is not None}
    known = {file.source.relation: file.headings for file in files.values()}
    return PolarsScanner(
        files,
        prepared.scheme,
        prepared.time,
        prepared.reader,
        PolarsConnection(workshop.connection, known),
        {name: files[name].source if name in files else source(name) for name in tables},
        id_column,
        ignore,
    )


def _row(file: Opened, wanted: Sequence[pl.Expr]) -> tuple[Any, ...]:
    """What all rows of a file make together."""
    return collected(file.rows.select(part.alias(str(n)) for n, part in enumerate(wanted))).row(0)


def _of_column(scanned: Scanned) -> list[pl.Expr]:
    """The least value, the greatest, how many are there, and how many are not surely good."""
    raw, kind = pl.col(scanned.heading), scanned.type
    nothing = pl.lit(None, pl.Int64)
    if scanned.has_no_ends:
        return [nothing, nothing, raw.count(), pl.lit(0)]
    if isinstance(kind, DateType):
        raw = raw.to_physical()
    steps = steps_of(scanned.scale, kind) if isinstance(kind, NumberType) else []
    scaled = raw.to_physical().cast(pl.Int64)
    wrong = [(scaled * a - b) % c != 0 for a, b, c in steps]
    return [raw.min(), raw.max(), raw.count(), pl.any_horizontal(wrong).sum() if wrong else pl.lit(0)]


def _might_wrap(scanned: Scanned, kind: NumberType, low: Any, high: Any) -> bool:
    """Whether a number on the way to its step may not fit into 64 bits."""
    if low is None:
        return False
    most = max(abs(int(low)), abs(int(high))) + 1
    return any(most * 10**scanned.scale * a + abs(b) > NARROW for a, b, _ in steps_of(scanned.scale, kind))


def _day(number: int | None) -> Any:
    """A day from its number; a number that is no day of the calendar stays one, and so is refused."""
    if number is None or not 1 <= number + EPOCH <= _LAST_DAY:
        return number
    return datetime.date.fromordinal(number + EPOCH)


def _of_ids(raw: pl.Expr, kind: str, *, one_each: bool) -> list[pl.Expr]:
    """What `Order` is made of; nothing where they are neither numbers nor texts."""
    if kind not in INTEGERS and kind != "VARCHAR":
        return []
    text = raw if kind in INTEGERS else raw.cast(pl.String)
    before = text.shift(1)
    follows = text > before if one_each else text >= before
    if kind in INTEGERS:
        return [raw.count(), follows.all(), pl.lit(value=False), pl.lit(value=True)]
    size, size_before = text.str.len_bytes(), text.shift(1).str.len_bytes()
    by_size = (size > size_before) | ((size == size_before) & follows)
    plain = text.str.contains(_PLAIN).all() & (size.max() <= _LONGEST) if one_each else pl.lit(value=True)
    return [raw.count(), follows.all(), by_size.all(), plain]


def _are_ids(rows: pl.LazyFrame, key: str) -> bool:
    """Whether all are ids as they are written; those of unusual signs are looked at one by one."""
    text = pl.col(key).cast(pl.String)
    plain = text.str.contains(_OTHER) & ~text.str.to_lowercase().is_in(sorted(TOTAL_WORDS))
    try:
        return all(read_id(raw_of(id_)) == id_ for id_ in collected(rows.select(text).filter(~plain))[key])
    except DataProblem:
        return False


def _hashes_differ(rows: pl.LazyFrame, key: str) -> bool:
    """Whether no two ids have one hash; then none stands twice."""
    hashes = collected(rows.select(pl.col(key).hash())).get_column(key).sort()
    return not bool((hashes == hashes.shift(1)).any())
