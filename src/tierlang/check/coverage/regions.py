"""A few axes cut at the constants of some conditions, and what can be said about a set of their combinations."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from tierlang import quickattrs as attrs
from tierlang.check.coverage.conditions import Axis
from tierlang.check.coverage.formulas import Formula, Verdict, atoms, evaluate
from tierlang.check.coverage.intervals import Cell, Space, Value, first_of, split
from tierlang.check.coverage.show import show_equal
from tierlang.check.facts import Facts
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk

MAX_CELLS = 20_000
"""Combinations of cells that are looked at."""


@attrs.frozen
class Region:
    """
    A set of combinations, described along one axis.

    Attributes:
        axis: the axis; None where there is none at all.
        run: neighbouring cells of *axis* that belong to the set, the other axes being as in *witness*.
        below, above: the combinations beside the run; None at the ends of the axis.
        witness: one member, by the axes that matter.
    """

    axis: Axis | None
    run: tuple[Cell, ...]
    below: int | None
    above: int | None
    witness: tuple[tuple[Axis, Value], ...]

    def words(self, levels: Sequence[str] = ()) -> str:
        """The witness, as ```score` = 79.5, `worst` = 10``; *levels* is the ladder, best first."""
        return ", ".join(show_equal(value, axis, levels) for axis, value in self.witness)


@attrs.frozen(slots=False)
class Cut:
    """
    Axes cut into cells.

    Attributes:
        related: groups of axes that are computed from common inputs, so that not every combination need exist.
    """

    axes: tuple[Axis, ...]
    cells: tuple[tuple[Cell, ...], ...]
    related: tuple[tuple[int, ...], ...] = ()

    @cached_property
    def space(self) -> Space:
        """All combinations."""
        return Space(tuple(len(cells) for cells in self.cells))

    @cached_property
    def _places(self) -> Mapping[n.Expr, tuple[int, tuple[Cell, ...]]]:
        return {axis.expr: (i, self.cells[i]) for i, axis in enumerate(self.axes)}

    def verdict(self, formula: Formula) -> Verdict:
        """Where a condition holds."""
        return evaluate(formula, self.space, self._places)

    def certain(self, members: int) -> int:
        """
        The members that some subject really can have: within a group of related axes, those that are members by one
        axis alone, whatever the others of the group are.
        """
        for group in self.related:
            found = 0
            for axis in group:
                by_one = members
                for other in group:
                    by_one = by_one if other == axis else self.space.everywhere(other, by_one)
                found |= by_one
            members = found
        return members

    def parts(self, members: int) -> Iterator[int]:
        """The connected parts of a set; values of names without order, such as texts, belong together."""
        return self.space.parts(members, [i for i, axis in enumerate(self.axes) if not axis.ordered])

    def describe(self, members: int) -> Region:
        """Describe a set that is not empty by its first member, leaving out the axes that do not matter."""
        member = first_of(members)
        place = self.space.coordinates(member)
        kept = list(range(len(self.axes)))
        for axis in reversed(range(len(self.axes))):
            projected = self.space.everywhere(axis, members)
            if len(kept) > 1 and projected >> member & 1:
                members, kept = projected, [k for k in kept if k != axis]
        if not kept:
            return Region(None, (), None, None, ())
        axis = kept[0]
        stride, last = self.space.strides[axis], self.space.sizes[axis] - 1
        low = high = place[axis]
        start = member - place[axis] * stride
        while low > 0 and members >> (start + (low - 1) * stride) & 1:
            low -= 1
        while high < last and members >> (start + (high + 1) * stride) & 1:
            high += 1
        return Region(
            self.axes[axis],
            self.cells[axis][low : high + 1],
            start + (low - 1) * stride if low > 0 else None,
            start + (high + 1) * stride if high < last else None,
            tuple((self.axes[k], self.cells[k][place[k]].value) for k in kept),
        )


def cut(
    axes: Sequence[Axis], formulas: Sequence[Formula], related: tuple[tuple[int, ...], ...] = ()
) -> Cut | None:
    """Cut axes at every constant that formulas compare them with; None where there are too many combinations."""
    constants: dict[n.Expr, list[Value]] = {axis.expr: [] for axis in axes}
    for formula in formulas:
        for atom in atoms(formula):
            if atom.axis in constants:
                constants[atom.axis] += atom.values
    cells = tuple(split(axis.domain, constants[axis.expr]) for axis in axes)
    return None if math.prod(map(len, cells)) > MAX_CELLS else Cut(tuple(axes), cells, related)


def related_axes(facts: Facts, axes: Sequence[Axis]) -> tuple[tuple[int, ...], ...]:
    """The groups of two or more axes that are computed from common inputs, directly or by a chain of others."""
    groups: list[tuple[set[str], list[int]]] = []
    for i, axis in enumerate(axes):
        inputs, members = set(inputs_of(facts, axis.expr)), [i]
        apart = []
        for others, group in groups:
            if inputs & others:
                inputs |= others
                members = group + members
            else:
                apart.append((others, group))
        groups = [*apart, (inputs, members)]
    return tuple(tuple(members) for _, members in groups if len(members) > 1)


def inputs_of(facts: Facts, expr: n.Expr) -> frozenset[str]:
    """The inputs that an expression is computed from."""
    adjusted = {
        f"{kind}{ending}": [s.ident.text for s in facts.nodes.of(n.Adjust) if s.kind == kind]
        for kind, ending in (("bonus", "es"), ("deduct", "ions"))
    }
    seen: set[str] = set()
    waiting = [node.ident.text for node in walk(expr) if isinstance(node, n.Name)]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += adjusted.get(name, [])
        if name in facts.definitions:
            waiting += [node.ident.text for node in walk(facts.definitions[name]) if isinstance(node, n.Name)]
    return frozenset(seen & facts.inputs.keys())
