"""`tier plan`: what an engine for large tables would compute, column by column, and how wide each number can get."""

import argparse

from tierlang.cli.arguments import add_language
from tierlang.cli.exits import OK
from tierlang.cli.loweroptions import add_lower_arguments, lower_for
from tierlang.cli.terminal import Terminal

DESCRIPTION = """\
Print the plan by which an engine rates large tables: scans, aggregates of child rows, rankings
and every column between, each with the interval that it provably lies in. An expression that
columns cannot say is computed by the interpreter: which one, and why, is told."""

EXAMPLES = """\
examples:
  tier plan stars.tier --period 2017-H1
  tier plan belt.tier --period 2023-08 --table-param bar=bars.csv

exit status: 0 printed, 1 the columns cannot say all of the scheme, or it has errors,
  2 a wrong command line"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_lower_arguments(parser)
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Lower, and print."""
    from tierlang.columnar.sql.dialects import DUCKDB
    from tierlang.columnar.warehouse.statement import plan_of

    terminal.write(lower_for(options, terminal, DUCKDB, plan_of, whole=False))
    return OK
