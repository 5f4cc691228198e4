"""The static bound of cost, from declared maxima (language reference, Cost): printed by `tier check`, held by every run."""

from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.check.model import Assessment, CheckedScheme
from tierlang.check.order import is_cohort_call
from tierlang.diagnostics.model import Findings
from tierlang.periods import unit_of
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import Nodes, children, walk
from tierlang.types import ListType, SeriesType, Type

MAX_LOOP_PRODUCT = 100_000_000
"""Rounds of generators inside one another, by their declared maxima."""

MAX_COHORT_CALLS = 64
"""Calls over the cohort in one scheme; each is one sort."""

_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "half": 181, "year": 365, "fiscal year": 365}
_MOST_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half": 184, "year": 366, "fiscal year": 366}


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
    units = sum(sizes.cost(expr) for expr in scheme.expressions)
    calls = [c for e in scheme.expressions for c in walk(e) if is_cohort_call(c, scheme.expression_types)]
    keys = sum(
        sizes.cost(call) for call in calls
    )  # computed before the sort, apart from the expression around them
    return CostBound(units + keys + len(calls) * (1 + members.bit_length()), members)


@attrs.frozen
class _Sizes:
    types: Mapping[int, Type]
    assessment: Assessment

    def cost(self, expr: n.Node) -> int:
        """Cost units of one expression, every loop as long as it may be."""
        total = 0
        stack: list[tuple[n.Node, int, n.Window | None, frozenset[str]]] = [(expr, 1, None, frozenset())]
        while stack:
            node, times, window, entered = stack.pop()
            total += times
            if isinstance(node, n.Generator):
                length, inner = self.rounds(node.source, window, entered)
                rounds = times * length
                total += rounds
                inside = [node.item, *([node.condition] if node.condition is not None else [])]
                stack += [(part, rounds, None, inner) for part in inside]
                stack.append((node.source, times, None, entered))
            elif isinstance(node, n.Call):
                stack += [(part, times, node.window, entered) for part in children(node)]
                total += times * sum(1 + self.rounds(a, node.window, entered)[0] for a in node.arguments)
            else:
                stack += [(part, times, None, entered) for part in children(node)]
        return total

    def rounds(
        self, source: n.Expr, window: n.Window | None, entered: frozenset[str]
    ) -> tuple[int, frozenset[str]]:
        """
        How many rounds a loop over *source* can have on average, and the groups entered inside it.

        All groups of a list together have its rows: the first loop over one counts 1 for each group, since the loop
        over the groups counts as many as there are rows. A second one inside it counts in full.
        """
        kind = self.types.get(id(source))
        if isinstance(source, n.Name) and isinstance(kind, ListType) and kind.key is not None:
            name = source.ident.text
            return (1, entered | {name}) if name not in entered else (kind.maximum or 0, entered)
        return self.length(source, window), entered

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
    exprs: list[n.Expr], inside: Nodes, types: Mapping[int, Type], assessment: Assessment, findings: Findings
) -> None:
    """
    Report generators whose rounds multiply beyond the bound, and too many calls over the cohort.

    Args:
        inside: what *exprs* hold, and perhaps more.
    """
    sizes = _Sizes(types, assessment)
    for expr in exprs if inside.of(n.Generator) else ():
        _check_rounds(expr, sizes, findings)
    if sum(is_cohort_call(call, types) for call in inside.of(n.Call)) <= MAX_COHORT_CALLS:
        return
    calls = {id(node): node for expr in exprs for node in walk(expr) if is_cohort_call(node, types)}
    for node in list(calls.values())[MAX_COHORT_CALLS : MAX_COHORT_CALLS + 1]:
        findings.add("E-COHORT-CALLS", node.span, count=len(calls), limit=MAX_COHORT_CALLS)


def _check_rounds(expr: n.Node, sizes: _Sizes, findings: Findings) -> None:
    """Report the first generator inside others at which their rounds multiply beyond the bound."""
    stack: list[tuple[n.Node, int, frozenset[str]]] = [(expr, 1, frozenset())]
    while stack:
        node, rounds, entered = stack.pop()
        if isinstance(node, n.Call) and node.generator is not None:
            length, inner = sizes.rounds(node.generator.source, node.window, entered)
            inside = rounds * max(1, length)
            if inside > MAX_LOOP_PRODUCT:
                findings.add("E-COST", node.span, bound=inside, limit=MAX_LOOP_PRODUCT)
                return
            stack += [(part, rounds, entered) for part in children(node) if part is not node.generator]
            stack.append((node.generator.source, rounds, entered))
            parts = (node.generator.item, node.generator.condition)
            stack += [(part, inside, inner) for part in parts if part is not None]
        else:
            stack += [(part, rounds, entered) for part in children(node)]
