"""`tier doc`: where it writes, in which format, and what it refuses."""

import shutil
import sys
from pathlib import Path

import pytest
from command_runner import FILES, Tier, run_tier

from tierlang.doc import html


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the files of these tests, from which the command runs."""
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("out", "format_", "begins"),
    [
        ("page.html", None, "<!doctype html>"),
        ("page.HTM", None, "<!doctype html>"),
        ("page.md", None, '<a id="top">'),
        ("page.markdown", None, '<a id="top">'),
        ("page.txt", None, "<!doctype html>"),
        ("page.html", "md", '<a id="top">'),
    ],
)
def test_the_name_of_the_file_says_the_format(
    folder: Path, out: str, format_: str | None, begins: str
) -> None:
    """Unless the command line does."""
    said = run_tier("doc", "stars.tier", "--out", out, *(["--format", format_] if format_ else []))
    assert (said.code, said.out, said.err) == (0, f"{out}: 1 scheme\n", "")
    assert (folder / out).read_text("utf-8").startswith(begins)


def test_stdout_gets_what_the_file_gets(folder: Path) -> None:
    """The same bytes, and nothing else."""
    run_tier("doc", "stars.tier", "--out", "page.html")
    assert run_tier("doc", "stars.tier").out == (folder / "page.html").read_text("utf-8")


def test_the_language_is_that_of_the_messages(folder: Path) -> None:
    """By option or by environment, as with every command."""
    asked = run_tier("doc", "stars.tier", "--lang", "zh")
    assert asked.out == run_tier("doc", "stars.tier", environ={"TIER_LANG": "zh"}).out
    assert '<html lang="zh-CN">' in asked.out


def test_a_folder_is_one_document(folder: Path) -> None:
    """With a table of contents; what is no scheme of its own is left out, and said to be."""
    (folder / "good").mkdir()
    for name in ("stars.tier", "belt.tier", "fill.tier"):
        shutil.copy(name, folder / "good")
    said = run_tier("doc", "good", "--out", "all.md")
    assert said.code == 0 and said.out == "all.md: 2 schemes\n"
    assert said.err == "1 file without a `scheme` line left out (overlays, libraries)\n"
    assert (folder / "all.md").read_text("utf-8").startswith("# Schemes\n")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["doc"], 2, "the following arguments are required: FILE"),
        (["doc", "nothing.tier"], 2, "`nothing.tier` does not exist"),
        (["doc", "stars.tier", "--format", "pdf"], 2, "`pdf` is unknown; it is one of html, md"),
        (["doc", "stars.tier", "--out", "no/where.html"], 2, "--out: there is no folder `no`"),
        (["doc", "stars.tier", "--out", "."], 2, "--out: `.` is a folder"),
        (
            ["doc", "stars.tier", "--out", "stars.tier"],
            2,
            "--out would write over `stars.tier`, which is read",
        ),
        (["doc", "belt.tier", "--overlay", "fill.tier", "--out", "fill.tier"], 2, "--out would write over"),
        (["doc", "belt.tier", "--overlay", "nothing.tier"], 2, "E-SCHEME-FILE"),
        (["doc", "stars.tier", "--define", "score = 1"], 1, "E-DEFINE"),
        (["doc", "broken.tier"], 1, "error["),
    ],
)
def test_refusals(folder: Path, argv: list[str], code: int, words: str) -> None:
    """Nothing is written, and what is wrong is told on stderr."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    said = run_tier(*argv)
    assert said.code == code and said.out == "" and words in said.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_scheme_in_a_folder_is_not_written_over(folder: Path) -> None:
    """Though the command line names the folder only."""
    (folder / "good").mkdir()
    shutil.copy("stars.tier", folder / "good")
    said = run_tier("doc", "good", "--out", "good/stars.tier")
    assert said.code == 2 and "which is read" in said.err
    assert (folder / "good/stars.tier").read_bytes() == (folder / "stars.tier").read_bytes()


def test_all_errors_of_all_files_are_told_and_no_page_is_written(folder: Path) -> None:
    """An old page stays as it was."""
    shutil.copy("broken.tier", "broken-too.tier")
    Path("page.html").write_text("old", "utf-8")
    said = run_tier("doc", "stars.tier", "broken.tier", "broken-too.tier", "--out", "page.html")
    assert said.code == 1 and "broken.tier:" in said.err and "broken-too.tier:" in said.err
    assert Path("page.html").read_text("utf-8") == "old"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_jinja_the_extra_is_named(tier: Tier, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """And Markdown can be written all the same."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    html._environment.cache_clear()
    said = tier("doc", "stars.tier", "--lang", lang)
    assert said.code == 2 and said.out == "" and 'pip install "tierlang[doc]"' in said.err
    assert tier("doc", "stars.tier", "--lang", lang, "--format", "md").code == 0
