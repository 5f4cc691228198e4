"""Pieces of Python as syntax trees: the compiled path is made of these, never of text."""

import ast
import copy
from collections.abc import Mapping, Sequence
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


class _Filled(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, expressions: Mapping[str, ast.expr]) -> None:
        self._expressions = expressions

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """One name."""
        return self._expressions.get(node.id, node)


def filled(statement: ast.stmt, **expressions: ast.expr) -> ast.stmt:
    """A statement with expressions in the place of names."""
    found: ast.stmt = _Filled(expressions).visit(copy.deepcopy(statement))
    return found


def ended(statements: Sequence[ast.stmt], last: ast.stmt) -> list[ast.stmt]:
    """Statements and a last one; what the one before has named for it alone, without a call that may cost, stands there itself."""
    match statements:
        case [*others, ast.Assign([ast.Name(name)], value)]:
            uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(last))
            if uses == 1 and not any(isinstance(node, ast.Call) for node in ast.walk(value)):
                return [*others, filled(last, **{name: value})]
    return [*statements, last]


class Block:
    """
    The statements of a function in the making.

    Attributes:
        scope: the helpers and constants that it sees.
        names: how many names are used.

    Args:
        give_back: what is done with a record that is not taken.
    """

    def __init__(self, give_back: ast.stmt, names: int = 0) -> None:
        self.statements: list[ast.stmt] = []
        self.scope: dict[str, Any] = {}
        self.names = names
        self._give_back = give_back

    def new(self, prefix: str) -> str:
        """A name that is not used yet."""
        self.names += 1
        return f"{prefix}{self.names}"

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
