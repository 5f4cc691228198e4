"""
The same scheme in another layout: what an author in a hurry, another editor or a Chinese input method could make of it.

Only what the language allows: line ends and comments where a statement goes on, other spaces, last commas, full-width
punctuation, needless backticks, Windows line ends.
"""

import itertools
from collections.abc import Iterator
from random import Random

import attrs
from lark import Token

from tierlang.diagnostics.model import Findings
from tierlang.format.lists import TAKES_LAST_COMMA
from tierlang.format.names import bare_name
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.syntax.layout import _CONTINUES_AFTER, CONTINUES_BEFORE
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import walk

SPACES = (" ", "  ", "\t", "\u3000", "      ")
LINE_ENDS = ("\n", "\n    ", "\n\t")
COMMENTS = (
    " # 備註 {}\n", "  #{}\n  ", "\n# own {}\n", "\n\n  ## doc {}\n\n", "# {}\n#{}\n", "\n\n\n", "　# {} ）\n",
)  # fmt: skip
WIDE = str.maketrans("(),:%=><+*/[]{}|@", "（），：％＝＞＜＋＊／［］｛｝｜＠")
WIDE_PAIRS = {"<=": "≤", ">=": "≥", "!=": "≠", "*": "×", "/": "÷"}
KEPT = frozenset({"STRING", "QUOTED_NAME", "_NL"})


@attrs.frozen
class Layout:
    """How a scheme is written down anew; *comments* adds comments, empty lines and last commas too."""

    random: Random
    wide: bool
    backticks: bool
    comments: bool


def shuffled(text: str, random: Random, *, comments: bool) -> str:
    """
    Another layout of a text that parses.

    Args:
        comments: whether comments, empty lines and commas after last items are added, which show in the formatted text.
    """
    findings = Findings(SourceText("shuffled", text))
    tokens: list[Token] = []
    file = parse(findings.source, findings, tokens)
    assert not findings.errors
    if not tokens:
        return text
    layout = Layout(random, random.random() < 0.3, random.random() < 0.3, comments)
    changed = "".join(_written(findings.source.text, file, tokens, layout))
    return changed.replace("\n", "\r\n") if random.random() < 0.2 else changed


def _written(source: str, file: n.File, tokens: list[Token], layout: Layout) -> Iterator[str]:
    nodes = [node for statement in file.statements for node in walk(statement)]
    starts = {_start(statement) for statement in file.statements}
    rows = [node.span for node in nodes if isinstance(node, n.Row)]
    commas = _places_of_commas(nodes, tokens) if layout.comments else set()
    number, depth = itertools.count(), 0
    yield source[: tokens[0].start_pos]
    for token, following in itertools.zip_longest(tokens, tokens[1:]):
        depth += (str(token) in "([{") - (str(token) in ")]}") if token.type != "_NL" else 0
        yield _respelled(token, layout)
        gap = source[token.end_pos : following.start_pos if following else None]
        is_inside = following is not None and following.start_pos not in starts
        if not is_inside or "#" in gap or "_NL" in {token.type, following.type}:
            yield gap
            continue
        yield "," if token.end_pos in commas and layout.random.random() < 0.3 else ""
        goes_on = str(token) in _CONTINUES_AFTER or str(following) in CONTINUES_BEFORE
        in_row = any(row.start <= token.start_pos < row.end for row in rows)
        yield _gap(gap, layout, number, may_end=depth > 0 or (goes_on and not in_row))


def _gap(gap: str, layout: Layout, number: "itertools.count[int]", *, may_end: bool) -> str:
    """Another space between two tokens, or a line end."""
    choice = layout.random.random()
    if may_end and choice < 0.2:
        line_end = layout.random.choice(LINE_ENDS + COMMENTS if layout.comments else LINE_ENDS)
        return line_end.replace("{}", str(next(number)))
    return layout.random.choice(SPACES) if gap.strip(" \t") == "" != gap and choice < 0.6 else gap


def _start(statement: n.Statement) -> int:
    return min([statement.span.start, *(annotation.span.start for annotation in statement.annotations)])


def _places_of_commas(nodes: list[n.Node], tokens: list[Token]) -> set[int]:
    """Where the last item of a list ends behind which a comma may stand."""
    closed = {
        Span(node.span.end - 1, node.span.end) for node in nodes if isinstance(node, tuple(TAKES_LAST_COMMA))
    }
    return {
        before.end_pos or 0
        for before, token in itertools.pairwise(tokens)
        if Span(token.start_pos or 0, token.end_pos or 0) in closed
        and str(token) in ")]}"
        and str(before) not in "([{,"
    }


def _respelled(token: Token, layout: Layout) -> str:
    if layout.wide and token.type not in KEPT and not token[:1].isdigit():
        return WIDE_PAIRS.get(str(token), str(token).translate(WIDE))
    quoted = f"`{token}`"
    is_needless = token.type == "NAME" and bare_name(quoted) == token
    return quoted if layout.backticks and is_needless and layout.random.random() < 0.3 else str(token)
