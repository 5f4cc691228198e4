"""Stub."""

from typing import Any


def check_bands(facts: Any, findings: Any) -> None:
    """Stub."""
