"""The rows of a table → dicts of values, with the place of everything that is wrong."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

from tierlang import quickattrs as attrs
from tierlang.data.files import Reading
from tierlang.data.headings import Column
from tierlang.data.nested import NestedReader
from tierlang.data.paths import Path, describe
from tierlang.data.problems import DataProblem, shorten
from tierlang.data.raw import Raw, is_blank
from tierlang.data.table import Row, Table
from tierlang.types import ListType, RecordType, SeriesType


@attrs.frozen
class Slot:
    """A column together with the function that reads its cells."""

    column: Column
    name: str
    period: str | None
    index: int
    read: Callable[[Raw], object]


class RowReader:
    """
    Reads the rows of one table; what cannot be read is reported and counts as missing.

    Args:
        table: the table.
        columns: its columns that are read.
        reading: where problems go, and how cells are read.

    Attributes:
        number: the number of the row that is being read, for reports.
    """

    def __init__(self, table: Table, columns: Sequence[Column], reading: Reading) -> None:
        self.table = table
        self.problems = reading.problems
        self._nested = NestedReader(reading.cells, self._report_nested)
        self._slots = [self._slot(column, reading) for column in columns]
        self._pick = _picker([slot.index for slot in self._slots])
        self._by_heading = {slot.column.heading: slot for slot in self._slots}
        self._index = {heading: index for index, heading in enumerate(table.columns)}
        self.number = 0
        self._heading = ""

    def read(self, number: int, cells: Row, values: dict[str, object]) -> dict[str, object]:
        """
        Read one row into *values*.

        Args:
            number: its row number.
            cells: its raw cells.
            values: takes field names to values; a series becomes a dict of period labels to values.
        """
        self.number = number
        for slot, raw in self._pairs(cells):
            try:
                value = slot.read(raw)
            except DataProblem as problem:
                self.report(problem, slot.column.heading, raw)
                value = None
            if slot.period is None:
                values[slot.name] = value
            else:
                series = values.setdefault(slot.name, {})
                series[slot.period] = value  # type: ignore[index]  # columns of one series all have a period
        return values

    def cell(self, cells: Row, heading: str) -> Raw:
        """The raw cell under a heading, None where there is no such cell."""
        if isinstance(cells, dict):
            return cells.get(heading)
        return cells[self._index[heading]] if heading in self._index else None

    def report(self, problem: DataProblem, heading: str, raw: Raw) -> None:
        """Record a problem of one cell in the row that is being read."""
        shown = None if isinstance(raw, list | dict) else "" if is_blank(raw) else shorten(raw)
        self.problems.add_problem(problem, self.table.place(self.number, shorten(heading)), shown)

    def warn_cut(self) -> None:
        """Warn of numbers that the spreadsheet may have cut, once a column; call after the last row."""
        for slot in self._slots:
            if slot.index in self.table.cut:
                row, text = self.table.cut[slot.index]
                place = self.table.place(row, shorten(slot.column.heading), shorten(text))
                self.problems.add("W-DATA-EXCEL-DIGITS", place, value=shorten(text))

    def _pairs(self, cells: Row) -> Iterable[tuple[Slot, Raw]]:
        """The slots that this row fills, with their cells."""
        if isinstance(cells, dict):
            return [(self._by_heading[key], raw) for key, raw in cells.items() if key in self._by_heading]
        return zip(self._slots, self._pick(cells), strict=True)

    def _slot(self, column: Column, reading: Reading) -> Slot:
        """Choose the function that reads the cells of a column."""
        type = column.type
        read: Callable[[Raw], object]
        if isinstance(type, ListType | RecordType | SeriesType):

            def read(raw: Raw) -> object:
                self._heading = column.heading
                return self._nested.read(raw, type, ())
        else:
            read = reading.cells.reader(type)
        return Slot(column, column.field.name, column.period, column.index, read)

    def _report_nested(self, problem: DataProblem, path: Path, raw: Raw) -> None:
        """Record a problem inside the cell that is being read."""
        self.report(problem, describe(self._heading, path), raw)


def _picker(indices: list[int]) -> Callable[[list[Raw]], Sequence[Raw]]:
    """A function that picks the cells at some positions out of a row."""
    if len(indices) > 1:
        return itemgetter(*indices)
    return lambda cells: [cells[index] for index in indices]
