"""
Tier: a small, total language for rating rules, with exact results and explanations that cite the rule.

Importing the package costs next to nothing: a public name brings its module when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tierlang._version import __version__

if TYPE_CHECKING:
    from tierlang.api import Scheme, loads
    from tierlang.columnar.outcome import TableOutcome
    from tierlang.diagnostics.model import Diagnostic, DiagnosticError
    from tierlang.doc import document
    from tierlang.examples import ExampleOutcome, run_examples
    from tierlang.files import FolderResolver, load
    from tierlang.folding import fold
    from tierlang.format.text import FormatError, format_text
    from tierlang.rater.frozen import FrozenCohort
    from tierlang.rater.rater import Rater
    from tierlang.run.budget import BudgetExceeded, Cancelled
    from tierlang.run.explain import Explanation
    from tierlang.run.result import Outcome, Result
    from tierlang.run.values import Cause, Undetermined
    from tierlang.versions import SchemeSet, load_set, scheme_set

_HOME = {
    "Scheme": "api",
    "loads": "api",
    "TableOutcome": "columnar.outcome",
    "Diagnostic": "diagnostics.model",
    "DiagnosticError": "diagnostics.model",
    "document": "doc",
    "ExampleOutcome": "examples",
    "run_examples": "examples",
    "FolderResolver": "files",
    "load": "files",
    "FormatError": "format.text",
    "format_text": "format.text",
    "fold": "folding",
    "FrozenCohort": "rater.frozen",
    "Rater": "rater.rater",
    "BudgetExceeded": "run.budget",
    "Cancelled": "run.budget",
    "Explanation": "run.explain",
    "Outcome": "run.result",
    "Result": "run.result",
    "Cause": "run.values",
    "Undetermined": "run.values",
    "SchemeSet": "versions",
    "load_ipython_extension": "notebook",
    "load_set": "versions",
    "scheme_set": "versions",
}
"""The module of every public name."""

__all__ = [
    "BudgetExceeded",
    "Cancelled",
    "Cause",
    "Diagnostic",
    "DiagnosticError",
    "ExampleOutcome",
    "Explanation",
    "FolderResolver",
    "FormatError",
    "FrozenCohort",
    "Outcome",
    "Rater",
    "Result",
    "Scheme",
    "SchemeSet",
    "TableOutcome",
    "Undetermined",
    "__version__",
    "document",
    "fold",
    "format_text",
    "load",
    "load_set",
    "loads",
    "run_examples",
    "scheme_set",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
