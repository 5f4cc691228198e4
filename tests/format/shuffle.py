"""
The same scheme in another layout: what an author in a hurry, another editor and a Chinese input method could make of it.

Only what the language allows: line ends and comments where a statement goes on, any space where there is some, trailing
commas, full-width punctuation, needless backticks, Windows line ends.
"""

import itertools
from random import Random

from tierlang.diagnostics.model import Findings
from tierlang.format.lists import TAKES_LAST_COMMA
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.automaton import Token
from tierlang.syntax.layout import _CONTINUES_AFTER, CONTINUES_BEFORE
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import walk

WIDE = str.maketrans("(),:%=><+*/[]{}|@", "（），：％＝＞＜＋＊／［］｛｝｜＠")
SPACES = (" ", "  ", "\t", "\u3000", "      ")
LINE_ENDS = (
    "\n",
    "\n    ",
    "\n\n\n",
    " # 備註 {}\n",
    "  #{}\n  ",
    "\n# own {}\n",
    "\n\n  ## doc {}\n\n",
    "# {}\n#{}\n",
    "\n\t",
)


def shuffled(text: str, random: Random) -> str:
    """Another layout of a text that parses; comments are added, each once, and none is lost."""
    findings = Findings(SourceText("shuffled", text))
    tokens: list[Token] = []
    file = parse(findings.source, findings, tokens)
    assert not findings.found
    source = findings.source.text
    commas = _places_of_commas(file, tokens)
    starts = {_start(statement) for statement in file.statements}
    rows = [node.span for statement in file.statements for node in walk(statement) if isinstance(node, n.Row)]
    wide, names, count, depth = random.random() < 0.3, random.random() < 0.3, itertools.count(), 0
    if not tokens:
        return text
    found = [source[: tokens[0].start_pos]]
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        depth += (str(token) in "([{") - (str(token) in ")]}") if token.type != "_NL" else 0
        found.append(_respelled(token, random, wide=wide, names=names))
        comma = "," if token.end_pos in commas and random.random() < 0.3 else ""
        gap = source[token.end_pos : following.start_pos if following else None]
        if (
            following is None
            or following.start_pos in starts
            or ("\n" in gap and "#" in gap)
            or "_NL" in {token.type, following.type}
        ):
            found.append(gap)
            continue
        may_end = depth > 0 or str(token) in _CONTINUES_AFTER or str(following) in CONTINUES_BEFORE
        may_end = may_end and not (depth == 0 and any(row.start <= token.start_pos < row.end for row in rows))
        choice = random.random()
        if may_end and choice < 0.25 and "#" not in gap:
            gap = random.choice(LINE_ENDS).replace("{}", str(next(count)))
        elif gap and not gap.strip(" \t") and choice < 0.6:
            gap = random.choice(SPACES)
        found.append(comma + gap)
    changed = "".join(found)
    return changed.replace("\n", "\r\n") if random.random() < 0.2 else changed


def _start(statement: n.Statement) -> int:
    return min([statement.span.start, *(a.span.start for a in statement.annotations)])


def _places_of_commas(file: n.File, tokens: list[Token]) -> set[int]:
    """Where the last item of a list ends behind which a comma may stand."""
    ends = {
        node.span.end
        for statement in file.statements
        for node in walk(statement)
        if isinstance(node, tuple(TAKES_LAST_COMMA))
    }
    return {
        before.end_pos or 0
        for before, token in itertools.pairwise(tokens)
        if token.end_pos in ends and str(token) in ")]}" and str(before) not in "([{,"
    }


def _respelled(token: Token, random: Random, *, wide: bool, names: bool) -> str:
    if wide and token.type not in {"STRING", "QUOTED_NAME", "DATE"} and token.type != "DECIMAL":
        return {"<=": "≤", ">=": "≥", "!=": "≠", "*": "×", "/": "÷"}.get(
            str(token), str(token).translate(WIDE)
        )
    if names and token.type == "NAME" and random.random() < 0.3:
        return f"`{token}`"
    return str(token)
