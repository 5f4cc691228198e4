"""Results that Polars holds, written to Parquet by Polars: the same columns as output.py gives in SQL."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tierlang import quickattrs as attrs
from tierlang.check.model import Rule
from tierlang.columnar.columns.cells import TooWide, column
from tierlang.columnar.columns.numbers import Num, rounded
from tierlang.columnar.columns.relation import KEY, is_pattern_of_names
from tierlang.columnar.columns.values import Plain, Single
from tierlang.columnar.engines.polars.collecting import collected, interrupted_once
from tierlang.columnar.engines.polars.scan import INTEGERS
from tierlang.columnar.engines.polars.spelling import EPOCH, is_wide, spell
from tierlang.columnar.lowering.decision import BITS, INELIGIBLE, STATUS, VETOED, told_of
from tierlang.columnar.lowering.query import LONE, MARKED, OUTCOME, STATE
from tierlang.columnar.rating.backend import Reading
from tierlang.columnar.rating.decimals import NARROW_DIGITS, digits_of, has_decimal
from tierlang.columnar.rating.output import (
    KINDS,
    RESULT_COLUMNS,
    headings_of,
    result_columns,
    whole_file,
    words_of,
)
from tierlang.columnar.rating.rate import Rating
from tierlang.run.result import DECIMALS

_STATUS = {0: "rated", **{-outcome: word for outcome, word in STATUS.items()}}
_TYPES = {"text": pl.String, "texts": pl.List(pl.String), "bool": pl.Boolean, "int": pl.Int64}
_MOST_LEVELS = 200
_SCHEMA, _OTHER_SCHEMA = b"ARROW:schema", b"polars:types"


def write(
    rating: Rating,
    held: pl.LazyFrame,
    target: Path,
    columns: Sequence[str] | None,
    reading: Reading,
    *,
    ordered: bool,
) -> bool:
    """
    Write results to a file of Parquet.

    Args:
        held: what the query of *rating* gives; *reading* is in charge of reading it.

    Returns:
        False where it is another kind of file, or a column is wanted that is not told here.

    Raises:
        DiagnosticError: the file cannot be written.
    """
    if KINDS.get(target.suffix.lower()) != "parquet" or len(rating.scheme.ladder) > _MOST_LEVELS:
        return False
    if _has_lone(rating, held):
        return False
    telling = _Telling(rating)
    known = telling.columns()
    if any(map(is_pattern_of_names, known)):
        return False
    wanted = list(dict.fromkeys(known if columns is None else columns))
    if not all(known.get(name) is not None for name in wanted):
        return False
    frame = _rows(rating, held, telling, wanted)
    if ordered:
        frame = frame.sort(KEY) if KEY in wanted else _rows(rating, held, telling, [*wanted, KEY]).sort(KEY)
    with whole_file(target) as temporary:
        with reading(), interrupted_once():
            frame.select(wanted).sink_parquet(
                temporary,
                compression="snappy",
                statistics=ordered,  # of rows in no order they tell nothing
                maintain_order=ordered,
                engine="streaming",
            )
        _as_texts(temporary)
    return True


def counts(
    rating: Rating, held: pl.LazyFrame, collect: Callable[[pl.LazyFrame], pl.DataFrame]
) -> list[tuple[str, str | None, int]] | None:
    """How many results have each status and level; None where it is not told here."""
    if _has_lone(rating, held) or len(rating.scheme.ladder) > _MOST_LEVELS:
        return None
    both = [pl.col("status").cast(pl.String), pl.col("tier").cast(pl.String)]
    rows = _rows(rating, held, _Telling(rating), ["status", "tier"]).group_by("status", "tier").len()
    return list(collect(rows.select(*both, "len")).iter_rows())


def _has_lone(rating: Rating, held: pl.LazyFrame) -> bool:
    """Whether causes of somebody depend on data."""
    if rating.query.of_each_row:
        return False
    states = collected(held.select(STATE), engine="in-memory").get_column(STATE)
    return bool((states == LONE).any())


def _rows(rating: Rating, held: pl.LazyFrame, telling: "_Telling", wanted: Sequence[str]) -> pl.LazyFrame:
    """The wanted columns of all subjects: those of whom everything is known, and those of whom the interpreter has spoken."""
    known, told = telling.columns(), [name for name in wanted if name in RESULT_COLUMNS]
    shown = [part.alias(name) for name in wanted if (part := known[name]) is not None]
    if not rating.patterns:
        return held.select(shown)
    words, keys = telling.words(held), rating.keys
    marked = held.filter(pl.col(STATE) == MARKED)
    joined = (
        marked.join(words, on=keys, how="left", nulls_equal=True) if keys else marked.join(words, how="cross")
    )
    spoken = [pl.col(f"told {name}").alias(name) for name in told]
    rest = [
        part.alias(name)
        for name in wanted
        if name not in RESULT_COLUMNS and (part := known[name]) is not None
    ]
    clean = held.filter(pl.col(STATE) != MARKED).select(shown)
    return pl.concat([clean, joined.select(*rest, *spoken).select(wanted)])


@attrs.frozen
class _Telling:
    """The columns of results as expressions over what is held."""

    rating: Rating

    def columns(self) -> dict[str, pl.Expr | None]:
        """By heading, in order; None where it is not told here."""
        clean = self._clean()
        kept = None if self.rating.id_type is None else INTEGERS[self.rating.id_type]
        found: dict[str, pl.Expr | None] = {KEY: pl.col(KEY).cast(kept or pl.String)}
        found |= {name: clean[name] for name in RESULT_COLUMNS}
        headings = headings_of(self.rating.query.values)
        for name, value in self.rating.query.values.items():
            found |= self._value(headings[name], name, value)
        return found

    def words(self, held: pl.LazyFrame) -> pl.LazyFrame:
        """What the interpreter has said of each pattern."""
        keys, known = self.rating.keys, held.collect_schema()
        kinds = {name: _TYPES[kind] for name, kind in result_columns()}
        schema: dict[str, Any] = {
            **{key: known[key] for key in keys},
            **{f"told {n}": kind for n, kind in kinds.items()},
        }
        rows = [(*key, *words_of(result)) for key, result in self.rating.patterns.items()]
        statuses, levels = pl.col("told status"), pl.col("^told (tier|at_least|at_most)$")
        made = pl.DataFrame(rows, schema=schema, orient="row")
        return made.lazy().with_columns(statuses.cast(self._statuses), levels.cast(self._levels))

    @property
    def _statuses(self) -> pl.Enum:
        said = (result.status for result in self.rating.patterns.values())
        return pl.Enum(list(dict.fromkeys([*_STATUS.values(), *said])))

    @property
    def _levels(self) -> pl.Enum:
        return pl.Enum(self.rating.scheme.level_names)

    def _clean(self) -> dict[str, pl.Expr]:
        """What is said of a subject of whom everything is known."""
        rating, outcome = self.rating, pl.col(OUTCOME)
        has_level = outcome >= 0
        if rating.scheme.ladder:
            tier = _as_enum(pl.when(has_level).then(outcome), self._levels)
        else:
            tier = pl.lit(None, self._levels)
        nothing = pl.lit([], dtype=pl.List(pl.String))
        status = pl.when(has_level).then(pl.lit(0, pl.Int8)).otherwise(pl.lit(0, pl.Int8) - outcome)
        provisional = (outcome != INELIGIBLE) if rating.may_move else pl.lit(value=False)
        failed = [_failed(found, bit) for bit, found in _bits(rating.query.failed, "failed")]
        assumed = [pl.when(bit).then(pl.lit(label)) for bit, label in _bits(rating.query.assumed, "assumed")]
        return {
            "status": _as_enum(status, self._statuses),
            "tier": tier,
            "at_least": tier,
            "at_most": tier,
            "provisional": provisional,
            "failed": _listed(failed),
            "causes": nothing,
            "assumed": _listed(assumed),
            "warnings": nothing,
        }

    def _value(self, headings: tuple[str, str], name: str, value: Single) -> dict[str, pl.Expr | None]:
        """The columns of one value, under the headings of it and of its exact text."""
        shown, exact = headings
        cells = [self.rating.query.columns[place - 1] for place in self.rating.query.value_places[name]]
        parts = [pl.col(named.name) for named in cells]
        match value:
            case Num(denominator=None) if value.scale <= DECIMALS and has_decimal(value):
                return {shown: _decimal(parts[0], value.scale, digits_of(value))}
            case Num():
                held = [
                    column(n.name, "int", n.cell.low, n.cell.high, nullable=n.cell.nullable) for n in cells
                ]
                bottom = held[1] if len(held) > 1 else None
                return _quotient(shown, exact, attrs.evolve(value, numerator=held[0], denominator=bottom))
            case Plain(kind="date"):
                return {shown: (parts[0].cast(pl.Int64) - EPOCH).cast(pl.Int32).cast(pl.Date)}
            case Plain(kind="tier"):
                return {shown: _as_enum(pl.lit(0, pl.Int8) - parts[0], self._levels)}
            case Plain():
                return {shown: parts[0]}
            case _:
                return {shown: pl.lit(None, pl.Decimal(NARROW_DIGITS, DECIMALS))}


def _as_enum(number: pl.Expr, kind: pl.Enum) -> pl.Expr:
    return number.cast(pl.UInt8).cat.to(kind)


def _listed(parts: Sequence[pl.Expr]) -> pl.Expr:
    """The texts that are there."""
    return pl.concat_list(parts).list.drop_nulls() if parts else pl.lit([], dtype=pl.List(pl.String))


def _bits(labels: Sequence[Any], prefix: str) -> Iterator[tuple[pl.Expr, Any]]:
    for number, label in enumerate(labels):
        bits = pl.col(f"{prefix}_{number // BITS}").cast(pl.Int64)
        yield (bits // 2 ** (number % BITS)) % 2 == 1, label


def _failed(found: Rule | str, bit: pl.Expr) -> pl.Expr:
    kind, title = told_of(found)
    outcome = pl.col(OUTCOME)
    states: dict[str, Callable[[], pl.Expr]] = {
        "eligible": lambda: outcome == INELIGIBLE,
        "veto": lambda: outcome == VETOED,
        "require": lambda: (outcome != INELIGIBLE) & (outcome != VETOED),
    }
    return pl.when(states[kind]() & bit).then(pl.lit(title))


def _decimal(number: pl.Expr, scale: int, digits: int) -> pl.Expr:
    """A scaled integer as a decimal of so many digits, whose bits are those of the integer in millionths."""
    held = pl.Int64 if digits == NARROW_DIGITS else pl.Int128
    millionths = number.cast(held) * pl.lit(10 ** (DECIMALS - scale), held)
    return millionths.cast(pl.Int128).reinterpret(dtype=pl.Decimal(digits, DECIMALS))


def _quotient(shown: str, exact: str, value: Num) -> dict[str, pl.Expr | None]:
    """A quotient as a decimal, rounded half to even; in lowest terms it is not told here."""
    if not has_decimal(value):
        return {exact: None}
    try:
        found = rounded(value, DECIMALS, "half_even", lambda cell: cell)
    except TooWide:
        return {exact: None}
    decimal = (
        None if is_wide(found.numerator) else _decimal(spell(found.numerator), found.scale, digits_of(value))
    )
    return {shown: decimal, exact: None}


def _as_texts(path: Path) -> None:
    """
    Let readers see texts where Polars wrote levels.

    Parquet has both as texts; what Polars says of its own types beside them gets another name.
    """
    with path.open("r+b") as file:
        file.seek(-8, 2)
        size = int.from_bytes(file.read(4), "little")
        file.seek(-8 - size, 2)
        start, footer = file.tell(), file.read(size)
        if footer.count(_SCHEMA) == 1:
            file.seek(start + footer.index(_SCHEMA))
            file.write(_OTHER_SCHEMA)
