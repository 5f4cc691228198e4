"""Timing contenders against each other, and writing down what came out."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import attrs
from tests.benchmarks.plot import Plot


@attrs.frozen
class Effort:
    """
    How much trouble a run takes.

    Attributes:
        rounds: how often each contender is timed; the median counts.
        seconds: how long one timing lasts, at least.
        tiny: sizes are as small as they can be: does it run at all?
    """

    rounds: int = 41
    seconds: float = 0.01
    tiny: bool = False


FULL = Effort()
TINY = Effort(rounds=1, seconds=0, tiny=True)


@attrs.frozen
class Table:
    """
    What a measure found.

    Attributes:
        rows: cells below the *heading*.
        notes: what one has to know.
        plot: a drawing of the same.
    """

    title: str
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    plot: Plot | None = None

    def markdown(self) -> str:
        """The table for a page."""
        lines = [self.heading, ("---",) + ("---:",) * (len(self.heading) - 1), *self.rows]
        text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        drawing = [f"![{self.plot.text}]({self.plot.name}.svg)"] if self.plot else []
        return "\n\n".join([f"### {self.title}", text, *drawing, *self.notes]) + "\n"


class Measure(Protocol):
    """A module of `measures/`: its docstring says what is measured, and how."""

    def run(self, effort: Effort) -> list[Table]:
        """Measure."""


Contenders = Mapping[str, Callable[[], Any]]
"""What is timed, by name."""


def times(contenders: Contenders, effort: Effort) -> dict[str, list[float]]:
    """
    Seconds of the processor for one call, for each contender, round by round; the contenders take turns.

    Timings are short, so that a busy machine spoils few of them; garbage is collected between them.
    """
    loops = {name: _loops(call, effort.seconds) for name, call in contenders.items()}
    found: dict[str, list[float]] = {name: [] for name in contenders}
    gc.collect()
    gc.freeze()  # what is there already need not be looked through before each timing
    for _ in range(effort.rounds):
        for name, call in contenders.items():
            found[name].append(_timed(call, loops[name]))
    gc.unfreeze()
    return found


def _loops(call: Callable[[], Any], seconds: float) -> int:
    """How many calls take so long. The first call, which may make what later ones find, does not count."""
    if not seconds:
        return 1
    call()
    count = 1
    while (spent := _timed(call, count) * count) < seconds / 2:
        count = max(count * 2, int(count * seconds / max(spent, 1e-9)))
    return count


def _timed(call: Callable[[], Any], count: int) -> float:
    gc.collect()
    start = time.process_time_ns()
    for _ in range(count):
        call()
    return (time.process_time_ns() - start) / count / 1e9


def median_ratio(seconds: Sequence[float], reference: Sequence[float]) -> float:
    """How many times as long it takes as the reference, in the same round: the median over the rounds."""
    return statistics.median(own / other for own, other in zip(seconds, reference, strict=True))


def shown(seconds: float) -> str:
    """A time in the unit in which it has two or three digits."""
    for factor, unit in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        if seconds * factor < 999.5:
            return f"{_digits(seconds * factor)} {unit}"
    return f"{_digits(seconds)} s"


def times_as(ratio: float) -> str:
    """A ratio: `2.3 ×`."""
    return f"{_digits(ratio)} ×"


def _digits(number: float) -> str:
    return f"{number:.0f}" if number >= 99.5 else f"{number:.3g}"


def against(title: str, found: Mapping[str, list[float]], reference: str, *notes: str) -> Table:
    """Contenders one below the other: the median, and how many times the reference's it is."""
    rows = []
    for name, seconds in found.items():
        ratio = times_as(median_ratio(seconds, found[reference]))
        rows.append((name, shown(statistics.median(seconds)), "1" if name == reference else ratio))
    return Table(title, ("", "median", f"of {reference}"), tuple(rows), notes)
