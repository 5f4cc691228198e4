"""docs/commands.md: the commands of `tier` and their options, read from the parsers that read the command line."""

import argparse
import re
import textwrap
from collections.abc import Iterator

from tierlang.cli.arguments import Parser
from tierlang.cli.main import COMMANDS, CommandModule

_OPTION = re.compile(r"(?<![\w-])--[a-z-]+")

HEAD = """\
# Commands

`tier COMMAND --help` shows the same in the terminal. `tier` alone lists the commands. In options `NAME=PATH` and the like,
spaces around `=` do not matter; options and files may stand in any order, and no option can be shortened.

Messages and results are in the language of `--lang`, else of the environment: the first of `TIER_LANG`, `LC_ALL`,
`LC_MESSAGES` and `LANG` that is set; Chinese where it begins with `zh`. What the exit codes mean, and which formats
diagnostics have, is in [the reference](reference.md#17-diagnostics); what files of data may look like is
[there too](reference.md#15-data). This page is written by `docs/make.py`.

中文：加上 `--lang zh`，或设置环境变量 `TIER_LANG=zh`，提示与结果即为中文。
"""
_WORDS_OF_A_TOPIC = 2
"""More before a colon are a sentence: `examples:` and `exit status:` are topics."""


def commands_page() -> str:
    """The text of docs/commands.md."""
    lines = [HEAD, "| command | |\n|---|---|"]
    lines += [f"| [`tier {name}`](#tier-{name}) | {command.summary} |" for name, command in COMMANDS.items()]
    for name, command in COMMANDS.items():
        lines.append("\n" + "\n\n".join(_section(name, command.load())))
    return "\n".join(lines) + "\n"


def _section(name: str, module: CommandModule) -> Iterator[str]:
    parser = Parser(f"tier {name}", module.DESCRIPTION, module.EXAMPLES)
    module.add_arguments(parser)
    yield f"## `tier {name}`"
    yield f"```text\n{_usage(parser)}\n```"
    yield _flowing(module.DESCRIPTION)
    for group in parser._action_groups:  # noqa: SLF001 - argparse tells its groups nowhere else
        rows = [_row(action) for action in group._group_actions if action.help != "show this help"]  # noqa: SLF001 - nor for these
        if rows:
            title = {"positional arguments": "arguments"}.get(group.title or "", group.title)
            yield "\n".join([f"| {title} | |", "|---|---|", *rows])
    for paragraph in module.EXAMPLES.strip().split("\n\n"):
        topic, _, rest = paragraph.partition(":")
        if len(topic.split()) > _WORDS_OF_A_TOPIC:
            yield _flowing(paragraph)
        elif "\n" in rest[:1]:
            yield f"**{topic.capitalize()}**\n\n```text\n{textwrap.dedent(rest[1:])}\n```"
        else:
            yield f"**{topic.capitalize()}:** {_flowing(rest)}"


def _usage(parser: Parser) -> str:
    """``tier rate FILE … --data PATH [options]``: what must be there."""
    words = [parser.prog]
    for action in parser._actions:  # noqa: SLF001 - argparse has no public name for them
        if not action.option_strings:
            more = " …" if action.nargs in ("+", "*") else ""
            words.append(
                f"[{action.metavar}{more}]" if action.nargs in ("?", "*") else f"{action.metavar}{more}"
            )
        elif action.required:
            words.append(f"{action.option_strings[0]} {action.metavar}")
    return " ".join([*words, "[options]"])


def _row(action: argparse.Action) -> str:
    names = action.option_strings or [""]
    value = str(action.metavar or action.dest.upper()) if action.nargs != 0 else ""
    what = ", ".join(f"`{f'{name} {value}'.strip()}`" for name in names).replace("|", "\\|")
    again = (
        "; may be given more than once" if isinstance(action.default, list) and action.option_strings else ""
    )
    return f"| {what} | {_flowing(action.help or '').replace('|', '&#124;')}{again} |"


def _flowing(text: str) -> str:
    """Help text as Markdown: its line ends are those of a terminal, its stars are stars, and options are code."""
    pieces = " ".join(text.split()).replace("*", "\\*").replace("<", "&lt;").split("`")
    pieces[::2] = [
        _OPTION.sub(r"`\g<0>`", piece) for piece in pieces[::2]
    ]  # every other piece is code already
    return "`".join(pieces)
