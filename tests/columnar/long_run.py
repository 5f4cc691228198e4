"""
``python -m columnar.long_run SEED FIRST LAST``: hold the engines to the interpreter on very many random schemes.

The schemes are those of the property tests, drawn by a plain generator of random numbers, which is faster and tells every
sample apart by its number. Each is rated by DuckDB in one of four ways (as it chooses itself; from tables of Arrow, child rows
in tables of their own; members counted by value; values looked at first), every eighth by Polars too. What differs is printed whole, and the run goes on; how far it is, is
printed every 1 000 samples.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from math import inf
from typing import Any

import pytest

import tierlang
from columnar.as_tables import as_tables
from columnar.shared import one_workshop, plain
from property.generate import Sample, SchemeWriter
from tierlang.run.result import Result

WAYS = ("auto", "tables", "counted", "staged", "tables")
EVERY = 1000


class RandomWriter(SchemeWriter):
    """A writer of schemes that draws from a generator of random numbers."""

    def __init__(self, source: random.Random) -> None:
        super().__init__(lambda strategy: None, monotone=False)
        self.source = source

    def upto(self, limit: int) -> int:
        """A whole number from 0, below the limit."""
        return self.source.randrange(limit) if limit > 1 else 0

    def chance(self, percent: int) -> bool:
        """True that often."""
        return self.source.randrange(100) < percent

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        """The items in some order."""
        return self.source.sample(list(items), len(items))


def told(results: Sequence[Result]) -> list[dict[str, Any]]:
    """What some results say."""
    return [plain(result) for result in results]


def in_way(stack: ExitStack, way: str) -> str:
    """Set up a way of computing; returns the engine."""
    patch = stack.enter_context(pytest.MonkeyPatch.context())
    if way == "counted":
        patch.setattr("tierlang.columnar.histogram.MEMBERS_FOR_EACH", 0)
        patch.setattr("tierlang.columnar.histogram.combinations", lambda cells: 0)
    elif way == "staged":
        patch.setattr("tierlang.columnar.duck.STAGED", 0)
        patch.setattr("tierlang.columnar.histogram.combinations", lambda cells: inf)
    return "polars" if way == "polars" else "auto"


def rated(scheme: tierlang.Scheme, sample: Sample) -> Any:
    """What the interpreter says, or the codes with which it refuses."""
    try:
        return scheme.rate(sample.rows, period=sample.period, params=sample.params, tables=sample.tables)
    except tierlang.DiagnosticError as error:
        return {d.code for d in error.diagnostics}


def difference(scheme: tierlang.Scheme, sample: Sample, wanted: Any, way: str, counts: Counter[str]) -> str:
    """What an engine says otherwise than the interpreter; nothing, if nothing."""
    given: dict[str, Any] = {"period": sample.period, "params": sample.params, "tables": sample.tables}
    main: Any = list(sample.rows)
    if way == "tables":
        found = as_tables(sample)
        if found is None:
            way = "auto"
        else:
            sample, tables = found
            main, given["children"] = tables.pop("subjects"), tables
            wanted = rated(scheme, sample)
    with ExitStack() as stack:
        engine = in_way(stack, way)
        stack.enter_context(one_workshop(engine))
        try:
            with scheme.rate_table(main, engine=engine, **given) as outcome:
                counts[f"{way}: {outcome.engine}{' in part' if outcome.why else ''}"] += 1
                if isinstance(wanted, set):
                    return f"refused by the interpreter only: {wanted}"
                if told(list(outcome)) != told(wanted.results):
                    return "other results"
                if (outcome.header, outcome.warnings) != (wanted.header, wanted.warnings):
                    return "another header, or other warnings"
        except tierlang.DiagnosticError as error:
            codes = {d.code for d in error.diagnostics}
            if way == "polars" and codes == {"E-ENGINE"}:
                counts["polars: not said in 64 bits"] += 1
                return ""
            counts[f"{way}: refused"] += 1
            return "" if codes == wanted else f"refused: {codes}"
    return ""


def look_at(number: str, turn: int, counts: Counter[str]) -> bool:
    """Rate one sample in its ways; whether all agree."""
    sample = RandomWriter(random.Random(number)).sample()
    try:
        scheme = tierlang.loads(sample.text, name="sample.tier")
    except tierlang.DiagnosticError:
        counts["not accepted by the checker"] += 1
        return True
    counts["compared"] += 1
    wanted = rated(scheme, sample)
    agrees = True
    for way in (WAYS[turn % len(WAYS)], *(("polars",) if turn % 8 == 0 else ())):
        try:
            found = difference(scheme, sample, wanted, way, counts)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its sample
            found = f"{type(error).__name__}: {error}"
        if found:
            agrees = False
            print(f"--- {number}, {way}: {found}\n{sample!r}\n{sample.text}", flush=True)
    return agrees


def main(seed: str, first: int, last: int) -> int:
    """Run the samples with some numbers; 1 if any differs."""
    counts: Counter[str] = Counter()
    start, differences = time.process_time(), 0
    for turn in range(first, last):
        differences += not look_at(f"{seed}/{turn}", turn, counts)
        if (turn + 1 - first) % EVERY == 0:
            spent = time.process_time() - start
            print(
                f"{turn + 1 - first} samples, {differences} differ, {spent:.0f} s; {dict(counts)}", flush=True
            )
    return differences > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
