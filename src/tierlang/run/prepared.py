"""A scheme with everything that a run needs but data, and its closures, each made once."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme
from tierlang.plan.steps import Plan
from tierlang.run.expressions import Code, Compiler, TableValue, cost_of
from tierlang.run.subjects import SubjectReader
from tierlang.run.values import Value
from tierlang.run.windows import TimeFrame
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk


@attrs.frozen
class Supplied:
    """
    What is the same for all subjects.

    Attributes:
        constants: parameters and levels by name.
        tables: by name.
        dated: the values of the parameters that the scheme gives, with the dates they hold from.
    """

    constants: Mapping[str, Value]
    tables: Mapping[str, TableValue]
    dated: Mapping[str, Sequence[tuple[datetime.date | None, Value]]]


@attrs.frozen
class Prepared:
    """
    A scheme, ready for the data of a run.

    Attributes:
        reader: makes a reader of subjects.
        header: scheme and period as results tell them.
    """

    scheme: CheckedScheme
    plan: Plan
    time: TimeFrame
    supplied: Supplied
    reader: Callable[[], SubjectReader]
    header: Mapping[str, Any]

    def program(self) -> "Program":
        """Its closures."""
        given = self.supplied
        return Program(
            self.scheme,
            self.plan,
            Compiler(self.scheme, self.time, given.constants, given.tables, given.dated),
        )


@attrs.define(eq=False)
class Program:
    """
    The closures of one scheme for one period, made when they are first asked for and kept; what they cost; and what the
    decision needs to know of the scheme. A run makes one; a rater shares one among all its records.
    """

    scheme: CheckedScheme
    plan: Plan
    compiler: Compiler
    _codes: dict[tuple[int, str], Code] = attrs.field(factory=dict)
    _costs: dict[int, int] = attrs.field(factory=dict)
    _outputs: tuple[str, ...] | None = None

    def code(self, expr: n.Expr, subject: str) -> Code:
        """The closure of an expression; *subject* is what it belongs to, for the paths of causes."""
        key = (id(expr), subject)
        code = self._codes.get(key)
        if code is None:
            self.compiler.subject = subject
            code = self._codes[key] = self.compiler.compile(expr)
        return code

    def cost(self, expr: n.Expr) -> int:
        """What an expression costs for one subject."""
        cost = self._costs.get(id(expr))
        if cost is None:
            cost = self._costs[id(expr)] = cost_of(expr)
        return cost

    @property
    def outputs(self) -> tuple[str, ...]:
        """What a scheme without levels is about: the definitions that no other one uses."""
        if self._outputs is None:
            definitions = self.scheme.definitions.values()
            nodes = (node for definition in definitions for node in walk(definition.value))
            used = {node.ident.text for node in nodes if isinstance(node, n.Name)}
            adjusts = {"bonus": "bonuses" in used, "deduct": "deductions" in used}
            self._outputs = tuple(
                d.name for d in definitions if d.name not in used and not adjusts.get(d.kind, False)
            )
        return self._outputs
