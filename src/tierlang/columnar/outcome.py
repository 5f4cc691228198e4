"""The results of one run by an engine: gone through, looked up, counted, explained and written, however many there are."""

import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar, cast

from tierlang import quickattrs as attrs
from tierlang.columnar.rating.backend import Holder, Writes
from tierlang.columnar.rating.rate import Rating
from tierlang.columnar.reading.frames import like
from tierlang.columnar.reading.opening import Workshop
from tierlang.columnar.reading.trouble import as_refusal
from tierlang.columnar.whole import Whole
from tierlang.data.addresses import is_address
from tierlang.diagnostics.model import nearest, quoted, refusal
from tierlang.run.result import Outcome, Result
from tierlang.said import Said

Progress: TypeAlias = Callable[[int, int], None]
_Method = TypeVar("_Method", bound=Callable[..., Any])


def _one_at_a_time(method: _Method) -> _Method:
    """Let threads that ask one outcome wait for each other: it has one connection."""

    @functools.wraps(method)
    def alone(self: "TableOutcome", *args: Any, **options: Any) -> Any:
        with self._alone:
            self._rating.refuse_closed()
            return method(self, *args, **options)

    return cast(_Method, alone)


@attrs.define(eq=False)
class TableOutcome:
    """
    The results of one run by an engine, held by it until `close`.

    Where each follows from one row of a single Parquet file, they are computed from that when they are asked for: it must stay.
    Threads that ask one outcome wait for each other; explaining results is for one thread at a time. Of one that is closed
    nothing can be asked any more: a ValueError says so.

    Attributes:
        engine: which one computed: ``duckdb``, ``polars``, ``spark`` or ``exact``.
        header: scheme, period and cohort as JSON data.
        warnings: what concerns the whole cohort.
        size: how many subjects there are.
        reason: what the interpreter computed and why, where an engine was wished for.
        absent: inputs of which no row has a value, as far as an engine has read the tables.
        left_out: the ids of those who are in no cohort, because it is not known whether they are eligible.
    """

    engine: str
    header: Mapping[str, Any]
    warnings: tuple[str, ...]
    size: int
    reason: Said | None
    absent: Sequence[str]
    left_out: Sequence[str]
    _rating: Rating | Whole = attrs.field(repr=False)
    _holder: Holder = attrs.field(repr=False)
    _given: object = attrs.field(default=None, repr=False)
    _alone: threading.RLock = attrs.field(factory=threading.RLock, repr=False)

    @classmethod
    def of_columns(cls, rating: Rating, holder: Holder) -> Self:
        """The outcome of a finished rating."""
        size, warnings = rating.bound.members, rating.warnings
        cohort = {"size": size, "eligible": rating.eligible_count(), "warnings": list(warnings)}
        return cls(
            engine=rating.backend.name,
            header={**rating.prepared.header, "cohort": cohort},
            warnings=warnings,
            size=size,
            reason=rating.reason,
            absent=rating.bound.absent,
            left_out=rating.undecided,
            rating=rating,
            holder=holder,
        )

    @classmethod
    def of_interpreter(cls, whole: Whole, holder: Holder, reason: Said | None) -> Self:
        """The outcome of the interpreter; *reason* why it was not the engine that was wished for."""
        outcome = whole.outcome
        return cls(
            engine="exact",
            header=outcome.header,
            warnings=outcome.warnings,
            size=len(outcome.results),
            reason=reason,
            absent=(),
            left_out=[result.id for result in outcome.results if result.eligible is None],
            rating=whole,
            holder=holder,
        )

    @property
    def why(self) -> str | None:
        """The reason in English."""
        return self.reason and self.reason.en

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Result]:
        """Every result, in order of id."""
        results = self._rating.results()
        while True:
            with self._alone:
                self._rating.refuse_closed()
                result = next(results, None)
            if result is None:
                return
            yield result

    @_one_at_a_time
    def __getitem__(self, id_: str) -> Result:
        """
        The result of one subject.

        Raises:
            KeyError: there is no subject of that id.
        """
        found = next(self._rating.results([id_]), None) if isinstance(id_, str) else None
        if found is None:
            raise KeyError(id_)
        return found

    @_one_at_a_time
    def ids_like(self, ids: Sequence[str]) -> list[str]:
        """Some ids there are that look like others."""
        return [near for id_ in ids for near in self._rating.ids_like(id_)]

    def as_outcome(self) -> Outcome:
        """All results in memory, as `Scheme.rate` gives them; an engine counts no cost."""
        return Outcome(tuple(self), self.header, self.warnings, 0)

    @_one_at_a_time
    def counts(self) -> Mapping[tuple[str, str | None], int]:
        """How many have each status and level, in alphabetical order."""
        rating, told = self._rating, None
        if isinstance(rating, Rating) and isinstance(rating.backend, Writes):
            told = rating.backend.counts(rating)
        found = self._holder.counts(self._select()) if told is None else told
        ordered = sorted(found, key=lambda row: (row[0], row[1] or ""))
        return Counter({(status, tier): n for status, tier, n in ordered})

    @_one_at_a_time
    def to_arrow(self) -> Any:
        """All results as an Arrow table, decimals as decimals; the columns are those of `write`."""
        return self._holder.frame(self._select(), "arrow")

    @_one_at_a_time
    def to_polars(self) -> Any:
        """All results as a frame of polars, decimals as decimals."""
        return self._holder.frame(self._select(), "polars")

    @_one_at_a_time
    def to_pandas(self) -> Any:
        """All results as a frame of pandas, whose decimals are objects."""
        return self._holder.frame(self._select(), "pandas")

    @_one_at_a_time
    def to_spark(self) -> Any:
        """All results as a DataFrame of Spark, in no order; of engine ``spark`` only."""
        return self._holder.frame(self._select(), "spark")

    def to_native(self) -> Any:
        """All results as a table of the library that the subjects came in; as an Arrow table where they came in none."""
        return like(self.to_arrow(), self._given)

    @_one_at_a_time
    def write(
        self,
        target: Path | str,
        *,
        columns: Sequence[str] | None = None,
        ordered: bool = True,
        replace: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """
        Write all results to a file, ``.parquet``, ``.csv`` or ``.jsonl``, or to a table of PostgreSQL
        (``postgresql://host/db?table=name``), as a whole or not at all; Spark writes a folder of Parquet files.

        Args:
            columns: those that are wanted, in their order, such as ``id``, ``tier`` and a definition; all by default.
            ordered: in order of id; False spares the sorting.
            replace: a table in a database that is there already is replaced; else it is refused. A file always is.
            progress: told the percent done, and 100.

        Raises:
            DiagnosticError: it cannot be written there, the file is of another kind, or there is no such column.
            ValueError: no column is wanted.
        """
        if columns is not None and not columns:
            raise ValueError("columns names at least one column, or is None for all of them")
        if not self._is_written(target, columns, ordered=ordered):
            told = None if progress is None else lambda percent: progress(int(percent), 100)
            select = self._told_in(_kind_of(target))
            if columns is not None:
                select = self._some(columns, select)
            self._holder.write(select, target, ordered=ordered, replace=replace, told=told)
        if progress is not None:
            progress(100, 100)

    def _is_written(self, target: Path | str, columns: Sequence[str] | None, *, ordered: bool) -> bool:
        """Let an engine write that has a way of its own for such a file, and say whether it has."""
        rating = self._rating
        return (
            isinstance(rating, Rating)
            and isinstance(rating.backend, Writes)
            and rating.backend.write(rating, target, columns, ordered=ordered)
        )

    @_one_at_a_time
    def check_columns(self, columns: Sequence[str]) -> None:
        """
        Refuse names of columns that results do not have.

        Raises:
            DiagnosticError: ``E-RESULT-COLUMN``.
        """
        known = self._holder.headings(self._select())
        for name in columns:
            if name not in known:
                raise refusal("E-RESULT-COLUMN", name=name, near=quoted(nearest(name, known)))

    def _told_in(self, kind: str | None) -> str:
        """What gives all results for a kind of file: CSV and JSON Lines have ids as the interpreter writes them."""
        enums = isinstance(self._holder, Workshop) and kind == "parquet"
        return self._select(enums=enums, texts=kind in {"csv", "json"})

    def _some(self, columns: Sequence[str], select: str) -> str:
        """What gives some columns of all results."""
        self.check_columns(columns)
        wanted = list(dict.fromkeys(columns))
        listed = ", ".join(self._rating.named(name) for name in wanted)
        return f"SELECT {listed} FROM ({select})"

    def close(self) -> None:
        """Let the engine go; nothing can be read any more, and its results are not explained any more."""
        self._rating.is_closed = True
        self._holder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _select(self, *, enums: bool = False, texts: bool = False) -> str:
        with as_refusal({}):
            rating = self._rating
            if isinstance(rating, Rating):
                return rating.select(enums=enums, texts=texts)
            return rating.select(texts=texts)


def _kind_of(target: Path | str) -> str | None:
    """The kind of file that results are written to; None for a table of a database, and what is none."""
    from tierlang.columnar.rating.output import KINDS

    return None if is_address(str(target)) else KINDS.get(Path(target).suffix.lower())
