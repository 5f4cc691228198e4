"""Where a command writes: its streams, whether they take colour, and how wide they are."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from tierlang.said import Said

PIPED_COLUMNS = 100
"""Texts that have to be folded are folded at so many columns where no terminal says how wide it is."""

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Terminal:
    """
    The two streams of a command, and what they can show.

    Attributes:
        stdout: takes results.
        stderr: takes messages, progress and what is wrong with the data.
        lang: ``en`` or ``zh``.
        environ: the environment.
        colour: whether stdout takes ANSI colours.
        columns: how wide the terminal is; None where stdout is a file or a pipe, which is as wide as need be.
    """

    def __init__(self, stdout: TextIO, stderr: TextIO, lang: str, environ: Mapping[str, str]) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.lang = lang
        self.environ = environ
        self.colour = takes_colour(stdout, environ)
        self.columns = _columns(environ) if stdout.isatty() else None

    def plain(self) -> "Terminal":
        """The same, for what goes into a file: without colour, as wide as need be."""
        other = Terminal(self.stdout, self.stderr, self.lang, self.environ)
        other.colour, other.columns = False, None
        return other

    def write(self, text: str) -> None:
        """Write to stdout; line ends are the caller's."""
        self.stdout.write(text)

    def note(self, said: Said) -> None:
        """Write a line to stderr, after everything that stands on stdout; no address in it shows a password."""
        self.stdout.flush()
        text = said.within(self.lang)
        if "://" in text:
            from tierlang.data.addresses import without_password

            text = without_password(text)
        self.stderr.write(text + "\n")

    def style(self, text: str, *styles: str) -> str:
        """A text in the given styles (see _STYLES), where stdout takes colours."""
        if not (self.colour and styles and text):
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"


def takes_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether a stream is a terminal whose user has nothing against colours (https://no-color.org)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def _columns(environ: Mapping[str, str]) -> int:
    """How wide the terminal is; the environment's word goes first."""
    named = environ.get("COLUMNS", "")
    if named.isascii() and named.isdigit() and int(named) > 0:
        return int(named)
    import shutil

    return shutil.get_terminal_size((PIPED_COLUMNS, 24)).columns


def silence(stream: TextIO) -> None:
    """Let nothing be said any more on a stream whose reader has gone, not even when the program ends."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), descriptor)
