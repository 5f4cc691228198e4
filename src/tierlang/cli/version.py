"""`tier version`: what this is."""

import argparse
import sys

from tierlang._version import __version__
from tierlang.cli.exits import OK
from tierlang.cli.terminal import Terminal

DESCRIPTION = "Show the version of tier and of Python, and the editions of the language that it knows."
EXAMPLES = """\
examples:
  tier version
  tier --version"""

EDITIONS = (1,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show it."""
    editions = ", ".join(map(str, EDITIONS))
    python = ".".join(map(str, sys.version_info[:3]))
    terminal.write(f"tier {__version__}\nPython {python}\neditions {editions}\n")
    return OK
