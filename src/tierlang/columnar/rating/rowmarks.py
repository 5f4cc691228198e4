"""
Marks of child rows: which rows of a subject have gaps, and what of them decides the words about it.

The causes of a gap in a child row name its position, and a key that a table lacks names the key. So the pattern of such a
subject tells, for each row with a gap, its position, its conditions and those keys; rows without a gap cause nothing.
"""

from collections.abc import Mapping

from tierlang.columnar.columns.cells import FALSE, Cell, columns_in, either
from tierlang.columnar.columns.relation import KEY
from tierlang.columnar.lowering.bind import ORDER
from tierlang.columnar.lowering.decision import as_digits
from tierlang.columnar.lowering.gaps import Scope
from tierlang.columnar.lowering.lower import Lowerer
from tierlang.columnar.lowering.query import LONE, STATE
from tierlang.columnar.rating.backend import RESULT
from tierlang.columnar.sql.statement import Statement
from tierlang.columnar.sql.writer import Writer


def marks_of_rows(lowerer: Lowerer, writer: Writer, scans: Mapping[str, str]) -> str | None:
    """
    A statement that gives KEY and ``rows``, a text, for every subject whose child rows have gaps.

    Args:
        scans: by list what gives its rows, with ORDER.

    Returns:
        None where it cannot be said, because rows look at values of their subject.
    """
    parts = []
    for number, scope in enumerate(lowerer.scopes):
        gap = either([*scope.gaps, *scope.lone, *scope.told])
        if gap == FALSE:
            continue
        if scope.relation.outer or scope.relation.name not in scans:
            return None
        parts.append(_marks(number, scope, gap, writer, scans[scope.relation.name]))
    if not parts:
        return f"SELECT {KEY}, '' AS rows FROM {RESULT} WHERE FALSE"
    if len(parts) == 1:
        return f"SELECT {KEY}, marks AS rows FROM ({parts[0]})"
    together = " UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts)
    return f"SELECT {KEY}, string_agg(marks, ';' ORDER BY marks) AS rows FROM ({together}) GROUP BY {KEY}"


def _marks(number: int, scope: Scope, gap: Cell, writer: Writer, scan: str) -> str:
    told = list(dict.fromkeys([*scope.gaps, *scope.lone, *scope.told, *scope.truths]))
    digits = as_digits(scope.relation, told)
    asked = f"SELECT {KEY} FROM {RESULT} WHERE {STATE} = {LONE}"
    position = f'row_number() OVER (PARTITION BY {KEY} ORDER BY "{ORDER}") AS row_position'
    rows = f"SELECT *, {position} FROM ({scan}) WHERE {KEY} IN ({asked})"
    statement = Statement(writer, {scope.relation.name: rows})
    wanted = [name for cell in (gap, *digits, *scope.texts) for name in columns_in(cell)]
    last = statement.chain(scope.relation, wanted)
    mark = " || ".join(
        [
            "CAST(row_position AS VARCHAR)",
            *(f"':' || {part}" for part in parts_of(digits, scope.texts, writer)),
        ]
    )
    gathered = f"'{number}=' || string_agg({mark}, ',' ORDER BY row_position) AS marks"
    return statement.text(
        f"SELECT {KEY}, {gathered} FROM {writer.name(last)} WHERE {writer.cell(gap)} GROUP BY {KEY}"
    )


def parts_of(digits: list[Cell], texts: list[Cell], writer: Writer) -> list[str]:
    """Texts that together tell digits and texts apart: a text stands behind its length."""
    found = [f"CAST({writer.cell(digit)} AS VARCHAR)" for digit in digits]
    for cell in texts:
        text = f"CAST({writer.cell(cell)} AS VARCHAR)"
        found.append(f"coalesce(CAST(length({text}) AS VARCHAR) || '~' || {text}, '-')")
    return found
