"""Parquet files, folders and patterns of them as a relation: that they are there, whole, and agree with each other."""

import re
from collections.abc import Sequence
from pathlib import Path

from tierlang.columnar.waiting import Waiting
from tierlang.data import words
from tierlang.data.files import PARQUET_SUFFIXES
from tierlang.data.problems import DataProblem, FileProblem, Problems
from tierlang.diagnostics.model import DataPlace, DiagnosticError
from tierlang.types import DateType, Field, NumberType

_SIGNS = "*?["
_HIVE = re.compile(r"([^/\\=]+)=[^/\\]*[/\\]")
_KIND = """CASE WHEN type = 'BOOLEAN' THEN 'truth values'
    WHEN type IN ('FLOAT', 'DOUBLE') THEN 'floats'
    WHEN converted_type = 'DECIMAL' OR converted_type LIKE 'INT\\_%' ESCAPE '\\' OR converted_type LIKE 'UINT\\_%' ESCAPE '\\'
        OR (converted_type IS NULL AND type IN ('INT32', 'INT64')) THEN 'numbers'
    WHEN converted_type = 'UTF8' THEN 'texts' WHEN converted_type = 'DATE' THEN 'dates'
    ELSE lower(coalesce(converted_type, type)) END"""


def is_pattern(path: str) -> bool:
    """Whether a path stands for several files: ``2017/*.parquet``, ``**`` for folders in folders."""
    return any(sign in path for sign in _SIGNS) and not Path(path).exists()


def parquet_relation(connection: Waiting, path: str, fields: Sequence[Field]) -> str:
    """
    What stands after FROM for a file, a folder or a pattern; names of folders such as ``year=2017`` are columns.

    Args:
        fields: what the scheme declares: a folder's value is a number or a date where that is one, else a text.

    Raises:
        DiagnosticError: there is nothing, something is damaged, or one column holds numbers in one file and texts in another.
    """
    files = _files(connection, path)
    pattern = _folder_pattern(path) if Path(path).is_dir() else path if is_pattern(path) else _plain(path)
    options = [] if len(files) == 1 else ["union_by_name = true"]
    keys = (
        {key for file in files for key in _HIVE.findall(file[len(_fixed(path)) :])}
        if len(_fixed(path)) < len(files[0])
        else set()
    )
    if keys:
        kinds = {
            f.name: "BIGINT" if isinstance(f.type, NumberType) else "DATE"
            for f in fields
            if isinstance(f.type, NumberType | DateType)
        }
        typed = ", ".join(f"{_quoted(key)}: {kinds[key]}" for key in sorted(keys) if key in kinds)
        options += [
            "hive_partitioning = true",
            "hive_types_autocast = false",
            *([f"hive_types = {{{typed}}}"] if typed else []),
        ]
    else:
        options.append("hive_partitioning = false")
    relation = f"read_parquet({', '.join([_text(pattern), *options])})"
    _check_schemas(connection, path, files, pattern)
    return relation


def file_relation(path: str) -> str:
    """What stands after FROM for one file."""
    return f"read_parquet({_text(_plain(path))}, hive_partitioning = false)"


def _files(connection: Waiting, path: str) -> list[str]:
    """
    The files that a path stands for.

    Raises:
        DiagnosticError: there is none, or one of another kind.
    """
    if not is_pattern(path):
        if not Path(path).exists():
            raise _refused(path, words.DOES_NOT_EXIST)
        if Path(path).is_file():
            return [_of_kind(path)]
    pattern = _folder_pattern(path) if Path(path).is_dir() else path
    found = [
        str(row[0])
        for row in connection.execute(f"SELECT file FROM glob({_text(pattern)}) ORDER BY 1").fetchall()
    ]
    if not found:
        raise _refused(path, words.NO_PARQUET_INSIDE if Path(path).is_dir() else words.NOTHING_MATCHES)
    return [_of_kind(file) for file in found]


def _of_kind(file: str) -> str:
    if Path(file).suffix.lower() not in PARQUET_SUFFIXES:
        raise _refused(file, words.KIND_UNKNOWN, words.SEVERAL_ARE_PARQUET)
    if Path(file).stat().st_size == 0:
        raise _refused(file, words.FILE_EMPTY)
    return file


def _check_schemas(connection: Waiting, path: str, files: Sequence[str], pattern: str) -> None:
    """
    Refuse files that are damaged, have no columns or one name twice, or do not agree.

    Raises:
        DiagnosticError: they are refused.
    """
    parts = (
        f"SELECT file_name, name, {_KIND} AS kind, row_number() OVER (PARTITION BY file_name) AS place, num_children"
        f" FROM parquet_schema({_text(pattern)})"
    )
    try:
        rows = connection.execute(
            f"SELECT * FROM ({parts}) WHERE place > 1 ORDER BY file_name, place"
        ).fetchall()
    except Exception as error:
        if type(error).__module__ not in {"duckdb", "_duckdb"}:
            raise
        if "non-root column" in str(error):
            raise _problem(path, None, DataProblem("E-DATA-NO-ID", expected="id")) from None
        damaged = next((file for file in files if not _is_whole(connection, file)), path)
        raise _refused(damaged, words.DAMAGED_PARQUET) from None
    kinds: dict[str, tuple[str, str]] = {}
    seen: dict[str, set[str]] = {}
    inside = 0
    for file, name, kind, _, children in rows:
        if inside:
            inside += (children or 0) - 1
            continue
        inside = children or 0
        known = seen.setdefault(file, set())
        if name in known:
            raise _problem(file, name, DataProblem("E-DATA-HEADER-TWICE", name=name))
        known.add(name)
        first, at = kinds.setdefault(name, (kind, file))
        if kind != first:
            raise _refused(file, words.OTHER_KIND.filled(name=name, found=kind, other=first, file=at))
    if not seen:
        raise _problem(path, None, DataProblem("E-DATA-NO-ID", expected="id"))


def _is_whole(connection: Waiting, file: str) -> bool:
    try:
        connection.execute(f"SELECT count(*) FROM parquet_file_metadata({_text(_plain(file))})").fetchall()
    except Exception:  # noqa: BLE001 - whatever it says, this is the one
        return False
    return True


def _refused(path: str, reason: words.Words, help: words.Words | None = None) -> DiagnosticError:
    return _problem(path, None, FileProblem(reason, help))


def _problem(path: str, column: str | None, problem: DataProblem) -> DiagnosticError:
    problems = Problems()
    problems.add_problem(problem, DataPlace(path, column=column))
    return DiagnosticError(problems.errors)


def _fixed(path: str) -> str:
    """The part of a path before the first sign of a pattern."""
    if Path(path).exists():
        return path
    return path[: min((path.index(sign) for sign in _SIGNS if sign in path), default=len(path))]


def _folder_pattern(path: str) -> str:
    return _plain(str(Path(path))) + "/**/*.parquet"


def _plain(path: str) -> str:
    """A path whose signs stand for themselves."""
    return re.sub(r"([*?\[])", r"[\1]", path)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
