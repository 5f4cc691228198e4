"""
Cells: what one column of a relational plan holds, as an expression over other columns.

Every cell is an integer, a truth value or a text, or NULL where the language says `undetermined`. An integer carries the
interval that it provably lies in; no engine is asked for one that does not fit into 128 bits.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal, Protocol, TypeAlias

from tierlang import quickattrs as attrs
from tierlang.said import Said
from tierlang.syntax import nodes as n

Kind: TypeAlias = Literal["int", "bool", "text"]
Scalar: TypeAlias = int | bool | str | None

NARROW = 2**63 - 1
"""The largest integer of 64 bits."""
WIDE = 2**127 - 1
"""The largest integer of 128 bits."""
_SMALL = 3
_IN_PART = Said("{reason} (in `{part}`)", "{reason}（位于 `{part}`）")


class Beyond(Exception):
    """
    What columns cannot say.

    Attributes:
        reason: why, in words that follow "because".
        node: the smallest expression of the subjects whose value would do instead; None where there is none.
        part: what the expression belongs to.
    """

    def __init__(self, en: str, zh: str) -> None:
        self.reason = Said(en, zh)
        self.node: n.Expr | None = None
        self.part: str | None = None
        super().__init__(en, zh)

    @property
    def why(self) -> Said:
        """The reason, and what it is about."""
        return self.reason if self.part is None else _IN_PART.fill(reason=self.reason, part=self.part)

    def __str__(self) -> str:
        return self.why.en


class TooWide(Beyond):
    """An integer that cannot be proved to fit into 128 bits."""

    def __init__(self) -> None:
        super().__init__("a number cannot be proved to fit into 128 bits", "无法证明某个数不超过 128 位")


@attrs.frozen(cache_hash=True)
class Cell:
    """
    One expression.

    Attributes:
        op: what is computed; see OPERATIONS.
        args: cells, or for ``column`` its name and for ``constant`` its value.
        low, high: where *kind* is ``int``: the interval it lies in whenever it is not NULL; of a text *high* is how many
            different ones there are, 0 where nobody has counted them.
        nullable: whether it can be NULL.
    """

    op: str
    args: tuple["Cell | Scalar", ...]
    kind: Kind
    low: int = attrs.field(default=0, eq=False)
    high: int = attrs.field(default=0, eq=False)
    nullable: bool = attrs.field(default=False, eq=False)

    @property
    def size(self) -> int:
        """The largest amount that it can be."""
        return max(abs(self.low), abs(self.high))

    @property
    def wide(self) -> bool:
        """Whether it needs 128 bits."""
        return self.size > NARROW

    @property
    def cells(self) -> Iterator["Cell"]:
        """The cells directly inside."""
        return (arg for arg in self.args if isinstance(arg, Cell))

    @property
    def is_atom(self) -> bool:
        """Whether it is a column or a constant."""
        return self.op in {"column", "constant"}

    @property
    def value(self) -> Scalar:
        """The value of a constant."""
        assert self.op == "constant"
        value = self.args[0]
        assert not isinstance(value, Cell)
        return value


AGGREGATES = frozenset({"sum", "count", "count_all", "least", "greatest"})
WINDOWS = frozenset(
    {
        "rank",
        "dense_rank",
        "window_count",
        "window_count_all",
        "window_sum",
        "window_least",
        "window_greatest",
    }
)
OPERATIONS = (
    frozenset(
        [
            "column",
            "constant",
            "add",
            "subtract",
            "multiply",
            "negate",
            "flag",
            "divide",
            "<",
            "<=",
            ">",
            ">=",
            "==",
            "!=",
            "and",
            "or",
            "not",
            "is_null",
            "case",
            "coalesce",
            "year",
            "month",
            "day_of_month",
            "months_later",
            "last_day",
        ]
    )
    | AGGREGATES
    | WINDOWS
)
"""Everything a cell can be; a dialect writes each of them."""


def column(name: str, kind: Kind, low: int = 0, high: int = 0, *, nullable: bool = False) -> Cell:
    """A column of the relation that is being read."""
    return (
        integer("column", (name,), low, high, nullable)
        if kind == "int"
        else Cell("column", (name,), kind, 0, 0, nullable)
    )


def constant(value: Scalar, kind: Kind | None = None) -> Cell:
    """A constant; NULL needs its kind said."""
    if value is None:
        assert kind is not None
        return Cell("constant", (None,), kind, 0, 0, True)
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, int):
        return integer("constant", (value,), value, value, False)
    return Cell("constant", (value,), "text")


def null(kind: Kind) -> Cell:
    """NULL of a kind."""
    return constant(None, kind)


def integer(op: str, args: tuple["Cell | Scalar", ...], low: int, high: int, nullable: bool) -> Cell:
    """
    An integer within an interval.

    Raises:
        TooWide: the interval exceeds 128 bits.
    """
    if max(abs(low), abs(high)) > WIDE:
        raise TooWide
    return Cell(op, args, "int", low, high, nullable)


def truth(op: str, args: tuple["Cell | Scalar", ...], nullable: bool) -> Cell:
    """A truth value."""
    return Cell(op, args, "bool", 0, 0, nullable)


def any_nullable(cells: Iterable[Cell]) -> bool:
    """Whether one of some cells can be NULL."""
    return any(cell.nullable for cell in cells)


TRUE = Cell("constant", (True,), "bool")
FALSE = Cell("constant", (False,), "bool")
ZERO, ONE = constant(0), constant(1)


def is_constant(cell: Cell) -> bool:
    """Whether a cell is a constant that is not NULL."""
    return cell.op == "constant" and cell.args[0] is not None


# ------------------------------------------------------------------ arithmetic


def add(left: Cell, right: Cell) -> Cell:
    """Left + right."""
    if is_constant(left) and is_constant(right):
        return constant(left.low + right.low)
    if is_constant(left) and left.value == 0:
        return right
    if is_constant(right) and right.value == 0:
        return left
    if right.op == "negate":
        return subtract(left, next(right.cells))
    return integer(
        "add", (left, right), left.low + right.low, left.high + right.high, any_nullable((left, right))
    )


def subtract(left: Cell, right: Cell) -> Cell:
    """Left − right."""
    if is_constant(left) and is_constant(right):
        return constant(left.low - right.low)
    if is_constant(right) and right.value == 0:
        return left
    if is_constant(left) and left.value == 0:
        return negate(right)
    return integer(
        "subtract", (left, right), left.low - right.high, left.high - right.low, any_nullable((left, right))
    )


def multiply(left: Cell, right: Cell) -> Cell:
    """Left · right."""
    if is_constant(left) and is_constant(right):
        return constant(left.low * right.low)
    if is_constant(left) and left.value == 1:
        return right
    if is_constant(right) and right.value == 1:
        return left
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return integer("multiply", (left, right), min(ends), max(ends), any_nullable((left, right)))


def negate(cell: Cell) -> Cell:
    """−cell."""
    if is_constant(cell):
        return constant(-cell.low)
    return integer("negate", (cell,), -cell.high, -cell.low, cell.nullable)


def divide(left: Cell, right: Cell) -> Cell:
    """The whole part of left / right; *left* is 0 or more, *right* above 0."""
    assert left.low >= 0 and right.low > 0, (left, right)
    if is_constant(right) and right.value == 1:
        return left
    if is_constant(left) and is_constant(right):
        return constant(left.low // right.low)
    return integer(
        "divide", (left, right), left.low // right.high, left.high // right.low, any_nullable((left, right))
    )


def absolute(cell: Cell) -> Cell:
    """|cell|."""
    if cell.low >= 0:
        return cell
    if cell.high <= 0:
        return negate(cell)
    found = case([(compare("<", cell, constant(0)), negate(cell))], cell)
    return attrs.evolve(found, low=0, high=max(-cell.low, cell.high)) if found.op == "case" else found


def flag(cell: Cell) -> Cell:
    """1 for true, 0 for false."""
    if is_constant(cell):
        return constant(int(bool(cell.value)))
    return integer("flag", (cell,), 0, 1, cell.nullable)


# ------------------------------------------------------------------ conditions

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def compare(operator: str, left: Cell, right: Cell) -> Cell:
    """A comparison of two integers, texts or truth values; decided at once where the intervals decide it."""
    if left.kind == "int" and not any_nullable((left, right)):
        found = decided(operator, left, right)
        if found is not None:
            return constant(found)
    if is_constant(left) and is_constant(right) and left.kind != "int":
        return constant((left.value == right.value) is (operator == "=="))
    if is_constant(left) and not is_constant(right):
        return truth(FLIPPED[operator], (right, left), any_nullable((left, right)))
    return truth(operator, (left, right), any_nullable((left, right)))


class _Interval(Protocol):
    @property
    def low(self) -> int | Fraction: ...
    @property
    def high(self) -> int | Fraction: ...


def decided(operator: str, left: _Interval, right: _Interval) -> bool | None:
    """How a comparison comes out whatever the values, by their intervals alone; None where that is open."""
    match operator:
        case ">" | ">=":
            return decided(FLIPPED[operator], right, left)
        case "<":
            return True if left.high < right.low else False if left.low >= right.high else None
        case "<=":
            return True if left.high <= right.low else False if left.low > right.high else None
        case "==" | "!=":
            apart = left.high < right.low or right.high < left.low
            same = left.low == left.high == right.low == right.high
            return (operator == "!=") if apart else (operator == "==") if same else None
    return None


def both(cells: Iterable[Cell]) -> Cell:
    """Kleene's `and`, which is SQL's; of nothing true."""
    return _kleene("and", cells, FALSE)


def either(cells: Iterable[Cell]) -> Cell:
    """Kleene's `or`; of nothing false."""
    return _kleene("or", cells, TRUE)


def _kleene(op: str, cells: Iterable[Cell], deciding: Cell) -> Cell:
    kept: dict[Cell, None] = {}
    for cell in cells:
        if cell == deciding:
            return deciding
        if not is_constant(cell):
            kept.setdefault(cell)
    if len(kept) < 2:
        return next(iter(kept), FALSE if deciding == TRUE else TRUE)
    return truth(op, tuple(kept), any_nullable(kept))


def inverse(cell: Cell) -> Cell:
    """`not`."""
    if is_constant(cell):
        return constant(not cell.value)
    if cell.op == "not":
        return next(cell.cells)
    if cell.op in CONTRARY:
        return truth(CONTRARY[cell.op], cell.args, cell.nullable)
    return truth("not", (cell,), cell.nullable)


def is_null(cell: Cell) -> Cell:
    """Whether a cell is NULL; itself never NULL."""
    if not cell.nullable:
        return FALSE
    if cell.op == "constant":
        return TRUE
    return truth("is_null", (cell,), False)


def is_there(cell: Cell) -> Cell:
    """Whether a cell is not NULL; of a value that stands under a condition the condition itself, which may be NULL for no."""
    if cell.op == "case" and len(cell.args) == 3:
        condition, value, otherwise = cell.cells
        if not value.nullable and otherwise.op == "constant" and otherwise.nullable:
            return condition
    return inverse(is_null(cell))


def holds(cell: Cell) -> Cell:
    """True where a truth value is true, false where it is false or NULL."""
    return coalesce([cell, FALSE]) if cell.nullable else cell


# ------------------------------------------------------------------ choices


def case(arms: Iterable[tuple[Cell, Cell]], otherwise: Cell) -> Cell:
    """The value of the first arm whose condition is true, else *otherwise*."""
    kept: list[tuple[Cell, Cell]] = []
    for condition, value in arms:
        if condition == TRUE:
            otherwise = value
            break
        if condition != FALSE and condition != null("bool"):
            kept.append((condition, value))
    if not kept:
        return otherwise
    values = [*(value for _, value in kept), otherwise]
    if all(value == otherwise for value in values):
        return otherwise
    args = tuple(part for arm in kept for part in arm)
    return _spanning("case", (*args, otherwise), values, any_nullable(values))


def coalesce(cells: list[Cell]) -> Cell:
    """The first cell that is not NULL."""
    kept: list[Cell] = []
    for cell in cells:
        if cell.op == "constant" and cell.nullable:
            continue
        kept.append(cell)
        if not cell.nullable:
            break
    if len(kept) < 2:
        return kept[0] if kept else cells[0]
    return _spanning("coalesce", tuple(kept), kept, not any(not cell.nullable for cell in kept))


def when(condition: Cell, value: Cell) -> Cell:
    """The value where the condition is true, else NULL."""
    return case([(condition, value)], null(value.kind))


def _spanning(op: str, args: tuple["Cell | Scalar", ...], values: list[Cell], nullable: bool) -> Cell:
    kind = values[0].kind
    known = [value for value in values if not (value.op == "constant" and value.nullable)]
    if kind != "int" or not known:
        return Cell(op, args, kind, 0, 0, nullable)
    low, high = min(value.low for value in known), max(value.high for value in known)
    return integer(op, args, low, high, nullable)


def extreme(cells: list[Cell], *, greatest: bool) -> Cell:
    """The greatest or least of integers, NULL where one is NULL."""
    found = cells[0]
    for cell in cells[1:]:
        better = compare(">" if greatest else "<", cell, found)
        pick = max if greatest else min
        chosen = case(
            [(better, cell), (is_null(cell), null("int")) if cell.nullable else (FALSE, cell)], found
        )
        found = bounded(chosen, pick(cell.low, found.low), pick(cell.high, found.high))
    return found


def bounded(cell: Cell, low: int, high: int) -> Cell:
    """The same integer, of which more is known: it lies in *low* to *high* too."""
    if cell.op == "constant":
        return cell
    low, high = max(cell.low, low), min(cell.high, high)
    return attrs.evolve(cell, low=min(low, high), high=high)


def is_small(cell: Cell) -> bool:
    """Whether a cell is so short that writing it twice costs nothing."""
    return cell.is_atom or (len(cell.args) < _SMALL and all(part.is_atom for part in cell.cells))


def columns_in(cell: Cell) -> Iterator[str]:
    """The names of the columns that a cell reads."""
    stack = [cell]
    while stack:
        current = stack.pop()
        if current.op == "column":
            name = current.args[0]
            assert isinstance(name, str)
            yield name
        stack.extend(current.cells)
