"""Inputs, records, parameters and tables: from statements to typed declarations."""

import datetime
from collections.abc import Iterable

from tierlang.check.model import HOLE, InputDecl, Origin, ParamDecl, TableDecl
from tierlang.check.scope import Scope, check_reserved
from tierlang.diagnostics.model import Findings, Fix, nearest, quoted
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.types import (
    ANY,
    BOOL,
    DATE,
    NUMBER_KINDS,
    TEXT,
    TIER,
    AnyType,
    BoolType,
    DateType,
    Exact,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
    TierType,
    Type,
    show_number,
)

PLAIN_TYPES: dict[str, Type] = {"bool": BOOL, "text": TEXT, "date": DATE}
POLICIES = ("unknown", "ineligible", "reject")
MAX_LIST = 1_000_000
DEFAULT_COHORT = 1_000_000
"""Members of a cohort whose scheme declares no maximum."""
MAX_COHORT = 1_000_000_000
"""The largest maximum that may be declared."""


def type_of(ref: n.TypeRef, scope: Scope, findings: Findings) -> Type:
    """The type that a type reference names."""
    match ref.name:
        case "tier":
            return TIER
        case "money":
            return NumberType("money", ref.of, *_bounds(ref, findings))
        case "list":
            return _list_type(ref, scope, findings)
        case "text":
            return _text_type(ref, findings)
        case name if name in NUMBER_KINDS:
            return NumberType(name, None, *_bounds(ref, findings))
        case name if name in PLAIN_TYPES:
            if ref.range is not None:
                findings.add(
                    "E-TYPE", ref.range.span, found="range", expected="no range", where=f"after `{name}`"
                )
            return PLAIN_TYPES[name]
        case name:
            near = nearest(name, [*NUMBER_KINDS, *PLAIN_TYPES, "money", "list", "tier", *scope.records])
            fixes = [Fix(ref.span, near[0])] if near else []
            findings.add("E-UNKNOWN-TYPE", ref.span, fixes=fixes, name=name, near=quoted(near))
            return ANY


def _text_type(ref: n.TypeRef, findings: Findings) -> Type:
    if ref.range is not None:
        findings.add("E-TYPE", ref.range.span, found="range", expected="no range", where="after `text`")
    for i, choice in enumerate(ref.choices):
        if choice in ref.choices[:i]:
            findings.add("E-DUPLICATE", ref.span, name=choice)
            break
    return TextType(ref.choices)


def _bounds(ref: n.TypeRef, findings: Findings) -> tuple[Exact | None, Exact | None, Exact | None]:
    bounds = ref.range
    if bounds is None:
        return None, None, None
    if bounds.high is not None and bounds.high < bounds.low:
        findings.add("E-RANGE-BACKWARDS", bounds.span, low=bounds.low, high=bounds.high)
    if bounds.step is not None and bounds.step <= 0:
        findings.add(
            "E-ARGUMENT-VALUE", bounds.span, function="step", value=bounds.step, expected="a number above 0"
        )
    plain = NumberType(ref.name, ref.of)
    problems = [
        (value, range_problem(value, plain)) for value in (bounds.low, bounds.high) if value is not None
    ]
    for value, problem in problems:
        if problem is not None:
            findings.add("E-LITERAL-RANGE", bounds.span, value=value, expected=problem)
            break
    return bounds.low, bounds.high, bounds.step


def _list_type(ref: n.TypeRef, scope: Scope, findings: Findings) -> Type:
    if ref.maximum is None:
        findings.add("E-LIST-MAX", ref.span, limit=MAX_LIST)
    elif ref.maximum > MAX_LIST:
        findings.add("E-LITERAL-RANGE", ref.span, value=ref.maximum, expected=f"at most {MAX_LIST}")
    assert ref.of is not None
    if ref.of in NUMBER_KINDS or ref.of in PLAIN_TYPES:
        return ListType(type_of(n.TypeRef(ref.of, span=ref.span), scope, findings), ref.maximum)
    record = scope.records.get(ref.of)
    if record is None:
        near = quoted(nearest(ref.of, scope.records))
        findings.add("E-UNKNOWN-TYPE", ref.span, name=ref.of, near=near)
        return ANY
    scope.used.add(f"record {ref.of}")
    told_where_it_is_declared = Findings(findings.source)
    return ListType(record_type(record, scope, told_where_it_is_declared), ref.maximum)


def record_type(record: n.Record, scope: Scope, findings: Findings) -> RecordType:
    """The type of a declared record; *findings* takes the faults of its fields."""
    fields: dict[str, Type] = {}
    for field in record.fields:
        if field.ident.text in fields:
            findings.add("E-DUPLICATE", field.ident.span, name=field.ident.text)
        check_reserved(field.ident, findings)
        if field.type.name == "list":
            findings.add(
                "E-TYPE", field.type.span, found="list", expected="one value or a series", where="in a record"
            )
            fields[field.ident.text] = ANY
        else:
            fields[field.ident.text] = field_type(field, scope, findings)
    return RecordType(record.ident.text, tuple(fields.items()))


def field_type(field: n.FieldDecl, scope: Scope, findings: Findings) -> Type:
    """The type of an input or field, ``by UNIT`` included."""
    kind = type_of(field.type, scope, findings)
    if field.unit is None:
        return kind
    if isinstance(kind, ListType):
        findings.add("E-TYPE", field.span, found=kind, expected="one value", where="before `by`")
        return ANY
    return SeriesType(kind, field.unit)


def input_of(
    field: n.FieldDecl, published_by: str | None, origin: Origin, scope: Scope, findings: Findings
) -> InputDecl:
    """The declaration of an input or of a record's field."""
    kind = field_type(field, scope, findings)
    policy, default = "unknown", None
    if isinstance(field.policy, n.Name) and not isinstance(_element(kind), TierType):
        policy = field.policy.ident.text
        if policy not in POLICIES:
            facts = {"function": "missing", "value": policy, "expected": f"{quoted(POLICIES)} or a value"}
            findings.add("E-ARGUMENT-VALUE", field.policy.span, facts=facts)
            policy = "unknown"
    elif field.policy is not None:
        policy, default = "value", literal_value(field.policy, _element(kind), scope, findings)
    if isinstance(kind, ListType) and policy == "value":
        findings.add("E-TYPE", field.span, found="value", expected=quoted(POLICIES), where="after `missing`")
    return InputDecl(field.ident.text, kind, origin, policy, default, published_by)


def state_of(statement: n.State, origin: Origin, scope: Scope, findings: Findings) -> InputDecl:
    """The declaration of a state: an input that is this scheme's own result of the period before."""
    field = statement.field
    kind = field_type(field, scope, findings)
    if isinstance(kind, ListType | SeriesType):
        findings.add("E-TYPE", field.span, found=kind, expected="one value", where="in `state`")
        kind = ANY
    first = None
    if not isinstance(statement.first, n.MissingLiteral):
        first = literal_value(statement.first, kind, scope, findings)
    source = statement.source.text
    return InputDecl(field.ident.text, kind, origin, "unknown", first, "self", source)


def fits_state(kind: Type, declared: Type) -> bool:
    """Whether a definition's values can be those of a state: the same type, or numbers of one unit."""
    if isinstance(kind, AnyType) or isinstance(declared, AnyType):
        return True
    if isinstance(kind, NumberType) and isinstance(declared, NumberType):
        return kind.currency == declared.currency
    return kind == declared


def _element(kind: Type) -> Type:
    return kind.of if isinstance(kind, SeriesType) else kind


def literal_value(literal: n.Literal, wanted: Type, scope: Scope, findings: Findings) -> object:
    """The value of a literal where a type is wanted; `HOLE` for ``...``, None where it has been reported."""
    if isinstance(literal, n.Hole):
        return HOLE
    if isinstance(literal, n.MissingLiteral):
        findings.add("E-TYPE", literal.span, found="missing", expected=wanted, where="here")
        return None
    value: object
    match literal, wanted:
        case n.NumberLiteral(value=value, unit=unit), NumberType(kind=kind, currency=currency):
            if (unit if unit not in {"%", "‰"} else None) != (currency if kind == "money" else None):
                findings.add(
                    "E-TYPE", literal.span, found=_literal_type(literal), expected=wanted, where="here"
                )
                return None
            problem = range_problem(value, wanted)
            if problem:
                findings.add("E-LITERAL-RANGE", literal.span, value=value, expected=problem)
            return value
        case n.TextLiteral(value=value), TextType(choices=choices):
            if choices and value not in choices:
                findings.add("E-LITERAL-RANGE", literal.span, value=value, expected=quoted(choices))
            return value
        case (n.BoolLiteral(value=value), BoolType()) | (n.DateLiteral(value=value), DateType()):
            return value
        case n.Name(ident=ident), TextType():
            return literal_value(n.TextLiteral(ident.text, span=literal.span), wanted, scope, findings)
        case n.Name(ident=ident), TierType() if ident.text in scope.level_names():
            scope.used.add(ident.text)
            return ident.text
        case n.Name(ident=ident), TierType():
            near = nearest(ident.text, scope.level_names())
            fixes = [Fix(literal.span, near[0])] if near else []
            findings.add("E-UNKNOWN-LEVEL", literal.span, fixes=fixes, name=ident.text, near=quoted(near))
            return None
        case _:
            if wanted != ANY:
                found = _literal_type(literal)
                findings.add("E-TYPE", literal.span, found=found, expected=wanted, where="here")
            return None


def _literal_type(literal: n.Literal) -> str:
    match literal:
        case n.NumberLiteral(unit=unit):
            return f"money {unit}" if unit not in {None, "%", "‰"} else "number"
        case n.Name(ident=ident):
            return f"the name {ident.text}"
        case _:
            return type(literal).__name__.removesuffix("Literal").lower()


def range_problem(value: Exact, kind: NumberType) -> str | None:
    """What a number of this type may be, in words, where *value* is not; None where it is."""
    if kind.kind in {"count", "days"} and not isinstance(value, int):
        return "a whole number"
    low = 0 if kind.kind in {"count", "share"} and kind.low is None else kind.low
    high = 1 if kind.kind == "share" and kind.high is None else kind.high
    if (low is not None and value < low) or (high is not None and value > high):
        if low is None or high is None:
            end = high if low is None else low
            assert end is not None
            return f"{'at most' if low is None else 'at least'} {show_number(end)}"
        return f"{show_number(low)} to {show_number(high)}"
    if kind.step is not None and (value - (kind.low or 0)) % kind.step:
        return f"{show_number(kind.low or 0)} and steps of {show_number(kind.step)}"
    return None


def param_of(statement: n.Param, origin: Origin, scope: Scope, findings: Findings) -> ParamDecl:
    """The declaration of a parameter."""
    kind = type_of(statement.type, scope, findings)
    values: list[tuple[datetime.date | None, object]] = []
    for dated in statement.values:
        earlier = values[-1][0] if values else None
        if values and (dated.start is None or (earlier is not None and dated.start <= earlier)):
            findings.add("E-PARAM-ORDER", dated.span, name=statement.ident.text)
        values.append((dated.start, literal_value(dated.value, kind, scope, findings)))
    return ParamDecl(statement.ident.text, kind, origin, tuple(values))


def table_of(statement: n.Table, key: Type, origin: Origin, scope: Scope, findings: Findings) -> TableDecl:
    """The declaration of a category table whose keys have type *key*."""
    value_type = type_of(statement.type, scope, findings)
    if statement.entries is None:
        return TableDecl(statement.ident.text, key, value_type, origin)
    entries: dict[object, object] = {}
    otherwise: object = None
    places: dict[object, Span] = {}
    for entry in statement.entries:
        value = literal_value(entry.value, value_type, scope, findings)
        found = None if entry.key is None else literal_value(entry.key, key, scope, findings)
        name = "else" if entry.key is None else found
        if (entry.key is None, name) in places:
            findings.add("E-TABLE-KEY-TWICE", entry.span, key=name)
        places[entry.key is None, name] = entry.span
        if entry.key is None:
            otherwise = value
        else:
            entries[found] = value
    return TableDecl(statement.ident.text, key, value_type, origin, entries, otherwise)


def key_type(statement: n.Table, declared: Iterable[tuple[str, Type]]) -> Type:
    """What a table is keyed by: levels, or the type of the input or field of that name, else text."""
    if statement.key.text == "tier":
        return TIER
    for name, kind in declared:
        if name == statement.key.text and isinstance(
            _element(kind), NumberType | TextType | BoolType | DateType | TierType
        ):
            return _element(kind)
    numbers = statement.entries and all(
        isinstance(e.key, n.NumberLiteral) for e in statement.entries if e.key
    )
    return NumberType() if numbers else TEXT
