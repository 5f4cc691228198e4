"""What `tier rate` and `tier explain` take: a scheme, data and a period, and the run that they make."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from tierlang import quickattrs as attrs
from tierlang.api import Scheme
from tierlang.cli.arguments import pairs
from tierlang.cli.exits import Misuse
from tierlang.cli.failures import say_diagnostics
from tierlang.cli.progress import Progress
from tierlang.cli.schemefiles import find_schemes
from tierlang.cli.supplied import read_parameters, read_tables, refuse_missing
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import Said, counted
from tierlang.data import Dataset, Published, read_history, read_subjects
from tierlang.diagnostics.safe import printable
from tierlang.files import read_scheme_text
from tierlang.periods import SAMPLES
from tierlang.run.budget import DEFAULT_BUDGET
from tierlang.run.result import Outcome
from tierlang.versions import load_set

_UNITS = {
    "day": Said("day", "日"),
    "month": Said("month", "月"),
    "quarter": Said("quarter", "季度"),
    "half": Said("half-year", "半年"),
    "year": Said("year", "年"),
    "fiscal year": Said("fiscal year", "财年"),
}
_NO_PERIOD = Said("the scheme rates by {unit}, and no period is given", "方案按{unit}考核，但没有给出考核期")
_GIVE_PERIOD = Said("write it as `--period {sample}`", "写法如 `--period {sample}`")
_WITHOUT_PERIODS = Said(
    "`--period {label}` does not fit: the scheme has no `assess` line and knows no periods",
    "`--period {label}` 不适用：方案没有 `assess` 行，不分考核期",
)
_LEAVE_OUT = Said("leave it out", "请去掉该选项")
_WRONG_TABLE = Said(
    "`{name}` is a table of the scheme, not a part of the data", "`{name}` 是方案中的对照表，不是数据的一部分"
)
_USE_TABLE_PARAM = Said("write `--table-param {name}=PATH`", "请写 `--table-param {name}=PATH`")
_LEFT_OUT = Said(
    "warning: {subjects} left out of the cohort, because it is not known whether they are eligible: {ids}\n"
    "  help: ranks may change when it is; `--strict` refuses such a cohort",
    "警告：{subjects}的参评资格无法确定，未计入参评群体：{ids}\n"
    "  建议：资格确定后名次可能变动；可用 `--strict` 拒绝这样的群体",
)
_DEFINITION = "--define"
_MAX_IDS = 10


@attrs.frozen
class Rated:
    """The scheme that was applied, its holes filled, and what came out."""

    scheme: Scheme
    outcome: Outcome


def rate(options: argparse.Namespace, terminal: Terminal) -> Rated:
    """
    Do what the command line says, up to the outcome; doubts about the data are told on stderr.

    Raises:
        Misuse: the command line does not fit the scheme.
        DiagnosticError: the scheme, the data or the period are refused.
        BudgetExceeded: the run is too long.
    """
    scheme = choose_scheme(options)
    given, files = (
        pairs("--param", options.param, "VALUE"),
        pairs("--table-param", options.table_param, "PATH"),
    )
    parameters = read_parameters(scheme, given)
    refuse_missing(scheme, parameters, files)
    tables = read_tables(
        scheme,
        files,
        missing_as=options.missing_as,
        encoding=options.encoding,
        on_warning=lambda warning: say_diagnostics([warning], terminal),
    )
    data = _read_data(options, scheme)
    say_diagnostics(data.warnings, terminal)
    history = _read_history(options, terminal)
    with Progress(terminal) as progress:
        outcome = scheme.rate(
            data.rows,
            period=options.period,
            params=parameters,
            tables=tables,
            history=history,
            strict=options.strict,
            floats=options.floats,
            budget=options.budget or DEFAULT_BUDGET,
            place=data.place,
            progress=progress,
        )
    _say_left_out(outcome, terminal)
    return Rated(scheme, outcome)


def choose_scheme(options: argparse.Namespace) -> Scheme:
    """
    The version that governs the period, with the overlays and definitions of the command line in its holes.

    Raises:
        Misuse: there is no such file, or the period is missing or one too many.
        DiagnosticError: a file has errors, no version governs the period, or an overlay does not fit.
    """
    versions = load_set(find_schemes(options.files, folders=False).paths)
    unit = versions.schemes[0].checked.assessment.unit
    if unit is None and options.period is not None:
        raise Misuse(_WITHOUT_PERIODS.fill(label=options.period), _LEAVE_OUT)
    if unit is not None and options.period is None:
        raise Misuse(_NO_PERIOD.fill(unit=_UNITS[unit]), _GIVE_PERIOD.fill(sample=SAMPLES[unit]))
    scheme = versions.for_period(options.period)
    for path in options.overlay:
        scheme = scheme.fill(read_scheme_text(Path(path)), path)
    for statement in options.define:
        scheme = scheme.fill(statement, _DEFINITION)
    return scheme


def _read_data(options: argparse.Namespace, scheme: Scheme) -> Dataset:
    tables: Mapping[str, str] = pairs("--table", options.table, "PATH")
    for name in tables:
        if name in scheme.checked.tables:
            raise Misuse(_WRONG_TABLE.fill(name=name), _USE_TABLE_PARAM.fill(name=name))
    return read_subjects(
        options.data,
        scheme.fields,
        tables=tables,
        id_column=options.id_column,
        ignore=options.ignore,
        missing_as=options.missing_as,
        encoding=options.encoding,
        sheet=options.sheet,
    )


def _read_history(options: argparse.Namespace, terminal: Terminal) -> list[Published]:
    history: list[Published] = []
    for path in options.history:
        history += read_history(
            path,
            encoding=options.encoding,
            on_warning=lambda warning: say_diagnostics([warning], terminal),
        )
    return history


def _say_left_out(outcome: Outcome, terminal: Terminal) -> None:
    """Say aloud who is in no ranking although nothing speaks against it."""
    ids = [result.id for result in outcome.results if result.eligible is None]
    if ids:
        listed = ", ".join(map(printable, ids[:_MAX_IDS])) + (", …" if len(ids) > _MAX_IDS else "")
        subjects = counted(len(ids), "subject is", "subjects are", "个对象")
        terminal.note(_LEFT_OUT.fill(subjects=subjects, ids=listed))
