"""``python run.py CONTENDER WORLD FOLDER OUT``: one contender rates one table, from nothing, in a process of its own."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MEMORY = "8GB"

WORLDS = {
    "1688": ("alibaba_1688/star_provider.tier", "alibaba_1688/overlays/illustration.tier", "FY2022", ()),
    "tmall_global": (
        "tmall_global/quarter.tier",
        "tmall_global/overlays/illustration.tier",
        "2017-Q3",
        ("shops",),
    ),
    "star": ("tmall_global/star.tier", None, "2017-H1", ()),
    "douyin": ("douyin/industrial_belt.tier", "douyin/overlays/illustration.tier", "2023-08", ("merchants",)),
}
"""By name: scheme, what fills its holes, period, child tables."""


def tier(engine: str, world: str, folder: str, out: str) -> None:
    """The published scheme, its maxima raised; everything that an outcome says is written."""
    import tierlang

    path, overlay, period, children = WORLDS[world]
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
        outcome.write(out, ordered=False)


def main(contender: str, world: str, folder: str, out: str) -> None:
    """Run it."""
    kind, _, engine = contender.partition(" ")
    if kind == "tier":
        tier(engine, world, folder, out)
        return
    sys.path.insert(0, str(Path(__file__).parent))
    import by_hand

    getattr(by_hand, engine)(world, folder, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
