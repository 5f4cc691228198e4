"""Rating tables: which engine computes, and how its tables are read, checked and bound."""

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Beyond
from tierlang.columnar.columns.relation import SUBJECTS
from tierlang.columnar.engines.duck import DuckDB
from tierlang.columnar.outcome import Progress, TableOutcome
from tierlang.columnar.rating.ready import Ready
from tierlang.columnar.reading.delimited import is_delimited
from tierlang.columnar.reading.frames import library_of
from tierlang.columnar.reading.kinds import ID_TYPES
from tierlang.columnar.reading.opening import DEFAULT_MEMORY, Workshop
from tierlang.columnar.reading.rowwise import are_of_files, can_be_rows
from tierlang.columnar.reading.scan import Scanner
from tierlang.columnar.reading.source import Connection, NotPlain, Source
from tierlang.columnar.reading.trouble import as_refusal
from tierlang.columnar.whole import Whole
from tierlang.data.problems import missing_extra
from tierlang.data.table import tidy_heading
from tierlang.diagnostics.model import DiagnosticError, refusal
from tierlang.run.interpret import refuse_waiting
from tierlang.run.prepared import Prepared
from tierlang.run.subjects import Subject
from tierlang.run.values import Undetermined
from tierlang.said import Said
from tierlang.types import Field, ListType, RecordType

ENGINES = ("auto", "exact", "duckdb", "polars", "spark")
_OF_SPARK = {arrow: kind for arrow, kind in ID_TYPES.items() if not arrow.startswith("u")}
STAGES = 3
AUTO_OPTION = "`--engine auto`"


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
        tables: SUBJECTS and child rows by the list's name; each a file, folder, frame or table, or rows in memory.
        strict: refuse a cohort in which somebody's eligibility is undetermined.

    Raises:
        DiagnosticError: the data are refused, or the scheme is none that columns can compute (``E-ENGINE``),
            or the engine is not installed (``E-DATA-EXTRA``).
        NotPlain: a delimited file must be read by its own reader, to be refused in its words or because it is not plain.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine is one of {', '.join(ENGINES)}, not {engine!r}")
    left_out = frozenset(name if name == "*" else tidy_heading(name) for name in ignore)
    if engine == "spark" or (engine == "auto" and library_of(tables[SUBJECTS]) == "pyspark"):
        return on_spark(
            prepared,
            tables,
            id_column,
            left_out,
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
        left_out,
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
        if not full and are_of_files(tables) and any(is_delimited(str(table)) for table in tables.values()):
            raise NotPlain from error
        raise
    except BaseException:
        run.workshop.close()
        raise
    run.workshop.connection.told = None
    return attrs.evolve(outcome, given=tables[SUBJECTS])


def _computed(run: "_Run", engine: str) -> TableOutcome:
    if engine == "exact":
        return _interpreted(run, None)
    try:
        return run.rated()
    except Beyond as error:
        if engine != "auto":
            raise refusal("E-ENGINE", engine=engine, reason=error.why, option=AUTO_OPTION) from None
        return _interpreted(run, error.why)


def _interpreted(run: "_Run", reason: Said | None) -> TableOutcome:
    """
    The outcome of the interpreter.

    Raises:
        DiagnosticError: the data are refused.
        NotPlain: the readers of rows must read them.
    """
    if are_of_files(run.tables):
        raise NotPlain
    try:
        return run.interpreted(reason)
    except Beyond as error:
        if can_be_rows(run.tables):
            raise NotPlain(error.why) from None
        raise refusal("E-ENGINE", engine="exact", reason=error.why) from None


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
        ready = bound_in(room, prepared, tables, id_column, ignore, _OF_SPARK.get(id_type or ""))
        progress(1, 3)
        rating = ready.rating(prepared, whole=whole)
        progress(2, 3)
        rating.finish(strict=strict)
        outcome = TableOutcome.of_columns(rating, room)
        progress(3, 3)
        return outcome
    except BaseException as error:
        if room is not None:
            room.close()
        if isinstance(error, Beyond):
            option = AUTO_OPTION if whole else None
            raise refusal("E-ENGINE", engine="spark", reason=error.why, option=option) from None
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
    opened: dict[str, Source] = attrs.field(factory=dict)

    def rated(self) -> TableOutcome:
        """
        The outcome of DuckDB or Polars.

        An engine that is asked for by name refuses what columns cannot say; else the interpreter computes it where it is an
        expression of the subjects.
        """
        self._stage(0)
        self.workshop.note(self.tables)
        main = self.tables[SUBJECTS]
        if isinstance(main, list | tuple):
            scanner, ready = None, Ready.of_rows(self.prepared, main, self._backend(), self.id_type)
        else:
            scanner = self._scanner()
            ready = self._scanned(scanner)
        self._stage(1)
        rating = ready.rating(self.prepared, whole=self.engine != "auto")
        if scanner is not None:
            scanner.check_lists(rating.counted_rows())
        self._stage(2)
        rating.finish(strict=self.strict)
        outcome = TableOutcome.of_columns(rating, self.workshop)
        self.workshop.refuse_changed()
        self.workshop.reads_again = not ready.backend.holds
        self._stage(3)
        return outcome

    def _stage(self, done: int) -> None:
        """Tell that a stage has begun: scanning, computing, the interpreter's words; and how far the engine is in it."""
        self.progress(done * 100, STAGES * 100)
        connection = self.workshop.connection
        connection.told = lambda percent: self.progress(done * 100 + int(percent), STAGES * 100)

    def interpreted(self, reason: Said | None) -> TableOutcome:
        """The outcome of the interpreter."""
        main = self.tables[SUBJECTS]
        if isinstance(main, list | tuple):
            subjects, id_type = self.prepared.reader().read(main), self.id_type
        else:
            scanner = self._scanner()
            subjects, id_type = scanner.all_subjects(), scanner.id_type
            _refuse_forgotten(self.prepared, subjects)
        whole = Whole.of(self.prepared, self.workshop.connection, subjects, id_type)
        if self.strict:
            refuse_waiting([result.id for result in whole.outcome.results if result.eligible is None])
        return TableOutcome.of_interpreter(whole, self.workshop, reason)

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
        """A table as a relation; a stream is read once only."""
        if name not in self.opened:
            self.opened[name] = self.workshop.open(
                name, self.tables[name], self._fields(name), self._keys(name)
            )
        return self.opened[name]

    def _keys(self, name: str) -> list[str]:
        """The headings that may stand over ids."""
        own = [self.id_column] if name == SUBJECTS or self.id_column != "id" else []
        return own if name == SUBJECTS else [*own, "subject", "id"]

    def _fields(self, name: str) -> list[Field]:
        """What may stand in a table."""
        inputs = self.prepared.scheme.inputs
        if name == SUBJECTS:
            return [declared.field for declared in inputs.values()]
        declared = inputs.get(name)
        kind = declared.type if declared is not None else None
        record = kind.of if isinstance(kind, ListType) else None
        return [Field(field, of) for field, of in record.fields] if isinstance(record, RecordType) else []

    def _scanned(self, scanner: Scanner) -> Ready:
        bound = scanner.bind()

        def subjects(ids: Sequence[str]) -> Sequence[Subject]:
            with self.workshop.reading_again():
                return scanner.subjects(ids)

        return Ready(self._backend(scanner), bound, subjects, scanner.id_type)

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


def _refuse_forgotten(prepared: Prepared, subjects: Iterable[Subject]) -> None:
    """
    Refuse a table in which a state is missing: without any history everybody would look like a newcomer.

    Raises:
        DiagnosticError: ``E-HISTORY-MISSING``.
    """
    for declared in prepared.scheme.states:
        for subject in subjects:
            if isinstance(subject.inputs[declared.name], Undetermined):
                raise refusal("E-HISTORY-MISSING", name=declared.name, id=subject.id)


def _has_polars() -> bool:
    return importlib.util.find_spec("polars") is not None
