"""Colours for what Pygments does not know as it is used here: cells of notebooks, and the notation of the grammar."""

from collections.abc import Iterator
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.lexers.parsers import EbnfLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Name, _TokenType

from tierlang.highlight import TierLexer


class CellLexer(Lexer):
    """A cell whose first line may be a magic; below ``%%tier`` stands a scheme, else Python."""

    name = "Notebook cell"

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """The tokens of a cell."""
        magic = text[: text.index("\n") + 1] if text.startswith("%") else ""
        if magic:
            yield 0, Name.Decorator, magic
        lexer = TierLexer() if magic.startswith("%%tier") else PythonLexer()
        for start, kind, value in lexer.get_tokens_unprocessed(text[len(magic) :]):
            yield start + len(magic), kind, value


class NotationLexer(EbnfLexer):
    """EBNF in which a pattern between question marks may hold question marks of its own."""

    name = "EBNF with patterns"
    tokens: ClassVar = {
        **EbnfLexer.tokens,
        "production": [(r"\? .+? \?(?=\s)", Name.Entity), *EbnfLexer.tokens["production"]],
    }
