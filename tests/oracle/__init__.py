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

__all__ = ["Undetermined", "evaluate"]


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

    Returns:
        for each subject a dict of id, status, tier, at_least, at_most, values (name to value), failed, provisional,
        assumed, and absorbed (the causes that a deciding operand of and, or, any, all, none, at_least made harmless).
    """
    scheme = Oracle(text, rows, period, params or {}, tables or {}, history)
    return [scheme.result(i) for i in range(len(rows))]
