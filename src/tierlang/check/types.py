"""What each expression is: types from the leaves up, with every misuse reported where it stands."""

from collections.abc import Mapping
from typing import assert_never

from tierlang import quickattrs as attrs
from tierlang.check import calls, units
from tierlang.check.order import words_of
from tierlang.check.scope import Scope, check_unknown
from tierlang.diagnostics.model import Findings, Fix, nearest, quoted
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import (
    ANY,
    BOOL,
    COUNT,
    DATE,
    NUMBER,
    TEXT,
    AnyType,
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

MAX_LOOPS = 3
"""Generators inside generators."""

BUILTIN_NAME_TYPES: Mapping[str, Type] = {
    "bonuses": NUMBER,
    "deductions": NUMBER,
    "period_start": DATE,
    "period_end": DATE,
}
ORDERED = NumberType | DateType | TierType


def _so_far(left: n.Expr, operator: str, right: n.Expr) -> n.Expr:
    """What stands for the first terms of a sum: their value if they are constants, else something that is none."""
    span = left.span.to(right.span)
    value = units.constant(n.Sum((left, right), (operator,)))
    return n.Hole(span=span) if value is None else n.NumberLiteral(value, span=span)


def _without_range(expr: n.Expr, kind: Type) -> Type:
    """The type of an expression: what is computed of values is not bound by the ranges they are declared with."""
    plain = isinstance(expr, n.Name | n.Attribute | n.Index | n.Group)
    return kind if plain or not isinstance(kind, NumberType) else NumberType(kind.kind, kind.currency)


@attrs.frozen
class TableType:
    """A category table, which only `[key]` may use."""

    key: Type
    value: Type


@attrs.define
class Typer:
    """
    Finds types in one scheme.

    Attributes:
        scope: the declared names.
        values: name to type, of everything that is typed so far.
        tables: name to table.
        dated: the params with values from dates, which `[day]` may ask for another day's.
        data_unit: what the data window is made of; None for a scheme without `assess`, which has none.
        fiscal_start: (month, day) on which the fiscal year begins, where the scheme says so.
        loops: the variables of the generators around the expression, innermost last.
        depth: how many generators there are around it.
    """

    scope: Scope
    findings: Findings
    values: dict[str, Type] = attrs.field(factory=dict)
    tables: dict[str, TableType] = attrs.field(factory=dict)
    dated: set[str] = attrs.field(factory=set)
    data_unit: str | None = None
    fiscal_start: tuple[int, int] | None = None
    loops: list[tuple[str, Type]] = attrs.field(factory=list)
    depth: int = 0
    seen: dict[int, Type] = attrs.field(factory=dict)

    def of(self, expr: n.Expr) -> Type:
        """
        The type of an expression; ANY where it has been reported or is a hole.

        Each node is typed once, however often it is asked about: otherwise nested calls would cost exponential time.
        """
        found = self.seen.get(id(expr))
        if found is None:
            found = self.seen[id(expr)] = _without_range(expr, self._of(expr))
        return found

    def value(self, expr: n.Expr) -> Type:
        """The type of an expression that must be one value: not a series, a list or a record."""
        found = self.of(expr)
        match found:
            case SeriesType(unit=unit):
                name = self.text(expr)
                self.findings.add("E-NEEDS-AGGREGATE", expr.span, name=name, unit=unit)
                return ANY
            case ListType() | RecordType():
                self.findings.add("E-TYPE", expr.span, found=found, expected="one value", where="here")
                return ANY
            case _:
                return found

    def condition(self, expr: n.Expr) -> None:
        """Check an expression that must be true or false."""
        found = self.value(expr)
        if not isinstance(found, BoolType | AnyType):
            self.findings.add("E-NOT-CONDITION", expr.span, found=found)

    def number(self, expr: n.Expr, where: str) -> NumberType | AnyType:
        """The type of an expression that must be a number."""
        found = self.value(expr)
        if isinstance(found, NumberType | AnyType):
            return found
        self.findings.add("E-TYPE", expr.span, found=found, expected="number", where=where)
        return ANY

    def text(self, expr: n.Expr) -> str:
        """An expression as written, shortened."""
        written = self.findings.source.at(expr.span)
        return written if len(written) <= 60 else written[:59] + "…"

    def _of(self, expr: n.Expr) -> Type:
        match expr:
            case n.NumberLiteral(unit=unit):
                return NUMBER if unit in {None, "%", "‰"} else NumberType("money", unit)
            case n.TextLiteral():
                return TEXT
            case n.DateLiteral():
                return DATE
            case n.BoolLiteral():
                return BOOL
            case n.MissingLiteral():
                self.findings.add(
                    "E-TYPE", expr.span, found="missing", expected="a value", where="outside examples"
                )
                return ANY
            case n.Hole():
                return ANY
            case n.Name():
                return self._name(expr)
            case n.ThisLevel():
                self.findings.add("E-TIER-VALUE", expr.span)
                return ANY
            case n.Ramp(low=low, high=high):
                return self._ramp(low, high)
            case n.Group(inner=inner):
                return self.of(inner)
            case n.Attribute():
                return self._attribute(expr)
            case n.Index():
                return self._index(expr)
            case n.Call():
                return calls.type_of_call(self, expr)
            case n.Band() | n.Match():
                return self._band(expr)
            case n.ListExpr(items=items):
                return ListType(self.common(items), len(items))
            case n.MapExpr():
                self.findings.add(
                    "E-TYPE", expr.span, found="record", expected="a value", where="outside examples"
                )
                return ANY
            case n.If(condition=condition, yes=yes, no=no):
                self.condition(condition)
                return self.common((yes, no))
            case n.And(operands=operands) | n.Or(operands=operands):
                for operand in operands:
                    self.condition(operand)
                return BOOL
            case n.Not(operand=operand):
                self.condition(operand)
                return BOOL
            case n.Compare():
                return self._compare(expr)
            case n.Coalesce(operands=operands):
                return self.common(operands)
            case n.Sum(operands=operands, operators=operators):
                left, kind = operands[0], self.value(operands[0])
                for operator, right in zip(operators, operands[1:], strict=True):
                    pair = (left, kind), (right, self.value(right))
                    kind = units.add(*pair, operator, left.span.to(right.span), self.findings)
                    left = _so_far(left, operator, right)
                return kind
            case n.Product(operands=operands, operators=operators):
                kind = self.value(operands[0])
                for operator, right in zip(operators, operands[1:], strict=True):
                    pair_span = operands[0].span.to(right.span)
                    kind = units.multiply(
                        kind, (right, self.value(right)), operator, pair_span, self.findings
                    )
                return kind
            case n.Negate(operand=operand):
                kind = self.number(operand, "after `-`")
                return NUMBER if isinstance(kind, NumberType) and kind.kind in {"count", "share"} else kind
            case _:
                assert_never(expr)

    # ------------------------------------------------------------ names

    def _name(self, expr: n.Name) -> Type:
        name = expr.ident.text
        for variable, kind in reversed(self.loops):
            if variable == name:
                return kind
        self.scope.used.add(name)
        if name in self.tables:
            self.findings.add("E-TYPE", expr.span, found="table", expected=f"`{name}[key]`", where="here")
            return ANY
        if name in self.values:
            return self.values[name]
        if name in BUILTIN_NAME_TYPES:
            if name.startswith("period") and self.data_unit is None:
                self.findings.add("E-NO-PERIOD", expr.span, name=name)
            return BUILTIN_NAME_TYPES[name]
        if name == "eligible":
            return BOOL
        if name in self.scope.values and self.scope.values[name].kind == "import":
            self.findings.add("E-TYPE", expr.span, found="library", expected=f"`{name}.NAME`", where="here")
        if name not in self.scope.values:
            if name in self.scope.functions or name in self.scope.records:
                found = "function" if name in self.scope.functions else "record"
                self.findings.add("E-TYPE", expr.span, found=found, expected="a value", where="here")
            else:
                locals_ = tuple(variable for variable, _ in self.loops)
                check_unknown(name, expr.span, self.scope, self.findings, locals_)
        return ANY

    def _attribute(self, expr: n.Attribute) -> Type:
        base = self.of(expr.base)
        if isinstance(base, ListType) and base.key is not None and base.key[0] == expr.field.text:
            return base.key[1]
        if isinstance(base, RecordType):
            field = base.field(expr.field.text)
            if field is not None:
                return field
            self._unknown_field(expr.field, base)
        elif not isinstance(base, AnyType):
            self.findings.add("E-TYPE", expr.base.span, found=base, expected="a record", where="before `.`")
        return ANY

    def _unknown_field(self, field: n.Ident, record: RecordType) -> None:
        near = nearest(field.text, [name for name, _ in record.fields])
        fixes = [Fix(field.span, near[0])] if near else []
        facts = {"name": field.text, "record": record.name, "near": quoted(near)}
        self.findings.add("E-UNKNOWN-FIELD", field.span, fixes=fixes, facts=facts)

    def _index(self, expr: n.Index) -> Type:
        if isinstance(expr.base, n.Name) and expr.base.ident.text in self.dated:
            name = expr.base.ident.text
            self.scope.used.add(name)
            self.same(expr.key, DATE, f"as the day of `{name}`")
            return self.values[name]
        if not isinstance(expr.base, n.Name) or expr.base.ident.text not in self.tables:
            if isinstance(expr.base, n.Name) and expr.base.ident.text in self.scope.broken:
                pass
            elif not isinstance(expr.base, n.Name) or expr.base.ident.text in self.scope.values:
                self.findings.add("E-INDEX", expr.base.span, found=self.text(expr.base))
            else:
                self.of(expr.base)
            self.value(expr.key)
            return ANY
        self.scope.used.add(expr.base.ident.text)
        table = self.tables[expr.base.ident.text]
        self.same(expr.key, table.key, f"as key of `{expr.base.ident.text}`")
        return table.value

    # ------------------------------------------------------------ operators

    def same(self, expr: n.Expr, wanted: Type, where: str) -> None:
        """Check that an expression has a wanted type; units need not agree for plain constants."""
        found = self.value(expr)
        if isinstance(found, AnyType) or isinstance(wanted, AnyType):
            return
        if isinstance(found, NumberType) and isinstance(wanted, NumberType):
            units.join((expr, found), (expr, wanted), where, expr.span, self.findings)
        elif found != wanted:
            self.findings.add("E-TYPE", expr.span, found=found, expected=wanted, where=where)

    def common(self, exprs: tuple[n.Expr, ...]) -> Type:
        """The one type of several alternatives."""
        kind: Type = ANY
        previous: n.Expr | None = None
        for expr in exprs:
            found = self.value(expr)
            if previous is None:
                kind = found
            elif isinstance(kind, NumberType) and isinstance(found, NumberType) and kind != found:
                joined = units.join((previous, kind), (expr, found), "or", expr.span, self.findings)
                kind = joined if isinstance(joined, NumberType) and joined.kind == "money" else NUMBER
            else:
                kind = units.join((previous, kind), (expr, found), "or", expr.span, self.findings)
            previous = expr
        return kind

    def _compare(self, expr: n.Compare) -> Type:
        kinds = [self.of(e) if op == "in" else self.value(e) for e, op in self._with_operators(expr)]
        for i, operator in enumerate(expr.operators):
            left, right = expr.operands[i], expr.operands[i + 1]
            self.check_relation((left, kinds[i]), operator, (right, kinds[i + 1]))
        return BOOL

    def _with_operators(self, expr: n.Compare) -> list[tuple[n.Expr, str]]:
        return list(zip(expr.operands, ("", *expr.operators), strict=True))

    def check_relation(
        self, left: tuple[n.Expr, Type], operator: str, right: tuple[n.Expr, Type], span: Span | None = None
    ) -> None:
        """Check one comparison of two typed operands; faults are shown at *span*, else at the whole comparison."""
        span = span or left[0].span.to(right[0].span)
        if operator == "in":
            kind = right[1]
            if isinstance(kind, ListType):
                units.join(left, (right[0], kind.of), "in", span, self.findings)
            elif not isinstance(kind, AnyType):
                self.findings.add("E-NEEDS-LIST", right[0].span, found=kind, function="in")
            return
        joined = units.join(left, right, operator, span, self.findings)
        if operator not in {"==", "!="} and not isinstance(joined, ORDERED | AnyType):
            self.findings.add(
                "E-TYPE", span, found=joined, expected="number, date or tier", where=f"with `{operator}`"
            )
        for (_, kind), (literal, _) in ((left, right), (right, left)):
            self._check_choice(kind, literal)

    def _check_choice(self, kind: Type, literal: n.Expr) -> None:
        if isinstance(kind, TextType) and kind.choices and isinstance(literal, n.TextLiteral):
            if literal.value not in kind.choices:
                near = quoted(nearest(literal.value, kind.choices))
                self.findings.add(
                    "E-LITERAL-RANGE",
                    literal.span,
                    value=literal.value,
                    expected=quoted(kind.choices),
                    near=near,
                )

    def _band(self, expr: n.Band | n.Match) -> Type:
        subject = self.value(expr.subject)
        for arm in expr.arms:
            self._pattern(arm.pattern, (expr.subject, subject))
            if isinstance(arm.value, n.Ramp) and not isinstance(subject, NumberType | DateType | AnyType):
                self.findings.add("E-RAMP", arm.span)
        return self.common(tuple(arm.value for arm in expr.arms))

    def _ramp(self, low: n.Expr, high: n.Expr) -> Type:
        """The type of what lies between two numbers of one unit: whole ones have parts between them."""
        first = self.number(low, "in a ramp `p..q`")
        if isinstance(first, AnyType):
            return ANY
        last = self.number(high, "in a ramp `p..q`")
        if isinstance(last, AnyType):
            return ANY
        kind = units.join((low, first), (high, last), "..", low.span.to(high.span), self.findings)
        return kind if isinstance(kind, NumberType) and kind.kind in {"money", "share"} else NUMBER

    def _pattern(self, pattern: n.Pattern, subject: tuple[n.Expr, Type]) -> None:
        match pattern:
            case n.Relation(operator=operator, bound=bound):
                kind = self.of(bound) if operator == "in" else self.value(bound)
                self.check_relation(subject, operator, (bound, kind), bound.span)
            case n.Between(low=low, high=high):
                self.check_relation(subject, ">=", (low, self.value(low)), low.span)
                self.check_relation(subject, "<=", (high, self.value(high)), high.span)
            case n.Equal(value=value):
                self.check_relation(subject, "==", (value, self.value(value)), value.span)
            case n.MissingPattern() | n.ElsePattern():
                pass
            case _:
                assert_never(pattern)

    def check_formula(self, formula: n.Def) -> None:
        """Check the names in the body of a def; its types are checked where it is called, with what it is given."""
        known = {p.text for p in formula.parameters}
        loops = [node for node in walk(formula.body) if isinstance(node, n.Generator)]
        known |= {name.text for loop in loops for name in (loop.variable, loop.ago) if name is not None}
        made = list(walk(formula.body))
        words = {id(word) for node in made if isinstance(node, n.Call) for word in words_of(node)}
        for node in made:
            if isinstance(node, n.Name) and id(node) not in words:
                name = node.ident.text
                declared = (
                    name in self.scope.values
                    or name in BUILTIN_NAME_TYPES
                    or name in known
                    or name == "eligible"
                )
                if not declared:
                    check_unknown(name, node.span, self.scope, self.findings, tuple(known))
            elif isinstance(node, n.Call):
                calls.check_function(self, node)

    # ------------------------------------------------------------ generators

    def generator(self, node: n.Generator) -> Type:
        """The type of a generator's items."""
        source = self.of(node.source)
        element: Type = ANY
        if isinstance(source, ListType | SeriesType):
            element = source.of
            if isinstance(source, SeriesType):
                self.needs_period(node.source.span, self.text(node.source))
        elif not isinstance(source, AnyType):
            self.findings.add("E-NEEDS-LIST", node.source.span, found=source, function="for")
        variables = [(node.variable, self._grouped(node, source, element))]
        if node.ago is not None:
            variables.append((node.ago, COUNT))
            if not isinstance(source, SeriesType | AnyType):
                facts = {"found": source, "expected": "a series", "where": f"with `, {node.ago.text}`"}
                self.findings.add("E-TYPE", node.source.span, facts=facts)
        for variable, kind in variables:
            self._check_variable(variable)
            self.loops.append((variable.text, kind))
        self.depth += 1
        if self.depth > MAX_LOOPS:
            self.findings.add("E-NESTING", node.span, limit=MAX_LOOPS)
        if node.condition is not None:
            self.condition(node.condition)
        item = self.of(node.item)
        self.depth -= 1
        del self.loops[-len(variables) :]
        return item

    def _grouped(self, node: n.Generator, source: Type, element: Type) -> Type:
        """What a generator's variable is: an element, or with `by` the rows that have one value of a field."""
        if node.key is None or isinstance(element, AnyType):
            return element
        if not isinstance(source, ListType) or not isinstance(element, RecordType):
            facts = {"found": source, "expected": "a list of records", "where": "before `by`"}
            self.findings.add("E-TYPE", node.source.span, facts=facts)
            return ANY
        kind = element.field(node.key.text)
        if kind is None:
            self._unknown_field(node.key, element)
            return ANY
        if isinstance(kind, SeriesType):
            self.findings.add("E-TYPE", node.key.span, found=kind, expected="one value", where="after `by`")
            return ANY
        return ListType(element, source.maximum, (node.key.text, kind))

    def _check_variable(self, variable: n.Ident) -> None:
        name = variable.text
        if name in self.scope.values or name in BUILTIN_NAME_TYPES or any(name == v for v, _ in self.loops):
            self.findings.add("E-SHADOW", variable.span, name=name)

    def needs_period(self, span: Span, name: str) -> None:
        """Report a use of the data window in a scheme that has none."""
        if self.data_unit is None:
            self.findings.add("E-NO-PERIOD", span, name=name)
