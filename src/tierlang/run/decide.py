"""From conditions to a level (language reference, Rules): every outcome that is still possible, then one or none."""

from collections.abc import Mapping, Sequence

from tierlang import quickattrs as attrs
from tierlang.check.model import LevelRule, Rule
from tierlang.run import kleene
from tierlang.run.values import Undetermined, Value, union


@attrs.frozen
class Conditions:
    """
    What one subject's conditions are worth.

    Attributes:
        rules: by the rule's id: `require`, `veto`, `cap` and `floor` conditions.
        levels: by level name: the own condition of a level with mode ``if``.
    """

    rules: Mapping[str, Value]
    levels: Mapping[str, Value]


@attrs.frozen
class Decision:
    """
    The outcome of one subject.

    Attributes:
        status: ``rated``, ``unrated``, ``vetoed`` or ``undetermined``.
        level: the index of the level on the ladder; None for no level.
        at_most, at_least: the best and the worst level still possible; None is "no level".
        causes: why it is undetermined.
    """

    status: str
    level: int | None
    at_most: int | None
    at_least: int | None
    causes: Undetermined | None = None
    absorbed: tuple[Undetermined, ...] = ()


def decide(
    ladder: Sequence[LevelRule], rules: Sequence[Rule], conditions: Conditions, outputs: Sequence[Value] = ()
) -> Decision:
    """
    Decide one subject that is in the cohort.

    Args:
        outputs: what a scheme without levels is about: the definitions that no other one uses.
    """
    absorbed: list[Undetermined] = []
    if not ladder:
        return _without_levels(rules, conditions, outputs)
    vetoes = [conditions.rules[rule.id] for rule in rules if rule.kind == "veto"]
    veto = kleene.decide(vetoes, True, absorbed)
    if veto is True:
        return Decision("vetoed", None, None, None, absorbed=tuple(absorbed))
    possible, waiting = _possible_levels(ladder, rules, conditions, absorbed)
    for kind in ("cap", "floor"):
        for rule in rules:
            if rule.kind == kind:
                possible, waiting = _bound(rule, ladder, conditions, possible, waiting)
    if isinstance(veto, Undetermined):
        return _unknown({*possible, None}, union([veto, *waiting]), absorbed)
    if len(possible) > 1:
        return _unknown(possible, union(waiting), absorbed)
    level = next(iter(possible))
    return Decision("unrated" if level is None else "rated", level, level, level, absorbed=tuple(absorbed))


def _without_levels(rules: Sequence[Rule], conditions: Conditions, outputs: Sequence[Value]) -> Decision:
    """A scheme without levels rates whoever meets its requirements, once all its outputs are determined."""
    absorbed: list[Undetermined] = []
    veto = kleene.decide([conditions.rules[r.id] for r in rules if r.kind == "veto"], True, absorbed)
    needed = kleene.decide([conditions.rules[r.id] for r in rules if r.kind == "require"], False, absorbed)
    known = tuple(absorbed)
    if veto is True:
        return Decision("vetoed", None, None, None, absorbed=known)
    if veto is False and needed is False:
        return Decision("unrated", None, None, None, absorbed=known)
    causes = union([veto, needed, *outputs])
    return Decision(
        "undetermined" if causes.causes else "rated",
        None,
        None,
        None,
        causes if causes.causes else None,
        known,
    )


def _possible_levels(
    ladder: Sequence[LevelRule], rules: Sequence[Rule], conditions: Conditions, absorbed: list[Undetermined]
) -> tuple[set[int | None], list[Undetermined]]:
    """The levels that may be the highest that holds, and the undetermined conditions met on the way down."""
    possible: set[int | None] = set()
    waiting: list[Undetermined] = []
    for index, level in enumerate(ladder):
        truth = level_condition(level, rules, conditions, absorbed)
        if truth is False:
            continue
        possible.add(index)
        if truth is True:
            return possible, waiting
        assert isinstance(truth, Undetermined)
        waiting.append(truth)
    return {*possible, None}, waiting


def level_condition(
    level: LevelRule, rules: Sequence[Rule], conditions: Conditions, absorbed: list[Undetermined]
) -> Value:
    """The requirements of a level and its own condition, joined by Kleene's `and`; `otherwise` needs nothing."""
    match level.mode:
        case "otherwise":
            return True
        case "never":
            return False
    needed = [
        conditions.rules[rule.id] for rule in rules if rule.kind == "require" and applies_to(rule, level.name)
    ]
    own = [conditions.levels[level.name]] if level.mode == "if" else []
    return kleene.decide([*needed, *own], False, absorbed)


def applies_to(requirement: Rule, level: str) -> bool:
    """Whether a requirement is needed for a level."""
    return not requirement.levels or level in requirement.levels


def _bound(
    rule: Rule,
    ladder: Sequence[LevelRule],
    conditions: Conditions,
    possible: set[int | None],
    waiting: list[Undetermined],
) -> tuple[set[int | None], list[Undetermined]]:
    """Apply one `cap` or `floor` to every outcome; an undetermined one leaves both outcomes possible."""
    truth = conditions.rules[rule.id]
    if truth is False:
        return possible, waiting
    limit = next(i for i, level in enumerate(ladder) if level.name == rule.levels[0])
    bounded = {_bounded(rule.kind, level, limit) for level in possible}
    if truth is True:
        return bounded, waiting
    assert isinstance(truth, Undetermined)
    return (possible | bounded, [*waiting, truth]) if bounded != possible else (possible, waiting)


def _bounded(kind: str, level: int | None, limit: int) -> int | None:
    if kind == "cap":
        return None if level is None else max(level, limit)
    return limit if level is None else min(level, limit)


def _unknown(possible: set[int | None], causes: Undetermined, absorbed: list[Undetermined]) -> Decision:
    levels = [level for level in possible if level is not None]
    at_least = None if None in possible or not levels else max(levels)
    return Decision("undetermined", None, min(levels, default=None), at_least, causes, tuple(absorbed))
