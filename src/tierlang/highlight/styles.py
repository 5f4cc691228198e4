"""
A light and a dark style, made for schemes and for what the command prints, and fit for other languages.

Every colour keeps a contrast of 4.5 : 1 (WCAG AA) to the background, also in marked lines. Chinese characters have many thin
strokes, so weight is kept for the names that a statement introduces, levels above all, and italics are used for nothing: they
do not exist in Chinese type. No kind of token that others inherit from is bold, because LaTeX could not take that back.
"""

from typing import ClassVar

from pygments.style import Style
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Token,
    Whitespace,
    _TokenType,
)

from tierlang import quickattrs as attrs


@attrs.frozen
class _Palette:
    """The colours of one style by what they are for."""

    text: str
    quiet: str
    faint: str
    begins: str
    rule: str
    within: str
    level: str
    type: str
    number: str
    date: str
    string: str
    builtin: str
    declared: str
    annotation: str
    attention: str
    error: str
    good: str
    attention_back: str
    error_back: str


_LIGHT = _Palette(
    text="#1f2328",
    quiet="#5a626c",
    faint="#646a73",
    begins="#6f2da8",
    rule="#a3195b",
    within="#6a4a9c",
    level="#00665c",
    type="#1d5fa8",
    number="#9a3b00",
    date="#735400",
    string="#1a6334",
    builtin="#0a52b5",
    declared="#1f2f4f",
    annotation="#5b5873",
    attention="#8a4b00",
    error="#b3131f",
    good="#17672f",
    attention_back="#fff0d9",
    error_back="#ffe9e9",
)

_DARK = _Palette(
    text="#dfe3ea",
    quiet="#9aa4b2",
    faint="#949dab",
    begins="#c9a2ff",
    rule="#ff92bd",
    within="#b8a6e8",
    level="#5cdcc4",
    type="#7cbcff",
    number="#ffab70",
    date="#e3c465",
    string="#90d6a1",
    builtin="#82b8ff",
    declared="#c6d6f5",
    annotation="#b3afd6",
    attention="#ffbd5c",
    error="#ff9a94",
    good="#7ddb92",
    attention_back="#40331c",
    error_back="#45242a",
)


def _styles(p: _Palette) -> dict[_TokenType, str]:
    """The style of every kind of token."""
    return {
        Token: p.text,
        Whitespace: p.faint,
        Error: f"{p.error} bg:{p.error_back}",
        Comment: p.quiet,
        Comment.Special: p.annotation,
        Comment.Preproc: p.annotation,
        # ------------------------------------------------------------ words
        Keyword: p.rule,
        Keyword.Declaration: p.begins,
        Keyword.Namespace: p.begins,
        Keyword.Pseudo: p.within,
        Keyword.Constant: p.type,
        Keyword.Type: p.type,
        Keyword.Reserved: p.error,
        Operator: p.text,
        Operator.Word: p.within,
        Punctuation: p.text,
        # ------------------------------------------------------------ values
        Literal: p.date,
        Literal.Date: p.date,
        Number: p.number,
        Number.Integer.Long: f"bold {p.number}",
        String: p.string,
        String.Symbol: p.type,
        String.Escape: p.attention,
        String.Backtick: p.builtin,
        # ------------------------------------------------------------ names
        Name: p.text,
        Name.Attribute: p.annotation,
        Name.Builtin: p.builtin,
        Name.Builtin.Pseudo: p.builtin,
        Name.Class: f"bold {p.declared}",
        Name.Constant: f"bold {p.level}",
        Name.Decorator: p.annotation,
        Name.Entity: p.number,
        Name.Exception: f"bold {p.attention} bg:{p.attention_back}",
        Name.Function: p.builtin,
        Name.Label: f"bold {p.declared}",
        Name.Namespace: p.declared,
        Name.Property: p.declared,
        Name.Tag: p.begins,
        Name.Variable: p.text,
        Name.Variable.Global: f"bold {p.declared}",
        # ------------------------------------------------------------ output
        Generic.Deleted: p.error,
        Generic.Emph: "underline",
        Generic.Error: f"bold {p.error}",
        Generic.Heading: f"bold {p.declared}",
        Generic.Inserted: p.good,
        Generic.Output: p.text,
        Generic.Prompt: f"bold {p.quiet}",
        Generic.Strong: "bold",
        Generic.Subheading: f"bold {p.begins}",
        Generic.Traceback: p.quiet,
    }


class TierLight(Style):
    """Dark ink on white."""

    name = "tier-light"
    background_color = "#ffffff"
    highlight_color = "#f2f1e4"
    line_number_color = _LIGHT.faint
    line_number_background_color = "transparent"
    line_number_special_color = _LIGHT.text
    line_number_special_background_color = "#f2f1e4"
    styles: ClassVar[dict[_TokenType, str]] = _styles(_LIGHT)


class TierDark(Style):
    """Light ink on slate."""

    name = "tier-dark"
    background_color = "#171b22"
    highlight_color = "#272e3a"
    line_number_color = _DARK.faint
    line_number_background_color = "transparent"
    line_number_special_color = _DARK.text
    line_number_special_background_color = "#272e3a"
    styles: ClassVar[dict[_TokenType, str]] = _styles(_DARK)
