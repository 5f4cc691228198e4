"""Tier: a small, total language for rating rules, with exact results and explanations that cite the rule."""

from tierlang._version import __version__
from tierlang.api import Scheme, loads
from tierlang.diagnostics.model import Diagnostic, DiagnosticError
from tierlang.run.budget import BudgetExceeded, Cancelled
from tierlang.run.result import Outcome, Result
from tierlang.run.values import Cause, Undetermined

__all__ = [
    "BudgetExceeded",
    "Cancelled",
    "Cause",
    "Diagnostic",
    "DiagnosticError",
    "Outcome",
    "Result",
    "Scheme",
    "Undetermined",
    "__version__",
    "loads",
]
