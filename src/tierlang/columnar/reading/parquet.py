"""Parquet files, folders and patterns of them as a relation: that they are there, whole, and agree with each other."""

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.reading.kinds import CELLS
from tierlang.columnar.reading.source import refuse_renamed
from tierlang.columnar.reading.waiting import Waiting
from tierlang.columnar.sql.text import text_literal
from tierlang.data import words
from tierlang.data.files import EXCEL_SUFFIXES, JSON_LINES_SUFFIXES, JSON_SUFFIXES, PARQUET_SUFFIXES
from tierlang.data.problems import DataProblem, Problems, refused_file
from tierlang.diagnostics.model import DataPlace, DiagnosticError
from tierlang.types import DateType, Field, NumberType, Type

_SIGNS = "*?["
_HIVE = re.compile(r"([^/\\=]+)=([^/\\]*)[/\\]")
_NOTHING = frozenset({"", "__HIVE_DEFAULT_PARTITION__"})
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_FRACTION = re.compile(r"-?[0-9]{1,26}[.][0-9]{1,12}", re.ASCII)
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
    pattern = (
        _folder_pattern(path) if Path(path).is_dir() else path if is_pattern(path) else plain_pattern(path)
    )
    options = [] if len(files) == 1 else ["union_by_name = true"]
    keys = _partitions(files, len(_fixed(path)), fields) if len(_fixed(path)) < len(files[0]) else {}
    if keys:
        typed = ", ".join(f"{text_literal(key)}: '{kind}'" for key, kind in sorted(keys.items()) if kind)
        options += [
            "hive_partitioning = true",
            "hive_types_autocast = false",
            *([f"hive_types = {{{typed}}}"] if typed else []),
        ]
    else:
        options.append("hive_partitioning = false")
    relation = f"read_parquet({', '.join([text_literal(pattern), *options])})"
    _check_schemas(connection, path, files, pattern, frozenset(key.lower() for key in keys))
    return relation


def _partitions(files: Sequence[str], start: int, fields: Sequence[Field]) -> dict[str, str]:
    """
    The columns that folders are, with the type in which each is read; a text has none.

    Args:
        start: where in the files' names the folders begin.

    Raises:
        DiagnosticError: files lie in folders of different columns, or one names no value of the declared type.
        NotNative: a value is written in a way that only the reader of cells knows.
    """
    known = {field.name: field.type for field in fields}
    first: list[str] = []
    kinds: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for file in files:
        pairs = _HIVE.findall(file[start:])
        if file == files[0]:
            first = [key for key, _ in pairs]
        elif [key for key, _ in pairs] != first:
            raise refused_file(file, words.OTHER_FOLDERS.fill(file=files[0]))
        for key, text in pairs:
            if (key, text) not in seen:
                seen.add((key, text))
                kind = _partition_type(file, key, unquote(text), known.get(key))
                kinds[key] = max(kinds.get(key, ""), kind, key=lambda kind: ("DECIMAL" in kind, kind))
    return kinds


def _partition_type(file: str, key: str, text: str, kind: Type | None) -> str:
    """The type in which the value of a folder is read; see `_partitions`."""
    if not isinstance(kind, NumberType | DateType):
        return ""
    found = "BIGINT" if isinstance(kind, NumberType) else "DATE"
    if text in _NOTHING or (_is_day(text) if found == "DATE" else _WHOLE.fullmatch(text)):
        return found
    if isinstance(kind, NumberType) and _FRACTION.fullmatch(text):
        return "DECIMAL(38, 12)"
    try:
        CELLS.read(text, kind)
    except DataProblem as problem:
        raise _problem(file, key, problem, text) from None
    raise NotNative(f"the folder `{key}={text}` must be tidied", f"文件夹 `{key}={text}` 须先规整")


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def file_relation(path: str) -> str:
    """What stands after FROM for one file."""
    return f"read_parquet({text_literal(plain_pattern(path))}, hive_partitioning = false)"


def _files(connection: Waiting, path: str) -> list[str]:
    """
    The files that a path stands for.

    Raises:
        DiagnosticError: there is none, or one of another kind.
    """
    if not is_pattern(path):
        if not Path(path).exists():
            raise refused_file(path, words.DOES_NOT_EXIST)
        if Path(path).is_file():
            if Path(path).suffix.lower() in {*JSON_SUFFIXES, *JSON_LINES_SUFFIXES, *EXCEL_SUFFIXES}:
                raise NotNative(
                    f"`{Path(path).name}` is read row by row", f"`{Path(path).name}` 只能逐行读取"
                )
            return [_of_kind(path)]
    pattern = _folder_pattern(path) if Path(path).is_dir() else path
    if Path(path).is_dir() and (other := _otherwise_named(path)):
        raise refused_file(other, words.NOT_NAMED_PARQUET, words.RENAME_PARQUET)
    found = [
        str(row[0])
        for row in connection.execute(f"SELECT file FROM glob({text_literal(pattern)}) ORDER BY 1").fetchall()
    ]
    if not found:
        raise refused_file(path, words.NO_PARQUET_INSIDE if Path(path).is_dir() else words.NOTHING_MATCHES)
    return [_of_kind(file) for file in found]


def _otherwise_named(folder: str) -> str | None:
    """A file inside a folder that is Parquet by its name, but that the pattern of folders leaves out."""
    found = (
        file
        for file in Path(folder).rglob("*.[pP]*")
        if file.suffix.lower() in PARQUET_SUFFIXES and file.suffix != ".parquet"
    )
    return next((str(file) for file in sorted(found)), None)


def _of_kind(file: str) -> str:
    if Path(file).suffix.lower() not in PARQUET_SUFFIXES:
        raise refused_file(file, words.KIND_UNKNOWN, words.SEVERAL_ARE_PARQUET)
    if Path(file).stat().st_size == 0:
        raise refused_file(file, words.FILE_EMPTY)
    return file


def _check_schemas(
    connection: Waiting,
    path: str,
    files: Sequence[str],
    pattern: str,
    folders: frozenset[str],
) -> None:
    """
    Refuse files that are damaged, have no columns or one name twice, or do not agree.

    Args:
        folders: the columns that folders are, in small letters; a file that has one, too, has it twice.

    Raises:
        DiagnosticError: they are refused.
        NotNative: two columns differ in upper and lower case only, which DuckDB does not tell apart.
    """
    parts = (
        f"SELECT file_name, name, {_KIND} AS kind, row_number() OVER (PARTITION BY file_name) AS place, num_children,"
        " coalesce(precision > 38, FALSE) AS wide"
        f" FROM parquet_schema({text_literal(pattern)})"
    )
    try:
        rows = connection.execute(
            f"SELECT * FROM ({parts}) WHERE place > 1 ORDER BY file_name, place"
        ).fetchall()
    except Exception as error:
        if (
            type(error).__module__ not in {"duckdb", "_duckdb"}
            or type(error).__name__ == "OutOfMemoryException"
        ):
            raise
        if "non-root column" in str(error):
            raise _problem(path, None, DataProblem("E-DATA-NO-ID", expected="id")) from None
        damaged = next((file for file in files if not _is_whole(connection, file)), path)
        raise refused_file(damaged, words.DAMAGED_PARQUET) from None
    kinds: dict[str, tuple[str, str]] = {}
    spelt: dict[str, str] = {}
    seen: dict[str, set[str]] = {}
    inside = 0
    for file, name, kind, _, children, wide in rows:
        if inside:
            inside += (children or 0) - 1
            continue
        if wide:
            raise NotNative(
                f"`{name}` has decimals of more than 38 digits", f"`{name}` 含超过 38 位的小数"
            )  # DuckDB would make floats of them
        inside = children or 0
        known = seen.setdefault(file, set())
        if (
            name in known
            or name.lower() in folders
            or (len(files) > 1 and spelt.setdefault(name.lower(), name) != name)
        ):
            raise _problem(file, name, DataProblem("E-DATA-HEADER-TWICE", name=name))
        known.add(name)
        first, at = kinds.setdefault(name, (kind, file))
        if kind != first:
            raise refused_file(file, words.OTHER_KIND.fill(name=name, found=kind, other=first, file=at))
    for known in seen.values():
        refuse_renamed(sorted(known))
    if not seen:
        raise _problem(path, None, DataProblem("E-DATA-NO-ID", expected="id"))


def _is_whole(connection: Waiting, file: str) -> bool:
    try:
        connection.execute(
            f"SELECT count(*) FROM parquet_file_metadata({text_literal(plain_pattern(file))})"
        ).fetchall()
    except Exception:  # noqa: BLE001 - whatever it says, this is the one
        return False
    return True


def _problem(path: str, column: str | None, problem: DataProblem, value: object = None) -> DiagnosticError:
    problems = Problems()
    problems.add_problem(problem, DataPlace(path, column=column), value)
    return DiagnosticError(problems.errors)


def _fixed(path: str) -> str:
    """The part of a path before the first sign of a pattern."""
    if Path(path).exists():
        return path
    return path[: min((path.index(sign) for sign in _SIGNS if sign in path), default=len(path))]


def _folder_pattern(path: str) -> str:
    return plain_pattern(str(Path(path))) + "/**/*.parquet"


def plain_pattern(path: str) -> str:
    """A path whose signs stand for themselves."""
    return re.sub(r"([*?\[])", r"[\1]", path)
