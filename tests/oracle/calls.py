"""The value of every call that looks at one subject only."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import attrs

from oracle.data import Delayed, Env, Series
from oracle.expressions import Expressions
from oracle.irrational import exponential, logarithm, natural_logarithm, normal_share, root_of
from oracle.values import (
    Undetermined,
    blame,
    bounded,
    full_months,
    month_shift,
    root,
    round_to,
    unique,
    unknown,
)
from tierlang.syntax import nodes as n

AGGREGATES = ("count", "sum", "mean", "min", "max")
STATISTICS = ("median", "quantile", "variance", "stddev", "zscore")
RANKS = (
    *("rank", "place", "scaled_rank", "top_share", "percent_rank", "cume_share", "better_share"),
    *("minmax", "top"),
)


class Group(list[Any]):
    """Rows of a list with one value of a field."""

    def __init__(self, field: str, value: Any, rows: Sequence[Any]) -> None:
        super().__init__(rows)
        self.shared = {field: value}

    def __getitem__(self, key: Any) -> Any:
        return self.shared[key] if isinstance(key, str) else super().__getitem__(key)


class Calls(Expressions):
    """Functions, but for those that compare subjects."""

    def call(self, call: n.Call, i: int, env: Env) -> Any:
        """The value of a call."""
        name = call.function.text
        if name in self.defs:
            body = self.defs[name]
            arguments = zip(body.parameters, call.arguments, strict=True)
            return self.ev(body.body, i, {p.text: Delayed(a, env) for p, a in arguments})
        if name in ("any", "all", "none", "at_least"):
            return self.logic(name, call, i, env)
        if name in AGGREGATES:
            over = self.over_members if self.is_over_cohort(call) else self.aggregate
            return over(name, call, i, env)
        if name in ("in_a_row", "streak", "longest_streak"):
            return self.run(name, call, i, env)
        if name == "share_of":
            return self.share_of(call, i, env)
        if name == "distinct":
            return self.distinct(call, i, env)
        if name in STATISTICS:
            return self.statistic(name, call, i, env)
        if name in RANKS:
            return self.ranked(name, call, i, env)
        if name == "weighted":
            return self.weighted(call, i, env)
        if name == "present":
            return not isinstance(self.ev(call.arguments[0], i, env), Undetermined)
        return self.plain(name, call, i, env)

    def over_members(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """The value of an aggregate over the cohort."""
        raise NotImplementedError

    @staticmethod
    def is_over_cohort(call: n.Call) -> bool:
        """Whether an aggregate is over the cohort, and not over a list."""
        return any(
            isinstance(o.key, n.Name) and o.key.ident.text in ("among", "within") for o in call.options
        )

    def statistic(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """The value of a statistic."""
        raise NotImplementedError

    def ranked(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """The value of a call of the rank family."""
        raise NotImplementedError

    def option(self, call: n.Call, name: str, default: str) -> str:
        """The word given for an option, by the call or by the file."""
        for option in call.options:
            if (
                isinstance(option.key, n.Name)
                and option.key.ident.text == name
                and isinstance(option.value, n.Name)
            ):
                return option.value.ident.text
        return self.settings.get(name, default)

    def option_values(self, call: n.Call, name: str, i: int, env: Env) -> list[Any]:
        """The values of the expressions given for an option."""
        keys = [o for o in call.options if isinstance(o.key, n.Name) and o.key.ident.text == name]
        return [self.ev(o.value, i, env) for o in keys]

    def plain(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """Functions of the values of their arguments alone."""
        words = [a for a in call.arguments[2:] if name == "round" and isinstance(a, n.Name)]
        values = [self.ev(a, i, env) for a in call.arguments[: 2 if words else None]]
        if name in ("largest", "smallest"):
            values = [
                *self.elements(n.Call(call.function, call.arguments[:1], window=call.window), i, env),
                values[-1],
            ]
        if open_ := blame([*values, *self.option_values(call, "digits", i, env)]):
            return open_
        digits = int(next(iter(self.option_values(call, "digits", i, env)), 12))
        match name, values:
            case "largest" | "smallest", [*xs, k]:
                return sorted(xs, key=self.order, reverse=name == "largest")[: int(k)]
            case "round", [x, *rest]:
                mode = words[0].ident.text if words else self.option(call, "mode", self.mode)
                return bounded(round_to(x, int(rest[0]) if rest else 0, mode))
            case "abs", [x]:
                return abs(x)
            case "clamp", [x, low, high]:
                return min(max(x, low), high)
            case "sqrt", [x]:
                return root(x, digits) if x >= 0 else unknown("domain")
            case "root", [x, k]:
                return root_of(x, int(k), digits) if x >= 0 or k % 2 else unknown("domain")
            case "power", [x, k]:
                whole = k == int(k) and 0 <= k <= 100
                return bounded(x ** int(k)) if whole else unknown("domain")
            case "ln", [x]:
                return natural_logarithm(x, digits) if x > 0 else unknown("domain")
            case "log", [x, base]:
                return logarithm(x, base, digits) if x > 0 and base > 0 and base != 1 else unknown("domain")
            case "exp", [x]:
                return exponential(x, digits) if x <= 45_000 else unknown("too-big")
            case "normal_cdf", [z]:
                return normal_share(z, digits)
            case "add_months", [day, months]:
                return month_shift(day, months, self.option(call, "clamp", "end"))
            case "add_years", [day, years]:
                return month_shift(day, years * 12, self.option(call, "clamp", "end"))
            case "full_months", [a, b]:
                return Fraction(full_months(a, b))
            case "full_years", [a, b]:
                return Fraction(int(Fraction(full_months(a, b), 12)))
            case "days_between", [a, b]:
                return Fraction((b - a).days)
            case "above" | "below", [level]:
                at = self.ladder.index(level) + (1 if name == "below" else -1)
                return self.ladder[min(max(at, 0), len(self.ladder) - 1)]
            case _:
                raise AssertionError(f"no function {name}")

    def source(self, e: n.Expr, window: n.Window | None, i: int, env: Env) -> Any:
        """A list, or a series cut to a window; anything else as it is."""
        value = self.ev(e, i, env)
        return (
            [value.at(label) for label in self.labels(value.unit, window)]
            if isinstance(value, Series)
            else value
        )

    def pairs(self, call: n.Call, i: int, env: Env) -> list[tuple[Any, Any]] | Undetermined:
        """What an aggregate works on: pairs of condition and value; undetermined where the list itself is."""
        if call.generator is None:
            values = [self.source(a, call.window, i, env) for a in call.arguments]
            if len(values) == 1 and isinstance(values[0], list):
                values = values[0]
            return [(True, value) for value in values]
        generator = call.generator
        xs = self.source(generator.source, call.window, i, env)
        if isinstance(xs, Undetermined):
            return xs
        if generator.key is not None:
            xs = self.grouped(xs, generator.key.text)
        if isinstance(xs, Undetermined):
            return xs
        found = []
        for ago, x in zip(reversed(range(len(xs))), xs, strict=True):
            inner = {**env, generator.variable.text: x}
            if generator.ago is not None:
                inner[generator.ago.text] = Fraction(ago)
            condition = True if generator.condition is None else self.ev(generator.condition, i, inner)
            found.append((condition, self.ev(generator.item, i, inner) if condition is not False else None))
        return [(condition, value) for condition, value in found if condition is not False]

    @staticmethod
    def grouped(rows: Sequence[Any], field: str) -> list[Any] | Undetermined:
        """The rows taken together by equal values of a field; not known where a row has no value."""
        if open_ := blame(row[field] for row in rows):
            return open_
        values = unique([row[field] for row in rows])
        return [Group(field, value, [row for row in rows if row[field] == value]) for value in values]

    def distinct(self, call: n.Call, i: int, env: Env) -> Any:
        """The different elements, each once."""
        values = self.elements(call, i, env)
        return blame(values) or unique(values)

    def verdicts(self, call: n.Call, i: int, env: Env) -> list[Any] | Undetermined:
        """Whether a condition holds, for each element in order; open, too, where the element may not belong."""
        pairs = self.pairs(call, i, env)
        return pairs if isinstance(pairs, Undetermined) else [v if c is True else c for c, v in pairs]

    def share_of(self, call: n.Call, i: int, env: Env) -> Any:
        """The share of the elements for which a condition is true."""
        verdicts = self.verdicts(call, i, env)
        if isinstance(verdicts, Undetermined):
            return verdicts
        if not verdicts:
            return unknown("empty")
        return blame(verdicts) or Fraction(sum(verdicts), len(verdicts))

    def run(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """streak, longest_streak, in_a_row: open where the best and the worst case of open periods differ."""
        least = self.ev(call.arguments[0], i, env) if name == "in_a_row" else Fraction(0)
        verdicts = self.verdicts(attrs.evolve(call, arguments=()), i, env)
        if open_ := blame([least, verdicts]):
            return open_
        assert isinstance(verdicts, list)
        gap = self.option(call, "gap", "unknown")
        if gap == "skip":
            verdicts = [v for v in verdicts if not isinstance(v, Undetermined)]

        def count(holds: list[bool]) -> Fraction | bool:
            lengths = [len(part) for part in "".join("x" if v else " " for v in holds).split(" ")]
            if name == "in_a_row":
                return max(lengths) >= least
            return Fraction(lengths[-1] if name == "streak" else max(lengths))

        worst = count([v is True for v in verdicts])
        best = count([v is not False for v in verdicts])
        return worst if gap == "break" or worst == best else blame(verdicts)

    def elements(self, call: n.Call, i: int, env: Env) -> list[Any]:
        """The values an aggregate works on; one that may not belong to it is undetermined."""
        pairs = self.pairs(call, i, env)
        if isinstance(pairs, Undetermined):
            return [pairs]
        return [value if condition is True else condition for condition, value in pairs]

    def logic(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """any, all, none, at_least: an element whose condition is open counts as condition and value."""
        least, arguments = Fraction(1), call.arguments
        if name == "at_least":
            least, arguments = self.ev(arguments[0], i, env), arguments[1:]
            if isinstance(least, Undetermined):
                return least
        pairs = self.pairs(attrs.evolve(call, arguments=arguments), i, env)
        if isinstance(pairs, Undetermined):
            return pairs
        if name == "all":
            either = [
                v if c is True else self.kleene([c, v], True, i) if v is True else blame([c, v])
                for c, v in pairs
            ]
            return self.kleene(either, False, i)
        values = [v if c is True else self.kleene([c, v], False, i) for c, v in pairs]
        sure, open_ = sum(v is True for v in values), blame(values)
        if open_ is None or sure >= least or sum(v is not False for v in values) < least:
            self.absorbed[i] |= open_.causes if open_ else set()
            return (sure >= least) is not (name == "none")
        return open_

    def aggregate(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """count, sum, mean, min, max."""
        if name == "count":
            pairs = self.pairs(call, i, env)
            if isinstance(pairs, Undetermined):
                return pairs
            if call.generator is None and not isinstance(
                self.source(call.arguments[0], call.window, i, env), list
            ):
                return pairs[0][1]  # the list itself is not known
            return blame(condition for condition, _ in pairs) or Fraction(len(pairs))
        values = self.elements(call, i, env)
        if open_ := blame(values):
            return open_
        if name == "sum":
            return self.total(values)
        if not values:
            return unknown("empty")
        if name == "mean":
            return bounded(sum(values, Fraction(0)) / len(values))
        return (min if name == "min" else max)(values, key=self.order)

    def is_list(self, e: n.Expr) -> bool:
        """Whether an expression is a list or a series for certain, whatever the data."""
        match e:
            case n.Name(ident=ident) if ident.text in self.inputs:
                field = self.inputs[ident.text]
                return bool(field.unit) or field.type.name == "list"
            case n.Name(ident=ident) if ident.text in self.defines:
                return self.is_list(self.defines[ident.text])
            case n.Attribute(field=field):
                fields = [f for record in self.records.values() for f in record if f.ident.text == field.text]
                return any(f.unit or f.type.name == "list" for f in fields)
            case n.Call(function=function):
                return function.text in ("largest", "smallest", "distinct")
            case _:
                return isinstance(e, n.ListExpr)

    def weighted(self, call: n.Call, i: int, env: Env) -> Any:
        """The weighted sum of the parts, or of those that are present, with their weights stretched to the whole."""
        parts = [o for o in call.options if not (isinstance(o.key, n.Name) and o.key.ident.text == "missing")]
        weights = [self.ev(o.value, i, env) for o in parts]
        values = [self.ev(o.key, i, env) for o in parts]
        stretch: Any = Fraction(1)
        if (
            self.option(attrs.evolve(call), "missing", "undetermined") == "redistribute"
            and blame(weights) is None
        ):
            kept = [(w, v) for w, v in zip(weights, values, strict=True) if not isinstance(v, Undetermined)]
            present = sum((w for w, _ in kept), Fraction(0))
            if present:
                stretch, weights, values = sum(weights) / present, [w for w, _ in kept], [v for _, v in kept]
        if open_ := blame([*weights, *values]):
            return open_
        return self.total([stretch * w * v for w, v in zip(weights, values, strict=True)])
