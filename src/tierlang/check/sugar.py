"""Puts the short forms of the language in terms of the long ones, so that everything after this knows fewer."""

from collections.abc import Iterator

import attrs

from tierlang.check.expand import rebuild
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk


def plain(statement: n.Statement) -> Iterator[n.Statement]:
    """The statements that a statement stands for: one for each level, and no ramps."""
    if any(isinstance(node, n.Ramp) for node in walk(statement)):
        statement = rebuild(statement, _without_ramps)
    if isinstance(statement, n.Tier) and statement.others:
        for level in (statement.level, *statement.others):
            yield _about(level, statement)
    elif isinstance(statement, n.Tier):
        yield _about(statement.level, statement)
    else:
        yield statement


def _about(level: n.Ident, rule: n.Tier) -> n.Tier:
    """The rule for one of its levels, with that level in place of `tier`."""

    def change(node: n.Node) -> n.Node:
        return n.Name(level, span=node.span) if isinstance(node, n.ThisLevel) else node

    one = attrs.evolve(rule, level=level, others=())
    if not any(isinstance(node, n.ThisLevel) for node in walk(one)):
        return one
    return rebuild(one, change)


def _without_ramps(node: n.Node) -> n.Node:
    if not isinstance(node, n.Band):
        return node
    arms = tuple(_without_ramp(arm, node.subject) for arm in node.arms)
    return attrs.evolve(node, arms=arms)


def _without_ramp(arm: n.Arm, subject: n.Expr) -> n.Arm:
    """``a..b => p..q`` as ``a..b => if a == b then p else p + (x - a) / (b - a) * (q - p)``."""
    if not isinstance(arm.value, n.Ramp):
        return arm
    assert isinstance(arm.pattern, n.Between)
    low, high, span = arm.pattern.low, arm.pattern.high, arm.value.span
    first, last = arm.value.low, arm.value.high

    def less(left: n.Expr, right: n.Expr) -> n.Expr:
        return n.Sum((left, right), ("-",), span=span)

    way = n.Product((less(subject, low), less(high, low), less(last, first)), ("/", "*"), span=span)
    ramp = n.Sum((first, way), ("+",), span=span)
    same = n.Compare((low, high), ("==",), span=span)
    return attrs.evolve(arm, value=n.If(same, first, ramp, span=span))
