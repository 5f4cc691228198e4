"""`tier rate`: levels for the subjects of a cohort, in one period."""

import argparse
from pathlib import Path

from tierlang.cli.arguments import choice
from tierlang.cli.exits import OK, Misuse
from tierlang.cli.outfile import check_out
from tierlang.cli.runoptions import add_engine_argument, add_run_arguments
from tierlang.cli.terminal import Terminal
from tierlang.said import Said

DESCRIPTION = """\
Rate the subjects in a file by a scheme, for one period. Numbers are exact; where one is shown
rounded, it has a ≈. Who cannot be rated because something is missing is told with the reason;
nothing is ever guessed."""

EXAMPLES = """\
examples:
  tier rate stars.tier --period 2017-H1 --data scores.csv
  tier rate stars.tier --period 2017-H1 --data scores.xlsx --sheet Q2 --out stars.csv
  tier rate belt.tier --period 2023-08 --data providers.csv --table merchants=merchants.csv \\
      --table-param qualified_bar=bars.csv
  tier rate quarter.tier --period 2017-Q3 --data shops.json --param pass_mark=60 \\
      --define 'other_dimensions = 0'
  tier rate star.tier --period 2017-H2 --data ids.csv --history results/ --format jsonl
  tier rate stars-2017.tier stars-2018.tier --period 2018-H1 --data scores.csv
  tier rate star.tier --period 2017-H1 --data shops.parquet --out stars.parquet --engine duckdb
  tier rate star.tier --period 2017-H1 --data hdfs:///shops --engine spark --format parquet \\
      --out hdfs:///stars
  tier rate star.tier --period 2017-H1 --data 'shops/**/*.parquet' --out stars.parquet --memory 2GB
  tier rate star.tier --period 2017-H1 --data 'postgresql://host/db?table=shops' \\
      --out 'postgresql://host/db?table=stars'
  tier rate member.tier --period 2023-Q1..2023-Q4 --data points.csv --history none --out 2023.jsonl

formats: table for people; csv for spreadsheets (NAME is a decimal, NAME_exact stands beside it
where that is rounded); json, the whole document (schema tier.result/1); jsonl, one result a line;
parquet for other programs, however many there are.
With --out the file's name may say which.

exit status: 0 rated, 1 the scheme or the data have errors,
  2 a wrong command line or an unreadable file"""

FORMATS = ("table", "json", "jsonl", "csv", "parquet")
_BY_SUFFIX = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_OTHER_KINDS = frozenset(
    {".xlsx", ".xlsm", ".xls", ".ods", ".tsv", ".arrow", ".feather", ".orc", ".db", ".duckdb"}
)
"""Files that somebody may expect to be written, and that are not."""

_NEEDS_FILE = Said("Parquet is written to a file", "Parquet 只能写入文件")
_ALL_COLUMNS = Said("`{format}` has all columns", "`{format}` 格式总是写出全部列")
_WRITE_PARQUET = Said(
    "leave `--columns` out, or write Parquet or a table of a database",
    "请去掉 `--columns`，或写成 Parquet 文件或数据库表",
)
_OTHER_KIND = Said("no `{suffix}` file is written", "不支持写出 `{suffix}` 文件")
_KNOWN_KINDS = Said(
    "name it .csv, .json, .jsonl or .parquet, or say what to write into it with `--format`",
    "请以 .csv、.json、.jsonl 或 .parquet 命名，或用 `--format` 指明写出的格式",
)
_GIVE_FILE = Said("add `--out FILE.parquet`", "请加上 `--out 文件.parquet`")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_run_arguments(parser)
    output = parser.add_argument_group("what to write")
    output.add_argument(
        "--format",
        type=choice(*FORMATS),
        metavar="FORMAT",
        help=f"one of {', '.join(FORMATS)} (default: by the name of --out, else table)",
    )
    output.add_argument(
        "--out",
        metavar="PATH",
        help="write to a file, or to a table postgresql://HOST/DB?table=NAME, as a whole or not at all",
    )
    output.add_argument(
        "--columns",
        type=lambda text: [name.strip() for name in text.split(",")],
        metavar="NAMES",
        help="some columns only, of Parquet and tables of a database: id,tier,score",
    )
    output.add_argument("--replace", action="store_true", help="replace a table of that name in the database")
    add_engine_argument(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Rate, then write."""
    from tierlang.cli.engines import picked_engine, rate_by_engine, reads_rows
    from tierlang.cli.inputs import Rated, rate
    from tierlang.cli.progress import Progress
    from tierlang.cli.results import counts_line, counts_of, render_results
    from tierlang.data import write_whole
    from tierlang.data.addresses import is_address, without_password

    suffix = Path(options.out).suffix.lower() if options.out else ""
    format_ = options.format or _BY_SUFFIX.get(suffix, "table")
    if options.format is None and suffix in _OTHER_KINDS and not is_address(options.out):
        raise Misuse(_OTHER_KIND.fill(suffix=suffix), _KNOWN_KINDS)
    if options.out:
        _check_out(options)
    elif format_ == "parquet":
        raise Misuse(_NEEDS_FILE, _GIVE_FILE)
    engine = picked_engine(options)
    to_table = bool(options.out) and is_address(options.out)
    if options.columns is not None and format_ != "parquet" and not to_table:
        raise Misuse(_ALL_COLUMNS.fill(format=format_), _WRITE_PARQUET)
    if engine == "exact" and format_ != "parquet" and not to_table and reads_rows(options):
        rated = rate(options, terminal)
    else:
        scheme, outcome = rate_by_engine(options, terminal, engine)
        with outcome:
            if format_ == "parquet" or to_table:
                with Progress(terminal) as progress:
                    outcome.write(
                        options.out, columns=options.columns, replace=options.replace, progress=progress
                    )
                counts = counts_of(scheme.checked.ladder, outcome.counts())
                terminal.write(f"{without_password(options.out)}: {counts.within(terminal.lang)}\n")
                return OK
            rated = Rated(scheme, (outcome.as_outcome(),))
    if not options.out:
        for chunk in render_results(rated, format_, terminal):
            terminal.write(chunk)
        return OK
    mark = b"\xef\xbb\xbf" if format_ == "csv" else b""  # without it Excel takes UTF-8 for the local encoding
    write_whole(options.out, [mark, *render_results(rated, format_, terminal.plain())])
    terminal.write(f"{options.out}: {counts_line(rated).within(terminal.lang)}\n")
    return OK


def _check_out(options: argparse.Namespace) -> None:
    """Refuse a place for the result before the work is done."""
    from tierlang.data.addresses import is_address

    if options.engine == "spark" and "://" in options.out:
        return  # no place on this machine: Spark looks itself
    if is_address(options.out):
        from tierlang.columnar.reading.databases import refuse_existing

        if not options.replace:
            refuse_existing(options.out)
        return
    tables = [pair.partition("=")[2] for pair in options.table]
    read = [*options.files, *options.overlay, *options.history]
    read += [pair.partition("=")[2] for pair in options.table_param]
    check_out(options.out, read, [options.data, *tables])
