"""Lists, objects and series inside one cell (JSON, Parquet) → lists, dicts and scalars of declared types."""

from collections.abc import Callable
from typing import TypeAlias

from tierlang.data import words
from tierlang.data.headings import Names
from tierlang.data.labels import read_period
from tierlang.data.paths import Path
from tierlang.data.problems import DataProblem
from tierlang.data.raw import Cells, Raw, wrong_kind
from tierlang.data.table import tidy_heading
from tierlang.types import Field, ListType, RecordType, SeriesType, Type

Report: TypeAlias = Callable[[DataProblem, Path, Raw], None]
"""Takes a problem, the path to it, and what stands there."""


class NestedReader:
    """
    Reads raw values of any type; every problem inside is reported, and leaves None in its place.

    Args:
        cells: reads the scalars.
        report: takes the problems.
    """

    def __init__(self, cells: Cells, report: Report) -> None:
        self.cells = cells
        self.report = report
        self._names: dict[RecordType, Names] = {}

    def read(self, raw: Raw, type: Type, path: Path) -> object:
        """
        Read one raw value.

        Returns:
            a list for a ListType, a dict of field names for a RecordType, a dict of labels or a list for a
            SeriesType, else what ``Cells.read`` gives.
        """
        if not isinstance(type, ListType | RecordType | SeriesType):
            try:
                return self.cells.read(raw, type)
            except DataProblem as problem:
                self.report(problem, path, raw)
                return None
        if self.cells.is_missing(raw):
            return None
        match raw, type:
            case list(), ListType(of=of) | SeriesType(of=of):
                return [self._read_item(item, of, (*path, index)) for index, item in enumerate(raw)]
            case dict(), SeriesType():
                return self._read_series(raw, type, path)
            case dict(), RecordType():
                return self._read_record(raw, type, path)
            case _:
                self.report(wrong_kind(raw, words.expected(type)), path, raw)
                return None

    def _read_item(self, raw: Raw, type: Type, path: Path) -> object:
        """One item of a list; a number may be missing, a record may not."""
        if isinstance(type, RecordType) and not isinstance(raw, dict):
            self.report(wrong_kind(raw, words.expected(type)), path, raw)
            return None
        return self.read(raw, type, path)

    def _read_series(self, raw: dict[str, Raw], type: SeriesType, path: Path) -> dict[str, object]:
        """A series as an object: labels to values."""
        values: dict[str, object] = {}
        for key, item in raw.items():
            try:
                label = read_period(key, type.unit)
                if label in values:
                    raise DataProblem("E-DATA-HEADER-TWICE", name=label)
            except DataProblem as problem:
                self.report(problem, (*path, key), key)
                continue
            values[label] = self.read(item, type.of, (*path, label))
        return values

    def _read_record(self, raw: dict[str, Raw], type: RecordType, path: Path) -> dict[str, object]:
        """An object: names or labels of fields to values."""
        names = self._names_of(type)
        values: dict[str, object] = {}
        for key, item in raw.items():
            try:
                field, period = names.find(tidy_heading(key))
                if period is not None:
                    raise names.unknown(key)
                if field.name in values:
                    raise DataProblem("E-DATA-HEADER-TWICE", name=field.name)
            except DataProblem as problem:
                self.report(problem, (*path, key), None)
                continue
            values[field.name] = self.read(item, field.type, (*path, field.name))
        return values

    def _names_of(self, type: RecordType) -> Names:
        """The names of a record's fields, made once for each record."""
        if type not in self._names:
            self._names[type] = Names(record_fields(type))
        return self._names[type]


def record_fields(type: RecordType) -> list[Field]:
    """The fields of a record."""
    return [Field(name, of) for name, of in type.fields]
