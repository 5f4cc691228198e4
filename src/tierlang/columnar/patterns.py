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
"""By subject and by ``id`` of a cohort call's node: what the call is worth; None where it is undetermined."""


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
    outside = undetermined("not-ranked", step.subject, run.program.compiler.place(call))
    for id_, belongs in belonging(run, step, settings).items():
        frame = run.frames[id_]
        if belongs is not True:
            frame.calls[id(call)] = value_outside(call, belongs, outside)
            continue
        seen, value = member(frame), facts[id_][id(call)]
        frame.calls[id(call)] = _reason(seen, settings) if value is None else value
    run.ranked[id(call)] = Ranked(settings, lambda: ((), ()))


def _reason(member: cohort.Member, settings: cohort.Settings) -> Value:
    """Why a member of the cohort has no value."""
    if any(isinstance(key, Undetermined) for key in member.group):
        return union(member.group)
    if settings.missing == "exclude" and any(isinstance(key, Undetermined) for key in member.keys):
        return union(member.keys)
    assert any(isinstance(argument, Undetermined) for argument in member.arguments)
    return union(member.arguments)
