"""Tables of invented figures for the published schemes, as Parquet; the same for the same number of subjects."""

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import duckdb

import tierlang

SCHEMES = Path(__file__).parents[2] / "schemes"


@attrs.frozen
class World:
    """A scheme with data: a table of subjects, child rows by list, and a period."""

    scheme: tierlang.Scheme
    subjects: str
    children: dict[str, str]
    period: str


def load(path: str, *overlays: str) -> tierlang.Scheme:
    """A published scheme, with illustrations for what its source leaves out."""
    scheme = tierlang.load(SCHEMES / path)
    for overlay in overlays:
        scheme = scheme.fill((SCHEMES / overlay).read_text(encoding="utf-8"))
    return scheme


def write(connection: Any, select: str, path: Path) -> str:
    """Write what a SELECT gives; returns the path."""
    connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return str(path)


def alibaba(size: int) -> dict[str, str]:
    """1688: five ranked figures, four conditions of eligibility, a bonus that most do not have."""
    main = f"""
        SELECT i::BIGINT AS id,
               CASE WHEN hash(i * 17) % 60 = 0 THEN NULL ELSE DATE '2018-01-01' + (hash(i * 17 + 1) % 1600)::INT END AS joined_on,
               (50000 + (hash(i * 17 + 2) % 400) * 1000)::DECIMAL(18, 2) AS deposit,
               DATE '2010-01-01' + (hash(i * 17 + 3) % 4300)::INT AS founded_on,
               hash(i * 17 + 4) % 50 <> 0 AS company_clean, hash(i * 17 + 5) % 50 <> 0 AS representative_clean,
               hash(i * 17 + 6) % 20 <> 0 AS shops_healthy,
               (CASE WHEN hash(i * 17 + 7) % 10 = 0 THEN hash(i * 17 + 8) % 5 ELSE 0 END)::INT AS complaints,
               0::INT AS major_violations, (hash(i * 17 + 9) % 500)::INT AS orders,
               (hash(i * 17 + 10) % 200)::INT AS order_customers, (hash(i * 17 + 11) % 50)::INT AS service_customers,
               (hash(i * 17 + 12) % 10000 / 100)::DECIMAL(9, 2) AS customer_size,
               CASE WHEN hash(i * 17 + 13) % 97 = 0 THEN NULL ELSE (hash(i * 17 + 14) % 1001 / 100)::DECIMAL(5, 2) END
                   AS service_quality,
               CASE WHEN hash(i * 17 + 15) % 4 = 0 THEN (hash(i * 17 + 16) % 5)::INT END AS bonus_points
        FROM range({size}) t(i)"""
    return {"providers": main}


def tmall_global(size: int) -> dict[str, str]:
    """Tmall Global, one quarter: means of the shops' marks, ranked and banded; gaps in dates, marks and sales."""
    main = f"""
        SELECT i::BIGINT AS id,
               CASE WHEN hash(i * 7 + 1) % 40 = 0 THEN NULL ELSE DATE '2016-06-01' + (hash(i * 7) % 500)::INT END AS registered_on
        FROM range({size}) t(i)"""
    shops = f"""
        SELECT (j // 4)::BIGINT AS id,
               CASE WHEN hash(j * 9) % 90 = 0 THEN NULL ELSE DATE '2017-01-01' + (hash(j * 9 + 1) % 240)::INT END AS opened,
               CASE WHEN hash(j * 9 + 2) % 30 = 0 THEN NULL ELSE (hash(j * 9 + 3) % 1001 / 100)::DECIMAL(5, 2) END
                   AS "ops_score@2017-Q3",
               (hash(j * 9 + 4) % 3)::INT AS "sales@2017-07", (hash(j * 9 + 5) % 3)::INT AS "sales@2017-08",
               CASE WHEN hash(j * 9 + 6) % 50 = 0 THEN NULL ELSE (hash(j * 9 + 7) % 2)::INT END AS "sales@2017-09"
        FROM range({4 * size}) t(j) WHERE hash(j) % 5 <> 0"""
    return {"providers": main, "shops": shops}


def star(size: int) -> dict[str, str]:
    """Tmall Global, the stars of half a year: the mean of two published scores."""
    quarters = ", ".join(
        f"""CASE WHEN hash(i * 5 + {q}) % 30 = 0 THEN NULL ELSE (hash(i * 5 + {q + 2}) % 1300 / 100)::DECIMAL(6, 2) END
            AS "score@2017-Q{q}\""""
        for q in (1, 2)
    )
    main = f"SELECT 'p' || i AS id, {quarters} FROM range({size}) t(i)"
    return {"providers": main}


def douyin(size: int) -> dict[str, str]:
    """Douyin: merchants by month against the standard of their industry."""
    months = ", ".join(
        f"""CASE WHEN hash(i * 7 + {m}) % 70 = 0 THEN NULL ELSE 3000000 + hash(i * 7 + {m}) % 400000 - 100000 END::BIGINT
            AS "paid_orders@2023-0{m}\""""
        for m in (5, 6, 7)
    )
    main = f"SELECT i::BIGINT AS id, {months}, DATE '2023-07-01' + (hash(i * 7 + 3) % 60)::INT AS certified_on FROM range({size}) t(i)"
    series = ", ".join(
        f"""hash(j * 5 + {m}) % 3 = 0 AS "sold@2023-0{m}", (hash(j * 5 + {m + 10}) % 12000)::INT AS "orders@2023-0{m}\""""
        for m in (5, 6, 7)
    )
    merchants = f"""
        SELECT (j // 4)::BIGINT AS id, ['服装', '鞋靴', '箱包', '食品', '文具'][1 + (hash(j * 5) % 5)::INT] AS industry, {series}
        FROM range({4 * size}) t(j)"""
    return {"providers": main, "merchants": merchants}


def composite(size: int) -> dict[str, str]:
    """Six rankings of two quarters: two shops for each, some marks and months missing, as the rule provides for."""
    main = f"""
        SELECT i::BIGINT AS id,
               ['女装', '美妆', '家电', '食品', '母婴', '运动', '家居', '数码'][1 + (hash(i * 7 + 1) % 64 // 8)::INT] AS category,
               least(9, hash(i * 7 + 2) % 14)::INT AS complaints_q1, least(9, hash(i * 7 + 3) % 14)::INT AS complaints_q2
        FROM range({size}) t(i)"""
    months = ", ".join(
        f"CASE WHEN hash(j * 11 + 1) % 10 = 0 THEN 0 WHEN hash(j * 11 + {m}) % 97 <> 0 THEN hash(j * 11 + {m}) % 500 END::INT"
        f" AS o{m}"
        for m in (1, 2, 3)
    )
    shops = f"""
        SELECT (j // 4)::BIGINT AS id, (1 + j % 2)::INT AS quarter,
               DATE '2024-01-01' + (hash((j // 4) * 13 + j // 2 % 2) % 900)::INT AS opened, {months},
               (hash(j * 11 + 4) % 1000000000 / 100)::DECIMAL(18, 2) AS gmv, (hash(j * 11 + 5) % 300)::INT AS buyers,
               CASE WHEN hash(j * 11 + 6) % 53 <> 0 THEN (hash(j * 11 + 7) % 1001 / 100)::DECIMAL(5, 2) END AS op_score
        FROM range({4 * size}) t(j)"""
    return {"providers": main, "shop": shops}


TABLES: dict[str, Callable[[int], dict[str, str]]] = {
    "1688": alibaba,
    "tmall_global": tmall_global,
    "star": star,
    "douyin": douyin,
    "composite": composite,
}
SCHEMES_OF = {
    "1688": ("FY2022", "alibaba_1688/star_provider.tier", "alibaba_1688/overlays/illustration.tier"),
    "tmall_global": ("2017-Q3", "tmall_global/quarter.tier", "tmall_global/overlays/illustration.tier"),
    "star": ("2017-H1", "tmall_global/star.tier"),
    "douyin": ("2023-08", "douyin/industrial_belt.tier", "douyin/overlays/illustration.tier"),
    "composite": ("2026-H1", "../tests/benchmarks/cohorts/composite.tier"),
}
_GAP = re.compile(r"CASE WHEN hash\([^()]*\) % \d+ = 0 THEN NULL\s+ELSE (.*?)\s+END", re.DOTALL)


def tables(name: str, size: int, folder: Path, *, gaps: bool = True) -> dict[str, str]:
    """Write the tables of a world; without *gaps* every figure is there, and every industry has a standard."""
    connection = duckdb.connect()
    found = {}
    for table, select in TABLES[name](size).items():
        text = select if gaps else _GAP.sub(r"(\1)", select).replace("文具", "家居")
        found[table] = write(connection, text, folder / f"{table}.parquet")
    return found


def world(name: str, size: int, folder: Path, scheme: tierlang.Scheme | None = None) -> World:
    """A world with its tables."""
    period, *files = SCHEMES_OF[name]
    children = tables(name, size, folder)
    return World(scheme or load(*files), children.pop("providers"), children, period)


WORLDS = {name: functools.partial(world, name) for name in TABLES}
