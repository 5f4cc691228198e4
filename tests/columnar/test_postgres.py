"""Tables in PostgreSQL: read exactly or refused, written whole or not at all, and no password told."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tierlang
from columnar.servers import PostgresServer, has_postgres, postgres
from columnar.worlds import WORLDS, World
from tierlang.cli.main import main
from tierlang.data.addresses import without_password

pytestmark = pytest.mark.skipif(not has_postgres(), reason="no PostgreSQL here")


class Place:
    """A cluster, and addresses of its tables."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self.server = server
        self.folder = folder

    def table(self, name: str) -> str:
        """The address of a table."""
        return f"postgresql://tier@/postgres?host={self.folder}&table={name}"

    def do(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement; its rows, if it has any."""
        cursor = self.server.connection.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A cluster of this module's own; its folder is none of pytest's, which other users may not enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postgres(folder) as server:
            yield Place(server, folder)


def run(*argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command line."""
    out, err = io.StringIO(), io.StringIO()
    code = main([*argv, "--lang", "en"], out, err, {})
    return code, out.getvalue(), err.getvalue()


SCHEME = """
input x : number
input name : text
input since : date
input good : bool
tiers A > B
tier A if x >= 1.5 and good
tier B otherwise
"""


def refused(place: Place, columns: str, values: str, scheme: str = SCHEME) -> str:
    """The code with which a table is refused."""
    place.do(f"DROP TABLE IF EXISTS t; CREATE TABLE t ({columns}); INSERT INTO t VALUES {values}")
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(scheme).rate_table(place.table("t"), engine="duckdb")
    assert caught.value.diagnostics[0].place is not None
    return caught.value.diagnostics[0].code


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_results_as_from_files(name: str, place: Place, tmp_path: Path) -> None:
    """Subjects and child rows by key, in tables of the database."""
    world: World = WORLDS[name](80, tmp_path)
    place.server.load("subjects", world.subjects)
    for child, path in world.children.items():
        place.server.load(child, path)
    with world.scheme.rate_table(world.subjects, children=world.children, period=world.period) as outcome:
        wanted = list(outcome)
    children = {child: place.table(child) for child in world.children}
    with world.scheme.rate_table(place.table("subjects"), children=children, period=world.period) as outcome:
        assert list(outcome) == wanted


def test_values_arrive_as_they_are(place: Place) -> None:
    """Texts of every sort, decimals of every declaration, days, truth values, NULL; a name of its own schema."""
    place.do('CREATE SCHEMA IF NOT EXISTS "odd.one"; DROP TABLE IF EXISTS "odd.one"."t ""1"" x"')
    place.do(
        'CREATE TABLE "odd.one"."t ""1"" x" (id varchar(9) PRIMARY KEY, x numeric, name text, since date, good boolean)'
    )
    texts = ["a,b", 'say "x"', "back\\slash", "\\N", "银 牌", "null and void", " spaced "]
    for number, text in enumerate(texts):
        place.server.connection.execute(
            'INSERT INTO "odd.one"."t ""1"" x" VALUES (%s, %s, %s, %s, %s)',
            [f"p{number}", f"{number}.{'0' * number}1", text, "2024-02-29", number % 2 == 0],
        )
    place.do('INSERT INTO "odd.one"."t ""1"" x" (id) VALUES (\'q\')')
    scheme = tierlang.loads(
        "input x : number\ninput name : text\ninput since : date\ninput good : bool\n"
        "y = x * 2\nwho = name\nday = since\ntiers A > B\ntier A if good\ntier B otherwise\n"
    )
    address = place.table("%22odd.one%22.%22t+%22%221%22%22+x%22")
    with scheme.rate_table(address, engine="duckdb") as outcome:
        found = list(outcome)
    rows = [
        {"id": row[0], "x": row[1], "name": row[2] and row[2].strip(), "since": row[3], "good": row[4]}
        for row in place.do('SELECT * FROM "odd.one"."t ""1"" x" ORDER BY id')
    ]
    wanted = scheme.rate(rows)
    assert [(r.id, r.tier, dict(r.values)) for r in found] == [
        (r.id, r.tier, dict(r.values)) for r in wanted.results
    ]


@pytest.mark.parametrize(
    ("columns", "values", "code"),
    [
        ("id text, x double precision", "('a', 1.5)", "E-DATA-FLOAT"),
        ("id text, x real", "('a', 1.5)", "E-DATA-FLOAT"),
        ("id text, x numeric", "('a', 'NaN')", "E-DATA-DATABASE"),
        ("id text, x numeric", "('a', 1e38), ('b', 0.1)", "E-DATA-DATABASE"),
        ("id text, x numeric(30, 2)", "('a', 'NaN')", "E-DATA-DATABASE"),
        ("id text, x timestamptz", "('a', now())", "E-ENGINE"),
        ("id text, x integer[]", "('a', '{1}')", "E-ENGINE"),
        ("id text, x numeric, z text", "('a', 1, 'b')", "E-DATA-COLUMN"),
        ("who text, x numeric", "('a', 1)", "E-DATA-COLUMN"),
        ("id text, x numeric", "('a', 1), ('a', 2)", "E-DATA-ID-TWICE"),
        ("id text, x numeric", "(NULL, 1)", "E-DATA-ID"),
    ],
)
def test_what_is_not_exact_is_refused(columns: str, values: str, code: str, place: Place) -> None:
    """Floats, numbers without end, clock times, lists; unknown columns; ids that are none."""
    assert refused(place, columns, values) == code


@pytest.mark.parametrize(
    ("name", "told"),
    [("nowhere", "nowhere"), ("a.b.c", "which table"), ("", "which table"), ('"open', "which table")],
)
def test_addresses_that_are_none(name: str, told: str, place: Place) -> None:
    """A table that is not there, and names that are none."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.loads(SCHEME).rate_table(place.table(name), engine="duckdb")
    assert caught.value.diagnostics[0].code == "E-DATA-DATABASE"
    assert told in str(caught.value)


@pytest.mark.parametrize("kind", ["smallint", "integer", "bigint", "text"])
def test_ids_keep_their_type(kind: str, place: Place) -> None:
    """A table of results can be joined with that of the subjects as they are."""
    place.do(
        f"DROP TABLE IF EXISTS given, results; CREATE TABLE given (id {kind} PRIMARY KEY, x numeric(6, 2))"
    )
    place.do("INSERT INTO given VALUES (9, 1.5), (10, 2)")
    with tierlang.loads(SCHEME).rate_table(place.table("given"), engine="duckdb") as outcome:
        outcome.write(place.table("results"))
    found = place.do(
        "SELECT g.id, pg_typeof(r.id)::text FROM given AS g JOIN results AS r ON r.id = g.id ORDER BY g.x"
    )
    assert [(str(id_), named) for id_, named in found] == [("9", kind), ("10", kind)]


def test_written_whole_or_not_at_all(place: Place, tmp_path: Path) -> None:
    """A table of results; a second time it is refused, or replaced where that is asked for."""
    world = WORLDS["tmall_global"](60, tmp_path)
    place.do("DROP TABLE IF EXISTS stars")
    with world.scheme.rate_table(world.subjects, children=world.children, period=world.period) as outcome:
        outcome.write(place.table("stars"))
        arrow = outcome.to_arrow()
        with pytest.raises(tierlang.DiagnosticError, match="there already"):
            outcome.write(place.table("stars"))
        outcome.write(place.table("stars"), replace=True)
        place.do("CREATE VIEW shown AS SELECT * FROM stars")
        with pytest.raises(tierlang.DiagnosticError, match="depend"):
            outcome.write(place.table("stars"), replace=True)
        place.do("DROP VIEW shown")
        outcome.write(place.table("stars"), columns=["tier"], replace=True)
        assert len(place.do("SELECT tier FROM stars")) == 60
        outcome.write(place.table("stars"), replace=True)
    names = ", ".join(f'"{name}"' for name in arrow.column_names)
    found = place.do(f"SELECT {names} FROM stars ORDER BY id")
    assert found == [tuple(row.values()) for row in arrow.to_pylist()]


def test_the_command_line(place: Place, tmp_path: Path) -> None:
    """In and out of a database; explanations too."""
    scheme = tmp_path / "s.tier"
    scheme.write_text(
        "input x : number\ntiers A > B\ntier A if x >= 1.5\ntier B otherwise\n", encoding="utf-8"
    )
    place.do("DROP TABLE IF EXISTS given; CREATE TABLE given (id text, x numeric)")
    place.do("INSERT INTO given VALUES ('a', 1.5), ('b', 1.49), ('c', NULL)")
    place.do("DROP TABLE IF EXISTS results")
    words = ["rate", str(scheme), "--data", place.table("given")]
    for engine in ("exact", "duckdb"):
        code, out, err = run(*words, "--engine", engine, "--out", place.table("results"), "--replace")
        assert code == 0, err
        assert "3 subjects" in out
        assert place.do("SELECT id, status, tier, causes FROM results ORDER BY 1") == [
            ("a", "rated", "A", []),
            ("b", "rated", "B", []),
            ("c", "undetermined", None, ["missing x"]),
        ]
    code, _, err = run(*words, "--out", place.table("results"))
    assert (code, "there already" in err, "--replace" in err) == (2, True, True)
    code, out, _ = run("explain", *words[1:], "--id", "b")
    assert (code, "off by 0.01" in out) == (0, True)


@pytest.mark.parametrize(
    "argv",
    [
        ["--data", "postgresql://me:se%40cret@127.0.0.1:1/db?table=t"],
        ["--data", "postgresql://me:se@cret/x@127.0.0.1:1/db?table=t"],
        ["--data", "postgresql://me:secret@127.0.0.1:1/db"],
        ["--data", "postgresql://127.0.0.1:1/db?table=t&password=secret"],
        ["--data", "postgresql://me:secret@[::1/db?table=t"],
        ["--data", "d.csv", "--table", "postgresql://me:secret@127.0.0.1:1/db?table=t"],
        ["--data", "d.csv", "--out", "postgresql://me:secret@127.0.0.1:1/db?table=t"],
        ["--data", "postgresql://me:secret@127.0.0.1:1/db?table=t", "--missing-as", "-"],
        ["--data", "postgresql://me:secret@127.0.0.1:1/db?nonsense=t&table=t"],
        ["--data", "postgresql://me:secret@127.0.0.1:1/%zz?table=t"],
    ],
)
def test_no_password_is_told(argv: list[str], tmp_path: Path) -> None:
    """Whatever goes wrong, on the command line or in the driver."""
    scheme = tmp_path / "s.tier"
    scheme.write_text(
        "input x : number\ntiers A > B\ntier A if x >= 1.5\ntier B otherwise\n", encoding="utf-8"
    )
    code, out, err = run("rate", str(scheme), *argv)
    assert code in {1, 2}, err
    assert err
    assert "cret" not in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("postgresql://a:b@c/d?table=e", "postgresql://a@c/d?table=e"),
        ("postgres://a:b:c@d@e/f", "postgres://a@e/f"),
        ("postgresql://c/d?password=x&table=e", "postgresql://c/d?password=***&table=e"),
        ("say postgresql://a:b@c and postgresql://d:e@f", "say postgresql://a@c and postgresql://d@f"),
        ("nothing", "nothing"),
    ],
)
def test_addresses_as_told(text: str, told: str) -> None:
    """Without passwords."""
    assert without_password(text) == told
