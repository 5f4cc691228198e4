"""Lines that follow one another with `tier`: what stands behind their levels begins in one column."""

from collections.abc import Iterator, Sequence

from tierlang.format.comments import Tokens
from tierlang.format.names import spelled
from tierlang.source import display_width
from tierlang.syntax import nodes as n


def align_levels(entries: Sequence[n.Node], apart: Sequence[bool], tokens: Tokens) -> None:
    """
    Pad the level of every `tier` line to the width of the widest one of its run.

    Args:
        entries: the statements of a file, and the comments between them, in written order.
        apart: for each of them, whether there is an empty line above it.
    """
    for run in _runs(entries, apart):
        numbers = [tokens.within(tier.level).start for tier in run]
        widths = [display_width(spelled(tokens.tokens[number])) for number in numbers]
        for number, width in zip(numbers, widths, strict=True):
            tokens.padding[number] = max(widths) - width


def _runs(entries: Sequence[n.Node], apart: Sequence[bool]) -> Iterator[list[n.Tier]]:
    """The `tier` lines of one level each between which there is nothing: no comment, no annotation, no empty line."""
    run: list[n.Tier] = []
    for entry, is_apart in zip(entries, apart, strict=False):
        line = entry if isinstance(entry, n.Tier) and not entry.others else None
        if run and (line is None or line.annotations or is_apart):
            yield run
            run = []
        if line is not None:
            run.append(line)
    yield run
