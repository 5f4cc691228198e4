"""The levels: what leads to each, and where one number decides, the line on which they lie."""

from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.check.coverage import levels as coverage
from tierlang.check.coverage.conditions import Axis, Reader
from tierlang.check.coverage.formulas import every
from tierlang.check.coverage.intervals import Cell
from tierlang.check.model import CheckedScheme, LevelRule
from tierlang.doc.content import Code, Link
from tierlang.doc.intervals import cut_axis, only_axis, runs_of, where, where_holds
from tierlang.doc.line import Line, draw_line
from tierlang.doc.shapes import Ladder, Level, Rule, Where
from tierlang.source import Span

MAX_RUNS = 40
"""A number line with more pieces would be unreadable."""


@attrs.frozen
class RuleView:
    """What the document knows of the rule at a place, and its condition as code."""

    rule: Rule
    condition: Code


@attrs.frozen
class _Result:
    """
    The levels along one axis: for each level, best first, and then for none, its runs of cells.

    Attributes:
        required: whether the requirements are about the same axis, and so count.
    """

    axis: Axis
    required: bool
    runs: tuple[tuple[tuple[Cell, ...], ...], ...]


def ladder_of(
    checked: CheckedScheme, views: Mapping[Span, RuleView], names: Mapping[str, str]
) -> Ladder | None:
    """
    The ladder; None for a scheme without levels.

    Args:
        views: what is known of each rule, by the place of its statement.
        names: the anchors of names.
    """
    if not checked.ladder:
        return None
    reader = Reader(checked.facts, checked.source, coverage.level_names(checked.facts))
    read = coverage.read_ladder(checked.facts, reader)
    result = _result(read, reader)
    line = None if result is None else draw_line(result.axis, result.runs, reader.levels)
    found = {level.name: level for level in read.levels}
    rows = [
        _level(i, rule, found.get(rule.name), checked, views, names, reader, result, line)
        for i, rule in enumerate(checked.ladder)
    ]
    others = [rule.origin.span for rule in checked.rules if rule.kind != "require"]
    if checked.override is not None:
        others.append(checked.override.origin.span)
    besides = tuple(views[span].rule for span in others)
    if result is None or line is None:
        return Ladder(tuple(rows), besides=besides)
    subject = Link(result.axis.label, names.get(result.axis.label))
    none = len(checked.ladder)
    uncovered = None
    if result.runs[none]:
        uncovered = Level(
            None, "", (), "none", where=_where(result, none, reader), segments=line.segments[none]
        )
    return Ladder(
        tuple(rows),
        subject,
        line.ticks,
        line.to_scale,
        assuming=not result.required and bool(checked.rules_of("require")),
        uncovered=uncovered,
        besides=besides,
    )


def _level(
    i: int,
    rule: LevelRule,
    read: coverage.Level | None,
    checked: CheckedScheme,
    views: Mapping[Span, RuleView],
    names: Mapping[str, str],
    reader: Reader,
    result: _Result | None,
    line: Line | None,
) -> Level:
    view = views.get(rule.origin.span)
    needs = tuple(
        views[need.origin.span].rule
        for need in checked.rules_of("require")
        if rule.mode in {"if", "plain"} and (not need.levels or rule.name in need.levels)
    )
    holds: Where | None = None
    if result is not None and rule.mode != "never":
        holds = _where(result, i, reader)
    elif read is not None and rule.mode == "if" and result is None:
        holds = where_holds(read.own, reader)
    return Level(
        names.get(rule.name),
        rule.name,
        tuple(rule.origin.labels.items()),
        rule.mode,
        view.condition if view is not None and rule.mode == "if" else (),
        holds,
        line.segments[i] if line is not None else (),
        needs,
    )


def _where(result: _Result, i: int, reader: Reader) -> Where:
    return where(result.axis, result.runs[i], reader.levels)


def _result(ladder: coverage.Ladder, reader: Reader) -> _Result | None:
    """
    The level for every value of the one number that decides; None where more than one does.

    Requirements about the same number count; about anything else, the result is that of those who meet them.
    """
    own = [level.formula for level in ladder.levels]
    if not any(level.mode == "if" for level in ladder.levels):
        return None
    together = [*own, ladder.require]
    axis = only_axis(together, reader)
    required = axis is not None
    if axis is None:
        axis = only_axis([level.own for level in ladder.levels], reader)
        together = [level.own for level in ladder.levels]
    pieces = None if axis is None else cut_axis(axis, together)
    if axis is None or pieces is None:
        return None
    conditions = [
        every([level.formula, ladder.require])
        if required and level.mode != "otherwise"
        else (level.formula if required else level.own)
        for level in ladder.levels
    ]
    members = [pieces.verdict(condition).surely for condition in conditions]
    names = {level.name: i for i, level in enumerate(ladder.levels)}
    places = [names.get(name) for name in reader.levels]
    runs, left = [], pieces.space.all
    for place in places:  # the best level that holds is the result
        taken = left & members[place] if place is not None else 0
        left &= ~taken
        runs.append(runs_of(pieces.cells[0], taken))
    runs.append(runs_of(pieces.cells[0], left))
    return _Result(axis, required, tuple(runs)) if 1 < sum(map(len, runs)) <= MAX_RUNS else None
