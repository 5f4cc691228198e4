"""Whatever things are called: lists, inputs, columns and tables whose names are those of something else."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tierlang
from columnar.servers import Server
from columnar.worlds import write
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import SUBJECTS
from tierlang.columnar.sql.dialects import DIALECTS
from tierlang.columnar.warehouse.statement import checks_of, lowered, statement_of

ENGINES = ("duckdb", "polars", "auto")
LIST = """
record r {{ n : count 0..9 missing reject }}
input {0} : list of r max 5
input n : count 0..9 missing reject
b = sum(x.n for x in {0})
tiers A > B
tier A if b + n >= 12
tier B otherwise
"""
ROWS = "VALUES ('p', 1), ('q', 8)) AS t(id, n)"
MAIN = "VALUES ('p', 9), ('q', 1)) AS t(id, n)"
MARKS = """
assess every month
record m {{ n : count 0..9, b : bool }}
input {0} : list of m max 5
input u : count 0..9 missing reject
c = sum(x.n for x in {0})
p = count(x for x in {0} if x.n > u)
j0 = any(x.b and x.n > u for x in {0})
m = rank(u)
h0 = best(u)
tiers A > B
tier A if p >= 1 or j0
tier B otherwise
"""
CLASHES: dict[str, tuple[str, dict[str, str]]] = {
    **{
        f"a list called {name}": (LIST.format(name), {SUBJECTS: MAIN, name: ROWS})
        for name in ("subjects", "subjects_0", "subjects_1", "subjects_of_each_1", "subjects_tested", "tier_rows", "tier_result")
    },
    "two lists, one called as a step of the other": (
        LIST.format("m") + "input m_0 : list of r max 5\nc = sum(x.n for x in m_0)\n",
        {SUBJECTS: MAIN, "m": ROWS, "m_0": "VALUES ('p', 2), ('q', 3)) AS t(id, n)"},
    ),
    "columns called as tables are within a step": (
        MARKS.format("ms").replace("h0 = best(u)\n", ""),
        {SUBJECTS: "VALUES ('p', 1), ('q', 1)) AS t(id, u)", "ms": "VALUES ('p', 1, true), ('q', 8, true)) AS t(id, n, b)"},
    ),
    "backslashes and quotes": (
        LIST.format("`a'c`").replace("n :", "`n\\b` :").replace("x.n", "x.`n\\b`").replace("+ n", "+ `n\\b`"),
        {SUBJECTS: MAIN.replace("n)", '"n\\b")'), "a'c": ROWS.replace("n)", '"n\\b")')},
    ),
    "an input called subjects": (
        "input subjects : count 0..9\ntiers A > B\ntier A if subjects > 5\ntier B otherwise\n",
        {SUBJECTS: MAIN.replace("n)", "subjects)")},
    ),
}  # fmt: skip


def written(tables: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Tables as Parquet files."""
    connection = duckdb.connect()
    return {
        name: write(connection, f"SELECT * FROM ({rows}", folder / f"{number}.parquet")
        for number, (name, rows) in enumerate(tables.items())
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("clash", CLASHES)
def test_engines_tell_them_apart(clash: str, engine: str, tmp_path: Path) -> None:
    """Every engine says what the interpreter says."""
    text, tables = CLASHES[clash]
    files = written(tables, tmp_path)
    main, scheme = files.pop(SUBJECTS), tierlang.loads(text)
    found = []
    for name in ("exact", engine):
        with scheme.rate_table(
            main, children=files, period="2024-01" if "assess" in text else None, engine=name
        ) as outcome:
            found.append([(r.id, r.status, r.tier, dict(r.values)) for r in outcome])
    assert found[0] == found[1]
    assert {row[1] for row in found[0]} == {"rated"}


@pytest.mark.parametrize("clash", CLASHES)
def test_statements_tell_them_apart(clash: str, server: tuple[str, Server], tmp_path: Path) -> None:
    """So does the statement on each server, and its checks find nothing."""
    (dialect, engine), (text, tables) = server, CLASHES[clash]
    scheme, form = tierlang.loads(text), DIALECTS[dialect]
    files = written(tables, tmp_path)
    names = {table: "providers" if table == SUBJECTS else table for table in tables}
    for table, path in files.items():
        engine.load(names[table], path)
    period = "2024-01" if "assess" in text else None
    found = lowered(scheme.prepare(period=period), form)
    main = files.pop(SUBJECTS)
    with scheme.rate_table(main, children=files, period=period, engine="exact") as outcome:
        wanted = [(r.id, r.status, r.tier) for r in outcome]
    assert sorted(row[:3] for row in engine.ask(statement_of(found, form, names))) == wanted
    assert engine.ask(checks_of(found, form, names)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("input x : count\ninput X : count\na = x - X\n", "`x`", "`X`"),
        ("input ID : count\na = ID\n", "`id`", "`ID`"),
        (LIST.format("shops") + "input Shops : list of r max 5\nc = sum(x.n for x in Shops)\n", "`shops`", "`Shops`"),
    ],
)  # fmt: skip
def test_capitals_in_statements(text: str, one: str, other: str, dialect: str) -> None:
    """What differs in capitals only is refused for engines to which it is one; elsewhere the statement has both."""
    form = DIALECTS[dialect]
    ready = tierlang.loads(text).prepare()
    if form.ignores_case:
        with pytest.raises(NotNative, match=f"{dialect} takes {one} and {other} for one name") as caught:
            statement_of(lowered(ready, form), form, {})
        assert caught.value.why.zh == f"{dialect} 把 {one} 与 {other} 当作同一个名称"
        return
    statement = statement_of(lowered(ready, form), form, {})
    assert other.strip("`") in statement


def test_a_series_and_an_input_in_one_column() -> None:
    """A column that two inputs would be read from is refused."""
    text = (
        "assess every month\ninput n : count by month\ninput `n@2024-01` : count\na = sum(n) + `n@2024-01`\n"
    )
    for form in DIALECTS.values():
        with pytest.raises(NotNative, match="takes `n@2024-01` and `n@2024-01` for one name"):
            lowered(tierlang.loads(text).prepare(period="2024-01"), form)


NUMBERED = "record r { `#` : count, z : count }\ninput rs : list of r max 5\nq = sum(i.z for i in rs)\n"


@pytest.mark.parametrize("engine", ["exact", *ENGINES])
@pytest.mark.parametrize("kind", ["frame", "file"])
def test_a_field_called_like_the_number_of_a_row(engine: str, kind: str, tmp_path: Path) -> None:
    """It takes no row's place."""
    main = pa.table({"id": ["a"]})
    rows = pa.table({"id": ["a", "a", "a"], "#": [9, 5, None], "z": [None, 1, None]})
    if kind == "file":
        pq.write_table(main, tmp_path / "m.parquet")
        pq.write_table(rows, tmp_path / "r.parquet")
    given = (tmp_path / "m.parquet", tmp_path / "r.parquet") if kind == "file" else (main, rows)
    with tierlang.loads(NUMBERED).rate_table(given[0], children={"rs": given[1]}, engine=engine) as outcome:
        (result,) = outcome
    assert str(result.values["q"]).count("rs[1].z") == 1
    assert "rs[3].z" in str(result.values["q"])
    assert "rs[2]" not in str(result.values["q"])


WIDE = {
    "clickhouse": ("number 0..1_000_000 step 0.01", "300000.00::DECIMAL(9, 2)"),
    "duckdb": ("number 0..100_000_000_000_000 step 0.001", "100000000000000.000::DECIMAL(18, 3)"),
    "postgres": ("number 0..100_000_000_000_000 step 0.001", "100000000000000.000::DECIMAL(18, 3)"),
}


def test_decimals_with_no_room(server: tuple[str, Server], tmp_path: Path) -> None:
    """A column of a type that just holds what is declared can be scaled."""
    dialect, engine = server
    kind, value = WIDE[dialect]
    files = written({SUBJECTS: f"VALUES ('p', {value})) AS t(id, x)"}, tmp_path)
    engine.load("subjects", files[SUBJECTS])
    form = DIALECTS[dialect]
    found = lowered(tierlang.loads(f"input x : {kind}\ny = x\n").prepare(), form)
    assert engine.ask(checks_of(found, form, {})) == []
    ((_, status, _, y),) = engine.ask(statement_of(found, form, {}))
    assert (status, int(y)) == ("rated", int(value.partition(":")[0].replace(".", "")))
