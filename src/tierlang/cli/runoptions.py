"""The arguments that `tier rate` and `tier explain` share."""

import argparse
import re

from tierlang.cli.arguments import add_language, choice, positive

ENGINES = ("auto", "exact", "duckdb", "polars", "spark")


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare scheme, data and the way of running."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a scheme; of several versions the one that governs the period is taken",
    )
    add_language(parser)
    add_scheme_arguments(parser.add_argument_group("what to rate by"))
    _add_data(parser.add_argument_group("whom to rate"))
    run = parser.add_argument_group("how to run")
    run.add_argument(
        "--strict", action="store_true", help="refuse a cohort with somebody whose eligibility is unknown"
    )
    run.add_argument("--budget", type=positive, metavar="N", help="cost units that the run may spend")


def add_engine_argument(parser: argparse.ArgumentParser) -> None:
    """Declare with what to compute."""
    group = parser.add_argument_group("with what to compute")
    group.add_argument(
        "--engine",
        type=choice(*ENGINES),
        default="auto",
        metavar="|".join(ENGINES),
        help="the interpreter (exact), DuckDB, Polars, Spark, or what fits the size of the data (default: auto)",
    )
    group.add_argument(
        "--master",
        metavar="URL",
        help="where Spark runs (default: what SPARK_REMOTE says, else local[*])",
    )
    group.add_argument(
        "--memory",
        type=_size,
        default="4GB",
        metavar="SIZE",
        help="what an engine may take before it uses a temporary folder (default: 4GB)",
    )


def _size(text: str) -> str:
    """A size of memory."""
    if not re.fullmatch(r"[1-9][0-9]{0,8} ?[KMGT]i?B", text, re.ASCII | re.IGNORECASE):
        raise argparse.ArgumentTypeError(f"`{text}` is no size; write it as 500MB or 4GB")
    return text


def add_scheme_arguments(group: "argparse._ArgumentGroup") -> None:
    """Declare period, what is supplied, and what fills holes."""
    group.add_argument(
        "--period",
        metavar="P",
        help="the assessed period: 2023-08, 2017-Q3, 2017-H1, 2016, FY2022; or several in a row, as"
        " 2023-Q1..2023-Q4, each with the results of those before it",
    )
    group.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="the value of an external parameter",
    )
    group.add_argument(
        "--table-param",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="the file of an external table: two columns, key and value",
    )
    group.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="FILE",
        help="statements that fill holes of the scheme",
    )
    group.add_argument(
        "--define", action="append", default=[], metavar="STATEMENT", help="one such statement: 'other = 0'"
    )
    group.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="PATH",
        help="results published before, a file or a folder; `none` where nothing ever was",
    )


def _add_data(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--data",
        required=True,
        metavar="PATH",
        help=".csv, .tsv, .json, .jsonl, .xlsx or .parquet, a row for each subject; a folder of Parquet files, a"
        " pattern of them in quotes, or a table postgresql://HOST/DB?table=NAME",
    )
    group.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="further data: child rows (`shops`), or a series in long form (`orders`)",
    )
    group.add_argument(
        "--id-column", default="id", metavar="NAME", help="the heading over the ids (default: id)"
    )
    group.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="COL",
        help="a column to leave out; * for all unknown ones",
    )
    group.add_argument(
        "--missing-as",
        action="append",
        default=[],
        metavar="TEXT",
        help="a cell that means `missing`, such as N/A",
    )
    group.add_argument("--encoding", metavar="E", help="of text files, such as gb18030 (default: found out)")
    group.add_argument("--sheet", metavar="S", help="the sheet of a workbook")
    group.add_argument(
        "--floats",
        type=choice("refuse", "shortest"),
        default="refuse",
        metavar="refuse|shortest",
        help="binary fractions in data: refuse them (default), or take the shortest decimal",
    )
