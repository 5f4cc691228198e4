"""JSON and JSON Lines: exact numbers, nested rows, and texts made to break a reader."""

import datetime
import json
from fractions import Fraction
from pathlib import Path

import pytest
from data_samples import FIELDS, found, refused, write

from tierlang.data import read_subjects
from tierlang.data.jsonfile import parse_json
from tierlang.data.problems import DataProblem
from tierlang.data.raw import Refused, TwiceKeyed
from tierlang.diagnostics import DataPlace
from tierlang.types import COUNT, NUMBER, Field, ListType

NESTED = """
[{"id": "P1", "订单量": 5, "rate": 0.985, "gmv": "100,000元", "active": true, "since": "2023-08-01",
  "paid": {"2023-05": 1, "2023-06": null}, "quarterly": [0.1, null],
  "merchants": [{"industry": "服装", "sold": [true, false], "orders": {"2023-05": 300}}, {"industry": null}]},
 {"id": 17, "paid@2023-05": 3, "merchants": []}]
"""
NESTED_ROWS = [
    {
        "id": "P1",
        "orders": 5,
        "rate": Fraction(197, 200),
        "gmv": 100_000,
        "active": True,
        "since": datetime.date(2023, 8, 1),
        "paid": {"2023-05": 1, "2023-06": None},
        "quarterly": [Fraction(1, 10), None],
        "merchants": [
            {"industry": "服装", "sold": [True, False], "orders": {"2023-05": 300}},
            {"industry": None},
        ],
    },
    {"id": "17", "paid": {"2023-05": 3}, "merchants": []},
]


def test_rows_are_nested_as_declared(tmp_path: Path) -> None:
    """Series as objects or lists, children as lists of objects; an absent key stays absent."""
    with_paid = NESTED.replace('"paid@2023-05": 3', '"paid": {"2023-05": 3}')
    assert read_subjects(write(tmp_path / "a.json", with_paid), FIELDS).rows == NESTED_ROWS
    wrapped = write(tmp_path / "b.json", f'{{"subjects": {with_paid}}}')
    assert read_subjects(wrapped, FIELDS).rows == NESTED_ROWS


def test_json_lines_have_one_object_a_line(tmp_path: Path) -> None:
    """Blank lines do not count as subjects, but as lines."""
    path = write(
        tmp_path / "a.jsonl",
        '{"id":"P1","orders":1}\n\n{"id":"P2","orders":"x"}\nnonsense\n{"id":"P3"}\n[1]\n',
    )
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [
        ("E-DATA-CELL", 3, "orders"),
        ("E-DATA-FILE", 4, None),
        ("E-DATA-TYPE", 6, None),
    ]
    path = write(tmp_path / "b.jsonl", '\ufeff{"id":"P1","orders":1}\r\n\r\n{"id":"P2"}')
    assert read_subjects(path, FIELDS).rows == [{"id": "P1", "orders": 1}, {"id": "P2"}]


def test_one_period_in_the_key_may_stand_for_an_object(tmp_path: Path) -> None:
    """Flat objects are read as flat tables are."""
    path = write(tmp_path / "a.json", '[{"id": "P1", "paid@2023-05": 1, "支付订单 2023-06": 2}]')
    assert read_subjects(path, FIELDS).rows == [{"id": "P1", "paid": {"2023-05": 1, "2023-06": 2}}]


def test_a_series_stands_there_whole_or_by_period(tmp_path: Path) -> None:
    """Both at once could contradict each other."""
    path = write(tmp_path / "a.json", '[{"id": "P1", "paid@2023-05": 1}, {"id": "P2", "paid": {}}]')
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [
        ("E-DATA-HEADER-TWICE", None, "paid@2023-05")
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("0.30000000000000004", Fraction(30000000000000004, 10**17)),
        ("12345678901234567890", 12345678901234567890),
        ("1.0", 1),
        ("-0", 0),
        ("-0.0", 0),
        ("1e3", 1000),
        ("1.5E-05", Fraction(15, 1000000)),
        ("1e39", 10**39),
        ("1e-40", Fraction(1, 10**40)),
        ("-2.50e1", -25),
        ("9" * 40, int("9" * 40)),
        ("0e9999", 0),
    ],
)
def test_numbers_are_exactly_as_written(text: str, value: object) -> None:
    """No number passes through a float."""
    read = parse_json(text)
    assert (read, read.__class__) == (value, value.__class__)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 41,
        "-" + "9" * 41,
        "9" * 10_000,
        "1e40",
        "1e3000000",
        "1e-3000000",
        "1e99999999999999999999",
        "0." + "0" * 40 + "1",
        "1e-41",
        "1." + "1" * 100_000,
        "NaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_numbers_beyond_the_bounds_are_marked(text: str) -> None:
    """The digits are counted before anything is converted."""
    assert isinstance(parse_json(text), Refused)


def test_marked_numbers_are_refused_at_their_place(tmp_path: Path) -> None:
    """With the reason, wherever they stand."""
    text = '[{"id":"P1","orders":NaN,"paid":{"2023-05":1e999},"merchants":[{"orders":[Infinity]}]}]'
    diagnostics = refused(lambda: read_subjects(write(tmp_path / "a.json", text), FIELDS))
    assert found(diagnostics) == [
        ("E-DATA-CELL", 1, "orders"),
        ("E-DATA-CELL", 1, "paid@2023-05"),
        ("E-DATA-CELL", 1, "merchants #1 orders #1"),
    ]
    assert [d.args["value"] for d in diagnostics] == ["NaN", "1e999", "Infinity"]


def test_marked_numbers_do_no_harm_where_nobody_looks(tmp_path: Path) -> None:
    """An ignored key may hold anything."""
    path = write(tmp_path / "a.json", '[{"id":"P1","x":NaN}]')
    assert read_subjects(path, FIELDS, ignore=["x"]).rows == [{"id": "P1"}]


TYPES = [
    ("orders", "true", "E-DATA-TYPE"),
    ("orders", "false", "E-DATA-TYPE"),
    ("orders", "[1]", "E-DATA-TYPE"),
    ("orders", "{}", "E-DATA-TYPE"),
    ("orders", "1.5", "E-DATA-CELL"),
    ("orders", '"1e3"', "E-DATA-CELL"),
    ("rate", "98.5", "E-DATA-CELL"),
    ("active", "1", "E-DATA-TYPE"),
    ("active", '"1"', "E-DATA-CELL"),
    ("since", "20230801", "E-DATA-TYPE"),
    ("city", "17", "E-DATA-TYPE"),
    ("city", "true", "E-DATA-TYPE"),
    ("city", '"a\\u0000b"', "E-DATA-CELL"),
    ("city", '"\\ud800"', "E-DATA-CELL"),
    ("paid", "3", "E-DATA-TYPE"),
    ("paid", '"3"', "E-DATA-TYPE"),
    ("merchants", "{}", "E-DATA-TYPE"),
    ("merchants", '"x"', "E-DATA-TYPE"),
    ("id", "true", "E-DATA-ID"),
    ("id", "1.5", "E-DATA-ID"),
    ("id", "null", "E-DATA-ID"),
    ("id", '["a"]', "E-DATA-ID"),
    ("id", "1" * 50, "E-DATA-CELL"),
]


@pytest.mark.parametrize(("key", "value", "code"), TYPES)
def test_types_are_exact(tmp_path: Path, key: str, value: str, code: str) -> None:
    """True is not 1, 17 is not "17", and a list is not its length."""
    first = "" if key == "id" else '"id": "P1", '
    path = write(tmp_path / "a.json", f'[{{{first}"{key}": {value}}}]')
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [(code, 1, key)]


@pytest.mark.parametrize(
    ("merchants", "column", "code"),
    [
        ("[null]", "merchants #1", "E-DATA-TYPE"),
        ("[{}, 3]", "merchants #2", "E-DATA-TYPE"),
        ('[{"industrie": "x"}]', "merchants #1 industrie", "E-DATA-COLUMN"),
        ('[{"orders@2023-05": 1}]', "merchants #1 orders@2023-05", "E-DATA-COLUMN"),
        ('[{"orders": {"2023-5": 1}}]', "merchants #1 orders@2023-5", "E-DATA-PERIOD"),
        (
            '[{"orders": {"2023-05": 1, " 2023-05": 1}}]',
            "merchants #1 orders@ 2023-05",
            "E-DATA-HEADER-TWICE",
        ),
        ('[{"industry": "x", " industry": "y"}]', "merchants #1  industry", "E-DATA-HEADER-TWICE"),
        ('[{"sold": [1]}]', "merchants #1 sold #1", "E-DATA-TYPE"),
        ('[{"industry": "x", "industry": "y"}]', "merchants #1", "E-DATA-HEADER-TWICE"),
    ],
)
def test_problems_inside_have_a_path(tmp_path: Path, merchants: str, column: str, code: str) -> None:
    """Positions count from 1, as people do."""
    path = write(tmp_path / "a.json", f'[{{"id": "P1", "merchants": {merchants}}}]')
    assert found(refused(lambda: read_subjects(path, FIELDS))) == [(code, 1, column)]


def test_all_problems_inside_are_reported(tmp_path: Path) -> None:
    """Not only the first of each object."""
    text = json.dumps([{"id": "P1", "merchants": [{"sold": [1], "orders": [-1, 0.5]}] * 3}])
    assert len(refused(lambda: read_subjects(write(tmp_path / "a.json", text), FIELDS))) == 9


def test_lists_of_scalars(tmp_path: Path) -> None:
    """A list need not be one of records; what is missing in it is None."""
    fields = [Field("marks", ListType(NUMBER))]
    path = write(tmp_path / "a.json", '[{"id": "P1", "marks": [1, null, "2.5", ""]}]')
    assert read_subjects(path, fields).rows == [{"id": "P1", "marks": [1, None, Fraction(5, 2), None]}]


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": 1, "\\u0061": 2}'])
def test_keys_are_unique(text: str) -> None:
    """The last one does not win."""
    assert parse_json(text) == TwiceKeyed("a")


def test_a_row_with_a_key_twice_is_refused(tmp_path: Path) -> None:
    """Which of the two was meant nobody knows."""
    path = write(tmp_path / "a.json", '[{"id": "P1", "orders": 1, "orders": 2}, {"id": "P2", "orders": 3}]')
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert found([diagnostic]) == [("E-DATA-HEADER-TWICE", 1, None)]
    assert diagnostic.args == {"name": "orders"}


DEEP = [
    "[" * 17 + "]" * 17,
    '{"a":' * 17 + "1" + "}" * 17,
    "[" * 1_000_000,
    '[{"a":' * 500_000,
]


@pytest.mark.parametrize("text", DEEP)
def test_deep_nesting_is_refused_before_parsing(text: str) -> None:
    """No recursion follows the text."""
    with pytest.raises(DataProblem) as caught:
        parse_json(text)
    assert caught.value.code == "E-DATA-TOO-LONG"


def test_nesting_within_the_bound_is_read() -> None:
    """Sixteen brackets deep; those in strings do not count."""
    assert parse_json("[" * 16 + "]" * 16) is not None
    text = "[" * 500 + '\\"' + "{" * 500
    assert parse_json(f'["{text}"]') == [text.replace("\\", "")]


@pytest.mark.parametrize(
    "text",
    [
        '"' + '\\"' * 200_000,
        '"' + '\\"' * 200_000 + "\\",
        '"' * 200_001,
        "[" + "[]," * 200_000,
        "\\" * 200_000,
        '["' + "a" * 200_000,
        "}" * 200_000 + "{" * 10,
        "",
        "  ",
        "nul",
        "[1,]",
        "{'a': 1}",
        '["\x01"]',
        "[1] x",
        "// note\n[]",
        "0123",
        ".5",
        "+1",
    ],
)
def test_what_is_not_json_is_refused_at_once(text: str) -> None:
    """Also texts on which a careless pattern would run for hours."""
    with pytest.raises(DataProblem) as caught:
        parse_json(text)
    assert caught.value.code == "E-DATA-FILE"


def test_the_place_of_a_syntax_error_is_named(tmp_path: Path) -> None:
    """Line and column, both from 1."""
    path = write(tmp_path / "a.json", '[{"id": "P1"},\n {"id": P2}]')
    (diagnostic,) = refused(lambda: read_subjects(path, FIELDS))
    assert diagnostic.args["reason"] == "is not JSON at line 2, column 9"
    lines = write(tmp_path / "a.jsonl", '{"id": "P1"}\n{"id": P2}\n')
    (diagnostic,) = refused(lambda: read_subjects(lines, FIELDS))
    assert (diagnostic.place.row, diagnostic.args["reason"]) == (2, "is not JSON at line 2, column 8")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3", "E-DATA-TYPE"),
        ("{}", "E-DATA-TYPE"),
        ('{"subjects": {"P1": {}}}', "E-DATA-TYPE"),
        ('{"subjects": [], "subjects": []}', "E-DATA-TYPE"),
        ('{"subjects": [], "extra": 1}', "E-DATA-COLUMN"),
        ("[3]", "E-DATA-TYPE"),
        ("[]", "E-DATA-NO-ID"),
        ('[{"orders": 1}]', "E-DATA-NO-ID"),
    ],
)
def test_documents_of_another_shape_are_refused(tmp_path: Path, text: str, code: str) -> None:
    """A list of objects is needed, with ids, and nothing beside it."""
    path = write(tmp_path / "a.json", text)
    assert code in [d.code for d in refused(lambda: read_subjects(path, FIELDS))]


def test_rows_with_ever_new_keys_take_no_table(tmp_path: Path) -> None:
    """Work grows with the text, not with rows times keys."""
    fields = [Field(f"x{i}", COUNT) for i in range(20_000)]
    rows = [{"id": f"P{i}", f"x{i}": i} for i in range(20_000)]
    path = write(tmp_path / "a.json", json.dumps(rows))
    read = read_subjects(path, fields).rows
    assert read[-1] == {"id": "P19999", "x19999": 19_999}


def test_json_is_read_in_the_encodings_of_text(tmp_path: Path) -> None:
    """With a mark, or in GB18030 with a warning."""
    text = '[{"id": "甲", "city": "杭州"}]'
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        dataset = read_subjects(write(tmp_path / "a.json", text, encoding), FIELDS)
        assert dataset.rows == [{"id": "甲", "city": "杭州"}]
        assert len(dataset.warnings) == (encoding == "gb18030")


def test_tables_beside_json(tmp_path: Path) -> None:
    """Child tables may be lists of flat objects, and stand beside a file of another kind."""
    main = write(tmp_path / "a.json", '[{"id": "P1"}, {"id": "P2"}]')
    tables = {
        "merchants": write(tmp_path / "m.json", '[{"id": "P2", "key": 1, "industry": "服装"}]'),
        "merchants.orders": write(
            tmp_path / "o.jsonl", '{"id": "P2", "key": 1, "period": "2023-05", "value": 3}\n'
        ),
        "paid": write(tmp_path / "p.csv", "id,period,value\nP1,2023-05,1\n"),
    }
    dataset = read_subjects(main, FIELDS, tables=tables)
    assert dataset.rows == [
        {"id": "P1", "merchants": [], "paid": {"2023-05": 1}},
        {"id": "P2", "merchants": [{"industry": "服装", "orders": {"2023-05": 3}}], "paid": {}},
    ]


def test_places_in_json(tmp_path: Path) -> None:
    """The n-th object, and the path in it."""
    text = '[{"id": "P0"}, {"id": "P1", "商家": [{}, {"orders": {"2023-05": 7}}], "paid": [5]}]'
    path = write(tmp_path / "a.json", text)
    dataset = read_subjects(path, FIELDS)
    assert dataset.place(1, ("merchants", 1, "orders", "2023-05")) == DataPlace(
        str(path), None, 2, "商家 #2 orders@2023-05", "7"
    )
    assert dataset.place(1, ("paid", 0)) == DataPlace(str(path), None, 2, "paid #1", "5")
    assert dataset.place(1, ("paid", "2023-05")) == DataPlace(str(path), None, 2, "paid@2023-05")
