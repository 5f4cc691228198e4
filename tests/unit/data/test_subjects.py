"""Subjects: headings, ids, series in wide form, marks for missing values, places."""

import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from data_samples import FIELDS, found, refused, write

from tierlang.data import Dataset, read_subjects
from tierlang.diagnostics import DataPlace
from tierlang.types import COUNT, NUMBER, Field, SeriesType


def read(tmp_path: Path, text: str, **options: object) -> Dataset:
    """Read a CSV text with the sample fields."""
    return read_subjects(write(tmp_path / "a.csv", text), FIELDS, **options)  # type: ignore[arg-type]


def refusals(tmp_path: Path, text: str, **options: object) -> list[tuple[str, int | None, str | None]]:
    """Code, row and column of everything that is refused in a CSV text."""
    return found(refused(lambda: read(tmp_path, text, **options)))


# ------------------------------------------------------------------ values and what is missing


def test_a_row_holds_the_exact_values(tmp_path: Path) -> None:
    """Every type at once; an empty cell is None, an absent column has no key."""
    heading = "id,订单量,达标率,成交额,score,active,since,kind,city"
    dataset = read(tmp_path, f"{heading}\nP1,900万,98.5%,￥99.9,-0.5,是,2023/8/1,agency, 杭州\nP2,,,,,,,,\n")
    assert dataset.rows == [
        {
            "id": "P1",
            "orders": 9_000_000,
            "rate": Fraction(197, 200),
            "gmv": Fraction(999, 10),
            "score": Fraction(-1, 2),
            "active": True,
            "since": datetime.date(2023, 8, 1),
            "kind": "agency",
            "city": "杭州",
        },
        dict.fromkeys(("orders", "rate", "gmv", "score", "active", "since", "kind", "city")) | {"id": "P2"},
    ]
    assert dataset.warnings == ()


def test_declared_marks_are_missing(tmp_path: Path) -> None:
    """A declared mark is None in every column, and only as a whole cell."""
    text = "id,orders,active,since,city\nP1,—, 暂无 ,—,—\nP2,0,是,2023-08-01,a—b\n"
    rows = read(tmp_path, text, missing_as=["—", "暂无"]).rows
    assert rows[0] == {"id": "P1", "orders": None, "active": None, "since": None, "city": None}
    assert rows[1]["city"] == "a—b"


def test_a_declared_mark_may_look_like_a_value(tmp_path: Path) -> None:
    """Some programs write -1 or 0 for nothing; the user's word counts."""
    rows = read(tmp_path, "id,orders,city\nP1,-1,NULL\nP2,10,x\n", missing_as=["-1", "NULL"]).rows
    assert [row["orders"] for row in rows] == [None, 10]
    assert rows[0]["city"] is None


def test_undeclared_marks_are_refused_each(tmp_path: Path) -> None:
    """The help names the mark as it stands."""
    text = "id,orders,active\nP1,—,N/A\nP2,#N/A,NULL\n"
    diagnostics = refused(lambda: read(tmp_path, text))
    assert [d.args["help"].split("'")[1] for d in diagnostics] == ["—", "N/A", "#N/A", "NULL"]
    assert all("help_zh" in d.args for d in diagnostics)


# ------------------------------------------------------------------ headings


@pytest.mark.parametrize(
    "heading", ["orders", "订单量", "Số đơn hàng", " orders ", "So\u0302\u0301 đơn  hàng"]
)
def test_names_and_labels_are_headings(tmp_path: Path, heading: str) -> None:
    """The name or any label, whatever its Unicode form and outer blanks."""
    assert read(tmp_path, f"id,{heading}\nP1,5\n").rows == [{"id": "P1", "orders": 5}]


def test_a_field_may_stand_under_one_heading_only(tmp_path: Path) -> None:
    """A name and a label of one field are the same column twice."""
    (diagnostic,) = refused(lambda: read(tmp_path, "id,订单量,orders\nP1,1,2\n"))
    assert found([diagnostic]) == [("E-DATA-HEADER-TWICE", 1, "orders")]
    assert diagnostic.args == {"name": "orders", "first": "订单量"}


def test_a_label_of_two_fields_names_neither(tmp_path: Path) -> None:
    """An ambiguous label is refused; a field's own name goes before another's label."""
    fields = [
        Field("a", COUNT, (("zh", "数量"), ("en", "b"))),
        Field("b", COUNT, (("zh", "数量"),)),
    ]
    path = write(tmp_path / "a.csv", "id,数量\nP1,1\n")
    assert found(refused(lambda: read_subjects(path, fields))) == [("E-DATA-COLUMN", 1, "数量")]
    path = write(tmp_path / "b.csv", "id,b\nP1,1\n")
    assert read_subjects(path, fields).rows == [{"id": "P1", "b": 1}]


def test_unknown_columns_are_refused_with_the_nearest(tmp_path: Path) -> None:
    """A misspelt heading would make a whole column missing."""
    first, second = refused(lambda: read(tmp_path, "id,order,备注\nP1,1,x\n"))
    assert found([first, second]) == [("E-DATA-COLUMN", 1, "order"), ("E-DATA-COLUMN", 1, "备注")]
    assert first.args == {"name": "order", "near": "`orders`, `score`"}
    assert second.args == {"name": "备注"}


@pytest.mark.parametrize("ignore", [["备注", "x y"], ["*"], [" 备注", "x  y"]])
def test_named_and_all_unknown_columns_can_be_ignored(tmp_path: Path, ignore: list[str]) -> None:
    """What is ignored is not even read."""
    text = "id,orders,备注,x y\nP1,1,—,#REF!\n"
    assert read(tmp_path, text, ignore=ignore).rows == [{"id": "P1", "orders": 1}]


def test_a_known_column_can_be_ignored_by_name_only(tmp_path: Path) -> None:
    """``*`` ignores what is unknown; a name ignores what it names."""
    text = "id,orders,city\nP1,bad,x\n"
    assert refusals(tmp_path, text, ignore=["*"]) == [("E-DATA-CELL", 2, "orders")]
    assert read(tmp_path, text, ignore=["orders"]).rows == [{"id": "P1", "city": "x"}]


def test_ignoring_the_unknown_does_not_hide_a_wrong_period(tmp_path: Path) -> None:
    """A series' column with a bad label is a mistake, not an unknown column."""
    text = "id,paid@2023-5,remark\nP1,1,x\n"
    assert refusals(tmp_path, text, ignore=["*"]) == [("E-DATA-PERIOD", 1, "paid@2023-5")]


def test_many_unknown_columns_take_no_long_search(tmp_path: Path) -> None:
    """Suggestions are looked for only where they can still be shown."""
    text = "id," + ",".join(f"unknown{i}" for i in range(5_000)) + "\n"
    diagnostics = refused(lambda: read(tmp_path, text))
    assert len(diagnostics) == 101
    assert diagnostics[-1].args == {"count": "4900"}


def test_lists_do_not_stand_in_one_column(tmp_path: Path) -> None:
    """A child list needs a table of its own."""
    assert refusals(tmp_path, "id,merchants\nP1,3\n") == [("E-DATA-TYPE", 1, "merchants")]


# ------------------------------------------------------------------ series in wide form


def test_series_stand_in_columns_with_a_period(tmp_path: Path) -> None:
    """All three spellings, by name or label; empty cells are missing values of that period."""
    heading = "id,paid@2023-05,paid[2023-06],支付订单 2023-07,支付订单＠2023-08,quarterly@2017-Q3"
    rows = read(tmp_path, f"{heading}\nP1,1,,3,4,0.5\n").rows
    assert rows == [
        {
            "id": "P1",
            "paid": {"2023-05": 1, "2023-06": None, "2023-07": 3, "2023-08": 4},
            "quarterly": {"2017-Q3": Fraction(1, 2)},
        }
    ]


UNITS = [
    ("day", "2023-08-01", ["2023-08-32", "2023-02-29", "2023-8-1", "2023-08"]),
    ("month", "2023-05", ["2023-13", "2023-00", "2023-5", "0000-05", "202305", "2023-Q2", "2023"]),
    ("quarter", "2017-Q3", ["2017-Q5", "2017-q3", "2017Q3", "2017-03"]),
    ("half", "2017-H1", ["2017-H3", "2017-H0", "2017"]),
    ("year", "2016", ["16", "0000", "FY2016", "2016-01"]),
    ("fiscal year", "FY2022", ["2022", "FY22", "FY0000", "fy2022"]),
]


@pytest.mark.parametrize(("unit", "label", "wrong"), UNITS)
def test_labels_fit_the_unit_of_the_series(tmp_path: Path, unit: str, label: str, wrong: list[str]) -> None:
    """One spelling a unit; everything else is refused, with what a label looks like."""
    fields = [Field("x", SeriesType(NUMBER, unit))]
    path = write(tmp_path / "a.csv", f"id,x@{label}\nP1,1\n")
    assert read_subjects(path, fields).rows == [{"id": "P1", "x": {label: 1}}]
    path = write(
        tmp_path / "b.csv", "id," + ",".join(f"x@{w}" for w in wrong) + "\nP1" + ",1" * len(wrong) + "\n"
    )
    diagnostics = refused(lambda: read_subjects(path, fields))
    assert found(diagnostics) == [("E-DATA-PERIOD", 1, f"x@{w}") for w in wrong]
    assert all(label[:2] in d.args["expected"] for d in diagnostics)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("paid", ("E-DATA-PERIOD", 1, "paid")),
        ("paid@", ("E-DATA-PERIOD", 1, "paid@")),
        ("orders@2023-05", ("E-DATA-COLUMN", 1, "orders@2023-05")),
        ("payed@2023-05", ("E-DATA-COLUMN", 1, "payed@2023-05")),
        ("merchants.paid@2023-05", ("E-DATA-COLUMN", 1, "merchants.paid@2023-05")),
    ],
)
def test_headings_of_series_that_are_refused(
    tmp_path: Path, heading: str, expected: tuple[str, int, str]
) -> None:
    """A series needs a period, and only a series has one."""
    assert refusals(tmp_path, f"id,{heading}\nP1,1\n") == [expected]


def test_a_period_may_stand_under_one_heading_only(tmp_path: Path) -> None:
    """Two spellings of one period are the same column twice."""
    (diagnostic,) = refused(lambda: read(tmp_path, "id,paid@2023-05,paid 2023-05\nP1,1,2\n"))
    assert found([diagnostic]) == [("E-DATA-HEADER-TWICE", 1, "paid 2023-05")]
    assert diagnostic.args == {"name": "paid@2023-05", "first": "paid@2023-05"}


def test_a_wrong_series_suggests_the_name(tmp_path: Path) -> None:
    """The period does not stand in the way of the suggestion."""
    (diagnostic,) = refused(lambda: read(tmp_path, "id,payd@2023-05\nP1,1\n"))
    assert diagnostic.args["near"] == "`paid`"


# ------------------------------------------------------------------ ids


@pytest.mark.parametrize("id_", ["P1", "a.b:c-d_e", "杭州某某", "x" * 128, "００１", "001", "1.5"])
def test_ids_are_texts(tmp_path: Path, id_: str) -> None:
    """Letters of any script, digits and four signs; digits stay as they are."""
    assert read(tmp_path, f"id\n {id_} \n").rows == [{"id": id_}]


@pytest.mark.parametrize("id_", ["a b", "a/b", "x" * 129, "a,b", "<b>", "P1\n", "é́"])
def test_other_ids_are_refused(tmp_path: Path, id_: str) -> None:
    """Nothing that could forge an entry of a log."""
    quoted = f'"{id_}x"' if not id_.startswith("x") else id_
    assert refusals(tmp_path, f"id,orders\n{quoted},1\n") == [("E-DATA-ID", 2, "id")]


def test_ids_that_were_protected_from_excel(tmp_path: Path) -> None:
    """The formula that only quotes a text is the text."""
    assert read(tmp_path, 'id\n"=""00123"""\n').rows == [{"id": "00123"}]


def test_a_missing_id_is_refused(tmp_path: Path) -> None:
    """A row must be about somebody."""
    assert refusals(tmp_path, "id,orders\n,1\n") == [("E-DATA-ID", 2, "id")]


@pytest.mark.parametrize("id_", ["P\u200b1", "\u202eP1", "P\x1b1"])
def test_invisible_characters_in_ids_have_their_own_reason(tmp_path: Path, id_: str) -> None:
    """An id that only looks right says what is wrong with it."""
    (diagnostic,) = refused(lambda: read(tmp_path, f"id,orders\n{id_},1\n"))
    assert diagnostic.args["reason"].startswith("holds the invisible character U+")


@pytest.mark.parametrize("id_", ["合计", "总计", "Total"])
def test_a_row_of_totals_is_no_subject(tmp_path: Path, id_: str) -> None:
    """A total would lead every ranking."""
    assert refusals(tmp_path, f"id,orders\nP1,1\n{id_},1\n") == [("E-DATA-CELL", 3, "id")]


def test_ids_are_unique(tmp_path: Path) -> None:
    """Also when they differ by white space or Unicode form; the first row is named."""
    text = "id,orders\nP1,1\né,1\n P1,2\ne\u0301,2\n"
    diagnostics = refused(lambda: read(tmp_path, text))
    assert found(diagnostics) == [("E-DATA-ID-TWICE", 4, "id"), ("E-DATA-ID-TWICE", 5, "id")]
    assert [d.args["first"] for d in diagnostics] == ["2", "3"]


def test_the_column_of_ids_can_be_named(tmp_path: Path) -> None:
    """Another heading than ``id``, which may also be an input."""
    assert read(tmp_path, "服务商,orders\nP1,1\n", id_column="服务商").rows == [{"id": "P1", "orders": 1}]
    assert read(tmp_path, "city,orders\nP1,1\n", id_column="city").rows == [
        {"id": "P1", "orders": 1, "city": "P1"}
    ]


def test_without_a_column_of_ids_all_else_is_still_checked(tmp_path: Path) -> None:
    """The missing column is one finding among all others."""
    text = "ids,orders\nP1,x\n"
    diagnostics = refused(lambda: read(tmp_path, text))
    assert found(diagnostics) == [
        ("E-DATA-COLUMN", 1, "ids"),
        ("E-DATA-NO-ID", 1, None),
        ("E-DATA-CELL", 2, "orders"),
    ]
    assert diagnostics[1].args == {"expected": "id", "near": "`ids`"}


# ------------------------------------------------------------------ places


def test_every_value_knows_its_place(tmp_path: Path) -> None:
    """Row, heading as it stands in the file, and the value."""
    dataset = read(tmp_path, "id,订单量,支付订单 2023-05\nP1,5,7\n\nP2,6,8\n")
    file = str(tmp_path / "a.csv")
    assert dataset.place(0, ("orders",)) == DataPlace(file, None, 2, "订单量", "5")
    assert dataset.place(1, ("paid", "2023-05")) == DataPlace(file, None, 4, "支付订单 2023-05", "8")
    assert dataset.place(1, ("id",)) == DataPlace(file, None, 4, "id", "P2")
    assert dataset.place(1, ()) == DataPlace(file, None, 4)


def test_a_place_is_as_exact_as_it_can_be(tmp_path: Path) -> None:
    """A path that leads to nothing still leads to the row."""
    dataset = read(tmp_path, "id,paid@2023-05\nP1,7\n")
    assert dataset.place(0, ("paid", "2023-06")).row == 2
    assert dataset.place(0, ("gmv",)) == DataPlace(str(tmp_path / "a.csv"), None, 2, "gmv")


def test_values_in_messages_are_short(tmp_path: Path) -> None:
    """A long cell does not fill the screen."""
    (diagnostic,) = refused(lambda: read(tmp_path, f"id,orders\nP1,{'x' * 500}\n"))
    assert diagnostic.place is not None
    assert diagnostic.place.value == "x" * 60 + "…"
    assert diagnostic.args["value"] == diagnostic.place.value
