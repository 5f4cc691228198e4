"""Text to nodes: lay out, cut into statements, parse each, attach comments."""

import re

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import Findings
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.syntax.automaton import Token, Unexpected
from tierlang.syntax.build import Malformed
from tierlang.syntax.errors import explain_syntax_error
from tierlang.syntax.grammar import parse_statement
from tierlang.syntax.layout import MAX_DEPTH, Layout, lay_out
from tierlang.syntax.walk import depth

MAX_TREE_DEPTH = 3 * MAX_DEPTH
"""Bounds nodes inside nodes: each bracket allows a few, and chains without brackets (``not not …``) are caught too."""

_EXAMPLE = re.compile(r"(?:@[^\n]*\) *)?example +\"")


def parse(source: SourceText, findings: Findings, tokens: list[Token] | None = None) -> n.File:
    """
    Parse a scheme file. Faults go to *findings*; a statement that has one is left out of the result.

    Args:
        tokens: gets the tokens of all statements, in order.

    Raises:
        DiagnosticError: the text exceeds a bound of the language and cannot be read on.
    """
    layout = lay_out(source, findings)
    statements: list[n.Statement] = []
    broken: set[str] = set()
    for span in _statement_spans(layout, findings):
        statement = _parse_one(layout, span, findings, tokens)
        if statement is not None:
            statements.append(statement)
        else:
            broken |= _declared_by(layout.text[span.start : span.end])
    documented = _with_docs(source, statements, layout.comments)
    return n.File(documented, layout.comments, frozenset(broken), span=Span(0, len(source.text)))


_DECLARES = re.compile(
    r"(?:(?:input|param|table|bonus|deduct|def|record|tiers|tier) +)?`?([^\W\d]\w*)`?((?: *> *\w+)*)"
)


def _declared_by(text: str) -> set[str]:
    """The names that a statement with a fault seems to declare."""
    while text.startswith("@") and ")" in text:
        text = text[text.index(")") + 1 :].lstrip()
    match = _DECLARES.match(text)
    return {match[1], *re.findall(r"\w+", match[2])} if match else set()


def _parse_one(
    layout: Layout, span: Span, findings: Findings, tokens: list[Token] | None
) -> n.Statement | None:
    if any(error.code in _LEXICAL and span.start <= error.span.start < span.end for error in findings.errors):
        return None  # the layout scan has said what is wrong here; a second message would only confuse
    try:
        statement = parse_statement(layout.text, span, tokens)
    except Unexpected as error:
        explain_syntax_error(error, layout.text, span, findings)
        return None
    except Malformed as fault:
        findings.add(fault.code, fault.span, fixes=fault.fixes, facts=fault.args_)
        return None
    # Nodes inside nodes each take a sign of their own, but for a few at the ends: so short a text cannot be too deep.
    if span.end - span.start > MAX_DEPTH and depth(statement) > MAX_TREE_DEPTH:
        findings.add("E-DEPTH", statement.span, limit=MAX_DEPTH)
        return None
    return statement


_LEXICAL = frozenset(
    [
        "E-BIDI",
        "E-BRACKET",
        "E-CHAR",
        "E-COMMA-NUMBER",
        "E-FULLWIDTH-NAME",
        "E-NAME-LONG",
        "E-NUMBER-LONG",
        "E-STRING",
        "E-STRING-LONG",
    ]
)


def _statement_spans(layout: Layout, findings: Findings) -> list[Span]:
    """Where each statement stands: a line, or the lines from ``example`` to ``end``."""
    spans: list[Span] = []
    position, example = 0, None
    for line in layout.text.split("\n"):
        span = _trimmed(line, position)
        position += len(line) + 1
        if span is None:
            continue
        if _EXAMPLE.match(layout.text, span.start):
            if example is not None:
                findings.add("E-END", Span(example, example + len("example")))
            example = span.start
        if example is None:
            spans.append(span)
        elif layout.text[span.start : span.end] == "end":
            spans.append(Span(example, span.end))
            example = None
    if example is not None:
        findings.add("E-END", Span(example, example + len("example")))
    return spans


def _trimmed(line: str, start: int) -> Span | None:
    text = line.strip(" \t")
    if not text:
        return None
    indent = len(line) - len(line.lstrip(" \t"))
    return Span(start + indent, start + indent + len(text))


def _with_docs(
    source: SourceText, statements: list[n.Statement], comments: tuple[n.Comment, ...]
) -> tuple[n.Statement, ...]:
    """Give each statement the ``##`` lines that stand directly above it."""
    docs = {
        source.position(c.span.start)[0]: c.text[2:].strip()
        for c in comments
        if c.own_line and c.text.startswith("##")
    }
    if not docs:
        return tuple(statements)
    return tuple(_with_doc(source, statement, docs) for statement in statements)


def _with_doc(source: SourceText, statement: n.Statement, docs: dict[int, str]) -> n.Statement:
    first = min([statement.span, *(a.span for a in statement.annotations)])
    line = source.position(first.start)[0] - 1
    lines: list[str] = []
    while line in docs:
        lines.insert(0, docs[line])
        line -= 1
    return attrs.evolve(statement, doc="\n".join(lines)) if lines else statement
