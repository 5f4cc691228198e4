"""One SQL statement for a warehouse, and the plan behind it, from the declarations of a scheme alone."""

from collections.abc import Iterator, Mapping, Sequence

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import (
    AGGREGATES,
    WINDOWS,
    Cell,
    both,
    columns_in,
    compare,
    constant,
    inverse,
)
from tierlang.columnar.columns.levels import numbers_of
from tierlang.columnar.columns.numbers import Num
from tierlang.columnar.columns.relation import KEY, SUBJECTS, Named, Relation, called, needed
from tierlang.columnar.columns.values import ListOf, Plain, Single
from tierlang.columnar.lowering.decision import STATUS, outcome_of
from tierlang.columnar.lowering.expressions import Given
from tierlang.columnar.lowering.lower import Lowerer
from tierlang.columnar.lowering.query import OUTCOME, STATE, lowerer_of, state_of
from tierlang.columnar.rating.interpreted import Part, parts_beyond
from tierlang.columnar.sql.dialects import DUCKDB, Dialect
from tierlang.columnar.sql.statement import Statement, listed
from tierlang.columnar.sql.writer import Writer
from tierlang.columnar.warehouse.checks import checks_text, tables_of
from tierlang.columnar.warehouse.declared import Declared
from tierlang.run.prepared import Prepared


@attrs.frozen
class Lowered:
    """
    A scheme lowered from its declarations.

    Attributes:
        outcome, state: what came out, and whether anything of a subject is undetermined.
        interpreted: what the interpreter computes; then the columns ``given_0``, ``given_1`` … hold it.
    """

    prepared: Prepared
    declared: Declared
    lowerer: Lowerer
    outcome: Cell
    state: Cell
    interpreted: Sequence[Part]

    @property
    def relation(self) -> Relation:
        """The subjects' chain."""
        return self.lowerer.scope.relation

    @property
    def values(self) -> Mapping[str, Single]:
        """The definitions by name."""
        return {name: self.lowerer.values[name] for name in self.prepared.scheme.definitions}


def lowered(prepared: Prepared, dialect: Dialect = DUCKDB, *, whole: bool = True) -> Lowered:
    """
    Lower a scheme for a period, without data.

    Args:
        whole: refuse what columns cannot say; else expressions of the subjects are left to the interpreter.

    Raises:
        Beyond: a part of it cannot be said in columns.
    """
    declared = Declared(prepared.scheme, prepared.time, dialect)
    bound = declared.bind()
    given: dict[int, Given] = {}
    parts: list[Part] = []
    if not whole:
        parts = parts_beyond(lowerer_of(prepared, bound, {}), prepared.plan)
        given = {id(part.node): declared.given(part.node, f"given_{i}") for i, part in enumerate(parts)}
    lowerer = lowerer_of(prepared, bound, given)
    lowerer.annotated = True
    lowerer.lower(prepared.plan)
    for table, cells in declared.broken.items():
        rows = bound.inputs.get(table)
        scope = lowerer.rows_of(rows) if isinstance(rows, ListOf) else lowerer.scope
        scope.gaps += cells
    relation = lowerer.scope.relation
    lowerer.names.topic = OUTCOME
    outcome = relation.share(outcome_of(lowerer), OUTCOME, _outcome_note(prepared))
    lowerer.names.topic = "gap"
    override = lowerer.override
    overridden = both([override.possible, inverse(override.surely)])
    state = relation.share(state_of(lowerer, overridden), STATE, _STATE_NOTE)
    found = Lowered(prepared, declared, lowerer, outcome, state, parts)
    told = [outcome, state, *(cell for value in found.values.values() for cell in value.cells)]
    declared.keep(needed(relation, (name for cell in told for name in columns_in(cell))))
    return found


_STATE_NOTE = "0: all is known; 1 and 2: something is missing or undetermined"


def _outcome_note(prepared: Prepared) -> str:
    """What the numbers of an outcome stand for."""
    levels = {i: level.name for i, level in enumerate(prepared.scheme.ladder)} or {0: "rated"}
    return ", ".join(f"{code} {word}" for code, word in {**levels, **STATUS}.items())


def statement_of(found: Lowered, dialect: Dialect, tables: Mapping[str, str]) -> str:
    """
    The statement.

    Args:
        tables: what the tables of the subjects and of each list are called; by default as the list, and `subjects`.
    """
    writer = Writer(attrs.evolve(dialect, smaller=()), lines=True)
    tables = found.declared.tables(tables)
    statement = Statement(writer, found.declared.scans(tables), taken=tables.values())
    source = "r" if dialect.aliases_first else ""
    columns = list(_columns(found, attrs.evolve(writer, source=source)))
    wanted = [name for cell, _ in columns for name in columns_in(cell)]
    last = statement.chain(found.relation, wanted)
    lines = listed([writer.name(KEY), *(text for _, text in columns)])
    return (
        "\n".join(_head(found, dialect, tables))
        + "\n"
        + statement.text(f"SELECT {lines}\nFROM {writer.name(last)}{source and f' AS {source}'}")
        + _ending(dialect)
    )


def _ending(dialect: Dialect) -> str:
    return f"\n{dialect.ending}\n" if dialect.ending else "\n"


def _title(found: Lowered, dialect: Dialect, what: str = "") -> str:
    scheme, period = found.prepared.scheme, found.prepared.time.period
    version = f" version {scheme.version.name}" if scheme.version.name else ""
    parts = [f"{scheme.id or scheme.source.name}{version}", *([period.label] if period else [])]
    return f"-- {', '.join([*parts, *([what] if what else []), f'for {dialect.name}'])}"


def _preview(dialect: Dialect) -> Iterator[str]:
    if not dialect.executed:
        yield "-- Preview: statements of this dialect are parsed by the tests of tier, not run."


def _head(found: Lowered, dialect: Dialect, tables: Mapping[str, str]) -> Iterator[str]:
    yield _title(found, dialect)
    yield from _preview(dialect)
    yield "-- One row for each subject; numbers are whole, `NAME_times_100` is a hundred times NAME, and a quotient has two columns."
    yield "-- Where `needs_interpreter` is true something is missing or undetermined: only `tier rate` can say what follows."
    yield "-- The result is exact if every column holds what is written here, ids are unique and all child rows have their subject:"
    for name, columns in found.declared.expected.items():
        table, most = tables[name], f"{found.declared.maxima[name]:_}"
        most = (
            f"at most {most} rows" if name == SUBJECTS else f"whose row it is; at most {most} rows for each"
        )
        yield f"--   {table}.{KEY}: {most}"
        for part in columns:
            yield f"--   {table}.{part.heading}: {part.words}{', never missing' if part.required else ''}"


def checks_of(found: Lowered, dialect: Dialect, tables: Mapping[str, str]) -> str:
    """A statement that gives a row for everything which does not hold of what the head of `statement_of` says."""
    writer = Writer(dialect)
    declared = found.declared
    checked = tables_of(declared.expected, declared.tables(tables), declared.maxima, writer, KEY)
    head = [
        _title(found, dialect, "checks of the data"),
        *_preview(dialect),
        "-- One row for each thing that does not hold: where, what was expected, how many rows are otherwise, the least id.",
        "-- No row: the statement that rates gives exact results.",
    ]
    return "\n".join(head) + "\n" + checks_text(checked, checked[0], writer) + _ending(dialect)


def _columns(found: Lowered, writer: Writer) -> Iterator[tuple[Cell, str]]:
    ladder = found.prepared.scheme.ladder
    outcome, state = writer.cell(found.outcome), found.state
    marked = writer.cell(compare("!=", state, constant(0)))
    open_ = [f"WHEN {marked} THEN NULL"]
    arms = [f"WHEN {outcome} = {code} THEN {writer.text(word)}" for code, word in STATUS.items()]
    yield found.outcome, _choice([*open_, *arms, "ELSE 'rated'"]) + " AS status"
    levels = [f"WHEN {outcome} = {i} THEN {writer.text(level.name)}" for i, level in enumerate(ladder)]
    if levels:
        yield found.outcome, _choice([*open_, *levels]) + " AS tier"
    yield state, f"{marked} AS needs_interpreter"
    taken = {KEY, "status", "tier", "needs_interpreter"}
    for name, value in found.values.items():
        for cell, alias in zip(value.cells, _aliases(name, value), strict=False):
            heading = alias
            while heading.lower() in taken:  # most engines take X for x
                heading += "_value"
            taken.add(heading.lower())
            yield cell, _shown(found, writer, value, Named(heading, cell))


def _shown(found: Lowered, writer: Writer, value: Single, named: Named) -> str:
    """A value as people read it: days as dates, levels by name, numbers as the integers that they are computed in."""
    name = writer.name(named.name)
    match value:
        case Plain(kind="date"):
            return f"{writer.dialect.date_of.format(writer.inner(named.cell))} AS {name}"
        case Plain(kind="tier"):
            cell, numbers = writer.inner(named.cell), numbers_of(found.prepared.scheme.level_names)
            arms = [f"WHEN {cell} = {number} THEN {writer.text(level)}" for level, number in numbers.items()]
            return f"{_choice(arms)} AS {name}"
        case _:
            return writer.column(named)


def _choice(arms: Sequence[str]) -> str:
    return "\n     ".join(["CASE", *arms]) + "\nEND"


def _aliases(name: str, value: Single) -> Sequence[str]:
    if not isinstance(value, Num):
        return [name]
    times = f"_times_{10**value.scale}" if value.scale else ""
    return (
        [name + times] if value.denominator is None else [f"{name}{times}_numerator", f"{name}_denominator"]
    )


# ------------------------------------------------------------------ the plan


def plan_of(found: Lowered) -> str:
    """The plan as text: every column with what it is computed from, and what it provably is."""
    relation, writer = found.relation, Writer(DUCKDB)
    lines = []
    for table in found.declared.columns:
        lines.append(f"scan {called(table)}")
        lines += [f"  {part.heading}: {part.words}" for part in found.declared.expected[table]]
    if found.interpreted:
        lines.append("let the interpreter compute; the intervals are then those of the data")
    for number, part in enumerate(found.interpreted):
        lines.append(f"  given_{number} : because {part.reason.en}")
    for aggregate in relation.aggregates:
        reads = f" with {', '.join(aggregate.rows.outer)} of its subject" if aggregate.rows.outer else ""
        lines.append(f"for each row of {aggregate.rows.name}{reads}")
        lines += [_line(named, writer) for named in aggregate.rows.columns.values()]
        lines.append(f"gather {aggregate.rows.name} by subject")
        lines += [_line(named, writer) for named in aggregate.columns]
    position = None
    for named in sorted(relation.columns.values(), key=lambda n: relation.position(n.name)):
        if relation.position(named.name) != position:
            position = relation.position(named.name)
            lines.append("rank" if named.cell.op in WINDOWS else "compute")
        lines.append(_line(named, writer))
    peak = max((cell.size for cell in _all_cells(found) if cell.kind == "int"), default=0)
    lines.append(f"widest number: {peak.bit_length() + 1} bits")
    return "\n".join(lines) + "\n"


def _line(named: Named, writer: Writer) -> str:
    cell = named.cell
    kind = cell.kind if cell.kind != "int" else f"int{128 if cell.wide else 64} {cell.low:_}..{cell.high:_}"
    over = " over child rows" if cell.op in AGGREGATES else ""
    return f"  {named.name} : {kind}{'?' if cell.nullable else ''}{over} = {writer.cell(cell)}"


def _all_cells(found: Lowered) -> Iterator[Cell]:
    stack = [named.cell for named in found.relation.columns.values()]
    for aggregate in found.relation.aggregates:
        stack += [named.cell for named in (*aggregate.columns, *aggregate.rows.columns.values())]
    while stack:
        cell = stack.pop()
        yield cell
        stack.extend(cell.cells)
