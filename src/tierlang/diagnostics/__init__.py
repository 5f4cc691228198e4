"""Findings about schemes and data: what they are, their words, and how they are shown."""

from tierlang.diagnostics.model import (
    DataPlace,
    Diagnostic,
    DiagnosticError,
    Findings,
    Fix,
    Label,
    Severity,
    nearest,
    quoted,
)

__all__ = [
    "DataPlace",
    "Diagnostic",
    "DiagnosticError",
    "Findings",
    "Fix",
    "Label",
    "Severity",
    "nearest",
    "quoted",
]
