"""Tables rated by DuckDB: the same results as the interpreter's, the same refusals, and files of them."""

import csv
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import duckdb
import polars
import pyarrow.csv
import pyarrow.parquet
import pytest

import tierlang
from columnar.shared import interpreted, plain
from columnar.worlds import WORLDS, World, load, write
from tierlang.data import read_subjects
from tierlang.run.result import exact_text
from tierlang.run.values import Undetermined

SIZE = 160


@pytest.fixture(params=WORLDS)
def world(request: Any, tmp_path: Path) -> World:
    """Each published scheme with a table."""
    return WORLDS[request.param](SIZE, tmp_path)


def rated(world: World, **options: Any) -> Any:
    """The engine's outcome."""
    return world.scheme.rate_table(world.subjects, children=world.children, period=world.period, **options)


def test_results_are_the_interpreters(world: World) -> None:
    """Status, level, bounds, values, causes in order, warnings, what failed and what was assumed."""
    wanted = interpreted(world)
    with rated(world, engine="duckdb") as outcome:
        assert outcome.engine == "duckdb"
        assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results]
        assert outcome.header == wanted.header
        assert len(outcome) == SIZE


def test_holes_are_told_of_everybody(tmp_path: Path) -> None:
    """A scheme with holes is rated all the same: who has which causes is the interpreter's word."""
    world = WORLDS["1688"](SIZE, tmp_path, load("alibaba_1688/star_provider.tier"))
    with rated(world, engine="duckdb") as outcome:
        assert [plain(r) for r in outcome] == [plain(r) for r in interpreted(world).results]


def test_one_subject(world: World) -> None:
    """A subject can be asked for by id; an unknown id is a KeyError."""
    with rated(world) as outcome:
        first = next(iter(outcome))
        assert plain(outcome[first.id]) == plain(first)
        with pytest.raises(KeyError):
            outcome["nobody"]


def test_the_exact_engine_writes_the_same(world: World, tmp_path: Path) -> None:
    """Files of both engines say the same; DuckDB leaves out columns of exact values that nobody can need."""
    files = []
    for engine in ("duckdb", "exact"):
        path = tmp_path / f"{engine}.parquet"
        with rated(world, engine=engine) as outcome:
            outcome.write(path)
        files.append(pyarrow.parquet.read_table(path).to_pylist())
    for mine, theirs in zip(*files, strict=True):
        assert mine.items() <= theirs.items()
        assert all(value is None for name, value in theirs.items() if name not in mine)


def test_files_hold_every_result(world: World, tmp_path: Path) -> None:
    """Parquet, CSV and JSON Lines hold every result in order of id; nothing else is left behind."""
    before = set(tmp_path.iterdir())
    with rated(world) as outcome:
        results = list(outcome)
        for suffix in ("parquet", "csv", "jsonl"):
            outcome.write(tmp_path / f"out.{suffix}")
        table = sorted(outcome.to_arrow().to_pylist(), key=lambda row: str(row["id"]))
        assert sum(outcome.counts().values()) == SIZE
    written = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["id"] for row in written] == sorted(row["id"] for row in table)
    assert sorted(written, key=lambda row: str(row["id"])) == table
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    documents = [
        json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for result, row, line, document in zip(results, table, lines, documents, strict=True):
        assert (str(row["id"]), row["status"], row["tier"]) == (result.id, result.status, result.tier)
        assert (
            (line["id"], line["status"]) == (document["id"], document["status"]) == (result.id, result.status)
        )
        assert row["causes"] == [str(cause) for cause in result.causes]
        assert row["failed"] == list(result.failed)
        for name, value in result.values.items():
            check_value(value, row[name], row.get(f"{name}_exact"))
    assert {path.name for path in set(tmp_path.iterdir()) - before} == {"out.parquet", "out.csv", "out.jsonl"}


SUMMED = "record shop { x : count 0..9 }\ninput shops : list of shop max 9\ntotal = sum(s.x for s in shops)\n"


@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
@pytest.mark.parametrize("kind", ["int8", "int32", "int64", "uint64"])
@pytest.mark.parametrize("is_file", [True, False], ids=["file", "table"])
def test_integer_ids_stay_integers(engine: str, kind: str, is_file: bool, tmp_path: Path) -> None:
    """In Parquet and frames, whatever engine computes and whatever type child rows have; CSV and JSON Lines have texts."""
    integers = getattr(pyarrow, kind)()
    main = pyarrow.table({"id": pyarrow.array([10, 9, 100], integers)})
    shops = pyarrow.table({"id": pyarrow.array([9, 9, 100], pyarrow.int64()), "x": [1, 2, 3]})
    tables: dict[str, Any] = {"main": main, "shops": shops}
    if is_file:
        for name, table in tables.items():
            pyarrow.parquet.write_table(table, tmp_path / f"{name}.parquet")
        tables = {name: tmp_path / f"{name}.parquet" for name in tables}
    scheme = tierlang.loads(SUMMED)
    with scheme.rate_table(tables["main"], children={"shops": tables["shops"]}, engine=engine) as outcome:
        assert [(result.id, result.values["total"]) for result in outcome] == [
            ("10", 0),
            ("100", 3),
            ("9", 3),
        ]
        assert outcome["9"].values["total"] == 3
        for suffix in ("parquet", "csv", "jsonl"):
            outcome.write(tmp_path / f"out.{suffix}")
        outcome.write(tmp_path / "ids.parquet", columns=["id"])
        arrow, frame = outcome.to_arrow(), outcome.to_polars()
    written, ids = (pyarrow.parquet.read_table(tmp_path / f"{name}.parquet") for name in ("out", "ids"))
    for table in (arrow, written, ids, frame.to_arrow()):
        assert (table["id"].type, table["id"].to_pylist()) == (integers, [9, 10, 100])
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [line["id"] for line in csv.DictReader(file)] == ["10", "100", "9"]
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["10", "100", "9"]


@pytest.mark.parametrize("engine", ["exact", "duckdb"])
def test_other_ids_are_texts(engine: str, tmp_path: Path) -> None:
    """Those of delimited files and of rows, digits or not, and those of a table that holds them as texts."""
    path = tmp_path / "subjects.csv"
    path.write_text("id,x\n7,1\n010,2\n", encoding="utf-8")
    rows: list[Any] = [{"id": 7, "x": 1}, {"id": "010", "x": 2}]
    table = pyarrow.table({"id": ["7", "010"], "x": [1, 2]})
    for given in (path, rows, table):
        with tierlang.loads("input x : number\n").rate_table(given, engine=engine) as outcome:
            ids = outcome.to_arrow()["id"]
            assert (ids.type, ids.to_pylist()) == (pyarrow.string(), ["010", "7"])


def check_value(value: Any, shown: Any, exact: str | None) -> None:
    """What a file says of a value."""
    if isinstance(value, Undetermined):
        assert shown is None
    elif exact is not None:
        assert exact == exact_text(value)
        assert abs(Fraction(shown) - value) <= Fraction(1, 2_000_000)
    else:
        assert shown == value


def test_arrow_tables(tmp_path: Path) -> None:
    """Arrow tables are rated as the files are."""
    world = WORLDS["tmall_global"](SIZE, tmp_path)
    with rated(world) as outcome:
        wanted = [plain(result) for result in outcome]
    main, shops = (
        pyarrow.parquet.read_table(world.subjects),
        pyarrow.parquet.read_table(world.children["shops"]),
    )
    with world.scheme.rate_table(main, children={"shops": shops}, period=world.period) as outcome:
        assert [plain(result) for result in outcome] == wanted


def test_folders(tmp_path: Path) -> None:
    """A folder of Parquet files is one table, and so is a pattern."""
    world = WORLDS["star"](SIZE, tmp_path)
    folder = tmp_path / "parts"
    folder.mkdir()
    connection = duckdb.connect()
    for part in range(3):
        select = f"SELECT * FROM '{world.subjects}' WHERE hash(id) % 3 = {part}"
        write(connection, select, folder / f"{part}.parquet")
    with rated(world) as outcome:
        wanted = [plain(result) for result in outcome]
    for place in (str(folder), f"{folder}/*.parquet"):
        with rated(attrs.evolve(world, subjects=place)) as outcome:
            assert [plain(result) for result in outcome] == wanted


# ------------------------------------------------------------------ refusals

SCHEME = """
cohort provider max 4
record shop { staff : count 0..9, opened : date }
input score : number 0..100 step 0.5
input kind : text("agency", "shop")
input note : text missing ""
input orders : count missing reject
input shops : list of shop max 2
total = sum(s.staff for s in shops)
tiers GOLD > BASE
tier GOLD if score >= 50 and total > 3 and kind == "shop" and orders > 0 and note != "x"
tier BASE otherwise
"""
GOOD = "SELECT * FROM (VALUES ('a', 50.5, 'shop', 'n', 3), ('b', 7.0, 'agency', NULL, 4)) t(id, score, kind, note, orders)"
SHOPS = "SELECT * FROM (VALUES ('a', 1, DATE '2020-01-01'), ('a', 9, NULL), ('b', NULL, NULL)) t(id, staff, opened)"
BAD = {
    "range": (GOOD.replace("50.5", "100.5"), SHOPS, "E-DATA-RANGE"),
    "step": (GOOD.replace("50.5", "50.7"), SHOPS, "E-DATA-STEP"),
    "choice": (GOOD.replace("'agency'", "'agent'"), SHOPS, "E-DATA-CHOICE"),
    "missing": (GOOD.replace(", 4)", ", NULL)"), SHOPS, "E-DATA-MISSING"),
    "whole": (GOOD.replace(", 4)", ", 4.5)"), SHOPS, "E-DATA-CELL"),
    "negative": (GOOD.replace(", 4)", ", -4)"), SHOPS, "E-DATA-CELL"),
    "invisible": (GOOD.replace("'n'", "'n' || chr(8203)"), SHOPS, "E-DATA-CELL"),
    "float": (GOOD.replace("50.5", "50.5::DOUBLE"), SHOPS, "E-DATA-FLOAT"),
    "twice": (GOOD.replace("'b'", "'a'"), SHOPS.replace("'b'", "'a'"), "E-DATA-ID-TWICE"),
    "no id": (GOOD.replace("t(id,", "t(who,"), SHOPS, "E-DATA-NO-ID"),
    "bad id": (GOOD.replace("'b'", "'b b'"), SHOPS.replace("'b'", "'b b'"), "E-DATA-ID"),
    "empty id": (GOOD.replace("'b'", "NULL"), SHOPS.replace("'b'", "'a'"), "E-DATA-ID"),
    "unknown column": (GOOD.replace("orders)", "orders, colour)").replace(", 3)", ", 3, 1)").replace(", 4)", ", 4, 1)"), SHOPS, "E-DATA-COLUMN"),
    "too many": (GOOD.replace("(VALUES", "(VALUES ('c', 1.0, 'shop', NULL, 1), ('d', 1.0, 'shop', NULL, 1), ('e', 1.0, 'shop', NULL, 1),"), SHOPS, "E-DATA-COHORT-MAX"),
    "child range": (GOOD, SHOPS.replace("9, NULL", "10, NULL"), "E-DATA-RANGE"),
    "orphan": (GOOD, SHOPS.replace("'b'", "'c'"), "E-DATA-ORPHAN"),
    "long list": (GOOD, SHOPS.replace("'b'", "'a'"), "E-DATA-LIST-MAX"),
}  # fmt: skip


def tables(tmp_path: Path, main: str, shops: str) -> dict[str, Any]:
    """Two Parquet files, as arguments of `rate_table`."""
    connection = duckdb.connect()
    return {
        "subjects": write(connection, main, tmp_path / "main.parquet"),
        "children": {"shops": write(connection, shops, tmp_path / "shops.parquet")},
    }


def test_good_rows_are_taken(tmp_path: Path) -> None:
    """What the bad tables are made from is rated."""
    with tierlang.loads(SCHEME).rate_table(**tables(tmp_path, GOOD, SHOPS), engine="duckdb") as outcome:
        assert [(r.id, r.status, r.tier, r.assumed) for r in outcome] == [
            ("a", "rated", "GOLD", ()),
            ("b", "rated", "BASE", ("note",)),
        ]


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_refused_as_by_the_interpreter(name: str, tmp_path: Path) -> None:
    """The code is the one of the exact readers, and the place names the file."""
    main, shops, code = BAD[name]
    scheme = tierlang.loads(SCHEME)
    given = tables(tmp_path, main, shops)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme.rate_table(**given, engine="duckdb")
    assert code in {d.code for d in caught.value.diagnostics}
    assert all(d.code.startswith("E-DATA") for d in caught.value.diagnostics)
    assert all(d.place is not None and d.place.file.endswith(".parquet") for d in caught.value.diagnostics)
    assert code in codes_of_exact_readers(scheme, given)


def codes_of_exact_readers(scheme: tierlang.Scheme, given: dict[str, Any]) -> set[str]:
    """The codes with which the readers of files and of rows refuse the same files."""
    try:
        data = read_subjects(given["subjects"], scheme.fields, tables=given["children"])
        scheme.rate(data.rows, place=data.place)
    except tierlang.DiagnosticError as error:
        return {d.code for d in error.diagnostics}
    return set()


@pytest.mark.parametrize("place", ["nothing.parquet", "no/folder.parquet"])
def test_files_that_are_not_there(place: str) -> None:
    """A missing file is a finding, not a fault of the engine."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(SCHEME).rate_table(place, engine="duckdb")
    assert caught.value.diagnostics[0].code == "E-DATA-FILE"


def test_unknown_list_and_engine(tmp_path: Path) -> None:
    """A table for a list that the scheme has not; an engine that nobody has."""
    scheme = tierlang.loads(SCHEME)
    given = tables(tmp_path, GOOD, SHOPS)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme.rate_table(given["subjects"], children={"shop": given["children"]["shops"]})
    assert caught.value.diagnostics[0].code == "E-DATA-TABLE"
    with pytest.raises(ValueError, match="auto, exact, duckdb"):
        scheme.rate_table(given["subjects"], engine="abacus")


def test_strict_refuses(tmp_path: Path) -> None:
    """A cohort with somebody whose eligibility is unknown is refused if asked, and else warned of."""
    scheme = tierlang.loads(
        "input x : number\neligible if x > 0\nranking best: high, ties: min, missing: exclude, among: eligible\nr = rank(x)\n"
    )
    rows = [{"id": "a", "x": 1}, {"id": "b"}]
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme.rate_table(rows, strict=True)
    assert caught.value.diagnostics[0].code == "E-STRICT"
    with scheme.rate_table(rows) as outcome:
        assert outcome.warnings == scheme.rate(rows).warnings
        assert outcome["a"].provisional


def test_no_half_file_is_left(tmp_path: Path) -> None:
    """A folder that is not there is a finding, and an unknown kind of file too."""
    with tierlang.loads("input x : number\n").rate_table([{"id": "a", "x": 1}]) as outcome:
        for name in ("out.xlsx", "out"):
            with pytest.raises(tierlang.DiagnosticError):
                outcome.write(tmp_path / name)
        with pytest.raises(tierlang.DiagnosticError):
            outcome.write(tmp_path / "none" / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_no_folder_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whether a run succeeds or is refused."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    scheme = tierlang.loads(SCHEME)
    with scheme.rate_table(**tables(tmp_path, GOOD, SHOPS)):
        pass
    with pytest.raises(tierlang.DiagnosticError):
        scheme.rate_table(**tables(tmp_path, BAD["range"][0], SHOPS))
    assert not list(tmp_path.glob("tier-*"))


def test_reading_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results come in batches, the interpreter is asked in chunks, and one can ask for one subject between two others."""
    monkeypatch.setattr("tierlang.columnar.engines.duck.BATCH", 7)
    monkeypatch.setattr("tierlang.columnar.rating.rate.CHUNK", 3)
    wanted = interpreted(world)
    with rated(world) as outcome:
        found = [(plain(result), plain(outcome[result.id])) for result in outcome]
        assert len(found) == SIZE
        assert sum(outcome.counts().values()) == SIZE
    assert all(one == other for one, other in found)
    assert [one for one, _ in found] == [plain(r) for r in wanted.results]


def test_rows_of_a_subject_keep_their_order(tmp_path: Path) -> None:
    """The causes name the positions of child rows in their table, however the engine reads it."""
    text = "record shop { staff : count }\ninput shops : list of shop max 9\ntotal = sum(s.staff for s in shops)\n"
    connection = duckdb.connect()
    main = write(connection, "SELECT i AS id FROM range(3000) t(i)", tmp_path / "main.parquet")
    rows = "SELECT (hash(j) % 3000)::BIGINT AS id, CASE WHEN hash(j * 7) % 3 > 0 THEN 1 END AS staff FROM range(6000) t(j)"
    shops = tmp_path / "shops.parquet"
    connection.execute(f"COPY ({rows}) TO '{shops}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    scheme = tierlang.loads(text)
    data = read_subjects(main, scheme.fields, tables={"shops": shops})
    wanted = scheme.rate(data.rows)
    with scheme.rate_table(main, children={"shops": str(shops)}, engine="duckdb") as outcome:
        assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results]


@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl"])
def test_some_columns(kind: str, world: World, tmp_path: Path) -> None:
    """Only those that are asked for are written, in their order; one that results do not have is refused, with a guess."""
    path = tmp_path / f"out.{kind}"
    with rated(world) as outcome:
        names = ["tier", "id", "causes"]
        outcome.write(path, columns=names)
        found = duckdb.connect().execute(f"SELECT * FROM '{path}'")
        assert [column[0] for column in found.description] == names
        rows = sorted(found.fetchall(), key=lambda row: str(row[1]))
        assert [str(row[1]) for row in rows] == [result.id for result in outcome]
        assert [row[0] for row in rows] == [result.tier for result in outcome]
        with pytest.raises(tierlang.DiagnosticError) as caught:
            outcome.write(path, columns=["id", "teir"])
        assert [d.code for d in caught.value.diagnostics] == ["E-RESULT-COLUMN"]
        assert "tier" in caught.value.diagnostics[0].args["near"]
        outcome.write(path, columns=["tier"])


GUARDED = """
record shop { x : number, y : number }
input shops : list of shop max 4
total = sum(s.y for s in shops if s.x > 3)
known = sum(s.y for s in shops if present(s.y))
kept = any(s.y > 1 for s in shops if s.x > 3 and present(s.y))
"""


def test_a_gap_matters_only_where_it_is_looked_at() -> None:
    """Two subjects whose rows lack the same figure are not alike where only one of the rows counts."""
    scheme = tierlang.loads(GUARDED)
    rows = [
        {"id": "a", "shops": [{"x": 5}]},
        {"id": "b", "shops": [{"x": 1}]},
        {"id": "c", "shops": [{"x": 1, "y": 2}]},
        {"id": "d", "shops": [{"x": 9}, {"x": 1}]},
        {"id": "e", "shops": [{"x": 9, "y": 2}, {"x": 1}]},
    ]
    children = [{"id": row["id"], "y": None, **shop} for row in rows for shop in row["shops"]]
    tables = [
        pyarrow.Table.from_pylist([{"id": row["id"]} for row in rows]),
        pyarrow.Table.from_pylist(children),
    ]
    wanted = scheme.rate(rows)
    with scheme.rate_table(tables[0], children={"shops": tables[1]}, engine="duckdb") as outcome:
        assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
        assert [len(r.causes) for r in outcome] == [1, 0, 0, 1, 0]


def test_a_table_of_nobody_may_lack_what_every_row_must_have() -> None:
    """`missing reject` is about rows."""
    scheme = tierlang.loads("input x : number missing reject\nv = x + 1\n")
    with scheme.rate_table(
        pyarrow.table({"id": pyarrow.array([], pyarrow.string())}), engine="duckdb"
    ) as outcome:
        assert list(outcome) == []


def test_a_quantile_of_nothing_and_of_an_unknown_share() -> None:
    """Which cause is told is the interpreter's word."""
    scheme = tierlang.loads("input x : number\ninput p : share\nv = quantile(x, p)\nw = quantile(x, ...)\n")
    for rows in ([{"id": "a"}], [{"id": "a", "x": 1}]):
        with scheme.rate_table(rows) as outcome:
            assert [plain(r) for r in outcome] == [plain(r) for r in scheme.rate(rows).results]


def test_ids_of_several_integer_types(tmp_path: Path) -> None:
    """Files of one folder may have them signed and unsigned; no id is rounded, whatever engine reads it."""
    first = 2**53
    for name, ids, kind in (("a", [first, first + 1], pyarrow.int64()), ("b", [5, 6], pyarrow.uint64())):
        table = pyarrow.table({"id": pyarrow.array(ids, kind), "x": [1, None]})
        pyarrow.parquet.write_table(table, tmp_path / f"{name}.parquet")
    scheme = tierlang.loads("input x : count\nv = rank(x)\n")
    found = []
    for engine in ("exact", "duckdb", "polars"):
        with scheme.rate_table(str(tmp_path), engine=engine) as outcome:
            found.append([plain(result) for result in outcome])
    assert [result["id"] for result in found[0]] == ["5", "6", str(first), str(first + 1)]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("kind", ["arrow", "csv", "parquet"])
def test_lists_whose_names_differ_in_capitals(kind: str, tmp_path: Path) -> None:
    """Child rows of each come from its own table."""
    lists = "input c : list of r max 3\ninput C : list of r max 3\n"
    scheme = tierlang.loads(
        f"record r {{ x : number }}\n{lists}v = sum(s.x for s in c)\nw = max(s.x for s in C)\n"
    )
    tables: dict[str, Any] = {
        "subjects": pyarrow.table({"id": [1, 2]}),
        "c": pyarrow.table({"id": [1, 1], "x": [1, 2]}),
        "C": pyarrow.table({"id": [1, 2], "x": [5, 7]}),
    }
    if kind != "arrow":
        write_file = pyarrow.csv.write_csv if kind == "csv" else pyarrow.parquet.write_table
        paths = {name: str(tmp_path / f"{number}.{kind}") for number, name in enumerate(tables)}
        for name, path in paths.items():
            write_file(tables[name], path)
        tables = dict(paths)
    main = tables.pop("subjects")
    for engine in ("exact", "duckdb", "polars"):
        with scheme.rate_table(main, children=tables, engine=engine) as outcome:
            assert [dict(result.values) for result in outcome] == [{"v": 3, "w": 5}, {"v": 0, "w": 7}]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_level_instead_of_a_missing_period(engine: str) -> None:
    """The default of a series of levels is one of them, and listed as assumed."""
    scheme = tierlang.loads(
        "assess every half\ninput g : tier by quarter missing B\ntiers A > B > C\n"
        "tier A if all(x == A for x in g)\ntier B if any(x == B for x in g)\ntier C otherwise\n"
    )
    table = pyarrow.table(
        {"id": ["all", "none", "some"], "g@2017-Q1": ["A", None, "C"], "g@2017-Q2": ["A", None, None]}
    )
    with scheme.rate_table(table, period="2017-H1", engine="exact") as wanted:
        with scheme.rate_table(table, period="2017-H1", engine=engine) as outcome:
            assert [plain(result) for result in outcome] == [plain(result) for result in wanted]
        assert [result.tier for result in wanted] == ["A", "B", "B"]
        assert [len(result.assumed) for result in wanted] == [0, 2, 1]


def test_headings_that_are_taken(tmp_path: Path) -> None:
    """Definitions that are called as other columns of results get the same headings from every engine."""
    scheme = tierlang.loads("input x : number\nstatus = x\nstatus_value = x + 1\nTier = x * 3\n")
    table, found = pyarrow.table({"id": ["a"], "x": [3]}), {}
    for engine in ("exact", "duckdb", "polars"):
        with scheme.rate_table(table, engine=engine) as outcome:
            outcome.write(tmp_path / "out.parquet")
            written = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()[0]
        found[engine] = [written[name] for name in ("status", "status_value", "status_value_2", "Tier_value")]
    assert found["exact"] == found["duckdb"] == found["polars"]
    assert found["polars"][0] == "rated"


@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
def test_writing_tells_its_end(engine: str, tmp_path: Path) -> None:
    """Whoever writes, and however little."""
    told: list[tuple[int, int]] = []
    path = given_file(tmp_path, [5, 50])
    with tierlang.loads(OF_EACH_ROW).rate_table(path, engine=engine) as outcome:
        outcome.write(tmp_path / "out.parquet", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (100, 100)


@pytest.mark.parametrize("rows", [3, 4, 5, 8, 9, 4096])
def test_lists_that_are_too_long(rows: int, tmp_path: Path) -> None:
    """Counts that are added up together have bits for three rows each: more of them are refused, whatever the bits say then."""
    scheme = tierlang.loads(
        "record r { x : number }\ninput c : list of r max 3\nall_rows = count(s for s in c)\n"
        "few = count(s for s in c if s.x > 1)\nmany = count(s for s in c if s.x > 0)\ntotal = sum(s.x for s in c)\n"
    )
    main, child = tmp_path / "main.parquet", tmp_path / "c.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": ["a", "b", "d"]}), main)
    rising = {"id": ["a"] * 2 + ["b"] * rows, "x": [1, 2] + [2] * rows}
    pyarrow.parquet.write_table(pyarrow.table(rising), child)
    for engine in ("duckdb", "polars"):
        if rows > 3:
            with pytest.raises(tierlang.DiagnosticError) as caught:
                scheme.rate_table(main, children={"c": child}, engine=engine)
            (found,) = caught.value.diagnostics
            assert (found.code, found.args["count"]) == ("E-DATA-LIST-MAX", str(rows))
            assert found.place is not None
            assert found.place.id == "b"
            continue
        with scheme.rate_table(main, children={"c": child}, engine=engine) as outcome:
            assert [tuple(r.values.values()) for r in outcome] == [(2, 1, 2, 3), (3, 3, 3, 6), (0, 0, 0, 0)]


@pytest.mark.parametrize("day", [-(2**31) + 2, -719163, -719162, 0, 2932896, 2932897, 2**31 - 2, 2**31 - 1])
def test_days_outside_the_calendar(day: int, tmp_path: Path) -> None:
    """What lies before the year 1 or after 9999, or is endless, is refused by all readers, and by none else."""
    scheme = tierlang.loads("input d : date\nv = add_months(d, 0)\n")
    path = tmp_path / "days.parquet"
    days = pyarrow.array([0, day], pyarrow.int32()).cast(pyarrow.date32())
    pyarrow.parquet.write_table(pyarrow.table({"id": ["a", "b"], "d": days}), path)
    found = []
    for engine in ("exact", "duckdb", "polars"):
        try:
            with scheme.rate_table(path, engine=engine) as outcome:
                found.append([r.values["v"] for r in outcome])
        except tierlang.DiagnosticError as error:
            found.append([(d.code, d.place and d.place.row) for d in error.diagnostics])
    assert found[0] == found[1] == found[2]
    assert (found[0][0] == ("E-DATA-CELL", 2)) is not (-719162 <= day <= 2932896)


@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
@pytest.mark.parametrize("name", ["*", "^x$", "^.*$", "(x)"])
def test_headings_that_read_as_patterns(name: str, engine: str, tmp_path: Path) -> None:
    """An input may be called what an engine takes for several columns; so may a column of results."""
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    table = pyarrow.table({"id": ["a", "b"], name: [1, None]})
    pyarrow.parquet.write_table(table, path)
    scheme = tierlang.loads(f"input `{name}` : number\nv = `{name}` + 1\n`{name}{name}` = v + 1\n")
    for given in (table, path):
        with scheme.rate_table(given, engine=engine) as outcome:
            outcome.write(out)
        written = pyarrow.parquet.read_table(out)
        assert (written["v"].to_pylist(), written[name * 2].to_pylist()) == ([2, None], [3, None])


def test_decimals_of_hundreds() -> None:
    """Arrow has decimals with a negative number of places."""
    table = pyarrow.table({"id": ["a"], "x": pyarrow.array([Decimal(12300)], pyarrow.decimal128(9, -2))})
    for engine in ("exact", "duckdb", "polars"):
        for given in (table, table.to_reader()):
            with tierlang.loads("input x : number\nv = x + 1\n").rate_table(given, engine=engine) as outcome:
                assert outcome["a"].values["v"] == 12301


@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
def test_a_column_that_is_a_folder_too(engine: str, tmp_path: Path) -> None:
    """What a file says of it and what its folder says may differ, so neither is taken."""
    (tmp_path / "x=5").mkdir()
    pyarrow.parquet.write_table(pyarrow.table({"id": ["a"], "x": [7]}), tmp_path / "x=5" / "a.parquet")
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads("input x : number\n").rate_table(str(tmp_path), engine=engine)
    assert [d.code for d in caught.value.diagnostics] == ["E-DATA-HEADER-TWICE"]


def test_types_that_only_polars_knows() -> None:
    """Are refused by name."""
    table = polars.DataFrame({"id": ["a"], "x": [1]}).with_columns(polars.col("x").cast(polars.Int128))
    with pytest.raises(tierlang.DiagnosticError, match="`x` of type Int128"):
        tierlang.loads("input x : number\n").rate_table(table)


def test_parts_of_the_interpreter_from_a_table_of_arrow() -> None:
    """What the interpreter computes is read while other statements run; all of them see the host's table."""
    scheme = tierlang.loads("input x : number\nroot_of = sqrt(x)\nspread = stddev(root_of)\n")
    rows = [{"id": "a", "x": 4}, {"id": "b", "x": 9}, {"id": "c"}]
    wanted = scheme.rate(rows)
    with scheme.rate_table(pyarrow.Table.from_pylist(rows)) as outcome:
        assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]


def test_the_interpreter_is_asked_about_few(tmp_path: Path) -> None:
    """Gaps that a rule provides for make hardly any patterns: most subjects need no word of the interpreter."""
    world = WORLDS["composite"](2000, tmp_path)
    with rated(world, engine="duckdb") as outcome:
        assert len(outcome._rating.patterns) < 60
        assert not outcome._rating.alone


# ------------------------------------------------------------------ results that are not held

OF_EACH_ROW = "input x : number 0..100\nv = x * 2\ntiers A > B\ntier A if v > 20\ntier B otherwise\n"
RANKED = "input x : number 0..100\nv = rank(x)\n"


def given_file(folder: Path, numbers: list[int]) -> Path:
    """A file with subjects a, b, …"""
    path = folder / "in.parquet"
    ids = [chr(97 + number) for number in range(len(numbers))]
    pyarrow.parquet.write_table(pyarrow.table({"id": ids, "x": numbers}), path)
    return path


READS = {
    "iterate": list,
    "one": lambda outcome: outcome["a"],
    "count": lambda outcome: outcome.counts(),
    "arrow": lambda outcome: outcome.to_arrow(),
    "headings": lambda outcome: outcome.check_columns(["id"]),
    "ids": lambda outcome: outcome.ids_like(["b"]),
}


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("is_removed", [True, False])
def test_a_file_must_stay_where_results_follow_from_each_row(
    engine: str, read: str, is_removed: bool, tmp_path: Path
) -> None:
    """They are computed when somebody asks for them; from another file, nothing is told."""
    path = given_file(tmp_path, [5, 50])
    with tierlang.loads(OF_EACH_ROW).rate_table(path, engine=engine) as outcome:
        if not is_removed:
            assert [(r.id, r.tier) for r in outcome] == [("a", "B"), ("b", "A")]
            given_file(tmp_path, [50, 5, 7])
        else:
            path.unlink()
        with pytest.raises(tierlang.DiagnosticError) as caught:
            READS[read](outcome)
    (found,) = caught.value.diagnostics
    assert (found.code, found.place and found.place.file) == ("E-DATA-FILE", str(path))
    assert "was changed or removed after it was opened" in str(caught.value)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("name", ["out.parquet", "out.csv", "out.jsonl"])
@pytest.mark.parametrize("is_removed", [True, False])
def test_nothing_is_written_of_another_file(engine: str, name: str, is_removed: bool, tmp_path: Path) -> None:
    """A file of results that is there already stays as it is."""
    path, out = given_file(tmp_path, [5, 50]), tmp_path / name
    out.write_text("as before", encoding="utf-8")
    with tierlang.loads(OF_EACH_ROW).rate_table(path, engine=engine) as outcome:
        if is_removed:
            path.unlink()
        else:
            given_file(tmp_path, [50, 5, 7])
        with pytest.raises(tierlang.DiagnosticError) as caught:
            outcome.write(out)
    assert [d.code for d in caught.value.diagnostics] == ["E-DATA-FILE"]
    assert "was changed or removed" in str(caught.value)
    assert out.read_text(encoding="utf-8") == "as before"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        [out.name, *([] if is_removed else [path.name])]
    )


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_ranks_are_held(engine: str, tmp_path: Path) -> None:
    """What follows from the whole cohort is computed once; its file may go."""
    path, out = given_file(tmp_path, [5, 50]), tmp_path / "out.parquet"
    with tierlang.loads(RANKED).rate_table(path, engine=engine) as outcome:
        path.unlink()
        assert [r.values["v"] for r in outcome] == [1, 2]
        outcome.write(out)
    assert pyarrow.parquet.read_table(out)["v"].to_pylist() == [1, 2]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_nobody_is_explained_from_another_file(engine: str, tmp_path: Path) -> None:
    """What is held is told; why it is so is read from the file again."""
    path = given_file(tmp_path, [5, 50])
    with tierlang.loads(RANKED).rate_table(path, engine=engine) as outcome:
        result = outcome["a"]
        given_file(tmp_path, [50, 5])
        with pytest.raises(tierlang.DiagnosticError) as caught:
            result.explain()
    assert [d.code for d in caught.value.diagnostics] == ["E-DATA-FILE"]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("scheme", [OF_EACH_ROW, RANKED])
def test_a_file_that_changes_while_it_is_rated(engine: str, scheme: str, tmp_path: Path) -> None:
    """Of two versions of a file nothing is told."""
    path = given_file(tmp_path, [5, 50])

    def told(done: int, total: int) -> None:
        if done * 3 >= total:
            given_file(tmp_path, [50, 5, 7])

    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(scheme).rate_table(path, engine=engine, progress=told).close()
    assert [d.code for d in caught.value.diagnostics] == ["E-DATA-FILE"]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_damaged_page_is_found_when_it_is_read(engine: str, tmp_path: Path) -> None:
    """What files say of themselves is whole; a page is not."""
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    size = 5_000
    numbers = [number * 7919 % 101 for number in range(size)]
    table = pyarrow.table({"id": pyarrow.array(range(size)), "x": numbers})
    pyarrow.parquet.write_table(table, path, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    start = pyarrow.parquet.read_metadata(path).row_group(0).column(1).data_page_offset
    content[start + 60 : start + 90] = bytes(30)
    path.write_bytes(content)
    scheme = tierlang.loads(OF_EACH_ROW)
    with (
        pytest.raises(tierlang.DiagnosticError) as caught,
        scheme.rate_table(path, engine=engine) as outcome,
    ):
        outcome.write(out)
    assert [d.code for d in caught.value.diagnostics] == ["E-DATA-FILE"]
    assert not out.exists()
