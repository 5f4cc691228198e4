"""
Expressions as closures: each checked node becomes one function from a Frame to a Value.

Everything that does not depend on the subject (the period's windows, parameters, tables, constants) is resolved here,
once per run. The functions are pure but for two counters of the frame: cost, and operands that a decision absorbed.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme
from tierlang.check.order import is_cohort_call
from tierlang.periods import PeriodError
from tierlang.run import functions, kleene
from tierlang.run.budget import Budget
from tierlang.run.numbers import fits, product_fits
from tierlang.run.values import (
    Group,
    Level,
    Series,
    TooBig,
    Undetermined,
    Value,
    is_number,
    normal,
    total,
    undetermined,
    union,
)
from tierlang.run.windows import TimeFrame
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import children
from tierlang.types import Exact


@attrs.define
class Frame:
    """
    What an expression sees while it is computed for one subject.

    Attributes:
        values: inputs, definitions and levels by name; ``eligible``, ``bonuses`` and ``deductions`` too.
        calls: results of calls over the cohort, by ``id`` of the call's node.
        variables: loop variables.
        absorbed: undetermined operands that did not matter.
    """

    values: dict[str, Value]
    budget: Budget
    calls: dict[int, Value] = attrs.field(factory=dict)
    variables: dict[str, Value] = attrs.field(factory=dict)
    absorbed: list[Undetermined] = attrs.field(factory=list)


Code = Callable[[Frame], Value]


@attrs.frozen
class TableValue:
    """A category table as supplied for one run."""

    entries: Mapping[object, Value]
    otherwise: Value | None


@attrs.define
class Compiler:
    """
    Makes closures for one scheme and one period.

    Attributes:
        constants: parameters and levels by name.
        dated: the values of the parameters that the scheme gives, with the dates they hold from.
        subject: what the expression belongs to, for the paths of causes.
    """

    scheme: CheckedScheme
    time: TimeFrame
    constants: Mapping[str, Value]
    tables: Mapping[str, TableValue]
    dated: Mapping[str, Sequence[tuple[datetime.date | None, Value]]] = attrs.field(factory=dict)
    subject: str = ""
    loops: list[str] = attrs.field(factory=list)

    def place(self, node: n.Node) -> str:
        """A node's place in the scheme."""
        return self.scheme.source.node_id(node.span)

    def compile(self, expr: n.Expr) -> Code:
        """The closure of an expression."""
        match expr:
            case n.NumberLiteral(value=value):
                return constant(value if fits(value) else undetermined("too-big", "", self.place(expr)))
            case n.TextLiteral(value=text):
                return constant(text)
            case n.DateLiteral(value=day):
                return constant(day)
            case n.BoolLiteral(value=truth):
                return constant(truth)
            case n.MissingLiteral():
                return constant(undetermined("missing", "", self.place(expr)))
            case n.Hole():
                return constant(undetermined("hole", self.subject, self.place(expr)))
            case n.Name():
                return self._name(expr)
            case n.ThisLevel() | n.Ramp():
                raise AssertionError(
                    "the checker puts the one in other terms; the other is an arm's, see _arm"
                )
            case n.Group(inner=inner):
                return self.compile(inner)
            case n.Attribute():
                return self._attribute(expr)
            case n.Index():
                return self._index(expr)
            case n.Call():
                if is_cohort_call(expr, self.scheme.expression_types):
                    key = id(expr)
                    return lambda frame: frame.calls[key]
                return functions.compile_call(self, expr)
            case n.Band() | n.Match():
                return self._band(expr)
            case n.ListExpr(items=items):
                codes = [self.compile(item) for item in items]
                return lambda frame: tuple(code(frame) for code in codes)
            case n.MapExpr(pairs=pairs):
                fields = [(pair.key or "else", self.compile(pair.value)) for pair in pairs]
                return lambda frame: {key: code(frame) for key, code in fields}
            case n.If():
                return self._if(expr)
            case n.And(operands=operands):
                codes = [self.compile(operand) for operand in operands]
                return lambda frame: kleene.decide([code(frame) for code in codes], False, frame.absorbed)
            case n.Or(operands=operands):
                codes = [self.compile(operand) for operand in operands]
                return lambda frame: kleene.decide([code(frame) for code in codes], True, frame.absorbed)
            case n.Not(operand=operand):
                inner_code = self.compile(operand)
                return lambda frame: kleene.negate(inner_code(frame))
            case n.Compare():
                return self._compare(expr)
            case n.Coalesce(operands=operands):
                return self._coalesce([self.compile(operand) for operand in operands])
            case n.Sum():
                return self._sum(expr)
            case n.Product():
                return self._product(expr)
            case n.Negate(operand=operand):
                return self.strict([self.compile(operand)], lambda v: -v[0])  # type: ignore[operator]  # a number
            case _:
                assert_never(expr)

    def strict(self, codes: list[Code], function: Callable[[list[Value]], Value]) -> Code:
        """A closure that is undetermined where an operand is, with the union of the causes."""

        def run(frame: Frame) -> Value:
            values = [code(frame) for code in codes]
            for value in values:
                if value.__class__ is Undetermined:
                    return union(values)
            return function(values)

        return run

    def bounded(self, code: Code, node: n.Node) -> Code:
        """A closure whose result is undetermined(too-big) beyond the language's bound."""
        too_big = undetermined("too-big", self.subject, self.place(node))

        def run(frame: Frame) -> Value:
            try:
                value = code(frame)
            except TooBig:
                return too_big
            return too_big if is_number(value) and not fits(value) else value

        return run

    # ------------------------------------------------------------ names

    def _name(self, expr: n.Name) -> Code:
        name = expr.ident.text
        if name in self.loops:
            return lambda frame: frame.variables[name]
        if name in self.constants:
            return constant(self.constants[name])
        match name:
            case "period_start":
                return constant(self.time.start)
            case "period_end":
                return constant(self.time.end)
            case _:
                return lambda frame: frame.values[name]

    def _attribute(self, expr: n.Attribute) -> Code:
        base, field = self.compile(expr.base), expr.field.text

        def run(frame: Frame) -> Value:
            record = base(frame)
            if isinstance(record, Undetermined):
                return record
            if isinstance(record, Group):
                return record.key
            assert isinstance(record, Mapping)
            return record[field]

        return run

    def _index(self, expr: n.Index) -> Code:
        assert isinstance(expr.base, n.Name)
        name = expr.base.ident.text
        if name in self.scheme.params:
            return self.strict([self.compile(expr.key)], self._on_day(name, self.place(expr)))
        table, place = self.tables[name], self.place(expr)

        def look_up(values: list[Value]) -> Value:
            key = values[0].name if isinstance(values[0], Level) else values[0]
            found = table.entries.get(key, table.otherwise)
            return undetermined("no-key", f"{name}[{key}]", place) if found is None else found

        return self.strict([self.compile(expr.key)], look_up)

    def _on_day(self, name: str, place: str) -> Callable[[list[Value]], Value]:
        """The value of a parameter that is in force on a day."""
        values = self.dated[name]

        def look_up(days: list[Value]) -> Value:
            found: Value = undetermined("no-parameter", f"{name}[{days[0]}]", place)
            for start, value in values:
                if start is None or start <= days[0]:  # type: ignore[operator]  # the checker lets only dates come here
                    found = value
            return found

        return look_up

    # ------------------------------------------------------------ operators

    def _sum(self, expr: n.Sum) -> Code:
        codes = [self.compile(operand) for operand in expr.operands]
        minus = [False, *(operator == "-" for operator in expr.operators)]

        def add(values: list[Value]) -> Value:
            first = values[0]
            if isinstance(first, datetime.date):
                return _from_day(first, values[1:], minus[1:], out_of_calendar)
            return total([-v if negative else v for v, negative in zip(values, minus, strict=True)])  # type: ignore[operator,misc]  # numbers

        out_of_calendar = undetermined("no-date", self.subject, self.place(expr))
        return self.bounded(self.strict(codes, add), expr)

    def _product(self, expr: n.Product) -> Code:
        codes = [self.compile(operand) for operand in expr.operands]
        divides = [operator == "/" for operator in expr.operators]
        places = [self.place(operand) for operand in expr.operands[1:]]
        subject, whole = self.subject, self.place(expr)

        def multiply(values: list[Value]) -> Value:
            result = values[0]
            for factor, inverse, place in zip(values[1:], divides, places, strict=True):
                assert is_number(result)
                assert is_number(factor)
                if inverse and not factor:
                    return undetermined("div-zero", subject, place)
                if not product_fits(result, factor):
                    return undetermined("too-big", subject, whole)
                result = normal(Fraction(result) / factor) if inverse else _times(result, factor)
            return result

        return self.bounded(self.strict(codes, multiply), expr)

    def _compare(self, expr: n.Compare) -> Code:
        codes = [self.compile(operand) for operand in expr.operands]
        if len(codes) == 2:
            test = RELATIONS[expr.operators[0]]
            return self.strict(codes, lambda values: test(values[0], values[1]))
        tests = [RELATIONS[operator] for operator in expr.operators]

        def chain(frame: Frame) -> Value:
            values = [code(frame) for code in codes]
            links = [_link(test, values[i], values[i + 1]) for i, test in enumerate(tests)]
            return kleene.decide(links, False, frame.absorbed)

        return chain

    def _coalesce(self, codes: list[Code]) -> Code:
        def run(frame: Frame) -> Value:
            values = [code(frame) for code in codes]
            for value in values:
                if not isinstance(value, Undetermined):
                    return value
            return union(values)

        return run

    def _if(self, expr: n.If) -> Code:
        condition, yes, no = (self.compile(part) for part in (expr.condition, expr.yes, expr.no))

        def run(frame: Frame) -> Value:
            truth, if_yes, if_no = condition(frame), yes(frame), no(frame)
            if not isinstance(truth, Undetermined):
                return if_yes if truth else if_no
            if isinstance(if_yes, Undetermined) or if_yes != if_no:
                return truth
            frame.absorbed.append(truth)
            return if_yes

        return run

    # ------------------------------------------------------------ bands

    def _band(self, expr: n.Band | n.Match) -> Code:
        subject = self.compile(expr.subject)
        arms = [(self._pattern(arm.pattern), self._arm(arm)) for arm in expr.arms]
        missing = [
            code
            for (test, code), arm in zip(arms, expr.arms, strict=True)
            if isinstance(arm.pattern, n.MissingPattern)
        ]
        no_arm = undetermined("no-key", self.subject, self.place(expr))

        def run(frame: Frame) -> Value:
            value = subject(frame)
            if isinstance(value, Undetermined):
                return missing[0](frame, value) if missing else value
            for test, code in arms:
                holds = test(frame, value)
                if isinstance(holds, Undetermined):
                    return holds
                if holds:
                    return code(frame, value)
            return no_arm

        return run

    def _arm(self, arm: n.Arm) -> Callable[[Frame, Value], Value]:
        """A closure that gives an arm's value for what the band is of."""
        if not isinstance(arm.value, n.Ramp):
            plain = self.compile(arm.value)
            return lambda frame, value: plain(frame)
        assert isinstance(arm.pattern, n.Between)
        ends = (arm.pattern.low, arm.pattern.high, arm.value.low, arm.value.high)
        codes = [self.compile(end) for end in ends]
        too_big = undetermined("too-big", self.subject, self.place(arm.value))

        def ramp(frame: Frame, value: Value) -> Value:
            values = [code(frame) for code in codes]
            if any(isinstance(end, Undetermined) for end in values):
                return union(values)
            a, b, p, q = values
            assert is_number(p) and is_number(q)
            if a == b:
                return p
            part = Fraction(_apart(a, value)) / _apart(a, b)
            result = normal(p + part * (q - p))
            return result if fits(result) else too_big

        return ramp

    def _pattern(self, pattern: n.Pattern) -> Callable[[Frame, Value], Value]:
        match pattern:
            case n.Relation(operator=operator, bound=bound):
                test, code = RELATIONS[operator], self.compile(bound)
                return lambda frame, value: _link(test, value, code(frame))
            case n.Equal(value=wanted):
                wanted_code = self.compile(wanted)
                return lambda frame, value: _link(RELATIONS["=="], value, wanted_code(frame))
            case n.Between(low=low, high=high, closed=closed):
                low_code, high_code = self.compile(low), self.compile(high)
                upper = RELATIONS["<=" if closed else "<"]

                def between(frame: Frame, value: Value) -> Value:
                    links = [
                        _link(RELATIONS[">="], value, low_code(frame)),
                        _link(upper, value, high_code(frame)),
                    ]
                    return kleene.decide(links, False, frame.absorbed)

                return between
            case n.MissingPattern():
                return lambda frame, value: False
            case n.ElsePattern():
                return lambda frame, value: True
            case _:
                assert_never(pattern)

    # ------------------------------------------------------------ loops

    def elements(self, expr: n.Expr, window: n.Window | None) -> Code:
        """A closure that gives the elements of a list, or of a series over a window, as a tuple."""
        code = self.compile(expr)
        outside = undetermined("no-date", self.subject, self.place(window or expr))

        def run(frame: Frame) -> Value:
            value = code(frame)
            if isinstance(value, Series):
                unit = value.unit
                if unit not in periods:
                    periods[unit] = self._periods(window, unit)
                inside = periods[unit]
                if inside is None:
                    return outside
                return tuple(value.at(number, label) for number, label in inside)
            return value.rows if isinstance(value, Group) else value

        periods: dict[str, list[tuple[int, str]] | None] = {}
        return run

    def _periods(self, window: n.Window | None, unit: str) -> list[tuple[int, str]] | None:
        """The periods of a unit in a window; None for a window that leaves the calendar."""
        try:
            return [(period.number, period.label) for period in self.time.periods(window, unit)]
        except PeriodError:
            return None

    def generator(
        self, node: n.Generator, window: n.Window | None, neutral: bool | None = None
    ) -> Callable[[Frame], list[Value] | Undetermined]:
        """
        A closure that gives a generator's items.

        An element whose condition is undetermined gives an undetermined item, since whether it counts cannot be known;
        but an item that is *neutral* (false for `any`, true for `all`) makes no difference either way.
        """
        source = self.elements(node.source, window)
        if node.key is not None:
            source = _grouped(source, node.key.text)
        variable = node.variable.text
        ago = node.ago.text if node.ago is not None else None
        known = len(self.loops)
        self.loops += [variable] if ago is None else [variable, ago]
        item = self.compile(node.item)
        condition = self.compile(node.condition) if node.condition is not None else None
        del self.loops[known:]
        cost = 1 + cost_of(node.item) + (cost_of(node.condition) if node.condition is not None else 0)

        def run(frame: Frame) -> list[Value] | Undetermined:
            elements = source(frame)
            if isinstance(elements, Undetermined):
                return elements
            assert isinstance(elements, tuple)
            frame.budget.spend(len(elements) * cost)
            items: list[Value] = []
            for position, element in enumerate(elements, start=1):
                frame.variables[variable] = element
                if ago is not None:
                    frame.variables[ago] = len(elements) - position
                wanted = condition(frame) if condition is not None else True
                if isinstance(wanted, Undetermined):
                    value = item(frame) if neutral is not None else wanted
                    items.append(value if value is neutral else union((wanted, value)))
                elif wanted:
                    items.append(item(frame))
            return items

        return run


def _grouped(source: Code, field: str) -> Code:
    """A closure that gives the rows of a list in groups of one value of a field, as they come."""

    def run(frame: Frame) -> Value:
        rows = source(frame)
        if isinstance(rows, Undetermined):
            return rows
        assert isinstance(rows, tuple)
        groups: dict[Value, list[Value]] = {}
        unknown: list[Value] = []
        for row in rows:
            key = row[field] if isinstance(row, Mapping) else row
            if isinstance(key, Undetermined):
                unknown.append(key)
            else:
                groups.setdefault(key, []).append(row)
        frame.budget.spend(len(rows))
        return union(unknown) if unknown else tuple(Group(key, tuple(found)) for key, found in groups.items())

    return run


def constant(value: Value) -> Code:
    """A closure that always gives one value."""
    return lambda frame: value


def _link(test: Callable[..., Value], left: Value, right: Value) -> Value:
    if isinstance(left, Undetermined) or isinstance(right, Undetermined):
        return union((left, right))
    return test(left, right)


def _contains(value: Value, values: Value) -> Value:
    """`in`: Kleene over the list's elements."""
    assert isinstance(values, tuple)
    links: list[Value] = [
        element if isinstance(element, Undetermined) else element == value for element in values
    ]
    return kleene.decide(links, True, [])


RELATIONS: Mapping[str, Callable[..., Value]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "in": _contains,
}


def _from_day(day: datetime.date, others: list[Value], minus: list[bool], outside: Undetermined) -> Value:
    """A date and days are a date; a date taken away from it leaves days, to which further ones may be added."""
    start: datetime.date | None = day
    moved: Exact = 0
    for other, negative in zip(others, minus, strict=True):
        if isinstance(other, datetime.date):
            assert start is not None
            moved += (start - other).days
            start = None
        else:
            assert is_number(other)
            moved += -other if negative else other
    if start is None:
        return normal(Fraction(moved))
    try:
        return start + datetime.timedelta(days=int(moved))
    except (ValueError, OverflowError):
        return outside


def _apart(start: Value, end: Value) -> Exact:
    """From one number to another, or from one day to another in days."""
    if isinstance(start, datetime.date) and isinstance(end, datetime.date):
        return (end - start).days
    assert is_number(start) and is_number(end)
    return end - start


def _times(left: Exact, right: Exact) -> Exact:
    product = left * right
    return product if isinstance(product, int) else normal(product)


def cost_of(expr: n.Expr) -> int:
    """Cost units of computing an expression once: one for each node, loops counted apart when they run."""
    units = 0
    nodes: list[n.Node] = [expr]
    while nodes:
        node = nodes.pop()
        units += 1
        nodes.extend([node.source] if isinstance(node, n.Generator) else children(node))
    return units
