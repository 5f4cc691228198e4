"""What was published before: filled into rows, whatever engine rates; never forgotten without a word."""

from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest

import tierlang
from tierlang.data import Published

SCHEME = """
scheme demo.points
assess every quarter
input earned : count
state before : count = 0 from points
points = before + earned
tiers GOLD > BASE
tier GOLD if points >= 10
tier BASE otherwise
"""
ENGINES = ("exact", "duckdb", "polars", "auto")
FORMS = ("rows", "parquet", "csv", "arrow")
BEFORE = Published("demo.points", "", "2022-Q4", "a", "rated", "GOLD", {"points": 100})


def given(form: str, folder: Path, before: list[int | None] | None = None) -> Any:
    """Two subjects in one of the forms."""
    columns: dict[str, list[Any]] = {"id": ["a", "b"], "earned": [12, 3]}
    table = pyarrow.table(columns if before is None else {**columns, "before": before})
    match form:
        case "rows":
            return table.to_pylist()
        case "parquet":
            pyarrow.parquet.write_table(table, folder / "in.parquet")
            return folder / "in.parquet"
        case "csv":
            pyarrow.csv.write_csv(table, folder / "in.csv")
            return folder / "in.csv"
        case _:
            return table


def rated(subjects: Any, engine: str, **options: Any) -> Any:
    """Level and points of each; the code of a refusal."""
    try:
        with tierlang.loads(SCHEME).rate_table(
            subjects, period="2023-Q1", engine=engine, **options
        ) as outcome:
            return [(result.tier, result.values["points"]) for result in outcome]
    except tierlang.DiagnosticError as error:
        (found,) = error.diagnostics
        return found.code, found.args.get("name"), found.args.get("id")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", FORMS)
def test_without_history_nobody_is_taken_for_a_newcomer(engine: str, form: str, tmp_path: Path) -> None:
    """A state is given, or refused where it is missing."""
    refused = ("E-HISTORY-MISSING", "before")
    assert rated(given(form, tmp_path), engine) == (*refused, "a")
    assert rated(given(form, tmp_path, [5, None]), engine) == (*refused, "b")
    assert rated(given(form, tmp_path, [5, 7]), engine) == [("GOLD", 17), ("GOLD", 10)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("history", [[], [BEFORE]])
def test_history_is_filled_in(engine: str, form: str, history: list[Published], tmp_path: Path) -> None:
    """Into rows, frames and single files."""
    found = rated(given(form, tmp_path), engine, history=history)
    assert found == [("GOLD", 112 if history else 12), ("BASE", 3)]


def test_a_folder_takes_no_history(tmp_path: Path) -> None:
    """It is told why."""
    given("parquet", tmp_path)
    with pytest.raises(
        tierlang.DiagnosticError,
        match="`subjects` is no single file, and what was published is filled in row by row",
    ):
        tierlang.loads(SCHEME).rate_table(tmp_path, period="2023-Q1", history=[])


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_undetermined_was_not_published(engine: str, tmp_path: Path) -> None:
    """Values of results may be handed back as they are."""
    (result,) = tierlang.loads(SCHEME).rate([{"id": "a", "before": 1}], period="2022-Q4").results
    before = Published("demo.points", "", "2022-Q4", "a", "undetermined", None, result.values)
    found = rated(given("rows", tmp_path), engine, history=[before])
    (level, points), newcomer = found
    assert (level, str(points), newcomer) == (None, "undetermined (missing before)", ("BASE", 3))
