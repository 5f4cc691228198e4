"""The same statement on other engines: tables in, rows of id, status, tier and `needs_interpreter` out."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import duckdb

Rows = list[tuple[Any, ...]]


class Server(Protocol):
    """An engine that runs statements."""

    def load(self, name: str, parquet: str) -> None:
        """A table from a file."""

    def ask(self, statement: str) -> Rows:
        """The rows of a statement."""


class DuckDBServer:
    """DuckDB."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def load(self, name: str, parquet: str) -> None:
        """A table from a file."""
        self.connection.execute(f"CREATE OR REPLACE TABLE \"{name}\" AS SELECT * FROM '{parquet}'")

    def ask(self, statement: str) -> Rows:
        """The rows of a statement."""
        return self.connection.execute(statement).fetchall()


class ClickHouseServer:
    """ClickHouse, embedded."""

    def __init__(self) -> None:
        from chdb import session

        self.session = session.Session()
        self.session.query("CREATE DATABASE IF NOT EXISTS tier ENGINE = Atomic")
        self.session.query("USE tier")

    def load(self, name: str, parquet: str) -> None:
        """A table from a file."""
        self.session.query(f'DROP TABLE IF EXISTS "{name}"')
        text = f"CREATE TABLE \"{name}\" ENGINE = Memory AS SELECT * FROM file('{parquet}', Parquet)"
        self.session.query(text)

    def ask(self, statement: str) -> Rows:
        """The rows of a statement."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out.parquet"
            self.session.query(f"{statement} INTO OUTFILE '{path}' FORMAT Parquet")
            return duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall()


class PostgresServer:
    """PostgreSQL on this machine."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def load(self, name: str, parquet: str) -> None:
        """A table from a file."""
        source = duckdb.connect()
        columns = source.execute(f"DESCRIBE SELECT * FROM '{parquet}'").fetchall()
        declared = ", ".join(f'"{column[0]}" {column[1]}' for column in columns)
        self.connection.execute(f'DROP TABLE IF EXISTS "{name}"')
        self.connection.execute(f'CREATE TABLE "{name}" ({declared})')
        rows = source.execute(f"SELECT * FROM '{parquet}'").fetchall()
        with self.connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def ask(self, statement: str) -> Rows:
        """The rows of a statement."""
        found: Rows = self.connection.execute(statement).fetchall()
        return found


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresServer]:
    """A cluster of its own, gone afterwards."""
    import psycopg

    tools = max(Path("/usr/lib/postgresql").glob("*/bin"))
    data = folder / "data"
    data.mkdir()
    as_other: Sequence[str] = ()
    if os.geteuid() == 0:  # the server refuses to be root
        shutil.chown(folder, "nobody")
        shutil.chown(data, "nobody")
        as_other = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}

    def call(tool: str, *words: str) -> None:
        command = [*as_other, str(tools / tool), "-D", str(data), *words]
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder)

    call("initdb", "-U", "tier", "-A", "trust", "--locale=C", "-E", "UTF8")
    call(
        "pg_ctl",
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        f"-c listen_addresses='' -k {folder} -c fsync=off",
        "start",
    )
    try:
        with psycopg.connect(host=str(folder), user="tier", dbname="postgres", autocommit=True) as connection:
            yield PostgresServer(connection)
    finally:
        with suppress(subprocess.CalledProcessError):  # it may have gone by itself
            call("pg_ctl", "-m", "immediate", "stop")


def has_postgres() -> bool:
    """Whether this machine can run a cluster."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) and (
        os.geteuid() != 0 or shutil.which("setpriv") is not None
    )
