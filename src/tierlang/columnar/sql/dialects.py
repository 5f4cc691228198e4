"""What engines write differently: a handful of forms for each dialect of SQL."""

from tierlang import quickattrs as attrs

_EPOCH = "DATE '0001-01-01'"


@attrs.frozen
class Dialect:
    """
    The forms of one dialect; every ``{0}``, ``{1}`` stands for an operand.

    Attributes:
        narrow, wide: the types of 64 and 128 bits; *wide* is None where the engine does not check 128 bits.
        nullable: how a type says that it may be NULL.
        divide: the whole part of a quotient of integers from 0.
        flag: 1 for true and 0 for false.
        quote: what names that are no plain words stand between.
        backslash: whether a backslash in a text is an escape; *escapes_in_names*: in a name between quotes.
        day_number: a date as the number of its day; *date_of* is the contrary.
        text, boolean: the types of texts and truth values.
        scaled: the number {0} of a column times {1}, which moves its {2} decimals before the point.
        too_many_places: whether it has more decimals than that.
        ignores_case: whether columns of a table that differ in capitals only are one.
        compared: a number that may be held in a type too small for what it is compared with.
        contains: whether the text {0} has a place that the regular expression {1} fits.
        composed: the text {0} in NFC; empty where the engine has no function for it.
        far_date: whether a date lies outside the years 1 to 9999; empty where none can.
        unsigned_counts: whether counts and ranks have another type than other integers, and an aggregate of what is never NULL
            has one that is never NULL either.
        of_first: all columns of the table {0}, which is joined with others.
        sums_widen: whether a sum of integers of 64 bits has more.
        aliases_first: whether a name in a SELECT is that of its result sooner than that of a column.
        smaller: types of fewer bits with the largest number of each, where columns are passed on faster in them.
        bits: some bits of an integer: those from {1} on, as many as the mask {2} has; empty where nobody asks for them.
        bare_literals_narrow: whether a literal of more than 64 bits is no integer unless its type is said.
        inlines: whether the engine puts a step into the next one if nothing keeps it apart, and computes it again for each use.
        ending: a clause at the end that lets statements be as long as they are.
        executed: whether the tests run its statements; those of other dialects are only parsed.
    """

    name: str
    narrow: str = "BIGINT"
    wide: str | None = None
    nullable: str = "{0}"
    divide: str = "{0} / {1}"
    flag: str = "CAST({0} AS BIGINT)"
    quote: str = '"'
    backslash: bool = False
    escapes_in_names: bool = False
    day_number: str = f"({{0}} - {_EPOCH} + 1)"
    date_of: str = f"({_EPOCH} + CAST({{0}} - 1 AS INTEGER))"
    year: str = "EXTRACT(YEAR FROM {0})"
    month: str = "EXTRACT(MONTH FROM {0})"
    day_of_month: str = "EXTRACT(DAY FROM {0})"
    last_day: str = "LAST_DAY({0})"
    months_later: str = "ADD_MONTHS({0}, {1})"
    text: str = "VARCHAR"
    boolean: str = "BOOLEAN"
    scaled: str = "{0} * {1}"
    too_many_places: str = "{0} * {1} <> FLOOR({0} * {1})"
    ignores_case: bool = False
    compared: str = "{0}"
    contains: str = "REGEXP_LIKE({0}, {1})"
    composed: str = "NORMALIZE({0}, NFC)"
    far_date: str = f"{{0}} < {_EPOCH} OR {{0}} > DATE '9999-12-31'"
    executed: bool = False
    unsigned_counts: bool = False
    of_first: str = "{0}.*"
    aliases_first: bool = False
    sums_widen: bool = False
    smaller: tuple[tuple[str, int], ...] = ()
    bits: str = ""
    bare_literals_narrow: bool = False
    inlines: bool = False
    ending: str = ""


DUCKDB = Dialect(
    "duckdb",
    contains="regexp_matches({0}, {1})",
    composed="nfc_normalize({0})",
    wide="HUGEINT",
    divide="{0} // {1}",
    year="year({0})",
    month="month({0})",
    day_of_month="day({0})",
    last_day="last_day({0})",
    months_later="CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
    sums_widen=True,
    smaller=(("TINYINT", 2**7 - 1), ("SMALLINT", 2**15 - 1), ("INTEGER", 2**31 - 1)),
    bits="({0} >> {1}) & {2}",
    scaled="CAST({0} AS DECIMAL(38, {2})) * {1}",
    too_many_places="{0} <> CAST({0} AS DECIMAL(38, {2}))",
    ignores_case=True,
    executed=True,
)
POSTGRES = Dialect(
    "postgres",
    contains="{0} ~ {1}",
    wide="NUMERIC",
    divide="DIV({0}, {1})",
    inlines=True,
    flag="CAST(CAST({0} AS INTEGER) AS BIGINT)",
    day_number=f"CAST({{0}} - {_EPOCH} + 1 AS BIGINT)",
    last_day="CAST(DATE_TRUNC('month', {0}) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)",
    months_later="CAST({0} + CAST({1} AS INTEGER) * INTERVAL '1 month' AS DATE)",
    text="TEXT",
    sums_widen=True,
    executed=True,
)
CLICKHOUSE = Dialect(
    "clickhouse",
    compared="CAST({0} AS Nullable(Decimal(76, 20)))",
    contains="match({0}, {1})",
    composed="normalizeUTF8NFC({0})",
    far_date="",
    narrow="Int64",
    wide="Int128",
    bare_literals_narrow=True,
    ending="SETTINGS max_ast_elements = 10000000, max_expanded_ast_elements = 10000000",
    nullable="Nullable({0})",
    divide="intDiv({0}, {1})",
    flag="CAST({0} AS Nullable(Int64))",
    backslash=True,
    escapes_in_names=True,
    day_number="(toInt64(toDate32({0})) + 719163)",
    date_of="CAST(CAST({0} - 719163 AS Nullable(Int32)) AS Nullable(Date32))",
    year="toYear({0})",
    month="toMonth({0})",
    day_of_month="toDayOfMonth({0})",
    last_day="toLastDayOfMonth({0})",
    months_later="addMonths({0}, {1})",
    text="String",
    boolean="Bool",
    executed=True,
    unsigned_counts=True,
    of_first="{0}.id AS id, {0}.* EXCEPT (id)",
    scaled="CAST({0} AS Nullable(Decimal(38, {2}))) * {1}",
    aliases_first=True,
)
SPARK = Dialect(
    "spark",
    ignores_case=True,
    contains="{0} RLIKE {1}",
    composed="",
    divide="{0} div {1}",
    quote="`",
    backslash=True,
    day_number="CAST(DATEDIFF({0}, DATE '0001-01-01') + 1 AS BIGINT)",
    date_of="DATE_ADD(DATE '0001-01-01', CAST({0} - 1 AS INT))",
    year="YEAR({0})",
    month="MONTH({0})",
    day_of_month="DAY({0})",
    months_later="ADD_MONTHS({0}, CAST({1} AS INT))",
    text="STRING",
    executed=True,
)
BIGQUERY = Dialect(
    "bigquery",
    ignores_case=True,
    contains="REGEXP_CONTAINS({0}, {1})",
    narrow="INT64",
    wide="BIGNUMERIC",
    bare_literals_narrow=True,
    divide="DIV({0}, {1})",
    flag="CAST({0} AS INT64)",
    quote="`",
    backslash=True,
    escapes_in_names=True,
    day_number="(DATE_DIFF({0}, DATE '0001-01-01', DAY) + 1)",
    date_of="DATE_ADD(DATE '0001-01-01', INTERVAL {0} - 1 DAY)",
    months_later="DATE_ADD({0}, INTERVAL {1} MONTH)",
    text="STRING",
    boolean="BOOL",
)
SNOWFLAKE = Dialect(
    "snowflake",
    contains="REGEXP_INSTR({0}, {1}) > 0",
    composed="",
    narrow="NUMBER(38, 0)",
    wide="NUMBER(38, 0)",
    divide="({0} - MOD({0}, {1})) / {1}",
    flag="CAST({0} AS INTEGER)",
    backslash=True,
    day_number="(DATEDIFF(DAY, DATE '0001-01-01', {0}) + 1)",
    date_of="DATEADD(DAY, {0} - 1, DATE '0001-01-01')",
    months_later="ADD_MONTHS({0}, {1})",
    sums_widen=True,
)
TRINO = Dialect(
    "trino",
    ignores_case=True,
    day_number="(DATE_DIFF('day', DATE '0001-01-01', {0}) + 1)",
    date_of="DATE_ADD('day', {0} - 1, DATE '0001-01-01')",
    last_day="LAST_DAY_OF_MONTH({0})",
    months_later="DATE_ADD('month', {1}, {0})",
)

DIALECTS = {d.name: d for d in (DUCKDB, POSTGRES, CLICKHOUSE, SPARK, BIGQUERY, SNOWFLAKE, TRINO)}
