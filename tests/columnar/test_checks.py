"""`tier sql --checks`: a row for everything in the data that a statement may not meet, and none where all holds."""

from pathlib import Path

import duckdb
import pytest

import tierlang
from columnar.servers import Server
from columnar.test_statements import SHIPPED, prepared, run
from columnar.worlds import WORLDS, write
from tierlang.columnar.sql.dialects import DIALECTS
from tierlang.columnar.warehouse.checks import Violation, violations_in
from tierlang.columnar.warehouse.statement import checks_of, lowered

SCHEME = """
cohort provider max 4
record shop { staff : count 0..9, opened : date }
input score : number 0..100 step 0.5
input kind : text("agency", "shop")
input note : text missing ""
input orders : count missing reject
input level : tier
input price : number -10..10
input shops : list of shop max 2
total = sum(s.staff for s in shops if s.opened >= 2000-01-01)
tiers GOLD > BASE
tier GOLD if score >= 50 and total > 3 and kind == "shop" and orders > 0 and note != "x" and price > 0 and level != BASE
tier BASE otherwise
"""
GOOD = """
SELECT id::VARCHAR AS id, score::DECIMAL(9, 3) AS score, kind::VARCHAR AS kind, note::VARCHAR AS note, orders::DECIMAL(9, 1) AS orders,
       level::VARCHAR AS level, price::DECIMAL(9, 4) AS price
FROM (VALUES ('a', 50.5, 'shop', 'n', 3, 'GOLD', 9.99), ('b', 7.0, 'agency', NULL, 4, NULL, NULL)) t(id, score, kind, note, orders, level, price)
"""
SHOPS = """
SELECT id::VARCHAR AS id, staff::DECIMAL(9, 1) AS staff, opened::DATE AS opened
FROM (VALUES ('a', 1, DATE '2020-01-01'), ('a', 9, NULL), ('b', NULL, NULL)) t(id, staff, opened)
"""
MORE = "('c', 1, 'shop', '', 1, NULL, 0), ('d', 1, 'shop', NULL, 1, NULL, 0), ('e', 1, 'shop', NULL, 1, NULL, 0),"
BAD = {
    "above": (GOOD.replace("50.5", "100.5"), SHOPS, [("subjects", "score", 1, "a")]),
    "below": (GOOD.replace("7.0", "-0.5").replace("50.5", "-1"), SHOPS, [("subjects", "score", 2, "a")]),
    "between the steps": (GOOD.replace("7.0", "7.25"), SHOPS, [("subjects", "score", 1, "b")]),
    "too many decimals": (GOOD.replace("9.99", "9.999"), SHOPS, [("subjects", "price", 1, "a")]),
    "not whole": (GOOD.replace("NULL, 4,", "NULL, 4.5,"), SHOPS, [("subjects", "orders", 1, "b")]),
    "no choice": (GOOD.replace("'agency'", "'agent'"), SHOPS, [("subjects", "kind", 1, "b")]),
    "no level": (GOOD.replace("'GOLD'", "'gold'"), SHOPS, [("subjects", "level", 1, "a")]),
    "untidy": (GOOD.replace("'n'", "' n'"), SHOPS, [("subjects", "note", 1, "a")]),
    "missing": (GOOD.replace("NULL, 4,", "NULL, NULL,"), SHOPS, [("subjects", "orders", 1, "b")]),
    "no id": (GOOD.replace("'b'", "NULL"), SHOPS.replace("'b'", "'a'").replace("'a', 9", "'zz', 9"), [("subjects", "id", 1, None), ("shops", "id", 1, "zz")]),
    "bad id": (GOOD.replace("'b'", "'b,b'"), SHOPS.replace("'b'", "'b,b'"), [("subjects", "id", 1, "b,b")]),
    "a total": (GOOD.replace("'b'", "'合计'"), SHOPS.replace("'b'", "'合计'"), [("subjects", "id", 1, "合计")]),
    "twice": (GOOD.replace("'b'", "'a'"), SHOPS.replace("'b'", "'a'").replace("'a', 9", "'q', 9"), [("subjects", "id", 1, "a"), ("shops", "id", 1, "q")]),
    "too many": (GOOD.replace("(VALUES", f"(VALUES {MORE}").replace("''", "'n'"), SHOPS, [("subjects", "id", 5, None)]),
    "blank": (GOOD.replace("'n'", "''"), SHOPS, [("subjects", "note", 1, "a")]),
    "child range": (GOOD, SHOPS.replace("9, NULL", "10, NULL"), [("shops", "staff", 1, "a")]),
    "orphan": (GOOD, SHOPS.replace("'b'", "'c'"), [("shops", "id", 1, "c")]),
    "child without id": (GOOD, SHOPS.replace("'b'", "NULL"), [("shops", "id", 1, None)]),
    "long list": (GOOD, SHOPS.replace("'b'", "'a'"), [("shops", "id", 1, "a")]),
}  # fmt: skip


def violations(server: tuple[str, Server], main: str, shops: str, folder: Path) -> list[Violation]:
    """What the statement of checks finds in two tables."""
    dialect, engine = server
    connection = duckdb.connect()
    engine.load("subjects", write(connection, main, folder / "main.parquet"))
    engine.load("shops", write(connection, shops, folder / "shops.parquet"))
    form = DIALECTS[dialect]
    return violations_in(engine.ask(checks_of(lowered(tierlang.loads(SCHEME).prepare(), form), form, {})))


def test_good_data_violate_nothing(server: tuple[str, Server], tmp_path: Path) -> None:
    """No row."""
    assert violations(server, GOOD, SHOPS, tmp_path) == []


@pytest.mark.parametrize("name", BAD)
def test_bad_data_are_told(name: str, server: tuple[str, Server], tmp_path: Path) -> None:
    """One row each, with the number of bad rows and the least id among them."""
    main, shops, wanted = BAD[name]
    found = violations(server, main, shops, tmp_path)
    assert sorted([(v.table, v.column, v.count, v.least_id) for v in found], key=str) == sorted(
        wanted, key=str
    )
    assert all(v.expected for v in found)


@pytest.mark.parametrize("world", WORLDS)
def test_data_of_the_published_schemes_hold(world: str, server: tuple[str, Server], tmp_path: Path) -> None:
    """The tables that the statements are run on violate nothing."""
    dialect, engine = server
    made = WORLDS[world](160, tmp_path)
    engine.load("subjects", made.subjects)
    for name, path in made.children.items():
        engine.load(name, path)
    form = DIALECTS[dialect]
    found = violations_in(
        engine.ask(checks_of(lowered(made.scheme.prepare(period=made.period), form), form, {}))
    )
    assert found == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_checks_parse(name: str, dialect: str) -> None:
    """Every dialect's own parser takes the checks of the published schemes as one statement."""
    sqlglot = pytest.importorskip("sqlglot")
    form = DIALECTS[dialect]
    assert len(sqlglot.parse(checks_of(lowered(prepared(name), form), form, {}), read=dialect)) == 1


def test_command(tmp_path: Path) -> None:
    """`tier sql --checks` prints the statement, with the tables called as asked, a schema before them too."""
    scheme = tmp_path / "s.tier"
    scheme.write_text(SCHEME, encoding="utf-8")
    code, out, _ = run("sql", str(scheme), "--checks", "--subjects", "dw.providers", "--rows", "shops=s")
    assert code == 0
    assert 'FROM "dw"."providers"' in out
    assert "'dw.providers' AS table_name" in out
    assert "'0 to 100, at most 1 decimals, in steps of 0.5 from 0' AS expected" in out
