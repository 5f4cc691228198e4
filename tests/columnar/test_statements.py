"""`tier sql` and `tier plan`: statements that other engines run to the interpreter's results, and what is refused."""

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

import tierlang
from columnar.servers import Server
from columnar.shared import interpreted
from columnar.worlds import WORLDS, World, load, write
from tierlang.cli.main import main
from tierlang.columnar.columns.cells import OPERATIONS, Beyond
from tierlang.columnar.sql.dialects import DIALECTS
from tierlang.columnar.warehouse.statement import checks_of, lowered, plan_of, statement_of
from tierlang.examples import _with_environment

GOLDEN = Path(__file__).parent / "golden"
SHIPPED = {
    "1688": ("alibaba_1688/star_provider.tier", "alibaba_1688/overlays/illustration.tier", "FY2022"),
    "tmall_global": ("tmall_global/quarter.tier", "tmall_global/overlays/illustration.tier", "2017-Q3"),
    "star": ("tmall_global/star.tier", None, "2017-H1"),
    "douyin": ("douyin/industrial_belt.tier", "douyin/overlays/illustration.tier", "2023-08"),
    "tmall": ("tmall/star_provider.tier", "tmall/overlays/illustration.tier", "2022-H1"),
    "gbt_31526": ("gbt_31526/platform.tier", None, "2016"),
}


@pytest.mark.parametrize("world", WORLDS)
def test_statements_give_the_interpreters_results(
    world: str, server: tuple[str, Server], tmp_path: Path
) -> None:
    """Of everybody of whom all is known; the others, and no more than they, are left to the interpreter."""
    dialect, engine = server
    made = WORLDS[world](160, tmp_path)
    engine.load("subjects", made.subjects)
    for name, path in made.children.items():
        engine.load(name, path)
    form = DIALECTS[dialect]
    check_statement(
        made, engine.ask(statement_of(lowered(made.scheme.prepare(period=made.period), form), form, {}))
    )


def check_statement(made: World, rows: Iterable[tuple[Any, ...]]) -> None:
    """The rows of a statement say what the interpreter says, or that it must be asked."""
    found = {str(row[0]): row[1:4] for row in rows}
    wanted = interpreted(made)
    assert found.keys() == {result.id for result in wanted.results}
    for result in wanted.results:
        status, *middle, left = found[result.id] if len(made.scheme.levels) else (*found[result.id], None)
        if bool(left):
            assert status is None
            continue
        assert (status, middle[0]) == (result.status, result.tier)
    open_ = {result.id for result in wanted.results if result.status == "undetermined"}
    assert open_ <= {id_ for id_, row in found.items() if row[2]}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_statements_parse(name: str, dialect: str) -> None:
    """Every dialect's own parser takes the statements of all published schemes, and finds no float in them."""
    sqlglot = pytest.importorskip("sqlglot")
    form = DIALECTS[dialect]
    statement = statement_of(lowered(prepared(name), form), form, {})
    parsed = sqlglot.parse(statement, read=dialect)
    assert len(parsed) == 1
    assert not list(parsed[0].find_all(sqlglot.exp.Avg, sqlglot.exp.Round, sqlglot.exp.Filter))
    types = {found.this for found in parsed[0].find_all(sqlglot.exp.DataType)}
    assert not types & {sqlglot.exp.DataType.Type.DOUBLE, sqlglot.exp.DataType.Type.FLOAT}


def prepared(name: str) -> Any:
    """A published scheme, ready for its period."""
    path, overlay, period = SHIPPED[name]
    return load(path, *([overlay] if overlay else [])).prepare(period=period)


@pytest.mark.parametrize("name", SHIPPED)
def test_plans(name: str) -> None:
    """The plan and the statement of every published scheme stand in a golden file (TIER_ACCEPT=1 rewrites it)."""
    found = lowered(prepared(name))
    text = plan_of(found) + "\n" + statement_of(found, DIALECTS["duckdb"], {})
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("TIER_ACCEPT"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def run(*argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command line."""
    out, err = io.StringIO(), io.StringIO()
    return main([*argv, "--lang", "en"], out, err, {}), out.getvalue(), err.getvalue()


def test_commands(tmp_path: Path) -> None:
    """`tier plan` and `tier sql` print what the library gives; tables are called as asked."""
    scheme = tmp_path / "s.tier"
    scheme.write_text(
        'record shop { staff : count }\ninput shops : list of shop max 9\n@cite(text: "five or more")\nstaff = sum(s.staff for s in shops)\n'
        "tiers A > B\ntier A if staff >= 5\ntier B otherwise\n",
        encoding="utf-8",
    )
    code, out, _ = run(
        "sql", str(scheme), "--dialect", "snowflake", "--rows", "shops=dw_shops", "--subjects", "dw_providers"
    )
    assert code == 0
    assert (
        '"dw_shops"' in out and '"dw_providers"' in out and "-- “five or more”" in out and "-- Preview" in out
    )
    code, out, _ = run("plan", str(scheme))
    assert code == 0
    assert out.endswith("bits\n") and "gather shops by subject" in out


@pytest.mark.parametrize("command", ["plan", "sql"])
def test_refusals(command: str, tmp_path: Path) -> None:
    """What columns cannot say is refused, with the reason and the part; no half statement is printed. A plan tells of it."""
    scheme = tmp_path / "s.tier"
    scheme.write_text("input x : number\nwidth = stddev(x)\n", encoding="utf-8")
    code, out, err = run(command, str(scheme))
    assert (code, out == "") == ((1, True) if command == "sql" else (0, False))
    assert "`stddev` over the cohort is computed by the interpreter (in `width`)" in (err or out)


def test_an_expression_of_the_interpreter(tmp_path: Path) -> None:
    """A plan says which one it is and why; a statement for a warehouse cannot have one."""
    scheme = tmp_path / "s.tier"
    scheme.write_text("input x : number\nlength = sqrt(x)\nplace_of = place(length)\n", encoding="utf-8")
    code, out, _ = run("plan", str(scheme))
    assert code == 0
    assert "  given_0 : because `sqrt` is computed by the interpreter (in `length`)\n" in out
    assert 'rank() OVER (ORDER BY "given_0" DESC NULLS LAST)' in out
    code, out, err = run("sql", str(scheme))
    assert (code, out) == (1, "")
    assert "`sqrt` is computed by the interpreter (in `length`)" in err


def test_wide_numbers_are_refused_by_dialects_that_do_not_check_them(tmp_path: Path) -> None:
    """Spark has no integer of 128 bits that is checked: a product that may need one is refused."""
    scheme = tmp_path / "s.tier"
    scheme.write_text("input x : number\ninput y : number\nbig = x * y * x * y >= 5\n", encoding="utf-8")
    assert run("sql", str(scheme))[0] == 0
    code, out, err = run("sql", str(scheme), "--dialect", "spark")
    assert (code, out) == (1, "")
    assert "128 bits" in err


def test_every_operation_is_written() -> None:
    """The list of operations is what the writer knows."""
    from tierlang.columnar.sql import writer as sql

    known = {*sql._BINARY, *sql._WINDOWS, *sql._AGGREGATES}
    assert known <= OPERATIONS


SCHEMES = sorted(
    path for path in (Path(__file__).parents[2] / "schemes").rglob("*.tier") if path.parent.name != "overlays"
)
NEVER_RUN = ("bigquery", "snowflake", "trino")


def of_example(path: Path) -> Any:
    """A published scheme, ready for the period and with the parameters of its first example; None without one."""
    scheme = tierlang.load(path)
    example = next(iter(scheme.checked.examples), None)
    if example is None:
        return None
    period = example.period if scheme.checked.assessment.unit is not None else None
    return _with_environment(scheme, example).prepare(period=period)


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_published_scheme_parses(path: Path) -> None:
    """What columns can say of it is one statement, and its checks another, to the parsers of dialects that are not run."""
    sqlglot = pytest.importorskip("sqlglot")
    ready = of_example(path)
    for name in NEVER_RUN:
        form = DIALECTS[name]
        assert not form.executed
        try:
            found = lowered(ready, form)
            statements = [statement_of(found, form, {})]
            if name == NEVER_RUN[0]:  # the parser takes half a second for each thousand columns
                statements.append(checks_of(found, form, {}))
        except Beyond as reason:
            assert str(reason)
            continue
        for statement in statements:
            assert len(sqlglot.parse(statement, read=name)) == 1
            assert "Preview" in statement


def test_days_and_levels_are_shown_as_such(server: tuple[str, Server], tmp_path: Path) -> None:
    """A statement gives dates and the names of levels, not their numbers."""
    dialect, engine = server
    scheme = tierlang.loads(DAYS)
    rows = (
        "SELECT * FROM (VALUES ('a', DATE '2024-01-31', 'LOW'), ('b', NULL, NULL)) AS t(id, opened, before)"
    )
    engine.load("subjects", write(duckdb.connect(), rows, tmp_path / "s.parquet"))
    form = DIALECTS[dialect]
    found = sorted(engine.ask(statement_of(lowered(scheme.prepare(period="2024"), form), form, {})))
    assert [(row[0], row[1], str(row[4]), *row[5:7], str(row[7]), row[8]) for row in found] == [
        ("a", "rated", "2024-02-29", "HIGH", "HIGH", "2024-02-29", 29),
        ("b", None, "None", None, None, "None", None),
    ]
    names = (
        "better_value",
        "status_value",
    )  # what is called like another column but for capitals, or like one of ours
    statement = statement_of(lowered(scheme.prepare(period="2024"), form), form, {})
    assert all(
        f"AS {form.quote}{name}{form.quote}" in statement.replace("Better", "better") for name in names
    )


DAYS = """
assess every year
input opened : date
input before : tier
tiers HIGH > LOW
tier HIGH if present(opened)
tier LOW otherwise
later = add_months(opened, 1)
better = above(before)
again = better
Better = later
status = days_between(opened, later)
"""


def test_child_rows_of_two_kinds(server: tuple[str, Server], tmp_path: Path) -> None:
    """Two lists, one of them looked at beside values of the subject; whoever has no rows has no greatest value."""
    dialect, engine = server
    scheme = tierlang.loads(LISTS)
    tables = {
        "subjects": "VALUES ('a', 1), ('b', NULL)) AS t(id, bar)",
        "stores": "VALUES ('a', 3), ('a', NULL)) AS t(id, v)",
        "visits": "VALUES ('b', 2)) AS t(id, n)",
    }
    for name, rows in tables.items():
        engine.load(name, write(duckdb.connect(), f"SELECT * FROM ({rows}", tmp_path / f"{name}.parquet"))
    form = DIALECTS[dialect]
    found = sorted(engine.ask(statement_of(lowered(scheme.prepare(), form), form, {})))
    assert [(row[0], row[2], bool(row[3])) for row in found] == [("a", "A", False), ("b", None, True)]


LISTS = """
record store { v : count missing 0 }
record visit { n : count }
input bar : count missing 2
input stores : list of store max 4
input visits : list of visit max 4
best = max(s.v for s in stores)
over_bar = count(s for s in stores if s.v > bar)
visited = sum(v.n for v in visits)
tiers A > B
tier A if best >= 0 and over_bar + visited <= 9
tier B otherwise
"""


def test_only_what_is_read() -> None:
    """A period that no rule reads is no column of the statement, of its checks, nor of the plan."""
    text = (
        "assess every month over last 3 months\ninput sold : count by month\ninput met : count by month\n"
        "x = sum(sold, over: last 2 months)\ny = sum(met)\n"
    )
    form = DIALECTS["duckdb"]
    found = lowered(tierlang.loads(text).prepare(period="2023-08"), form)
    for said in (statement_of(found, form, {}), checks_of(found, form, {}), plan_of(found)):
        assert "met@2023-05" in said
        assert "sold@2023-06" in said
        assert "sold@2023-05" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rows", "nope=k"), "the scheme has no list `nope`"),
        (("--rows", "shop=k"), "its lists: `shops`"),
        (("--subjects", ""), "`` is no name of a table"),
        (("--subjects", "sch."), "`sch.` is no name of a table"),
        (("--rows", "shops=a..b"), "a table is named `table` or `schema.table`"),
    ],
)
def test_names_of_tables(words: tuple[str, str], said: str, tmp_path: Path) -> None:
    """What is no list of the scheme, and no name of a table, is refused as a wrong command line."""
    scheme = tmp_path / "s.tier"
    text = "record r { n : count }\ninput shops : list of r max 5\nb = sum(x.n for x in shops)\n"
    scheme.write_text(text, encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    assert main(["sql", str(scheme), *words, "--lang", "en"], out, err, {}) == 2
    assert said in err.getvalue()
    assert out.getvalue() == ""
