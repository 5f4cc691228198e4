"""
Relations: chains of projections over one scan, joined with aggregates of child rows.

Every column has a level: it reads columns of lower levels only, so that one SELECT for each level computes everything, each
value once.
"""

from collections.abc import Container, Iterable
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import AGGREGATES, WINDOWS, Cell, column, columns_in, is_small

KEY = "id"
"""The column by which child rows are joined with their subject."""
HIDDEN = "`#`"
"""A column that a step adds for itself; a name of a scheme has no such sign in it."""
SUBJECTS = ""
"""The table of the subjects, beside those of child rows, which go by the names of their lists: no list has this one."""


def called(table: str) -> str:
    """What a table is called where people meet it."""
    return table or "subjects"


@attrs.frozen
class Named:
    """A column and what it holds; *note* is written above it."""

    name: str
    cell: Cell
    note: str | None = None


def is_pattern_of_names(name: str) -> bool:
    """Whether Polars takes a name for several: `*`, or what begins as a regular expression."""
    return name == "*" or name.startswith("^")


@attrs.define
class Names:
    """Column names, each used once in a whole plan; engines may not tell `Score` from `score`."""

    used: set[str] = attrs.field(factory=lambda: {KEY})
    topic: str = ""
    """What is being computed: columns without a name of their own are called by it."""
    _last: dict[str, int] = attrs.field(factory=dict)

    def fresh(self, wish: str) -> str:
        """A name that nothing else has: the one wished for, if it is free, and no pattern of names to anybody."""
        if is_pattern_of_names(wish):
            wish = f"_{wish}"
        name, number = wish, self._last.get(wish, 1)
        while name.casefold() in self.used:
            number += 1
            name = f"{wish}_{number}"
        self._last[wish] = number
        self.used.add(name.casefold())
        return name

    def part(self, cell: Cell) -> str:
        """A name for a part of what is being computed."""
        kind = _PARTS.get(cell.op, "test" if cell.kind == "bool" else "part")
        return self.fresh(f"{self.topic}_{kind}" if self.topic else kind)


_PARTS = {
    "sum": "sum", "count": "count", "count_all": "count", "least": "least", "greatest": "greatest", "rank": "rank",
    "dense_rank": "rank", "window_count": "ranked", "window_count_all": "ranked", "window_sum": "sum", "window_least": "least",
    "window_greatest": "greatest", "is_null": "unknown", "divide": "quotient",
}  # fmt: skip


Position: TypeAlias = tuple[int, int]
"""
Where a column is computed: how many window functions lie below it one after the other, and its level after the last of them.

All that needs no further window stands before the next one, because every column that a window function passes on costs.
"""


@attrs.define(eq=False)
class Relation:
    """
    A chain of projections.

    Attributes:
        name: what it is about: SUBJECTS, or the name of a list of child rows.
        columns: what is computed, by name.
        aggregates: child rows that are joined.
        parent: the subjects of child rows; *outer* are those of their columns that the rows need.
    """

    name: str
    names: Names
    columns: dict[str, Named] = attrs.field(factory=dict)
    aggregates: list["Aggregate"] = attrs.field(factory=list)
    parent: "Relation | None" = None
    outer: dict[str, Cell] = attrs.field(factory=dict)
    _gathered: dict[str, "Aggregate"] = attrs.field(factory=dict)
    _positions: dict[str, Position] = attrs.field(factory=dict)
    _shared: dict[Cell, Cell] = attrs.field(factory=dict)

    def share(self, cell: Cell, name: str | None = None, note: str | None = None) -> Cell:
        """The column that holds a cell, so that it is computed once; short cells stay as they are."""
        if name is None and (is_small(cell) or cell.op == "is_null") and cell.op not in WINDOWS:
            return cell
        return self.hold(cell, name, note)

    def hold(self, cell: Cell, name: str | None = None, note: str | None = None) -> Cell:
        """The column that holds a cell, however short it is; a constant stays one."""
        if name is None and cell.op in {"column", "constant"}:
            return cell
        if name is None and cell in self._shared:
            return self._shared[cell]
        if cell.op == "column" and name is not None:
            return cell
        fresh = self.names.part(cell) if name is None else self.names.fresh(name)
        found = column(fresh, cell.kind, cell.low, cell.high, nullable=cell.nullable)
        self.columns[fresh] = Named(fresh, cell, note)
        self._shared.setdefault(cell, found)
        return found

    def gathered(self, name: str, aggregate: "Aggregate") -> None:
        """Note a column that the join of an aggregate gives."""
        self._gathered[name] = aggregate

    def position(self, name: str) -> Position:
        """Where a column is computed; (0, 0) for those of the scan."""
        if name not in self._positions:
            self._positions[name] = self._position(name)
        return self._positions[name]

    def after(self, cells: Iterable[Cell]) -> Position:
        """The last position at which a column of some cells is computed."""
        return max((self.position(name) for cell in cells for name in columns_in(cell)), default=(0, 0))

    def levels(self, used: Container[str]) -> "list[Level]":
        """What must be computed, of the columns that are *used*, in the order in which it can be."""
        found: dict[Position, Level] = {}
        for name, named in self.columns.items():
            if name in used:
                at = self.position(name)
                found.setdefault(at, Level(at)).columns.append(named)
        for aggregate in self.aggregates:
            if aggregate.is_used(used):
                found.setdefault(aggregate.position, Level(aggregate.position)).joins.append(aggregate)
        return [found[at] for at in sorted(found)]

    def _position(self, name: str) -> Position:
        if name in self._gathered:
            return self._gathered[name].position
        if name not in self.columns:
            return 0, 0
        cell = self.columns[name].cell
        windows, level = self.after([cell])
        return (windows + 1, 0) if cell.op in WINDOWS else (windows, level + 1)


@attrs.define(eq=False)
class Aggregate:
    """
    Child rows grouped by their subject.

    Attributes:
        rows: the child rows with what is computed for each.
        subjects: the chain that they are joined with.
        most: how many rows one subject may have.
        columns: what is gathered.
    """

    rows: Relation
    subjects: Relation
    most: int
    columns: list[Named] = attrs.field(factory=list)
    _found: dict[Cell, Cell] = attrs.field(factory=dict)

    def is_used(self, used: Container[str]) -> bool:
        """Whether one of its columns is."""
        return any(named.name in used for named in self.columns)

    @property
    def position(self) -> Position:
        """Where it is joined: after all that its rows need of their subjects."""
        windows, level = self.subjects.after(self.rows.outer.values())
        return windows, level + 1

    def gather(self, cell: Cell) -> Cell:
        """The subjects' column of an aggregate; NULL for who has no rows."""
        assert cell.op in AGGREGATES
        if cell not in self._found:
            name = self.subjects.names.part(cell)
            self.columns.append(Named(name, cell))
            self.subjects.gathered(name, self)
            self._found[cell] = column(name, cell.kind, cell.low, cell.high, nullable=True)
        return self._found[cell]


@attrs.define
class Level:
    """What can be computed at once: aggregates of child rows are joined, then columns computed."""

    position: Position
    joins: list[Aggregate] = attrs.field(factory=list)
    columns: list[Named] = attrs.field(factory=list)


def needed(relation: Relation, wanted: Iterable[str]) -> set[str]:
    """The columns, of this relation and of what it joins, that some of its columns are computed from."""
    definitions = {name: named.cell for name, named in relation.columns.items()}
    for aggregate in relation.aggregates:
        definitions |= {named.name: named.cell for named in aggregate.columns}
        definitions |= {name: named.cell for name, named in aggregate.rows.columns.items()}
    found: set[str] = set()
    stack = list(wanted)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            if name in definitions:
                stack.extend(columns_in(definitions[name]))
    return found
