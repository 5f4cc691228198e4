"""The public face: load a scheme, rate subjects with it, run its examples."""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tierlang import quickattrs as attrs
from tierlang.check.cost import CostBound, cost_bound
from tierlang.check.imports import Resolver
from tierlang.check.model import HOLE, CheckedScheme, ParamDecl, Reading, TableDecl
from tierlang.check.scheme import check
from tierlang.diagnostics.model import NO_PLACE, Diagnostic, DiagnosticError, nearest, quoted, refusal
from tierlang.display import mimebundle
from tierlang.overlay import fill
from tierlang.periods import SAMPLES, Period, PeriodError
from tierlang.plan.lower import lower
from tierlang.plan.steps import Plan
from tierlang.run.budget import DEFAULT_BUDGET, Budget
from tierlang.run.expressions import TableValue
from tierlang.run.history import Published, filler
from tierlang.run.interpret import Progress, interpret, outcome_of, refuse_waiting
from tierlang.run.prepared import Prepared, Supplied
from tierlang.run.result import Outcome
from tierlang.run.subjects import FLOATS, Place, Row, SubjectReader, row_place
from tierlang.run.values import Level, Undetermined, Value, undetermined
from tierlang.run.windows import TimeFrame, time_frame
from tierlang.source import SourceText
from tierlang.types import Field

if TYPE_CHECKING:
    from tierlang.columnar.outcome import TableOutcome
    from tierlang.rater.frozen import FrozenCohort
    from tierlang.rater.rater import Rater


@attrs.frozen(eq=False, slots=False)
class Scheme:
    """
    A checked scheme. Immutable; one object may be used by many threads at once.

    Attributes:
        checked: everything that is known about it.
        overlays: SHA-256 of the overlay texts that filled its holes, in order.
        fillings: these texts themselves.
    """

    checked: CheckedScheme
    resolver: Resolver | None = attrs.field(default=None, repr=False)
    overlays: tuple[str, ...] = ()
    fillings: tuple[SourceText, ...] = attrs.field(default=(), repr=False)

    _repr_mimebundle_ = mimebundle

    @property
    def id(self) -> str | None:
        """The scheme's id, ``tmall_global.quarter``."""
        return self.checked.id

    @property
    def version(self) -> str | None:
        """The version's name."""
        return self.checked.version.name

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the checker found that does not stop."""
        return self.checked.warnings

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels, best first."""
        return self.checked.level_names

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The recorded readings, in written order."""
        return self.checked.readings

    @property
    def fields(self) -> tuple[Field, ...]:
        """The declared inputs, as data readers need them."""
        return tuple(declared.field for declared in self.checked.inputs.values())

    @cached_property
    def plan(self) -> Plan:
        """What is computed, in order."""
        return lower(self.checked)

    @cached_property
    def cost(self) -> CostBound:
        """What rating a cohort can cost at most, from the declared maxima."""
        return cost_bound(self.checked)

    def fill(self, text: str, name: str = "<overlay>") -> "Scheme":
        """
        This scheme with its holes and external values filled by the statements of an overlay.

        Raises:
            DiagnosticError: the overlay says something that the scheme does not leave open, or the result is wrong.
        """
        overlay = SourceText(name, text)
        merged = fill(self.checked.source, overlay)
        digest = hashlib.sha256(overlay.text.encode()).hexdigest()
        checked = check(merged, self.resolver)
        return Scheme(checked, self.resolver, (*self.overlays, digest), (*self.fillings, overlay))

    def __reduce__(self) -> tuple[Any, ...]:
        source = self.checked.source
        return _scheme, (source.text, source.name, self.resolver, self.overlays)

    def for_period(self, label: str | None) -> "Scheme":
        """
        This scheme, where it governs a period; so that one version can stand where several may.

        Raises:
            DiagnosticError: as `period`.
        """
        self.period(label)
        return self

    def period(self, label: str | None) -> Period | None:
        """
        The assessed period of a label; None for a scheme that assesses none.

        Raises:
            DiagnosticError: the label is no period, of another unit, or not covered by this version.
        """
        return _covered_period(self.checked, label)

    def rate(
        self,
        rows: Iterable[Row],
        *,
        period: str | None = None,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, Mapping[Any, object]] | None = None,
        history: Iterable[Published] | None = None,
        strict: bool = False,
        floats: str = "refuse",
        budget: int = DEFAULT_BUDGET,
        cancel: Callable[[], bool] | None = None,
        place: Place = row_place,
        progress: Progress | None = None,
        mocks: Iterable[Row] | None = None,
    ) -> Outcome:
        """
        Rate the subjects of one cohort for one period.

        Args:
            rows: one mapping a subject: ``id`` and the inputs by name. Numbers are int, Fraction, Decimal or text;
                a series is a mapping from period label to value, or a list that ends with the data window; child
                rows are a list of mappings. An absent key or None is missing.
            period: the label of the assessed period, ``2023-08``.
            params: values of the `external` parameters.
            tables: contents of the `external` tables; the key ``else`` gives the value of all others.
            history: published results, for inputs declared ``from SCHEME`` and for states; a scheme with states needs
                one, which is empty where nothing was ever published.
            strict: refuse a cohort in which somebody's eligibility is undetermined.
            floats: ``refuse``, or ``shortest`` to read a float as the shortest decimal that prints it.
            budget: cost units that the run may spend.
            cancel: asked now and then; true stops the run.
            place: says where a value came from, for diagnostics.
            progress: told (steps done, steps in all).
            mocks: for each row, values that replace definitions (as examples do).

        Raises:
            DiagnosticError: the period, the parameters or the data are refused; it lists everything found.
            BudgetExceeded: the run needs more than its budget.
            Cancelled: *cancel* said so.
            ValueError: *floats* is none of its words.
        """
        ready = self._prepared(period, params, tables, place, floats)
        subjects = ready.reader().read(self._filled(rows, history, ready.time), mocks)
        run = interpret(ready.program(), subjects, Budget(budget, cancel), progress)
        if strict:
            refuse_waiting([id_ for id_, value in run.eligible.items() if isinstance(value, Undetermined)])
        return outcome_of(run, ready.header)

    def rate_table(
        self,
        subjects: object,
        *,
        children: Mapping[str, object] | None = None,
        period: str | None = None,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, Mapping[Any, object]] | None = None,
        history: Iterable[Published] | None = None,
        engine: str = "auto",
        strict: bool = False,
        id_column: str = "id",
        ignore: Iterable[str] = (),
        memory: str = "4GB",
        threads: int | None = None,
        master: str | None = None,
        floats: str = "refuse",
        place: Place = row_place,
        progress: Progress | None = None,
        on_warning: Callable[[Diagnostic], None] | None = None,
    ) -> "TableOutcome":
        """
        Rate the subjects of a table of any size; whatever engine computes, the results are those of `rate`.

        Args:
            subjects: a Parquet file, a pattern or folder of them; a delimited file; the address of a table in PostgreSQL,
                ``postgresql://host/db?table=name``; an Arrow table, a frame of pandas, polars or whatever narwhals knows, a
                relation of DuckDB, a DataFrame of Spark; a list of rows as `rate` takes them, or what `read_subjects` gave. Numbers are
                integers or decimals: floats are refused.
            children: child rows by the list's name, of the same kinds; their column *id_column*, ``subject`` or ``id``
                says whose they are.
            engine: ``duckdb``; ``polars``, where every number is proved to fit into 64 bits; ``spark``, in the session of the
                frames, else in the active one, else in a new one; ``exact``, the interpreter; ``auto``, Spark for its frames,
                else DuckDB, with the interpreter for what columns cannot say.
            period, params, tables, strict: see `rate`; *floats* and *place* too, for a list of rows (what was read knows its
                places).
            history: see `rate`; for rows, frames and single files, which are then read row by row. Without it what was published
                before is a column like any other, and no state may be missing.
            ignore: headings to leave out; ``*`` for all unknown ones.
            memory: what the engine may take before it uses a temporary folder; Polars keeps to no bound.
            threads: how many it may use; None for all. Polars asks ``POLARS_MAX_THREADS``.
            master: where a new session of Spark runs; None for SPARK_REMOTE, else for all processors of this machine.
            on_warning: hears of doubts about delimited files, such as their encoding.

        Raises:
            DiagnosticError: the period, the parameters or the data are refused; ``E-ENGINE``, where the engine that is
                asked for cannot compute all of the scheme.
            ValueError: *engine* or *floats* is none of its words, *memory* no size, or *threads* no number above 0.
        """
        from tierlang.columnar.columns.relation import SUBJECTS
        from tierlang.columnar.reading.rowwise import read_rows
        from tierlang.columnar.reading.source import NotPlain
        from tierlang.columnar.table import rate_table
        from tierlang.data import words
        from tierlang.data.subjects import Dataset

        ready = self._prepared(period, params, tables, place, floats)
        options: dict[str, Any] = {
            "engine": engine,
            "id_column": id_column,
            "ignore": ignore,
            "strict": strict,
            "memory": memory,
            "threads": threads,
            "master": master,
            "progress": progress,
        }
        further = dict(children or {})
        if not isinstance(subjects, list | tuple | Dataset):
            given = {SUBJECTS: subjects, **further}
            why = words.PUBLISHED_INTO_ROWS
            if history is None or not self._takes_history:
                try:
                    return rate_table(ready, given, **options)
                except NotPlain as found:
                    why = found.why or words.A_FILE_OF_ROWS
            subjects = read_rows(given, self.fields, id_column, frozenset(ignore), on_warning, engine, why)
            further = {}
        if isinstance(subjects, Dataset):
            ready = self._prepared(period, params, tables, subjects.place, floats)
            options["id_type"], subjects = subjects.id_type, subjects.rows
        assert isinstance(subjects, list | tuple)
        rows = list(self._filled(subjects, history, ready.time))
        return rate_table(ready, {SUBJECTS: rows, **further}, **options)

    def rater(
        self,
        *,
        period: str | None = None,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, Mapping[Any, object]] | None = None,
        history: Iterable[Published] | None = None,
        cohort: "FrozenCohort | None" = None,
        floats: str = "refuse",
        budget: int = DEFAULT_BUDGET,
    ) -> "Rater":
        """
        A function of one record, for handlers of requests: compiled once, used by any number of threads.

        ``rater(record)`` is the result that `rate` gives the record: alone, or with the rows of a frozen cohort.

        Args:
            cohort: who the record is ranked among, see `freeze`; without it the record is a cohort of its own.
            period, params, tables, history, floats: see `rate`.
            budget: cost units that one record may spend.

        Raises:
            DiagnosticError: the period or the parameters are refused, or the cohort was frozen for others.
            ValueError: *floats* is none of its words.
        """
        from tierlang.rater.rater import Rater

        published = None if history is None else tuple(history)
        ready = self._prepared(period, params, tables, row_place, floats)
        given = (period, params, tables, published, cohort, floats, budget)
        return Rater(ready, cohort, self._fill_of(published, ready.time), budget, (_rater, (self, *given)))

    def freeze(
        self,
        rows: Iterable[Row],
        *,
        period: str | None = None,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, Mapping[Any, object]] | None = None,
        history: Iterable[Published] | None = None,
        floats: str = "refuse",
        budget: int = DEFAULT_BUDGET,
        cancel: Callable[[], bool] | None = None,
        place: Place = row_place,
    ) -> "FrozenCohort":
        """
        A cohort that stands still, to rank single records among: see `rater`.

        Args:
            rows, period, params, tables, history, floats, budget, cancel, place: see `rate`.

        Raises:
            DiagnosticError, BudgetExceeded, Cancelled, ValueError: as `rate`.
        """
        from tierlang.rater.frozen import freeze

        ready = self._prepared(period, params, tables, place, floats)
        subjects = ready.reader().read(self._filled(rows, history, ready.time))
        return freeze(ready, subjects, Budget(budget, cancel))

    def prepare(
        self,
        *,
        period: str | None = None,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, Mapping[Any, object]] | None = None,
    ) -> Prepared:
        """
        This scheme with everything that a run needs but data.

        Raises:
            DiagnosticError: the period, the parameters or the tables are refused.
        """
        return self._prepared(period, params, tables, row_place, "refuse")

    def _filled(
        self, rows: Iterable[Row], history: Iterable[Published] | None, time: TimeFrame
    ) -> Iterable[Row]:
        """The rows with published results filled in."""
        fill = self._fill_of(history, time)
        return rows if fill is None else [fill(row) for row in rows]

    @property
    def _takes_history(self) -> bool:
        """Whether published results are inputs."""
        return any(declared.published_by is not None for declared in self.checked.inputs.values())

    def _fill_of(self, history: Iterable[Published] | None, time: TimeFrame) -> Callable[[Row], Row] | None:
        """What fills a row with published results, or makes sure that it needs none; None for a scheme without."""
        checked = self.checked
        if not self._takes_history:
            return None
        if history is not None:
            return filler(checked, history, time.period, time.calendar)
        return (lambda row: _refuse_forgotten(checked, row)) if checked.states else None

    def _prepared(
        self,
        period: str | None,
        params: Mapping[str, object] | None,
        tables: Mapping[str, Mapping[Any, object]] | None,
        place: Place,
        floats: str,
    ) -> Prepared:
        """
        This scheme with everything but data.

        Raises:
            ValueError: *floats* is none of its words.
        """
        if floats not in FLOATS:
            raise ValueError(f"floats is {' or '.join(map(repr, FLOATS))}, not {floats!r}")
        checked = self.checked
        assessed = _covered_period(checked, period)
        time = time_of(checked, assessed)

        def reader() -> SubjectReader:
            return SubjectReader(checked, time, place, floats)

        constants, supplied = _constants(checked, assessed, params or {}, reader())
        values, digests = _tables(checked, tables or {}, reader())
        given = Supplied(constants, values, _dated(checked))
        header = self._header(time, supplied | digests)
        return Prepared(checked, self.plan, time, given, reader, header)

    def _header(self, time: TimeFrame, supplied: Mapping[str, object]) -> dict[str, Any]:
        checked = self.checked
        digest = hashlib.sha256(checked.source.text.encode()).hexdigest()
        scheme = {
            "id": checked.id,
            "version": checked.version.name,
            "edition": checked.edition,
            "sha256": digest,
            "imports": dict(checked.imports),
            "overlays": list(self.overlays),
            "params": dict(supplied),
            "holes": checked.holes,
            "rounding": checked.rounding,
        }
        period = None
        if time.period is not None:
            chosen = (
                "applies" if checked.version.first else "effective" if checked.version.effective else "any"
            )
            start, end = time.start.isoformat(), time.end.isoformat()
            period = {"label": time.period.label, "start": start, "end": end, "chosen_by": chosen}
        return {"scheme": scheme, "period": period}


def _rater(scheme: Scheme, *given: Any) -> "Rater":
    """A rater made again of what it was made of."""
    names = ("period", "params", "tables", "history", "cohort", "floats", "budget")
    return scheme.rater(**dict(zip(names, given, strict=True)))


def _scheme(text: str, name: str, resolver: Resolver | None, overlays: tuple[str, ...]) -> Scheme:
    """A scheme made again of its text."""
    return Scheme(check(SourceText(name, text), resolver), resolver, overlays)


def loads(text: str, *, name: str = "<scheme>", resolver: Resolver | None = None) -> Scheme:
    """
    Check the text of a scheme.

    Args:
        name: what diagnostics call it.
        resolver: gives the text of an imported library by its logical name; None refuses imports.

    Raises:
        DiagnosticError: with every finding, where at least one is an error.
    """
    return Scheme(check(SourceText(name, text), resolver), resolver)


# ------------------------------------------------------------------ periods


def assessed_period(checked: CheckedScheme, label: str | None) -> Period | None:
    """
    The period of a label; None for a scheme that assesses none.

    Raises:
        DiagnosticError: the label is no period, or of another unit.
    """
    unit = checked.assessment.unit
    if unit is None:
        if label is not None:
            raise refusal("E-PERIOD-UNIT", found=label, expected="no period: the scheme has no `assess` line")
        return None
    if label is None:
        raise refusal("E-PERIOD-MISSING", expected=f"{unit} such as {SAMPLES[unit]}")
    calendar = time_frame(checked.assessment, None).calendar
    try:
        period = calendar.parse(label)
    except PeriodError as error:
        raise refusal("E-PERIOD-TEXT", text=label, expected=f"a {unit} such as {SAMPLES[unit]}") from error
    if period.unit != unit:
        raise refusal("E-PERIOD-UNIT", found=label, expected=f"a {unit} such as {SAMPLES[unit]}")
    return period


def _covered_period(checked: CheckedScheme, label: str | None) -> Period | None:
    """The period of a label, refused where this version does not govern it."""
    period = assessed_period(checked, label)
    problem = coverage_problem(checked, period) if period is not None else None
    if problem is not None:
        raise problem
    return period


def coverage_problem(checked: CheckedScheme, period: Period) -> DiagnosticError | None:
    """Why a version does not govern a period, as the error to raise; None where it does (D38, D39)."""
    version = checked.version
    calendar = time_frame(checked.assessment, None).calendar
    if version.first is not None:
        first = calendar.parse(version.first)
        last = calendar.parse(version.last) if version.last else None
        behind = last is not None and period.start > last.start
        if period.start < first.start or behind:
            covered = f"{first} to {last}" if last else f"{first} and later"
            facts = {"version": version.name, "covered": covered, "nearest": last if behind else first}
            return refusal("E-NO-VERSION", NO_PLACE, period=period, **facts)
        retired = last is None and version.until is not None and period.end > version.until
        return refusal("E-RETIRED", period=period, until=version.until) if retired else None
    if version.effective is not None and period.end < version.effective:
        nearest_period = calendar.containing(period.unit, version.effective)
        covered = f"{nearest_period} and later"
        return refusal(
            "E-NO-VERSION", period=period, version=version.name, covered=covered, nearest=nearest_period
        )
    if version.until is not None and period.end > version.until:
        return refusal("E-RETIRED", period=period, until=version.until)
    return None


def time_of(checked: CheckedScheme, period: Period | None) -> TimeFrame:
    """
    The data window of an assessed period.

    Raises:
        DiagnosticError: it leaves the calendar.
    """
    try:
        return time_frame(checked.assessment, period)
    except PeriodError as error:
        raise refusal("E-PERIOD-TEXT", text=period, expected="a period within the years 1 to 9999") from error


# ------------------------------------------------------------------ parameters and tables


def _constants(
    checked: CheckedScheme, period: Period | None, params: Mapping[str, object], reader: SubjectReader
) -> tuple[dict[str, Value], dict[str, object]]:
    """Levels and parameters by name, and what the host supplied, for the result."""
    for name in params:
        if name not in checked.params:
            near = quoted(nearest(name, checked.params))
            raise refusal("E-PARAM-UNKNOWN", name=name, near=near)
        if not checked.params[name].external:
            raise refusal("E-PARAM-FIXED", name=name)
    constants: dict[str, Value] = {level.name: Level(level.name, i) for i, level in enumerate(checked.ladder)}
    supplied: dict[str, object] = {}
    for name, param in checked.params.items():
        if not param.external:
            constants[name] = _in_force(checked, param, period)
        elif name in params:
            constants[name] = reader.check_value(name, param.type, params[name])
            supplied[name] = {"external": True, "value": str(params[name])}
        else:
            raise refusal("E-PARAM-MISSING", name=name, expected=param.type)
    return constants, supplied


def _in_force(checked: CheckedScheme, param: ParamDecl, period: Period | None) -> Value:
    """The value of a parameter on the last day of the period."""
    node = checked.source.node_id(param.origin.span)
    current: object = None
    for start, value in param.values:
        if start is None or (period is not None and start <= period.end):
            current = value
    if current is None:
        return undetermined("no-parameter", param.name, node)
    return _literal(checked, current, param.name, node)


def _dated(checked: CheckedScheme) -> dict[str, list[tuple[datetime.date | None, Value]]]:
    """The parameters that the scheme gives values, with all of them."""
    return {
        name: [
            (start, _literal(checked, value, name, checked.source.node_id(param.origin.span)))
            for start, value in param.values
        ]
        for name, param in checked.params.items()
        if not param.external
    }


def _literal(checked: CheckedScheme, value: object, path: str, node: str) -> Value:
    if value == HOLE:
        return undetermined("hole", path, node)
    if isinstance(value, str) and value in checked.level_names:
        return Level(value, checked.level_index(value))
    assert isinstance(value, int | Fraction | str | datetime.date)
    return value


def _tables(
    checked: CheckedScheme, tables: Mapping[str, Mapping[Any, object]], reader: SubjectReader
) -> tuple[dict[str, TableValue], dict[str, object]]:
    for name in tables:
        if name not in checked.tables:
            raise refusal("E-PARAM-UNKNOWN", name=name, near=quoted(nearest(name, checked.tables)))
        if checked.tables[name].entries is not None:
            raise refusal("E-PARAM-FIXED", name=name)
    values: dict[str, TableValue] = {}
    digests: dict[str, object] = {}
    for name, table in checked.tables.items():
        if table.entries is not None:
            values[name] = _declared_table(checked, table)
        elif name in tables:
            values[name] = _supplied_table(reader, table, tables[name])
            listed = repr(sorted((str(k), str(v)) for k, v in tables[name].items()))
            digests[name] = {"external": True, "sha256": hashlib.sha256(listed.encode()).hexdigest()}
        else:
            raise refusal("E-TABLE-MISSING", name=name)
    return values, digests


def _declared_table(checked: CheckedScheme, table: TableDecl) -> TableValue:
    node = checked.source.node_id(table.origin.span)
    assert table.entries is not None
    entries = {k: _literal(checked, v, f"{table.name}[{k}]", node) for k, v in table.entries.items()}
    otherwise = None if table.otherwise is None else _literal(checked, table.otherwise, table.name, node)
    return TableValue(entries, otherwise)


def _supplied_table(reader: SubjectReader, table: TableDecl, given: Mapping[Any, object]) -> TableValue:
    entries: dict[object, Value] = {}
    otherwise: Value | None = None
    for key, value in given.items():
        found = reader.check_value(f"{table.name}[{key}]", table.value, value)
        if key in {"else", None}:
            otherwise = found
        else:
            checked_key = reader.check_value(table.name, table.key, key)
            entries[checked_key.name if isinstance(checked_key, Level) else checked_key] = found
    return TableValue(entries, otherwise)


def _refuse_forgotten(checked: CheckedScheme, row: Row) -> Row:
    """A row, if it gives every state itself: without any history everybody would look like a newcomer."""
    for declared in checked.states:
        if isinstance(row, Mapping) and row.get(declared.name) is None:
            raise refusal("E-HISTORY-MISSING", name=declared.name, id=row.get("id"))
    return row
