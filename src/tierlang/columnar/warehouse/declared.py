"""
Columns without data: what the declarations alone say, for plans and statements that somebody else runs.

Where an input declares no range, one is assumed, wide enough for real data; whoever runs the statement must hold the data
to it, and the statement says so.
"""

from collections.abc import Container, Mapping
from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme, InputDecl
from tierlang.columnar.columns.cells import FALSE, TRUE, Cell, column, truth
from tierlang.columnar.columns.levels import level_column, number_of
from tierlang.columnar.columns.numbers import NotNative, Num, whole
from tierlang.columnar.columns.relation import KEY, SUBJECTS, Names, called
from tierlang.columnar.columns.values import (
    FIRST_DAY,
    LAST_DAY,
    ListOf,
    Plain,
    Row,
    SeriesOf,
    Single,
    Value,
)
from tierlang.columnar.lowering.bind import Bound, labels_of, used_names
from tierlang.columnar.lowering.expressions import Given
from tierlang.columnar.lowering.inputs import Absences, series_of, with_policy
from tierlang.columnar.sql.dialects import Dialect
from tierlang.columnar.sql.writer import Writer
from tierlang.columnar.warehouse.checks import Expected, decimals_expected
from tierlang.periods import Period
from tierlang.run.windows import TimeFrame
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import (
    BoolType,
    DateType,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
    TierType,
    Type,
)

WHOLE = 10**9
"""The largest count that is assumed where none is declared."""
POINTS = 10**6
"""The largest other number that is assumed."""
MONEY = 10**12
"""The largest amount of money that is assumed."""
DECIMALS = {"count": 0, "days": 0, "share": 4, "number": 2, "money": 2}
"""Decimals that are assumed where no step is declared."""
MEMBERS = 10**7


@attrs.define
class Declared:
    """
    Binds the inputs of a scheme to the tables of a warehouse.

    Attributes:
        columns: what the statement reads, by table: each column's name in the plan, and what is selected.
        expected: what every column must hold, by table; *maxima* how many rows there may be, of a list for each subject.
        broken: by table whether something is missing that may not be.
    """

    scheme: CheckedScheme
    time: TimeFrame
    dialect: Dialect
    names: Names = attrs.field(factory=Names)
    columns: dict[str, list[tuple[str, str]]] = attrs.field(factory=dict)
    expected: dict[str, list[Expected]] = attrs.field(factory=dict)
    maxima: dict[str, int] = attrs.field(factory=dict)
    broken: dict[str, list[Cell]] = attrs.field(factory=dict)

    def bind(self) -> Bound:
        """
        The columns of the inputs that the scheme uses.

        Raises:
            NotNative: an input cannot stand in a table.
        """
        used = used_names(self.scheme)
        self.columns[SUBJECTS], self.expected[SUBJECTS] = [], []
        self.maxima[SUBJECTS] = self.scheme.cohort_maximum or MEMBERS
        inputs: dict[str, Value] = {}
        absences = Absences()
        for name, declared in self.scheme.inputs.items():
            if isinstance(declared.type, ListType):
                if name in used:
                    inputs[name] = self._list(name, declared.type)
            elif name in used or declared.policy in {"ineligible", "value"}:
                inputs[name] = self._input(SUBJECTS, "", declared, absences)
        labels = [label for label in labels_of(self.scheme, self.time, "value") if label in absences.assumed]
        return Bound(
            inputs={name: value for name, value in inputs.items() if name in used},
            gates=absences.gates,
            assumed=[(label, absences.assumed[label]) for label in labels],
            tables=(),
            members=self.maxima[SUBJECTS],
            names=self.names,
        )

    def keep(self, used: Container[str]) -> None:
        """Leave out the columns that nothing is computed from, such as periods that no rule reads."""
        for table, parts in self.columns.items():
            kept = [
                (part, expected)
                for part, expected in zip(parts, self.expected[table], strict=True)
                if part[0] in used
            ]
            self.columns[table] = [part for part, _ in kept]
            self.expected[table] = [expected for _, expected in kept]

    def tables(self, names: Mapping[str, str]) -> dict[str, str]:
        """
        What each table is called: as *names* say, else as its list, and ``subjects``.

        Raises:
            NotNative: the engine takes two of them for one.
        """
        found = {table: names.get(table, called(table)) for table in self.columns}
        kept: dict[str, str] = {}
        for name in found.values():
            other = kept.setdefault(name.casefold(), name)
            if other != name and self.dialect.ignores_case:
                raise alike(f"`{other}`", f"`{name}`", self.dialect)
        return found

    def scans(self, tables: Mapping[str, str]) -> dict[str, str]:
        """What is selected from each table; *tables* gives their names."""
        writer = Writer(self.dialect)
        found = {}
        for name, parts in self.columns.items():
            texts = [f"{t} AS {writer.name(c)}" if t != writer.name(c) else t for c, t in parts]
            listed = ",\n       ".join([writer.name(KEY), *texts])
            found[name] = f"SELECT {listed}\nFROM {writer.table(tables[name])}"
        return found

    def given(self, expr: n.Expr, name: str) -> Given:
        """An expression that the interpreter computes, taken to be like an input of its type."""
        fresh = self.names.fresh(name)
        match self.scheme.expression_types[id(expr)]:
            case NumberType() as kind:
                free = attrs.evolve(kind, low=None, high=None, step=None)
                value: Single = self._number(fresh, "", free, Expected(fresh, "", free))[0]
            case BoolType():
                value = Plain("bool", truth("column", (fresh,), True))
            case DateType():
                value = Plain("date", column(fresh, "int", FIRST_DAY, LAST_DAY, nullable=True))
            case TierType():
                value = level_column(fresh, self.scheme.level_names)
            case _:
                value = Plain("text", Cell("column", (fresh,), "text", 0, 0, True))
        return Given(value, Cell("column", (self.names.fresh(f"{name}_told"),), "text", 0, 0, True))

    # ------------------------------------------------------------ inputs

    def _input(self, table: str, prefix: str, declared: InputDecl, absences: Absences | None) -> Value:
        if isinstance(declared.type, SeriesType):
            return self._series(table, prefix, declared, declared.type, absences)
        required = declared.policy == "reject"
        value = self._column(table, prefix + declared.name, declared.name, declared.type, required=required)
        return with_policy(self.scheme, declared, value, absences)

    def _series(
        self, table: str, prefix: str, declared: InputDecl, kind: SeriesType, absences: Absences | None
    ) -> SeriesOf:
        values: dict[Period, Single] = {}
        for period in self._periods(kind.unit):
            label = f"{declared.name}@{period.label}"
            values[period] = self._column(table, prefix + label, label, kind.of)
        if absences is not None and declared.policy == "ineligible":
            absences.gates[declared.name] = FALSE
        return series_of(self.scheme, declared, values, absences)

    def _periods(self, unit: str) -> list[Period]:
        """The periods of a unit in any window of the scheme."""
        windows: list[n.Window | None] = [None]
        for expr in self.scheme.expressions:
            windows += [call.window for call in walk(expr) if isinstance(call, n.Call)]
        found = {period.number: period for window in windows for period in self._inside(window, unit)}
        return [found[number] for number in sorted(found)]

    def _inside(self, window: n.Window | None, unit: str) -> list[Period]:
        start, end = self.time.days(window)
        return self.time.calendar.inside(unit, start, end) or []

    def _list(self, name: str, kind: ListType) -> ListOf:
        if not isinstance(kind.of, RecordType):
            raise NotNative(f"`{name}` is a list of plain values", f"`{name}` 是由单个值组成的列表")
        self.columns[name], self.expected[name] = [], []
        policies = self.scheme.record_policies[kind.of.name]
        fields = {
            field: self._input(name, f"{name}.", declared, None) for field, declared in policies.items()
        }
        self.maxima[name] = kind.maximum or 0
        return ListOf(name, kind.maximum or 0, TRUE, Row(fields))

    def _column(self, table: str, wish: str, heading: str, kind: Type, *, required: bool = False) -> Single:
        writer = Writer(self.dialect)
        name, raw = self.names.fresh(wish), writer.name(heading)
        levels = self.scheme.level_names
        expected = Expected(heading, raw, kind, required=required, levels=levels)
        match kind:
            case NumberType():
                value, text, expected = self._number(name, raw, kind, expected)
            case BoolType():
                value, text = Plain("bool", truth("column", (name,), True)), raw
            case DateType():
                cell = column(name, "int", FIRST_DAY, LAST_DAY, nullable=True)
                value, text = Plain("date", cell), self.dialect.day_number.format(raw)
            case TierType():
                value, text = level_column(name, levels), number_of(raw, levels, writer.text)
            case TextType():
                value, text = Plain("text", Cell("column", (name,), "text", 0, 0, True)), raw
            case _:
                raise NotNative(f"`{heading}` is a {kind}", f"`{heading}` 的类型是 {kind}")
        self._refuse_alike(table, heading)
        self.columns[table].append((name, text))
        self.expected[table].append(expected)
        if not required:
            return value
        self.broken.setdefault(table, []).append(value.is_null)
        return _there(value)

    def _refuse_alike(self, table: str, heading: str) -> None:
        """Refuse two columns of a table that the engine takes for one."""
        for other in (KEY, *(expected.heading for expected in self.expected[table])):
            if other == heading or (self.dialect.ignores_case and other.casefold() == heading.casefold()):
                raise alike(f"`{other}`", f"`{heading}`", self.dialect)

    def _number(
        self, name: str, raw: str, kind: NumberType, expected: Expected
    ) -> tuple[Single, str, Expected]:
        most = {"count": WHOLE, "days": WHOLE, "share": 1, "money": MONEY}.get(kind.kind, POINTS)
        least = 0 if kind.kind in {"count", "share"} else -most
        low = Fraction(kind.low if kind.low is not None else least)
        high = Fraction(kind.high if kind.high is not None else most)
        declared = decimals_expected(kind)
        scale = DECIMALS.get(kind.kind, 2) if declared is None else declared
        unit = 10**scale
        cell = column(name, "int", int(low * unit), int(high * unit), nullable=True)
        scaled = self.dialect.scaled.format(raw, unit, scale) if scale else raw
        text = f"CAST({scaled} AS {self.dialect.nullable.format(self.dialect.narrow)})"
        return whole(cell, scale), text, attrs.evolve(expected, low=low, high=high, decimals=scale)


def alike(one: str, other: str, dialect: Dialect) -> NotNative:
    """The refusal of two names that an engine takes for one."""
    return NotNative(
        f"{dialect.name} takes {one} and {other} for one name",
        f"{dialect.name} 把 {one} 与 {other} 当作同一个名称",
    )


def _there(value: Single) -> Single:
    """A value that is never missing."""
    if isinstance(value, Num):
        return attrs.evolve(value, numerator=attrs.evolve(value.numerator, nullable=False))
    assert isinstance(value, Plain)
    return Plain(value.kind, attrs.evolve(value.cell, nullable=False))
