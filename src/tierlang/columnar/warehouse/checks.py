"""
Statements that look for data which do not hold what a scheme declares.

Whoever runs a statement of `tier sql` must hold the data to what its head says. The statement here gives one row for each
thing that does not hold, and none where all do.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.numbers import decimals_of
from tierlang.columnar.columns.relation import Names, called
from tierlang.columnar.sql.statement import indented, listed
from tierlang.columnar.sql.writer import Writer
from tierlang.data.raw import TOTAL_WORDS
from tierlang.types import DateType, NumberType, TextType, TierType, Type

COLUMNS = ("table_name", "column_name", "expected", "violations", "least_id")
"""What a row says: where, what was expected, how many rows are otherwise, and the least id among them."""
_NO_ID = r"[ -,/;-@\[-\^`{-~]|\s"
"""ASCII signs that no id has."""
MOST_OF_ID = 128


@attrs.frozen
class Expected:
    """
    What a column must hold.

    Attributes:
        heading: what people call it.
        raw: what stands in a statement for its value.
        low, high, decimals: of a number; None where anything goes.
        required: whether nobody may lack it.
        levels: names of the levels, where it holds levels.
    """

    heading: str
    raw: str
    type: Type
    low: Fraction | None = None
    high: Fraction | None = None
    decimals: int | None = None
    required: bool = False
    levels: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it must hold, for people."""
        match self.type:
            case NumberType() as kind:
                parts = [self._range(), self._places(), _steps(kind)]
                return ", ".join(part for part in parts if part) or "a number"
            case TierType():
                return f"one of {', '.join(self.levels)}"
            case TextType(choices=choices):
                return f"one of {', '.join(choices)}" if choices else "a text in NFC without outer spaces"
            case DateType():
                return "a date"
            case _:
                return "true or false"

    def _range(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{shown(self.low)} to {shown(self.high)}"
        if self.low is not None:
            return f"at least {shown(self.low)}"
        return "" if self.high is None else f"at most {shown(self.high)}"

    def _places(self) -> str:
        if self.decimals is None:
            return ""
        return f"at most {self.decimals} decimals" if self.decimals else "whole"


def _steps(kind: NumberType) -> str:
    if kind.step is None or (kind.step == 1 and not kind.low):
        return ""
    return f"in steps of {shown(Fraction(kind.step))} from {shown(Fraction(kind.low or 0))}"


@attrs.frozen
class Checked:
    """
    A table and what it must hold.

    Attributes:
        part: "subjects", or the name of a list.
        name: what people call it; *relation* stands after FROM.
        key: what stands in a statement for the id of a row, under *heading*.
        maximum: of rows; for child rows of those of one subject.
        key_is_text: whether the ids are texts, whose form is looked at.
    """

    part: str
    name: str
    relation: str
    heading: str
    key: str
    columns: Sequence[Expected]
    maximum: int | None = None
    key_is_text: bool = True


@attrs.frozen
class Violation:
    """One thing that does not hold, as a row of the statement says it."""

    table: str
    column: str
    expected: str
    count: int
    least_id: str | None


def conditions(expected: Expected, writer: Writer) -> Iterator[tuple[str, str]]:
    """What must hold of a column in words, and a condition that is true where it does not."""
    if expected.required:
        yield "never missing", f"{expected.raw} IS NULL"
    bad = _bad(expected, writer)
    if bad is not None:
        yield expected.words, bad


def _bad(expected: Expected, writer: Writer) -> str | None:
    raw = expected.raw
    match expected.type:
        case NumberType() as kind:
            return _bad_number(expected, kind, writer)
        case TierType():
            return f"{raw} NOT IN ({', '.join(map(writer.text, expected.levels))})"
        case TextType(choices=choices) if choices:
            return f"{raw} NOT IN ({', '.join(map(writer.text, choices))})"
        case TextType():
            composed = writer.dialect.composed
            parts = [f"{raw} <> TRIM({raw})", f"{raw} = ''"]
            parts += [f"{raw} <> {composed.format(raw)}"] if composed else []
            return " OR ".join(parts)
        case DateType():
            far = writer.dialect.far_date
            return far.format(raw) if far else None
        case _:
            return None


def _bad_number(expected: Expected, kind: NumberType, writer: Writer) -> str | None:
    dialect = writer.dialect
    raw, outside = dialect.compared.format(expected.raw), []
    if expected.low is not None:
        outside.append(f"{raw} < {decimal_text(expected.low)}")
    if expected.high is not None:
        outside.append(f"{raw} > {decimal_text(expected.high)}")
    scale = expected.decimals
    if scale is None:
        return " OR ".join(outside) or None
    unit = 10**scale
    places = dialect.too_many_places.format(raw, unit, scale) if scale else f"{raw} <> FLOOR({raw})"
    # Each test holds for numbers only that passed those before it, which therefore fit into its types.
    tests = [" OR ".join(outside), places] if outside else [places]
    step = Fraction(kind.step or 0) * unit
    if step.denominator == 1 and step > 1:
        start = Fraction(kind.low or 0) * unit
        scaled = dialect.scaled.format(raw, unit, scale) if scale else raw
        whole = f"CAST({scaled} AS {dialect.nullable.format(dialect.narrow)})"
        shifted = f"{whole} - {int(start)}" if start > 0 else f"{whole} + {-int(start)}" if start else whole
        tests.append(f"MOD({shifted}, {int(step)}) <> 0")
    *first, last = tests
    arms = "".join(f"\n     WHEN {test} THEN TRUE" for test in first)
    return f"CASE{arms}\n     ELSE {last}\nEND" if first else last


def decimals_expected(kind: NumberType) -> int | None:
    """The decimals that a declaration leaves to a number; None for any."""
    if kind.step is not None:
        low = Fraction(kind.low or 0)
        return max(decimals_of(Fraction(kind.step).denominator) or 0, decimals_of(low.denominator) or 0)
    return 0 if kind.kind in {"count", "days"} else None


# ------------------------------------------------------------------ the statement


@attrs.frozen
class Test:
    """
    One thing that must hold of a table.

    Attributes:
        heading, words: of what column, and what is expected.
        code: of the diagnostic, where no reader of rows has a better word.
        condition: true for a row that does not hold; else *select* gives ``n`` and ``least`` of all that do not, and *name*
            is what the expression is called.
    """

    heading: str
    words: str
    code: str
    condition: str = ""
    name: str = ""
    select: str = ""


def tests_of(table: Checked, subjects: Checked, writer: Writer) -> list[Test]:
    """What must hold of a table."""
    own = table is subjects
    values = [
        Test(column.heading, words, "E-DATA-CELL", condition)
        for column in table.columns
        for words, condition in conditions(column, writer)
    ]
    return [*_key_tests(table, writer, own=own), *values, *_whole_tests(table, subjects, writer, own=own)]


def checks_text(tables: Sequence[Checked], subjects: Checked, writer: Writer) -> str:
    """
    One statement that gives a row, with COLUMNS, for each thing that does not hold.

    Args:
        tables: those that are looked at.
    """
    parts: list[tuple[str, str]] = []
    found: list[str] = []
    names = Names({table.name.casefold() for table in tables})
    for table in tables:
        tests = tests_of(table, subjects, writer)
        by_row = [test for test in tests if test.condition]
        tested, counted = (writer.name(names.fresh(f"{table.part}_{end}")) for end in ("tested", "counted"))
        bad = [f"{test.condition} AS bad_{place}" for place, test in enumerate(by_row, 1)]
        parts.append((tested, f"SELECT {listed([f'{table.key} AS k', *bad])}\nFROM {table.relation}"))
        sums = []
        for place, test in enumerate(by_row, 1):
            sums.append(f"count(CASE WHEN bad_{place} THEN 1 END) AS n_{place}")
            sums.append(f"min(CASE WHEN bad_{place} THEN k END) AS k_{place}")
            said = (table.name, test.heading, test.words, f"n_{place}", _text(f"k_{place}", writer))
            found.append(f"{_row(said, writer)}\nFROM {counted} WHERE n_{place} > 0")
        parts.append((counted, f"SELECT {listed(sums)}\nFROM {tested}"))
        for test in tests:
            if test.select:
                whole = writer.name(names.fresh(f"{table.part}_{test.name}"))
                parts.append((whole, test.select))
                said = (table.name, test.heading, test.words, "n", _text("least", writer))
                found.append(f"{_row(said, writer)}\nFROM {whole} WHERE n > 0")
    head = ",\n".join(f"{name} AS (\n{indented(text)}\n)" for name, text in parts)
    return f"WITH {head}\n" + "\nUNION ALL\n".join(found)


def _row(said: tuple[str, str, str, str, str], writer: Writer) -> str:
    texts = [*map(writer.text, said[:3]), *said[3:]]
    return "SELECT " + ", ".join(f"{text} AS {name}" for text, name in zip(texts, COLUMNS, strict=True))


def _text(cell: str, writer: Writer) -> str:
    return f"CAST({cell} AS {writer.dialect.nullable.format(writer.dialect.text)})"


def _key_tests(table: Checked, writer: Writer, *, own: bool) -> Iterator[Test]:
    """What every id must be."""
    yield Test(table.heading, "never missing", "E-DATA-ID", f"{table.key} IS NULL")
    if own and table.key_is_text:
        text = _text(table.key, writer)
        totals = ", ".join(map(writer.text, sorted(TOTAL_WORDS)))
        signs = writer.dialect.contains.format(text, writer.text(_NO_ID))
        tests = [signs, f"LENGTH({text}) NOT BETWEEN 1 AND {MOST_OF_ID}", f"LOWER({text}) IN ({totals})"]
        words = f"1 to {MOST_OF_ID} letters, digits, _ . : or -, and no word for a total"
        yield Test(table.heading, words, "E-DATA-ID", "\nOR ".join(tests))


def _whole_tests(table: Checked, subjects: Checked, writer: Writer, *, own: bool) -> Iterator[Test]:
    """What cannot be seen in one row."""
    key, most, heading = table.key, table.maximum, table.heading
    ids = f"(SELECT {key} AS k, count(*) AS rows_of_id FROM {table.relation} GROUP BY {key}) AS each_id"
    counted = f"SELECT count(*) AS n, min(k) AS least\nFROM {ids}\nWHERE k IS NOT NULL AND rows_of_id > {{}}"
    if own:
        once = counted.format(1)
        yield Test(heading, "ids that occur once", "E-DATA-ID-TWICE", name="twice", select=once)
        if most is not None:
            nobody = f"CAST(NULL AS {writer.dialect.nullable.format(writer.dialect.text)}) AS least"
            over = f"CASE WHEN count(*) > {most} THEN count(*) ELSE 0 END AS n"
            text = f"SELECT {over}, {nobody}\nFROM {table.relation}"
            words = f"at most {most:_} rows"
            yield Test(heading, words, "E-DATA-COHORT-MAX", name="too_many", select=text)
        return
    known = f"(SELECT {subjects.key} AS k, 1 AS known FROM {subjects.relation}) AS p"
    rows = f"(SELECT {key} AS k FROM {table.relation}) AS c"
    text = f"SELECT count(*) AS n, min(c.k) AS least\nFROM {rows}\nLEFT JOIN {known} ON p.k = c.k"
    text += "\nWHERE c.k IS NOT NULL AND coalesce(p.known, 0) = 0"
    yield Test(heading, f"an id of {subjects.name}", "E-DATA-ORPHAN", name="orphans", select=text)
    if most is not None:
        words = f"at most {most:_} rows for each id"
        yield Test(heading, words, "E-DATA-LIST-MAX", name="too_long", select=counted.format(most))


def violations_in(rows: Sequence[Sequence[object]]) -> list[Violation]:
    """The rows of the statement."""
    return [
        Violation(
            str(table), str(column), str(expected), int(str(count)), None if least is None else str(least)
        )
        for table, column, expected, count, least in rows
    ]


def shown(value: Fraction) -> str:
    """A bound, for people."""
    return f"{int(value):_}" if value.denominator == 1 else decimal_text(value)


def decimal_text(value: Fraction) -> str:
    """A decimal as SQL writes it."""
    places = decimals_of(value.denominator)
    assert places is not None, value
    if not places:
        return str(value.numerator)
    digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def tables_of(
    columns: Mapping[str, Sequence[Expected]],
    names: Mapping[str, str],
    maxima: Mapping[str, int],
    writer: Writer,
    key: str,
) -> list[Checked]:
    """The tables that a statement of `tier sql` reads."""
    found = []
    for name, expected in columns.items():
        table, maximum = names[name], maxima.get(name)
        found.append(
            Checked(called(name), table, writer.table(table), key, writer.name(key), expected, maximum)
        )
    return found
