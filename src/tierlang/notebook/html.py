r"""
HTML that keeps its looks wherever a notebook is read.

All looks stand in the elements themselves: pages on which notebooks are published take style sheets away. A colour is written
as a variable with the colour of a light page behind it, and every panel brings its own background. So where the style sheet
below survives, the panel follows the theme of the notebook, and where it does not, the panel is light and can be read.

No text gets into a page unescaped: `tag` escapes every child that `tag` has not made, and writes what is invisible as ``\u202e``.
"""

import html
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pygments.lexer import Lexer
from pygments.style import Style
from pygments.token import Comment, Token, _TokenType

from tierlang.diagnostics.safe import printable
from tierlang.highlight.styles import TierDark, TierLight

MONOSPACE = "font-family:var(--jp-code-font-family,ui-monospace,'DejaVu Sans Mono',Consolas,monospace)"

_NAMED = {
    "page": (TierLight.background_color, TierDark.background_color),
    "band": ("#f4f5f7", "#20262f"),
    "line": ("#d4d8de", "#3b4350"),
}
"""Colours that are no text, by name: on light pages, on dark ones."""

_DARK_PAGES = (
    '[data-jp-theme-light="false"] .tier-shown',  # Jupyter, and what nbconvert writes
    "body.vscode-dark .tier-shown",
    "body.vscode-high-contrast:not(.vscode-high-contrast-light) .tier-shown",
    "html[theme=dark] .tier-shown",  # Colab
    '[data-theme="dark"] .tier-shown',  # pages made by Sphinx
)


class Html(str):
    """Markup, which is put into other markup as it is."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """A text as it may stand in an element or an attribute; lines stay lines, what is invisible is written out."""
    return Html("\n".join(html.escape(printable(line)) for line in text.split("\n")))


def tag(name: str, *children: str, style: str = "", **attributes: str) -> Html:
    """
    An element.

    Args:
        children: markup made by this module, and texts, which are escaped.
        style: declarations.
        attributes: ``class_`` is ``class``.
    """
    given = {**({"style": style} if style else {}), **attributes}
    written = "".join(f' {key.rstrip("_")}="{escaped(value)}"' for key, value in given.items())
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Html:
    """One piece of markup after the other."""
    return Html("".join(child if isinstance(child, Html) else escaped(child) for child in children))


# ------------------------------------------------------------------ colours


def colour(name: str) -> str:
    """A named colour, or ``#rrggbb`` of the light style, as a value of CSS that a dark page changes."""
    light = _NAMED[name][0] if name in _NAMED else name
    return f"var(--tier-{name.lstrip('#')},{light})"


def ink(token: _TokenType) -> str:
    """The declaration of a token's colour."""
    return f"color:{colour('#' + _look(TierLight, token)['color'])}"


def _look(style: type[Style], token: _TokenType) -> dict[str, Any]:
    while token not in style.styles and token.parent is not None and token.parent is not Token:
        token = token.parent
    return {**style.style_for_token(token)}


@cache
def _declarations(token: _TokenType) -> str:
    """How a token looks, as far as it looks different from text."""
    look = _look(TierLight, token)
    found = []
    if look["color"] != _look(TierLight, Token)["color"]:
        found.append(ink(token))
    if look["bgcolor"]:
        found.append(f"background:{colour('#' + look['bgcolor'])}")
    if look["bold"]:
        found.append("font-weight:600")
    if look["underline"]:
        found.append("text-decoration:underline")
    return ";".join(found)


@cache
def dark_colours() -> Mapping[str, str]:
    """The variables, and what they are on dark pages."""
    pairs = {f"--tier-{name}": dark for name, (_, dark) in _NAMED.items()}
    for token, light in TierLight:
        dark = TierDark.style_for_token(token)
        pairs |= {f"--tier-{light[part]}": f"#{dark[part]}" for part in ("color", "bgcolor") if light[part]}
    return pairs


@cache
def _style_sheet() -> Html:
    variables = ";".join(f"{name}:{value}" for name, value in dark_colours().items())
    return Html(f"<style>{','.join(_DARK_PAGES)}{{{variables}}}</style>")


# ------------------------------------------------------------------ pieces


def panel(*children: str) -> Html:
    """What one object shows: a box with its own background and text colour."""
    looks = (
        f"{ink(Token)};background:{colour('page')};border:1px solid {colour('line')};border-radius:6px;"
        "padding:8px 12px;margin:4px 0;max-width:100%;overflow-x:auto;box-sizing:border-box;line-height:1.45"
    )
    return joined([_style_sheet(), tag("div", *children, style=looks, class_="tier-shown")])


def title(*children: str) -> Html:
    """The first line of a panel."""
    return tag("div", *children, style="font-weight:600;margin-bottom:4px")


def aside(*children: str) -> Html:
    """A quieter line."""
    return tag("div", *children, style=f"{ink(Comment)};font-size:.92em;margin-top:4px")


def code(text: str, lexer: type[Lexer], *, wrap: bool = False) -> Html:
    """A text in the colours of a language; *wrap* lets its lines break."""
    tokens = lexer(stripnl=False, ensurenl=False).get_tokens(text.rstrip("\n"))
    spans = joined(_span(token, part) for token, part in tokens)
    breaks = "pre-wrap;overflow-wrap:anywhere" if wrap else "pre"
    looks = (
        f"{MONOSPACE};white-space:{breaks};{ink(Token)};background:transparent;border:0;padding:0;margin:0;"
        "font-size:13px;line-height:1.45;overflow-x:visible"
    )
    return tag("pre", spans, style=looks)


def _span(token: _TokenType, text: str) -> Html:
    looks = _declarations(token)
    return tag("span", text, style=looks) if looks and text.strip() else escaped(text)


def table(head: Iterable[Html], rows: Iterable[Iterable[Html]], caption: str = "") -> Html:
    """A table of cells that `cell` has made."""
    looks = (
        f"border-collapse:collapse;border:0;margin:4px 0;font-size:13px;{ink(Token)};background:transparent;"
        "font-variant-numeric:tabular-nums;width:auto;table-layout:auto"
    )
    captions = [tag("caption", caption, style="text-align:left;caption-side:top")] if caption else []
    plain = "background:transparent;border:0"
    top = tag("thead", tag("tr", *head, style=plain))
    body = tag("tbody", *(tag("tr", *row, style=plain) for row in rows))
    return tag("table", *captions, top, body, style=looks)


def cell(*children: str, align: str = "left", head: bool = False, looks: str = "") -> Html:
    """One cell; *head* for a heading of a column."""
    style = (
        f"text-align:{align};padding:3px 10px 3px 0;border:0;border-bottom:1px solid {colour('line')};"
        "white-space:nowrap;vertical-align:top;max-width:none"
    )
    weight = ";font-weight:600" if head else ""
    name, scope = ("th", {"scope": "col"}) if head else ("td", {})
    return tag(name, *children, style=f"{style}{weight}{';' if looks else ''}{looks}", **scope)
