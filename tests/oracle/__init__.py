"""
A second evaluator of schemes, to hold the real one against.

It says the language's law again, as directly as Python allows: every cohort function is a double loop, every number a
Fraction, and nothing is remembered but the value of a name for a subject. It shares only the parser with the real
engine, and it may assume a scheme and data that were checked. Values are Fraction, bool, datetime.date, str (a text or a
level) or Undetermined. It knows no imports.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from oracle.decision import Oracle
from oracle.values import Undetermined

__all__ = ["Undetermined", "evaluate", "fold"]


def evaluate(
    text: str,
    rows: Sequence[Mapping[str, Any]],
    period: str | None = None,
    params: Mapping[str, Any] | None = None,
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    history: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """
    Rate the subjects in *rows*.

    Args:
        history: published results: scheme, period, id, tier, values, and the status where it is told.

    Returns:
        for each subject a dict of id, status, tier, computed, override, reason, at_least, at_most, values (name to
        value), failed, provisional, assumed, and absorbed (the causes that a deciding operand of and, or, any, all,
        none, at_least made harmless).
    """
    return _results(Oracle(text, rows, period, params or {}, tables or {}, history))


def fold(
    text: str,
    rows: Sequence[Mapping[str, Any]],
    periods: tuple[str, str],
    params: Mapping[str, Any] | None = None,
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    history: Sequence[Mapping[str, Any]] = (),
) -> dict[str, list[dict[str, Any]]]:
    """
    Rate the same *rows* for the first to the last of *periods*, each with the results before it as history.

    A list given for a series ends with the last period; a state that is given is that of the first.

    Returns:
        by the label of each period what ``evaluate`` gives.
    """
    at_end = Oracle(text, rows, periods[1], params or {}, tables or {}, history)
    (unit, first), (_, last) = (at_end.calendar.read(label) for label in periods)
    spelled = [
        {k: at_end.spelled(at_end.inputs[k], v) if k in at_end.inputs else v for k, v in r.items()}
        for r in rows
    ]
    published = list(history)
    found: dict[str, list[dict[str, Any]]] = {}
    for index in range(first, last + 1):
        label = at_end.calendar.label(unit, index)
        own = spelled if index == first else [_without(row, at_end.states) for row in spelled]
        found[label] = evaluate(text, own, label, params, tables, published)
        published += [{"scheme": at_end.id, "period": label, **result} for result in found[label]]
    return found


def _results(scheme: Oracle) -> list[dict[str, Any]]:
    results = [scheme.result(i) for i in range(len(scheme.rows))]
    return [{**result, "provisional": scheme.provisional(i)} for i, result in enumerate(results)]


def _without(row: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in names}
