"""The parser's errors in the language's own words."""

import re

from tierlang.diagnostics.model import Findings, Fix, nearest
from tierlang.source import Span
from tierlang.syntax.automaton import Unexpected
from tierlang.syntax.grammar import keywords, spelt
from tierlang.syntax.tables import END

MAX_EXPECTED = 8

WORDS = {
    "NAME": "a name",
    "QUOTED_NAME": "a name",
    "DOTTED": "the id of a scheme such as tmall_global.quarter",
    "INT": "a number",
    "DECIMAL": "a number",
    "STRING": 'a text in "quotes"',
    "DATE": "a date such as 2023-08-01",
    "MONTH": "a month such as 2023-08",
    "WEEK": "a week such as 2023-W35",
    "QUARTER": "a quarter such as 2017-Q3",
    "HALF": "a half-year such as 2017-H1",
    "FISCAL_YEAR": "a fiscal year such as FY2022",
    "MONTH_DAY": "a day of the year such as 04-01",
    "UNIT": "`day`, `week`, `month`, `quarter`, `half` or `year`",
    "CURRENCY": "a currency such as CNY",
    "SCALE": "`万`, `亿`",
    "PERCENT": "`%`",
    "LE": "`<=`",
    "GE": "`>=`",
    "NE": "`!=`",
    "TIMES": "`*`",
    "DIVIDE": "`/`",
    "_NL": "the end of the line",
    "$END": "the end of the line",
}
"""How a terminal is named to a reader; the others are shown as they are written."""

_CONNECTIVES = frozenset({"if", "then", "else", "and", "or", "not", "in", "for", "end"})
"""Words that nobody takes for a name: where one stands wrongly, something is missing before it."""

_AN_EXPRESSION = frozenset({"NAME", "INT", "LPAR", "TRUE", "FALSE", "STRING"})
_BRACKETED_IF = "an expression, `(if … then … else …)` in brackets"
_OPERATORS = frozenset(
    {"PLUS", "MINUS", "STAR", "SLASH", "TIMES", "DIVIDE", "LE", "GE", "NE", "AND", "OR", "IN"}
)


def explain_syntax_error(error: Unexpected, text: str, statement: Span, findings: Findings) -> None:
    """Report one parse error of the statement in *statement* of the laid-out *text*."""
    expected = set(error.expected)
    span = _place(error, text, statement)
    found = text[span.start : span.end]
    before = text[statement.start : span.start].rstrip()
    if _special(found, before, text, span, expected, findings, statement):
        return
    at_end = span.start >= statement.end
    findings.add(
        "E-SYNTAX",
        span,
        found=None if at_end else found,
        expected=_BRACKETED_IF
        if found == "if" and expected >= _AN_EXPRESSION
        else expected_words(expected, before),
        near=_near_keyword(found, expected),
    )


def expected_words(expected: set[str], before: str = "") -> str | None:
    """
    What could stand there, in a reader's words, the most telling first.

    Args:
        expected: names of terminals.
        before: the statement up to there; after an expression only its innermost open bracket can be closed.
    """
    words: list[str] = []
    if expected >= _AN_EXPRESSION:
        words.append("an expression")
        expected = expected & {"$END"}
    elif expected >= _OPERATORS:
        bracket = _innermost(before)
        words = ["an operator", *([f"`{_CLOSING[bracket]}`", "`,`"] if bracket else ["the end of the line"])]
        expected = set()
    words += sorted({WORDS.get(t, f"`{spelt().get(t, t)}`") for t in expected})
    if len(words) > MAX_EXPECTED:
        words = [*words[:MAX_EXPECTED], "…"]
    return ", ".join(words) or None


_CLOSING = {"(": ")", "[": "]", "{": "}"}


def _innermost(before: str) -> str | None:
    """The innermost bracket that is still open."""
    opened: list[str] = []
    for char in before:
        if char in _CLOSING:
            opened.append(char)
        elif opened and char == _CLOSING[opened[-1]]:
            opened.pop()
    return opened[-1] if opened else None


def _place(error: Unexpected, text: str, statement: Span) -> Span:
    token = error.token
    if token is None:
        word = re.compile(r"\w+|.", re.DOTALL).match(text, error.start)
        return Span(error.start, word.end() if word else error.start + 1)
    if token.type == END:
        return Span(statement.end, statement.end)
    return Span(token.start_pos, token.end_pos)


def _special(
    found: str, before: str, text: str, span: Span, expected: set[str], findings: Findings, statement: Span
) -> bool:
    """The mistakes that deserve words of their own; True where one was reported."""
    last = re.search(r"(\w+)$", before[-130:])
    word = last.group(1) if last else ""
    word_start = statement.start + len(before) - len(word)
    if found == "=" and word in keywords():
        name = Span(word_start, word_start + len(word))
        findings.add("E-KEYWORD-NAME", name, fixes=[Fix(name, f"`{word}`")], name=word)
    elif _begins_line(findings.source.text, span) and found in keywords() and expected >= _AN_EXPRESSION:
        return False  # the line before goes on, after its operator, into a new statement
    elif (
        found in keywords()
        and "NAME" in expected
        and (found not in _CONNECTIVES or _is_declared(text, span) or word == "def")
    ):
        findings.add("E-KEYWORD-NAME", span, fixes=[Fix(span, f"`{found}`")], name=found)
    elif (found == "=" and text[span.end : span.end + 1] == "<") or (
        found == "=>" and expected >= _OPERATORS
    ):
        operator = Span(span.start, span.start + 2)
        meant = "<=" if found == "=" else ">="
        fixes = [Fix(operator, meant)]
        findings.add("E-SYNTAX", operator, fixes=fixes, found=text[operator.start : operator.end], near=meant)
    elif found == "=" and expected >= _OPERATORS and not _in_arms(before):
        findings.add("E-EQUALS-COMPARE", span, fixes=[Fix(span, "==")])
    elif found == "==" and before.strip() == word:
        findings.add("E-ASSIGN", span, fixes=[Fix(span, "=")])
    elif (
        re.fullmatch(r"[eE]\d{0,6}", found) and word.isdigit() and text[span.start - 1 : span.start].isdigit()
    ):
        findings.add("E-EXPONENT", Span(word_start, span.end), text=word + found)
    elif found[:1].isdigit() and before[-1:] in tuple("万亿萬億"):
        findings.add("E-MIXED-SCALE", Span(span.start - 1, span.end))
    else:
        return False
    return True


def _near_keyword(found: str, expected: set[str]) -> str | None:
    if found in {"when", "where"} and "IF" in expected:
        return "if"
    close = nearest(found, [spelt()[t] for t in expected if t in spelt() and spelt()[t].isidentifier()], 1)
    return close[0] if close else None


def _begins_line(text: str, span: Span) -> bool:
    """Whether only blanks stand before it on its line."""
    return not text[text.rfind("\n", 0, span.start) + 1 : span.start].strip()


def _in_arms(before: str) -> bool:
    """Whether the text before ends inside braces: in an arm an `=` is an arrow without its point."""
    return before.count("{") > before.count("}")


def _is_declared(text: str, span: Span) -> bool:
    """Whether a word stands where its value or type follows: somebody took it for a name."""
    return text[span.end : span.end + 3].lstrip()[:1] in {":", "="}
