"""Pieces of Python as syntax trees: the compiled path is made of these, never of text."""

import ast
from collections.abc import Sequence
from typing import Any

ODD = object()
"""What a helper gives where there is no value."""


class NotCompiled(Exception):
    """Something that the compiled path does not know."""


class Hopeless(NotCompiled):
    """Something that has no value for any record, such as a hole: the compiled path would always be tried in vain."""


def name(text: str) -> ast.expr:
    """A variable."""
    return ast.Name(text, ast.Load())


def constant(value: float | str | bool | None) -> ast.expr:
    """A constant."""
    return ast.Constant(value)


def call(function: str, *arguments: ast.expr) -> ast.expr:
    """A call of a helper."""
    return ast.Call(name(function), list(arguments), [])


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    """A comparison."""
    return ast.Compare(left, [operator], [right])


def both(nodes: Sequence[ast.expr]) -> ast.expr:
    """Whether all are true."""
    return _joined(ast.And(), nodes, True)


def either(nodes: Sequence[ast.expr]) -> ast.expr:
    """Whether one is true."""
    return _joined(ast.Or(), nodes, False)


def _joined(operator: ast.boolop, nodes: Sequence[ast.expr], of_none: bool) -> ast.expr:
    if not nodes:
        return constant(of_none)
    return nodes[0] if len(nodes) == 1 else ast.BoolOp(operator, list(nodes))


def negation(node: ast.expr) -> ast.expr:
    """Whether it is false."""
    return ast.UnaryOp(ast.Not(), node)


def choice(condition: ast.expr, yes: ast.expr, no: ast.expr) -> ast.expr:
    """One of two."""
    return ast.IfExp(condition, yes, no)


def times(node: ast.expr, factor: float) -> ast.expr:
    """A whole number multiplied by a constant."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return constant(node.value * int(factor))
    return node if factor == 1 else ast.BinOp(node, ast.Mult(), constant(factor))


def product(left: ast.expr, right: ast.expr) -> ast.expr:
    """A whole number multiplied by another."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ast.Constant) and isinstance(one.value, int):
            return times(other, one.value)
    return ast.BinOp(left, ast.Mult(), right)


class Block:
    """
    The statements of a function in the making.

    Attributes:
        scope: the helpers and constants that it sees.
    """

    def __init__(self, give_back: ast.stmt) -> None:
        self.statements: list[ast.stmt] = []
        self.scope: dict[str, Any] = {}
        self._give_back = give_back
        self._names = 0

    def new(self, prefix: str) -> str:
        """A name that is not used yet."""
        self._names += 1
        return f"{prefix}{self._names}"

    def let(self, node: ast.expr, prefix: str = "x") -> ast.expr:
        """The name of a value, which is computed here."""
        if isinstance(node, ast.Name | ast.Constant):
            return node
        variable = self.new(prefix)
        self.statements.append(ast.Assign([ast.Name(variable, ast.Store())], node))
        return name(variable)

    def need(self, condition: ast.expr) -> None:
        """Give the record back where a condition is false."""
        self.statements.append(ast.If(negation(condition), [self._give_back], []))

    def given(self, value: object, prefix: str = "k") -> str:
        """The name of a value of the host: a helper, a table."""
        variable = self.new(prefix)
        self.scope[variable] = value
        return variable
