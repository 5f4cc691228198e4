"""A lowered scheme as the columns of a result: what every subject gets, and who must be looked at by the interpreter."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme, Rule
from tierlang.columnar.columns.cells import (
    FALSE,
    Cell,
    case,
    coalesce,
    columns_in,
    compare,
    constant,
    either,
    integer,
    is_null,
    when,
)
from tierlang.columnar.columns.numbers import Num
from tierlang.columnar.columns.relation import KEY, Named, Names, Relation, needed
from tierlang.columnar.columns.values import Plain, Single
from tierlang.columnar.lowering.bind import Bound
from tierlang.columnar.lowering.decision import (
    as_bits,
    as_digits,
    either_of,
    failing,
    outcome_of,
    overlapping,
)
from tierlang.columnar.lowering.expressions import Given
from tierlang.columnar.lowering.lower import Lowerer
from tierlang.columnar.sql.statement import Stage, Statement
from tierlang.columnar.sql.writer import Writer
from tierlang.plan.steps import OverCohort
from tierlang.run.interpret import SUMS
from tierlang.run.prepared import Prepared
from tierlang.run.values import Level, Value, normal

CLEAN, MARKED, LONE = 0, 1, 2
"""
States of a subject. CLEAN: nothing is undetermined. MARKED: something is, and its causes follow from the pattern of what is
missing, so that the interpreter looks at one subject of each pattern. LONE: its causes depend on data, and it is looked at alone.
"""

OUTCOME, STATE, ELIGIBILITY, OVERLAP = "outcome", "state", "eligible_or_not", "overlap"


@attrs.frozen
class Query:
    """
    What is selected for every subject, and how to read it.

    Attributes:
        columns: after KEY.
        failed, assumed: what the bits of the columns ``failed…`` and ``assumed…`` stand for, in order.
        patterns: names of the columns that tell patterns apart.
        values, calls: results by name, and by ``id`` of the call's node; those that no column holds are undetermined.
        waiting: columns that say of whom it is not known whether they are in a cohort that a condition chooses.
        of_each_row: whether the result of everybody follows from one row alone: no rank, no child rows, nothing undetermined.
        value_places, call_places: where their cells stand among KEY and *columns*; *positions* the same for all columns.
    """

    lowerer: Lowerer
    columns: Sequence[Named]
    failed: Sequence[Rule | str]
    assumed: Sequence[str]
    patterns: Sequence[str]
    values: Mapping[str, Single]
    calls: Mapping[int, Single]
    value_places: Mapping[str, Sequence[int]]
    call_places: Mapping[int, Sequence[int]]
    positions: Mapping[str, int]
    exclusive: bool
    nullable_eligibility: bool
    waiting: Sequence[str]
    of_each_row: bool

    def text(
        self,
        writer: Writer,
        scans: Mapping[str, str],
        *,
        counting: bool = False,
        stage: Callable[[str], Stage] | None = None,
    ) -> str:
        """
        The whole statement.

        Args:
            counting: window functions may be computed by counting.
            stage: holds what is computed before somebody is ranked, so that one can see how many different values there are.
        """
        statement = Statement(writer, scans, self.lowerer.members if counting else 0, stage=stage)
        wanted = [name for named in self.columns for name in columns_in(named.cell)]
        last = statement.chain(self.lowerer.scope.relation, wanted)
        lines = [KEY, *map(writer.column, self.columns)]
        return statement.text("SELECT " + ",\n       ".join(lines) + f"\nFROM {writer.name(last)}")


def lowerer_of(prepared: Prepared, bound: Bound, given: Mapping[int, Given]) -> Lowerer:
    """What lowers a scheme for the data of one run."""
    supplied = prepared.supplied
    return Lowerer(
        names=Names(set(bound.names.used)),
        scheme=prepared.scheme,
        time=prepared.time,
        constants=supplied.constants,
        tables=supplied.tables,
        dated=supplied.dated,
        inputs=bound.inputs,
        gates=bound.gates,
        members=max(1, bound.members),
        given=given,
        texts=bound.texts,
    )


def query_of(prepared: Prepared, bound: Bound, given: Mapping[int, Given]) -> Query:
    """
    Lower a scheme for the data of one run.

    Args:
        given: what the interpreter has computed, see interpreted.py.

    Raises:
        Beyond: a part of it cannot be said in columns.
    """
    scheme, plan = prepared.scheme, prepared.plan
    lowerer = lowerer_of(prepared, bound, given)
    lowerer.lower(plan)
    relation, failed = lowerer.scope.relation, failing(lowerer)
    state = state_of(lowerer, lowerer.override.possible)
    held_state = relation.share(state, STATE)
    marked = compare("!=", held_state, constant(CLEAN))
    patterns = [] if state == constant(CLEAN) else _patterns(lowerer, bound, marked)
    belonging = [is_null(cell) for cell in lowerer.belonging if cell.nullable]
    columns = [
        Named(OUTCOME, outcome_of(lowerer)),
        *_bits(relation, "failed", [cell for _, cell in failed]),
        *_bits(relation, "assumed", [cell for _, cell in bound.assumed]),
        Named(STATE, held_state),
        *patterns,
        *_counts(lowerer, bound),
        *([Named(ELIGIBILITY, lowerer.eligible)] if lowerer.eligible.nullable else []),
        *(Named(f"waiting_{i}", cell) for i, cell in enumerate(belonging)),
        *([Named(OVERLAP, overlapping(lowerer))] if scheme.exclusive else []),
    ]
    values = {name: lowerer.values[name] for name in _shown(scheme)}
    calls = {id(s.call): lowerer.calls[id(s.call)] for s in plan.steps if isinstance(s, OverCohort)}
    names = Names({KEY, *(named.name for named in columns)})
    value_places, call_places = {}, {}
    for name, value in values.items():
        value_places[name] = _append(columns, names, name, value.cells)
    for number, key in enumerate(calls):
        call_places[key] = _append(
            columns, names, f"call_{number}", [when(marked, cell) for cell in lowerer.cells_of_call(key)]
        )
    return Query(
        lowerer=lowerer,
        columns=columns,
        failed=[rule for rule, _ in failed],
        assumed=[label for label, _ in bound.assumed],
        patterns=[named.name for named in patterns],
        values=values,
        calls=calls,
        value_places=value_places,
        call_places=call_places,
        positions={named.name: i for i, named in enumerate(columns, 1)},
        exclusive=scheme.exclusive,
        nullable_eligibility=lowerer.eligible.nullable,
        waiting=[f"waiting_{i}" for i in range(len(belonging))],
        of_each_row=state == constant(CLEAN) and _is_of_each_row(relation, columns),
    )


def _bits(relation: Relation, name: str, cells: list[Cell]) -> list[Named]:
    """Yes or no for each label of a kind, packed into as few numbers as there can be."""
    return [Named(f"{name}_{i}", cell) for i, cell in enumerate(as_bits(relation, cells))]


def _patterns(lowerer: Lowerer, bound: Bound, marked: Cell) -> list[Named]:
    """What tells apart the subjects of whom something is undetermined: its causes differ only where one of these does."""
    scope = lowerer.scope
    told = dict.fromkeys([*scope.gaps, *scope.lone, *scope.truths, *(cell for _, cell in bound.assumed)])
    found = [
        Named(f"pattern_{i}", when(marked, cell))
        for i, cell in enumerate(as_digits(scope.relation, list(told)))
    ]
    digits = len(found)
    for i, cell in enumerate(dict.fromkeys(scope.texts)):
        name = f"text_{i}" if cell.kind == "text" else f"pattern_{digits + i}"
        found.append(Named(name, when(marked, cell)))
    return found


def _counts(lowerer: Lowerer, bound: Bound) -> Iterator[Named]:
    """How many rows each subject has in the lists that nobody has counted yet."""
    for number, rows in enumerate(bound.lists):
        aggregate = lowerer.rows_of(rows).aggregate
        assert aggregate is not None
        counted = aggregate.gather(integer("count_all", (), 0, aggregate.most, True))
        yield Named(f"count_{number}", coalesce([counted, constant(0)]))


def _append(columns: list[Named], names: Names, name: str, cells: Sequence[Cell]) -> list[int]:
    """Select some cells; returns their places."""
    ends = ["", "_denominator", "_told"]
    places = []
    for cell, end in zip(cells, ends, strict=False):
        found = next((i for i, named in enumerate(columns, 1) if named.cell == cell), None)
        if found is None:
            columns.append(Named(names.fresh(name + end), cell))
        places.append(found or len(columns))
    return places


def _is_of_each_row(relation: Relation, columns: Sequence[Named]) -> bool:
    """Whether some columns follow from one row of the subjects alone."""
    cells = [named.cell for named in columns]
    windows, _ = relation.after(cells)
    used = needed(relation, [name for cell in cells for name in columns_in(cell)])
    return windows == 0 and all(named.name not in used for a in relation.aggregates for named in a.columns)


def _shown(scheme: CheckedScheme) -> list[str]:
    """The names whose values a result lists."""
    kinds = {definition.kind for definition in scheme.definitions.values()}
    return [*scheme.definitions, *(total for kind, total in SUMS.items() if kind in kinds)]


def state_of(lowerer: Lowerer, overridden: Cell) -> Cell:
    """
    Whether anything of a subject is undetermined, and whether its causes depend on data.

    Args:
        overridden: whether it must be looked at because of an override.
    """
    lone = list(lowerer.scope.lone)
    for scope in lowerer.scopes:
        gap = either([*scope.gaps, *scope.lone, *scope.told])
        if gap != FALSE and scope.aggregate is not None:
            rows = integer("count", (when(gap, constant(1)),), 0, scope.aggregate.most, True)
            gathered = scope.aggregate.gather(rows)
            lone.append(compare(">", coalesce([gathered, constant(0)]), constant(0)))
    marked = either_of(lowerer.scope.relation, [*lowerer.scope.gaps, *lowerer.scope.told, overridden])
    return case(
        [(either_of(lowerer.scope.relation, lone), constant(LONE)), (marked, constant(MARKED))],
        constant(CLEAN),
    )


# ------------------------------------------------------------------ reading results


def value_at(value: Single, cells: Sequence[Any], levels: Sequence[str]) -> Any:
    """
    A value as results show it, None where it is undetermined.

    Args:
        cells: what stands in its columns.
    """
    if not cells or any(cell is None for cell in cells):
        return None
    if isinstance(value, Num):
        bottom = cells[1] if len(cells) > 1 else 1
        return normal(Fraction(cells[0], bottom * 10**value.scale))
    assert isinstance(value, Plain)
    return plain_at(value.kind, cells[0], levels)


def value_of(value: Single, cells: Sequence[Any], scheme: CheckedScheme) -> Value | None:
    """A value as the interpreter has it, None where it is undetermined; *cells* stand in its columns."""
    ladder = scheme.level_names
    shown: Value | None = value_at(value, cells, ladder)
    is_level = isinstance(shown, str) and isinstance(value, Plain) and value.kind == "tier"
    return Level(str(shown), ladder.index(str(shown))) if is_level else shown


def plain_at(kind: str, cell: Any, levels: Sequence[str]) -> Any:
    """A truth value, text, day or level as results show it."""
    import datetime

    match kind:
        case "date":
            return datetime.date.fromordinal(cell)
        case "tier":
            return levels[-cell]
        case _:
            return cell
