"""
Expressions as Python over whole numbers, for a record of which everything is known.

What is translated has a value for every record that the compiled path takes, so that and, or and if need not compute what
does not matter. What may have none (a division, days beyond the calendar, a table without the key, everything that the
interpreter's closures compute) becomes a statement of its own, which is always carried out, and which gives the record back
to the interpreter where there is no value: there causes are told, and operands that did not matter.
"""

import ast
import datetime
import math
from collections.abc import Callable
from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.check.order import is_cohort_call
from tierlang.rater import calls, operators
from tierlang.rater import python as p
from tierlang.rater import terms as t
from tierlang.rater.python import ODD, Block, Hopeless, NotCompiled
from tierlang.rater.terms import Day, Number, Rung, Term, Text, Truth
from tierlang.run.budget import Budget
from tierlang.run.expressions import Code, Frame
from tierlang.run.prepared import Program
from tierlang.run.values import Level, Undetermined, Value, is_number, normal
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import BoolType, DateType, Exact, NumberType, TextType, TierType, Type

LIMIT = 2**128
"""Numerators and denominators that the interpreter computes are taken up to this."""


class Translator:
    """
    Translates the expressions of one scheme, one after the other, into one block.

    Attributes:
        terms: what each name is that is known so far: inputs, definitions, `eligible`.
        ask: translates a call over the cohort.
    """

    def __init__(
        self, program: Program, block: Block, ask: "Callable[[Translator, n.Call, str], Term]"
    ) -> None:
        self.program = program
        self.block = block
        self.terms: dict[str, Term] = {}
        self.ask = ask
        self._wholes: dict[str, Number] = {}

    def term(self, expr: n.Expr, subject: str) -> Term:
        """
        What an expression is; *subject* is what it belongs to.

        Raises:
            NotCompiled: it can be neither translated nor left to a closure.
        """
        return self.whole(self.loose(expr, subject))

    def whole(self, term: Term) -> Term:
        """The same, as an `int` if it is a number in a float."""
        if not isinstance(term, Number) or not term.floating:
            return term
        known = self._wholes.get(term.node.id) if isinstance(term.node, ast.Name) else None
        if known is None:
            known = attrs.evolve(term, node=self.block.let(p.call("int", term.node)), floating=False)
            if isinstance(term.node, ast.Name):
                self._wholes[term.node.id] = known
        return known

    def loose(self, expr: n.Expr, subject: str) -> Term:
        """
        As `term`, but a number may stand in a float.

        Raises:
            NotCompiled: it can be neither translated nor left to a closure.
        """
        try:
            return self._translated(expr, subject)
        except Hopeless:
            raise
        except NotCompiled:
            return self._by_closure(expr, subject)

    def number(self, expr: n.Expr, subject: str) -> Number:
        """
        A number.

        Raises:
            NotCompiled: it is none.
        """
        found = self.term(expr, subject)
        if not isinstance(found, Number):
            raise NotCompiled("no number")
        return found

    def truth(self, expr: n.Expr, subject: str) -> ast.expr:
        """
        A condition.

        Raises:
            NotCompiled: it is none.
        """
        found = self.term(expr, subject)
        if not isinstance(found, Truth):
            raise NotCompiled("no condition")
        return found.node

    def _translated(self, expr: n.Expr, subject: str) -> Term:
        match expr:
            case n.NumberLiteral(value=value):
                return t.literal(value)
            case n.TextLiteral(value=text):
                return Text(p.constant(text))
            case n.DateLiteral(value=day):
                return Day(p.name(self.block.given(day)))
            case n.BoolLiteral(value=truth):
                return Truth(p.constant(truth))
            case n.MissingLiteral() | n.Hole():
                raise Hopeless("no value")
            case n.Name(ident=ident):
                return self._name(ident.text)
            case n.Group(inner=inner):
                return self.loose(inner, subject)
            case n.Index():
                return self._index(expr, subject)
            case n.Call():
                if is_cohort_call(expr, self.program.scheme.expression_types):
                    return self.ask(self, expr, subject)
                return calls.translate_call(self, expr, subject)
            case n.Band() | n.Match():
                return operators.band(self, expr, subject)
            case n.If():
                condition = self.truth(expr.condition, subject)
                return operators.one_of(
                    self.block, [(condition, self.term(expr.yes, subject))], self.term(expr.no, subject)
                )
            case n.And(operands=operands):
                return Truth(p.both([self.truth(operand, subject) for operand in operands]))
            case n.Or(operands=operands):
                return Truth(p.either([self.truth(operand, subject) for operand in operands]))
            case n.Not(operand=operand):
                return Truth(p.negation(self.truth(operand, subject)))
            case n.Compare():
                return operators.compare(self, expr, subject)
            case n.Coalesce(operands=operands):
                first, *_ = [self.term(operand, subject) for operand in operands]
                return first
            case n.Sum():
                return operators.sum_of(self, expr, subject)
            case n.Product():
                return operators.product_of(self, expr, subject)
            case n.Negate(operand=operand):
                return operators.negative_of(self, operand, subject)
            case _:
                raise NotCompiled(type(expr).__name__)

    # ------------------------------------------------------------ what only the interpreter knows

    def _by_closure(self, expr: n.Expr, subject: str) -> Term:
        """The value of an expression by the interpreter's own closure."""
        types = self.program.scheme.expression_types
        nodes = list(walk(expr))
        if any(is_cohort_call(node, types) for node in nodes):
            raise NotCompiled("a call over the cohort inside of what only the interpreter knows")
        names = {node.ident.text for node in nodes if isinstance(node, n.Name)} & {*self.terms}
        values = [self.value(self.whole(self.terms[name])) for name in sorted(names)]
        given = ast.Dict([p.constant(name) for name in sorted(names)], values)
        code = self.block.given(_caller(self.program.code(expr, subject)), "code")
        return self.known_value(p.call(code, given, p.name("budget")), types.get(id(expr)))

    def known_value(self, node: ast.expr, kind: Type | None) -> Term:
        """What a helper gives that gives a value of the interpreter, or ODD."""
        found = self.block.let(node)
        match kind:
            case NumberType():
                pair = self.block.let(p.call(self.block.given(_pair, "pair"), found))
                self.block.need(p.compare(pair, ast.IsNot(), p.constant(None)))
                parts = [self.block.let(ast.Subscript(pair, p.constant(i), ast.Load())) for i in (0, 1)]
                return Number(parts[0], -LIMIT, LIMIT, 1, parts[1], LIMIT)
            case BoolType():
                self.block.need(p.either([p.compare(found, ast.Is(), p.constant(b)) for b in (True, False)]))
                return Truth(found)
            case TextType():
                self._need_class(found, str)
                return Text(found)
            case DateType():
                self._need_class(found, datetime.date)
                return Day(found)
            case TierType():
                self._need_class(found, Level)
                return Rung(ast.Attribute(found, "index", ast.Load()))
            case _:
                raise NotCompiled("a value that no name has")

    def _need_class(self, node: ast.expr, kind: type) -> None:
        own = ast.Attribute(node, "__class__", ast.Load())
        self.block.need(p.compare(own, ast.Is(), p.name(self.block.given(kind, "kind"))))

    def value(self, term: Term) -> ast.expr:
        """A term as a value of the interpreter."""
        match term:
            case Number():
                den, high = t.denominator(term)
                return term.node if high == 1 else p.call(self.block.given(exact, "exact"), term.node, den)
            case Rung(node=node):
                ladder = self.program.scheme.ladder
                levels = tuple(Level(level.name, i) for i, level in enumerate(ladder))
                return ast.Subscript(p.name(self.block.given(levels, "levels")), node, ast.Load())
            case _:
                return term.node

    # ------------------------------------------------------------ names and tables

    def _name(self, text: str) -> Term:
        if text in self.terms:
            return self.terms[text]
        compiler = self.program.compiler
        if text in compiler.constants:
            return self._constant(compiler.constants[text])
        if text in {"period_start", "period_end"}:
            day = compiler.time.start if text == "period_start" else compiler.time.end
            return Day(p.name(self.block.given(day)))
        raise NotCompiled(text)

    def _constant(self, value: Value) -> Term:
        match value:
            case bool():
                return Truth(p.constant(value))
            case int() | Fraction():
                return t.literal(value)
            case str():
                return Text(p.constant(value))
            case datetime.date():
                return Day(p.name(self.block.given(value)))
            case Level(index=index):
                return Rung(p.constant(index))
            case _:
                raise Hopeless("a parameter without a value")

    def _index(self, expr: n.Index, subject: str) -> Term:
        """A table as a dict of what the compiled path computes with; None where the table has no value."""
        table = (
            self.program.compiler.tables.get(expr.base.ident.text) if isinstance(expr.base, n.Name) else None
        )
        key = self.term(expr.key, subject)
        if table is None or (isinstance(key, Number) and (key.scale != 1 or key.den is not None)):
            raise NotCompiled("a table, or its key")
        found = [v for v in (*table.entries.values(), table.otherwise) if v is not None]
        terms = [self._constant(v) for v in found if not isinstance(v, Undetermined)]
        if len({type(term) for term in terms}) != 1:
            raise NotCompiled("a table of no one kind")
        numbers = [term for term in terms if isinstance(term, Number)]
        scale = math.lcm(*(number.scale for number in numbers))

        def plain(value: Value | None) -> object:
            if value is None or isinstance(value, Undetermined):
                return None
            if isinstance(value, Level):
                return value.index
            return int(value * scale) if is_number(value) else value

        node = key.node
        if isinstance(key, Rung):
            names = self.program.scheme.level_names
            node = ast.Subscript(p.name(self.block.given(names, "names")), key.node, ast.Load())
        get = self.block.given({k: plain(v) for k, v in table.entries.items()}.get, "table")
        default = p.name(self.block.given(plain(table.otherwise)))
        looked = self.block.let(p.call(get, node, default))
        self.block.need(p.compare(looked, ast.IsNot(), p.constant(None)))
        if not numbers:
            return attrs.evolve(terms[0], node=looked)
        values = [int(number.low * (scale // number.scale)) for number in numbers]
        return Number(looked, min(values), max(values), scale)


# ------------------------------------------------------------------ helpers of the compiled function


def exact(numerator: int, denominator: int) -> Exact:
    """A number as the interpreter has it."""
    return normal(Fraction(numerator, denominator))


def _pair(value: object) -> tuple[int, int] | None:
    """Numerator and denominator; None for what is no number, or too long for the compiled path."""
    if value.__class__ is int or value.__class__ is Fraction:
        number: Exact = value
        if -LIMIT < number.numerator < LIMIT and number.denominator < LIMIT:
            return number.numerator, number.denominator
    return None


def _caller(code: Code) -> Callable[[dict[str, Value], Budget], object]:
    """What computes a closure's value; ODD where an operand that is not known did not matter."""

    def compute(values: dict[str, Value], budget: Budget) -> object:
        frame = Frame(values, budget)
        value = code(frame)
        return ODD if frame.absorbed else value

    return compute
