"""A file of any kind that is read → an open Table."""

import contextlib
import importlib.util
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.problems import DataProblem, FileProblem, Problems
from tierlang.data.raw import Cells
from tierlang.data.table import MAX_FILE_BYTES, Table
from tierlang.data.textfile import check_file
from tierlang.diagnostics import DataPlace

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
JSON_SUFFIXES = (".json",)
JSON_LINES_SUFFIXES = (".jsonl", ".ndjson")
EXCEL_SUFFIXES = (".xlsx", ".xlsm")
PARQUET_SUFFIXES = (".parquet", ".pq")


def is_left_to_engines(path: str | Path) -> bool:
    """Whether a file is Parquet, for which the readers of rows lack pyarrow while DuckDB, which reads it, is installed."""
    return (
        Path(path).suffix.lower() in PARQUET_SUFFIXES
        and importlib.util.find_spec("pyarrow") is None
        and importlib.util.find_spec("duckdb") is not None
    )


@attrs.frozen
class Reading:
    """
    How the files of one reading are read, and what has been found wrong so far.

    Attributes:
        problems: the findings.
        cells: reads scalars, with the declared marks for missing values.
        ignore: headings to leave out; ``*`` for all unknown ones.
        id_column: the heading over the subjects' ids.
        encoding: of text files, where the user names it.
        max_bytes: size of a file, and of an unpacked workbook.
    """

    problems: Problems = attrs.field(factory=Problems)
    cells: Cells = attrs.field(factory=Cells)
    ignore: frozenset[str] = frozenset()
    id_column: str = "id"
    encoding: str | None = None
    max_bytes: int = MAX_FILE_BYTES

    @contextlib.contextmanager
    def table(
        self, path: Path, *, sheet: str | None = None, name: str | None = None, pairs: bool = False
    ) -> Iterator[Table | None]:
        """
        Open a file's table; None, with the reason among the problems, where the file cannot be read.

        Args:
            path: the file; its suffix tells its kind.
            sheet: the sheet of a workbook.
            name: the name of the table wanted, by which a sheet is found too.
            pairs: a JSON object is a table of keys and values.
        """
        with contextlib.ExitStack() as stack:
            table: Table | None = None
            try:
                check_file(path, self.max_bytes)
                table = stack.enter_context(self._open(path, sheet, name, pairs))
            except DataProblem as problem:
                self.problems.add_problem(problem, DataPlace(str(path), sheet))
            yield table

    def _open(
        self, path: Path, sheet: str | None, name: str | None, pairs: bool
    ) -> AbstractContextManager[Table]:
        """Find the reader of a file; those of other kinds are not imported."""
        suffix, file = path.suffix.lower(), str(path)
        if suffix in EXCEL_SUFFIXES:
            from tierlang.data.excel import open_excel

            return open_excel(path, file, self.problems, sheet=sheet, table=name, max_bytes=self.max_bytes)
        if sheet is not None:
            raise FileProblem(words.NO_SHEETS)
        if suffix in PARQUET_SUFFIXES:
            from tierlang.data.parquet import open_parquet

            return open_parquet(path, file, self.problems)
        if suffix in JSON_SUFFIXES:
            from tierlang.data.jsonfile import open_json

            return open_json(path, file, self.problems, encoding=self.encoding, pairs=pairs)
        if suffix in JSON_LINES_SUFFIXES:
            from tierlang.data.jsonfile import open_json_lines

            return open_json_lines(path, file, self.problems, encoding=self.encoding)
        if suffix in TEXT_SUFFIXES:
            from tierlang.data.delimited import open_delimited

            return open_delimited(path, file, self.problems, encoding=self.encoding)
        raise unknown_kind(suffix)


def unknown_kind(suffix: str) -> FileProblem:
    """The problem of a file that is not of a kind that is read."""
    if suffix == ".xls":
        return FileProblem(words.OLD_EXCEL, words.SAVE_AS_XLSX)
    return FileProblem(words.KIND_UNKNOWN, words.KINDS_READ)
