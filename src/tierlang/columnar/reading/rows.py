"""Rows of tables for the readers of the interpreter: whoever is not surely good is refused by them, or taken; and single subjects."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import CheckedScheme
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.columns.relation import SUBJECTS
from tierlang.columnar.lowering.bind import ORDER
from tierlang.columnar.reading.kinds import CELLS, INTEGERS
from tierlang.columnar.reading.source import Connection, Scanned, Source
from tierlang.columnar.sql.text import quoted, text_literal
from tierlang.data.parquet import raw_of
from tierlang.data.places import value_at, with_value
from tierlang.data.problems import DataProblem, Problems, shorten
from tierlang.data.raw import Raw, read_id
from tierlang.diagnostics.model import DataPlace, DiagnosticError, nearest, refusal
from tierlang.diagnostics.model import quoted as diagnostics_quoted
from tierlang.run.subjects import Subject, SubjectReader
from tierlang.run.windows import TimeFrame
from tierlang.types import ListType, RecordType, SeriesType

ASKED = "tier_asked"
"""The table of the ids of those who are read one by one."""
NOWHERE = "\0"
"""The file of what a reader says of columns that it was not given."""
SHOWN = 100
"""Bad rows that are shown."""


@attrs.define(eq=False)
class Rows:
    """
    Tables whose rows can be given to the readers of the interpreter.

    Attributes:
        sources: SUBJECTS first; child rows by the list's name.
        id_column: the heading over the ids; in child tables also ``subject`` or ``id``.
        ignore: headings that are left out, ``*`` for all unknown ones.
        columns: those that are read, by table; *keys* the heading of its ids; *sizes* how many rows it has.
    """

    scheme: CheckedScheme
    time: TimeFrame
    reader: Callable[[], SubjectReader]
    connection: Connection
    sources: Mapping[str, Source]
    id_column: str = "id"
    ignore: frozenset[str] = frozenset()
    columns: dict[str, list[Scanned]] = attrs.field(factory=dict)
    keys: dict[str, str] = attrs.field(factory=dict)
    sizes: dict[str, int] = attrs.field(factory=dict)

    def refuse_rows(self, source: Source, where: str) -> None:
        """Give some rows to the readers, which raise; where they take them all, so be it."""
        key, columns = self.keys[source.name], self.columns[source.name]
        listed = ", ".join([quoted(key), *map(readable, columns)])
        self.let_refuse(source, self._located(source, listed, where, SHOWN))

    def place(self, source: Source, number: Any, column: str | None, file: str | None = None) -> DataPlace:
        """The place of a value in a row; *number* is what tells rows apart."""
        return DataPlace(file or source.shown, row=number, column=column)

    def let_refuse(self, source: Source, found: Sequence[Sequence[Any]]) -> None:
        """
        Give rows to the readers: their file, what tells each of them apart, its id, and the columns of the table.

        Raises:
            DiagnosticError: the readers refuse one of them.
        """
        key, columns = self.keys[source.name], self.columns[source.name]
        problems = Problems()
        readers = [CELLS.reader(column.type) for column in columns]
        rows = [self._read(source, number, cells, problems, readers, file) for file, number, *cells in found]
        problems.raise_errors()
        reader, places = self.reader(), [row[:2] for row in found]
        covered = {c.path[0] for c in columns} | {"id"}

        def place(index: int, path: tuple[str | int, ...]) -> DataPlace:
            words = [part for part in path if isinstance(part, str) and part != source.name]
            known = bool(words) and words[0] in covered
            column = heading_of(columns, tuple(words)) if words != ["id"] else key
            file, number = places[index]
            found = with_value(self.place(source, number, column, file), value_at(rows[index], path))
            return found if known else attrs.evolve(found, file=NOWHERE)

        reader.place = place
        try:
            reader.read(rows)
        except DiagnosticError as error:
            mine = [d for d in error.diagnostics if d.place is not None and d.place.file != NOWHERE]
            if mine:
                raise DiagnosticError(mine) from None

    def _located(
        self, source: Source, listed: str, where: str, limit: int | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows, or the first of them, for which a condition holds: the file, the row, and what is selected."""
        with self.connection.in_order():
            return self.connection.all(
                f"SELECT coalesce({source.file}, {text_literal(source.shown)}), {source.row}, {listed}"
                f' FROM {source.located or source.in_order} AS t WHERE {where} ORDER BY "{ORDER}"'
                + ("" if limit is None else f" LIMIT {limit}")
            )

    def _read(
        self,
        source: Source,
        number: Any,
        cells: Sequence[Any],
        problems: Problems,
        readers: Sequence[Callable[[Raw], object]],
        file: str | None = None,
    ) -> dict[str, object]:
        """One row as the readers of files give it: the id first, then the columns of the table."""
        heading = self.keys[source.name]
        values: dict[tuple[str, ...], Any] = {}
        id_ = ""
        try:
            id_ = read_id(raw_of(cells[0]))
        except DataProblem as problem:
            problems.add_problem(
                problem, self.place(source, number, heading, file), "" if cells[0] is None else str(cells[0])
            )
        for scanned, cell, read in zip(self.columns[source.name], cells[1:], readers, strict=True):
            try:
                values[scanned.path] = None if cell is None else read(raw_of(cell))
            except DataProblem as problem:
                place = self.place(source, number, scanned.heading, file)
                problems.add_problem(problem, place, shorten(raw_of(cell)))
        return self._row(source, id_, values)

    def _row(self, source: Source, id_: str, values: Mapping[tuple[str, ...], Any]) -> dict[str, object]:
        inner: dict[str, object] = {}
        for path, value in values.items():
            if len(path) == 1:
                inner[path[0]] = value
            else:
                series = inner.setdefault(path[0], {})
                assert isinstance(series, dict)
                series[path[1]] = value
        return {"id": id_, **inner} if source.name == SUBJECTS else {"id": id_, source.name: [inner]}

    def _list_type(self, name: str) -> RecordType:
        """
        The record of a list input.

        Raises:
            DiagnosticError: there is no such list.
            NotNative: it is a list of plain values.
        """
        of, _, field = name.partition(".")
        declared = self.scheme.inputs.get(of)
        if declared is not None and (field or isinstance(declared.type, SeriesType)):
            raise NotNative(f"the table `{name}` is in long form", f"表 `{name}` 是长格式")
        if declared is None or not isinstance(declared.type, ListType):
            lists = [n for n, d in self.scheme.inputs.items() if isinstance(d.type, ListType)]
            near = diagnostics_quoted(nearest(name, lists))
            raise refusal("E-DATA-TABLE", DataPlace(self.sources[name].shown), name=name, near=near)
        if not isinstance(declared.type.of, RecordType):
            raise NotNative(
                f"`{name}` is a list of plain values in a table of its own",
                f"`{name}` 是单独成表、由单个值组成的列表",
            )
        return declared.type.of

    def subjects(self, ids: Sequence[str] | None) -> list[Subject]:
        """Read some subjects, or all, as the interpreter reads them; child rows in the order of their table."""
        if ids is not None:
            self._ask_for(ids)
        rows: dict[str, dict[str, object]] = {}
        places: list[tuple[str, int]] = []
        of_rows: dict[tuple[str, str], list[tuple[str, int]]] = {}
        problems = Problems()
        for name, source in self.sources.items():
            readers = [CELLS.reader(column.type) for column in self.columns[name]]
            for file, number, *cells in self._rows_in_order(source, ids is not None):
                row = self._read(source, number, cells, problems, readers, file)
                id_ = str(row["id"])
                place = DataPlace(file, row=number, column=self.keys[name], value=shorten(id_))
                if name == SUBJECTS:
                    if id_ and id_ in rows:
                        first = next(n for (_, n), known in zip(places, rows, strict=True) if known == id_)
                        raise refusal("E-DATA-ID-TWICE", place, id=id_, first=first)
                    places.append((file, number))
                    rows[id_ or f"\0{number}"] = {**row, **{n: [] for n in self.sources if n != SUBJECTS}}
                elif id_ in rows:
                    mine, further = rows[id_][name], row[name]
                    assert isinstance(mine, list) and isinstance(further, list)
                    mine += further
                    of_rows.setdefault((id_, name), []).append((file, number))
                elif id_:
                    raise refusal("E-DATA-ORPHAN", place, id=id_)
        problems.raise_errors()
        reader, ids = self.reader(), list(rows)

        def place_of(index: int, path: tuple[str | int, ...]) -> DataPlace:
            match path:
                case (str(name), int(position), *_) if name in self.sources:
                    file, number = of_rows[ids[index], name][position]
                case (str(name),) if name in self.sources:
                    return DataPlace(self.sources[name].shown, id=ids[index])
                case _:
                    name, (file, number) = SUBJECTS, places[index]
            place = DataPlace(file, row=number, column=heading_of(self.columns[name], path))
            return with_value(place, value_at(rows[ids[index]], path))

        reader.place = place_of
        return reader.read(rows.values())

    def _ask_for(self, ids: Sequence[str]) -> None:
        """Hold the ids of those who are read."""
        listed = ", ".join(map(text_literal, ids))
        self.connection.all(f"CREATE OR REPLACE TEMP TABLE {ASKED} AS SELECT unnest([{listed}]) AS id")

    def _rows_in_order(self, source: Source, only_asked: bool) -> list[tuple[Any, ...]]:
        """File, row, id and columns of the rows of a table, in its order."""
        key = quoted(self.keys[source.name])
        shown = (quoted(c.heading) if only_asked else readable(c) for c in self.columns[source.name])
        wanted = ", ".join([key, *shown])
        return self._located(source, wanted, self._is_asked(source) if only_asked else "TRUE")

    def _is_asked(self, source: Source) -> str:
        """Whether a row is of somebody who is read; ids are compared in their own type, so that files need not be gone through."""
        name = self.keys[source.name]
        sql_type = dict(self.connection.headings(source.relation))[name]
        if not INTEGERS.fullmatch(sql_type):
            return f"CAST({quoted(name)} AS VARCHAR) IN (SELECT id FROM {ASKED})"
        asked = f"SELECT TRY_CAST(id AS {sql_type}) AS id FROM {ASKED}"
        ((least, greatest),) = self.connection.all(f"SELECT min(id), max(id) FROM ({asked})")
        if least is None:
            return "FALSE"
        return f"{quoted(name)} BETWEEN {least} AND {greatest} AND {quoted(name)} IN ({asked})"


def readable(scanned: Scanned) -> str:
    """A column for the readers; days as texts, because there are more of them than Python has."""
    name = quoted(scanned.heading)
    return f"CAST({name} AS VARCHAR)" if scanned.sql_type == "DATE" else name


def heading_of(columns: Sequence[Scanned], path: tuple[str | int, ...]) -> str | None:
    """The heading under which a value stands that the reader refused."""
    words = tuple(str(part) for part in path if not isinstance(part, int))
    return next((c.heading for c in columns if words[-len(c.path) :] == c.path), words[-1] if words else None)
