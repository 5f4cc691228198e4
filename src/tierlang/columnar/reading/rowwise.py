"""Tables that no engine reads, read row by row: single files as they are, and tables in memory by way of a file."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import SUBJECTS, called
from tierlang.columnar.reading.folders import WorkFolder
from tierlang.columnar.reading.frames import as_arrow, is_stream, library_of
from tierlang.columnar.reading.parquet import is_pattern
from tierlang.data import words
from tierlang.data.addresses import is_address
from tierlang.data.files import is_left_to_engines
from tierlang.data.subjects import Dataset, read_subjects
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError, refusal
from tierlang.said import Said
from tierlang.types import Field


def read_rows(
    tables: Mapping[str, object],
    fields: Sequence[Field],
    id_column: str,
    ignore: frozenset[str],
    on_warning: Callable[[Diagnostic], None] | None,
    engine: str,
    why: Said,
) -> Dataset:
    """
    Read tables row by row.

    Args:
        engine: which one was wished for; *why* it needs rows.

    Raises:
        DiagnosticError: they are refused, or one of the tables cannot be read so.
    """
    other = next((name for name, table in tables.items() if not (_is_file(table) or _is_frame(table))), None)
    if other is not None:
        reason = words.NOT_ALL_FILES.fill(why=why, name=called(other))
        raise refusal("E-ENGINE", engine=engine, reason=reason)
    with closing(WorkFolder()) as folder:
        try:
            paths = {
                name: table
                if isinstance(table, str | Path)
                else _written(table, folder.path / f"{number}.parquet")
                for number, (name, table) in enumerate(tables.items())
            }
        except NotNative as error:
            raise refusal("E-ENGINE", engine=engine, reason=error.why) from None
        ours = {str(path) for name, path in paths.items() if path is not tables[name]}
        main = paths.pop(SUBJECTS)
        with _nowhere(ours):
            data = read_subjects(main, fields, tables=paths, id_column=id_column, ignore=ignore)
    if on_warning is not None:
        for warning in data.warnings:
            on_warning(_without(warning, ours))
    place = data.place
    return attrs.evolve(data, place=lambda row, path: _in_memory(place(row, path), ours))


def are_of_files(tables: Mapping[str, object]) -> bool:
    """Whether all tables are single files, which the readers of rows can read."""
    return all(map(_is_there, tables.values()))


def can_be_rows(tables: Mapping[str, object]) -> bool:
    """Whether all tables are single files or tables in memory."""
    return all(_is_frame(table) or _is_there(table) for table in tables.values())


def _is_there(table: object) -> bool:
    """Whether a table is a file that is there, and that the readers of rows read."""
    return isinstance(table, str | Path) and Path(table).is_file() and not is_left_to_engines(table)


def _is_file(table: object) -> bool:
    """Whether a table is one file, though perhaps none that is there."""
    return (
        isinstance(table, str | Path)
        and not is_address(str(table))
        and not is_pattern(str(table))
        and not Path(table).is_dir()
    )


def _is_frame(table: object) -> bool:
    """Whether a table is in memory, and can be read once more."""
    in_memory = not isinstance(table, str | Path | list | tuple)
    return in_memory and library_of(table) != "pyspark" and not is_stream(table)


def _written(table: object, path: Path) -> Path:
    """
    A table in memory as a file.

    Raises:
        NotNative: it is no table.
    """
    arrow: Any = as_arrow(table).arrow
    if hasattr(arrow, "write_parquet"):
        arrow.write_parquet(path)
        return path
    import pyarrow.parquet

    with pyarrow.parquet.ParquetWriter(path, arrow.schema) as writer:
        for batch in arrow if hasattr(arrow, "read_next_batch") else arrow.to_batches():
            writer.write_batch(batch)
    return path


@contextmanager
def _nowhere(ours: Collection[str]) -> Iterator[None]:
    """Let what is refused within files of ours say nothing of them."""
    try:
        yield
    except DiagnosticError as error:
        raise DiagnosticError([_without(found, ours) for found in error.diagnostics]) from None


def _without(found: Diagnostic, ours: Collection[str]) -> Diagnostic:
    return found if found.place is None else attrs.evolve(found, place=_in_memory(found.place, ours))


def _in_memory(place: DataPlace, ours: Collection[str]) -> DataPlace:
    return attrs.evolve(place, file="") if place.file in ours else place
