"""A lowered scheme as one SQL statement: a common table expression for each level of each relation."""

from collections.abc import Callable, Iterable, Mapping

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import WINDOWS, Cell, columns_in
from tierlang.columnar.columns.relation import (
    KEY,
    Aggregate,
    Named,
    Names,
    Position,
    Relation,
    called,
    needed,
)
from tierlang.columnar.columns.windows import Window
from tierlang.columnar.sql.histogram import Different, Histogram, histograms
from tierlang.columnar.sql.packing import Packed, packed
from tierlang.columnar.sql.writer import Writer

_OF_VALUES = {
    "window_count": "count", "window_sum": "sum", "window_least": "min", "window_greatest": "max",
}  # fmt: skip
"""What gathers the values of those who are counted together."""


@attrs.frozen
class Stage:
    """What was computed before the rest of a statement is written: the table that holds it, and what is found there."""

    table: str
    different: Different


@attrs.frozen
class _Joined:
    """
    Aggregates of child rows that are joined with their subjects.

    Attributes:
        name: of the expression that gives them.
        columns: what is taken of it.
        counts: those that were added up together, in the column *together*.
    """

    name: str
    columns: list[Named]
    counts: Packed | None
    together: str


@attrs.define
class Statement:
    """
    Writes the common table expressions of a chain of subjects.

    Attributes:
        scans: by relation name the SELECT that gives its rows, with KEY and all columns.
        members: how many subjects there are, where only the engine reads the statement: then window functions may be computed
            by counting (histogram.py), and counts added up together (packing.py).
        taken: the names of the tables that are read, which no expression may have.
        stage: holds what a statement gives before the rest is written, because it depends on what is found there.
        parts: name and text of each expression, in order.
    """

    writer: Writer
    scans: Mapping[str, str]
    members: int = 0
    taken: Iterable[str] = ()
    stage: "Callable[[str], Stage] | None" = None
    parts: list[tuple[str, str]] = attrs.field(factory=list)
    _numbers: dict[str, int] = attrs.field(factory=dict)
    _names: Names = attrs.field(factory=Names)
    _scanned: dict[str, str] = attrs.field(factory=dict)
    _kept: set[str] = attrs.field(factory=set)
    _tables: dict[str, "Stage"] = attrs.field(factory=dict)
    _columns: set[str] = attrs.field(factory=set)

    def __attrs_post_init__(self) -> None:
        self._names.used |= {name.casefold() for name in self.taken}

    def chain(self, relation: Relation, wanted: Iterable[str]) -> str:
        """Write what gives the *wanted* columns of subjects or of child rows; returns the name of its last level."""
        names = set(wanted)
        self._columns = relation.names.used
        return self._chain(relation, self._scan(relation.name), needed(relation, names), names)

    def _chain(self, relation: Relation, current: str, used: set[str], wanted: set[str]) -> str:
        """Write the levels of a relation, one SELECT for each; of all that is *used* the end needs what is *wanted*."""
        for level in relation.levels(used):
            joined = [self._aggregate(aggregate, current, used) for aggregate in level.joins]
            here = level.columns
            if self.members and here and all(named.cell.op in WINDOWS for named in here):
                counted, rest = histograms(here, self.members)
                if self.stage is not None and any(Window.of(named.cell).keys for named in rest):
                    current = self._staged(relation, current, level.position, used, wanted)
                    counted, rest = histograms(here, self.members, self._tables[current].different)
                current, here = self._counted(relation.name, current, counted) if counted else current, rest
            if joined or here:
                current = self._level(relation.name, current, joined, here)
        return current

    def _staged(
        self, relation: Relation, current: str, position: Position, used: set[str], wanted: set[str]
    ) -> str:
        """Hold what is computed so far, as far as it is needed from here on, and go on from there."""
        assert self.stage is not None
        later = [relation.columns[name] for name in used & relation.columns.keys()]
        names = {
            n for named in later if relation.position(named.name) >= position for n in columns_in(named.cell)
        }
        names |= {name for a in relation.aggregates if a.position >= position for name in a.rows.outer}
        kept = sorted(name for name in names | wanted if relation.position(name) < position)
        listed_names = ", ".join([self.writer.name(KEY), *map(self.writer.name, kept)])
        stage = self.stage(self.text(f"SELECT {listed_names}\nFROM {self._n(current)}"))
        self.parts.clear()
        self._kept.clear()
        found = self._part(relation.name, f"SELECT *\nFROM {stage.table}")
        self._tables[found] = stage
        return found

    def _counted(self, name: str, current: str, counted: list[Histogram]) -> str:
        """Count the members by value, and let every one look up what follows for it."""
        if current not in self._tables:
            self._kept.add(current)
        member = self._alias("m")
        lines, joins = [f"{member}.*"], ""
        for number, histogram in enumerate(counted):
            part = self._part(f"{called(name)}_by_value", self._histogram(histogram, current))
            values = self._alias(f"h{number}")
            lines += [f"{values}.{self.writer.name(named.name)}" for named, _ in histogram.columns]
            matches = [
                f"{values}.by_{i} {'IS NOT DISTINCT FROM' if cell.nullable else '='} {self._of(member, cell)}"
                for i, cell in enumerate(histogram.cells)
            ]
            joins += f"\nLEFT JOIN {self._n(part)} AS {values} ON {' AND '.join(matches) or 'TRUE'}"
        return self._part(name, f"SELECT {listed(lines)}\nFROM {self._n(current)} AS {member}{joins}")

    def _of(self, alias: str, cell: Cell) -> str:
        return f"{alias}.{self.writer.cell(cell)}" if cell.op == "column" else self.writer.inner(cell)

    def _histogram(self, histogram: Histogram, current: str) -> str:
        """The values with what follows for all who have them."""
        writer = self.writer
        by = {cell: f"by_{i}" for i, cell in enumerate(histogram.cells)}
        counts = [f"{writer.cell(cell)} AS {name}" for cell, name in by.items()]
        counts.append("count(*) AS n")
        lines = list(by.values())
        for number, (named, window) in enumerate(histogram.columns):
            if window.values:
                counts.append(f"{_OF_VALUES[window.op]}({writer.cell(window.values[0])}) AS of_{number}")
            partition = "" if histogram.is_each(window) else ", ".join(by[cell] for cell in window.partition)
            text = self._from_counts(window, number, f"PARTITION BY {partition} " if partition else "", by)
            if histogram.is_each(window) and by:
                text = "n" if not window.values else f"of_{number}"
            kind = writer.smaller(named.cell) or writer.wide_or_narrow(named.cell)
            lines.append(f"CAST({text} AS {kind}) AS {writer.name(named.name)}")
        grouped = f"\nGROUP BY {', '.join(str(i + 1) for i in range(len(by)))}" if by else ""
        inner = f"SELECT {listed(counts)}\nFROM {self._n(current)}{grouped}"
        return f"SELECT {listed(lines)}\nFROM (\n{indented(inner)}\n)"

    def _from_counts(self, window: Window, number: int, partition: str, by: Mapping[Cell, str]) -> str:
        match window.op:
            case "rank":
                before = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
                return f"coalesce(sum(n) OVER ({partition}{self.writer.order(window, by)} {before}), 0) + 1"
            case "dense_rank":
                return f"row_number() OVER ({partition}{self.writer.order(window, by)})"
            case "window_count_all":
                return f"sum(n) OVER ({partition.strip()})"
            case "window_count" | "window_sum":
                return f"sum(of_{number}) OVER ({partition.strip()})"
            case _:
                return f"{_OF_VALUES[window.op]}(of_{number}) OVER ({partition.strip()})"

    def _scan(self, name: str) -> str:
        found = self._scanned.get(name)
        if found is None:
            found = self._scanned[name] = self._fresh(f"{called(name)}_0")
        if all(part != found for part, _ in self.parts):
            self.parts.append((found, self.scans[name]))
        return found

    def _aggregate(self, aggregate: Aggregate, subjects: str, used: set[str]) -> _Joined:
        rows = aggregate.rows
        current = self._scan(rows.name)
        brought = [name for name in rows.outer if name in used]
        if brought:
            row, own = self._alias("c"), self._alias("p")
            outer = ", ".join(f"{own}.{self.writer.name(name)}" for name in brought)
            text = f"SELECT {row}.*, {outer}\nFROM {self._n(current)} AS {row} JOIN {self._n(subjects)} AS {own} ON {row}.{KEY} = {own}.{KEY}"
            current = self._part(rows.name, text)
        current = self._chain(rows, current, used, used)
        gathered = [named for named in aggregate.columns if named.name in used]
        counts = packed(gathered, aggregate.most) if self._packs else None
        places = {} if counts is None else counts.places
        held = [named for named in gathered if named.name not in places]
        lines = [self.writer.name(KEY), *map(self.writer.column, held)]
        together = ""
        if counts is not None:
            together = self._names.fresh(f"{rows.name}_counts")
            lines.append(self.writer.column(Named(together, counts.total)))
        text = f"SELECT {listed(lines)}\nFROM {self._n(current)}\nGROUP BY {self.writer.name(KEY)}"
        return _Joined(self._part(f"{rows.name}_of_each", text), gathered, counts, together)

    @property
    def _packs(self) -> bool:
        """Whether counts are added up together: not for people, nor where integers have left their intervals."""
        return bool(self.members and self.writer.dialect.smaller and self.writer.dialect.bits)

    def _level(self, name: str, current: str, joined: list[_Joined], columns: list[Named]) -> str:
        first = self._alias("p")
        lines = [self.writer.dialect.of_first.format(first) if joined else "*"]
        joins = ""
        for number, part in enumerate(joined):
            other = self._alias(f"j{number}")
            lines += [self._column_of(other, part, named) for named in part.columns]
            joins += f"\nLEFT JOIN {self._n(part.name)} AS {other} ON {other}.{KEY} = {first}.{KEY}"
        lines += map(self.writer.column, columns)
        return self._part(
            name, f"SELECT {listed(lines)}\nFROM {self._n(current)}{f' AS {first}' if joined else ''}{joins}"
        )

    def _column_of(self, alias: str, joined: _Joined, named: Named) -> str:
        """A column that is joined; of counts that were added up together its bits."""
        name, counts = self.writer.name(named.name), joined.counts
        if counts is None or named.name not in counts.places:
            return f"{alias}.{name}"
        together = f"{alias}.{self.writer.name(joined.together)}"
        found = self.writer.dialect.bits.format(together, counts.places[named.name], counts.mask)
        kind = self.writer.smaller(named.cell) or self.writer.wide_or_narrow(named.cell)
        return f"CAST({found} AS {kind}) AS {name}"

    def _n(self, name: str) -> str:
        return self.writer.name(name)

    def _alias(self, wish: str) -> str:
        """What a table is called within one SELECT: some engines would take the name of a column for the column."""
        while wish in self._columns:
            wish += "_"
        return wish

    def _fresh(self, wish: str) -> str:
        """A name for an expression, like that of no table: what engines hold begins with ``tier_``."""
        return self._names.fresh(f"_{wish}" if wish.casefold().startswith("tier_") else wish)

    def _part(self, name: str, text: str) -> str:
        name = called(name)
        self._numbers[name] = self._numbers.get(name, 0) + 1
        cte = self._fresh(f"{name}_{self._numbers[name]}")
        self.parts.append((cte, text))
        return cte

    def text(self, select: str) -> str:
        """The whole statement: all expressions, then *select*."""
        apart = {name for name, _ in self.parts} if self.writer.dialect.inlines else self._kept
        head = ",\n".join(
            f"{self._n(name)} AS {'MATERIALIZED ' if name in apart else ''}(\n{indented(text)}\n)"
            for name, text in self.parts
        )
        return f"WITH {head}\n{select}"


def listed(lines: list[str]) -> str:
    """What stands after SELECT, one column below the other."""
    return (
        lines[0] if len(lines) == 1 else ",\n       ".join(line.replace("\n", "\n       ") for line in lines)
    )


def indented(text: str) -> str:
    """Lines, two spaces further in."""
    return "\n".join(f"  {line}" for line in text.split("\n"))
