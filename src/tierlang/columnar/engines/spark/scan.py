"""
Frames of Spark → columns: what scan.py does, in Spark's words.

The checks of `tier sql --checks` are run first. Where one finds something, the rows go to the readers of the interpreter,
whose word counts; rows have no numbers here, so that a place is told by the row's id.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.declarations import DEFAULT_COHORT
from tierlang.check.model import InputDecl
from tierlang.columnar.columns.cells import NARROW
from tierlang.columnar.columns.levels import number_of
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import KEY, SUBJECTS
from tierlang.columnar.engines.spark.engine import Session
from tierlang.columnar.lowering.bind import ORDER
from tierlang.columnar.reading.ids import ID_WORD, check_tidy
from tierlang.columnar.reading.kinds import as_integer, bounds_of, text_of
from tierlang.columnar.reading.rows import SHOWN
from tierlang.columnar.reading.scan import Scanner
from tierlang.columnar.reading.source import Connection, Scanned, Source
from tierlang.columnar.sql.dialects import SPARK
from tierlang.columnar.sql.writer import Writer
from tierlang.columnar.warehouse.checks import (
    Checked,
    Expected,
    Test,
    Violation,
    checks_text,
    decimals_expected,
    tests_of,
    violations_in,
)
from tierlang.data.problems import DataProblem
from tierlang.data.raw import TOTAL_WORDS, read_id
from tierlang.diagnostics.model import DataPlace, refusal
from tierlang.types import BoolType, DateType, ListType, NumberType, TextType, TierType, Type

WRITER = Writer(SPARK)
MAX_LOOKED_AT = 10_000
"""Texts and ids of unusual signs that are looked at one by one."""
_INTEGERS = frozenset({"tinyint", "smallint", "int", "bigint"})
_TEXTS = re.compile(r"string(?P<collation> collate .+)?|(var)?char\(\d+\)", re.ASCII)
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)", re.ASCII)
_LETTERS = (
    r"\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{17F}\x{410}-\x{44F}\x{1EA0}-\x{1EF9}"
    r"\x{3041}-\x{3096}\x{30A1}-\x{30FA}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}"
)
"""Letters that stay as they are in NFC, whatever stands beside them."""
PLAIN_ID = rf"^[A-Za-z0-9_.:{_LETTERS}-]{{1,128}}$"
_SIGNS = rf"!-~{_LETTERS}\x{{3001}}\x{{3002}}\x{{FF01}}-\x{{FF5E}}"
PLAIN_TEXT = f"^[{_SIGNS}]([ {_SIGNS}]*[{_SIGNS}])?$"
_MAX_PRODUCT = 38


class SparkConnection(Connection):
    """A session, asked as a connection is."""

    def __init__(self, room: Session) -> None:
        super().__init__(room.session)
        self.room = room
        self._headings: dict[str, list[tuple[str, str]]] = {}

    def all(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return [tuple(row) for row in self.room.session.sql(text).collect()]

    def headings(self, relation: str) -> list[tuple[str, str]]:
        """Names and types of the columns of a relation."""
        if relation not in self._headings:
            self._headings[relation] = list(self.room.session.sql(f"SELECT * FROM {relation}").dtypes)
        return self._headings[relation]


@attrs.define(eq=False)
class SparkScanner(Scanner):
    """
    Binds frames.

    Attributes:
        expected: what the columns of a table must hold.
    """

    expected: dict[str, list[Expected]] = attrs.field(factory=dict)
    _asked: str = ""

    def quoted(self, name: str) -> str:
        """A name of a table's column."""
        return WRITER.quoted(name)

    def place(
        self,
        source: Source,
        number: Any,
        column: str | None,
        file: str | None = None,  # noqa: ARG002 - as other scanners have it
    ) -> DataPlace:
        """The place of a value: rows are told by their id."""
        return DataPlace(source.shown, column=column, id=None if number is None else str(number))

    # ------------------------------------------------------------ columns

    def check_keys(self, source: Source, heading: str) -> None:
        """Keys of child rows are not looked at here."""
        raise NotNative(
            f"the rows of `{source.name}` have keys under `{heading}`",
            f"`{source.name}` 的行在 `{heading}` 下带有键",
        )

    def note(self, source: Source) -> None:
        """Refuse headings that Spark does not tell apart; know what each column must hold."""
        headings = [heading for heading, _ in self.connection.headings(source.relation)]
        folded = [heading.casefold() for heading in headings]
        for heading in headings:
            if folded.count(heading.casefold()) > 1:
                raise refusal("E-DATA-HEADER-TWICE", DataPlace(source.shown), name=heading)
        policies = self._policies(source.name)
        self.expected[source.name] = [
            self._expected(scanned, policies.get(scanned.path[0])) for scanned in self.columns[source.name]
        ]

    def _policies(self, name: str) -> Mapping[str, InputDecl]:
        if name == SUBJECTS:
            return self.scheme.inputs
        return self.scheme.record_policies[self._list_type(name).name]

    def _expected(self, scanned: Scanned, declared: InputDecl | None) -> Expected:
        required = declared is not None and declared.policy == "reject" and len(scanned.path) == 1
        kind, raw = scanned.type, self.quoted(scanned.heading)
        if isinstance(kind, TextType | TierType):
            raw = _text(raw, scanned.sql_type)
        found = Expected(scanned.heading, raw, kind, required=required, levels=self.scheme.level_names)
        if not isinstance(kind, NumberType):
            return found
        low, high = bounds_of(kind)
        decimals = decimals_expected(kind) if scanned.scale else None
        if decimals is None and kind.step is not None:
            decimals = decimals_expected(kind)
        return attrs.evolve(found, low=low, high=high, decimals=decimals)

    def _expression(
        self, text: str, sql_type: str, kind: Type, source: Source, heading: str
    ) -> tuple[str, int]:
        match kind:
            case NumberType() if sql_type in _INTEGERS:
                return text if sql_type == "bigint" else f"CAST({text} AS BIGINT)", 0
            case NumberType() if match := _DECIMAL.fullmatch(sql_type):
                precision, scale = int(match[1]), int(match[2])
                return _unscaled(text, precision, scale), scale
            case NumberType() if sql_type in {"float", "double"}:
                raise refusal("E-DATA-FLOAT", DataPlace(source.shown, column=heading), value=sql_type)
            case BoolType() if sql_type == "boolean":
                return text, 0
            case DateType() if sql_type == "date":
                return SPARK.day_number.format(text), 0
            case TextType() if _TEXTS.fullmatch(sql_type):
                return _text(text, sql_type), 0
            case TierType() if _TEXTS.fullmatch(sql_type):
                number = number_of(_text(text, sql_type), self.scheme.level_names, WRITER.text)
                return f"CAST({number} AS BIGINT)", 0
            case _:
                raise NotNative(
                    f"the column `{heading}` of type {sql_type} is no {kind}",
                    f"列 `{heading}` 的类型 {sql_type} 不是 {kind}",
                )

    def _scan(self, name: str, *, numbered: bool = False) -> str:
        assert not numbered  # rows have no order
        key = self.quoted(self.keys[name])
        key = key if self.key_type is None else f"CAST({key} AS STRING)"
        columns = [f"{c.expression} AS {self.quoted(c.name)}" for c in self.columns.get(name, [])]
        listed = ",\n       ".join([f"{key} AS {KEY}", *columns])
        return f"SELECT {listed}\nFROM {self.sources[name].relation}"

    # ------------------------------------------------------------ checks

    def _facts(self, source: Source) -> Mapping[str, tuple[Any, Any, int]]:
        self._check(source)
        columns, wanted = self.columns[source.name], ["count(*)"]
        for scanned, expected in zip(columns, self.expected[source.name], strict=True):
            raw = expected.raw
            bounded = isinstance(scanned.type, NumberType | DateType)
            wanted += [f"min({raw})", f"max({raw})"] if bounded else ["NULL", "NULL"]
            wanted.append(f"count({raw})")
            free = isinstance(scanned.type, TextType) and not scanned.type.choices
            odd = f"NOT ({raw} RLIKE {WRITER.text(PLAIN_TEXT)})"
            wanted.append(f"count(CASE WHEN {odd} THEN 1 END)" if free else "0")
        ((size, *rest),) = self.connection.all(f"SELECT {', '.join(wanted)} FROM {source.relation}")
        self.sizes[source.name] = size
        found: dict[str, tuple[Any, Any, int]] = {}
        for scanned, low, high, count, odd in zip(columns, *(rest[i::4] for i in range(4)), strict=True):
            if odd:
                self._look_at_texts(source, scanned)
            ends = as_integer(low, scanned.scale), as_integer(high, scanned.scale)
            if any(isinstance(end, int) and abs(end) > NARROW for end in ends):
                raise NotNative(
                    f"spark does not check integers of 128 bits (in `{scanned.heading}`)",
                    f"spark 不检查 128 位整数的溢出（位于 `{scanned.heading}`）",
                )
            found[scanned.name] = (*ends, count)
        return found

    def _check(self, source: Source) -> None:
        """Run the checks of one table."""
        subjects = self._checked(SUBJECTS)
        table = subjects if source.name == SUBJECTS else self._checked(source.name)
        tests = {(test.heading, test.words): test for test in tests_of(table, subjects, WRITER)}
        for violation in violations_in(self.connection.all(checks_text([table], subjects, WRITER))):
            self._refuse_violation(source, tests[violation.column, violation.expected], violation, table)

    def _checked(self, name: str) -> Checked:
        source, heading = self.sources[name], self.keys[name]
        if name == SUBJECTS:
            maximum: int | None = self.scheme.cohort_maximum or DEFAULT_COHORT
        else:
            kind = self.scheme.inputs[name].type
            maximum = kind.maximum if isinstance(kind, ListType) else None
        key = f"CAST({self.quoted(heading)} AS STRING)"
        free = [c for c in self.expected[name] if not isinstance(c.type, TextType) or c.type.choices]
        return Checked(name, source.shown or name, source.relation, heading, key, free, maximum, False)

    def _refuse_violation(self, source: Source, test: Test, violation: Violation, table: Checked) -> None:
        place = self.place(source, violation.least_id, test.heading)
        kinds = {column.heading: column.type for column in self.columns[source.name]}
        if isinstance(kinds.get(test.heading), DateType) and "IS NULL" not in test.condition:
            raise NotNative(
                f"a date in `{test.heading}` lies outside the years 1 to 9999",
                f"`{test.heading}` 中有日期不在公元 1 年至 9999 年之内",
            )
        if test.condition:
            self.refuse_rows(source, test.condition)
            raise NotNative(
                f"values of `{test.heading}` must be tidied, such as that of `{violation.least_id}`",
                f"`{test.heading}` 中的值须先规整，例如 `{violation.least_id}` 的值",
            )
        match test.code:
            case "E-DATA-COHORT-MAX" | "E-DATA-LIST-MAX":
                raise refusal(test.code, place, count=violation.count, limit=table.maximum)
            case "E-DATA-ORPHAN":
                self.refuse_orphan(violation.least_id, place)
            case _:
                raise refusal(test.code, place, id=violation.least_id)

    def refuse_rows(self, source: Source, where: str) -> None:
        """Give some rows to the readers, which raise; where they take them all, so be it."""
        key = self.quoted(self.keys[source.name])
        listed = ", ".join([key, *(self.quoted(c.heading) for c in self.columns[source.name])])
        self.let_refuse(source, self._located(source, listed, where, SHOWN))

    def _located(
        self, source: Source, listed: str, where: str, limit: int | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows, or the first of them by id, for which a condition holds: no file, the id, and what is selected."""
        heading = self.keys[source.name]
        key = f"CAST({self.quoted(heading)} AS STRING)" if heading else "CAST(NULL AS STRING)"
        return self.connection.all(
            f"SELECT CAST(NULL AS STRING), {key}, {listed} FROM {source.relation} WHERE {where} ORDER BY 2"
            + ("" if limit is None else f" LIMIT {limit}")
        )

    def _look_at_texts(self, source: Source, scanned: Scanned) -> None:
        """Refuse texts that are none, or that the interpreter would read otherwise than they are written."""
        raw, reader = _text(self.quoted(scanned.heading), scanned.sql_type), self.reader()
        odd = f"NOT ({raw} RLIKE {WRITER.text(PLAIN_TEXT)})"
        text = f"SELECT DISTINCT {raw} FROM {source.relation} WHERE {odd} LIMIT {MAX_LOOKED_AT + 1}"
        found = [row[0] for row in self.connection.all(text)]
        if len(found) > MAX_LOOKED_AT:
            raise NotNative(
                f"more than {MAX_LOOKED_AT:_} texts of `{scanned.heading}` have unusual signs",
                f"`{scanned.heading}` 中有超过 {MAX_LOOKED_AT:_} 个文本含不常见的字符",
            )
        assert isinstance(scanned.type, TextType)
        for value in found:
            try:
                read = text_of(value, scanned.type, reader)
            except DataProblem:
                self.refuse_rows(source, f"{raw} = {WRITER.text(value)}")
                raise
            if read != value:
                raise NotNative(
                    f"texts of `{scanned.heading}` must be tidied", f"`{scanned.heading}` 中的文本须先规整"
                )

    @property
    def id_type(self) -> str | None:
        """The integer type that ids keep in results; None where they are texts there."""
        return self._type_of_ids if self._type_of_ids in _INTEGERS else None

    def _check_subjects(self, source: Source) -> None:
        key = self.quoted(self.keys[SUBJECTS])
        sql_type = self._type_of_ids
        if sql_type in _INTEGERS:
            return
        if sql_type != "string":
            raise NotNative(f"ids of type {sql_type}", f"编号的类型是 {sql_type}")
        totals = ", ".join(map(WRITER.text, sorted(TOTAL_WORDS)))
        plain = f"{key} RLIKE {WRITER.text(PLAIN_ID)} AND lower({key}) NOT IN ({totals})"
        text = f"SELECT {key} FROM {source.relation} WHERE NOT ({plain}) LIMIT {MAX_LOOKED_AT + 1}"
        found = [row[0] for row in self.connection.all(text)]
        if len(found) > MAX_LOOKED_AT:
            raise NotNative(
                f"more than {MAX_LOOKED_AT:_} ids have unusual signs",
                f"有超过 {MAX_LOOKED_AT:_} 个编号含不常见的字符",
            )
        for id_ in found:
            try:
                check_tidy(id_, read_id, ID_WORD)
            except DataProblem:
                self.refuse_rows(source, f"{key} = {WRITER.text(id_)}")
                raise

    def check_lists(self, counted: Mapping[str, tuple[int, int]]) -> None:
        """Nothing: the checks have found orphans and long lists already."""

    # ------------------------------------------------------------ single subjects

    def _ask_for(self, ids: Sequence[str]) -> None:
        connection = self.connection
        assert isinstance(connection, SparkConnection)
        rows = ([id_] for id_ in ids)
        self._asked = connection.room.view("asked", connection.room.table([("asked_id", "text")], rows))

    def _rows_in_order(self, source: Source, only_asked: bool) -> list[tuple[Any, ...]]:
        key = self.quoted(self.keys[source.name])
        wanted = ", ".join([key, *(self.quoted(c.heading) for c in self.columns[source.name])])
        known = f"CAST({key} AS STRING) IN (SELECT asked_id FROM {self._asked})" if only_asked else "TRUE"
        relation, order = source.relation, ""
        if source.name != SUBJECTS:
            relation, order = source.numbered, f" ORDER BY {self.quoted(ORDER)}"
        nowhere = "'' AS no_file, CAST(NULL AS BIGINT) AS no_row"
        return self.connection.all(f"SELECT {nowhere}, {wanted} FROM {relation} WHERE {known}{order}")


def _text(raw: str, sql_type: str) -> str:
    """A text that is compared by its bytes, blank ones missing."""
    if sql_type != "string":
        raw = f"CAST({raw} AS STRING COLLATE UTF8_BINARY)"
    return f"CASE WHEN TRIM({raw}) <> '' THEN {raw} END"


def _unscaled(text: str, precision: int, scale: int) -> str:
    """A decimal as the integer of its digits."""
    if scale == 0:
        return f"CAST({text} AS BIGINT)"
    if precision + scale + 2 <= _MAX_PRODUCT:
        return f"CAST({text} * CAST({10**scale} AS DECIMAL({scale + 1}, 0)) AS BIGINT)"
    return f"CAST(replace(CAST({text} AS STRING), '.', '') AS BIGINT)"
