"""
docs/api.md: the public names of the package, from their docstrings.

The page in the repository has each name with its signature and first sentence. On the site what stands below a heading is
replaced by a directive, so that autodoc shows the whole docstring with its members.
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import tierlang

HEAD = """\
# API

The public names of the package. Everything else may change without notice. [Embedding](embedding.md) shows them at work.
Importing `tierlang` costs next to nothing: a name brings its module when it is first used. This page is written by
`docs/make.py`.
"""

TOPICS = {
    "Load": ("load", "loads", "load_set", "scheme_set", "Scheme", "SchemeSet", "FolderResolver"),
    "One record at a time": ("Rater", "FrozenCohort"),
    "Several periods": ("fold",),
    "Results": ("Outcome", "TableOutcome", "Result", "Undetermined", "Cause"),
    "Explanations": ("Explanation",),
    "Examples": ("run_examples", "ExampleOutcome"),
    "Layout": ("format_text", "FormatError"),
    "Findings and stops": ("Diagnostic", "DiagnosticError", "BudgetExceeded", "Cancelled"),
}
"""The names of `tierlang` by topic; one that stands nowhere here is shown at the end."""

MODULES = {
    "tierlang.data": "Readers of data files. They know no syntax and no engine: fields go in, exact rows come out.",
    "tierlang.diagnostics": "Findings as data.",
    "tierlang.diagnostics.formats": "Findings written for people, editors and continuous integration.",
}
"""Further public modules, with a sentence about each."""

_MODULE = re.compile(r"^## `(tierlang[\w.]*)`")
_NAME = re.compile(r"^### `(\w+)`$")


def api_page() -> str:
    """The text of docs/api.md."""
    parts = [HEAD.rstrip("\n"), "## `tierlang`"]
    listed = {name for names in TOPICS.values() for name in names}
    others = tuple(name for name in tierlang.__all__ if name not in listed and name[0] != "_")
    for topic, names in {**TOPICS, "More": others}.items():
        if names:
            links = ", ".join(f"[`{name}`](#{name.lower()})" for name in names)
            parts.append(f"**{topic}:** {links}")
    for name in (*(name for names in TOPICS.values() for name in names), *others):
        parts += _entry("tierlang", name)
    for module, sentence in MODULES.items():
        parts += [f"## `{module}`", sentence]
        for name in _public(module):
            parts += _entry(module, name)
    return "\n\n".join(parts) + "\n"


def _public(module: str) -> Iterator[str]:
    """The names of a module that are not already names of one above it, and have something to say."""
    found = importlib.import_module(module)
    names = getattr(found, "__all__", None) or [
        name for name, value in vars(found).items() if inspect.isfunction(value) and name[0] != "_"
    ]
    for name in sorted(names):
        value = getattr(found, name)
        own = getattr(value, "__module__", module).startswith(module)
        if own and (inspect.isclass(value) or inspect.isfunction(value)) and name not in tierlang.__all__:
            yield name


def _entry(module: str, name: str) -> Iterator[str]:
    value = getattr(importlib.import_module(module), name)
    yield f"### `{name}`"
    if inspect.isfunction(value):
        yield f"`{name}({', '.join(_parameters(value))})`"
    yield _first_sentence(value)


def _parameters(function: Any) -> Iterator[str]:
    """The parameters as they are passed, without types; those after ``*`` by name."""
    star = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            star = True
            yield "*"
        yield parameter.name


def _first_sentence(value: Any) -> str:
    """The first paragraph of a docstring."""
    text = (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def with_docstrings(text: str) -> str:
    """The text of docs/api.md with a directive for autodoc below each name, in place of the first sentence."""
    lines: list[str] = []
    module, inside = "tierlang", False
    for line in text.split("\n"):
        if line.startswith("#"):
            inside = False
        if found := _MODULE.match(line):
            module = found[1]
        if found := _NAME.match(line):
            inside = True
            lines += [line, "", *_directive(module, found[1]), ""]
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def _directive(module: str, name: str) -> list[str]:
    value = getattr(importlib.import_module(module), name)
    if inspect.isfunction(value):
        return ["```{eval-rst}", f".. autofunction:: {module}.{name}", "```"]
    kind = "autoexception" if issubclass(value, Exception) else "autoclass"
    return ["```{eval-rst}", f".. {kind}:: {module}.{name}", "   :members:", "```"]
