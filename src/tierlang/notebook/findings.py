"""Diagnostics in notebooks: the words and the carets of the command line, in colour."""

import re
from collections.abc import Iterator, Sequence

from tierlang.diagnostics.model import Diagnostic
from tierlang.diagnostics.render import render_text, summary
from tierlang.highlight import TierOutputLexer
from tierlang.notebook.html import Html, aside, code, joined, panel
from tierlang.source import char_width

_SOURCE = re.compile(r"( *[0-9]+ \| )(.*)")
_MARKS = re.compile(r"( *\| )(.*)")
_WIDE = {"  ": "\u3000", "^^": "＾", "--": "－"}


def text(found: Sequence[Diagnostic], lang: str) -> str:
    """The diagnostics as the command line writes them, and their number."""
    return f"{render_text(found, lang=lang)}\n{summary(found, lang)}"


def panel_of(found: Sequence[Diagnostic], lang: str) -> Html:
    """The same in a panel of its own."""
    return panel(pieces(found, lang), aside(summary(found, lang)))


def pieces(found: Sequence[Diagnostic], lang: str) -> Html:
    """The same as a part of another."""
    written = with_wide_marks(render_text(found, lang=lang))
    return joined([code(written, TierOutputLexer)]) if found else Html("")


def with_wide_marks(report: str) -> str:
    """
    A report whose marks stand below what they mark on a page too.

    On a terminal a Chinese character is two columns wide. On a page it is as wide as its font makes it, and so is a
    full-width space or caret; so these stand below such characters.
    """
    return "\n".join(_widened(report.split("\n")))


def _widened(rows: list[str]) -> Iterator[str]:
    source = ""
    for row in rows:
        marks = _MARKS.fullmatch(row)
        if numbered := _SOURCE.fullmatch(row):
            source = numbered[2]
        if marks and not numbered and source:
            yield marks[1] + _below(source, marks[2])
        else:
            source = source if numbered else ""
            yield row


def _below(source: str, marks: str) -> str:
    """Marks with full-width ones below the full-width characters of a line, up to the words beside them."""
    found, place = "", 0
    for char in source:
        width = char_width(char)
        here = marks[place : place + width]
        if here.strip(" ^-"):
            break
        found += _WIDE.get(here, here)
        place += width
    return found + marks[place:]
