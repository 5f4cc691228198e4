"""External tables: keys once, values never empty, and a row for everything else."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from data_samples import found, refused, write

from tierlang.data import ELSE, read_mapping
from tierlang.diagnostics import Diagnostic
from tierlang.types import BOOL, COUNT, DATE, NUMBER, SHARE, TEXT, Type

BARS = {"服装": 300, "食品": 500, ELSE: 200}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "industry,bar\n服装,300\n食品,500\nelse,200\n"),
        ("a.csv", "行业\t标准\r\n服装\t300\r\n\r\n食品\t500\r\n else \t200\r\n"),
        ("a.json", '{"服装": 300, "食品": "500", "else": 200}'),
        (
            "a.json",
            '[{"industry": "服装", "bar": 300}, {"bar": 500, "industry": "食品"}, {"industry": "else", "bar": 200}]',
        ),
        ("a.jsonl", '{"k": "服装", "v": 300}\n{"k": "食品", "v": 500}\n{"k": "else", "v": 200}\n'),
    ],
)
def test_tables_of_keys_and_values(tmp_path: Path, name: str, text: str) -> None:
    """From every kind of file."""
    assert read_mapping(write(tmp_path / name, text), TEXT, COUNT) == BARS


def test_a_sheet_is_a_table_too(tmp_path: Path) -> None:
    """With the number formats of a workbook."""
    book = openpyxl.Workbook()
    for row in [["industry", "bar"], ["服装", 300], ["食品", 500], ["else", 200]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_mapping(tmp_path / "a.xlsx", TEXT, COUNT) == BARS


@pytest.mark.parametrize(
    ("key", "value", "row", "mapping"),
    [
        (NUMBER, SHARE, "1.50,5%", {Fraction(3, 2): Fraction(1, 20)}),
        (COUNT, NUMBER, "900万,-1", {9_000_000: -1}),
        (BOOL, TEXT, "是,有", {True: "有"}),
        (TEXT, TEXT, "甲,乙", {"甲": "乙"}),
    ],
)
def test_keys_and_values_have_types(tmp_path: Path, key: Type, value: Type, row: str, mapping: Any) -> None:
    """Both columns are read as cells are."""
    assert read_mapping(write(tmp_path / "a.csv", f"k,v\n{row}\n"), key, value) == mapping


def test_columns_can_be_named(tmp_path: Path) -> None:
    """Then they stand in any order and beside others; else the first is the key."""
    path = write(tmp_path / "a.csv", "note,bar,industry\nx,300,服装\n")
    assert read_mapping(path, TEXT, COUNT, names=("industry", "bar")) == {"服装": 300}
    path = write(tmp_path / "b.csv", "行业,标准\n服装,300\n")
    assert read_mapping(path, TEXT, COUNT, names=("industry", "bar")) == {"服装": 300}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k,v\n服装,300\n食品,500\n服装,1\n", [("E-DATA-ID-TWICE", 4, "k")]),
        ("k,v\nelse,1\nelse,2\n", [("E-DATA-ID-TWICE", 3, "k")]),
        ("k,v\n,300\n", [("E-DATA-CELL", 2, "k")]),
        ("k,v\n服装,\n食品,x\n", [("E-DATA-CELL", 2, "v"), ("E-DATA-CELL", 3, "v")]),
        ("k,v\n—,300\n", [("E-DATA-CELL", 2, "k")]),
        ("k,v,w\n服装,300,1\n", [("E-DATA-COLUMN", 1, None)]),
        ("k\n服装\n", [("E-DATA-FILE", 1, None)]),
        ("服装,300\n食品,500\n", [("E-DATA-FILE", 1, None)]),
        ("k,v\n服装\n", [("E-DATA-ROW-LENGTH", 2, None)]),
        ("", [("E-DATA-FILE", None, None)]),
    ],
)
def test_what_cannot_be_a_mapping_is_refused(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    """Each problem at its place; a missing header is noticed where the values are no texts."""
    path = write(tmp_path / "a.csv", text)
    assert found(refused(lambda: read_mapping(path, TEXT, COUNT))) == expected


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "[]", "3", '{"a": [1]}', '{"a": null}'])
def test_json_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    """Twice the same key, nothing at all, and values of other kinds."""
    assert refused(lambda: read_mapping(write(tmp_path / "a.json", text), TEXT, COUNT))


def test_keys_that_are_written_differently_may_be_the_same(tmp_path: Path) -> None:
    """1 and 1.0 are one number, two spellings of a date one day."""
    path = write(tmp_path / "a.csv", "k,v\n1,a\n1.0,b\n")
    assert found(refused(lambda: read_mapping(path, NUMBER, TEXT))) == [("E-DATA-ID-TWICE", 3, "k")]
    path = write(tmp_path / "b.csv", "k,v\n2023-08-01,a\n2023/8/1,b\n")
    assert found(refused(lambda: read_mapping(path, DATE, TEXT))) == [("E-DATA-ID-TWICE", 3, "k")]


def test_missing_marks_are_empty_values(tmp_path: Path) -> None:
    """A declared mark is no value either; the help is to leave the row out."""
    path = write(tmp_path / "a.csv", "k,v\n服装,—\n")
    (diagnostic,) = refused(lambda: read_mapping(path, TEXT, COUNT, missing_as=["—"]))
    assert (diagnostic.args["reason"], diagnostic.args["value"]) == ("is empty", "—")


def test_warnings_are_handed_over(tmp_path: Path) -> None:
    """A mapping has no room for them, so they go to the caller."""
    path = write(tmp_path / "a.csv", "行业,标准\n服装,300\n", "gb18030")
    warnings: list[Diagnostic] = []
    assert read_mapping(path, TEXT, COUNT, on_warning=warnings.append) == {"服装": 300}
    assert [w.code for w in warnings] == ["W-DATA-ENCODING"]
    assert read_mapping(path, TEXT, COUNT) == {"服装": 300}
