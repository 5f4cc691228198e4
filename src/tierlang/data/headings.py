"""Which heading is which declared field: names, labels, and series with a period in the heading."""

from collections import Counter
from collections.abc import Collection, Sequence

from tierlang import quickattrs as attrs
from tierlang.data import words
from tierlang.data.labels import read_period
from tierlang.data.numerals import FULL_WIDTH
from tierlang.data.paths import describe
from tierlang.data.problems import DataProblem, Problems, shorten
from tierlang.data.table import Table, tidy_heading
from tierlang.diagnostics import nearest, quoted
from tierlang.diagnostics.model import MAX_DIAGNOSTICS
from tierlang.types import Field, ListType, RecordType, SeriesType, Type


@attrs.frozen
class Column:
    """
    A heading that is understood.

    Attributes:
        heading: as it stands in the file.
        index: its position, from 0.
        field: the field whose values stand below it.
        period: the period's label, for one period of a series; else None.
    """

    heading: str
    index: int
    field: Field
    period: str | None = None

    @property
    def type(self) -> Type:
        """The type of one cell: of the series' values where the heading names a period."""
        if self.period is not None and isinstance(self.field.type, SeriesType):
            return self.field.type.of
        return self.field.type

    @property
    def path(self) -> tuple[str, ...]:
        """Where its values go in a row: the field's name, and the period's label if there is one."""
        return (self.field.name,) if self.period is None else (self.field.name, self.period)


class Names:
    """
    The words by which the fields of a table or record are called: names first, then labels that only one has.

    Args:
        fields: the declared fields.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        uses = Counter(
            label for field in fields for label in {tidy_heading(text) for _, text in field.labels}
        )
        self.fields = {
            tidy_heading(text): field
            for field in fields
            for _, text in field.labels
            if uses[tidy_heading(text)] == 1
        } | {field.name: field for field in fields}
        self._suggestions = 0

    def find(self, heading: str) -> tuple[Field, str | None]:
        """
        Find what a heading means: ``NAME``, or ``NAME@LABEL``, ``NAME[LABEL]``, ``NAME LABEL`` of a series.

        Returns:
            the field, and the label of the period where the heading names one.

        Raises:
            DataProblem: ``E-DATA-COLUMN``, no field is called so; ``E-DATA-PERIOD``, the period is not one
                of the series' unit.
        """
        field = self.fields.get(heading)
        if field is not None:
            return field, None
        for name, label in _split_period(heading):
            field = self.fields.get(name)
            if field is not None and isinstance(field.type, SeriesType):
                return field, read_period(label, field.type.unit)
        raise self.unknown(heading)

    def unknown(self, heading: str) -> DataProblem:
        """The problem of a heading that means nothing here."""
        near: list[str] = []
        if self._suggestions < MAX_DIAGNOSTICS:  # no more are shown, and looking for them takes time
            self._suggestions += 1
            near = nearest(heading, self.fields) or nearest(_split_period(heading)[0][0], self.fields)
        return DataProblem("E-DATA-COLUMN", name=shorten(heading), near=quoted(near))


def match_columns(
    table: Table,
    fields: Sequence[Field],
    problems: Problems,
    *,
    keys: Collection[str] = (),
    ignore: Collection[str] = (),
) -> list[Column]:
    """
    Understand the headings of a table; what cannot be understood goes to *problems*.

    Args:
        table: the table.
        fields: what may stand in it.
        problems: where problems go.
        keys: headings that the caller reads; one that is also a field's name is understood as both.
        ignore: headings to leave out; ``*`` for all that are unknown.
    """
    names = Names(fields)
    columns: list[Column] = []
    taken: dict[tuple[str, ...], str] = {}
    for index, heading in enumerate(table.columns):
        is_key = heading in keys and heading not in names.fields
        if is_key or heading in ignore or not heading:
            continue
        place = attrs.evolve(table.header_place, column=shorten(heading))
        try:
            field, period = names.find(tidy_heading(heading))
            column = Column(heading, index, field, period)
            if not table.nested:
                _check_one_cell(column)
            if heading in table.floats:
                expected = words.expected(column.type)
                help = words.STORE_DECIMALS
                raise DataProblem("E-DATA-FLOAT", value=table.floats[heading], expected=expected, help=help)
        except DataProblem as problem:
            if not ("*" in ignore and problem.code == "E-DATA-COLUMN"):
                problems.add_problem(problem, place, heading if problem.code == "E-DATA-PERIOD" else None)
            continue
        first = taken.get(column.path)
        if first is None:
            taken[column.path] = heading
            columns.append(column)
        elif first != heading:  # else the table's reader has reported the heading itself
            name = describe(field.name, column.path[1:])
            problems.add("E-DATA-HEADER-TWICE", place, name=name, first=shorten(first))
    for column in columns:
        if column.period is not None and (column.field.name,) in taken:
            first = taken[(column.field.name,)]
            place = attrs.evolve(table.header_place, column=shorten(column.heading))
            problems.add("E-DATA-HEADER-TWICE", place, name=column.field.name, first=shorten(first))
    return columns


def _check_one_cell(column: Column) -> None:
    """
    Refuse a column of a flat table whose type does not fit into one cell.

    Raises:
        DataProblem: it is a series without a period, or a list, or a record.
    """
    match column.type:
        case SeriesType(unit=unit):
            raise DataProblem("E-DATA-PERIOD", expected=words.PERIODS[unit])
        case ListType() | RecordType():
            expected = words.expected(column.type)
            raise DataProblem("E-DATA-TYPE", found=words.FOUND_ONE_CELL, expected=expected)


def _split_period(heading: str) -> list[tuple[str, str]]:
    """The ways to see a heading as a name and the label of a period."""
    folded = heading.translate(FULL_WIDTH)
    if folded.endswith("]") and "[" in folded:
        name, _, label = folded[:-1].rpartition("[")
        return [(name.strip(), label.strip())]
    if "@" in folded:
        name, _, label = folded.rpartition("@")
        return [(name.strip(), label.strip())]
    name, _, label = folded.rpartition(" ")
    return [(name, label)]
