"""Delimited files read by the engine: the values, or the refusal, of the reader of rows."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierlang
from columnar.shared import one_workshop
from property.profiles import examples
from tierlang.columnar import table
from tierlang.columnar.reading import delimited, rowwise
from tierlang.data import read_subjects
from tierlang.data.numerals import DOT_GROUPING

SCHEME = tierlang.loads("""
record item { v : count, on : date }
input x : count
input y : number
input part : share
input pay : money CNY
input name : text
input kind : text("a", "b")
input since : date
input good : bool
input orders : count by month
input items : list of item max 10
assess every month
a = x
b = y
c = part
d = pay
e = name
f = since
g = good
h = sum(orders, over: last 2 months)
i = sum(r.v for r in items)
j = kind
tiers A > B
tier A if y >= 1
tier B otherwise
""")
ITEMS = "id,v,on\np1,3,2020-02-29\np0,1,\np1,4,2020/3/1\n"
GOOD = [
    "id,x,y\np1,1,2.50\np0,,-0.001\n",
    "\ufeffid,x,y\r\np1,1,2.50\r\n\r\np0,2,3\r\n",
    'id,name,y\np1,"a, b",1\np0,"say ""x""",\n',
    "id;x;y\np1;1;2\np0;2;3\n",
    "id\tx\ty\np1\t1\t2\np0\t2\t3\n",
    "id,x,y,name\n p1 ,1,１２.５,  spaced  \np0,1万,2亿,cafe\u0301\n",
    'id,x,name\n"=""p1""","1,000","=""007"""\np0,2,\n',
    "id,part,pay\np1,30%,¥1.50\np0,0.125,2元\n",
    "id,since,good\np1,2020年2月29日,是\np0,2020-01-31,FALSE\n",
    "id,since\np1,2020/1/2\np0,\n",
    "id,orders@2023-07,orders 2023-08\np1,1,2\np0,,3\n",
    "id,x,y\np1,1,\np0,,\n",
    "id,x,y,,\np1,1,2,,\np0,2,3,,\n",
    "id,kind,y\np1,a,1\np0,b,\n",
    "id,y\np1,123456789012345678.123456789012\np0,-0\n",
    "id,y\np1,12345678901234567890123456789\np0,1\n",
    "id,name\np1,NAx\np0,1\n",
]
BAD = [
    "",
    "id,x\n",
    "x,y\n1,2\n",
    "id,x\np1,1\np0,1.5\n",
    "id,x\np1,1\np0,-1\n",
    "id,y\np1,1\np0,1e5\n",
    "id,y\np1,1\np0,abc\n",
    "id,y\np1,1\np0,N/A\n",
    "id,y\np1,1\np1,2\n",
    "id,y\np1,1\n,2\n",
    "id,y\np1,1\n合计,2\n",
    "id,y\np1,1\np0,2,3\n",
    "id,y,y\np1,1,2\n",
    "id,y,zz\np1,1,2\n",
    "id,kind\np1,c\np0,a\n",
    "id,part\np1,1.5\np0,0\n",
    "id,since\np1,2023-02-30\np0,2023-01-01\n",
    "id,since\np1,03/04/2023\np0,\n",
    "id,good\np1,1\np0,true\n",
    "id,name\np1,NULL\np0,x\n",
    "id,name\np1,a\x1fb\np0,x\n",
    "id,name\np1,a\u200bb\np0,x\n",
    'id,name\np1,"open\np0,x\n',
    "id,orders@2023-13\np1,1\n",
    "id,orders\np1,1\n",
    "id,items\np1,1\n",
]


def both(folder: Path, text: str, items: str = ITEMS) -> tuple[Any, Any]:
    """What the reader of rows and the engine say of a file: results, or codes with places."""
    main, further = folder / "d.csv", folder / "items.csv"
    main.write_bytes(text.encode())
    further.write_bytes(items.encode())

    def rows() -> Any:
        data = read_subjects(main, SCHEME.fields, tables={"items": further})
        return SCHEME.rate(data.rows, period="2023-08", place=data.place).results

    def engine() -> Any:
        with (
            one_workshop(),
            SCHEME.rate_table(
                str(main), children={"items": str(further)}, period="2023-08", engine="duckdb"
            ) as outcome,
        ):
            return tuple(outcome)

    return told(rows), told(engine)


def told(call: Any) -> Any:
    """Results as data, or what is refused and where."""
    try:
        results = call()
    except tierlang.DiagnosticError as error:
        return [(d.code, d.args, d.place) for d in error.diagnostics]
    return [(r.id, r.status, r.tier, dict(r.values), r.causes, r.warnings) for r in results]


@pytest.mark.parametrize("text", GOOD)
def test_the_same_values(text: str, tmp_path: Path) -> None:
    """Whatever way of writing the reader takes."""
    wanted, found = both(tmp_path, text)
    assert found == wanted
    assert len(found) == 2
    assert found[0][0] == "p0"


@pytest.mark.parametrize("text", BAD)
def test_the_same_refusals(text: str, tmp_path: Path) -> None:
    """In the reader's words, with its rows and columns."""
    wanted, found = both(tmp_path, text)
    assert found == wanted
    assert all(part[0].startswith("E-") for part in found)


@pytest.mark.parametrize("items", ["id,v\np9,1\n", "id,v\np1,x\n", "v\n1\n", "id,v\n" + "p1,1\n" * 11])
def test_child_rows_are_refused_alike(items: str, tmp_path: Path) -> None:
    """Orphans, cells, a missing column, too many."""
    wanted, found = both(tmp_path, GOOD[0], items)
    assert found == wanted
    assert found[0][0].startswith("E-")


def test_plain_files_are_the_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row of a plain file is read by the reader of rows."""
    monkeypatch.setattr(rowwise, "read_subjects", None)
    wanted = ["p0", "p1"]
    main = tmp_path / "d.csv"
    main.write_text("id,x,y,since,good\np1,1,2.5,2020-01-01,true\np0,2,3,,no\n", encoding="utf-8")
    with SCHEME.rate_table(str(main), period="2023-08", engine="duckdb") as outcome:
        assert [result.id for result in outcome] == wanted


def test_too_many_odd_texts_are_the_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every cell must be looked at, the reader of rows does it, and doubts about the file are told."""
    monkeypatch.setattr(delimited, "MAX_READ", 3)
    assert both(tmp_path, "id,y\n" + "".join(f"p{i},{i}万\n" for i in range(9)))[0]
    main = tmp_path / "g.csv"
    main.write_bytes("id,y,name\np1,1,银牌服务商在这里\n".encode("gb18030"))
    heard: list[str] = []
    with SCHEME.rate_table(
        str(main), period="2023-08", engine="duckdb", on_warning=lambda d: heard.append(d.code)
    ) as outcome:
        assert outcome["p1"].values["e"] == "银牌服务商在这里"
    assert heard == ["W-DATA-ENCODING"]


def test_a_file_beside_a_frame(tmp_path: Path) -> None:
    """Both are read row by row, and what is wrong with the file is told in its reader's words."""
    import pyarrow

    (tmp_path / "items.csv").write_text("id,v\np1,x\n", encoding="utf-8")
    main = pyarrow.table({"id": ["p1"], "x": [1]})
    with pytest.raises(tierlang.DiagnosticError, match=r"E-DATA-CELL.*\n.*items.csv, row 2, column"):
        SCHEME.rate_table(main, children={"items": str(tmp_path / "items.csv")}, period="2023-08")


@examples(300)
@given(st.from_regex(r"-?(0|[1-9][0-9]{0,17})([.][0-9]{1,12})?", fullmatch=True))
def test_plain_numbers_mean_what_they_say(text: str) -> None:
    """For every kind of number: the reader gives that value, or refuses it as the engine does for its kind."""
    for declared in (SCHEME.checked.inputs[name].type for name in ("x", "y", "part", "pay")):
        assert getattr(declared, "currency", None) not in DOT_GROUPING
        try:
            found = delimited.CELLS.reader(declared)(text)
        except tierlang.DiagnosticError:
            raise
        except Exception as problem:  # noqa: BLE001 - a refusal
            assert type(problem).__name__ == "CellProblem"
            continue
        assert found == Fraction(text)


def test_the_table_module_knows_the_kind() -> None:
    """What is read so is known by its name."""
    assert [
        name for name in ("a.csv", "a.TSV", "a.txt", "a.parquet", "a.json") if table.is_delimited(name)
    ] == [
        "a.csv",
        "a.TSV",
        "a.txt",
    ]
