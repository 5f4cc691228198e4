"""
What a call over the cohort is worth for one more member of a cohort that stands still.

Keys are sorted once, and sums added up once; then a place takes the logarithm of the cohort's size, and so does every
statistic. The member may take the place of one that is in the cohort already. Whatever is not known here, and numbers
so long that a sum of theirs might exceed the language's bound, are left to `cohort.compute` over all members: that is
what everything here must agree with, and tests hold it to that.
"""

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, overload

from tierlang import quickattrs as attrs
from tierlang.check.order import option_word
from tierlang.run import cohort
from tierlang.run.cohort import Member, Settings, Standing, rank_value, sort_key
from tierlang.run.functions import DEFAULT_DIGITS, option_number
from tierlang.run.numbers import divide_root, fits, quantile_in, sqrt_exact
from tierlang.run.values import MAX_BITS, Undetermined, Value, bits, is_number, normal, undetermined, union
from tierlang.syntax import nodes as n
from tierlang.types import Exact

MAX_SCALE_BITS = 512
"""Keys become whole numbers over one denominator of so many bits; beyond, they are compared as they are."""

MAX_SUM_BITS = MAX_BITS // 8
"""Sums are kept of numbers that are whole over one denominator, both within so many bits; beyond, all are looked at."""

RANKED = frozenset({*cohort.RANKS, "minmax"})
SUMMED = frozenset({"sum", "mean", "variance", "stddev", "zscore"})
ORDERED = frozenset({"min", "max", "median", "quantile"})
FACTS = SUMMED | ORDERED | {"count"}
"""The functions that are known here; any other is looked at with all members."""


@attrs.frozen
class CohortCall:
    """A call over the cohort, as it is for everybody."""

    call: n.Call
    settings: Settings
    place: str
    subject: str

    @property
    def function(self) -> str:
        """The name of the built-in."""
        return self.call.function.text

    def over(self, members: Sequence[Member], asking: Member, *, inside: bool) -> Value:
        """What it is worth for *asking* beside all members, by looking at each."""
        among, readers = ([*members, asking], []) if inside else (list(members), [asking])
        return cohort.compute(self.call, among, self.settings, self.place, self.subject, readers)[-1]

    def cause(self, code: str) -> Undetermined:
        """Why it is worth nothing."""
        return undetermined(code, self.subject, self.place)


class Standstill:
    """
    The members of one call, by group, ready for one more.

    All is sorted here, once: a record costs the logarithm of its group's size, the first like the last, and leaves nothing.
    """

    def __init__(self, call: CohortCall, ids: Sequence[str], members: Sequence[Member]) -> None:
        self.call = call
        self.ids = ids
        self.members = members
        self._number = {id_: i for i, id_ in enumerate(ids)}
        self._is_known = call.function in RANKED | FACTS
        self._kind = Ranks if call.function in RANKED else Facts
        by_group = _by_group(members) if self._is_known else {}
        self._groups = {key: self._kind(call, group) for key, group in by_group.items()}

    def value(self, id_: str, asking: Member, *, inside: bool) -> Value:
        """
        What the call is worth for a member, which stands in the place of the one with its id.

        Args:
            inside: whether it is in the cohort of the call; one outside may still ask for a fact about it.
        """
        if any(isinstance(key, Undetermined) for key in asking.group):
            return union(asking.group)
        number = self._number.get(id_)
        gone = None if number is None else self.members[number]
        if self._is_known:
            group = self._group(asking.group)
            left = gone if gone is not None and gone.group == asking.group else None
            found = (
                group.value(asking, left) if isinstance(group, Ranks) else group.value(asking, left, inside)
            )
            if found is not None:
                return found
        rest = [member for i, member in enumerate(self.members) if i != number]
        return self.call.over(rest, asking, inside=inside)

    def standing(self, id_: str, key: Value, group: tuple[Value, ...]) -> tuple[int, int, int, int]:
        """
        Where a key would stand, in the place of the member of that id, and what ties are counted by.

        Returns:
            how many are better, tie (itself included), are different and better, and are ranked (itself included).
        """
        number = self._number.get(id_)
        gone = None if number is None else self.members[number]
        ranks = self._group(group)
        assert isinstance(ranks, Ranks)
        found = ranks.standing((key,), gone if gone is not None and gone.group == group else None)
        assert found is not None
        return found.better, found.tied, found.distinct_better, found.size

    def listed(self, id_: str, member: Member | None) -> tuple[list[str], list[Member]]:
        """The members with one more, None for one that is not in the cohort, by id, for explanations."""
        pairs = [pair for pair in zip(self.ids, self.members, strict=True) if pair[0] != id_]
        if member is not None:
            insort(pairs, (id_, member), key=lambda pair: pair[0])
        return [other for other, _ in pairs], [other for _, other in pairs]

    def _group(self, key: tuple[Value, ...]) -> "Ranks | Facts":
        group = self._groups.get(key)
        return self._kind(self.call, ()) if group is None else group


def _by_group(members: Sequence[Member]) -> dict[tuple[Value, ...], list[Member]]:
    found: dict[tuple[Value, ...], list[Member]] = {}
    for member in members:
        if not any(isinstance(key, Undetermined) for key in member.group):
            found.setdefault(member.group, []).append(member)
    return found


# ------------------------------------------------------------------ ranks


class Ranks:
    """The sorted keys of one group."""

    def __init__(self, call: CohortCall, members: Sequence[Member]) -> None:
        self.call = call
        known = [key for m in members if (key := sort_key(m.keys, call.settings.best)) is not None]
        self._unranked = len(members) - len(known)
        self._scale = _scale_of([key[0] for key in known])
        self._keys = sorted(self._comparable(key) for key in known)
        self._distinct = [key for i, key in enumerate(self._keys) if i == 0 or key != self._keys[i - 1]]
        self._values = sorted(key[0] for key in known) if call.function == "minmax" else []

    def _comparable(self, key: tuple[Any, ...]) -> Any:
        """A key that sorts as the one of `sort_key` does, but faster."""
        first = key[0]
        if self._scale != 1:
            first = normal(Fraction(first * self._scale))
        return first if len(key) == 1 else (first, *key[1:])

    def value(self, asking: Member, gone: Member | None) -> Value:
        """What the call is worth for a member, one that is *gone* left out."""
        settings = self.call.settings
        key = sort_key(asking.keys, settings.best)
        standing = self.standing(key, gone)
        ends = None
        if self.call.function == "minmax":
            left = None if gone is None else sort_key(gone.keys, settings.best)
            ends = self._ends(None if key is None else key[0], None if left is None else left[0])
        return rank_value(self.call.call, asking, standing, ends, settings, self.call.cause("too-big"))

    def standing(self, key: tuple[Any, ...] | None, gone: Member | None) -> Standing | None:
        """Where a key of `sort_key` stands; None for a member that is not ranked."""
        left = None if gone is None else sort_key(gone.keys, self.call.settings.best)
        return self._standing(
            None if key is None else self._comparable(key),
            None if left is None else self._comparable(left),
            unranked=self._unranked - (gone is not None and left is None),
        )

    def _standing(self, key: Any, gone: Any, unranked: int) -> Standing | None:
        """Where a key stands; None for a member that is not ranked. *gone* is the key of one to leave out, or None."""
        keys, distinct, high = self._keys, self._distinct, self.call.settings.best == "high"
        last = self.call.settings.missing == "last"
        alone = gone is not None and bisect_right(keys, gone) - bisect_left(keys, gone) == 1
        ranked = len(keys) - (gone is not None)
        if key is None:
            size = ranked + unranked + 1
            return Standing(ranked, unranked + 1, len(distinct) - alone, size) if last else None
        start, end, first = bisect_left(keys, key), bisect_right(keys, key), bisect_left(distinct, key)
        tied = end - start
        better = len(keys) - end if high else start
        distinct_better = len(distinct) - first - (tied > 0) if high else first
        if gone is not None and gone == key:
            tied -= 1
        elif gone is not None and (gone > key) is high:
            better, distinct_better = better - 1, distinct_better - alone
        return Standing(better, tied + 1, distinct_better, ranked + 1 + (unranked if last else 0))

    def _ends(self, value: Value | None, gone: Value | None) -> tuple[Exact, Exact]:
        values = Edited(self._values, value, gone)
        return (values[0], values[-1]) if len(values) else (0, 0)


def _scale_of(values: Sequence[Any]) -> int:
    """The denominator over which all values are whole; 1 where they are no numbers, or it would be too long."""
    scale = 1
    for value in values:
        if isinstance(value, Fraction):
            scale = math.lcm(scale, value.denominator)
            if scale.bit_length() > MAX_SCALE_BITS:
                return 1
    return scale


class Edited(Sequence[Any]):
    """Sorted values with one more in its place, and one less: None is nothing."""

    def __init__(self, values: Sequence[Any], more: Any = None, less: Any = None) -> None:
        self._values = values
        self._less = len(values) if less is None else bisect_left(values, less)
        self._more = more
        self._at = -1
        if more is not None:
            at = bisect_left(values, more)
            self._at = at - (self._less < at)

    def __len__(self) -> int:
        return len(self._values) - (self._less < len(self._values)) + (self._at >= 0)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if index == self._at:
            return self._more
        index -= 0 <= self._at < index
        return self._values[index + (index >= self._less)]


# ------------------------------------------------------------------ facts


@attrs.frozen
class Sums:
    """The sum of numbers, and the sum of their squares."""

    first: Exact
    second: Exact


class Facts:
    """The values of one group: how many, their sums, and in order."""

    def __init__(self, call: CohortCall, members: Sequence[Member]) -> None:
        self.call = call
        self._size = len(members)
        known = (m.keys[0] for m in members if m.keys)
        self._values: list[Any] = [value for value in known if not isinstance(value, Undetermined)]
        if call.function in ORDERED:
            self._values.sort()
        self._sums = sums_of(self._values) if call.function in SUMMED else None

    def value(self, asking: Member, gone: Member | None, inside: bool) -> Value | None:
        """What the call is worth for a member, one that is *gone* left out; None where all must be looked at."""
        mine, left = _known_key(asking), None if gone is None else _known_key(gone)
        more = mine if inside else None
        count = len(self._values) + (more is not None) - (left is not None)
        function = self.call.function
        if function == "count":
            return count if self.call.call.arguments else self._size + inside - (gone is not None)
        if function in SUMMED:
            return self._summed(asking, more, left, count)
        if not count:
            return union((*asking.keys, self.call.cause("empty")))
        values = Edited(self._values, more, left)
        match function:
            case "min":
                return values[0]  # type: ignore[no-any-return]  # Edited holds keys, which are values
            case "max":
                return values[-1]  # type: ignore[no-any-return]  # as above
            case "median":
                middle = quantile_in(values, Fraction(1, 2), "sas5")
                return middle if fits(middle) else self.call.cause("too-big")
            case _:
                share, method = asking.arguments[0], option_word(self.call.call, "method") or "nearest"
                return quantile_in(values, min(max(share, 0), 1), method) if is_number(share) else share

    def _summed(self, asking: Member, more: Any, left: Any, count: int) -> Value | None:
        sums, mine = self._sums, _known_key(asking)
        longest = max((bits(value) for value in (mine, left) if is_number(value)), default=0)
        if sums is None or longest > MAX_SUM_BITS:
            return None
        total, squares = sums.first, sums.second
        for value, sign in ((more, 1), (left, -1)):
            if value is not None:
                total, squares = total + sign * value, squares + sign * value * value
        function = self.call.function
        if function == "sum":
            return normal(Fraction(total))
        if function == "zscore" and not is_number(mine):
            return asking.keys[0]
        if not count:
            empty = self.call.cause("empty")
            return empty if function == "zscore" else union((*asking.keys, empty))
        mean = Fraction(total, count)
        if function == "mean":
            return normal(mean)
        return self._spread(mine, mean, normal(squares - total * mean), count)

    def _spread(self, mine: Any, mean: Fraction, squares: Exact, count: int) -> Value:
        """The variance, deviation or standard score, from the sum of squared distances from the mean."""
        call = self.call.call
        degrees = count - (option_word(call, "of") == "sample")
        if degrees < 1:
            return self.call.cause("empty")
        variance = normal(Fraction(squares) / degrees)
        digits = option_number(call, "digits", DEFAULT_DIGITS)
        match self.call.function:
            case "variance":
                return variance
            case "stddev":
                return sqrt_exact(variance, digits)
            case _:
                distance = normal(mine - mean)
                return divide_root(distance, variance, digits) if variance else self.call.cause("div-zero")


def _known_key(member: Member) -> Any:
    """The value that a member brings; None where it brings none, or it is undetermined."""
    value = member.keys[0] if member.keys else None
    return None if isinstance(value, Undetermined) else value


def sums_of(values: Sequence[Value]) -> Sums | None:
    """
    The sums of numbers; None where they are so long that a sum could be `too-big`.

    With a denominator and numbers of so many bits over it, and fewer than 2^64 of them, neither a partial sum, nor the
    mean, nor a squared distance from it has more than 2 · (2 · MAX_SUM_BITS + 64) + 128 bits, which is far below the bound.
    """
    numbers = [value for value in values if is_number(value)]
    scale = 1
    for number in numbers:
        scale = math.lcm(scale, number.denominator)
        if scale.bit_length() > MAX_SUM_BITS:
            return None
    wholes = [number.numerator * (scale // number.denominator) for number in numbers]
    longest = max((whole.bit_length() for whole in wholes), default=0)
    if longest > MAX_SUM_BITS:
        return None
    squares = sum(whole * whole for whole in wholes)
    return Sums(normal(Fraction(sum(wholes), scale)), normal(Fraction(squares, scale * scale)))
