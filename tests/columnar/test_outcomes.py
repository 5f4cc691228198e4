"""What an outcome is asked for: by several threads, by keys that are no ids, for columns that are none."""

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import tierlang

TEXT = "input x : count\np = place(x)\ntiers A > B\ntier A if p <= 10\ntier B otherwise\n"
ENGINES = ("exact", "duckdb", "polars")


def outcome_of(engine: str, size: int = 200) -> Any:
    """Subjects p0, p1 …, the later the better."""
    table = pa.table({"id": [f"p{number}" for number in range(size)], "x": list(range(size))})
    return tierlang.loads(TEXT).rate_table(table, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_threads_share_an_outcome(engine: str) -> None:
    """They wait for each other, and each is told what one alone would be told."""
    wrong: list[object] = []
    with outcome_of(engine) as outcome:
        wanted = Counter({("rated", "A"): 10, ("rated", "B"): 190})

        def ask() -> None:
            try:
                for _ in range(5):
                    found = (
                        outcome["p199"].tier,
                        outcome.counts(),
                        outcome.to_arrow().num_rows,
                        sum(1 for _ in outcome),
                    )
                    if found != ("A", wanted, 200, 200):
                        wrong.append(found)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


@pytest.mark.parametrize("engine", ENGINES)
def test_an_outcome_that_is_closed(engine: str, tmp_path: Path) -> None:
    """It says so, whatever it is asked; what it has said stays, and what was half gone through ends."""
    outcome = outcome_of(engine, 3)
    half, result = iter(outcome), outcome["p1"]
    next(half)
    outcome.close()
    outcome.close()
    asked = [
        lambda: outcome["p1"],
        lambda: next(half),
        outcome.counts,
        outcome.to_arrow,
        outcome.as_outcome,
        lambda: outcome.write(tmp_path / "out.parquet"),
        *([result.explain] if engine != "exact" else []),  # the interpreter has everything in memory
    ]
    for ask in asked:
        with pytest.raises(ValueError, match="the outcome is closed"):
            ask()
    assert (result.tier, len(outcome), list(tmp_path.iterdir())) == ("A", 3, [])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", ["q", 100, None, b"p1"])
def test_nobody_of_that_id(engine: str, key: Any) -> None:
    """Whatever is no id of anybody is a key that is not there."""
    with outcome_of(engine, 3) as outcome, pytest.raises(KeyError):
        outcome[key]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_columns(engine: str, tmp_path: Path) -> None:
    """A file of nothing is not written."""
    with outcome_of(engine, 3) as outcome, pytest.raises(ValueError, match="at least one column"):
        outcome.write(tmp_path / "out.parquet", columns=[])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["out.json", "out.xlsx", "out"])
def test_kinds_that_are_not_written(engine: str, name: str, tmp_path: Path) -> None:
    """It is told which ones are."""
    with outcome_of(engine, 3) as outcome, pytest.raises(tierlang.DiagnosticError) as caught:
        outcome.write(tmp_path / name)
    assert "is not of a kind that results are written to" in str(caught.value)
    assert "use .parquet, .csv or .jsonl" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_permissions_of_a_file(engine: str, suffix: str, tmp_path: Path) -> None:
    """They are kept; a file that nobody may write is not replaced, and a folder is none."""
    private, readonly, folder = (tmp_path / f"{name}.{suffix}" for name in ("private", "readonly", "folder"))
    for path, mode in ((private, 0o600), (readonly, 0o444)):
        path.write_text("old", encoding="utf-8")
        path.chmod(mode)
    folder.mkdir()
    with outcome_of(engine, 3) as outcome:
        outcome.write(private)
        for path, reason in ((readonly, "is read-only"), (folder, "is a folder")):
            with pytest.raises(tierlang.DiagnosticError, match=reason):
                outcome.write(path)
    assert private.stat().st_mode & 0o777 == 0o600
    assert private.read_bytes() != b"old"
    assert readonly.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in (private, readonly, folder))


@pytest.mark.parametrize("engine", [*ENGINES, "auto"])
def test_history_of_a_pattern(engine: str, tmp_path: Path) -> None:
    """It is told that a pattern is no single file, not that no file is there."""
    (tmp_path / "a.parquet").touch()
    text = "scheme demo.points\nassess every quarter\ninput earned : count\nstate before : count = 0 from points\npoints = before + earned\n"
    with pytest.raises(tierlang.DiagnosticError, match="is no single file"):
        tierlang.loads(text).rate_table(
            str(tmp_path / "*.parquet"), period="2023-Q1", history=[], engine=engine
        )
