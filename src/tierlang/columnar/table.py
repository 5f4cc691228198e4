"""Rating tables: which engine computes, and results that can be gone through, looked up and written, however many there are."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tierlang import quickattrs as attrs
from tierlang.columnar.bind import Bound, bind_subjects
from tierlang.columnar.cells import Beyond
from tierlang.columnar.databases import write_table
from tierlang.columnar.delimited import NotPlain, is_delimited
from tierlang.columnar.duck import DuckDB
from tierlang.columnar.frames import like
from tierlang.columnar.opening import DEFAULT_MEMORY, Workshop
from tierlang.columnar.output import copy_to, file_kind
from tierlang.columnar.rate import Rating
from tierlang.columnar.relation import KEY
from tierlang.columnar.scan import Connection, Scanner, Source
from tierlang.columnar.trouble import as_refusal
from tierlang.columnar.whole import Whole
from tierlang.data.addresses import is_address
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError, quoted
from tierlang.run.prepared import Prepared
from tierlang.run.result import Outcome, Result
from tierlang.run.subjects import Subject
from tierlang.types import Field, ListType, RecordType

ENGINES = ("auto", "exact", "duckdb")
STAGES = 3
Progress = Callable[[int, int], None]


@attrs.define(eq=False)
class TableOutcome:
    """
    The results of one run by an engine, held by it until `close`.

    Attributes:
        engine: which one computed: ``duckdb`` or ``exact``.
        header: scheme, period and cohort as JSON data.
        warnings: what concerns the whole cohort.
        size: how many subjects there are.
        why: what the interpreter computed and why, where an engine was wished for.
    """

    engine: str
    header: Mapping[str, Any]
    warnings: tuple[str, ...]
    size: int
    why: str | None
    _rating: Rating | Whole = attrs.field(repr=False)
    _workshop: Workshop = attrs.field(repr=False)
    _given: object = attrs.field(default=None, repr=False)

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

    def ids_like(self, ids: Sequence[str]) -> list[str]:
        """Some ids there are that look like others."""
        return [near for id_ in ids for near in self._rating.ids_like(id_)]

    def as_outcome(self) -> Outcome:
        """All results in memory, as `Scheme.rate` gives them; an engine counts no cost."""
        return Outcome(tuple(self), self.header, self.warnings, 0)

    def counts(self) -> Mapping[tuple[str, str | None], int]:
        """How many have each status and level."""
        text = f"SELECT status, tier, count(*) FROM ({self._select()}) GROUP BY ALL"
        return Counter(
            {(status, tier): n for status, tier, n in self._workshop.connection.execute(text).fetchall()}
        )

    def to_arrow(self) -> Any:
        """All results as an Arrow table, decimals as decimals; the columns are those of `write`."""
        with as_refusal({}):
            return self._workshop.connection.table(f"{self._select()} ORDER BY {KEY}")

    def to_polars(self) -> Any:
        """All results as a frame of polars, decimals as decimals."""
        import polars

        return polars.from_arrow(self.to_arrow())

    def to_pandas(self) -> Any:
        """All results as a frame of pandas, whose decimals are objects."""
        return self.to_arrow().to_pandas()

    def to_native(self) -> Any:
        """All results as a table of the library that the subjects came in; as an Arrow table where they came in none."""
        return like(self.to_arrow(), self._given)

    def write(
        self,
        target: Path | str,
        *,
        ordered: bool = True,
        replace: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """
        Write all results to a file, ``.parquet``, ``.csv`` or ``.jsonl``, or to a table of PostgreSQL
        (``postgresql://host/db?table=name``), as a whole or not at all.

        Args:
            ordered: in order of id; False spares the sorting.
            replace: a table in a database that is there already is replaced; else it is refused. A file always is.
            progress: told the percent done, and 100.

        Raises:
            DiagnosticError: it cannot be written there, or the file is of another kind.
        """
        connection = self._workshop.connection
        connection.told = None if progress is None else lambda percent: progress(int(percent), 100)
        text = self._select() + (f" ORDER BY {KEY}" if ordered else "")
        try:
            with as_refusal({}):
                if is_address(str(target)):
                    write_table(connection, text, str(target), self._workshop.folder.path, replace=replace)
                else:
                    copy_to(connection, text, Path(target), file_kind(Path(target)))
        finally:
            connection.told = None

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
        return self._rating.select()


def rate_table(
    prepared: Prepared,
    tables: Mapping[str, object],
    *,
    engine: str = "auto",
    id_column: str = "id",
    ignore: Iterable[str] = (),
    strict: bool = False,
    memory: str = DEFAULT_MEMORY,
    threads: int | None = None,
    progress: Progress | None = None,
) -> TableOutcome:
    """
    Rate the subjects of a table.

    Args:
        engine: ``duckdb``; ``exact``, the interpreter; ``auto``, DuckDB, and the interpreter for what columns cannot say.
        tables: ``subjects`` and child rows by the list's name; each a file, folder, frame or table, or rows in memory.
        strict: refuse a cohort in which somebody's eligibility is undetermined.

    Raises:
        DiagnosticError: the data are refused, or the scheme is none that columns can compute (``E-ENGINE``).
        NotPlain: a delimited file must be read by its own reader, to be refused in its words or because it is not plain.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine is one of {', '.join(ENGINES)}, not {engine!r}")
    run = _Run(
        prepared, tables, Workshop(memory, threads), id_column, frozenset(ignore), strict, progress or _nobody
    )
    try:
        with as_refusal(tables):
            outcome = _computed(run, engine)
    except DiagnosticError as error:
        run.workshop.close()
        full = error.diagnostics[0].code == "E-ENGINE-ROOM"
        if not full and _is_of_files(tables) and any(is_delimited(str(table)) for table in tables.values()):
            raise NotPlain from error
        raise
    except BaseException:
        run.workshop.close()
        raise
    run.workshop.connection.told = None
    return attrs.evolve(outcome, given=tables["subjects"])


def _computed(run: "_Run", engine: str) -> TableOutcome:
    if engine == "exact":
        return _interpreted(run, None)
    try:
        return run.rated(whole=engine != "auto")
    except Beyond as error:
        if engine != "auto":
            raise _refused(str(error)) from None
        return _interpreted(run, str(error))


def _interpreted(run: "_Run", why: str | None) -> TableOutcome:
    """
    The outcome of the interpreter.

    Raises:
        DiagnosticError: the data are refused.
        NotPlain: the readers of files must read them.
    """
    if _is_of_files(run.tables):
        raise NotPlain
    try:
        return run.interpreted(why)
    except Beyond as error:
        raise _refused(str(error)) from None


def _is_of_files(tables: Mapping[str, object]) -> bool:
    """Whether all tables are single files, which the readers of rows can read."""
    return all(isinstance(table, str | Path) and Path(table).is_file() for table in tables.values())


def _nobody(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def _refused(reason: str) -> DiagnosticError:
    return DiagnosticError(
        [Diagnostic("E-ENGINE", {"engine": "duckdb", "reason": reason}, place=DataPlace())]
    )


@attrs.frozen
class _Run:
    prepared: Prepared
    tables: Mapping[str, object]
    workshop: Workshop
    id_column: str
    ignore: frozenset[str]
    strict: bool
    progress: Progress

    def rated(self, *, whole: bool) -> TableOutcome:
        """
        The outcome of DuckDB.

        Args:
            whole: refuse what columns cannot say; else the interpreter computes it where it is an expression of the subjects.
        """
        self._stage(0)
        main = self.tables["subjects"]
        scanner = None if isinstance(main, list | tuple) else self._scanner()
        ready = self.prepared
        backend, bound, subjects = self._in_memory() if scanner is None else _scanned(scanner, self.workshop)
        self._stage(1)
        rating = Rating(ready, backend, bound, subjects, whole=whole)
        if scanner is not None:
            scanner.check_lists(rating.counted_rows())
        self._stage(2)
        waiting = rating.find_waiting()
        if self.strict:
            _refuse_waiting(waiting)
        rating.ask()
        warnings = tuple(
            f"eligibility of {id_} is undetermined; it is left out of the cohort" for id_ in waiting
        )
        cohort = {"size": bound.members, "eligible": rating.eligible_count(), "warnings": list(warnings)}
        self._stage(3)
        header = {**ready.header, "cohort": cohort}
        return TableOutcome("duckdb", header, warnings, bound.members, rating.why, rating, self.workshop)

    def _stage(self, done: int) -> None:
        """Tell that a stage has begun: scanning, computing, the interpreter's words; and how far the engine is in it."""
        self.progress(done * 100, STAGES * 100)
        connection = self.workshop.connection
        connection.told = lambda percent: self.progress(done * 100 + int(percent), STAGES * 100)

    def interpreted(self, why: str | None) -> TableOutcome:
        """The outcome of the interpreter."""
        main = self.tables["subjects"]
        if isinstance(main, list | tuple):
            subjects = self.prepared.reader().read(main)
        else:
            subjects = self._scanner().all_subjects()
        whole = Whole.of(self.prepared, self.workshop.connection, subjects)
        outcome = whole.outcome
        if self.strict:
            _refuse_waiting([result.id for result in outcome.results if result.eligible is None])
        return TableOutcome(
            "exact", outcome.header, outcome.warnings, len(subjects), why, whole, self.workshop
        )

    def _scanner(self) -> Scanner:
        sources: dict[str, Source] = {
            name: self.workshop.open(name, table, self._fields(name), self._keys(name))
            for name, table in self.tables.items()
        }
        ready, connection = self.prepared, Connection(self.workshop.connection)
        return Scanner(
            ready.scheme, ready.time, ready.reader, connection, sources, self.id_column, self.ignore
        )

    def _keys(self, name: str) -> list[str]:
        """The headings that may stand over ids."""
        return [self.id_column] if name == "subjects" else [self.id_column, "subject", "id"]

    def _fields(self, name: str) -> list[Field]:
        """What may stand in a table."""
        inputs = self.prepared.scheme.inputs
        if name == "subjects":
            return [declared.field for declared in inputs.values()]
        declared = inputs.get(name)
        kind = declared.type if declared is not None else None
        record = kind.of if isinstance(kind, ListType) else None
        return [Field(field, of) for field, of in record.fields] if isinstance(record, RecordType) else []

    def _in_memory(self) -> tuple[DuckDB, Bound, Callable[[Sequence[str]], Sequence[Subject]]]:
        rows = self.tables["subjects"]
        assert isinstance(rows, list | tuple)
        subjects = self.prepared.reader().read(rows)
        by_id = {subject.id: subject for subject in subjects}
        backend = DuckDB(self.workshop.connection)
        bound = bind_subjects(self.prepared.scheme, self.prepared.time, subjects)
        backend.load(bound.tables)
        return backend, bound, lambda ids: [by_id[id_] for id_ in ids]


def _scanned(
    scanner: Scanner, workshop: Workshop
) -> tuple[DuckDB, Bound, Callable[[Sequence[str]], Sequence[Subject]]]:
    bound = scanner.bind()
    return (
        DuckDB(workshop.connection, scanner.scans, scanner.small, scanner.in_order),
        bound,
        scanner.subjects,
    )


def _refuse_waiting(ids: Sequence[str]) -> None:
    """
    Refuse a cohort in which somebody's eligibility is undetermined.

    Raises:
        DiagnosticError: ``E-STRICT``.
    """
    if ids:
        facts = {"ids": quoted(ids[:10]) or "", "count": str(len(ids))}
        raise DiagnosticError([Diagnostic("E-STRICT", facts, place=DataPlace())])
