"""
Growth of a run with its cohort: the interpreter, one row after the other.

The star plan of 1688: five ranks over the cohort, weights, a bonus, five levels. The last column is a record that is rated
alone among a cohort of that size which was frozen before.
"""

import random
import statistics
from pathlib import Path
from typing import Any

from tests.benchmarks.harness import Effort, Table, shown, times

import tierlang

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "schemes" / "alibaba_1688"
SIZES = (100, 1_000, 10_000, 100_000)


def scheme() -> tierlang.Scheme:
    """The published rule, with the holes filled for illustration."""
    overlay = (FOLDER / "overlays" / "illustration.tier").read_text(encoding="utf-8")
    return tierlang.load(FOLDER / "star_provider.tier").fill(overlay)


def rows_of(size: int) -> list[dict[str, Any]]:
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


def run(effort: Effort) -> list[Table]:
    """One row for each size."""
    plan = scheme()
    found = []
    for size in (5, 10) if effort.tiny else SIZES:
        rows = rows_of(size)
        frozen = plan.freeze(rows, period="FY2022")
        rater = plan.rater(period="FY2022", cohort=frozen)
        calls = {
            "rate": lambda rows=rows: plan.rate(rows, period="FY2022"),
            "record": lambda rater=rater, row={**rows[0], "id": "new"}: rater(row),
        }
        whole = times({"rate": calls["rate"]}, Effort(min(effort.rounds, 5), 0, effort.tiny))["rate"]
        single = times({"record": calls["record"]}, effort)["record"]
        seconds = statistics.median(whole)
        found.append((f"{size:,}", shown(seconds), shown(seconds / size), shown(statistics.median(single))))
    heading = ("subjects", "the whole cohort", "for each subject", "one more record")
    return [Table("The star plan of 1688", heading, tuple(found))]
