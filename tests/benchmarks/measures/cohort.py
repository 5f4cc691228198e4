"""
Whole cohorts: Parquet in, Parquet out, one process each.

The published rules on invented figures without gaps, four child rows for each provider where the rule has child rows. *By hand*
is the same rule as one query over whole numbers, as somebody writes it who knows the engine: it gives id, status, level and
score, checks nothing, and says nothing of why. *Tier* writes the same four columns, and verifies every declared bound, that ids
are unique, and that no child row lacks its subject, in the same run. *All* writes bounds, what failed, what was assumed, causes,
warnings and every definition besides. All must give the same status and level for everybody, or the measure fails. Seconds of the
processor are those of the whole process, start-up and imports included, on all cores together; memory is the most that it had.
"""

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
from tests.benchmarks.cohorts.run import WORLDS
from tests.benchmarks.harness import Effort, Table, shown, times_as
from tests.benchmarks.plot import Line, Plot

LONG = 180
"""Seconds after which there is no further round."""
ROOT = Path(__file__).parents[3]
RUN = Path(__file__).parents[1] / "cohorts" / "run.py"
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
TITLES = {
    "1688": "1688: five ranks, weights, five levels",
    "tmall_global": "Tmall Global, a quarter: means of shops' marks, ranked and banded",
    "star": "Tmall Global, half a year: the mean of two scores",
    "douyin": "Douyin: merchants by month against the standard of their industry",
    "composite": "Twelve rankings: six of two quarters, within categories, their weighted sum, and the mean (an invented rule)",
}
CONTENDERS = {
    "duckdb": ("tier duckdb", "hand duckdb", "tier duckdb, all"),
    "polars": ("tier polars", "hand polars"),
}
"""By engine: Tier on it, the query by hand, and others."""


@attrs.frozen
class Run:
    """One process: seconds of the processor, and bytes of memory at most."""

    seconds: float
    memory: int


def run(effort: Effort) -> list[Table]:
    """One table for each rule, one row for each size."""
    sys.path.insert(0, str(Path(__file__).parents[2]))  # where the tests' worlds are
    engines = [
        engine for engine in CONTENDERS if find_spec(engine) is not None and find_spec("duckdb") is not None
    ]
    sizes = (
        (30,) if effort.tiny else tuple(n for n in SIZES if n <= int(os.environ.get("TIER_MOST", SIZES[-1])))
    )
    return [_table(world, sizes, engines, effort) for world in WORLDS]


def _table(world: str, sizes: tuple[int, ...], engines: list[str], effort: Effort) -> Table:
    rows = []
    lines: dict[str, list[float]] = {name: [] for engine in engines for name in CONTENDERS[engine]}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _generate(world, size, Path(folder))
            found = _measured(world, size, folder, list(lines), effort)
        for name, runs in found.items():
            lines[name].append(statistics.median(r.seconds for r in runs))
        cells = [f"{size:,}"]
        for engine in engines:
            own, other, *more = (found[name] for name in CONTENDERS[engine])
            ratio = statistics.median(a.seconds / b.seconds for a, b in zip(own, other, strict=True))
            cells += [_shown(own), _shown(other), times_as(ratio), *map(_shown, more)]
        rows.append(tuple(cells))
    heading = ["providers"]
    for engine in engines:
        heading += [f"Tier on {engine}", f"{engine} by hand", "ratio"]
        heading += [name.removeprefix("tier ") for name in CONTENDERS[engine][2:]]
    plot = None
    if len(sizes) > 1:
        text = f"Seconds of the processor by the number of providers, both on scales of powers of ten: {TITLES[world]}."
        drawn = tuple(Line(name, tuple(seconds)) for name, seconds in lines.items())
        plot = Plot(f"cohort_{world}", text, tuple(map(float, sizes)), drawn)
    return Table(TITLES[world], tuple(heading), tuple(rows), plot=plot)


def _shown(runs: list[Run]) -> str:
    seconds, memory = (statistics.median(getattr(r, name) for r in runs) for name in ("seconds", "memory"))
    return f"{shown(seconds)}, {memory / 2**20:,.0f} MiB"


def _measured(
    world: str, size: int, folder: str, contenders: list[str], effort: Effort
) -> dict[str, list[Run]]:
    """The runs of each contender, in turns; the first time all must have found the same levels."""
    found: dict[str, list[Run]] = {name: [] for name in contenders}
    start = time.monotonic()
    compileall.compile_dir(ROOT / "src", quiet=2)  # as an installed package is
    for number in range(1 if effort.tiny else 3):
        if number and time.monotonic() - start > LONG:
            break
        for name in contenders:
            found[name].append(_process(name, world, folder, f"{folder}/{name}.parquet"))
    _compare([f"{folder}/{name}.parquet" for name in contenders])
    return found


def _process(contender: str, world: str, folder: str, out: str) -> Run:
    path = str(ROOT / "src")
    with subprocess.Popen(
        [sys.executable, str(RUN), contender, world, folder, out],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{contender} failed"
    return Run(usage.ru_utime + usage.ru_stime, int(said.split()[-1]))


def _compare(files: list[str]) -> None:
    """Every file must have the same status and level for everybody."""
    import duckdb

    columns = "CAST(id AS VARCHAR) AS id, status, tier"
    first, *others = files
    for other in others:
        text = f"(SELECT {columns} FROM '{first}') EXCEPT (SELECT {columns} FROM '{other}')"
        found: list[Any] = duckdb.connect().execute(text).fetchmany(3)
        assert not found, f"{first} and {other} differ: {found}"


def _generate(world: str, size: int, folder: Path) -> None:
    from columnar import worlds

    worlds.tables(world, size, folder, gaps=False)
