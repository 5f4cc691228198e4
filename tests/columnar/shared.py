"""One DuckDB for many small cases: opening one takes longer than most of them."""

import contextlib
from collections.abc import Iterator

from tierlang.columnar import opening, table


class Shared(opening.Workshop):
    """A workshop that stays open."""

    def close(self) -> None:
        """It stays open for the next case."""


_SHARED: list[Shared] = []


@contextlib.contextmanager
def one_workshop() -> Iterator[None]:
    """Let every run in this context use the same connection."""
    if not _SHARED:
        _SHARED.append(Shared(threads=1))
    before = table.Workshop
    table.Workshop = lambda *_: _SHARED[0]  # type: ignore[assignment,misc]
    try:
        yield
    finally:
        table.Workshop = before  # type: ignore[misc]
