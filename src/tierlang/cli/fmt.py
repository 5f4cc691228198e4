"""`tier fmt`: schemes in the one style."""

import argparse
import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tierlang import quickattrs as attrs
from tierlang.cli.arguments import add_language
from tierlang.cli.exits import FINDINGS, OK, Misuse
from tierlang.cli.terminal import Terminal
from tierlang.cli.words import files_counted
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.diagnostics.model import Diagnostic
    from tierlang.format.text import FormatError

DESCRIPTION = """\
Lay schemes, overlays and libraries out in the one style of the language. What they say, their
comments and the spelling of their numbers stay as they are; before a file is written, that is
checked.

A file with syntax errors is left alone."""

EXAMPLES = """\
examples:
  tier fmt stars.tier
  tier fmt schemes/               every file below a folder
  tier fmt --check schemes/       change nothing; fail if something would change
  tier fmt --diff stars.tier      show what would change
  tier fmt - < stars.tier         standard input to standard output, for editors

exit status: 0 all files are in the style now, 1 a file has syntax errors,
  or with --check would change, 2 a wrong command line or an unreadable file"""

STANDARD_INPUT = "-"

_ALONE = Said(
    "`-` stands alone: standard input goes to standard output", "`-` 须单独使用：从标准输入读取，写到标准输出"
)
_FORMATTED = Said("formatted {file}", "已排版 {file}")
_WOULD_FORMAT = Said("would format {file}", "需要排版 {file}")
_SUMMARY = Said("{files}: {changed}", "{files}：{changed}")
_SOME_DONE = Said("{number} formatted", "已排版 {number} 个")
_SOME_TO_DO = Said("{number} to be formatted", "{number} 个需要排版")
_NONE = Said("nothing to change", "无需改动")
_FAILED = Said(", {number} with errors", "，{number} 个有错误")

_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@attrs.frozen
class _Read:
    """A file before and after; *before* is its text as it stands there, byte order mark and line ends included."""

    name: str
    before: str
    after: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, a folder, or - for standard input")
    parser.add_argument("--check", action="store_true", help="change nothing; fail if something would change")
    parser.add_argument("--diff", action="store_true", help="change nothing; show what would change")
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Format, and tell what was done."""
    if options.files != [STANDARD_INPUT] and STANDARD_INPUT in options.files:
        raise Misuse(_ALONE)
    if options.files == [STANDARD_INPUT] and not (options.check or options.diff):
        _send(_read(STANDARD_INPUT, _standard_input()).after, terminal)
        return OK
    return _Run(options, terminal).run()


class _Run:
    """What has been found in the files so far."""

    def __init__(self, options: argparse.Namespace, terminal: Terminal) -> None:
        self.options = options
        self.terminal = terminal
        self.changed = 0
        self.failed = 0
        self.diagnostics: list[Diagnostic] = []
        self.fault: FormatError | None = None

    def run(self) -> int:
        """Go through the files; one that fails stops no other."""
        from tierlang.cli.failures import exit_code, say_diagnostics

        paths = self._paths()
        for path in paths:
            self._try(path)
        say_diagnostics(self.diagnostics, self.terminal)
        self._sum_up(len(paths))
        if self.fault is not None:
            raise self.fault
        return exit_code(self.diagnostics) or (FINDINGS if self.options.check and self.changed else OK)

    def _paths(self) -> tuple[Path | None, ...]:
        """The files; None for standard input."""
        from tierlang.cli.schemefiles import find_files

        return (None,) if self.options.files == [STANDARD_INPUT] else find_files(self.options.files)

    def _try(self, path: Path | None) -> None:
        from tierlang.diagnostics.model import DiagnosticError
        from tierlang.format.text import FormatError

        try:
            self._format(path)
        except DiagnosticError as error:
            self.diagnostics += error.diagnostics
            self.failed += 1
        except FormatError as error:
            self.fault = error
            self.failed += 1

    def _format(self, path: Path | None) -> None:
        """Bring one file into the style, or say what that would change."""
        from tierlang.data.output import write_whole
        from tierlang.files import read_scheme_bytes

        if path is None:
            read = _read(STANDARD_INPUT, _standard_input())
        else:
            read = _read(path.as_posix(), read_scheme_bytes(path))
        if read.before == read.after:
            return
        if self.options.diff:
            for line in _diff(read):
                self._show(line)
        elif path is None or self.options.check:
            self._say(_WOULD_FORMAT, read.name)
        else:
            write_whole(path, [read.after])
            self._say(_FORMATTED, read.name)
        self.changed += 1

    def _say(self, said: Said, name: str) -> None:
        from tierlang.diagnostics.safe import printable

        self.terminal.write(said.fill(file=printable(name)).within(self.terminal.lang) + "\n")

    def _show(self, line: str) -> None:
        """A line of a difference; on a terminal coloured, and without characters that could steer it."""
        from tierlang.diagnostics.safe import printable

        if self.terminal.columns is not None:
            line = printable(line.replace("\t", "    "))
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        _send((self.terminal.style(line, style) if style else line) + "\n", self.terminal)

    def _sum_up(self, number: int) -> None:
        """How many files are affected; beside a difference it goes to stderr, so that the rest is a patch."""
        said = _summary(
            number, self.changed, self.failed, writes=not (self.options.check or self.options.diff)
        )
        if self.options.diff:
            self.terminal.note(said)
        else:
            is_red = self.failed or (self.options.check and self.changed)
            line = said.within(self.terminal.lang)
            self.terminal.write(self.terminal.style(line, "bold", "red" if is_red else "green") + "\n")


def _standard_input() -> bytes:
    """What is typed or piped, no more of it than shows that it is too much."""
    from tierlang.syntax.layout import MAX_FILE_BYTES

    return sys.stdin.buffer.read(MAX_FILE_BYTES + 1) if sys.stdin is not None else b""


def _send(text: str, terminal: Terminal) -> None:
    """Write a piece of a scheme: in UTF-8, as schemes are, unless somebody reads it on a screen."""
    buffer = getattr(terminal.stdout, "buffer", None)
    if buffer is None or terminal.stdout.isatty():
        terminal.write(text)
    else:
        terminal.stdout.flush()
        buffer.write(text.encode())


def _read(name: str, data: bytes) -> _Read:
    from tierlang.files import decode_scheme
    from tierlang.format.text import format_text

    text = decode_scheme(data, name)
    return _Read(name, data.decode("utf-8"), format_text(text, name))


def _summary(number: int, changed: int, failed: int, *, writes: bool) -> Said:
    """``11 files: 3 formatted, 1 with errors``."""
    done = (_SOME_DONE if writes else _SOME_TO_DO) if changed else _NONE
    said = _SUMMARY.fill(files=files_counted(number), changed=done.fill(number=changed))
    errors = _FAILED.fill(number=failed) if failed else Said("", "")
    return Said(said.en + errors.en, said.zh + errors.zh)


def _diff(read: _Read) -> Iterator[str]:
    """The lines of a unified difference, without their line ends."""
    before, after = (_LINES.findall(text) for text in (read.before, read.after))
    for line in difflib.unified_diff(before, after, read.name, read.name):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"
