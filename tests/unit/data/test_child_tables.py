"""Tables beside the subjects': child rows wide and long, series in long form, and what belongs to nobody."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from data_samples import FIELDS, found, refused, write

from tierlang.data import Dataset, read_subjects
from tierlang.diagnostics import DataPlace
from tierlang.types import COUNT, DATE, NUMBER, TEXT, Field, ListType, RecordType, SeriesType

MAIN = "id,orders\nP1,1\nP2,2\n"


def read(tmp_path: Path, tables: Mapping[str, str], main: str = MAIN, **options: object) -> Dataset:
    """Read CSV texts: the subjects' table, and others by name."""
    paths = {name: write(tmp_path / f"{name}.csv", text) for name, text in tables.items()}
    return read_subjects(write(tmp_path / "main.csv", main), FIELDS, tables=paths, **options)  # type: ignore[arg-type]


def refusals(
    tmp_path: Path, tables: Mapping[str, str], main: str = MAIN, **options: object
) -> list[tuple[str, str, int | None, str | None]]:
    """File, code, row and column of everything that is refused."""
    diagnostics = refused(lambda: read(tmp_path, tables, main, **options))
    return [(Path(d.place.file).name, d.code, d.place.row, d.place.column) for d in diagnostics if d.place]


# ------------------------------------------------------------------ child rows

WIDE = (
    "id,industry,sold@2023-05,orders@2023-05,orders[2023-06]\nP1,服装,是,300,\nP2,食品,否,1,2\nP1,家居,,5,6\n"
)
WIDE_ROWS = [
    [
        {"industry": "服装", "sold": {"2023-05": True}, "orders": {"2023-05": 300, "2023-06": None}},
        {"industry": "家居", "sold": {"2023-05": None}, "orders": {"2023-05": 5, "2023-06": 6}},
    ],
    [{"industry": "食品", "sold": {"2023-05": False}, "orders": {"2023-05": 1, "2023-06": 2}}],
]


def test_each_row_is_a_child(tmp_path: Path) -> None:
    """In the order of the table, under the subject that each row names."""
    rows = read(tmp_path, {"merchants": WIDE}).rows
    assert [row["merchants"] for row in rows] == WIDE_ROWS
    assert rows[0]["orders"] == 1


def test_tables_may_be_called_by_label(tmp_path: Path) -> None:
    """As columns may."""
    assert read(tmp_path, {"商家": WIDE}).rows[1]["merchants"] == WIDE_ROWS[1]


def test_a_subject_without_rows_has_an_empty_list(tmp_path: Path) -> None:
    """The table says who has children; an empty one is a table too."""
    rows = read(tmp_path, {"merchants": "id,industry\nP1,服装\n"}).rows
    assert [row["merchants"] for row in rows] == [[{"industry": "服装"}], []]
    assert [row["merchants"] for row in read(tmp_path, {"merchants": "id,industry\n"}).rows] == [[], []]


@pytest.mark.parametrize("heading", ["id", "subject", "服务商"])
def test_the_column_of_subjects(tmp_path: Path, heading: str) -> None:
    """As in the subjects' own table, or ``subject`` or ``id``."""
    table = f"{heading},industry\nP1,服装\n"
    rows = read(tmp_path, {"merchants": table}, MAIN.replace("id", "服务商"), id_column="服务商").rows
    assert rows[0]["merchants"] == [{"industry": "服装"}]


def test_a_field_named_id_is_not_the_subject(tmp_path: Path) -> None:
    """Then the subject stands under ``subject``, and must."""
    shop = RecordType("shop", (("id", TEXT), ("opened", DATE)))
    fields = [Field("shops", ListType(shop))]
    main = write(tmp_path / "main.csv", "id\nP1\n")
    shops = write(tmp_path / "shops.csv", "subject,id\nP1,S 1\n")
    assert read_subjects(main, fields, tables={"shops": shops}).rows == [
        {"id": "P1", "shops": [{"id": "S 1"}]}
    ]
    shops = write(tmp_path / "shops.csv", "id,opened\nP1,2023-08-01\n")
    (diagnostic,) = refused(lambda: read_subjects(main, fields, tables={"shops": shops}))
    assert (diagnostic.code, diagnostic.args["expected"]) == ("E-DATA-NO-ID", "subject")


def test_child_rows_are_checked_like_any_other(tmp_path: Path) -> None:
    """Headings, cells, ids, and subjects that do not exist."""
    table = (
        "id,industry,size,orders@2023-13\nP1,服装,1,1\nP9,食品,1,1\nP 1,食品,1,1\n,食品,1,1\nP2,#REF!,1,1\n"
    )
    assert refusals(tmp_path, {"merchants": table}) == [
        ("merchants.csv", "E-DATA-COLUMN", 1, "size"),
        ("merchants.csv", "E-DATA-PERIOD", 1, "orders@2023-13"),
        ("merchants.csv", "E-DATA-ORPHAN", 3, "id"),
        ("merchants.csv", "E-DATA-ID", 4, "id"),
        ("merchants.csv", "E-DATA-ID", 5, "id"),
        ("merchants.csv", "E-DATA-CELL", 6, "industry"),
    ]


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("id,orders\nP1,1\nP 9,2\n", ("main.csv", "E-DATA-ID", 3, "id")),
        ("id,orders\nP1,1\nP9,2,3\n", ("main.csv", "E-DATA-ROW-LENGTH", 3, None)),
        ('id,orders\nP1,1\nP9,"2\n', ("main.csv", "E-DATA-FILE", 3, None)),
    ],
)
def test_no_orphans_are_claimed_where_rows_could_not_be_read(
    tmp_path: Path, main: str, expected: tuple[str, str, int, str | None]
) -> None:
    """A child row may well belong to a subject whose row is broken."""
    assert refusals(tmp_path, {"merchants": "id,industry\nP9,服装\n"}, main) == [expected]


def test_a_subject_that_stands_twice_still_exists(tmp_path: Path) -> None:
    """Its child rows are no orphans, others are."""
    tables = {"merchants": "id,industry\nP1,服装\nP9,食品\n"}
    assert refusals(tmp_path, tables, "id\nP1\nP1\n") == [
        ("main.csv", "E-DATA-ID-TWICE", 3, "id"),
        ("merchants.csv", "E-DATA-ORPHAN", 3, "id"),
    ]


def test_keys_of_children_are_unique_for_each_subject(tmp_path: Path) -> None:
    """A key column is no field, but it tells children apart."""
    table = "id,key,industry\nP1,k 1,服装\nP2,k 1,服装\nP1,k 1,食品\nP1,,食品\n"
    assert refusals(tmp_path, {"merchants": table}) == [
        ("merchants.csv", "E-DATA-ID-TWICE", 4, "key"),
        ("merchants.csv", "E-DATA-CELL", 5, "key"),
    ]
    rows = read(tmp_path, {"merchants": "id,key,industry\nP1,k 1,服装\n"}).rows
    assert rows[0]["merchants"] == [{"industry": "服装"}]


# ------------------------------------------------------------------ child rows in long form

LONG = "subject,key,period,industry,sold,orders\nP1,a,2023-05,服装,是,300\nP1,b,2023-05,家居,,5\nP1,a,2023-06,服装,否,\n"


def test_rows_with_one_key_make_one_child(tmp_path: Path) -> None:
    """Each row gives the child's series for one period."""
    rows = read(tmp_path, {"merchants": LONG}).rows
    assert rows[0]["merchants"] == [
        {
            "industry": "服装",
            "sold": {"2023-05": True, "2023-06": False},
            "orders": {"2023-05": 300, "2023-06": None},
        },
        {"industry": "家居", "sold": {"2023-05": None}, "orders": {"2023-05": 5}},
    ]
    assert rows[1]["merchants"] == []


def test_rows_of_one_child_agree(tmp_path: Path) -> None:
    """A difference, also between something and nothing, is refused, and the first row named."""
    table = "id,key,period,industry,orders\nP1,a,2023-05,服装,1\nP1,a,2023-06,食品,1\nP1,a,2023-07,,1\n"
    diagnostics = refused(lambda: read(tmp_path, {"merchants": table}))
    assert found(diagnostics) == [("E-DATA-CELL", 3, "industry"), ("E-DATA-CELL", 4, "industry")]
    assert [d.args["value"] for d in diagnostics] == ["食品", ""]
    assert diagnostics[0].args["reason"] == "differs from row 2, which has the same key"


def test_a_child_has_each_period_once(tmp_path: Path) -> None:
    """The second row of a period is refused for each series it gives."""
    table = "id,key,period,industry,orders\nP1,a,2023-05,服装,1\nP1,a,2023-05,服装,1\n"
    (diagnostic,) = refused(lambda: read(tmp_path, {"merchants": table}))
    assert found([diagnostic]) == [("E-DATA-ID-TWICE", 3, "period")]
    assert diagnostic.args == {"id": "P1 a 2023-05", "first": "2", "value": "2023-05"}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("id,period,orders\nP1,2023-05,1\n", [("E-DATA-FILE", 1, None)]),
        ("key,period,orders\na,2023-05,1\n", [("E-DATA-NO-ID", 1, None)]),
        (
            "id,key,period,orders\nP1,a,2023,1\nP1,a,,1\n",
            [("E-DATA-PERIOD", 2, "period"), ("E-DATA-PERIOD", 3, "period")],
        ),
        ("id,key,period,orders@2023-05\nP1,a,2023-05,1\n", [("E-DATA-COLUMN", 1, "orders@2023-05")]),
    ],
)
def test_long_tables_need_their_columns(
    tmp_path: Path, table: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    """Subject, key and period; and the series stand there by name alone."""
    assert found(refused(lambda: read(tmp_path, {"merchants": table}))) == expected


def test_a_missing_key_column_is_one_finding(tmp_path: Path) -> None:
    """Cells are checked all the same, rows are not blamed one by one."""
    table = "id,period,orders\nP1,2023-05,x\nP1,2023-06,1\nP9,2023-06,1\n"
    assert refusals(tmp_path, {"merchants": table}) == [
        ("merchants.csv", "E-DATA-FILE", 1, None),
        ("merchants.csv", "E-DATA-CELL", 2, "orders"),
    ]


# ------------------------------------------------------------------ series in long form


@pytest.mark.parametrize("heading", ["value", "paid", "支付订单"])
def test_a_series_in_a_table_of_its_own(tmp_path: Path, heading: str) -> None:
    """One row for each subject and period; who has none has an empty series."""
    table = f"id,period,{heading}\nP1,2023-06,2\nP1,2023-05,\n"
    rows = read(tmp_path, {"paid": table}).rows
    assert [row["paid"] for row in rows] == [{"2023-06": 2, "2023-05": None}, {}]


def test_problems_of_a_long_series(tmp_path: Path) -> None:
    """Twice the same period, a wrong period, a wrong value, nobody's."""
    table = "id,period,value\nP1,2023-05,1\nP1,2023-05,1\nP1,2023-Q2,1\nP2,2023-05,x\nP3,2023-05,1\n"
    assert refusals(tmp_path, {"paid": table}) == [
        ("paid.csv", "E-DATA-ID-TWICE", 3, "period"),
        ("paid.csv", "E-DATA-PERIOD", 4, "period"),
        ("paid.csv", "E-DATA-CELL", 5, "value"),
        ("paid.csv", "E-DATA-ORPHAN", 6, "id"),
    ]


@pytest.mark.parametrize(
    ("table", "reason"),
    [("id,period\nP1,2023-05\n", "has no column `paid`"), ("id,value\nP1,1\n", "has no column `period`")],
)
def test_a_long_series_needs_its_columns(tmp_path: Path, table: str, reason: str) -> None:
    """What is missing is named."""
    (diagnostic,) = refused(lambda: read(tmp_path, {"paid": table}))
    assert (diagnostic.code, diagnostic.args["reason"]) == ("E-DATA-FILE", reason)


def test_the_series_of_children_in_a_table_of_its_own(tmp_path: Path) -> None:
    """Keyed by subject, key and period; children without rows have an empty series."""
    tables = {
        "merchants.orders": "id,key,period,value\nP1,b,2023-05,7\nP1,a,2023-06,8\nP1,a,2023-05,9\n",
        "merchants": "id,key,industry\nP1,a,服装\nP1,b,家居\nP2,a,食品\n",
    }
    rows = read(tmp_path, tables).rows
    assert rows[0]["merchants"] == [
        {"industry": "服装", "orders": {"2023-06": 8, "2023-05": 9}},
        {"industry": "家居", "orders": {"2023-05": 7}},
    ]
    assert rows[1]["merchants"] == [{"industry": "食品", "orders": {}}]


@pytest.mark.parametrize(
    ("merchants", "orders", "expected"),
    [
        (
            "id,industry\nP1,x\n",
            "id,key,period,value\nP1,a,2023-05,1\n",
            ("merchants.csv", "E-DATA-FILE", 1, None),
        ),
        (
            "id,key\nP1,a\n",
            "id,key,period,value\nP1,z,2023-05,1\n",
            ("merchants.orders.csv", "E-DATA-ORPHAN", 2, "key"),
        ),
        (
            "id,key,orders@2023-05\nP1,a,1\n",
            "id,key,period,value\nP1,a,2023-05,1\n",
            ("merchants.orders.csv", "E-DATA-HEADER-TWICE", None, None),
        ),
        ("id,key\nP1,a\n", "id,key,period\nP1,a,2023-05\n", ("merchants.orders.csv", "E-DATA-FILE", 1, None)),
    ],
)
def test_problems_of_the_series_of_children(
    tmp_path: Path, merchants: str, orders: str, expected: tuple[str, str, int | None, str | None]
) -> None:
    """Without keys nothing can be joined; a series is given once; a child must exist."""
    assert refusals(tmp_path, {"merchants": merchants, "merchants.orders": orders}) == [expected]


# ------------------------------------------------------------------ names of tables


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("merchant", "`merchants`"),
        ("merchants.order", "`merchants.orders`"),
        ("merchants.industry", None),
        ("orders", None),
        ("zzz", None),
    ],
)
def test_unknown_tables_are_refused(tmp_path: Path, name: str, near: str | None) -> None:
    """Only lists, series, and series in lists have tables."""
    tables = {"merchants": "id,key\n", name: "id\nP1\n"}
    diagnostics = refused(lambda: read(tmp_path, tables))
    assert [d.code for d in diagnostics] == ["E-DATA-TABLE"]
    if near is not None:
        assert near in diagnostics[0].args["near"].split(", ")


@pytest.mark.parametrize("main", ["id,paid@2023-05\nP1,1\n", "id,支付订单@2023-05\nP1,1\n"])
def test_a_series_is_given_in_one_place(tmp_path: Path, main: str) -> None:
    """Wide columns and a long table of one series contradict each other or repeat each other."""
    tables = {"paid": "id,period,value\nP1,2023-06,2\n"}
    (diagnostic,) = refused(lambda: read(tmp_path, tables, main))
    assert diagnostic.code == "E-DATA-HEADER-TWICE"
    assert diagnostic.args == {"name": "paid", "first": str(tmp_path / "main.csv")}


def test_one_input_has_one_table(tmp_path: Path) -> None:
    """A name and a label of one input are the same table twice."""
    tables = {"merchants": "id,industry\nP1,x\n", "商家": "id,industry\nP1,y\n"}
    (diagnostic,) = refused(lambda: read(tmp_path, tables))
    assert diagnostic.code == "E-DATA-HEADER-TWICE"


def test_files_that_cannot_be_read_are_all_reported(tmp_path: Path) -> None:
    """One broken table does not hide the next."""
    tables = {"merchants": "id,industry\nP1,x\nP9,x\n", "paid": ""}
    assert refusals(tmp_path, tables) == [
        ("merchants.csv", "E-DATA-ORPHAN", 3, "id"),
        ("paid.csv", "E-DATA-FILE", None, None),
    ]


# ------------------------------------------------------------------ places


def test_places_in_child_tables(tmp_path: Path) -> None:
    """Each value of a child stands in the child's row; a series in long form in rows of its own."""
    tables = {
        "merchants": "id,key,industry\nP2,z,食品\nP1,a,服装\nP1,b,家居\n",
        "merchants.orders": "id,key,period,value\nP1,b,2023-05,7\nP1,b,2023-06,8\n",
        "paid": "id,period,支付订单\nP2,2023-05,1\n",
    }
    dataset = read(tmp_path, tables)
    merchants, orders, paid = (str(tmp_path / f"{n}.csv") for n in ("merchants", "merchants.orders", "paid"))
    assert dataset.place(0, ("merchants", 1, "industry")) == DataPlace(merchants, None, 4, "industry", "家居")
    assert dataset.place(0, ("merchants", 1)) == DataPlace(merchants, None, 4)
    assert dataset.place(0, ("merchants", 1, "orders", "2023-06")) == DataPlace(orders, None, 3, "value", "8")
    assert dataset.place(0, ("merchants", 1, "orders", "2023-07")) == DataPlace(orders, None, None, "value")
    assert dataset.place(0, ("merchants", 9)) == DataPlace(merchants, id="P1")
    assert dataset.place(0, ("merchants",)) == DataPlace(merchants, id="P1")
    assert dataset.place(1, ("paid", "2023-05")) == DataPlace(paid, None, 2, "支付订单", "1")


def test_places_in_wide_and_long_child_tables(tmp_path: Path) -> None:
    """The heading names the period in the wide form, the row does in the long one."""
    wide = read(tmp_path, {"merchants": WIDE})
    file = str(tmp_path / "merchants.csv")
    assert wide.place(0, ("merchants", 1, "orders", "2023-06")) == DataPlace(
        file, None, 4, "orders[2023-06]", "6"
    )
    long = read(tmp_path, {"merchants": LONG})
    assert long.place(0, ("merchants", 0, "orders", "2023-05")) == DataPlace(file, None, 2, "orders", "300")
    assert long.place(0, ("merchants", 0, "sold", "2023-06")) == DataPlace(file, None, 4, "sold", "False")
    assert long.place(0, ("merchants", 0, "industry")) == DataPlace(file, None, 2, "industry", "服装")


def test_a_record_with_a_period_of_its_own_is_wide(tmp_path: Path) -> None:
    """``period`` and ``key`` are headings of fields where the record declares such fields."""
    record = RecordType(
        "visit", (("period", TEXT), ("key", TEXT), ("n", COUNT), ("s", SeriesType(NUMBER, "year")))
    )
    fields = [Field("visits", ListType(record))]
    main = write(tmp_path / "main.csv", "id\nP1\n")
    visits = write(tmp_path / "visits.csv", "id,period,key,n,s@2016\nP1,早,k,1,2\n")
    assert read_subjects(main, fields, tables={"visits": visits}).rows[0]["visits"] == [
        {"period": "早", "key": "k", "n": 1, "s": {"2016": 2}}
    ]
