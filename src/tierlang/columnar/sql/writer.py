"""A lowered scheme as one SQL statement: a common table expression for each level of each relation."""

import re
from collections.abc import Callable, Iterable, Mapping

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import WINDOWS, Cell, columns_in
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import KEY, Aggregate, Named, Names, Position, Relation, needed
from tierlang.columnar.sql.dialects import Dialect
from tierlang.columnar.sql.histogram import Different, Histogram, Window, histograms, window_of
from tierlang.columnar.sql.packing import Packed, packed

_OWN_NAME = re.compile(
    r"id|outcome|state|overlap|eligible_or_not|_[0-9]+|(failed|assumed|pattern|text|call|count|subjects|waiting)_[0-9]+",
    re.ASCII,
)
_BINARY = {
    "add": "+", "subtract": "-", "multiply": "*", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>",
}  # fmt: skip
_WINDOWS = {
    "rank": "rank()", "dense_rank": "dense_rank()", "window_count": "count({0})", "window_count_all": "count(*)",
    "window_least": "min({0})", "window_greatest": "max({0})",
}  # fmt: skip
_AGGREGATES = {
    "sum": "sum({0})",
    "count": "count({0})",
    "count_all": "count(*)",
    "least": "min({0})",
    "greatest": "max({0})",
}
_OF_VALUES = {
    "window_count": "count", "window_sum": "sum", "window_least": "min", "window_greatest": "max",
}  # fmt: skip
"""What gathers the values of those who are counted together."""
_BINDING = {
    "or": 1, "and": 2, "not": 3, "is_null": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4, "add": 5, "subtract": 5,
    "multiply": 6,
}  # fmt: skip
"""How tightly operators bind, in every dialect; what is not here binds most of all."""
_TIGHT = 9
_ARITHMETIC = frozenset({"add", "subtract", "multiply"})
MOST_OF_LINE = 90
"""Characters of an expression that stands on one line."""


def _is_null(cell: Cell) -> bool:
    return cell.op == "constant" and cell.args[0] is None


@attrs.frozen
class Writer:
    """
    Writes cells in one dialect.

    Attributes:
        small: columns of fewer than 64 bits, which are widened where they are computed with.
        lines: whether long expressions stand on several lines, for people.
        source: what columns are taken of, where that is written before their names.
    """

    dialect: Dialect
    small: frozenset[str] = frozenset()
    lines: bool = False
    source: str = ""

    def is_typed(self, cell: Cell) -> bool:
        """Whether an integer has 64 bits or more; literals alone may be taken for fewer."""
        match cell.op:
            case "constant":
                return False
            case "column":
                return cell.args[0] not in self.small and self.smaller(cell) is None
            case "case":
                *arms, otherwise = cell.cells
                return any(map(self.is_typed, [*arms[1::2], otherwise]))
            case "coalesce" | "negate" | "least" | "greatest":
                return any(map(self.is_typed, cell.cells))
            case "window_least" | "window_greatest":
                return any(map(self.is_typed, window_of(cell).values))
            case _:
                return True

    def smaller(self, cell: Cell) -> str | None:
        """The smallest type that holds a column's interval; None for 64 bits or more."""
        size = cell.size
        return next((name for name, most in self.dialect.smaller if size <= most), None)

    def name(self, name: str) -> str:
        """A column's name, quoted unless it is one of ours: any other may be a word of some dialect."""
        return name if _OWN_NAME.fullmatch(name) else self.quoted(name)

    def quoted(self, name: str) -> str:
        """A name between quotes."""
        quote = self.dialect.quote
        return quote + name.replace(quote, quote * 2) + quote

    def table(self, name: str) -> str:
        """A table's name, which a schema may stand before."""
        return ".".join(map(self.name, name.split(".")))

    def cell(self, cell: Cell) -> str:
        """A cell as it stands alone."""
        match cell.op:
            case "column":
                name = self.name(str(cell.args[0]))
                return f"{self.source}.{name}" if self.source else name
            case "constant":
                return self._constant(cell)
            case op if op in _BINARY:
                return self._binary(cell, _BINARY[op])
            case "divide":
                return self._fitted(cell, self.dialect.divide.format(*self._operands(cell)))
            case "flag":
                return self.dialect.flag.format(self.cell(next(cell.cells)))
            case "negate":
                return f"-{self._operands(cell)[0]}"
            case "and" | "or":
                return f" {cell.op.upper()} ".join(self._within(part, cell.op) for part in cell.cells)
            case "not":
                part = next(cell.cells)
                if part.op == "is_null":
                    return f"{self.inner(next(part.cells))} IS NOT NULL"
                return f"NOT {self._within(part, 'not')}"
            case "is_null":
                return f"{self.inner(next(cell.cells))} IS NULL"
            case "case":
                return self._case(cell)
            case "coalesce":
                return f"coalesce({', '.join(self.cell(part) for part in cell.cells)})"
            case "sum":
                return self._fitted(cell, f"sum({self._summand(cell, next(cell.cells))})", summed=True)
            case op if op in _AGGREGATES:
                return self._fitted(cell, _AGGREGATES[op].format(*map(self.cell, cell.cells)))
            case op if op in WINDOWS:
                return self._window(cell)
            case _:
                return self._date(cell)

    def type(self, kind: str, cell: Cell) -> str:
        """A type for a cell."""
        return self.dialect.nullable.format(kind) if cell.nullable else kind

    def column(self, named: Named) -> str:
        """A cell with the name of its column, and what is noted about it on lines above."""
        text = self._broken(named.cell) if self.lines else self.cell(named.cell)
        small = self.smaller(named.cell) if named.cell.kind == "int" else None
        if small is not None:
            text = f"CAST({text} AS {small})"
        elif named.cell.kind == "int" and not named.cell.wide and not self.is_typed(named.cell):
            text = f"CAST({text} AS {self.type(self.dialect.narrow, named.cell)})"
        note = "".join(f"-- {line}\n" for line in (named.note or "").splitlines())
        name = self.name(named.name)
        return f"{note}{text}" if text == name else f"{note}{text} AS {name}"

    def _broken(self, cell: Cell) -> str:
        """A cell on several lines, where one line is too long for people."""
        text = self.cell(cell)
        if len(text) <= MOST_OF_LINE:
            return text
        if cell.op == "case":
            return "\n     ".join(["CASE", *self._arms(cell)]) + "\nEND"
        if cell.op in {"and", "or"}:
            return f"\n{cell.op.upper()} ".join(self._within(part, cell.op) for part in cell.cells)
        return text

    def _within(self, cell: Cell, op: str) -> str:
        """A condition inside another one: in brackets only where it binds less."""
        binding = _BINDING.get(cell.op, _TIGHT)
        text = self.cell(cell)
        return text if binding > _BINDING[op] or (cell.op == op != "not") else f"({text})"

    def inner(self, cell: Cell) -> str:
        """A cell as it stands within another: in brackets, unless it is one word or call."""
        text = self.cell(cell)
        bare = cell.is_atom or cell.op in {"coalesce", "case"} or cell.op in _AGGREGATES
        return text if bare and not text.startswith("-") else f"({text})"

    def _constant(self, cell: Cell) -> str:
        value = cell.value
        if value is None:
            kind = {"int": self.dialect.narrow, "bool": self.dialect.boolean, "text": self.dialect.text}[
                cell.kind
            ]
            return f"CAST(NULL AS {self.dialect.nullable.format(kind)})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int):
            return str(value)
        return self.text(value)

    def text(self, value: str) -> str:
        """A text between quotes."""
        if self.dialect.backslash:
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return "'" + value.replace("'", "''") + "'"

    def _operands(self, cell: Cell) -> list[str]:
        """The operands of an operation; the first one is widened where the result needs 128 bits and they do not."""
        parts = list(cell.cells)
        texts = [self._operand(part, cell.op, number) for number, part in enumerate(parts)]
        if cell.kind == "int" and cell.wide and not any(part.wide for part in parts):
            texts[0] = f"CAST({self.cell(parts[0])} AS {self.type(self._wide_type(), parts[0])})"
        elif cell.kind == "int" and not any(map(self.is_typed, parts)):
            texts[0] = f"CAST({self.cell(parts[0])} AS {self.type(self.wide_or_narrow(parts[0]), parts[0])})"
        return texts

    def _operand(self, part: Cell, op: str, number: int) -> str:
        """A number inside another one: in brackets only where it binds less, or comes second."""
        if op in _BINDING and part.op in _ARITHMETIC:
            mine, other = _BINDING[part.op], _BINDING[op]
            if mine > other or (mine == other and number == 0):
                return self.cell(part)
        return self.inner(part)

    def wide_or_narrow(self, cell: Cell) -> str:
        """The type of an integer of 64 bits or more."""
        return self._wide_type() if cell.wide else self.dialect.narrow

    def _wide_type(self) -> str:
        if self.dialect.wide is None:
            raise NotNative(
                f"{self.dialect.name} does not check integers of 128 bits",
                f"{self.dialect.name} 不检查 128 位整数的溢出",
            )
        return self.dialect.wide

    def _binary(self, cell: Cell, operator: str) -> str:
        left, right = self._operands(cell)
        return self._fitted(cell, f"{left} {operator} {right}")

    def _fitted(self, cell: Cell, text: str, *, summed: bool = False) -> str:
        """A result of 64 bits that was computed from more is one of 64 bits."""
        if cell.kind != "int":
            return text
        if (
            summed
            or (self.dialect.unsigned_counts and cell.op in {"count", "count_all", "least", "greatest"})
            or (not cell.wide and any(part.kind == "int" and part.wide for part in cell.cells))
        ):
            return (
                f"CAST({text} AS {self.type(self._wide_type() if cell.wide else self.dialect.narrow, cell)})"
            )
        return text

    def _case(self, cell: Cell) -> str:
        return f"CASE {' '.join(self._arms(cell))} END"

    def _arms(self, cell: Cell) -> list[str]:
        """The arms of a choice; where nothing else is said it is NULL, of the type of its arms."""
        *arms, otherwise = cell.cells
        found = [
            f"WHEN {self.cell(c)} THEN {self._arm(v)}" for c, v in zip(arms[::2], arms[1::2], strict=True)
        ]
        return found if _is_null(otherwise) else [*found, f"ELSE {self._arm(otherwise)}"]

    def _arm(self, cell: Cell) -> str:
        return "NULL" if _is_null(cell) else self.cell(cell)

    def _summand(self, total: Cell, part: Cell) -> str:
        """What is added up, in the type of the sum where the engine would not find that by itself."""
        if total.wide and not part.wide and not self.dialect.sums_widen:
            return f"CAST({self.cell(part)} AS {self.type(self._wide_type(), part)})"
        return self.cell(part)

    def _window(self, cell: Cell) -> str:
        window = window_of(cell)
        clauses = []
        if window.partition:
            clauses.append("PARTITION BY " + ", ".join(map(self.cell, window.partition)))
        if window.keys:
            clauses.append(self.order(window))
        if cell.op == "window_sum":
            total = f"sum({self._summand(cell, window.values[0])}) OVER ({' '.join(clauses)})"
            return f"CAST({total} AS {self.type(self.wide_or_narrow(cell), cell)})"
        function = _WINDOWS[cell.op].format(*map(self.cell, window.values))
        text = f"{function} OVER ({' '.join(clauses)})"
        plain = cell.op in {"window_least", "window_greatest"} or not self.dialect.unsigned_counts
        return text if plain else f"CAST({text} AS {self.dialect.narrow})"

    def order(self, window: Window, names: Mapping[Cell, str] | None = None) -> str:
        """How the members are ordered; *names* says what stands for each key."""
        direction = "DESC" if window.best == "high" else "ASC"
        keys = [self.cell(key) if names is None else names[key] for key in window.keys]
        return "ORDER BY " + ", ".join(f"{key} {direction} NULLS LAST" for key in keys)

    def _date(self, cell: Cell) -> str:
        day, *more = cell.cells
        date = self.dialect.date_of.format(self.inner(day))
        form = {
            "year": self.dialect.year, "month": self.dialect.month, "day_of_month": self.dialect.day_of_month,
            "last_day": self.dialect.last_day, "months_later": self.dialect.months_later,
        }[cell.op]  # fmt: skip
        found = form.format(date, *map(self.inner, more))
        if cell.op in {"last_day", "months_later"}:
            return self.dialect.day_number.format(found)
        return f"CAST({found} AS {self.type(self.dialect.narrow, cell)})"


# ------------------------------------------------------------------ statements


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
        stage: holds what a statement gives before the rest is written, because it depends on what is found there.
        parts: name and text of each expression, in order.
    """

    writer: Writer
    scans: Mapping[str, str]
    members: int = 0
    stage: "Callable[[str], Stage] | None" = None
    parts: list[tuple[str, str]] = attrs.field(factory=list)
    _numbers: dict[str, int] = attrs.field(factory=dict)
    _names: Names = attrs.field(factory=Names)
    _scanned: dict[str, str] = attrs.field(factory=dict)
    _kept: set[str] = attrs.field(factory=set)
    _tables: dict[str, "Stage"] = attrs.field(factory=dict)

    def chain(self, relation: Relation, wanted: Iterable[str]) -> str:
        """Write what gives the *wanted* columns of subjects or of child rows; returns the name of its last level."""
        names = set(wanted)
        return self._chain(relation, self._scan(relation.name), needed(relation, names), names)

    def _chain(self, relation: Relation, current: str, used: set[str], wanted: set[str]) -> str:
        """Write the levels of a relation, one SELECT for each; of all that is *used* the end needs what is *wanted*."""
        columns: dict[Position, list[Named]] = {}
        for name, named in relation.columns.items():
            if name in used:
                columns.setdefault(relation.position(name), []).append(named)
        joins: dict[Position, list[Aggregate]] = {}
        for aggregate in relation.aggregates:
            if any(named.name in used for named in aggregate.columns):
                joins.setdefault(aggregate.position, []).append(aggregate)
        for position in sorted({*columns, *joins}):
            joined = [self._aggregate(aggregate, current, used) for aggregate in joins.get(position, [])]
            here = columns.get(position, [])
            if self.members and here and all(named.cell.op in WINDOWS for named in here):
                counted, rest = histograms(here, self.members)
                if self.stage is not None and any(window_of(named.cell).keys for named in rest):
                    current = self._staged(relation, current, position, used, wanted)
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
        lines, joins = ["m.*"], ""
        for number, histogram in enumerate(counted):
            part = self._part(f"{name}_by_value", self._histogram(histogram, current))
            lines += [f"h{number}.{self.writer.name(named.name)}" for named, _ in histogram.columns]
            matches = [
                f"h{number}.by_{i} {'IS NOT DISTINCT FROM' if cell.nullable else '='} {self._of('m', cell)}"
                for i, cell in enumerate(histogram.cells)
            ]
            joins += f"\nLEFT JOIN {self._n(part)} AS h{number} ON {' AND '.join(matches) or 'TRUE'}"
        return self._part(name, f"SELECT {listed(lines)}\nFROM {self._n(current)} AS m{joins}")

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
            found = self._scanned[name] = self._names.fresh(f"{name}_0")
        if all(part != found for part, _ in self.parts):
            self.parts.append((found, self.scans[name]))
        return found

    def _aggregate(self, aggregate: Aggregate, subjects: str, used: set[str]) -> _Joined:
        rows = aggregate.rows
        current = self._scan(rows.name)
        brought = [name for name in rows.outer if name in used]
        if brought:
            outer = ", ".join(f"p.{self.writer.name(name)}" for name in brought)
            text = f"SELECT c.*, {outer}\nFROM {self._n(current)} AS c JOIN {self._n(subjects)} AS p ON c.{KEY} = p.{KEY}"
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
        lines = [self.writer.dialect.of_first if joined else "*"]
        joins = ""
        for number, part in enumerate(joined):
            lines += [self._column_of(f"j{number}", part, named) for named in part.columns]
            joins += f"\nLEFT JOIN {self._n(part.name)} AS j{number} ON j{number}.{KEY} = p.{KEY}"
        lines += map(self.writer.column, columns)
        return self._part(
            name, f"SELECT {listed(lines)}\nFROM {self._n(current)}{' AS p' if joined else ''}{joins}"
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

    def _part(self, name: str, text: str) -> str:
        self._numbers[name] = self._numbers.get(name, 0) + 1
        cte = self._names.fresh(f"{name}_{self._numbers[name]}")
        self.parts.append((cte, text))
        return cte

    def text(self, select: str) -> str:
        """The whole statement: all expressions, then *select*."""
        head = ",\n".join(
            f"{self._n(name)} AS {'MATERIALIZED ' if name in self._kept else ''}(\n{indented(text)}\n)"
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
