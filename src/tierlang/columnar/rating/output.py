"""Results in SQL: one row for each subject, with the interpreter's words where there are any; and files of them."""

import contextlib
import itertools
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import Rule
from tierlang.columnar.columns.cells import column
from tierlang.columnar.columns.levels import name_of
from tierlang.columnar.columns.numbers import Num
from tierlang.columnar.columns.relation import KEY
from tierlang.columnar.columns.values import Plain, Single
from tierlang.columnar.lowering.decision import BITS, INELIGIBLE, VETOED, told_of
from tierlang.columnar.lowering.query import LONE, MARKED, OUTCOME, STATE, Query
from tierlang.columnar.rating.backend import Backend, Forms, Reading
from tierlang.columnar.rating.decimals import NARROW_DIGITS, digits_of, has_decimal
from tierlang.columnar.rating.rate import Rating
from tierlang.columnar.sql.text import text_literal
from tierlang.data import words
from tierlang.data.output import mode_of, refusing, tidied
from tierlang.data.problems import refused_file
from tierlang.diagnostics.model import DiagnosticError
from tierlang.run.result import DECIMALS, Result

PATTERNS, ALONE = "tier_patterns", "tier_alone"
KINDS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".jsonl": "json", ".ndjson": "json"}
FEW_VALUES = 10_000
"""Different values of a column that are worth a dictionary in Parquet; ids are not, and to find that out takes time."""
STATUSES = ("rated", "unrated", "ineligible", "vetoed", "undetermined")
RESULT_COLUMNS = (
    "status",
    "tier",
    "at_least",
    "at_most",
    "provisional",
    "failed",
    "causes",
    "assumed",
    "warnings",
)
"""The columns before those of a scheme's own definitions; each with KEY stands in every file."""


def headings_of(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """By definition the headings of its value and of its exact text; no two differ in upper and lower case only."""
    taken = {KEY, *RESULT_COLUMNS}
    found: dict[str, tuple[str, str]] = {}

    def free(*wishes: str) -> str:
        numbered = (f"{wishes[-1]}_{number}" for number in itertools.count(2))
        heading = next(wish for wish in itertools.chain(wishes, numbered) if wish.lower() not in taken)
        taken.add(heading.lower())
        return heading

    first = sorted(names, key=lambda name: name in taken)  # who can keep its name does
    values = {name: free(name, f"{name}_value") for name in first}
    for name, heading in values.items():
        found[name] = heading, free(f"{name}_exact")
    return found


@attrs.frozen
class Told:
    """The tables of the interpreter's words, by pattern and by subject; None where it has none to say."""

    patterns: str | None
    alone: str | None

    @classmethod
    def of(cls, rating: Rating) -> "Told":
        """What is told of a finished run."""
        backend, patterns, alone = rating.backend, None, None
        if rating.patterns:
            patterns = _table_of(backend, PATTERNS, rating.keys, rating.patterns.items())
        if rating.has_alone:
            alone = _table_of(backend, ALONE, [KEY], (((id_,), result) for id_, result in rating.all_alone()))
        return cls(patterns, alone)


def select_of(rating: Rating, told: Told, *, enums: bool = False, texts: bool = False) -> str:
    """
    What gives all results.

    Args:
        told: the interpreter's words.
        enums: whether statuses and levels are given as values of an ENUM, which DuckDB writes to Parquet as the same texts,
            in a fifth of the time.
        texts: ids are texts, whatever the data hold.
    """
    query, backend, forms = rating.query, rating.backend, rating.backend.forms
    by_pattern = [MARKED, *([LONE] if rating.marks_rows else [])] if told.patterns is not None else []
    speakers = {**dict.fromkeys(by_pattern, "p"), **({LONE: "l"} if told.alone is not None else {})}
    kinds = _enums(rating) if enums else {}
    clean = _clean(rating, kinds)
    columns = [
        f"{_told_or(name, clean[name], speakers, kinds.get(name))} AS {name}" for name in RESULT_COLUMNS
    ]
    headings = headings_of(query.values)
    values = [
        part
        for name, value in query.values.items()
        for part in _value(query, name, value, rating, headings[name])
    ]
    columns += [f"r.value_{number} AS {shown}" for number, (_, shown) in enumerate(values)]
    inner = ", ".join(["*", *(f"{text} AS value_{number}" for number, (text, _) in enumerate(values))])
    key = f"CAST(r.{KEY} AS {forms.text})"
    joined = ""
    if told.patterns is not None:
        matches = " AND ".join(forms.same.format(f"p.{name}", f"r.{name}") for name in rating.keys) or "TRUE"
        states = ", ".join(map(str, by_pattern))
        joined += f" LEFT JOIN {told.patterns} AS p ON r.{STATE} IN ({states}) AND {matches}"
    if told.alone is not None:
        joined += f" LEFT JOIN {told.alone} AS l ON r.{STATE} = {LONE} AND l.{KEY} = {key}"
    shown = key if texts or rating.id_type is None else f"CAST(r.{KEY} AS {rating.id_type})"
    return f"SELECT {shown} AS {KEY}, {', '.join(columns)} FROM (SELECT {inner} FROM {backend.source}) AS r{joined}"


def _enums(rating: Rating) -> dict[str, str]:
    """The ENUM that the values of a column are of."""
    text, ladder = rating.backend.writer.text, rating.scheme.level_names
    status = f"ENUM({', '.join(map(text, STATUSES))})"
    level = f"ENUM({', '.join(map(text, ladder))})"
    levels = dict.fromkeys(("tier", "at_least", "at_most"), level) if ladder else {}
    return {"status": status, **levels}


def _told_or(name: str, text: str, speakers: Mapping[int, str], kind: str | None) -> str:
    """What a table says of whoever is in a state, or what the columns say."""

    def word(table: str) -> str:
        return f"{table}.{name}" if kind is None else f"CAST({table}.{name} AS {kind})"

    arms = " ".join(f"WHEN {state} THEN {word(table)}" for state, table in speakers.items())
    return f"CASE r.{STATE} {arms} ELSE {text} END" if arms else text


def _table_of(
    backend: Backend, table: str, keys: Sequence[str], results: Iterable[tuple[Any, Result]]
) -> str:
    """What holds the interpreter's words, by pattern or by subject."""
    columns = [(key, "int" if key.startswith("pattern_") else "text") for key in keys]
    return backend.tell(
        table, [*columns, *result_columns()], ((*key, *words_of(result)) for key, result in results)
    )


def result_columns() -> list[tuple[str, str]]:
    """The columns RESULT_COLUMNS with their kinds."""
    kinds = {"provisional": "bool", **dict.fromkeys(_LISTS, "texts")}
    return [(name, kinds.get(name, "text")) for name in RESULT_COLUMNS]


_LISTS = frozenset({"failed", "causes", "assumed", "warnings"})


def words_of(result: Result) -> list[Any]:
    """What stands in the columns RESULT_COLUMNS."""
    lists = (result.failed, [str(cause) for cause in result.causes], result.assumed, result.warnings)
    return [
        result.status, result.tier, result.at_least, result.at_most, result.provisional, *(list(texts) for texts in lists),
    ]  # fmt: skip


def _clean(rating: Rating, kinds: Mapping[str, str]) -> dict[str, str]:
    """What is said of a subject of whom everything is known, by column; *kinds* says which columns are of an ENUM."""
    query, ladder, forms = rating.query, rating.scheme.level_names, rating.backend.forms
    text, outcome = rating.backend.writer.text, f"r.{OUTCOME}"

    def of(name: str, word: str) -> str:
        return f"CAST({text(word)} AS {kinds[name]})" if name in kinds else text(word)

    arms = " ".join(f"WHEN {i} THEN {of('tier', name)}" for i, name in enumerate(ladder))
    words = {word: of("status", word) for word in STATUSES}
    tier = f"CASE {outcome} {arms} END" if ladder else f"CAST(NULL AS {forms.text})"
    provisional = f"{outcome} <> {INELIGIBLE}" if rating.may_move else "FALSE"
    failed = [_failed_part(found, bit, text) for bit, found in _bits(query.failed, "failed", forms)]
    assumed = [
        f"CASE WHEN {bit} THEN {text(str(label))} END"
        for bit, label in _bits(query.assumed, "assumed", forms)
    ]
    return {
        "status": f"CASE {outcome} WHEN {INELIGIBLE} THEN {words['ineligible']} WHEN {VETOED} THEN {words['vetoed']}"
        f" ELSE CASE WHEN {outcome} >= 0 THEN {words['rated']} ELSE {words['unrated']} END END",
        "tier": tier,
        "at_least": tier,
        "at_most": tier,
        "provisional": provisional,
        "failed": _listed(failed, forms),
        "causes": forms.nothing,
        "assumed": _listed(assumed, forms),
        "warnings": forms.nothing,
    }


def _listed(parts: Sequence[str], forms: Forms) -> str:
    return forms.listed.format(", ".join(parts)) if parts else forms.nothing


def _bits(labels: Sequence[Any], prefix: str, forms: Forms) -> Iterator[tuple[str, Any]]:
    for number, label in enumerate(labels):
        yield forms.bit.format(f"r.{prefix}_{number // BITS}", number % BITS), label


def _failed_part(found: Rule | str, bit: str, text: Callable[[str], str]) -> str:
    kind, title = told_of(found)
    states = {
        "eligible": f"= {INELIGIBLE}",
        "veto": f"= {VETOED}",
        "require": f"NOT IN ({INELIGIBLE}, {VETOED})",
    }
    return f"CASE WHEN r.{OUTCOME} {states[kind]} AND {bit} THEN {text(title)} END"


# ------------------------------------------------------------------ values


def _value(
    query: Query, name: str, value: Single, rating: Rating, headings: tuple[str, str]
) -> list[tuple[str, str]]:
    """
    The columns of one value, and what they are called.

    A number is a decimal of 6 places, rounded half to even where it has more; then NAME_exact has the exact one as text.
    """
    backend, writer = rating.backend, rating.backend.writer
    shown, as_text = map(writer.quoted, headings)
    cells = [query.columns[place - 1] for place in query.value_places[name]]
    texts = [writer.name(named.name) for named in cells]
    match value:
        case Num(denominator=None) if value.scale <= DECIMALS and has_decimal(value):
            return [(backend.decimal(texts[0], value.scale, DECIMALS, digits_of(value)), shown)]
        case Num():
            held = [column(n.name, "int", n.cell.low, n.cell.high, nullable=n.cell.nullable) for n in cells]
            found, exact = backend.quotient(value, held, DECIMALS)
            decimal = [] if found is None else [(found, shown)]
            return [*decimal, (exact, as_text)]
        case Plain(kind="date"):
            return [(writer.dialect.date_of.format(texts[0]), shown)]
        case Plain(kind="tier"):
            return [(name_of(texts[0], rating.scheme.level_names, writer.text), shown)]
        case Plain():
            return [(texts[0], shown)]
        case _:
            return [(f"CAST(NULL AS DECIMAL({NARROW_DIGITS}, {DECIMALS}))", shown)]


# ------------------------------------------------------------------ files

_ATTEMPTS, _PAUSE = 50, 0.01
"""How often a folder is removed until it is gone, and the seconds between."""


def file_kind(path: Path) -> str:
    """
    The kind of file that a name asks for.

    Raises:
        DiagnosticError: it is none that is written.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise refused_file(path, words.KIND_NOT_WRITTEN, words.KINDS_WRITTEN)
    return kind


def copy_to(connection: Any, select: str, path: Path, kind: str, reading: Reading) -> None:
    """Write what a SELECT gives, as a whole or not at all; *reading* is in charge of what is wrong with its tables."""
    form = {
        "parquet": f"FORMAT parquet, DICTIONARY_SIZE_LIMIT {FEW_VALUES}",
        "csv": "FORMAT csv, HEADER",
        "json": "FORMAT json, ARRAY false",
    }[kind]
    with whole_file(path) as temporary, reading():
        if kind == "csv":
            named = connection.execute(f"DESCRIBE {select}").fetchall()
            lists = ", ".join(_joined(row[0]) for row in named if row[0] in _LISTS)
            select = f"SELECT * REPLACE ({lists}) FROM ({select})" if lists else select
        connection.execute(f"COPY ({select}) TO {text_literal(str(temporary))} ({form})")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """
    Where to write a file, which takes its name when it is whole, and is gone where it never gets so.

    It is written in a hidden folder beside its place: an engine that still has it in hand when the run fails, in a thread of its
    own, cannot make it once more when the folder is gone. An old file's permissions are kept, and one that nobody may write is not
    replaced, as in `write_whole`.

    Raises:
        DiagnosticError: it cannot be written.
    """
    target = Path(os.path.realpath(path))
    folder = target.with_name(f".tier-{secrets.token_hex(8)}.tmp")
    if not target.parent.is_dir():
        raise _cannot_write(path, f"there is no folder {target.parent}")
    with refusing(path):
        mode = mode_of(target)
    results = folder / "results"
    try:
        folder.mkdir()
        yield results
        if mode is not None:
            results.chmod(mode)
        results.replace(target)
    except BaseException as error:
        if isinstance(error, OSError) or type(error).__name__ == "IOException":
            raise _cannot_write(path, _why(str(error))) from error
        raise
    finally:
        tidied(lambda: _remove(folder))


def _remove(folder: Path) -> None:
    """Remove a folder, though somebody may just be making a file in it."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


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
    return refused_file(path, words.CANNOT_WRITE.fill(error=why))


def _joined(name: str) -> str:
    return f"array_to_string({name}, '; ') AS {name}"
