"""`--engine`: which engine rates, and the run of one that is made for large tables."""

import argparse
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from tierlang.api import Scheme
from tierlang.cli.arguments import pairs
from tierlang.cli.exits import Misuse
from tierlang.cli.inputs import choose_schemes, read_data, read_past, read_supplied
from tierlang.cli.progress import Progress
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import Said

if TYPE_CHECKING:
    from tierlang.columnar.table import TableOutcome

LARGE = 32 * 1024 * 1024
"""Bytes of Parquet from which `auto` picks an engine for large tables."""

_PICKED = Said(
    "engine: {engine} ({file} is large; `--engine exact` for the interpreter)",
    "引擎：{engine}（{file} 较大；用 `--engine exact` 可改用解释器）",
)
_FELL_BACK = Said("engine: exact, because {why}", "引擎：exact，原因：{why}")
_PARTLY = Said("the interpreter computes for each subject: {why}", "以下部分由解释器逐个计算：{why}")
_ONE_PERIOD = Said("an engine rates one period, not `{period}`", "引擎每次只评一个考核期，不能用 `{period}`")
_EACH = Said(
    "rate the periods one after the other, or leave `--engine` out", "请逐期评级，或不使用 `--engine`"
)


def picked_engine(options: argparse.Namespace) -> str:
    """The engine that is asked for; ``exact`` for data that are small; ``auto`` where it follows from the plan."""
    if options.engine != "auto":
        return str(options.engine)
    if not _is_large(options.data) or _needs_rows(options) or importlib.util.find_spec("duckdb") is None:
        return "exact"
    return "auto"


def rate_by_engine(
    options: argparse.Namespace, terminal: Terminal, engine: str
) -> "tuple[Scheme, TableOutcome]":
    """
    Do what the command line says with an engine; what `auto` picks is told on stderr.

    Raises:
        Misuse: the command line does not fit the scheme, or asks for several periods.
        DiagnosticError: the scheme, the data or the period are refused, or the engine cannot compute all of the scheme.
    """
    if ".." in (options.period or ""):
        raise Misuse(_ONE_PERIOD.fill(period=options.period), _EACH)
    scheme = choose_schemes(options).last
    parameters, tables = read_supplied(options, scheme, terminal)
    with Progress(terminal) as progress:
        given = {"period": options.period, "params": parameters, "tables": tables, "strict": options.strict}
        if _is_parquet(options.data) and not _needs_rows(options):
            children = pairs("--table", options.table, "PATH")
            outcome = scheme.rate_table(
                options.data,
                children=children,
                engine=engine,
                id_column=options.id_column,
                ignore=options.ignore,
                master=options.master,
                progress=progress,
                **given,
            )
        else:
            data = read_data(options, scheme, terminal)
            outcome = scheme.rate_table(
                data.rows,
                history=read_past(options, terminal),
                engine=engine,
                floats=options.floats,
                place=data.place,
                master=options.master,
                progress=progress,
                **given,
            )
    if engine == "auto" and outcome.engine != "exact":
        terminal.note(_PICKED.fill(engine=outcome.engine, file=options.data))
    if outcome.why is not None:
        terminal.note((_FELL_BACK if outcome.engine == "exact" else _PARTLY).fill(why=outcome.why))
    return scheme, outcome


def _is_parquet(path: str) -> bool:
    """Whether data are Parquet: a file, a pattern, or a folder that is no other kind of data."""
    return Path(path).suffix.lower() in {".parquet", ".pq"} or Path(path).is_dir() or "://" in path


def _needs_rows(options: argparse.Namespace) -> bool:
    """Whether the command line asks for something that only the readers of rows do."""
    return bool(options.history or options.missing_as or options.sheet or options.floats != "refuse")


def _is_large(path: str) -> bool:
    if not _is_parquet(path):
        return False
    place = Path(path)
    files = (
        place.rglob("*.parquet")
        if place.is_dir()
        else [place]
        if place.is_file()
        else place.parent.glob(place.name)
    )
    return sum(file.stat().st_size for file in files) >= LARGE
