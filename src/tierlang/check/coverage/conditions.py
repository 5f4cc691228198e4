"""Reads conditions for the analyses: comparisons of one name with constants, whatever joins them."""

from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.check.coverage.constants import Constant, Constants, strip
from tierlang.check.coverage.domains import Domains
from tierlang.check.coverage.formulas import (
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
from tierlang.check.coverage.intervals import Domain, Value
from tierlang.check.facts import Facts
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import children
from tierlang.types import (
    AnyType,
    BoolType,
    DateType,
    NumberType,
    TextType,
    TierType,
    Type,
)

MAX_DEPTH = 60
MAX_PARTS = 1_000
"""Conditions nested deeper, or longer with all their definitions in place, are not analysed."""

NOT_COMPARISON = "a part of the condition is not a comparison"
NOT_CONSTANT = "two values are compared, neither of them a constant"
TOO_LARGE = "the conditions are too long"
REASONS = (NOT_COMPARISON, NOT_CONSTANT, TOO_LARGE)

_FAMILIES: Mapping[type, str] = {
    NumberType: "number",
    BoolType: "bool",
    DateType: "date",
    TextType: "text",
    TierType: "tier",
}


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
    constants: Constants = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.domains = Domains(self.facts, len(self.levels))
        self.constants = Constants(self.facts, self.source, self.levels)

    # ------------------------------------------------------------ conditions

    def read(self, expr: n.Expr, depth: int = 0) -> Formula:
        """A condition as a formula; what the analysis does not understand is Unknown in it."""
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            return Unknown(expr.span, TOO_LARGE)
        match expr:
            case n.Group(inner=inner):
                formula = self.read(inner, depth + 1)
                return (
                    formula if is_within(inner.span, expr.span) else moved(formula, expr.span)
                )  # a def's body
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
                count = self.constants.of(arguments[0])
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
        first = self.constants.of(left, level=self._is_level(right))
        second = self.constants.of(right, level=self._is_level(left))
        if first is not None and second is not None:
            return fixed(holds(first.value, operator_, (second.value,)))
        if second is not None:
            return self._atom(left, (second,), Atom(left, operator_, (), span, left.span, right.span))
        if first is not None:
            operator_ = MIRRORED[operator_]
            at = Atom(right, operator_, (), span, right.span, left.span, mirrored=True)
            return self._atom(right, (first,), at)
        open_ = self.constants.is_open(left) or self.constants.is_open(right)
        return Unknown(span, None if open_ else NOT_CONSTANT)

    def _membership(self, left: n.Expr, right: n.Expr, span: Span) -> Formula:
        members = strip(right)
        if not isinstance(members, n.ListExpr):
            return Unknown(span, NOT_CONSTANT)
        found = [self.constants.of(item, self._is_level(left)) for item in members.items]
        known = tuple(value for value in found if value is not None)
        if len(known) < len(found):
            return Unknown(span, None if any(map(self.constants.is_open, members.items)) else NOT_CONSTANT)
        at = Atom(left, "in", (), span, left.span, right.span)
        return self._atom(left, known, at) if known else fixed(False)

    def _atom(self, expr: n.Expr, values: tuple[Constant, ...], at: Atom) -> Formula:
        """The comparison *at* with its axis and values put in."""
        if self.constants.has_hole(expr):
            return Unknown(at.span)
        axis = self.axis_of(expr, values[0])
        if axis is None or any(value.family != axis.family for value in values):
            return Unknown(at.span, NOT_COMPARISON)
        if len(values) == 1 and values[0].written:
            axis.spelled.setdefault(values[0].value, values[0].written)
        return attrs.evolve(at, axis=axis.expr, values=tuple(value.value for value in values))

    def axis_of(self, expr: n.Expr, constant: Constant) -> Axis | None:
        """The axis of an expression that is compared with *constant*; None where its type does not fit."""
        key, kind = self.constants.resolved(expr), self.facts.types(expr)
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

    def _is_level(self, expr: n.Expr) -> bool:
        return isinstance(self.facts.types(expr), TierType)


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


def label_of(expr: n.Expr, written: n.Expr, source: SourceText) -> str:
    """What to call an expression in a sentence: its name, else its text in one line."""
    if isinstance(expr, n.Name):
        return expr.ident.text
    text = " ".join(source.at(written.span).split())
    return text if len(text) <= 60 else text[:59] + "…"
