"""A line on the terminal that says how far a long run is."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tierlang.cli.terminal import Terminal
from tierlang.said import Said

PATIENCE = 1.0
"""Seconds for which nothing is said."""

_RATING = Said("rating: {percent} %", "正在评级：{percent} %")


class Progress:
    """
    Told (steps done, steps in all); writes to stderr where that is a terminal, and takes its line away again.

    Use it as a context manager around the run.
    """

    def __init__(self, terminal: Terminal, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._clock = clock
        self._begun = clock()
        self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show the progress, if the run has taken long enough."""
        if not self._terminal.stderr.isatty() or self._clock() - self._begun < PATIENCE:
            return
        line = _RATING.fill(percent=100 * done // max(1, total)).within(self._terminal.lang)
        if line != self._shown:
            self._write(f"\r{line}")
            self._shown = line

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._terminal.stderr.write(text)
        self._terminal.stderr.flush()
