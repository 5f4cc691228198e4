"""External tables (``table bar by industry : count external``) → dict."""

from collections.abc import Callable, Collection
from pathlib import Path

from tierlang.data import words
from tierlang.data.files import Reading
from tierlang.data.headings import Column
from tierlang.data.problems import CellProblem, DataProblem, FileProblem, Problems, shorten
from tierlang.data.raw import Cells, Raw
from tierlang.data.rows import RowReader
from tierlang.data.table import MAX_FILE_BYTES, Table, tidy_heading
from tierlang.diagnostics import Diagnostic
from tierlang.types import Field, TextType, TierType, Type

ELSE = "else"
"""The key of the row that holds for all keys without a row; a reserved word of the language."""


def read_mapping(
    path: Path | str,
    key: Type,
    value: Type,
    *,
    names: tuple[str, str] | None = None,
    missing_as: Collection[str] = (),
    encoding: str | None = None,
    sheet: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    on_warning: Callable[[Diagnostic], object] | None = None,
) -> dict[object, object]:
    """
    Read a table of keys, each once, and values, none empty.

    Args:
        path: a file with a header row and two columns, key and value; or a JSON object, or a JSON list of
            objects with two keys.
        key: the type of the keys.
        value: the type of the values.
        names: the headings of the two columns, which may then stand in any order and beside others; where
            the file does not have both, it must have two columns, and the first is the key.
        missing_as: cell texts that mean "missing"; such a value is refused as an empty one is.
        encoding: of a text file, as for ``read_subjects``.
        sheet: of a workbook, as for ``read_subjects``.
        max_bytes: the largest file that is read.
        on_warning: is given what was read with a doubt.

    Returns:
        key to value; the value of the row ``else``, where there is one, under ``ELSE``.

    Raises:
        DiagnosticError: with everything that could not be read.
    """
    problems = Problems()
    reading = Reading(problems, Cells(frozenset(missing_as)), encoding=encoding, max_bytes=max_bytes)
    found: dict[object, object] = {}
    with reading.table(Path(path), sheet=sheet, pairs=True) as table:
        if table is not None:
            try:
                headings = _choose_columns(table, value, names, reading)
            except DataProblem as problem:
                problems.add_problem(problem, table.header_place)
            else:
                found = _read_rows(table, headings, key, value, reading)
    problems.raise_errors()
    if on_warning is not None:
        for warning in problems.all_warnings():
            on_warning(warning)
    return found


def _choose_columns(
    table: Table, value: Type, names: tuple[str, str] | None, reading: Reading
) -> tuple[str, str]:
    """
    Find the headings over the keys and the values.

    Raises:
        DataProblem: there are not two columns, or the first row is not a header.
    """
    wanted = [tidy_heading(name) for name in names or ()]
    if wanted and set(wanted) <= set(table.columns):
        return wanted[0], wanted[1]
    if len(table.columns) > 2:
        raise DataProblem("E-DATA-COLUMN", name=shorten(table.columns[2]))
    if len(table.columns) < 2:
        raise FileProblem(words.TWO_COLUMNS)
    keys, values = table.columns
    if not table.nested and not isinstance(value, TextType | TierType) and _is_value(values, value, reading):
        raise FileProblem(words.FIRST_ROW_IS_DATA, words.ADD_HEADINGS)
    return keys, values


def _is_value(heading: str, type: Type, reading: Reading) -> bool:
    """Does a heading look like a value?"""
    try:
        return reading.cells.read(heading, type) is not None
    except DataProblem:
        return False


def _read_rows(
    table: Table, headings: tuple[str, str], key: Type, value: Type, reading: Reading
) -> dict[object, object]:
    """Read keys and values; what is wrong with them goes to the problems."""
    keys, values = headings
    column = Column(values, table.columns.index(values), Field("value", value))
    reader = RowReader(table, [column], reading)
    found: dict[object, object] = {}
    rows: dict[object, int] = {}
    for number, cells in table.rows:
        item = reader.read(number, cells, {}).get("value")
        if reading.cells.is_missing(raw := reader.cell(cells, values)):
            reader.report(
                CellProblem(words.expected(value), words.IS_EMPTY, words.LEAVE_ROW_OUT), values, raw
            )
        raw = reader.cell(cells, keys)
        try:
            at = _read_key(raw, key, reading)
            if at in rows:
                raise DataProblem("E-DATA-ID-TWICE", id=shorten(at), first=rows[at])
        except DataProblem as problem:
            reader.report(problem, keys, raw)
            continue
        found[at], rows[at] = item, number
    reader.warn_cut()
    return found


def _read_key(raw: Raw, type: Type, reading: Reading) -> object:
    """
    Read a key.

    Raises:
        DataProblem: it is empty, or not of its type.
    """
    if isinstance(raw, str) and raw.strip() == ELSE:
        return ELSE
    key = reading.cells.read(raw, type)
    if key is None:
        raise CellProblem(words.A_KEY, words.IS_EMPTY)
    return key
