"""One subject of a rated table, looked at again when somebody asks why: where it stands is found by the engine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Cell, columns_in
from tierlang.columnar.columns.relation import KEY, Named
from tierlang.columnar.lowering.cohort import Order
from tierlang.columnar.lowering.query import Query, value_at
from tierlang.columnar.rating.backend import Backend
from tierlang.columnar.sql.statement import Statement
from tierlang.columnar.sql.writer import Writer
from tierlang.run.cohort import Found, Standing
from tierlang.run.expressions import Frame

PLACES = "tier_places"
"""The table of what ranks the members; it is made when the first one is asked about."""


class Frames(dict[str, Frame]):
    """
    The frames of a rated table's subjects; one that is asked for is interpreted then.

    Args:
        look_again: puts the frame of a subject here.
    """

    def __init__(self, look_again: Callable[[str], None]) -> None:
        super().__init__()
        self._look_again = look_again

    def __missing__(self, id_: str) -> Frame:
        self._look_again(id_)
        return self[id_]


@attrs.frozen
class Places:
    """
    What ranks the members of a cohort, held by the engine.

    Attributes:
        table: what holds it, after FROM.
        orders: how each call ranks, by ``id`` of its node; *numbers* stand in the names of its columns.
        sizes: how many columns ``call_0``, ``call_1`` … of the table say what calls found, such as the size of a cohort.
    """

    backend: Backend
    table: str
    orders: Mapping[int, Order]
    numbers: Mapping[int, int]
    sizes: int
    ladder: Sequence[str]

    @classmethod
    def of(cls, backend: Backend, query: Query, ladder: Sequence[str]) -> "Places":
        """Hold what ranks the members of a rated cohort."""
        orders = query.lowerer.orders
        numbers = {key: number for number, key in enumerate(orders)}
        calls = [cell for key in query.calls for cell in query.lowerer.cells_of_call(key)]
        columns = [Named(f"call_{number}", cell) for number, cell in enumerate(calls)]
        columns += [named for key, order in orders.items() for named in _columns(order, numbers[key])]

        def text_of(writer: Writer) -> str:
            statement = Statement(writer, backend.scans)
            wanted = [name for named in columns for name in columns_in(named.cell)]
            last = statement.chain(query.lowerer.scope.relation, wanted)
            listed = ", ".join(
                [f"CAST({KEY} AS {backend.forms.text}) AS {KEY}", *map(writer.column, columns)]
            )
            return statement.text(f"SELECT {listed}\nFROM {writer.name(last)}")

        return cls(backend, backend.hold(PLACES, text_of), orders, numbers, len(calls), ladder)

    def calls(self, id_: str) -> tuple[Any, ...]:
        """
        The cells of the values of all cohort calls of a subject, in order.

        Raises:
            KeyError: there is no such subject.
        """
        listed = ", ".join([KEY, *(f"call_{number}" for number in range(self.sizes))])
        found = self.backend.ask(f"SELECT {listed} FROM {self.table} WHERE {self._is(id_)}")
        if not found:
            raise KeyError(id_)
        return found[0][1:]

    def finder(self, key: int) -> Callable[[str], Found | None] | None:
        """What finds where a subject stands in a ranking; None for a call that ranks nobody."""
        order = self.orders.get(key)
        return None if order is None else lambda id_: self._find(order, self.numbers[key], id_)

    def _find(self, order: Order, number: int, id_: str) -> Found | None:
        names = [self.backend.writer.name(name) for name, _ in _parts(order, number)]
        inside, counted, *rest = names
        groups, keys = rest[: len(order.partition)], rest[len(order.partition) :][: len(order.keys)]
        values = rest[len(groups) + len(keys) :]
        better = _better(keys, order.best)
        tied = " AND ".join(f"m.{key} IS NOT DISTINCT FROM me.{key}" for key in keys)
        ranked = f"m.{keys[0]} IS NOT NULL" if order.settings.missing == "exclude" else "TRUE"
        listed = ", ".join(f"m.{key}" for key in keys)
        together = " AND ".join(
            [f"m.{inside}", f"me.{counted}", *(f"m.{group} = me.{group}" for group in groups)]
        )
        source = (
            f"(SELECT * FROM {self.table} WHERE {self._is(id_)}) AS me JOIN {self.table} AS m ON {together}"
        )
        distinct = f"count(DISTINCT CASE WHEN {better} THEN ({listed}) END)"
        ((ahead, same, groups_ahead, size),) = self.backend.ask(
            f"SELECT count(CASE WHEN {better} THEN 1 END), count(CASE WHEN {tied} THEN 1 END),"
            f" {distinct if order.settings.ties == 'dense' else 0}, count(CASE WHEN {ranked} THEN 1 END) FROM {source}"
        )
        if not same:
            return None
        standing = Standing(int(ahead), int(same), int(groups_ahead), int(size))
        if not ahead:
            return standing, None
        direction = "ASC" if order.best == "high" else "DESC"
        nearest = ", ".join(f"m.{key} {direction} NULLS FIRST" for key in keys)
        shown = ", ".join([f"m.{KEY}", *(f"m.{value}" for value in values)])
        (above,) = self.backend.ask(
            f"SELECT {shown} FROM {source} AND {better} ORDER BY {nearest}, m.{KEY} LIMIT 1"
        )
        return standing, (value_at(order.value, above[1:], self.ladder), above[0])

    def _is(self, id_: str) -> str:
        return f"{KEY} = {self.backend.writer.text(id_)}"


def _parts(order: Order, number: int) -> Iterator[tuple[str, Cell]]:
    """The columns of one ranking: who is in it, groups, keys, and the value that is ranked."""
    yield f"inside_{number}", order.inside
    yield f"counted_{number}", order.counted
    yield from ((f"part_{number}_{i}", cell) for i, cell in enumerate(order.partition))
    yield from ((f"key_{number}_{i}", cell) for i, cell in enumerate(order.keys))
    yield from ((f"value_{number}_{i}", cell) for i, cell in enumerate(order.value.cells))


def _columns(order: Order, number: int) -> list[Named]:
    return [Named(name, cell) for name, cell in _parts(order, number)]


def _better(keys: Sequence[str], best: str) -> str:
    """Whether a member ``m`` stands before ``me``; who lacks a key stands behind."""
    sign = ">" if best == "high" else "<"
    found = "FALSE"
    for key in reversed(keys):
        ahead = f"m.{key} {sign} me.{key} OR (me.{key} IS NULL AND m.{key} IS NOT NULL)"
        found = f"(coalesce({ahead}, FALSE) OR (m.{key} IS NOT DISTINCT FROM me.{key} AND {found}))"
    return found
