"""
Reading and checking a scheme, from 1 000 to 100 000 lines.

*Bare lark* is the parser that `lark` makes of the same grammar, for the same statements, with its plain trees; cel-python
parses an expression of the same length for each line. The checker does everything that `tier check` does: names, types,
units, order, gaps and overlaps of levels. The language takes no file beyond 1 MiB or 65 536 words and signs, which is about
8 000 lines like these; this process alone lifts both bounds, to show that nothing grows faster than the text. What a scheme
that long costs in earnest is what its refusal costs, below the table.
"""

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.benchmarks.harness import Effort, Table, median_ratio, shown, times, times_as

from tierlang.check.scheme import check
from tierlang.diagnostics.model import DiagnosticError, Findings
from tierlang.source import SourceText
from tierlang.syntax import layout
from tierlang.syntax.generate import lalr
from tierlang.syntax.parse import parse
from tierlang.syntax.tables import grammar_path

SIZES = (1_000, 8_000, 30_000, 100_000)
TOO_LONG = 100_000
ROUNDS = {30_000: 2, 100_000: 1}
"""Rounds for the sizes that take long; 5 for the others."""


def scheme_of(lines: int) -> str:
    """A scheme of so many lines: an input, a definition, a requirement, over and over."""
    found = ["scheme demo.large", "tiers A > B", "tier A if d0 >= 1", "tier B otherwise"]
    number = 0
    while len(found) < lines:
        before = f"d{number - 1} / 2" if number else "5"
        found.append(f"input i{number} : number 0..100")
        found.append(f"d{number} = i{number} * 0.3 + {before}")
        found.append(f"require r{number}: i{number} >= 10")
        number += 1
    return "\n".join(found[:lines]) + "\n"


@contextmanager
def without_bounds() -> Iterator[None]:
    """No text is too long here."""
    bounds = layout.MAX_TOKENS, layout.MAX_FILE_BYTES
    layout.MAX_TOKENS = layout.MAX_FILE_BYTES = sys.maxsize
    try:
        yield
    finally:
        layout.MAX_TOKENS, layout.MAX_FILE_BYTES = bounds


def read(text: str) -> Any:
    """Text to nodes."""
    source = SourceText("large.tier", text)
    return parse(source, Findings(source))


def refuse(text: str) -> None:
    """A text that is too long."""
    try:
        read(text)
    except DiagnosticError:
        return
    raise AssertionError("it was not refused")


def run(effort: Effort) -> list[Table]:
    """One row for each size."""
    bare = lalr(grammar_path().read_text(encoding="utf-8"))
    cel = _cel()
    rows = []
    for size in (60, 90) if effort.tiny else SIZES:
        text = scheme_of(size)
        lines = text.splitlines()
        calls: dict[str, Callable[[], Any]] = {
            "lark": lambda lines=lines: [bare.parse(line) for line in lines],
            "parse": lambda text=text: read(text),
            "check": lambda text=text: check(SourceText("large.tier", text)),
        }
        if cel is not None and size <= 1_000:
            calls["cel"] = lambda size=size: [cel("i * 0.3 + d / 2.0 >= 10.0") for _ in range(size)]
        with without_bounds():
            found = times(calls, Effort(min(effort.rounds, ROUNDS.get(size, 5)), 0, effort.tiny))
        medians = {name: statistics.median(seconds) for name, seconds in found.items()}
        ratios = {name: times_as(median_ratio(seconds, found["lark"])) for name, seconds in found.items()}
        per_line = shown(medians["check"] / size)
        others = [f"{shown(medians[name])} ({ratios[name]})" for name in ("parse", "check")]
        rows.append(
            (
                f"{size:,}",
                shown(medians["lark"]),
                *others,
                per_line,
                shown(medians["cel"]) if "cel" in medians else "",
            )
        )
    long = scheme_of(200 if effort.tiny else TOO_LONG)
    refused = (
        "" if effort.tiny else shown(statistics.median(times({"": lambda: refuse(long)}, Effort(3, 0))[""]))
    )
    note = f"{TOO_LONG:,} lines are refused after {refused}." if refused else ""
    heading = ("lines", "bare lark", "parse", "parse and check", "a line", "cel-python, parsing")
    return [Table("Lines of a scheme", heading, tuple(rows), (note,))]


def _cel() -> Callable[[str], Any] | None:
    try:
        import celpy
    except ImportError:
        return None
    compile_: Callable[[str], Any] = celpy.Environment(runner_class=celpy.CompiledRunner).compile
    return compile_
