"""Entry point: finds the command, runs it, and turns every way of ending into an exit code."""

import argparse
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, TextIO

from tierlang.cli import exits
from tierlang.cli.arguments import Parser, asked_language, default_language, did_you_mean
from tierlang.cli.exits import HelpWanted, Misuse
from tierlang.cli.terminal import Terminal, silence
from tierlang.said import Said

GUIDE = """\
tier: rating rules, run exactly and explained

  tier check SCHEME.tier                      find what is wrong with a scheme
  tier test SCHEME.tier                       run its examples
  tier rate SCHEME.tier --data FILE.csv       rate the subjects in a file
  tier explain SCHEME.tier --data FILE.csv --id ID
                                              say why somebody has that level

All commands:
{commands}

`tier COMMAND --help` shows a command's options, with examples.
"""

_UNKNOWN_COMMAND = Said("`{word}` is not a command of tier", "tier 没有 `{word}` 命令")
_OPTION_FIRST = Said(
    "options stand after the command: `tier COMMAND {word}`", "选项要写在命令之后：`tier COMMAND {word}`"
)
_LIST = Said("`tier` alone lists the commands", "单独运行 `tier` 可列出所有命令")
_ERROR = Said("tier: error: ", "tier: 错误：")
_HELP = Said("  help: ", "  建议：")
_BUG = Said(
    "tier: internal error: {what}\n"
    "  This is a mistake in tier, not in your files. Please report it together with the command line;\n"
    "  TIER_DEBUG=1 shows where it happened.",
    "tier: 内部错误：{what}\n"
    "  这是 tier 自身的错误，与您的文件无关。请连同命令行一并报告；\n"
    "  设置 TIER_DEBUG=1 可显示出错位置。",
)
_CANNOT = Said("tier: error: {file}{reason}", "tier: 错误：{file}{reason}")
_INTERRUPTED = Said("tier: interrupted", "tier: 已中断")


class Command(NamedTuple):
    """A command: the module below `tierlang.cli` that runs it, and what it does in one line."""

    module: str
    summary: str

    def load(self) -> "CommandModule":
        """Import it."""
        module: CommandModule = importlib.import_module(f"tierlang.cli.{self.module}")
        return module


class CommandModule(Protocol):
    """What the module of a command has."""

    DESCRIPTION: str
    EXAMPLES: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""

    def execute(self, options: argparse.Namespace, terminal: Terminal) -> int:
        """Do it; returns the exit code."""


COMMANDS = {
    "check": Command("check", "find what is wrong with schemes"),
    "test": Command("test", "run the examples that schemes carry"),
    "fmt": Command("fmt", "lay schemes out in the one style"),
    "readings": Command("readings", "list recorded readings, holes and external values"),
    "rate": Command("rate", "rate the subjects of a cohort"),
    "explain": Command("explain", "say why a subject has its level, and what is missing for the next"),
    "doc": Command("doc", "write schemes as pages, each rule beside the words of its source"),
    "plan": Command("plan", "show what an engine for large tables would compute"),
    "sql": Command("sql", "print a scheme as one SQL statement"),
    "schemes": Command("schemes", "list the schemes that come with tier"),
    "codes": Command("codes", "explain a diagnostic code"),
    "version": Command("version", "show the version"),
}


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open for as long as the process


def run() -> None:
    """The command `tier`: reads sys.argv, ends the process."""
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # ends like Ctrl-C: no half file, no temporary one
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console that has no 银 shows its number
    code = main(sys.argv[1:], sys.stdout, sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:
        silence(sys.stdout)  # what cannot be written now cannot be written when Python ends either
    sys.exit(code)


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO, environ: Mapping[str, str] = os.environ) -> int:
    """
    Run a command line.

    Args:
        argv: without the program's name.
        stdout, stderr: what it writes to; both are flushed.

    Returns:
        the exit code (see exits.py). Whatever happens is told on stderr; nothing is raised.
    """
    terminal = Terminal(stdout, stderr, default_language(environ), environ)
    try:
        return _run(argv, terminal)
    except BrokenPipeError:
        return exits.PIPE_CLOSED
    except KeyboardInterrupt:
        if stderr.isatty():
            stderr.write("\n")  # the terminal has written ^C
        return _last_words(_INTERRUPTED, exits.INTERRUPTED, terminal)
    except OSError as error:
        facts = {"reason": error.strerror or error, "file": f"{error.filename}: " if error.filename else ""}
        return _last_words(_CANNOT.fill(**facts), exits.MISUSE, terminal)
    except Exception as error:  # noqa: BLE001 - the last net: what nobody foresaw is a mistake of ours
        if environ.get("TIER_DEBUG"):
            import traceback

            traceback.print_exception(error, file=stderr)
        what = f"{type(error).__name__}: {error}".partition("\n")[0][:200]
        return _last_words(_BUG.fill(what=what), exits.BUG, terminal)


def _is_of_interrupt(error: BaseException | None) -> bool:
    """Whether an interrupt is behind an error; one that comes while a module is imported is raised as something else."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _run(argv: Sequence[str], terminal: Terminal) -> int:
    """Run a command line; what is foreseen to go wrong is told here."""
    try:
        return _dispatch(argv, terminal)
    except HelpWanted as wanted:
        terminal.write(wanted.text)
        return exits.OK
    except Misuse as misuse:
        return _say_misuse(misuse, terminal)
    except Exception as error:
        if _is_of_interrupt(error):
            raise KeyboardInterrupt from error
        from tierlang.cli.failures import say_refusal

        code = say_refusal(error, terminal)
        if code is None:
            raise
        return code
    finally:
        terminal.stdout.flush()


def _dispatch(argv: Sequence[str], terminal: Terminal) -> int:
    """Find the command and run it."""
    words = list(argv)
    if not words or words[0] in ("-h", "--help") or words == ["help"]:
        terminal.write(_guide())
        return exits.OK
    if words[0] == "help":
        words = [words[1], "--help"]
    name = "version" if words[0] in ("-V", "--version") else words[0]
    command = COMMANDS.get(name)
    if command is None:
        message = _OPTION_FIRST if name.startswith("-") else _UNKNOWN_COMMAND
        raise Misuse(message.fill(word=name), did_you_mean(name, COMMANDS) or _LIST)
    terminal.lang = asked_language(words) or terminal.lang
    module = command.load()
    parser = Parser(f"tier {name}", module.DESCRIPTION, module.EXAMPLES)
    module.add_arguments(parser)
    return module.execute(parser.read(words[1:]), terminal)


def _guide() -> str:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name.ljust(width)}  {command.summary}" for name, command in COMMANDS.items())
    return GUIDE.format(commands=commands)


def _say_misuse(misuse: Misuse, terminal: Terminal) -> int:
    from tierlang.diagnostics.safe import printable

    lines = _ERROR.within(terminal.lang) + misuse.message.within(terminal.lang)
    if misuse.help is not None:
        lines += "\n" + _HELP.within(terminal.lang) + misuse.help.within(terminal.lang)
    for line in lines.split("\n"):
        terminal.note(Said(printable(line), printable(line)))
    return exits.MISUSE


def _last_words(said: Said, code: int, terminal: Terminal) -> int:
    """Say why the command ends here, if anybody still listens."""
    with contextlib.suppress(OSError):
        terminal.note(said)
    return code
