"""`tier sql`: a scheme as one SQL statement, for the warehouse that holds the data."""

import argparse
from typing import TYPE_CHECKING

from tierlang.cli.arguments import add_language, choice
from tierlang.cli.exits import OK, Misuse
from tierlang.cli.loweroptions import add_lower_arguments, lower_for
from tierlang.cli.terminal import Terminal
from tierlang.diagnostics.model import quoted
from tierlang.said import Said
from tierlang.types import ListType

if TYPE_CHECKING:
    from tierlang.columnar.warehouse.statement import Lowered

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

_NO_NAME = Said("`{name}` is no name of a table", "`{name}` 不是表名")
_A_NAME = Said("a table is named `table` or `schema.table`", "表名写作 `table` 或 `schema.table`")
_NO_LIST = Said("the scheme has no list `{name}`", "方案没有名为 `{name}` 的列表")
_LISTS = Said("its lists: {names}", "它的列表有：{names}")
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
    for name in tables.values():
        if not all(name.split(".")):
            raise Misuse(_NO_NAME.fill(name=name), _A_NAME)

    def written(lowered: "Lowered") -> str:
        inputs = lowered.prepared.scheme.inputs.values()
        lists = [declared.name for declared in inputs if isinstance(declared.type, ListType)]
        unknown = next((table for table in tables if table not in {SUBJECTS, *lists}), None)
        if unknown is not None:
            raise Misuse(_NO_LIST.fill(name=unknown), _LISTS.fill(names=quoted(lists)) if lists else None)
        return write(lowered, dialect, tables)

    found = lower_for(options, terminal, dialect, written)
    terminal.write(found)
    return OK
