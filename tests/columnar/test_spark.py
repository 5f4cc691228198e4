"""
Spark on this machine: the interpreter's results, its refusals, and what is written.

One session for all tests, because starting one takes longer than most of them; small plans are interpreted by Spark instead
of being compiled, for the same reason.
"""

import datetime
import shutil
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

import tierlang
from columnar.shared import interpreted, plain
from columnar.test_engine_option import run
from columnar.test_statements import check_statement
from columnar.test_tables import BAD, GOOD, SCHEME, SHOPS, tables
from columnar.worlds import WORLDS
from conformance.loader import Case, read_cases
from tierlang.columnar.sql.dialects import SPARK
from tierlang.columnar.warehouse.statement import checks_of, lowered, statement_of
from tierlang.diagnostics.render import render_text

pyspark = pytest.importorskip("pyspark", reason="Spark is not run: pyspark is not installed")
if shutil.which("java") is None:
    pytest.skip("Spark is not run: there is no Java here", allow_module_level=True)

SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.default.parallelism": "1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
SIZE = 120


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """The session."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("tier tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    yield found
    found.stop()


TYPES = {
    "text": pyarrow.string(),
    "int": pyarrow.int32(),
    "long": pyarrow.int64(),
    "date": pyarrow.date32(),
    "decimal": pyarrow.decimal128(9, 3),
}


def frame(session: Any, rows: Sequence[Sequence[Any]], **columns: str) -> Any:
    """Rows as a frame."""
    names = list(columns)
    schema = pyarrow.schema([(name, TYPES[kind]) for name, kind in columns.items()])
    made = pyarrow.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema)
    return session.createDataFrame(made)


# ------------------------------------------------------------------ agreement


@pytest.mark.parametrize("world", WORLDS)
def test_results_are_the_interpreters(world: str, session: Any, tmp_path: Path) -> None:
    """Frames of the published schemes: every word and value, and the same table that DuckDB gives."""
    made = WORLDS[world](SIZE, tmp_path)
    wanted = interpreted(made)
    children = {name: session.read.parquet(path) for name, path in made.children.items()}
    views = {table.name for table in session.catalog.listTables()}
    with made.scheme.rate_table(
        session.read.parquet(made.subjects), children=children, period=made.period
    ) as outcome:
        assert outcome.engine == "spark"
        assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results]
        assert outcome.header == wanted.header
        mine = outcome.to_spark().orderBy("id").toArrow()
        assert sum(outcome.counts().values()) == SIZE
        first = wanted.results[0]
        assert plain(outcome[first.id]) == plain(first)
    assert {table.name for table in session.catalog.listTables()} == views
    with made.scheme.rate_table(
        made.subjects, children=made.children, period=made.period, engine="duckdb"
    ) as outcome:
        theirs = outcome.to_arrow()
    for row, other in zip(mine.to_pylist(), theirs.to_pylist(), strict=True):
        assert all(row.get(name) == other.get(name) for name in {*row, *other})


@pytest.mark.parametrize("world", [name for name in WORLDS if name != "composite"])
def test_statements_for_people(world: str, session: Any, tmp_path: Path) -> None:
    """`tier sql --dialect spark` and its checks, as somebody would run them. (The twelve rankings need 128 bits.)"""
    made = WORLDS[world](SIZE, tmp_path)
    for name, path in {"subjects": made.subjects, **made.children}.items():
        session.read.parquet(path).createOrReplaceTempView(name)
    found = lowered(made.scheme.prepare(period=made.period), SPARK)
    assert session.sql(checks_of(found, SPARK, {})).collect() == []
    check_statement(made, map(tuple, session.sql(statement_of(found, SPARK, {})).collect()))
    for name in ("subjects", *made.children):
        session.catalog.dropTempView(name)


def sample() -> list[Case]:
    """Conformance cases with rows, from all sections."""
    cases = [
        c
        for c in read_cases()
        if c.is_good and c.rows and not c.periods and c.examples is None and c.libraries is None
    ]
    return cases[:: len(cases) // 90]


def test_conformance(session: Any) -> None:
    """A sample of the conformance cases; those that columns cannot say are refused by name."""
    rated = 0
    for case in sample():
        scheme = tierlang.loads(case.scheme, name="case.tier")
        if scheme.checked.states:
            continue
        given: dict[str, Any] = {
            "period": case.period,
            "params": case.params,
            "tables": case.tables,
            "strict": case.strict,
        }
        try:
            wanted = scheme.rate(case.rows, **given)
        except tierlang.DiagnosticError:
            continue
        try:
            with scheme.rate_table(list(case.rows), engine="spark", **given) as outcome:
                assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results], case.id
                rated += 1
        except tierlang.DiagnosticError as refused:
            assert [d.code for d in refused.diagnostics] == ["E-ENGINE"], case.id
    assert session is not None
    assert rated >= 60


TIES = """
ranking best: high, ties: avg, missing: last, among: eligible
input orders : count
input share : number 0..1 missing ineligible
mean_share = share / 3
points = rank(orders) + rank(mean_share)
tiers GOLD > BASE
tier GOLD if top_share(orders) <= 50%
tier BASE otherwise
"""
COHORTS: dict[str, list[tuple[str, int | None, Decimal | None]]] = {
    "none": [],
    "one": [("a", 3, Decimal("0.5"))],
    "ties": [(f"p{i:02}", 7, Decimal("0.25")) for i in range(9)],
    "missing": [(f"p{i:02}", None, Decimal(1) if i % 2 else None) for i in range(6)],
    "mixed": [(f"供应商{i}", i // 2 if i % 3 else None, Decimal(i) / 8) for i in range(7)],
}


@pytest.mark.parametrize("name", COHORTS)
def test_cohorts(name: str, session: Any) -> None:
    """All ties, all missing, one, none; ids of Chinese letters."""
    rows = COHORTS[name]
    table = frame(session, rows, id="text", orders="int", share="decimal")
    scheme = tierlang.loads(TIES)
    wanted = scheme.rate(
        [{k: v for k, v in zip(("id", "orders", "share"), row, strict=True) if v is not None} for row in rows]
    )
    with scheme.rate_table(table, engine="spark") as outcome:
        assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results]
        found = outcome.to_arrow().to_pylist()
    assert [row["id"] for row in found] == [r.id for r in wanted.results]


def test_integer_ids_stay_integers(session: Any, tmp_path: Path) -> None:
    """Of a frame and of Parquet, in frames and in Parquet."""
    scheme = tierlang.loads("input x : count\ntwice = x * 2\n")
    table = frame(session, [(10, 1), (9, 2)], id="int", x="int")
    table.write.parquet(str(tmp_path / "in"))
    for given in (table, str(tmp_path / "in")):
        with scheme.rate_table(given, engine="spark") as outcome:
            assert [(result.id, result.values["twice"]) for result in outcome] == [("10", 2), ("9", 4)]
            assert outcome.to_spark().schema["id"].dataType == table.schema["id"].dataType
            assert outcome.to_arrow()["id"].to_pylist() == [9, 10]


def test_names_dates_and_partitions(session: Any, tmp_path: Path) -> None:
    """Names of any signs, days before 1582, a folder of partitions, and texts that differ in case or accent only."""
    scheme = tierlang.loads(
        "input 成立 : date\ninput kind : text\ninput select : count\nold = days_between(成立, 1582-10-15)\n"
        'tiers A > B\ntier A if kind == "é" and select > 1\ntier B otherwise\n'
    )
    rows = [
        ("a", datetime.date(1500, 2, 28), "é", 2),
        ("b", datetime.date(1, 1, 1), "É", 2),
        ("c", None, "e", 3),
        ("d", datetime.date(1582, 10, 4), "é", 1),
    ]
    folder = tmp_path / "parts"
    whole = frame(session, rows, id="text", 成立="date", kind="text", select="int")
    whole.write.partitionBy("kind").parquet(str(folder))
    wanted = scheme.rate(
        [{"id": i, "kind": k, "select": n, **({"成立": d} if d else {})} for i, d, k, n in rows]
    )
    for table in (str(folder), whole):
        with scheme.rate_table(table, engine="spark") as outcome:
            assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results]
            assert outcome.to_spark().where("tier = 'A'").count() == 1


def test_lists_of_any_name(session: Any) -> None:
    """A list input may have a name that Spark would not take for a view."""
    scheme = tierlang.loads(
        "record shop { 人数 : count }\ninput 店铺 : list of shop max 3\ntotal = sum(s.人数 for s in 店铺)\n"
    )
    main = frame(session, [("a",), ("b",)], id="text")
    shops = frame(session, [("a", 2), ("b", None), ("a", 3)], id="text", 人数="int")
    with scheme.rate_table(main, children={"店铺": shops}) as outcome:
        assert outcome["a"].values["total"] == 5
        assert [str(cause) for cause in outcome["b"].causes] == ["missing 店铺[1].人数"]


def test_chunks(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those for whom causes depend on data come in chunks, and so do their words."""
    monkeypatch.setattr("tierlang.columnar.engines.spark.engine.CHUNK", 7)
    monkeypatch.setattr("tierlang.columnar.rating.rate.CHUNK", 9)
    made = WORLDS["tmall_global"](60, tmp_path)
    wanted = interpreted(made)
    with made.scheme.rate_table(
        made.subjects, children=made.children, period=made.period, engine="spark"
    ) as outcome:
        assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results]
        found = {str(row["id"]): row["causes"] for row in outcome.to_arrow().to_pylist()}
    assert session is not None
    assert found == {r.id: [str(cause) for cause in r.causes] for r in wanted.results}


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize("name", ["range", "invisible", "float", "twice", "orphan", "long list"])
def test_bad_rows_are_refused(name: str, session: Any, tmp_path: Path) -> None:
    """With the code of the exact readers, and a place that names the table."""
    main, shops, code = BAD[name]
    given = tables(tmp_path, main, shops)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(SCHEME).rate_table(**given, engine="spark")
    assert session is not None
    assert code in {d.code for d in caught.value.diagnostics}
    assert all(d.place is not None and d.place.file.endswith(".parquet") for d in caught.value.diagnostics)


def test_a_refusal_names_the_row(session: Any, tmp_path: Path) -> None:
    """Table, column and id, for frames too, in both languages."""
    given = tables(tmp_path, *BAD["step"][:2])
    table = session.read.parquet(given["subjects"])
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(SCHEME).rate_table(table, children=given["children"])
    (found,) = caught.value.diagnostics
    assert found.place is not None
    assert (found.place.file, found.place.column, found.place.id) == ("subjects", "score", "a")
    assert 'subjects, id "a", column "score"' in render_text([found])
    assert "编号 “a”" in render_text([found], lang="zh")


def refusal(text: str, table: Any) -> str:
    """Why an engine refuses."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(text).rate_table(table, engine="spark")
    (found,) = caught.value.diagnostics
    assert found.code == "E-ENGINE"
    assert found.args["engine"] == "spark"
    return str(found.args["reason"])


def test_a_column_of_another_type_is_refused_by_its_first_value(session: Any) -> None:
    """As the reader of cells refuses it, by the subject's id."""
    table = session.sql("SELECT 'b' AS id, TIMESTAMP '2023-08-01 10:00:00' AS x")
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads("input x : number\ny = x + 1\n").rate_table(table, engine="spark")
    (found,) = caught.value.diagnostics
    assert found.place is not None
    assert (found.code, found.place.id, found.place.value) == ("E-DATA-CELL", "b", "2023-08-01 10:00:00")


def test_lists_that_are_called_alike(session: Any) -> None:
    """A list may be called as the views of another one are inside."""
    lists = "input c : list of r max 3\ninput c_numbered : list of r max 3\n"
    scheme = tierlang.loads(
        f"record r {{ x : count }}\n{lists}v = sum(s.x for s in c)\nw = sum(s.x for s in c_numbered)\n"
    )
    children = {
        "c": session.sql("SELECT 'a' AS id, 1 AS x"),
        "c_numbered": session.sql("SELECT 'a' AS id, 20 AS x"),
    }
    with scheme.rate_table(session.sql("SELECT 'a' AS id"), children=children, engine="spark") as outcome:
        assert [dict(result.values) for result in outcome] == [{"v": 1, "w": 20}]


def test_what_spark_cannot_say(session: Any) -> None:
    """Integers of 128 bits, functions that only the interpreter knows, integers that would wrap."""
    large = frame(session, [("a", 10**17)], id="text", x="long")
    assert "128 bits" in refusal("input x : number\ny = x * x * x\n", large)
    assert "`sqrt`" in refusal("input x : number\ny = sqrt(x)\n", large)
    with tierlang.loads("input x : number\ny = sqrt(x)\n").rate_table(large) as outcome:
        assert outcome.engine == "spark"
        assert "`sqrt`" in (outcome.why or "")
        assert not outcome["a"].causes
    untidy = frame(session, [("a", " x")], id="text", t="text")
    assert "tidied" in refusal("input t : text\n", untidy)
    session.conf.set("spark.sql.ansi.enabled", "false")
    try:
        assert "spark.sql.ansi.enabled" in refusal("input x : number\ny = x + 1\n", large)
    finally:
        session.conf.set("spark.sql.ansi.enabled", "true")


def test_no_such_files(session: Any, tmp_path: Path) -> None:
    """A missing file is a finding."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads("input x : number\n").rate_table(str(tmp_path / "none.parquet"), engine="spark")
    assert session is not None
    assert caught.value.diagnostics[0].code == "E-DATA-FILE"


# ------------------------------------------------------------------ out


def test_folders_are_written_once(session: Any, tmp_path: Path) -> None:
    """A new folder of Parquet; one that is there already is refused and left as it is."""
    given = tables(tmp_path, GOOD, SHOPS)
    target = tmp_path / "out"
    with tierlang.loads(SCHEME).rate_table(**given, engine="spark") as outcome:
        outcome.write(str(target))
        found = pyarrow.parquet.read_table(target).to_pylist()
        assert [(row["id"], row["tier"], row["assumed"]) for row in found] == [
            ("a", "GOLD", []),
            ("b", "BASE", ["note"]),
        ]
        with pytest.raises(tierlang.DiagnosticError):
            outcome.write(str(target))
    assert session is not None
    assert (target / "_SUCCESS").exists()


def test_command(session: Any, tmp_path: Path) -> None:
    """`tier rate --engine spark` gives the bytes of the interpreter."""
    scheme = tmp_path / "s.tier"
    scheme.write_text(SCHEME, encoding="utf-8")
    given = tables(tmp_path, GOOD, SHOPS)
    words = ["rate", str(scheme), "--data", given["subjects"], f"--table=shops={given['children']['shops']}"]
    found = [run(*words, "--format", "csv", "--engine", engine) for engine in ("exact", "spark")]
    assert session is not None
    assert found[0] == found[1]
    assert found[0][0] == 0
