"""Weighted sums: which terms of a sum have a literal weight."""

from fractions import Fraction

from tierlang import quickattrs as attrs
from tierlang.check.coverage.constants import strip
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.types import Exact

ADJUSTED = frozenset({"bonuses", "deductions"})
"""What enters a score besides its dimensions."""


@attrs.frozen
class Term:
    """
    One term of a sum.

    Attributes:
        sign: ``+`` or ``-``.
        weight: the literal factor and the place of its first part; None for a term without one.
        extra: whether it is no dimension of a score: a bonus, a deduction, a constant or a hole.
    """

    expr: n.Expr
    sign: str
    weight: tuple[Exact, Span] | None
    extra: bool


def terms_of(sum_: n.Sum, extras: frozenset[str]) -> tuple[Term, ...]:
    """The terms of a sum, without their brackets; *extras* are the names of bonuses and deductions."""
    signs = ("+", *sum_.operators)
    terms = zip(signs, map(strip, sum_.operands), strict=True)
    return tuple(Term(term, sign, _weight(term), _is_extra(term, extras)) for sign, term in terms)


def adjustments_of(file: n.File) -> frozenset[str]:
    """The names of all bonuses and deductions of a file, and of their sums."""
    return ADJUSTED | {s.ident.text for s in file.statements if isinstance(s, n.Adjust)}


def is_weighted(terms: tuple[Term, ...]) -> bool:
    """Whether most of the terms that are added have a weight, so that these mean to be shares of a whole."""
    added = [term for term in terms if term.sign == "+"]
    weights = sum(term.weight is not None for term in added)
    return weights > sum(term.weight is None and not term.extra for term in added)


def literal_of(expr: n.Expr) -> tuple[Exact, Span] | None:
    """The value and place of a number that is written out; None for any other expression."""
    expr = strip(expr)
    return (expr.value, expr.span) if isinstance(expr, n.NumberLiteral) else None


def _weight(term: n.Expr) -> tuple[Exact, Span] | None:
    """The literal factor of a product with anything else in it."""
    if not isinstance(term, n.Product):
        return None
    total, spans, others = Fraction(1), [], 0
    for operator, operand in zip(("*", *term.operators), term.operands, strict=True):
        literal = literal_of(operand)
        if literal is None:
            others += 1
        elif operator == "*":
            total *= literal[0]
            spans.append(literal[1])
        elif literal[0]:
            total /= literal[0]
    value: Exact = total.numerator if total.denominator == 1 else total
    return (value, spans[0]) if spans and others else None


def _is_extra(term: n.Expr, extras: frozenset[str]) -> bool:
    return isinstance(term, n.Hole | n.NumberLiteral) or (
        isinstance(term, n.Name) and term.ident.text in extras
    )
