"""
Tables that an engine holds → columns: headings understood, types exact, every declared bound looked at in the data.

A value that is not surely good is never judged here: its row goes to the reader of the interpreter (run/subjects.py), whose
word counts. So the same data are refused with the same codes.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

from tierlang.check.declarations import MAX_COHORT
from tierlang.check.model import CheckedScheme, InputDecl
from tierlang.columnar.bind import Bound, labels_of, used_names
from tierlang.columnar.cells import FALSE, TRUE, Cell, column, constant, truth
from tierlang.columnar.numbers import NotNative, whole
from tierlang.columnar.relation import KEY, Names
from tierlang.columnar.values import (
    ListOf,
    Plain,
    Row,
    SeriesOf,
    Single,
    Unknown,
    Value,
    first_known_of,
    literal,
)
from tierlang.data.headings import Names as Headings
from tierlang.data.problems import DataProblem, facts_of
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError
from tierlang.run.subjects import MAX_TEXT, Subject, SubjectReader
from tierlang.run.values import Level
from tierlang.run.windows import TimeFrame
from tierlang.types import (
    BoolType,
    DateType,
    Field,
    ListType,
    NumberType,
    RecordType,
    SeriesType,
    TextType,
    TierType,
    Type,
)

SHOWN = 100
"""Bad rows that are shown."""
MAX_PRECISION = 38
_INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?", re.ASCII)
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)", re.ASCII)
SMALL = frozenset({"TINYINT", "SMALLINT", "INTEGER"})
"""Types of fewer than 64 bits."""
_FLOATS = frozenset({"FLOAT", "DOUBLE", "REAL"})
PLAIN_TEXT = "[ -~]*"
PLAIN_ID = "[A-Za-z0-9_.:-]{1,128}"


@attrs.frozen
class Source:
    """
    One table of a run.

    Attributes:
        name: ``subjects``, or a list input.
        relation: what stands after FROM.
        shown: what messages call it, such as a file's name.
    """

    name: str
    relation: str
    shown: str


@attrs.frozen
class Scanned:
    """
    One column that is read.

    Attributes:
        heading: in the table.
        name: in the plan.
        expression: what is selected: an integer, a truth value or a text.
        path: input or field, and period of a series.
        sql_type: what the table holds.
        type: what the scheme declares.
        scale: decimals of the integer.
    """

    heading: str
    name: str
    expression: str
    path: tuple[str, ...]
    sql_type: str
    type: Type
    scale: int = 0


class Connection:
    """What is asked of a connection: to run a statement, and give its rows."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def all(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        found: list[tuple[Any, ...]] = self._connection.execute(text).fetchall()
        return found

    def many(self, text: str, size: int = 10_000) -> Iterator[tuple[Any, ...]]:
        """The rows of a result, batch by batch."""
        cursor = self._connection.execute(text)
        while batch := cursor.fetchmany(size):
            yield from batch

    def headings(self, relation: str) -> list[tuple[str, str]]:
        """Names and types of the columns of a relation."""
        return [(str(row[0]), str(row[1])) for row in self.all(f"DESCRIBE SELECT * FROM {relation}")]


def quoted(name: str) -> str:
    """A name of a table's column."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text in a statement."""
    return "'" + text.replace("'", "''") + "'"


@attrs.define(eq=False)
class Scanner:
    """
    Binds the tables of one run.

    Attributes:
        sources: ``subjects`` first; child rows by the list's name.
        id_column: the heading over the ids; in child tables also ``subject`` or ``id``.
        ignore: headings that are left out, ``*`` for all unknown ones.
        scans: by relation what is selected from it.
    """

    scheme: CheckedScheme
    time: TimeFrame
    reader: Callable[[], SubjectReader]
    connection: Connection
    sources: Mapping[str, Source]
    id_column: str = "id"
    ignore: frozenset[str] = frozenset()
    names: Names = attrs.field(factory=Names)
    scans: dict[str, str] = attrs.field(factory=dict)
    columns: dict[str, list[Scanned]] = attrs.field(factory=dict)
    keys: dict[str, str] = attrs.field(factory=dict)
    sizes: dict[str, int] = attrs.field(factory=dict)
    wholesale: dict[str, Cell] = attrs.field(factory=dict)

    def bind(self) -> Bound:
        """
        Look at all tables, and give their columns.

        Raises:
            DiagnosticError: a heading is unknown, or a value is refused.
            NotNative: a column is of a type that cannot be read exactly here.
        """
        fields = [declared.field for declared in self.scheme.inputs.values()]
        main = self.sources["subjects"]
        self._understand(main, [f for f in fields if f.name not in self.sources])
        facts = self._facts(main)
        self._check_subjects(main)
        inputs: dict[str, Value] = {}
        assumed: dict[str, Cell] = {}
        gates: dict[str, Cell] = {}
        for name, declared in self.scheme.inputs.items():
            if isinstance(declared.type, ListType):
                inputs[name] = self._list(name, declared.type)
            else:
                inputs[name] = self._input(declared, facts, assumed, gates)
        used = used_names(self.scheme)
        bound = Bound(
            inputs={name: value for name, value in inputs.items() if name in used},
            gates=gates,
            assumed=[
                (label, assumed[label])
                for label in labels_of(self.scheme, self.time, "value")
                if label in assumed
            ],
            tables=(),
            members=self.sizes["subjects"],
            names=self.names,
            lists=[
                value for value in inputs.values() if isinstance(value, ListOf) and value.name in self.sources
            ],
        )
        for name in self.sources:
            self.scans[name] = self._scan(name)
        return bound

    @property
    def small(self) -> frozenset[str]:
        """The columns that have fewer than 64 bits."""
        return frozenset(c.name for columns in self.columns.values() for c in columns if c.sql_type in SMALL)

    # ------------------------------------------------------------ headings

    def _understand(self, source: Source, fields: Sequence[Field]) -> None:
        """Find which heading is which field; unknown ones are refused."""
        headings = Headings(fields)
        found: list[Scanned] = []
        problems: list[Diagnostic] = []
        key = None
        columns = self.connection.headings(source.relation)
        known = [heading for heading, _ in columns]
        candidates = [self.id_column] if source.name == "subjects" else [self.id_column, "subject", "id"]
        key = next((c for c in candidates if c in known and c not in headings.fields), None)
        if key is None:
            raise _refusal("E-DATA-NO-ID", DataPlace(source.shown), expected=self.id_column)
        self.keys[source.name] = key
        for heading, sql_type in columns:
            if heading == key or heading in self.ignore or (heading == "key" and source.name != "subjects"):
                continue
            try:
                field, period = headings.find(heading)
                found.append(self._scanned(source, heading, sql_type, field, period))
            except DataProblem as problem:
                if not ("*" in self.ignore and problem.code == "E-DATA-COLUMN"):
                    place = DataPlace(source.shown, column=heading)
                    problems.append(Diagnostic(problem.code, facts_of(problem.facts), place=place))
        paths = [scanned.path for scanned in found]
        if twice := next((path for path in paths if paths.count(path) > 1), None):
            raise _refusal("E-DATA-HEADER-TWICE", DataPlace(source.shown), name="@".join(twice))
        if problems:
            raise DiagnosticError(problems)
        self.columns[source.name] = found

    def _scanned(
        self, source: Source, heading: str, sql_type: str, field: Field, period: str | None
    ) -> Scanned:
        kind = field.type
        if period is not None and isinstance(kind, SeriesType):
            kind = kind.of
        path = (field.name,) if period is None else (field.name, period)
        prefix = "" if source.name == "subjects" else f"{source.name}."
        name = self.names.fresh(prefix + "@".join(path))
        expression, scale = self._expression(quoted(heading), sql_type, kind, source, heading)
        return Scanned(heading, name, expression, path, sql_type, kind, scale)

    def _expression(
        self, text: str, sql_type: str, kind: Type, source: Source, heading: str
    ) -> tuple[str, int]:
        """What is selected for a column, and its decimals."""
        match kind:
            case NumberType() if _INTEGERS.fullmatch(sql_type):
                return f"CAST({text} AS HUGEINT)" if sql_type.startswith("U") else text, 0
            case NumberType() if match := _DECIMAL.fullmatch(sql_type):
                precision, scale = int(match[1]), int(match[2])
                return _unscaled(text, precision, scale), scale
            case NumberType() if sql_type in _FLOATS:
                raise _refusal(
                    "E-DATA-FLOAT", DataPlace(source.shown, column=heading), value=sql_type.lower()
                )
            case BoolType() if sql_type == "BOOLEAN":
                return text, 0
            case DateType() if sql_type == "DATE":
                return f"CAST({text} - DATE '0001-01-01' AS BIGINT) + 1", 0
            case TextType() if sql_type == "VARCHAR" or sql_type.startswith("ENUM"):
                return f"CAST({text} AS VARCHAR)" if sql_type != "VARCHAR" else text, 0
            case TierType() if sql_type == "VARCHAR":
                arms = " ".join(
                    f"WHEN {text_literal(level.name)} THEN {-i}" for i, level in enumerate(self.scheme.ladder)
                )
                return f"CAST(CASE {text} {arms} END AS BIGINT)", 0
            case _:
                raise NotNative(f"the column `{heading}` of type {sql_type} is no {kind}")

    def _scan(self, name: str) -> str:
        key = (
            f"CAST({quoted(self.keys[name])} AS {self.key_type})"
            if self.key_type
            else quoted(self.keys[name])
        )
        columns = [f"{c.expression} AS {quoted(c.name)}" for c in self.columns.get(name, [])]
        listed = ",\n       ".join([f"{key} AS {KEY}", *columns])
        return f"SELECT {listed}\nFROM {self.sources[name].relation}"

    @property
    def key_type(self) -> str | None:
        """The type to which ids must be cast, because tables have them in different ones; None where they agree."""
        kinds = {
            name: dict(self.connection.headings(s.relation))[self.keys[name]]
            for name, s in self.sources.items()
        }
        return None if len(set(kinds.values())) == 1 else "VARCHAR"

    # ------------------------------------------------------------ facts

    def _facts(self, source: Source) -> Mapping[str, tuple[Any, Any, int]]:
        """
        Of every column its least and greatest value and how many there are, by name; the numbers are scaled integers.

        Raises:
            DiagnosticError: a value is refused.
        """
        columns = self.columns[source.name]
        wanted = ["count(*)"]
        for scanned in columns:
            raw = quoted(scanned.heading)
            ends = (
                ("NULL", "NULL")
                if isinstance(scanned.type, TextType | BoolType | TierType)
                else (f"min({raw})", f"max({raw})")
            )
            bad = self._suspicion(scanned)
            wanted += [*ends, f"count({raw})", "0" if bad is None else f"count(CASE WHEN {bad} THEN 1 END)"]
        ((size, *rest),) = self.connection.all(f"SELECT {', '.join(wanted)} FROM {source.relation}")
        self.sizes[source.name] = size
        self.columns[source.name] = [self._normalized(source, scanned) for scanned in columns]
        found: dict[str, tuple[Any, Any, int]] = {}
        for scanned, low, high, count, suspicious in zip(
            columns, *(rest[i::4] for i in range(4)), strict=True
        ):
            if suspicious or self._outside(scanned, low) or self._outside(scanned, high):
                self._refuse(source, scanned)
            found[scanned.name] = (_as_integer(low, scanned.scale), _as_integer(high, scanned.scale), count)
        return found

    def _normalized(self, source: Source, scanned: Scanned) -> Scanned:
        """The column, brought to NFC where some of its texts are not; every text that is not plain is looked at once."""
        if not isinstance(scanned.type, TextType):
            return scanned
        raw, choices = scanned.expression, scanned.type.choices
        good = (
            f"{raw} IN ({', '.join(map(text_literal, choices))})"
            if choices
            else f"regexp_full_match({raw}, '{PLAIN_TEXT}') AND length({raw}) <= {MAX_TEXT}"
        )
        reader = self.reader()
        changed = False
        for (text,) in self.connection.many(
            f"SELECT DISTINCT {raw} FROM {source.relation} WHERE NOT ({good})"
        ):
            if not reader.takes_text(text, choices):
                self.refuse_rows(source, f"{raw} = {text_literal(text)}", [scanned])
            changed = changed or unicodedata.normalize("NFC", text) != text
        return attrs.evolve(scanned, expression=f"nfc_normalize({raw})") if changed else scanned

    def _suspicion(self, scanned: Scanned) -> str | None:
        """A condition that is true for every value of a column that is not surely good; bounds are looked at apart."""
        raw = quoted(scanned.heading)
        match scanned.type:
            case NumberType() as kind:
                return _step_problem(scanned, kind)
            case TierType():
                return f"{raw} IS NOT NULL AND {scanned.expression} IS NULL"
            case _:
                return None

    def _outside(self, scanned: Scanned, value: Any) -> bool:
        kind = scanned.type
        if value is None or not isinstance(kind, NumberType):
            return isinstance(kind, DateType) and value is not None and not isinstance(value, datetime.date)
        number = Fraction(value)
        low = 0 if kind.kind in {"count", "share"} and kind.low is None else kind.low
        high = 1 if kind.kind == "share" and kind.high is None else kind.high
        return (low is not None and number < low) or (high is not None and number > high)

    def _refuse(self, source: Source, scanned: Scanned) -> None:
        """Let the reader refuse the rows of a column that may be bad; it returns where it takes them all."""
        raw = quoted(scanned.heading)
        conditions = [self._suspicion(scanned)]
        if isinstance(scanned.type, NumberType):
            kind = scanned.type
            low = 0 if kind.kind in {"count", "share"} and kind.low is None else kind.low
            high = 1 if kind.kind == "share" and kind.high is None else kind.high
            conditions += [f"{scanned.expression} < {low * 10**scanned.scale}" if low is not None else None]
            conditions += [f"{scanned.expression} > {high * 10**scanned.scale}" if high is not None else None]
        where = " OR ".join(f"({condition})" for condition in conditions if condition is not None)
        self.refuse_rows(source, where or f"{raw} IS NOT NULL", [scanned])

    def refuse_rows(self, source: Source, where: str, columns: Sequence[Scanned]) -> None:
        """Give some rows to the reader, which raises."""
        key = self.keys[source.name]
        listed = ", ".join([f"CAST({quoted(key)} AS VARCHAR)", *(quoted(c.heading) for c in columns)])
        numbered = f'(SELECT *, row_number() OVER () AS "#" FROM {source.relation})'
        found = self.connection.all(
            f'SELECT "#", {listed} FROM {numbered} WHERE {where} ORDER BY "#" LIMIT {SHOWN}'
        )
        rows, numbers = [], []
        for number, id_, *cells in found:
            values = {c.path: cell for c, cell in zip(columns, cells, strict=True)}
            rows.append(self._row(source, id_, values))
            numbers.append(number)
        reader = self.reader()
        reader.place = lambda index, path: DataPlace(
            source.shown, row=numbers[index], column=_heading(columns, path)
        )
        reader.read(rows)

    def _row(self, source: Source, id_: str, values: Mapping[tuple[str, ...], Any]) -> dict[str, object]:
        inner: dict[str, object] = {}
        for path, value in values.items():
            if len(path) == 1:
                inner[path[0]] = value
            else:
                series = inner.setdefault(path[0], {})
                assert isinstance(series, dict)
                series[path[1]] = value
        return {"id": id_, **inner} if source.name == "subjects" else {"id": id_, source.name: [inner]}

    # ------------------------------------------------------------ ids

    def _check_subjects(self, source: Source) -> None:
        """Refuse too many subjects, ids that are none, and ids that occur twice."""
        size, key = self.sizes["subjects"], quoted(self.keys["subjects"])
        limit = self.scheme.cohort_maximum or MAX_COHORT
        if size > limit:
            raise _refusal("E-DATA-COHORT-MAX", DataPlace(source.shown, row=limit + 1), limit=limit)
        sql_type = dict(self.connection.headings(source.relation))[self.keys["subjects"]]
        if sql_type == "VARCHAR":
            self._check_ids(source, key)
        elif not _INTEGERS.fullmatch(sql_type):
            raise NotNative(f"ids of type {sql_type}")
        elif self.connection.all(f"SELECT 1 FROM {source.relation} WHERE {key} IS NULL LIMIT 1"):
            raise _refusal("E-DATA-NO-ID", DataPlace(source.shown), expected=self.id_column)
        twice = self.connection.all(
            f"SELECT {key} FROM {source.relation} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        )
        if twice:
            numbered = f'(SELECT {key} AS k, row_number() OVER () AS "#" FROM {source.relation})'
            value = text_literal(str(twice[0][0]))
            ((first, second),) = self.connection.all(
                f'SELECT min("#"), max("#") FROM {numbered} WHERE CAST(k AS VARCHAR) = {value}'
            )
            place = DataPlace(source.shown, row=second, column=self.keys["subjects"])
            raise _refusal("E-DATA-ID-TWICE", place, id=twice[0][0], first=first)

    def _check_ids(self, source: Source, key: str) -> None:
        from tierlang.run.subjects import _ID

        odd = f"SELECT {key} FROM {source.relation} WHERE {key} IS NULL OR NOT regexp_full_match({key}, '{PLAIN_ID}')"
        for (id_,) in self.connection.many(odd):
            if id_ is None:
                raise _refusal("E-DATA-NO-ID", DataPlace(source.shown), expected=self.id_column)
            if not _ID.fullmatch(id_):
                raise _refusal(
                    "E-DATA-ID", DataPlace(source.shown, column=self.keys["subjects"]), value=id_[:60]
                )

    # ------------------------------------------------------------ inputs

    def _input(
        self,
        declared: InputDecl,
        facts: Mapping[str, tuple[Any, Any, int]],
        assumed: dict[str, Cell],
        gates: dict[str, Cell],
    ) -> Value:
        columns = {c.path: c for c in self.columns["subjects"] if c.path[0] == declared.name}
        size = self.sizes["subjects"]
        if isinstance(declared.type, SeriesType):
            return self._series(declared, columns, facts, size, assumed, gates)
        value = self._column(columns[(declared.name,)], facts, size) if columns else Unknown()
        return self._with_policy(declared, value, assumed, gates)

    def _with_policy(
        self, declared: InputDecl, value: Single, assumed: dict[str, Cell], gates: dict[str, Cell]
    ) -> Single:
        absent = value.is_null
        match declared.policy:
            case "value":
                assumed[declared.name] = absent
                return first_known_of([value, self._default(declared)])
            case "ineligible":
                gates[declared.name] = absent
            case "reject" if absent != FALSE:
                place = DataPlace(self.sources["subjects"].shown, column=declared.name)
                raise _refusal("E-DATA-MISSING", place, name=declared.name)
        return value

    def _default(self, declared: InputDecl) -> Single:
        default = declared.default
        if isinstance(declared.type, TierType) and isinstance(default, str):
            return literal(Level(default, self.scheme.level_index(default)))
        return literal(default)  # type: ignore[arg-type]  # the checker has made it a value

    def _series(
        self,
        declared: InputDecl,
        columns: Mapping[tuple[str, ...], Scanned],
        facts: Mapping[str, tuple[Any, Any, int]],
        size: int,
        assumed: dict[str, Cell] | None,
        gates: dict[str, Cell] | None,
    ) -> SeriesOf:
        assert isinstance(declared.type, SeriesType)
        unit = declared.type.unit
        default: Single = self._default(declared) if declared.policy == "value" else Unknown()
        values: dict[int, Value] = {}
        for path, scanned in columns.items():
            if len(path) == 1:
                raise NotNative(f"the series `{declared.name}` stands in one column")
            period = self.time.calendar.parse(path[1])
            value = self._column(scanned, facts, size)
            if assumed is not None and declared.policy == "value":
                assumed[f"{declared.name}@{period.label}"] = value.is_null
            values[period.number] = first_known_of([value, default]) if declared.policy == "value" else value
        if assumed is not None and declared.policy == "value" and self.time.period is not None:
            for period in self.time.periods(None, unit):
                assumed.setdefault(f"{declared.name}@{period.label}", TRUE)
        if not columns and declared.policy == "reject":
            raise _refusal("E-DATA-MISSING", DataPlace(self.sources["subjects"].shown), name=declared.name)
        if gates is not None and declared.policy == "ineligible":
            gates[declared.name] = constant(not columns)
        return SeriesOf(unit, values, default)

    def _column(self, scanned: Scanned, facts: Mapping[str, tuple[Any, Any, int]], size: int) -> Single:
        low, high, count = facts[scanned.name]
        nullable = count < size
        match scanned.type:
            case NumberType():
                if count == 0:
                    return Unknown()
                return whole(column(scanned.name, "int", low, high, nullable=nullable), scanned.scale)
            case DateType():
                if count == 0:
                    return Unknown()
                return Plain(
                    "date", column(scanned.name, "int", low.toordinal(), high.toordinal(), nullable=nullable)
                )
            case BoolType():
                return Plain("bool", truth("column", (scanned.name,), nullable))
            case TierType():
                last = len(self.scheme.ladder) - 1
                return Plain("tier", column(scanned.name, "int", -last, 0, nullable=nullable))
            case _:
                return Plain("text", Cell("column", (scanned.name,), "text", 0, 0, nullable))

    # ------------------------------------------------------------ child rows

    def _list(self, name: str, kind: ListType) -> Value:
        if name not in self.sources:
            return ListOf(name, kind.maximum or 0, FALSE, Unknown())
        source = self.sources[name]
        if not isinstance(kind.of, RecordType):
            raise NotNative(f"`{name}` is a list of plain values in a table of its own")
        policies = self.scheme.record_policies[kind.of.name]
        self._understand(source, [Field(field, of) for field, of in kind.of.fields])
        facts = self._facts(source)
        fields: dict[str, Value] = {}
        for field, declared in policies.items():
            columns = {c.path: c for c in self.columns[name] if c.path[0] == field}
            if isinstance(declared.type, SeriesType):
                fields[field] = self._series(declared, columns, facts, self.sizes[name], None, None)
                continue
            value = self._column(columns[(field,)], facts, self.sizes[name]) if columns else Unknown()
            if declared.policy == "value":
                value = first_known_of([value, self._default(declared)])
            elif declared.policy == "reject" and value.is_null != FALSE:
                raise _refusal(
                    "E-DATA-MISSING", DataPlace(source.shown, column=field), name=f"{name}.{field}"
                )
            fields[field] = value
        return ListOf(name, kind.maximum or 0, TRUE, Row(fields))

    def check_lists(self, counted: Mapping[str, tuple[int, int]]) -> None:
        """
        Refuse child rows without a subject, and lists that are too long.

        Args:
            counted: by list how many rows the subjects have together, and the most that one has.
        """
        for name, (total, most) in counted.items():
            source, key = self.sources[name], quoted(self.keys[name])
            kind = self.scheme.inputs[name].type
            limit = kind.maximum if isinstance(kind, ListType) else None
            if total < self.sizes[name]:
                main, own = self.sources["subjects"], quoted(self.keys["subjects"])
                numbered = f'(SELECT {key} AS k, row_number() OVER () AS "#" FROM {source.relation})'
                known = f"SELECT CAST({own} AS VARCHAR) FROM {main.relation}"
                text = f'SELECT "#", k FROM {numbered} WHERE k IS NULL OR CAST(k AS VARCHAR) NOT IN ({known}) ORDER BY 1 LIMIT 1'
                ((row, id_),) = self.connection.all(text)
                raise _refusal(
                    "E-DATA-ORPHAN", DataPlace(source.shown, row=row, column=self.keys[name]), id=id_
                )
            if limit is not None and most > limit:
                text = f"SELECT {key}, count(*) FROM {source.relation} GROUP BY 1 HAVING count(*) > {limit} ORDER BY 1 LIMIT 1"
                ((id_, count),) = self.connection.all(text)
                place = DataPlace(source.shown, column=name, value=str(id_))
                raise _refusal("E-DATA-LIST-MAX", place, count=count, limit=limit)

    # ------------------------------------------------------------ single subjects

    def subjects(self, ids: Sequence[str]) -> list[Subject]:
        """Read some subjects as the interpreter reads them, with their child rows in the order of their table."""
        listed = ", ".join(map(text_literal, ids))
        rows: dict[str, dict[str, object]] = {}
        for name, source in self.sources.items():
            key, columns = quoted(self.keys[name]), self.columns[name]
            wanted = ", ".join([f"CAST({key} AS VARCHAR)", *(quoted(c.heading) for c in columns)])
            text = f"SELECT {wanted} FROM {source.relation} WHERE CAST({key} AS VARCHAR) IN ({listed})"
            for id_, *cells in self.connection.many(text):
                row = self._row(source, id_, {c.path: cell for c, cell in zip(columns, cells, strict=True)})
                if name == "subjects":
                    rows[id_] = {**row, **{n: [] for n in self.sources if n != "subjects"}}
                else:
                    mine, further = rows[id_][name], row[name]
                    assert isinstance(mine, list) and isinstance(further, list)
                    mine += further
        return self.reader().read(rows.values())


def _heading(columns: Sequence[Scanned], path: tuple[str | int, ...]) -> str | None:
    """The heading under which a value stands that the reader refused."""
    words = tuple(str(part) for part in path if not isinstance(part, int))
    return next((c.heading for c in columns if words[-len(c.path) :] == c.path), words[-1] if words else None)


def _refusal(code: str, place: DataPlace, **facts: object) -> DiagnosticError:
    return DiagnosticError(
        [Diagnostic(code, {k: str(v) for k, v in facts.items() if v is not None}, place=place)]
    )


def _unscaled(text: str, precision: int, scale: int) -> str:
    """A decimal as the integer of its digits."""
    if scale == 0:
        return f"CAST({text} AS {'BIGINT' if precision <= 18 else 'HUGEINT'})"
    if precision <= 18 and precision + scale < MAX_PRECISION:
        return f"CAST({text} * {10**scale} AS BIGINT)"
    return f"CAST(replace(CAST({text} AS VARCHAR), '.', '') AS HUGEINT)"


def _as_integer(value: Any, scale: int) -> Any:
    return int(value.scaleb(scale)) if isinstance(value, Decimal) else value


def _step_problem(scanned: Scanned, kind: NumberType) -> str | None:
    """A condition for values that are not whole, or between the steps."""
    unit = 10**scanned.scale
    parts = []
    if kind.kind in {"count", "days"} and scanned.scale:
        parts.append(f"{scanned.expression} % {unit} <> 0")
    if kind.step is not None:
        start = Fraction(kind.low or 0) * unit
        step = Fraction(kind.step) * unit
        common = start.denominator * step.denominator
        shifted = f"{scanned.expression} * {common} - {int(start * common)}"
        parts.append(f"({shifted}) % {int(step * common)} <> 0")
    return " OR ".join(parts) or None
