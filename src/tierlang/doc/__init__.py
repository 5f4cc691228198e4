"""The literate page of a scheme: its rules in their order, each beside the words of its source."""

from collections.abc import Iterable

from tierlang.api import Scheme
from tierlang.doc.build import pages_of
from tierlang.doc.html import MissingExtra, render_html
from tierlang.doc.markdown import render_markdown
from tierlang.doc.model import SchemePage
from tierlang.doc.words import LANGUAGES

__all__ = ["FORMATS", "MissingExtra", "SchemePage", "document", "pages_of"]

FORMATS = ("html", "md")


def document(schemes: Scheme | Iterable[Scheme], format: str = "html", lang: str = "en") -> str:
    """
    The page of one or more schemes, as one document.

    Versions of one scheme share a page with a section about the versions; further schemes follow one another after a
    table of contents. Examples are run. The same schemes give the same text.

    Args:
        format: ``html``, one file without scripts that loads nothing; or ``md``, GitHub flavoured Markdown.
        lang: the language of the page's own words and of the labels it prefers: ``en`` or ``zh``.

    Raises:
        ValueError: another format or language, or no scheme at all.
        MissingExtra: the format is ``html`` and jinja2 is not installed.
        DiagnosticError: two versions of a scheme do not fit together.
    """
    if format not in FORMATS:
        raise ValueError(f"format is one of {', '.join(FORMATS)}, not {format!r}")
    if lang not in LANGUAGES:
        raise ValueError(f"lang is one of {', '.join(LANGUAGES)}, not {lang!r}")
    pages = pages_of([schemes] if isinstance(schemes, Scheme) else schemes)
    if not pages:
        raise ValueError("there is no scheme to write a page of")
    return render_html(pages, lang) if format == "html" else render_markdown(pages, lang)
