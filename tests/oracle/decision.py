"""From values to a level."""

from collections.abc import Sequence
from typing import Any

from oracle.cohort import Cohort
from oracle.values import Undetermined
from tierlang.syntax import nodes as n


class Oracle(Cohort):
    """A scheme with its data, ready to be asked for the result of each subject."""

    def result(self, i: int) -> dict[str, Any]:
        """The result of subject *i*: every outcome that is still possible, and the one if there is only one."""
        requires = [(s, self.ev(s.condition, i, {})) for s in self.all(n.Require)]
        names = [*self.defines, *self.adjusts, *(["bonuses", "deductions"] if self.adjusts else [])]
        values = {name: self.value(name, i) for name in names}
        outcomes = self.levels(requires, i)
        for limit in sorted(self.all(n.Limit), key=lambda s: s.kind):  # caps, then floors
            bound = {self.bound(level, limit) for level in outcomes}
            outcomes = self.choose(self.ev(limit.condition, i, {}), bound, outcomes)
        vetoed = self.kleene([self.ev(s.condition, i, {}) for s in self.all(n.Veto)], True, i)
        outcomes = self.choose(vetoed, {"-vetoed"}, outcomes)
        outcomes = self.choose(self.value("eligible", i), outcomes, {"-ineligible"})
        levels = sorted((o for o in outcomes if o in self.ladder), key=self.order)
        sure = next(iter(outcomes)) if len(outcomes) == 1 else "-undetermined"
        rated = sure in self.ladder
        return {
            "id": self.rows[i]["id"],
            "status": "rated" if rated else sure.removeprefix("-"),
            "tier": sure if rated else None,
            "at_least": levels[0] if levels and len(levels) == len(outcomes) else None,
            "at_most": levels[-1] if levels else None,
            "values": values,
            "failed": [s.ident.text for s, holds in requires if holds is False and s.ident],
            "absorbed": self.absorbed[i],
        }

    def levels(self, requires: Sequence[tuple[n.Require, Any]], i: int) -> set[str]:
        """The levels that may be the highest whose requirements and own condition hold."""
        rules = {s.level.text: s for s in self.all(n.Tier)}
        possible = set()
        for level in self.ladder:
            rule = rules.get(level)
            if rule is None or rule.mode == "never":
                continue
            wanted = [h for s, h in requires if not s.levels or level in [x.text for x in s.levels]]
            own = [] if rule.condition is None else [self.ev(rule.condition, i, {})]
            holds = True if rule.mode == "otherwise" else self.kleene([*wanted, *own], False, i)
            if holds is not False:
                possible.add(level)
            if holds is True:
                return possible
        return possible | {"-unrated"}

    def bound(self, level: str, limit: n.Limit) -> str:
        """A level under a cap or a floor; no level is below every level."""
        height = self.order(level) if level in self.ladder else -len(self.ladder)
        pick = min if limit.kind == "cap" else max
        chosen = pick(height, self.order(limit.level.text))
        return level if chosen == height else limit.level.text

    @staticmethod
    def choose(condition: Any, yes: set[str], no: set[str]) -> set[str]:
        """The outcomes that remain possible under a condition."""
        return yes | no if isinstance(condition, Undetermined) else yes if condition else no
