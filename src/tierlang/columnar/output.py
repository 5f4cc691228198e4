"""Results in SQL: one row for each subject, with the interpreter's words where there are any; and files of them."""

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import Rule
from tierlang.columnar.cells import Cell, TooWide, column
from tierlang.columnar.decision import BITS, INELIGIBLE, VETOED
from tierlang.columnar.duck import BATCH, insert
from tierlang.columnar.numbers import Num, rounded
from tierlang.columnar.query import LONE, MARKED, OUTCOME, STATE, Query
from tierlang.columnar.rate import Rating
from tierlang.columnar.relation import KEY, Named
from tierlang.columnar.scan import quoted, text_literal
from tierlang.columnar.values import Plain, Single
from tierlang.data import words
from tierlang.data.problems import FileProblem, Problems
from tierlang.diagnostics.model import DataPlace, DiagnosticError
from tierlang.run.result import DECIMALS, Result

PATTERNS, ALONE = "tier_patterns", "tier_alone"
KINDS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".jsonl": "json", ".ndjson": "json"}
OWN = ("status", "tier", "at_least", "at_most", "provisional", "failed", "causes", "assumed", "warnings")
"""The columns before those of a scheme's own definitions; each with KEY stands in every file."""


def select_of(rating: Rating) -> str:
    """What gives all results; tables of the interpreter's words are made on the way."""
    query, backend = rating.query, rating.backend
    _told(backend.connection, PATTERNS, rating.keys, list(rating.patterns.items()))
    _told(backend.connection, ALONE, [KEY], [((id_,), r) for id_, r in rating.alone.items()])
    by_pattern = [MARKED, *([LONE] if not rating.alone else [])]
    columns = [f"{_told_or(name, text, by_pattern)} AS {name}" for name, text in _clean(rating).items()]
    values = [part for name, value in query.values.items() for part in _value(query, name, value, rating)]
    columns += [f"r.value_{number} AS {shown}" for number, (_, shown) in enumerate(values)]
    inner = ", ".join(["*", *(f"{text} AS value_{number}" for number, (text, _) in enumerate(values))])
    matches = " AND ".join(f"p.{name} IS NOT DISTINCT FROM r.{name}" for name in rating.keys) or "TRUE"
    states = ", ".join(map(str, by_pattern))
    return (
        f"SELECT CAST(r.{KEY} AS VARCHAR) AS {KEY}, {', '.join(columns)} FROM (SELECT {inner} FROM {backend.source}) AS r"
        f" LEFT JOIN {PATTERNS} AS p ON r.{STATE} IN ({states}) AND {matches}"
        f" LEFT JOIN {ALONE} AS l ON r.{STATE} = {LONE} AND l.{KEY} = CAST(r.{KEY} AS VARCHAR)"
    )


def _told_or(name: str, text: str, by_pattern: Sequence[int]) -> str:
    arms = " ".join(f"WHEN {state} THEN p.{name}" for state in by_pattern)
    return f"CASE r.{STATE} {arms} WHEN {LONE} THEN l.{name} ELSE {text} END"


def _told(connection: Any, table: str, keys: Sequence[str], results: Sequence[tuple[Any, Result]]) -> None:
    """A table of what the interpreter said."""
    declared = [f"{key} {'BIGINT' if key.startswith('pattern_') else 'VARCHAR'}" for key in keys]
    columns = [*declared, *listed()]
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({', '.join(columns)})")
    for start in range(0, len(results), BATCH):
        rows = [(*key, *words_of(result)) for key, result in results[start : start + BATCH]]
        insert(connection, table, columns, rows)


def listed() -> list[str]:
    """The declarations of the columns OWN."""
    kinds = {"provisional": "BOOLEAN", **dict.fromkeys(_LISTS, "VARCHAR[]")}
    return [f"{name} {kinds.get(name, 'VARCHAR')}" for name in OWN]


_LISTS = frozenset({"failed", "causes", "assumed", "warnings"})


def words_of(result: Result) -> list[Any]:
    """What stands in the columns OWN."""
    lists = (result.failed, [str(cause) for cause in result.causes], result.assumed, result.warnings)
    return [
        result.status, result.tier, result.at_least, result.at_most, result.provisional, *(list(texts) for texts in lists),
    ]  # fmt: skip


def _clean(rating: Rating) -> dict[str, str]:
    """What is said of a subject of whom everything is known, by column."""
    query, ladder = rating.query, rating.scheme.ladder
    outcome = f"r.{OUTCOME}"
    arms = " ".join(f"WHEN {i} THEN {text_literal(level.name)}" for i, level in enumerate(ladder))
    tier = f"CASE {outcome} {arms} END" if ladder else "CAST(NULL AS VARCHAR)"
    provisional = f"{outcome} <> {INELIGIBLE}" if rating.may_move else "FALSE"
    failed = [_failed_part(found, bit) for bit, found in _bits(query.failed, "failed")]
    assumed = [
        f"CASE WHEN {bit} THEN {text_literal(str(label))} END"
        for bit, label in _bits(query.assumed, "assumed")
    ]
    return {
        "status": f"CASE {outcome} WHEN {INELIGIBLE} THEN 'ineligible' WHEN {VETOED} THEN 'vetoed'"
        f" ELSE CASE WHEN {outcome} >= 0 THEN 'rated' ELSE 'unrated' END END",
        "tier": tier,
        "at_least": tier,
        "at_most": tier,
        "provisional": provisional,
        "failed": _listed(failed),
        "causes": "[]::VARCHAR[]",
        "assumed": _listed(assumed),
        "warnings": "[]::VARCHAR[]",
    }


def _listed(parts: Sequence[str]) -> str:
    return f"list_filter([{', '.join(parts)}], lambda x: x IS NOT NULL)" if parts else "[]::VARCHAR[]"


def _bits(labels: Sequence[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for number, label in enumerate(labels):
        yield f"(r.{prefix}_{number // BITS} >> {number % BITS}) & 1 = 1", label


def _failed_part(found: Rule | str, bit: str) -> str:
    kind = found.kind if isinstance(found, Rule) else "eligible"
    title = found.title if isinstance(found, Rule) else f"missing {found}"
    states = {
        "eligible": f"= {INELIGIBLE}",
        "veto": f"= {VETOED}",
        "require": f"NOT IN ({INELIGIBLE}, {VETOED})",
    }
    return f"CASE WHEN r.{OUTCOME} {states[kind]} AND {bit} THEN {text_literal(title)} END"


# ------------------------------------------------------------------ values


def _value(query: Query, name: str, value: Single, rating: Rating) -> list[tuple[str, str]]:
    """
    The columns of one value, and what they are called.

    A number is a decimal of 6 places, rounded half to even where it has more; then NAME_exact has the exact one as text.
    """
    shown = quoted(name if name not in {KEY, *OWN} else f"{name}_value")
    cells = [query.columns[place - 1] for place in query.value_places[name]]
    texts = [rating.backend.writer.name(named.name) for named in cells]
    match value:
        case Num(denominator=None) if value.scale <= DECIMALS and max(-value.low, value.high) < _MOST:
            return [(_decimal(texts[0], value.scale), shown)]
        case Num():
            return [*_rounded(value, cells, shown, rating), (_exact(value, texts), quoted(f"{name}_exact"))]
        case Plain(kind="date"):
            return [(f"(DATE '0001-01-01' + CAST({texts[0]} - 1 AS INTEGER))", shown)]
        case Plain(kind="tier"):
            arms = " ".join(
                f"WHEN {-i} THEN {text_literal(lv.name)}" for i, lv in enumerate(rating.scheme.ladder)
            )
            return [(f"CASE {texts[0]} {arms} END", shown)]
        case Plain():
            return [(texts[0], shown)]
        case _:
            return [(f"CAST(NULL AS DECIMAL(38, {DECIMALS}))", shown)]


_MOST = 10 ** (38 - DECIMALS - 1)
"""A larger number is told as text only."""


def _rounded(value: Num, cells: Sequence[Named], shown: str, rating: Rating) -> list[tuple[str, str]]:
    if max(-value.low, value.high) >= _MOST:
        return []
    held = [column(n.name, "int", n.cell.low, n.cell.high, nullable=n.cell.nullable) for n in cells]
    bottom = held[1] if len(held) > 1 else value.denominator
    try:
        found = rounded(
            attrs.evolve(value, numerator=held[0], denominator=bottom), DECIMALS, "half_even", _inline
        )
    except TooWide:
        return []
    return [(_decimal(f"({rating.backend.writer.cell(found.numerator)})", found.scale), shown)]


def _inline(cell: Cell) -> Cell:
    return cell


def _decimal(text: str, scale: int) -> str:
    """A scaled integer as a decimal."""
    if scale == 0:
        return f"CAST({text} AS DECIMAL(38, {DECIMALS}))"
    whole_part = f"CAST({text} AS DECIMAL({38 - DECIMALS + scale}, 0))"
    return f"CAST({whole_part} * CAST('{10**-scale:.{scale}f}' AS DECIMAL({scale}, {scale})) AS DECIMAL(38, {DECIMALS}))"


def _exact(value: Num, texts: Sequence[str]) -> str:
    """A quotient in lowest terms, as ``37/3`` or ``12``."""
    unit = 10**value.scale
    bottom = f"(CAST({texts[1]} AS HUGEINT) * {unit})" if len(texts) > 1 else f"CAST({unit} AS HUGEINT)"
    common = f"gcd(CAST({texts[0]} AS HUGEINT), {bottom})"
    whole_text = f"CAST({texts[0]} // {common} AS VARCHAR)"
    return f"CASE WHEN {bottom} = {common} THEN {whole_text} ELSE {whole_text} || '/' || CAST({bottom} // {common} AS VARCHAR) END"


# ------------------------------------------------------------------ files


def file_kind(path: Path) -> str:
    """
    The kind of file that a name asks for.

    Raises:
        DiagnosticError: it is none that is written.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        problems = Problems()
        problems.add_problem(FileProblem(words.KIND_UNKNOWN), DataPlace(str(path)))
        raise DiagnosticError(problems.errors)
    return kind


def copy_to(connection: Any, select: str, path: Path, kind: str) -> None:
    """Write what a SELECT gives; the file takes its name when it is whole, and is gone where it never gets so."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".tier-{secrets.token_hex(8)}.tmp")
    form = {"parquet": "FORMAT parquet", "csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY false"}[
        kind
    ]
    if kind == "csv":
        select = f"SELECT * REPLACE ({', '.join(_joined(name) for name in sorted(_LISTS))}) FROM ({select})"
    if not target.parent.is_dir():
        raise _cannot_write(path, f"there is no folder {target.parent}")
    try:
        connection.execute(f"COPY ({select}) TO {text_literal(str(temporary))} ({form})")
        temporary.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) or type(error).__name__ == "IOException":
            raise _cannot_write(path, _why(str(error))) from error
        raise


def _why(text: str) -> str:
    """What the system says of a file, without what the engine says around it."""
    said = next(
        (
            sign
            for sign in ("No space left on device", "Permission denied", "Read-only file system")
            if sign in text
        ),
        None,
    )
    return said or text.partition("\n")[0].partition("{")[0]


def _cannot_write(path: Path, why: str) -> DiagnosticError:
    problems = Problems()
    problems.add_problem(FileProblem(words.CANNOT_WRITE.filled(error=why)), DataPlace(str(path)))
    return DiagnosticError(problems.errors)


def _joined(name: str) -> str:
    return f"array_to_string({name}, '; ') AS {name}"
