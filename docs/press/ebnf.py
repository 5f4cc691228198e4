"""The grammar as text, in Extended Backus-Naur Form."""

import textwrap

from press.grammar import Choice, Definition, Many, Maybe, Node, Pattern, Row, Rule, Word

_WIDTH = 110


def ebnf(definition: Definition) -> str:
    """A definition on one line, or on one line for each alternative where it is long."""
    head = f"{definition.name} = "
    whole = head + _text(definition.node)
    if len(whole) <= _WIDTH:
        return whole
    indent = " " * (len(definition.name) + 1)
    lines = []
    for sign, alternative in zip("=" + "|" * 99, definition.alternatives, strict=False):
        start = head if sign == "=" else f"{indent}| "
        lines += textwrap.wrap(
            _text(alternative),
            _WIDTH,
            initial_indent=start,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lines)


def _text(node: Node) -> str:
    match node:
        case Word(text):
            return f"'{text}'" if '"' in text else f'"{text}"'
        case Pattern(text):
            return f"? {text} ?"
        case Rule(name):
            return name
        case Row(parts):
            return " ".join(_grouped(part) for part in parts)
        case Choice(parts):
            return " | ".join(map(_text, parts))
        case Maybe(part):
            return f"[ {_text(part)} ]"
        case Many(part, least):
            return f"{_grouped(part)} " * least + f"{{ {_text(part)} }}"


def _grouped(node: Node) -> str:
    return f"( {_text(node)} )" if isinstance(node, Choice) else _text(node)
