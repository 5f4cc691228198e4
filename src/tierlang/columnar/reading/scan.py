"""
Tables that an engine holds → columns: headings understood, types exact, every declared bound looked at in the data.

A value that is not surely good is never judged here: its row goes to the reader of the interpreter (run/subjects.py), whose
word counts. So the same data are refused with the same codes.
"""

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import InputDecl
from tierlang.columnar.columns.cells import FALSE, TRUE, WIDE, Cell, column, constant, truth
from tierlang.columnar.columns.numbers import NotNative, whole
from tierlang.columnar.columns.relation import KEY, SUBJECTS
from tierlang.columnar.columns.values import (
    ListOf,
    Plain,
    Row,
    Single,
    Unknown,
    Value,
)
from tierlang.columnar.lowering.bind import ORDER, Bound, labels_of, used_names
from tierlang.columnar.lowering.inputs import Absences, series_of, with_policy
from tierlang.columnar.reading.headings import Headed
from tierlang.columnar.reading.kinds import (
    DECIMAL,
    ID_TYPES,
    SMALL,
    as_integer,
    bounds_of,
    step_problem,
    text_of,
    unscaled,
)
from tierlang.columnar.reading.source import Scanned, Source
from tierlang.columnar.sql.dialects import DUCKDB
from tierlang.columnar.sql.text import quoted, text_literal
from tierlang.columnar.sql.writer import Writer
from tierlang.data.problems import DataProblem
from tierlang.diagnostics.model import DataPlace, refusal
from tierlang.periods import Period
from tierlang.run.subjects import Subject
from tierlang.types import BoolType, DateType, Field, ListType, NumberType, SeriesType, TextType, TierType

MAX_CHANGED = 200
"""Texts that are read otherwise than they are written, and still put into a statement one by one."""
MOST_TEXTS = 256
"""Different texts of a column that are kept in mind."""


@attrs.define(eq=False)
class Scanner(Headed):
    """
    Binds the tables of one run.

    Attributes:
        scans: by relation what is selected from it.
        ends: the least and the greatest integer of a column; *texts* those that stand in it, where they are few.
    """

    scans: dict[str, str] = attrs.field(factory=dict)
    ends: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    texts: dict[str, frozenset[str]] = attrs.field(factory=dict)

    def bind(self) -> Bound:
        """
        Look at all tables, and give their columns.

        Raises:
            DiagnosticError: a heading is unknown, or a value is refused.
            NotNative: a column is of a type that cannot be read exactly here.
        """
        fields = [declared.field for declared in self.scheme.inputs.values()]
        main = self.sources[SUBJECTS]
        for name in self.sources:
            if name != SUBJECTS:
                self._list_type(name)
        self._understand(main, [f for f in fields if f.name not in self.sources])
        facts = self._facts(main)
        self._check_subjects(main)
        inputs: dict[str, Value] = {}
        absences = Absences()
        for name, declared in self.scheme.inputs.items():
            if isinstance(declared.type, ListType):
                inputs[name] = self._list(name, declared.type)
            else:
                inputs[name] = self._input(main, declared, facts, absences)
        used = used_names(self.scheme)
        bound = Bound(
            inputs={name: value for name, value in inputs.items() if name in used},
            gates=absences.gates,
            assumed=[
                (label, absences.assumed[label])
                for label in labels_of(self.scheme, self.time, "value")
                if label in absences.assumed
            ],
            tables=(),
            members=self.sizes[SUBJECTS],
            names=self.names,
            lists=[
                value for value in inputs.values() if isinstance(value, ListOf) and value.name in self.sources
            ],
            texts=self.texts,
            absent=self._absent(facts),
        )
        for name in self.sources:
            self.scans[name] = self._scan(name)
        self.scans |= self._nothing()
        return bound

    def _absent(self, facts: Mapping[str, tuple[Any, Any, int]]) -> list[str]:
        """The inputs of which no row of the subjects, if there is one, has a value."""
        if not self.sizes[SUBJECTS]:
            return []
        there = {c.path[0] for c in self.columns[SUBJECTS] if facts[c.name][2]} | {*self.sources}
        return [name for name in self.scheme.inputs if name not in there]

    def _nothing(self) -> dict[str, str]:
        """The scans of lists of which no table is given."""
        lists = [name for name, declared in self.scheme.inputs.items() if isinstance(declared.type, ListType)]
        key, relation = quoted(self.keys[SUBJECTS]), self.sources[SUBJECTS].relation
        empty = f'SELECT {key} AS {KEY}, 0 AS "{ORDER}"\nFROM {relation}\nLIMIT 0'
        return {name: empty for name in lists if name not in self.sources}

    @property
    def small(self) -> frozenset[str]:
        """The columns that have fewer than 64 bits, in the table or as they are selected from it."""
        scanned = [c for columns in self.columns.values() for c in columns]
        return frozenset(c.name for c in scanned if c.sql_type in SMALL or self._small_type(c) is not None)

    def _smallest(self, scanned: Scanned) -> str:
        """A column's expression, in the smallest type that holds its values."""
        small, text = self._small_type(scanned), scanned.expression
        match = DECIMAL.fullmatch(scanned.sql_type)
        if match and scanned.name in self.ends:
            most = max(map(abs, self.ends[scanned.name]))
            text = unscaled(self.quoted(scanned.heading), int(match[1]), int(match[2]), most)
        return text if small is None else f"CAST({text} AS {small})"

    def _small_type(self, scanned: Scanned) -> str | None:
        ends = self.ends.get(scanned.name)
        return None if ends is None else Writer(DUCKDB).smaller(column("", "int", *ends))

    @property
    def in_order(self) -> dict[str, str]:
        """The scans of child rows, with a column that numbers them in the order of their table."""
        given = {name: self._scan(name, numbered=True) for name in self.sources if name != SUBJECTS}
        return given | self._nothing()

    def _scan(self, name: str, *, numbered: bool = False) -> str:
        key = (
            f"CAST({quoted(self.keys[name])} AS {self.key_type})"
            if self.key_type
            else quoted(self.keys[name])
        )
        columns = [f"{self._smallest(c)} AS {quoted(c.name)}" for c in self.columns.get(name, [])]
        relation = self.sources[name].relation
        if numbered:
            columns.append(quoted(ORDER))
            relation = self.sources[name].in_order
        listed = ",\n       ".join([f"{key} AS {KEY}", *columns])
        return f"SELECT {listed}\nFROM {relation}"

    @property
    def key_type(self) -> str | None:
        """The type to which ids must be cast: tables have them in different ones, or wider than 64 bits; else None."""
        kinds = {
            dict(self.connection.headings(s.relation))[self.keys[name]] for name, s in self.sources.items()
        }
        if len(kinds) == 1 and kinds <= {"VARCHAR", *ID_TYPES.values()}:
            return None
        return "BIGINT" if kinds <= SMALL | {"BIGINT"} else "VARCHAR"

    # ------------------------------------------------------------ facts

    def _facts(self, source: Source) -> Mapping[str, tuple[Any, Any, int]]:
        """
        Of every column its least and greatest value and how many there are, by name; the numbers are scaled integers.

        Raises:
            DiagnosticError: a value is refused.
        """
        columns = self.columns[source.name]
        size, *rest = self._measured(source, columns)
        self.sizes[source.name] = size
        self.columns[source.name] = [self._texts(source, scanned) for scanned in columns]
        found: dict[str, tuple[Any, Any, int]] = {}
        for scanned, low, high, count, suspicious in zip(
            columns, *(rest[i::4] for i in range(4)), strict=True
        ):
            if suspicious or self._outside(scanned, low) or self._outside(scanned, high):
                self._refuse(source, scanned)
            found[scanned.name] = (as_integer(low, scanned.scale), as_integer(high, scanned.scale), count)
        return found

    def _measured(self, source: Source, columns: Sequence[Scanned]) -> Sequence[Any]:
        """How many rows there are; of each column its least and greatest value, and how many are there and not surely good."""
        wanted, looks = ["count(*)"], {}
        for number, scanned in enumerate(columns):
            raw = quoted(scanned.heading)
            ends = ("NULL", "NULL") if scanned.has_no_ends else (f"min({raw})", f"max({raw})")
            suspicion = self._suspicion(scanned)
            if suspicion is not None:
                looks[number] = f"count(CASE WHEN {suspicion} THEN 1 END)"
            wanted += [*ends, f"count({raw})", _is_far(*ends) if _is_day(scanned) else "0"]
        # What is asked of ends alone, Parquet files and tables answer without a look at their rows.
        (found,) = self.connection.all(f"SELECT {', '.join(wanted)} FROM {source.relation}")
        if not looks:
            return found
        measured = list(found)
        (counts,) = self.connection.all(f"SELECT {', '.join(looks.values())} FROM {source.relation}")
        for number, count in zip(looks, counts, strict=True):
            measured[4 + 4 * number] += count
        return measured

    def _different(self, source: Source, scanned: Scanned) -> Iterator[str | None]:
        """The different texts of a column."""
        raw = quoted(scanned.heading)
        rows = self.connection.many(f"SELECT DISTINCT CAST({raw} AS VARCHAR) FROM {source.relation}")
        return (text for (text,) in rows)

    def _texts(self, source: Source, scanned: Scanned) -> Scanned:
        """
        The column as its texts are read: without outer white space, in NFC, blank ones missing.

        Every text is looked at once.

        Raises:
            DiagnosticError: one of them is refused.
            NotNative: more than a few must be changed.
        """
        if not isinstance(scanned.type, TextType | TierType):
            return scanned
        raw, reader = quoted(scanned.heading), self.reader()
        changed: dict[str, str | None] = {}
        met: set[str] = set()
        different = 0
        for text in self._different(source, scanned):
            if text is None:
                continue
            different += 1
            try:
                read = text_of(text, scanned.type, reader)
            except DataProblem:
                self.refuse_rows(source, f"CAST({raw} AS VARCHAR) = {text_literal(text)}")
                raise
            if read != text:
                changed[text] = read
            if read is not None and len(met) <= MOST_TEXTS:
                met.add(read)
        if isinstance(scanned.type, TextType) and len(met) <= MOST_TEXTS:
            self.texts[scanned.name] = frozenset(met)
        if len(changed) > MAX_CHANGED:
            raise NotNative(
                f"more than {MAX_CHANGED} texts of `{scanned.heading}` must be tidied",
                f"`{scanned.heading}` 中有超过 {MAX_CHANGED} 个文本须先规整",
            )
        if not changed:
            return attrs.evolve(scanned, different=different)
        if isinstance(scanned.type, TierType):
            raise NotNative(
                f"levels in `{scanned.heading}` must be tidied", f"`{scanned.heading}` 中的等级须先规整"
            )
        arms = " ".join(
            f"WHEN {text_literal(text)} THEN {'NULL' if read is None else text_literal(read)}"
            for text, read in changed.items()
        )
        return attrs.evolve(
            scanned,
            expression=f"CASE {scanned.expression} {arms} ELSE {scanned.expression} END",
            blank=None in changed.values(),
            different=different,
        )

    def _suspicion(self, scanned: Scanned) -> str | None:
        """A condition that is true for every value of a column that is not surely good; its ends are looked at apart."""
        match scanned.type:
            case NumberType() as kind:
                return step_problem(scanned, kind)
            case _:
                return None

    def _outside(self, scanned: Scanned, value: Any) -> bool:
        kind = scanned.type
        if value is None or not isinstance(kind, NumberType):
            return isinstance(kind, DateType) and value is not None and not isinstance(value, datetime.date)
        number = Fraction(value)
        low, high = bounds_of(kind)
        return (low is not None and number < low) or (high is not None and number > high)

    def _refuse(self, source: Source, scanned: Scanned) -> None:
        """Let the reader refuse the rows of a column that may be bad; it returns where it takes them all."""
        raw = quoted(scanned.heading)
        conditions = [self._suspicion(scanned)]
        if isinstance(scanned.type, NumberType):
            low, high = bounds_of(scanned.type)
            unit = 10**scanned.scale
            if low is not None:
                conditions.append(f"{scanned.expression} < {min(math.ceil(low * unit), WIDE)}")
            if high is not None:
                conditions.append(f"{scanned.expression} > {max(math.floor(high * unit), -WIDE)}")
        if _is_day(scanned):
            conditions.append(DUCKDB.far_date.format(raw))
        where = " OR ".join(f"({condition})" for condition in conditions if condition is not None)
        self.refuse_rows(source, where or f"{raw} IS NOT NULL")

    # ------------------------------------------------------------ inputs

    def _input(
        self,
        source: Source,
        declared: InputDecl,
        facts: Mapping[str, tuple[Any, Any, int]],
        absences: Absences | None = None,
    ) -> Value:
        """An input of the subjects, or a field of a list's rows, of which no absences are noted."""
        columns = {c.path: c for c in self.columns[source.name] if c.path[0] == declared.name}
        size, scheme = self.sizes[source.name], self.scheme
        name = declared.name if absences is not None else f"{source.name}.{declared.name}"
        if isinstance(declared.type, SeriesType):
            if not columns and declared.policy == "reject" and size:
                raise refusal("E-DATA-MISSING", DataPlace(source.shown), name=name)
            series = series_of(scheme, declared, self._periods(declared, columns, facts, size), absences)
            if absences is not None:
                self._note_series(declared, absences, missing=not columns)
            return series
        value = self._column(columns[(declared.name,)], facts, size) if columns else Unknown()
        if declared.state_of is not None and value.is_null != FALSE and size:
            self._refuse_forgotten(source, declared, columns)
        if declared.policy == "reject" and value.is_null != FALSE and size:
            raise refusal("E-DATA-MISSING", self._place_of_gap(source, declared, columns), name=name)
        return with_policy(scheme, declared, value, absences)

    def _place_of_gap(
        self, source: Source, declared: InputDecl, columns: Mapping[tuple[str, ...], Scanned]
    ) -> DataPlace:
        """Where the first value is missing in the column of an input; the table, where there is no column."""
        if not columns:
            return DataPlace(source.shown, column=declared.name)
        file, row, _ = self._first_gap(source, columns[declared.name,])
        return self.place(source, row, columns[declared.name,].heading, file)

    def _refuse_forgotten(
        self, source: Source, declared: InputDecl, columns: Mapping[tuple[str, ...], Scanned]
    ) -> None:
        """
        Refuse a state that somebody lacks: without any history everybody would look like a newcomer.

        Raises:
            DiagnosticError: ``E-HISTORY-MISSING``.
        """
        *_, id_ = self._first_gap(source, columns[declared.name,] if columns else None)
        raise refusal("E-HISTORY-MISSING", name=declared.name, id=id_)

    def _first_gap(self, source: Source, scanned: Scanned | None) -> tuple[str, Any, Any]:
        """File, row and id of the first row in which a column is NULL or blank; of the first one where there is no column."""
        where = "TRUE"
        if scanned is not None:
            raw = self.quoted(scanned.heading)
            where = f"{raw} IS NULL" + (f" OR trim({raw}) = ''" if scanned.blank else "")
        found = self._located(source, self.quoted(self.keys[source.name]), where, 1)
        return found[0] if found else (source.shown, None, None)

    def _periods(
        self,
        declared: InputDecl,
        columns: Mapping[tuple[str, ...], Scanned],
        facts: Mapping[str, tuple[Any, Any, int]],
        size: int,
    ) -> dict[Period, Single]:
        """
        The columns of a series.

        Raises:
            NotNative: it stands in one column.
        """
        if (declared.name,) in columns:
            raise NotNative(
                f"the series `{declared.name}` stands in one column",
                f"序列 `{declared.name}` 放在同一列中",
            )
        return {
            self.time.calendar.parse(path[1]): self._column(scanned, facts, size)
            for path, scanned in columns.items()
        }

    def _note_series(self, declared: InputDecl, absences: Absences, *, missing: bool) -> None:
        """Note the absence of a series that has no column at all, or not one for each period."""
        assert isinstance(declared.type, SeriesType)
        if declared.policy == "ineligible":
            absences.gates[declared.name] = constant(missing)
        if declared.policy == "value" and self.time.period is not None:
            for period in self.time.periods(None, declared.type.unit):
                absences.assumed.setdefault(f"{declared.name}@{period.label}", TRUE)

    def _column(self, scanned: Scanned, facts: Mapping[str, tuple[Any, Any, int]], size: int) -> Single:
        low, high, count = facts[scanned.name]
        nullable = count < size or scanned.blank
        match scanned.type:
            case NumberType():
                if count == 0:
                    return Unknown()
                self.ends[scanned.name] = low, high
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
                return Plain("text", Cell("column", (scanned.name,), "text", 0, scanned.different, nullable))

    # ------------------------------------------------------------ child rows

    def _list(self, name: str, kind: ListType) -> Value:
        if name not in self.sources:
            return ListOf(name, kind.maximum or 0, FALSE, Unknown())
        source, record = self.sources[name], self._list_type(name)
        policies = self.scheme.record_policies[record.name]
        self._understand(source, [Field(field, of) for field, of in record.fields])
        facts = self._facts(source)
        fields = {field: self._input(source, declared, facts) for field, declared in policies.items()}
        return ListOf(name, kind.maximum or 0, TRUE, Row(fields))

    def check_lists(self, counted: Mapping[str, tuple[int, int]]) -> None:
        """
        Refuse child rows without a subject, and lists that are too long.

        Args:
            counted: by list how many rows the subjects have together, and the most that one has; fewer where one has too many
                (packing.py).
        """
        for name, (total, most) in counted.items():
            source, key = self.sources[name], quoted(self.keys[name])
            kind = self.scheme.inputs[name].type
            limit = kind.maximum if isinstance(kind, ListType) else None
            if total < self.sizes[name]:
                main, own = self.sources[SUBJECTS], quoted(self.keys[SUBJECTS])
                known = f"SELECT CAST({own} AS VARCHAR) FROM {main.relation}"
                where = f"{key} IS NULL OR CAST({key} AS VARCHAR) NOT IN ({known})"
                for file, row, id_ in self._located(source, key, where, 1):
                    self.refuse_orphan(id_, DataPlace(file, row=row, column=self.keys[name]))
            if limit is not None and (most > limit or total < self.sizes[name]):
                text = f"SELECT {key}, count(*) FROM {source.relation} GROUP BY 1 HAVING count(*) > {limit} ORDER BY 1 LIMIT 1"
                ((id_, count),) = self.connection.all(text)
                place = DataPlace(source.shown, id=str(id_))
                raise refusal("E-DATA-LIST-MAX", place, count=count, limit=limit)

    def all_subjects(self) -> list[Subject]:
        """Read all subjects as the interpreter reads them."""
        fields = {name: declared.field for name, declared in self.scheme.inputs.items()}
        kinds = {name: self._list_type(name) for name in self.sources if name != SUBJECTS}
        for name, source in self.sources.items():
            if name == SUBJECTS:
                own = [field for name, field in fields.items() if name not in self.sources]
            else:
                own = [Field(field, of) for field, of in kinds[name].fields]
            self._understand(source, own)
        subjects = self.subjects(None)
        self._refuse_none(self.sources[SUBJECTS], len(subjects))
        return subjects


def _is_day(scanned: Scanned) -> bool:
    return isinstance(scanned.type, DateType) and scanned.sql_type == "DATE"


def _is_far(least: str, greatest: str) -> str:
    """1 where a day lies outside the years 1 to 9999, else 0."""
    return f"CASE WHEN {least} < DATE '0001-01-01' OR {greatest} > DATE '9999-12-31' THEN 1 ELSE 0 END"
