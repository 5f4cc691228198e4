"""What the types of a table hold of a declared kind, as integers: their digits, steps, bounds and texts."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tierlang.columnar.columns.cells import WIDE
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.reading.source import Scanned
from tierlang.data.parquet import raw_of
from tierlang.data.problems import DataProblem
from tierlang.data.raw import Cells
from tierlang.run.subjects import SubjectReader
from tierlang.types import NumberType, TextType, TierType

CELLS = Cells(frozenset())
MAX_PRECISION = 38
INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?", re.ASCII)
ID_TYPES = {
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint8": "UTINYINT",
    "uint16": "USMALLINT",
    "uint32": "UINTEGER",
    "uint64": "UBIGINT",
}
"""The integer types that ids keep in results, by Arrow's name for each."""
DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)", re.ASCII)
SMALL = frozenset({"TINYINT", "SMALLINT", "INTEGER"})
"""Types of fewer than 64 bits."""
FLOATS = frozenset({"FLOAT", "DOUBLE", "REAL"})


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


def bounds_of(kind: NumberType) -> tuple[Fraction | None, Fraction | None]:
    """What a number must lie between: as declared, or by its kind."""
    low = 0 if kind.kind in {"count", "share"} and kind.low is None else kind.low
    high = 1 if kind.kind == "share" and kind.high is None else kind.high
    return None if low is None else Fraction(low), None if high is None else Fraction(high)


def unscaled(text: str, precision: int, scale: int, most: int | None = None) -> str:
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


def step_problem(scanned: Scanned, kind: NumberType) -> str | None:
    """
    A condition for values that are not whole, or between the steps.

    Raises:
        NotNative: the step has more digits than an integer of 128 bits.
    """
    parts = []
    for a, b, c in steps_of(scanned.scale, kind):
        if a * c > WIDE:
            raise NotNative(
                f"the step of `{scanned.heading}` has too many digits", f"`{scanned.heading}` 的步长位数过多"
            )
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
