"""Rating tables: which engine computes, and results that can be gone through, looked up and written, however many there are."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs

from tierlang.columnar.bind import Bound, bind_subjects
from tierlang.columnar.cells import TooWide
from tierlang.columnar.duck import DuckDB
from tierlang.columnar.numbers import NotNative
from tierlang.columnar.opening import DEFAULT_MEMORY, Workshop
from tierlang.columnar.output import copy_to, file_kind, select_of
from tierlang.columnar.rate import Rating
from tierlang.columnar.relation import KEY
from tierlang.columnar.scan import Connection, Scanner, Source
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError, quoted
from tierlang.run.prepared import Prepared
from tierlang.run.result import Result
from tierlang.run.subjects import Row, Subject

Progress = Callable[[int, int], None]


@attrs.define(eq=False)
class TableOutcome:
    """
    The results of one run by an engine, held by it until `close`.

    Attributes:
        engine: which one computed.
        header: scheme, period and cohort as JSON data.
        warnings: what concerns the whole cohort.
        size: how many subjects there are.
    """

    engine: str
    header: Mapping[str, Any]
    warnings: tuple[str, ...]
    size: int
    _rating: Rating = attrs.field(repr=False)
    _workshop: Workshop = attrs.field(repr=False)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Result]:
        """Every result, in order of id."""
        return self._rating.results()

    def __getitem__(self, id_: str) -> Result:
        """
        The result of one subject.

        Raises:
            KeyError: there is no subject of that id.
        """
        found = next(self._rating.results([id_]), None)
        if found is None:
            raise KeyError(id_)
        return found

    def counts(self) -> Mapping[tuple[str, str | None], int]:
        """How many have each status and level."""
        text = f"SELECT status, tier, count(*) FROM ({self._select()}) GROUP BY ALL"
        return Counter(
            {(status, tier): n for status, tier, n in self._workshop.connection.execute(text).fetchall()}
        )

    def to_arrow(self) -> Any:
        """All results as an Arrow table; the columns are those of `write`."""
        return self._workshop.connection.execute(f"{self._select()} ORDER BY {KEY}").to_arrow_table()

    def to_polars(self) -> Any:
        """All results as a frame of polars."""
        return self._workshop.connection.execute(f"{self._select()} ORDER BY {KEY}").pl()

    def to_pandas(self) -> Any:
        """All results as a frame of pandas."""
        return self._workshop.connection.execute(f"{self._select()} ORDER BY {KEY}").df()

    def write(self, path: Path | str, *, ordered: bool = True) -> None:
        """
        Write all results to a file, ``.parquet``, ``.csv`` or ``.jsonl``, as a whole or not at all.

        Args:
            ordered: in order of id; False spares the sorting.

        Raises:
            DiagnosticError: the file cannot be written there, or is of another kind.
        """
        text = self._select() + (f" ORDER BY {KEY}" if ordered else "")
        copy_to(self._workshop.connection, text, Path(path), file_kind(Path(path)))

    def close(self) -> None:
        """Let the engine go; nothing can be read any more."""
        self._workshop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _select(self) -> str:
        return select_of(self._rating)


def rate_table(
    prepared: Prepared,
    tables: Mapping[str, object],
    *,
    id_column: str = "id",
    ignore: Iterable[str] = (),
    strict: bool = False,
    memory: str = DEFAULT_MEMORY,
    threads: int | None = None,
    progress: Progress | None = None,
) -> TableOutcome:
    """
    Rate the subjects of a table with DuckDB.

    Args:
        tables: ``subjects`` and child rows by the list's name; each a file, folder, frame or table, or rows in memory.
        strict: refuse a cohort in which somebody's eligibility is undetermined.

    Raises:
        DiagnosticError: the data are refused, or the scheme is none that columns can compute (``E-ENGINE``).
    """
    workshop = Workshop(memory, threads)
    try:
        return _rated(prepared, tables, workshop, id_column, frozenset(ignore), strict, progress or _nobody)
    except NotNative as error:
        workshop.close()
        raise _refused(error.reason) from error
    except TooWide as error:
        workshop.close()
        raise _refused("a number cannot be proved to fit into 128 bits") from error
    except BaseException:
        workshop.close()
        raise


def _nobody(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def _refused(reason: str) -> DiagnosticError:
    return DiagnosticError(
        [Diagnostic("E-ENGINE", {"engine": "duckdb", "reason": reason}, place=DataPlace())]
    )


def _rated(
    prepared: Prepared,
    tables: Mapping[str, object],
    workshop: Workshop,
    id_column: str,
    ignore: frozenset[str],
    strict: bool,
    progress: Progress,
) -> TableOutcome:
    progress(0, 3)
    backend, bound, subjects, scanner = _bound(prepared, tables, workshop, id_column, ignore)
    progress(1, 3)
    rating = Rating(
        prepared.scheme,
        prepared.plan,
        prepared.time,
        prepared.constants,
        prepared.tables,
        backend,
        bound,
        subjects,
    )
    if scanner is not None:
        scanner.check_lists(rating.counted_rows())
    progress(2, 3)
    rating.ask()
    waiting = rating.waiting()
    if strict and waiting:
        facts = {"ids": quoted(waiting[:10]) or "", "count": str(len(waiting))}
        raise DiagnosticError([Diagnostic("E-STRICT", facts, place=DataPlace())])
    warnings = tuple(f"eligibility of {id_} is undetermined; it is left out of the cohort" for id_ in waiting)
    facts_of_cohort = {"size": bound.members, "eligible": rating.eligible_count(), "warnings": list(warnings)}
    progress(3, 3)
    return TableOutcome(
        "duckdb", {**prepared.header, "cohort": facts_of_cohort}, warnings, bound.members, rating, workshop
    )


def _bound(
    prepared: Prepared,
    tables: Mapping[str, object],
    workshop: Workshop,
    id_column: str,
    ignore: frozenset[str],
) -> tuple[DuckDB, Bound, Callable[[Sequence[str]], Sequence[Subject]], Scanner | None]:
    main = tables["subjects"]
    if isinstance(main, list | tuple):
        return (*_in_memory(prepared, main, workshop), None)
    sources: dict[str, Source] = {name: workshop.open(name, table) for name, table in tables.items()}
    scanner = Scanner(
        prepared.scheme,
        prepared.time,
        prepared.reader,
        Connection(workshop.connection),
        sources,
        id_column,
        ignore,
    )
    bound = scanner.bind()
    return DuckDB(workshop.connection, scanner.scans, scanner.small), bound, scanner.subjects, scanner


def _in_memory(
    prepared: Prepared, rows: Sequence[Row], workshop: Workshop
) -> tuple[DuckDB, Bound, Callable[[Sequence[str]], Sequence[Subject]]]:
    subjects = prepared.reader().read(rows)
    by_id = {subject.id: subject for subject in subjects}
    backend = DuckDB(workshop.connection)
    bound = bind_subjects(prepared.scheme, prepared.time, subjects)
    backend.load(bound.tables)
    return backend, bound, lambda ids: [by_id[id_] for id_ in ids]
