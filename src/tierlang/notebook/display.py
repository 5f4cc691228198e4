"""What each object of the library shows in a notebook, as text and as HTML."""

from tierlang.api import Scheme
from tierlang.diagnostics.model import Diagnostic, DiagnosticError
from tierlang.highlight import TierOutputLexer
from tierlang.notebook import findings, schemes, tables
from tierlang.notebook.html import Html, code, panel
from tierlang.notebook.options import options
from tierlang.run.explain import Explanation
from tierlang.run.result import Outcome, Result


def bundle(shown: object) -> dict[str, str]:
    """An object by kind of text: ``text/plain`` for terminals and search, ``text/html`` for the page."""
    lang, rows = options.lang, options.rows
    match shown:
        case Diagnostic():
            return both(findings.text([shown], lang), findings.panel_of([shown], lang))
        case DiagnosticError():
            return both(findings.text(shown.diagnostics, lang), findings.panel_of(shown.diagnostics, lang))
        case Scheme():
            return both(schemes.scheme_text(shown, lang), schemes.scheme_panel(shown, lang))
        case Outcome():
            return both(tables.outcome_text(shown, lang, rows), tables.outcome_panel(shown, lang, rows))
        case Result() if shown.run is not None:
            return both(tables.result_text(shown, lang), tables.result_panel(shown, lang))
        case Explanation():
            return both(shown.text.rstrip("\n"), panel(code(shown.text, TierOutputLexer, wrap=True)))
    return {"text/plain": repr(shown)}


def both(text: str, html: Html) -> dict[str, str]:
    """A text and its markup, as notebooks take them."""
    return {"text/plain": text, "text/html": html}
