"""From conditions to an outcome, in cells, for subjects of whom everything is known."""

from typing import TYPE_CHECKING

from tierlang.check.model import Rule
from tierlang.columnar.columns.cells import (
    Cell,
    add,
    both,
    bounded,
    case,
    coalesce,
    compare,
    constant,
    either,
    flag,
    holds,
    inverse,
    multiply,
)
from tierlang.columnar.columns.relation import Relation
from tierlang.run.decide import applies_to

if TYPE_CHECKING:
    from tierlang.columnar.lowering.lower import Lowerer

INELIGIBLE, VETOED, UNRATED = -1, -2, -3
"""Outcomes without a level; a level is its index on the ladder, and in a scheme without levels 0 is `rated`."""

STATUS = {INELIGIBLE: "ineligible", VETOED: "vetoed", UNRATED: "unrated"}
"""What results say of those outcomes; of others that somebody is `rated`."""

BITS = 62
"""Bits of one number that holds yes or no for each of several rules."""
DIGITS = 38
"""Digits of base 3 of one number that holds true, false or unknown for each of several conditions."""


def outcome_of(lowerer: "Lowerer") -> Cell:
    """The outcome of a subject of whom everything is known."""
    scheme = lowerer.scheme
    vetoed = either([holds(lowerer.rules[rule.id]) for rule in scheme.rules_of("veto")])
    if scheme.ladder:
        reached = _reached(lowerer)
        nothing = constant(len(scheme.ladder))
        rated = case([(compare("==", reached, nothing), constant(UNRATED))], reached)
    else:
        needed = both([holds(lowerer.rules[rule.id]) for rule in scheme.rules_of("require")])
        rated = case([(needed, constant(0))], constant(UNRATED))
    outside, override = inverse(holds(lowerer.eligible)), lowerer.override
    arms = [(outside, constant(INELIGIBLE)), (override.surely, override.level), (vetoed, constant(VETOED))]
    return case(arms, rated)


def level_cells(lowerer: "Lowerer") -> list[Cell]:
    """For each level whether its requirements and its own condition hold, as Kleene's `and` has it."""
    scheme = lowerer.scheme
    found = []
    for level in scheme.ladder:
        if level.mode in {"otherwise", "never"}:
            found.append(constant(level.mode == "otherwise"))
            continue
        needed = [lowerer.rules[r.id] for r in scheme.rules_of("require") if applies_to(r, level.name)]
        own = [lowerer.levels[level.name]] if level.mode == "if" else []
        found.append(both([*needed, *own]))
    return found


def _reached(lowerer: "Lowerer") -> Cell:
    """The index of the level after caps and floors; the number of levels for none."""
    ladder = lowerer.scheme.ladder
    conditions = [holds(lowerer.scope.relation.share(cell)) for cell in level_cells(lowerer)]
    reached = case([(cell, constant(i)) for i, cell in enumerate(conditions)], constant(len(ladder)))
    for kind in ("cap", "floor"):
        for rule in lowerer.scheme.rules_of(kind):
            limit = next(i for i, level in enumerate(ladder) if level.name == rule.levels[0])
            reached = lowerer.share(reached)
            beyond = compare("<" if kind == "cap" else ">", reached, constant(limit))
            reached = case([(both([holds(lowerer.rules[rule.id]), beyond]), constant(limit))], reached)
    return lowerer.share(bounded(reached, 0, len(ladder)))


def overlapping(lowerer: "Lowerer") -> Cell:
    """Whether two levels that are declared exclusive hold at once, for somebody in the cohort."""
    own = [
        cell
        for level, cell in zip(lowerer.scheme.ladder, level_cells(lowerer), strict=True)
        if level.mode in {"if", "plain"}
    ]
    held = constant(0)
    for cell in own:
        held = add(held, flag(holds(cell)))
    return both([holds(lowerer.eligible), compare(">", held, constant(1))])


def failing(lowerer: "Lowerer") -> list[tuple[Rule | str, Cell]]:
    """What a result may list as failed, and whether it does: absent inputs by name, then rules."""
    gates: list[tuple[Rule | str, Cell]] = [(name, cell) for name, cell in lowerer.gates.items()]
    rules = [rule for rule in lowerer.scheme.rules if rule.kind in {"eligible", "require", "veto"}]
    found = [
        (
            rule,
            holds(lowerer.rules[rule.id]) if rule.kind == "veto" else holds(inverse(lowerer.rules[rule.id])),
        )
        for rule in rules
    ]
    return [*gates, *found]


def told_of(found: Rule | str) -> tuple[str, str]:
    """Of something that can fail the kind of rule that it is, and what results call it; an absent input is a rule for who is eligible."""
    return (found.kind, found.title) if isinstance(found, Rule) else ("eligible", f"missing {found}")


def as_bits(relation: Relation, cells: list[Cell]) -> list[Cell]:
    """Truth values packed into numbers, the first one in the lowest bit."""
    return _packed(relation, [flag(cell) for cell in cells], 2, BITS)


def as_digits(relation: Relation, cells: list[Cell]) -> list[Cell]:
    """Conditions packed into numbers of base 3: 0 false, 1 true, 2 unknown."""
    digits = [coalesce([flag(cell), constant(2)]) if cell.nullable else flag(cell) for cell in cells]
    return _packed(relation, digits, 3, DIGITS)


def _packed(relation: Relation, digits: list[Cell], base: int, size: int) -> list[Cell]:
    """
    Digits packed into numbers.

    What is known before a window function is added up before it, so that not every digit is passed through it.
    """
    found = []
    for start in range(0, len(digits), size):
        sums: dict[int, Cell] = {}
        for place, digit in enumerate(digits[start : start + size]):
            windows, _ = relation.after([digit])
            sums[windows] = add(sums.get(windows, constant(0)), multiply(digit, constant(base**place)))
        total = constant(0)
        for part in sums.values():
            total = add(total, relation.share(part))
        found.append(total)
    return found


def either_of(relation: Relation, cells: list[Cell]) -> Cell:
    """`or` of many conditions, those joined before a window function that are known before it."""
    groups: dict[int, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(relation.after([cell])[0], []).append(cell)
    return either([relation.share(either(group)) for group in groups.values()])
