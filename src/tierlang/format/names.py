"""How a token is spelled in the one style: ASCII operators, and backticks only around names that need them."""

import functools

from tierlang.builtins import FUNCTIONS
from tierlang.diagnostics.model import Findings
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.automaton import Token
from tierlang.syntax.build import OPERATORS
from tierlang.syntax.grammar import RESERVED_FOR_LATER, keywords
from tierlang.syntax.parse import parse


def spelled(token: Token) -> str:
    """The text of a token; numbers, texts and dates are kept as the author wrote them."""
    if token.type == "QUOTED_NAME":
        return bare_name(str(token))
    return OPERATORS.get(token, str(token))


@functools.lru_cache(maxsize=1024)
def bare_name(quoted: str) -> str:
    """A name in backticks without them, if it means the same then."""
    name = quoted[1:-1]
    if not name.isidentifier() or name in keywords() | FUNCTIONS | RESERVED_FOR_LATER:
        return quoted
    findings = Findings(SourceText("name", f"{name} = 1"))
    match parse(findings.source, findings).statements:
        case (n.Define(ident=n.Ident(text=text)),) if text == name and not findings.found:
            return name
        case _:
            return quoted
