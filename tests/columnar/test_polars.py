"""Tables rated by Polars: the interpreter's results, what is read in which way, what is refused, and what `auto` takes."""

import signal
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet
import pytest

import tierlang
from columnar.shared import plain
from columnar.test_tables import interpreted, rated
from columnar.worlds import WORLDS
from tierlang.columnar import table
from tierlang.columnar.columns.relation import SUBJECTS
from tierlang.columnar.engines.polars import lazyframes
from tierlang.columnar.engines.polars import tables as reading

RANKED = """assess every quarter
ranking best: high, ties: min, missing: exclude, among: eligible
input orders : count
input kind : text
input paid : number 0..1000000000000
eligible started: if orders > 0
points = rank(orders)
share = top_share(paid, within: kind)
tiers GOLD > BASE
tier GOLD if share <= 30%
tier BASE otherwise
"""


def scheme_of(text: str = RANKED) -> tierlang.Scheme:
    """A scheme of a text."""
    return tierlang.loads(text)


def value_of(outcome: Any, name: str) -> Any:
    """A value of subject `a`."""
    result = outcome["a"]
    return result.values[name]


def agree(scheme: tierlang.Scheme, rows: list[dict[str, Any]], period: str | None = "2017-Q3") -> None:
    """Polars and the interpreter say the same of some rows."""
    wanted = scheme.rate(rows, period=period)
    with scheme.rate_table(rows, period=period, engine="polars") as outcome:
        assert outcome.engine == "polars"
        assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
        assert outcome.header == wanted.header


@pytest.mark.parametrize("size", [1, 2, 160])
@pytest.mark.parametrize("most", [0, 1, 2**20])
@pytest.mark.parametrize("name", WORLDS)
def test_published_schemes(
    name: str, most: int, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status, level, bounds, values, causes in order, warnings, what failed and what was assumed; of any number."""
    monkeypatch.setattr(lazyframes, "MOST", most)
    world = WORLDS[name](size, tmp_path)
    wanted = interpreted(world)
    with rated(world, engine="polars") as outcome:
        assert outcome.engine == "polars"
        assert [plain(r) for r in outcome] == [plain(r) for r in wanted.results]
        assert outcome.header == wanted.header


@pytest.mark.parametrize("name", WORLDS)
def test_files_are_those_of_duckdb(name: str, tmp_path: Path) -> None:
    """What is written is the same, and nothing is left behind."""
    world = WORLDS[name](160, tmp_path)
    before = set(tmp_path.iterdir())
    found = []
    for engine in ("duckdb", "polars"):
        with rated(world, engine=engine) as outcome:
            outcome.write(tmp_path / f"{engine}.parquet")
            found.append((dict(outcome.counts()), outcome.to_arrow().to_pylist()))
            folder = outcome._holder.folder.path
            assert folder.is_dir()
        assert not folder.exists()
    assert found[0] == found[1]
    tables = [pyarrow.parquet.read_table(tmp_path / f"{engine}.parquet") for engine in ("duckdb", "polars")]
    assert tables[0].to_pylist() == tables[1].to_pylist()
    assert [(f.name, f.type) for f in tables[0].schema] == [(f.name, f.type) for f in tables[1].schema]
    assert len(set(tmp_path.iterdir()) - before) == 2


# ------------------------------------------------------------------ data at the edges


def row(id_: str, orders: int | None, kind: str | None, paid: int | None) -> dict[str, Any]:
    """A row of RANKED."""
    return {"id": id_, "orders": orders, "kind": kind, "paid": paid}


EDGES = {
    "one": [row("a", 3, "x", 5)],
    "all ties": [row(f"p{i}", 3, "x", 5) for i in range(9)],
    "all missing": [row(f"p{i}", None, None, None) for i in range(3)],
    "nobody is eligible": [row(f"p{i}", 0, "x", i) for i in range(4)],
    "ends": [row(f"p{i}", 2**40 * i + 1, "xy"[i % 2], 10**12 * (i % 2)) for i in range(6)],
    "gaps": [row(f"p{i}", i % 3 or None, [None, "x", "y"][i % 3], [None, 0, 7][i % 3]) for i in range(12)],
    "one of each kind": [row(f"p{i}", i, f"k{i}", i) for i in range(5)],
}


@pytest.mark.parametrize("rows", EDGES.values(), ids=EDGES)
def test_edges(rows: list[dict[str, Any]]) -> None:
    """Ties, gaps and lonely members are ranked as the interpreter ranks them."""
    agree(scheme_of(), rows)


@pytest.mark.parametrize("missing", ["exclude", "last"])
@pytest.mark.parametrize("ties", ["min", "max", "dense", "avg"])
@pytest.mark.parametrize("best", ["high", "low"])
def test_orders(best: str, ties: str, missing: str) -> None:
    """Both directions, all ties, and missing keys last."""
    text = f"""assess every quarter
ranking best: {best}, ties: {ties}, missing: {missing}, among: all
input x : number
input y : number
input group : text
a = place(x)
b = place(x, then: y)
c = rank(x, within: group)
d = top_share(x)
"""
    values = [
        (5, 1, "g"),
        (5, 2, "g"),
        (None, 3, "h"),
        (-7, None, "g"),
        (5, 2, "h"),
        (0, 0, None),
        (None, None, "g"),
    ]
    rows = [{"id": f"p{i}", "x": x, "y": y, "group": g} for i, (x, y, g) in enumerate(values)]
    agree(scheme_of(text), rows)


def test_keys_at_the_ends_of_64_bits_are_ranked() -> None:
    """Two keys that differ by more than 64 bits hold are in order all the same."""
    text = "assess every quarter\nranking best: high, ties: min, missing: last, among: all\ninput x : number\na = place(x)\n"
    ends = [2**63 - 1, -(2**63) + 1, 0, None, 2**63 - 2, -(2**63) + 1]
    agree(scheme_of(text), [{"id": f"p{i}", "x": x} for i, x in enumerate(ends)])


# ------------------------------------------------------------------ width

WIDE = "assess every quarter\ninput x : number\nsmall = x + 1\nsquare = x * x\n"


def test_a_number_beyond_64_bits_is_refused_by_name() -> None:
    """Polars would wrap without a word; the definition is named, and DuckDB computes it."""
    rows = [{"id": "a", "x": 2**62}, {"id": "b", "x": 2}]
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme_of(WIDE).rate_table(rows, period="2017-Q3", engine="polars")
    (found,) = caught.value.diagnostics
    assert found.code == "E-ENGINE"
    assert found.args["engine"] == "polars"
    assert found.args["reason"] == "a number cannot be proved to fit into 64 bits (in `square`)"
    with scheme_of(WIDE).rate_table(rows, period="2017-Q3", engine="duckdb") as outcome:
        assert value_of(outcome, "square") == 2**124


@pytest.mark.parametrize(("x", "fits"), [(3_037_000_499, True), (3_037_000_500, False)])
def test_the_last_square_that_fits(x: int, fits: bool) -> None:
    """The bound is 2^63 − 1: not one less, and not one more."""
    rows = [{"id": "a", "x": x}, {"id": "b", "x": 0}]
    if fits:
        agree(scheme_of(WIDE), rows)
        return
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme_of(WIDE).rate_table(rows, period="2017-Q3", engine="polars")
    assert caught.value.diagnostics[0].code == "E-ENGINE"


def test_a_wide_column_that_nobody_needs_is_no_reason(tmp_path: Path) -> None:
    """Only what the results are made of must fit."""
    path = tmp_path / "d.parquet"
    duckdb.sql(
        f"COPY (SELECT 'a' AS id, 2::BIGINT AS x, 1e30::DECIMAL(38, 0) AS y) TO '{path}' (FORMAT parquet)"
    )
    text = "assess every quarter\ninput x : number\ninput y : number\nv = x * x\n"
    with scheme_of(text).rate_table(str(path), period="2017-Q3", engine="polars") as outcome:
        assert value_of(outcome, "v") == 4


def test_what_no_column_says_is_refused() -> None:
    """The reason is that of the other engines."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme_of("assess every quarter\ninput x : number\nv = sqrt(x)\n").rate_table(
            [{"id": "a", "x": 4}], period="2017-Q3", engine="polars"
        )
    assert caught.value.diagnostics[0].args["reason"] == "`sqrt` is computed by the interpreter (in `v`)"


# ------------------------------------------------------------------ reading

TYPES = """assess every quarter
ranking best: high, ties: min, missing: exclude, among: all
record shop { sold : count, price : number }
input price : number
input exact : number
input whole : number
input part : share
input open : bool
input since : date
input kind : text("x", "y")
input before : tier
input shops : list of shop max 9
tiers GOLD > BASE
total = sum(s.price for s in shops) + price
first = place(exact)
mine = count(s for s in shops if s.sold > 1) + whole
later = add_months(since, 1)
other = if kind == "x" then part else 50%
tier GOLD if before == GOLD and open and since < 2017-07-01
tier BASE otherwise
"""
MAIN = """
SELECT * FROM (VALUES
    ('a', 1.25::DECIMAL(9, 2), -5.000001::DECIMAL(38, 6), 3::UTINYINT, 0.5::DECIMAL(3, 2), true, DATE '2016-02-29', 'x', 'GOLD'),
    ('b', NULL, 7.5::DECIMAL(38, 6), 255::UTINYINT, NULL, false, DATE '0001-01-01', 'y', 'BASE'),
    ('c', -99999.99::DECIMAL(9, 2), NULL, NULL, 1::DECIMAL(3, 2), NULL, NULL, NULL, NULL))
    t(id, price, exact, whole, part, open, since, kind, before)"""
CHILD = """
SELECT * FROM (VALUES ('a', 1::SMALLINT, 2.5::DECIMAL(20, 3)), ('a', 2::SMALLINT, 0.125::DECIMAL(20, 3)), ('b', NULL, NULL))
    t(id, sold, price)"""


def typed(folder: Path) -> dict[str, str]:
    """The tables of TYPES as files."""
    found = {}
    for name, select in (("subjects", MAIN), ("shops", CHILD)):
        found[name] = str(folder / f"{name}.parquet")
        duckdb.sql(f"COPY ({select}) TO '{found[name]}' (FORMAT parquet)")
    return found


def same(scheme: tierlang.Scheme, subjects: Any, **children: Any) -> None:
    """Polars and the interpreter say the same of some tables."""
    found = []
    for engine in ("exact", "polars"):
        with scheme.rate_table(subjects, children=children, period="2017-Q3", engine=engine) as outcome:
            assert outcome.engine == engine
            found.append([plain(result) for result in outcome])
    assert found[0] == found[1]


def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Which tables are read by Polars itself, after a run."""
    found: dict[str, bool] = {}
    before = reading.read_scan

    def look(scanner: Any, name: str, *rest: Any) -> Any:
        frame = before(scanner, name, *rest)
        found[name] = frame is not None
        return frame

    monkeypatch.setattr(reading, "read_scan", look)
    return found


def test_every_type_is_read_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Integers of any size, decimals without floats, days, texts, truth values and levels, with gaps."""
    files, found = typed(tmp_path), taken(monkeypatch)
    same(scheme_of(TYPES), files["subjects"], shops=files["shops"])
    assert found == {SUBJECTS: True, "shops": True}


@pytest.mark.parametrize("kind", ["polars", "arrow", "pandas", "duckdb"])
def test_tables_in_memory(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of Polars and Arrow are taken as they are; others go through DuckDB."""
    files, found = typed(tmp_path), taken(monkeypatch)
    relations = {name: duckdb.read_parquet(path) for name, path in files.items()}
    made: dict[str, Any] = {
        "polars": lambda r: r.pl().with_columns(pl.col(pl.String).exclude("id").cast(pl.Categorical)),
        "arrow": lambda r: r.to_arrow_table(),
        "pandas": lambda r: r.to_arrow_table().to_pandas(types_mapper=_arrow_types),
        "duckdb": lambda r: r,
    }
    tables = {name: made[kind](relation) for name, relation in relations.items()}
    same(scheme_of(TYPES), tables["subjects"], shops=tables["shops"])
    assert set(found.values()) == {kind in {"polars", "arrow"}}


def _arrow_types(kind: Any) -> Any:
    import pandas

    return pandas.ArrowDtype(kind)


def test_files_of_other_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns and folders are read by Polars; a folder that is a column, and files of several shapes, by DuckDB."""
    scheme = scheme_of(
        'assess every quarter\ninput x : number\ninput area : text\nv = x * 2\nw = area == "n"\n'
    )
    for area in ("n", "s"):
        folder = tmp_path / "hive" / f"area={area}"
        folder.mkdir(parents=True)
        duckdb.sql(
            f"COPY (SELECT '{area}1' AS id, 3::BIGINT AS x) TO '{folder / 'd.parquet'}' (FORMAT parquet)"
        )
        for shape, kind in (("even", "BIGINT"), ("mixed", "BIGINT" if area == "n" else "SMALLINT")):
            path = tmp_path / shape / f"{area}.parquet"
            path.parent.mkdir(exist_ok=True)
            select = f"SELECT '{area}1' AS id, 3::{kind} AS x, '{area}' AS area"
            duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    for given, by_polars in (("hive", False), ("even", True), ("even/*.parquet", True), ("mixed", False)):
        found = taken(monkeypatch)
        same(scheme, str(tmp_path / given))
        assert found == {SUBJECTS: by_polars}, given


def test_ids_of_different_types(tmp_path: Path) -> None:
    """Child rows whose ids are texts belong to subjects whose ids are numbers."""
    main, child = tmp_path / "m.parquet", tmp_path / "c.parquet"
    duckdb.sql(f"COPY (SELECT range AS id FROM range(12)) TO '{main}' (FORMAT parquet)")
    duckdb.sql(
        f"COPY (SELECT (range % 5)::VARCHAR AS id, range AS v FROM range(12)) TO '{child}' (FORMAT parquet)"
    )
    text = "assess every quarter\nrecord one { v : number }\ninput all_ : list of one max 9\ntotal = sum(o.v for o in all_)\n"
    same(scheme_of(text), str(main), all_=str(child))


def test_texts_that_are_tidied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is read otherwise than it is written goes through DuckDB; a blank one is missing."""
    path, found = tmp_path / "d.parquet", taken(monkeypatch)
    rows = "('a', ' n '), ('b', 'n'), ('c', '  '), ('d', NULL), ('e', '北')"
    duckdb.sql(f"COPY (SELECT * FROM (VALUES {rows}) t(id, area)) TO '{path}' (FORMAT parquet)")
    same(scheme_of('assess every quarter\ninput area : text\nw = area == "n"\n'), str(path))
    assert found == {SUBJECTS: False}


def test_numbers_of_128_bits_are_no_floats(tmp_path: Path) -> None:
    """A table that DuckDB hands over has them in 64 bits where they fit."""
    path = tmp_path / "d.parquet"
    select = "SELECT ' a' AS area, 'a' AS id, 9007199254740993::UBIGINT AS x, 9007199254740993::DECIMAL(38, 0) AS y"
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    text = 'assess every quarter\ninput x : number\ninput y : number\ninput area : text\nw = if area == "a" then x + y else 0\n'
    with scheme_of(text).rate_table(str(path), period="2017-Q3", engine="polars") as outcome:
        assert value_of(outcome, "w") == 2 * 9007199254740993


# ------------------------------------------------------------------ what is taken


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while Polars computes ends the run, and its folder is gone, though Python tells of it twice."""

    def stopped(*_: Any, **__: Any) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(pl.LazyFrame, "collect", stopped)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    world = WORLDS["star"](20, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        rated(world, engine="polars")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_without_polars_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that is not installed is refused with the command that installs it."""
    monkeypatch.setattr(table, "_has_polars", lambda: False)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme_of(WIDE).rate_table([{"id": "a", "x": 1}], period="2017-Q3", engine="polars")
    (found,) = caught.value.diagnostics
    assert (found.code, found.args["package"]) == ("E-DATA-EXTRA", 'pip install "tierlang[polars]"')
