"""Puts a rule for several levels in terms of one for each, so that everything after this knows only those."""

from collections.abc import Iterator

from tierlang import quickattrs as attrs
from tierlang.check.expand import rebuild
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk


def plain(statement: n.Statement) -> Iterator[n.Statement]:
    """The statements that a statement stands for: one for each level."""
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
