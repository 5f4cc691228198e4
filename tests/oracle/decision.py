"""From values to a level."""

import datetime
from collections.abc import Sequence
from typing import Any

from oracle.calls import AGGREGATES, RANKS, STATISTICS
from oracle.cohort import Cohort
from oracle.expressions import THIS_LEVEL
from oracle.values import Undetermined, blame, unknown
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk

NO_OVERRIDE = {"override": None, "reason": None}


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
        by_rules = self.gated(self.choose(vetoed, {"-vetoed"}, outcomes), i)
        decided, override = self.overridden(self.choose(vetoed, {"-vetoed"}, outcomes), i)
        outcomes = self.gated(decided, i)
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
            "computed": next(iter(by_rules & set(self.ladder)), None) if len(by_rules) == 1 else None,
            **(override if self.value("eligible", i) is True else NO_OVERRIDE),
            "values": values,
            "failed": self.failed(requires, sure, i),
            "assumed": [
                name for name, field in self.inputs.items() if self.is_assumed(field, self.rows[i].get(name))
            ],
            "absorbed": self.absorbed[i],
        }

    def gated(self, outcomes: set[str], i: int) -> set[str]:
        """The outcomes of somebody who may not be eligible."""
        return self.choose(self.value("eligible", i), outcomes, {"-ineligible"})

    def overridden(self, outcomes: set[str], i: int) -> tuple[set[str], dict[str, Any]]:
        """The outcomes under the override, and what the result says of it where it is in force."""
        override = next(iter(self.all(n.Override)), None)
        level = unknown("missing") if override is None else self.ev(override.level, i, {})
        if override is None or isinstance(level, Undetermined):
            return outcomes, NO_OVERRIDE
        start, end = (None if e is None else self.ev(e, i, {}) for e in (override.start, override.end))
        today = self.last_day
        assert today is not None or start is end is None
        tests = [
            not isinstance(start, datetime.date) or start <= today,
            not isinstance(end, datetime.date) or today <= end,
            True if override.condition is None else self.ev(override.condition, i, {}),
        ]
        in_force = self.kleene(tests, False, i)
        if in_force is False:
            return outcomes, NO_OVERRIDE
        reason = self.ev(override.reason, i, {})
        shown = {level} if not isinstance(reason, Undetermined) else {level, "-undetermined", "-unpublished"}
        if isinstance(in_force, Undetermined) or isinstance(reason, Undetermined):
            return self.choose(in_force, shown, outcomes), NO_OVERRIDE
        named = "override" if override.ident is None else override.ident.text
        return shown, {"override": named, "reason": reason}

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
        if named is None and isinstance(rule.condition, n.Name):
            return rule.condition.ident.text
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

    def provisional(self, i: int) -> bool:
        """Whether the places of subject *i* may still move; to be asked when all results are known."""
        return self.waiting() and self.value("eligible", i) is True

    def waiting(self) -> bool:
        """Whether somebody of whom it is open if he is a member is left out of something that compares members."""
        open_ = any(isinstance(self.value("eligible", j), Undetermined) for j in range(len(self.rows)))
        calls = [c for c in self.cohort_calls() if self.option(c, "among", "eligible") == "eligible"]
        return self.left_out or (open_ and bool(calls))

    def cohort_calls(self) -> list[n.Call]:
        """The calls that compare the subjects."""
        nodes = [node for s in self.statements if not isinstance(s, n.Example) for node in walk(s)]
        calls = [c for c in nodes if isinstance(c, n.Call)]
        return [
            c
            for c in calls
            if c.function.text in RANKS
            or (c.function.text in STATISTICS and not self.of_a_list(c))
            or (c.function.text in AGGREGATES and self.is_over_cohort(c))
        ]

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
        rules = {ident.text: s for s in self.all(n.Tier) for ident in (s.level, *s.others)}
        possible = set()
        for level in self.ladder:
            rule = rules.get(level)
            if rule is None or rule.mode == "never":
                continue
            wanted = [h for s, h in requires if not s.levels or level in [x.text for x in s.levels]]
            own = [] if rule.condition is None else [self.ev(rule.condition, i, {THIS_LEVEL: level})]
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
