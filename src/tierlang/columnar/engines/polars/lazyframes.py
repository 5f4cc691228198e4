"""A lowered scheme as one lazy frame of Polars: chains of columns, joined with what is gathered from child rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import polars as pl

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import WINDOWS, Cell, columns_in
from tierlang.columnar.columns.relation import KEY, Aggregate, Level, Named, Relation, needed
from tierlang.columnar.engines.polars.addingup import added_up, adds_up
from tierlang.columnar.engines.polars.spelling import named
from tierlang.columnar.engines.polars.standings import narrow, with_windows
from tierlang.columnar.lowering.query import Query

MOST = 2**20
"""Different keys that have a place each where their rank is looked up."""


@attrs.frozen
class Scan:
    """
    The rows of a table.

    Attributes:
        together: rows of one subject follow one another.
        rising: they come in the order of their KEY, as Polars has it.
    """

    frame: pl.LazyFrame
    together: bool = False
    rising: bool = False

    @property
    def hinted(self) -> pl.LazyFrame:
        """The rows, of which Polars knows that they rise."""
        return self.frame.set_sorted(KEY) if self.rising else self.frame


Scans = Callable[[str, set[str]], Scan]
"""Gives the rows of a table with KEY and some of its columns."""


def frame_of(query: Query, scan: Scans) -> pl.LazyFrame:
    """What a query selects."""
    wanted = [name for column in query.columns for name in columns_in(column.cell)]
    relation = query.lowerer.scope.relation
    used = needed(relation, wanted)
    subjects = scan(relation.name, _scanned(relation, used, wanted))
    frame = Frames(scan, used, MOST, rising=subjects.rising).chain(
        relation, subjects.hinted, [column.cell for column in query.columns]
    )
    return frame.select(KEY, *map(_handed_over, query.columns))


def _handed_over(column: Named) -> pl.Expr:
    """A column of the result in the smallest type that holds its interval; what nobody looks at may wrap."""
    return narrow(named(column.name, column.cell), column.cell)


def _scanned(relation: Relation, used: set[str], wanted: Iterable[str]) -> set[str]:
    """The columns of its scan that a chain reads, or that are asked of it."""
    joined = {column.name for aggregate in relation.aggregates for column in aggregate.columns}
    mine = [column.cell for name, column in relation.columns.items() if name in used]
    read = {*wanted, *(name for cell in mine for name in columns_in(cell))}
    for aggregate in relation.aggregates:
        if aggregate.is_used(used):
            read |= aggregate.rows.outer.keys() & used
    return read - joined - relation.columns.keys() - relation.outer.keys()


class Frames:
    """
    Writes the chains of a query as lazy frames.

    Args:
        scan: gives the rows of a table.
        used: the columns that are computed.
        rising: the subjects come in the order of their KEY.
    """

    def __init__(self, scan: Scans, used: set[str], most: int, *, rising: bool = False) -> None:
        self._scan = scan
        self._rising = rising
        self._used = used
        self._most = most

    def chain(
        self, relation: Relation, frame: pl.LazyFrame, readers: Sequence[Cell] | None = None
    ) -> pl.LazyFrame:
        """
        The columns of a relation, level by level.

        Args:
            readers: what is read of them; None for all.
        """
        levels = relation.levels(self._used)
        for number, level in enumerate(levels):
            gathered = [self._aggregate(aggregate, frame) for aggregate in level.joins]
            for part in gathered:
                frame = frame.join(part, on=KEY, how="left")
            columns = level.columns
            if any(column.cell.op in WINDOWS for column in columns):
                later = _read_by(levels[number + 1 :])
                frame = with_windows(
                    frame, columns, None if readers is None else [*readers, *later], self._most
                )
            elif columns:
                frame = frame.with_columns(named(column.name, column.cell) for column in columns)
        return frame

    def _aggregate(self, aggregate: Aggregate, subjects: pl.LazyFrame) -> pl.LazyFrame:
        """Child rows gathered by subject."""
        rows = aggregate.rows
        columns = [column for column in aggregate.columns if column.name in self._used]
        read = {name for column in columns for name in columns_in(column.cell)}
        brought = [name for name in rows.outer if name in self._used]
        scan = self._scan(rows.name, _scanned(rows, self._used, read))
        if scan.together and not brought and not rows.aggregates and adds_up(columns):
            found = added_up(self.chain(rows, scan.frame), columns)
            return attrs.evolve(scan, frame=found, rising=scan.rising and self._rising).hinted
        frame = scan.frame
        if brought:
            frame = frame.join(subjects.select(KEY, *brought), on=KEY, how="inner")
        frame = self.chain(rows, frame)
        return frame.group_by(KEY).agg(*(named(column.name, column.cell) for column in columns))


def _read_by(levels: Iterable[Level]) -> Iterator[Cell]:
    """What some levels compute, and what they read of the subjects for their child rows."""
    for level in levels:
        yield from (column.cell for column in level.columns)
        yield from (cell for aggregate in level.joins for cell in aggregate.rows.outer.values())
