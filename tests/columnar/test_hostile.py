"""Data made to mislead: whatever they are, an engine says what the readers of rows and the interpreter say, or that it cannot."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tierlang
from columnar.shared import plain

ENGINES = ("duckdb", "polars", "auto")
Tables = dict[str, dict[str, Any]]


def told(call: Callable[[], Any]) -> Any:
    """All that an outcome says; or the code of its first refusal."""
    try:
        with call() as outcome:
            return [plain(result) for result in outcome], outcome.header["cohort"], outcome.warnings
    except tierlang.DiagnosticError as error:
        return error.diagnostics[0].code


def check(scheme: str, tables: Tables, folder: Path, **options: Any) -> Any:
    """Hold every engine against the interpreter; returns what the interpreter says."""
    paths = {}
    for name, columns in tables.items():
        paths[name] = str(folder / f"{name}.parquet")
        pq.write_table(pa.table(columns), paths[name])
    return check_paths(scheme, paths, **options)


def check_paths(scheme: str, paths: dict[str, Any], **options: Any) -> Any:
    """The same for tables that are there already."""
    loaded = tierlang.loads(scheme)
    children = {name: path for name, path in paths.items() if name != "subjects"}

    def rated(engine: str) -> Any:
        return loaded.rate_table(paths["subjects"], children=children, engine=engine, **options)

    wanted = told(lambda: rated("exact"))
    for engine in ENGINES:
        found = told(lambda engine=engine: rated(engine))
        assert found == wanted or (engine != "auto" and found == "E-ENGINE"), engine
    return wanted


LISTS = """
record item { v : count, w : text }
input x : number
input items : list of item max 3
a = x > 1234567890123456789012345678
b = sum(i.v for i in items)
tiers A > B
tier A if x >= 1
tier B otherwise
"""
IDS: dict[str, tuple[list[Any], list[Any], str | None]] = {
    "a number and its text": ([1, 2], ["1", "2"], None),
    "zeros before it": ([1, 2], ["01", "2"], "E-DATA-ORPHAN"),
    "a text of zeros and a number": (["007", "7"], [7, 7], None),
    "decimals": ([1, 2], [Decimal("1.0"), Decimal("2.0")], None),
    "floats": ([1, 2], [1.0, 2.0], "E-DATA-CELL"),
    "blanks": (["a", "b"], [" a", "b "], None),
    "a wide blank": (["a", "b"], ["a\u3000", "b"], None),
    "composed": (["\u00e9", "b"], ["e\u0301", "b"], None),
    "full width": (["a", "b"], ["\uff41", "b"], "E-DATA-ORPHAN"),
    "capital": (["a", "b"], ["A", "b"], "E-DATA-ORPHAN"),
    "nothing": (["a", "b"], ["a", None], "E-DATA-ID"),
    "empty": (["a", "b"], ["a", ""], "E-DATA-ID"),
    "a total": (["a", "b"], ["a", "合计"], "E-DATA-CELL"),
    "a quotation mark": (["a", "b"], ["a", "a'\""], "E-DATA-ID"),
    "zero": (["a", "b"], ["a", "a\0"], "E-DATA-CELL"),
}


@pytest.mark.parametrize("name", IDS)
def test_ids_of_child_rows(name: str, tmp_path: Path) -> None:
    """They are tidied like those of subjects, before anybody is said to be unknown."""
    main, children, code = IDS[name]
    wanted = check(
        LISTS, {"subjects": {"id": main, "x": [None, 2]}, "items": {"id": children, "v": [1, None]}}, tmp_path
    )
    assert wanted == code if code is not None else not isinstance(wanted, str)


def test_more_digits_than_a_context_has(tmp_path: Path) -> None:
    """The ends of a column are exact, however many digits they have."""
    wide = Decimal("1234567890123456789012345678.0123456789")
    found = check(LISTS, {"subjects": {"id": ["p", "q"], "x": [wide, -wide]}}, tmp_path)
    assert [{n: v for n, _, v in result["values"]}["a"] for result in found[0]] == [True, False]
