"""
The fenced blocks of the documentation, and running them: tests/test_docs.py compares, docs/make.py writes anew.

What a block is, its info string says:

- ``tier``: a scheme that checks and whose examples pass; ``tier bad E-CODE …``: it gives exactly these errors;
  ``tier warns W-CODE …``: it checks, with at least these warnings; ``tier fails``: an example of it does not come out;
  ``tier fragment``: statements that parse.
- ``unformatted`` after any of these: the text shows a layout that is not that of `tier fmt`.
- ``file=NAME`` after any of these, or after ``csv``, ``json`` and the like: the text is written to that file first.
- ``python module file=NAME``: a module that is written, not run; programs after it can import it.
- ``ipython``: a cell of a notebook, run in the names left by those before it; what it shows is taken as text.
- ``console``: commands after ``$ tier`` and what they print, ``$ echo $?`` the exit code of the last; ``python``: a
  program, run in the names left by those before it; ``output``: what the block before it prints. A line ``…`` stands
  for any lines.
- ``sh``: for the reader's own shell; of a command line the part after ``.venv/bin/tier`` is run here.

The blocks of a page are run in order, in one folder that holds nothing but the published schemes.
"""

import contextlib
import importlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from tierlang.cli.main import main as run_tier

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
KINDS = frozenset(
    {"tier", "ebnf", "python", "ipython", "console", "output", "sh", "text", "csv", "json", "toml"}
)
"""The first words of info strings; a block with another one would be looked at by nobody."""

_NUMBERED = re.compile(r"^Out\[\d+\]:\s?", re.MULTILINE)
UNFORMATTED = "unformatted"

_INSTALLED = re.compile(r"\.venv/bin/(tier .*)")


def pages() -> list[Path]:
    """The written pages; those of the codes are generated and tested with the catalogue."""
    return sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *DOCS.glob("cookbook/*.md")])


@attrs.frozen
class Block:
    """One fenced block: *words* is its info string, *line* the line of its fence, counted from 1."""

    page: Path
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def kind(self) -> str:
        """The first word of the info string."""
        return self.words[0]

    @property
    def marks(self) -> tuple[str, ...]:
        """The further words about what the text is, without ``file=`` and ``unformatted``."""
        return tuple(word for word in self.words[1:] if not word.startswith("file=") and word != UNFORMATTED)

    @property
    def file(self) -> str | None:
        """The file that the text is written to."""
        return next((word.removeprefix("file=") for word in self.words if word.startswith("file=")), None)

    @property
    def id(self) -> str:
        """``tour.md:12``."""
        return f"{self.page.name}:{self.line}"


@attrs.frozen
class Part:
    """
    A piece of a block that says what is printed.

    Attributes:
        command: the command of a console block; None for an output block.
        expected: what the page says.
        printed: what was printed when the page was run.
    """

    block: Block
    command: str | None
    expected: str
    printed: str

    @property
    def agrees(self) -> bool:
        """Whether the lines are the expected ones; ``…`` on a line of its own stands for any."""
        lines = [line.rstrip() for line in self.expected.strip("\n").split("\n")]
        pattern = "".join("(?:.*\n)*?" if line.strip() == "…" else re.escape(line) + "\n" for line in lines)
        return re.fullmatch(pattern, tidy(self.printed)) is not None


def tidy(text: str) -> str:
    """A text without spaces at the ends of lines and without blank lines around it."""
    return "".join(line.rstrip() + "\n" for line in text.strip("\n").split("\n"))


def blocks_of(page: Path) -> Iterator[Block]:
    """
    The fenced blocks of a page, in order.

    Raises:
        ValueError: the last one is not closed.
    """
    words: tuple[str, ...] = ("",)
    lines: list[str] = []
    start = 0
    for number, line in enumerate(page.read_text("utf-8").split("\n"), start=1):
        if not line.startswith("```"):
            lines.append(line)
        elif start:
            yield Block(page, start, words, "".join(f"{line}\n" for line in lines))
            start = 0
        else:
            start, words, lines = number, tuple(line.removeprefix("```").split()) or ("",), []
    if start:
        raise ValueError(f"{page.name}:{start}: the block is not closed")


def run_page(page: Path, folder: Path) -> Iterator[Part]:
    """
    Run the programs and commands of a page in *folder*, which becomes the working directory meanwhile.

    Raises:
        Exception: whatever a program raises.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    with _inside(folder), contextlib.ExitStack() as stack:
        (folder / "schemes").symlink_to(ROOT / "schemes", target_is_directory=True)
        shell = None
        printed, status = "", 0
        for block in blocks_of(page):
            if block.file is not None:
                path = folder / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, "utf-8")
            match block.kind:
                case "python" if "module" not in block.marks:
                    printed = _run_python(block, names)
                case "ipython":
                    shell = shell or stack.enter_context(_notebook(names))
                    printed = _run_cell(block, shell)
                case "sh":
                    found = _INSTALLED.search(block.text)
                    printed = _run_tier(found[1])[0] if found else ""
                case "output":
                    yield Part(block, None, block.text, printed)
                case "console":
                    for command, expected in commands_of(block):
                        if command == "echo $?":
                            yield Part(block, command, expected, str(status))
                        else:
                            printed, status = _run_tier(command)
                            yield Part(block, command, expected, printed)


def commands_of(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block with the lines below it."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Make a folder the working directory, and its modules importable; afterwards all is as it was."""
    before = Path.cwd()
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        os.chdir(before)


def _run_python(block: Block, names: dict[str, Any]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(block.text, block.id, "exec"), names)  # noqa: S102 - the page is our own
    return out.getvalue()


@contextlib.contextmanager
def _notebook(names: dict[str, Any]) -> Iterator[Any]:
    """A shell of IPython with the names of a page; it keeps no history, and is gone afterwards."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    try:
        yield InteractiveShell.instance(config=settings, user_ns=names)
    finally:
        InteractiveShell.clear_instance()


def _run_cell(block: Block, shell: Any) -> str:
    """
    What a cell shows, as text.

    Raises:
        Exception: whatever the cell raises.
    """
    with contextlib.redirect_stdout(io.StringIO()) as out:
        shell.run_cell(block.text).raise_error()
    return _NUMBERED.sub("", out.getvalue())


def _run_tier(command: str) -> tuple[str, int]:
    """What a command prints, messages included, and its exit code."""
    program, *arguments = shlex.split(command)
    if program != "tier":
        raise ValueError(f"a console block runs tier only, not `{program}`")
    out = io.StringIO()
    code = run_tier(arguments, out, out, {})
    return out.getvalue(), code
