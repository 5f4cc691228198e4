"""What `tier rate` and `tier explain` take: a scheme, data and a period, and the run that they make."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.api import Scheme
from tierlang.cli.arguments import pairs
from tierlang.cli.exits import Misuse
from tierlang.cli.failures import say_diagnostics
from tierlang.cli.progress import Progress
from tierlang.cli.schemefiles import find_schemes
from tierlang.cli.supplied import read_parameters, read_tables, refuse_missing
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import counted
from tierlang.data import Dataset, Published, read_history, read_subjects
from tierlang.diagnostics.safe import printable
from tierlang.files import read_scheme_text
from tierlang.folding import fold, period_range
from tierlang.periods import SAMPLES, Period
from tierlang.run.budget import DEFAULT_BUDGET
from tierlang.run.result import Outcome
from tierlang.said import Said
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import ListType
from tierlang.versions import load_set

_UNITS = {
    "day": Said("day", "日"),
    "week": Said("week", "周"),
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
_ABSENT = Said(
    "warning: no row has a value for `{name}`\n  help: {help}",
    "警告：没有一行含有 `{name}` 的值\n  建议：{help}",
)
_GIVE_TABLE = Said("give its rows with `--table {name}=PATH`", "请用 `--table {name}=PATH` 提供明细行")
_GIVE_COLUMN = Said(
    "add a column of that name; without it everything that needs it is undetermined",
    "请增加该列，否则依赖它的结果都无法确定",
)
_DEFINITION = "--define"
_MAX_IDS = 10


NO_HISTORY = "none"
"""What `--history` is given where nothing was ever published."""


@attrs.frozen
class Rated:
    """
    The scheme that was applied, its holes filled, and what came out.

    Attributes:
        outcomes: one for each period, in order; *scheme* is the version that governs the last one.
    """

    scheme: Scheme
    outcomes: tuple[Outcome, ...]

    @property
    def outcome(self) -> Outcome:
        """What came out for the last period."""
        return self.outcomes[-1]


def rate(options: argparse.Namespace, terminal: Terminal) -> Rated:
    """
    Do what the command line says, up to the outcome; doubts about the data are told on stderr.

    Raises:
        Misuse: the command line does not fit the scheme.
        DiagnosticError: the scheme, the data or the period are refused.
        BudgetExceeded: the run is too long.
    """
    versions = choose_schemes(options)
    scheme = versions.last
    parameters, tables = read_supplied(options, scheme, terminal)
    data = read_data(options, scheme, terminal)
    history = read_past(options, terminal)
    with Progress(terminal) as progress:
        given_to_all: dict[str, Any] = {
            "params": parameters,
            "tables": tables,
            "strict": options.strict,
            "floats": options.floats,
            "budget": options.budget or DEFAULT_BUDGET,
            "place": data.place,
            "progress": progress,
        }
        if versions.periods:
            first, last = versions.periods[0].label, versions.periods[-1].label
            outcomes = fold(versions, data.rows, first=first, last=last, history=history, **given_to_all)
        else:
            outcomes = (scheme.rate(data.rows, period=options.period, history=history, **given_to_all),)
    for outcome in outcomes:
        say_left_out([result.id for result in outcome.results if result.eligible is None], terminal)
    return Rated(scheme, outcomes)


def read_supplied(
    options: argparse.Namespace, scheme: Scheme, terminal: Terminal
) -> tuple[dict[str, object], dict[str, dict[Any, object]]]:
    """
    The external parameters and tables of the command line, by name.

    Raises:
        Misuse: one is missing, or is none of the scheme's.
        DiagnosticError: one cannot be read.
    """
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
    return parameters, tables


@attrs.frozen
class Chosen:
    """
    The versions that govern what is asked for.

    Attributes:
        last: the one that governs the period, or the last of several.
        periods: those of `--period FIRST..LAST`, in order; none for a single one.
        by_label: the version that governs each of them.
    """

    last: Scheme
    periods: tuple[Period, ...] = ()
    by_label: Mapping[str, Scheme] = attrs.field(factory=dict)

    def for_period(self, label: str) -> Scheme:
        """The version that governs one of the periods."""
        return self.by_label[label]


def choose_schemes(options: argparse.Namespace) -> Chosen:
    """
    The versions that govern the periods, with the overlays and definitions of the command line in their holes.

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
    first, dots, last = (options.period or "").partition("..")
    if not dots:
        return Chosen(_filled(versions.for_period(options.period), options))
    periods = period_range(versions.schemes[0].checked, first.strip(), last.strip())
    governing = {period.label: versions.for_period(period.label) for period in periods}
    filled = {id(scheme): _filled(scheme, options) for scheme in governing.values()}
    by_label = {label: filled[id(scheme)] for label, scheme in governing.items()}
    return Chosen(by_label[periods[-1].label], periods, by_label)


def _filled(scheme: Scheme, options: argparse.Namespace) -> Scheme:
    for path in options.overlay:
        scheme = scheme.fill(read_scheme_text(Path(path)), path)
    for statement in options.define:
        scheme = scheme.fill(statement, _DEFINITION)
    return scheme


def read_data(options: argparse.Namespace, scheme: Scheme, terminal: Terminal) -> Dataset:
    """
    The subjects of the command line; doubts about them are told on stderr.

    Raises:
        Misuse: a table is none of the data.
        DiagnosticError: they are refused.
    """
    tables: Mapping[str, str] = pairs("--table", options.table, "PATH")
    for name in tables:
        if name in scheme.checked.tables:
            raise Misuse(_WRONG_TABLE.fill(name=name), _USE_TABLE_PARAM.fill(name=name))
    data = read_subjects(
        options.data,
        scheme.fields,
        tables=tables,
        id_column=options.id_column,
        ignore=options.ignore,
        missing_as=options.missing_as,
        encoding=options.encoding,
        sheet=options.sheet,
    )
    say_diagnostics(data.warnings, terminal)
    present = {name for row in data.rows for name, value in row.items() if value is not None}
    say_absent(
        scheme, [name for name in scheme.checked.inputs if data.rows and name not in present], terminal
    )
    return data


def read_past(options: argparse.Namespace, terminal: Terminal) -> list[Published] | None:
    """What was published before: nothing for `--history none`, None where the command line does not say."""
    history: list[Published] = []
    for path in options.history:
        if path == NO_HISTORY:
            continue
        history += read_history(
            path,
            encoding=options.encoding,
            on_warning=lambda warning: say_diagnostics([warning], terminal),
        )
    return history if options.history else None


def say_absent(scheme: Scheme, absent: Iterable[str], terminal: Terminal) -> None:
    """Say which inputs no row has, where that is odd: a file that was forgotten leaves everybody undetermined."""
    override = scheme.checked.override
    may_be_absent = {
        node.ident.text
        for expr in (override.expressions if override is not None else ())
        for node in walk(expr)
        if isinstance(node, n.Name)
    }
    for name in absent:
        declared = scheme.checked.inputs[name]
        if declared.published_by is None and declared.policy == "unknown" and name not in may_be_absent:
            help_ = _GIVE_TABLE if isinstance(declared.type, ListType) else _GIVE_COLUMN
            terminal.note(_ABSENT.fill(name=declared.name, help=help_.fill(name=declared.name)))


def say_left_out(ids: Sequence[str], terminal: Terminal) -> None:
    """Say aloud who is in no ranking although nothing speaks against it."""
    if ids:
        listed = ", ".join(map(printable, ids[:_MAX_IDS])) + (", …" if len(ids) > _MAX_IDS else "")
        subjects = counted(len(ids), "subject is", "subjects are", "个对象")
        terminal.note(_LEFT_OUT.fill(subjects=subjects, ids=listed))
