"""
The interpreter's word on subjects of whom something is undetermined.

What is said of such a subject, its causes, warnings and bounds, follows from which values are undetermined and which
conditions hold. So subjects that agree in this need not all be asked: the interpreter looks at one of each pattern, with
the standing of its cohort calls supplied, and the others get the same words.
"""

from collections.abc import Mapping, Sequence

from tierlang.plan.steps import OverCohort
from tierlang.run import cohort
from tierlang.run.budget import Budget
from tierlang.run.interpret import Ranked, Run, belonging, interpret, member_code, value_outside
from tierlang.run.prepared import Prepared
from tierlang.run.subjects import Subject
from tierlang.run.values import Undetermined, Value, undetermined, union

UNBOUNDED = 2**62
"""A budget for work that the number of subjects bounds."""

Facts = Mapping[str, Mapping[int, Value | None]]
"""
By subject and by ``id`` of a cohort call's node: what the call is worth; None where it is undetermined because of what the
subject shows, else the codes of its causes, OWN_CAUSES among them.
"""


def look_at(prepared: Prepared, subjects: Sequence[Subject], facts: Facts, *, waiting: Sequence[str]) -> Run:
    """
    Interpret some subjects of a cohort as if all its members were there.

    Args:
        facts: of each of *subjects*.
        waiting: the ids of those whose eligibility is undetermined.
    """

    def supply(run: Run, step: OverCohort) -> None:
        _supply(run, step, facts)

    run = interpret(prepared.program(), subjects, Budget(UNBOUNDED), over_cohort=supply)
    run.waiting = dict.fromkeys(waiting)
    return run


def _supply(run: Run, step: OverCohort, facts: Facts) -> None:
    """What one call over the cohort is worth for each subject; where it is undetermined, why."""
    call = step.call
    settings = cohort.Settings.of(call, run.scheme.ranking)
    member = member_code(run.program, step)
    place = run.program.compiler.place(call)
    outside = undetermined("not-ranked", step.subject, place)
    fact = call.function.text in cohort.STATISTICS
    for id_, belongs in belonging(run, step, settings).items():
        frame = run.frames[id_]
        if belongs is not True and not fact:
            frame.calls[id(call)] = value_outside(call, belongs, outside)
            continue
        seen, value = member(frame), facts[id_][id(call)]
        if isinstance(value, Undetermined):
            codes = [cause.code for cause in value.causes]
            causes = [undetermined(code, step.subject, place) for code in codes if code != OWN_CAUSES]
            value = union([*(seen.keys if OWN_CAUSES in codes else ()), *causes])
        elif value is None and fact:
            value = _no_fact(call.function.text, seen, undetermined("empty", step.subject, place))
        elif value is None:
            value = _no_rank(seen, settings)
        frame.calls[id(call)] = value
    run.ranked[id(call)] = Ranked(settings, lambda: ((), ()))


OWN_CAUSES = "own"
"""Stands for the causes of a subject's own value, where something is told of a call over the cohort."""


def _no_fact(name: str, member: cohort.Member, empty: Undetermined) -> Undetermined:
    """Why a fact about the cohort cannot be known to a subject, where nothing is told of it."""
    if any(isinstance(key, Undetermined) for key in member.group):
        return union(member.group)
    if name == "zscore":
        return union(member.keys)
    if any(isinstance(argument, Undetermined) for argument in member.arguments):
        return union(member.arguments)
    return union((*member.keys, empty))


def _no_rank(member: cohort.Member, settings: cohort.Settings) -> Undetermined:
    """Why a member of the cohort has no place."""
    if any(isinstance(key, Undetermined) for key in member.group):
        return union(member.group)
    if settings.missing == "exclude" and any(isinstance(key, Undetermined) for key in member.keys):
        return union(member.keys)
    assert any(isinstance(argument, Undetermined) for argument in member.arguments)
    return union(member.arguments)
