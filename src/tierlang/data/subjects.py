"""The files of a cohort → one exact row for each subject."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.children import Children, read_child_series, read_children, read_long_series
from tierlang.data.files import Reading
from tierlang.data.headings import Names, match_columns
from tierlang.data.keyed import Subjects
from tierlang.data.nested import record_fields
from tierlang.data.places import Origin, Places
from tierlang.data.problems import DataProblem, Problems
from tierlang.data.raw import Cells, read_id
from tierlang.data.rows import RowReader
from tierlang.data.table import MAX_FILE_BYTES, Table, tidy_heading
from tierlang.diagnostics import DataPlace, Diagnostic, nearest, quoted
from tierlang.types import Field, ListType, RecordType, SeriesType


@attrs.frozen
class Dataset:
    """
    What was read.

    Attributes:
        rows: one dict a subject, in the order of the file: ``"id"`` to the id, and names of inputs to values.
            A missing cell is None, an absent column has no key. Numbers are int or Fraction, dates
            datetime.date; a series is a dict of period labels to values (or a list, from a JSON list); child
            rows are a list of dicts.
        place: position of a row, and path to a value in it, to where that stands.
        warnings: what was read with a doubt.
        id_type: the integer type of the ids, as Arrow calls it, where the file has one for them.
    """

    rows: list[dict[str, object]]
    place: Callable[[int, tuple[str | int, ...]], DataPlace]
    warnings: tuple[Diagnostic, ...] = ()
    id_type: str | None = None


def read_subjects(
    path: Path | str,
    fields: Sequence[Field],
    *,
    tables: Mapping[str, Path | str] | None = None,
    id_column: str = "id",
    ignore: Collection[str] = (),
    missing_as: Collection[str] = (),
    encoding: str | None = None,
    sheet: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> Dataset:
    """
    Read the subjects of a cohort.

    Args:
        path: the file with one row or JSON object for each subject; its suffix tells its kind.
        fields: the inputs that may stand in it.
        tables: further files by name: a list input's child rows (``merchants``), a series input in long form
            (``orders``), or a series of child rows in long form (``merchants.orders``). A workbook's sheet of
            that name is taken.
        id_column: the heading over the ids; in child tables also ``subject`` or ``id``.
        ignore: headings to leave out; ``*`` for all unknown ones.
        missing_as: cell texts that mean "missing".
        encoding: of text files; by default it is detected, and GB18030 with a warning.
        sheet: the sheet of the workbook *path*; by default the only one that is not empty.
        max_bytes: the largest file that is read, and what a workbook may unpack to.

    Raises:
        DiagnosticError: with everything that could not be read (at most 100 findings).
    """
    problems = Problems()
    reading = Reading(
        problems=problems,
        cells=Cells(frozenset(missing_as)),
        ignore=frozenset(name if name == "*" else tidy_heading(name) for name in ignore),
        id_column=tidy_heading(id_column),
        encoding=encoding,
        max_bytes=max_bytes,
    )
    subjects: Subjects | None = None
    given: set[str] = set()
    id_type: str | None = None
    with reading.table(Path(path), sheet=sheet) as table:
        if table is not None:
            subjects, given = _read_main(table, fields, reading)
            id_type = table.integers.get(reading.id_column)
    if subjects is not None:
        _read_tables(dict(tables or {}), fields, subjects, given, reading)
    problems.raise_errors()
    assert subjects is not None  # else there was an error
    return Dataset(subjects.rows, subjects.places.find, problems.all_warnings(), id_type)


def _read_main(table: Table, fields: Sequence[Field], reading: Reading) -> tuple[Subjects, set[str]]:
    """
    Read the subjects' own table.

    Returns:
        the subjects, and the names of the inputs that the table has columns for.
    """
    id_column = reading.id_column
    columns = match_columns(table, fields, reading.problems, keys=[id_column], ignore=reading.ignore)
    has_ids = id_column in table.columns
    if not has_ids:
        near = quoted(nearest(id_column, table.columns))
        reading.problems.add("E-DATA-NO-ID", table.header_place, expected=id_column, near=near)
    reader = RowReader(table, columns, reading)
    rows: list[dict[str, object]] = []
    subjects = Subjects(rows, {}, Places(Origin.of(table, columns), id_column, rows))
    for number, cells in table.rows:
        row = reader.read(number, cells, {"id": ""})
        if not has_ids:
            continue
        raw = reader.cell(cells, id_column)
        try:
            row["id"] = subject = read_id(raw)
            first = subjects.index.setdefault(subject, len(rows))
            if first < len(rows):
                raise DataProblem("E-DATA-ID-TWICE", id=subject, first=subjects.places.rows[first])
        except DataProblem as problem:
            reader.report(problem, id_column, raw)
            continue
        rows.append(row)
        subjects.places.rows.append(number)
    reader.warn_cut()
    subjects.complete = has_ids and not _rows_are_missing(reading.problems, id_column)
    if not rows and not reading.problems.errors:
        reading.problems.add("E-DATA-FILE", table.place(), reason=words.NO_ROWS)
    return subjects, {column.field.name for column in columns}


def _rows_are_missing(problems: Problems, id_column: str) -> bool:
    """Has any row of the subjects' table been left out, so that its subject is not known?"""
    places = [error.place for error in problems.errors if error.code != "E-DATA-ID-TWICE"]
    whole_rows = any(place and place.row and place.column in (None, id_column) for place in places)
    return whole_rows or problems.errors_left_out > 0


def _read_tables(
    tables: dict[str, Path | str],
    fields: Sequence[Field],
    subjects: Subjects,
    given: set[str],
    reading: Reading,
) -> None:
    """Read the further tables: those of whole inputs first, then those of series in child rows."""
    names = Names(fields)
    children: dict[str, tuple[RecordType, Children]] = {}
    for name, path in sorted(tables.items(), key=lambda item: "." in item[0]):
        file = DataPlace(str(path))
        field = names.fields.get(tidy_heading(name))
        if field is not None and field.name in given and isinstance(field.type, SeriesType | ListType):
            reading.problems.add(
                "E-DATA-HEADER-TWICE", file, name=field.name, first=subjects.places.main.table.file
            )
            continue
        with reading.table(Path(path), name=name) as table:
            if table is None:
                continue
            match field:
                case Field(type=SeriesType()):
                    given.add(field.name)
                    read_long_series(table, field, subjects, reading)
                case Field(type=ListType(of=RecordType() as record)):
                    given.add(field.name)
                    children[field.name] = record, read_children(table, field.name, record, subjects, reading)
                case _:
                    _read_dotted(name, table, children, names, subjects, reading)


def _read_dotted(
    name: str,
    table: Table,
    children: Mapping[str, tuple[RecordType, Children]],
    names: Names,
    subjects: Subjects,
    reading: Reading,
) -> None:
    """Read the table of a series in child rows, ``merchants.orders``; other names are unknown."""
    parent, _, series = name.partition(".")
    list_field = names.fields.get(tidy_heading(parent))
    record, found = children.get(list_field.name if list_field else "", (None, None))
    field = Names(record_fields(record)).fields.get(tidy_heading(series)) if record else None
    if found is None or field is None or not isinstance(field.type, SeriesType):
        near = quoted(nearest(name, table_names(names)))
        reading.problems.add("E-DATA-TABLE", table.place(), name=name, near=near)
    elif not found.has_key:
        reason = words.NO_COLUMN.fill(name="key")
        reading.problems.add("E-DATA-FILE", found.origin.table.header_place, reason=reason)
    elif any(path[0] == field.name for path in found.origin.headings):
        first = found.origin.table.file
        reading.problems.add("E-DATA-HEADER-TWICE", table.place(), name=name, first=first)
    else:
        read_child_series(table, field, found, subjects, reading)


def table_names(names: Names) -> list[str]:
    """The names that further tables may have, for some inputs."""
    found: list[str] = []
    for field in dict.fromkeys(names.fields.values()):
        match field.type:
            case SeriesType():
                found.append(field.name)
            case ListType(of=RecordType() as record):
                inner = [f.name for f in record_fields(record) if isinstance(f.type, SeriesType)]
                found += [field.name, *(f"{field.name}.{series}" for series in inner)]
            case _:
                pass
    return found
