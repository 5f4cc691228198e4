"""The static bound of cost, from declared maxima (language reference, Cost): printed by `tier check`, held by every run."""

from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.check.model import Assessment, CheckedScheme
from tierlang.check.order import is_cohort_call
from tierlang.diagnostics.model import Findings
from tierlang.periods import unit_of
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import children, walk
from tierlang.types import ListType, SeriesType, Type

MAX_LOOP_PRODUCT = 100_000_000
"""Rounds of generators inside one another, by their declared maxima."""

MAX_COHORT_CALLS = 64
"""Calls over the cohort in one scheme; each is one sort."""

_DAYS = {"day": 1, "month": 28, "quarter": 90, "half": 181, "year": 365, "fiscal year": 365}
_MOST_DAYS = {"day": 1, "month": 31, "quarter": 92, "half": 184, "year": 366, "fiscal year": 366}


@attrs.frozen
class CostBound:
    """
    What one run can cost at most, in cost units.

    Attributes:
        per_subject: for one member of the cohort.
        members: how many members there can be.
    """

    per_subject: int
    members: int

    @property
    def total(self) -> int:
        """For the whole cohort."""
        return self.per_subject * self.members


def cost_bound(scheme: CheckedScheme) -> CostBound:
    """The bound of a checked scheme; a cohort without a declared maximum counts as one member."""
    members = scheme.cohort_maximum or 1
    sizes = _Sizes(scheme.expression_types, scheme.assessment)
    units = sum(sizes.cost(expr) for expr in _expressions(scheme))
    calls = [c for e in _expressions(scheme) for c in walk(e) if is_cohort_call(c, scheme.expression_types)]
    keys = sum(
        sizes.cost(call) for call in calls
    )  # computed before the sort, apart from the expression around them
    return CostBound(units + keys + len(calls) * (1 + members.bit_length()), members)


def _expressions(scheme: CheckedScheme) -> list[n.Expr]:
    amounts = [e for d in scheme.definitions.values() for e in (d.value, d.maximum) if e is not None]
    conditions = [rule.condition for rule in scheme.rules]
    return [
        *amounts,
        *conditions,
        *(level.condition for level in scheme.ladder if level.condition is not None),
    ]


@attrs.frozen
class _Sizes:
    types: Mapping[int, Type]
    assessment: Assessment

    def cost(self, expr: n.Node) -> int:
        """Cost units of one expression, every loop as long as it may be."""
        total = 0
        stack: list[tuple[n.Node, int, n.Window | None]] = [(expr, 1, None)]
        while stack:
            node, times, window = stack.pop()
            total += times
            if isinstance(node, n.Generator):
                rounds = times * self.length(node.source, window)
                total += rounds
                inside = [node.item, *([node.condition] if node.condition is not None else [])]
                stack += [(part, rounds, None) for part in inside]
                stack.append((node.source, times, None))
            elif isinstance(node, n.Call):
                stack += [(part, times, node.window) for part in children(node)]
                total += times * sum(1 + self.length(a, node.window) for a in node.arguments)
            else:
                stack += [(part, times, None) for part in children(node)]
        return total

    def length(self, expr: n.Expr, window: n.Window | None) -> int:
        """How many elements a list or a series over a window can have; 0 for one value."""
        kind = self.types.get(id(expr))
        if isinstance(kind, ListType):
            return kind.maximum or 0
        if isinstance(kind, SeriesType):
            return self._days(window) // _DAYS[kind.unit] + 1
        return 0

    def _days(self, window: n.Window | None) -> int:
        match window:
            case n.LastWindow(count=count, unit=unit):
                return count * _MOST_DAYS[unit]
            case n.ThisWindow(unit=unit) | n.PreviousWindow(unit=unit):
                return _MOST_DAYS[unit]
            case n.PeriodWindow(label=label):
                return _MOST_DAYS[unit_of(label) or "year"]
            case _:
                if self.assessment.window is not None:
                    return self._days(self.assessment.window)
                return _MOST_DAYS[self.assessment.unit or "day"]


def check_cost(
    exprs: list[n.Expr], types: Mapping[int, Type], assessment: Assessment, findings: Findings
) -> None:
    """Report generators whose rounds multiply beyond the bound, and too many calls over the cohort."""
    sizes = _Sizes(types, assessment)
    for expr in exprs:
        _check_rounds(expr, sizes, findings)
    calls = {id(node): node for expr in exprs for node in walk(expr) if is_cohort_call(node, types)}
    for node in list(calls.values())[MAX_COHORT_CALLS : MAX_COHORT_CALLS + 1]:
        findings.add("E-COHORT-CALLS", node.span, count=len(calls), limit=MAX_COHORT_CALLS)


def _check_rounds(expr: n.Node, sizes: _Sizes, findings: Findings) -> None:
    """Report the first generator inside others at which their rounds multiply beyond the bound."""
    stack: list[tuple[n.Node, int]] = [(expr, 1)]
    while stack:
        node, rounds = stack.pop()
        if isinstance(node, n.Call) and node.generator is not None:
            inside = rounds * max(1, sizes.length(node.generator.source, node.window))
            if inside > MAX_LOOP_PRODUCT:
                findings.add("E-COST", node.span, bound=inside, limit=MAX_LOOP_PRODUCT)
                return
            stack += [(part, rounds) for part in children(node) if part is not node.generator]
            stack.append((node.generator.source, rounds))
            parts = (node.generator.item, node.generator.condition)
            stack += [(part, inside) for part in parts if part is not None]
        else:
            stack += [(part, rounds) for part in children(node)]
