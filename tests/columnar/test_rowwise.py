"""Tables in memory that no engine reads: they are read cell by cell, and refused in the words of the reader of cells."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pandas
import polars
import pyarrow as pa
import pytest

import tierlang
from tierlang.columnar.columns.numbers import NotNative

TEXT = """
record r { k : count }
input x : number 0..10
input d : date missing 2024-01-01
input rs : list of r max 5
y = x * 2
z = sum(i.k for i in rs)
later = d > 2024-01-31
"""
TABLES: dict[str, Any] = {
    "arrow": pa.table,
    "pandas": pandas.DataFrame,
    "polars": polars.DataFrame,
    "duckdb": lambda columns: duckdb.from_arrow(pa.table(columns)),
}


def values(result: tierlang.Result) -> tuple[Any, ...]:
    """What its definitions are worth."""
    return tuple(result.values.values())  # noqa: PD011 - this is no frame


def rated(table: object, engine: str, **options: Any) -> Any:
    """The values of each, or what is refused and where."""
    try:
        with tierlang.loads(TEXT).rate_table(table, engine=engine, **options) as outcome:
            return [values(result) for result in outcome]
    except tierlang.DiagnosticError as error:
        return [
            (d.code, d.place and (d.place.file, d.place.row, d.place.column, d.place.value))
            for d in error.diagnostics
        ]


@pytest.mark.parametrize("engine", ["exact", "auto"])
@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_texts_are_read(make: Callable[[dict[str, list[str]]], object], engine: str) -> None:
    """Numbers, dates and child rows that are held as texts."""
    table = make({"id": ["a", "b"], "x": ["1", "２.5"], "d": ["2024-02-01", ""]})
    rows = make({"id": ["a", "a"], "k": ["7", "1"]})
    assert rated(table, engine, children={"rs": rows}) == [(2, 8, True), (5, 0, False)]


@pytest.mark.parametrize("engine", ["exact", "auto"])
@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize(
    ("columns", "code", "place"),
    [
        ({"id": ["a", "b"], "x": ["1", "abc"]}, "E-DATA-CELL", ("", 2, "x", "abc")),
        ({"id": ["a", "b"], "x": ["1", "11"]}, "E-DATA-RANGE", ("", 2, "x", "11")),
        ({"id": ["a", "b"], "d": ["2024-02-30", None], "x": ["1", "1"]}, "E-DATA-CELL", ("", 1, "d", "2024-02-30")),
        ({"id": ["a", "a"], "x": ["1", "2"]}, "E-DATA-ID-TWICE", ("", 2, "id", "a")),
        ({"id": ["a"], "x": ["1"], "y": ["2"]}, "E-DATA-COLUMN", ("", None, "y", None)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    make: Callable[[dict[str, Any]], object],
    columns: dict[str, Any],
    code: str,
    place: tuple[Any, ...],
    engine: str,
) -> None:
    """With its row and column, and no file, for there is none."""
    assert rated(make(columns), engine) == [(code, place)]


@pytest.mark.parametrize("engine", ["exact", "auto"])
def test_child_rows_without_a_subject(engine: str) -> None:
    """Are told by their own row."""
    table, rows = pa.table({"id": ["a"], "x": [1]}), pa.table({"id": ["a", "zz"], "k": ["7", "8"]})
    assert rated(table, engine, children={"rs": rows}) == [("E-DATA-ORPHAN", ("", 2, "id", "zz"))]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("decimals of 256 bits", pa.array([Decimal("1.25")], pa.decimal256(60, 2))),
        ("texts of another width", pa.array(["1.25"], pa.large_string())),
        ("texts by number", pa.array(["1.25"]).dictionary_encode()),
    ],
)
def test_other_types(name: str, values: Any) -> None:
    """What files of Parquet can hold is read as in these."""
    table, rows = pa.table({"id": ["a"], "x": values}), pa.table({"id": ["a"], "k": [3]})
    assert rated(table, "auto", children={"rs": rows}) == [(Decimal("2.5"), 3, False)], name


def test_columns_that_differ_in_case() -> None:
    """They are two columns to the readers of rows."""
    text, table = "input x : count\ninput X : count\na = x - X\n", pa.table({"id": ["p"], "x": [5], "X": [3]})
    for engine in ("exact", "auto"):
        with tierlang.loads(text).rate_table(table, engine=engine) as outcome:
            assert values(outcome["p"]) == (2,)


@pytest.mark.parametrize("engine", ["exact", "auto", "duckdb"])
def test_durations(engine: str) -> None:
    """None is a number, whether one is missing or not."""
    spans = pandas.array([pandas.Timedelta(1, "s"), pandas.NaT]).astype("timedelta64[s]")
    table = pandas.DataFrame({"id": ["a", "b"], "x": spans})
    assert [code for code, _ in rated(table, engine)] == ["E-DATA-CELL"]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_engines_asked_for_by_name_refuse_texts(engine: str) -> None:
    """And say what would not."""
    table = pa.table({"id": ["a"], "x": ["1"]})
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(TEXT).rate_table(table, engine=engine)
    (found,) = caught.value.diagnostics
    assert (found.code, found.args["option"]) == ("E-ENGINE", "`--engine auto`")


def test_streams_that_the_interpreter_rates() -> None:
    """They are read once."""
    text = "input x : number\nspread = stddev(sqrt(x))\nside = sqrt(x)\n"
    for engine in ("exact", "auto"):
        stream = pa.table({"id": ["a", "b"], "x": [4, 9]}).to_reader()
        with tierlang.loads(text).rate_table(stream, engine=engine) as outcome:
            assert [values(result)[1] for result in outcome] == [2, 3]


@pytest.mark.parametrize("engine", ["exact", "auto", "duckdb"])
@pytest.mark.parametrize("name", ["a number", "an object", "a stream"])
def test_what_is_no_table(name: str, engine: str) -> None:
    """Nor can be read a second time."""
    stream = pa.table({"id": ["a"], "x": ["1"]}).to_reader()
    table = {"a number": 5, "an object": object(), "a stream": stream}[name]
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(TEXT).rate_table(table, engine=engine)
    (found,) = caught.value.diagnostics
    assert found.code == "E-ENGINE"
    assert not isinstance(caught.value.__cause__, NotNative)
