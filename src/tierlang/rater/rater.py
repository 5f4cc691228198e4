"""A scheme compiled once, for records that come one at a time."""

from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from tierlang.check.declarations import DEFAULT_COHORT
from tierlang.diagnostics.model import refusal
from tierlang.plan.steps import OverCohort
from tierlang.rater.compiled import Around, Functions, compile_scheme, static_cost
from tierlang.rater.frozen import FrozenCohort, cohort_steps, has_nested_calls
from tierlang.rater.inputs import DECIMALS
from tierlang.rater.places import CohortCall, Standstill
from tierlang.rater.python import NotCompiled
from tierlang.run.budget import Budget
from tierlang.run.cohort import STATISTICS, Settings
from tierlang.run.interpret import Ranked, Run, belonging, interpret, member_code, result_of, value_outside
from tierlang.run.prepared import Prepared
from tierlang.run.result import Result
from tierlang.run.subjects import Row, Subject, row_place

Remake = tuple[Callable[..., "Rater"], tuple[Any, ...]]
"""A function and the arguments with which it makes a rater again."""


class Rater(partial[Result]):
    """
    Rates one record after another: ``rater(record)`` is the result that `Scheme.rate` would give it.

    Everything that does not depend on the record was settled when the rater was made. It keeps nothing of a record, so
    that any number of threads may use one. A pickle or copy of it holds the text of the scheme and what was supplied.
    It is a `partial` of the function that rates, because nothing is called faster.

    Attributes:
        tier: the level alone, None where the status is not ``rated``: ``rater.tier(record)`` is the fastest of all.
        header: scheme and period, as results tell them.
    """

    tier: Callable[[Row], str | None]
    header: Mapping[str, Any]
    _remake: Remake

    def __new__(
        cls,
        ready: Prepared,
        frozen: FrozenCohort | None,
        fill: Callable[[Row], Row] | None,
        budget: int,
        remake: Remake,
    ) -> Self:
        """
        Make a rater.

        Raises:
            DiagnosticError: the cohort was frozen for another scheme, period or parameters.
        """
        functions = _Machine(ready, frozen, fill, budget).functions
        rater = super().__new__(cls, functions.result)
        rater.tier, rater.header, rater._remake = functions.tier, ready.header, remake
        return rater

    if TYPE_CHECKING:

        def __call__(self, record: Row, /) -> Result:
            """
            The result of one record: ``id`` and the inputs by name, as a row of `Scheme.rate`.

            Raises:
                DiagnosticError: the record is refused; it lists everything found.
                BudgetExceeded: it needs more than the budget.
            """

    def __reduce__(self) -> Any:
        return self._remake

    def __repr__(self) -> str:
        scheme, period = self.header["scheme"]["id"], (self.header["period"] or {}).get("label")
        return f"<Rater of {scheme}, {period}>"


class _Machine:
    """
    What a rater is made of.

    Attributes:
        functions: what rates a record.
    """

    def __init__(
        self,
        ready: Prepared,
        frozen: FrozenCohort | None,
        fill: Callable[[Row], Row] | None,
        budget: int,
    ) -> None:
        self._ready = ready
        self._frozen = frozen
        self._fill = fill
        self._budget = budget
        self._program = ready.program()
        interpret(self._program, (), Budget())  # compiles everything, so that no two threads do it at once
        steps = cohort_steps(self._program)
        if frozen is not None:
            frozen.refuse_other(ready.header, len(steps))
        self._ids = frozenset(() if frozen is None else frozen.ids)
        self._calls = self._standing_still(frozen, steps)
        self.functions = self._compiled()

    # ------------------------------------------------------------ compiled

    def _compiled(self) -> Functions:
        """
        What rates a record: compiled functions one behind the other, for whole numbers as they come and for decimals, and
        the interpreter for all that they give back; the interpreter alone where the scheme cannot be compiled.
        """
        interpreted = Functions(self._interpreted, lambda record: self._interpreted(record).tier)
        limit = self._ready.scheme.cohort_maximum or DEFAULT_COHORT
        if self._fill is not None or len(self._ids) >= limit or self._budget < static_cost(self._program):
            return interpreted
        around = Around(self._calls, self._run, self._is_provisional, self._budget)
        functions = interpreted
        try:
            for scale in (DECIMALS, 1):
                functions = compile_scheme(self._ready, self._program, around, functions, scale)
        except (NotCompiled, RecursionError):  # what is written too deep for Python's compiler is interpreted
            return interpreted
        return functions

    def _is_provisional(self, id_: str) -> bool:
        """Whether the place of an eligible subject of that id may still move."""
        if self._frozen is None or self._frozen.waits_beside(id_) is None:
            return False
        return any(still.call.settings.among == "eligible" for still in self._calls.values())

    # ------------------------------------------------------------ by the interpreter

    def _interpreted(self, record: Row) -> Result:
        """The result of a record by the interpreter, whatever the record holds."""
        row = record if self._fill is None else self._fill(record)
        (subject,) = self._ready.reader().read([row])
        return result_of(self._run(subject), subject.id)

    def _run(self, subject: Subject) -> Run:
        """The run of one subject, alone or among the frozen members."""
        frozen, budget = self._frozen, Budget(self._budget)
        if frozen is None:
            return interpret(self._program, [subject], budget)
        self._refuse_too_many(frozen, subject.id)
        if frozen.subjects is not None:
            subjects = [other for other in frozen.subjects if other.id != subject.id]
            insort(subjects, subject, key=lambda other: other.id)
            return interpret(self._program, subjects, budget)
        run = interpret(self._program, [subject], budget, over_cohort=self._among_frozen)
        other = frozen.waits_beside(subject.id)
        if other is not None:  # a result tells that somebody is waited for, not who
            run.waiting[other] = None
        return run

    def _refuse_too_many(self, frozen: FrozenCohort, id_: str) -> None:
        """A cohort and the record may not be more than the scheme's cohort may be."""
        limit = self._ready.scheme.cohort_maximum or DEFAULT_COHORT
        if len(frozen.ids) >= limit and id_ not in self._ids:
            place = row_place(len(frozen.ids), ())
            raise refusal("E-DATA-COHORT-MAX", place, limit=limit)

    def _standing_still(
        self, frozen: FrozenCohort | None, steps: Sequence[OverCohort]
    ) -> Mapping[int, Standstill]:
        """What each call over the cohort knows of the frozen members; nothing where a record may move them."""
        if has_nested_calls(self._program):
            return {}
        found: dict[int, Standstill] = {}
        listed = [((), ())] * len(steps) if frozen is None else frozen.members
        for step, (ids, members) in zip(steps, listed, strict=True):
            settings = Settings.of(step.call, self._ready.scheme.ranking)
            place = self._program.compiler.place(step.call)
            found[id(step.call)] = Standstill(
                CohortCall(step.call, settings, place, step.subject), ids, members
            )
        return found

    def _among_frozen(self, run: Run, step: OverCohort) -> None:
        """What a call over the cohort is worth for the one subject of a run, among the frozen members."""
        still = self._calls[id(step.call)]
        ((id_, frame),) = run.frames.items()
        belongs = belonging(run, step, still.call.settings)[id_]
        own = None
        if belongs is True or step.call.function.text in STATISTICS:
            member = member_code(run.program, step)(frame)
            own = member if belongs is True else None
            frame.calls[id(step.call)] = still.value(id_, member, inside=belongs is True)
        else:
            not_ranked = still.call.cause("not-ranked")
            frame.calls[id(step.call)] = value_outside(step.call, belongs, not_ranked)
        run.ranked[id(step.call)] = Ranked(still.call.settings, lambda: still.listed(id_, own))
