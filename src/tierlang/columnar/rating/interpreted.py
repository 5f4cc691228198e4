"""
Expressions that columns cannot say, computed by the interpreter for every subject, and joined as columns.

All other parts of the scheme stay with the engine: what child rows are gathered to, the rankings, the decision. A value that
the interpreter gives is a column like one of the data: its interval is that of the values which there are.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme, Definition
from tierlang.check.order import ELIGIBLE, needs
from tierlang.columnar.columns.cells import WIDE, Cell, column, null, truth
from tierlang.columnar.columns.numbers import NotNative, Num, decimals_of, whole
from tierlang.columnar.columns.relation import Names
from tierlang.columnar.columns.values import Plain, Single, Unknown
from tierlang.columnar.lowering.expressions import Given
from tierlang.columnar.lowering.lower import Lowerer
from tierlang.columnar.lowering.patterns import look_at
from tierlang.plan.steps import Compute, Gate, OverCohort, Plan
from tierlang.run.interpret import SUMS
from tierlang.run.prepared import Prepared
from tierlang.run.values import Level, Undetermined, Value
from tierlang.said import Said
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import BoolType, DateType, NumberType, TextType, Type

if TYPE_CHECKING:
    from tierlang.columnar.rating.rate import Rating

CHUNK = 20_000
"""Subjects that the interpreter computes for in one go."""
MOST_DENOMINATORS = 64
"""Denominators that are looked at to find out whether all numbers are decimals of a few places."""


@attrs.frozen
class Part:
    """An expression that the interpreter computes: what it belongs to, and why columns cannot say it."""

    node: n.Expr
    name: str
    reason: Said


def parts_beyond(lowerer: Lowerer, plan: Plan) -> list[Part]:
    """
    The expressions of the subjects that columns cannot say, as far as they can be seen without the value of any.

    Raises:
        Beyond: something that is no expression of the subjects.
    """
    lowerer.beyond = []
    lowerer.lower(plan)
    return [
        Part(error.node, error.part or "", error.why) for error in lowerer.beyond if error.node is not None
    ]


def plan_before(prepared: Prepared, exprs: Iterable[n.Expr]) -> Plan:
    """The steps that must be done before some expressions can be computed."""
    scheme = prepared.scheme
    waiting, found, calls = list(exprs), set[str](), set[int]()
    own = {id(expr) for expr in waiting}
    while waiting:
        expr = waiting.pop()
        calls |= {id(node) for node in walk(expr)}
        for name in needs([expr], scheme.ranking, _adjusts(scheme)):
            if name not in found:
                found.add(name)
                waiting += _expressions(scheme, name)
    return Plan(
        tuple(
            step
            for step in prepared.plan.steps
            if (isinstance(step, Compute) and step.definition.name in found)
            or (isinstance(step, Gate) and ELIGIBLE in found)
            or (isinstance(step, OverCohort) and id(step.call) in calls - own)
        )
    )


def _expressions(scheme: CheckedScheme, name: str) -> list[n.Expr]:
    if name == ELIGIBLE:
        return [rule.condition for rule in scheme.rules_of("eligible")]
    definition = scheme.definitions.get(name)
    if definition is None:
        return []
    return [definition.value, *([definition.maximum] if definition.maximum is not None else [])]


def _adjusts(scheme: CheckedScheme) -> dict[str, list[str]]:
    """The bonuses and deductions that a sum of them needs."""
    definitions: Iterable[Definition] = scheme.definitions.values()
    return {total: [d.name for d in definitions if d.kind == kind] for kind, total in SUMS.items()}


# ------------------------------------------------------------------ computing


class Column:
    """The values of one expression as they come, row by row: what is stored, and what is known of all of them."""

    def __init__(self, kind: Type) -> None:
        self.kind = kind
        self.nullable = self.tells = False
        self.low: Any = None
        self.high: Any = None
        self.tops = (0, 0)
        self.bottoms: set[int] = set()
        self.most = 1

    def stored(self, value: Value) -> list[Any]:
        """
        What stands for a value in the table.

        Raises:
            NotNative: a number of more than 128 bits.
        """
        self.nullable |= isinstance(value, Undetermined)
        match value:
            case Undetermined():
                return [None, None] if self.is_number else [None]
            case Level(index=index):
                return [self._seen(-index)]
            case datetime.date():
                return [self._seen(value.toordinal())]
            case bool() | str():
                return [value]
            case int() | Fraction():
                return self._number(value)
            case _:
                raise NotNative("the interpreter gives no single value", "解释器给出的不是单个值")

    def _seen(self, value: Any) -> Any:
        self.low = value if self.low is None else min(self.low, value)
        self.high = value if self.high is None else max(self.high, value)
        return value

    def _number(self, value: int | Fraction) -> list[int]:
        top, bottom = value.numerator, value.denominator
        if max(abs(top), bottom) > WIDE:
            raise NotNative("a number of the interpreter has more than 128 bits", "解释器算出的数超过 128 位")
        self._seen(value)
        self.tops = min(self.tops[0], top), max(self.tops[1], top)
        self.most = max(self.most, bottom)
        if len(self.bottoms) <= MOST_DENOMINATORS:
            self.bottoms.add(bottom)
        return [top, bottom]

    @property
    def is_number(self) -> bool:
        """Whether numerator and denominator are stored."""
        return isinstance(self.kind, NumberType)

    @property
    def types(self) -> list[str]:
        """The types in which it is stored."""
        if self.is_number:
            return ["HUGEINT", "HUGEINT"]
        return [
            "BOOLEAN"
            if isinstance(self.kind, BoolType)
            else "VARCHAR"
            if isinstance(self.kind, TextType)
            else "BIGINT"
        ]

    @property
    def scale(self) -> int | None:
        """The decimals of all numbers; None where they are quotients."""
        if len(self.bottoms) > MOST_DENOMINATORS:
            return None
        scales = [decimals_of(bottom) for bottom in self.bottoms]
        known = [scale for scale in scales if scale is not None]
        if len(known) < len(scales):
            return None
        scale = max(known, default=0)
        return scale if max(abs(self.low), abs(self.high)) * 10**scale <= WIDE else None

    def value(
        self, names: Names, table: str, places: Sequence[str], divide: str
    ) -> tuple[Single, list[tuple[Cell, str]]]:
        """
        What the expression is worth, and the columns that hold it with what is selected for each.

        Args:
            divide: how the engine writes the whole part of a quotient.
        """
        if not self.is_number:
            return self._plain(names, table, places[0])
        if self.low is None:
            return Unknown(), []
        scale, (top, bottom) = self.scale, places
        if scale is not None:
            unit = 10**scale
            cell = column(
                names.fresh(table), "int", int(self.low * unit), int(self.high * unit), nullable=self.nullable
            )
            return whole(cell, scale), [(cell, f"{top} * ({divide.format(unit, bottom)})" if scale else top)]
        above = column(names.fresh(f"{table}_numerator"), "int", *self.tops, nullable=self.nullable)
        below = column(names.fresh(f"{table}_denominator"), "int", 1, self.most, nullable=self.nullable)
        return Num(above, below, 0, Fraction(self.low), Fraction(self.high)), [(above, top), (below, bottom)]

    def _plain(self, names: Names, table: str, place: str) -> tuple[Single, list[tuple[Cell, str]]]:
        name = names.fresh(table)
        if isinstance(self.kind, BoolType):
            cell = truth("column", (name,), self.nullable)
            return Plain("bool", cell), [(cell, place)]
        if isinstance(self.kind, TextType):
            cell = Cell("column", (name,), "text", 0, 0, self.nullable)
            return Plain("text", cell), [(cell, place)]
        if self.low is None:
            return Unknown(), []
        cell = column(name, "int", self.low, self.high, nullable=self.nullable)
        return Plain("date" if isinstance(self.kind, DateType) else "tier", cell), [(cell, place)]


def given_of(
    rating: "Rating", parts: Sequence[Part], given: Mapping[int, Given], table: str
) -> dict[int, Given]:
    """
    Let the interpreter compute some expressions for every subject, and join what comes out to the scan of the subjects.

    Args:
        given: what has been computed so before.
        table: a name for the table of the values.

    Raises:
        Beyond: a ranking that one of them needs cannot be said in columns, or a number of it has more than 128 bits.
    """
    columns = [Column(rating.prepared.scheme.expression_types[id(part.node)]) for part in parts]
    return stored(rating, parts, columns, table, _computed(rating, parts, given, columns))


def stored(
    rating: "Rating", parts: Sequence[Part], columns: Sequence[Column], table: str, rows: Iterable[list[Any]]
) -> dict[int, Given]:
    """
    Hold what the interpreter computes, and join it to the scan of the subjects.

    Args:
        rows: of each subject its id, and for each part the value and what is told of it; *columns* know them all at the end.
    """
    types = ["VARCHAR", *(kind for c in columns for kind in (*c.types, "VARCHAR"))]
    rating.backend.store(table, types, rows)
    place = 0
    found: dict[int, Given] = {}
    joined: list[tuple[Cell, str]] = []
    names = rating.bound.names
    for part, values in zip(parts, columns, strict=True):
        places = [f"g.c{place + i}" for i in range(1, len(values.types) + 2)]
        place += len(places)
        value, cells = values.value(names, table, places[:-1], rating.backend.writer.dialect.divide)
        told = null("text")
        if values.tells:
            told = Cell("column", (names.fresh(f"{table}_told"),), "text", 0, 0, True)
            cells.append((told, places[-1]))
        joined += cells
        found[id(part.node)] = Given(value, told)
    rating.backend.join(table, joined)
    return found


def _computed(
    rating: "Rating", parts: Sequence[Part], given: Mapping[int, Given], columns: Sequence[Column]
) -> Iterator[list[Any]]:
    """A row for each subject: its id, and of each expression the value and what is told of it."""
    prepared = attrs.evolve(rating.prepared, plan=plan_before(rating.prepared, [part.node for part in parts]))
    lowerer = rating.lowerer(given)
    lowerer.lower(prepared.plan)
    calls = [id(step.call) for step in prepared.plan.steps if isinstance(step, OverCohort)]
    facts: dict[str, dict[int, Value | None]] = {}
    for id_, *cells in rating.backend.read(
        lowerer.scope.relation, [cell for key in calls for cell in lowerer.cells_of_call(key)]
    ):
        facts[id_] = rating.facts(lowerer, calls, cells)
        if len(facts) == CHUNK:
            yield from _of_some(rating, prepared, parts, columns, facts)
            facts = {}
    if facts:
        yield from _of_some(rating, prepared, parts, columns, facts)


def _of_some(
    rating: "Rating",
    prepared: Prepared,
    parts: Sequence[Part],
    columns: Sequence[Column],
    facts: Mapping[str, Mapping[int, Value | None]],
) -> Iterator[list[Any]]:
    run = look_at(prepared, rating.subjects(list(facts)), facts, waiting=())
    codes = [run.program.code(part.node, part.name) for part in parts]
    for id_, frame in run.frames.items():
        row: list[Any] = [id_]
        for code, values in zip(codes, columns, strict=True):
            frame.absorbed.clear()
            value = code(frame)
            waiting = value if isinstance(value, Undetermined) else None
            tells = waiting is not None or bool(frame.absorbed)
            values.tells |= tells
            row += [*values.stored(value), repr((waiting, frame.absorbed)) if tells else None]
        yield row
