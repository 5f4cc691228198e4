"""Which column of a table is which field of the scheme, and how its values are selected exactly."""

from collections import Counter
from collections.abc import Sequence

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.levels import number_of
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import SUBJECTS, Names
from tierlang.columnar.reading.ids import Identified
from tierlang.columnar.reading.kinds import CELLS, DECIMAL, FLOATS, INTEGERS, unscaled
from tierlang.columnar.reading.source import Scanned, Source
from tierlang.columnar.sql.text import quoted, text_literal
from tierlang.data import words
from tierlang.data.headings import Names as Headings
from tierlang.data.keyed import KEY as CHILD_KEY
from tierlang.data.keyed import PERIOD, subject_heading
from tierlang.data.parquet import raw_of
from tierlang.data.problems import DataProblem, Problems
from tierlang.data.table import tidy_heading
from tierlang.diagnostics.model import DataPlace, DiagnosticError, refusal
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


@attrs.define(eq=False)
class Headed(Identified):
    """
    Tables whose headings are understood.

    Attributes:
        names: of the plan's columns.
    """

    names: Names = attrs.field(factory=Names)

    def _understand(self, source: Source, fields: Sequence[Field]) -> None:
        """Find which heading is which field; unknown ones are refused."""
        headings = Headings(fields)
        found: list[Scanned] = []
        problems = Problems()
        columns = self.connection.headings(source.relation)
        known = {tidy_heading(heading): heading for heading, _ in columns}
        if len(known) < len(columns):
            twice, _ = Counter(tidy_heading(heading) for heading, _ in columns).most_common(1)[0]
            raise refusal("E-DATA-HEADER-TWICE", DataPlace(source.shown, column=twice), name=twice)
        is_child = source.name != SUBJECTS
        if is_child:
            candidate = subject_heading(known, headings.fields, self.id_column)
        else:
            candidate = self.id_column if self.id_column in known else None
        key = None if candidate is None else known[candidate]
        self.keys[source.name] = key or ""
        has_keys = is_child and CHILD_KEY in known and CHILD_KEY not in headings.fields
        for heading, sql_type in columns:
            tidied = tidy_heading(heading)
            if is_child and tidied == PERIOD and tidied not in headings.fields:
                raise NotNative(
                    f"the rows of `{source.name}` are in long form", f"`{source.name}` 的行是长格式"
                )
            is_key = heading == key and tidied not in headings.fields  # an input may be the id, too
            if is_key or tidied in self.ignore or (has_keys and tidied == CHILD_KEY):
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
        if same := next((path for path in paths if paths.count(path) > 1), None):
            raise refusal("E-DATA-HEADER-TWICE", DataPlace(source.shown), name="@".join(same))
        problems.raise_errors()
        self.columns[source.name] = found
        if has_keys:
            self.check_keys(source, known[CHILD_KEY])
        self.note(source)

    def quoted(self, name: str) -> str:
        """A name of a table's column, as the engine writes it."""
        return quoted(name)

    def note(self, source: Source) -> None:
        """Look at the columns of a table once they are known."""

    def _scanned(
        self, source: Source, heading: str, sql_type: str, field: Field, period: str | None
    ) -> Scanned:
        kind = field.type
        if period is not None and isinstance(kind, SeriesType):
            kind = kind.of
        path = (field.name,) if period is None else (field.name, period)
        prefix = "" if source.name == SUBJECTS else f"{source.name}."
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
        text = self.quoted(heading)
        value = f"CAST({text} AS TIMESTAMP)" if sql_type.startswith("TIMESTAMP") else text
        for file, row, found in self._located(source, value, f"{text} IS NOT NULL", 1):
            problems = Problems()
            try:
                CELLS.reader(kind)(raw_of(found))
            except DataProblem as problem:
                problems.add_problem(problem, self.place(source, row, heading, file), str(found))
            problems.raise_errors()

    def _expression(
        self, text: str, sql_type: str, kind: Type, source: Source, heading: str
    ) -> tuple[str, int]:
        """What is selected for a column, and its decimals."""
        if sql_type == '"NULL"':
            holds = {BoolType: "BOOLEAN", TextType: "VARCHAR"}.get(type(kind), "BIGINT")
            return f"CAST({text} AS {holds})", 0
        match kind:
            case NumberType() if INTEGERS.fullmatch(sql_type):
                return f"CAST({text} AS HUGEINT)" if sql_type.startswith("U") else text, 0
            case NumberType() if match := DECIMAL.fullmatch(sql_type):
                precision, scale = int(match[1]), int(match[2])
                return unscaled(text, precision, scale), scale
            case NumberType() if sql_type in FLOATS:
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
                return f"CAST({number_of(text, self.scheme.level_names, text_literal)} AS BIGINT)", 0
            case _:
                raise NotNative(
                    f"the column `{heading}` of type {sql_type} is no {kind}",
                    f"列 `{heading}` 的类型 {sql_type} 不是 {kind}",
                )
