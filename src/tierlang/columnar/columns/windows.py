"""Window functions over the members of a cohort, and the cells that hold them."""

from collections.abc import Sequence

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import Cell, Scalar, integer


@attrs.frozen
class Window:
    """
    A window function.

    Attributes:
        values: what it computes over.
        partition: the cells that are equal among those who are looked at together.
        best: ``high`` or ``low``.
        keys: the cells they are ordered by, NULL last.
    """

    op: str
    values: tuple[Cell, ...]
    partition: tuple[Cell, ...]
    best: str
    keys: tuple[Cell, ...]

    def cell(self, most: int) -> Cell:
        """
        The cell that holds it, a whole number from 0 to *most*.

        Its arguments: how many cells are computed over, those, how many are the partition, those, the direction, the order.
        """
        values, partition = self.values, self.partition
        args: tuple[Cell | Scalar, ...] = (
            len(values),
            *values,
            len(partition),
            *partition,
            self.best,
            *self.keys,
        )
        return integer(self.op, args, 0, most, nullable=False)

    @classmethod
    def of(cls, cell: Cell) -> "Window":
        """What `cell` has made a cell of."""
        values, rest = _taken(cell.args)
        partition, (best, *keys) = _taken(rest)
        return cls(cell.op, values, partition, str(best), _cells(keys))


def _taken(args: Sequence[Cell | Scalar]) -> tuple[tuple[Cell, ...], Sequence[Cell | Scalar]]:
    """Some cells that follow their number, and the rest."""
    count, *rest = args
    assert isinstance(count, int)
    return _cells(rest[:count]), rest[count:]


def _cells(args: Sequence[Cell | Scalar]) -> tuple[Cell, ...]:
    return tuple(part for part in args if isinstance(part, Cell))
