"""What engines write differently: a handful of forms for each dialect of SQL."""

import attrs

_EPOCH = "DATE '0001-01-01'"


@attrs.frozen
class Dialect:
    """
    The forms of one dialect; every ``{0}``, ``{1}`` stands for an operand.

    Attributes:
        narrow, wide: the types of 64 and 128 bits; *wide* is None where the engine does not check 128 bits.
        divide: the whole part of a quotient of integers from 0.
        quote: what names that are no plain words stand between.
        day_number: a date as the number of its day; *date_of* is the contrary.
        text: the type of texts.
    """

    name: str
    narrow: str = "BIGINT"
    wide: str | None = None
    divide: str = "{0} / {1}"
    quote: str = '"'
    day_number: str = f"(CAST({{0}} AS DATE) - {_EPOCH} + 1)"
    date_of: str = f"({_EPOCH} + CAST({{0}} - 1 AS INTEGER))"
    year: str = "EXTRACT(YEAR FROM {0})"
    month: str = "EXTRACT(MONTH FROM {0})"
    day_of_month: str = "EXTRACT(DAY FROM {0})"
    last_day: str = "LAST_DAY({0})"
    months_later: str = "ADD_MONTHS({0}, {1})"
    flag: str = "CAST({0} AS BIGINT)"
    text: str = "VARCHAR"
    boolean: str = "BOOLEAN"


DUCKDB = Dialect(
    "duckdb",
    wide="HUGEINT",
    divide="{0} // {1}",
    year="year({0})",
    month="month({0})",
    day_of_month="day({0})",
    last_day="last_day({0})",
    months_later="CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
)
