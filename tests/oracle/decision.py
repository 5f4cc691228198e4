"""From values to a level."""

from collections.abc import Sequence
from typing import Any

from oracle.cohort import Cohort
from oracle.values import Undetermined, blame
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk

RANKS = ("rank", "place", "scaled_rank", "top_share", "percent_rank", "cume_share", "minmax", "top")
STATISTICS = ("median", "quantile", "stddev", "zscore")


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
        if not self.ladder and sure == "-unrated":
            sure = self.without_levels(requires, values, i)
        rated = sure in self.ladder
        return {
            "id": self.rows[i]["id"],
            "status": "rated" if rated else sure.removeprefix("-"),
            "tier": sure if rated else None,
            "at_least": levels[0] if levels and len(levels) == len(outcomes) else None,
            "at_most": levels[-1] if levels else None,
            "values": values,
            "failed": self.failed(requires, sure, i),
            "provisional": self.waiting() and self.value("eligible", i) is True,
            "assumed": [
                name for name, field in self.inputs.items() if self.is_assumed(field, self.rows[i].get(name))
            ],
            "absorbed": self.absorbed[i],
        }

    def failed(self, requires: Sequence[tuple[n.Require, Any]], sure: str, i: int) -> list[str]:
        """The rules that are against a subject, by name, or by kind and place where they have none."""
        if sure == "-ineligible":
            gates = [f"missing {name}" for name in self.gates() if self.rows[i].get(name) is None]
            return [
                *gates,
                *(self.title(s) for s in self.all(n.Eligible) if self.ev(s.condition, i, {}) is False),
            ]
        if sure == "-vetoed":
            return [self.title(s) for s in self.all(n.Veto) if self.ev(s.condition, i, {}) is True]
        return [self.title(s) for s, holds in requires if holds is False]

    def title(self, rule: Any) -> str:
        """The name of a rule, or its kind and place."""
        line, column = self.file_text.position(rule.span.start)
        named = getattr(rule, "ident", None)
        return named.text if named else f"{type(rule).__name__.lower()}@{line}:{column}"

    def without_levels(
        self, requires: Sequence[tuple[n.Require, Any]], values: dict[str, Any], i: int
    ) -> str:
        """A scheme without levels rates whoever meets its requirements, once all that no other value uses is known."""
        bodies = [s for s in self.statements if isinstance(s, n.Define | n.Adjust)]
        used = {node.ident.text for s in bodies for node in walk(s) if isinstance(node, n.Name)}
        kinds = {"bonus": "bonuses" in used, "deduct": "deductions" in used}
        ends = [
            s.ident.text
            for s in bodies
            if s.ident.text not in used and not kinds.get(getattr(s, "kind", ""), False)
        ]
        needed = self.kleene([holds for _, holds in requires], False, i)
        if needed is False:
            return "-unrated"
        return "-rated" if blame([needed, *(values[name] for name in ends)]) is None else "-undetermined"

    def waiting(self) -> bool:
        """Whether a member whose eligibility is open is left out of something that compares the eligible."""
        nodes = [node for s in self.statements if not isinstance(s, n.Example) for node in walk(s)]
        calls = [c for c in nodes if isinstance(c, n.Call) and c.function.text in (*RANKS, *STATISTICS)]
        open_ = any(isinstance(self.value("eligible", j), Undetermined) for j in range(len(self.rows)))
        return open_ and any(
            self.option(c, "among", "eligible") == "eligible" for c in calls if not self.of_a_list(c)
        )

    @staticmethod
    def is_assumed(field: n.FieldDecl, raw: Any) -> bool:
        """Whether an input that is absent takes a declared value."""
        policy = field.policy
        words = ("unknown", "ineligible", "reject")
        return (
            raw is None
            and policy is not None
            and not (isinstance(policy, n.Name) and policy.ident.text in words)
        )

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
