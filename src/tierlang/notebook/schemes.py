"""Schemes in notebooks: what they are called, ask for and lead to, what the checker noted, what became of their examples."""

from collections.abc import Sequence

from pygments.token import Generic

from tierlang.api import Scheme
from tierlang.cli.tables import Column, draw
from tierlang.cli.words import counted
from tierlang.diagnostics.model import Diagnostic
from tierlang.diagnostics.render import summary
from tierlang.examples import ExampleOutcome
from tierlang.highlight import TierLexer
from tierlang.notebook import findings
from tierlang.notebook.html import Html, aside, cell, code, ink, panel, table, tag, title
from tierlang.said import Said

_LEVELS = Said("levels", "等级")
_INPUTS = Said("inputs", "输入")
_EXTERNAL = Said("to be supplied", "须另行提供")
_SOURCE = Said("the scheme", "方案全文")
_NAMELESS = Said("scheme without a name", "未命名的方案")
_EXAMPLE = (
    Said("example", "示例"),
    Said("period", "考核期"),
    Said("expectations", "预期项"),
    Said("came out", "结果"),
)
_ALL = Said("✓ all", "✓ 全部相符")
_FAILED = Said("✗ {failed} did not", "✗ {failed} 项不符")


def name_of(scheme: Scheme) -> str:
    """``demo.stars 2017``."""
    return " ".join(part for part in (scheme.id, scheme.version) if part)


def _facts(scheme: Scheme, lang: str) -> list[tuple[str, str]]:
    """The ladder, the inputs, and what a run must be given, each with its heading; what there is none of is left out."""
    checked = scheme.checked
    external = [p.name for p in checked.params.values() if p.external]
    external += [t.name for t in checked.tables.values() if t.entries is None]
    facts = [
        (_LEVELS, " > ".join(scheme.levels)),
        (_INPUTS, ", ".join(f"{field.name} : {field.type}" for field in scheme.fields)),
        (_EXTERNAL, ", ".join(external)),
    ]
    return [(said.within(lang), text) for said, text in facts if text]


def _counts(scheme: Scheme, lang: str) -> str:
    """How many examples, readings and holes there are."""
    checked = scheme.checked
    counts = [
        counted(len(checked.examples), "example", "examples", " 个示例"),
        counted(len(checked.readings), "reading", "readings", " 条解读"),
        counted(checked.holes, "hole", "holes", " 处待补全"),
    ]
    return ("，" if lang == "zh" else ", ").join(said.within(lang).strip() for said in counts)


def scheme_text(scheme: Scheme, lang: str) -> str:
    """The facts, one a line, and the warnings."""
    lines = [name_of(scheme) or _NAMELESS.within(lang)]
    lines += [f"  {name}: {text}" for name, text in _facts(scheme, lang)]
    lines.append(f"  {_counts(scheme, lang)}")
    return "\n".join([*lines, *(["", findings.text(scheme.warnings, lang)] if scheme.warnings else [])])


def scheme_panel(scheme: Scheme, lang: str) -> Html:
    """The same for the page, with the source to be unfolded."""
    rows = [
        [
            cell(name, looks="font-weight:600;white-space:nowrap"),
            cell(code(text, TierLexer, wrap=True), looks="white-space:normal"),
        ]
        for name, text in _facts(scheme, lang)
    ]
    source = tag(
        "details",
        tag("summary", _SOURCE.within(lang), style="cursor:pointer"),
        code(scheme.checked.source.text, TierLexer),
        style="margin-top:6px",
    )
    head = title(name_of(scheme) or _NAMELESS.within(lang))
    warned = findings.pieces(scheme.warnings, lang)
    return panel(head, table([], rows) if rows else Html(""), aside(_counts(scheme, lang)), warned, source)


# ------------------------------------------------------------------ a scheme that has just been checked

_SIDES = ("left", "left", "right", "left")


def _headline(name: str, scheme: Scheme, lang: str) -> str:
    """``stars = demo.stars 2017 · no errors``."""
    called = " ".join(part for part in (name, "=", name_of(scheme)) if name_of(scheme) or part == name)
    return f"{called} · {summary(scheme.warnings, lang)}"


def _row(outcome: ExampleOutcome, lang: str) -> list[str]:
    """One example: title, period, how many expectations, and how many of them did not come out."""
    came_out = _ALL if outcome.passed else _FAILED.fill(failed=len(outcome.findings))
    return [outcome.title, outcome.period or "", str(outcome.expectations), came_out.within(lang)]


def _noted(scheme: Scheme, outcomes: Sequence[ExampleOutcome]) -> list[Diagnostic]:
    """What the checker warns of, then what did not come out as an example says."""
    return [*scheme.warnings, *(finding for outcome in outcomes for finding in outcome.findings)]


def checked_text(name: str, scheme: Scheme, outcomes: Sequence[ExampleOutcome], lang: str) -> str:
    """What the magic says of a scheme without errors: its name, its examples, what is to be noted."""
    lines = [_headline(name, scheme, lang)]
    if outcomes:
        columns = [Column(said.within(lang)) for said in _EXAMPLE]
        lines += ["", *draw(columns, [_row(outcome, lang) for outcome in outcomes])]
    noted = _noted(scheme, outcomes)
    return "\n".join([*lines, *(["", findings.text(noted, lang)] if noted else [])])


def checked_panel(name: str, scheme: Scheme, outcomes: Sequence[ExampleOutcome], lang: str) -> Html:
    """The same for the page."""
    pieces = [title(_headline(name, scheme, lang))]
    if outcomes:
        words = zip(_EXAMPLE, _SIDES, strict=True)
        head = [cell(said.within(lang), align=side, head=True) for said, side in words]
        pieces.append(table(head, [_cells(outcome, lang) for outcome in outcomes]))
    return panel(*pieces, findings.pieces(_noted(scheme, outcomes), lang))


def _cells(outcome: ExampleOutcome, lang: str) -> list[Html]:
    """The row of an example; its title may break, and what did not come out stands out."""
    came_out = ink(Generic.Inserted if outcome.passed else Generic.Error)
    looks = ("white-space:normal", "", "", came_out)
    row = zip(_row(outcome, lang), _SIDES, looks, strict=True)
    return [cell(text, align=side, looks=look) for text, side, look in row]
