"""``python run.py CONTENDER WORLD FOLDER OUT``: one contender rates one table, from nothing, in a process of its own."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MEMORY = "8GB"

WORLDS = {
    "1688": (
        "FY2022",
        (),
        "score",
        "alibaba_1688/star_provider.tier",
        "alibaba_1688/overlays/illustration.tier",
    ),
    "tmall_global": (
        *("2017-Q3", ("shops",), "score"),
        *("tmall_global/quarter.tier", "tmall_global/overlays/illustration.tier"),
    ),
    "star": ("2017-H1", (), "avg", "tmall_global/star.tier", None),
    "douyin": (
        *("2023-08", ("merchants",), "orders"),
        *("douyin/industrial_belt.tier", "douyin/overlays/illustration.tier"),
    ),
    "composite": ("2026-H1", ("shop",), "total", "../tests/benchmarks/cohorts/composite.tier", None),
}
"""By name: period, child tables, the definition that decides; scheme, and what fills its holes."""


def tier(engine: str, world: str, folder: str, out: str, *, everything: bool) -> None:
    """The published scheme, its maximum raised; what a query by hand gives is written, or everything."""
    import tierlang

    period, children, score, path, overlay = WORLDS[world]
    text = (ROOT / "schemes" / path).read_text(encoding="utf-8")
    scheme = tierlang.loads(re.sub(r"(?m)^(cohort provider max) [0-9_]+", r"\1 100_000_000", text))
    if overlay is not None:
        scheme = scheme.fill((ROOT / "schemes" / overlay).read_text(encoding="utf-8"))
    with scheme.rate_table(
        f"{folder}/providers.parquet",
        children={name: f"{folder}/{name}.parquet" for name in children},
        period=period,
        engine=engine,
        memory=MEMORY,
    ) as outcome:
        outcome.write(out, columns=None if everything else ("id", "status", "tier", score), ordered=False)


def peak() -> int:
    """
    The most bytes that this process had.

    What the operating system tells a parent of its child counts what the parent had when it started the child.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(
            line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")
        )
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main(contender: str, world: str, folder: str, out: str) -> None:
    """Run it."""
    kind, _, engine = contender.partition(" ")
    if kind == "tier":
        tier(engine.removesuffix(", all"), world, folder, out, everything=engine.endswith(", all"))
        return
    sys.path.insert(0, str(Path(__file__).parent))
    import by_hand

    getattr(by_hand, engine)(world, folder, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
    print(peak())
