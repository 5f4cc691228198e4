"""Every operation as Polars spells it gives what DuckDB's SQL gives, in both of Polars' engines."""

import datetime
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tierlang.columnar.columns import cells as c
from tierlang.columnar.columns.cells import OPERATIONS, Cell, column, constant, integer, truth
from tierlang.columnar.columns.relation import KEY, Named, Names, Relation
from tierlang.columnar.engines.polars.addingup import added_up, adds_up
from tierlang.columnar.engines.polars.lazyframes import Frames
from tierlang.columnar.engines.polars.spelling import SPELT, spell
from tierlang.columnar.sql.dialects import DUCKDB
from tierlang.columnar.sql.writer import Writer

HUGE = 2**63 - 1
A = column("a", "int", -5, 5, nullable=True)
B = column("b", "int", 0, 3, nullable=False)
D = column("d", "int", 1, 4, nullable=False)
L = column("l", "int", -HUGE, HUGE, nullable=True)
P, Q, S = truth("column", ("p",), True), truth("column", ("q",), True), truth("column", ("s",), False)
T = Cell("column", ("t",), "text", 0, 0, True)
DAY = column("day", "int", 1, datetime.date.max.toordinal(), nullable=True)
NOTHING, ONE = c.null("int"), constant(1)
KINDS = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}


def rows(size: int) -> pl.DataFrame:
    """Rows with ties, gaps, and both ends of what fits into 64 bits."""
    pick = random.Random(size)
    ends = [-HUGE, HUGE, -HUGE + 1, HUGE - 1, 0, 1, None]
    days = [1, 365, 366, 59, 60, 730_179, 738_945, 3_652_059, 3_652_028, None]
    data: dict[str, list[Any]] = {
        KEY: list(range(size)),
        "g": [pick.choice([0, 0, 1, 2, 7]) for _ in range(size)],
        "a": [pick.choice([-5, -1, 0, 2, 5, None]) for _ in range(size)],
        "b": [pick.choice([0, 1, 3]) for _ in range(size)],
        "d": [pick.choice([1, 2, 4]) for _ in range(size)],
        "l": [pick.choice(ends) for _ in range(size)],
        "p": [pick.choice([True, False, None]) for _ in range(size)],
        "q": [pick.choice([True, False, None]) for _ in range(size)],
        "s": [pick.choice([True, False]) for _ in range(size)],
        "t": [pick.choice(["", "a", "é", "钱", None]) for _ in range(size)],
        "day": [pick.choice([*days, pick.randrange(1, 3_652_059)]) for _ in range(size)],
    }
    kinds = dict.fromkeys(data, pl.Int64) | dict.fromkeys("pqs", pl.Boolean) | {"t": pl.String}
    return pl.DataFrame(data, schema=kinds)


def window(op: str, *args: Cell, over: tuple[Cell, ...] = (), keys: tuple[Cell, ...] = (), best: str) -> Cell:
    """A window function."""
    return integer(op, (len(args), *args, len(over), *over, best, *keys), 0, 10_000, False)


def plain_cells() -> Iterator[Cell]:
    """Operations on one row."""
    yield from (constant(7), constant(True), constant("x"), NOTHING, c.null("bool"), c.null("text"), A, P, T)
    yield from (c.add(A, B), c.subtract(A, B), c.multiply(A, B), c.negate(A), c.negate(L), c.divide(B, D))
    yield from (c.flag(P), c.flag(S), c.absolute(A), c.inverse(P), c.inverse(c.both([P, Q])))
    for operator in c.FLIPPED:
        yield from (c.compare(operator, A, B), c.compare(operator, A, constant(2)), c.compare(operator, L, A))
    yield from (truth("==", (T, constant("é")), True), truth("!=", (T, constant("")), True))
    yield truth("==", (P, Q), True)
    yield from (c.both([P, Q]), c.either([P, Q]), c.both([P, Q, S]), c.either([P, S, Q]))
    yield from (truth("and", (P, c.null("bool")), True), truth("or", (c.null("bool"), P), True))
    yield from (c.is_null(A), c.is_null(P), c.is_null(T), c.holds(P))
    yield from (c.case([(P, A), (Q, B)], constant(9)), c.when(P, A), c.case([(P, T)], constant("z")))
    yield from (c.case([(P, Q)], S), c.case([(c.compare("<", A, B), NOTHING)], A))
    yield from (c.coalesce([A, B]), c.coalesce([P, constant(False)]), c.coalesce([T, constant("-")]))
    yield c.extreme([A, B, D], greatest=True)


def day_cells() -> Iterator[Cell]:
    """Operations on days."""
    for op in ("year", "month", "day_of_month"):
        yield integer(op, (DAY,), 1, 9999, True)
    yield integer("last_day", (DAY,), 1, 3_652_059, True)
    for months in (0, 1, 12, -1, -25, 1200):
        yield integer("months_later", (DAY, constant(months)), 1, 4_000_000, True)
        yield integer("months_later", (DAY, c.when(P, constant(months))), 1, 4_000_000, True)
    yield integer("months_later", (DAY, A), 1, 4_000_000, True)


def aggregates() -> Iterator[Cell]:
    """What is gathered from child rows."""
    values = [A, B, c.when(P, A), c.when(P, ONE), c.when(c.null("bool"), ONE), ONE, NOTHING, c.add(A, B)]
    for value in values:
        yield integer("sum", (value,), -(10**6), 10**6, True)
        yield integer("count", (value,), 0, 10**6, True)
        for op in ("least", "greatest"):
            yield integer(op, (value,), -10, 10, True)
    yield integer("count_all", (), 0, 10**6, True)


PARTITIONS = [(), (S,), (P,), (T,), (S, T), (A, P), (constant(True),), (c.compare(">", B, ONE),)]
KEYS = [(A,), (B,), (L,), (A, B), (L, A), (L, L), (B, A, D), (NOTHING,), (A, NOTHING), (c.when(S, A),)]


def windows() -> Iterator[Cell]:
    """Window functions over every kind of partition, in both directions."""
    for over in PARTITIONS:
        yield window("window_count_all", over=over, best="high")
        for value in (A, B, NOTHING, ONE, c.when(S, A)):
            for op in ("window_count", "window_sum", "window_least", "window_greatest"):
                yield window(op, value, over=over, best="high")
        for op in ("rank", "dense_rank"):
            for best in ("high", "low"):
                yield from (window(op, over=over, keys=keys, best=best) for keys in KEYS)
            yield window(op, over=over, best="low")


def by_sql(frame: pl.DataFrame, select: list[str], tail: str) -> list[tuple[Any, ...]]:
    """What DuckDB says."""
    connection = duckdb.connect()
    connection.register("t", frame.to_arrow())
    return connection.execute(f"SELECT {', '.join(select)} FROM t {tail}").fetchall()


def check(found: pl.LazyFrame, wanted: list[tuple[Any, ...]], parts: list[Cell], order: str) -> None:
    """Both engines give the rows that are wanted, in types of 64 bits."""
    for engine in ("streaming", "in-memory"):
        result = found.collect(engine=engine).sort(order)  # type: ignore[call-overload]
        for number, cell in enumerate(parts, 1):
            name = result.columns[number]
            assert result.schema[name] == KINDS[cell.kind], cell
            assert result[name].to_list() == [row[number] for row in wanted], (engine, cell)


SIZES = [0, 1, 2, 300]


def test_every_operation_is_spelt() -> None:
    """A new operation must be spelt."""
    assert SPELT.keys() == OPERATIONS


def test_every_operation_is_looked_at() -> None:
    """What is compared here has them all."""

    def inside(cell: Cell) -> Iterator[str]:
        yield cell.op
        for part in cell.cells:
            yield from inside(part)

    looked = [*plain_cells(), *day_cells(), *aggregates(), *windows()]
    assert {op for cell in looked for op in inside(cell)} == OPERATIONS


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("which", [plain_cells, day_cells])
def test_rows(size: int, which: Any) -> None:
    """Arithmetic, conditions, choices, texts and days; no branch that is not taken fails."""
    frame, parts = rows(size), list(which())
    writer = Writer(DUCKDB)
    wanted = by_sql(frame, [KEY, *map(writer.cell, parts)], f"ORDER BY {KEY}")
    named = [spell(cell).alias(f"c{number}") for number, cell in enumerate(parts)]
    check(frame.lazy().with_columns(*named).select(KEY, r"^c\d+$"), wanted, parts, KEY)


@pytest.mark.parametrize("size", SIZES)
def test_aggregates(size: int) -> None:
    """A sum of nothing is NULL; what is the same for every row is counted for every row."""
    frame, parts = rows(size), list(aggregates())
    writer = Writer(DUCKDB)
    wanted = by_sql(frame, ["g", *map(writer.cell, parts)], "GROUP BY g ORDER BY g")
    named = [spell(cell).alias(f"c{number}") for number, cell in enumerate(parts)]
    check(frame.lazy().group_by("g").agg(*named), wanted, parts, "g")


@pytest.mark.parametrize("size", SIZES)
def test_adding_up(size: int) -> None:
    """The same where rows stand together, and what all rows before make is taken from what they make with them."""
    frame, parts = rows(size), [cell for cell in aggregates() if cell.op not in {"least", "greatest"}]
    positive = [B, c.when(P, B), c.add(B, D), c.flag(S), c.when(P, ONE)]  # several sums in one number
    parts += [integer("sum", (value,), 0, 10**6, True) for value in positive]
    wanted = by_sql(frame, ["g", *map(Writer(DUCKDB).cell, parts)], "GROUP BY g ORDER BY g")
    columns = [Named(f"c{number}", cell) for number, cell in enumerate(parts)]
    assert adds_up(columns)
    check(added_up(frame.drop(KEY).rename({"g": KEY}).sort(KEY).lazy(), columns), wanted, parts, KEY)


def test_adding_up_beyond_64_bits() -> None:
    """What all rows make may wrap; what those of one subject make is right."""
    ends = [HUGE, HUGE, -HUGE, -HUGE, HUGE - 1, None, -HUGE, HUGE]
    frame = pl.LazyFrame({KEY: list(range(len(ends))), "l": ends})
    found = added_up(frame, [Named("sum", integer("sum", (L,), -HUGE, HUGE, True))])
    assert found.collect()["sum"].to_list() == ends


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("most", [0, 1, 2**20])
def test_windows(size: int, most: int) -> None:
    """Ranks with ties and gaps, by sorting, by joining and by looking up, over partitions that may be NULL themselves."""
    frame, parts = rows(size), list(windows())
    writer = Writer(DUCKDB)
    wanted = by_sql(frame, [KEY, *map(writer.cell, parts)], f"ORDER BY {KEY}")
    relation = Relation("subjects", Names())
    relation.columns.update({f"c{n}": Named(f"c{n}", cell) for n, cell in enumerate(parts)})
    for start in range(0, len(parts), 24):  # a level with every window at once takes Polars long to plan
        names = [f"c{number}" for number in range(start, min(start + 24, len(parts)))]
        chain = Frames(lambda name, columns: frame.lazy(), set(names), most).chain(relation, frame.lazy())
        some = [(row[0], *row[1 + start : 1 + start + len(names)]) for row in wanted]
        check(chain.select(KEY, *names), some, parts[start : start + len(names)], KEY)


def test_a_rank_is_not_moved_by_those_who_are_not_ranked() -> None:
    """A key outside its interval, at which nobody looks, stays behind those who are looked at."""
    frame = pl.DataFrame({KEY: [1, 2, 3, 4], "s": [True, True, False, False], "b": [3, 1, -900, 900]})
    cell = window("rank", over=(S,), keys=(B,), best="high")
    relation = Relation("subjects", Names(), {"r": Named("r", cell)})
    for most in (0, 1, 2**20):
        chain = Frames(lambda name, columns: frame.lazy(), {"r"}, most).chain(relation, frame.lazy())
        assert chain.collect().sort(KEY)["r"].to_list()[:2] == [1, 2]


def test_nothing_is_left_to_floats(tmp_path: Path) -> None:
    """Products and quotients at the ends of 64 bits are those of Python."""
    left = [0, 1, HUGE, HUGE - 1, 2**62, 2**53 + 1, 10**18 + 7]
    right = [1, 2, 3, 7, 2**31, HUGE, HUGE - 1]
    pairs = [(a, b) for a in left for b in right]
    frame = pl.DataFrame({"x": [a for a, _ in pairs], "y": [b for _, b in pairs]})
    x, y = column("x", "int", 0, HUGE), column("y", "int", 1, HUGE)
    assert frame.select(spell(c.divide(x, y)))["x"].to_list() == [a // b for a, b in pairs]
    assert frame.select(spell(c.compare("<", x, y)))["x"].to_list() == [a < b for a, b in pairs]
