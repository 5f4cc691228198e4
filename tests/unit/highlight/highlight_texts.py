"""The texts that highlighters are tried on: published schemes, conformance cases, samples, what the command prints."""

import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pygments.lexer import Lexer
from pygments.token import Error, Whitespace, _TokenType

from tierlang.highlight import TierLexer, TierOutputLexer

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "docs"))

from pages import blocks_of, pages

from conformance.loader import Case, read_cases

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

TIER = TierLexer(stripnl=False, ensurenl=False)
OUTPUT = TierOutputLexer(stripnl=False, ensurenl=False)

SCHEMES = sorted((ROOT / "schemes").glob("**/*.tier"))
GOLDEN = sorted(
    p for p in (ROOT / "tests" / "cli" / "golden").glob("*.txt") if not p.name.startswith(("doc-", "fmt-"))
)  # pages show schemes
SAMPLES: dict[str, Any] = tomllib.loads((HERE / "samples.toml").read_text("utf-8"))
"""What each sample shows, its text, and its tokens as `shown` writes them."""


@cache
def cases() -> tuple[Case, ...]:
    """The conformance cases."""
    return tuple(read_cases())


def documented() -> Iterator[str]:
    """The schemes in the documentation, and parts of such."""
    return (block.text for page in pages() for block in blocks_of(page) if block.kind == "tier")


def line_feeds(text: str) -> str:
    """The text as Pygments reads it: without a byte order mark, with LF for line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def lexed(text: str, lexer: Lexer = TIER) -> list[tuple[_TokenType, str]]:
    """The tokens of a text that has no line ends but LF."""
    return list(lexer.get_tokens(text))


def shown(text: str, lexer: Lexer = TIER) -> list[str]:
    """The tokens but for blanks, each as ``Kind text``; kinds are written from ``Token`` on."""
    return [
        f"{str(kind).removeprefix('Token.'):<22} {part}"
        for kind, part in lexed(text, lexer)
        if kind is not Whitespace
    ]


def errors(text: str, lexer: Lexer = TIER) -> list[str]:
    """What is no part of the language."""
    return [part for kind, part in lexed(text, lexer) if kind is Error]


def rejoined(text: str, lexer: Lexer = TIER) -> str:
    """The text, from its tokens."""
    return "".join(part for _, part in lexed(text, lexer))
