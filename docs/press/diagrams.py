"""Puts railroad diagrams into pages: one below each rule of docs/grammar.md, and below the words that docs/reference.md explains."""

import itertools
import re

from press.grammar import definitions, forms
from press.tracks import anchor, diagram

_RULE = re.compile(r"^### `(\w+)`$")
_WORD = re.compile(r"^#{3,4} `(\w+)[ \w]*`$")


def in_grammar(text: str) -> str:
    """docs/grammar.md with a diagram below the heading of each rule."""
    lines = []
    for line in text.split("\n"):
        found = _RULE.match(line)
        if found and (definition := definitions().get(found[1])):
            lines += [f"({anchor(definition.name)})=", line, ""]
            lines += [diagram(definition.name, definition.alternatives), ""]
        else:
            lines.append(line)
    return "\n".join(lines)


def in_reference(text: str) -> str:
    """docs/reference.md with a diagram below the form of each word that begins a statement, window or expression."""
    lines: list[str] = []
    waiting = ""
    for line in text.split("\n"):
        if line.startswith("#"):
            found = _WORD.match(line)
            nodes = forms().get(found[1]) if found else None
            waiting = diagram(found[1], nodes, "grammar.html") if found and nodes else ""
        lines.append(line)
        if waiting and line == "" and _ends_form(lines):
            lines += [waiting, ""]
            waiting = ""
    return "\n".join(lines)


def _ends_form(lines: list[str]) -> bool:
    """Whether the paragraph that the last, empty line ends says the form of something."""
    paragraph = itertools.takewhile(bool, reversed(lines[:-1]))
    return any(line.startswith("*form*") for line in paragraph)
