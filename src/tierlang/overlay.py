"""Overlays: statements that fill what a scheme's source leaves open, without touching anything else."""

from typing import TypeAlias

from tierlang.diagnostics.model import Findings, nearest, quoted
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import walk

Identity: TypeAlias = tuple[str, str]


def identity(statement: n.Statement) -> Identity | None:
    """What a statement defines, as (kind, name); None for statements that an overlay cannot fill."""
    match statement:
        case n.Define(ident=ident):
            return "definition", ident.text
        case n.Adjust(kind=kind, ident=ident):
            return kind, ident.text
        case n.Param(ident=ident):
            return "param", ident.text
        case n.Table(ident=ident):
            return "table", ident.text
        case n.Tier(level=level):
            return "tier", level.text
        case n.Require(ident=ident) | n.Veto(ident=ident) if ident is not None:
            return type(statement).__name__.lower(), ident.text
        case _:
            return None


def is_open(statement: n.Statement) -> bool:
    """Whether a statement has a hole, or leaves its values to the host."""
    if (isinstance(statement, n.Param) and not statement.values) or (
        isinstance(statement, n.Table) and statement.entries is None
    ):
        return True
    return any(isinstance(node, n.Hole) for node in walk(statement))


def fill(base: SourceText, overlay: SourceText) -> SourceText:
    """
    The text of a scheme with its open statements replaced by those of an overlay.

    Raises:
        DiagnosticError: the overlay cannot be parsed, or says something that the scheme does not leave open.
    """
    findings = Findings(overlay)
    added = parse(overlay, findings)
    findings.raise_errors()
    open_ones = {identity(s): s for s in parse(base, Findings(base)).statements if identity(s) and is_open(s)}
    edits: dict[Span, str] = {}
    for statement in added.statements:
        if isinstance(statement, n.Edition):
            continue
        key = identity(statement)
        target = open_ones.get(key)
        if key is None or target is None:
            names = quoted(nearest(key[1] if key else "", [k[1] for k in open_ones if k]))
            open_names = quoted(f"{k[0]} {k[1]}" for k in open_ones if k)
            title = f"{key[0]} {key[1]}" if key else overlay.at(statement.span).split(maxsplit=1)[0]
            findings.add("E-DEFINE", statement.span, statement=title, near=names, open=open_names)
        else:
            edits[target.span] = overlay.at(statement.span)
    findings.raise_errors()
    return SourceText(base.name, _edited(base.text, edits))


def _edited(text: str, edits: dict[Span, str]) -> str:
    for span in sorted(edits, reverse=True):
        # a statement keeps its lines, so that every other place in the file stays what it was
        lines = text[span.start : span.end].count("\n") - edits[span].count("\n")
        text = text[: span.start] + edits[span] + "\n" * max(0, lines) + text[span.end :]
    return text
