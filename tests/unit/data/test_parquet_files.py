"""Parquet: exact types are read as they are, binary floating point is refused."""

import datetime
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from data_samples import FIELDS, found, refused, write

from tierlang.data import read_subjects
from tierlang.diagnostics import DataPlace
from tierlang.types import NUMBER, TEXT, Field


def parquet(path: Path, columns: dict[str, Any]) -> Path:
    """Write arrays under their names."""
    pq.write_table(pa.table(columns), path)
    return path


def one(path: Path, array: Any, type: Any = NUMBER) -> object:
    """The value that the only cell of an array is read as."""
    parquet(path, {"id": ["P1"], "x": array})
    return read_subjects(path, [Field("x", type)]).rows[0]["x"]


MERCHANT = pa.struct(
    [("industry", pa.string()), ("sold", pa.list_(pa.bool_())), ("orders", pa.map_(pa.string(), pa.int64()))]
)


def test_cells_of_all_kinds(tmp_path: Path) -> None:
    """Numbers, texts, truth values, dates; lists, structs and maps as child rows and series."""
    children = [[{"industry": "服装", "sold": [True, None], "orders": [("2023-05", 300)]}], None]
    path = parquet(
        tmp_path / "a.parquet",
        {
            "id": pa.array(["P1", "P2"]),
            "订单量": pa.array([5, None], pa.uint32()),
            "rate": pa.array([Decimal("0.985"), None], pa.decimal128(9, 4)),
            "gmv": pa.array(["100,000元", ""]),
            "active": pa.array([True, None]),
            "since": pa.array([datetime.date(2023, 8, 1), None], pa.date32()),
            "city": pa.array(["杭州", "杭州"]).dictionary_encode(),
            "paid@2023-05": pa.array([1, 2], pa.int8()),
            "quarterly": pa.array(
                [{"2017-Q3": Decimal("0.5")}, None], pa.struct([("2017-Q3", pa.decimal128(3, 1))])
            ),
            "merchants": pa.array(children, pa.list_(MERCHANT)),
        },
    )
    assert read_subjects(path, FIELDS).rows == [
        {
            "id": "P1",
            "orders": 5,
            "rate": Fraction(197, 200),
            "gmv": 100_000,
            "active": True,
            "since": datetime.date(2023, 8, 1),
            "city": "杭州",
            "paid": {"2023-05": 1},
            "quarterly": {"2017-Q3": Fraction(1, 2)},
            "merchants": [{"industry": "服装", "sold": [True, None], "orders": {"2023-05": 300}}],
        },
        dict.fromkeys(("orders", "rate", "gmv", "active", "since", "quarterly", "merchants"))
        | {"id": "P2", "city": "杭州", "paid": {"2023-05": 2}},
    ]


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (pa.array([2**63 - 1]), 2**63 - 1),
        (pa.array([2**64 - 1], pa.uint64()), 2**64 - 1),
        (pa.array([Decimal("0.1")], pa.decimal128(38, 9)), Fraction(1, 10)),
        (
            pa.array([Decimal("9" * 29 + ".123456789")], pa.decimal128(38, 9)),
            Fraction(int("9" * 29 + "123456789"), 10**9),
        ),
        (pa.array([Decimal("5.000")], pa.decimal128(9, 3)), 5),
        (pa.array([Decimal("1e3")], pa.decimal128(9, 0)), 1000),
        (pa.array(["98.5%"]), Fraction(197, 200)),
        (pa.array(["98.5%"], pa.large_string()), Fraction(197, 200)),
        (pa.array([None], pa.null()), None),
    ],
)
def test_numbers_are_exact(tmp_path: Path, array: Any, value: object) -> None:
    """No digit is cut and none is added."""
    read = one(tmp_path / "a.parquet", array)
    assert (read, read.__class__) == (value, value.__class__)


@pytest.mark.parametrize(
    ("array", "code"),
    [
        (pa.array([1.5]), "E-DATA-FLOAT"),
        (pa.array([1.5], pa.float32()), "E-DATA-FLOAT"),
        (pa.array([[1.5]]), "E-DATA-FLOAT"),
        (pa.array([{"a": [1.5]}]), "E-DATA-FLOAT"),
        (pa.array([True]), "E-DATA-TYPE"),
        (pa.array([datetime.date(2023, 8, 1)]), "E-DATA-TYPE"),
        (pa.array([[1]]), "E-DATA-TYPE"),
        (pa.array([b"1"]), "E-DATA-CELL"),
        (pa.array([datetime.datetime(2023, 8, 1)], pa.timestamp("us")), "E-DATA-CELL"),
        (pa.array([Decimal("9" * 41)], pa.decimal256(76, 0)), "E-DATA-CELL"),
        (pa.array([Decimal("0." + "0" * 40 + "1")], pa.decimal256(76, 41)), "E-DATA-CELL"),
        (pa.array(["1e3"]), "E-DATA-CELL"),
    ],
)
def test_other_types_are_refused(tmp_path: Path, array: Any, code: str) -> None:
    """A float is refused for its column, everything else for its cell."""
    diagnostics = refused(lambda: one(tmp_path / "a.parquet", array))
    assert found(diagnostics) == [(code, None if code == "E-DATA-FLOAT" else 1, "x")]


def test_a_float_column_is_one_finding(tmp_path: Path) -> None:
    """With its type and what to do; where nobody reads it, it does no harm."""
    path = parquet(tmp_path / "a.parquet", {"id": ["P1", "P2"], "x": [0.1, 0.2], "y": [0.1, 0.2]})
    fields = [Field("x", NUMBER), Field("y", NUMBER)]
    diagnostics = refused(lambda: read_subjects(path, fields))
    assert found(diagnostics) == [("E-DATA-FLOAT", None, "x"), ("E-DATA-FLOAT", None, "y")]
    assert diagnostics[0].args["value"] == "double"
    assert "decimal128" in diagnostics[0].args["help"]
    assert read_subjects(path, fields, ignore=["x", "y"]).rows == [{"id": "P1"}, {"id": "P2"}]


def test_numbers_are_no_texts_but_may_be_ids(tmp_path: Path) -> None:
    """As in JSON."""
    path = parquet(tmp_path / "a.parquet", {"id": [17, 18], "x": [1, 2]})
    assert read_subjects(path, [Field("x", NUMBER)]).rows == [{"id": "17", "x": 1}, {"id": "18", "x": 2}]
    assert [d.code for d in refused(lambda: read_subjects(path, [Field("x", TEXT)]))] == ["E-DATA-TYPE"] * 2


def test_rows_are_counted_from_one(tmp_path: Path) -> None:
    """There is no header row; the count goes on from batch to batch."""
    ids = [f"P{i}" for i in range(10_000)]
    path = parquet(tmp_path / "a.parquet", {"id": ids, "x": ["1"] * 9_999 + ["x"]})
    assert found(refused(lambda: read_subjects(path, [Field("x", NUMBER)]))) == [("E-DATA-CELL", 10_000, "x")]
    dataset = read_subjects(path, [], ignore=["x"])
    assert dataset.place(9_999, ()) == DataPlace(str(path), None, 10_000)


def test_a_map_with_a_key_twice_is_refused(tmp_path: Path) -> None:
    """As an object of JSON is."""
    pairs = pa.array([[("2023-05", 1), ("2023-05", 2)]], pa.map_(pa.string(), pa.int64()))
    path = parquet(tmp_path / "a.parquet", {"id": ["P1"], "paid": pairs})
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [("E-DATA-HEADER-TWICE", 1, "paid")]


def test_columns_with_one_name_are_refused(tmp_path: Path) -> None:
    """Parquet allows it."""
    table = pa.Table.from_arrays(
        [pa.array(["P1"]), pa.array([1]), pa.array([2])], names=["id", "orders", "orders"]
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert found(refused(lambda: read_subjects(tmp_path / "a.parquet", FIELDS))) == [
        ("E-DATA-HEADER-TWICE", None, "orders")
    ]


@pytest.mark.parametrize("content", [b"PAR1", b"id,orders\nP1,1\n", b"PAR1" + b"\x00" * 100 + b"PAR1"])
def test_what_is_not_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever pyarrow says, the diagnostic is one."""
    (diagnostic,) = refused(lambda: read_subjects(write(tmp_path / "a.parquet", content), []))
    assert diagnostic.args["reason"] == "is not a whole, undamaged Parquet file"


def test_damage_inside_is_found_on_the_way(tmp_path: Path) -> None:
    """The footer may be whole and the pages not."""
    path = parquet(tmp_path / "a.parquet", {"id": [f"P{i}" for i in range(1000)]})
    content = bytearray(path.read_bytes())
    content[8:2000] = b"\xff" * 1992
    write(path, bytes(content))
    assert "E-DATA-FILE" in [d.code for d in refused(lambda: read_subjects(path, []))]


def test_without_pyarrow_the_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional."""
    path = parquet(tmp_path / "a.parquet", {"id": ["P1"]})
    for module in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.setitem(sys.modules, module, None)
    (diagnostic,) = refused(lambda: read_subjects(path, []))
    assert (diagnostic.code, diagnostic.args["package"]) == (
        "E-DATA-EXTRA",
        'pip install "tierlang[parquet]"',
    )
