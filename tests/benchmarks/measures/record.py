"""
One record, in memory.

A `dict` goes in, a level comes out. `rater.tier(record)` gives the level alone, as the rivals do; `rater(record)` a whole
result with values, reasons and explanation. Both are exact and have every value checked; the rivals compute with binary
floats (ZEN with decimals) and take any value. By hand there are two forms: *plain* does nothing but compare; *checked* looks
at every value first, computes exactly, and gives a small result.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.benchmarks.harness import Effort, Table, against, times
from tests.benchmarks.rivals import installed, tier
from tests.benchmarks.rules import RULES, Record, Rule

REFERENCE = "Tier, the level"


def contenders(rule: Rule) -> dict[str, Callable[[Record], Any]]:
    """What takes a record, by name; each was seen to be right about every record of the rule."""
    rater = tier(rule)
    found: dict[str, Callable[[Record], Any]] = {REFERENCE: rater.tier, "Tier, a whole result": rater}
    exact = all(isinstance(value, int | str) for value in rule.records[0][0].values())
    found |= {"by hand, plain": rule.plain} | ({"by hand, checked": rule.checked} if exact else {})
    found |= {name: compile_(rule) for name, compile_ in installed().items()}
    for name, rate in found.items():
        for record, level in rule.records:
            result = rate(dict(record))
            got = result if isinstance(result, str) else result.tier
            assert got == level, f"{name}: {rule.name}: {got}, not {level}"
    return found


def run(effort: Effort) -> list[Table]:
    """One table for each rule."""
    tables = []
    for rule in RULES:
        record = dict(rule.records[0][0])
        calls = {name: partial(rate, record) for name, rate in contenders(rule).items()}
        tables.append(against(rule.name[0].upper() + rule.name[1:], times(calls, effort), REFERENCE))
    return tables
