"""
Growth with the size of the cohort.

The interpreter, one row after the other: the star plan of 1688, with five ranks over the cohort, weights, a bonus and five
levels (its declared maximum of 20 000 providers is raised for this measure). *One more record* is rated alone, among a cohort of
that size that was frozen before: by the star plan, and by a scheme that ranks within 50 groups, where a hundred values tie.
"""

import math
import random
import statistics
from pathlib import Path
from typing import Any

from tests.benchmarks.harness import Effort, Table, shown, times
from tests.benchmarks.plot import Line, Plot

import tierlang

FOLDER = Path(__file__).parents[3] / "schemes" / "alibaba_1688"
SIZES = (100, 1_000, 10_000, 100_000)

GROUPED = """
cohort provider max 1_000_000
input industry : text
input score : number
share = top_share(score, best: high, ties: avg, within: industry)
middle = median(score, within: industry)
tiers UPPER > LOWER
tier UPPER if share <= 50% and score >= middle
tier LOWER otherwise
"""


def star_plan() -> tierlang.Scheme:
    """The published rule, with the holes filled for illustration."""
    text = (FOLDER / "star_provider.tier").read_text(encoding="utf-8")
    overlay = (FOLDER / "overlays" / "illustration.tier").read_text(encoding="utf-8")
    return tierlang.loads(text.replace("max 20_000", "max 1_000_000")).fill(overlay)


def providers(size: int) -> list[dict[str, Any]]:
    """Providers that are all eligible, with ties."""
    chance = random.Random(1688)
    same = {
        "joined_on": "2020-01-01",
        "founded_on": "2010-01-01",
        "deposit": 100_000,
        "company_clean": True,
        "representative_clean": True,
        "shops_healthy": True,
        "complaints": 0,
        "major_violations": 0,
    }
    return [
        {
            "id": f"p{number}",
            **same,
            "orders": chance.randrange(100_000),
            "order_customers": chance.randrange(10_000),
            "service_customers": chance.randrange(10_000),
            "customer_size": chance.randrange(100),
            "service_quality": chance.randrange(1_000),
            "bonus_points": chance.randrange(3),
        }
        for number in range(size)
    ]


def grouped(size: int) -> list[dict[str, Any]]:
    """Providers of 50 industries, many with the same score."""
    chance = random.Random(31526)
    return [
        {"id": f"p{number}", "industry": f"i{chance.randrange(50)}", "score": chance.randrange(100)}
        for number in range(size)
    ]


def one_more(
    scheme: tierlang.Scheme, rows: list[dict[str, Any]], period: str | None, effort: Effort
) -> float:
    """Seconds for one record among those rows."""
    rater = scheme.rater(period=period, cohort=scheme.freeze(rows, period=period))
    record = {**rows[0], "id": "new"}
    return statistics.median(times({"record": lambda: rater(record)}, effort)["record"])


def run(effort: Effort) -> list[Table]:
    """One row for each size."""
    plan, groups = star_plan(), tierlang.loads(GROUPED)
    sizes = (5, 10) if effort.tiny else SIZES
    wholes, singles, placed = list[float](), list[float](), list[float]()
    for size in sizes:
        rows = providers(size)
        rounds = 1 if size > 10_000 else min(effort.rounds, 3)
        calls = {"rate": lambda rows=rows: plan.rate(rows, period="FY2022")}
        wholes.append(statistics.median(times(calls, Effort(rounds, 0, effort.tiny))["rate"]))
        singles.append(one_more(plan, rows, "FY2022", effort))
        placed.append(one_more(groups, grouped(size), None, effort))
    cells = zip(sizes, wholes, singles, placed, strict=True)
    table = Table(
        "The interpreter, and one more record",
        ("subjects", "the whole cohort", "for each subject", "one more record", "one more, within groups"),
        tuple((f"{n:,}", shown(a), shown(a / n), shown(b), shown(c)) for n, a, b, c in cells),
        plot=_plot(sizes, wholes, singles, placed),
    )
    return [table]


def _plot(sizes: tuple[int, ...], wholes: list[float], singles: list[float], placed: list[float]) -> Plot:
    """All that was measured, beside n log n and log n through its first points."""
    first = sizes[0]
    product = [wholes[0] * n * math.log(n) / (first * math.log(first)) for n in sizes]
    return Plot(
        "growth",
        "Seconds of the processor by the number of subjects, both on scales of powers of ten. The whole cohort grows no faster "
        "than n log n; one more record hardly grows at all.",
        tuple(map(float, sizes)),
        (
            Line("whole cohort", tuple(wholes)),
            Line("n log n", tuple(product), dashed=True),
            Line("one more, star plan", tuple(singles)),
            Line("one more, within groups", tuple(placed)),
        ),
    )
