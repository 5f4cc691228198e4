"""Examples: their tables read into subjects, each value checked against what it stands for."""

from collections.abc import Callable, Mapping

from tierlang import quickattrs as attrs
from tierlang.check import units
from tierlang.check.declarations import range_problem
from tierlang.check.header import check_period
from tierlang.check.model import Definition, ExampleDecl, ExampleSubject, InputDecl, ParamDecl, TableDecl
from tierlang.diagnostics.model import Findings, Label, nearest, quoted
from tierlang.periods import Calendar, PeriodError
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.types import (
    ANY,
    BOOL,
    NUMBER,
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
)

_TypeOf = Callable[[n.Ident], Type | None]

MAX_PERIODS = 1_000
"""Periods that can be rated in a row."""

STATUSES = ("rated", "unrated", "ineligible", "vetoed", "undetermined")
RESULT_NAMES: Mapping[str, Type] = {
    "tier": TIER,
    "at_least": TIER,
    "at_most": TIER,
    "status": TextType(STATUSES),
    "failed": ListType(TextType()),
    "eligible": BOOL,
    "provisional": BOOL,
    "bonuses": NUMBER,
    "deductions": NUMBER,
    "computed": TIER,
    "overridden": BOOL,
    "reason": TEXT,
}
"""What `expect` may name besides definitions."""


@attrs.frozen
class EachPeriod:
    """What is expected of several periods: by label, or in order and ending with the last one."""

    values: Mapping[str, object] | tuple[object, ...]


@attrs.define
class ExampleChecker:
    """
    Checks the examples of one scheme.

    Attributes:
        unit: what is assessed, None for a scheme without `assess`.
        calendar: for the periods of an example that is about several.
        first_period: what an example without `for` is about: the first period of the version.
        several, labels: whether the example at hand is about several periods, and which.
        broken: names whose declaration has a fault.
    """

    findings: Findings
    inputs: Mapping[str, InputDecl]
    params: Mapping[str, ParamDecl]
    tables: Mapping[str, TableDecl]
    definitions: Mapping[str, Definition]
    levels: tuple[str, ...]
    unit: str | None
    calendar: Calendar
    first_period: str | None = None
    broken: frozenset[str] = frozenset()
    places: dict[str, dict[str, Span]] = attrs.field(factory=dict)
    several: bool = False
    labels: tuple[str, ...] = ()

    def check(self, example: n.Example) -> ExampleDecl:
        """The example as subjects with what is given and expected."""
        if example.period is not None:
            check_period(example.period, self.unit, example.span, self.findings)
        elif self.unit is not None and self.first_period is None:
            self.findings.add("E-EXAMPLE-PERIOD", example.span, unit=self.unit)
        self.several = example.last is not None
        self.labels = self._periods(example)
        shared: dict[str, object] = {}
        subjects: dict[str, dict[str, object]] = {}
        for part in example.given:
            shared.update(self._bindings(part, self._given_type))
            subjects.update(self._table(part, self._given_type, None))
        if not subjects:
            subjects["subject"] = {}
        expected: dict[str, dict[str, object]] = {id_: {} for id_ in subjects}
        self.places = {id_: {} for id_ in subjects}
        for part in example.expect:
            for name, value in self._bindings(part, self._expected_type).items():
                for id_ in subjects:
                    expected[id_][name] = value
            for id_, row in self._table(part, self._expected_type, list(subjects)).items():
                expected.setdefault(id_, {}).update(row)
        environment = {
            name: value for name, value in shared.items() if name in self.params or name in self.tables
        }
        given = {name: value for name, value in shared.items() if name not in environment}
        members = tuple(
            ExampleSubject(id_, {**given, **values}, expected[id_], self.places[id_])
            for id_, values in subjects.items()
        )
        return ExampleDecl(example.title, example.period, members, environment, example.span, example.last)

    def _periods(self, example: n.Example) -> tuple[str, ...]:
        """The labels of the periods of an example that is about several; those that run backwards are reported."""
        if example.last is None or example.period is None:
            return ()
        check_period(example.last, self.unit, example.span, self.findings)
        try:
            first, last = self.calendar.parse(example.period), self.calendar.parse(example.last)
        except PeriodError:
            return ()  # reported
        if first.unit == last.unit and not first.number <= last.number < first.number + MAX_PERIODS:
            facts = {"first": example.period, "last": example.last}
            self.findings.add("E-APPLIES-ORDER", example.span, facts=facts)
            return ()
        numbers = range(first.number, last.number + 1) if first.unit == last.unit else ()
        return tuple(self.calendar.period(first.unit, number).label for number in numbers)

    # ------------------------------------------------------------ what may be named

    def _given_type(self, name: n.Ident) -> Type | None:
        for declared in (self.inputs, self.params, self.definitions):
            if name.text in declared:
                return declared[name.text].type
        if name.text in self.tables:
            table = self.tables[name.text]
            return RecordType(f"table {name.text}", (("key", table.key), ("value", table.value)))
        if name.text == "eligible":
            return BOOL
        if name.text in self.broken:
            return ANY
        known = (*self.inputs, *self.params, *self.tables, *self.definitions, "eligible")
        self.findings.add(
            "E-EXAMPLE-COLUMN", name.span, name=name.text, near=quoted(nearest(name.text, known))
        )
        return None

    def _expected_type(self, name: n.Ident) -> Type | None:
        if name.text in self.definitions:
            return self.definitions[name.text].type
        if name.text in RESULT_NAMES:
            return RESULT_NAMES[name.text]
        if name.text in self.broken:
            return ANY
        known = (*self.definitions, *RESULT_NAMES)
        self.findings.add(
            "E-EXAMPLE-COLUMN", name.span, name=name.text, near=quoted(nearest(name.text, known))
        )
        return None

    # ------------------------------------------------------------ tables and bindings

    def _bindings(self, part: n.Part, type_of: _TypeOf) -> dict[str, object]:
        values: dict[str, object] = {}
        for binding in part.bindings:
            wanted = type_of(binding.name)
            if binding.name.text in values:
                self.findings.add("E-DUPLICATE", binding.name.span, name=binding.name.text)
            if wanted is not None:
                read = self._expected if type_of == self._expected_type else self.value
                values[binding.name.text] = read(binding.value, wanted)
                for places in self.places.values():
                    places[binding.name.text] = binding.span
        return values

    def _table(self, part: n.Part, type_of: _TypeOf, known: list[str] | None) -> dict[str, dict[str, object]]:
        if not part.rows:
            return {}
        head, *rows = part.rows
        columns = [self._heading(cell, type_of, i == 0) for i, cell in enumerate(head.cells)]
        result: dict[str, dict[str, object]] = {}
        places: dict[str, Span] = {}
        for row in rows:
            if len(row.cells) != len(columns):
                self.findings.add("E-EXAMPLE-ROW", row.span, found=len(row.cells), expected=len(columns))
                continue
            id_ = self._id(row.cells[0])
            if id_ in places:
                labels = [Label(places[id_], "first")]
                self.findings.add("E-EXAMPLE-ID", row.cells[0].span, labels=labels, id=id_)
            elif known is not None and id_ not in known:
                near = quoted(nearest(id_, known))
                self.findings.add("E-EXAMPLE-ID", row.cells[0].span, id=id_, near=near)
            places[id_] = row.cells[0].span
            cells = zip(columns[1:], row.cells[1:], strict=True)
            read = self._expected if type_of == self._expected_type else self.value
            result[id_] = {c[0]: read(cell, c[1]) for c, cell in cells if c is not None}
            heads = [c[0] if c is not None else "" for c in columns[1:]]
            self.places.setdefault(id_, {}).update(
                zip(heads, (cell.span for cell in row.cells[1:]), strict=True)
            )
        return result

    def _heading(self, cell: n.Expr, type_of: _TypeOf, is_first: bool) -> tuple[str, Type] | None:
        if not isinstance(cell, n.Name) or (is_first and cell.ident.text != "id"):
            expected = "`id`" if is_first else "a name"
            self.findings.add("E-TYPE", cell.span, found="value", expected=expected, where="as heading")
            return None
        if is_first:
            return None
        wanted = type_of(cell.ident)
        return None if wanted is None else (cell.ident.text, wanted)

    def _id(self, cell: n.Expr) -> str:
        match cell:
            case n.Name(ident=ident):
                return ident.text
            case n.TextLiteral(value=value):
                return value
            case n.NumberLiteral(value=number, unit=None):
                return str(number)
            case _:
                self.findings.add(
                    "E-TYPE", cell.span, found="expression", expected="an id", where="in the first column"
                )
                return "?"

    # ------------------------------------------------------------ values

    def _expected(self, expr: n.Expr, wanted: Type) -> object:
        """What is expected: one value, or in an example about several periods one for each."""
        if self.several and isinstance(expr, n.MapExpr):
            for pair in expr.pairs:
                if pair.key not in self.labels:
                    self.findings.add("E-EXAMPLE-PERIOD", pair.span, period=pair.key or "else")
            return EachPeriod({pair.key or "else": self.value(pair.value, wanted) for pair in expr.pairs})
        if self.several and isinstance(expr, n.ListExpr):
            lists = isinstance(wanted, ListType)
            if not lists or (expr.items and all(isinstance(item, n.ListExpr) for item in expr.items)):
                if self.labels and len(expr.items) > len(self.labels):
                    first = self.calendar.parse(self.labels[0])
                    before = self.calendar.period(first.unit, first.number - 1)
                    self.findings.add("E-EXAMPLE-PERIOD", expr.span, period=before.label)
                return EachPeriod(tuple(self.value(item, wanted) for item in expr.items))
        return self.value(expr, wanted)

    def value(self, expr: n.Expr, wanted: Type) -> object:
        """The value of a literal expression where a type is wanted; None means missing."""
        if isinstance(expr, n.MissingLiteral):
            return None
        match wanted:
            case ListType(of=of):
                return self._list(expr, of)
            case SeriesType(of=of):
                if isinstance(expr, n.MapExpr):
                    return {pair.key: self.value(pair.value, of) for pair in expr.pairs}
                return self._list(expr, of)
            case RecordType():
                return self._map(expr, wanted)
            case AnyType():
                return self._untyped(expr)
            case _:
                return self._scalar(expr, wanted)

    def _list(self, expr: n.Expr, of: Type) -> object:
        if isinstance(expr, n.ListExpr):
            return [self.value(item, of) for item in expr.items]
        return self._wrong(expr, ListType(of))

    def _map(self, expr: n.Expr, wanted: RecordType) -> object:
        if not isinstance(expr, n.MapExpr):
            return self._wrong(expr, wanted)
        if wanted.name.startswith("table "):
            key, value = (kind for _, kind in wanted.fields)
            return {self._table_key(pair, key): self.value(pair.value, value) for pair in expr.pairs}
        values: dict[str, object] = {}
        for pair in expr.pairs:
            kind = wanted.field(pair.key or "else")
            if kind is None:
                near = quoted(nearest(pair.key or "else", [name for name, _ in wanted.fields]))
                self.findings.add("E-UNKNOWN-FIELD", pair.span, name=pair.key, record=wanted.name, near=near)
            else:
                values[pair.key or "else"] = self.value(pair.value, kind)
        return values

    def _table_key(self, pair: n.Pair, kind: Type) -> object:
        if pair.key is None or not isinstance(kind, NumberType):
            return pair.key
        return int(pair.key) if pair.key.isascii() and pair.key.isdigit() else pair.key

    def _scalar(self, expr: n.Expr, wanted: Type) -> object:
        match expr, wanted:
            case n.NumberLiteral(value=amount, unit=unit), NumberType(kind="money", currency=currency) if (
                unit == currency
            ):
                return self._in_range(amount, expr, wanted)
            case n.Negate(operand=n.NumberLiteral(value=amount, unit=unit)), NumberType(
                currency=currency
            ) if unit == currency:
                return self._in_range(-amount, expr, wanted)
            case _, NumberType(kind=kind) if kind != "money" and units.constant(expr) is not None:
                folded = units.constant(expr)
                assert folded is not None
                return self._in_range(folded, expr, wanted)
            case (n.BoolLiteral(value=value), BoolType()) | (n.DateLiteral(value=value), DateType()):
                return value
            case ((n.TextLiteral(value=word) | n.Name(ident=n.Ident(text=word))), TextType(choices=choices)):
                if choices and word not in choices:
                    near = quoted(nearest(word, choices))
                    self.findings.add(
                        "E-LITERAL-RANGE", expr.span, value=word, expected=quoted(choices), near=near
                    )
                return word
            case n.Name(ident=ident), TierType() if ident.text in self.levels:
                return ident.text
            case n.Name(ident=ident), NumberType() | BoolType() if ident.text == "undetermined":
                return None
            case _:
                return self._wrong(expr, wanted)

    def _in_range(self, value: Exact, expr: n.Expr, wanted: Type) -> object:
        problem = range_problem(value, wanted) if isinstance(wanted, NumberType) else None
        if problem is not None:
            self.findings.add("E-LITERAL-RANGE", expr.span, value=value, expected=problem)
        return value

    def _untyped(self, expr: n.Expr) -> object:
        match expr:
            case n.BoolLiteral(value=value) | n.DateLiteral(value=value) | n.TextLiteral(value=value):
                return value
            case n.NumberLiteral(value=number):
                return number
            case n.Name(ident=ident) if ident.text in self.levels:
                return ident.text
            case n.ListExpr() | n.MapExpr():
                return self._wrong(expr, ANY)
            case _:
                number_ = units.constant(expr)
                return number_ if number_ is not None else self._wrong(expr, NUMBER)

    def _wrong(self, expr: n.Expr, wanted: Type) -> object:
        """Report a value of another type, and go on as if it were missing."""
        written = self.findings.source.at(expr.span)[:60]
        self.findings.add("E-TYPE", expr.span, found=written, expected=wanted, where="in an example")
        return None
