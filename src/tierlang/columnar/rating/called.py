"""
Calls over the cohort that columns cannot say, computed by the interpreter from what every member shows.

Only what the call sees of a member leaves the engine: the values that are ranked or gathered, groups, and whether it is one.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.values import Single
from tierlang.columnar.lowering.cohort import Seen, seen_by
from tierlang.columnar.lowering.expressions import Given
from tierlang.columnar.lowering.patterns import OWN_CAUSES
from tierlang.columnar.lowering.query import value_of
from tierlang.columnar.rating.interpreted import Column, Part, plan_before, stored
from tierlang.plan.steps import OverCohort
from tierlang.run.cohort import STATISTICS, Member, Settings, compute
from tierlang.run.interpret import value_outside
from tierlang.run.values import Undetermined, Value, undetermined

if TYPE_CHECKING:
    from tierlang.columnar.rating.rate import Rating

UNKNOWN = undetermined(OWN_CAUSES, "", "")
"""A value that a member does not have; why, is known where its words are said (patterns.py)."""


def given_of_call(
    rating: "Rating", part: Part, step: OverCohort, given: Mapping[int, Given], table: str
) -> dict[int, Given]:
    """
    Let the interpreter compute a call over the cohort, and join what comes out to the scan of the subjects.

    Args:
        given: what has been computed so before.
        table: a name for the table of the values.

    Raises:
        Beyond: columns cannot say what the call sees of the members, or a number that comes out has more than 128 bits.
    """
    column = Column(rating.scheme.expression_types[id(step.call)])
    return stored(rating, [part], [column], table, _rows(column, *_computed(rating, step, given)))


def _computed(
    rating: "Rating", step: OverCohort, given: Mapping[int, Given]
) -> tuple[Sequence[str], Sequence[Value]]:
    """The ids of all subjects, and what the call is worth for each."""
    call = step.call
    lowerer = rating.lowerer(given)
    lowerer.lower(plan_before(rating.prepared, [call]))
    seen = seen_by(lowerer, call)
    inside, outside = _Some(), _Some()
    cells = [seen.belongs, *(cell for value in seen.singles for cell in value.cells)]
    for id_, belongs, *values in rating.backend.read(lowerer.scope.relation, cells):
        some = inside if belongs else outside
        some.ids.append(id_)
        some.members.append(_member(rating, seen, values))
        some.belongs.append(UNKNOWN if belongs is None else belongs)
    fact = call.function.text in STATISTICS
    settings = Settings.of(call, rating.scheme.ranking)
    results = compute(call, inside.members, settings, "", step.subject, outside.members if fact else [])
    others = [] if fact else [value_outside(call, belongs, UNKNOWN) for belongs in outside.belongs]
    return [*inside.ids, *outside.ids], [*results, *others]


@attrs.frozen
class _Some:
    """Some subjects: ids, what the call sees of them, whether they are in its cohort."""

    ids: list[str] = attrs.field(factory=list)
    members: list[Member] = attrs.field(factory=list)
    belongs: list[Value] = attrs.field(factory=list)


def _member(rating: "Rating", seen: Seen, cells: Sequence[Any]) -> Member:
    """A subject as the call sees it."""
    left = iter(cells)

    def taken(values: Sequence[Single]) -> tuple[Value, ...]:
        found = (value_of(v, list(itertools.islice(left, len(v.cells))), rating.scheme) for v in values)
        return tuple(UNKNOWN if value is None else value for value in found)

    values, then, further, within = map(taken, (seen.values, seen.then, seen.further, seen.within))
    return Member((*values, *then), further, within)


def _rows(column: Column, ids: Sequence[str], results: Sequence[Value]) -> Iterator[list[Any]]:
    for id_, value in zip(ids, results, strict=True):
        told = None
        if isinstance(value, Undetermined) and value != UNKNOWN:
            told = " ".join(cause.code for cause in value.causes)
        column.tells |= told is not None
        yield [id_, *column.stored(value), told]
