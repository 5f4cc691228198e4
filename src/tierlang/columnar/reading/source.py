"""Tables of a run, their columns, and the connection that holds them."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.numbers import NotNative
from tierlang.columnar.lowering.bind import ORDER
from tierlang.said import Said
from tierlang.types import BoolType, TextType, TierType, Type


class NotPlain(Exception):
    """
    Tables that the readers of rows must read.

    Attributes:
        why: what is with a table in memory; None for files.
    """

    def __init__(self, why: Said | None = None) -> None:
        super().__init__()
        self.why = why


@attrs.frozen
class Source:
    """
    One table of a run.

    Attributes:
        name: SUBJECTS, or a list input.
        relation: what stands after FROM.
        shown: what messages call it, such as a file's name.
        numbered: a relation with the column ORDER besides, which numbers its rows; *file* and *row* say in SQL which file
            and row of it that is, for the relation *located*, if that is another one.
    """

    name: str
    relation: str
    shown: str
    numbered: str = ""
    file: str = "NULL"
    row: str = f'"{ORDER}"'
    located: str = ""

    @property
    def in_order(self) -> str:
        """The relation with the column ORDER."""
        return self.numbered or f'(SELECT *, row_number() OVER () AS "{ORDER}" FROM {self.relation})'


@attrs.frozen
class Scanned:
    """
    One column that is read.

    Attributes:
        heading: in the table.
        name: in the plan.
        expression: what is selected: an integer, a truth value or a text.
        path: input or field, and period of a series.
        sql_type: what the table holds.
        type: what the scheme declares.
        scale: decimals of the integer.
        blank: whether a text that is there may be missing all the same, because it is blank.
        different: how many different texts there are.
    """

    heading: str
    name: str
    expression: str
    path: tuple[str, ...]
    sql_type: str
    type: Type
    scale: int = 0
    blank: bool = False
    different: int = 0

    @property
    def has_no_ends(self) -> bool:
        """Whether its values are no numbers and no days."""
        return isinstance(self.type, TextType | BoolType | TierType)


class Connection:
    """What is asked of a connection: to run a statement, and give its rows."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def all(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        found: list[tuple[Any, ...]] = self._connection.execute(text).fetchall()
        return found

    def in_order(self) -> AbstractContextManager[None]:
        """Rows come in the order in which they are read."""
        found: AbstractContextManager[None] = self._connection.in_order()
        return found

    def many(self, text: str, size: int = 10_000) -> Iterator[tuple[Any, ...]]:
        """The rows of a result, batch by batch."""
        cursor = self._connection.execute(text)
        while batch := cursor.fetchmany(size):
            yield from batch

    def headings(self, relation: str) -> list[tuple[str, str]]:
        """Names and types of the columns of a relation."""
        return [(str(row[0]), str(row[1])) for row in self.all(f"DESCRIBE SELECT * FROM {relation}")]


def refuse_renamed(names: Collection[str]) -> None:
    """
    Refuse columns that an engine calls otherwise.

    Raises:
        NotNative: two names differ in upper and lower case only, or one is blank.
    """
    if any(not name.strip() for name in names):
        raise NotNative("a column has no name", "有一列没有名称")
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise NotNative(
                f"`{other}` and `{name}` differ in case only", f"`{other}` 与 `{name}` 仅大小写不同"
            )
