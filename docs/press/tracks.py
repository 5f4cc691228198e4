"""
The grammar as railroad diagrams: SVG that takes its colours from the page, so that it is right on light and on dark.

The drawing is `railroad-diagrams`. What is done here: the nodes of `grammar.py` become its items, text is measured with
full-width characters counted twice, and a row that is too long for a page goes on below.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

import railroad

from press.ebnf import ebnf
from press.grammar import Choice, Definition, Many, Maybe, Node, Pattern, Row, Rule, Word

_PAGE = 640.0
"""The widest row of a diagram, in pixels: what a page has beside the navigation."""

_TWICE = re.compile(r"(<text [^>]*>[^<]*</text>)\1")
"""A linked name, which `railroad-diagrams` writes twice, one on the other: it would look bold."""

railroad.CHAR_WIDTH = 7.8  # ty: the type is 13 px monospace, see press.css
railroad.STROKE_ODD_PIXEL_LENGTH = False
railroad.INTERNAL_ALIGNMENT = "left"


def diagram(name: str, alternatives: Iterable[Node], here: str = "") -> str:
    """
    An SVG element that shows the forms of something.

    Args:
        name: what it is, for who cannot see it.
        here: where the page of the grammar is, seen from the page that shows the diagram: ``""`` or ``"grammar.html"``.
    """
    choices = tuple(alternatives)
    node = choices[0] if len(choices) == 1 else Choice(choices)
    drawn = railroad.Diagram(_item(node, here, _PAGE), type="complex")
    drawn.format(4, 2, 6, 2)
    drawn.attrs["role"] = "img"
    drawn.attrs["aria-label"] = ebnf(Definition(name, node)).replace("\n", " ")
    out = io.StringIO()
    drawn.writeSvg(out.write)
    svg = _TWICE.sub(r"\1", out.getvalue().replace("\n", ""))
    return f'<div class="railroad">{svg}</div>'


def _item(node: Node, here: str, room: float) -> railroad.DiagramItem:
    match node:
        case Word(text):
            return _box(railroad.Terminal(text), text)
        case Pattern(text):
            return _box(railroad.NonTerminal(text, cls="pattern"), text)
        case Rule(name):
            return _box(railroad.NonTerminal(name, f"{here}#{anchor(name)}"), name)
        case Row(parts):
            return _row(_joined(parts), here, room)
        case Choice(parts):
            return railroad.Choice(0, *(_item(part, here, room - 60) for part in parts))
        case Maybe(part):
            return railroad.Optional(_item(part, here, room - 40))
        case Many(part, least):
            inner = _item(part, here, room - 40)
            return railroad.OneOrMore(inner) if least else railroad.ZeroOrMore(inner)


def anchor(name: str) -> str:
    """The anchor of a definition on the page of the grammar; terminals and rules may differ in case only."""
    return f"{'terminal' if name.isupper() else 'rule'}-{name.lower().replace('_', '-')}"


def _joined(parts: Sequence[Node]) -> list[Node | tuple[Node, Node]]:
    """The parts of a row, where ``a ("," a)*`` is one pair: a, and the comma between two."""
    found: list[Node | tuple[Node, Node]] = []
    for part in parts:
        match part:
            case Many(Row((between, again)), 0) if found and found[-1] == again:
                found[-1] = (again, between)
            case _:
                found.append(part)
    return found


def _row(parts: Sequence[Node | tuple[Node, Node]], here: str, room: float) -> railroad.DiagramItem:
    """The parts side by side, on as many lines as they need."""
    lines: list[list[railroad.DiagramItem]] = [[]]
    width = 0.0
    for part in parts:
        if isinstance(part, tuple):
            again, between = part
            item = railroad.OneOrMore(_item(again, here, room - 40), _item(between, here, room - 40))
        else:
            item = _item(part, here, room)
        if lines[-1] and width + item.width + 20 > room:
            lines.append([])
            width = 0.0
        lines[-1].append(item)
        width += item.width + 20
    rows = [railroad.Sequence(*line) if len(line) > 1 else line[0] for line in lines]
    return rows[0] if len(rows) == 1 else railroad.Stack(*rows)


def _box(item: railroad.Terminal | railroad.NonTerminal, text: str) -> railroad.DiagramItem:
    """The item, made wider for each full-width character in it."""
    item.width += railroad.CHAR_WIDTH * sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return item
