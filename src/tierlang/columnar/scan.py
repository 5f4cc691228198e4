"""
Tables that an engine holds → columns: headings understood, types exact, every declared bound looked at in the data.

A value that is not surely good is never judged here: its row goes to the reader of the interpreter (run/subjects.py), whose
word counts. So the same data are refused with the same codes.
"""

import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.declarations import DEFAULT_COHORT
from tierlang.check.model import CheckedScheme, InputDecl
from tierlang.columnar.bind import ORDER, Bound, labels_of, used_names
from tierlang.columnar.cells import FALSE, TRUE, Cell, column, constant, truth
from tierlang.columnar.dialects import DUCKDB
from tierlang.columnar.numbers import NotNative, whole
from tierlang.columnar.relation import KEY, Names
from tierlang.columnar.sql import Writer
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
from tierlang.data import words
from tierlang.data.headings import Names as Headings
from tierlang.data.keyed import KEY as CHILD_KEY
from tierlang.data.keyed import PERIOD
from tierlang.data.parquet import raw_of
from tierlang.data.problems import DataProblem, FileProblem, Problems
from tierlang.data.raw import TOTAL_WORDS, Cells, Raw, read_id, read_key
from tierlang.data.table import tidy_heading
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError, nearest
from tierlang.diagnostics.model import quoted as diagnostics_quoted
from tierlang.run.subjects import Subject, SubjectReader
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

CELLS = Cells(frozenset())
ASKED = "tier_asked"
"""The table of the ids of those who are read one by one."""
NOWHERE = "\0"
"""The file of what a reader says of columns that it was not given."""
MAX_CHANGED = 200
"""Texts that are read otherwise than they are written, and still put into a statement one by one."""
SHOWN = 100
"""Bad rows that are shown."""
MAX_PRECISION = 38
WIDEST = 2**127 - 1
"""More than any decimal has digits for."""
_INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?", re.ASCII)
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)", re.ASCII)
SMALL = frozenset({"TINYINT", "SMALLINT", "INTEGER"})
"""Types of fewer than 64 bits."""
_FLOATS = frozenset({"FLOAT", "DOUBLE", "REAL"})
MOST_TEXTS = 256
"""Different texts of a column that are kept in mind."""
FEW = 20_000
"""Ids that tell whether all of them may stand in order."""
ID_SIGNS = r"A-Za-z_.:\x{4E00}-\x{9FFF}-"
"""What ids are written with besides digits, as they stand, between the brackets of a regular expression."""


def is_plain_id(text: str) -> str:
    """
    A condition: a text is an id as it stands, to be read by nobody.

    One with a digit is seen to be none of the words that stand before totals.
    """
    totals = ", ".join(map(text_literal, sorted(TOTAL_WORDS)))
    # A CASE looks at one condition after the other, and at the next one only where it must.
    return (
        f"CASE WHEN strlen({text}) > 128 THEN FALSE WHEN regexp_full_match({text}, '[{ID_SIGNS}]*[0-9][0-9{ID_SIGNS}]*') THEN TRUE"
        f" ELSE regexp_full_match({text}, '[{ID_SIGNS}]+') AND lower({text}) NOT IN ({totals}) END"
    )


@attrs.frozen
class Source:
    """
    One table of a run.

    Attributes:
        name: ``subjects``, or a list input.
        relation: what stands after FROM.
        shown: what messages call it, such as a file's name.
        numbered: a relation with the column ORDER besides, which numbers its rows; *file* and *row* say in SQL which file
            and row of it that is, for the relation *located*, if that is another one.
    """

    name: str
    relation: str
    shown: str
    numbered: str = ""
    file: str = "NULL"
    row: str = f'"{ORDER}"'
    located: str = ""

    @property
    def in_order(self) -> str:
        """The relation with the column ORDER."""
        return self.numbered or f'(SELECT *, row_number() OVER () AS "{ORDER}" FROM {self.relation})'


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
        blank: whether a text that is there may be missing all the same, because it is blank.
        different: how many different texts there are.
    """

    heading: str
    name: str
    expression: str
    path: tuple[str, ...]
    sql_type: str
    type: Type
    scale: int = 0
    blank: bool = False
    different: int = 0

    @property
    def has_no_ends(self) -> bool:
        """Whether its values are no numbers and no days."""
        return isinstance(self.type, TextType | BoolType | TierType)


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
        ends: the least and the greatest integer of a column; *texts* those that stand in it, where they are few.
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
        main = self.sources["subjects"]
        for name in self.sources:
            if name != "subjects":
                self._list_type(name)
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
            texts=self.texts,
        )
        for name in self.sources:
            self.scans[name] = self._scan(name)
        self.scans |= self._nothing()
        return bound

    def _nothing(self) -> dict[str, str]:
        """The scans of lists of which no table is given."""
        lists = [name for name, declared in self.scheme.inputs.items() if isinstance(declared.type, ListType)]
        key, relation = quoted(self.keys["subjects"]), self.sources["subjects"].relation
        empty = f'SELECT {key} AS {KEY}, 0 AS "{ORDER}"\nFROM {relation}\nLIMIT 0'
        return {name: empty for name in lists if name not in self.sources}

    @property
    def small(self) -> frozenset[str]:
        """The columns that have fewer than 64 bits, in the table or as they are selected from it."""
        scanned = [c for columns in self.columns.values() for c in columns]
        return frozenset(c.name for c in scanned if c.sql_type in SMALL or self._small_type(c) is not None)

    def quoted(self, name: str) -> str:
        """A name of a table's column, as the engine writes it."""
        return quoted(name)

    # ------------------------------------------------------------ headings

    def _understand(self, source: Source, fields: Sequence[Field]) -> None:
        """Find which heading is which field; unknown ones are refused."""
        headings = Headings(fields)
        found: list[Scanned] = []
        problems = Problems()
        columns = self.connection.headings(source.relation)
        known = {tidy_heading(heading): heading for heading, _ in columns}
        candidates = [self.id_column] if source.name == "subjects" else [self.id_column, "subject", "id"]
        key = next((known[c] for c in candidates if c in known and c not in headings.fields), None)
        self.keys[source.name] = key or ""
        for heading, sql_type in columns:
            tidied = tidy_heading(heading)
            is_child = source.name != "subjects"
            if is_child and tidied == PERIOD and tidied not in headings.fields:
                raise NotNative(f"the rows of `{source.name}` are in long form")
            if heading == key or tidied in self.ignore or (tidied == CHILD_KEY and is_child):
                continue
            if tidied in self.sources and not is_child:
                raise refusal("E-DATA-HEADER-TWICE", DataPlace(source.shown, column=heading), name=tidied)
            try:
                field, period = headings.find(tidied)
                found.append(self._scanned(source, heading, sql_type, field, period))
            except DataProblem as problem:
                if not ("*" in self.ignore and problem.code == "E-DATA-COLUMN"):
                    problems.add_problem(problem, DataPlace(source.shown, column=heading))
        if key is None:
            problems.add("E-DATA-NO-ID", DataPlace(source.shown), expected=self.id_column)
        paths = [scanned.path for scanned in found]
        if twice := next((path for path in paths if paths.count(path) > 1), None):
            raise refusal("E-DATA-HEADER-TWICE", DataPlace(source.shown), name="@".join(twice))
        problems.raise_errors()
        self.columns[source.name] = found
        if source.name != "subjects" and CHILD_KEY in known:
            self.check_keys(source, known[CHILD_KEY])
        self.note(source)

    def check_keys(self, source: Source, heading: str) -> None:
        """
        Refuse child rows of one subject with one key, and keys that are none.

        Raises:
            DiagnosticError: they are refused.
            NotNative: keys must be tidied.
        """
        id_, key = quoted(self.keys[source.name]), quoted(heading)
        sql_type = dict(self.connection.headings(source.relation))[heading]
        has_kind = sql_type == "VARCHAR" or sql_type.startswith("ENUM") or _INTEGERS.fullmatch(sql_type)
        plain = is_plain_id(f"CAST({key} AS VARCHAR)") if has_kind else "FALSE"
        odd = f"SELECT DISTINCT {key} FROM {source.relation} WHERE {key} IS NULL OR NOT {plain}"
        for (found,) in self.connection.many(odd):
            try:
                same = read_key(raw_of(found)) == found
            except DataProblem as problem:
                shown = "" if found is None else str(found)
                where = f"coalesce(CAST({key} AS VARCHAR), '') = {text_literal(shown)}"
                problems = Problems()
                at = self._located(source, key, where, 1) or [(source.shown, None, None)]
                problems.add_problem(problem, DataPlace(at[0][0], row=at[0][1], column=heading), shown)
                raise DiagnosticError(problems.errors) from None
            if not same:
                raise NotNative(f"the key `{str(found)[:60]}` must be tidied")
        twice = f"SELECT {key} FROM {source.relation} GROUP BY {id_}, {key} HAVING count(*) > 1 LIMIT 1"
        for (found,) in self.connection.all(twice):
            raise refusal("E-DATA-ID-TWICE", DataPlace(source.shown, column=heading), id=found)

    def note(self, source: Source) -> None:
        """Look at the columns of a table once they are known."""

    def _scanned(
        self, source: Source, heading: str, sql_type: str, field: Field, period: str | None
    ) -> Scanned:
        kind = field.type
        if period is not None and isinstance(kind, SeriesType):
            kind = kind.of
        path = (field.name,) if period is None else (field.name, period)
        prefix = "" if source.name == "subjects" else f"{source.name}."
        name = self.names.fresh(prefix + "@".join(path))
        try:
            expression, scale = self._expression(self.quoted(heading), sql_type, kind, source, heading)
        except NotNative:
            self._refuse_type(source, heading, sql_type, kind)
            raise
        return Scanned(heading, name, expression, path, sql_type, kind, scale)

    def _refuse_type(self, source: Source, heading: str, sql_type: str, kind: Type) -> None:
        """Let the reader of cells refuse a column of another type than declared, by its first value; it may take it."""
        if isinstance(kind, ListType | RecordType | SeriesType):
            return
        text = quoted(heading)
        value = f"CAST({text} AS TIMESTAMP)" if sql_type.startswith("TIMESTAMP") else text
        for file, row, found in self._located(source, value, f"{text} IS NOT NULL", 1):
            problems = Problems()
            try:
                CELLS.reader(kind)(raw_of(found))
            except DataProblem as problem:
                problems.add_problem(problem, DataPlace(file, row=row, column=heading), str(found))
            problems.raise_errors()

    def _expression(
        self, text: str, sql_type: str, kind: Type, source: Source, heading: str
    ) -> tuple[str, int]:
        """What is selected for a column, and its decimals."""
        if sql_type == '"NULL"':
            holds = {BoolType: "BOOLEAN", TextType: "VARCHAR"}.get(type(kind), "BIGINT")
            return f"CAST({text} AS {holds})", 0
        match kind:
            case NumberType() if _INTEGERS.fullmatch(sql_type):
                return f"CAST({text} AS HUGEINT)" if sql_type.startswith("U") else text, 0
            case NumberType() if match := _DECIMAL.fullmatch(sql_type):
                precision, scale = int(match[1]), int(match[2])
                return _unscaled(text, precision, scale), scale
            case NumberType() if sql_type in _FLOATS:
                problem = DataProblem(
                    "E-DATA-FLOAT",
                    value=sql_type.lower(),
                    expected=words.expected(kind),
                    help=words.STORE_DECIMALS,
                )
                problems = Problems()
                problems.add_problem(problem, DataPlace(source.shown, column=heading))
                raise DiagnosticError(problems.errors)
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

    def _smallest(self, scanned: Scanned) -> str:
        """A column's expression, in the smallest type that holds its values."""
        small, text = self._small_type(scanned), scanned.expression
        match = _DECIMAL.fullmatch(scanned.sql_type)
        if match and scanned.name in self.ends:
            most = max(map(abs, self.ends[scanned.name]))
            text = _unscaled(self.quoted(scanned.heading), int(match[1]), int(match[2]), most)
        return text if small is None else f"CAST({text} AS {small})"

    def _small_type(self, scanned: Scanned) -> str | None:
        ends = self.ends.get(scanned.name)
        return None if ends is None else Writer(DUCKDB).smaller(column("", "int", *ends))

    @property
    def in_order(self) -> dict[str, str]:
        """The scans of child rows, with a column that numbers them in the order of their table."""
        given = {name: self._scan(name, numbered=True) for name in self.sources if name != "subjects"}
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
        wanted = ["count(*)"]
        for scanned in columns:
            raw = quoted(scanned.heading)
            ends = ("NULL", "NULL") if scanned.has_no_ends else (f"min({raw})", f"max({raw})")
            bad = self._suspicion(scanned)
            wanted += [*ends, f"count({raw})", "0" if bad is None else f"count(CASE WHEN {bad} THEN 1 END)"]
        (found,) = self.connection.all(f"SELECT {', '.join(wanted)} FROM {source.relation}")
        return found

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
            raise NotNative(f"more than {MAX_CHANGED} texts of `{scanned.heading}` must be tidied")
        if not changed:
            return attrs.evolve(scanned, different=different)
        if isinstance(scanned.type, TierType):
            raise NotNative(f"levels in `{scanned.heading}` must be tidied")
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
        """A condition that is true for every value of a column that is not surely good; bounds are looked at apart."""
        match scanned.type:
            case NumberType() as kind:
                return _step_problem(scanned, kind)
            case DateType() if scanned.sql_type == "DATE":
                return f"{quoted(scanned.heading)} NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
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
                conditions.append(f"{scanned.expression} < {min(math.ceil(low * unit), WIDEST)}")
            if high is not None:
                conditions.append(f"{scanned.expression} > {max(math.floor(high * unit), -WIDEST)}")
        where = " OR ".join(f"({condition})" for condition in conditions if condition is not None)
        self.refuse_rows(source, where or f"{raw} IS NOT NULL")

    def refuse_rows(self, source: Source, where: str) -> None:
        """Give some rows to the readers, which raise; where they take them all, so be it."""
        key, columns = self.keys[source.name], self.columns[source.name]
        listed = ", ".join([quoted(key), *map(_readable, columns)])
        self.let_refuse(source, self._located(source, listed, where, SHOWN))

    def place(self, source: Source, number: Any, column: str | None, file: str | None = None) -> DataPlace:
        """The place of a value in a row; *number* is what tells rows apart."""
        return DataPlace(file or source.shown, row=number, column=column)

    def let_refuse(self, source: Source, found: Sequence[Sequence[Any]]) -> None:
        """
        Give rows to the readers: their file, what tells each of them apart, its id, and the columns of the table.

        Raises:
            DiagnosticError: the readers refuse one of them.
        """
        key, columns = self.keys[source.name], self.columns[source.name]
        problems = Problems()
        readers = [CELLS.reader(column.type) for column in columns]
        rows = [self._read(source, number, cells, problems, readers, file) for file, number, *cells in found]
        problems.raise_errors()
        reader, places = self.reader(), [row[:2] for row in found]
        covered = {c.path[0] for c in columns} | {"id"}

        def place(index: int, path: tuple[str | int, ...]) -> DataPlace:
            words = [part for part in path if isinstance(part, str) and part != source.name]
            known = bool(words) and words[0] in covered
            column = _heading(columns, tuple(words)) if words != ["id"] else key
            file, number = places[index]
            found = self.place(source, number, column, file)
            return found if known else attrs.evolve(found, file=NOWHERE)

        reader.place = place
        try:
            reader.read(rows)
        except DiagnosticError as error:
            mine = [d for d in error.diagnostics if d.place is not None and d.place.file != NOWHERE]
            if mine:
                raise DiagnosticError(mine) from None

    def _located(
        self, source: Source, listed: str, where: str, limit: int | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows, or the first of them, for which a condition holds: the file, the row, and what is selected."""
        self.connection.all("SET preserve_insertion_order = true")
        try:
            return self.connection.all(
                f"SELECT coalesce({source.file}, {text_literal(source.shown)}), {source.row}, {listed}"
                f' FROM {source.located or source.in_order} AS t WHERE {where} ORDER BY "{ORDER}"'
                + ("" if limit is None else f" LIMIT {limit}")
            )
        finally:
            self.connection.all("SET preserve_insertion_order = false")

    def _read(
        self,
        source: Source,
        number: Any,
        cells: Sequence[Any],
        problems: Problems,
        readers: Sequence[Callable[[Raw], object]],
        file: str | None = None,
    ) -> dict[str, object]:
        """One row as the readers of files give it: the id first, then the columns of the table."""
        heading = self.keys[source.name]
        values: dict[tuple[str, ...], Any] = {}
        id_ = ""
        try:
            id_ = read_id(raw_of(cells[0]))
        except DataProblem as problem:
            problems.add_problem(
                problem, self.place(source, number, heading, file), "" if cells[0] is None else str(cells[0])
            )
        for scanned, cell, read in zip(self.columns[source.name], cells[1:], readers, strict=True):
            try:
                values[scanned.path] = None if cell is None else read(raw_of(cell))
            except DataProblem as problem:
                place = self.place(source, number, scanned.heading, file)
                problems.add_problem(problem, place, str(cell))
        return self._row(source, id_, values)

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
        limit = self.scheme.cohort_maximum or DEFAULT_COHORT
        self._refuse_none(source, size)
        if size > limit:
            raise refusal("E-DATA-COHORT-MAX", DataPlace(source.shown, row=limit + 1), limit=limit)
        sql_type = dict(self.connection.headings(source.relation))[self.keys["subjects"]]
        if sql_type == "VARCHAR":
            self._check_ids(source, key)
        elif not _INTEGERS.fullmatch(sql_type):
            self.refuse_rows(source, "TRUE")
            raise NotNative(f"ids of type {sql_type}")
        elif self.connection.all(f"SELECT 1 FROM {source.relation} WHERE {key} IS NULL LIMIT 1"):
            self.refuse_rows(source, f"{key} IS NULL")
        if self._is_rising(source, key, sql_type) or (
            sql_type == "VARCHAR" and self._hashes_differ(source, key)
        ):
            return
        twice = self.connection.all(
            f"SELECT {key} FROM {source.relation} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        )
        if twice:
            where = f"CAST({key} AS VARCHAR) = {text_literal(str(twice[0][0]))}"
            (_, first), (file, second) = (row[:2] for row in self._located(source, key, where, 2))
            place = DataPlace(file, row=second, column=self.keys["subjects"])
            raise refusal("E-DATA-ID-TWICE", place, id=twice[0][0], first=first)

    def _refuse_none(self, source: Source, size: int) -> None:
        """Refuse files without rows."""
        if size == 0 and source.shown:
            problems = Problems()
            problems.add_problem(FileProblem(words.NO_ROWS), DataPlace(source.shown))
            problems.raise_errors()

    def _is_rising(self, source: Source, key: str, sql_type: str) -> bool:
        """
        Whether each id is greater than the one before it, in whatever order they come; then none stands twice.

        A shorter text counts as less than a longer one, so that p9 stands before p10. A few thousand ids tell whether it is
        worth while to look at all of them.
        """
        rises = "now > before"
        if sql_type == "VARCHAR":
            rises = f"strlen(now) > strlen(before) OR (strlen(now) = strlen(before) AND {rises})"
        for some in (f" LIMIT {FEW}", ""):
            ids = f"SELECT {key} AS now, lag({key}) OVER () AS before FROM (SELECT {key} FROM {source.relation}{some})"
            ((found,),) = self.connection.all(f"SELECT coalesce(bool_and({rises}), TRUE) FROM ({ids})")
            if not found:
                return False
        return True

    def _hashes_differ(self, source: Source, key: str) -> bool:
        """Whether no two ids have one hash; then none stands twice. It takes less than to look at the ids themselves."""
        text = f"SELECT count(*), count(DISTINCT hash({key})) FROM {source.relation}"
        ((size, different),) = self.connection.all(text)
        return bool(size == different)

    def _check_ids(self, source: Source, key: str) -> None:
        """Refuse what is no id; only those that are not plain are looked at one by one."""
        for (id_,) in self.connection.many(
            f"SELECT {key} FROM {source.relation} WHERE {key} IS NULL OR NOT {is_plain_id(key)}"
        ):
            try:
                same = read_id(raw_of(id_)) == id_
            except DataProblem:
                self.refuse_rows(
                    source, f"{key} IS NOT DISTINCT FROM {'NULL' if id_ is None else text_literal(id_)}"
                )
                raise
            if not same:
                raise NotNative(f"the id `{id_[:60]}` must be tidied")

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
            case "reject" if absent != FALSE and self.sizes["subjects"]:
                place = DataPlace(self.sources["subjects"].shown, column=declared.name)
                raise refusal("E-DATA-MISSING", place, name=declared.name)
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
        if not columns and declared.policy == "reject" and size:
            raise refusal("E-DATA-MISSING", DataPlace(self.sources["subjects"].shown), name=declared.name)
        if gates is not None and declared.policy == "ineligible":
            gates[declared.name] = constant(not columns)
        return SeriesOf(unit, values, default)

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
        fields: dict[str, Value] = {}
        for field, declared in policies.items():
            columns = {c.path: c for c in self.columns[name] if c.path[0] == field}
            if isinstance(declared.type, SeriesType):
                fields[field] = self._series(declared, columns, facts, self.sizes[name], None, None)
                continue
            value = self._column(columns[(field,)], facts, self.sizes[name]) if columns else Unknown()
            if declared.policy == "value":
                value = first_known_of([value, self._default(declared)])
            elif declared.policy == "reject" and value.is_null != FALSE and self.sizes[name]:
                raise refusal("E-DATA-MISSING", DataPlace(source.shown, column=field), name=f"{name}.{field}")
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
                known = f"SELECT CAST({own} AS VARCHAR) FROM {main.relation}"
                where = f"{key} IS NULL OR CAST({key} AS VARCHAR) NOT IN ({known})"
                ((file, row, id_),) = self._located(source, key, where, 1)
                self.refuse_orphan(id_, DataPlace(file, row=row, column=self.keys[name]))
            if limit is not None and most > limit:
                text = f"SELECT {key}, count(*) FROM {source.relation} GROUP BY 1 HAVING count(*) > {limit} ORDER BY 1 LIMIT 1"
                ((id_, count),) = self.connection.all(text)
                place = DataPlace(source.shown, column=name, value=str(id_))
                raise refusal("E-DATA-LIST-MAX", place, count=count, limit=limit)

    def refuse_orphan(self, raw: Any, place: DataPlace) -> None:
        """
        Refuse a child row that has no subject, if its id is one and needs no tidying.

        Raises:
            DiagnosticError: it is no id, or nobody has it.
            NotNative: somebody may have it once it is tidied.
        """
        try:
            id_ = read_id(raw_of(raw))
        except DataProblem as problem:
            problems = Problems()
            problems.add_problem(problem, place, str(raw))
            raise DiagnosticError(problems.errors) from None
        if id_ != str(raw):
            raise NotNative(f"the id `{str(raw)[:60]}` must be tidied")
        raise refusal("E-DATA-ORPHAN", place, id=id_)

    # ------------------------------------------------------------ single subjects

    def all_subjects(self) -> list[Subject]:
        """Read all subjects as the interpreter reads them."""
        fields = {name: declared.field for name, declared in self.scheme.inputs.items()}
        kinds = {name: self._list_type(name) for name in self.sources if name != "subjects"}
        for name, source in self.sources.items():
            if name == "subjects":
                own = [field for name, field in fields.items() if name not in self.sources]
            else:
                own = [Field(field, of) for field, of in kinds[name].fields]
            self._understand(source, own)
        subjects = self.subjects(None)
        self._refuse_none(self.sources["subjects"], len(subjects))
        return subjects

    def _list_type(self, name: str) -> RecordType:
        """
        The record of a list input.

        Raises:
            DiagnosticError: there is no such list.
            NotNative: it is a list of plain values.
        """
        of, _, field = name.partition(".")
        declared = self.scheme.inputs.get(of)
        if declared is not None and (field or isinstance(declared.type, SeriesType)):
            raise NotNative(f"the table `{name}` is in long form")
        if declared is None or not isinstance(declared.type, ListType):
            lists = [n for n, d in self.scheme.inputs.items() if isinstance(d.type, ListType)]
            near = diagnostics_quoted(nearest(name, lists))
            raise refusal("E-DATA-TABLE", DataPlace(self.sources[name].shown), name=name, near=near)
        if not isinstance(declared.type.of, RecordType):
            raise NotNative(f"`{name}` is a list of plain values in a table of its own")
        return declared.type.of

    def subjects(self, ids: Sequence[str] | None) -> list[Subject]:
        """Read some subjects, or all, as the interpreter reads them; child rows in the order of their table."""
        if ids is not None:
            self._ask_for(ids)
        rows: dict[str, dict[str, object]] = {}
        places: list[tuple[str, int]] = []
        problems = Problems()
        for name, source in self.sources.items():
            readers = [CELLS.reader(column.type) for column in self.columns[name]]
            for file, number, *cells in self._rows_in_order(source, ids is not None):
                row = self._read(source, number, cells, problems, readers, file)
                id_ = str(row["id"])
                place = DataPlace(file, row=number, column=self.keys[name])
                if name == "subjects":
                    if id_ and id_ in rows:
                        first = next(n for (_, n), known in zip(places, rows, strict=True) if known == id_)
                        raise refusal("E-DATA-ID-TWICE", place, id=id_, first=first)
                    places.append((file, number))
                    rows[id_ or f"\0{number}"] = {**row, **{n: [] for n in self.sources if n != "subjects"}}
                elif id_ in rows:
                    mine, further = rows[id_][name], row[name]
                    assert isinstance(mine, list) and isinstance(further, list)
                    mine += further
                elif id_:
                    raise refusal("E-DATA-ORPHAN", place, id=id_)
        problems.raise_errors()
        reader, columns = self.reader(), self.columns["subjects"]

        def place_of(index: int, path: tuple[str | int, ...]) -> DataPlace:
            file, number = places[index]
            return DataPlace(file, row=number, column=_heading(columns, path))

        reader.place = place_of
        return reader.read(rows.values())

    def _ask_for(self, ids: Sequence[str]) -> None:
        """Hold the ids of those who are read."""
        listed = ", ".join(map(text_literal, ids))
        self.connection.all(f"CREATE OR REPLACE TEMP TABLE {ASKED} AS SELECT unnest([{listed}]) AS id")

    def _rows_in_order(self, source: Source, only_asked: bool) -> list[tuple[Any, ...]]:
        """File, row, id and columns of the rows of a table, in its order."""
        key = quoted(self.keys[source.name])
        shown = (quoted(c.heading) if only_asked else _readable(c) for c in self.columns[source.name])
        wanted = ", ".join([key, *shown])
        return self._located(source, wanted, self._is_asked(source) if only_asked else "TRUE")

    def _is_asked(self, source: Source) -> str:
        """Whether a row is of somebody who is read; ids are compared in their own type, so that files need not be gone through."""
        name = self.keys[source.name]
        sql_type = dict(self.connection.headings(source.relation))[name]
        if not _INTEGERS.fullmatch(sql_type):
            return f"CAST({quoted(name)} AS VARCHAR) IN (SELECT id FROM {ASKED})"
        asked = f"SELECT TRY_CAST(id AS {sql_type}) AS id FROM {ASKED}"
        ((least, greatest),) = self.connection.all(f"SELECT min(id), max(id) FROM ({asked})")
        if least is None:
            return "FALSE"
        return f"{quoted(name)} BETWEEN {least} AND {greatest} AND {quoted(name)} IN ({asked})"


def _readable(scanned: Scanned) -> str:
    """A column for the readers; days as texts, because there are more of them than Python has."""
    name = quoted(scanned.heading)
    return f"CAST({name} AS VARCHAR)" if scanned.sql_type == "DATE" else name


def _heading(columns: Sequence[Scanned], path: tuple[str | int, ...]) -> str | None:
    """The heading under which a value stands that the reader refused."""
    words = tuple(str(part) for part in path if not isinstance(part, int))
    return next((c.heading for c in columns if words[-len(c.path) :] == c.path), words[-1] if words else None)


def text_of(text: str, kind: TextType | TierType, reader: SubjectReader) -> str | None:
    """
    A text as it is read, None where it is blank.

    Raises:
        DataProblem: it is none of the declared ones.
    """
    read = CELLS.read(raw_of(text), kind)
    if read is not None and not (isinstance(read, str) and reader.takes(kind, read)):
        raise DataProblem("E-DATA-CHOICE", value=text)
    return read


def refusal(code: str, place: DataPlace, **facts: object) -> DiagnosticError:
    """One finding in data; facts that are None are left out."""
    return DiagnosticError(
        [Diagnostic(code, {k: str(v) for k, v in facts.items() if v is not None}, place=place)]
    )


def bounds_of(kind: NumberType) -> tuple[Fraction | None, Fraction | None]:
    """What a number must lie between: as declared, or by its kind."""
    low = 0 if kind.kind in {"count", "share"} and kind.low is None else kind.low
    high = 1 if kind.kind == "share" and kind.high is None else kind.high
    return None if low is None else Fraction(low), None if high is None else Fraction(high)


def _unscaled(text: str, precision: int, scale: int, most: int | None = None) -> str:
    """
    A decimal as the integer of its digits.

    Args:
        most: the largest such integer in the data, where that is known. DuckDB multiplies decimals of up to 18 digits in 64
            bits, also where the product may have more.
    """
    if scale == 0:
        return f"CAST({text} AS {'BIGINT' if precision <= 18 else 'HUGEINT'})"
    if precision <= 18 and precision + scale < MAX_PRECISION:
        fits = precision + scale < 18 or (most is not None and most * 10**scale < 10**18)
        factor = text if fits else f"CAST({text} AS DECIMAL({MAX_PRECISION}, {scale}))"
        return f"CAST({factor} * {10**scale} AS BIGINT)"
    return f"CAST(replace(CAST({text} AS VARCHAR), '.', '') AS HUGEINT)"


def as_integer(value: Any, scale: int) -> Any:
    """A decimal as the integer of its digits, with so many decimals; anything else as it is."""
    return int(Fraction(value) * 10**scale) if isinstance(value, Decimal) else value


def _step_problem(scanned: Scanned, kind: NumberType) -> str | None:
    """
    A condition for values that are not whole, or between the steps.

    Raises:
        NotNative: the step has more digits than an integer of 128 bits.
    """
    parts = []
    for a, b, c in steps_of(scanned.scale, kind):
        if a * c > WIDEST:
            raise NotNative(f"the step of `{scanned.heading}` has too many digits")
        rest = f"CAST({scanned.expression} % {c} AS HUGEINT)"  # no product of it overflows
        parts.append(f"({rest} * {a} - {b}) % {c} <> 0")
    return " OR ".join(parts) or None


def steps_of(scale: int, kind: NumberType) -> list[tuple[int, int, int]]:
    """
    Numbers a, b and c: a scaled integer x is whole, and on a step, where c divides ax - b.

    It is enough to look at the rest of x by c.
    """
    unit = 10**scale
    found = [(1, 0, unit)] if kind.kind in {"count", "days"} and scale else []
    if kind.step is not None:
        start = Fraction(kind.low or 0) * unit
        step = Fraction(kind.step) * unit
        common = start.denominator * step.denominator
        size = int(step * common)
        found.append((common, int(start * common) % size, size))
    return found
