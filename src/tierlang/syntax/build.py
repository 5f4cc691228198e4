"""
Makes nodes while the parser reduces: one method per rule of grammar/tier.lark, named as the rule or its ``-> alias``.

A method gets the list of what its rule matched, every token included, so that a node's span is exact. No tree is built
and nothing recurses, however long or deep the text is. A method that finds a fault raises Malformed; only the
statement it stands in is lost.
"""

import datetime
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, TypeVar

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import Fix, nearest, quoted
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.automaton import Token, make_token
from tierlang.types import CURRENCIES, Exact

Children = list[Any]

SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
PER = {"%": 100, "‰": 1000}
OPERATORS = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/"}


@attrs.frozen
class Malformed(Exception):
    """A fault that the grammar cannot see; becomes a diagnostic."""

    code: str
    span: Span
    args_: dict[str, str] = attrs.field(factory=dict)
    fixes: tuple[Fix, ...] = ()


def exact(value: Fraction) -> Exact:
    """A number as the language keeps it: whole ones as int."""
    return value.numerator if value.denominator == 1 else value


def span_of(children: Children) -> Span:
    """From the first thing matched to the last."""
    first, last = children[0], children[-1]
    if first is last:
        return _span(first)
    start = first.start_pos if isinstance(first, Token) else first.span.start
    return Span(start, last.end_pos if isinstance(last, Token) else last.span.end)


def _span(child: Any) -> Span:
    if isinstance(child, Token):
        return Span(child.start_pos, child.end_pos)
    span: Span = child.span
    return span


_N = TypeVar("_N", bound=n.Node)


def _all(kind: type[_N], children: Iterable[Any]) -> tuple[_N, ...]:
    return tuple(child for child in children if isinstance(child, kind))


def _expressions(children: Children) -> tuple[n.Expr, ...]:
    return tuple(child for child in children if isinstance(child, n.Expr))


def _tokens(children: Children, *types: str) -> list[Token]:
    return [child for child in children if isinstance(child, Token) and child.type in types]


def _has(children: Children, type_: str) -> bool:
    return bool(_tokens(children, type_))


def _after(children: Children, type_: str) -> Any:
    """What follows the first token of a type; None where there is no such token."""
    for i, child in enumerate(children):
        if isinstance(child, Token) and child.type == type_:
            return children[i + 1] if i + 1 < len(children) else None
    return None


def _only(found: tuple[_N, ...]) -> _N | None:
    return found[0] if found else None


def _whole(token: Token) -> int:
    return int(token.replace("_", ""))


def _day(token: Token) -> datetime.date:
    try:
        return datetime.date.fromisoformat(token)
    except ValueError as error:
        raise Malformed("E-DATE", _span(token), {"text": str(token)}) from error


def _month_day(token: Token) -> tuple[int, int]:
    month, day = int(token[:2]), int(token[3:])
    try:
        datetime.date(2001, month, day)  # not a leap year: a fiscal year cannot start on 02-29
    except ValueError as error:
        raise Malformed("E-DATE", _span(token), {"text": str(token)}) from error
    return month, day


def _check_currency(token: Token) -> None:
    if token not in CURRENCIES:
        facts = {"name": str(token), "near": quoted(nearest(token, CURRENCIES)) or ""}
        raise Malformed("E-UNKNOWN-CURRENCY", _span(token), facts)


def _text(token: Token) -> str:
    return str(token[1:-1])


def _operators(children: Children) -> tuple[str, ...]:
    return tuple(OPERATORS.get(child, str(child)) for child in children if isinstance(child, Token))


class Build:
    """The methods, one per rule; no state, so that one instance serves all threads."""

    # ------------------------------------------------------------ a statement, and what stands before it

    def statement(self, children: Children) -> n.Statement:
        annotations = _all(n.Annotation, children)
        statement: n.Statement = children[-1]
        return attrs.evolve(statement, annotations=annotations) if annotations else statement

    def annotation(self, children: Children) -> n.Annotation:
        return n.Annotation(children[1], _all(n.AnnotationArgument, children), span=span_of(children))

    def note(self, children: Children) -> n.AnnotationArgument:
        value = children[-1]
        key = self._ident(children[0]).text if len(children) > 1 else None
        match value:
            case Token(type="STRING"):
                text = _text(value)
            case n.Ident():
                text = value.text
            case Token(type="DATE"):
                text = _day(value).isoformat()
            case n.NumberLiteral():
                text = f"{value.value}{value.unit or ''}"
            case _:
                text = str(value)
        return n.AnnotationArgument(key, text, span=span_of(children))

    # ------------------------------------------------------------ header

    def edition(self, children: Children) -> n.Edition:
        return n.Edition(_whole(children[1]), span=span_of(children))

    def scheme(self, children: Children) -> n.SchemeId:
        return n.SchemeId(str(children[1]), span=span_of(children))

    def version(self, children: Children) -> n.Version:
        def day(keyword: str) -> datetime.date | None:
            token = _after(children, keyword)
            return _day(token) if token else None

        days = day("PUBLISHED"), day("EFFECTIVE"), day("UNTIL")
        return n.Version(_text(children[1]), *days, span=span_of(children))

    def applies(self, children: Children) -> n.Applies:
        last = _after(children, "TO")
        return n.Applies(str(children[2]), last and str(last), span=span_of(children))

    def assess(self, children: Children) -> n.Assess:
        starting = _after(children, "STARTING")
        window = _after(children, "OVER")
        return n.Assess(str(children[2]), starting and _month_day(starting), window, span=span_of(children))

    def fiscal(self, children: Children) -> n.FiscalYear:
        return n.FiscalYear(_month_day(children[-1]), span=span_of(children))

    def cohort(self, children: Children) -> n.Cohort:
        maximum = _after(children, "MAX")
        return n.Cohort(children[1], _whole(maximum) if maximum else None, span=span_of(children))

    def ranking(self, children: Children) -> n.Ranking:
        return n.Ranking(_all(n.Setting, children), span=span_of(children))

    def setting(self, children: Children) -> n.Setting:
        key, value = (
            child.text if isinstance(child, n.Ident) else str(child) for child in (children[0], children[2])
        )
        return n.Setting(key, value, span=span_of(children))

    def rounding(self, children: Children) -> n.Rounding:
        return n.Rounding(children[1], span=span_of(children))

    def import_(self, children: Children) -> n.Import:
        return n.Import(_text(children[1]), children[3], span=span_of(children))

    # ------------------------------------------------------------ declarations

    def declaration(self, children: Children) -> n.FieldDecl:
        unit = _after(children, "BY")
        return n.FieldDecl(children[0], children[2], unit and str(unit), span=span_of(children))

    def field(self, children: Children) -> n.FieldDecl:
        declaration: n.FieldDecl = children[0]
        return attrs.evolve(declaration, policy=_after(children, "MISSING"), span=span_of(children))

    def input(self, children: Children) -> n.Input:
        origin, policy = _after(children, "FROM"), _after(children, "MISSING")
        field = attrs.evolve(children[1], policy=policy, span=span_of(children[1:]))
        return n.Input(field, origin and str(origin), span=span_of(children))

    def record(self, children: Children) -> n.Record:
        return n.Record(children[1], _all(n.FieldDecl, children), span=span_of(children))

    def policy(self, children: Children) -> n.Literal:
        return self._literal(children[0])

    def _literal(self, child: Any) -> n.Literal:
        match child:
            case n.NumberLiteral():
                return child
            case n.Ident():
                return n.Name(child, span=child.span)
            case Token(type="STRING"):
                return n.TextLiteral(_text(child), span=_span(child))
            case Token(type="DATE"):
                return n.DateLiteral(_day(child), span=_span(child))
            case Token(type="MISSING"):
                return n.MissingLiteral(span=_span(child))
            case _:
                return n.BoolLiteral(child == "true", span=_span(child))

    def state(self, children: Children) -> n.State:
        source = children[-1]
        if isinstance(source, Token):
            source = n.Ident(str(source), span=_span(source))
        return n.State(children[1], children[3], source, span=span_of(children))

    def param(self, children: Children) -> n.Param:
        return n.Param(children[1], children[3], _all(n.Dated, children), span=span_of(children))

    def dated(self, children: Children) -> n.Dated:
        start = _after(children, "FROM")
        return n.Dated(self._value(children[0]), start and _day(start), span=span_of(children))

    def _value(self, child: Any) -> n.Literal:
        """A literal, or the hole ``...``, whose token has no name of its own."""
        return n.Hole(span=_span(child)) if child == "..." else child

    def table(self, children: Children) -> n.Table:
        key = children[3]
        if isinstance(key, Token):
            key = n.Ident(str(key), span=_span(key))
        entries = None if _has(children, "EXTERNAL") else _all(n.Entry, children)
        return n.Table(children[1], key, _all(n.TypeRef, children)[0], entries, span=span_of(children))

    def entry(self, children: Children) -> n.Entry:
        key = None if isinstance(children[0], Token) else children[0]
        return n.Entry(key, self._value(children[2]), span=span_of(children))

    def plain_type(self, children: Children) -> n.TypeRef:
        choices = tuple(_text(token) for token in _tokens(children, "STRING"))
        return n.TypeRef(
            children[0].text, None, choices, _only(_all(n.Range, children)), span=span_of(children)
        )

    def tier_type(self, children: Children) -> n.TypeRef:
        return n.TypeRef("tier", span=span_of(children))

    def money_type(self, children: Children) -> n.TypeRef:
        _check_currency(children[1])
        bounds = _only(_all(n.Range, children))
        return n.TypeRef("money", str(children[1]), range=bounds, span=span_of(children))

    def list_type(self, children: Children) -> n.TypeRef:
        maximum = _after(children, "MAX")
        limit = _whole(maximum) if maximum else None
        return n.TypeRef("list", children[2].text, maximum=limit, span=span_of(children))

    def range(self, children: Children) -> n.Range:
        step = _after(children, "STEP")
        ends = [child for child in children if isinstance(child, n.NumberLiteral) and child is not step]
        high = ends[1].value if len(ends) > 1 else None
        return n.Range(ends[0].value, high, step and step.value, span=span_of(children))

    # ------------------------------------------------------------ definitions

    def define(self, children: Children) -> n.Define:
        return n.Define(children[0], children[2], span=span_of(children))

    def def_(self, children: Children) -> n.Def:
        name, *parameters = _all(n.Ident, children)
        return n.Def(name, tuple(parameters), children[-1], span=span_of(children))

    def adjust(self, children: Children) -> n.Adjust:
        maximum = _after(children, "MAX")
        return n.Adjust(str(children[0]), children[1], children[3], maximum, span=span_of(children))

    # ------------------------------------------------------------ rules

    def eligible(self, children: Children) -> n.Eligible:
        return n.Eligible(children[-1], _only(_all(n.Ident, children)), span=span_of(children))

    def require(self, children: Children) -> n.Require:
        return n.Require(children[-1], span=span_of(children))

    def named_require(self, children: Children) -> n.Require:
        name, *levels = _all(n.Ident, children)
        label = _tokens(children, "STRING")
        text = _text(label[0]) if label else None
        return n.Require(children[-1], name, text, tuple(levels), span=span_of(children))

    def level_require(self, children: Children) -> n.Require:
        return n.Require(children[-1], levels=_all(n.Ident, children), span=span_of(children))

    def veto(self, children: Children) -> n.Veto:
        return n.Veto(children[-1], _only(_all(n.Ident, children)), span=span_of(children))

    def limit(self, children: Children) -> n.Limit:
        return n.Limit(str(children[0]), children[1], children[-1], span=span_of(children))

    def tiers(self, children: Children) -> n.Tiers:
        return n.Tiers(_all(n.Ident, children), _has(children, "EXCLUSIVE"), span=span_of(children))

    def tier(self, children: Children) -> n.Tier:
        mode = str(children[2]) if len(children) > 2 else "plain"
        condition = children[3] if mode == "if" else None
        return n.Tier(children[1], mode, condition, span=span_of(children))

    def several_tiers(self, children: Children) -> n.Tier:
        level, *others = _all(n.Ident, children)
        return n.Tier(level, "if", children[-1], tuple(others), span=span_of(children))

    def override(self, children: Children) -> n.Override:
        name = _only(_all(n.Ident, children))
        level = children[3 if name is not None else 1]
        reason, start, end = (_after(children, keyword) for keyword in ("FOR", "FROM", "UNTIL"))
        condition = _after(children, "IF")
        return n.Override(level, reason, start, end, condition, name, span=span_of(children))

    # ------------------------------------------------------------ examples

    def example(self, children: Children) -> n.Example:
        period, last = _after(children, "FOR"), _after(children, "TO")
        parts = _all(_Part, children)
        given, expect = (tuple(p.part for p in parts if p.kind == kind) for kind in ("given", "expect"))
        periods = period and str(period), last and str(last)
        return n.Example(
            _text(children[1]), periods[0], given, expect, last=periods[1], span=span_of(children)
        )

    def given(self, children: Children) -> "_Part":
        return _Part("given", self._part(children), span=span_of(children))

    def expect(self, children: Children) -> "_Part":
        return _Part("expect", self._part(children), span=span_of(children))

    def _part(self, children: Children) -> n.Part:
        return n.Part(_all(n.Binding, children), _all(n.Row, children), span=span_of(children))

    def binding(self, children: Children) -> n.Binding:
        return n.Binding(self._ident(children[0]), children[2], span=span_of(children))

    def row(self, children: Children) -> n.Row:
        return n.Row(_expressions(children), span=span_of(children))

    def cell(self, children: Children) -> n.Expr:
        child: n.Expr = children[0]
        if isinstance(child, n.ThisLevel):  # the heading of the column `tier`
            return n.Name(n.Ident("tier", span=child.span), span=child.span)
        return child

    # ------------------------------------------------------------ expressions

    def if_(self, children: Children) -> n.If:
        return n.If(children[1], children[3], children[5], span=span_of(children))

    def or_(self, children: Children) -> n.Or:
        for child in children:
            if isinstance(child, n.And):
                raise Malformed("E-MIXED-AND-OR", span_of(children))
        return n.Or(_expressions(children), span=span_of(children))

    def and_(self, children: Children) -> n.And:
        return n.And(_expressions(children), span=span_of(children))

    def not_(self, children: Children) -> n.Not:
        return n.Not(children[1], span=span_of(children))

    def compare(self, children: Children) -> n.Compare:
        operators = _operators(children)
        rising, falling = {"<", "<="}, {">", ">="}
        if len(operators) > 1 and not (set(operators) <= rising or set(operators) <= falling):
            raise Malformed("E-CHAIN", span_of(children), {"operators": " ".join(operators)})
        return n.Compare(_expressions(children), operators, span=span_of(children))

    def coalesce(self, children: Children) -> n.Coalesce:
        return n.Coalesce(_expressions(children), span=span_of(children))

    def sum(self, children: Children) -> n.Sum:
        return n.Sum(_expressions(children), _operators(children), span=span_of(children))

    def product(self, children: Children) -> n.Product:
        return n.Product(_expressions(children), _operators(children), span=span_of(children))

    def negate(self, children: Children) -> n.Negate:
        return n.Negate(children[1], span=span_of(children))

    def attribute(self, children: Children) -> n.Attribute:
        return n.Attribute(children[0], children[2], span=span_of(children))

    def index(self, children: Children) -> n.Index:
        return n.Index(children[0], children[2], span=span_of(children))

    def hole(self, children: Children) -> n.Hole:
        return n.Hole(span=span_of(children))

    def name(self, children: Children) -> n.Name:
        return n.Name(self._ident(children[0]), span=span_of(children))

    def this_level(self, children: Children) -> n.ThisLevel:
        return n.ThisLevel(span=span_of(children))

    def group(self, children: Children) -> n.Group:
        return n.Group(children[1], span=span_of(children))

    def call(self, children: Children) -> n.Call:
        windows, generators = _all(_Over, children), _all(n.Generator, children)
        function = self._function(children[0])
        for extra in (*windows[1:], *generators[1:]):
            raise Malformed("E-ARGUMENTS", extra.span, {"function": function.text})
        return n.Call(
            function,
            _expressions(children[1:]),
            _all(n.Option, children),
            windows[0].window if windows else None,
            _only(generators),
            span=span_of(children),
        )

    def _function(self, called: n.Expr) -> n.Ident:
        match called:
            case n.Name(ident=ident):
                return ident
            case n.Attribute(base=n.Name(ident=module), field=field):
                return n.Ident(f"{module.text}.{field.text}", span=called.span)
            case _:
                raise Malformed("E-SYNTAX", called.span, {"expected": "the name of a function"})

    def option(self, children: Children) -> n.Option:
        key, value = children[0], children[2]
        if isinstance(key, n.MissingLiteral):
            key = n.Name(n.Ident("missing", span=key.span), span=key.span)
        return n.Option(key, value, span=span_of(children))

    def option_word(self, children: Children) -> n.Name:
        return n.Name(self._ident(children[0]), span=span_of(children))

    def over(self, children: Children) -> "_Over":
        return _Over(children[2], span=span_of(children))

    def generator(self, children: Children) -> n.Generator:
        return n.Generator(
            item=children[0],
            variable=children[2],
            source=_after(children, "IN"),
            condition=_after(children, "IF"),
            ago=children[4] if _has(children, "COMMA") else None,
            key=_after(children, "BY"),
            span=span_of(children),
        )

    def band(self, children: Children) -> n.Band:
        return n.Band(children[2], _all(n.Arm, children), span=span_of(children))

    def match(self, children: Children) -> n.Match:
        for arm in _all(n.Arm, children):
            by_order = isinstance(arm.pattern, n.Relation) and arm.pattern.operator != "in"
            if by_order or isinstance(arm.pattern, n.Between):
                expected = "a value, `in [ … ]`, `missing`, `else`"
                found = arm.pattern.operator if isinstance(arm.pattern, n.Relation) else ".."
                raise Malformed("E-SYNTAX", arm.pattern.span, {"found": found, "expected": expected})
        return n.Match(children[2], _all(n.Arm, children), span=span_of(children))

    def arm(self, children: Children) -> n.Arm:
        if isinstance(children[2], n.Ramp) and not isinstance(children[0], n.Between):
            raise Malformed("E-RAMP", span_of(children))
        return n.Arm(children[0], children[2], span=span_of(children))

    def ramp(self, children: Children) -> n.Ramp:
        return n.Ramp(children[0], children[2], span=span_of(children))

    def relation(self, children: Children) -> n.Relation:
        return n.Relation(_operators(children)[0], children[1], span=span_of(children))

    def between(self, children: Children) -> n.Between:
        return n.Between(children[0], children[2], children[1] == "..", span=span_of(children))

    def value(self, children: Children) -> n.Pattern:
        if isinstance(children[0], n.MissingLiteral):
            return n.MissingPattern(span=span_of(children))
        return n.Equal(children[0], span=span_of(children))

    def else_pattern(self, children: Children) -> n.ElsePattern:
        return n.ElsePattern(span=span_of(children))

    def list(self, children: Children) -> n.ListExpr:
        return n.ListExpr(_expressions(children), span=span_of(children))

    def map(self, children: Children) -> n.MapExpr:
        return n.MapExpr(_all(n.Pair, children), span=span_of(children))

    def pair(self, children: Children) -> n.Pair:
        key = children[0]
        if isinstance(key, n.Ident):
            return n.Pair(key.text, children[2], span=span_of(children))
        return n.Pair(None if key.type == "ELSE" else _text(key), children[2], span=span_of(children))

    # ------------------------------------------------------------ literals, numbers, periods, names

    def number_literal(self, children: Children) -> n.Expr:
        literal: n.Expr = children[0]
        return literal

    def text_literal(self, children: Children) -> n.Expr:
        return self._literal(children[0])

    date_literal = true_literal = false_literal = missing_literal = text_literal

    def number(self, children: Children) -> n.NumberLiteral:
        whole, _, fraction = str(children[0]).replace("_", "").partition(".")
        value = Fraction(int(whole + fraction), 10 ** len(fraction))
        unit = None
        for token in children[1:]:
            if token.type == "SCALE":
                value *= SCALES[token]
            else:
                value /= PER.get(token, 1)
                if token.type == "CURRENCY":
                    _check_currency(token)
                if unit is not None:
                    raise Malformed(
                        "E-NUMBER-UNITS", span_of(children), {"first": unit, "second": str(token)}
                    )
                unit = str(token)
        return n.NumberLiteral(exact(value), unit, span=span_of(children))

    def signed(self, children: Children) -> n.NumberLiteral:
        literal: n.NumberLiteral = children[-1]
        if len(children) == 1:
            return literal
        return n.NumberLiteral(-literal.value, literal.unit, span=span_of(children))

    def last_window(self, children: Children) -> n.LastWindow:
        return n.LastWindow(_whole(children[1]), str(children[2]), span=span_of(children))

    def this_window(self, children: Children) -> n.ThisWindow:
        return n.ThisWindow(str(children[1]), span=span_of(children))

    def previous_window(self, children: Children) -> n.PreviousWindow:
        return n.PreviousWindow(str(children[1]), span=span_of(children))

    def period_window(self, children: Children) -> n.PeriodWindow:
        return n.PeriodWindow(str(children[0]), span=span_of(children))

    def unit(self, children: Children) -> Token:
        first: Token = children[0]
        text = first.removesuffix("s") if len(children) == 1 else "fiscal year"
        return make_token(first.type, text, first.start_pos, children[-1].end_pos)

    def period(self, children: Children) -> Token:
        token: Token = children[0]
        return token

    def ident(self, children: Children) -> n.Ident:
        return self._ident(children[0])

    def _ident(self, child: Any) -> n.Ident:
        if isinstance(child, n.Ident):
            return child
        quoted = child.type == "QUOTED_NAME"
        return n.Ident(str(child[1:-1] if quoted else child), quoted, span=_span(child))


@attrs.frozen
class _Over(n.Node):
    """The window of a call, on its way into the Call node."""

    window: n.Window


@attrs.frozen
class _Part(n.Node):
    """A ``given`` or ``expect``, on its way into the Example node."""

    kind: str
    part: n.Part
