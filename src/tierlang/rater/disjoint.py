"""Conditions that cannot hold together: comparisons of one and the same name with numbers that leave no number in common."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from tierlang import quickattrs as attrs
from tierlang.syntax import nodes as n

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@attrs.frozen
class Range:
    """The numbers that a condition leaves for a name; None where nothing bounds them; an *open* end is not in."""

    name: str
    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False

    def meets(self, other: "Range") -> "Range":
        """The numbers in both."""
        low, low_open = max(
            (end for end in ((self.low, self.low_open), (other.low, other.low_open)) if end[0] is not None),
            default=(None, False),
        )
        highs = [
            (high, not open_)
            for high, open_ in ((self.high, self.high_open), (other.high, other.high_open))
            if high is not None
        ]
        high, closed = min(highs, default=(None, True))
        return Range(self.name, low, low_open, high, not closed)

    @property
    def is_empty(self) -> bool:
        """Whether no number is in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


def are_disjoint(conditions: Sequence[n.Expr | None]) -> bool:
    """Whether it can be seen that no two conditions hold together."""
    ranges = [None if condition is None else range_of(condition) for condition in conditions]
    known = [each for each in ranges if each is not None]
    if len(known) < len(conditions):
        return False
    return all(
        one.name == other.name and one.meets(other).is_empty
        for i, one in enumerate(known)
        for other in known[i + 1 :]
    )


def range_of(condition: n.Expr) -> Range | None:
    """The range of a condition; None for one that is not made of comparisons of one name with numbers."""
    match condition:
        case n.Group(inner=inner):
            return range_of(inner)
        case n.And(operands=operands):
            parts = [range_of(operand) for operand in operands]
        case n.Compare(operands=operands, operators=operators):
            parts = [
                _link(*pair, operator) for pair, operator in zip(pairwise(operands), operators, strict=True)
            ]
        case _:
            return None
    found = parts[0]
    for part in parts[1:]:
        if found is None or part is None or part.name != found.name:
            return None
        found = found.meets(part)
    return found


def _link(left: n.Expr, right: n.Expr, operator: str) -> Range | None:
    if isinstance(left, n.NumberLiteral) and operator in _FLIPPED:
        return _link(right, left, _FLIPPED[operator])
    if not isinstance(left, n.Name) or not isinstance(right, n.NumberLiteral):
        return None
    name, bound = left.ident.text, Fraction(right.value)
    match operator:
        case "<" | "<=":
            return Range(name, high=bound, high_open=operator == "<")
        case ">" | ">=":
            return Range(name, low=bound, low_open=operator == ">")
        case "==":
            return Range(name, bound, False, bound, False)
        case _:
            return None
