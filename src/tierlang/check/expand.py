"""Puts the bodies of defs in place of their calls, so that everything after this knows built-ins only."""

from collections.abc import Callable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar, cast

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import Findings
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import MAX_TREE_DEPTH
from tierlang.syntax.walk import depth, walk

MAX_EXPANDED_NODES = 100_000

_N = TypeVar("_N", bound=n.Node)


def rebuild(node: _N, change: Callable[[n.Node], n.Node]) -> _N:
    """Copy a node bottom-up with *change* applied to every node in it; unchanged parts are shared."""
    new: dict[str, Any] = {}
    for field in attrs.fields(type(node)):
        value = getattr(node, field.name)
        if isinstance(value, n.Node):
            changed: Any = rebuild(value, change)
        elif isinstance(value, tuple) and any(isinstance(item, n.Node) for item in value):
            changed = tuple(rebuild(item, change) if isinstance(item, n.Node) else item for item in value)
            changed = value if all(a is b for a, b in zip(changed, value, strict=True)) else changed
        else:
            continue
        if changed is not value:
            new[field.name] = changed
    return cast(_N, change(attrs.evolve(node, **new) if new else node))


@attrs.define
class Expander:
    """
    Expands calls of defs, callees first.

    Attributes:
        bodies: each def's parameters and its body, already expanded.
        expanded: nodes produced so far; the total is bounded.
        recursive: defs that call themselves.
    """

    findings: Findings
    bodies: dict[str, tuple[n.Def, n.Expr]] = attrs.field(factory=dict)
    expanded: int = 0
    copies: int = 0
    recursive: set[str] = attrs.field(factory=set)
    stopped: bool = False

    def learn(self, functions: Mapping[str, n.Def]) -> None:
        """Expand the bodies of all defs; those that call themselves are reported and stay unknown."""
        graph = {
            name: [
                c.function.text
                for c in walk(d.body)
                if isinstance(c, n.Call) and c.function.text in functions
            ]
            for name, d in functions.items()
        }
        for name in order_without_cycles(graph, lambda cycle: self._report(cycle, functions)):
            self.bodies[name] = (functions[name], self.expand(functions[name].body))

    def _report(self, cycle: list[str], functions: Mapping[str, n.Def]) -> None:
        self.findings.add("E-RECURSION", functions[cycle[0]].ident.span, path=" → ".join(cycle))
        self.recursive |= set(cycle)

    def expand(self, expr: _N) -> _N:
        """An expression with every call of a known def replaced by its body."""
        if not self.bodies or not any(
            isinstance(c, n.Call) and c.function.text in self.bodies for c in walk(expr)
        ):
            return expr
        result = rebuild(expr, self._replace)
        if not self.stopped and depth(result) > MAX_TREE_DEPTH:
            self._too_far(expr)
        return expr if self.stopped else result

    def _replace(self, node: n.Node) -> n.Node:
        if not isinstance(node, n.Call) or node.function.text not in self.bodies or self.stopped:
            return node
        definition, body = self.bodies[node.function.text]
        if len(node.arguments) != len(definition.parameters) or node.options or node.generator or node.window:
            form = f"{node.function.text}({', '.join(p.text for p in definition.parameters)})"
            facts = {"function": node.function.text, "expected": form, "found": len(node.arguments)}
            self.findings.add("E-ARGUMENTS", node.span, facts=facts)
            return n.Hole(span=node.span)
        self.copies += 1
        values = {p.text: a for p, a in zip(definition.parameters, node.arguments, strict=True)}
        self.expanded += sum(1 for _ in walk(body)) + sum(
            1
            for use in walk(body)
            if isinstance(use, n.Name) and use.ident.text in values
            for _ in walk(values[use.ident.text])
        )
        if self.expanded > MAX_EXPANDED_NODES:
            self._too_far(node)
            return node
        return n.Group(self._substitute(body, values), span=node.span)

    def _substitute(self, body: n.Expr, values: Mapping[str, n.Expr]) -> n.Expr:
        """The body with arguments for parameters; its loop variables are renamed apart from the arguments' names."""
        loops = [g for g in walk(body) if isinstance(g, n.Generator)]
        variables = {name.text for g in loops for name in (g.variable, g.ago) if name is not None}
        fresh = {name: f"{name}'{self.copies}" for name in variables}

        def change(node: n.Node) -> n.Node:
            match node:
                case n.Name(ident=ident) if ident.text in fresh:
                    return attrs.evolve(node, ident=attrs.evolve(ident, text=fresh[ident.text]))
                case n.Name(ident=ident) if ident.text in values:
                    return values[ident.text]
                case n.Generator(variable=variable, ago=ago):
                    later = None if ago is None else attrs.evolve(ago, text=fresh[ago.text])
                    variable = attrs.evolve(variable, text=fresh[variable.text])
                    return attrs.evolve(node, variable=variable, ago=later)
                case _:
                    return node

        return rebuild(body, change)

    def _too_far(self, node: n.Node) -> None:
        if not self.stopped:
            self.findings.add("E-EXPANSION", node.span, limit=MAX_EXPANDED_NODES)
        self.stopped = True


def order_without_cycles(
    graph: Mapping[str, Iterable[str]], report: Callable[[list[str]], None]
) -> list[str]:
    """
    Order names so that each comes after those it needs; report each cycle and leave its names out.

    Args:
        graph: name to the names it needs; needed names that are no keys are ignored.
        report: called with a cycle as a path that ends where it begins.
    """
    left = {name: [need for need in needs if need in graph] for name, needs in graph.items()}
    while True:
        try:
            return list(TopologicalSorter(left).static_order())
        except CycleError as error:
            cycle: list[str] = list(reversed(error.args[1]))
            start = min(range(len(cycle) - 1), key=lambda i: cycle[i])
            report([*cycle[start:-1], *cycle[: start + 1]])
            for name in cycle:
                left.pop(name, None)
            left = {name: [need for need in needs if need in left] for name, needs in left.items()}
