"""The value of every name and expression for one subject."""

import datetime
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from oracle.data import Data, Delayed, Env
from oracle.values import Undetermined, blame, bounded, day_shift, unknown
from tierlang.syntax import nodes as n

THIS_LEVEL = "this level"
"""What stands in an environment for the level that a rule of several levels is about; no name has a blank."""


class Expressions(Data):
    """Names and operators."""

    def value(self, name: str, i: int) -> Any:
        """The value of a declared name for subject *i*."""
        if (name, i) not in self.memo:
            self.memo[name, i] = self._value(name, i)
        return self.memo[name, i]

    def _value(self, name: str, i: int) -> Any:
        if name in self.inputs:
            return self.read(self.inputs[name], self.rows[i].get(name), name)
        if name in self.defines:
            return self.ev(self.defines[name], i, {})
        if name in self.adjusts:
            return self.amount(self.adjusts[name], i)
        if name in self.given_params:
            return self.param(name)
        match name:
            case "bonuses" | "deductions":
                kind = name.removesuffix("es").removesuffix("ions")
                return self.total([self.value(a, i) for a, s in self.adjusts.items() if s.kind == kind])
            case "period_start" | "period_end":
                assert self.window is not None
                return self.window[name == "period_end"]
            case "eligible":
                return self.eligible(i)
            case _:
                return name  # a level

    def amount(self, adjust: n.Adjust, i: int) -> Any:
        """A bonus or deduction: at least 0, at most its maximum."""
        parts = [self.ev(e, i, {}) for e in (adjust.value, adjust.maximum) if e is not None]
        return blame(parts) or max(Fraction(0), min(parts))

    def eligible(self, i: int) -> Any:
        """Whether subject *i* belongs to the cohort."""
        here = [self.rows[i].get(name) is not None for name in self.gates()]
        return self.kleene([*here, *(self.ev(s.condition, i, {}) for s in self.all(n.Eligible))], False, i)

    def gates(self) -> list[str]:
        """The inputs without which a subject is not in the cohort."""
        policies = {name: field.policy for name, field in self.inputs.items()}
        return [
            name for name, p in policies.items() if isinstance(p, n.Name) and p.ident.text == "ineligible"
        ]

    # -------------------------------------------------------------- expressions

    def ev(self, e: n.Expr, i: int, env: Env) -> Any:
        """The value of an expression for subject *i*."""
        match e:
            case n.NumberLiteral() | n.TextLiteral() | n.DateLiteral() | n.BoolLiteral() | n.Hole():
                return self.literal(e)
            case n.Group(inner=inner):
                return self.ev(inner, i, env)
            case n.Name(ident=ident) if ident.text in env:
                bound = env[ident.text]
                return self.ev(bound.value, i, bound.env) if isinstance(bound, Delayed) else bound
            case n.Name(ident=ident):
                return self.value(ident.text, i)
            case n.Attribute(base=base, field=field):
                row = self.ev(base, i, env)
                return row if isinstance(row, Undetermined) else row[field.text]
            case n.Index(base=n.Name(ident=ident), key=key) if ident.text in self.given_params:
                day = self.ev(key, i, env)
                return day if isinstance(day, Undetermined) else self.param(ident.text, day)
            case n.Index(base=n.Name(ident=ident), key=key):
                found = self.ev(key, i, env)
                return found if isinstance(found, Undetermined) else self.look_up(ident.text, found)
            case n.ListExpr(items=items):
                return [self.ev(item, i, env) for item in items]
            case n.If(condition=condition, yes=yes, no=no):
                chosen = self.ev(condition, i, env)
                if not isinstance(chosen, Undetermined):
                    return self.ev(yes if chosen else no, i, env)
                both = self.ev(yes, i, env), self.ev(no, i, env)
                return both[0] if blame(both) is None and both[0] == both[1] else chosen
            case n.And(operands=operands) | n.Or(operands=operands):
                return self.kleene([self.ev(o, i, env) for o in operands], isinstance(e, n.Or), i)
            case n.Not(operand=operand):
                value = self.ev(operand, i, env)
                return value if isinstance(value, Undetermined) else not value
            case n.Compare(operands=operands, operators=operators):
                values = [self.ev(o, i, env) for o in operands]
                links = [self.compare(*link) for link in zip(values, operators, values[1:], strict=False)]
                return self.kleene(links, False, i)
            case n.Coalesce(operands=operands):
                values = [self.ev(o, i, env) for o in operands]
                return next((v for v in values if not isinstance(v, Undetermined)), blame(values))
            case (
                n.Sum(operands=operands, operators=operators)
                | n.Product(operands=operands, operators=operators)
            ):
                value, *others = [self.ev(o, i, env) for o in operands]
                for operator, other in zip(operators, others, strict=True):
                    value = blame([value, other]) or self.arithmetic(value, operator, other)
                return value
            case n.Negate(operand=operand):
                value = self.ev(operand, i, env)
                return value if isinstance(value, Undetermined) else -value
            case n.Band(subject=subject, arms=arms) | n.Match(subject=subject, arms=arms):
                return self.band(self.ev(subject, i, env), arms, i, env)
            case n.Call():
                return self.call(e, i, env)
            case n.ThisLevel():
                return env[THIS_LEVEL]
            case _:
                raise AssertionError(f"no value: {e}")

    def call(self, call: n.Call, i: int, env: Env) -> Any:
        """The value of a call."""
        raise NotImplementedError

    def kleene(self, operands: Sequence[Any], deciding: bool, i: int) -> Any:
        """``or`` where true decides, ``and`` where false does; what a decision makes harmless is kept beside."""
        open_ = blame(operands)
        if any(o is deciding for o in operands):
            self.absorbed[i] |= open_.causes if open_ else set()
            return deciding
        return open_ or not deciding

    def order(self, value: Any) -> Any:
        """A value as something that Python orders: a level by its height, a record of them in turn."""
        return -self.ladder.index(value) if isinstance(value, str) else value

    def compare(self, a: Any, operator: str, b: Any) -> Any:
        """One comparison."""
        if open_ := blame([a, *(b if operator == "in" and isinstance(b, list) else [b])]):
            return open_
        match operator:
            case "in":
                return a in b
            case "==":
                return a == b
            case "!=":
                return a != b
        a, b = self.order(a), self.order(b)
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]

    def arithmetic(self, a: Any, operator: str, b: Any) -> Any:
        """One operation on determined values; the difference of two dates is a number of days."""
        if isinstance(a, datetime.date):
            if isinstance(b, datetime.date):
                return Fraction((a - b).days)
            return day_shift(a, b if operator == "+" else -b)
        match operator:
            case "+":
                return bounded(a + b)
            case "-":
                return bounded(a - b)
            case "*":
                return bounded(a * b)
            case _:
                return unknown("div-zero") if b == 0 else bounded(a / b)

    def total(self, values: Sequence[Any]) -> Any:
        """The sum of numbers; only the result is held against the bound."""
        return blame(values) or bounded(sum(values, Fraction(0)))

    def on_ramp(self, x: Any, ends: Sequence[Any], values: Sequence[Any]) -> Any:
        """The value at *x* of the straight line through both ends."""
        if ends[0] == ends[1]:
            return values[0]
        way = (
            Fraction((x - ends[0]).days, (ends[1] - ends[0]).days)
            if isinstance(x, datetime.date)
            else ((x - ends[0]) / (ends[1] - ends[0]))
        )
        return bounded(values[0] + (values[1] - values[0]) * way)

    def band(self, subject: Any, arms: Sequence[n.Arm], i: int, env: Env) -> Any:
        """The value of the first arm whose pattern holds."""
        for arm in arms:
            match arm.pattern:
                case n.MissingPattern():
                    holds: Any = isinstance(subject, Undetermined)
                case _ if isinstance(subject, Undetermined):
                    continue
                case n.ElsePattern():
                    holds = True
                case n.Relation(operator=operator, bound=bound):
                    holds = self.compare(subject, operator, self.ev(bound, i, env))
                case n.Equal(value=value):
                    holds = self.compare(subject, "==", self.ev(value, i, env))
                case n.Between(low=low, high=high, closed=closed):
                    ends = self.ev(low, i, env), self.ev(high, i, env)
                    upper = self.compare(subject, "<=" if closed else "<", ends[1])
                    holds = self.kleene([self.compare(ends[0], "<=", subject), upper], False, i)
            if isinstance(holds, Undetermined):
                return holds
            if holds and isinstance(arm.value, n.Ramp):
                values = [self.ev(end, i, env) for end in (arm.value.low, arm.value.high)]
                return blame(values) or self.on_ramp(subject, ends, values)
            if holds:
                return self.ev(arm.value, i, env)
        return subject if isinstance(subject, Undetermined) else unknown("no-key")
