"""Tier: a small, total language for rating rules, with exact results and explanations that cite the rule."""

from tierlang._version import __version__
from tierlang.api import Scheme, loads
from tierlang.diagnostics.model import Diagnostic, DiagnosticError
from tierlang.examples import ExampleOutcome, run_examples
from tierlang.files import FolderResolver, load
from tierlang.run.budget import BudgetExceeded, Cancelled
from tierlang.run.result import Outcome, Result
from tierlang.run.values import Cause, Undetermined
from tierlang.versions import SchemeSet, load_set, scheme_set

__all__ = [
    "BudgetExceeded",
    "Cancelled",
    "Cause",
    "Diagnostic",
    "DiagnosticError",
    "ExampleOutcome",
    "FolderResolver",
    "Outcome",
    "Result",
    "Scheme",
    "SchemeSet",
    "Undetermined",
    "__version__",
    "load",
    "load_set",
    "loads",
    "run_examples",
    "scheme_set",
]
