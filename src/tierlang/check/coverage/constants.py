"""Values that the text of a scheme fixes: literals, parameters, table entries, and arithmetic on them."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.check.coverage.intervals import Value, exact
from tierlang.check.facts import Facts
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import Exact

MAX_DEPTH = 60
"""Expressions and definitions inside one another, as far as they are followed."""

MAX_BITS = 4096
"""Longer constants are not computed while checking."""

_OPERATORS: Mapping[str, Callable[[Fraction, Exact], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
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


@attrs.define
class Constants:
    """
    Finds constants in one scheme, each name once.

    Attributes:
        levels: the ladder, best first; a level as a constant is its height, 0 for the lowest.
    """

    facts: Facts
    source: SourceText
    levels: tuple[str, ...] = ()
    _params: Mapping[str, n.Param] = attrs.field(init=False)
    _tables: Mapping[str, n.Table] = attrs.field(init=False)
    _known: dict[str, Constant | None] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        statements = self.facts.file.statements
        self._params = {s.ident.text: s for s in statements if isinstance(s, n.Param)}
        self._tables = {s.ident.text: s for s in statements if isinstance(s, n.Table)}

    def of(self, expr: n.Expr, level: bool = False, depth: int = 0) -> Constant | None:
        """
        The value of an expression of literals, parameters, table entries and levels (where *level*); else None.

        A parameter of several dates has its last value, which it will have from some day on.
        """
        match expr:
            case _ if depth > MAX_DEPTH:
                return None
            case n.NumberLiteral(value=value, unit=unit):
                text = self.source.at(expr.span)
                written = text if text[:1].isdecimal() else None  # else it comes from a library
                return Constant(value, "number", "%" if unit == "‰" else unit, written)
            case n.DateLiteral(value=day):
                return Constant(day.toordinal(), "date")
            case n.BoolLiteral(value=truth):
                return Constant(int(truth), "bool")
            case n.TextLiteral(value=text):
                return Constant(text, "text")
            case n.Group(inner=inner):
                return self.of(inner, level, depth + 1)
            case n.Negate(operand=operand):
                found = self.of(operand, level, depth + 1)
                if found is None or found.family != "number" or isinstance(found.value, str):
                    return None
                return attrs.evolve(found, value=-found.value, written=None)
            case (
                n.Sum(operands=operands, operators=operators)
                | n.Product(operands=operands, operators=operators)
            ):
                return self._folded(operands, operators, depth)
            case n.Name(ident=ident):
                return self._named(ident.text, level, depth)
            case n.Index():
                return self._literal(self.entry(expr))
            case _:
                return None

    def _literal(self, literal: n.Literal | None) -> Constant | None:
        """The value of a literal that stands elsewhere."""
        found = None if literal is None or isinstance(literal, n.Name) else self.of(literal)
        return None if found is None else attrs.evolve(found, written=None)

    def _named(self, name: str, level: bool, depth: int) -> Constant | None:
        if name in self._params and self._params[name].values:
            return self._literal(self._params[name].values[-1].value)
        if level and name in self.levels:
            return Constant(len(self.levels) - 1 - self.levels.index(name), "tier")
        if name not in self._known:
            self._known[name] = None  # should it need itself, which is reported elsewhere
            definition = self.facts.definitions.get(name)
            if definition is not None:
                self._known[name] = self.of(definition, False, depth + 1)
        return self._known[name]

    def _folded(
        self, operands: tuple[n.Expr, ...], operators: tuple[str, ...], depth: int
    ) -> Constant | None:
        total, unit = Fraction(0), None
        for i, operand in enumerate(operands):
            found = self.of(operand, False, depth + 1)
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

    def is_open(self, expr: n.Expr) -> bool:
        """Whether the text leaves a value open: it is, or has in it, a hole or what only the host supplies."""
        return self.has_hole(expr) or any(map(self._is_supplied, walk(self.resolved(expr))))

    def has_hole(self, expr: n.Expr) -> bool:
        """Whether an expression is or has in it a hole; for a name, whether its definition is nothing else."""
        expr = self.resolved(expr)
        if isinstance(expr, n.Name):
            return isinstance(strip(self.facts.definitions.get(expr.ident.text, expr)), n.Hole)
        return any(isinstance(node, n.Hole) for node in walk(expr))

    def _is_supplied(self, node: n.Node) -> bool:
        match node:
            case n.Name(ident=n.Ident(text=name)) if name in self._params:
                values = self._params[name].values
                return not values or isinstance(values[-1].value, n.Hole)
            case n.Index(base=n.Name(ident=n.Ident(text=name))) if name in self._tables:
                return self._tables[name].entries is None or isinstance(self.entry(node), n.Hole)
            case _:
                return False

    def entry(self, index: n.Index) -> n.Literal | None:
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


def strip(expr: n.Expr) -> n.Expr:
    """An expression without the brackets around it."""
    while isinstance(expr, n.Group):
        expr = expr.inner
    return expr
