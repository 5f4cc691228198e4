"""Files rated by Polars alone: refused in the words of DuckDB, written as DuckDB writes them, and without DuckDB."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet
import pytest

import tierlang
from columnar.test_tables import rated
from columnar.worlds import WORLDS
from tierlang.columnar.engines.polars import output as polarsout
from tierlang.columnar.reading import opening

TEXT = """assess every quarter
cohort provider max 5
ranking best: high, ties: min, missing: exclude, among: eligible
record shop { sold : count, kind : text }
input orders : count 0..1000
input price : number 0..100 step 0.25
input paid : number -5..50 missing reject
input kind : text("x", "y")
input since : date
input open : bool
input before : tier
input shops : list of shop max 2
eligible started: if orders > 0
veto closed: if not open
require old: since < 2017-01-01
points = rank(orders)
share = paid / orders
third = paid / 3
half = price / 2
sold = sum(s.sold for s in shops)
later = add_months(since, 1)
again = before
named = kind
opened = open
tiers GOLD > BASE
tier GOLD if share <= 30%
tier BASE otherwise
"""
GOOD = {
    "id": "'p' || range", "orders": "range * 3", "price": "range * 0.25::DECIMAL(9, 2)", "paid": "range * 1.5::DECIMAL(9, 3)",
    "kind": "CASE range % 2 WHEN 0 THEN 'x' ELSE 'y' END", "since": "DATE '2016-02-29' + range::INTEGER * 200",
    "open": "range <> 3", "before": "CASE range % 2 WHEN 0 THEN 'GOLD' ELSE 'BASE' END",
}  # fmt: skip
CHILD = {"id": "'p' || range % 4", "sold": "range", "kind": "'k' || range"}
BAD: dict[str, tuple[str, str]] = {
    "E-DATA-ID-TWICE": ("id", "'p' || range % 4"),
    "E-DATA-ID": ("id", "CASE range WHEN 2 THEN 'a b' ELSE 'p' || range END"),
    "a sum": ("id", "CASE range WHEN 2 THEN 'Total' ELSE 'p' || range END"),
    "no id": ("id", "CASE range WHEN 2 THEN NULL ELSE 'p' || range END"),
    "a number twice": ("id", "range % 4"),
    "no number": ("id", "CASE range WHEN 1 THEN NULL ELSE range END"),
    "a day as id": ("id", "DATE '2016-02-29' + range::INTEGER"),
    "below": ("orders", "range - 1"),
    "above": ("orders", "range * 1000"),
    "float": ("orders", "range::DOUBLE"),
    "text": ("orders", "'x' || range"),
    "not whole": ("orders", "range * 1.5::DECIMAL(9, 2)"),
    "between steps": ("price", "range * 0.2::DECIMAL(9, 2)"),
    "missing": ("paid", "CASE range WHEN 2 THEN NULL ELSE range END"),
    "no choice": ("kind", "'z'"),
    "no level": ("before", "'SILVER'"),
    "no day": ("since", "DATE '2016-02-29' + range::INTEGER * 3000000"),
}
BAD_CHILD = {
    "nobody's": ("id", "'q' || range"),
    "too many": ("id", "'p0'"),
    "no count": ("sold", "range - 3"),
    "without id": ("id", "CASE range WHEN 2 THEN NULL ELSE 'p' || range % 4 END"),
}


def table(path: Path, columns: dict[str, str], rows: int = 5, **changed: str) -> str:
    """A file of some columns, told in SQL by the number of the row."""
    listed = ", ".join(f"{text} AS {name}" for name, text in (columns | changed).items())
    duckdb.sql(f"COPY (SELECT {listed} FROM range({rows})) TO '{path}' (FORMAT parquet)")
    return str(path)


def said(engine: str, subjects: str, shops: str) -> Any:
    """What is refused, or the results."""
    scheme = tierlang.loads(TEXT)
    try:
        with scheme.rate_table(subjects, children={"shops": shops}, period="2017-Q3", engine=engine) as found:
            return found.to_arrow().to_pylist()
    except tierlang.DiagnosticError as error:
        return [(d.code, d.args, d.place) for d in error.diagnostics]


@pytest.mark.parametrize(("column", "text"), BAD.values(), ids=BAD)
def test_bad_subjects(column: str, text: str, tmp_path: Path) -> None:
    """The same is refused, in the same place."""
    subjects = table(tmp_path / "p.parquet", GOOD, **{column: text})
    shops = table(tmp_path / "s.parquet", CHILD, rows=8)
    found = said("polars", subjects, shops)
    assert isinstance(found[0], tuple)
    assert found == said("duckdb", subjects, shops)


@pytest.mark.parametrize(("column", "text"), BAD_CHILD.values(), ids=BAD_CHILD)
def test_bad_child_rows(column: str, text: str, tmp_path: Path) -> None:
    """The same is refused, in the same place."""
    subjects = table(tmp_path / "p.parquet", GOOD)
    shops = table(tmp_path / "s.parquet", CHILD, rows=8, **{column: text})
    found = said("polars", subjects, shops)
    assert isinstance(found[0], tuple)
    assert found == said("duckdb", subjects, shops)


@pytest.mark.parametrize("rows", [0, 6])
def test_how_many_there_may_be(rows: int, tmp_path: Path) -> None:
    """Nobody, and more than the scheme declares, are refused."""
    subjects = table(tmp_path / "p.parquet", GOOD, rows)
    shops = table(tmp_path / "s.parquet", CHILD, rows=0)
    found = said("polars", subjects, shops)
    assert isinstance(found[0], tuple)
    assert found == said("duckdb", subjects, shops)


IDS = {
    "as texts": "chr(97 + range::INTEGER)",
    "as numbers are": "'p' || (range * 3)",
    "in no order": "'p' || (range * 7 % 5)",
    "in another script": "'店' || range",
    "numbers": "range - 2",
    "numbers in no order": "(range * 7 % 5)::UTINYINT",
    "long": "repeat('7', 127) || range",
}


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
def test_ids_in_any_order(ids: str, tmp_path: Path) -> None:
    """Whatever ids there are, and however they come, all are told apart, and the results are the same."""
    subjects = table(tmp_path / "p.parquet", GOOD, id=ids)
    shops = table(tmp_path / "s.parquet", CHILD, rows=5, id=ids)
    found = said("polars", subjects, shops)
    assert isinstance(found[0], dict)
    assert found == said("duckdb", subjects, shops)


def test_a_damaged_file(tmp_path: Path) -> None:
    """A page that cannot be read is told as DuckDB tells it."""
    path = tmp_path / "p.parquet"
    whole = Path(table(path, GOOD)).read_bytes()
    path.write_bytes(whole[:4] + bytes(byte ^ 255 for byte in whole[4:300]) + whole[300:])
    shops = table(tmp_path / "s.parquet", CHILD, rows=8)
    found = said("polars", str(path), shops)
    assert isinstance(found[0], tuple)
    assert found == said("duckdb", str(path), shops)


# ------------------------------------------------------------------ writing

TOLD = ("id", "status", "tier", "at_least", "at_most", "provisional", "failed", "causes", "assumed", "warnings",
        "points", "share", "third", "half", "sold", "later", "again", "named", "opened")  # fmt: skip


def written(path: Path, *columns: str, ordered: bool = True) -> Any:
    """What both engines write of the same tables, and whether Polars has still its results."""
    subjects = table(
        path / "p.parquet", GOOD, price="CASE range WHEN 4 THEN NULL ELSE range * 0.25::DECIMAL(9, 2) END"
    )
    shops = table(path / "s.parquet", CHILD, rows=8)
    found = []
    for engine in ("duckdb", "polars"):
        with tierlang.loads(TEXT).rate_table(
            subjects, children={"shops": shops}, period="2017-Q3", engine=engine
        ) as outcome:
            outcome.write(path / f"{engine}.parquet", columns=columns or None, ordered=ordered)
            alone = engine == "polars" and outcome._rating.backend._held is not None  # type: ignore[union-attr]
        found.append(pyarrow.parquet.read_table(path / f"{engine}.parquet"))
    return *found, alone


@pytest.mark.parametrize("column", TOLD)
def test_every_column_is_that_of_duckdb(column: str, tmp_path: Path) -> None:
    """The same values under the same types, whoever wrote them."""
    theirs, ours, alone = written(tmp_path, "id", column)
    assert ours.to_pylist() == theirs.to_pylist()
    assert [(f.name, f.type) for f in ours.schema] == [(f.name, f.type) for f in theirs.schema]
    assert alone


@pytest.mark.parametrize("digits", [18, 38])
@pytest.mark.parametrize("scale", range(7))
def test_decimals_are_exact(scale: int, digits: int) -> None:
    """Whatever fits into 64 bits, with as many places as are told."""
    most = (10**12 - 1) * 10**scale
    ends = [0, 1, -1, 999_999, -(10**6), 2**53 + 1, 2**62, 2**63 - 1, -(2**63) + 1, None, most, -most]
    ends = [end for end in ends if digits == 38 or end is None or abs(end) <= most]
    decimal = polarsout._decimal(pl.col("x"), scale, digits)
    found = pl.DataFrame({"x": ends}, schema={"x": pl.Int64}).select(decimal)
    assert found.schema["x"] == pl.Decimal(digits, 6)
    assert [x and Fraction(x) for x in found["x"]] == [x and Fraction(x, 10**scale) for x in ends]


def test_columns_that_polars_does_not_tell(tmp_path: Path) -> None:
    """A quotient in lowest terms is told by DuckDB; so is all that is wanted with it."""
    for columns in (("id", "share_exact"), ()):
        theirs, ours, alone = written(tmp_path, *columns)
        assert ours.to_pylist() == theirs.to_pylist()
        assert not alone


def test_results_in_no_order(tmp_path: Path) -> None:
    """Nobody is left out, and the order of wanted columns is kept."""
    theirs, ours, alone = written(tmp_path, "tier", "id", ordered=False)
    assert sorted(map(str, ours.to_pylist())) == sorted(map(str, theirs.to_pylist()))
    assert ours.schema.names == ["tier", "id"]
    assert alone


def test_an_order_that_is_not_shown(tmp_path: Path) -> None:
    """Rows are in order of ids that are not written."""
    theirs, ours, _ = written(tmp_path, "points")
    assert ours.to_pylist() == theirs.to_pylist()


def test_levels_are_texts_for_polars(tmp_path: Path) -> None:
    """What Polars writes as levels is read as texts by Polars, too."""
    written(tmp_path, "id", "status", "tier")
    assert set(pl.read_parquet_schema(tmp_path / "polars.parquet").values()) == {pl.String}


def test_nothing_is_left_of_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that is not there is refused; so is one that is a file."""
    subjects, shops = table(tmp_path / "p.parquet", GOOD), table(tmp_path / "s.parquet", CHILD, rows=8)
    before = set(tmp_path.iterdir())
    with tierlang.loads(TEXT).rate_table(
        subjects, children={"shops": shops}, period="2017-Q3", engine="polars"
    ) as outcome:
        for place in (tmp_path / "none" / "o.parquet", tmp_path / "p.parquet" / "o.parquet"):
            with pytest.raises(tierlang.DiagnosticError):
                outcome.write(place, columns=["id", "tier"])
        with pytest.raises(tierlang.DiagnosticError) as caught:
            outcome.write(tmp_path / "o.parquet", columns=["id", "level"])
    assert caught.value.diagnostics[0].code == "E-RESULT-COLUMN"
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["1688", "star"])
def test_without_duckdb(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files without unusual values are rated, patterns of gaps and all, and written, while nobody starts DuckDB."""
    world = WORLDS[name](160, tmp_path)

    def never() -> Any:
        raise AssertionError

    monkeypatch.setattr(opening, "_duckdb", never)
    with rated(world, engine="polars") as outcome:
        assert outcome.engine == "polars"
        counts = dict(outcome.counts())
        outcome.write(tmp_path / "o.parquet", columns=["id", "status", "tier"])
    monkeypatch.undo()
    with rated(world, engine="duckdb") as outcome:
        assert counts == dict(outcome.counts())
        assert sum(counts.values()) == pl.read_parquet(tmp_path / "o.parquet").height


def test_a_memory_that_is_no_size(tmp_path: Path) -> None:
    """It is refused before anything is done."""
    with pytest.raises(ValueError, match="memory is a size such as 2GB"):
        tierlang.loads(TEXT).rate_table(
            str(tmp_path / "none.parquet"), period="2017-Q3", engine="polars", memory="much"
        )
