"""What several tests of the columns need."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from columnar.servers import ClickHouseServer, DuckDBServer, Server, has_postgres, postgres


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
