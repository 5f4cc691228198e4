"""
The published rules as somebody writes them today who knows the engine: one query, whole numbers, nothing checked.

Every query gives `id`, `status`, `tier` and the score that decides; nothing is said of why.
"""

from collections.abc import Callable
from typing import Any

SQL = {
    "1688": """
with p as (
  select *, joined_on <= date '2022-03-20' and deposit >= 100000 and founded_on + interval 1 year < date '2022-03-31'
            and company_clean and representative_clean and shops_healthy and complaints = 0 and major_violations = 0 as member,
         cast(customer_size * 100 as bigint) as size_key, cast(service_quality * 100 as bigint) as quality_key
  from 'providers.parquet'),
r as (
  select *, count(*) over (partition by member) as n, count(quality_key) over (partition by member) as n5,
         rank() over (partition by member order by orders desc nulls last) as r1,
         rank() over (partition by member order by order_customers desc nulls last) as r2,
         rank() over (partition by member order by service_customers desc nulls last) as r3,
         rank() over (partition by member order by size_key desc nulls last) as r4,
         rank() over (partition by member order by quality_key desc nulls last) as r5
  from p),
s as (
  select id, member,
         case when quality_key is not null
              then 4 * (n + 1 - r1) + 2 * (n + 1 - r2) + 2 * (n + 1 - r3) + (n + 1 - r4) + (n5 + 1 - r5)
                   + 10 * coalesce(bonus_points, 0) end as score
  from r)
select id, case when not member then 'ineligible' when member is null or score is null then 'undetermined'
                when score >= 80 then 'rated' else 'unrated' end as status,
       case when member then case when score >= 340 then 'SIX' when score >= 280 then 'FIVE' when score >= 210 then 'FOUR'
                                  when score >= 140 then 'THREE' when score >= 80 then 'TWO' end end as tier,
       case when member then score end as score
from s""",
    "tmall_global": """
with kept as (
  select id, opened < date '2017-07-02' as settled, cast("ops_score@2017-Q3" * 100 as bigint) as mark,
         "sales@2017-07" > 0 or "sales@2017-08" > 0 or "sales@2017-09" > 0 as sells
  from 'shops.parquet'),
g as (
  select id, sum(case when settled and sells then mark end) as total, count(case when settled and sells then mark end) as marks,
         count(case when settled then 1 end) as shops, count(case when settled and not sells then 1 end) as idle
  from kept group by id),
p as (
  select p.id, p.registered_on <= date '2017-09-30' as member, total, marks, coalesce(shops, 0) as shops,
         coalesce(idle, 0) as idle,
         case when marks > 0 then total * 720720 // marks end as key
  from 'providers.parquet' as p left join g on g.id = p.id),
r as (
  select *, count(key) over (partition by member) as n, rank() over (partition by member order by key desc nulls last) as place
  from p),
s as (
  select id, coalesce(member, false) as member,
         case when key is not null then
           2 * (case when place * 100 <= 30 * n then 6 when place * 100 <= 50 * n then 5 when place * 100 <= 70 * n then 4 else 0 end
                + case when shops >= 7 then 6 when shops >= 4 then 5 when shops >= 2 then 4 else 3 end) - idle end as score
  from r)
select id, case when not member then 'ineligible' when score is null then 'undetermined' else 'rated' end as status,
       case when member and score is not null then case when score >= 14 then 'PASSED' else 'CERTIFIED' end end as tier,
       case when member then score end as score
from s""",
    "star": """
with s as (
  select id, cast("score@2017-Q1" * 100 as bigint) + cast("score@2017-Q2" * 100 as bigint) as score
  from 'providers.parquet')
select id, case when score is null then 'undetermined' else 'rated' end as status,
       case when score >= 2200 then 'FIVE' when score >= 1800 then 'FOUR' when score >= 1400 then 'THREE'
            when score is not null then 'NO_STAR' end as tier,
       score
from s""",
    "douyin": """
with m as (
  select id, "sold@2023-05" or "sold@2023-06" or "sold@2023-07" as active,
         greatest("orders@2023-05", "orders@2023-06", "orders@2023-07")
           > case industry when '服装' then 6000 when '鞋靴' then 5000 when '箱包' then 4500 when '食品' then 8000
                           when '家居' then 4000 end as qualified
  from 'merchants.parquet'),
g as (
  select id, count(case when active then 1 end) as active, count(case when qualified then 1 end) as qualified
  from m group by id),
s as (
  select p.id, "paid_orders@2023-05" + "paid_orders@2023-06" + "paid_orders@2023-07" as score,
         coalesce(active, 0) as active, coalesce(qualified, 0) as qualified, certified_on > date '2023-07-31' as fresh
  from 'providers.parquet' as p left join g on g.id = p.id)
select id, 'rated' as status,
       case when score >= 9000000 and (active >= 1000 or qualified >= 150) and not fresh then 'SILVER' else 'BASE' end as tier,
       score
from s""",
    "composite": """
with kept as (
  select id, quarter, coalesce(o1, 0) as m1, coalesce(o2, 0) as m2, coalesce(o3, 0) as m3, cast(gmv * 100 as bigint) as gmv,
         buyers, cast(op_score * 100 as bigint) as mark
  from 'shop.parquet'
  where opened <= case when quarter = 1 then date '2025-12-31' else date '2026-04-01' end
    and coalesce(o1, 0) + coalesce(o2, 0) + coalesce(o3, 0) > 0),
g as (
  select id, quarter, cast(sum(m1 + m2 + m3) as bigint) as orders, cast(sum(gmv) as bigint) as gmv,
         cast(sum(buyers) as bigint) as buyers, count(*) as shops, count(case when m1 > 0 and m2 > 0 and m3 > 0 then 1 end) as active,
         count(case when m1 >= 300 or m2 >= 300 or m3 >= 300 then 1 end) as qualified, sum(mark) as total, count(mark) as marks
  from kept group by id, quarter),
j as (
  select g.*, category, case when quarter = 1 then complaints_q1 else complaints_q2 end as complaints,
         case when marks > 0 then cast(12 * total // marks as bigint) end as mean_key
  from g join 'providers.parquet' as p on p.id = g.id),
r as (
  select *, count(*) over (partition by quarter, category) as n, count(mean_key) over (partition by quarter) as n_marks,
         rank() over (partition by quarter, category order by orders desc) as r1,
         rank() over (partition by quarter, category order by gmv desc) as r2,
         rank() over (partition by quarter, category order by buyers desc) as r3,
         rank() over (partition by quarter, category order by shops desc) as r4,
         rank() over (partition by quarter, category order by qualified desc) as r5,
         rank() over (partition by quarter order by mean_key desc nulls last) as r6
  from j),
q as (
  select id, case when mean_key is null then 0 when r6 * 100 <= 30 * n_marks then 6000000 when r6 * 100 <= 50 * n_marks then 5000000
                  when r6 * 100 <= 70 * n_marks then 4000000 else 0 end
             + (120000 * (40 * (n + 1 - r1) + 20 * (n + 1 - r2) + 20 * (n + 1 - r3) + 10 * (n + 1 - r4) + 10 * (n + 1 - r5)) + n) // (2 * n)
             - least(500000 * complaints, 3000000) as score,
         orders >= 300 and (active >= 2 or qualified >= 1) as fit
  from r),
h as (select id, cast(sum(score) as bigint) as score, count(*) as quarters, bool_and(fit) as fit from q group by id)
select p.id, case when h.id is null then 'ineligible' else 'rated' end as status,
       case when h.id is null then null when fit and score >= 11000000 * quarters then 'FIVE'
            when fit and score >= 9000000 * quarters then 'FOUR' when fit and score >= 7000000 * quarters then 'THREE'
            else 'NONE' end as tier,
       score
from 'providers.parquet' as p left join h on h.id = p.id""",
}


def duckdb(name: str, folder: str, out: str) -> None:
    """The query on DuckDB, Parquet in and out."""
    import duckdb as engine

    connection = engine.connect()
    connection.execute("SET preserve_insertion_order = false")
    text = SQL[name]
    for table in ("providers", "shops", "merchants", "shop"):
        text = text.replace(f"'{table}.parquet'", f"'{folder}/{table}.parquet'")
    connection.execute(f"COPY ({text}) TO '{out}' (FORMAT parquet)")


def polars(name: str, folder: str, out: str) -> None:
    """The same rule as a lazy frame, run by the streaming engine."""
    FRAMES[name](folder).sink_parquet(out)


def _place(key: Any, among: str) -> Any:
    import polars as pl

    return key.rank("min", descending=True).over(among).cast(pl.Int64)


def _alibaba(folder: str) -> Any:
    from datetime import date

    import polars as pl

    c = pl.col
    member = (
        (c("joined_on") <= date(2022, 3, 20))
        & (c("deposit") >= 100000)
        & (c("founded_on").dt.offset_by("1y") < date(2022, 3, 31))
        & c("company_clean")
        & c("representative_clean")
        & c("shops_healthy")
        & (c("complaints") == 0)
        & (c("major_violations") == 0)
    )
    frame = pl.scan_parquet(f"{folder}/providers.parquet").with_columns(
        member.alias("member"),
        (c("customer_size") * 100).cast(pl.Int64).alias("size_key"),
        (c("service_quality") * 100).cast(pl.Int64).alias("quality_key"),
    )
    keys = ("orders", "order_customers", "service_customers", "size_key")
    frame = frame.with_columns(
        pl.len().over("member").cast(pl.Int64).alias("n"),
        c("quality_key").count().over("member").cast(pl.Int64).alias("n5"),
        *[_place(c(key), "member").alias(f"r{i}") for i, key in enumerate(keys, 1)],
        _place(c("quality_key"), "member").alias("r5"),
    )
    n = c("n") + 1
    points = (
        4 * (n - c("r1")) + 2 * (n - c("r2")) + 2 * (n - c("r3")) + (n - c("r4")) + (c("n5") + 1 - c("r5"))
    )
    score = pl.when(c("member")).then(points + 10 * c("bonus_points").fill_null(0).cast(pl.Int64))
    frame = frame.with_columns(score.alias("score"))
    levels = {340: "SIX", 280: "FIVE", 210: "FOUR", 140: "THREE", 80: "TWO"}
    return frame.select(
        "id",
        pl.when(~c("member"))
        .then(pl.lit("ineligible"))
        .when(c("score").is_null())
        .then(pl.lit("undetermined"))
        .when(c("score") >= 80)
        .then(pl.lit("rated"))
        .otherwise(pl.lit("unrated"))
        .alias("status"),
        _levels(c("score"), levels).alias("tier"),
        "score",
    )


def _levels(score: Any, levels: dict[int, str], lowest: str | None = None) -> Any:
    import polars as pl

    found = pl.when(score.is_null()).then(None)
    for bound, level in levels.items():
        found = found.when(score >= bound).then(pl.lit(level))
    return found.otherwise(pl.lit(lowest))


def _tmall_global(folder: str) -> Any:
    from datetime import date

    import polars as pl

    c = pl.col
    sells = (c("sales@2017-07") > 0) | (c("sales@2017-08") > 0) | (c("sales@2017-09") > 0)
    shops = pl.scan_parquet(f"{folder}/shops.parquet").select(
        "id",
        (c("opened") < date(2017, 7, 2)).alias("settled"),
        (c("ops_score@2017-Q3") * 100).cast(pl.Int64).alias("mark"),
        sells.alias("sells"),
    )
    good = pl.when(c("settled") & c("sells")).then(c("mark"))
    of_each = shops.group_by("id").agg(
        good.sum().alias("total"),
        good.count().cast(pl.Int64).alias("marks"),
        c("settled").sum().cast(pl.Int64).alias("shops"),
        (c("settled") & ~c("sells")).sum().cast(pl.Int64).alias("idle"),
    )
    frame = (
        pl.scan_parquet(f"{folder}/providers.parquet")
        .join(of_each, on="id", how="left")
        .with_columns(
            (c("registered_on") <= date(2017, 9, 30)).fill_null(False).alias("member"),
            pl.when(c("marks") > 0).then(c("total") * 720720 // c("marks")).alias("key"),
        )
        .with_columns(
            c("key").count().over("member").cast(pl.Int64).alias("n"),
            _place(c("key"), "member").alias("place"),
        )
    )
    at = c("place") * 100
    operation = (
        pl.when(at <= 30 * c("n"))
        .then(6)
        .when(at <= 50 * c("n"))
        .then(5)
        .when(at <= 70 * c("n"))
        .then(4)
        .otherwise(0)
    )
    size = c("shops").fill_null(0)
    other = pl.when(size >= 7).then(6).when(size >= 4).then(5).when(size >= 2).then(4).otherwise(3)
    score = pl.when(c("member") & c("key").is_not_null()).then(
        2 * (operation + other) - c("idle").fill_null(0)
    )
    frame = frame.with_columns(score.alias("score"))
    return frame.select(
        "id",
        pl.when(~c("member"))
        .then(pl.lit("ineligible"))
        .when(c("score").is_null())
        .then(pl.lit("undetermined"))
        .otherwise(pl.lit("rated"))
        .alias("status"),
        _levels(c("score"), {14: "PASSED"}, "CERTIFIED").alias("tier"),
        "score",
    )


def _star(folder: str) -> Any:
    import polars as pl

    c = pl.col
    score = (c("score@2017-Q1") * 100).cast(pl.Int64) + (c("score@2017-Q2") * 100).cast(pl.Int64)
    frame = pl.scan_parquet(f"{folder}/providers.parquet").select("id", score.alias("score"))
    return frame.select(
        "id",
        pl.when(c("score").is_null()).then(pl.lit("undetermined")).otherwise(pl.lit("rated")).alias("status"),
        _levels(c("score"), {2200: "FIVE", 1800: "FOUR", 1400: "THREE"}, "NO_STAR").alias("tier"),
        "score",
    )


def _douyin(folder: str) -> Any:
    from datetime import date

    import polars as pl

    c = pl.col
    bars = {"服装": 6000, "鞋靴": 5000, "箱包": 4500, "食品": 8000, "家居": 4000}
    bar = c("industry").replace_strict(bars, default=None, return_dtype=pl.Int64)
    merchants = pl.scan_parquet(f"{folder}/merchants.parquet").select(
        "id",
        (c("sold@2023-05") | c("sold@2023-06") | c("sold@2023-07")).alias("active"),
        (pl.max_horizontal("orders@2023-05", "orders@2023-06", "orders@2023-07") > bar).alias("qualified"),
    )
    of_each = merchants.group_by("id").agg(
        c("active").sum().cast(pl.Int64), c("qualified").sum().cast(pl.Int64)
    )
    score = c("paid_orders@2023-05") + c("paid_orders@2023-06") + c("paid_orders@2023-07")
    frame = pl.scan_parquet(f"{folder}/providers.parquet").join(of_each, on="id", how="left")
    silver = (
        (score >= 9_000_000)
        & ((c("active").fill_null(0) >= 1000) | (c("qualified").fill_null(0) >= 150))
        & (c("certified_on") <= date(2023, 7, 31))
    )
    return frame.select(
        "id",
        pl.lit("rated").alias("status"),
        pl.when(silver).then(pl.lit("SILVER")).otherwise(pl.lit("BASE")).alias("tier"),
        score.alias("score"),
    )


def _composite(folder: str) -> Any:
    from datetime import date

    import polars as pl

    c, whole = pl.col, pl.Int64
    first = c("quarter") == 1
    months = [c(f"o{i}").fill_null(0).alias(f"m{i}") for i in (1, 2, 3)]
    last = pl.when(first).then(date(2025, 12, 31)).otherwise(date(2026, 4, 1))
    kept = (
        pl.scan_parquet(f"{folder}/shop.parquet")
        .with_columns(*months)
        .filter((c("opened") <= last) & (c("m1") + c("m2") + c("m3") > 0))
    )
    of_each = kept.group_by("id", "quarter").agg(
        (c("m1") + c("m2") + c("m3")).cast(whole).sum().alias("orders"),
        (c("gmv") * 100).cast(whole).sum().alias("gmv"),
        c("buyers").cast(whole).sum(),
        pl.len().cast(whole).alias("shops"),
        ((c("m1") > 0) & (c("m2") > 0) & (c("m3") > 0)).sum().cast(whole).alias("active"),
        ((c("m1") >= 300) | (c("m2") >= 300) | (c("m3") >= 300)).sum().cast(whole).alias("qualified"),
        (c("op_score") * 100).cast(whole).sum().alias("total"),
        c("op_score").count().cast(whole).alias("marks"),
    )
    providers = pl.scan_parquet(f"{folder}/providers.parquet")
    frame = of_each.join(providers, on="id").with_columns(
        pl.when(first).then(c("complaints_q1")).otherwise(c("complaints_q2")).cast(whole).alias("complaints"),
        pl.when(c("marks") > 0).then(12 * c("total") // c("marks")).alias("mean_key"),
    )
    group = ["quarter", "category"]
    n = pl.len().over(group).cast(whole)
    keys = ("orders", "gmv", "buyers", "shops", "qualified")
    frame = frame.with_columns(
        n.alias("n"),
        *[
            (n + 1 - c(key).rank("min", descending=True).over(group).cast(whole)).alias(f"i{i}")
            for i, key in enumerate(keys)
        ],
        c("mean_key").count().over("quarter").cast(whole).alias("n_marks"),
        _place(c("mean_key"), "quarter").alias("place"),
    )
    at = c("place") * 100
    points = (
        pl.when(c("mean_key").is_null())
        .then(0)
        .when(at <= 30 * c("n_marks"))
        .then(6_000_000)
        .when(at <= 50 * c("n_marks"))
        .then(5_000_000)
        .when(at <= 70 * c("n_marks"))
        .then(4_000_000)
        .otherwise(0)
    )
    ranked = 40 * c("i0") + 20 * c("i1") + 20 * c("i2") + 10 * c("i3") + 10 * c("i4")
    score = (
        points
        + (120_000 * ranked + c("n")) // (2 * c("n"))
        - pl.min_horizontal(500_000 * c("complaints"), 3_000_000)
    )
    of_each = frame.select(
        "id",
        score.alias("score"),
        ((c("orders") >= 300) & ((c("active") >= 2) | (c("qualified") >= 1))).alias("fit"),
    )
    of_each = of_each.group_by("id").agg(
        c("score").sum(), pl.len().cast(whole).alias("quarters"), c("fit").all()
    )
    fit, quarters = c("fit"), c("quarters")
    return (
        providers.select("id")
        .join(of_each, on="id", how="left")
        .select(
            "id",
            pl.when(quarters.is_null()).then(pl.lit("ineligible")).otherwise(pl.lit("rated")).alias("status"),
            pl.when(quarters.is_null())
            .then(None)
            .when(fit & (c("score") >= 11_000_000 * quarters))
            .then(pl.lit("FIVE"))
            .when(fit & (c("score") >= 9_000_000 * quarters))
            .then(pl.lit("FOUR"))
            .when(fit & (c("score") >= 7_000_000 * quarters))
            .then(pl.lit("THREE"))
            .otherwise(pl.lit("NONE"))
            .alias("tier"),
            "score",
        )
    )


FRAMES: dict[str, Callable[[str], Any]] = {
    "1688": _alibaba,
    "tmall_global": _tmall_global,
    "star": _star,
    "douyin": _douyin,
    "composite": _composite,
}
