"""Whether two texts say the same: the same nodes, words, numbers and comments, whatever their layout."""

import itertools
from collections.abc import Iterator
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import Findings
from tierlang.format.names import spelled
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.automaton import Token
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import walk

_CLOSERS = frozenset({")", "]", "}"})


@attrs.frozen
class Reading:
    """A text with its nodes and tokens."""

    source: SourceText
    file: n.File
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, source: SourceText) -> "Reading":
        """
        Read a text.

        Raises:
            DiagnosticError: it has syntax errors.
        """
        findings = Findings(source)
        tokens: list[Token] = []
        file = parse(source, findings, tokens)
        findings.raise_errors()
        return cls(source, file, tuple(token for token in tokens if token.type != "_NL"))


def difference(one: Reading, other: Reading) -> str | None:
    """In what two texts differ; None where they say the same."""
    aspects = {"nodes": _nodes, "words": _words, "documents of statements": _documents, "comments": _comments}
    for name, aspect in aspects.items():
        for a, b in itertools.zip_longest(aspect(one), aspect(other)):
            if a != b:
                return f"the {name} differ: {a!r} and {b!r}"
    return None


def _nodes(reading: Reading) -> Iterator[Any]:
    """Every node without what lies in it, from the outside in: together they are the tree."""
    return (_itself(node) for statement in reading.file.statements for node in walk(statement))


def _itself(node: n.Node) -> tuple[str, tuple[Any, ...]]:
    fields = (field.name for field in attrs.fields(type(node)) if field.eq)
    return type(node).__name__, tuple(_hollow(getattr(node, name)) for name in fields)


def _hollow(value: Any) -> Any:
    match value:
        case n.Node():
            return n.Node
        case tuple():
            return tuple(map(_hollow, value))
        case _:
            return value


def _words(reading: Reading) -> Iterator[str]:
    """The tokens as the style spells them, without commas that nothing follows."""
    words = [spelled(token) for token in reading.tokens]
    return (
        word
        for word, following in zip(words, [*words[1:], ""], strict=False)
        if word != "," or following not in _CLOSERS
    )


def _documents(reading: Reading) -> Iterator[str | None]:
    return (statement.doc for statement in reading.file.statements)


def _comments(reading: Reading) -> Iterator[str]:
    return iter(sorted(comment.text.rstrip() for comment in reading.file.comments))
