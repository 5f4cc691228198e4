"""Follows values through the definitions that they come from, never by recursion and each definition once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.syntax import nodes as n

Parts: TypeAlias = Callable[[n.Node], Iterable[n.Node]]
"""The parts of a node that are to be followed, in written order."""


@attrs.define
class Search:
    """
    Finds the first call of one function in expressions and the definitions that they lead to.

    Attributes:
        function: the name of the function.
        parts: what is followed inside an expression.
    """

    definitions: Mapping[str, n.Expr]
    function: str
    parts: Parts
    _known: dict[str, n.Call | None] = attrs.field(factory=dict)

    def first(self, expr: n.Node) -> n.Call | None:
        """The first call that a value comes from, in written order; None where there is none."""
        for end in self._ends(expr):
            found = end if isinstance(end, n.Call) else self._in(end.ident.text)
            if found is not None:
                return found
        return None

    def _ends(self, expr: n.Node) -> Iterator[n.Call | n.Name]:
        """The calls and the defined names of one expression."""
        waiting = [expr]
        while waiting:
            node = waiting.pop()
            if isinstance(node, n.Name):
                if node.ident.text in self.definitions:
                    yield node
            elif isinstance(node, n.Call) and node.function.text == self.function:
                yield node
            else:
                waiting += reversed(list(self.parts(node)))

    def _in(self, name: str) -> n.Call | None:
        """The first call in a definition; every definition on the way is then known too."""
        if name in self._known:
            return self._known[name]
        entered = {name}
        stack = [(name, self._ends(self.definitions[name]))]
        while stack:
            current, ends = stack[-1]
            end = next((end for end in ends if self._leads_on(end, entered)), None)
            if isinstance(end, n.Name) and end.ident.text not in self._known:
                entered.add(end.ident.text)
                stack.append((end.ident.text, self._ends(self.definitions[end.ident.text])))
            elif end is None:
                self._known[current] = None
                stack.pop()
            else:
                found = end if isinstance(end, n.Call) else self._known[end.ident.text]
                self._known |= {waiting: found for waiting, _ in stack}  # all of them lead here
                stack.clear()
        return self._known[name]

    def _leads_on(self, end: n.Call | n.Name, entered: set[str]) -> bool:
        """Whether an end is a call, or a name that has one or is not known yet."""
        if isinstance(end, n.Call):
            return True
        name = end.ident.text
        return self._known[name] is not None if name in self._known else name not in entered


def reachable(expr: n.Node, definitions: Mapping[str, n.Expr], parts: Parts) -> Iterator[n.Node]:
    """An expression and what is followed in it, definitions included, outer before inner."""
    waiting, seen = [expr], set[str]()
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, n.Name):
            waiting += reversed(list(parts(node)))
        elif node.ident.text in definitions and node.ident.text not in seen:
            seen.add(node.ident.text)
            waiting.append(definitions[node.ident.text])
