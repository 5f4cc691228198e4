"""What tests of engines share: one DuckDB for many small cases, and results that can be compared."""

import contextlib
from collections.abc import Iterator
from typing import Any

import attrs
import duckdb

from columnar.worlds import World
from tierlang.columnar import table
from tierlang.columnar.rating.backend import RESULT
from tierlang.columnar.reading import opening
from tierlang.data import read_subjects
from tierlang.run.result import Outcome, Result


def plain(result: Result) -> dict[str, Any]:
    """A result as a dict, with the types and the order of its values."""
    found = {f.name: getattr(result, f.name) for f in attrs.fields(type(result)) if f.name != "run"}
    return {**found, "values": [(name, type(value), value) for name, value in found["values"].items()]}


def interpreted(world: World) -> Outcome:
    """The interpreter's outcome of a world's files."""
    data = read_subjects(world.subjects, world.scheme.fields, tables=world.children)
    return world.scheme.rate(data.rows, period=world.period, place=data.place)


class Shared(opening.Workshop):
    """A workshop that stays open."""

    def close(self) -> None:
        """It stays open for the next case, which may make a view where this one made a table."""
        for kind in ("VIEW", "TABLE"):
            with contextlib.suppress(duckdb.CatalogException):
                self.connection.execute(f"DROP {kind} IF EXISTS {RESULT}")


_SHARED: dict[str, Shared] = {}


@contextlib.contextmanager
def one_workshop(engine: str = "auto") -> Iterator[None]:
    """Let every run of an engine in this context use the same connection."""
    if engine not in _SHARED:
        _SHARED[engine] = Shared(threads=1)
    before = table.Workshop
    table.Workshop = lambda *_: _SHARED[engine]  # type: ignore[assignment,misc]
    try:
        yield
    finally:
        table.Workshop = before  # type: ignore[misc]
