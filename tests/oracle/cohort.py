"""Functions that compare the subjects of a cohort: by double loops over the definitions of place."""

import datetime
from fractions import Fraction
from math import ceil, floor
from typing import Any

import attrs

from oracle.calls import Calls
from oracle.data import Env
from oracle.values import Undetermined, blame, bounded, quantile, root, round_to, unknown
from tierlang.syntax import nodes as n


class Cohort(Calls):
    """The rank family and the statistics."""

    def gate(self, call: n.Call) -> n.Expr | None:
        """The condition given for ``among``, None where it is one of the words."""
        given = next(
            (o.value for o in call.options if isinstance(o.key, n.Name) and o.key.ident.text == "among"), None
        )
        words = isinstance(given, n.Name) and given.ident.text in ("eligible", "all")
        return None if words else given

    def belongs(self, call: n.Call, j: int, env: Env) -> Any:
        """Whether subject *j* is one of those whom a call is about."""
        gate = self.gate(call)
        if gate is None:
            return True if self.option(call, "among", "eligible") == "all" else self.value("eligible", j)
        both = [self.value("eligible", j), self.ev(gate, j, env)]
        self.left_out |= both[0] is True and isinstance(both[1], Undetermined)
        return False if False in both else blame(both) or True

    def group(self, call: n.Call, i: int, env: Env) -> list[int] | Undetermined:
        """Who is compared with subject *i*: by ``among`` and ``within``."""
        everybody = [j for j in range(len(self.rows)) if self.belongs(call, j, env) is True]
        keys = {j: self.option_values(call, "within", j, env) for j in {*everybody, i}}
        return blame(keys[i]) or [j for j in everybody if keys[j] == keys[i]]

    def ranked(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """The rank family, by the definitions of place; of those who pass a condition, ``top`` is false for others."""
        if name == "top" and self.gate(call) is not None:
            member = self.belongs(call, i, env)
            if member is not True:
                return member
        x, *others = call.arguments
        arguments = [self.ev(a, i, env) for a in others]
        group = self.group(call, i, env)
        if open_ := blame([group, *arguments]):
            return open_
        assert isinstance(group, list)
        last = self.option(call, "missing", "exclude") == "last"
        sign = 1 if self.option(call, "best", "high") == "high" else -1

        def key(j: int) -> tuple[Any, ...]:
            """Greater is better; what is not known is worse than everything."""
            parts = [self.ev(x, j, env), *self.option_values(call, "then", j, env)]
            shown = [self._number(v) for v in parts]
            return tuple((0, 0) if isinstance(v, Undetermined) else (1, sign * v) for v in shown)

        if i not in group:
            return unknown("not-ranked", str(self.rows[i]["id"]))
        own = self.ev(x, i, env)
        if isinstance(own, Undetermined) and not last:
            return own
        keys = {j: key(j) for j in group if last or not isinstance(self.ev(x, j, env), Undetermined)}
        size, mine = len(keys), keys[i]
        better = [k for k in keys.values() if k > mine]
        least, most = 1 + len(better), sum(k >= mine for k in keys.values())
        place = {
            "min": Fraction(least),
            "max": Fraction(most),
            "avg": Fraction(least + most, 2),
            "dense": Fraction(1 + len(set(better))),
        }[self.option(call, "ties", "min")]
        match name:
            case "place":
                return place
            case "rank":
                return size + 1 - place
            case "scaled_rank":
                return arguments[0] * (size + 1 - place) / size
            case "top_share":
                return place / size
            case "percent_rank":
                return Fraction(1) if size == 1 else (size - place) / (size - 1)
            case "cume_share":
                return Fraction(size - len(better), size)
            case "better_share":
                return Fraction(len(better), size)
            case "minmax":
                low, high = arguments
                known = [k[0][1] for k in keys.values() if k[0][0]]
                if not mine[0][0]:
                    return low
                worst, best = min(known), max(known)
                return high if best == worst else low + (high - low) * (mine[0][1] - worst) / (best - worst)
            case _:
                wanted = arguments[0]
                counting = {"floor": floor, "ceil": ceil, "half_up": lambda v: round_to(v, 0, "half_up")}
                if (how := self.option(call, "count", "")) in counting:
                    wanted = counting[how](wanted * size)
                return (most if self.option(call, "at_tie", "include") == "exclude" else place) <= wanted

    def _number(self, value: Any) -> Any:
        """A determined value that is ordered, as a number."""
        value = self.order(value)
        return Fraction(value.toordinal()) if isinstance(value, datetime.date) else value

    def over_members(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """count, sum, mean, min, max of the members that have a value."""
        group = self.group(call, i, env)
        if isinstance(group, Undetermined):
            return group
        if name == "count" and not call.arguments:
            return Fraction(len(group))
        cohort = [self.ev(call.arguments[0], j, env) for j in group]
        values = [v for v in cohort if not isinstance(v, Undetermined)]
        match name:
            case "count":
                return Fraction(len(values))
            case "sum":
                return self.total(values)
            case _ if not values:
                return unknown("empty")
            case "mean":
                return bounded(sum(values, Fraction(0)) / len(values))
            case _:
                return (min if name == "min" else max)(values, key=self.order)

    def of_a_list(self, call: n.Call) -> bool:
        """Whether a call is about a list of one subject, and not about the cohort."""
        return call.generator is not None or self.is_list(call.arguments[0])

    def statistic(self, name: str, call: n.Call, i: int, env: Env) -> Any:
        """median, quantile, variance, stddev, zscore: of a list, or of the determined values of the cohort."""
        rest = [
            *(self.ev(a, i, env) for a in call.arguments[1:]),
            *self.option_values(call, "digits", i, env),
        ]
        if self.of_a_list(call):
            values = self.elements(attrs.evolve(call, arguments=call.arguments[:1]), i, env)
        else:
            group = self.group(call, i, env)
            if isinstance(group, Undetermined):
                return group
            own = self.ev(call.arguments[0], i, env)
            if name == "zscore" and isinstance(own, Undetermined):
                return own
            cohort = [self.ev(call.arguments[0], j, env) for j in group]
            values = [v for v in cohort if not isinstance(v, Undetermined)]
        if open_ := blame([*values, *rest]):
            return open_
        if not values:
            return unknown("empty")
        values.sort()
        match name:
            case "median":
                return quantile(values, Fraction(1, 2), "sas5")
            case "quantile":
                return quantile(values, rest[0], self.option(call, "method", "nearest"))
        sample = self.option(call, "of", "population") == "sample"
        if len(values) == 1 and sample:
            return unknown("empty")
        mean = sum(values) / len(values)
        variance = sum((v - mean) ** 2 for v in values) / (len(values) - sample)
        digits = int(next(iter(self.option_values(call, "digits", i, env)), 12))
        if name == "variance":
            return bounded(variance)
        if name == "stddev":
            return root(variance, digits)
        if variance == 0:
            return unknown("div-zero")
        distance = own - mean
        return root(distance**2 / variance, digits) * (-1 if distance < 0 else 1)
