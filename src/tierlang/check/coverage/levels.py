"""The ladder of levels and the rules around it, as the analysis reads them."""

from tierlang import quickattrs as attrs
from tierlang.check.coverage.conditions import Reader
from tierlang.check.coverage.formulas import ALWAYS, NEVER, Formula, Not, every, some
from tierlang.check.facts import Facts
from tierlang.source import Span
from tierlang.syntax import nodes as n

MAX_NAMES = 4
"""Names that the conditions of a ladder may compare, if it is to be analysed."""


@attrs.frozen
class Level:
    """
    A level.

    Attributes:
        mode: one of nodes.TIER_MODES.
        own: its own condition.
        formula: its own condition, and the requirements for it alone.
        span: its condition, or its name where it has none.
    """

    name: str
    mode: str
    own: Formula
    formula: Formula
    span: Span


@attrs.frozen
class Ladder:
    """
    The levels, best first, and the rules around them.

    Attributes:
        require: what every level but an ``otherwise`` one needs.
        entered: who is rated at all: the eligible without a veto.
        floors: where a ``floor`` gives a level.
        bounds: levels that a ``cap`` or ``floor`` can lead to.
    """

    levels: tuple[Level, ...]
    exclusive: bool
    require: Formula
    entered: Formula
    floors: Formula
    bounds: frozenset[str]


def level_names(facts: Facts) -> tuple[str, ...]:
    """The ladder, best first: as `tiers` declares it, else as the `tier` statements stand."""
    statements = facts.file.statements
    declared = next((s for s in statements if isinstance(s, n.Tiers)), None)
    if declared is not None:
        return tuple(dict.fromkeys(level.text for level in declared.levels))
    return facts.levels or tuple(dict.fromkeys(s.level.text for s in statements if isinstance(s, n.Tier)))


def read_ladder(facts: Facts, reader: Reader) -> Ladder:
    """Read the levels and the rules around them, each condition once."""
    statements = facts.file.statements
    tiers = {s.level.text: s for s in reversed(statements) if isinstance(s, n.Tier)}
    needs = [s for s in statements if isinstance(s, n.Require)]
    limits = [s for s in statements if isinstance(s, n.Limit)]
    # The levels are read first: they are what is analysed, should the conditions be too long for all of them.
    levels = tuple(_level(tiers[name], needs, reader) for name in level_names(facts) if name in tiers)
    vetoes = [reader.read(s.condition) for s in statements if isinstance(s, n.Veto)]
    eligible = [reader.read(s.condition) for s in statements if isinstance(s, n.Eligible)]
    return Ladder(
        levels,
        exclusive=any(isinstance(s, n.Tiers) and s.exclusive for s in statements),
        require=every([reader.read(s.condition) for s in needs if not s.levels]),
        entered=every([*eligible, Not(some(vetoes))]),
        floors=some([reader.read(s.condition) for s in limits if s.kind == "floor"]),
        bounds=frozenset(s.level.text for s in limits),
    )


def _level(tier: n.Tier, needs: list[n.Require], reader: Reader) -> Level:
    name = tier.level.text
    if tier.mode in {"otherwise", "never"}:
        fixed = ALWAYS if tier.mode == "otherwise" else NEVER
        return Level(name, tier.mode, fixed, fixed, tier.level.span)
    own = ALWAYS if tier.condition is None else reader.read(tier.condition)
    others = [
        reader.read(need.condition) for need in needs if any(level.text == name for level in need.levels)
    ]
    span = tier.level.span if tier.condition is None else tier.condition.span
    return Level(name, tier.mode, own, every([own, *others]), span)
