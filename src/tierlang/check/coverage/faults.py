"""
What is the matter with a ladder of levels: gaps, overlaps, levels that nobody can get, each found with a witness.

The conditions of the levels are compared cell by cell over at most four names (regions.py). Whatever the analysis does
not understand counts as unknown, and a finding is made only where the unknown parts cannot undo it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.check.coverage.conditions import TOO_LARGE, Axis, Reader
from tierlang.check.coverage.formulas import Atom, Unknown, Verdict, atoms, leaves
from tierlang.check.coverage.levels import MAX_NAMES, Ladder, Level
from tierlang.check.coverage.regions import Cut, Region, cut, inputs_of, related_axes
from tierlang.check.facts import Facts
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.types import Exact

MAX_LEVELS = 100
MAX_RULE_NAMES = 50
"""Names in requirements that are looked at for what they have to do with the levels."""

TOO_MANY_NAMES = "more than four names are compared"
TOO_MANY_CELLS = "the names are compared with too many constants"
RELATED = "some of the names are computed from the same inputs"
REASONS = (TOO_MANY_NAMES, TOO_MANY_CELLS, RELATED, TOO_LARGE)


@attrs.frozen
class Gap:
    """
    Values without a level, or between two levels with one lower than both.

    Attributes:
        falls_to: that lower level.
        below, above: the levels beside the region, where they are known.
    """

    region: Region
    falls_to: str | None = None
    below: str | None = None
    above: str | None = None


@attrs.frozen
class Overlap:
    """Values for which two levels hold, *first* the higher, though neither condition contains the other."""

    first: Level
    second: Level
    region: Region


@attrs.frozen
class Unreachable:
    """A level that nobody can get: its condition never holds, or one *above* it always does."""

    level: Level
    above: tuple[str, ...]


@attrs.frozen
class Unanalysed:
    """A reason for which findings may be missing."""

    span: Span
    reason: str


Fault: TypeAlias = Gap | Overlap | Unreachable | Unanalysed


def find_faults(ladder: Ladder, facts: Facts, reader: Reader) -> Iterator[Fault]:
    """Find everything that is the matter; at most one Unanalysed."""
    if all(level.mode != "if" for level in ladder.levels):
        return
    pieces = _cut_up(ladder, facts, reader)
    if isinstance(pieces, Unanalysed):
        yield pieces
        return
    analysis = Analysis.of(ladder, pieces)
    yield from analysis.gaps()
    overlaps, lost = list(analysis.overlaps()), list(analysis.unreachable())
    if ladder.exclusive:
        told = [level for overlap in overlaps for level in (overlap.first, overlap.second)]
        lost = [fault for fault in lost if fault.level not in told]
    else:
        overlaps = _worth_telling(overlaps, [fault.level for fault in lost])
    yield from overlaps
    yield from lost
    unknown = _unknown(ladder)
    if unknown is not None:
        yield unknown
    elif analysis.doubtful:
        yield Unanalysed(ladder.levels[-1].span, RELATED)


def _worth_telling(overlaps: list[Overlap], lost: list[Level]) -> list[Overlap]:
    """Where levels may overlap, one overlap of each with the nearest above it; none of those that nobody can get."""
    nearest = {o.second.name: o for o in overlaps if o.first not in lost and o.second not in lost}
    return list(nearest.values())


def _unknown(ladder: Ladder) -> Unanalysed | None:
    """The first condition that is not understood, unless its level is the only one and nothing could be found."""
    if [level.mode for level in ladder.levels if level.mode != "never"] == ["if", "otherwise"]:
        return None
    for part in (leaf for level in ladder.levels for leaf in leaves(level.own)):
        if isinstance(part, Unknown) and part.reason is not None:
            return Unanalysed(part.span, part.reason)
    return None


def _cut_up(ladder: Ladder, facts: Facts, reader: Reader) -> Cut | Unanalysed:
    """The names that the levels compare, cut at all constants; or why that would be too much."""
    first: dict[n.Expr, Atom] = {}
    for atom in (atom for level in ladder.levels for atom in atoms(level.own)):
        first.setdefault(atom.axis, atom)
    if len(ladder.levels) > MAX_LEVELS:
        return Unanalysed(ladder.levels[-1].span, TOO_LARGE)
    if len(first) > MAX_NAMES:
        return Unanalysed(list(first.values())[MAX_NAMES].span, TOO_MANY_NAMES)
    axes = [reader.axes[expr] for expr in first]
    wider = [*axes, *_others(ladder, axes, facts, reader)][:MAX_NAMES]
    formulas = [ladder.require, ladder.entered, ladder.floors, *(level.formula for level in ladder.levels)]
    pieces = cut(wider, formulas, related_axes(facts, wider)) or cut(
        axes, formulas, related_axes(facts, axes)
    )
    return pieces or Unanalysed(ladder.levels[-1].span, TOO_MANY_CELLS)


def _others(ladder: Ladder, axes: Sequence[Axis], facts: Facts, reader: Reader) -> list[Axis]:
    """What requirements compare besides: first what is computed from the same inputs, for it bears on the levels."""
    rules = [ladder.require, ladder.entered]
    own = dict.fromkeys(atom.axis for level in ladder.levels for atom in atoms(level.formula))
    inputs = frozenset().union(*(inputs_of(facts, axis.expr) for axis in axes))
    compared = list(dict.fromkeys(atom.axis for rule in rules for atom in atoms(rule)))[:MAX_RULE_NAMES]
    related = [expr for expr in compared if inputs & inputs_of(facts, expr)]
    found = [reader.axes[expr] for expr in dict.fromkeys([*related, *own])]
    return [axis for axis in found if axis not in axes]


@attrs.define(slots=False)
class Analysis:
    """
    One ladder over the cells of its names.

    Attributes:
        entered: who is rated at all.
        require: where the requirements are met.
        verdicts: where each level's own condition holds.
        doubtful: whether something was left out because related names may never combine so.
    """

    ladder: Ladder
    pieces: Cut
    entered: int
    require: Verdict
    verdicts: tuple[Verdict, ...]
    doubtful: bool = False

    @classmethod
    def of(cls, ladder: Ladder, pieces: Cut) -> "Analysis":
        """Evaluate all conditions of a ladder."""
        entered = pieces.verdict(ladder.entered).maybe
        verdicts = tuple(pieces.verdict(level.formula) for level in ladder.levels)
        return cls(ladder, pieces, entered, pieces.verdict(ladder.require), verdicts)

    @property
    def qualified(self) -> int:
        """Who is rated and meets the requirements, as far as these are known."""
        return self.entered & self.require.maybe

    def _certain(self, members: int) -> int:
        kept = self.pieces.certain(members)
        self.doubtful = self.doubtful or (members != 0 and kept == 0)
        return kept

    # ------------------------------------------------------------ gaps

    def gaps(self) -> Iterator[Gap]:
        """Where no level holds, and valleys between two levels."""
        covered = reduce(or_, (verdict.maybe for verdict in self.verdicts), 0)
        empty = self.qualified & ~covered & ~self.pieces.verdict(self.ladder.floors).surely
        if empty != self.qualified:  # else no level holds anywhere, which `unreachable` says of each
            for part in self.pieces.parts(self._certain(empty)):
                yield self._gap(self.pieces.describe(part), None)
        told = set()  # in one valley, some may fall further than others
        for fallen, members in self._valleys():
            certain = self._certain(members)
            region = self.pieces.describe(certain) if certain else None
            if region is not None and (region.axis, region.run) not in told:
                told.add((region.axis, region.run))
                yield self._gap(region, self._name(fallen))

    def _gap(self, region: Region, falls_to: str | None) -> Gap:
        beside = [None if i is None else self._name(self._results[i]) for i in (region.below, region.above)]
        return Gap(region, falls_to, *beside)

    def _name(self, place: int) -> str | None:
        return self.ladder.levels[place].name if 0 <= place < len(self.ladder.levels) else None

    def _valleys(self) -> Iterator[tuple[int, int]]:
        """Runs of cells along an axis whose level is lower than those of both neighbours, two different levels."""
        results = self._results
        found: dict[tuple[int, int, int, int, int, int], int] = {}
        for axis, cells in enumerate(self.pieces.cells):
            if not self.pieces.axes[axis].ordered:
                continue
            stride = self.pieces.space.strides[axis]
            for start in range(self.pieces.space.size):
                if start // stride % len(cells) == 0:
                    line = results[start : start + stride * len(cells) : stride]
                    for low, high in _valleys_of(line):
                        members = sum(1 << (start + i * stride) for i in range(low, high + 1))
                        key = (axis, low, high, line[low - 1], line[low], line[high + 1])
                        found[key] = found.get(key, 0) | members
        for (axis, low, high, _, fallen, _), members in found.items():
            ends = self.pieces.cells[axis][low].low, self.pieces.cells[axis][high].high
            if fallen < len(self.ladder.levels) and not self._is_meant(fallen, axis, ends):
                yield fallen, members  # a run without any level is a gap already

    def _is_meant(self, level: int, axis: int, ends: Sequence[Exact | None]) -> bool:
        """Whether the condition of a level names both ends of a run of cells."""
        own = [a for a in atoms(self.ladder.levels[level].formula) if a.axis == self.pieces.axes[axis].expr]
        return all(any(end in atom.values for atom in own) for end in ends)

    @cached_property
    def _results(self) -> list[int]:
        """The level of each combination as its place on the ladder; its length for none, -1 where it is not known."""
        results = [-1] * self.pieces.space.size
        undecided = self.qualified
        nothing = Verdict(self.pieces.space.all, self.pieces.space.all)
        for place, verdict in enumerate((*self.verdicts, nothing)):
            for i, digit in enumerate(reversed(f"{undecided & verdict.surely:b}")):
                if digit == "1":
                    results[i] = place
            undecided &= ~verdict.maybe
        return results

    # ------------------------------------------------------------ overlaps

    def overlaps(self) -> Iterator[Overlap]:
        """Pairs of levels that both hold somewhere; without `exclusive` only where neither contains the other."""
        own = [i for i, level in enumerate(self.ladder.levels) if level.mode in {"if", "plain"}]
        for i in own:
            for j in own:
                if i < j and (members := self._overlap(self.verdicts[i], self.verdicts[j])):
                    region = self.pieces.describe(members)
                    yield Overlap(self.ladder.levels[i], self.ladder.levels[j], region)

    def _overlap(self, first: Verdict, second: Verdict) -> int:
        both = first.surely & second.surely & self.qualified
        alone = first.surely & ~second.maybe & self.qualified, second.surely & ~first.maybe & self.qualified
        if not both or not (self.ladder.exclusive or all(alone)):
            return 0
        sure = self._certain(both)
        return sure if self.ladder.exclusive or all(self._certain(members) for members in alone) else 0

    # ------------------------------------------------------------ levels that nobody can get

    def unreachable(self) -> Iterator[Unreachable]:
        """Levels that can never be the result; an `otherwise` one is no fault where the others share all values."""
        # Where the levels above hold for subjects that meet the requirements, and for all.
        higher: list[tuple[str, int]] = []
        reached: list[tuple[str, int]] = []
        for level, verdict in zip(self.ladder.levels, self.verdicts, strict=True):
            otherwise = level.mode == "otherwise"
            candidates = self.entered if otherwise else verdict.maybe & self.qualified
            above = reached if otherwise else higher
            left = reduce(lambda rest, cover: rest & ~cover[1], above, candidates)
            if not left and level.mode != "never" and level.name not in self.ladder.bounds:
                covering = _covering(candidates, above)
                if not (otherwise and len(covering) > 1):
                    yield Unreachable(level, covering)
            higher.append((level.name, verdict.surely))
            reached.append((level.name, verdict.surely & (-1 if otherwise else self.require.surely)))


def _covering(candidates: int, above: list[tuple[str, int]]) -> tuple[str, ...]:
    """The one level that holds for all candidates, else all that hold for some; none where there are no candidates."""
    if not candidates:
        return ()
    alone = [name for name, where in above if not candidates & ~where]
    return tuple(alone[:1] or [name for name, where in above if candidates & where])


def _valleys_of(line: list[int]) -> Iterator[tuple[int, int]]:
    """The runs of one level that lie lower than two different levels beside them."""
    low = 0
    for i in range(1, len(line) + 1):
        if i < len(line) and line[i] == line[low]:
            continue
        if low > 0 and i < len(line):
            left, level, right = line[low - 1], line[low], line[i]
            if left != right and 0 <= left < level and 0 <= right < level:
                yield low, i - 1
        low = i
