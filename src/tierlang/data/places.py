"""From a value in a row back to where it stands in a file."""

from collections.abc import Sequence

from tierlang import quickattrs as attrs
from tierlang.data.headings import Column
from tierlang.data.paths import Path, describe
from tierlang.data.problems import shorten
from tierlang.data.table import Table
from tierlang.diagnostics import DataPlace


@attrs.frozen
class Origin:
    """
    The table that values come from.

    Attributes:
        table: the table; only its names are used, its rows are gone.
        headings: path in a row to the heading over the values; just the name for a whole column.
    """

    table: Table
    headings: dict[tuple[str, ...], str]

    @classmethod
    def of(cls, table: Table, columns: Sequence[Column]) -> "Origin":
        """The origin of the values in some columns of a table."""
        return cls(attrs.evolve(table, rows=()), {column.path: column.heading for column in columns})

    def place(self, row: int | None, path: Path) -> DataPlace:
        """The place of what *path* leads to in a row of this table."""
        for length in (2, 1):
            heading = self.headings.get(tuple(map(str, path[:length])))
            if heading is not None and len(path) >= length:
                return self.table.place(row, shorten(describe(heading, path[length:])))
        return self.table.place(row, shorten(describe(str(path[0]), path[1:])) if path else None)


@attrs.define
class LongOrigin:
    """A long table's values of one series: one row number for each label."""

    origin: Origin
    rows: dict[str, int] = attrs.field(factory=dict)


@attrs.define
class ChildOrigin:
    """
    Where the child rows of one subject stand.

    Attributes:
        origin: their table.
        rows: the row number of each child; the first one where several rows make a child.
        series: child's position and name of a series to the place of its values, where these have rows of
            their own.
    """

    origin: Origin
    rows: list[int] = attrs.field(factory=list)
    series: dict[tuple[int, str], LongOrigin] = attrs.field(factory=dict)


@attrs.define
class Places:
    """
    Where everything that was read stands.

    Attributes:
        main: the subjects' table.
        ids: the heading over the subjects' ids.
        values: the rows that were read.
        rows: the row number of each subject.
        children: subject's position and name of a list to the place of its rows, where these come from a
            table of their own.
        series: the same for a series in a long table.
    """

    main: Origin
    ids: str
    values: Sequence[dict[str, object]]
    rows: list[int] = attrs.field(factory=list)
    children: dict[tuple[int, str], ChildOrigin] = attrs.field(factory=dict)
    series: dict[tuple[int, str], LongOrigin] = attrs.field(factory=dict)

    def find(self, index: int, path: tuple[str | int, ...]) -> DataPlace:
        """
        Find where a value stands.

        Args:
            index: the subject's position among the rows.
            path: names of fields, positions in lists from 0, labels of periods: ``("orders", "2023-05")``,
                ``("merchants", 2, "industry")``; empty for the whole row.

        Returns:
            the place, with the value that was read; as exact as possible where *path* leads to nothing.
        """
        return with_value(self._place(index, path), value_at(self.values[index], path))

    def _place(self, index: int, path: Path) -> DataPlace:
        name = path[0] if path else None
        if name is None or name == "id":
            return self.main.table.place(self.rows[index], self.ids if path else None)
        long = self.series.get((index, str(name)))
        if long is not None:
            return _in_long(long, path)
        child = self.children.get((index, str(name)))
        if child is None:
            return self.main.place(self.rows[index], path)
        position = path[1] if len(path) > 1 else None
        if not isinstance(position, int) or not 0 <= position < len(child.rows):
            return attrs.evolve(child.origin.table.place(), id=str(self.values[index]["id"]))
        inner = path[2:]
        long = child.series.get((position, str(inner[0]))) if inner else None
        return _in_long(long, inner) if long else child.origin.place(child.rows[position], inner)


def value_at(row: object, path: Path) -> object:
    """The value that a path leads to within a row, None where there is none or it is not a scalar."""
    value = row
    for step in path:
        match value, step:
            case dict(), _:
                value = value.get(step)
            case list(), int() if 0 <= step < len(value):
                value = value[step]
            case _:
                return None
    return None if isinstance(value, dict | list) else value


def with_value(place: DataPlace, value: object) -> DataPlace:
    """A place with what stands there."""
    return place if value is None else attrs.evolve(place, value=shorten(value))


def _in_long(long: LongOrigin, path: Path) -> DataPlace:
    """The place of ``(series, label)`` in a long table."""
    row = long.rows.get(str(path[1])) if len(path) > 1 else None
    return long.origin.place(row, path[:1])
