"""
Window functions by counting: where few different values are ranked, the members are counted by value, the values are ranked,
and every member looks up its own. Nobody is sorted, and the results are the same integers.
"""

import math
from collections.abc import Callable, Iterable, Sequence

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Cell
from tierlang.columnar.columns.relation import Named
from tierlang.columnar.columns.windows import Window

MEMBERS_FOR_EACH = 4
"""Counting is chosen where there are so many members for each combination of values that there can be."""


@attrs.define
class Histogram:
    """How many members have each combination of values, and the columns that follow from it."""

    partition: tuple[Cell, ...]
    keys: tuple[Cell, ...]
    best: str
    columns: list[tuple[Named, Window]] = attrs.field(factory=list)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What the members are counted by."""
        return tuple(dict.fromkeys((*self.partition, *self.keys)))

    def gives(self, window: Window) -> bool:
        """Whether a function over some part of the cohort follows from these counts."""
        return window.partition == self.partition or self.is_each(window)

    def is_each(self, window: Window) -> bool:
        """Whether a function is over those who agree in all that is counted by."""
        return set(window.partition) == set(self.cells)


Different = Callable[[Sequence[Cell]], float]
"""How many combinations of values some cells have, at most or about."""


def histograms(
    columns: Iterable[Named], members: int, different: Different | None = None
) -> tuple[list[Histogram], list[Named]]:
    """
    The histograms for those window functions that are better computed by counting, and all the others.

    Args:
        different: by default how many combinations there can be.
    """
    different = different or combinations
    found: list[Histogram] = []
    rest: list[Named] = []
    windows = [(named, Window.of(named.cell)) for named in columns]
    for named, window in sorted(windows, key=lambda pair: not pair[1].keys):
        histogram = next((h for h in found if _fits(h, window)), None)
        if histogram is None and different((*window.partition, *window.keys)) * MEMBERS_FOR_EACH <= members:
            histogram = Histogram(window.partition, window.keys, window.best)
            found.append(histogram)
        if histogram is None:
            rest.append(named)
        else:
            histogram.columns.append((named, window))
    return found, rest


def _fits(histogram: Histogram, window: Window) -> bool:
    if window.keys:
        return (histogram.partition, histogram.keys, histogram.best) == (
            window.partition,
            window.keys,
            window.best,
        )
    return histogram.gives(window)


def combinations(cells: Sequence[Cell]) -> float:
    """How many combinations of values some cells can have; infinitely many where nobody knows."""
    return math.prod(_values(cell) for cell in dict.fromkeys(cells))


def _values(cell: Cell) -> float:
    known = {"bool": 2, "text": cell.high or math.inf, "int": cell.high - cell.low + 1}[cell.kind]
    return known + cell.nullable
