"""Outcomes as tables, CSV and JSON."""

import csv
import datetime
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import LevelRule
from tierlang.cli.exits import Misuse
from tierlang.cli.inputs import Rated
from tierlang.cli.tables import Column, draw, fitting
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import counted
from tierlang.diagnostics.safe import is_invisible
from tierlang.run.explain import shown
from tierlang.run.result import SCHEMA, Outcome, Result, decimal_text
from tierlang.run.values import Undetermined
from tierlang.said import Said
from tierlang.types import NumberType

STATUSES = {
    "rated": Said("rated", "已评级"),
    "unrated": Said("unrated", "未获等级"),
    "ineligible": Said("ineligible", "不具备参评资格"),
    "vetoed": Said("vetoed", "一票否决"),
    "undetermined": Said("undetermined", "无法确定"),
}
_HEADINGS = (Said("id", "编号"), Said("status", "状态"), Said("tier", "等级"))
_PROVISIONAL = Said("provisional", "暂定")
_NO_LEVEL = Said("none", "无等级")
_BY_THE_RULES = Said("by the rules {tier}", "按规则为 {tier}")
_HIDDEN = Said(
    "{columns} not shown for want of room: {names} (`--format csv`, or a pipe, has them)",
    "{columns}因宽度不足未显示：{names}（可用 `--format csv` 或管道查看）",
)
_ONE_DOCUMENT = Said(
    "`--format json` is one document about one period", "`--format json` 只写一个考核期的结果"
)
_USE_LINES = Said("write `--format jsonl` for several", "多个考核期请用 `--format jsonl`")
_COUNTS = Said("{subjects}: {counts}", "{subjects}：{counts}")

OWN_COLUMNS = (
    "id",
    "status",
    "tier",
    "tier_label",
    "at_least",
    "at_most",
    "failed",
    "causes",
    "assumed",
    "provisional",
)
"""The columns of CSV that every scheme has, before those of its own definitions."""
OVERRIDE_COLUMNS = ("computed", "override", "reason")
"""The further columns of a scheme with an override."""


def render_results(rated: Rated, format: str, terminal: Terminal) -> Iterator[str]:
    """Write an outcome as ``table``, ``json``, ``jsonl`` or ``csv``, piece by piece."""
    match format:
        case "json" if len(rated.outcomes) > 1:
            raise Misuse(_ONE_DOCUMENT, _USE_LINES)
        case "json":
            yield json_text(rated.outcome.as_dict(), indent=2)
        case "jsonl":
            for outcome in rated.outcomes:
                yield from _json_lines(outcome)
        case "csv":
            yield from _csv_lines(rated, terminal.lang)
        case _:
            for number, outcome in enumerate(rated.outcomes):
                if len(rated.outcomes) > 1:
                    label = outcome.header["period"]["label"]
                    yield ("\n" if number else "") + terminal.style(label, "bold") + "\n\n"
                yield from _table_lines(attrs.evolve(rated, outcomes=(outcome,)), terminal)


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON with a line end, readable, but with every invisible character escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if not text.isascii():
        text = "".join(json.dumps(c)[1:-1] if c != "\n" and is_invisible(c) else c for c in text)
    return text + "\n"


def counts_line(rated: Rated) -> Said:
    """How many have each level, and each status without one: ``9 subjects: GOLD 2, BASE 6, vetoed 1``."""
    found = Counter((result.status, result.tier) for result in rated.outcome.results)
    return counts_of(rated.scheme.checked.ladder, found)


def counts_of(ladder: Sequence[LevelRule], found: Mapping[tuple[str, str | None], int]) -> Said:
    """The same of numbers by status and level."""
    parts = [
        Said(f"{level.name} {number}", f"{level.name} {number}")
        for level in ladder
        if (number := sum(n for (_, tier), n in found.items() if tier == level.name)) or level.mode != "never"
    ]
    for status, said in STATUSES.items():
        if number := found.get((status, None), 0):
            parts.append(Said(f"{said.en} {number}", f"{said.zh} {number}"))
    counts = Said(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))
    return _COUNTS.fill(subjects=counted(sum(found.values()), "subject", "subjects", "个对象"), counts=counts)


# ------------------------------------------------------------------ the table


def _table_lines(rated: Rated, terminal: Terminal) -> Iterator[str]:
    """
    The table, and the counts below it.

    On a terminal the columns that do not fit are left out, and named; elsewhere nothing is.
    """
    columns, rows = results_table(rated, terminal.lang)
    hidden: list[str] = []
    if terminal.columns is not None:
        kept = max(len(_HEADINGS), fitting(columns, rows, terminal.columns))
        hidden = [column.heading for column in columns[kept:]]
        columns, rows = columns[:kept], [row[:kept] for row in rows]
    for line in draw(columns, rows):
        yield f"{line}\n"
    if hidden:
        facts = {"columns": counted(len(hidden), "column", "columns", "列"), "names": ", ".join(hidden)}
        yield terminal.style(_HIDDEN.fill(**facts).within(terminal.lang), "dim") + "\n"
    yield "\n" + terminal.style(counts_line(rated).within(terminal.lang), "bold") + "\n"


def results_table(rated: Rated, lang: str) -> tuple[list[Column], list[list[str]]]:
    """The table of the last outcome, before it is drawn: id, status and level, then a column for each value."""
    names = _value_names(rated)
    columns = [Column(said.within(lang)) for said in _HEADINGS]
    columns += [_value_column(rated, name, lang) for name in names]
    return columns, [_table_row(rated, result, names, lang) for result in rated.outcome.results]


def _value_names(rated: Rated) -> list[str]:
    """The names that results have values for, in the order of computation."""
    return list(rated.outcome.results[0].values) if rated.outcome.results else []


def _value_column(rated: Rated, name: str, lang: str) -> Column:
    definition = rated.scheme.checked.definitions.get(name)
    if definition is None:
        return Column(name, align=">")
    label = _label(definition.origin.labels, lang)
    return Column(
        name, "" if label == name else label, ">" if isinstance(definition.type, NumberType) else "<"
    )


def _table_row(rated: Rated, result: Result, names: list[str], lang: str) -> list[str]:
    values = [shown(result.values[name]) for name in names]
    return [result.id, _status(result, lang), _tier(rated, result, lang), *values]


def _status(result: Result, lang: str) -> str:
    """The status, and the first reason for one that is not ``rated``."""
    status = STATUSES[result.status].within(lang)
    if result.provisional:
        status += f" ({_PROVISIONAL.within(lang)})"
    reasons = (
        [str(cause) for cause in result.causes] if result.status == "undetermined" else list(result.failed)
    )
    if result.status == "rated" or not reasons:
        return status
    more = f" +{len(reasons) - 1}" if len(reasons) > 1 else ""
    return f"{status}: {reasons[0]}{more}"


def _tier(rated: Rated, result: Result, lang: str) -> str:
    """The level with its label; the lowest and the highest possible one where it is undetermined."""
    if result.status == "undetermined":
        return "..".join(level or _NO_LEVEL.within(lang) for level in (result.at_least, result.at_most))
    shown_tier = f"{result.tier} {_tier_label(rated, result.tier, lang)}".rstrip() if result.tier else ""
    if not result.overridden:
        return shown_tier
    return f"{shown_tier} ({_BY_THE_RULES.fill(tier=result.computed or _NO_LEVEL).within(lang)})"


def _tier_label(rated: Rated, name: str | None, lang: str) -> str:
    labels = next((level.origin.labels for level in rated.scheme.checked.ladder if level.name == name), {})
    label = _label(labels, lang)
    return "" if label == name else label


def _label(labels: Mapping[str, str], lang: str) -> str:
    return labels.get(lang) or labels.get("en") or ""


# ------------------------------------------------------------------ CSV


def _csv_lines(rated: Rated, lang: str) -> Iterator[str]:
    """
    A header, and a row for each result; undetermined values are empty.

    A number that has more decimals than are shown has its exact value beside it, under ``NAME_exact``.
    """
    results = [result for outcome in rated.outcomes for result in outcome.results]
    names = _value_names(rated)
    several, override = len(rated.outcomes) > 1, rated.scheme.checked.override is not None
    rounded = {name for name in names for result in results if _is_rounded(result.values[name])}
    headings = [*(["period"] if several else []), *OWN_COLUMNS, *(OVERRIDE_COLUMNS if override else [])]
    for name in names:
        headings.append(_new_heading(name, headings))
        if name in rounded:
            headings.append(_new_heading(f"{name}_exact", [*headings, *names]))
    yield _csv_line(headings)
    labelled = [(o.header["period"], result) for o in rated.outcomes for result in o.results]
    for period, result in labelled:
        row = [
            *([period["label"]] if several else []),
            result.id,
            result.status,
            result.tier or "",
            _tier_label(rated, result.tier, lang),
            result.at_least or "",
            result.at_most or "",
            "; ".join(result.failed),
            "; ".join(str(cause) for cause in result.causes),
            "; ".join(result.assumed),
            _plain(result.provisional),
            *([result.computed or "", result.override or "", result.reason or ""] if override else []),
        ]
        for name in names:
            value = result.values[name]
            row.append(_plain(value))
            if name in rounded:
                row.append(str(value) if _is_rounded(value) else "")
        yield _csv_line(row)


def _new_heading(name: str, taken: list[str]) -> str:
    """A heading that no other column has."""
    while name in taken:
        name += "_"
    return name


def _is_rounded(value: object) -> bool:
    return isinstance(value, Fraction) and decimal_text(value)[1]


def _plain(value: Any) -> str:
    """A value for a cell: a decimal, ``true``, a date, a text; empty for what is undetermined."""
    match value:
        case Undetermined():
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Fraction():
            return decimal_text(value)[0]
        case datetime.date():
            return value.isoformat()
        case _:
            return shown(value)


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


# ------------------------------------------------------------------ JSON Lines


def _json_lines(outcome: Outcome) -> Iterator[str]:
    """One result a line; each says of which scheme, version and period it is, to serve as history."""
    header = outcome.header
    period = header["period"]
    own = {
        "schema": SCHEMA,
        "scheme": header["scheme"]["id"],
        "version": header["scheme"]["version"],
        "period": period["label"] if period else None,
    }
    for result in outcome.results:
        yield json_text({**own, **result.as_dict()})
