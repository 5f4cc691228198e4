"""Tables of invented figures for the published schemes, as Parquet; the same for the same number of subjects."""

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


def alibaba(size: int, folder: Path, scheme: tierlang.Scheme | None = None) -> World:
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
    filled = scheme or load("alibaba_1688/star_provider.tier", "alibaba_1688/overlays/illustration.tier")
    return World(filled, write(duckdb.connect(), main, folder / "providers.parquet"), {}, "FY2022")


def tmall_global(size: int, folder: Path, scheme: tierlang.Scheme | None = None) -> World:
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
    connection = duckdb.connect()
    filled = scheme or load("tmall_global/quarter.tier", "tmall_global/overlays/illustration.tier")
    children = {"shops": write(connection, shops, folder / "shops.parquet")}
    return World(filled, write(connection, main, folder / "providers.parquet"), children, "2017-Q3")


def star(size: int, folder: Path, scheme: tierlang.Scheme | None = None) -> World:
    """Tmall Global, the stars of half a year: the mean of two published scores."""
    quarters = ", ".join(
        f"""CASE WHEN hash(i * 5 + {q}) % 30 = 0 THEN NULL ELSE (hash(i * 5 + {q + 2}) % 1300 / 100)::DECIMAL(6, 2) END
            AS "score@2017-Q{q}\""""
        for q in (1, 2)
    )
    main = f"SELECT 'p' || i AS id, {quarters} FROM range({size}) t(i)"
    filled = scheme or load("tmall_global/star.tier")
    return World(filled, write(duckdb.connect(), main, folder / "providers.parquet"), {}, "2017-H1")


def douyin(size: int, folder: Path, scheme: tierlang.Scheme | None = None) -> World:
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
    connection = duckdb.connect()
    filled = scheme or load("douyin/industrial_belt.tier", "douyin/overlays/illustration.tier")
    children = {"merchants": write(connection, merchants, folder / "merchants.parquet")}
    return World(filled, write(connection, main, folder / "providers.parquet"), children, "2023-08")


WORLDS = {"1688": alibaba, "tmall_global": tmall_global, "star": star, "douyin": douyin}
