"""
Counts of child rows as one sum, each in bits of its own: an engine pays for every aggregate of every subject.

Who has more rows than a list may have spoils the counts, but not in silence: the count of all rows, which has the lowest bits,
is then less than there are.
"""

from collections.abc import Mapping, Sequence

from tierlang import quickattrs as attrs
from tierlang.columnar.columns.cells import TRUE, ZERO, Cell, add, case, constant, integer, is_there
from tierlang.columnar.columns.relation import Named

_BITS = 62


@attrs.frozen
class Packed:
    """
    Counts in one sum.

    Attributes:
        total: the sum over the rows of one subject.
        places: by name of a count its lowest bit.
        mask: as many bits as each has.
    """

    total: Cell
    places: Mapping[str, int]
    mask: int


def packed(columns: Sequence[Named], most: int) -> Packed | None:
    """
    Counts that are better added up together; None where there are not several, or all rows are not among them.

    Args:
        columns: aggregates of the same rows.
        most: how many rows one subject may have; each count has bits for so many.
    """
    everybody = [named for named in columns if named.cell.op == "count_all"]
    counts = [named for named in columns if named.cell.op == "count"]
    size = max(1, most.bit_length())
    taken = [*everybody, *counts][: _BITS // size]
    if not everybody or len(taken) < 2:
        return None
    total = ZERO
    for number, named in enumerate(taken):
        counted = TRUE if named.cell.op == "count_all" else is_there(next(named.cell.cells))
        total = add(total, case([(counted, constant(1 << number * size))], ZERO))
    places = {named.name: number * size for number, named in enumerate(taken)}
    return Packed(integer("sum", (total,), 0, 1 << _BITS, True), places, (1 << size) - 1)
