"""Conditions as the analyses see them: comparisons of one axis with constants, and how they are joined."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TypeAlias, assert_never

from tierlang import quickattrs as attrs
from tierlang.check.coverage.intervals import Cell, Space, Value
from tierlang.source import Span
from tierlang.syntax import nodes as n

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
"""What an operator becomes when its sides are exchanged."""


@attrs.frozen
class Atom:
    """
    ``axis operator values``, one value except with ``in``.

    Attributes:
        axis: the expression that is compared.
        span: the comparison.
        subject, bound: what is compared, and the constant.
        mirrored: whether the constant was written first.
    """

    axis: n.Expr
    operator: str
    values: tuple[Value, ...]
    span: Span = attrs.field(eq=False)
    subject: Span = attrs.field(eq=False)
    bound: Span = attrs.field(eq=False)
    mirrored: bool = attrs.field(default=False, eq=False)


@attrs.frozen
class AtLeast:
    """*count* of the parts or more; with all of them it is ``and``, with one ``or``."""

    count: int
    parts: tuple["Formula", ...]


@attrs.frozen
class Not:
    """The contrary."""

    part: "Formula"


@attrs.frozen
class Unknown:
    """
    A part that the analysis does not understand.

    Attributes:
        reason: why, in words; None for a hole, which is the source's fault and reported elsewhere.
    """

    span: Span = attrs.field(eq=False)
    reason: str | None = None


Formula: TypeAlias = Atom | AtLeast | Not | Unknown

ALWAYS, NEVER = AtLeast(0, ()), AtLeast(1, ())


def every(parts: Sequence[Formula]) -> Formula:
    """``and``."""
    return AtLeast(len(parts), tuple(parts))


def some(parts: Sequence[Formula]) -> Formula:
    """``or``."""
    return AtLeast(1, tuple(parts))


def fixed(value: bool) -> Formula:
    """A condition that always or never holds."""
    return ALWAYS if value else NEVER


def leaves(formula: Formula) -> list[Atom | Unknown]:
    """The comparisons and unknown parts, in written order."""
    match formula:
        case Atom() | Unknown():
            return [formula]
        case Not(part=part):
            return leaves(part)
        case AtLeast(parts=parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case _:
            assert_never(formula)


def moved(formula: Formula, span: Span) -> Formula:
    """The same condition, every part of it standing at *span*."""
    match formula:
        case Atom():
            return attrs.evolve(formula, span=span, subject=span, bound=span)
        case Unknown():
            return attrs.evolve(formula, span=span)
        case Not(part=part):
            return Not(moved(part, span))
        case AtLeast(count=count, parts=parts):
            return AtLeast(count, tuple(moved(part, span) for part in parts))
        case _:
            assert_never(formula)


def atoms(formula: Formula) -> list[Atom]:
    """The comparisons, in written order."""
    return [leaf for leaf in leaves(formula) if isinstance(leaf, Atom)]


def holds(value: Value, operator: str, others: Sequence[Value]) -> bool:
    """Compare one value with constants; a text is equal to another or not."""
    if operator in {"in", "=="}:
        return value in others
    if operator == "!=":
        return value not in others
    other = others[0]
    if isinstance(value, str) or isinstance(other, str):
        return False
    match operator:
        case "<":
            return value < other
        case "<=":
            return value <= other
        case ">":
            return value > other
        case _:
            return value >= other


@attrs.frozen
class Verdict:
    """Where a condition holds, and where it may hold: the two differ where a part of it is unknown."""

    surely: int
    maybe: int


def evaluate(formula: Formula, space: Space, axes: Mapping[n.Expr, tuple[int, Sequence[Cell]]]) -> Verdict:
    """
    Find the combinations in which a condition holds.

    Args:
        axes: the place of each axis in *space*, and its cells; a comparison of any other is unknown.
    """
    match formula:
        case Unknown():
            return Verdict(0, space.all)
        case Atom(axis=axis):
            if axis not in axes:
                return Verdict(0, space.all)
            place, cells = axes[axis]
            where = reduce(or_, (space.between(place, *run) for run in _satisfying(formula, cells)), 0)
            return Verdict(where, where)
        case Not(part=part):
            inner = evaluate(part, space, axes)
            return Verdict(space.all & ~inner.maybe, space.all & ~inner.surely)
        case AtLeast(count=count, parts=parts):
            found_ = [evaluate(part, space, axes) for part in parts]
            surely = _at_least(count, [verdict.surely for verdict in found_], space.all)
            return Verdict(surely, _at_least(count, [verdict.maybe for verdict in found_], space.all))
        case _:
            assert_never(formula)


def _satisfying(atom: Atom, cells: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """The runs of cells, from and up to, whose values satisfy a comparison."""
    numbers = [cell.value for cell in cells if not isinstance(cell.value, str)]
    if len(numbers) < len(cells):
        for i, cell in enumerate(cells):
            if holds(cell.value, atom.operator, atom.values):
                yield i, i + 1
        return
    for value in dict.fromkeys(atom.values):
        if isinstance(value, str):
            continue
        low, high = bisect_left(numbers, value), bisect_right(numbers, value)
        if atom.operator in {"==", "in"}:
            yield low, high
        if atom.operator in {"<", "<=", "!="}:
            yield 0, high if atom.operator == "<=" else low
        if atom.operator in {">", ">=", "!="}:
            yield low if atom.operator == ">=" else high, len(cells)


def _at_least(count: int, sets: list[int], everything: int) -> int:
    """The members of *count* sets or more."""
    if count <= 0 or count > len(sets):
        return everything if count <= 0 else 0
    if count in {1, len(sets)}:
        return reduce(or_, sets) if count == 1 else reduce(and_, sets)
    reached = [everything] + [0] * count  # reached[k]: in k or more of the sets so far
    for members in sets:
        for k in range(count, 0, -1):
            reached[k] |= reached[k - 1] & members
    return reached[count]
