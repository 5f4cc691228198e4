"""
Large delimited files → typed columns, as exactly as our readers read them.

Lines are taken apart by the reader of delimited files itself. A cell that is surely plain, such as ``12.50`` for a number, is
read by the engine; every other text goes to the reader of cells, once, and its word counts. Where a reader would refuse anything
the file is not read here at all, so that it is refused in the reader's words.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.numbers import decimals_of
from tierlang.columnar.columns.relation import SUBJECTS
from tierlang.columnar.lowering.bind import ORDER
from tierlang.columnar.reading.ids import is_plain_id
from tierlang.columnar.reading.kinds import CELLS, MAX_PRECISION
from tierlang.columnar.reading.source import NotPlain, Source
from tierlang.columnar.reading.waiting import Waiting
from tierlang.columnar.sql.text import apart, quoted, text_literal
from tierlang.data.files import TEXT_SUFFIXES, Reading
from tierlang.data.headings import Names as Headings
from tierlang.data.numerals import DOT_GROUPING
from tierlang.data.problems import DataProblem
from tierlang.data.raw import Raw, read_id
from tierlang.data.table import Row
from tierlang.types import BoolType, DateType, Field, NumberType, SeriesType, TextType, TierType, Type

UNIT = "\x1f"
MAX_READ = 200_000
"""Different texts of a column that are read one by one."""
_CONTROL = ("\n", "\r", "\0")
_NUMBER = "-?(0|[1-9][0-9]{0,17})([.][0-9]{1,12})?"
_DATE = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"


def is_delimited(path: str) -> bool:
    """Whether a path is a delimited text file by its name."""
    return Path(path).suffix.lower() in TEXT_SUFFIXES


def open_delimited_source(
    connection: Waiting, folder: Path, name: str, path: str, fields: Sequence[Field], keys: Sequence[str]
) -> Source:
    """
    Read a file into a table of the engine.

    Args:
        folder: where it stands meanwhile.
        fields: what the scheme declares to stand in it; *keys* headings that may stand over ids.

    Raises:
        NotPlain: the readers of rows must read it: they would refuse something, or there is too much to be read text by text.
    """
    headings = Headings(fields)
    if name == SUBJECTS and keys[0] in headings.fields:  # the id is an input, too: read in two ways
        raise NotPlain
    columns, copy = _copied(Path(path), folder / f"{apart(name)}.txt")
    if len({column.lower() for column in columns}) < len(columns):  # which DuckDB takes for one
        raise NotPlain
    raw, typed = f'"tier_raw_{apart(name)}"', f'"tier_typed_{apart(name)}"'
    kinds = ", ".join(
        ["'n': 'BIGINT'", *(f"{text_literal(f'c{i}')}: 'VARCHAR'" for i, _ in enumerate(columns))]
    )
    with connection.in_order():
        connection.execute(  # a buffer holds two lines: DuckDB 1.5 would take room for sixteen
            f"CREATE OR REPLACE TABLE {raw} AS SELECT * FROM read_csv({text_literal(str(copy))}, columns = {{{kinds}}},"
            f" auto_detect = false, header = false, delim = '{UNIT}', quote = '', escape = '', new_line = '\\n',"
            " nullstr = '', strict_mode = true, max_line_size = 16777216, buffer_size = 33554432)"
        )
        copy.unlink()
        key = next((key for key in keys if key in columns and key not in headings.fields), None)
        reader = _Reader(connection, raw, name)
        selected = [
            f"{reader.ids(i) if heading == key else reader.column(i, _type_of(headings, heading))} AS {quoted(heading)}"
            for i, heading in enumerate(columns)
        ]
        text = f'SELECT {", ".join(selected)}, r.n AS "{ORDER}" FROM {raw} AS r{"".join(reader.joins)}'
        connection.execute(f"CREATE OR REPLACE TABLE {typed} AS {text} ORDER BY r.n")
        connection.execute(f"DROP TABLE {raw}")
    return Source(name, f'(SELECT * EXCLUDE ("{ORDER}") FROM {typed})', path, typed)


def _copied(path: Path, copy: Path) -> tuple[Sequence[str], Path]:
    """
    A copy of a file with one line for each row: its number and its cells, with UNIT between them.

    Raises:
        NotPlain: something is wrong with it, or a cell holds what cannot stand there.
    """
    reading = Reading()
    with reading.table(path) as table:
        if table is None:
            raise NotPlain
        with copy.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_lines(table.rows, len(table.columns)))
        columns = table.columns
    if reading.problems.errors or reading.problems.warnings or ORDER in columns:
        raise NotPlain
    return columns, copy


def _lines(rows: Iterable[tuple[int, Row]], width: int) -> Iterator[str]:
    for number, cells in rows:
        line = UNIT.join(cast(list[str], cells))
        if line.count(UNIT) != width - 1 or any(sign in line for sign in _CONTROL):
            raise NotPlain
        yield f"{number}{UNIT}{line}\n"


def _type_of(headings: Headings, heading: str) -> Type | None:
    """What stands under a heading; None for an unknown one."""
    try:
        field, period = headings.find(heading)
    except DataProblem:
        return None
    if period is not None and isinstance(field.type, SeriesType):
        return field.type.of
    return field.type


@attrs.define
class _Reader:
    """
    Says how the columns of a table of texts are read.

    Attributes:
        joins: tables of texts that the reader of cells has read.
    """

    connection: Waiting
    raw: str
    name: str
    joins: list[str] = attrs.field(factory=list)

    def ids(self, number: int) -> str:
        """The ids: without outer white space."""
        text = f"r.c{number}"
        plain = is_plain_id(text)
        known = {odd: str(_read(read_id, odd)) for odd in self._odd(text, plain)}
        if self.connection.execute(f"SELECT 1 FROM {self.raw} AS r WHERE {text} IS NULL LIMIT 1").fetchall():
            raise NotPlain
        return self._picked(number, plain, text, known, "VARCHAR")

    def column(self, number: int, kind: Type | None) -> str:
        """
        A column of a type, NULL where a cell is blank.

        Raises:
            NotPlain: the reader of cells refuses a text, or there are too many that are not plain.
        """
        text = f"r.c{number}"
        match kind:
            case None | TextType() | TierType():
                return text
            case NumberType():
                return self._numbers(number, text, kind)
            case DateType():
                plain = f"(regexp_full_match({text}, '{_DATE}') AND TRY_CAST({text} AS DATE) IS NOT NULL)"
                known = self._known(text, plain, kind)
                days = {odd: day.isoformat() for odd, day in known.items() if isinstance(day, datetime.date)}
                return self._picked(number, plain, f"CAST({text} AS DATE)", days, "DATE")
            case BoolType():
                words = {
                    odd: "true" if truth else "false"
                    for odd, truth in self._known(text, "FALSE", kind).items()
                    if truth is not None
                }
                return self._picked(number, "FALSE", "NULL", words, "BOOLEAN")
            case _:
                raise NotPlain

    def _numbers(self, number: int, text: str, kind: NumberType) -> str:
        plain = f"regexp_full_match({text}, '{_NUMBER}')" if kind.currency not in DOT_GROUPING else "FALSE"
        known = {odd: value for odd, value in self._known(text, plain, kind).items() if value is not None}
        sizes = f"max(length(split_part(replace({text}, '-', ''), '.', 1))), max(length(split_part({text}, '.', 2)))"
        ((digits, scale),) = self.connection.execute(
            f"SELECT {sizes} FROM {self.raw} AS r WHERE {plain}"
        ).fetchall()
        digits, scale = digits or 1, scale or 0
        for value in known.values():
            assert isinstance(value, int | Fraction)
            places = decimals_of(value.denominator)
            if places is None:
                raise NotPlain
            scale, digits = max(scale, places), max(digits, len(str(abs(int(value)))))
        if digits + scale > MAX_PRECISION:
            raise NotPlain
        type_ = "BIGINT" if scale == 0 and digits <= 18 else f"DECIMAL({digits + scale}, {scale})"
        written = {
            odd: _decimal(value, scale) for odd, value in known.items() if isinstance(value, int | Fraction)
        }
        return self._picked(number, plain, f"CAST({text} AS {type_})", written, type_)

    def _known(self, text: str, plain: str, kind: Type) -> dict[str, object]:
        """What the reader of cells makes of the texts that are not plain."""
        read = CELLS.reader(kind)
        return {odd: _read(read, odd) for odd in self._odd(text, plain)}

    def _odd(self, text: str, plain: str) -> list[str]:
        found = self.connection.execute(
            f"SELECT DISTINCT {text} FROM {self.raw} AS r WHERE {text} IS NOT NULL AND NOT {plain} LIMIT {MAX_READ + 1}"
        ).fetchall()
        if len(found) > MAX_READ:
            raise NotPlain
        return [row[0] for row in found]

    def _picked(self, number: int, plain: str, value: str, known: dict[str, str], kind: str) -> str:
        """A column: plain texts as they are, others as they were read."""
        if not known:
            return f"CASE WHEN {plain} THEN {value} END"
        table, name = f"tier_read_{apart(self.name)}_{number}", f"m{number}"
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} (word VARCHAR, value {kind})")
        self.connection.execute(
            f"INSERT INTO {table} SELECT unnest(?::VARCHAR[]), CAST(unnest(?::VARCHAR[]) AS {kind})",
            [list(known), list(known.values())],
        )
        self.joins.append(f" LEFT JOIN {table} AS {name} ON {name}.word = r.c{number}")
        return f"CASE WHEN {plain} THEN {value} ELSE {name}.value END"


def _read(read: Callable[[Raw], object], text: Raw) -> object:
    """
    What a reader makes of a text.

    Raises:
        NotPlain: it refuses it.
    """
    try:
        return read(text)
    except DataProblem:
        raise NotPlain from None


def _decimal(value: int | Fraction, scale: int) -> str:
    """A number with so many decimals."""
    shifted = int(value * 10**scale)
    digits = str(abs(shifted)).rjust(scale + 1, "0")
    sign = "-" if shifted < 0 else ""
    return sign + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)
