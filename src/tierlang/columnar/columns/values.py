"""What an expression is worth in columns: cells with the language's meaning on top."""

import datetime
from collections.abc import Mapping
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import (
    Cell,
    case,
    coalesce,
    compare,
    constant,
    inverse,
    is_null,
    null,
)
from tierlang.columnar.columns.numbers import (
    NotNative,
    Num,
    chosen,
    exact,
    first_known,
    is_known,
    plus,
    related,
)
from tierlang.run.values import Level, Undetermined, is_number
from tierlang.run.values import Value as Computed

FIRST_DAY, LAST_DAY = datetime.date.min.toordinal(), datetime.date.max.toordinal()


@attrs.frozen
class Plain:
    """
    A truth value, a text, a day or a level.

    Attributes:
        kind: ``bool``, ``text``, ``date`` (days counted from 1 January of year 1, which is 1) or ``tier`` (0 for the best
            level, −1 for the next one …).
    """

    kind: str
    cell: Cell

    @property
    def is_null(self) -> Cell:
        """Whether it is undetermined."""
        return is_null(self.cell)

    @property
    def nullable(self) -> bool:
        """Whether it can be undetermined."""
        return self.cell.nullable

    @property
    def cells(self) -> list[Cell]:
        """Its one cell."""
        return [self.cell]


@attrs.frozen
class Unknown:
    """Undetermined for every subject: a hole, a parameter without a value, a period nobody has data for."""

    @property
    def is_null(self) -> Cell:
        """True."""
        return constant(True)

    @property
    def nullable(self) -> bool:
        """It is nothing else."""
        return True

    @property
    def cells(self) -> list[Cell]:
        """None."""
        return []


@attrs.frozen
class Items:
    """Several values whose number is known: a list literal, or a series over a window."""

    values: tuple["Value", ...]


@attrs.frozen
class SeriesOf:
    """One value for each period of a unit, by the period's number; *absent* for all others."""

    unit: str
    values: Mapping[int, "Value"]
    absent: "Value"


@attrs.frozen
class ListOf:
    """
    A list input: child rows.

    Attributes:
        name: of the input.
        maximum: how many there may be.
        present: whether the subject has a list at all.
        element: one row of it, or one value.
    """

    name: str
    maximum: int
    present: Cell
    element: "Value"


@attrs.frozen
class Row:
    """One child row, by field."""

    fields: Mapping[str, "Value"]


Value: TypeAlias = Num | Plain | Unknown | Items | SeriesOf | ListOf | Row
Single: TypeAlias = Num | Plain | Unknown


def single(value: Value) -> Single:
    """One value, not several."""
    if isinstance(value, Num | Plain | Unknown):
        return value
    raise NotNative("a list is used as a value", "把列表当作值使用")


def number(value: Value) -> Num:
    """A number that is not everywhere unknown."""
    if isinstance(value, Num):
        return value
    raise NotNative("a value is no number", "某个值不是数")


def truth_of(value: Value) -> Cell:
    """The cell of a condition."""
    if isinstance(value, Unknown):
        return null("bool")
    if isinstance(value, Plain) and value.kind == "bool":
        return value.cell
    raise NotNative("a condition is no truth value", "某个条件不是真假值")


def literal(value: Computed) -> Single:
    """A value of the interpreter that is the same for all subjects."""
    match value:
        case Undetermined():
            return Unknown()
        case bool():
            return Plain("bool", constant(value))
        case str():
            return Plain("text", constant(value))
        case datetime.date():
            return Plain("date", constant(value.toordinal()))
        case Level():
            return Plain("tier", constant(-value.index))
        case _:
            if is_number(value):
                return exact(value)
            raise NotNative("a constant is no single value", "某个常量不是单个值")


def unknown_like(value: Single) -> Single:
    """An undetermined value of the same kind."""
    match value:
        case Num():
            return Num(null("int"), None, value.scale, value.low, value.high)
        case Plain():
            return Plain(value.kind, null(value.cell.kind))
        case _:
            return value


def pick(arms: list[tuple[Cell, Value]], otherwise: Value | None) -> Single:
    """The value of the first arm whose condition is true, else *otherwise*, or undetermined."""
    values = [single(value) for _, value in arms] + ([single(otherwise)] if otherwise is not None else [])
    model = next((value for value in values if not isinstance(value, Unknown)), None)
    if model is None:
        return Unknown()
    values = [unknown_like(model) if isinstance(value, Unknown) else value for value in values]
    conditions = [condition for condition, _ in arms]
    last = values[-1] if otherwise is not None else unknown_like(model)
    if isinstance(model, Num):
        pairs = [(c, number(v)) for c, v in zip(conditions, values, strict=False)]
        return chosen(pairs, number(last))
    cells = [value.cell for value in (*values, last) if isinstance(value, Plain)]
    return Plain(model.kind, case(zip(conditions, cells, strict=False), cells[-1]))


def first_known_of(values: list[Single]) -> Single:
    """`??`."""
    known = [value for value in values if not isinstance(value, Unknown)]
    if not known:
        return Unknown()
    if isinstance(known[0], Num):
        return first_known([number(value) for value in known])
    cells = [value.cell for value in known if isinstance(value, Plain)]
    return Plain(known[0].kind, coalesce(cells))


def same(operator: str, left: Value, right: Value) -> Cell:
    """A comparison of two values of one type; NULL where one is undetermined."""
    if isinstance(left, Num) and isinstance(right, Num):
        return related(operator, left, right)
    if isinstance(left, Plain) and isinstance(right, Plain):
        return compare(operator, left.cell, right.cell)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return null("bool")
    raise NotNative("values of different kinds are compared", "比较不同种类的值")


def known(value: Single) -> Cell:
    """Whether a value is determined."""
    return is_known(value) if isinstance(value, Num) else inverse(value.is_null)


def sum_of(values: list[Single]) -> Single:
    """The sum of numbers; of nothing 0."""
    if any(isinstance(value, Unknown) for value in values):
        return Unknown()
    found = exact(0)
    for value in values:
        found = plus(found, number(value))
    return found
