"""docs/grammar.md: the grammar as text; on the site each rule also has a railroad diagram (diagrams.py)."""

from press.ebnf import ebnf
from press.grammar import Definition, grammar

HEAD = """\
# Grammar

The whole syntax of the language, from [`grammar/tier.lark`](../grammar/tier.lark), the file that the parser is built
from. What the statements mean is in [the reference](reference.md).

The notation is Extended Backus-Naur Form: `"word"` is written as it stands, `[ … ]` may be left out, `{ … }` may stand
any number of times, `|` separates alternatives, `"⏎"` is the end of a line. Names in capitals are made of characters and are
defined [at the end](#characters) by regular expressions between question marks.

Before the grammar sees a text it has been [laid out](reference.md#1-the-text): comments are gone, lines that go on are
joined, full-width punctuation has become its ASCII twin. Each statement is parsed by itself. This page is written by
`docs/make.py`.
"""


def grammar_page() -> str:
    """The text of docs/grammar.md."""
    parts = [HEAD.rstrip("\n")]
    for chapter in grammar():
        parts.append(f"## {chapter.title[0].upper()}{chapter.title[1:]}")
        parts += [_rule(definition) for definition in chapter.definitions if not definition.is_terminal]
    terminals = [d for chapter in grammar() for d in chapter.definitions if d.is_terminal]
    parts.append("## Characters")
    parts += [_rule(definition) for definition in terminals]
    return "\n\n".join(parts) + "\n"


def _rule(definition: Definition) -> str:
    return f"### `{definition.name}`\n\n```ebnf\n{ebnf(definition)}\n```"
