"""Lines that follow one another with `tier`: what stands behind their levels begins in one column."""

from collections.abc import Iterator, Sequence

from tierlang.format.comments import Tokens
from tierlang.format.names import spelled
from tierlang.source import display_width
from tierlang.syntax import nodes as n


def align_levels(entries: Sequence[n.Node], apart: Sequence[bool], tokens: Tokens) -> None:
    """
    Pad the levels of every run of `tier` lines.

    Args:
        entries: the statements of a file, and the comments between them, in written order.
        apart: for each of them, whether there is an empty line above it.
    """
    for run in _runs(entries, apart):
        columns = [_columns(tier, tokens) for tier in run]
        for tier, own in zip(run, columns, strict=True):
            tokens.padding[_levels(tier, tokens).stop - 1] = max(columns) - own


def _runs(entries: Sequence[n.Node], apart: Sequence[bool]) -> Iterator[list[n.Tier]]:
    """The `tier` lines between which there is nothing: no comment, no annotation, no empty line."""
    run: list[n.Tier] = []
    for entry, is_apart in zip(entries, apart, strict=False):
        if run and (is_apart or not isinstance(entry, n.Tier) or entry.annotations):
            yield run
            run = []
        if isinstance(entry, n.Tier):
            run.append(entry)
    yield run


def _levels(tier: n.Tier, tokens: Tokens) -> range:
    """The numbers of the tokens from the first level to the last."""
    levels = [tokens.within(level) for level in (tier.level, *tier.others)]
    return range(levels[0].start, levels[-1].stop)


def _columns(tier: n.Tier, tokens: Tokens) -> int:
    """How wide the levels are, with a space behind each comma."""
    words = [spelled(tokens.tokens[number]) for number in _levels(tier, tokens)]
    return display_width(" ".join(words).replace(" ,", ","))
