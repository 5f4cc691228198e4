"""Where conditions hold, as intervals: the analysis of levels and bands (check/coverage) put into the scheme's own words."""

from collections.abc import Sequence
from itertools import groupby

from tierlang.check.coverage.conditions import Axis, Reader
from tierlang.check.coverage.formulas import Formula, Unknown, atoms, leaves
from tierlang.check.coverage.intervals import Cell
from tierlang.check.coverage.regions import Cut, cut
from tierlang.check.coverage.show import show_ends, show_value
from tierlang.doc.shapes import Interval, Where


def only_axis(formulas: Sequence[Formula], reader: Reader) -> Axis | None:
    """The one number or day that all comparisons are about; None where there are others, or unknown parts."""
    found = [leaf for formula in formulas for leaf in leaves(formula)]
    if any(isinstance(leaf, Unknown) for leaf in found):
        return None
    axes = {atom.axis for formula in formulas for atom in atoms(formula)}
    axis = reader.axes[axes.pop()] if len(axes) == 1 else None
    return axis if axis is not None and axis.ordered else None


def cut_axis(axis: Axis, formulas: Sequence[Formula]) -> Cut | None:
    """An axis cut at the constants of some conditions; None where there are too many."""
    return cut([axis], formulas)


def runs_of(cells: Sequence[Cell], members: int) -> tuple[tuple[Cell, ...], ...]:
    """The runs of neighbouring cells that are in a set of them, which is the bits of *members*."""
    marked = [(members >> i & 1, cell) for i, cell in enumerate(cells)]
    groups = groupby(marked, key=lambda pair: pair[0])
    return tuple(tuple(cell for _, cell in group) for inside, group in groups if inside)


def where(axis: Axis, runs: Sequence[tuple[Cell, ...]], levels: Sequence[str] = ()) -> Where:
    """Runs of cells in the scheme's own words."""
    return Where(axis.label, tuple(interval_of(axis, run, levels) for run in runs))


def interval_of(axis: Axis, run: tuple[Cell, ...], levels: Sequence[str] = ()) -> Interval:
    """One run; an end that it shares with all possible values is none."""
    first, last = run[0], run[-1]
    if len(run) == 1 and first.value == first.low == first.high:
        shown = show_value(first.value, axis, levels)
        return Interval(shown, True, shown, True)
    low, high = show_ends(run, axis, levels)
    return Interval(low, first.low_in, high, last.high_in)


def where_holds(formula: Formula, reader: Reader) -> Where | None:
    """The values for which a condition about one number holds; None for any other condition."""
    axis = only_axis([formula], reader)
    pieces = None if axis is None else cut_axis(axis, [formula])
    if axis is None or pieces is None:
        return None
    runs = runs_of(pieces.cells[0], pieces.verdict(formula).surely)
    return where(axis, runs, reader.levels)
