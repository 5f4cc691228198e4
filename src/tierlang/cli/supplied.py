"""External parameters and tables: what a scheme leaves to whoever runs it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from tierlang.api import Scheme
from tierlang.cli.arguments import did_you_mean
from tierlang.cli.exits import Misuse
from tierlang.data import DataProblem, read_cell, read_mapping
from tierlang.data.problems import Problems
from tierlang.diagnostics.catalogue import words
from tierlang.diagnostics.model import DataPlace, Diagnostic
from tierlang.said import Said
from tierlang.syntax import nodes as n

_UNKNOWN = Said("the scheme has no external {kind} `{name}`", "方案中没有名为 `{name}` 的外部{kind}")
_FIXED = Said(
    "the scheme itself says what `{name}` is; it cannot be given", "`{name}` 由方案规定，不能从外部提供"
)
_NO_OTHERS = Said("it has none at all: leave the option out", "方案没有任何外部{kind}，请去掉该选项")
_USE_TABLE = Said(
    "it is a part of the data: write `--table {name}=PATH`", "它属于数据：请写 `--table {name}=PATH`"
)
_MISSING = Said("the scheme needs what only you can give: {names}", "方案需要您提供：{names}")
_GIVE = Said("add {options}", "请加上 {options}")
_PARAMETER, _TABLE = Said("parameter", "参数"), Said("table", "对照表")


def read_parameters(scheme: Scheme, given: Mapping[str, str]) -> dict[str, object]:
    """
    Read the values of ``--param`` by their declared types.

    Raises:
        Misuse: the scheme has no such external parameter, or the text is no value of its type.
    """
    declared = scheme.checked.params
    found: dict[str, object] = {}
    for name, text in given.items():
        if name not in declared:
            raise _unknown(_PARAMETER, name, [p.name for p in declared.values() if p.external])
        if not declared[name].external:
            raise Misuse(_FIXED.fill(name=name))
        try:
            found[name] = read_cell(text, declared[name].type)
        except DataProblem as problem:
            raise _unreadable(f"--param {name}", problem, text) from None
    return found


def refuse_missing(scheme: Scheme, parameters: Collection[str], tables: Collection[str]) -> None:
    """
    Refuse a run for which something external is not given, naming all of it.

    Raises:
        Misuse: there is something.
    """
    checked = scheme.checked
    names = [p.name for p in checked.params.values() if p.external and p.name not in parameters]
    options = [f"`--param {name}=…` ({checked.params[name].type})" for name in names]
    for table in checked.tables.values():
        if table.entries is None and table.name not in tables:
            names.append(table.name)
            options.append(f"`--table-param {table.name}=PATH` ({table.key} → {table.value})")
    if names:
        listed = ", ".join(f"`{name}`" for name in names)
        raise Misuse(_MISSING.fill(names=listed), _GIVE.fill(options=", ".join(options)))


def read_tables(
    scheme: Scheme,
    files: Mapping[str, str],
    *,
    missing_as: Collection[str],
    encoding: str | None,
    on_warning: Callable[[Diagnostic], object],
) -> dict[str, dict[object, object]]:
    """
    Read the files of ``--table-param``.

    Raises:
        Misuse: the scheme has no such external table.
        DiagnosticError: a file cannot be read as one.
    """
    declared = scheme.checked.tables
    found: dict[str, dict[object, object]] = {}
    for name, path in files.items():
        if name in scheme.checked.inputs:
            raise Misuse(_UNKNOWN.fill(kind=_TABLE, name=name), _USE_TABLE.fill(name=name))
        if name not in declared:
            raise _unknown(_TABLE, name, [t.name for t in declared.values() if t.entries is None])
        if declared[name].entries is not None:
            raise Misuse(_FIXED.fill(name=name))
        found[name] = read_mapping(
            Path(path),
            declared[name].key,
            declared[name].value,
            names=_headings(scheme, name),
            missing_as=missing_as,
            encoding=encoding,
            on_warning=on_warning,
        )
    return found


def _headings(scheme: Scheme, name: str) -> tuple[str, str] | None:
    """The headings by which a file's columns are known: the name after `by`, and the table's own."""
    for statement in scheme.checked.file.statements:
        if isinstance(statement, n.Table) and statement.ident.text == name:
            return statement.key.text, name
    return None


def _unknown(kind: Said, name: str, known: Iterable[str]) -> Misuse:
    names = list(known)
    near = did_you_mean(name, names)
    listed = ", ".join(f"`{other}`" for other in names)
    help_ = near or (Said(listed, listed) if names else _NO_OTHERS.fill(kind=kind))
    return Misuse(_UNKNOWN.fill(kind=kind, name=name), help_)


def _unreadable(option: str, problem: DataProblem, text: str) -> Misuse:
    """What is wrong with a value of the command line, in the words of a data diagnostic."""
    problems = Problems()
    problems.add_problem(problem, DataPlace(option), text)
    diagnostic = problems.errors[0]
    en, zh = words(diagnostic, "en"), words(diagnostic, "zh")
    helps = Said("; ".join((*en.notes, *en.helps)), "；".join((*zh.notes, *zh.helps)))
    return Misuse(Said(f"{option}: {en.message}", f"{option}：{zh.message}"), helps if helps.en else None)
