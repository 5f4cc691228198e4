"""The interpreter: Plan + subjects → results. This is what a scheme means; every other engine must agree with it."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme, Definition
from tierlang.check.order import membership, option_values
from tierlang.diagnostics.model import Diagnostic, DiagnosticError, quoted, refusal
from tierlang.plan.steps import Compute, Gate, OverCohort
from tierlang.run import cohort, kleene
from tierlang.run.budget import Budget
from tierlang.run.decide import Conditions, Decision, decide, level_condition
from tierlang.run.expressions import Code, Frame
from tierlang.run.numbers import fits
from tierlang.run.override import Overriding, compile_override
from tierlang.run.prepared import Program
from tierlang.run.result import Outcome, Result, public
from tierlang.run.subjects import Subject
from tierlang.run.values import TooBig, Undetermined, Value, is_number, total, undetermined, union
from tierlang.run.windows import TimeFrame
from tierlang.syntax import nodes as n

SUMS = {"bonus": "bonuses", "deduct": "deductions"}
"""The built-in name for the sum of each kind of amount."""

Progress = Callable[[int, int], None]
"""Told the steps done and the steps in all."""


@attrs.define(eq=False)
class Run:
    """
    One run: a scheme, a period and its subjects, with every value computed so far; explanations read it.

    Attributes:
        frames: by subject id, in order of id.
        eligible: by subject id: true, false or undetermined; *gates* each `eligible` rule by its id.
        ranked: cohort calls with their members' ids and keys, for explanations of places.
        overrides: by subject id, where one is in force or may be.
        waiting: ids of those of whom it cannot be said whether they are in a cohort, in order, each once.
    """

    program: Program
    subjects: Mapping[str, Subject]
    budget: Budget
    frames: dict[str, Frame] = attrs.field(factory=dict)
    eligible: dict[str, Value] = attrs.field(factory=dict)
    ranked: dict[int, "Ranked"] = attrs.field(factory=dict)
    decisions: dict[str, Decision] = attrs.field(factory=dict)
    conditions: dict[str, Conditions] = attrs.field(factory=dict)
    gates: dict[str, dict[str, Value]] = attrs.field(factory=dict)
    overrides: dict[str, Overriding] = attrs.field(factory=dict)
    waiting: dict[str, None] = attrs.field(factory=dict)

    def take(self, other: "Run") -> None:
        """Hold what another run of the same program has computed, and nothing else."""
        self.subjects = other.subjects
        self.frames.clear()
        self.frames.update(other.frames)
        for name in ("eligible", "ranked", "decisions", "conditions", "gates", "overrides", "waiting"):
            setattr(self, name, getattr(other, name))

    @property
    def scheme(self) -> CheckedScheme:
        """What is run."""
        return self.program.scheme

    @property
    def time(self) -> TimeFrame:
        """The assessed period and its data window."""
        return self.program.compiler.time


Listed = tuple[Sequence[str], Sequence[cohort.Member]]
"""Ids, and in the same order what a cohort call sees of these members."""


@attrs.frozen
class Ranked:
    """
    Who a cohort call ranked, and how.

    Attributes:
        listed: gives its members, when somebody asks.
        looked_up: finds where one of them stands, where an engine that holds the members does that faster.
    """

    settings: cohort.Settings
    listed: Callable[[], Listed]
    looked_up: Callable[[str], cohort.Found | None] | None = None

    def find(self, id_: str) -> cohort.Found | None:
        """Where a member stands, and who is the next better one; None where it is not ranked."""
        if self.looked_up is not None:
            return self.looked_up(id_)
        return cohort.standing_of(id_, *self.listed(), self.settings)


def interpret(
    program: Program,
    subjects: Sequence[Subject],
    budget: Budget,
    progress: Progress | None = None,
    over_cohort: "Callable[[Run, OverCohort], None] | None" = None,
) -> Run:
    """
    Compute everything for all subjects.

    Args:
        subjects: in order of id.
        over_cohort: gives every frame what a call over the cohort is worth, where *subjects* are not the whole cohort.

    Raises:
        BudgetExceeded, Cancelled: see budget.py.
    """
    plan = program.plan
    run = Run(program, {subject.id: subject for subject in subjects}, budget)
    for subject in subjects:
        run.frames[subject.id] = Frame({"bonuses": 0, "deductions": 0, **subject.inputs}, budget)
    for done, step in enumerate(plan.steps):
        if progress is not None:
            progress(done, len(plan.steps))
        match step:
            case OverCohort():
                (over_cohort or _over_cohort)(run, step)
            case Compute(definition=definition):
                _compute(run, definition)
            case Gate():
                _gate(run, step)
            case _:
                _decide(run)
    if progress is not None:
        progress(len(plan.steps), len(plan.steps))
    return run


# ------------------------------------------------------------------ steps


def _compute(run: Run, definition: Definition) -> None:
    """One definition for every subject; the sums of bonuses and deductions follow their members."""
    code = _condition(run, definition.value, definition.name)
    maximum = _condition(run, definition.maximum, definition.name) if definition.maximum is not None else None
    for id_, frame in run.frames.items():
        mocks = run.subjects[id_].mocks
        if definition.name in mocks:
            value = mocks[definition.name]
        elif definition.kind == "define":
            value = code(frame)
        else:
            value = _amount(code(frame), maximum(frame) if maximum is not None else None)
        frame.values[definition.name] = value
    if definition.kind != "define":
        _sum_adjusts(run, definition.kind)


def _amount(value: Value, maximum: Value | None) -> Value:
    """A bonus or deduction: at least 0, at most its maximum."""
    if isinstance(value, Undetermined) or isinstance(maximum, Undetermined):
        return union(v for v in (value, maximum) if v is not None)
    assert is_number(value)
    amount = max(value, 0)
    return amount if maximum is None else min(amount, maximum)  # type: ignore[type-var]  # numbers


def _sum_adjusts(run: Run, kind: str) -> None:
    members = [d.name for d in run.scheme.definitions.values() if d.kind == kind]
    for frame in run.frames.values():
        if all(member in frame.values for member in members):
            frame.values[SUMS[kind]] = _total([frame.values[m] for m in members], SUMS[kind])


def _total(values: list[Value], name: str) -> Value:
    if any(isinstance(value, Undetermined) for value in values):
        return union(values)
    try:
        amount = total([value for value in values if is_number(value)])
    except TooBig:
        return undetermined("too-big", name, "")
    return amount if fits(amount) else undetermined("too-big", name, "")


def _gate(run: Run, step: Gate) -> None:
    """Who is in the cohort: all `eligible` rules, and inputs that must not be missing."""
    codes = {rule.id: _condition(run, rule.condition, rule.id) for rule in step.rules}
    for id_, frame in run.frames.items():
        subject = run.subjects[id_]
        values = run.gates[id_] = {rule: code(frame) for rule, code in codes.items()}
        missing: list[Value] = [False for _ in subject.missing_gates]
        found = subject.mocks.get("eligible")
        if found is None:
            found = kleene.decide([*missing, *values.values()], False, frame.absorbed)
        run.eligible[id_] = frame.values["eligible"] = found
        if isinstance(found, Undetermined):
            run.waiting[id_] = None


def _condition(run: Run, expr: n.Expr, subject: str) -> Code:
    """The closure of an expression, paid for all subjects."""
    run.budget.spend(run.program.cost(expr) * len(run.frames))
    return run.program.code(expr, subject)


def _over_cohort(run: Run, step: OverCohort) -> None:
    """One call over the cohort: keys for each member, one sort, results into every frame."""
    call = step.call
    settings = cohort.Settings.of(call, run.scheme.ranking)
    place = run.program.compiler.place(call)
    member = member_code(run.program, step)
    units = sum(run.program.cost(argument) for argument in call.arguments) + len(run.frames).bit_length()
    belongs = belonging(run, step, settings)
    inside = [id_ for id_, truth in belongs.items() if truth is True]
    run.budget.spend(units * max(1, len(inside)))
    members = [member(run.frames[id_]) for id_ in inside]
    fact = call.function.text in cohort.STATISTICS
    others = [id_ for id_, truth in belongs.items() if truth is not True]
    readers = [member(run.frames[id_]) for id_ in others] if fact else []
    values = cohort.compute(call, members, settings, place, step.subject, readers)
    for id_, value in zip([*inside, *others] if fact else inside, values, strict=True):
        run.frames[id_].calls[id(call)] = value
    if not fact:
        outside = undetermined("not-ranked", step.subject, place)
        for id_ in others:
            run.frames[id_].calls[id(call)] = value_outside(call, belongs[id_], outside)
    run.ranked[id(call)] = Ranked(settings, lambda: (inside, members))


def member_code(program: Program, step: OverCohort) -> Callable[[Frame], cohort.Member]:
    """A closure that gives a subject as a call over the cohort sees it."""
    codes = [program.code(argument, step.subject) for argument in step.call.arguments]
    first, further = codes[:1], codes[1:]
    then, within = (
        [program.code(expr, step.subject) for expr in option_values(step.call, key)]
        for key in ("then", "within")
    )

    def member(frame: Frame) -> cohort.Member:
        keys = (*(code(frame) for code in first), *(code(frame) for code in then))
        return cohort.Member(keys, tuple(c(frame) for c in further), tuple(c(frame) for c in within))

    return member


def belonging(run: Run, step: OverCohort, settings: cohort.Settings) -> dict[str, Value]:
    """By subject, whether it is in the cohort of a call; one of whom that cannot be said makes ranks provisional."""
    if settings.among == "all":
        return dict.fromkeys(run.frames, True)
    condition = membership(step.call)
    if condition is None:
        return {id_: run.eligible[id_] is True for id_ in run.frames}
    code = _condition(run, condition, step.subject)
    found: dict[str, Value] = {}
    for id_, frame in run.frames.items():
        found[id_] = kleene.decide([run.eligible[id_], code(frame)], False, [])
        if isinstance(found[id_], Undetermined):
            run.waiting[id_] = None
    return found


def value_outside(call: n.Call, belongs: Value, outside: Undetermined) -> Value:
    """What a rank is for somebody outside: undetermined; but not in the top of a cohort that one is not in."""
    if isinstance(belongs, Undetermined):
        return belongs
    return False if call.function.text == "top" and membership(call) is not None else outside


def _decide(run: Run) -> None:
    scheme = run.scheme
    rules = {r.id: _condition(run, r.condition, r.id) for r in scheme.rules if r.kind != "eligible"}
    levels = {
        level.name: _condition(run, level.condition, f"tier {level.name}")
        for level in scheme.ladder
        if level.condition is not None
    }
    outputs = run.program.outputs
    override = _override(run)
    for id_, frame in run.frames.items():
        conditions = Conditions(
            {rule: code(frame) for rule, code in rules.items()},
            {name: code(frame) for name, code in levels.items()},
        )
        run.conditions[id_] = conditions
        if scheme.exclusive and run.eligible[id_] is True:
            _refuse_overlap(run, id_, conditions)
        run.decisions[id_] = decide(
            scheme.ladder, scheme.rules, conditions, [frame.values[o] for o in outputs]
        )
        overriding = override(frame) if override is not None else None
        if overriding is not None:
            run.overrides[id_] = overriding


def _override(run: Run) -> Callable[[Frame], Overriding | None] | None:
    rule = run.scheme.override
    if rule is None:
        return None
    run.budget.spend(sum(run.program.cost(expr) for expr in rule.expressions) * len(run.frames))
    last_day = run.time.period.end if run.time.period is not None else run.time.end
    return compile_override(rule, run.program.code, last_day)


def _refuse_overlap(run: Run, id_: str, conditions: Conditions) -> None:
    """Levels that are declared exclusive may not both hold: where the checker could not tell, the run does (D33)."""
    own = [level for level in run.scheme.ladder if level.mode in {"if", "plain"}]
    held = [level for level in own if level_condition(level, run.scheme.rules, conditions, []) is True]
    if len(held) > 1:
        facts = {"first": held[0].name, "second": held[1].name, "witness": id_}
        raise DiagnosticError([Diagnostic("E-TIER-OVERLAP", facts, run.scheme.source, held[1].origin.span)])


# ------------------------------------------------------------------ results


def outcome_of(run: Run, header: Mapping[str, Any]) -> Outcome:
    """The results of a finished run, in order of id."""
    results = tuple(result_of(run, id_) for id_ in run.frames)
    undecided = {id_ for id_, value in run.eligible.items() if isinstance(value, Undetermined)}
    warnings = left_out(run.waiting, undecided)
    cohort_facts = {
        "size": len(run.frames),
        "eligible": sum(value is True for value in run.eligible.values()),
        "warnings": list(warnings),
    }
    return Outcome(results, {**header, "cohort": cohort_facts}, warnings, run.budget.spent)


def refuse_waiting(ids: Sequence[str]) -> None:
    """
    Refuse a cohort in which somebody's eligibility is undetermined.

    Raises:
        DiagnosticError: ``E-STRICT``.
    """
    if ids:
        raise refusal("E-STRICT", ids=quoted(ids[:10]), count=len(ids))


def left_out(waiting: Iterable[str], undecided: Container[str]) -> tuple[str, ...]:
    """
    What is said of those of whom it cannot be said whether they are in a cohort.

    Args:
        undecided: those of them whose eligibility is undetermined.
    """
    return tuple(
        f"eligibility of {id_} is undetermined; it is left out of the cohort"
        if id_ in undecided
        else f"it cannot be said whether {id_} is in a cohort (`among:`); it is left out of it"
        for id_ in waiting
    )


def result_of(run: Run, id_: str) -> Result:
    """The result of one subject of a finished run."""
    scheme, frame, subject = run.scheme, run.frames[id_], run.subjects[id_]
    eligible, decision = run.eligible[id_], run.decisions[id_]
    values = {name: public(frame.values[name]) for name in scheme.definitions}
    for kind, total_name in SUMS.items():
        if any(definition.kind == kind for definition in scheme.definitions.values()):
            values[total_name] = frame.values[total_name]
    warnings = _absorbed(frame, decision)
    if eligible is False:
        failed = (
            *(f"missing {name}" for name in subject.missing_gates),
            *_failed(run, id_, "eligible", False),
        )
        return Result(
            id_,
            "ineligible",
            None,
            values,
            failed,
            None,
            None,
            (),
            subject.assumed,
            warnings,
            False,
            False,
            run=run,
        )
    known = eligible is True
    status, causes = decision.status, decision.causes
    if isinstance(eligible, Undetermined):
        status, causes = "undetermined", union([eligible, *([decision.causes] if decision.causes else [])])

    def name(index: int | None) -> str | None:
        return None if index is None else scheme.ladder[index].name

    computed = name(decision.level) if status == "rated" else None
    overriding = run.overrides.get(id_)
    at_most, at_least = decision.at_most, decision.at_least
    lifted = False
    if overriding is not None:
        overridden, causes_of_it, at_most, at_least = _overridden(run, overriding, decision)
        if known:
            status, causes = overridden, causes_of_it
            lifted = decision.status == "vetoed" and overriding.unknown is None
    tier = name(at_most) if status == "rated" else None
    failed = (
        _failed(run, id_, "veto", True)
        if status == "vetoed" or lifted
        else _failed(run, id_, "require", False)
    )
    return Result(
        id=id_,
        status=status,
        tier=tier,
        values=values,
        failed=failed,
        at_most=name(at_most),
        at_least=name(at_least) if known else None,
        causes=causes.causes if causes is not None else (),
        assumed=subject.assumed,
        warnings=warnings,
        provisional=bool(run.waiting)
        and known
        and any(r.settings.among == "eligible" for r in run.ranked.values()),
        eligible=True if known else None,
        computed=computed,
        overriding=overriding if known else None,
        run=run,
    )


def _overridden(
    run: Run, overriding: Overriding, decision: Decision
) -> tuple[str, Undetermined | None, int | None, int | None]:
    """Status, causes, and the best and worst level that are possible, with an override beside the rules."""
    if overriding.unknown is None:
        assert overriding.level is not None
        index = overriding.level.index
        return "rated", None, index, index
    same = overriding.level is not None and decision.level == overriding.level.index
    if same and decision.status == "rated" and overriding.reason is not None:
        return "rated", None, decision.level, decision.level
    levels = [overriding.level.index] if overriding.level is not None else range(len(run.scheme.ladder))
    best = min([*levels, *([] if decision.at_most is None else [decision.at_most])])
    worst = None if decision.at_least is None else max([*levels, decision.at_least])
    return "undetermined", overriding.unknown, best, worst


def _failed(run: Run, id_: str, kind: str, failing: bool) -> tuple[str, ...]:
    rules = run.scheme.rules_of(kind)
    conditions = run.gates[id_] if kind == "eligible" else run.conditions[id_].rules
    return tuple(rule.title for rule in rules if conditions[rule.id] is failing)


def _absorbed(frame: Frame, decision: Decision) -> tuple[str, ...]:
    causes = union([*frame.absorbed, *decision.absorbed]).causes
    return tuple(dict.fromkeys(f"{cause} did not matter" for cause in causes))
