"""
Schemes in notebooks.

Schemes, outcomes, results, explanations and diagnostics show themselves as tables and coloured text, with nothing to load.
``%load_ext tierlang`` adds the cell magic ``%%tier``, which checks the scheme in a cell. `options` says how things are shown.
"""

from typing import Any

from tierlang.notebook.options import Options, options

__all__ = ["Options", "load_ipython_extension", "options"]


def load_ipython_extension(shell: Any) -> None:
    """Add the magic to a shell of IPython; called by ``%load_ext``."""
    from tierlang.notebook.magic import register

    register(shell)
