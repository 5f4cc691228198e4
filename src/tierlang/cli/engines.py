"""`--engine`: which engine rates, and the run of one that is made for large tables."""

import argparse
import glob
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tierlang.api import Scheme
from tierlang.cli.arguments import pairs
from tierlang.cli.exits import Misuse
from tierlang.cli.failures import say_diagnostics
from tierlang.cli.inputs import choose_schemes, read_data, read_past, read_supplied, say_absent, say_left_out
from tierlang.cli.progress import Progress
from tierlang.cli.terminal import Terminal
from tierlang.data.addresses import is_address, without_password
from tierlang.data.files import PARQUET_SUFFIXES, TEXT_SUFFIXES, is_left_to_engines
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.columnar.outcome import TableOutcome

LARGE = 4 * 1024 * 1024
"""Bytes of text from which `auto` picks an engine for large tables: some ten thousand rows, for which starting one pays."""
TEXT_IN_PARQUET = 10
"""Bytes of text that a byte of Parquet stands for, about."""

_PICKED = Said(
    "engine: {engine} ({file} is large; `--engine exact` for the interpreter)",
    "引擎：{engine}（{file} 较大；用 `--engine exact` 可改用解释器）",
)
_FELL_BACK = Said("engine: exact, because {why}", "引擎：exact，原因：{why}")
_PARTLY = Said("the interpreter computes a part: {why}", "以下部分由解释器计算：{why}")
_ONE_PERIOD = Said("an engine rates one period, not `{period}`", "引擎每次只评一个考核期，不能用 `{period}`")
_EACH = Said(
    "rate the periods one after the other, or leave `--engine` out", "请逐期评级，或不使用 `--engine`"
)

_NEEDS_ONE_FILE = Said(
    "`{option}` is for single files, not for `{place}`", "`{option}` 只用于单个文件，不能用于 `{place}`"
)
_ONE_FILE = Said("leave it out, or give one file", "请去掉该选项，或给出单个文件")
_NO_NAME = Said(
    "`--table` needs the list's name before the address", "`--table` 的地址前须写明明细列表的名称"
)
_GIVE_NAME = Said("write `--table NAME=postgresql://…`", "写法为 `--table 名称=postgresql://…`")


def picked_engine(options: argparse.Namespace) -> str:
    """
    The engine that is asked for; ``exact`` for data that are small; ``auto`` where it follows from the plan.

    Raises:
        Misuse: an option does not fit the data.
    """
    if any(is_address(pair) for pair in options.table):
        raise Misuse(_NO_NAME, _GIVE_NAME)
    _refuse_row_options(options)
    if options.engine != "auto":
        return str(options.engine)
    large = sum(map(_text_in, _places(options))) >= LARGE
    if (
        not large
        or not _is_columnar(options.data)
        or _needs_rows(options)
        or importlib.util.find_spec("duckdb") is None
    ):
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
        given["memory"] = options.memory
        if _is_columnar(options.data) and not _needs_rows(options):
            children = pairs("--table", options.table, "PATH")
            outcome = scheme.rate_table(
                options.data,
                children=children,
                engine=engine,
                id_column=options.id_column,
                ignore=options.ignore,
                master=options.master,
                progress=progress,
                on_warning=lambda warning: say_diagnostics([warning], terminal),
                **given,
            )
        else:
            data = read_data(options, scheme, terminal)
            outcome = scheme.rate_table(
                data,
                history=read_past(options, terminal),
                engine=engine,
                floats=options.floats,
                master=options.master,
                progress=progress,
                **given,
            )
    if engine == "auto" and outcome.engine != "exact":
        terminal.note(_PICKED.fill(engine=outcome.engine, file=without_password(options.data)))
    if outcome.reason is not None:
        terminal.note((_FELL_BACK if outcome.engine == "exact" else _PARTLY).fill(why=outcome.reason))
    say_absent(scheme, outcome.absent, terminal)
    say_left_out(outcome.left_out, terminal)
    return scheme, outcome


def reads_rows(options: argparse.Namespace) -> bool:
    """Whether the readers of rows read the data: no folder, no pattern, no database, nothing that only an engine can read here."""
    return not any(_is_several(path) or is_left_to_engines(path) for path in _places(options))


def _places(options: argparse.Namespace) -> list[str]:
    """Where the subjects and the further data are."""
    return [options.data, *pairs("--table", options.table, "PATH").values()]


def _is_several(path: str) -> bool:
    """Whether a place is more than one file can be: a database, a pattern, or a folder."""
    return (
        is_address(path)
        or "://" in path
        or (any(sign in path for sign in "*?[") and not Path(path).exists())
        or Path(path).is_dir()
    )


def _is_columnar(path: str) -> bool:
    """Whether an engine reads data by itself."""
    return _is_several(path) or Path(path).suffix.lower() in {*PARQUET_SUFFIXES, *TEXT_SUFFIXES}


def _needs_rows(options: argparse.Namespace) -> bool:
    """Whether the command line asks for something that only the readers of rows do."""
    return bool(_row_options(options))


def _row_options(options: argparse.Namespace) -> list[str]:
    asked = {
        "--history": options.history,
        "--missing-as": options.missing_as,
        "--encoding": options.encoding,
        "--sheet": options.sheet,
        "--floats": options.floats != "refuse",
    }
    return [name for name, value in asked.items() if value]


def _refuse_row_options(options: argparse.Namespace) -> None:
    """
    Refuse what only the readers of rows do, where they do not read.

    Raises:
        Misuse: it is asked for.
    """
    place = next((path for path in _places(options) if _is_several(path)), None)
    if place is not None and (asked := _row_options(options)):
        raise Misuse(_NEEDS_ONE_FILE.fill(option=asked[0], place=without_password(place)), _ONE_FILE)


def _text_in(path: str) -> int:
    """How many bytes of text a table would be, about; a database is large whatever it holds."""
    if is_address(path):
        return LARGE
    if not _is_columnar(path):
        return 0
    place = Path(path)
    files: Iterable[Path]
    if place.is_dir():
        files = place.rglob("*.parquet")
    else:
        files = [place] if place.is_file() else map(Path, glob.iglob(path, recursive=True))  # noqa: PTH207 - as it is typed
    return sum(
        file.stat().st_size * (TEXT_IN_PARQUET if file.suffix.lower() in PARQUET_SUFFIXES else 1)
        for file in files
        if file.is_file()
    )
