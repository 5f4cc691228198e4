"""`tier rate --engine`: the same bytes from every engine, Parquet out, and what is told."""

import io
import shutil
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest

from columnar.worlds import WORLDS, World
from tierlang.cli import engines
from tierlang.cli.main import main

SCHEMES = Path(__file__).parents[2] / "schemes"


def run(*argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command line."""
    out, err = io.StringIO(), io.StringIO()
    code = main([*argv, "--lang", "en"], out, err, {})
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def command(tmp_path: Path) -> tuple[World, list[str]]:
    """A world, and the command line that rates it."""
    world = WORLDS["douyin"](60, tmp_path)
    scheme = str(SCHEMES / "douyin" / "industrial_belt.tier")
    overlay = str(SCHEMES / "douyin" / "overlays" / "illustration.tier")
    words = ["rate", scheme, "--overlay", overlay, "--period", world.period, "--data", world.subjects]
    return world, [*words, *(f"--table={name}={path}" for name, path in world.children.items())]


@pytest.mark.parametrize("format", ["csv", "jsonl", "table"])
def test_every_engine_writes_the_same_bytes(format: str, command: tuple[World, list[str]]) -> None:
    """But for the cost, which only the interpreter counts."""
    _, words = command
    found = [run(*words, "--format", format, "--engine", engine) for engine in ("exact", "duckdb", "polars")]
    assert found[0] == found[1] == found[2]
    assert found[0][0] == 0


@pytest.mark.parametrize("engine", ["auto", "exact"])
def test_parquet_in_without_pyarrow(
    engine: str, command: tuple[World, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only DuckDB is there to read Parquet, it reads small files for the interpreter, too."""
    _, words = command
    wanted = run(*words, "--engine", engine)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert run(*words, "--engine", engine) == wanted
    assert wanted[0] == 0
    code, _, err = run(*words, "--engine", engine, "--missing-as", "none")
    assert (code, "E-DATA-EXTRA" in err) == (1, True)


@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
def test_parquet_out(engine: str, command: tuple[World, list[str]], tmp_path: Path) -> None:
    """One row each, and a line of counts."""
    _, words = command
    target = tmp_path / "out.parquet"
    code, out, _ = run(*words, "--engine", engine, "--out", str(target))
    assert code == 0
    assert out.startswith(f"{target}: 60 subjects: ")
    assert pyarrow.parquet.read_table(target).num_rows == 60


def test_auto_says_what_it_picks(command: tuple[World, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Small data are the interpreter's; of large ones the engine is told on stderr."""
    _, words = command
    assert run(*words)[2] == ""
    monkeypatch.setattr(engines, "LARGE", 1)
    code, _, err = run(*words)
    assert code == 0
    assert err.startswith("engine: duckdb")


def test_auto_counts_child_rows(command: tuple[World, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Few subjects with many rows are large data, too."""
    world, words = command
    main = Path(world.subjects).stat().st_size * engines.TEXT_IN_PARQUET
    monkeypatch.setattr(engines, "LARGE", main + 1)
    assert run(*words)[2].startswith("engine: duckdb")
    without = [word for word in words if not word.startswith("--table=")]
    assert "engine: duckdb" not in run(*without)[2]


def test_auto_says_what_the_interpreter_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What columns cannot say is computed by the interpreter, and told; asked for by name, DuckDB refuses."""
    world = WORLDS["star"](20, tmp_path)
    scheme = tmp_path / "root.tier"
    text = "assess every half\ninput score : number by quarter\nspread = sqrt(abs(mean(score)))\n"
    whole = text + "width = stddev(spread)\n"
    scheme.write_text(text, encoding="utf-8")
    monkeypatch.setattr(engines, "LARGE", 1)
    words = ["rate", str(scheme), "--period", world.period, "--data", world.subjects]
    code, _, err = run(*words)
    assert code == 0, err
    assert "the interpreter computes a part: `sqrt` is computed by the interpreter (in `spread`)" in err
    scheme.write_text(whole, encoding="utf-8")
    code, _, err = run(*words)
    assert code == 0, err
    assert "`stddev` over the cohort is computed by the interpreter (in `width`)" in err
    code, _, err = run(*words, "--engine", "duckdb")
    assert code == 1
    assert err.startswith("error[E-ENGINE]: `duckdb` cannot rate this")
    code, _, err = run(*words, "--engine", "polars")
    assert code == 1
    assert err.startswith("error[E-ENGINE]: `polars` cannot rate this")
    code, _, err = run(*words, "--engine", "polars", "--lang", "zh")
    assert code == 1
    assert err.startswith("错误[E-ENGINE]：`polars` 无法这样评级：`sqrt` 由解释器计算（位于 `spread`）")


@pytest.mark.parametrize(
    ("data", "out", "fits"),
    [
        ("", "out.parquet", False),
        ("", "deep/out.PARQUET", False),
        ("/*.parquet", "out.parquet", False),
        ("/**/*.parquet", "out.parquet", False),
        ("/**/*.parquet", "deep/out.parquet", False),
        ("/*.parquet", "deep/out.parquet", True),
        ("", "out.csv", True),
        ("", "../out.parquet", True),
    ],
)
def test_results_among_the_data(
    data: str, out: str, fits: bool, command: tuple[World, list[str]], tmp_path: Path
) -> None:
    """What the next run would read as data is refused."""
    world, words = command
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(world.subjects, folder / "a.parquet")
    target = folder / out
    code, _, err = run(*words, "--data", f"{folder}{data}", "--out", str(target))
    assert (code, target.exists()) == ((0, True) if fits else (2, False)), err
    assert ("would be read as a part of" in err) is not fits


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (["--format", "parquet"], 2, "Parquet is written to a file"),
        (["--engine", "abacus"], 2, "abacus"),
        (["--engine", "duckdb", "--period", "2023-08..2023-09"], 2, "an engine rates one period"),
        (["--engine", "duckdb", "--data", "nothing.parquet"], 2, "the file does not exist"),
        (["--engine", "duckdb", "--out", "none/out.parquet"], 2, "there is no folder"),
    ],
)
def test_misuse(more: list[str], code: int, told: str, command: tuple[World, list[str]]) -> None:
    """What does not fit is told, and nothing is written."""
    _, words = command
    found, out, err = run(*words, *more)
    assert (found, out) == (code, "")
    assert told in err


def test_rows_of_other_files(tmp_path: Path) -> None:
    """CSV is read by its own reader, and rated by the engine that is asked for."""
    scheme, data = tmp_path / "s.tier", tmp_path / "d.csv"
    scheme.write_text(
        "input x : number\ntiers A > B\ntier A if x >= 1.5\ntier B otherwise\n", encoding="utf-8"
    )
    data.write_text("id,x\na,1.5\nb,1万\nc,\n", encoding="utf-8")
    found = [
        run("rate", str(scheme), "--data", str(data), "--engine", e, "--format", "csv")
        for e in ("exact", "duckdb", "polars")
    ]
    assert found[0] == found[1] == found[2]
    assert "a,rated,A" in found[0][1]


@pytest.mark.parametrize("more", [[], ["--disclose", "ids", "--id", "9"], ["--format", "json"]])
def test_explain_says_the_same(more: list[str], command: tuple[World, list[str]]) -> None:
    """Of some subjects, and of everybody."""
    _, words = command
    asked = ["explain", *words[1:], *more]
    asked += ["--id", "7"] if more else []
    found = [run(*asked, "--engine", engine) for engine in ("exact", "duckdb")]
    assert found[0] == found[1]
    assert found[0][0] == 0


def test_explain_knows_who_is_there(command: tuple[World, list[str]]) -> None:
    """An unknown id is refused before anybody is explained, with those that look like it."""
    _, words = command
    code, out, err = run("explain", *words[1:], "--engine", "duckdb", "--id", "7", "--id", "510")
    assert (code, out) == (2, "")
    assert "no subject `510`" in err
    assert "did you mean" in err and "`51`" in err


def test_some_columns_on_the_command_line(tmp_path: Path) -> None:
    """Parquet with some columns; other formats have all."""
    scheme, main = tmp_path / "s.tier", tmp_path / "d.csv"
    scheme.write_text(
        "input x : number\nscore = x * 2\ntiers A > B\ntier A if score >= 5\ntier B otherwise\n",
        encoding="utf-8",
    )
    main.write_text("id,x\na,1\nb,3\n", encoding="utf-8")
    words = ["rate", str(scheme), "--data", str(main), "--columns", "id, score"]
    assert run(*words, "--out", str(tmp_path / "o.parquet"))[0] == 0
    assert duckdb.connect().execute(f"SELECT * FROM '{tmp_path / 'o.parquet'}'").fetchall() == [
        ("a", 2),
        ("b", 6),
    ]
    code, out, err = run(*words, "--out", str(tmp_path / "o.csv"))
    assert (code, out) == (2, "")
    assert "`csv` has all columns" in err
    code, _, err = run(*words[:-1], "id,scor", "--out", str(tmp_path / "p.parquet"))
    assert code == 1
    assert "E-RESULT-COLUMN" in err and "`score`" in err
    assert not (tmp_path / "p.parquet").exists()


IN_A_COHORT = """
input n : count
input y : count
eligible if y > 1
ranking best: high, ties: min, missing: exclude, among: eligible
tiers HIGH > LOW
tier HIGH if place(n) <= 1
tier LOW otherwise
"""


@pytest.mark.parametrize("engine", ["exact", "duckdb", "polars"])
@pytest.mark.parametrize("command", ["rate", "explain"])
def test_what_is_odd_is_said(command: str, engine: str, tmp_path: Path) -> None:
    """Who is left out of the cohort, and an input that no row has, whatever engine rates."""
    scheme, some, none = tmp_path / "s.tier", tmp_path / "some.parquet", tmp_path / "none.parquet"
    scheme.write_text(IN_A_COHORT, encoding="utf-8")
    pyarrow.parquet.write_table(pyarrow.table({"id": ["a", "b"], "n": [1, 2], "y": [2, None]}), some)
    pyarrow.parquet.write_table(pyarrow.table({"id": ["a", "b"], "n": [1, 2]}), none)
    more = ["--engine", engine, *(["--id", "a"] if command == "explain" else [])]
    code, _, err = run(command, str(scheme), "--data", str(some), *more)
    assert (code, "1 subject is left out of the cohort" in err, "no row has" in err) == (0, True, False)
    code, _, err = run(command, str(scheme), "--data", str(none), *more)
    assert (code, "2 subjects are left out" in err, "no row has a value for `y`" in err) == (0, True, True)
