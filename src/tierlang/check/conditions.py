"""Reads conditions for the analyses: comparisons of one name with constants, whatever joins them."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction

import attrs

from tierlang.check.domains import Domains
from tierlang.check.facts import Facts
from tierlang.check.formulas import (
    MIRRORED,
    AtLeast,
    Atom,
    Formula,
    Not,
    Unknown,
    every,
    fixed,
    holds,
    leaves,
    moved,
    some,
)
from tierlang.check.intervals import Domain, Value, exact
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import children, walk
from tierlang.types import (
    AnyType,
    BoolType,
    DateType,
    Exact,
    NumberType,
    TextType,
    TierType,
    Type,
)

MAX_DEPTH = 60
MAX_PARTS = 1_000
"""Conditions nested deeper, or longer with all their definitions in place, are not analysed."""

MAX_BITS = 4096

NOT_COMPARISON = "a part of the condition is not a comparison"
NOT_CONSTANT = "two values are compared, neither of them a constant"
TOO_LARGE = "the conditions are too long"
REASONS = (NOT_COMPARISON, NOT_CONSTANT, TOO_LARGE)

_OPERATORS: Mapping[str, Callable[[Fraction, Exact], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_FAMILIES: Mapping[type, str] = {
    NumberType: "number",
    BoolType: "bool",
    DateType: "date",
    TextType: "text",
    TierType: "tier",
}


@attrs.frozen
class Constant:
    """
    A value known from the text.

    Attributes:
        family: number, date, bool, text or tier.
        unit: ``%`` or a currency.
        written: a number as it is written, if it is a plain literal.
    """

    value: Value
    family: str
    unit: str | None = None
    written: str | None = None


@attrs.frozen
class Axis:
    """
    What conditions compare with constants.

    Attributes:
        label: what the scheme calls it.
        unit: ``%`` or a currency where its values are written so.
        spelled: constants that it is compared with, as they are written.
    """

    expr: n.Expr
    label: str
    family: str
    domain: Domain
    unit: str | None = None
    spelled: dict[Value, str] = attrs.field(factory=dict, eq=False)

    @property
    def ordered(self) -> bool:
        """Whether neighbouring values belong together, as numbers and days do."""
        return self.family in {"number", "date"}


@attrs.define
class Reader:
    """
    Reads the conditions of one scheme.

    Attributes:
        levels: the ladder, best first; a level as a constant is its height.
        axes: what has been compared so far.
        left: how many parts may still be read.
    """

    facts: Facts
    source: SourceText
    levels: tuple[str, ...] = ()
    axes: dict[n.Expr, Axis] = attrs.field(factory=dict)
    left: int = MAX_PARTS
    domains: Domains = attrs.field(init=False)
    _params: Mapping[str, n.Param] = attrs.field(init=False)
    _tables: Mapping[str, n.Table] = attrs.field(init=False)
    _constants: dict[str, Constant | None] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.domains = Domains(self.facts, len(self.levels))
        statements = self.facts.file.statements
        self._params = {s.ident.text: s for s in statements if isinstance(s, n.Param)}
        self._tables = {s.ident.text: s for s in statements if isinstance(s, n.Table)}

    # ------------------------------------------------------------ conditions

    def read(self, expr: n.Expr, depth: int = 0) -> Formula:
        """A condition as a formula; what the analysis does not understand is Unknown in it."""
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            return Unknown(expr.span, TOO_LARGE)
        match expr:
            case n.Group(inner=inner):
                formula = self.read(inner, depth + 1)
                return formula if is_within(inner.span, expr.span) else moved(formula, expr.span)  # a def's body
            case n.And(operands=operands):
                return every([self.read(operand, depth + 1) for operand in operands])
            case n.Or(operands=operands):
                return some([self.read(operand, depth + 1) for operand in operands])
            case n.Not(operand=operand):
                return Not(self.read(operand, depth + 1))
            case n.BoolLiteral(value=value):
                return fixed(value)
            case n.Hole():
                return Unknown(expr.span)
            case n.Compare(operands=operands, operators=operators):
                return every([self._pair(expr, i) for i in range(len(operators))])
            case n.Call(generator=None, window=None):
                return self._logic(expr, depth)
            case n.If(condition=condition, yes=yes, no=no):
                test = self.read(condition, depth + 1)
                branches = self.read(yes, depth + 1), self.read(no, depth + 1)
                return some([every([test, branches[0]]), every([Not(test), branches[1]])])
            case n.Name(ident=ident):
                return self._named(expr, ident.text, depth)
            case _:
                return Unknown(expr.span, NOT_COMPARISON)

    def _logic(self, call: n.Call, depth: int) -> Formula:
        arguments = call.arguments
        if len(arguments) == 1 and isinstance(arguments[0], n.ListExpr):
            arguments = arguments[0].items
        match call.function.text:
            case "all":
                return every([self.read(argument, depth + 1) for argument in arguments])
            case "any":
                return some([self.read(argument, depth + 1) for argument in arguments])
            case "none":
                return Not(some([self.read(argument, depth + 1) for argument in arguments]))
            case "at_least" if arguments:
                count = self.constant(arguments[0])
                if count is not None and isinstance(count.value, int):
                    return AtLeast(count.value, tuple(self.read(a, depth + 1) for a in arguments[1:]))
        return Unknown(call.span, NOT_COMPARISON)

    def _named(self, name: n.Name, text: str, depth: int) -> Formula:
        """A name that is true or false: its definition, if that can be read, else an axis of its own."""
        if text in self.facts.definitions:
            formula = self.read(self.facts.definitions[text], depth + 1)
            if all(isinstance(leaf, Atom) or leaf.reason is None for leaf in leaves(formula)):
                return formula
        kind = self.facts.types(name)
        if not isinstance(kind, BoolType):
            return Unknown(name.span, NOT_COMPARISON)
        return self._atom(name, (Constant(1, "bool"),), Atom(name, "==", (), name.span, name.span, name.span))

    # ------------------------------------------------------------ comparisons

    def _pair(self, compare: n.Compare, i: int) -> Formula:
        left, right = compare.operands[i], compare.operands[i + 1]
        span = left.span.to(right.span)
        if not is_within(span, compare.span):
            span = compare.span  # an operand was put in place of a def's parameter and stands elsewhere
        return self.relation(left, compare.operators[i], right, span)

    def relation(self, left: n.Expr, operator_: str, right: n.Expr, span: Span) -> Formula:
        """One comparison, which stands at *span*."""
        if operator_ == "in":
            return self._membership(left, right, span)
        first, second = self.constant(left, self._is_level(right)), self.constant(right, self._is_level(left))
        if first is not None and second is not None:
            return fixed(holds(first.value, operator_, (second.value,)))
        if second is not None:
            return self._atom(left, (second,), Atom(left, operator_, (), span, left.span, right.span))
        if first is not None:
            operator_ = MIRRORED[operator_]
            at = Atom(right, operator_, (), span, right.span, left.span, mirrored=True)
            return self._atom(right, (first,), at)
        return Unknown(span, None if self._is_open(left) or self._is_open(right) else NOT_CONSTANT)

    def _membership(self, left: n.Expr, right: n.Expr, span: Span) -> Formula:
        members = strip(right)
        if not isinstance(members, n.ListExpr):
            return Unknown(span, NOT_CONSTANT)
        found = [self.constant(item, self._is_level(left)) for item in members.items]
        known = tuple(value for value in found if value is not None)
        if len(known) < len(found):
            return Unknown(span, None if any(map(self._is_open, members.items)) else NOT_CONSTANT)
        at = Atom(left, "in", (), span, left.span, right.span)
        return self._atom(left, known, at) if known else fixed(False)

    def _atom(self, expr: n.Expr, values: tuple[Constant, ...], at: Atom) -> Formula:
        """The comparison *at* with its axis and values put in."""
        if self._is_open(expr):
            return Unknown(at.span)
        axis = self.axis_of(expr, values[0])
        if axis is None or any(value.family != axis.family for value in values):
            return Unknown(at.span, NOT_COMPARISON)
        if len(values) == 1 and values[0].written:
            axis.spelled.setdefault(values[0].value, values[0].written)
        return attrs.evolve(at, axis=axis.expr, values=tuple(value.value for value in values))

    def axis_of(self, expr: n.Expr, constant: Constant) -> Axis | None:
        """The axis of an expression that is compared with *constant*; None where its type does not fit."""
        key, kind = self.resolved(expr), self.facts.types(expr)
        if key in self.axes:
            return self.axes[key]
        family = constant.family if isinstance(kind, AnyType) else _FAMILIES.get(type(kind))
        if family != constant.family:
            return None
        unit = constant.unit
        if isinstance(kind, NumberType) and kind.kind in {"money", "share"}:
            unit = kind.currency or "%"
        domain = self.domains.of(key, _TYPES[family] if isinstance(kind, AnyType) else kind)
        self.axes[key] = Axis(key, label_of(key, expr, self.source), family, domain, unit)
        return self.axes[key]

    def resolved(self, expr: n.Expr) -> n.Expr:
        """The expression without brackets, and for a name that only stands for another name, that other."""
        expr = strip(expr)
        for _ in range(MAX_DEPTH):
            if not isinstance(expr, n.Name) or expr.ident.text not in self.facts.definitions:
                break
            value = strip(self.facts.definitions[expr.ident.text])
            if not isinstance(value, n.Name):
                break
            expr = value
        return expr

    def _is_open(self, expr: n.Expr) -> bool:
        """Whether the text leaves a value open: it is, or has in it, a hole or what only the host supplies."""
        expr = self.resolved(expr)
        if isinstance(expr, n.Name) and expr.ident.text in self.facts.definitions:
            return isinstance(strip(self.facts.definitions[expr.ident.text]), n.Hole)
        return any(isinstance(node, n.Hole) or self._is_supplied(node) for node in walk(expr))

    def _is_supplied(self, node: n.Node) -> bool:
        match node:
            case n.Name(ident=n.Ident(text=name)) if name in self._params:
                values = self._params[name].values
                return not values or isinstance(values[-1].value, n.Hole)
            case n.Index(base=n.Name(ident=n.Ident(text=name))) if name in self._tables:
                return self._tables[name].entries is None or isinstance(self._entry(node), n.Hole)
            case _:
                return False

    def _entry(self, index: n.Index) -> n.Literal | None:
        """What a table of the text has under a key that is written out; None for any other."""
        key, base = strip(index.key), index.base
        table = self._tables.get(base.ident.text) if isinstance(base, n.Name) else None
        known = isinstance(key, n.TextLiteral | n.NumberLiteral) or (
            isinstance(key, n.Name) and key.ident.text in self.levels
        )
        if table is None or table.entries is None or not known:
            return None
        otherwise = next((entry.value for entry in table.entries if entry.key is None), None)
        return next((entry.value for entry in table.entries if entry.key == key), otherwise)

    def _is_level(self, expr: n.Expr) -> bool:
        return isinstance(self.facts.types(expr), TierType)

    # ------------------------------------------------------------ constants

    def constant(self, expr: n.Expr, level: bool = False, depth: int = 0) -> Constant | None:
        """
        The value of an expression of literals, parameters, table entries and levels (where *level*); else None.

        A parameter of several dates has its last value, which it will have from some day on.
        """
        match expr:
            case _ if depth > MAX_DEPTH:
                return None
            case n.NumberLiteral(value=value, unit=unit):
                return Constant(value, "number", "%" if unit == "‰" else unit, self.source.at(expr.span))
            case n.DateLiteral(value=day):
                return Constant(day.toordinal(), "date")
            case n.BoolLiteral(value=truth):
                return Constant(int(truth), "bool")
            case n.TextLiteral(value=text):
                return Constant(text, "text")
            case n.Group(inner=inner):
                return self.constant(inner, level, depth + 1)
            case n.Negate(operand=operand):
                found = self.constant(operand, level, depth + 1)
                if found is None or found.family != "number" or isinstance(found.value, str):
                    return None
                return attrs.evolve(found, value=-found.value, written=None)
            case n.Sum(operands=operands, operators=operators) | n.Product(operands=operands, operators=operators):
                return self._folded(operands, operators, depth)
            case n.Name(ident=ident):
                return self._named_constant(ident.text, level, depth)
            case n.Index():
                return self._literal(self._entry(expr))
            case _:
                return None

    def _literal(self, literal: n.Literal | None) -> Constant | None:
        """The value of a literal that stands elsewhere."""
        found = None if literal is None or isinstance(literal, n.Name) else self.constant(literal)
        return None if found is None else attrs.evolve(found, written=None)

    def _named_constant(self, name: str, level: bool, depth: int) -> Constant | None:
        if name in self._params and self._params[name].values:
            return self._literal(self._params[name].values[-1].value)
        if level and name in self.levels:
            return Constant(len(self.levels) - 1 - self.levels.index(name), "tier")
        if name not in self._constants:
            self._constants[name] = None  # should it need itself, which is reported elsewhere
            definition = self.facts.definitions.get(name)
            if definition is not None:
                self._constants[name] = self.constant(definition, False, depth + 1)
        return self._constants[name]

    def _folded(self, operands: tuple[n.Expr, ...], operators: tuple[str, ...], depth: int) -> Constant | None:
        total, unit = Fraction(0), None
        for i, operand in enumerate(operands):
            found = self.constant(operand, False, depth + 1)
            if found is None or found.family != "number" or isinstance(found.value, str):
                return None
            sign = operators[i - 1] if i else "+"
            if sign == "/" and found.value == 0:
                return None
            total = _OPERATORS[sign](total, found.value)
            unit = unit or found.unit
            if max(total.numerator.bit_length(), total.denominator.bit_length()) > MAX_BITS:
                return None
        return Constant(exact(total), "number", unit)


_TYPES: Mapping[str, Type] = {
    "number": NumberType(),
    "bool": BoolType(),
    "date": DateType(),
    "text": TextType(),
    "tier": TierType(),
}


def is_within(inner: Span, outer: Span) -> bool:
    """Whether one place lies in another; the body of a def that was put in place of a call does not."""
    return outer.start <= inner.start and inner.end <= outer.end


def is_imported(node: n.Node) -> bool:
    """Whether an operation or call comes from a library: all of it then stands where the import does."""
    return any(child.span == node.span for child in children(node))


def strip(expr: n.Expr) -> n.Expr:
    """An expression without the brackets around it."""
    while isinstance(expr, n.Group):
        expr = expr.inner
    return expr


def label_of(expr: n.Expr, written: n.Expr, source: SourceText) -> str:
    """What to call an expression in a sentence: its name, else its text in one line."""
    if isinstance(expr, n.Name):
        return expr.ident.text
    text = " ".join(source.at(written.span).split())
    return text if len(text) <= 60 else text[:59] + "…"
