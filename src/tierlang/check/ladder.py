"""Stub."""

from typing import Any


def check_ladder(facts: Any, findings: Any) -> None:
    """Stub."""
