"""Inputs, fields of records, parameters and tables, as what a reader of a table wants to know of them."""

from collections.abc import Callable

from tierlang.check.model import CheckedScheme, InputDecl
from tierlang.doc.content import Code, Labels, Link
from tierlang.doc.model import External
from tierlang.doc.names import Names
from tierlang.doc.shapes import Dates, Entries, Fields, Interval, Variable
from tierlang.syntax import nodes as n
from tierlang.types import (
    Exact,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
    Type,
    show_number,
)

Show = Callable[[n.Node], Code]
"""The code of a node of the statement at hand."""


def variable_of(
    declared: InputDecl,
    field: n.FieldDecl,
    names: Names,
    show: Show,
    labels: Labels = (),
    first_value: n.Literal | None = None,
) -> Variable:
    """
    An input, a state or a field, from what the checker knows of it and its declaration as written.

    Args:
        first_value: what a state is in its first period.
    """
    series = declared.type.unit if isinstance(declared.type, SeriesType) else None
    kind = declared.type.of if isinstance(declared.type, SeriesType) else declared.type
    element = kind.of if isinstance(kind, ListType) else kind
    policy = "first" if declared.state_of is not None else declared.policy
    first = first_value if policy == "first" else field.policy
    return Variable(
        names.values.get(declared.name),
        declared.name,
        labels,
        type=field.type.name,
        of=_element_link(kind, names),
        unit=_unit(element),
        series=series,
        values=_range(element),
        step=_shown(element.step, element) if isinstance(element, NumberType) else None,
        choices=element.choices if isinstance(element, TextType) else (),
        maximum=kind.maximum if isinstance(kind, ListType) else None,
        policy=policy,
        default=show(first) if policy in {"value", "first"} and first is not None else (),
        state_of=None
        if declared.state_of is None
        else Link(declared.state_of, names.target(declared.state_of)),
        publisher=None if declared.published_by is None else Link(declared.published_by),
    )


def fields_of(record: n.Record, checked: CheckedScheme, names: Names, show: Show) -> Fields:
    """The fields of a record."""
    policies = checked.record_policies[record.ident.text]
    anonymous = Names(records=names.records)  # a field is no name by itself
    return Fields(tuple(variable_of(policies[f.ident.text], f, anonymous, show) for f in record.fields))


def dates_of(param: n.Param, show: Show) -> Dates:
    """The values of a parameter, as written."""
    return Dates(
        tuple((dated.start.isoformat() if dated.start else None, show(dated.value)) for dated in param.values)
    )


def entries_of(table: n.Table, names: Names, show: Show) -> Entries:
    """The entries of a table, as written."""
    key = Link(table.key.text, names.values.get(table.key.text) or names.fields.get(table.key.text))
    if table.entries is None:
        return Entries(key, None)
    rows = tuple((None if e.key is None else show(e.key), show(e.value)) for e in table.entries)
    return Entries(key, rows)


def externals_of(checked: CheckedScheme, names: Names) -> tuple[External, ...]:
    """What has to be supplied with the data."""
    found = [
        *(("param", p.name, p.type, p.origin) for p in checked.params.values() if p.external),
        *(("table", t.name, t.value, t.origin) for t in checked.tables.values() if t.entries is None),
    ]
    return tuple(
        External(kind, Link(name, names.values.get(name)), tuple(origin.labels.items()), str(type_))
        for kind, name, type_, origin in found
    )


def _element_link(kind: Type, names: Names) -> Link | None:
    """What a list holds."""
    if not isinstance(kind, ListType):
        return None
    target = names.records.get(kind.of.name) if isinstance(kind.of, RecordType) else None
    return Link(str(kind.of), target)


def _unit(kind: Type) -> str | None:
    if not isinstance(kind, NumberType):
        return None
    return {"money": kind.currency, "share": "%", "days": "days"}.get(kind.kind)


def _range(kind: Type) -> Interval | None:
    """The declared range, which includes its ends; None where nothing was declared."""
    if not isinstance(kind, NumberType) or (kind.low is None and kind.high is None):
        return None
    low, high = _shown(kind.low, kind), _shown(kind.high, kind)
    return Interval(low, low is not None, high, high is not None)


def _shown(value: Exact | None, kind: NumberType) -> str | None:
    if value is None:
        return None
    return f"{show_number(100 * value)}%" if kind.kind == "share" else show_number(value)
