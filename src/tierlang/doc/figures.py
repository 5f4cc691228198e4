"""Figures found in a rule: bands as tables with the values that come to each arm, and the weights of sums."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

from tierlang import quickattrs as attrs
from tierlang.check.coverage.bands import arm_formula
from tierlang.check.coverage.conditions import Reader, is_imported, is_within
from tierlang.check.coverage.constants import strip
from tierlang.check.coverage.formulas import Formula
from tierlang.check.facts import Facts
from tierlang.check.weights import Term, adjustments_of, is_weighted, literal_of, terms_of
from tierlang.doc.content import Code
from tierlang.doc.declared import Show
from tierlang.doc.intervals import cut_axis, only_axis, runs_of, where
from tierlang.doc.shapes import Band, Weight, Weights, Where
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import children, walk
from tierlang.types import NumberType, show_number

_PERCENT = ("%", "％")

MAX_FIGURES = 8
"""Figures beside one rule."""


def bare(facts: Facts) -> Facts:
    """The same without meanings of names: for bodies of defs, whose parameters may be anything."""
    return attrs.evolve(facts, file=n.File(()), definitions={}, inputs={}, params={})


def figures_of(
    written: n.Statement, expanded: n.Statement, facts: Facts, source: SourceText, show: Show
) -> tuple[Band | Weights, ...]:
    """
    The bands and weighted sums of a statement, in written order.

    Args:
        written: the statement as it stands in *source*.
        expanded: the same with the bodies of defs in place of their calls, as *facts* know it.
    """
    calls = dict(_calls(written, expanded))
    nodes = (node for node in walk(expanded) if is_within(node.span, written.span))

    def shown(node: n.Node) -> Code:
        return show(calls.get(id(node), node))

    figures = (_figure(node, facts, source, shown) for node in nodes)
    return tuple(islice((figure for figure in figures if figure is not None), MAX_FIGURES))


def _calls(written: n.Node, expanded: n.Node) -> Iterator[tuple[int, n.Node]]:
    """For the body of each def, by its identity, the call in whose place it stands: bodies name parameters, calls what is meant."""
    stack = [(written, expanded)]
    while stack:
        before, after = stack.pop()
        if isinstance(before, n.Call) and isinstance(after, n.Group):
            yield id(strip(after)), before
        elif before is not after and type(before) is type(after):
            inside = {child.span: child for child in children(after)}
            stack += ((child, inside[child.span]) for child in children(before) if child.span in inside)


def _figure(node: n.Node, facts: Facts, source: SourceText, show: Show) -> Band | Weights | None:
    """The figure of one expression; None for most, and for what stands in a library."""
    match node:
        case n.Band() | n.Match() if not is_imported(node):
            return _band(node, facts, source, show)
        case n.Sum() if not is_imported(node):
            return _sum(node, facts, source, show)
        case n.Call(function=n.Ident(text="weighted")) if not is_imported(node):
            return _weighted(node, source, show)
        case _:
            return None


# ------------------------------------------------------------------ bands


def _band(band: n.Band | n.Match, facts: Facts, source: SourceText, show: Show) -> Band:
    values = _values(band, facts, source)
    rows = zip(band.arms, values, strict=True)
    return Band(show(band.subject), tuple((show(arm.pattern), w, show(arm.value)) for arm, w in rows))


def _values(band: n.Band | n.Match, facts: Facts, source: SourceText) -> list[Where | None]:
    """For each arm the values that come to it, those of the arms above taken off; None where that is not known."""
    reader = Reader(facts, source)
    formulas: list[Formula | None] = [
        None if isinstance(arm.pattern, n.MissingPattern) else arm_formula(band.subject, arm.pattern, reader)
        for arm in band.arms
    ]
    known = [formula for formula in formulas if formula is not None]
    axis = only_axis(known, reader)
    pieces = None if axis is None else cut_axis(axis, known)
    if axis is None or pieces is None:
        return [None] * len(band.arms)
    left, found = pieces.space.all, list[Where | None]()
    for formula in formulas:
        if formula is None:
            found.append(None)
            continue
        members = left & pieces.verdict(formula).surely
        left &= ~members
        said = where(axis, runs_of(pieces.cells[0], members))
        found.append(said if isinstance(axis.expr, n.Name) else attrs.evolve(said, subject=""))
    return found


# ------------------------------------------------------------------ weights


@attrs.frozen
class _Part:
    """A part of a sum: what is weighed, its weight and how that is written; None where it has none that is known."""

    code: Code
    value: Fraction | None = None
    written: str | None = None
    taken: bool = False


def _sum(sum_: n.Sum, facts: Facts, source: SourceText, show: Show) -> Weights | None:
    """A sum most of whose terms have a weight; amounts of money are no marks."""
    kind = facts.types(sum_)
    terms = terms_of(sum_, adjustments_of(facts.file))
    if not is_weighted(terms) or (isinstance(kind, NumberType) and kind.kind == "money"):
        return None
    return _drawn([_part(term, source, show) for term in terms])


def _weighted(call: n.Call, source: SourceText, show: Show) -> Weights | None:
    """``weighted(a: 40%, b: 60%)``; a weight that is a name is shown, and has no bar."""
    parts = []
    for option in call.options:
        if isinstance(option.key, n.Name) and option.key.ident.text == "missing":
            continue
        literal = literal_of(option.value)
        value = Fraction(literal[0]) if literal else None
        parts.append(_Part(show(option.key), value, source.at(option.value.span)))
    return _drawn(parts)


def _part(term: Term, source: SourceText, show: Show) -> _Part:
    taken = term.sign == "-"
    if term.weight is None or not isinstance(term.expr, n.Product):
        return _Part(show(term.expr), taken=taken)
    value, span = Fraction(term.weight[0]), term.weight[1]
    literals = [operand for operand in term.expr.operands if literal_of(operand)]
    others = [operand for operand in term.expr.operands if not literal_of(operand)]
    if len(literals) > 1 or len(others) > 1 or "/" in term.expr.operators:
        return _Part(show(term.expr), value, show_number(value), taken)
    return _Part(show(strip(others[0])), value, source.at(span), taken)


def _drawn(parts: Sequence[_Part]) -> Weights | None:
    """The parts with the lengths of their bars; their total, where the weights are parts of a whole."""
    values = [-p.value if p.taken else p.value for p in parts if p.value is not None]
    largest = max((abs(value) for value in values), default=Fraction(0))
    if len(values) < 2 or not largest:
        return None
    shares = any(value.denominator != 1 for value in values)
    unknown = any(part.value is None and part.written is not None for part in parts)
    percent = all((part.written or "%").endswith(_PERCENT) for part in parts)
    total = sum(values, Fraction(0))
    shown = f"{show_number(100 * total)}%" if percent else show_number(total)
    bars = tuple(_bar(part, largest) for part in parts)
    return Weights(bars, shown if shares and not unknown else None)


def _bar(part: _Part, largest: Fraction) -> Weight:
    return Weight(part.code, part.written, abs(part.value or Fraction(0)) / largest, part.taken)
