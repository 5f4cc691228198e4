"""One more member among known ones gets what `cohort.compute` gives it among all, for every function and option."""

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest

from tierlang.builtins import BUILTINS, COHORT_FAMILIES
from tierlang.check.model import RankDefaults
from tierlang.rater import places
from tierlang.rater.places import FACTS, RANKED, CohortCall, Edited, Standstill
from tierlang.run import cohort
from tierlang.run.cohort import Member, Settings
from tierlang.run.values import Level, Undetermined, Value, undetermined
from tierlang.source import Span
from tierlang.syntax.grammar import parse_statement

ARGUMENTS = {"scaled_rank": ("100",), "minmax": ("0", "100"), "top": ("2",), "quantile": ("0.3",)}
"""What follows the first argument, as written; the values of the members stand in their place."""

OVER_COHORT = [
    name
    for name, builtin in BUILTINS.items()
    if builtin.family in COHORT_FAMILIES
    or (builtin.family == "aggregate" and any(key == "among" for key, _ in builtin.options))
]


def call_of(name: str, options: dict[str, str], *, arguments: int) -> CohortCall:
    """A call as the checker leaves it."""
    further = ARGUMENTS.get(name, ())
    listed = [f"{key}: {word}" for key, word in options.items()]
    text = f"y = {name}({', '.join([*['x'][:arguments], *further, *listed])})"
    call = parse_statement(text, Span(0, len(text))).value
    return CohortCall(call, Settings.of(call, RankDefaults()), "1:5", "y")


def options_of(name: str) -> list[dict[str, str]]:
    """Every combination of the words that an option may have."""
    worded = [(key, words) for key, words in BUILTINS[name].options if words and key != "among"]
    pools = [[None, *words] for _, words in worded]
    keys = [key for key, _ in worded]
    return [
        {key: word for key, word in zip(keys, words, strict=True) if word is not None}
        for words in itertools.product(*pools)
    ]


def value(chance: random.Random, pool: str) -> Value:
    """A value that ties often, and is unknown now and then."""
    if chance.random() < 0.15:
        return undetermined("missing", f"x{chance.randrange(3)}", "1:1")
    match pool:
        case "whole":
            return chance.randrange(5)
        case "level":
            return Level(*chance.choice([("A", 0), ("B", 1), ("C", 2)]))
        case _:
            return chance.choice([0, 1, Fraction(1, 2), Fraction(1, 3), Fraction(7, 3), -2])


def member(chance: random.Random, call: CohortCall, pool: str, *, then: int, groups: bool) -> Member:
    """A member as a call sees it."""
    keys = () if call.call.arguments == () else (value(chance, pool),)
    further = [value(chance, "whole") for _ in call.call.arguments[1:]]
    if call.function == "quantile":
        further = [chance.choice([0, 1, Fraction(1, 4), Fraction(2, 3), undetermined("hole", "", "")])]
    ties = tuple(value(chance, "whole") for _ in range(then))
    group = (value(chance, "whole") if chance.random() < 0.3 else 1,) if groups else ()
    return Member((*keys, *ties), tuple(further), group)


def pools_of(name: str) -> tuple[str, ...]:
    return (
        ("whole", "fraction", "level")
        if name in {"place", "rank", "min", "max", "count"}
        else ("whole", "fraction")
    )


def check(
    call: CohortCall, ids: list[str], members: list[Member], id_: str, asking: Member, inside: bool
) -> Value:
    """What it is worth, which is what looking at everybody gives."""
    beside = [m for other, m in zip(ids, members, strict=True) if other != id_]
    wanted = call.over(beside, asking, inside=inside)
    found = Standstill(call, ids, members).value(id_, asking, inside=inside)
    assert (type(found), found) == (type(wanted), wanted), (call.call, members, id_, asking)
    return found


@pytest.mark.parametrize("name", OVER_COHORT)
def test_it_is_what_all_members_give(name: str) -> None:
    """For every option, with ties, unknown values, groups, ties broken, and members replaced."""
    chance = random.Random(name)
    seen: set[str] = set()
    for options in options_of(name):
        call = call_of(name, options, arguments=0 if name == "count" and chance.random() < 0.5 else 1)
        for pool in pools_of(name):
            for size in (0, 1, 2, 5, 9):
                then, groups = (
                    chance.randrange(3) if name in RANKED - {"minmax"} else 0,
                    chance.random() < 0.4,
                )
                members = [member(chance, call, pool, then=then, groups=groups) for _ in range(size)]
                ids = [f"m{i}" for i in range(size)]
                asking = member(chance, call, pool, then=then, groups=groups)
                for id_ in ("new", *ids):
                    for inside in (True, False) if name in FACTS else (True,):
                        seen.add(type(check(call, ids, members, id_, asking, inside)).__name__)
    assert len(seen - {"Undetermined"}) >= 1


def test_every_function_over_the_cohort_is_known() -> None:
    """One that is not is looked at with all members: right, but slow. Add it to places.py, or here."""
    assert set(OVER_COHORT) - (RANKED | FACTS) == set()
    assert {*cohort.RANKS, "minmax", *cohort.STATISTICS} == RANKED | FACTS


def test_a_function_that_is_not_known_is_looked_at_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a later built-in would get."""
    call = call_of("place", {}, arguments=1)
    members = [Member((i,)) for i in (5, 3, 1)]
    monkeypatch.setattr(places, "RANKED", frozenset())
    assert Standstill(call, ["a", "b", "c"], members).value("new", Member((4,)), inside=True) == 2
    assert Standstill(call, ["a", "b", "c"], members).value("a", Member((2,)), inside=True) == 2


@pytest.mark.parametrize("name", sorted(FACTS - {"count"}))
@pytest.mark.parametrize("bits", [5_000, 9_000, 65_000])
def test_long_numbers_are_looked_at_one_by_one(name: str, bits: int) -> None:
    """Near the bound of the language the sums are not trusted; the result is the same, `too-big` included."""
    call = call_of(name, {}, arguments=1)
    values: list[Any] = [Fraction(1, 2**bits + 2 * i + 1) for i in range(3)] + [2**bits]
    arguments = (Fraction(1, 2),) if name == "quantile" else ()
    members = [Member((v,), arguments) for v in values]
    for asking in (1, Fraction(3, 2**bits + 9), undetermined("missing", "x", "")):
        for id_ in ("new", "m0", "m3"):
            check(call, ["m0", "m1", "m2", "m3"], members, id_, Member((asking,), arguments), True)


def test_keys_with_long_denominators_are_compared_as_they_are() -> None:
    """Beyond MAX_SCALE_BITS there is no common denominator."""
    call = call_of("place", {}, arguments=1)
    members = [Member((Fraction(1, 3 + 2 * i),)) for i in range(400)]
    ids = [f"m{i}" for i in range(400)]
    for asking in (Fraction(1, 4), Fraction(1, 5), 0, 1):
        check(call, ids, members, "new", Member((asking,)), True)
        check(call, ids, members, "m7", Member((asking,)), True)


def test_edited_is_the_list_with_one_more_and_one_less() -> None:
    """Every index, from both ends, and slices."""
    for size in range(5):
        values = sorted(random.Random(size).choices(range(4), k=size))
        for more in (None, 0, 1, 2, 3, 5, -1):
            for less in (None, *values):
                wanted = list(values)
                if less is not None:
                    wanted.remove(less)
                wanted = sorted([*wanted, *([] if more is None else [more])])
                found = Edited(values, more, less)
                assert list(found) == wanted
                assert len(found) == len(wanted)
                assert [found[-i] for i in range(1, len(wanted) + 1)] == wanted[::-1]
                assert found[1:3] == wanted[1:3]
                with pytest.raises(IndexError):
                    found[len(wanted)]


def test_a_place_costs_the_logarithm() -> None:
    """Counted in comparisons, not in time: a hundred times the members, a few comparisons more."""

    class Counted:
        made = 0

        def __init__(self, value: int) -> None:
            self.value = value

        def __lt__(self, other: "Counted") -> bool:
            Counted.made += 1
            return self.value < other.value

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Counted) and self.value == other.value

        __hash__ = None  # type: ignore[assignment]

    spent = []
    for size in (100, 10_000):
        call = call_of("place", {}, arguments=1)
        members = [Member((Counted(i),)) for i in range(size)]  # type: ignore[arg-type]
        still = Standstill(call, [str(i) for i in range(size)], members)
        still.value("new", Member((Counted(50),)), inside=True)  # type: ignore[arg-type]
        Counted.made = 0
        still.value("new", Member((Counted(51),)), inside=True)  # type: ignore[arg-type]
        spent.append(Counted.made)
    assert spent[1] < spent[0] * 3


def test_undetermined_members_are_no_keys() -> None:
    """A member whose group is unknown is in no group; who asks with an unknown group is told why."""
    call = call_of("place", {}, arguments=1)
    unknown = undetermined("missing", "region", "1:1")
    members = [Member((3,), (), (1,)), Member((9,), (), (unknown,))]
    assert check(call, ["a", "b"], members, "new", Member((2,), (), (1,)), True) == 2
    assert isinstance(
        check(call, ["a", "b"], members, "new", Member((2,), (), (unknown,)), True), Undetermined
    )


class Counted:
    """A number that counts how often it is compared."""

    compared = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __lt__(self, other: "Counted") -> bool:
        Counted.compared += 1
        return self.number < other.number

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return isinstance(other, Counted) and self.number == other.number

    __hash__ = None  # type: ignore[assignment]  # nothing may look for it in a set


@pytest.mark.parametrize("ties", [1, 50], ids=["few ties", "many ties"])
@pytest.mark.parametrize("groups", [1, 8], ids=["one group", "groups"])
def test_one_more_member_is_compared_with_few(ties: int, groups: int) -> None:
    """The logarithm of the size of its group, and nothing is kept of it: not even of a group that nobody is in."""
    call = call_of("place", {}, arguments=1)
    compared = []
    for size in (1_000, 16_000):
        members = [Member((Counted(i // ties),), (), (i % groups,)) for i in range(size)]
        still = Standstill(call, [f"m{i}" for i in range(size)], members)
        made = len(still._groups)
        Counted.compared = 0
        still.value("new", Member((Counted(size // 3),), (), (0,)), inside=True)
        still.value("m7", Member((Counted(size // 3),), (), ("nobody's",)), inside=True)
        compared.append(Counted.compared)
        assert len(still._groups) == made == groups
    assert compared[1] <= compared[0] + 6 * 4 + 6
    assert compared[1] < 150
