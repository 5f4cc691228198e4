"""CSV files: encodings, delimiters, quotes and rows, and the places in everything that is refused."""

import codecs
from pathlib import Path

import pytest
from data_samples import FIELDS, found, refused, write

from tierlang.data import read_subjects
from tierlang.types import COUNT, TEXT, Field

ROWS = [{"id": "甲", "orders": 1234, "city": "杭州"}, {"id": "乙", "orders": None, "city": "宁波"}]
TEXT_OF_ROWS = 'id,订单量,city\r\n甲,"1,234",杭州\r\n乙,,宁波\r\n'


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
    ],
)
def test_unicode_is_read_with_and_without_its_mark(tmp_path: Path, encoding: str, mark: bytes) -> None:
    """The mark is no part of the first heading."""
    path = write(tmp_path / "a.csv", mark + TEXT_OF_ROWS.encode(encoding))
    dataset = read_subjects(path, FIELDS)
    assert dataset.rows == ROWS
    assert dataset.warnings == ()


def test_chinese_excel_saves_gb18030(tmp_path: Path) -> None:
    """What is not UTF-8 and all GB18030 is read so, with a warning."""
    path = write(tmp_path / "a.csv", TEXT_OF_ROWS, "gb18030")
    dataset = read_subjects(path, FIELDS)
    assert dataset.rows == ROWS
    assert found(dataset.warnings) == [("W-DATA-ENCODING", None, None)]
    assert dataset.warnings[0].args == {"encoding": "GB18030"}


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "GB2312"])
def test_a_named_encoding_is_no_guess(tmp_path: Path, encoding: str) -> None:
    """Where the user names the encoding, there is nothing to warn of."""
    path = write(tmp_path / "a.csv", TEXT_OF_ROWS, "gb18030")
    dataset = read_subjects(path, FIELDS, encoding=encoding)
    assert (dataset.rows, dataset.warnings) == (ROWS, ())


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        (TEXT_OF_ROWS.encode("gb18030"), "utf-8", "line 1 is not UTF-8 text"),
        ("id,城市\nP1,é\n".encode("latin-1", "replace"), None, "line 2 is not GB18030 text"),
        (("城市" * 20 + "\n").encode() + b"\xff\n", None, "line 2 is not UTF-8 text"),
        (TEXT_OF_ROWS.encode("utf-16-le"), None, "it holds NUL characters: it is binary, or UTF-16"),
        (b"id,orders\nP1,1\0\n", None, "it holds NUL characters: it is binary, or UTF-16"),
        (codecs.BOM_UTF16_LE + b"i\0d\0\n", None, "line 1 is not UTF-16 text"),
        (b"i\0d\0\n\0", "utf-16", "line 1 is not UTF-16 text"),
        (b"id\n", "utf-9", "`utf-9` is not a known text encoding"),
        (b"id\n", "base64", "`base64` is not a known text encoding"),
    ],
)
def test_text_in_no_known_encoding_is_refused(
    tmp_path: Path, content: bytes, encoding: str | None, reason: str
) -> None:
    """The reason names the line; a damaged UTF-8 file is not taken for GB18030."""
    path = write(tmp_path / "a.csv", content)
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS, encoding=encoding))
    assert diagnostic.code == "E-DATA-ENCODING"
    assert diagnostic.args["reason"].startswith(reason)
    assert diagnostic.place is not None and diagnostic.place.file == str(path)


def test_an_encoding_error_beyond_the_first_chunk_is_found(tmp_path: Path) -> None:
    """The whole file is looked at before the first row is read, and the line is counted through."""
    good = "id,city\n" + "P,杭州\n" * 200_000
    path = write(tmp_path / "a.csv", good.encode() + b"P,\xff\xff\n")
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert diagnostic.args["reason"] == "line 200002 is not UTF-8 text"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("last", ["", "end"])
def test_delimiters_and_line_ends(tmp_path: Path, end: str, delimiter: str, last: str) -> None:
    """Every usual shape gives the same rows."""
    lines = ["id,orders,city", "P1,1,a b", "P2,2,c"]
    text = end.join(lines).replace(",", delimiter) + (end if last else "")
    dataset = read_subjects(write(tmp_path / "a.csv", text), FIELDS)
    assert dataset.rows == [{"id": "P1", "orders": 1, "city": "a b"}, {"id": "P2", "orders": 2, "city": "c"}]


def test_a_delimiter_is_never_guessed_inside_rows(tmp_path: Path) -> None:
    """Only the header decides; other delimiters in cells are text."""
    path = write(tmp_path / "a.csv", "id;city\nP1;a,b\nP2;x\ty\n")
    assert [row["city"] for row in read_subjects(path, FIELDS).rows] == ["a,b", "x\ty"]


def test_quoted_headings_may_hold_delimiters_and_line_breaks(tmp_path: Path) -> None:
    """A quoted comma in the header is no second delimiter, a quoted line break no end of the header."""
    fields = [Field("a", COUNT, (("en", "a, b"),)), Field("b", COUNT, (("en", "two lines"),))]
    path = write(tmp_path / "a.csv", 'id;"a, b";"two\nlines"\nP1;1;2\n')
    assert read_subjects(path, fields).rows == [{"id": "P1", "a": 1, "b": 2}]


def test_row_numbers_count_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """The header is row 1, a line break inside quotes does not count, a blank line does."""
    text = 'id,city,orders\r\nP1,"two\r\nlines",1\r\n\r\n,,\r\nP2,x,bad\r\n"P3","y ""z""",2\r\n'
    path = write(tmp_path / "a.csv", text)
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert found([diagnostic]) == [("E-DATA-CELL", 5, "orders")]
    dataset = read_subjects(path, FIELDS, ignore=["orders"])
    assert [row["city"] for row in dataset.rows] == ["two\r\nlines", "x", 'y "z"']
    assert [dataset.place(i, ()).row for i in range(3)] == [2, 5, 6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,orders\nP1,1,2\n", [("E-DATA-ROW-LENGTH", 2, None)]),
        ("id,orders\nP1,9,000\nP2\n", [("E-DATA-ROW-LENGTH", 2, None), ("E-DATA-ROW-LENGTH", 3, None)]),
        ("id,orders\nP1,1,\n", [("E-DATA-ROW-LENGTH", 2, None)]),
        ("id,orders,,\nP1,1,,x\n", [("E-DATA-ROW-LENGTH", 2, None)]),
        ("id,orders,orders\nP1,1,2\n", [("E-DATA-HEADER-TWICE", 1, "orders")]),
        ("id,,orders\nP1,1,2\n", [("E-DATA-FILE", 1, None)]),
        ("\nid,orders\nP1,1\n", [("E-DATA-FILE", None, None)]),
        (",,\nP1,1,2\n", [("E-DATA-FILE", None, None)]),
        ("id,orders\n", [("E-DATA-FILE", None, None)]),
        ("id,orders\n\n,\n", [("E-DATA-FILE", None, None)]),
        ("", [("E-DATA-FILE", None, None)]),
        ("\ufeff", [("E-DATA-FILE", None, None)]),
        ("id,orders;city\nP1,1\n", [("E-DATA-FILE", None, None)]),
        ("id，orders\nP1，1\n", [("E-DATA-FILE", None, None)]),
        ("id|orders\nP1|1\n", [("E-DATA-FILE", None, None)]),
        ('id,city\nP1,"a"b\n', [("E-DATA-FILE", 2, None)]),
        ('id,city\nP1,x\nP2,"a\nP3,b\n', [("E-DATA-FILE", 3, None)]),
        ('id,"city\nP1,a\n', [("E-DATA-FILE", None, None)]),
        ('id,city\nP1,"' + "x" * 200_000 + '\n"\n', [("E-DATA-FILE", 2, None)]),
        ("id,city\nP1," + "x" * 3_000 + "\n", [("E-DATA-TOO-LONG", 2, "city")]),
        ("id,city\nP1," + "x" * 5_000_000 + "\n", [("E-DATA-TOO-LONG", 2, None)]),
        (",".join(f"c{i}" for i in range(20_000)) + "\n", [("E-DATA-TOO-LONG", None, None)]),
    ],
)
def test_broken_tables_are_refused_at_their_place(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    """The code and the row say what to mend and where."""
    path = write(tmp_path / "a.csv", text)
    assert found(refused(lambda: read_subjects(path, FIELDS))) == expected


def test_facts_of_a_row_of_wrong_length(tmp_path: Path) -> None:
    """The diagnostic says how many cells there are and how many there should be."""
    path = write(tmp_path / "a.csv", "id,orders,city,\nP1,1,x\n")
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert diagnostic.args == {"found": "3", "expected": "4"}


def test_columns_without_heading_at_the_end_may_be_blank(tmp_path: Path) -> None:
    """Programs that end each line in a delimiter are understood."""
    path = write(tmp_path / "a.csv", "id,orders,,\nP1,1,,\nP2,2, ,\n")
    assert [row["orders"] for row in read_subjects(path, FIELDS).rows] == [1, 2]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"PK\x03\x04rest", "is a workbook or another zip archive"),
        ("a.csv", b"\xd0\xcf\x11\xe0rest", "is an old or encrypted Excel file"),
        ("a.csv", b"PAR1rest", "is a Parquet file"),
        ("a.csv", b"%PDF-1.7", "is a PDF document"),
        ("a.csv", b"\x1f\x8b\x08", "is compressed"),
        ("a.xls", b"anything", "is an old or encrypted Excel file"),
        ("a.ods", b"anything", "is not of a kind that is read"),
        ("a", b"anything", "is not of a kind that is read"),
        ("a.csv", b"", "is empty"),
    ],
)
def test_files_of_another_kind_are_named(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """A file that is not what its name says is told apart by its first bytes."""
    path = write(tmp_path / name, content)
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert (diagnostic.code, diagnostic.args["reason"]) == ("E-DATA-FILE", reason)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A missing file, an impossible name and a folder have different reasons."""
    (missing,) = refused(lambda: read_subjects(tmp_path / "no.csv", FIELDS))
    assert missing.args["reason"] == "does not exist"
    (odd,) = refused(lambda: read_subjects("no\0file.csv", FIELDS))
    assert odd.args["reason"].startswith("cannot be opened: ")
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    (other,) = refused(lambda: read_subjects(folder, FIELDS))
    assert other.args["reason"] == "is not a file"


def test_the_size_of_a_file_is_limited(tmp_path: Path) -> None:
    """The limit is the caller's, and a file of exactly that size is read."""
    path = write(tmp_path / "a.csv", "id\nP1\n")
    assert len(read_subjects(path, [], max_bytes=6).rows) == 1
    (diagnostic,) = refused(lambda: read_subjects(path, [], max_bytes=5))
    assert diagnostic.code == "E-DATA-TOO-LONG"
    assert (diagnostic.args["found"], diagnostic.args["limit"]) == ("6", "5")


def test_only_workbooks_have_sheets(tmp_path: Path) -> None:
    """A sheet that is asked of a text file is not overlooked."""
    path = write(tmp_path / "a.csv", "id\nP1\n")
    (diagnostic,) = refused(lambda: read_subjects(path, [], sheet="Q3"))
    assert diagnostic.args["reason"] == "has no sheets: it is not a workbook"


def test_a_good_row_after_a_bad_one_is_still_checked(tmp_path: Path) -> None:
    """All problems of a file are reported, in order of place."""
    text = "id,orders,rate,extra\nP1,x,98.5,\nP2,1,0.5,\nP3,1\nP1,1,1,\n"
    path = write(tmp_path / "a.csv", text)
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [
        ("E-DATA-COLUMN", 1, "extra"),
        ("E-DATA-CELL", 2, "orders"),
        ("E-DATA-CELL", 2, "rate"),
        ("E-DATA-ROW-LENGTH", 4, None),
        ("E-DATA-ID-TWICE", 5, "id"),
    ]


def test_no_more_than_a_hundred_findings_are_kept(tmp_path: Path) -> None:
    """The rest are counted, so that a hostile file neither floods the reader nor the memory."""
    path = write(tmp_path / "a.csv", "id,orders\n" + "".join(f"P{i},x\n" for i in range(250)))
    diagnostics = refused(lambda: read_subjects(path, FIELDS))
    assert len(diagnostics) == 101
    assert (diagnostics[-1].code, dict(diagnostics[-1].args)) == ("W-MORE-FINDINGS", {"count": "150"})


def test_a_hundred_findings_are_all_shown(tmp_path: Path) -> None:
    """At the bound nothing is left out."""
    path = write(tmp_path / "a.csv", "id,orders\n" + "".join(f"P{i},x\n" for i in range(100)))
    assert {d.code for d in refused(lambda: read_subjects(path, FIELDS))} == {"E-DATA-CELL"}


def test_the_reader_holds_no_host_state(tmp_path: Path) -> None:
    """The limits of the csv module are the host's and stay as they were."""
    import csv

    before = csv.field_size_limit()
    read_subjects(write(tmp_path / "a.csv", "id,city\nP1,x\n"), [Field("city", TEXT)])
    assert csv.field_size_limit() == before
