"""Where tables come from: odd Parquet files, folders, patterns and frames; each is read exactly, or refused at its place."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import narwhals
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tierlang
from tierlang.data import read_subjects

SCHEME = tierlang.loads("""
record item { v : count }
input x : number
input n : count
input name : text
input since : date
input items : list of item max 3
a = x
b = sum(i.v for i in items)
tiers A > B
tier A if x >= 1
tier B otherwise
""")
DAY = datetime.datetime(2020, 1, 1)
ODD: dict[str, dict[str, Any]] = {
    "float": {"id": ["a"], "x": [1.5]},
    "no id": {"who": ["a"], "x": [1]},
    "null id": {"id": ["a", None], "x": [1, 2]},
    "id twice": {"id": ["a", "b", "a"], "x": [1, 2, 3]},
    "no such id": {"id": ["a b"], "x": [1]},
    "float id": {"id": [1.0], "x": [1]},
    "true id": {"id": [True], "x": [1]},
    "text for a number": {"id": ["a", "b"], "x": [None, "one"]},
    "number for a text": {"id": ["a"], "name": [7]},
    "no rows": {"id": pa.array([], pa.string()), "x": pa.array([], pa.int64())},
    "no columns": {},
    "unknown columns": {"id": ["a"], **{f"c{i}": [i] for i in range(2_000)}},
    "quotes, line break, emoji": {"id": ["a"], 'a"b\n😀': [1]},
    "zone": {"id": ["a"], "since": pa.array([DAY], pa.timestamp("us", tz="UTC"))},
    "clock": {"id": ["a"], "since": pa.array([DAY], pa.timestamp("us"))},
    "list": {"id": ["a"], "x": [[1, 2]]},
    "negative": {"id": ["a", "b"], "n": [1, -1]},
    "not whole": {"id": ["a", "b"], "n": [Decimal("1.5"), Decimal(1)]},
    "mark": {"id": ["a", "b"], "name": ["ok", "NULL"]},
    "bytes": {"id": ["a"], "name": [b"x"]},
    "time": {"id": ["a"], "x": [datetime.time(1)]},
}
FINE: dict[str, dict[str, Any]] = {
    "large": {"id": ["a", "b"], "x": pa.array([2**64 - 1, 0], pa.uint64())},
    "exact": {"id": ["a", "b"], "x": [Decimal("1234567890123456789012345678.0123456789"), Decimal("-1E-10")]},
    "categories": {"id": ["a", "b"], "name": pa.array(["u", "v"]).dictionary_encode()},
    "nothing": {"id": ["a"], "x": pa.nulls(1)},
    "spaces": {"id": ["a"], " x ": [1]},
    "date64": {"id": ["a"], "since": pa.array([DAY.date()], pa.date64())},
    "large texts": {"id": pa.array(["a"], pa.large_string()), "name": pa.array(["z"], pa.large_string())},
}
ONLY_ROWS: dict[str, dict[str, Any]] = {
    "nested": {"id": ["a"], "items": [[{"v": 1}, {"v": 2}]]},
    "decimal id": {"id": [Decimal(1)], "x": [1]},
    "id with a space": {"id": [" a"], "x": [1]},
    "numbers as texts": {"id": ["a"], "x": ["1.5"]},
}


def told(call: Any) -> Any:
    """Results as data; or the code and the place of the first refusal."""
    try:
        results = call()
    except tierlang.DiagnosticError as error:
        first = error.diagnostics[0]
        assert first.place is not None
        return first.code, first.place.file, first.place.row, len(error.diagnostics)
    return [(r.id, r.status, r.tier, dict(r.values), r.causes) for r in results]


def value_of(result: tierlang.Result, name: str = "a") -> Any:
    """One of its values."""
    return dict(result.values)[name]


def by_rows(path: Path) -> Any:
    """What the reader of rows and the interpreter say."""
    data = read_subjects(path, SCHEME.fields)
    return SCHEME.rate(data.rows, place=data.place).results


def by_engine(table: Any, engine: str = "duckdb", **children: Any) -> Any:
    """What an engine says."""
    with SCHEME.rate_table(table, children=children, engine=engine) as outcome:
        return tuple(outcome)


def written(columns: dict[str, Any], path: Path) -> Path:
    """A Parquet file."""
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("engine", ["duckdb", "auto", "exact"])
def test_odd_files_are_refused_at_their_place(name: str, engine: str, tmp_path: Path) -> None:
    """With the code, the file and the row of the reader of rows."""
    path = written(ODD[name], tmp_path / "odd.parquet")
    wanted = told(lambda: by_rows(path))
    found = told(lambda: by_engine(str(path), engine))
    assert wanted[0].startswith("E-DATA")
    assert found[:3] == wanted[:3]


@pytest.mark.parametrize("name", FINE)
def test_unusual_files_are_read(name: str, tmp_path: Path) -> None:
    """To the last digit."""
    path = written(FINE[name], tmp_path / "fine.parquet")
    assert told(lambda: by_engine(str(path))) == told(lambda: by_rows(path))


@pytest.mark.parametrize("name", ONLY_ROWS)
def test_what_only_rows_can_say(name: str, tmp_path: Path) -> None:
    """`auto` lets the reader of rows read it; DuckDB asked for by name refuses."""
    path = written(ONLY_ROWS[name], tmp_path / "rows.parquet")
    wanted = told(lambda: by_rows(path))
    assert isinstance(wanted, list)
    assert told(lambda: by_engine(str(path), "auto")) == wanted
    assert told(lambda: by_engine(str(path)))[0] == "E-ENGINE"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda data: b"", "is empty"),
        (lambda data: data[:-30], "undamaged"),
        (lambda data: b"x" * 500, "undamaged"),
    ],
)
def test_damaged_files(damage: Any, reason: str, tmp_path: Path) -> None:
    """Empty, cut off, or no Parquet at all; in a folder the one that is meant is named."""
    whole = written({"id": ["a"], "x": [1]}, tmp_path / "a.parquet")
    bad = tmp_path / "b.parquet"
    bad.write_bytes(damage(whole.read_bytes()))
    for table in (bad, tmp_path):
        with pytest.raises(tierlang.DiagnosticError, match=reason) as caught:
            by_engine(str(table))
        place = caught.value.diagnostics[0].place
        assert place is not None
        assert place.file == str(bad)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("none.parquet", "does not exist"),
        ("none/*.parquet", "nothing matches"),
        ("*.csv", "not of a kind"),
        ("empty", "folder without Parquet"),
        ("a.xyz", "not of a kind"),
    ],
)
def test_places_without_tables(table: str, reason: str, tmp_path: Path) -> None:
    """Each is refused, and says what was looked for."""
    (tmp_path / "empty").mkdir()
    for name in ("a.csv", "a.xyz"):
        (tmp_path / name).write_text("id,x\na,1\n", encoding="utf-8")
    with pytest.raises(tierlang.DiagnosticError, match=reason):
        by_engine(str(tmp_path / table))


def folder_of(tmp_path: Path) -> Path:
    """Hive partitions: a text with zeros, and a number."""
    for name, number in (("001", 1), ("002", 20)):
        folder = tmp_path / "it's [odd]" / f"name={name}" / f"x={number}"
        folder.mkdir(parents=True)
        written({"id": [f"p{name}", f"q{name}"], "n": [number, None]}, folder / "part-0.parquet")
    return tmp_path / "it's [odd]"


@pytest.mark.parametrize("pattern", ["", "*/*/*.parquet", "**/*.parquet", "name=*/x=*/part-?.parquet"])
def test_folders_and_patterns(pattern: str, tmp_path: Path) -> None:
    """Partitions are columns, of the declared types; signs in a folder's own name stand for themselves."""
    folder = folder_of(tmp_path)
    if pattern:
        folder = folder.rename(tmp_path / "plain")
    found = {
        result.id: value_of(result) for result in by_engine(str(folder / pattern) if pattern else folder)
    }
    assert found == {"p001": 1, "q001": 1, "p002": 20, "q002": 20}
    written({"id": ["p001"], "n": [3]}, folder / "name=001" / "x=1" / "part-1.parquet")
    with pytest.raises(tierlang.DiagnosticError) as caught:
        by_engine(str(folder / pattern) if pattern else folder)
    first = caught.value.diagnostics[0]
    assert first.code == "E-DATA-ID-TWICE"
    assert first.place is not None and first.place.file.endswith("part-1.parquet") and first.place.row == 1


def test_files_must_agree(tmp_path: Path) -> None:
    """Columns may lack in some files, and numbers may be narrower; but no text stands among numbers."""
    written({"id": ["a"], "x": [1]}, tmp_path / "1.parquet")
    written({"id": ["b"], "x": [Decimal("2.25")], "name": ["z"]}, tmp_path / "2.parquet")
    found = {result.id: str(value_of(result)) for result in by_engine(tmp_path)}
    assert found == {"a": "1", "b": "9/4"}
    written({"id": ["c"], "x": ["3"]}, tmp_path / "3.parquet")
    with pytest.raises(tierlang.DiagnosticError, match="has texts in the column `x`"):
        by_engine(tmp_path)


ROWS = pa.table({"id": ["b", "a"], "x": [Decimal("0.50"), Decimal("12.25")], "name": ["u", None]})
ITEMS = pa.table({"id": ["a", "b", "a"], "v": [1, 2, 3]})
FRAMES: dict[str, Any] = {
    "arrow": lambda table: table,
    "reader": lambda table: table.to_reader(),
    "pandas": lambda table: table.to_pandas(),
    "polars": polars.from_arrow,
    "lazy": lambda table: polars.from_arrow(table).lazy(),
    "duckdb": lambda table: duckdb.connect().from_arrow(table),
    "narwhals": lambda table: narwhals.from_native(polars.from_arrow(table)),
    "narwhals of pandas": lambda table: narwhals.from_native(table.to_pandas()),
    "narwhals, lazy": lambda table: narwhals.from_native(polars.from_arrow(table).lazy()),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_in_and_the_same_kind_out(name: str) -> None:
    """Subjects and child rows; results come back as what the subjects came as."""
    given = FRAMES[name](ROWS)
    with SCHEME.rate_table(given, children={"items": FRAMES[name](ITEMS)}, engine="duckdb") as outcome:
        assert [(r.id, r.tier, str(value_of(r)), value_of(r, "b")) for r in outcome] == [
            ("a", "A", "49/4", 4),
            ("b", "B", "1/2", 2),
        ]
        native = outcome.to_native()
        assert outcome.to_polars()["tier"].to_list() == ["A", "B"]
        assert list(outcome.to_pandas()["a"]) == [Decimal("12.250000"), Decimal("0.500000")]
    wanted = pa.Table if name == "reader" else type(given)
    assert isinstance(native, wanted)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"id": ["a", "b"], "x": [1, None]}, "E-DATA-FLOAT"),
        ({"id": ["a"], "x": [0.1]}, "E-DATA-FLOAT"),
        ({"id": ["a", "b"], "x": [Decimal(1), "2"]}, "E-DATA-TYPE"),
        ({"id": ["a", "b"], "name": ["x", 1]}, "E-DATA-TYPE"),
        ({"id": ["a"], "since": [pandas.Timestamp("2020-01-01")]}, "E-DATA-CELL"),
    ],
)
def test_frames_that_are_not_exact(columns: dict[str, Any], code: str) -> None:
    """Floats that pandas makes of gaps, objects of several types, days with a clock."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        by_engine(pandas.DataFrame(columns))
    assert caught.value.diagnostics[0].code == code


@pytest.mark.parametrize("table", [3, {"id": ["a"]}, object()])
def test_what_is_no_table(table: Any) -> None:
    """It is refused by its type."""
    with pytest.raises(tierlang.DiagnosticError, match="a table of type"):
        by_engine(table)


def test_the_command_line_knows_patterns(tmp_path: Path) -> None:
    """Quoted patterns; what only single files have is refused."""
    from tierlang.cli.main import main

    folder = folder_of(tmp_path).rename(tmp_path / "plain")
    scheme = tmp_path / "s.tier"
    scheme.write_text("input x : number\ninput n : count\ninput name : text\ny = x\n", encoding="utf-8")
    import io

    def run(*argv: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        return (
            main(["rate", str(scheme), *argv, "--lang", "en"], out, err, {}),
            out.getvalue(),
            err.getvalue(),
        )

    for engine in ("exact", "duckdb", "auto"):
        code, out, err = run(
            "--data", str(folder / "**" / "*.parquet"), "--engine", engine, "--format", "csv"
        )
        assert (code, err) == (0, "")
        assert "p002,rated" in out or "p002,unrated" in out
    code, _, err = run("--data", str(folder / "*.parquet"))
    assert code == 2 and "nothing matches the pattern" in err
    code, _, err = run("--data", str(folder), "--missing-as", "-")
    assert code == 2 and "`--missing-as` is for single files" in err


FAULTY = (
    "record r { n : count 0..100 }\ninput rs : list of r max 2\na = sum(r.n for r in rs)\n"
    "input w : count missing reject\ninput x : number 0..10 step 0.5 missing 1\ninput c : count missing 1\nb = w + x + c\n"
)
WELL: dict[str, Any] = {"id": ["a", "b"], "w": [1, 2]}
OWNED: dict[str, Any] = {"id": ["a", "b", "b"], "n": [1, 2, 3]}
FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[Any, ...]]] = {
    "a child row": (WELL, {**OWNED, "n": [1, 2, 300]}, ("E-DATA-RANGE", "rs", 3, "n", "300", None)),
    "a gap": ({**WELL, "w": [1, None]}, OWNED, ("E-DATA-MISSING", "main", 2, "w", None, None)),
    "a range": ({**WELL, "x": [Decimal("1.00"), Decimal("10.50")]}, OWNED, ("E-DATA-RANGE", "main", 2, "x", "10.5", None)),
    "a step": ({**WELL, "x": [Decimal("1.00"), Decimal("1.25")]}, OWNED, ("E-DATA-STEP", "main", 2, "x", "1.25", None)),
    "no whole number": ({**WELL, "c": [Decimal("1.00"), Decimal("0.50")]}, OWNED, ("E-DATA-CELL", "main", 2, "c", "0.5", None)),
    "an id twice": ({**WELL, "id": ["a", "a"]}, {"id": ["a"], "n": [1]}, ("E-DATA-ID-TWICE", "main", 2, "id", "a", None)),
    "no id": ({**WELL, "id": ["a", None]}, {"id": ["a"], "n": [1]}, ("E-DATA-ID", "main", 2, "id", "", None)),
    "nobody's row": (WELL, {**OWNED, "id": ["a", "zz", "b"]}, ("E-DATA-ORPHAN", "rs", 2, "id", "zz", None)),
    "a row of no id": (WELL, {**OWNED, "id": ["a", None, "b"]}, ("E-DATA-ID", "rs", 2, "id", "", None)),
    "a long list": (WELL, {**OWNED, "id": ["b", "b", "b"]}, ("E-DATA-LIST-MAX", "rs", None, None, None, "b")),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["frames", "files"])
@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_alike(name: str, engine: str, kind: str, tmp_path: Path) -> None:
    """A fault is told with the table, row and column that it stands in, and what stands there, by whatever engine."""
    main, items, (code, table, *wanted) = FAULTS[name]
    tables: dict[str, Any] = {"main": pa.table(main), "rs": pa.table(items)}
    files = {name: tmp_path / f"{name}.parquet" for name in tables}
    if kind == "files":
        for name_, path in files.items():
            pq.write_table(tables[name_], path)
        tables = {**files}
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(FAULTY).rate_table(tables["main"], children={"rs": tables["rs"]}, engine=engine)
    (found,) = caught.value.diagnostics
    place = found.place
    assert place is not None
    file = str(files[table]) if kind == "files" else ""
    assert (found.code, place.file, place.row, place.column, place.value, place.id) == (code, file, *wanted)


@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
@pytest.mark.parametrize("blank", ["", "  ", None])
def test_rows_of_blank_texts(blank: str | None, engine: str, tmp_path: Path) -> None:
    """A text that is blank is missing, and told with its row."""
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "t": ["x", blank]}), path)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads('input t : text missing reject\na = t == "x"\n').rate_table(path, engine=engine)
    (found,) = caught.value.diagnostics
    assert found.place is not None
    assert (found.code, found.place.file, found.place.row, found.place.column) == (
        "E-DATA-MISSING",
        str(path),
        2,
        "t",
    )
