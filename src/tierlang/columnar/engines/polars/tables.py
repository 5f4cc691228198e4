"""
Tables as lazy frames of Polars, for columns whose type Polars holds exactly as DuckDB does.

DuckDB has looked at every table before: headings, types, bounds. What Polars would read in another way, or not at all, is not
read here; DuckDB writes it for Polars then.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from tierlang.check.model import CheckedScheme
from tierlang.columnar.columns.levels import numbers_of
from tierlang.columnar.columns.relation import KEY, is_pattern_of_names
from tierlang.columnar.engines.polars.lazyframes import Scan
from tierlang.columnar.engines.polars.scan import INTEGERS, UNKNOWN, PolarsScanner
from tierlang.columnar.engines.polars.spelling import EPOCH
from tierlang.columnar.reading.kinds import DECIMAL
from tierlang.columnar.reading.parquet import is_pattern, plain_pattern
from tierlang.columnar.reading.scan import Scanner
from tierlang.columnar.reading.source import Connection, Scanned
from tierlang.columnar.sql.text import text_literal
from tierlang.types import TierType

_TEXTS = (pl.String, pl.Categorical, pl.Enum)


def reader_of(scanner: Scanner, tables: Mapping[str, object]) -> Callable[[str, set[str]], Scan | None]:
    """What reads the scans of a run, whose *tables* are those that were given; a list may have none."""

    def read(name: str, columns: set[str]) -> Scan | None:
        frame = read_scan(scanner, name, tables[name], columns) if name in tables else None
        order = scanner.orders.get(name, UNKNOWN) if isinstance(scanner, PolarsScanner) else UNKNOWN
        rising = order.rising and scanner.key_type != "VARCHAR"
        return None if frame is None else Scan(frame, together=order.together, rising=rising)

    return read


def read_scan(scanner: Scanner, name: str, table: object, columns: set[str]) -> pl.LazyFrame | None:
    """
    KEY and some columns of a table, as the plan has them.

    Args:
        name: SUBJECTS, or a list input; *table* is what was given for it.

    Returns:
        None where DuckDB must read it: a frame of another library, a partition's column, texts that are read otherwise than
        they are written, a type that the two do not share.
    """
    wanted = [scanned for scanned in scanner.columns.get(name, []) if scanned.name in columns]
    if len(wanted) < len(columns):
        return None
    key = scanner.keys[name]
    headings = list(
        dict.fromkeys([key, *(scanned.heading for scanned in wanted)])
    )  # an input may be the id, too
    if any(map(is_pattern_of_names, headings)):
        return None
    frame = _frame(table, headings, scanner.connection)
    if frame is None:
        return None
    kinds = frame.collect_schema()
    key_kind = dict(scanner.connection.headings(scanner.sources[name].relation))[key]
    parts = [_key(key, key_kind, kinds[key], scanner.key_type)]
    parts += [_column(scanned, kinds[scanned.heading], scanner.scheme) for scanned in wanted]
    found = [part for part in parts if part is not None]
    return frame.select(found) if len(found) == len(parts) else None


def _frame(table: object, headings: Sequence[str], connection: Connection) -> pl.LazyFrame | None:
    if isinstance(table, str | Path):
        return _files(str(table), headings, connection)
    if isinstance(table, pl.DataFrame):
        return table.lazy()
    if type(table).__module__.partition(".")[0] == "pyarrow" and hasattr(table, "num_rows"):  # not a stream
        with contextlib.suppress(pl.exceptions.PolarsError):
            found = pl.from_arrow(table)
            return found.lazy() if isinstance(found, pl.DataFrame) else None
    return None


def _files(path: str, headings: Sequence[str], connection: Connection) -> pl.LazyFrame | None:
    """Files that have all headings with the same types, and no folder that says what a heading holds."""
    exact = path if is_pattern(path) else plain_pattern(path)
    pattern = f"{exact}/**/*.parquet" if Path(path).is_dir() else exact
    listed = f"SELECT file FROM glob({text_literal(pattern)}) ORDER BY 1"
    files = [path] if Path(path).is_file() else [str(row[0]) for row in connection.all(listed)]
    if any(f"{heading}=" in file for file in files for heading in headings):
        return None
    try:
        schemas = [pl.read_parquet_schema(file) for file in files]
    except (OSError, pl.exceptions.PolarsError):
        return None  # DuckDB has read it
    shapes = [[schema.get(heading) for heading in headings] for schema in schemas]
    if not files or any(kind is None for kind in shapes[0]) or any(shape != shapes[0] for shape in shapes):
        return None
    frame = pl.scan_parquet(files, glob=False, hive_partitioning=False, extra_columns="ignore")
    return frame.select(headings)


def _key(heading: str, sql_type: str, kind: pl.DataType, wanted: str | None) -> pl.Expr | None:
    """The column of ids, of the type that all tables share."""
    found = pl.col(heading)
    if sql_type == "VARCHAR" and isinstance(kind, _TEXTS):
        return found.cast(pl.String).alias(KEY)
    if INTEGERS.get(sql_type) == kind:
        return (found if wanted is None else found.cast(INTEGERS.get(wanted, pl.String))).alias(KEY)
    return None


def _column(scanned: Scanned, kind: pl.DataType, scheme: CheckedScheme) -> pl.Expr | None:
    """One column as an integer of 64 bits, a truth value or a text."""
    found = _exact(scanned, kind, pl.col(scanned.heading))
    if found is None or not isinstance(kind, _TEXTS):
        return None if found is None else found.alias(scanned.name)
    if isinstance(scanned.type, TierType):
        places = numbers_of(scheme.level_names)
        return found.replace_strict(places, default=None, return_dtype=pl.Int64).alias(scanned.name)
    return None if scanned.expression.startswith("CASE ") else found.alias(scanned.name)


def _exact(scanned: Scanned, kind: pl.DataType, found: pl.Expr) -> pl.Expr | None:
    if isinstance(kind, _TEXTS):
        is_text = scanned.sql_type == "VARCHAR" or scanned.sql_type.startswith("ENUM")
        return found.cast(pl.String) if is_text else None
    if INTEGERS.get(scanned.sql_type) == kind:
        return found.cast(pl.Int64)
    if isinstance(kind, pl.Decimal):
        same = DECIMAL.fullmatch(scanned.sql_type)
        shared = same is not None and (kind.precision, kind.scale) == (int(same[1]), int(same[2]))
        return found.to_physical().cast(pl.Int64) if shared else None  # it is the integer of its digits
    if kind == pl.Date and scanned.sql_type == "DATE":
        return found.to_physical().cast(pl.Int64) + EPOCH
    return found if kind == pl.Boolean and scanned.sql_type == "BOOLEAN" else None
