"""What the columns need of an engine: to hold tables, to run statements, to give rows back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Cell
from tierlang.columnar.columns.numbers import Num
from tierlang.columnar.columns.relation import Relation
from tierlang.columnar.lowering.bind import Table
from tierlang.columnar.lowering.query import Query
from tierlang.columnar.sql.writer import Writer

if TYPE_CHECKING:
    from tierlang.columnar.rating.rate import Rating

RESULT = "tier_result"
"""The table that holds the result of a run while it is read, or the view that computes it."""
Reading: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Gives who is in charge of a step that may read the files of a run again, and refuses what has become of them."""

ROWS = "rows"
"""The column with the marks of child rows, where an engine makes them out."""


@attrs.frozen
class Forms:
    """
    What results need of SQL that dialects write differently.

    Attributes:
        text: the type of texts.
        listed: a list of the texts in {0} that are not NULL; *nothing* is an empty one.
        bit: whether bit {1} of {0} is set.
        same: whether {0} and {1} are equal, or both NULL.
    """

    text: str
    listed: str
    nothing: str
    bit: str
    same: str


class Holder(Protocol):
    """What holds the results of a run until it is closed."""

    def headings(self, select: str) -> Sequence[str]:
        """The names of the columns of results."""

    def counts(self, select: str) -> Iterable[tuple[str, str | None, int]]:
        """How many results have each status and level."""

    def frame(self, select: str, kind: str) -> Any:
        """Results as a table of ``arrow``, or a frame of ``polars``, ``pandas`` or ``spark``."""

    def write(
        self,
        select: str,
        target: Path | str,
        *,
        ordered: bool,
        replace: bool = False,
        told: Callable[[float], None] | None = None,
    ) -> None:
        """
        Write results, as a whole or not at all.

        Args:
            replace: put them in the place of a table in a database that is there.
            told: hears how far it is, in percent.

        Raises:
            DiagnosticError: it cannot be done there.
        """

    def close(self) -> None:
        """Let them go."""


class Backend(Protocol):
    """
    An engine with the tables of one run.

    Attributes:
        writer: of its dialect; *forms* is what else is written in it.
        keeps_alone: whether what is said of those for whom causes depend on data is all kept in memory.
    """

    name: str
    writer: Writer
    forms: Forms
    keeps_alone: bool

    @property
    def holds(self) -> bool:
        """Whether the result is held; else it is computed from the tables whenever it is read."""

    @property
    def source(self) -> str:
        """What gives the result, after FROM; with ROWS where `mark_rows` has made them out."""

    def load(self, tables: Sequence[Table]) -> None:
        """Hold the tables of a run."""

    def store(self, table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Hold what the interpreter has computed for every subject; the columns are ``c0``, ``c1`` …"""

    def join(self, table: str, cells: Sequence[tuple[Cell, str]]) -> None:
        """Add columns to the scan of the subjects; what is selected for each is said in columns of *table*, ``g``."""

    def read(self, relation: Relation, cells: Sequence[Cell]) -> Iterator[tuple[Any, ...]]:
        """The id of every subject, and what some cells of it hold."""

    def compute(self, query: Query) -> None:
        """Compute a query over the tables; its result is RESULT."""

    @property
    def scans(self) -> Mapping[str, str]:
        """By relation the SELECT that gives its rows."""

    def hold(self, table: str, text_of: Callable[[Writer], str]) -> str:
        """Hold what a statement gives, which may be written twice, for other sizes of integers; returns what stands after FROM."""

    def ask(self, text: str) -> Sequence[tuple[Any, ...]]:
        """All rows of a small result of a statement over what is held."""

    def mark_rows(self, query: Query) -> bool:
        """Make out the marks of child rows of those for whom causes depend on data; False where it cannot be done."""

    def tell(self, name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> str:
        """
        Hold what the interpreter has said.

        Args:
            columns: names, and kinds: ``text``, ``texts``, ``bool`` or ``int``.

        Returns:
            what stands after FROM.
        """

    def who(self, ids: Sequence[str]) -> str:
        """A condition: the subject is one of some."""

    def decimal(self, text: str, scale: int, places: int, digits: int) -> str:
        """A scaled integer as a decimal with some places and digits, which are enough for it."""

    def quotient(self, value: Num, cells: Sequence[Cell], places: int) -> tuple[str | None, str]:
        """
        A quotient as a decimal with some places, rounded half to even; and where that is rounded, as a text in lowest terms.

        Args:
            cells: the columns of numerator and denominator.

        Returns:
            None for the decimal where none holds it.
        """

    def totals(self, texts: Sequence[str], where: str = "") -> tuple[Any, ...]:
        """What some aggregates, in SQL that all dialects share, are over the rows of the result for which a condition holds."""

    def rows(
        self, columns: Sequence[str], where: str = "", *, grouped: bool = False, ordered: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """
        Rows of the result.

        Args:
            columns: their names.
            where: a condition in SQL that all dialects share.
            grouped: one row for each combination of *columns*, with the least KEY after them.
            ordered: in order of KEY.
        """


def totals_text(source: str, texts: Sequence[str], where: str) -> str:
    """The statement for `Backend.totals`; *source* is what holds the result."""
    return f"SELECT {', '.join(texts)} FROM {source}" + (f" WHERE {where}" if where else "")


@runtime_checkable
class Writes(Protocol):
    """A backend that tells and writes some results by itself."""

    def counts(self, rating: "Rating") -> Iterable[tuple[str, str | None, int]] | None:
        """How many results have each status and level; None where it does not tell."""

    def write(
        self, rating: "Rating", target: Path | str, columns: Sequence[str] | None, *, ordered: bool
    ) -> bool:
        """
        Write results, as `Holder.write` does.

        Args:
            columns: those that are wanted; None for all.

        Returns:
            False where it is not a file, or are no columns, that it writes.
        """
