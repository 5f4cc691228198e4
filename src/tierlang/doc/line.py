"""A number line: where the ends of levels lie on it, as parts of its width; exact, so that the same scheme draws the same."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from tierlang import quickattrs as attrs
from tierlang.check.coverage.conditions import Axis
from tierlang.check.coverage.intervals import Cell
from tierlang.check.coverage.show import show_value
from tierlang.doc.shapes import Segment, Tick
from tierlang.source import display_width
from tierlang.types import Exact

Runs = tuple[tuple[Cell, ...], ...]

MARGIN = Fraction(1, 8)
"""The part of the width that is left for values beyond the first or last end."""

SMALLEST = Fraction(1, 20)
"""Where a piece would be shorter than this part of the line, the line is not drawn to scale."""

BETWEEN = Fraction(1, 6)
"""The length of a stretch without values, as a part of one with values, on a line that is not to scale."""

NARROW = 280
"""Pixels of the line on a narrow screen; labels must not overlap there."""

CHARACTER = 8
"""Pixels that a column of a label takes at most, and between two labels."""


@attrs.frozen
class Line:
    """The pieces of each level, best first, then of no level; the marks at their ends."""

    segments: tuple[tuple[Segment, ...], ...]
    ticks: tuple[Tick, ...]
    to_scale: bool


def draw_line(axis: Axis, levels: Sequence[Runs], names: Sequence[str]) -> Line:
    """
    Lay out the runs of cells of some levels along one line.

    Args:
        names: the ladder, best first, for an axis of levels.
    """
    runs = sorted((run for runs in levels for run in runs), key=lambda run: run[0].value)
    ends = sorted({end for run in runs for end in (run[0].low, run[-1].high) if end is not None})
    before = MARGIN if runs[0][0].low is None else Fraction(0)
    after = 1 - (MARGIN if runs[-1][-1].high is None else Fraction(0))
    places, to_scale = _places(ends, runs, before, after)
    segments = tuple(tuple(_segment(run, places) for run in own) for own in levels)
    return Line(segments, _ticks([(places[end], show_value(end, axis, names)) for end in ends]), to_scale)


def _places(
    ends: list[Exact], runs: Sequence[tuple[Cell, ...]], before: Fraction, after: Fraction
) -> tuple[dict[Exact, Fraction], bool]:
    """Where each end lies, and whether the distances are true."""
    if len(ends) < 2:
        return dict.fromkeys(ends, (before + after) / 2), True
    filled = {(run[0].low, run[-1].high) for run in runs}
    inside = [
        any(low is not None and high is not None and low <= a and b <= high for low, high in filled)
        for a, b in pairwise(ends)
    ]
    whole = Fraction(ends[-1] - ends[0])
    lengths = [Fraction(b - a) / whole for a, b in pairwise(ends)]
    to_scale = all(length >= SMALLEST for length, full in zip(lengths, inside, strict=True) if full)
    if not to_scale:
        even = [Fraction(1) if full else BETWEEN for full in inside]
        lengths = [length / sum(even) for length in even]
    places, at = {ends[0]: before}, before
    for end, length in zip(ends[1:], lengths, strict=True):
        at += length * (after - before)
        places[end] = at
    return places, to_scale


def _segment(run: tuple[Cell, ...], places: dict[Exact, Fraction]) -> Segment:
    first, last = run[0], run[-1]
    return Segment(
        Fraction(0) if first.low is None else places[first.low],
        Fraction(1) if last.high is None else places[last.high],
        first.low_in,
        last.high_in,
        first.low is None,
        last.high is None,
    )


def _ticks(marks: Sequence[tuple[Fraction, str]]) -> tuple[Tick, ...]:
    """Labels in the first lane in which they have room."""
    free: list[Fraction] = []
    ticks: list[Tick] = []
    for at, text in marks:
        width = Fraction(CHARACTER * (display_width(text) + 1), NARROW)
        side = "start" if at < width / 2 else "end" if at > 1 - width / 2 else "middle"
        begin = {"start": at, "middle": at - width / 2, "end": at - width}[side]
        lane = next((i for i, end in enumerate(free) if begin >= end), len(free))
        free[lane : lane + 1] = [begin + width]
        ticks.append(Tick(at, text, lane, side))
    return tuple(ticks)
