"""
Writes what can be computed into the documentation: the pages of built-ins, commands and grammar, lists, and what programs and
commands on all pages print.

Run as ``python docs/make.py`` and read `git diff`; tests say when it has to be run.
"""

import contextlib
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pages import DOCS, UNFORMATTED, Part, blocks_of, pages, run_page, tidy
from press.api import api_page
from press.commands import commands_page
from press.grammar_page import grammar_page
from press.lists import with_lists

from tierlang.builtins import BUILTINS, Builtin
from tierlang.diagnostics.model import DiagnosticError
from tierlang.format.text import format_text

FAMILIES = {
    "logic": "Conditions",
    "aggregate": "Aggregates",
    "select": "Parts of a list",
    "rank": "Ranks",
    "statistic": "Statistics",
    "number": "Numbers",
    "value": "Presence",
    "date": "Dates",
    "level": "Levels",
    "name": "Names",
}
"""The chapters of the page, by family, in order."""

HEAD = """\
# Built-ins

These are all functions and names of edition 1; a scheme adds its own with [`def`](reference.md#def). Any argument that is
undetermined makes the result undetermined with the union of the causes, unless a section says otherwise. Every example
below is run by a test. This page is written by `docs/make.py`.
"""


def builtins_page() -> str:
    """The text of docs/builtins.md."""
    notes = tomllib.loads((DOCS / "builtins.toml").read_text("utf-8"))
    return "\n".join([HEAD, *_contents(), *(line for family in FAMILIES for line in _family(family, notes))])


def _members(family: str) -> list[Builtin]:
    return [builtin for builtin in BUILTINS.values() if builtin.family == family]


def _contents() -> Iterator[str]:
    for family, title in FAMILIES.items():
        links = ", ".join(f"[`{b.name}`](#{b.name})" for b in _members(family))
        yield f"- [{title}](#{title.lower().replace(' ', '-')}): {links}"
    yield ""


def _family(family: str, notes: dict[str, Any]) -> Iterator[str]:
    yield f"## {FAMILIES[family]}\n\n{notes['families'][family].strip()}\n"
    for builtin in _members(family):
        yield from _section(builtin, notes[builtin.name])


def _section(builtin: Builtin, note: dict[str, str]) -> Iterator[str]:
    yield f"### `{builtin.name}`\n"
    forms = " · ".join(f"`{form}`" for form in builtin.form.split(" · "))
    yield f"{forms}\n\n{_sentence(builtin.en)} {builtin.zh}。\n"
    if builtin.options:
        yield "| option | values |\n|---|---|"
        for name, values in builtin.options:
            yield f"| `{name}:` | {_values(name, values)} |"
        yield ""
    yield f"{note['exact'].strip()}\n\n```tier\n{format_text(note['example'])}```\n"


def _values(option: str, values: tuple[str, ...]) -> str:
    if values:
        return " ".join(f"`{value}`" for value in values)
    return {
        "digits": "a whole number from −40 to 40",
        "within": "what members of one group have in common",
    }.get(option, "a number, date or level; may be given more than once")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "`")) else ".")


def formatted(page: Path) -> str:
    """The text of a page with its schemes laid out as `tier fmt` does; those with syntax errors stay as they are."""
    lines = page.read_text("utf-8").split("\n")
    for block in reversed(list(blocks_of(page))):
        if block.kind == "tier" and UNFORMATTED not in block.words:
            with contextlib.suppress(DiagnosticError):
                text = format_text(block.text, block.id)
                lines[block.line : block.line + block.text.count("\n")] = text.rstrip("\n").split("\n")
    return "\n".join(lines)


def refreshed(page: Path) -> str:
    """The text of a page with the outputs in it as they are now; those that still agree stay as they are."""
    lines = page.read_text("utf-8").split("\n")
    with tempfile.TemporaryDirectory() as folder:
        parts = list(run_page(page, Path(folder)))
    blocks = {part.block.line: part.block for part in parts if not part.agrees}
    for start, block in sorted(blocks.items(), reverse=True):
        own = [part for part in parts if part.block.line == start]
        lines[start : start + block.text.count("\n")] = "".join(map(_shown, own)).rstrip("\n").split("\n")
    return "\n".join(lines)


def _shown(part: Part) -> str:
    command = f"$ {part.command}\n" if part.command is not None else ""
    return command + (part.expected if part.agrees else tidy(part.printed))


GENERATED = {
    "api.md": api_page,
    "builtins.md": builtins_page,
    "commands.md": commands_page,
    "grammar.md": grammar_page,
    "reference.md": lambda: with_lists(FAMILIES),
}
"""The pages that are written as a whole, or hold lists that are: file below docs/ to the function that gives its text."""


def main() -> None:
    """Write the pages that are generated, format the schemes of all pages, and write the outputs that have changed."""
    for name, text in GENERATED.items():
        (DOCS / name).write_text(text(), "utf-8", newline="\n")
    for page in pages():
        page.write_text(formatted(page), "utf-8", newline="\n")
        page.write_text(refreshed(page), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
