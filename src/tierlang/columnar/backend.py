"""What the columns need of an engine: to hold tables, to run statements, to give rows back."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from tierlang.columnar.bind import Table
from tierlang.columnar.query import Query

RESULT = "tier_result"
"""The table that holds the result of a run while it is read."""


class Backend(Protocol):
    """An engine with the tables of one run."""

    name: str

    def load(self, tables: Sequence[Table]) -> None:
        """Hold the tables of a run."""

    def compute(self, query: Query) -> None:
        """Compute a query over the tables, and hold its result as RESULT."""

    def rows(
        self, columns: Sequence[str], where: str = "", *, grouped: bool = False, ordered: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """
        Rows of the result.

        Args:
            where: a condition in SQL that all dialects share.
            grouped: one row for each combination of *columns*, with the least KEY after them.
            ordered: in order of KEY.
        """
