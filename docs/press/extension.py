"""The Sphinx extension of the site: writes the pages that are made at build, and completes those that are read."""

import hashlib
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment

from press import api, diagrams, gallery, outside
from press.cells import CellLexer, NotationLexer
from press.chinese import WORDS, ChineseSearch
from press.contents import is_chinese, with_contents
from press.drawing import InlineDrawings
from press.grammar import GRAMMAR
from press.typography import without_gaps
from tierlang.highlight import TierOutputLexer

LEXERS = {
    "csv": TextLexer,
    "console": TierOutputLexer,
    "output": TierOutputLexer,
    "ipython": CellLexer,
    "ebnf": NotationLexer,
}
"""Lexers by the word after a fence, besides those that Pygments knows, or in place of them."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect everything; Sphinx calls it."""
    for word, lexer in LEXERS.items():
        app.add_lexer(word, lexer)
    # where something has changed that pages are made from, all of them are read again
    app.add_config_value("press_digest", digest(), "env")
    app.add_search_language(ChineseSearch)
    app.add_post_transform(InlineDrawings)
    app.connect("config-inited", lambda app, config: write_pages())
    app.connect("source-read", complete)
    app.connect("html-page-context", in_its_language)
    app.connect("autodoc-process-signature", without_constructor)
    app.connect("missing-reference", public_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def digest() -> str:
    """Of everything that pages are completed from, apart from their own text."""
    made_from = [*sorted(Path(__file__).parent.glob("*.py")), GRAMMAR, WORDS]
    return hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()


def write_pages() -> None:
    """Write the pages that stand in no folder of the repository."""
    gallery.write(outside.copied_pages() | gallery.gallery_pages())


def complete(app: Sphinx, page: str, source: list[str]) -> None:
    """What Sphinx reads instead of the text of a page."""
    text = source[0]
    if not page.startswith(("gallery/", "project/")):
        name = f"docs/{page}.md"
        text = outside.relinked(text, name, name)
    match page:
        case "api":
            text = api.with_docstrings(text)
        case "grammar":
            text = diagrams.in_grammar(text)
        case "reference":
            text = diagrams.in_reference(text)
    source[0] = with_contents(page, without_gaps(text))


def in_its_language(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Mark Chinese pages as Chinese, so that browsers and screen readers take them for what they are."""
    if is_chinese(page):
        context["language"] = "zh-CN"


def without_constructor(
    app: Sphinx, what: str, name: str, value: object, options: object, signature: str, returned: str
) -> tuple[str, str | None] | None:
    """Show classes without the arguments that make them: results come from functions, and their fields are listed."""
    return ("", None) if signature and what in ("class", "exception") else None


def public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.reference | None:
    """A link to a public name from a type that names it by the module where it is defined."""
    name = node.get("reftarget", "").rpartition(".")[2]
    python = env.get_domain("py")
    assert isinstance(python, PythonDomain)
    for module in ("tierlang", *api.MODULES):
        full = f"{module}.{name}"
        known = python.objects.get(full)
        role = python.role_for_objtype(known.objtype) if known else None
        if role:
            return python.resolve_xref(env, node["refdoc"], app.builder, role, full, node, shown)
    return None
