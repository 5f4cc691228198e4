"""`tier sql`: a scheme as one SQL statement, for the warehouse that holds the data."""

import argparse

from tierlang.cli.arguments import add_language, choice
from tierlang.cli.exits import OK
from tierlang.cli.loweroptions import add_lower_arguments, lower_for
from tierlang.cli.terminal import Terminal

DESCRIPTION = """\
Print one SQL statement that rates the subjects of a table, exactly: whole numbers only, no
floats, each step below the words of its rule. What SQL cannot say is refused, with the reason.
Its head says what the data must hold; --checks prints the statement that looks for what does not.
Nothing is run."""

EXAMPLES = """\
examples:
  tier sql stars.tier --period 2017-H1
  tier sql belt.tier --period 2023-08 --dialect spark --table-param bar=bars.csv
  tier sql stars.tier --period 2017-H1 --checks
  tier sql quarter.tier --period 2017-Q3 --subjects providers --rows shops=shops_of_2017

duckdb, postgres, clickhouse and spark statements are run by tier's own tests; those of bigquery,
snowflake and trino are previews, which the tests only parse.

exit status: 0 printed, 1 SQL cannot say all of the scheme, or it has errors,
  2 a wrong command line"""

DIALECTS = ("duckdb", "postgres", "clickhouse", "spark", "bigquery", "snowflake", "trino")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_lower_arguments(parser)
    add_language(parser)
    group = parser.add_argument_group("what to write")
    group.add_argument(
        "--dialect",
        type=choice(*DIALECTS),
        default="duckdb",
        metavar="D",
        help=f"one of {', '.join(DIALECTS)}",
    )
    group.add_argument(
        "--checks", action="store_true", help="print the statement that looks for data which do not hold"
    )
    group.add_argument("--subjects", metavar="NAME", default="subjects", help="the table of the subjects")
    group.add_argument(
        "--rows", action="append", default=[], metavar="LIST=NAME", help="the table of a list's child rows"
    )


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Lower, and print."""
    from tierlang.cli.arguments import pairs
    from tierlang.columnar.columns.relation import SUBJECTS
    from tierlang.columnar.sql.dialects import DIALECTS as FORMS
    from tierlang.columnar.warehouse.statement import checks_of, statement_of

    write = checks_of if options.checks else statement_of
    dialect = FORMS[options.dialect]
    tables = {SUBJECTS: options.subjects, **pairs("--rows", options.rows, "NAME")}
    found = lower_for(options, terminal, dialect, lambda lowered: write(lowered, dialect, tables))
    terminal.write(found)
    return OK
