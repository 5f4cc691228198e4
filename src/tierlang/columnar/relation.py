"""
Relations: chains of projections over one scan, joined with aggregates of child rows.

Every column has a level: it reads columns of lower levels only, so that one SELECT for each level computes everything, each
value once.
"""

import itertools
from collections.abc import Iterable, Iterator

import attrs

from tierlang.columnar.cells import AGGREGATES, WINDOWS, Cell, column, columns_in, is_small

KEY = "id"
"""The column by which child rows are joined with their subject."""


@attrs.frozen
class Named:
    """A column and what it holds; *note* is written above it."""

    name: str
    cell: Cell
    note: str | None = None


@attrs.define
class Names:
    """Column names, each used once in a whole plan; engines may not tell `Score` from `score`."""

    used: set[str] = attrs.field(factory=lambda: {KEY})
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    def fresh(self, wish: str | None = None) -> str:
        """A name that nothing else has: the one wished for, if it is free."""
        names = (f"_{number}" for number in self._numbers) if wish is None else _numbered(wish)
        name = next(name for name in names if name.casefold() not in self.used)
        self.used.add(name.casefold())
        return name


def _numbered(wish: str) -> Iterator[str]:
    yield wish
    yield from (f"{wish}_{number}" for number in itertools.count(2))


@attrs.define(eq=False)
class Relation:
    """
    A chain of projections.

    Attributes:
        name: what it is about: ``subjects``, or the name of a list of child rows.
        scanned: the columns that its scan gives.
        layers: the columns computed at each level from 1.
        joins: the aggregates that are joined at a level.
        outer: the columns of *parent* that its rows need.
    """

    name: str
    names: Names
    scanned: list[str] = attrs.field(factory=list)
    layers: dict[int, list[Named]] = attrs.field(factory=dict)
    joins: dict[int, list["Aggregate"]] = attrs.field(factory=dict)
    parent: "Relation | None" = None
    outer: dict[str, Cell] = attrs.field(factory=dict)
    _levels: dict[str, int] = attrs.field(factory=dict)
    _shared: dict[Cell, Cell] = attrs.field(factory=dict)

    def share(self, cell: Cell, name: str | None = None, note: str | None = None) -> Cell:
        """The column that holds a cell, so that it is computed once; short cells stay as they are."""
        if name is None and (is_small(cell) or cell.op == "is_null") and cell.op not in WINDOWS:
            return cell
        if name is None and cell in self._shared:
            return self._shared[cell]
        if cell.op == "column" and name is not None:
            return cell
        found = self._column(self.names.fresh(name), cell)
        self.layers.setdefault(self.level(cell) + 1, []).append(Named(_name(found), cell, note))
        self._levels[_name(found)] = self.level(cell) + 1
        self._shared.setdefault(cell, found)
        return found

    def join(self, aggregate: "Aggregate") -> None:
        """Join the aggregates of child rows."""
        self.joins.setdefault(aggregate.level, []).append(aggregate)

    def joined(self, name: str, level: int) -> None:
        """Note a column that a join gives."""
        self._levels[name] = level

    def level(self, cell: Cell) -> int:
        """The level at which all columns of a cell are there."""
        return max((self._levels.get(name, 0) for name in columns_in(cell)), default=0)

    @property
    def depth(self) -> int:
        """The last level."""
        return max([0, *self.layers, *self.joins])

    def _column(self, name: str, cell: Cell) -> Cell:
        return column(name, cell.kind, cell.low, cell.high, nullable=cell.nullable)


def _name(cell: Cell) -> str:
    name = cell.args[0]
    assert isinstance(name, str)
    return name


@attrs.define(eq=False)
class Aggregate:
    """
    Child rows grouped by their subject.

    Attributes:
        rows: the child rows with what is computed for each.
        level: the level of the subjects' chain at which it is joined; its rows read subjects' columns below that.
        columns: what is gathered.
    """

    rows: Relation
    subjects: Relation
    level: int
    columns: list[Named] = attrs.field(factory=list)
    _found: dict[Cell, Cell] = attrs.field(factory=dict)

    def gather(self, cell: Cell) -> Cell:
        """The subjects' column of an aggregate; NULL for who has no rows."""
        assert cell.op in AGGREGATES
        if cell not in self._found:
            name = self.subjects.names.fresh()
            self.columns.append(Named(name, cell))
            self.subjects.joined(name, self.level)
            self._found[cell] = column(name, cell.kind, cell.low, cell.high, nullable=True)
        return self._found[cell]


def needed(relation: Relation, wanted: Iterable[str]) -> set[str]:
    """The columns, of this relation and of what it joins, that some of its columns are computed from."""
    definitions = {named.name: named.cell for layer in relation.layers.values() for named in layer}
    for aggregates in relation.joins.values():
        definitions |= {named.name: named.cell for aggregate in aggregates for named in aggregate.columns}
        for aggregate in aggregates:
            definitions |= {n.name: n.cell for layer in aggregate.rows.layers.values() for n in layer}
    found: set[str] = set()
    stack = list(wanted)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            if name in definitions:
                stack.extend(columns_in(definitions[name]))
    return found
