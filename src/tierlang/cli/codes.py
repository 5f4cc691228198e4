"""`tier codes`: what a diagnostic code means, in the terminal."""

import argparse

from tierlang.cli.arguments import add_language, did_you_mean
from tierlang.cli.exits import OK, Misuse
from tierlang.cli.terminal import Terminal
from tierlang.said import Said

DESCRIPTION = """\
Explain a diagnostic code: what it says, why it is there, a wrong scheme and a right one.
Without a code, list them all."""

EXAMPLES = """\
examples:
  tier codes E-COMMA-NUMBER
  tier codes w-tier-gap --lang zh
  tier codes | grep DATA"""

_UNKNOWN = Said("`{code}` is no diagnostic code", "没有编号为 `{code}` 的诊断")
_LIST = Said("`tier codes` alone lists them", "单独运行 `tier codes` 可列出所有编号")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "code", nargs="*", metavar="CODE", help="such as E-COMMA-NUMBER; by default all are listed"
    )
    add_language(parser)


def execute(options: argparse.Namespace, terminal: Terminal) -> int:
    """Explain the codes, or list all."""
    from tierlang.diagnostics.catalogue import catalogue
    from tierlang.diagnostics.pages import explain_code

    known = catalogue()
    codes = [code.upper() for code in options.code]
    for code in codes:
        if code not in known:
            raise Misuse(_UNKNOWN.fill(code=code), did_you_mean(code, known) or _LIST)
    if codes:
        terminal.write("\n".join(explain_code(code, terminal.lang) for code in codes))
        return OK
    width = max(map(len, known))
    for code, entry in known.items():
        terminal.write(f"{code.ljust(width)}  {entry.title(terminal.lang)}\n")
    return OK
