"""The kinds of node that are more than their pieces one behind the other: formulas, statements, examples."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from tierlang.format.comments import Tokens, settle_end, settle_line, settle_operator, settle_separators
from tierlang.format.document import (
    EMPTY,
    FAR,
    Align,
    Concat,
    Doc,
    End,
    Group,
    Hang,
    Line,
    Nest,
    Place,
    Text,
    chain,
    concat,
    flat,
    follow,
    is_formula,
    placed,
)
from tierlang.format.lines import WIDTH
from tierlang.format.lists import Printer
from tierlang.format.names import spelled
from tierlang.format.pieces import Piece
from tierlang.source import display_width, pad
from tierlang.syntax import nodes as n
from tierlang.syntax.layout import CONTINUES_BEFORE
from tierlang.syntax.walk import walk

FORMULAS = (n.And, n.Or, n.Compare, n.Coalesce, n.Sum, n.Product)
"""Operands with an operator between each two; broken before the operators."""

BRACKETED = (n.Call, n.Group, n.Band, n.Match, n.ListExpr)
"""An operand of a comparison that is broken in its brackets, instead of the comparison before its operator."""

LONG_HEAD = 32
"""Behind a head wider than this, such as a long name and `=`, a formula that is broken begins on the next line."""

_HEADS = frozenset({"=", "if", ":"})


def statement_document(statement: n.Statement, tokens: Tokens) -> Doc:
    """The document of a statement, with its annotations and the comments inside it."""
    printer = Printer(tokens)
    nodes = list(walk(statement))
    for node in nodes:
        _settle_comments(printer, node)
    settle_separators(tokens, tokens.within(statement))
    for node in nodes:
        settle_end(tokens, node)
        pieces = printer.of(node)
        printer.settle_items(pieces, pieces[_start_of_list(pieces) :])
    for node in reversed(nodes):
        printer.documents[id(node)] = _document(printer, node)
    return printer.documents[id(statement)]


def _settle_comments(printer: Printer, node: n.Node) -> None:
    """Bring the comments of a node to where its tokens will stand."""
    if isinstance(node, n.Row):
        settle_line(printer.tokens, printer.tokens.within(node))
    elif isinstance(node, (*FORMULAS, n.Tiers)):
        for piece in printer.of(node):
            if isinstance(piece, int) and printer.value(piece) in CONTINUES_BEFORE:
                settle_operator(printer.tokens, piece)


def _document(printer: Printer, node: n.Node) -> Doc:
    """The document of a node, once those inside it are made."""
    pieces = [piece for piece in printer.of(node) if not isinstance(piece, n.Annotation)]
    annotations = [piece for piece in printer.of(node) if isinstance(piece, n.Annotation)]
    usual = _statement if isinstance(node, n.Statement) else Printer.sequence
    body = _FORMS.get(type(node), usual)(printer, pieces, node)
    return concat(*_each_on_a_line(printer, annotations), body, *printer.behind_node(node))


def _each_on_a_line(printer: Printer, pieces: Sequence[Piece]) -> Iterator[Doc]:
    for piece in pieces:
        yield printer.doc(piece)
        yield End()


# ------------------------------------------------------------------ expressions


def _formula(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """
    Operands one under the other, with the operators to their left::

        score = quality * 0.6
              + speed * 0.4
    """
    operators, operands = pieces[1::2], pieces[::2]
    if _is_fraction(printer, pieces):
        return chain(("", printer.doc(piece)) for piece in pieces)
    in_brackets = isinstance(node, n.Compare) and any(isinstance(operand, BRACKETED) for operand in operands)
    if in_brackets or any(printer.value(operator) not in CONTINUES_BEFORE for operator in operators):
        return printer.sequence(pieces, node)
    first, *others = (placed(printer.doc(operand), Place.INNER) for operand in operands)
    parts = [first]
    for operator, operand in zip(operators, others, strict=True):
        parts += [Line(), follow(printer.doc(operator), operand)]
    width = max(display_width(flat(printer.doc(operator))) for operator in operators)
    return Group(Nest(Concat(tuple(parts)), Hang(width + 1)))


def _is_fraction(printer: Printer, pieces: Sequence[Piece]) -> bool:
    """Whether a quotient is a number that has no other numeral: one third is written `1/3`."""
    numbers = [number for piece in pieces for number in printer.numbers(piece)]
    words = [(token.type, spelled(token)) for token in (printer.tokens.tokens[number] for number in numbers)]
    plain = [word if kind != "INT" else kind for kind, word in words]
    breaks = any(printer.doc(piece).breaks for piece in pieces)
    return plain in (["INT", "/", "INT"], ["-", "INT", "/", "INT"]) and not breaks


def _conditional(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """
    Each branch on a line of its own, those of a chain alike::

        bar = if new then 50
              else if big then 200
              else 100
    """
    if_, condition, then, yes, else_, no = pieces
    result = Nest(Concat((Line(), follow(printer.doc(then), printer.doc(yes)))))
    first = Group(Concat((follow(printer.doc(if_), printer.doc(condition)), result)))
    match printer.doc(no):
        case Group(content=Nest(content=Concat(parts=(other, *further)))) if isinstance(no, n.If):
            pass
        case other:
            further = []
    return Group(Nest(Concat((first, Line(), follow(printer.doc(else_), other), *further)), Align()))


def _generator(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """The item, `for … in …` and `if …`, each on a line of its own."""
    words = [i for i, piece in enumerate(pieces) if printer.value(piece) in {"for", "if"}]
    parts = [printer.sequence(part, node) for part in _parts(pieces, words)]
    return Group(Nest(Concat(tuple(_joined(parts, Line()))), Hang(0)))


# ------------------------------------------------------------------ statements


def _statement(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """
    A head, and the condition or formula behind it.

    Behind a colon it begins a line of its own if it does not fit. Else it stays, and is broken in itself, unless the head is
    long.
    """
    cut = next((i for i, piece in enumerate(pieces) if _heads(printer, piece, pieces[i + 1 : i + 2])), None)
    if cut is None:
        return printer.sequence(pieces, node)
    head, body = printer.sequence(pieces[: cut + 1], node), printer.sequence(pieces[cut + 1 :], node)
    has_colon = printer.value(pieces[cut]) == ":"
    if has_colon or (is_formula(body) and display_width(flat(head)) > LONG_HEAD):
        return Group(Concat((head, Nest(Concat((Line(), placed(body, Place.ALONE)))))))
    return follow(head, body)


def _heads(printer: Printer, piece: Piece, following: Sequence[Piece]) -> bool:
    """Whether a token ends the head of a statement, because a condition or formula follows."""
    return printer.value(piece) in _HEADS and any(isinstance(body, n.Expr) for body in following)


def _listing(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """Words, and a list behind them: settings, values with their dates, bindings."""
    cut = _start_of_list(pieces)
    head = printer.sequence(pieces[:cut], node)
    if not pieces[cut:]:
        return head
    listed = printer.comma_list(pieces[cut:], node)
    if display_width(flat(head)) > FAR:
        return Group(Concat((head, Nest(Concat((Line(), listed))))))
    return follow(head, listed)


def _start_of_list(pieces: Sequence[Piece]) -> int:
    """Where a list without brackets begins; behind the last piece where there is none."""
    listed = (i for i, piece in enumerate(pieces) if isinstance(piece, n.Setting | n.Dated | n.Binding))
    return next(listed, len(pieces))


def _ladder(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """`tiers`, and one level under the other."""
    marks = [i for i, piece in enumerate(pieces) if printer.value(piece) == ">"]
    word, *levels = (printer.sequence(part, node) for part in _parts(pieces, [1, *marks]))
    return follow(word, Group(Nest(Concat(tuple(_joined(levels, Line()))), Hang(2))))


# ------------------------------------------------------------------ examples


def _example(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """A line for the title and for each part, up to `end`."""
    parts = [piece for piece in pieces if isinstance(piece, n.Part)]
    lines: list[Doc] = [
        printer.sequence(pieces[: pieces.index(parts[0])], node),
        End(),
        printer.doc(parts[0]),
    ]
    for earlier, later in itertools.pairwise(parts):
        lines += [End(blank=printer.blank_between(earlier, later)), printer.doc(later)]
    return Concat((*lines, End(), printer.doc(pieces[-1])))


def _part(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """`given` or `expect`, with bindings behind it or a table below."""
    rows = [piece for piece in pieces if isinstance(piece, n.Row)]
    if not rows:
        return _listing(printer, pieces, node)
    cells = [[flat(printer.sequence(cell, row)) for cell in _cells(printer, row)] for row in rows]
    width = _column_widths(cells)
    lines = [printer.doc(pieces[0])]
    for above, row, texts in zip([None, *rows], rows, cells, strict=False):
        padded = [pad(text, columns) for text, columns in zip(texts, width, strict=False)]
        blank = above is not None and printer.blank_between(above, row)
        lines += [End(blank), *printer.above(printer.first(row)), Text(f"| {' | '.join(padded)} |")]
        lines += printer.behind_node(row)
    return Concat(tuple(lines))


def _column_widths(rows: Iterable[Iterable[str]]) -> list[int]:
    """How wide the columns of a table are: as their widest cells, but for cells that are wider than a line."""
    columns = itertools.zip_longest(*rows, fillvalue="")
    return [max(width for width in (0, *map(display_width, column)) if width <= WIDTH) for column in columns]


def _cells(printer: Printer, row: n.Row) -> Iterator[Sequence[Piece]]:
    """The pieces of each cell."""
    pieces = printer.of(row)
    bars = [i for i, piece in enumerate(pieces) if printer.value(piece) == "|"]
    return (pieces[start + 1 : end] for start, end in itertools.pairwise(bars))


def _unprinted(printer: Printer, pieces: Sequence[Piece], node: n.Node) -> Doc:
    """A row is printed with the others of its table."""
    return EMPTY


# ------------------------------------------------------------------


def _parts(pieces: Sequence[Piece], cuts: Sequence[int]) -> Iterator[Sequence[Piece]]:
    """The pieces up to the first cut, from there to the next, and so on."""
    return (pieces[start:end] for start, end in itertools.pairwise([0, *cuts, len(pieces)]))


def _joined(parts: Sequence[Doc], separator: Doc) -> Iterator[Doc]:
    for i, part in enumerate(parts):
        if i:
            yield separator
        yield part


_Form: TypeAlias = Callable[[Printer, Sequence[Piece], Any], Doc]

_FORMS: dict[type[n.Node], _Form] = {
    **dict.fromkeys(FORMULAS, _formula),
    n.If: _conditional,
    n.Generator: _generator,
    n.Param: _listing,
    n.Ranking: _listing,
    n.Tiers: _ladder,
    n.Example: _example,
    n.Part: _part,
    n.Row: _unprinted,
}
"""Every other node is its pieces, and every other statement a head with its body."""
