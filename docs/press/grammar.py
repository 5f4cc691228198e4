"""
The grammar of the language as data, read from grammar/tier.lark, for pages that show it.

``grammar()`` gives its chapters: the ruled-off comments of the file, each with the rules below it. What a rule is made of
are the five kinds of node of this module. Nothing is known here about single rules: a rule that is added appears by itself.
"""

import re
from functools import cache
from pathlib import Path

import attrs
import lark
from lark import Token, Tree

GRAMMAR = Path(__file__).resolve().parents[2] / "grammar" / "tier.lark"

_RULED = re.compile(r"^// -{5,} *(.*)$")
_HIDDEN = "_NL"
"""The one terminal whose name says nothing to a reader."""


@attrs.frozen
class Word:
    """Something that is written as it stands: ``input``, ``=>``."""

    text: str


@attrs.frozen
class Pattern:
    """A regular expression; it stands only in the definition of a terminal."""

    text: str


@attrs.frozen
class Rule:
    """A part that is defined elsewhere in the grammar, by its name."""

    name: str


@attrs.frozen
class Row:
    """Parts one after the other."""

    parts: "tuple[Node, ...]"


@attrs.frozen
class Choice:
    """One of several parts."""

    parts: "tuple[Node, ...]"


@attrs.frozen
class Maybe:
    """A part that may be left out."""

    part: "Node"


@attrs.frozen
class Many:
    """A part that may be repeated; *least* is 0 or 1."""

    part: "Node"
    least: int


Node = Word | Pattern | Rule | Row | Choice | Maybe | Many


@attrs.frozen
class Definition:
    """A rule or terminal and what it is."""

    name: str
    node: Node

    @property
    def is_terminal(self) -> bool:
        """Whether it is made of characters rather than of words."""
        return self.name.isupper()

    @property
    def alternatives(self) -> tuple[Node, ...]:
        """The choices that it gives at its top; itself, where it gives none."""
        return self.node.parts if isinstance(self.node, Choice) else (self.node,)


@attrs.frozen
class Chapter:
    """A part of the grammar file: its title, and the definitions in it."""

    title: str
    definitions: tuple[Definition, ...]


@cache
def grammar() -> tuple[Chapter, ...]:
    """The grammar, chapter by chapter, in the order of the file."""
    text = GRAMMAR.read_text("utf-8")
    reader = lark.Lark.open(
        str(Path(lark.__file__).parent / "grammars" / "lark.lark"), parser="lalr", propagate_positions=True
    )
    starts = [(1, "a file")]
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _RULED.match(line):
            starts.append((number, found[1]))
    found_in: dict[int, list[Definition]] = {line: [] for line, _ in starts}
    for item in reader.parse(text).children:
        if isinstance(item, Tree) and item.data in ("rule", "token"):
            definition = _definition(item)
            if definition.name != _HIDDEN:
                found_in[max(start for start, _ in starts if start <= item.meta.line)].append(definition)
    return tuple(Chapter(title, tuple(found_in[line])) for line, title in starts if found_in[line])


@cache
def definitions() -> dict[str, Definition]:
    """Every rule and terminal by its name."""
    return {definition.name: definition for chapter in grammar() for definition in chapter.definitions}


@cache
def forms() -> dict[str, tuple[Node, ...]]:
    """
    What can be written after a word of the language: the alternatives that begin with it, by the word.

    Alternatives that are nothing but the word, such as ``true``, are left out: there is nothing to show.
    """
    found: dict[str, list[Node]] = {}
    for definition in definitions().values():
        for alternative in definition.alternatives:
            for word in _first_words(alternative):
                if isinstance(alternative, Row) and alternative not in found.setdefault(word, []):
                    found[word].append(alternative)
    return {word: tuple(nodes) for word, nodes in found.items() if nodes}


def _first_words(node: Node) -> tuple[str, ...]:
    """The words that a form begins with; none where it begins with a part that is defined elsewhere."""
    match node:
        case Word(text):
            return (text,) if text.isidentifier() else ()
        case Row((first, *_)):
            return _first_words(first)
        case Choice(parts) if all(isinstance(part, Word) for part in parts):
            return tuple(word for part in parts for word in _first_words(part))
        case _:
            return ()


# ------------------------------------------------------------------ from lark's own tree


def _definition(item: "Tree[Token]") -> Definition:
    name, _, *rest = item.children
    return Definition(str(name).lstrip("?!").rstrip("_"), _node(rest[-1]))


def _node(item: "Tree[Token] | Token | None") -> Node:
    assert isinstance(item, Tree)
    parts = [part for part in item.children if part is not None]
    match item.data:
        case "expansions":
            return Choice(tuple(map(_node, parts)))
        case "alias":
            return _node(parts[0])
        case "expansion":
            row = tuple(map(_node, parts))
            return row[0] if len(row) == 1 else Row(row)
        case "expr":
            return _repeated(_node(parts[0]), str(parts[1]) if len(parts) > 1 else "")
        case "maybe":
            return Maybe(_node(parts[0]))
        case "literal":
            return _literal(str(parts[0]))
        case "name":
            name = str(parts[0])
            return Word("⏎") if name == _HIDDEN else Rule(name.rstrip("_"))
    raise ValueError(f"{GRAMMAR.name}: the pages cannot show `{item.data}`")


def _repeated(node: Node, sign: str) -> Node:
    match sign:
        case "":
            return node
        case "?":
            return Maybe(node)
        case "*" | "+":
            return Many(node, 1 if sign == "+" else 0)
    raise ValueError(f"{GRAMMAR.name}: the pages cannot show `{sign}`")


def _literal(text: str) -> Node:
    if text.startswith("/"):
        return Pattern(text.strip("/"))
    return Word(text[1:-1].replace('\\"', '"').replace("\\\\", "\\"))
