"""Workbooks: what a sheet really says, and what it only seems to say."""

import datetime
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from data_samples import FIELDS, found, refused, write
from openpyxl.worksheet.worksheet import Worksheet

from tierlang.data import read_subjects
from tierlang.data.excel import shown_number
from tierlang.data.raw import Refused, Shown
from tierlang.diagnostics import DataPlace
from tierlang.types import COUNT, NUMBER, TEXT, Field, NumberType, SeriesType

Edit = Callable[[Worksheet], object]


def workbook(path: Path, rows: Sequence[Sequence[Any]], edit: Edit | None = None, **sheets: Any) -> Path:
    """Save a workbook whose first sheet is called Q3 and holds *rows*; *sheets* are further ones."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Q3"
    for row in rows:
        sheet.append(row)
    if edit is not None:
        edit(sheet)
    for name, content in sheets.items():
        further = book.create_sheet(name)
        for row in content:
            further.append(row)
    book.save(path)
    return path


def patch(path: Path, part: str, old: str, new: str) -> Path:
    """Change the XML of a part of a workbook, as other programs would have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part].decode()
    parts[part] = parts[part].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def rewrite(path: Path, change: Callable[[str, str], tuple[str, str]]) -> Path:
    """Give every part of a workbook a new name and new XML."""
    with zipfile.ZipFile(path) as archive:
        parts = dict(change(name, archive.read(name).decode()) for name in archive.namelist())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def one(path: Path, type: Any = NUMBER) -> object:
    """The value of the only subject's input ``x``."""
    return read_subjects(path, [Field("x", type)]).rows[0]["x"]


# ------------------------------------------------------------------ values


def test_cells_of_all_kinds(tmp_path: Path) -> None:
    """Texts, numbers, truth values and dates, typed or written as text."""
    heading = ["id", "订单量", "rate", "gmv", "score", "active", "since", "kind", "paid@2023-05"]
    day = datetime.datetime(2023, 8, 1)
    path = workbook(
        tmp_path / "a.xlsx",
        [
            heading,
            ["P1", 1234, 0.985, 99.9, -0.5, True, day, "agency", 3],
            ["P2", "１,２３４", "98.5%", "￥99.9", "0.30", "否", "2023/8/1", None, "  "],
        ],
    )
    assert read_subjects(path, FIELDS).rows == [
        {
            "id": "P1",
            "orders": 1234,
            "rate": Fraction(197, 200),
            "gmv": Fraction(999, 10),
            "score": Fraction(-1, 2),
            "active": True,
            "since": datetime.date(2023, 8, 1),
            "kind": "agency",
            "paid": {"2023-05": 3},
        },
        {
            "id": "P2",
            "orders": 1234,
            "rate": Fraction(197, 200),
            "gmv": Fraction(999, 10),
            "score": Fraction(3, 10),
            "active": False,
            "since": datetime.date(2023, 8, 1),
            "kind": None,
            "paid": {"2023-05": None},
        },
    ]


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        (0.1 + 0.2, Fraction(3, 10)),
        (0.985, Fraction(197, 200)),
        (1 / 3, Fraction(333333333333333, 10**15)),
        (12.0, 12),
        (1e14, 10**14),
        (123456789012345, 123456789012345),
        (1e-20, Fraction(1, 10**20)),
        (-2.5, Fraction(-5, 2)),
    ],
)
def test_stored_doubles_mean_fifteen_digits(stored: float, value: object) -> None:
    """Excel works with 15 decimal digits, and so a sum of 0.1 and 0.2 is 0.3."""
    shown = shown_number(stored, "General")
    assert isinstance(shown, Shown)
    assert (shown.value, shown.value.__class__, shown.cut) == (value, value.__class__, False)


@pytest.mark.parametrize("stored", [float("inf"), float("nan"), 1e40, -1e300, 1e-300, 10**40])
def test_stored_numbers_beyond_the_bounds_are_refused(stored: float) -> None:
    """Digits are bounded here as everywhere."""
    assert isinstance(shown_number(stored, "General"), Refused)


@pytest.mark.parametrize("stored", [10**15, 12345678901234600, -(10**15)])
def test_long_integers_are_read_with_a_warning(tmp_path: Path, stored: int) -> None:
    """The file may have lost their last digits; once a column is enough."""
    path = workbook(
        tmp_path / "a.xlsx", [["id", "x", "y"], ["P1", 1, stored], ["P2", stored, stored], ["P3", stored, 1]]
    )
    fields = [Field("x", NUMBER), Field("y", NUMBER)]
    dataset = read_subjects(path, fields)
    assert dataset.rows[1]["x"] == stored
    assert found(dataset.warnings) == [("W-DATA-EXCEL-DIGITS", 3, "x"), ("W-DATA-EXCEL-DIGITS", 2, "y")]
    assert dataset.warnings[0].args == {"value": str(stored)}
    assert found(read_subjects(path, fields, ignore=["y"]).warnings) == [("W-DATA-EXCEL-DIGITS", 3, "x")]


def test_long_integers_are_no_ids_and_no_texts(tmp_path: Path) -> None:
    """Two different ids may have become one."""
    path = workbook(tmp_path / "a.xlsx", [["id", "x"], [12345678901234567, 12345678901234567]])
    diagnostics = refused(lambda: read_subjects(path, [Field("x", TEXT)]))
    assert found(diagnostics)[:2] == [("E-DATA-CELL", 2, "x"), ("E-DATA-CELL", 2, "id")]


@pytest.mark.parametrize(
    ("cell", "id_"), [(17, "17"), (17.0, "17"), ("017", "017"), (123456789012345, "123456789012345")]
)
def test_a_number_may_be_an_id(tmp_path: Path, cell: object, id_: str) -> None:
    """A whole number gives its digits."""
    path = workbook(tmp_path / "a.xlsx", [["id"], [cell]])
    assert read_subjects(path, []).rows == [{"id": id_}]


@pytest.mark.parametrize("cell", [1.5, True, datetime.datetime(2023, 8, 1)])
def test_other_cells_are_no_ids(tmp_path: Path, cell: object) -> None:
    """A fraction, a truth value and a date are mistakes in a column of ids."""
    path = workbook(tmp_path / "a.xlsx", [["id"], [cell]])
    assert [d.place.column for d in refused(lambda: read_subjects(path, [])) if d.place] == ["id"]


# ------------------------------------------------------------------ number formats

FORMATS = [
    (NUMBER, 0.985, "0.00%", Fraction(197, 200)),
    (NUMBER, 100, "¥#,##0", 100),
    (NumberType("money", "CNY"), 100, '"¥"#,##0.00', 100),
    (NumberType("money", "CNY"), 100, "_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ", 100),
    (NumberType("money", "CNY"), 100, "[$￥-804]#,##0", 100),
    (NumberType("money", "CNY"), 100, '#,##0"元"', 100),
    (NumberType("money", "USD"), 100, "[$$-409]#,##0.00", 100),
    (NumberType("money", "USD"), 100, "[$USD] #,##0.00", 100),
    (NumberType("money", "CNY"), 100, "[Red][$-804]#,##0", 100),
    (COUNT, 7, "000000", 7),
    (TEXT, 17, "General", "17"),
    (TEXT, 17, "0", "17"),
    (TEXT, 17, "@", "17"),
    (TEXT, 17, "000000", "000017"),
]
FORMATS_REFUSED = [
    (NumberType("money", "CNY"), 100, '"$"#,##0.00'),
    (NumberType("money", "CNY"), 100, "[$$-409]#,##0.00"),
    (NumberType("money", "USD"), 100, "[$¥-804]#,##0"),
    (NumberType("money", "USD"), 100, "[$HK$]#,##0"),
    (NumberType("money", "CNY"), 1, "0%"),
    (COUNT, 1, "0%"),
    (TEXT, 17, "#,##0"),
    (TEXT, 17, "0.00"),
    (TEXT, 1.5, "General"),
]


def formatted(path: Path, value: object, number_format: str) -> Path:
    """A workbook with one formatted value."""

    def edit(sheet: Worksheet) -> None:
        sheet["B2"].number_format = number_format

    return workbook(path, [["id", "x"], ["P1", value]], edit)


@pytest.mark.parametrize(("type", "stored", "number_format", "value"), FORMATS)
def test_formats_that_fit(
    tmp_path: Path, type: Any, stored: float, number_format: str, value: object
) -> None:
    """A percentage is stored as a share; a text is the number as it is shown."""
    assert one(formatted(tmp_path / "a.xlsx", stored, number_format), type) == value


@pytest.mark.parametrize(("type", "stored", "number_format"), FORMATS_REFUSED)
def test_formats_that_show_something_else(
    tmp_path: Path, type: Any, stored: float, number_format: str
) -> None:
    """Who looks at the sheet sees dollars, percent or separators, and means them."""
    path = formatted(tmp_path / "a.xlsx", stored, number_format)
    assert found(refused(lambda: one(path, type))) == [("E-DATA-CELL", 2, "x")]


def test_an_id_in_a_format_of_zeros_keeps_them(tmp_path: Path) -> None:
    """000017 is what the sheet shows."""

    def edit(sheet: Worksheet) -> None:
        sheet["A2"].number_format = "000000"

    assert read_subjects(workbook(tmp_path / "a.xlsx", [["id"], [17]], edit), []).rows == [{"id": "000017"}]


# ------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("cell", "type", "reason"),
    [
        (datetime.datetime(2023, 8, 1, 12), "since", "carries a time of day"),
        (datetime.time(12), "since", "is a time, not a date"),
        (datetime.timedelta(hours=30), "since", "is a time, not a date"),
    ],
)
def test_times_are_no_dates(tmp_path: Path, cell: object, type: str, reason: str) -> None:
    """Days only."""
    path = workbook(tmp_path / "a.xlsx", [["id", type], ["P1", cell]])
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert (found([diagnostic]), diagnostic.args["reason"]) == ([("E-DATA-CELL", 2, type)], reason)


@pytest.mark.parametrize("name", ["orders", "city", "active"])
def test_dates_are_no_other_values(tmp_path: Path, name: str) -> None:
    """Excel likes to make dates out of texts such as 1-2."""
    path = workbook(tmp_path / "a.xlsx", [["id", name], ["P1", datetime.datetime(2023, 1, 2)]])
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [("E-DATA-TYPE", 2, name)]


def test_a_bare_number_is_no_date(tmp_path: Path) -> None:
    """A day's serial number without a date format is shown as a number."""
    path = workbook(tmp_path / "a.xlsx", [["id", "since"], ["P1", 45139]])
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [("E-DATA-TYPE", 2, "since")]


def test_months_that_excel_made_dates(tmp_path: Path) -> None:
    """2023-05 typed into a sheet is its first day; another day is no month."""
    rows = [["id", "period", "value"], ["P1", datetime.datetime(2023, 5, 1), 7], ["P1", "2023-06", 8]]
    main = write(tmp_path / "main.csv", "id\nP1\n")
    path = workbook(tmp_path / "paid.xlsx", rows)
    dataset = read_subjects(main, FIELDS, tables={"paid": path})
    assert dataset.rows == [{"id": "P1", "paid": {"2023-05": 7, "2023-06": 8}}]
    path = workbook(tmp_path / "bad.xlsx", [*rows, ["P1", datetime.datetime(2023, 7, 2), 8]])
    diagnostics = refused(lambda: read_subjects(main, FIELDS, tables={"paid": path}))
    assert found(diagnostics) == [("E-DATA-PERIOD", 4, "period")]


def test_years_and_days_as_cells(tmp_path: Path) -> None:
    """A year is a number, a day a date."""
    main = write(tmp_path / "main.csv", "id\nP1\n")
    fields = [Field("y", SeriesType(NUMBER, "year")), Field("d", SeriesType(NUMBER, "day"))]
    tables = {
        "y": workbook(tmp_path / "y.xlsx", [["id", "period", "y"], ["P1", 2016, 1]]),
        "d": workbook(tmp_path / "d.xlsx", [["id", "period", "d"], ["P1", datetime.datetime(2023, 8, 1), 2]]),
    }
    assert read_subjects(main, fields, tables=tables).rows == [
        {"id": "P1", "y": {"2016": 1}, "d": {"2023-08-01": 2}}
    ]


# ------------------------------------------------------------------ errors, formulas, merged cells


@pytest.mark.parametrize("name", ["orders", "city", "active", "since"])
@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!"])
def test_errors_are_refused_in_every_column(tmp_path: Path, name: str, error: str) -> None:
    """They are no texts, and missing only if the user says so."""
    path = workbook(tmp_path / "a.xlsx", [["id", name], ["P1", error]])
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert found([diagnostic]) == [("E-DATA-CELL", 2, name)]
    assert diagnostic.args["reason"] == "is an error of the spreadsheet"
    assert read_subjects(path, FIELDS, missing_as=[error]).rows == [{"id": "P1", name: None}]


def calculated(path: Path, value: str, *, full_calculation: bool = False) -> Path:
    """A workbook with a formula in B2, saved with a result as Excel would have saved it."""
    workbook(path, [["id", "x", "y"], ["P1", "=1+1", "here"]])
    patch(path, SHEET, '<c r="B2"><f>1+1</f><v /></c>', f'<c r="B2"{value}</c>')
    if not full_calculation:
        patch(path, "xl/workbook.xml", ' fullCalcOnLoad="1"', "")
    return path


@pytest.mark.parametrize(
    ("cell", "type", "value"),
    [
        ("><f>1+1</f><v>2</v>", NUMBER, 2),
        ("><f>A1/10</f><v>0.30000000000000004</v>", NUMBER, Fraction(3, 10)),
        (' t="str"><f>A1</f><v>服装</v>', TEXT, "服装"),
        (' t="str"><f>IF(1,"")</f><v></v>', NUMBER, None),
        (' t="str"><f>IF(1,"")</f><v></v>', TEXT, None),
    ],
)
def test_results_of_formulas_are_read(tmp_path: Path, cell: str, type: Any, value: object) -> None:
    """The result that the spreadsheet saved; an empty text is an empty cell."""
    assert one_with_text(calculated(tmp_path / "a.xlsx", cell), type) == {"x": value, "y": "here"}


def one_with_text(path: Path, type: Any) -> dict[str, object]:
    """The only row of a workbook with the columns x and y."""
    row = read_subjects(path, [Field("x", type), Field("y", TEXT)]).rows[0]
    return {"x": row["x"], "y": row["y"]}


def test_formulas_without_a_result_are_refused(tmp_path: Path) -> None:
    """They would be read as empty."""
    path = workbook(tmp_path / "a.xlsx", [["id", "x", "y"], ["P1", "=1+1", None]])
    diagnostics = refused(lambda: one_with_text(path, NUMBER))
    assert found(diagnostics) == [("E-DATA-CELL", 2, "x")]
    assert diagnostics[0].args["reason"] == "is a formula that was never calculated"


def test_results_that_wait_for_calculation_are_refused(tmp_path: Path) -> None:
    """Programs that write 0 for a result say that the workbook must be calculated when it is opened."""
    path = calculated(tmp_path / "a.xlsx", "><f>1+1</f><v>0</v>", full_calculation=True)
    assert found(refused(lambda: one_with_text(path, NUMBER))) == [("E-DATA-CELL", 2, "x")]


def without_references(name: str, xml: str) -> tuple[str, str]:
    """Rows and cells that do not say where they are."""
    return name, re.sub(r' r="[A-Z]*[0-9]+"', "", xml) if name == SHEET else xml


def with_prefixes(name: str, xml: str) -> tuple[str, str]:
    """The same elements by names with a prefix."""
    if name == SHEET:
        xml = re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")
    return name, xml


def with_another_name(name: str, xml: str) -> tuple[str, str]:
    """A workbook whose main part is called otherwise."""
    return name.replace("workbook.xml", "book.xml"), xml.replace("workbook.xml", "book.xml")


@pytest.mark.parametrize("change", [without_references, with_prefixes, with_another_name])
def test_formulas_are_found_in_sheets_of_other_programs(
    tmp_path: Path, change: Callable[[str, str], tuple[str, str]]
) -> None:
    """The format leaves programs some freedom."""
    path = rewrite(workbook(tmp_path / "a.xlsx", [["id", "x", "y"], ["P1", "=1+1", "here"]]), change)
    assert found(refused(lambda: one_with_text(path, NUMBER))) == [("E-DATA-CELL", 2, "x")]


def test_dates_that_are_stored_as_text_of_a_date(tmp_path: Path) -> None:
    """Some programs store days in the ISO form instead of a serial number."""
    path = workbook(tmp_path / "a.xlsx", [["id", "since"], ["P1", 5]])
    patch(path, SHEET, '<c r="B2" t="n"><v>5</v>', '<c r="B2" t="d"><v>2023-08-01</v>')
    assert read_subjects(path, FIELDS).rows == [{"id": "P1", "since": datetime.date(2023, 8, 1)}]


@pytest.mark.parametrize(("cell", "mark"), [(-1, "-1"), (0.5, "0.5"), (True, "true"), ("—", "—")])
def test_declared_marks_may_be_cells_of_any_kind(tmp_path: Path, cell: object, mark: str) -> None:
    """A mark is compared with the cell as a person would write it."""
    path = workbook(tmp_path / "a.xlsx", [["id", "orders"], ["P1", cell]])
    assert read_subjects(path, FIELDS, missing_as=[mark]).rows == [{"id": "P1", "orders": None}]


def test_merged_cells_have_one_value(tmp_path: Path) -> None:
    """Who looks at the sheet sees the value in all of them, the file has it in the first."""

    def edit(sheet: Worksheet) -> None:
        sheet.merge_cells("B2:B4")

    rows = [["id", "city"], ["P1", "杭州"], ["P2", None], ["P3", None], ["P4", None]]
    path = workbook(tmp_path / "a.xlsx", rows, edit)
    diagnostics = refused(lambda: read_subjects(path, FIELDS))
    assert found(diagnostics) == [("E-DATA-CELL", 3, "city"), ("E-DATA-CELL", 4, "city")]
    assert "B2:B4" in diagnostics[0].args["reason"]
    assert len(read_subjects(path, FIELDS, ignore=["city"]).rows) == 4


def test_rows_that_are_merged_away_are_no_rows(tmp_path: Path) -> None:
    """A subject on two merged lines is one row; merged cells beside the table do not matter."""

    def edit(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")
        sheet.merge_cells("D1:E2")

    path = workbook(tmp_path / "a.xlsx", [["id", "city"], ["P1", "杭州"], [], ["P2", "宁波"]], edit)
    dataset = read_subjects(path, FIELDS)
    assert [row["city"] for row in dataset.rows] == ["杭州", "宁波"]
    assert dataset.place(1, ()).row == 4


def test_a_merged_title_is_no_header(tmp_path: Path) -> None:
    """The header is row 1, and every column has a heading."""

    def edit(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:B1")

    path = workbook(
        tmp_path / "a.xlsx", [["2023年评级", None, "x"], ["id", "city", "y"], ["P1", "杭州", 1]], edit
    )
    codes = [d.code for d in refused(lambda: read_subjects(path, FIELDS))]
    assert codes == ["E-DATA-FILE", "E-DATA-COLUMN", "E-DATA-COLUMN", "E-DATA-NO-ID"]


# ------------------------------------------------------------------ rows and sheets


def test_blank_rows_and_wrong_dimensions(tmp_path: Path) -> None:
    """Row numbers are those of the sheet, whatever the program that wrote it said about its size."""
    path = workbook(tmp_path / "a.xlsx", [["id", "orders"], [], ["P1", 1], [None, " "], ["P2", "x"]])
    patch(path, SHEET, 'ref="A1:B5"', 'ref="A1"')
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert diagnostic.place == DataPlace(str(path), "Q3", 5, "orders", "x")


def test_cells_beyond_the_header(tmp_path: Path) -> None:
    """Blank ones do not matter, others belong to no column."""
    path = workbook(
        tmp_path / "a.xlsx", [["id", "orders"], ["P1", 1, None, " "], ["P2", 2, None, "note"], ["P3"]]
    )
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [("E-DATA-ROW-LENGTH", 3, None)]


def test_the_only_sheet_with_cells_is_read(tmp_path: Path) -> None:
    """New workbooks often have empty sheets beside it."""
    path = workbook(tmp_path / "a.xlsx", [["id"], ["P1"]], Sheet2=[], Sheet3=[])
    assert read_subjects(path, []).rows == [{"id": "P1"}]


def test_hidden_sheets_are_read_only_by_name(tmp_path: Path) -> None:
    """They may hold anything."""

    def edit(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("old").append(["id"])
        sheet.parent["old"].append(["P0"])
        sheet.parent["old"].sheet_state = "hidden"

    path = workbook(tmp_path / "a.xlsx", [["id"], ["P1"]], edit)
    assert read_subjects(path, []).rows == [{"id": "P1"}]
    assert read_subjects(path, [], sheet="old").rows == [{"id": "P0"}]


def test_several_sheets_need_a_choice(tmp_path: Path) -> None:
    """The sheets are named, and so is a sheet that is not there."""
    path = workbook(tmp_path / "a.xlsx", [["id"], ["P1"]], Q4=[["id"], ["P2"]])
    (several,) = refused(lambda: read_subjects(path, []))
    assert several.args["reason"] == "has several sheets: `Q3`, `Q4`"
    assert read_subjects(path, [], sheet="Q4").rows == [{"id": "P2"}]
    (missing,) = refused(lambda: read_subjects(path, [], sheet="Q5"))
    assert missing.args["reason"] == "has no sheet `Q5`"
    assert "`Q4`" in missing.args["help"]


def test_tables_may_be_sheets_of_one_workbook(tmp_path: Path) -> None:
    """A sheet that is called like the table is that table."""
    path = workbook(
        tmp_path / "a.xlsx", [["id"], ["P1"]], merchants=[["id", "industry"], ["P1", "服装"]], other=[["x"]]
    )
    dataset = read_subjects(path, FIELDS, sheet="Q3", tables={"merchants": path})
    assert dataset.rows == [{"id": "P1", "merchants": [{"industry": "服装"}]}]
    assert dataset.place(0, ("merchants", 0, "industry")) == DataPlace(
        str(path), "merchants", 2, "industry", "服装"
    )


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    """As an empty file is."""
    (diagnostic,) = refused(lambda: read_subjects(workbook(tmp_path / "a.xlsx", []), []))
    assert diagnostic.args["reason"] == "is empty"


# ------------------------------------------------------------------ hostile and damaged workbooks


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 and no more", b"id,orders\nP1,1\n", b"\x00" * 100],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever openpyxl raises, the diagnostic is one."""
    (diagnostic,) = refused(lambda: read_subjects(write(tmp_path / "a.xlsx", content), []))
    assert diagnostic.args["reason"] == "is not a whole, undamaged workbook"


def test_an_encrypted_workbook_has_its_own_words(tmp_path: Path) -> None:
    """The help says to save it without a password."""
    path = write(tmp_path / "a.xlsx", b"\xd0\xcf\x11\xe0" + b"\x00" * 100)
    (diagnostic,) = refused(lambda: read_subjects(path, []))
    assert diagnostic.args["help"] == "save it as .xlsx, without a password"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="2">', '<row r="1">'),
        ('<row r="2">', '<row r="2000000">'),
        ('<row r="2">', '<row r="99999999999999">'),
        ("<sheetData>", "<sheetData"),
        ("</worksheet>", ""),
        ("<worksheet ", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet '),
        ('<c r="B2"', '<c r="ZZZZZ2"'),
        ("<v>1</v>", f"<v>{'9' * 5000}</v>"),
        ("<v>1</v>", "<v>x</v>"),
    ],
)
def test_broken_sheets_are_refused(tmp_path: Path, old: str, new: str) -> None:
    """Rows out of order would be left out without a word; entities could grow without bound."""
    path = patch(workbook(tmp_path / "a.xlsx", [["id", "orders"], ["P1", 1]]), SHEET, old, new)
    diagnostics = refused(lambda: read_subjects(path, FIELDS))
    assert [d.args["reason"] for d in diagnostics] == ["is not a whole, undamaged workbook"]


def test_what_a_workbook_unpacks_to_is_limited(tmp_path: Path) -> None:
    """A small file can hold a very large one."""
    path = workbook(tmp_path / "a.xlsx", [["id"], ["P" * 100_000]])
    (diagnostic,) = refused(lambda: read_subjects(path, [], max_bytes=20_000))
    assert diagnostic.code == "E-DATA-TOO-LONG"
    assert diagnostic.args["what"] == "the unpacked workbook, in bytes"


def test_a_merged_range_over_all_rows_takes_no_time(tmp_path: Path) -> None:
    """Ranges are bounded in all."""

    def edit(sheet: Worksheet) -> None:
        sheet.merge_cells("D1:D1048576")

    path = workbook(tmp_path / "a.xlsx", [["id"], ["P1"]])
    patch(path, SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="D1:D1048576"/></mergeCells>')
    assert found(refused(lambda: read_subjects(path, []))) == [("E-DATA-FILE", None, None)]


def test_without_openpyxl_the_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional."""
    path = workbook(tmp_path / "a.xlsx", [["id"], ["P1"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (diagnostic,) = refused(lambda: read_subjects(path, []))
    assert (diagnostic.code, diagnostic.args["package"]) == ("E-DATA-EXTRA", 'pip install "tierlang[excel]"')


def test_the_file_is_closed(tmp_path: Path) -> None:
    """Also after a refusal: the file can be removed, and no warning is given."""
    path = workbook(tmp_path / "a.xlsx", [["id", "orders"], ["P1", "x"]])
    refused(lambda: read_subjects(path, FIELDS))
    path.unlink()
    assert not path.exists()
