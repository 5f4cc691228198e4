"""Where the tables of a run come from: files, folders, and tables in memory, as relations of DuckDB."""

import os
import shutil
import tempfile
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tierlang.columnar.bind import ORDER
from tierlang.columnar.numbers import NotNative
from tierlang.columnar.relation import KEY
from tierlang.columnar.scan import Source, text_literal
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError

DEFAULT_MEMORY = "4GB"
"""Memory that an embedded engine may take before it uses a temporary folder."""
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
_FRAMES = {"arrow": "to_arrow_table", "polars": "pl", "pandas": "df"}
MOST_ROWS = 2**40
"""More rows than one file has."""
_PARQUET = frozenset({".parquet", ".pq"})


class Workshop:
    """
    An embedded DuckDB with a temporary folder of its own; both are gone when it is closed.

    Args:
        memory: what it may take before it spills, such as ``2GB``.
        threads: how many it may use; None for all.
    """

    def __init__(self, memory: str = DEFAULT_MEMORY, threads: int | None = None) -> None:
        duckdb = _duckdb()
        self._folder = tempfile.mkdtemp(prefix="tier-")
        self.connection: Any = duckdb.connect()
        self.connection.execute(f"SET temp_directory = {text_literal(self._folder)}")
        self.connection.execute(f"SET memory_limit = {text_literal(memory)}")
        if threads is not None:
            self.connection.execute(f"SET threads = {int(threads)}")
        self.connection.execute("SET preserve_insertion_order = false")

    @property
    def folder(self) -> str:
        """Where files may be put that are gone when it is closed."""
        return self._folder

    @property
    def memory(self) -> int:
        """Bytes that the engine may take before it spills."""
        ((said,),) = self.connection.execute("SELECT current_setting('memory_limit')").fetchall()
        amount, unit = str(said).split()
        return int(Fraction(amount) * 1024 ** _UNITS.index(unit))

    def open(self, name: str, table: object) -> Source:
        """
        A table of a run as a relation.

        Args:
            name: ``subjects``, or a list input.
            table: a Parquet file, a pattern of files or a folder of them; or an Arrow table, a frame of pandas or polars,
                a relation of DuckDB.

        Raises:
            DiagnosticError: there is no such file.
            NotNative: it is of another kind.
        """
        if isinstance(table, str | Path):
            relation = _files(str(table))
            return Source(name, relation, str(table), self._numbered(relation))
        view = f"tier_source_{name}"
        self.connection.register(view, _arrow(table))
        return Source(name, '"' + view.replace('"', '""') + '"', "")

    def _numbered(self, relation: str) -> str:
        """Files with a column that numbers their rows, without going through all of them in one thread."""
        own = {
            str(row[0]) for row in self.connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        }
        if own & {"file_index", "file_row_number"}:
            return ""
        files = f"{relation[:-1]}, file_row_number = true)"
        number = f'file_index * {MOST_ROWS} + file_row_number AS "{ORDER}"'
        return f"(SELECT * EXCLUDE (file_row_number), {number} FROM {files})"

    def counts(self, select: str) -> list[tuple[str, str | None, int]]:
        """How many results have each status and level."""
        text = f"SELECT status, tier, count(*) FROM ({select}) GROUP BY status, tier"
        found: list[tuple[str, str | None, int]] = self.connection.execute(text).fetchall()
        return found

    def frame(self, select: str, kind: str) -> Any:
        """Results in order of id."""
        if kind not in _FRAMES:
            raise ValueError(f"DuckDB gives {', '.join(_FRAMES)}, not {kind!r}")
        return getattr(self.connection.sql(f"{select} ORDER BY {KEY}"), _FRAMES[kind])()

    def write(self, select: str, path: Path | str, *, ordered: bool) -> None:
        """Write results to a file, whose name tells its kind."""
        from tierlang.columnar.output import copy_to, file_kind

        target = Path(path)
        text = select + (f" ORDER BY {KEY}" if ordered else "")
        copy_to(self.connection, text, target, file_kind(target))

    def close(self) -> None:
        """End it, and remove its folder."""
        self.connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_readable(table: object) -> bool:
    """Whether an engine reads a table by itself, because its types are exact."""
    if not isinstance(table, str | Path):
        return not isinstance(table, list | tuple)
    path = Path(table)
    return path.suffix.lower() in _PARQUET or (path.is_dir() and any(path.rglob("*.parquet")))


def _files(path: str) -> str:
    if Path(path).is_dir():
        return (
            f"read_parquet({text_literal(os.path.join(path, '**', '*.parquet'))}, hive_partitioning = true)"  # noqa: PTH118
        )
    if not any(sign in path for sign in "*?[") and not Path(path).is_file():
        raise DiagnosticError(
            [
                Diagnostic(
                    "E-DATA-FILE", {"reason": "is not there", "reason_zh": "不存在"}, place=DataPlace(path)
                )
            ]
        )
    return f"read_parquet({text_literal(path)})"


def _arrow(table: object) -> object:
    """A table in memory in a form that the engine can look into."""
    kind = type(table).__module__.partition(".")[0]
    if kind in {"pyarrow", "pandas", "polars"}:
        return table
    if kind in {"duckdb", "_duckdb"}:
        return table.to_arrow_table()  # type: ignore[attr-defined]
    if hasattr(table, "__arrow_c_stream__"):
        import pyarrow

        return pyarrow.table(table)
    raise NotNative(f"a table of type {type(table).__name__}")


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        package = 'pip install "tierlang[duckdb]"'
        raise DiagnosticError([Diagnostic("E-DATA-EXTRA", {"package": package}, place=DataPlace())]) from None
    return duckdb
