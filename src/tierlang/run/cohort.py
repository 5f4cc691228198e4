"""Functions over the cohort: places, ranks, shares, quotas and statistics, by one sort for each column and group."""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import RankDefaults
from tierlang.check.order import membership, option_word
from tierlang.run.functions import (
    AGGREGATES,
    DEFAULT_DIGITS,
    deviation,
    median_of,
    option_number,
    quantile_at,
    variance_at,
)
from tierlang.run.numbers import divide_root, fits, mean_of, variance_of
from tierlang.run.values import TooBig, Undetermined, Value, is_number, normal, undetermined, union
from tierlang.syntax import nodes as n
from tierlang.types import Exact


@attrs.frozen
class Settings:
    """How one call ranks: its own options, else the scheme's `ranking` line."""

    best: str
    ties: str
    missing: str
    among: str

    @classmethod
    def of(cls, call: n.Call, defaults: RankDefaults) -> "Settings":
        """The settings of a call."""
        return cls(
            option_word(call, "best") or defaults.best,
            option_word(call, "ties") or defaults.ties,
            option_word(call, "missing") or defaults.missing,
            "eligible" if membership(call) is not None else option_word(call, "among") or defaults.among,
        )


@attrs.frozen
class Member:
    """
    One member of a cohort, as a call sees it.

    Attributes:
        keys: the value that is ranked, then the values that break ties.
        arguments: the further arguments of the call.
        group: the values of `within:`.
    """

    keys: tuple[Value, ...]
    arguments: tuple[Value, ...] = ()
    group: tuple[Value, ...] = ()


@attrs.frozen
class Standing:
    """Where a member stands among *size* ranked ones: how many are better, and how many tie, itself included."""

    better: int
    tied: int
    distinct_better: int
    size: int

    def place(self, ties: str) -> Exact:
        """The place, 1 for the best, as the tie rule counts it."""
        match ties:
            case "max":
                return self.better + self.tied
            case "avg":
                return normal(Fraction(2 * self.better + 1 + self.tied, 2))
            case "dense":
                return self.distinct_better + 1
            case _:
                return self.better + 1


def standings(keys: Sequence[tuple[Any, ...] | None], best: str) -> list[Standing | None]:
    """
    Find every member's standing with one sort.

    Args:
        keys: comparable keys, shape (n,); None for a member without one, which stands last if it is ranked at all.
        best: ``high`` or ``low``: which end of the keys is the better one.

    Returns:
        shape (n,): None where the key is None.
    """
    present = [i for i, key in enumerate(keys) if key is not None]
    comparable = dict(zip(present, _comparable([keys[i] for i in present]), strict=True))
    ordered = sorted(present, key=lambda i: comparable[i], reverse=best == "high")
    found: list[Standing | None] = [None] * len(keys)
    start = groups = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and comparable[ordered[end]] == comparable[ordered[start]]:
            end += 1
        standing = Standing(start, end - start, groups, len(ordered))
        for i in ordered[start:end]:
            found[i] = standing
        start, groups = end, groups + 1
    return found


def sort_key(keys: tuple[Value, ...], best: str) -> tuple[Any, ...] | None:
    """
    The key that ranks a member; None where the ranked value is undetermined.

    A member whose tie-breaking key is undetermined is counted all the same, behind those it ties with.
    """
    first, *further = keys
    if isinstance(first, Undetermined):
        return None
    known, unknown = (1, 0) if best == "high" else (0, 1)
    breaks = [(unknown, 0) if isinstance(key, Undetermined) else (known, key) for key in further]
    return (first, *(part for pair in breaks for part in pair))


def _lacks_tie_break(member: Member) -> bool:
    return any(isinstance(key, Undetermined) for key in member.keys[1:])


MAX_SCALE_BITS = 512


def _comparable(keys: list[tuple[Any, ...] | None]) -> list[Any]:
    """Keys that sort as these do, but fast: a column of fractions becomes integers over one denominator."""
    rows = [key for key in keys if key is not None]
    if not rows:
        return []
    columns = [_scaled([row[c] for row in rows]) for c in range(len(rows[0]))]
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


def _scaled(column: list[Any]) -> list[Any]:
    if not any(isinstance(value, Fraction) for value in column):
        return column
    scale = 1
    for value in column:
        scale = math.lcm(scale, value.denominator)
        if scale.bit_length() > MAX_SCALE_BITS:
            return column
    return [value.numerator * (scale // value.denominator) for value in column]


def compute(
    call: n.Call,
    members: Sequence[Member],
    settings: Settings,
    place: str,
    subject: str,
    readers: Sequence[Member] = (),
) -> list[Value]:
    """
    The value of a call for every member of the cohort.

    Args:
        members: shape (n,), in any order; the result does not depend on it.
        place, subject: for the causes of undetermined values.
        readers: shape (m,): others who may read what is a fact about the cohort; a rank is none.

    Returns:
        shape (n + m,).
    """
    everybody = [*members, *readers]
    results: list[Value] = [False] * len(everybody)
    groups: dict[tuple[Value, ...], list[int]] = {}
    for i, one in enumerate(everybody):
        if any(isinstance(key, Undetermined) for key in one.group):
            results[i] = union(one.group)
        else:
            groups.setdefault(one.group, []).append(i)
    function = STATISTICS.get(call.function.text)
    for indices in groups.values():
        chosen = [members[i] for i in indices if i < len(members)]
        asking = [everybody[i] for i in indices]
        try:
            if function is None:
                values = _rank_group(call, chosen, settings, place, subject)
            else:
                values = function(call, chosen, asking, place, subject)
        except TooBig:
            values = [undetermined("too-big", subject, place)] * len(asking)
        for i, value in zip(indices, values, strict=True):
            results[i] = value
    return results


# ------------------------------------------------------------------ the rank family


def _rank_group(
    call: n.Call, members: list[Member], settings: Settings, place: str, subject: str
) -> list[Value]:
    known = [sort_key(m.keys, settings.best) for m in members]
    found = standings(known, settings.best)
    ranked = sum(key is not None for key in known)
    if settings.missing == "last" and ranked < len(members):
        found = _with_missing_last(found, ranked, len(members))
    ends = _ends(known) if call.function.text == "minmax" else None
    too_big = undetermined("too-big", subject, place)
    pairs = zip(members, found, strict=True)
    return [rank_value(call, member, standing, ends, settings, too_big) for member, standing in pairs]


def rank_value(
    call: n.Call,
    member: Member,
    standing: Standing | None,
    ends: tuple[Exact, Exact] | None,
    settings: Settings,
    too_big: Undetermined,
) -> Value:
    """
    The value of a rank for a member that stands somewhere; None for one that is not ranked.

    Args:
        ends: the least and the greatest ranked value, for `minmax` only.
    """
    if standing is None or (settings.missing == "exclude" and _lacks_tie_break(member)):
        return union(member.keys)
    if any(isinstance(argument, Undetermined) for argument in member.arguments):
        return union(member.arguments)
    if ends is not None:
        value = _minmax(member, ends, settings)
    else:
        value = RANKS[call.function.text](standing, settings, member.arguments, call)
    return too_big if is_number(value) and not fits(value) else value


def _with_missing_last(found: list[Standing | None], ranked: int, size: int) -> list[Standing | None]:
    distinct = max((s.distinct_better + 1 for s in found if s is not None), default=0)
    last = Standing(ranked, size - ranked, distinct, size)
    return [last if s is None else attrs.evolve(s, size=size) for s in found]


Found = tuple[Standing, tuple[Value, str] | None]
"""Where a member stands, and the value and the id of the next better one; None for the best."""


def standing_of(id_: str, ids: Sequence[str], members: Sequence[Member], settings: Settings) -> Found | None:
    """
    Where one member stands among those it is ranked with; None where it is not ranked, or the call has no value for it.

    Args:
        ids, members: shape (n,), in order of id.
    """
    if id_ not in ids:
        return None
    me = members[ids.index(id_)]
    if any(isinstance(part, Undetermined) for part in (*me.group, *me.arguments)) or (
        settings.missing == "exclude" and _lacks_tie_break(me)
    ):
        return None
    rivals = [(other, m) for other, m in zip(ids, members, strict=True) if m.group == me.group]
    keys = [sort_key(m.keys, settings.best) for _, m in rivals]
    found = standings(keys, settings.best)
    ranked = sum(key is not None for key in keys)
    if settings.missing == "last" and ranked < len(rivals):
        found = _with_missing_last(found, ranked, len(rivals))
    mine = found[[other for other, _ in rivals].index(id_)]
    if mine is None:
        return None
    better = [
        (s.better, other, key)
        for s, (other, _), key in zip(found, rivals, keys, strict=True)
        if s and s.better < mine.better
    ]
    if not better:
        return mine, None
    _, other, key = max(better, key=lambda b: b[0])
    assert key is not None
    return mine, (key[0], other)


def _rank(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    return normal(Fraction(s.size + 1 - s.place(settings.ties)))


def _place(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    return s.place(settings.ties)


def _scaled_rank(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    assert is_number(arguments[0])
    return normal(Fraction(arguments[0]) * (s.size + 1 - s.place(settings.ties)) / s.size)


def _top_share(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    return normal(Fraction(s.place(settings.ties)) / s.size)


def _percent_rank(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    return 1 if s.size == 1 else normal(Fraction(s.size - s.place(settings.ties)) / (s.size - 1))


def _cume_share(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    return normal(Fraction(s.size - s.better, s.size))


def _better_share(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    return normal(Fraction(s.better, s.size))


def _top(s: Standing, settings: Settings, arguments: tuple[Value, ...], call: n.Call) -> Value:
    quota = arguments[0]
    assert is_number(quota)
    counting = option_word(call, "count")
    if counting is not None:
        share = Fraction(quota) * s.size
        half_up = math.floor(share + Fraction(1, 2))
        quota = {"floor": math.floor(share), "ceil": math.ceil(share), "half_up": half_up}[counting]
    if option_word(call, "at_tie") == "exclude":
        return s.place("max") <= quota
    return s.place("dense" if settings.ties == "dense" else "min") <= quota


RANKS: Mapping[str, Callable[[Standing, Settings, tuple[Value, ...], n.Call], Value]] = {
    "rank": _rank,
    "place": _place,
    "scaled_rank": _scaled_rank,
    "top_share": _top_share,
    "percent_rank": _percent_rank,
    "cume_share": _cume_share,
    "better_share": _better_share,
    "top": _top,
}


def _ends(known: Sequence[tuple[Value, ...] | None]) -> tuple[Exact, Exact] | None:
    values = [key[0] for key in known if key is not None and is_number(key[0])]
    return (min(values), max(values)) if values else (0, 0)


def _minmax(member: Member, ends: tuple[Exact, Exact], settings: Settings) -> Value:
    low, high = member.arguments
    assert is_number(low) and is_number(high)
    if isinstance(member.keys[0], Undetermined):  # `missing: last`: the worst
        return low
    if ends[0] == ends[1]:
        return high
    assert is_number(member.keys[0])
    part = Fraction(member.keys[0] - ends[0]) / (ends[1] - ends[0])
    return normal(low + (part if settings.best == "high" else 1 - part) * (high - low))


# ------------------------------------------------------------------ statistics of the cohort


def _statistic(
    call: n.Call, members: list[Member], readers: list[Member], place: str, subject: str
) -> list[Value]:
    name = call.function.text
    values: list[Value] = [m.keys[0] for m in members if m.keys and not isinstance(m.keys[0], Undetermined)]
    empty = undetermined("empty", subject, place)
    if name == "count":
        return [len(values) if call.arguments else len(members)] * len(readers)
    if not values and name != "sum":
        return [union((*m.keys, empty)) for m in readers]
    match name:
        case "sum" | "mean" | "min" | "max":
            shared = AGGREGATES[name](values)
        case "median":
            shared = median_of(values)
        case "variance":
            shared = variance_at(call, [v for v in values if is_number(v)], empty)
        case "stddev":
            shared = deviation(call, [v for v in values if is_number(v)], empty)
        case _:
            method = option_word(call, "method") or "nearest"
            return [_quantile(values, m.arguments[0], method) for m in readers]
    if is_number(shared) and not fits(shared):
        shared = undetermined("too-big", subject, place)
    return [shared] * len(readers)


def _quantile(values: Sequence[Value], share: Value, method: str) -> Value:
    return quantile_at(values, share, method) if is_number(share) else share


def _zscore(
    call: n.Call, members: list[Member], readers: list[Member], place: str, subject: str
) -> list[Value]:
    numbers = [m.keys[0] for m in members if is_number(m.keys[0])]
    variance = variance_of(numbers, sample=option_word(call, "of") == "sample") if numbers else None
    digits = option_number(call, "digits", DEFAULT_DIGITS)
    empty = undetermined("empty", subject, place)
    no_spread = undetermined("div-zero", subject, place)

    def score(value: Value) -> Value:
        if not is_number(value):
            return value
        if variance is None:
            return empty
        return divide_root(value - mean, variance, digits) if variance else no_spread

    mean = mean_of(numbers) if numbers else 0
    return [score(m.keys[0]) for m in readers]


STATISTICS = {
    "count": _statistic,
    "sum": _statistic,
    "mean": _statistic,
    "min": _statistic,
    "max": _statistic,
    "median": _statistic,
    "quantile": _statistic,
    "variance": _statistic,
    "stddev": _statistic,
    "zscore": _zscore,
}
"""The calls that are facts about the cohort: everybody may read them."""
