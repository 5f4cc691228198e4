"""Rating tables: which engine computes, and results that can be gone through, looked up and written, however many there are."""

import importlib.util
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Beyond
from tierlang.columnar.engines.duck import DuckDB
from tierlang.columnar.lowering.bind import Bound, bind_subjects
from tierlang.columnar.rating.backend import Holder, Writes
from tierlang.columnar.rating.rate import Rating
from tierlang.columnar.reading.delimited import NotPlain, is_delimited
from tierlang.columnar.reading.frames import library_of, like
from tierlang.columnar.reading.kinds import ID_TYPES
from tierlang.columnar.reading.opening import DEFAULT_MEMORY, Workshop
from tierlang.columnar.reading.scan import Scanner
from tierlang.columnar.reading.source import Connection, Source
from tierlang.columnar.reading.trouble import as_refusal
from tierlang.columnar.whole import Whole
from tierlang.data.addresses import is_address
from tierlang.data.files import is_left_to_engines
from tierlang.data.problems import missing_extra
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError, nearest, quoted, refusal
from tierlang.run.interpret import left_out
from tierlang.run.prepared import Prepared
from tierlang.run.result import Outcome, Result
from tierlang.run.subjects import Subject
from tierlang.said import Said
from tierlang.types import Field, ListType, RecordType

ENGINES = ("auto", "exact", "duckdb", "polars", "spark")
_OF_SPARK = {arrow: kind for arrow, kind in ID_TYPES.items() if not arrow.startswith("u")}
STAGES = 3
Progress = Callable[[int, int], None]


@attrs.define(eq=False)
class TableOutcome:
    """
    The results of one run by an engine, held by it until `close`.

    Where each follows from one row of a single Parquet file, they are computed from that when they are asked for: it must stay.

    Attributes:
        engine: which one computed: ``duckdb``, ``polars``, ``spark`` or ``exact``.
        header: scheme, period and cohort as JSON data.
        warnings: what concerns the whole cohort.
        size: how many subjects there are.
        reason: what the interpreter computed and why, where an engine was wished for.
    """

    engine: str
    header: Mapping[str, Any]
    warnings: tuple[str, ...]
    size: int
    reason: Said | None
    _rating: Rating | Whole = attrs.field(repr=False)
    _holder: Holder = attrs.field(repr=False)
    _given: object = attrs.field(default=None, repr=False)

    @property
    def why(self) -> str | None:
        """The reason in English."""
        return self.reason and self.reason.en

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
        """How many have each status and level, in alphabetical order."""
        rating, told = self._rating, None
        if isinstance(rating, Rating) and isinstance(rating.backend, Writes):
            told = rating.backend.counts(rating)
        found = self._holder.counts(self._select()) if told is None else told
        ordered = sorted(found, key=lambda row: (row[0], row[1] or ""))
        return Counter({(status, tier): n for status, tier, n in ordered})

    def to_arrow(self) -> Any:
        """All results as an Arrow table, decimals as decimals; the columns are those of `write`."""
        return self._holder.frame(self._select(), "arrow")

    def to_polars(self) -> Any:
        """All results as a frame of polars, decimals as decimals."""
        return self._holder.frame(self._select(), "polars")

    def to_pandas(self) -> Any:
        """All results as a frame of pandas, whose decimals are objects."""
        return self._holder.frame(self._select(), "pandas")

    def to_spark(self) -> Any:
        """All results as a DataFrame of Spark, in no order; of engine ``spark`` only."""
        return self._holder.frame(self._select(), "spark")

    def to_native(self) -> Any:
        """All results as a table of the library that the subjects came in; as an Arrow table where they came in none."""
        return like(self.to_arrow(), self._given)

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
        """
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
        """Let the engine go; nothing can be read any more."""
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
    master: str | None = None,
    progress: Progress | None = None,
    id_type: str | None = None,
) -> TableOutcome:
    """
    Rate the subjects of a table.

    Args:
        id_type: the integer type of ids, as Arrow calls it, that rows in memory had in their file.
        engine: ``duckdb``; ``polars``, where every number fits into 64 bits; ``spark``; ``exact``, the interpreter;
            ``auto``, Spark for its frames, else DuckDB, and the interpreter for what columns cannot say.
        master: of a session of Spark that is started for the run.
        tables: ``subjects`` and child rows by the list's name; each a file, folder, frame or table, or rows in memory.
        strict: refuse a cohort in which somebody's eligibility is undetermined.

    Raises:
        DiagnosticError: the data are refused, or the scheme is none that columns can compute (``E-ENGINE``),
            or the engine is not installed (``E-DATA-EXTRA``).
        NotPlain: a delimited file must be read by its own reader, to be refused in its words or because it is not plain.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine is one of {', '.join(ENGINES)}, not {engine!r}")
    if engine == "spark" or (engine == "auto" and library_of(tables["subjects"]) == "pyspark"):
        return on_spark(
            prepared,
            tables,
            id_column,
            frozenset(ignore),
            master,
            whole=engine != "auto",
            strict=strict,
            progress=progress or _nobody,
            id_type=id_type,
        )
    run = _Run(
        prepared,
        tables,
        Workshop(memory, threads, engine == "polars"),
        id_column,
        frozenset(ignore),
        strict,
        progress or _nobody,
        engine,
        None if id_type is None else ID_TYPES.get(id_type),
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
        return run.rated()
    except Beyond as error:
        if engine != "auto":
            raise refusal("E-ENGINE", engine=engine, reason=error.why) from None
        return _interpreted(run, error.why)


def _interpreted(run: "_Run", reason: Said | None) -> TableOutcome:
    """
    The outcome of the interpreter.

    Raises:
        DiagnosticError: the data are refused.
        NotPlain: the readers of files must read them.
    """
    if _is_of_files(run.tables):
        raise NotPlain
    try:
        return run.interpreted(reason)
    except Beyond as error:
        raise refusal("E-ENGINE", engine="exact", reason=error.why) from None


def _is_of_files(tables: Mapping[str, object]) -> bool:
    """Whether all tables are single files, which the readers of rows can read."""
    return all(
        isinstance(table, str | Path) and Path(table).is_file() and not is_left_to_engines(table)
        for table in tables.values()
    )


def on_spark(
    prepared: Prepared,
    tables: Mapping[str, object],
    id_column: str,
    ignore: frozenset[str],
    master: str | None,
    *,
    whole: bool,
    strict: bool,
    progress: Progress,
    id_type: str | None,
) -> TableOutcome:
    """The outcome of Spark; what columns cannot say is refused, or computed for the cohort piece by piece on this machine."""
    from tierlang.columnar.engines.spark.run import bound_in, room_for

    room = None
    try:
        room = room_for(tables, master)
        progress(0, 3)
        ready = bound_in(room, prepared, tables, id_column, ignore)
        progress(1, 3)
        kept = ready.id_type or _OF_SPARK.get(id_type or "")
        rating = Rating(prepared, ready.backend, ready.bound, ready.subjects, whole=whole, id_type=kept)
        progress(2, 3)
        outcome = asked(rating, room, strict=strict)
        progress(3, 3)
        return outcome
    except BaseException as error:
        if room is not None:
            room.close()
        if isinstance(error, Beyond):
            raise refusal("E-ENGINE", engine="spark", reason=error.why) from None
        raise


def _nobody(done: int, total: int) -> None:
    """Progress that nobody looks at."""


@attrs.frozen
class _Run:
    prepared: Prepared
    tables: Mapping[str, object]
    workshop: Workshop
    id_column: str
    ignore: frozenset[str]
    strict: bool
    progress: Progress
    engine: str
    id_type: str | None

    def rated(self) -> TableOutcome:
        """
        The outcome of DuckDB or Polars.

        An engine that is asked for by name refuses what columns cannot say; else the interpreter computes it where it is an
        expression of the subjects.
        """
        self._stage(0)
        self.workshop.note(self.tables)
        main = self.tables["subjects"]
        scanner = None if isinstance(main, list | tuple) else self._scanner()
        ready = self.prepared
        backend, bound, subjects = self._in_memory() if scanner is None else self._scanned(scanner)
        self._stage(1)
        id_type = self.id_type if scanner is None else scanner.id_type
        rating = Rating(ready, backend, bound, subjects, whole=self.engine != "auto", id_type=id_type)
        if scanner is not None:
            scanner.check_lists(rating.counted_rows())
        self._stage(2)
        outcome = asked(rating, self.workshop, strict=self.strict)
        self.workshop.refuse_changed()
        self.workshop.reads_again = not backend.holds
        self._stage(3)
        return outcome

    def _stage(self, done: int) -> None:
        """Tell that a stage has begun: scanning, computing, the interpreter's words; and how far the engine is in it."""
        self.progress(done * 100, STAGES * 100)
        connection = self.workshop.connection
        connection.told = lambda percent: self.progress(done * 100 + int(percent), STAGES * 100)

    def interpreted(self, reason: Said | None) -> TableOutcome:
        """The outcome of the interpreter."""
        main = self.tables["subjects"]
        if isinstance(main, list | tuple):
            subjects, id_type = self.prepared.reader().read(main), self.id_type
        else:
            scanner = self._scanner()
            subjects, id_type = scanner.all_subjects(), scanner.id_type
        whole = Whole.of(self.prepared, self.workshop.connection, subjects, id_type)
        outcome = whole.outcome
        if self.strict:
            _refuse_waiting([result.id for result in outcome.results if result.eligible is None])
        return TableOutcome(
            "exact", outcome.header, outcome.warnings, len(subjects), reason, whole, self.workshop
        )

    def _scanner(self) -> Scanner:
        if self.engine == "polars" and _has_polars():
            from tierlang.columnar.engines.polars.scan import scanner_of

            return scanner_of(
                self.prepared, self.workshop, self.tables, self._source, self.id_column, self.ignore
            )
        sources = {name: self._source(name) for name in self.tables}
        ready, connection = self.prepared, Connection(self.workshop.connection)
        return Scanner(
            ready.scheme, ready.time, ready.reader, connection, sources, self.id_column, self.ignore
        )

    def _source(self, name: str) -> Source:
        return self.workshop.open(name, self.tables[name], self._fields(name), self._keys(name))

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
        backend = self._backend()
        bound = bind_subjects(self.prepared.scheme, self.prepared.time, subjects)
        backend.load(bound.tables)
        return backend, bound, lambda ids: [by_id[id_] for id_ in ids]

    def _scanned(
        self, scanner: Scanner
    ) -> tuple[DuckDB, Bound, Callable[[Sequence[str]], Sequence[Subject]]]:
        bound = scanner.bind()

        def subjects(ids: Sequence[str]) -> Sequence[Subject]:
            with self.workshop.reading_again():
                return scanner.subjects(ids)

        return self._backend(scanner), bound, subjects

    def _backend(self, scanner: Scanner | None = None) -> DuckDB:
        connection = self.workshop.connection
        given: tuple[Any, ...] = ()
        if scanner is not None:
            again = self.workshop.reading_again if self.workshop.stays else None
            given = (scanner.scans, scanner.small, scanner.in_order, again)
        if self.engine != "polars":
            return DuckDB(connection, *given)
        if not _has_polars():
            raise missing_extra("polars")
        from tierlang.columnar.engines.polars.engine import Polars
        from tierlang.columnar.engines.polars.tables import reader_of

        read = None if scanner is None else reader_of(scanner, self.tables)
        return Polars(connection, *given, folder=str(self.workshop.folder.path), read=read)


def _has_polars() -> bool:
    return importlib.util.find_spec("polars") is not None


def asked(rating: Rating, holder: Holder, *, strict: bool) -> TableOutcome:
    """
    The outcome of a run whose columns are computed, with the interpreter's word for all who need it.

    Raises:
        DiagnosticError: ``E-STRICT``.
    """
    undecided, size = rating.find_waiting(), rating.bound.members
    if strict:
        _refuse_waiting(undecided)
    rating.ask()
    warnings = left_out(rating.waiting, set(undecided))
    cohort = {"size": size, "eligible": rating.eligible_count(), "warnings": list(warnings)}
    header = {**rating.prepared.header, "cohort": cohort}
    return TableOutcome(rating.backend.name, header, warnings, size, rating.reason, rating, holder)


def _refuse_waiting(ids: Sequence[str]) -> None:
    """
    Refuse a cohort in which somebody's eligibility is undetermined.

    Raises:
        DiagnosticError: ``E-STRICT``.
    """
    if ids:
        facts = {"ids": quoted(ids[:10]) or "", "count": str(len(ids))}
        raise DiagnosticError([Diagnostic("E-STRICT", facts, place=DataPlace())])
