"""A cohort rated by an engine: its columns for whom everything is known, the interpreter's word for all others."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme
from tierlang.columnar.columns.cells import TRUE, Beyond
from tierlang.columnar.columns.relation import KEY
from tierlang.columnar.lowering.bind import Bound
from tierlang.columnar.lowering.decision import BITS, INELIGIBLE, STATUS, told_of
from tierlang.columnar.lowering.expressions import Given
from tierlang.columnar.lowering.lower import Lowerer
from tierlang.columnar.lowering.patterns import UNBOUNDED, Facts, look_at
from tierlang.columnar.lowering.query import (
    CLEAN,
    ELIGIBILITY,
    LONE,
    MARKED,
    OUTCOME,
    OVERLAP,
    STATE,
    Query,
    lowerer_of,
    query_of,
    value_at,
    value_of,
)
from tierlang.columnar.rating.backend import ROWS, Backend
from tierlang.columnar.rating.called import given_of_call
from tierlang.columnar.rating.interpreted import Part, given_of, parts_beyond, plan_before
from tierlang.columnar.rating.lookup import Frames, Places
from tierlang.plan.steps import OverCohort
from tierlang.run.budget import Budget
from tierlang.run.cohort import Settings
from tierlang.run.interpret import Run, left_out, refuse_waiting, result_of
from tierlang.run.prepared import Prepared
from tierlang.run.result import Result
from tierlang.run.subjects import Subject
from tierlang.run.values import Cause, Undetermined, Value
from tierlang.said import Said

if TYPE_CHECKING:
    from tierlang.columnar.rating.output import Told

LIKE = 20
"""Ids that are proposed for one that is unknown."""
CHUNK = 20_000
"""Subjects that the interpreter looks at in one go."""


class Closing:
    """What nobody may ask any more when it is closed."""

    __slots__ = ()
    is_closed: bool

    def refuse_closed(self) -> None:
        """
        Refuse to say anything.

        Raises:
            ValueError: it is closed.
        """
        if self.is_closed:
            raise ValueError("the outcome is closed: ask of it, and explain its results, before that")


@attrs.define
class Rating(Closing):
    """
    One run by an engine: columns are computed when it is made, and the interpreter has its say in `finish`.

    Attributes:
        bound: the data as columns; *backend* holds the tables.
        subjects: gives some subjects, by their ids, as the interpreter sees them.
        whole: refuse what columns cannot say.
        id_type: the integer type of ids in results, as the engine calls it; None for texts.
        undecided: the ids of those whose eligibility is undetermined. With all who may be in a cohort they are *waiting*, and make
            ranks provisional; *warnings* say so. All three are known after `finish`.
        parts: what the interpreter computes instead, if *whole* is not wanted.
        patterns, alone: what the interpreter has said, by pattern and by subject.
        has_alone: whether it has to say something of subjects whom no pattern tells.
        is_closed: whether the engine was let go.
        marks_rows: whether the marks of child rows are part of patterns.
    """

    prepared: Prepared
    backend: Backend
    bound: Bound
    subjects: Callable[[Sequence[str]], Sequence[Subject]]
    whole: bool = False
    id_type: str | None = None
    given: dict[int, Given] = attrs.field(factory=dict)
    parts: list[Part] = attrs.field(factory=list)
    query: Query = attrs.field(init=False)
    run: Run = attrs.field(init=False)
    undecided: Sequence[str] = ()
    waiting: Sequence[str] = ()
    warnings: tuple[str, ...] = ()
    _ranks: bool = False
    marks_rows: bool = False
    is_closed: bool = False
    _places: Places | None = None
    patterns: dict[tuple[Any, ...], Result] = attrs.field(factory=dict)
    alone: dict[str, Result] = attrs.field(factory=dict)
    has_alone: bool = False
    _told: "Told | None" = None

    def __attrs_post_init__(self) -> None:
        self.query = self._lowered()
        plan = self.prepared.plan
        self.run = Run(self.prepared.program(), {}, Budget(UNBOUNDED), Frames(self.look_again))
        calls = [step.call for step in plan.steps if isinstance(step, OverCohort)]
        self._ranks = any(Settings.of(call, self.scheme.ranking).among == "eligible" for call in calls)
        self.backend.compute(self.query)

    def _lowered(self) -> Query:
        """
        The query of this run; whatever columns cannot say is computed on the way.

        Raises:
            Beyond: that is more than expressions of the subjects, or *whole* is wanted.
        """
        while True:
            try:
                return query_of(self.prepared, self.bound, self.given)
            except Beyond as error:
                if self.whole or error.node is None:
                    raise
                found = parts_beyond(self.lowerer(self.given), self.prepared.plan)
                first = next(part for part in found if part.node is error.node)
                self._give([first, *(part for part in found if part is not first and self._is_ready(part))])

    def lowerer(self, given: Mapping[int, Given]) -> Lowerer:
        """What lowers this scheme for the data of this run."""
        return lowerer_of(self.prepared, self.bound, given)

    def _is_ready(self, part: Part) -> bool:
        """Whether the rankings that a part needs can be said in columns."""
        try:
            self.lowerer(self.given).lower(plan_before(self.prepared, [part.node]))
        except Beyond:
            return False
        return True

    def _give(self, parts: Sequence[Part]) -> None:
        """Let the interpreter compute some parts: expressions subject by subject, a call over the cohort for all at once."""
        steps = {id(step.call): step for step in self.prepared.plan.steps if isinstance(step, OverCohort)}
        exprs = [part for part in parts if id(part.node) not in steps]
        if exprs:
            self.given |= given_of(self, exprs, self.given, f"given_{len(self.parts)}")
            self.parts += exprs
        for part in parts:
            step = steps.get(id(part.node))
            if step is not None:
                self.given |= given_of_call(self, part, step, self.given, f"given_{len(self.parts)}")
                self.parts.append(part)

    @property
    def reason(self) -> Said | None:
        """What the interpreter computes, and why."""
        reasons = dict.fromkeys(part.reason for part in self.parts)
        return Said("; ".join(r.en for r in reasons), "；".join(r.zh for r in reasons)) if reasons else None

    @property
    def scheme(self) -> CheckedScheme:
        """What is rated by."""
        return self.prepared.scheme

    def counted_rows(self) -> dict[str, tuple[int, int]]:
        """By list of child rows: how many all subjects have together, and the most that one has."""
        found = {}
        for number, rows in enumerate(self.bound.lists):
            column = f"count_{number}"
            total, most = self.backend.totals([f"sum({column})", f"max({column})"])
            found[rows.name] = (int(total or 0), int(most or 0))
        return found

    def finish(self, *, strict: bool) -> None:
        """
        Find who makes ranks provisional, then ask the interpreter about all who need its word, which depends on that.

        Raises:
            DiagnosticError: ``E-STRICT``, somebody's eligibility is undetermined; or two levels hold of one subject.
        """
        self._find_waiting()
        if strict:
            refuse_waiting(self.undecided)
        self._ask()
        self.warnings = left_out(self.waiting, set(self.undecided))

    def _find_waiting(self) -> None:
        if self.query.nullable_eligibility:
            self.undecided = self._ids(f"{ELIGIBILITY} IS NULL")
        others = [id_ for name in self.query.waiting for id_ in self._ids(name)]
        self.waiting = list(dict.fromkeys([*self.undecided, *others]))

    def _ids(self, where: str) -> list[str]:
        return [row[0] for row in self.backend.rows([KEY], where, ordered=True)]

    def eligible_count(self) -> int:
        """How many are in the cohort."""
        if self.query.lowerer.eligible == TRUE:
            return self.bound.members
        where = f"{ELIGIBILITY}" if self.query.nullable_eligibility else f"{OUTCOME} <> {INELIGIBLE}"
        (count,) = self.backend.totals(["count(*)"], where)
        return int(count)

    @property
    def may_move(self) -> bool:
        """Whether results are provisional."""
        return bool(self.waiting) and self._ranks

    def results(self, ids: Sequence[str] | None = None) -> Iterator[Result]:
        """The result of every subject, or of some, in order of id."""
        names = [KEY, *(named.name for named in self.query.columns), *([ROWS] if self.marks_rows else [])]
        where = "" if ids is None else self.backend.who(ids)
        rows = self.backend.rows(names, where, ordered=True)
        while batch := list(itertools.islice(rows, CHUNK)):
            self._find_alone(batch)
            yield from map(self._result, batch)

    def _find_alone(self, rows: Sequence[Sequence[Any]]) -> None:
        """Ask the interpreter about those of some rows for whom causes depend on data, where it is not kept."""
        state = self.query.positions[STATE]
        ids = [row[0] for row in rows if row[state] == LONE]
        if ids and not self.backend.keeps_alone and not self.marks_rows:
            self.alone = dict(self._look_at(self.backend.who(ids)))

    def named(self, column: str) -> str:
        """A column of the results in a statement."""
        return self.backend.writer.quoted(column)

    def ids_like(self, id_: str) -> list[str]:
        """Some ids that look like another one."""
        key, text = f"CAST({KEY} AS {self.backend.forms.text})", self.backend.writer.text(id_)
        nearest = (
            f"SELECT {key} FROM {self.backend.source} ORDER BY levenshtein({key}, {text}), 1 LIMIT {LIKE}"
        )
        return [row[0] for row in self.backend.ask(nearest)]

    def select(self, *, enums: bool = False, texts: bool = False) -> str:
        """What gives all results, in the columns of output.py; see `select_of` there."""
        from tierlang.columnar.rating.output import Told, select_of

        if self._told is None:
            self._told = Told.of(self)
        return select_of(self, self._told, enums=enums, texts=texts)

    # ------------------------------------------------------------ one subject, when somebody asks why

    def look_again(self, id_: str) -> None:
        """
        Let the run hold what the interpreter knows of one subject, and of no other.

        Raises:
            KeyError: there is no such subject.
            ValueError: the outcome is closed.
        """
        self.refuse_closed()
        if self._places is None:
            self._places = Places.of(self.backend, self.query, self.scheme.level_names)
        facts = self.facts(self.query.lowerer, self.query.calls, self._places.calls(id_))
        found = look_at(self.prepared, self.subjects([id_]), {id_: facts}, waiting=self.waiting)
        for key, ranked in found.ranked.items():
            found.ranked[key] = attrs.evolve(ranked, looked_up=self._places.finder(key))
        self.run.take(found)

    # ------------------------------------------------------------ what the interpreter says

    def _ask(self) -> None:
        """Ask the interpreter about one subject of each pattern, and about those who have none."""
        if self.query.exclusive:
            self._refuse_overlap()
        if self.query.of_each_row:
            return
        lone = next(self.backend.rows([KEY], f"{STATE} = {LONE}"), None) is not None
        self.marks_rows = lone and self.backend.mark_rows(self.query)
        marked = f"{STATE} <> {CLEAN}" if self.marks_rows else f"{STATE} = {MARKED}"
        found = {row[:-1]: row[-1] for row in self.backend.rows(self.keys, marked, grouped=True)}
        chosen = {id_: key for key, id_ in found.items() if id_ is not None}
        for ids in _chunks(list(chosen)):
            for id_, result in self._look_at(self.backend.who(ids)):
                self.patterns[chosen[id_]] = result
        self.has_alone = lone and not self.marks_rows
        if self.has_alone and self.backend.keeps_alone:
            self.alone = dict(self._look_at(f"{STATE} = {LONE}"))

    def all_alone(self) -> Iterator[tuple[str, Result]]:
        """What the interpreter says of those for whom causes depend on data, where patterns do not tell it."""
        if self.backend.keeps_alone:
            return iter(self.alone.items())
        return self._look_at(f"{STATE} = {LONE}")

    @property
    def keys(self) -> list[str]:
        """The columns that tell patterns apart."""
        return [*self.query.patterns, *([ROWS] if self.marks_rows else [])]

    def _look_at(self, where: str) -> Iterator[tuple[str, Result]]:
        """The interpreter's results of the subjects for whom a condition holds."""
        names = [
            self.query.columns[place - 1].name
            for places in self.query.call_places.values()
            for place in places
        ]
        batch: dict[str, dict[int, Value | None]] = {}
        for id_, *cells in self.backend.rows([KEY, *names], where):
            batch[id_] = self.facts(self.query.lowerer, self.query.calls, cells)
            if len(batch) == CHUNK:
                yield from self._interpreted(batch)
                batch = {}
        yield from self._interpreted(batch)

    def _interpreted(self, facts: Facts) -> Iterator[tuple[str, Result]]:
        if not facts:
            return
        subjects = self.subjects(list(facts))
        run = look_at(self.prepared, subjects, facts, waiting=self.waiting)
        for subject in subjects:
            yield subject.id, attrs.evolve(result_of(run, subject.id), run=self.run)

    def facts(self, lowerer: Lowerer, calls: Iterable[int], cells: Sequence[Any]) -> dict[int, Value | None]:
        """What some cohort calls are worth for a subject, by ``id`` of their nodes; *cells* stand in their columns."""
        found: dict[int, Value | None] = {}
        left = iter(cells)
        for key in calls:
            here = list(itertools.islice(left, len(lowerer.cells_of_call(key))))
            value = lowerer.calls[key]
            known = value_of(value, here[: len(value.cells)], self.scheme)
            told = here[-1] if len(here) > len(value.cells) else None
            found[key] = (
                known if told is None else Undetermined(tuple(Cause(c, "", "") for c in told.split()))
            )
        return found

    def _refuse_overlap(self) -> None:
        """Where two exclusive levels hold for somebody, let the interpreter say so of the first one."""
        first = next(self.backend.rows([KEY], OVERLAP, ordered=True), None)
        if first is not None:
            list(self._look_at(self.backend.who([first[0]])))

    # ------------------------------------------------------------ results

    def _result(self, row: Sequence[Any]) -> Result:
        id_, state = row[0], row[self.query.positions[STATE]]
        ladder = self.scheme.level_names
        values: dict[str, Any] = {}
        for name, value in self.query.values.items():
            cells = [row[place] for place in self.query.value_places[name]]
            values[name] = value_at(value, cells, ladder)
        if state == LONE and not self.marks_rows:
            return self.alone[id_]
        if state != CLEAN:
            key = (
                *(row[self.query.positions[name]] for name in self.query.patterns),
                *(row[-1:] if self.marks_rows else ()),
            )
            return self._like(self.patterns[key], id_, values)
        return self._clean(row, id_, values)

    def _like(self, model: Result, id_: str, values: Mapping[str, Any]) -> Result:
        """The result of a subject whose pattern is that of *model*."""
        merged = {name: _merged(values[name], told) for name, told in model.values.items()}
        return attrs.evolve(model, id=id_, values=merged)

    def _clean(self, row: Sequence[Any], id_: str, values: Mapping[str, Any]) -> Result:
        """The result of a subject of whom everything is known."""
        outcome = row[self.query.positions[OUTCOME]]
        status = STATUS.get(outcome, "rated")
        tier = self.scheme.ladder[outcome].name if self.scheme.ladder and outcome >= 0 else None
        return Result(
            id=id_,
            status=status,
            tier=tier,
            values=values,
            failed=tuple(self._failed(row, status)),
            at_most=tier,
            at_least=tier,
            computed=tier,
            assumed=tuple(self._flagged(row, "assumed", self.query.assumed)),
            provisional=self.may_move and outcome != INELIGIBLE,
            eligible=outcome != INELIGIBLE,
            run=self.run,
        )

    def _failed(self, row: Sequence[Any], status: str) -> Iterator[str]:
        kind = {"ineligible": "eligible", "vetoed": "veto"}.get(status, "require")
        for found in self._flagged(row, "failed", self.query.failed):
            of, title = told_of(found)
            if of == kind:
                yield title

    def _flagged(self, row: Sequence[Any], prefix: str, labels: Sequence[Any]) -> Iterator[Any]:
        """The labels whose bits are set."""
        for start in range(0, len(labels), BITS):
            bits = row[self.query.positions[f"{prefix}_{start // BITS}"]]
            for place, label in enumerate(labels[start : start + BITS]):
                if bits >> place & 1:
                    yield label


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _merged(found: Any, told: Any) -> Any:
    """A value of the columns, or why there is none."""
    if isinstance(told, Undetermined):
        assert found is None
        return told
    return told if found is None else found
