"""The way from a row to a value inside it, and how it is said in a message."""

from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Names of fields, positions in lists (from 0), labels of periods."""


def describe(heading: str, path: Path) -> str:
    """
    Say where in a cell something stands: ``merchants #3 orders@2023-05``.

    Args:
        heading: the column's heading or key.
        path: steps into it; positions count from 0 and are shown from 1.
    """
    text = heading
    after_item = False
    for step in path:
        if isinstance(step, int):
            text += f" #{step + 1}"
        else:
            text += f" {step}" if after_item else f"@{step}"
        after_item = isinstance(step, int)
    return text
