"""Marks of GitHub flavoured Markdown around texts that may hold any of them."""

import re
from collections.abc import Iterable, Sequence

from tierlang.doc.html import clean

_MARKS = re.compile(r"[\\`*_{}\[\]#~!$^]")
_BLANKS = re.compile(r"\s+")
_TICKS = re.compile(r"`+")


def escaped(text: str) -> str:
    """
    A text in one line in which nothing is markup: marks by backslashes, angle brackets and ``&`` by entities.

    Pipes stay: they mean something in tables only, and `table` escapes them.
    """
    line = _BLANKS.sub(" ", clean(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(lambda mark: f"\\{mark[0]}", line)


def paragraph(line: str) -> str:
    """An escaped line that begins a block, so that it begins no list, rule or heading."""
    number = re.match(r"\d{1,9}(?=[.)])", line)
    if number is not None:
        return f"{number[0]}\\{line[number.end() :]}"
    return f"\\{line}" if line[:1] in {"-", "+", "="} else line


def code_span(text: str) -> str:
    """A text as code inside a line; none for an empty one."""
    line = _BLANKS.sub(" ", clean(text)).strip()
    if not line:
        return ""
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def code_block(text: str) -> str:
    """A text as a block of code of the language."""
    text = clean(text)
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in _TICKS.findall(text)), default=0))
    return f"{fence}tier\n{text}\n{fence}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown in one line each."""
    lines = [_row(headings), "|" + "---|" * len(headings)]
    return "\n".join([*lines, *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
