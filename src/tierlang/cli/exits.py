"""How a command ends: exit codes, and the exception of a wrong command line."""

from tierlang.said import Said

OK = 0
FINDINGS = 1
"""The scheme or the data have errors, or an example failed."""

MISUSE = 2
"""The command line is wrong, or a file that it names cannot be read or written."""

BUG = 70
INTERRUPTED = 130
PIPE_CLOSED = 141
"""Whoever read the output has gone, as after ``| head``."""


class Misuse(Exception):
    """
    The command line cannot be obeyed; the command ends with MISUSE.

    Attributes:
        message: what is wrong.
        help: what to do instead, where that can be said.
    """

    def __init__(self, message: Said, help: Said | None = None) -> None:
        self.message = message
        self.help = help
        super().__init__(message.en)


class HelpWanted(Exception):
    """``--help`` stands on the command line; *text* is the answer."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)
