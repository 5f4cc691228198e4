"""Visits nodes, always with a stack of its own: no text can exhaust Python's."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from operator import attrgetter, itemgetter
from typing import Any, TypeVar, get_args

from tierlang import quickattrs as attrs
from tierlang.syntax.nodes import Node

Kind = TypeVar("Kind", bound=Node)

_PLAIN = frozenset({str, bool, int, Fraction, datetime.date, type(None), ...})
_PARTS: dict[type[Node], Callable[[Any], tuple[Any, ...]]] = {}
"""For each kind of node what gives the values of those fields that may hold nodes: a node, None, or a tuple of nodes."""


def _parts_of(kind: type[Node]) -> Callable[[Any], tuple[Any, ...]]:
    names = [f.name for f in attrs.fields(kind) if f.name != "span" and not _is_plain(f.type)]
    if len(names) > 1:
        parts: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    elif names:
        only = attrgetter(names[0])

        def parts(node: Node) -> tuple[Any, ...]:
            return (only(node),)

    else:
        parts = _nothing
    _PARTS[kind] = parts
    return parts


def _nothing(node: Node) -> tuple[Any, ...]:
    return ()


def _is_plain(kind: object) -> bool:
    """Whether no value of a type is a node or holds one; a type that stands in quotes may be one."""
    inner = get_args(kind)
    return all(map(_is_plain, inner)) if inner else kind in _PLAIN


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in the order of its fields."""
    kind = node.__class__
    for value in (_PARTS.get(kind) or _parts_of(kind))(node):
        if value.__class__ is tuple:
            yield from value
        elif value is not None:
            yield value


def walk(node: Node) -> Iterator[Node]:
    """A node and everything inside it, outer before inner, left before right."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        kind = current.__class__
        parts = _PARTS.get(kind) or _parts_of(kind)
        if parts is _nothing:  # half of all nodes
            continue
        for value in reversed(parts(current)):
            if value.__class__ is tuple:
                stack += reversed(value)
            elif value is not None:
                stack.append(value)


def depth(node: Node) -> int:
    """How many nodes lie inside one another at most, the node itself included."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for current in level for child in children(current)]
    return deepest


class Nodes:
    """Everything inside some nodes by kind, found in one walk: who looks for a few kinds need not see all."""

    def __init__(self, roots: Iterable[Node]) -> None:
        self._found: dict[type[Node], list[tuple[int, Node]]] = {}
        inside = (node for root in roots for node in walk(root))
        for number, node in enumerate(inside):
            self._found.setdefault(node.__class__, []).append((number, node))

    def of(self, *kinds: type[Kind]) -> list[Kind]:
        """Those that are of exactly these kinds, in the order of `walk`."""
        found: list[Any] = [pair for kind in kinds for pair in self._found.get(kind, ())]
        if len(kinds) > 1:
            found.sort(key=itemgetter(0))
        return [node for _, node in found]
