"""The interpreter as engine for tables: every subject is read and interpreted, and the results are held beside the tables."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.relation import KEY
from tierlang.columnar.engines.duck import TYPES, insert_all
from tierlang.columnar.lowering.patterns import UNBOUNDED
from tierlang.columnar.rating.decimals import MOST, digits_for
from tierlang.columnar.rating.output import headings_of, result_columns, words_of
from tierlang.columnar.rating.rate import Closing
from tierlang.columnar.sql.text import quoted
from tierlang.diagnostics.model import nearest
from tierlang.run.budget import Budget
from tierlang.run.interpret import interpret, outcome_of
from tierlang.run.prepared import Prepared
from tierlang.run.result import DECIMALS, Outcome, Result, decimal_text, exact_text
from tierlang.run.subjects import Subject
from tierlang.run.values import Undetermined
from tierlang.types import BoolType, DateType, NumberType, Type

TABLE = "tier_whole"


@attrs.define(eq=False)
class Whole(Closing):
    """
    The results of the interpreter for a whole table.

    Attributes:
        connection: where `select` puts them.
        id_type: the integer type of ids in results, as DuckDB calls it; None for texts.
        is_closed: whether its tables were let go.
    """

    prepared: Prepared
    connection: Any
    outcome: Outcome
    by_id: Mapping[str, Result]
    id_type: str | None = None
    is_closed: bool = False
    _has_table: bool = attrs.field(default=False, init=False)

    @classmethod
    def of(
        cls, prepared: Prepared, connection: Any, subjects: Sequence[Subject], id_type: str | None
    ) -> "Whole":
        """Interpret all subjects of a table, in order of id."""
        run = interpret(prepared.program(), subjects, Budget(UNBOUNDED))
        outcome = outcome_of(run, prepared.header)
        return cls(prepared, connection, outcome, {result.id: result for result in outcome.results}, id_type)

    def results(self, ids: Sequence[str] | None = None) -> Iterator[Result]:
        """The result of every subject, or of some, in order of id."""
        if ids is None:
            return iter(self.outcome.results)
        return (self.by_id[id_] for id_ in sorted(ids) if id_ in self.by_id)

    def named(self, column: str) -> str:
        """A column of the results in a statement."""
        return quoted(column)

    def ids_like(self, id_: str) -> list[str]:
        """Some ids that look like another one."""
        return list(nearest(id_, self.by_id, 3))

    def select(self, *, texts: bool = False) -> str:
        """What gives all results, in the columns of output.py; *texts*: ids are texts, whatever the data hold."""
        if not self._has_table:
            self._make_table()
            self._has_table = True
        if texts or self.id_type is None:
            return f"SELECT * FROM {TABLE}"
        return f"SELECT * REPLACE (CAST({KEY} AS {self.id_type}) AS {KEY}) FROM {TABLE}"

    def _make_table(self) -> None:
        columns = [(name, kind) for name, kind in self._kinds().items()]
        declared = [(KEY, "VARCHAR"), *((name, TYPES[kind]) for name, kind in result_columns())]
        headings = headings_of(name for name, _ in columns)
        declared += [
            part
            for name, kind in columns
            for part in _declared(headings[name], kind, self._digits(name, kind))
        ]
        rows = (self._row(result, columns) for result in self.outcome.results)
        insert_all(self.connection, TABLE, declared, rows)

    def _kinds(self) -> dict[str, Type]:
        types = {name: definition.type for name, definition in self.prepared.scheme.definitions.items()}
        names = list(self.outcome.results[0].values) if self.outcome.results else list(types)
        return {name: types.get(name, NumberType()) for name in names}

    def _digits(self, name: str, kind: Type) -> int:
        """The digits of a column of numbers, by what stands in it."""
        if not isinstance(kind, NumberType):
            return 0
        most: int | Fraction = 0
        for result in self.outcome.results:
            value = result.values[name]
            if isinstance(value, int | Fraction):
                most = max(most, value, -value)
        return digits_for(most)

    def _row(self, result: Result, columns: Sequence[tuple[str, Type]]) -> list[Any]:
        values = [part for name, kind in columns for part in _written(result.values[name], kind)]
        return [result.id, *words_of(result), *values]


def _declared(headings: tuple[str, str], kind: Type, digits: int) -> list[tuple[str, str]]:
    shown, exact = map(quoted, headings)
    if isinstance(kind, NumberType):
        return [(shown, f"DECIMAL({digits},{DECIMALS})"), (exact, "VARCHAR")]
    return [
        (
            shown,
            "BOOLEAN" if isinstance(kind, BoolType) else "DATE" if isinstance(kind, DateType) else "VARCHAR",
        )
    ]


def _written(value: Any, kind: Type) -> list[Any]:
    """One value: for a number a decimal, and the exact one as text where that is rounded."""
    known = not isinstance(value, Undetermined)
    if not isinstance(kind, NumberType):
        return [value if known else None]
    if not known or not isinstance(value, int | Fraction):
        return [None, None]
    text, cut = decimal_text(value)
    fits = abs(value) < MOST
    return [text if fits else None, exact_text(value) if cut or not fits else None]
