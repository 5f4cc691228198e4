"""Outcomes and single results in notebooks: as tables of the page, and as the text that the command line writes."""

from tierlang import quickattrs as attrs
from tierlang.api import Scheme
from tierlang.cli.inputs import Rated
from tierlang.cli.results import counts_line, results_table
from tierlang.cli.tables import Column, draw
from tierlang.cli.words import counted
from tierlang.highlight.kinds import LEVEL
from tierlang.highlight.output import ATTENTION
from tierlang.notebook.html import Html, aside, cell, ink, panel, table, tag, title
from tierlang.run.result import Outcome, Result
from tierlang.run.values import Undetermined
from tierlang.said import Said
from tierlang.source import display_width, pad

_MORE = Said(
    "{shown} of {subjects} shown; `.results` has all, `tierlang.notebook.options.rows` says how many to show",
    "显示 {shown} 个，共 {subjects}；`.results` 有全部结果，`tierlang.notebook.options.rows` 可调整显示数量",
)
_NOBODY = Said("nobody to rate", "没有参评对象")
_FACTS = {
    "failed": Said("failed", "未满足"),
    "causes": Said("undetermined because of", "无法确定的原因"),
    "assumed": Said("absent, taken as declared", "缺失，按声明取值"),
    "warnings": Said("noted", "提示"),
}


def _rated(outcome: Outcome) -> Rated | None:
    """The outcome with the scheme that its results know; None for one of nobody."""
    run = outcome.results[0].run if outcome.results else None
    return Rated(Scheme(run.scheme), (outcome,)) if run is not None else None


def _heading(outcome: Outcome) -> str:
    """``demo.stars 2017 · 2017-H1``, as far as it is known."""
    scheme, period = outcome.header.get("scheme") or {}, outcome.header.get("period") or {}
    name = " ".join(part for part in (scheme.get("id"), scheme.get("version")) if part)
    return " · ".join(part for part in (name, period.get("label")) if part)


def _more(outcome: Outcome, rows: int, lang: str) -> str | None:
    """What to say where not all rows are shown."""
    if len(outcome.results) <= rows:
        return None
    subjects = counted(len(outcome.results), "subject", "subjects", "个对象")
    return _MORE.fill(shown=rows, subjects=subjects).within(lang)


def _counts(outcome: Outcome, lang: str) -> str:
    rated = _rated(outcome)
    return counts_line(rated).within(lang) if rated is not None else _NOBODY.within(lang)


# ------------------------------------------------------------------ outcomes


def outcome_text(outcome: Outcome, lang: str, rows: int) -> str:
    """The table as the command line draws it, of the first *rows* subjects."""
    lines = [_heading(outcome), ""] if _heading(outcome) else []
    part = _rated(attrs.evolve(outcome, results=outcome.results[:rows]))
    if part is not None:
        lines += [*draw(*results_table(part, lang)), ""]
    notes = [_more(outcome, rows, lang), _counts(outcome, lang), *outcome.warnings]
    return "\n".join([*lines, *(note for note in notes if note)])


def outcome_panel(outcome: Outcome, lang: str, rows: int) -> Html:
    """The same for the page."""
    part = _rated(attrs.evolve(outcome, results=outcome.results[:rows]))
    pieces = [title(_heading(outcome))] if _heading(outcome) else []
    if part is not None:
        columns, cells = results_table(part, lang)
        pieces.append(
            table(
                [_head(column) for column in columns],
                [_row(row, columns, result) for row, result in zip(cells, part.outcome.results, strict=True)],
            )
        )
    notes = [_more(outcome, rows, lang), _counts(outcome, lang), *outcome.warnings]
    return panel(*pieces, *(aside(note) for note in notes if note))


def _head(column: Column) -> Html:
    """The name of a column, and its label below it."""
    label = (
        [tag("div", column.label, style="font-weight:400;white-space:normal;max-width:20em")]
        if column.label
        else []
    )
    return cell(column.heading, *label, align=_side(column), head=True)


def _row(texts: list[str], columns: list[Column], result: Result) -> list[Html]:
    """The row of a subject: its level in the colour of levels, or what is not known in that of what is not."""
    looks = ("", _known(result.status != "undetermined"), _level(result))
    own = [cell(text, looks=look) for text, look in zip(texts[: len(looks)], looks, strict=True)]
    values = zip(texts[len(looks) :], columns[len(looks) :], strict=True)
    return [*own, *(_value(text, column, result) for text, column in values)]


def _value(text: str, column: Column, result: Result) -> Html:
    """A value; one that is not known stands out."""
    known = not isinstance(result.values[column.heading], Undetermined)
    return cell(text, align=_side(column), looks=_known(known))


def _known(known: bool) -> str:
    return "" if known else ink(ATTENTION)


def _level(result: Result) -> str:
    looks = f"{ink(LEVEL.token)};font-weight:600"
    return looks if result.tier is not None else _known(result.status != "undetermined")


def _side(column: Column) -> str:
    return "right" if column.align == ">" else "left"


# ------------------------------------------------------------------ one result


def _facts(result: Result, lang: str) -> list[tuple[str, str]]:
    """What a result says beside its level and its values: a heading, and what stands below it."""
    found = {name: ", ".join(map(str, getattr(result, name))) for name in _FACTS}
    return [(_FACTS[name].within(lang), text) for name, text in found.items() if text]


def _single(result: Result, lang: str) -> tuple[list[str], list[tuple[Column, str]]]:
    """Id, status and level of a result; and each of its values with the column that it would stand in."""
    assert result.run is not None
    outcome = Outcome((result,), {}, (), 0)
    columns, (row,) = results_table(Rated(Scheme(result.run.scheme), (outcome,)), lang)
    own = len(columns) - len(result.values)
    return row[:own], list(zip(columns[own:], row[own:], strict=True))


def result_text(result: Result, lang: str) -> str:
    """The level, each value, and what led to it."""
    (id_, status, tier), values = _single(result, lang)
    lines = [f"{id_}: {tier if result.tier else f'{status} {tier}'.rstrip()}"]
    if values:
        widths = [
            max(map(display_width, texts))
            for texts in ((c.heading for c, _ in values), (t for _, t in values))
        ]
        for column, text in values:
            name, value = pad(column.heading, widths[0]), pad(text, widths[1], column.align)
            lines.append(f"  {name}  {value}  {column.label}".rstrip())
    return "\n".join([*lines, *(f"  {name}: {text}" for name, text in _facts(result, lang))])


def result_panel(result: Result, lang: str) -> Html:
    """The same for the page."""
    (id_, status, tier), values = _single(result, lang)
    level = [tag("span", f" {tier}", style=_level(result))] if tier else []
    rows = [
        [cell(column.heading), _value(text, column, result), cell(column.label)] for column, text in values
    ]
    shown = table([], rows) if rows else Html("")
    facts = [aside(f"{name}: {text}") for name, text in _facts(result, lang)]
    return panel(title(id_, *level, tag("span", f" {status}", style="font-weight:400")), shown, *facts)
