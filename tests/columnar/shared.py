"""One DuckDB for many small cases: opening one takes longer than most of them."""

import contextlib
from collections.abc import Iterator

from tierlang.columnar import opening, table


class Shared(opening.Workshop):
    """A workshop that stays open."""

    def close(self) -> None:
        """It stays open for the next case."""


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
