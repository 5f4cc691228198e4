"""A scheme's text in the one style, with the proof that it still says the same."""

import itertools
from collections.abc import Iterator
from typing import TypeAlias

from tierlang.diagnostics.model import DiagnosticError
from tierlang.format.comments import Tokens, attach
from tierlang.format.forms import statement_document
from tierlang.format.levels import align_levels
from tierlang.format.lines import Laid, lines_of, written
from tierlang.format.sameness import Reading, difference
from tierlang.source import SourceText
from tierlang.syntax import nodes as n

_BOUNDS = frozenset({"E-FILE-SIZE", "E-TOKENS"})
"""What a text near a bound may exceed once its lines are indented and its lists end in commas."""

_Entry: TypeAlias = n.Statement | n.Comment


class FormatError(Exception):
    """The formatted text would not say what the text said: a mistake of the formatter, caught before it could do harm."""


def format_text(text: str, name: str = "scheme.tier") -> str:
    r"""
    Bring the text of a scheme, an overlay or a library into the one style.

    What it says stays, and so do its comments and the spelling of its numbers; layout, full-width punctuation, needless
    backticks and line ends change. A text in that style comes back as it is.

    Args:
        name: what diagnostics call the text; never opened.

    Returns:
        the text, in NFC, with ``\n`` as line end.

    Raises:
        DiagnosticError: the text has syntax errors, or would exceed the bounds of a scheme.
        FormatError: the formatter has made a mistake.
    """
    reading = Reading.of(SourceText(name, text))
    formatted = written(_lines(reading))
    if formatted != text:
        _compare(reading, SourceText(name, formatted))
    return formatted


def _compare(reading: Reading, formatted: SourceText) -> None:
    """
    Make sure that a formatted text says what the text said.

    Raises:
        DiagnosticError: it is now longer than a scheme may be.
        FormatError: it says something else, or nothing.
    """
    try:
        found = difference(reading, Reading.of(formatted))
    except DiagnosticError as error:
        if _BOUNDS & {diagnostic.code for diagnostic in error.diagnostics}:
            raise
        raise FormatError(str(error)) from error
    if found is not None:
        raise FormatError(f"{formatted.name}: {found}")


def _lines(reading: Reading) -> Iterator[Laid]:
    """The lines of a file: its statements, and the comments between them."""
    tokens = attach(reading.source, reading.file, reading.tokens)
    entries: list[_Entry] = [*reading.file.statements, *tokens.outside]
    entries.sort(key=lambda entry: _start(entry, tokens))
    pairs = itertools.pairwise(entries)
    apart = [False, *(_stand_apart(*pair) or _blank_between(*pair, tokens) for pair in pairs)]
    align_levels(entries, apart, tokens)
    for entry, is_apart in zip(entries, apart, strict=False):
        if is_apart:
            yield Laid("")
        if isinstance(entry, n.Comment):
            yield Laid(entry.text.rstrip())
        else:
            yield from lines_of(statement_document(entry, tokens))


def _start(entry: _Entry, tokens: Tokens) -> int:
    return entry.span.start if isinstance(entry, n.Comment) else tokens.starts[tokens.within(entry).start]


def _blank_between(previous: _Entry, entry: _Entry, tokens: Tokens) -> bool:
    """Whether the author left an empty line between two things."""
    is_comment = isinstance(previous, n.Comment)
    end = previous.span.end if is_comment else tokens.ends[tokens.within(previous).stop - 1]
    return tokens.blank_between(end, _start(entry, tokens))


def _stand_apart(previous: _Entry, entry: _Entry) -> bool:
    """Whether there is an empty line between two things even where the author left none: around examples."""
    return isinstance(previous, n.Example) or (
        isinstance(entry, n.Example) and isinstance(previous, n.Statement)
    )
