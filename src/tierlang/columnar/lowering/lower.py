"""
A checked scheme as columns.

Every value becomes cells that are NULL exactly where the interpreter's value is undetermined. Where that can happen the
lowerer notes it: a subject with any such place is *marked*, and what is said of it comes from the interpreter (patterns.py).
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, overload

from tierlang import quickattrs as attrs
from tierlang.check.model import Definition, OverrideRule, Rule
from tierlang.check.order import ELIGIBLE
from tierlang.columnar.columns.cells import (
    FALSE,
    TRUE,
    Beyond,
    Cell,
    both,
    compare,
    constant,
    holds,
    inverse,
    negate,
    when,
)
from tierlang.columnar.columns.numbers import exact, extreme_of
from tierlang.columnar.columns.values import Plain, Single, Unknown, number, single, sum_of, truth_of
from tierlang.columnar.lowering.expressions import ExpressionLowerer
from tierlang.columnar.lowering.notes import note_of, plain_name
from tierlang.plan.steps import Compute, Gate, OverCohort, Plan
from tierlang.syntax import nodes as n

if TYPE_CHECKING:
    from tierlang.columnar.lowering.cohort import Order


@attrs.frozen
class Overridden:
    """
    An override.

    Attributes:
        possible: whether one may be in force; *surely*, whether one is, with all that belongs to it known.
        level: the index of its level.
    """

    possible: Cell = FALSE
    surely: Cell = FALSE
    level: Cell = constant(0)


@attrs.define(eq=False)
class Lowerer(ExpressionLowerer):
    """
    Lowers one scheme for one run.

    Attributes:
        gates: whether an input declared `missing ineligible` is absent, by name.
        members: how many subjects there are at most.
        annotated: whether every condition is a column of its own below the words of its rule, for people who read.
        belonging: whether somebody is in a cohort that a condition chooses, where that is not everywhere known.
        told: why the interpreter found a call over the cohort undetermined; *orders* how it ranks.
        rules: by id the rules' conditions; *levels*, by name, the levels' own.
    """

    gates: Mapping[str, Cell]
    members: int
    annotated: bool = False
    told: dict[int, Cell] = attrs.field(factory=dict)
    orders: dict[int, "Order"] = attrs.field(factory=dict)
    belonging: list[Cell] = attrs.field(factory=list)
    eligible: Cell = TRUE
    rules: dict[str, Cell] = attrs.field(factory=dict)
    levels: dict[str, Cell] = attrs.field(factory=dict)
    override: Overridden = Overridden()

    def lower(self, plan: Plan) -> None:
        """
        Lower every step of a plan.

        Raises:
            Beyond: a part of it cannot be said in columns; of an expression that the interpreter could compute instead it
                tells the node.
        """
        self.values |= {"bonuses": exact(0), "deductions": exact(0)}
        for step in plan.steps:
            match step:
                case OverCohort(call=call, subject=subject):
                    with self._lowering(subject):
                        self.calls[id(call)] = self.settled(self._over_cohort(call), None)
                case Compute(definition=definition):
                    with self._lowering(definition.name):
                        self._define(definition)
                case Gate(rules=rules):
                    self._gate(rules)
                case _:
                    self._conditions()

    @contextlib.contextmanager
    def _lowering(self, part: str, name: str | None = None) -> Iterator[None]:
        """Know which part of the scheme is lowered, so that a refusal says where, and columns are called by it."""
        self.part = part
        self.names.topic = plain_name(name or part)
        try:
            yield
        except Beyond as error:
            error.part = error.part or part
            raise

    # ------------------------------------------------------------ steps

    def _over_cohort(self, call: n.Call) -> Single:
        """The value of a call over the cohort."""
        from tierlang.columnar.lowering.cohort import over_cohort, seen_by

        given = self.given.get(id(call))
        if given is not None:
            seen = seen_by(self, call)
            self.truths([self.share_null(value) for value in seen.singles])
            self.told[id(call)] = given.told
            found = single(self.taken_from(given))
            self.gap(self.share_null(found))
            return found
        try:
            return over_cohort(self, call)
        except Beyond as error:
            return self.unknown_instead(error, call)

    def cells_of_call(self, key: int) -> list[Cell]:
        """What a call over the cohort is worth, and why it is undetermined where the interpreter has computed it."""
        told = self.told.get(key)
        return [*self.calls[key].cells, *([told] if told is not None and told.op != "constant" else [])]

    def _define(self, definition: Definition) -> None:
        value = single(self.compile(definition.value))
        if definition.kind != "define":
            maximum = None if definition.maximum is None else single(self.compile(definition.maximum))
            value = self._amount(value, maximum)
        self.values[definition.name] = self.settled(
            value, definition.name, note_of(self.scheme, definition.origin, definition.name)
        )
        for kind, total in (("bonus", "bonuses"), ("deduct", "deductions")):
            if definition.kind == kind:
                self._sum_amounts(kind, total)

    def _amount(self, value: Single, maximum: Single | None) -> Single:
        if isinstance(value, Unknown) or isinstance(maximum, Unknown):
            return Unknown()
        amount = extreme_of([number(value), exact(0)], self.share, greatest=True)
        return (
            amount if maximum is None else extreme_of([amount, number(maximum)], self.share, greatest=False)
        )

    def _sum_amounts(self, kind: str, total: str) -> None:
        members = [d.name for d in self.scheme.definitions.values() if d.kind == kind]
        if all(member in self.values for member in members):
            self.values[total] = self.settled(sum_of([self.values[member] for member in members]), total)

    def _gate(self, rules: tuple[Rule, ...]) -> None:
        found = {rule.id: self._condition_of(rule) for rule in rules}
        self.rules |= found
        absent = list(self.gates.values())
        self.truths(absent)
        self.names.topic = "eligible"
        self.eligible = self.scope.relation.share(both([*map(inverse, absent), *found.values()]))
        self.truths([self.eligible])
        self.values[ELIGIBLE] = Plain("bool", self.eligible)

    def _conditions(self) -> None:
        for rule in self.scheme.rules:
            if rule.kind != "eligible":
                self.rules[rule.id] = self._condition_of(rule)
        for level in self.scheme.ladder:
            if level.condition is not None:
                told = f"tier {level.name}"
                note = note_of(self.scheme, level.origin)
                self.levels[level.name] = self.condition(level.condition, told, told, note)
        if self.scheme.override is not None:
            with self._lowering(self.scheme.override.name):
                self.override = self._override(self.scheme.override)

    def _override(self, rule: OverrideRule) -> "Overridden":
        """What people decided; who is concerned is looked at by the interpreter, one for each decision."""
        level, reason = (self._decided(expr) for expr in (rule.level, rule.reason))
        start, end = (self._decided(expr) for expr in (rule.start, rule.end))
        condition = TRUE if rule.condition is None else self.share(truth_of(self._decided(rule.condition)))
        last_day = constant(
            (self.time.period.end if self.time.period is not None else self.time.end).toordinal()
        )
        days = [(side, value) for side, value in ((">", start), ("<", end)) if isinstance(value, Plain)]
        outside = [holds(compare(side, value.cell, last_day)) for side, value in days]
        absent = level.is_null if self._is_input(rule.level) else FALSE
        possible = self.share(both(map(inverse, (absent, holds(inverse(condition)), *outside))))
        parts = [value for value in (level, reason, start, end) if value is not None]
        self.truths([possible, condition, *(self.share_null(value) for value in parts)])
        self.scope.texts += [self.share(when(possible, cell)) for value in parts for cell in value.cells]
        known = [inverse(value.is_null) for value in parts]
        index = negate(level.cell) if isinstance(level, Plain) else constant(0)
        return Overridden(possible, self.share(both([possible, holds(condition), *known])), index)

    @overload
    def _decided(self, expr: n.Expr) -> Single: ...
    @overload
    def _decided(self, expr: None) -> None: ...
    def _decided(self, expr: n.Expr | None) -> Single | None:
        """A part of an override; that nobody decided anything is no gap."""
        if expr is None:
            return None
        gaps = list(self.scope.gaps)
        value = single(self.compile(expr))
        if self._is_input(expr):
            self.scope.gaps = gaps
        return value

    def _is_input(self, expr: n.Expr) -> bool:
        return isinstance(expr, n.Name) and expr.ident.text in self.inputs

    def _condition_of(self, rule: Rule) -> Cell:
        note = note_of(self.scheme, rule.origin)
        return self.condition(rule.condition, rule.title, rule.name or f"{rule.kind}_rule", note)

    def condition(self, expr: n.Expr, title: str, name: str, note: str) -> Cell:
        """
        The cell of a rule's condition, whose truth is noted.

        Args:
            title: what refusals call it; *name* and *note* are for who reads the statement.
        """
        with self._lowering(title, name):
            cell = truth_of(self.compile(expr))
            relation, shown = self.scope.relation, self.annotated and cell.op != "constant"
            cell = relation.share(cell, plain_name(name), note) if shown else relation.share(cell)
        self.truths([cell])
        return cell
