"""Parquet files → Table, with pyarrow; exact types only."""

import contextlib
import datetime
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tierlang.data import words
from tierlang.data.numerals import MAX_DIGITS, narrowed
from tierlang.data.problems import DataProblem, FileProblem, Problems, package_of
from tierlang.data.raw import Raw, Refused, object_of
from tierlang.data.table import Table, tidy_heading
from tierlang.diagnostics import DataPlace

BATCH = 4_096


@contextlib.contextmanager
def open_parquet(path: Path, file: str, problems: Problems) -> Iterator[Table]:
    """
    Open a Parquet file; its rows are read while they are gone through, and counted from 1.

    Integers, decimals, strings, bools and dates are read exactly; lists, structs and maps become lists and
    dicts. Columns that hold binary floating-point numbers are named in ``Table.floats``.

    Raises:
        DataProblem: the file cannot be read, or pyarrow is not installed.
    """
    try:
        from pyarrow import types
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise DataProblem("E-DATA-EXTRA", package=package_of("parquet")) from None
    with contextlib.ExitStack() as stack:
        with _damage_as_problem():
            source = stack.enter_context(ParquetFile(path))
            schema = list(source.schema_arrow)
            columns = tuple(tidy_heading(field.name) for field in schema)
            floats = {
                name: found
                for name, field in zip(columns, schema, strict=True)
                if (found := find_float(field.type)) is not None
            }
        integers = {
            name: str(field.type)
            for name, field in zip(columns, schema, strict=True)
            if types.is_integer(field.type)
        }
        for name, count in Counter(columns).items():
            if count > 1:
                problems.add("E-DATA-HEADER-TWICE", DataPlace(file, column=name), name=name)
        rows = _rows(source, file, problems)
        yield Table(file, None, columns, rows, floats=floats, integers=integers, nested=True)


@contextlib.contextmanager
def _damage_as_problem() -> Iterator[None]:
    """Turn what pyarrow raises on a damaged file into one clear problem."""
    try:
        yield
    except Exception as error:  # pyarrow's exceptions have no base class but this one in common
        raise FileProblem(words.DAMAGED_PARQUET) from error


def _rows(source: Any, file: str, problems: Problems) -> Iterator[tuple[int, list[Raw]]]:
    """The rows of an open file, batch by batch."""
    number = 0
    try:
        with _damage_as_problem():
            for batch in source.iter_batches(BATCH):
                # Taken column by column, because two columns may have the same name.
                lists = [_cells(column) for column in batch.columns]
                for cells in zip(*lists, strict=True):
                    number += 1
                    yield number, [raw_of(cell) for cell in cells]
    except FileProblem as problem:
        problems.add_problem(problem, DataPlace(file, row=number + 1))


def _cells(column: Any) -> list[Any]:
    """The values of a column; a day that Python does not know is refused where it stands."""
    from pyarrow import types

    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        if not types.is_date(column.type):
            raise
        return [_day(scalar) for scalar in column]


def _day(scalar: Any) -> object:
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        return Refused(str(scalar.value), words.NOT_WHOLE_DATE)


def find_float(arrow_type: Any) -> str | None:
    """The name of the first binary floating-point type in an Arrow type, also inside lists and structs."""
    from pyarrow import types

    if types.is_floating(arrow_type):
        return str(arrow_type)
    if types.is_dictionary(arrow_type):
        return find_float(arrow_type.value_type)
    inner = (arrow_type.field(i).type for i in range(arrow_type.num_fields))
    return next((found for part in inner if (found := find_float(part)) is not None), None)


def raw_of(value: Any) -> Raw:
    """A Python value of pyarrow as a raw cell."""
    match value:
        case None | bool() | str() | Fraction() | Refused():
            return value
        case int():
            return value if abs(value) < 10**MAX_DIGITS else Refused(str(value), words.TOO_MANY_DIGITS)
        case Decimal():
            return _exact(value)
        case datetime.datetime():
            return Refused(str(value), words.HAS_TIME, words.USE_DATE32)
        case datetime.date():
            return value
        case list() if value and all(isinstance(item, tuple) for item in value):
            return object_of([(str(name), raw_of(item)) for name, item in value])
        case list():
            return [raw_of(item) for item in value]
        case dict():
            return {name: raw_of(item) for name, item in value.items()}
        case _:
            return Refused(type(value).__name__, words.TYPE_NOT_READ)


def _exact(value: Decimal) -> Raw:
    """A decimal as int or Fraction, if it has few enough digits."""
    if not value.is_finite() or value.adjusted() >= MAX_DIGITS:
        return Refused(str(value), words.TOO_MANY_DIGITS)
    exact = Fraction(value)
    return (
        narrowed(exact) if exact.denominator <= 10**MAX_DIGITS else Refused(str(value), words.TOO_MANY_DIGITS)
    )
