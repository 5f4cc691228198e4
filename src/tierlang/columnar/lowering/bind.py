"""Subjects that have been read → columns, and what is known of each column: its scale, its interval, its gaps."""

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme
from tierlang.columnar.columns.cells import FALSE, TRUE, Cell, column, truth
from tierlang.columnar.columns.numbers import Num, decimals_of, whole
from tierlang.columnar.columns.relation import HIDDEN, KEY, SUBJECTS, Names
from tierlang.columnar.columns.values import ListOf, Plain, Row, SeriesOf, Single, Unknown, Value, literal
from tierlang.run.subjects import Subject
from tierlang.run.values import Level, Series, Undetermined, is_number
from tierlang.run.values import Value as Computed
from tierlang.run.windows import TimeFrame
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import ListType, RecordType, SeriesType, Type

ORDER = HIDDEN
"""The column that numbers the rows of a table in their order."""


@attrs.frozen
class Column:
    """A column of data: *kind* as in cells, *wide* where an integer needs 128 bits."""

    name: str
    kind: str
    values: Sequence[Any] = attrs.field(repr=False)
    wide: bool = False


@attrs.define
class Table:
    """The rows of one scan, column by column; the first one is KEY."""

    name: str
    columns: list[Column] = attrs.field(factory=list)


@attrs.frozen
class Bound:
    """
    The data of a run as columns.

    Attributes:
        inputs: what each input is worth.
        gates: whether an input declared `missing ineligible` is absent.
        assumed: what a result may list as assumed, and whether it does.
        tables: SUBJECTS and one for each list.
        members: how many subjects there are.
        names: the columns' names, so that no other column takes one.
        lists: those whose rows are to be counted, because nobody has counted them yet.
        texts: by column the texts that stand in it, where they are known and few.
        absent: inputs of which no row has a value.
    """

    inputs: Mapping[str, Value]
    gates: Mapping[str, Cell]
    assumed: Sequence[tuple[str, Cell]]
    tables: Sequence[Table]
    members: int
    names: Names
    lists: Sequence[ListOf] = ()
    texts: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    absent: Sequence[str] = ()


def bind_subjects(scheme: CheckedScheme, time: TimeFrame, subjects: Sequence[Subject]) -> Bound:
    """The columns of the inputs that a scheme uses."""
    names = Names()
    binder = _Binder(names, Table(SUBJECTS, [Column(KEY, "text", [subject.id for subject in subjects])]))
    used = used_names(scheme)
    inputs: dict[str, Value] = {}
    lists: list[Table] = []
    for name, declared in scheme.inputs.items():
        if name not in used:
            continue
        values = [subject.inputs[name] for subject in subjects]
        if isinstance(declared.type, ListType):
            rows = Table(name)
            lists.append(rows)
            inputs[name] = _list(binder, rows, name, declared.type, [s.id for s in subjects], values)
        else:
            inputs[name] = binder.value(name, declared.type, values)
    gated, defaulted = labels_of(scheme, time, "ineligible"), labels_of(scheme, time, "value")
    gates = _flags(binder, gated, [s.missing_gates for s in subjects])
    assumed = _flags(binder, defaulted, [s.assumed for s in subjects])
    return Bound(inputs, dict(gates), assumed, [binder.table, *lists], len(subjects), names)


def labels_of(scheme: CheckedScheme, time: TimeFrame, policy: str) -> list[str]:
    """What results may call absent by a policy: inputs, and for a default the periods of series, in their order."""
    found: list[str] = []
    for name, declared in scheme.inputs.items():
        if declared.policy == policy:
            found.append(name)
        if (
            policy == declared.policy == "value"
            and isinstance(declared.type, SeriesType)
            and time.period is not None
        ):
            found[-1:] = [f"{name}@{period.label}" for period in time.periods(None, declared.type.unit)]
    return found


def used_names(scheme: CheckedScheme) -> set[str]:
    """The names that any expression of a scheme mentions."""
    found: set[str] = set()
    for expr in scheme.expressions:
        found |= {node.ident.text for node in walk(expr) if isinstance(node, n.Name)}
    return found


def _flags(binder: "_Binder", labels: list[str], found: Sequence[tuple[str, ...]]) -> list[tuple[str, Cell]]:
    """For each label whether a subject has it."""
    return [
        (label, binder.plain(f"no {label}", "bool", [label in labels for labels in found]))
        for label in labels
    ]


def _list(
    binder: "_Binder", rows: Table, name: str, kind: ListType, ids: Sequence[str], values: Sequence[Computed]
) -> ListOf:
    lists = [value if isinstance(value, tuple) else () for value in values]
    present = [isinstance(value, tuple) for value in values]
    rows.columns.append(
        Column(KEY, "text", [id_ for id_, items in zip(ids, lists, strict=True) for _ in items])
    )
    rows.columns.append(Column(ORDER, "int", list(range(len(rows.columns[0].values)))))
    elements = [item for items in lists for item in items]
    inside = _Binder(binder.names, rows)
    if isinstance(kind.of, RecordType):
        fields = {
            field: inside.value(
                f"{name}.{field}", of, [e[field] if isinstance(e, Mapping) else e for e in elements]
            )
            for field, of in kind.of.fields
        }
        element: Value = Row(fields)
    else:
        element = inside.value(name, kind.of, elements)
    cell = TRUE if all(present) else binder.plain(f"has {name}", "bool", present)
    return ListOf(name, kind.maximum or 0, cell, element)


@attrs.define
class _Binder:
    names: Names
    table: Table

    def value(self, name: str, kind: Type, values: Sequence[Computed]) -> Value:
        """What an input or a field is worth."""
        if not isinstance(kind, SeriesType):
            return self.single(name, values)
        series = [value for value in values if isinstance(value, Series)]
        numbers = sorted({number for one in series for number in one.values})
        absent = next((one.absent for one in series if one.absent is not None), None)
        found = {
            number: self.single(
                f"{name}@{number}",
                [
                    value.values.get(number, value.absent) if isinstance(value, Series) else value
                    for value in values
                ],
            )
            for number in numbers
        }
        otherwise: Value = Unknown() if absent is None else literal(absent)
        if absent is not None and len(series) < len(values):
            otherwise = self.single(f"{name}@", [v.absent if isinstance(v, Series) else None for v in values])
        return SeriesOf(kind.unit, found, otherwise)

    def single(self, name: str, values: Sequence[Computed | None]) -> Single:
        """One value for each row."""
        known = [value for value in values if value is not None and not isinstance(value, Undetermined)]
        if not known:
            return Unknown()
        clean = [None if isinstance(value, Undetermined) else value for value in values]
        match known[0]:
            case bool():
                return Plain("bool", self.plain(name, "bool", clean))
            case str():
                return Plain("text", self.plain(name, "text", clean))
            case datetime.date():
                return Plain("date", self.plain(name, "int", [v and v.toordinal() for v in clean]))  # type: ignore[union-attr]
            case Level():
                indices = [-v.index if isinstance(v, Level) else None for v in clean]
                return Plain("tier", self.plain(name, "int", indices))
            case _:
                return self._number(name, [v if v is not None and is_number(v) else None for v in clean])

    def _number(self, name: str, values: Sequence[int | Fraction | None]) -> Num:
        known = [value for value in values if value is not None]
        scales = {decimals_of(value.denominator) for value in known}
        if None in scales:
            top = self.plain(f"{name}_numerator", "int", [None if v is None else v.numerator for v in values])
            bottom = self.plain(
                f"{name}_denominator", "int", [1 if v is None else v.denominator for v in values]
            )
            return Num(top, bottom, 0, min(Fraction(v) for v in known), max(Fraction(v) for v in known))
        scale = max((s for s in scales if s is not None), default=0)
        return whole(
            self.plain(name, "int", [None if v is None else int(v * 10**scale) for v in values]), scale
        )

    def plain(self, name: str, kind: str, values: Sequence[Any]) -> Cell:
        """One column; a column that always has one value is that constant."""
        known = [value for value in values if value is not None]
        nullable = len(known) < len(values)
        if kind == "bool" and not nullable and not any(known):
            return FALSE
        name = self.names.fresh(name)
        if kind == "int":
            cell = column(name, "int", min(known), max(known), nullable=nullable)
            self.table.columns.append(Column(name, kind, values, cell.wide))
            return cell
        self.table.columns.append(Column(name, kind, values))
        return (
            truth("column", (name,), nullable)
            if kind == "bool"
            else Cell("column", (name,), "text", 0, 0, nullable)
        )
