"""Stub."""

from typing import Any


def check_lints(facts: Any, findings: Any) -> None:
    """Stub."""
