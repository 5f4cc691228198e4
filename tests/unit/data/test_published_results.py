"""Published results as data: documents, lines, tables and folders of them."""

import datetime
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from data_samples import found, refused, write

from tierlang.data import Published, read_history
from tierlang.diagnostics import Diagnostic

UNDETERMINED = {"undetermined": True, "causes": [{"code": "missing"}], "type": "number"}
DAY = datetime.datetime(2023, 8, 1)


def document(**changes: Any) -> dict[str, Any]:
    """A result document with two subjects."""
    return {
        "schema": "tier.result/1",
        "scheme": {"id": "tmall.quarter", "version": "2017-08", "sha256": "…"},
        "period": {"label": "2017-Q3", "start": "2017-07-01"},
        "cohort": {"size": 2},
        "results": [
            {
                "id": "c",
                "status": "rated",
                "tier": "BASE",
                "values": {
                    "score": {"exact": "37/3", "decimal": "12.333333", "rounded": True, "type": "number"},
                    "orders": {"exact": "9000000", "type": "count"},
                    "ok": {"value": True, "type": "bool"},
                    "day": {"value": "2023-08-01", "type": "date"},
                    "kind": {"value": "12", "type": "text"},
                    "note": {"value": "—", "type": "text"},
                    "months": {"value": ["1", "2"], "type": "number by month"},
                },
                "statements": [],
            },
            {"id": "d", "status": "undetermined", "tier": None, "values": {"score": UNDETERMINED}},
        ],
        **changes,
    }


C = Published(
    "tmall.quarter",
    "2017-08",
    "2017-Q3",
    "c",
    "rated",
    "BASE",
    {
        "score": Fraction(37, 3),
        "orders": 9_000_000,
        "ok": True,
        "day": datetime.date(2023, 8, 1),
        "kind": "12",
        "note": "—",
    },
)
D = Published("tmall.quarter", "2017-08", "2017-Q3", "d", "undetermined", None, {"score": None})


def test_a_result_document(tmp_path: Path) -> None:
    """Numbers are exact, lists are left out, nothing is None where nothing was determined."""
    path = write(tmp_path / "a.json", json.dumps(document()))
    assert read_history(path) == (C, D)


def test_lines_of_documents_and_of_single_results(tmp_path: Path) -> None:
    """A line is a document, or one subject's result with scheme and period in it."""
    single = {
        "scheme": "x.y",
        "period": "FY2022",
        "id": 17,
        "tier": "GOLD",
        "values": {"score": "-1/3", "n": 5},
    }
    path = write(tmp_path / "a.jsonl", json.dumps(document()) + "\n\n" + json.dumps(single) + "\n")
    last = Published("x.y", None, "FY2022", "17", None, "GOLD", {"score": Fraction(-1, 3), "n": 5})
    assert read_history(path) == (C, D, last)


def test_a_table_of_results(tmp_path: Path) -> None:
    """Own columns by name, all others are values."""
    text = (
        "scheme,version,period,id,status,tier,score,ok,day\n"
        "x.y,v1,2017-Q3,c,rated,四星,37/3,是,2023-08-01\n"
        'x.y,,2017-Q4,c,,,"1,234.5",,\n'
    )
    assert read_history(write(tmp_path / "a.csv", text)) == (
        Published(
            "x.y", "v1", "2017-Q3", "c", "rated", "四星",
            {"score": Fraction(37, 3), "ok": True, "day": datetime.date(2023, 8, 1)},
        ),
        Published("x.y", None, "2017-Q4", "c", None, None, {"score": Fraction(2469, 2), "ok": None, "day": None}),
    )  # fmt: skip


def test_a_workbook_of_results(tmp_path: Path) -> None:
    """Numbers, dates and texts of a sheet; a year may be a number."""
    book = openpyxl.Workbook()
    for row in [
        ["scheme", "period", "id", "score", "share", "day", "ok"],
        ["x", 2016, 17, 37, 0.1, DAY, True],
    ]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    values = {"score": 37, "share": Fraction(1, 10), "day": DAY.date(), "ok": True}
    assert read_history(tmp_path / "a.xlsx") == (Published("x", None, "2016", "17", None, None, values),)


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    """Whatever the order in which the files were written; hidden files are no results."""
    folder = tmp_path / "history"
    folder.mkdir()
    for name, period in (("b.json", "2017-Q3"), ("a.json", "2017-Q4"), ("c.csv", "2018-Q1")):
        if name.endswith("csv"):
            write(folder / name, f"scheme,period,id,tier\nx,{period},c,A\n")
        else:
            write(folder / name, json.dumps(document(period={"label": period})))
    write(folder / ".hidden", "nothing to see")
    assert [p.period for p in read_history(folder)] == ["2017-Q4", "2017-Q4", "2017-Q3", "2017-Q3", "2018-Q1"]


def test_an_empty_folder_has_no_results(tmp_path: Path) -> None:
    """The first period has no history."""
    assert read_history(tmp_path) == ()


def test_every_file_of_a_folder_counts(tmp_path: Path) -> None:
    """What cannot be read is not passed over: a folder inside, a file of another kind, a broken one."""
    (tmp_path / "2016").mkdir()
    write(tmp_path / "notes.md", "# notes")
    write(tmp_path / "z.json", "[")
    diagnostics = refused(lambda: read_history(tmp_path))
    assert [(Path(d.place.file).name, d.code) for d in diagnostics if d.place] == [
        ("2016", "E-DATA-FILE"),
        ("notes.md", "E-DATA-FILE"),
        ("z.json", "E-DATA-FILE"),
    ]


def test_nothing_is_published_twice(tmp_path: Path) -> None:
    """One result for a subject, period and scheme; the first is named."""
    write(tmp_path / "a.json", json.dumps(document()))
    write(tmp_path / "b.csv", "scheme,period,id,tier\nother,2017-Q3,c,A\ntmall.quarter,2017-Q3,c,A\n")
    (diagnostic,) = refused(lambda: read_history(tmp_path))
    assert found([diagnostic]) == [("E-DATA-HISTORY", 3, None)]
    assert diagnostic.args["reason"].startswith(
        "publishes `c` for 2017-Q3 of `tmall.quarter` twice, first in "
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schema": "tier.result/2"}, "E-DATA-HISTORY"),
        ({"schema": None}, "E-DATA-HISTORY"),
        ({"scheme": None}, "E-DATA-HISTORY"),
        ({"scheme": {"version": "1"}}, "E-DATA-HISTORY"),
        ({"scheme": {"id": ["x"]}}, "E-DATA-TYPE"),
        ({"period": {}}, "E-DATA-HISTORY"),
        ({"period": {"label": "2017-Q5"}}, "E-DATA-PERIOD"),
        ({"results": {}}, "E-DATA-TYPE"),
        ({"results": [3]}, "E-DATA-HISTORY"),
        ({"results": [{"status": "rated"}]}, "E-DATA-HISTORY"),
        ({"results": [{"id": "a b"}]}, "E-DATA-ID"),
        ({"results": [{"id": "a", "status": "fine"}]}, "E-DATA-HISTORY"),
        ({"results": [{"id": "a", "tier": 5.5}]}, "E-DATA-TYPE"),
        ({"results": [{"id": "a", "values": [1]}]}, "E-DATA-TYPE"),
        ({"results": [{"id": "a", "values": {"x": {"exact": "one"}}}]}, "E-DATA-CELL"),
        ({"results": [{"id": "a", "values": {"x": {"exact": "1/0"}}}]}, "E-DATA-CELL"),
        ({"results": [{"id": "a", "values": {"x": {"exact": "1/2/3"}}}]}, "E-DATA-CELL"),
        ({"results": [{"id": "a", "values": {"x": {"exact": "1e5"}}}]}, "E-DATA-CELL"),
        ({"results": [{"id": "a", "values": {"x": {"exact": "1" * 19_730}}}]}, "E-DATA-CELL"),
        ({"results": [{"id": "a", "values": {"x": {"exact": "1/" + "1" * 19_730}}}]}, "E-DATA-CELL"),
        ({"results": [{"id": "a", "values": {"x": {"exact": None}}}]}, "E-DATA-TYPE"),
        ({"results": [{"id": "a", "values": {"x": {}}}]}, "E-DATA-TYPE"),
        ({"results": [{"id": "a", "values": {"x": {"value": "maybe", "type": "date"}}}]}, "E-DATA-CELL"),
        ({"results": [{"id": "a", "values": {"x": {"value": 1, "type": "bool"}}}]}, "E-DATA-TYPE"),
        ({"results": [{"id": "a", "values": {"x": {"value": "a\u200b", "type": "text"}}}]}, "E-DATA-CELL"),
    ],
)
def test_broken_documents_are_refused(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    """Nothing of them is used."""
    path = write(tmp_path / "a.json", json.dumps(document(**changes)))
    assert [d.code for d in refused(lambda: read_history(path))] == [code]


@pytest.mark.parametrize("text", ["[]", "3", "{}", '{"id": "a", "id": "b"}', '{"results": []}'])
def test_what_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    """JSON of any other shape."""
    assert [d.code for d in refused(lambda: read_history(write(tmp_path / "a.json", text)))] == [
        "E-DATA-HISTORY"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scheme,id,tier\nx,a,A\n", [("E-DATA-HISTORY", 1, None)]),
        ("scheme,period,id,tier\n,2017-Q3,a,A\n", [("E-DATA-HISTORY", 2, "scheme")]),
        ("scheme,period,id,tier\nx,Q3,a b,A\n", [("E-DATA-PERIOD", 2, "period"), ("E-DATA-ID", 2, "id")]),
        ("scheme,period,id,score\nx,2017-Q3,a,—\n", [("E-DATA-CELL", 2, "score")]),
        ("scheme,period,id,score\nx,2017-Q3,a,fine\n", [("E-DATA-CELL", 2, "score")]),
        ("scheme,period,id,status\nx,2017-Q3,a,fine\n", [("E-DATA-HISTORY", 2, "status")]),
        ("scheme,period,id,tier\nx,2017-Q3,a,N/A\n", [("E-DATA-CELL", 2, "tier")]),
    ],
)
def test_broken_tables_are_refused(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    """At the cell."""
    assert found(refused(lambda: read_history(write(tmp_path / "a.csv", text)))) == expected


ZEROS = "0" * 19_728


def test_every_number_of_the_language_is_read_back(tmp_path: Path) -> None:
    """Up to 65 536 bits, which is more digits than Python converts at once."""
    values = {"whole": {"exact": f"-1{ZEROS}"}, "part": {"exact": f"3/1{ZEROS}"}}
    path = write(tmp_path / "a.json", json.dumps(document(results=[{"id": "a", "values": values}])))
    assert read_history(path)[0].values == {"whole": -(10**19_728), "part": Fraction(3, 10**19_728)}


def test_warnings_are_handed_over(tmp_path: Path) -> None:
    """As from a mapping."""
    path = write(tmp_path / "a.csv", "scheme,period,id,tier\nx,2017-Q3,甲,四星\n", "gb18030")
    warnings: list[Diagnostic] = []
    assert read_history(path, on_warning=warnings.append)[0].tier == "四星"
    assert [w.code for w in warnings] == ["W-DATA-ENCODING"]
