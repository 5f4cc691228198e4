"""Data made to mislead: whatever they are, an engine says what the readers of rows and the interpreter say, or that it cannot."""

import io
import itertools
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import tierlang
from columnar.shared import plain
from tierlang.cli.main import main
from tierlang.columnar.columns import cells
from tierlang.columnar.sql.dialects import DUCKDB
from tierlang.columnar.sql.writer import Writer

ENGINES = ("duckdb", "polars", "auto")
Tables = dict[str, dict[str, Any]]


def told(call: Callable[[], Any]) -> Any:
    """All that an outcome says; or the code of its first refusal."""
    try:
        with call() as outcome:
            return [plain(result) for result in outcome], outcome.header["cohort"], outcome.warnings
    except tierlang.DiagnosticError as error:
        return error.diagnostics[0].code


def check(scheme: str, tables: Tables, folder: Path, **options: Any) -> Any:
    """Hold every engine against the interpreter; returns what the interpreter says."""
    paths = {}
    for name, columns in tables.items():
        paths[name] = str(folder / f"{name}.parquet")
        pq.write_table(pa.table(columns), paths[name])
    return check_paths(scheme, paths, **options)


def check_paths(scheme: str, paths: dict[str, Any], **options: Any) -> Any:
    """The same for tables that are there already."""
    loaded = tierlang.loads(scheme)
    children = {name: path for name, path in paths.items() if name != "subjects"}

    def rated(engine: str) -> Any:
        return loaded.rate_table(paths["subjects"], children=children, engine=engine, **options)

    wanted = told(lambda: rated("exact"))
    for engine in ENGINES:
        found = told(lambda engine=engine: rated(engine))
        assert found == wanted or (engine != "auto" and found == "E-ENGINE"), engine
    return wanted


LISTS = """
record item { v : count, w : text }
input x : number
input items : list of item max 3
a = x > 1234567890123456789012345678
b = sum(i.v for i in items)
tiers A > B
tier A if x >= 1
tier B otherwise
"""
IDS: dict[str, tuple[list[Any], list[Any], str | None]] = {
    "a number and its text": ([1, 2], ["1", "2"], None),
    "zeros before it": ([1, 2], ["01", "2"], "E-DATA-ORPHAN"),
    "a text of zeros and a number": (["007", "7"], [7, 7], None),
    "decimals": ([1, 2], [Decimal("1.0"), Decimal("2.0")], None),
    "floats": ([1, 2], [1.0, 2.0], "E-DATA-CELL"),
    "blanks": (["a", "b"], [" a", "b "], None),
    "a wide blank": (["a", "b"], ["a\u3000", "b"], None),
    "composed": (["\u00e9", "b"], ["e\u0301", "b"], None),
    "full width": (["a", "b"], ["\uff41", "b"], "E-DATA-ORPHAN"),
    "capital": (["a", "b"], ["A", "b"], "E-DATA-ORPHAN"),
    "nothing": (["a", "b"], ["a", None], "E-DATA-ID"),
    "empty": (["a", "b"], ["a", ""], "E-DATA-ID"),
    "a total": (["a", "b"], ["a", "合计"], "E-DATA-CELL"),
    "a quotation mark": (["a", "b"], ["a", "a'\""], "E-DATA-ID"),
    "zero": (["a", "b"], ["a", "a\0"], "E-DATA-CELL"),
}


@pytest.mark.parametrize("name", IDS)
def test_ids_of_child_rows(name: str, tmp_path: Path) -> None:
    """They are tidied like those of subjects, before anybody is said to be unknown."""
    main, children, code = IDS[name]
    wanted = check(
        LISTS, {"subjects": {"id": main, "x": [None, 2]}, "items": {"id": children, "v": [1, None]}}, tmp_path
    )
    assert wanted == code if code is not None else not isinstance(wanted, str)


def test_more_digits_than_a_context_has(tmp_path: Path) -> None:
    """The ends of a column are exact, however many digits they have."""
    wide = Decimal("1234567890123456789012345678.0123456789")
    found = check(LISTS, {"subjects": {"id": ["p", "q"], "x": [wide, -wide]}}, tmp_path)
    assert [{n: v for n, _, v in result["values"]}["a"] for result in found[0]] == [True, False]


COLUMNS: dict[str, tuple[str, pa.Array, str | None]] = {
    "steps of a byte": ("number 0..100 step 0.5", pa.array([100, 0], pa.int8()), None),
    "steps of 38 digits": (
        "number 0.. step 0.5",
        pa.array([Decimal("9999999999999999999999999999.0"), Decimal("0.5")], pa.decimal128(38, 10)),
        None,
    ),
    "between such steps": (
        "number 0.. step 0.5",
        pa.array([Decimal("9999999999999999999999999999.25")], pa.decimal128(38, 10)),
        "E-DATA-STEP",
    ),
    "steps from below zero": (
        "number -3.25.. step 0.5",
        pa.array([Decimal("-3.25"), Decimal("-2.75")], pa.decimal128(38, 2)),
        None,
    ),
    "between those": (
        "number -3.25.. step 0.5",
        pa.array([Decimal("-3.50")], pa.decimal128(9, 2)),
        "E-DATA-RANGE",
    ),
    "an end between two integers": (
        "number 0..1234567890123456789.5",
        pa.array([1234567890123456790], pa.int64()),
        "E-DATA-RANGE",
    ),
    "an end that no decimal reaches": (
        "number 100..",
        pa.array([Decimal("1.5")], pa.decimal128(38, 37)),
        "E-DATA-RANGE",
    ),
    "decimals of 64 bits": ("number", pa.array([Decimal("99999999999999.99")], pa.decimal128(18, 4)), None),
    "only decimals of 64 bits": ("number", pa.array([Decimal("-0.9999")], pa.decimal128(18, 18)), None),
    "the first and the last day": ("date", pa.array([-719162, 2932896], pa.int32()).cast(pa.date32()), None),
    "before the first day": (
        "date",
        pa.array([0] * 200 + [-719163], pa.int32()).cast(pa.date32()),
        "E-DATA-CELL",
    ),
    "after the last day": (
        "date",
        pa.array([0] * 200 + [2932897], pa.int32()).cast(pa.date32()),
        "E-DATA-CELL",
    ),
    "a day without end": ("date", pa.array([2**31 - 1], pa.int32()).cast(pa.date32()), "E-DATA-CELL"),
    "a day without beginning": ("date", pa.array([1 - 2**31], pa.int32()).cast(pa.date32()), "E-DATA-CELL"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_ends_of_columns(name: str, tmp_path: Path) -> None:
    """What an engine could not multiply, compare or call a day is judged all the same."""
    kind, column, code = COLUMNS[name]
    main = {"id": [f"p{number}" for number in range(len(column))], "x": column}
    wanted = check(f"input x : {kind}\na = x\n", {"subjects": main}, tmp_path)
    assert wanted == code if code is not None else not isinstance(wanted, str)


FOR_EACH = """
record item { v : count }
input x : number 0..1000
input items : list of item max 3
root_of = sqrt(x)
b = sum(i.v for i in items)
"""


@pytest.mark.parametrize("children", [{}, {"items": pa.table({"id": ["a", "a"], "v": [1, 2]})}])
def test_frames_of_which_the_interpreter_computes_a_part(children: dict[str, Any]) -> None:
    """A frame is read once more for it; a list without a table is empty for every engine."""
    frame = pa.table({"id": ["a", "b"], "x": [4, 2]})
    assert not isinstance(check_paths(FOR_EACH, {"subjects": frame, **children}), str)


def test_lists_without_a_table(tmp_path: Path) -> None:
    """For every engine."""
    scheme = FOR_EACH.replace("sqrt(x)", "x + 1")
    assert not isinstance(check(scheme, {"subjects": {"id": ["a"], "x": [4]}}, tmp_path), str)


KEYED = """
assess every quarter
record item { v : count, s : number by month }
input x : number
input q : number by month
input items : list of item max 3
b = sum(i.v for i in items)
c = sum(sum(i.s) for i in items)
m = sum(q)
"""
TWO = {"id": ["a", "b"]}
FORMS: dict[str, tuple[Tables, str | None]] = {
    "keys": ({"items": {"id": ["a", "a", "b"], "key": ["1", "2", "1"], "v": [1, 2, 3]}}, None),
    "a key twice": ({"items": {"id": ["a", "a"], "key": [1, 1], "v": [1, 2]}}, "E-DATA-ID-TWICE"),
    "no key": ({"items": {"id": ["a", "a"], "key": ["1", None], "v": [1, 2]}}, "E-DATA-CELL"),
    "a key that is none": ({"items": {"id": ["a"], "key": [True], "v": [1]}}, "E-DATA-TYPE"),
    "keys that look alike": (
        {"items": {"id": ["a", "a"], "key": ["x ", "x"], "v": [1, 2]}},
        "E-DATA-ID-TWICE",
    ),
    "a Chinese key": ({"items": {"id": ["a"], "key": ["\u5f20"], "v": [1]}}, None),
    "long rows": (
        {"items": {"id": ["a", "a"], "key": ["k", "k"], "period": ["2023-01", "2023-02"], "s": [1, 2]}},
        None,
    ),
    "a long series": ({"q": {"id": ["a", "a"], "period": ["2023-01", "2023-02"], "q": [1, 2]}}, None),
    "a long series of rows": (
        {
            "items": {"id": ["a"], "key": ["k"], "v": [1]},
            "items.s": {"id": ["a"], "key": ["k"], "period": ["2023-01"], "s": [1]},
        },
        None,
    ),
    "rows inside and in a table": (
        {"subjects": {**TWO, "items": [[{"v": 1}], []]}, "items": {"id": ["a"], "v": [1]}},
        "E-DATA-HEADER-TWICE",
    ),
    "a table that is no list": ({"x": {"id": ["a"], "v": [1]}}, "E-DATA-TABLE"),
    "no subjects": ({"subjects": {"id": pa.array([], pa.string())}}, "E-DATA-FILE"),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms_of_tables(name: str, tmp_path: Path) -> None:
    """Keys of child rows count; tables in long form are read row by row, or refused by engines asked for by name."""
    tables, code = FORMS[name]
    wanted = check(KEYED, {"subjects": TWO, **tables}, tmp_path, period="2023-Q1")
    assert wanted == code if code is not None else not isinstance(wanted, str)


def test_a_folder_without_rows(tmp_path: Path) -> None:
    """As a file without rows."""
    pq.write_table(pa.table({"id": pa.array([], pa.string())}), tmp_path / "1.parquet")
    assert check_paths(KEYED, {"subjects": str(tmp_path)}, period="2023-Q1") == "E-DATA-FILE"


FOLDERS = """
input x : number
input y : number
input d : date
a = x
b = y
since = d
"""
PLACES: dict[str, tuple[dict[str, dict[str, Any]], str, str | None]] = {
    "signs of patterns in a name": (
        {"a[1].parquet": {"id": ["p"], "x": [1]}, "a1.parquet": {"id": ["q"], "x": [2]}},
        "a[1].parquet",
        None,
    ),
    "signs of patterns in a folder": (
        {"f*/a.parquet": {"id": ["p"], "x": [1]}, "f1/a.parquet": {"id": ["q"], "x": [2]}},
        "f*",
        None,
    ),
    "folders that are whole numbers": (
        {"f/y=-07/a.parquet": {"id": ["p"]}, "f/y=__HIVE_DEFAULT_PARTITION__/a.parquet": {"id": ["q"]}},
        "f",
        None,
    ),
    "folders that are decimals": (
        {"f/y=2020.5/a.parquet": {"id": ["p"]}, "f/y=2021/a.parquet": {"id": ["q"]}},
        "f",
        None,
    ),
    "an exponent": ({"f/y=1e3/a.parquet": {"id": ["p"]}}, "f", "E-DATA-CELL"),
    "a number with a comma": ({"f/y=1,234/a.parquet": {"id": ["p"]}}, "f", "E-ENGINE"),
    "a day that is none": ({"f/d=2023-02-29/a.parquet": {"id": ["p"]}}, "f", "E-DATA-CELL"),
    "some files outside": (
        {"f/y=1/a.parquet": {"id": ["p"]}, "f/b.parquet": {"id": ["q"]}},
        "f",
        "E-DATA-FILE",
    ),
    "a file that would be left out": (
        {"f/a.parquet": {"id": ["p"]}, "f/b.pq": {"id": ["q"]}},
        "f",
        "E-DATA-FILE",
    ),
    "headings that differ in case": (
        {"f/a.parquet": {"id": ["p"], "x": [1]}, "f/b.parquet": {"id": ["q"], "X": [1]}},
        "f",
        "E-DATA-HEADER-TWICE",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_names_of_files_and_folders(name: str, tmp_path: Path) -> None:
    """Every engine reads the files that are meant, and values of folders as cells are read."""
    files, path, code = PLACES[name]
    for place, columns in files.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(columns), tmp_path / place)
    wanted = check_paths(FOLDERS, {"subjects": str(tmp_path / path)})
    assert wanted == code if code is not None else not isinstance(wanted, str)


def test_decimals_of_folders(tmp_path: Path) -> None:
    """They are not rounded."""
    (tmp_path / "y=2020.5").mkdir()
    pq.write_table(pa.table({"id": ["p"]}), tmp_path / "y=2020.5" / "a.parquet")
    (result,) = check_paths(FOLDERS, {"subjects": str(tmp_path)})[0]
    assert ("b", Fraction, Fraction("2020.5")) in result["values"]


def test_a_table_that_only_rows_can_be_read_from(tmp_path: Path) -> None:
    """Beside Parquet; engines asked for by name say that they cannot."""
    pq.write_table(pa.table({"id": ["p"]}), tmp_path / "a.parquet")
    (tmp_path / "items.jsonl").write_text('{"id": "p", "v": 1}\n', encoding="utf-8")
    paths = {"subjects": str(tmp_path / "a.parquet"), "items": str(tmp_path / "items.jsonl")}
    assert not isinstance(check_paths(LISTS, paths), str)


NOBODY = """
ranking best: high, ties: min, missing: exclude, among: all
input x : number
input f : bool
require r0: f
require r2: {}
tiers B > C
tier B if true
tier C if x > 100
"""


@pytest.mark.parametrize(
    "condition",
    [
        "place(100 / x) > 1",
        "top(100 / x, 1)",
        "place(x, within: 100 / x) > 1",
        "place(x, then: 100 / x) > 1",
        "minmax(100 / x, 0, 1) > 0",
    ],
)
def test_quotients_that_nobody_has(condition: str) -> None:
    """Where a divisor is 0 for all, nobody is ranked by the quotient."""
    frame = pa.table({"id": ["a", "b", "c"], "x": [0, 0, 0], "f": [False, True, None]})
    assert not isinstance(check_paths(NOBODY.format(condition), {"subjects": frame}), str)


def test_a_wide_constant_times_nothing() -> None:
    """A product that is always 0 or NULL may have a factor of 128 bits."""
    nothing = cells.case([(cells.truth("column", ("f",), True), cells.constant(0))], cells.null("int"))
    text = Writer(DUCKDB).cell(cells.multiply(cells.constant(10**21), nothing))
    found = duckdb.sql(f"SELECT {text} FROM (VALUES (TRUE), (FALSE), (NULL)) t(f)").fetchall()
    assert found == [(0,), (None,), (None,)]


REJECT = """
assess every quarter
record item { v : count missing reject, s : number by month missing reject }
input x : number missing reject
input q : number by month missing reject
input items : list of item max 3
a = sum(q) + x + sum(i.v + sum(i.s) for i in items)
"""


def test_nothing_is_missing_of_nobody() -> None:
    """A column that must be there may lack in a table without rows."""
    none = pa.table({"id": pa.array([], pa.string())})
    one = pa.table({"id": ["a"], "x": [1], "q@2023-01": [1]})
    assert not isinstance(check_paths(REJECT, {"subjects": none, "items": none}, period="2023-Q1"), str)
    assert not isinstance(check_paths(REJECT, {"subjects": one, "items": none}, period="2023-Q1"), str)
    lacks = one.drop_columns(["x"])
    assert check_paths(REJECT, {"subjects": lacks, "items": none}, period="2023-Q1") == "E-DATA-MISSING"


HEADINGS: dict[str, tuple[str, Tables, dict[str, Any], object]] = {
    "inputs that differ in case": (
        "input x : number\ninput X : number\na = x + 10 * X\n",
        {"subjects": {"id": ["p"], "x": [1], "X": [2]}},
        {},
        [21],
    ),
    "an input and a column that differ in case": (
        "input X : count missing 0\na = X\n",
        {"subjects": {"id": ["p"], "x": [1], "X": [2]}},
        {"ignore": ["*"]},
        [2],
    ),
    "a column called as DuckDB would rename another": (
        "input x : count\ninput x_1 : count\na = x + 10 * x_1\n",
        {"subjects": {"id": ["p"], "X": [7], "x": [3], "x_1": [5]}},
        {"ignore": ["*"]},
        [53],
    ),
    "ids that differ in case": (
        "input x : count\na = x\n",
        {"subjects": {"ID": ["u"], "id": ["p"], "x": [1]}},
        {"ignore": ["*"]},
        [1],
    ),
    "ids that differ in blanks": (
        "input x : count\na = x\n",
        {"subjects": {"id": ["u"], " id ": ["p"], "x": [1]}},
        {"ignore": ["*"]},
        "E-DATA-HEADER-TWICE",
    ),
    "the id is an input": (
        'input vendor : text\na = if vendor == "p" then 1 else 0\n',
        {"subjects": {"vendor": ["p", "q"]}},
        {"id_column": "vendor"},
        [1, 0],
    ),
    "the id is an input by its label": (
        '@label(zh: "编号")\ninput vendor : text\na = if vendor == "p" then 1 else 0\n',
        {"subjects": {"编号": ["p", "q"]}},
        {"id_column": "编号"},
        [1, 0],
    ),
    "a field called key": (
        'record r { key : text, n : count }\ninput rs : list of r max 3\na = sum(r.n for r in rs if r.key == "u")\n',
        {"subjects": {"id": ["p"]}, "rs": {"id": ["p", "p"], "key": ["u", "u"], "n": [1, 2]}},
        {},
        [3],
    ),
    "a heading with blanks that is left out": (
        "input x : count\na = x\n",
        {"subjects": {"id": ["p"], "x": [1], " y ": [2]}},
        {"ignore": [" y "]},
        [1],
    ),
    "a blank heading": (
        "input x : count\na = x\n",
        {"subjects": {"id": ["p"], "x": [1], " ": [None]}},
        {},
        [1],
    ),
    "rows with an id and a subject": (
        "record r { n : count }\ninput rs : list of r max 3\na = sum(r.n for r in rs)\n",
        {"subjects": {"id": ["p", "q"]}, "rs": {"id": ["p", "q"], "subject": ["q", "p"], "n": [1, 20]}},
        {"ignore": ["*"]},
        [20, 1],
    ),
}


@pytest.mark.parametrize("kind", ["parquet", "csv", "arrow"])
@pytest.mark.parametrize("name", HEADINGS)
def test_headings(name: str, kind: str, tmp_path: Path) -> None:
    """What stands above a column means the same to every engine, or it refuses."""
    scheme, tables, options, wanted = HEADINGS[name]
    given: dict[str, Any] = {}
    for number, (table, columns) in enumerate(tables.items()):
        given[table] = pa.table(columns)
        if kind != "arrow":
            path = str(tmp_path / f"{number}.{kind}")
            (pa.csv.write_csv if kind == "csv" else pq.write_table)(given[table], path)
            given[table] = path
    main = given.pop("subjects")
    loaded = tierlang.loads(scheme)
    for engine in ("exact", *ENGINES):
        found = told(lambda engine=engine: loaded.rate_table(main, children=given, engine=engine, **options))
        values = found if isinstance(found, str) else [dict(r["values"])["a"] for r in plain_values(found)]
        refusable = engine not in {"exact", "auto"} or kind == "arrow"
        assert values == wanted or (refusable and values == "E-ENGINE"), engine


def plain_values(found: Any) -> list[dict[str, Any]]:
    """The values of results without their types."""
    return [{"values": [(name, value) for name, _, value in result["values"]]} for result in found[0]]


def test_headings_of_results(tmp_path: Path) -> None:
    """However definitions are called, each has a column of its own, and every engine calls it the same."""
    text = "input x : number\nx1 = x / 3\nX1 = x\nx1_exact = x\nstatus = x / 7\nstatus_value = x + 1\nid = x\noutcome = x\n"
    frame = pa.table({"id": ["p"], "x": [5]})
    found = {}
    for engine in (*ENGINES, "exact"):
        with tierlang.loads(text).rate_table(frame, engine=engine) as outcome:
            found[engine] = [name for name in outcome.to_polars().columns if not name.endswith("_exact_2")]
            for suffix in ("parquet", "csv", "jsonl"):
                outcome.write(tmp_path / f"{engine}.{suffix}")
            assert outcome.to_arrow().to_pylist()[0]["status_value"] == 6
    assert {"x1", "X1_value", "x1_exact", "status_value", "status_value_2", "id_value", "outcome"} <= {
        *found["exact"]
    }
    assert all({*names} <= {*found["exact"]} for names in found.values())


@pytest.mark.parametrize("engine", ["exact", *ENGINES])
@pytest.mark.parametrize(
    ("number", "digits"),
    [("999999999999", 18), ("-999999999999", 18), ("1000000000000", 38), ("-999999999999.5", 38), (None, 18)],
)
def test_digits_of_results(engine: str, number: str | None, digits: int, tmp_path: Path) -> None:
    """A column of numbers is of 18 digits, wherever they are enough, and of 38 elsewhere."""
    value = pa.array([number and Decimal(number)], pa.decimal128(20, 1))
    frame = pa.table({"id": ["p"], "x": value})
    with tierlang.loads("input x : number\ny = x\nz = x / 3\n").rate_table(frame, engine=engine) as outcome:
        outcome.write(tmp_path / "out.parquet")
        (row,) = outcome.to_arrow().to_pylist()
    found = pq.read_table(tmp_path / "out.parquet")
    assert row["y"] == (number and Decimal(number))
    assert found["y"].to_pylist() == [row["y"]]
    assert found.schema.field("y").type == pa.decimal128(digits, 6)
    assert found.schema.field("z").type == pa.decimal128(18, 6)
    assert found["z"].to_pylist() == [number and (Decimal(number) / 3).quantize(Decimal("0.000001"))]


def run(*argv: object) -> tuple[int, str]:
    """A command line: exit status, and all that is said."""
    out = io.StringIO()
    return main([*map(str, argv), "--lang", "en"], out, out, {}), out.getvalue()


@pytest.mark.parametrize("engine", ["exact", *ENGINES])
@pytest.mark.parametrize("data", ["f", "f/*.parquet", "f/**"])
def test_no_result_over_data(engine: str, data: str, tmp_path: Path) -> None:
    """Also where the file lies in a folder that is read, or matches the pattern."""
    (tmp_path / "f").mkdir()
    (tmp_path / "s.tier").write_text("input x : number\na = x\n", encoding="utf-8")
    pq.write_table(pa.table({"id": ["p"], "x": [1]}), tmp_path / "f" / "1.parquet")
    before = (tmp_path / "f" / "1.parquet").read_bytes()
    given = ["rate", tmp_path / "s.tier", "--data", tmp_path / data, "--engine", engine]
    status, said = run(*given, "--out", tmp_path / "f" / "1.parquet")
    assert status == 2
    assert "would write over" in said
    assert (tmp_path / "f" / "1.parquet").read_bytes() == before


@pytest.mark.parametrize("engine", ["exact", "duckdb"])
@pytest.mark.parametrize("memory", ["1KB", "1MB"])
def test_hardly_any_memory(engine: str, memory: str, tmp_path: Path) -> None:
    """It is told as what it is, and nothing is written. (Nothing bounds the memory of Polars, which may do without DuckDB.)"""
    (tmp_path / "s.tier").write_text("input x : number\na = x\n", encoding="utf-8")
    pq.write_table(pa.table({"id": ["p"], "x": [1]}), tmp_path / "a.parquet")
    given = ["rate", tmp_path / "s.tier", "--data", tmp_path / "a.parquet", "--engine", engine]
    status, said = run(*given, "--out", tmp_path / "o.parquet", "--memory", memory)
    assert (status, "E-ENGINE-ROOM" in said) == (1, True)
    assert not (tmp_path / "o.parquet").exists()


ROWS_WITH_GAPS = """
table bar by w : number { "x" => 1, "y" => 12 }
record item { v : number, ok : bool, w : text }
input items : list of item max 3
"""
OVER_ROWS = [
    "any(i.v > 10 and i.ok for i in items)",
    "any(i.v > 10 for i in items)",
    "any(i.ok for i in items if i.v > 10)",
    "all(i.ok for i in items if bar[i.w] > 10)",
    "none(not i.ok for i in items if present(i.w))",
    "at_least(2, i.ok for i in items if i.v > 10)",
    "sum(i.v for i in items if i.ok)",
    "mean(i.v ?? bar[i.w] for i in items)",
    "max(i.v for i in items if bar[i.w] < 5)",
    "count(i for i in items if i.ok or i.v > 10)",
]


@pytest.mark.parametrize("expression", OVER_ROWS)
def test_rows_with_gaps_beside_rows_without(expression: str) -> None:
    """A row of which all is known may decide what the gaps of others leave open."""
    kinds = list(itertools.product((None, 20, 5), (None, True, False), (None, "x", "z")))
    whose = [
        (),
        *((kind,) for kind in kinds),
        *itertools.product(kinds, kinds[::4]),
        *itertools.product(kinds[::5], kinds),
    ]
    rows = [(f"s{number}", *kind) for number, several in enumerate(whose) for kind in several]
    columns = dict(zip(("id", "v", "ok", "w"), map(list, zip(*rows, strict=True)), strict=True))
    main = pa.table({"id": [f"s{number}" for number in range(len(whose))]})
    text = f"{ROWS_WITH_GAPS}a = {expression}\n"
    assert not isinstance(check_paths(text, {"subjects": main, "items": pa.table(columns)}), str)


ODD_FRAMES: dict[str, Callable[[], Any]] = {
    "objects of more than 64 bits": lambda: pandas.DataFrame(
        {"id": ["a"], "x": pandas.Series([2**70], dtype=object)}
    ),
    "wide decimals": lambda: pa.table({"id": ["a"], "x": pa.array([Decimal("1.5")], pa.decimal256(50, 2))}),
    "a stream": lambda: pa.table({"id": ["a"], "x": [1]}).to_reader(),
    "runs": lambda: pa.table({"id": ["a", "b"], "x": pa.RunEndEncodedArray.from_arrays([2], [5])}),
}


@pytest.mark.parametrize("name", ODD_FRAMES)
def test_odd_frames(name: str) -> None:
    """They are rated alike, or refused by all."""
    scheme = tierlang.loads("input x : number\na = x\n")
    found = {
        engine: told(lambda engine=engine: scheme.rate_table(ODD_FRAMES[name](), engine=engine))
        for engine in ("exact", *ENGINES)
    }
    assert all(each in ("E-ENGINE", found["exact"]) for each in found.values())
    assert found["auto"] == found["exact"]


def test_wide_decimals_of_a_file(tmp_path: Path) -> None:
    """DuckDB would read floats."""
    wide = pa.array([Decimal("12345678901234567890123456789.5")], pa.decimal256(50, 2))
    assert not isinstance(
        check("input x : number\na = x\n", {"subjects": {"id": ["a"], "x": wide}}, tmp_path), str
    )
