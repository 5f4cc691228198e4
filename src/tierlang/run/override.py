"""The override of a scheme: what people decided for one subject, and whether it is in force (reference, Rules)."""

import datetime
from collections.abc import Callable

from tierlang import quickattrs as attrs
from tierlang.check.model import OverrideRule
from tierlang.run.expressions import Code, Frame, constant
from tierlang.run.values import Level, Undetermined, Value, union
from tierlang.syntax import nodes as n


@attrs.frozen
class Overriding:
    """
    An override that is, or may be, in force for one subject.

    Attributes:
        level, reason: what was decided and why; None where it cannot be known.
        start, end: the days between which it holds; None where it is not bounded.
        unknown: why it cannot be said whether it is in force, or with which level or reason.
    """

    name: str
    level: Level | None
    reason: str | None
    start: datetime.date | None
    end: datetime.date | None
    unknown: Undetermined | None = None


def compile_override(
    rule: OverrideRule, compile_: Callable[[n.Expr, str], Code], last_day: datetime.date
) -> Callable[[Frame], Overriding | None]:
    """
    A closure that finds a subject's override; None where there is none, or none in force.

    Args:
        compile_: makes the closure of an expression, which belongs to the rule that it is given.
        last_day: of the assessed period.
    """
    level_code, reason_code = compile_(rule.level, rule.name), compile_(rule.reason, rule.name)
    start_code, end_code, condition_code = (
        constant(True) if part is None else compile_(part, rule.name)
        for part in (rule.start, rule.end, rule.condition)
    )

    def run(frame: Frame) -> Overriding | None:
        level, reason = level_code(frame), reason_code(frame)
        start, end = start_code(frame), end_code(frame)
        condition = condition_code(frame)
        if is_absent(level) or condition is False:
            return None
        first, last = _day(start), _day(end)
        if (first is not None and last_day < first) or (last is not None and last < last_day):
            return None
        bounds = [day for day in (start, end) if isinstance(day, Undetermined) and not is_absent(day)]
        unknown = union([level, reason, *bounds, condition])
        return Overriding(
            rule.name,
            level if isinstance(level, Level) else None,
            reason if isinstance(reason, str) else None,
            first,
            last,
            unknown if unknown.causes else None,
        )

    return run


def is_absent(value: Value) -> bool:
    """Whether a value is undetermined for no other reason than that there are no data."""
    return isinstance(value, Undetermined) and all(cause.code == "missing" for cause in value.causes)


def _day(value: Value) -> datetime.date | None:
    return value if isinstance(value, datetime.date) else None
