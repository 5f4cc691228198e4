"""Cells as SQL text, in one dialect."""

import re
from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import WINDOWS, Cell
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import Named
from tierlang.columnar.columns.windows import Window
from tierlang.columnar.sql.dialects import Dialect

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
                return any(map(self.is_typed, Window.of(cell).values))
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
        if self.dialect.escapes_in_names:
            name = name.replace("\\", "\\\\")
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
            return (
                f"CAST('{value}' AS {self._wide_type()})"
                if cell.wide and self.dialect.bare_literals_narrow
                else str(value)
            )
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
        window = Window.of(cell)
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
