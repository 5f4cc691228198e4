"""From conditions to an outcome in the compiled path: the decision of `run/decide.py` for conditions that are all known."""

import ast
from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme, LevelRule
from tierlang.rater import python as p
from tierlang.rater.disjoint import are_disjoint
from tierlang.rater.python import Block
from tierlang.rater.terms import Truth
from tierlang.rater.translate import Translator
from tierlang.run.decide import applies_to

FURTHER = ("unrated", "vetoed", "ineligible")
"""The outcomes behind those of the levels."""


@attrs.frozen
class Outcome:
    """
    The outcome of a record.

    Attributes:
        index: which of the outcomes it is.
        statuses, tiers: of each outcome.
    """

    index: ast.expr
    statuses: tuple[str, ...]
    tiers: tuple[str | None, ...]


def decision(translator: Translator, rules: Mapping[str, Truth]) -> Outcome:
    """
    The outcome, from the conditions of rules by id; those of levels are computed here.

    Raises:
        NotCompiled: a condition of a level is not known here.
    """
    scheme, block = translator.program.scheme, translator.block
    names = scheme.level_names
    count = len(names) or 1  # a scheme without levels has one outcome in their place: rated
    index = _level(translator, rules) if names else _without_levels(scheme, rules)
    for kind in ("cap", "floor"):
        for rule in scheme.rules_of(kind):
            index = _bounded(block, kind, rules[rule.id].node, index, scheme.level_index(rule.levels[0]))
    vetoes = [rules[rule.id].node for rule in scheme.rules_of("veto")]
    if vetoes:
        index = p.choice(p.either(vetoes), p.constant(count + 1), index)
    if scheme.rules_of("eligible"):
        eligible = translator.terms["eligible"].node
        index = p.choice(eligible, index, p.constant(count + 2))
    return Outcome(index, (*("rated",) * count, *FURTHER), (*(names or (None,)), *(None,) * len(FURTHER)))


def _level(translator: Translator, rules: Mapping[str, Truth]) -> ast.expr:
    """The index of the highest level that holds, or of no level."""
    scheme = translator.program.scheme
    holds: list[tuple[int, ast.expr]] = []
    last = p.constant(len(scheme.ladder))
    for index, level in enumerate(scheme.ladder):
        if level.mode == "otherwise":
            last = p.constant(index)
            break
        if level.mode != "never":
            holds.append((index, _holds(translator, level, rules)))
    if scheme.exclusive:
        holds = _exclusive(translator, holds)
    for index, condition in reversed(holds):
        last = p.choice(condition, p.constant(index), last)
    return last


def _holds(translator: Translator, level: LevelRule, rules: Mapping[str, Truth]) -> ast.expr:
    """The requirements of a level and its own condition."""
    needed = [
        rules[rule.id].node
        for rule in translator.program.scheme.rules_of("require")
        if applies_to(rule, level.name)
    ]
    own = [translator.truth(level.condition, f"tier {level.name}")] if level.condition is not None else []
    return p.both([*needed, *own])


def _exclusive(translator: Translator, holds: list[tuple[int, ast.expr]]) -> list[tuple[int, ast.expr]]:
    """Give a record back of which two levels hold, unless that cannot be."""
    ladder, block = translator.program.scheme.ladder, translator.block
    if are_disjoint([ladder[index].condition for index, _ in holds]):
        return holds
    named = [(index, block.let(condition)) for index, condition in holds]
    count: ast.expr = p.constant(0)
    for _, condition in named:
        count = ast.BinOp(count, ast.Add(), condition)
    block.need(p.compare(count, ast.LtE(), p.constant(1)))
    return named


def _without_levels(scheme: CheckedScheme, rules: Mapping[str, Truth]) -> ast.expr:
    """A scheme without levels rates whoever meets its requirements."""
    needed = p.both([rules[rule.id].node for rule in scheme.rules_of("require")])
    return p.choice(needed, p.constant(0), p.constant(1))


def _bounded(block: Block, kind: str, condition: ast.expr, index: ast.expr, limit: int) -> ast.expr:
    """A cap keeps a better level down; a floor lifts a worse one, and who has none."""
    index, bound = block.let(index), p.constant(limit)
    operator = ast.Lt() if kind == "cap" else ast.Gt()
    return p.choice(p.both([condition, p.compare(index, operator, bound)]), bound, index)
