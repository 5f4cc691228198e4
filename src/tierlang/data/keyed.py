"""Tables whose rows belong to subjects: child rows, and series in long form."""

from collections.abc import Collection, Iterator, Sequence

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.files import Reading
from tierlang.data.headings import Names, match_columns
from tierlang.data.labels import read_period
from tierlang.data.places import LongOrigin, Origin, Places
from tierlang.data.problems import DataProblem
from tierlang.data.raw import Raw, read_id, read_key
from tierlang.data.rows import RowReader
from tierlang.data.table import Table
from tierlang.types import Field, SeriesType

PERIOD, KEY = "period", "key"


@attrs.define
class Subjects:
    """
    The subjects as far as they have been read.

    Attributes:
        rows: id and values of each.
        index: id to position in *rows*.
        places: where they stand.
        complete: the ids of all rows could be read, so that an unknown id is truly unknown.
    """

    rows: list[dict[str, object]]
    index: dict[str, int]
    places: Places
    complete: bool = True


@attrs.frozen
class Line:
    """
    One row of a keyed table.

    Attributes:
        number: its row number.
        index: the position of its subject.
        id: the subject's id.
        key: the key of its child, empty in tables without keys.
        period: the raw cell under ``period``.
        values: the values of its other columns.
    """

    number: int
    index: int
    id: str
    key: str
    period: Raw
    values: dict[str, object]


class KeyedTable:
    """
    Goes through a table by the subjects that its rows belong to.

    Args:
        table: the table.
        fields: what may stand in it.
        keys: the key columns it must have beside the subject's id.
        reading: where problems go.

    Attributes:
        columns: the columns of its fields.
        rows: reads its rows.
        origin: where its values come from.
    """

    def __init__(
        self, table: Table, fields: Sequence[Field], keys: Collection[str], reading: Reading
    ) -> None:
        names = Names(fields).fields
        self.table = table
        self._problems = reading.problems
        self._subject = subject_heading(table.columns, names, reading.id_column)
        self._has_key = KEY in keys
        if self._subject is None:
            needed = "subject" if reading.id_column in names else reading.id_column
            self._problems.add("E-DATA-NO-ID", table.header_place, expected=needed)
        missing = [key for key in keys if key not in table.columns]
        for key in missing:
            reason = words.NO_COLUMN.fill(name=key)
            self._problems.add("E-DATA-FILE", table.header_place, reason=reason)
        self._readable = self._subject is not None and not missing
        own = [*keys, self._subject or ""]
        self.columns = match_columns(table, fields, self._problems, keys=own, ignore=reading.ignore)
        self.rows = RowReader(table, self.columns, reading)
        self.origin = Origin.of(table, self.columns)

    def lines(self, subjects: Subjects) -> Iterator[Line]:
        """The rows whose subject and key can be read; all others go to the problems."""
        for number, cells in self.table.rows:
            values = self.rows.read(number, cells, {})
            if not self._readable:
                continue
            heading, raw = self._subject or "", None
            try:
                raw = self.rows.cell(cells, heading)
                subject = read_id(raw)
                index = subjects.index.get(subject)
                if index is None:
                    if subjects.complete:
                        raise DataProblem("E-DATA-ORPHAN", id=subject)
                    continue
                heading = KEY
                raw = self.rows.cell(cells, KEY)
                key = read_key(raw) if self._has_key else ""
            except DataProblem as problem:
                self.rows.report(problem, heading, raw)
                continue
            yield Line(number, index, subject, key, self.rows.cell(cells, PERIOD), values)
        self.rows.warn_cut()

    def put(self, line: Line, field: Field, series: dict[str, object], long: LongOrigin) -> None:
        """
        Put the value that a line has for a series under the label of its period.

        Args:
            line: the line.
            field: the series.
            series: takes label to value.
            long: takes label to row number.
        """
        assert isinstance(field.type, SeriesType)
        try:
            label = read_period(line.period, field.type.unit)
            if label in series:
                twice = " ".join(filter(None, (line.id, line.key, label)))
                raise DataProblem("E-DATA-ID-TWICE", id=twice, first=long.rows[label])
        except DataProblem as problem:
            self.rows.report(problem, PERIOD, line.period)
            return
        series[label] = line.values.get(field.name)
        long.rows[label] = line.number


def subject_heading(headings: Collection[str], names: Collection[str], id_column: str) -> str | None:
    """
    Find the heading over the subjects' ids in a table of child rows: the one that their own table has, ``subject`` or ``id``.

    A heading that is the name of a field is that field, not the id.
    """
    candidates = (*([id_column] if id_column != "id" else []), "subject", "id")
    return next((c for c in candidates if c in headings and c not in names), None)


def in_one_cell(field: Field, *labels: str) -> Field:
    """
    The field that one cell of a long table holds: the value of a series for one period.

    Args:
        field: a field; one that is no series stays as it is.
        labels: further headings for it.
    """
    if not isinstance(field.type, SeriesType):
        return field
    return attrs.evolve(field, type=field.type.of, labels=(*field.labels, *(("", label) for label in labels)))
