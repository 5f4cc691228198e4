"""Where the tables of a run come from: files, folders, databases, and tables in memory, as relations of DuckDB."""

import contextlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import KEY
from tierlang.columnar.lowering.bind import ORDER
from tierlang.columnar.reading.databases import Databases, write_table
from tierlang.columnar.reading.delimited import is_delimited, open_delimited_source
from tierlang.columnar.reading.folders import WorkFolder
from tierlang.columnar.reading.frames import Frame, as_arrow
from tierlang.columnar.reading.parquet import is_pattern, parquet_relation
from tierlang.columnar.reading.source import Source, refuse_renamed
from tierlang.columnar.reading.trouble import as_refusal
from tierlang.columnar.reading.waiting import Waiting
from tierlang.columnar.sql.text import apart, text_literal
from tierlang.data import words
from tierlang.data.addresses import is_address
from tierlang.data.problems import missing_extra, refused_file
from tierlang.types import Field

DEFAULT_MEMORY = "4GB"
"""Memory that an embedded engine may take before it uses a temporary folder."""
MOST_ROWS = 2**40
"""More rows than one file has."""
_MEMORY = re.compile(r"[1-9][0-9]*(\.[0-9]+)?\s*[KMGT]i?B", re.ASCII | re.IGNORECASE)
"""Sizes that DuckDB takes; it is asked about others at once."""
FILE = "#file"
"""The column that says which file a row is of."""


class Workshop:
    """
    An embedded DuckDB with a temporary folder of its own; both are gone when it is closed.

    Attributes:
        stays: whether all tables of the run are files that can be read again.
        reads_again: whether results are not held, but computed from the files when somebody asks for them.

    Args:
        memory: what it may take before it spills, such as ``2GB``.
        threads: how many it may use; None for all.
        late: DuckDB is started when something is first asked of it.

    Raises:
        ValueError: *memory* is no such size, or *threads* no such number.
    """

    def __init__(
        self,
        memory: str = DEFAULT_MEMORY,
        threads: int | None = None,
        late: bool = False,
    ) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads is a whole number above 0, not {threads!r}")
        self._settings = memory, threads
        is_late = late and _MEMORY.fullmatch(memory) is not None
        self.connection = Waiting(self._connected)
        if not is_late:
            self.connection.wait(_duckdb)
        self.folder = WorkFolder()
        self._stamps: dict[str, _Stamp] = {}
        self.stays = False
        self.reads_again = False
        self.databases = Databases(self.connection, self.folder.path)
        if not is_late:
            try:
                self.connection.open()
            except ValueError:
                self.close()
                raise

    def _connected(self) -> Any:
        """A new DuckDB with the settings of this workshop."""
        duckdb, (memory, threads) = _duckdb(), self._settings
        connection = duckdb.connect()
        try:
            connection.execute(f"SET memory_limit = {text_literal(memory)}")
        except duckdb.Error:
            connection.close()
            raise ValueError(f"memory is a size such as 2GB, not {memory!r}") from None
        connection.execute(f"SET temp_directory = {text_literal(str(self.folder.path / 'spilled'))}")
        if threads is not None:
            connection.execute(f"SET threads = {int(threads)}")
        connection.execute("SET preserve_insertion_order = false")
        with contextlib.suppress(duckdb.CatalogException):  # before 2.0 there are none
            # DuckDB 2.0 locks itself up now and then where a file that other threads write is interrupted.
            connection.execute("SET async_threads = 0")
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")
        return connection

    def open(
        self, name: str, table: object, fields: Sequence[Field] = (), keys: Sequence[str] = ()
    ) -> Source:
        """
        A table of a run as a relation.

        Args:
            name: SUBJECTS, or a list input.
            table: a Parquet file, a pattern of files or a folder of them; the address of a table in PostgreSQL; or an Arrow
                table, a frame, a relation of DuckDB.
            fields: what the scheme declares to stand in it; *keys* headings that may stand over ids.

        Raises:
            DiagnosticError: there is no such file, or it cannot be read.
            NotNative: it is of another kind, or two of its columns differ in upper and lower case only.
            NotPlain: a delimited file that its own reader must read.
        """
        if isinstance(table, str | Path):
            if is_address(str(table)):
                return self.databases.open(name, str(table))
            if is_delimited(str(table)) and not is_pattern(str(table)):
                folder = self.folder.path
                return open_delimited_source(self.connection, folder, name, str(table), fields, keys)
            relation = parquet_relation(self.connection, str(table), fields)
            return source_of(name, relation, str(table), self.headings(f"SELECT * FROM {relation}"))
        view = f"tier_source_{apart(name)}"
        frame = as_arrow(table)
        refuse_renamed(frame.names)
        self._hold(view, frame)
        return Source(name, view, "")

    def _hold(self, view: str, frame: Frame) -> None:
        """
        Let statements know a frame by a name; one that can be read only once is put into a table.

        Raises:
            NotNative: DuckDB does not know the type of a column.
        """
        name = "tier_incoming" if frame.once else view
        try:
            self.connection.register(name, frame.arrow)
        except Exception as error:
            if type(error).__name__ != "NotImplementedException":
                raise
            of_duckdb = str(error).partition(": ")[2]
            raise NotNative(of_duckdb, of_duckdb) from None
        if not frame.once:
            return
        with self.connection.in_order():
            self.connection.execute(f"CREATE OR REPLACE TABLE {view} AS SELECT * FROM tier_incoming")
        self.connection.unregister("tier_incoming")

    def note(self, tables: Mapping[str, object]) -> None:
        """Note which files a run reads, before it opens them; delimited ones are read once."""
        files = [str(table) for table in tables.values() if isinstance(table, str | Path)]
        files = [file for file in files if Path(file).is_file() and not is_delimited(file)]
        self._stamps = {file: _stamp(file) for file in files}
        self.stays, self.reads_again = len(files) == len(tables), False

    def reading(self) -> AbstractContextManager[None]:
        """Be in charge of reading results; where they are not held, files are read again."""
        return self.reading_again() if self.reads_again else contextlib.nullcontext()

    @contextlib.contextmanager
    def reading_again(self) -> Iterator[None]:
        """
        Be in charge of reading files again.

        Raises:
            DiagnosticError: ``E-DATA-FILE``: one is damaged, or no longer what it was.
        """
        try:
            yield
        except Exception as error:
            self.refuse_changed()
            if type(error).__name__ == "IOException":  # of a file that is written
                raise
            with as_refusal({path: path for path in self._stamps}):
                raise
        self.refuse_changed()

    def refuse_changed(self) -> None:
        """
        Refuse files that are no longer what they were when the run began.

        Raises:
            DiagnosticError: ``E-DATA-FILE``.
        """
        for path, stamp in self._stamps.items():
            if _stamp(path) != stamp:
                raise refused_file(path, words.WAS_CHANGED, words.RATE_AGAIN)

    def headings(self, select: str) -> list[str]:
        """The names of the columns of results."""
        with self.reading():
            return [str(row[0]) for row in self.connection.execute(f"DESCRIBE {select}").fetchall()]

    def counts(self, select: str) -> list[tuple[str, str | None, int]]:
        """How many results have each status and level."""
        text = f"SELECT status, tier, count(*) FROM ({select}) GROUP BY status, tier"
        with self.reading():
            found: list[tuple[str, str | None, int]] = self.connection.execute(text).fetchall()
        return found

    def frame(self, select: str, kind: str) -> Any:
        """Results in order of id, decimals as decimals."""
        with as_refusal({}), self.reading():
            table = self.connection.table(f"{select} ORDER BY {KEY}")
        match kind:
            case "arrow":
                return table
            case "pandas":
                return table.to_pandas()
            case "polars":
                import polars

                return polars.from_arrow(table)
            case _:
                raise ValueError(f"DuckDB gives arrow, polars and pandas, not {kind!r}")

    def write(
        self,
        select: str,
        target: Path | str,
        *,
        ordered: bool,
        replace: bool = False,
        told: Callable[[float], None] | None = None,
    ) -> None:
        """Write results to a file, whose name tells its kind, or to a table of a database."""
        from tierlang.columnar.rating.output import copy_to, file_kind

        text = select + (f" ORDER BY {KEY}" if ordered else "")
        self.connection.told = told
        try:
            with as_refusal({}):
                if is_address(str(target)):
                    with self.reading():
                        write_table(self.connection, text, str(target), self.folder.path, replace=replace)
                else:
                    copy_to(self.connection, text, Path(target), file_kind(Path(target)), self.reading)
        finally:
            self.connection.told = None

    def close(self) -> None:
        """End it, and remove its folder."""
        self.connection.close()
        self.databases.close()
        self.folder.close()


_Stamp: TypeAlias = tuple[int, int, int] | None


def _stamp(path: str) -> _Stamp:
    """What tells a file from one that was written later; None where there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def source_of(name: str, relation: str, path: str, own: Collection[str]) -> Source:
    """A relation of Parquet files as a table of a run; *own* are the headings that it has."""
    if not {"file_index", "file_row_number"}.isdisjoint(own):
        return Source(name, relation, path)
    number = f'file_index * {MOST_ROWS} + file_row_number AS "{ORDER}"'
    # Files with a column that numbers their rows, without going through all of them in one thread.
    files = f"{relation[:-1]}, file_row_number = true)"
    numbered = f"(SELECT * EXCLUDE (file_row_number), {number} FROM {files})"
    row, located = f'"{ORDER}" % {MOST_ROWS} + 1', ""
    if {"filename", FILE}.isdisjoint(own):
        files = f"{relation[:-1]}, filename = true, file_row_number = true)"
        located = (
            f'(SELECT * EXCLUDE (filename, file_row_number), filename AS "{FILE}", {number} FROM {files})'
        )
    return Source(name, relation, path, numbered, f'"{FILE}"' if located else "NULL", row, located)


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise missing_extra("duckdb") from None
    return duckdb
