"""
``python -m columnar.long_run SEED FIRST LAST``: hold the engines to the interpreter on very many random schemes.

The schemes are those of the property tests, drawn by a plain generator of random numbers, which is faster and tells every
scheme apart by its number. Each is rated by DuckDB in one of five ways (as it chooses itself; from tables of Arrow, child rows
in tables of their own; from files of Parquet; members counted by value; values looked at first), every fourth by Polars too, every
other time from files. Each scheme is given
four cohorts, one of them of some forty subjects. What differs is printed whole, and the run goes on; how far it is, is
printed every 1 000 schemes.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest

import tierlang
from columnar.as_tables import as_files, as_tables
from columnar.shared import one_workshop, plain
from property.cohorts import rows_of
from property.generate import Sample, SchemeWriter
from tierlang.run.result import Result

WAYS = ("auto", "tables", "counted", "staged", "files")
EVERY = 1000
COHORTS = 4
"""Cohorts for each scheme."""
LARGE = 12
"""Small cohorts that make the large one."""


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
        patch.setattr("tierlang.columnar.sql.histogram.MEMBERS_FOR_EACH", 0)
        patch.setattr("tierlang.columnar.sql.histogram.combinations", lambda cells: 0)
    elif way == "staged":
        patch.setattr("tierlang.columnar.engines.duck.STAGED", 0)
        patch.setattr("tierlang.columnar.sql.histogram.combinations", lambda cells: inf)
    return "polars" if way.startswith("polars") else "auto"


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
    folder = None
    if way in {"tables", "files", "polars files"}:
        found = as_tables(sample)
        if found is None:
            way = "polars" if way == "polars files" else "auto"
        else:
            sample, tables = found
            if way != "tables" and sample.rows:  # a file of nobody is refused
                folder = TemporaryDirectory()
                tables = as_files(tables, Path(folder.name))
            main, given["children"] = tables.pop("subjects"), tables
            wanted = rated(scheme, sample)
    with ExitStack() as stack:
        if folder is not None:
            stack.enter_context(folder)
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
            if way.startswith("polars") and codes == {"E-ENGINE"}:
                counts[f"{way}: not said in 64 bits"] += 1
                return ""
            counts[f"{way}: refused"] += 1
            return "" if codes == wanted else f"refused: {codes}"
    return ""


def cohorts_of(writer: RandomWriter, sample: Sample) -> Iterator[Sample]:
    """The sample, and the same scheme with further cohorts: small ones, and one in which many have something in common."""
    yield sample
    for _ in range(COHORTS - 2):
        yield attrs.evolve(sample, rows=tuple(rows_of(writer, sample.inputs, sample.ladder)))
    many: list[dict[str, Any]] = []
    for _ in range(LARGE):
        some = rows_of(writer, sample.inputs, sample.ladder)
        many += ({**row, "id": f"{row['id']}{len(many)}"} for row in some)
    limit = 9 if any(line.startswith("cohort") for line in sample.header) else len(many)
    yield attrs.evolve(sample, rows=tuple(many[:limit]))


def look_at(seed: str, turn: int, counts: Counter[str]) -> int:
    """Rate one scheme with its cohorts, each in its ways; how many differ."""
    writer = RandomWriter(random.Random(f"{seed}/{turn}"))
    sample = writer.sample()
    try:
        scheme = tierlang.loads(sample.text, name="sample.tier")
    except tierlang.DiagnosticError:
        counts["schemes not accepted by the checker"] += 1
        return 0
    return sum(
        not agrees(scheme, cohort, f"{seed}/{turn}/{number}", turn + number, counts)
        for number, cohort in enumerate(cohorts_of(writer, sample))
    )


def agrees(scheme: tierlang.Scheme, sample: Sample, name: str, turn: int, counts: Counter[str]) -> bool:
    """Whether the engines say of one cohort what the interpreter says; what differs is printed."""
    counts["compared"] += 1
    counts["subjects"] += len(sample.rows)
    wanted = rated(scheme, sample)
    good = True
    of_polars = {0: ("polars",), 4: ("polars files",)}.get(turn % 8, ())
    for way in (WAYS[turn % len(WAYS)], *of_polars):
        try:
            found = difference(scheme, sample, wanted, way, counts)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its sample
            found = f"{type(error).__name__}: {error}"
        if found:
            good = False
            print(f"--- {name}, {way}: {found}\n{sample!r}\n{sample.text}", flush=True)
    return good


def main(seed: str, first: int, last: int) -> int:
    """Look at the schemes with some numbers; 1 if anything differs."""
    counts: Counter[str] = Counter()
    start, differences = time.process_time(), 0
    for turn in range(first, last):
        differences += look_at(seed, turn, counts)
        if (turn + 1 - first) % EVERY == 0:
            spent = time.process_time() - start
            print(
                f"{turn + 1 - first} schemes, {differences} differ, {spent:.0f} s; {dict(counts)}", flush=True
            )
    return differences > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
