"""CheckedScheme → Plan: cohort calls pulled out in front of what needs them, everything in order of computation."""

from collections.abc import Iterator

from tierlang.check.model import CheckedScheme
from tierlang.check.order import ELIGIBLE, is_cohort_call
from tierlang.plan.steps import Compute, Decide, Gate, OverCohort, Plan, Step
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk


def lower(scheme: CheckedScheme) -> Plan:
    """The plan of a checked scheme."""
    return Plan((*_definitions(scheme), *_decision(scheme)))


def _definitions(scheme: CheckedScheme) -> Iterator[Step]:
    for name in scheme.order:
        if name == ELIGIBLE:
            gates = scheme.rules_of("eligible")
            for rule in gates:
                yield from _cohort_calls(scheme, rule.condition, rule.id)
            yield Gate(gates)
        elif name in scheme.definitions:
            definition = scheme.definitions[name]
            yield from _cohort_calls(scheme, definition.value, name)
            if definition.maximum is not None:
                yield from _cohort_calls(scheme, definition.maximum, name)
            yield Compute(definition)


def _decision(scheme: CheckedScheme) -> Iterator[Step]:
    for rule in scheme.rules:
        if rule.kind != "eligible":
            yield from _cohort_calls(scheme, rule.condition, rule.id)
    for level in scheme.ladder:
        if level.condition is not None:
            yield from _cohort_calls(scheme, level.condition, f"tier {level.name}")
    if scheme.override is not None:
        for expr in scheme.override.expressions:
            yield from _cohort_calls(scheme, expr, scheme.override.name)
    yield Decide()


def _cohort_calls(scheme: CheckedScheme, expr: n.Expr, subject: str) -> Iterator[Step]:
    """The calls over the cohort in an expression, inner ones first."""
    calls = [node for node in walk(expr) if is_cohort_call(node, scheme.expression_types)]
    seen: set[int] = set()
    for call in reversed(calls):
        assert isinstance(call, n.Call)
        if id(call) not in seen:
            seen.add(id(call))
            yield OverCohort(call, subject)
