"""Command lines: argparse, with errors that are exceptions, and the nearest word for one that is unknown."""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from tierlang.cli.exits import HelpWanted, Misuse
from tierlang.said import Said

LANGUAGES = ("en", "zh")
_LANGUAGE_VARIABLES = ("TIER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_HELP_COLUMNS = 100

_UNKNOWN_OPTION = Said("unknown option `{word}`", "未知选项 `{word}`")
_UNEXPECTED = Said("unexpected argument `{word}`", "多余的参数 `{word}`")
_DID_YOU_MEAN = Said("did you mean {near}?", "是否想写 {near}？")
_SEE_HELP = Said("see `{command} --help`", "请参阅 `{command} --help`")
_PAIR = Said("{option} takes NAME={what}, not `{text}`", "{option} 的写法是 NAME={what}，而不是 `{text}`")
_TWICE = Said("{option} gives `{name}` twice", "{option} 重复给出 `{name}`")


def default_language(environ: Mapping[str, str]) -> str:
    """``zh`` where the first of the environment's variables that is set begins so, else ``en``."""
    for name in _LANGUAGE_VARIABLES:
        if value := environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def asked_language(argv: Sequence[str]) -> str | None:
    """The language that a command line asks for, even where the rest of it is wrong; None for none."""
    for number, word in enumerate(argv):
        value = (
            argv[number + 1] if word == "--lang" and number + 1 < len(argv) else word.removeprefix("--lang=")
        )
        if word.startswith("--lang") and value in LANGUAGES:
            return value
    return None


def did_you_mean(word: str, known: Iterable[str], limit: int = 1) -> Said | None:
    """The known words most like *word*, at most *limit*, as a question; None where nothing is like it."""
    from tierlang.diagnostics.model import nearest, quoted

    near = quoted(nearest(word, known, limit))
    return None if near is None else _DID_YOU_MEAN.fill(near=near)


def choice(*known: str) -> Callable[[str], str]:
    """A reader of an option that takes one of some words."""

    def read(text: str) -> str:
        if text in known:
            return text
        question = did_you_mean(text, known)
        hint = question.en if question else f"it is one of {', '.join(known)}"
        raise argparse.ArgumentTypeError(f"`{text}` is unknown; {hint}")

    return read


def positive(text: str) -> int:
    """A whole number above 0; ``_`` may group its digits."""
    digits = text.replace("_", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18 and int(digits) > 0):
        raise argparse.ArgumentTypeError(f"`{text}` is not a whole number above 0")
    return int(digits)


def pairs(option: str, given: Iterable[str], what: str) -> dict[str, str]:
    """
    The ``NAME=…`` arguments of an option that may be repeated, as a dict.

    Raises:
        Misuse: one has another form, or a name stands twice.
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not (name and equals and value):
            raise Misuse(_PAIR.fill(option=option, what=what, text=text))
        if name in found:
            raise Misuse(_TWICE.fill(option=option, name=name))
        found[name] = value
    return found


class _Help(argparse.Action):
    """``--help`` as an exception, so that the caller decides where to print."""

    def __init__(self, option_strings: Sequence[str], **_: Any) -> None:
        super().__init__(option_strings, dest=argparse.SUPPRESS, nargs=0, help="show this help")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        raise HelpWanted(parser.format_help())


class Parser(argparse.ArgumentParser):
    """
    The options of one command.

    Options and files may be mixed; no option can be shortened, so that a new one never changes a script.
    """

    def __init__(self, prog: str, description: str, epilog: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
                prog, max_help_position=32, width=_HELP_COLUMNS
            ),
            allow_abbrev=False,
            add_help=False,
        )
        self.color = False  # Python 3.14 would colour help that is piped into a pager
        self.add_argument("-h", "--help", action=_Help)

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """
        Read a command line.

        Raises:
            Misuse: it does not fit.
            HelpWanted: it asks for help.
        """
        words = _without_dashes(argv)
        known = [text for action in self._actions for text in action.option_strings]
        for word in words:
            option = word.partition("=")[0]
            if _is_option(option) and option not in known:
                raise Misuse(
                    _UNKNOWN_OPTION.fill(word=option), did_you_mean(option, known) or self._see_help()
                )
        options, rest = self.parse_known_intermixed_args(words)
        if rest:
            raise Misuse(_UNEXPECTED.fill(word=rest[0]), self._see_help())
        return options

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong as Misuse."""
        raise Misuse(Said(message, message), self._see_help())

    def _see_help(self) -> Said:
        return _SEE_HELP.fill(command=self.prog)


def _is_option(word: str) -> bool:
    """Whether argparse takes a word for an option; one with a space in it is a value."""
    return len(word) > 1 and word.startswith("-") and " " not in word and not word[1].isdigit()


def _without_dashes(argv: Sequence[str]) -> list[str]:
    """
    The same command line without ``--``, after which everything is a file: ``-x`` becomes ``./-x``.

    (argparse loses count of ``--`` where options and files are mixed.)
    """
    words = list(argv)
    if "--" not in words:
        return words
    cut = words.index("--")
    return words[:cut] + [f"./{word}" if word.startswith("-") else word for word in words[cut + 1 :]]


def add_language(parser: argparse.ArgumentParser) -> None:
    """The option ``--lang``; without it the environment decides."""
    parser.add_argument(
        "--lang",
        type=choice(*LANGUAGES),
        metavar="en|zh",
        help="language of messages (default: your locale's)",
    )


def add_files(parser: argparse.ArgumentParser) -> None:
    """The schemes that a command looks at."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a scheme, or a folder of schemes")


def add_format(parser: "argparse.ArgumentParser | argparse._ArgumentGroup", formats: Sequence[str]) -> None:
    """The option ``--format``; the first of *formats* is the default."""
    first, *others = formats
    parser.add_argument(
        "--format",
        type=choice(*formats),
        default=first,
        metavar="FORMAT",
        help=f"{first} (default), {', '.join(others)}",
    )
