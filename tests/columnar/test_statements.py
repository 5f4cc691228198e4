"""`tier sql` and `tier plan`: statements that other engines run to the interpreter's results, and what is refused."""

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tierlang
from columnar.servers import ClickHouseServer, DuckDBServer, Server, has_postgres, postgres
from columnar.worlds import WORLDS, World, load
from tierlang.cli.main import main
from tierlang.columnar.cells import OPERATIONS
from tierlang.columnar.dialects import DIALECTS
from tierlang.columnar.statement import lowered, plan_of, statement_of
from tierlang.data import read_subjects

GOLDEN = Path(__file__).parent / "golden"
SHIPPED = {
    "1688": ("alibaba_1688/star_provider.tier", "alibaba_1688/overlays/illustration.tier", "FY2022"),
    "tmall_global": ("tmall_global/quarter.tier", "tmall_global/overlays/illustration.tier", "2017-Q3"),
    "star": ("tmall_global/star.tier", None, "2017-H1"),
    "douyin": ("douyin/industrial_belt.tier", "douyin/overlays/illustration.tier", "2023-08"),
    "tmall": ("tmall/star_provider.tier", "tmall/overlays/illustration.tier", "2022-H1"),
    "gbt_31526": ("gbt_31526/platform.tier", None, "2016"),
}


@pytest.fixture(scope="module", params=["duckdb", "clickhouse", "postgres"])
def server(request: Any) -> Iterator[tuple[str, Server]]:
    """Each engine whose statements are run; one that is not on this machine is skipped aloud."""
    name = request.param
    if name == "duckdb":
        yield name, DuckDBServer()
    elif name == "clickhouse":
        pytest.importorskip("chdb", reason="ClickHouse statements are not run: chdb is not installed")
        yield name, ClickHouseServer()
    elif not has_postgres():
        pytest.skip("PostgreSQL statements are not run: no server or no psycopg here")
    else:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            os.chmod(folder, 0o755)  # noqa: PTH101 - the server runs as somebody else
            with postgres(Path(folder)) as found:
                yield name, found


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
    statement = statement_of(lowered(made.scheme.prepare(period=made.period), form), form, {})
    found = {str(row[0]): row[1:4] for row in engine.ask(statement)}
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


def interpreted(world: World) -> tierlang.Outcome:
    """The interpreter's outcome."""
    data = read_subjects(world.subjects, world.scheme.fields, tables=world.children)
    return world.scheme.rate(data.rows, period=world.period)


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
        '"dw_shops"' in out and '"dw_providers"' in out and "-- five or more" in out and "-- Preview" in out
    )
    code, out, _ = run("plan", str(scheme))
    assert code == 0
    assert out.endswith("bits\n") and "gather shops by subject" in out


@pytest.mark.parametrize("command", ["plan", "sql"])
def test_refusals(command: str, tmp_path: Path) -> None:
    """What columns cannot say is refused, with the reason and the part; no half statement is printed."""
    scheme = tmp_path / "s.tier"
    scheme.write_text("input x : number\nmiddle = median(x)\n", encoding="utf-8")
    code, out, err = run(command, str(scheme))
    assert (code, out) == (1, "")
    assert "`median` is computed by the interpreter (in `middle`)" in err


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
    from tierlang.columnar import sql

    known = {*sql._BINARY, *sql._WINDOWS, *sql._AGGREGATES}
    assert known <= OPERATIONS
