"""`tier fmt`: which files are written, what is told, and what happens to a file that cannot be formatted."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_runner import Said, run_tier
from test_cli_main import process

import tierlang

UNTIDY = "x =1\ny= x\n"
TIDY = "x = 1\ny = x\n"
BROKEN = "x = (1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of each kind, as the working directory."""
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for name in ("untidy.tier", "sub/deep/library.tier", ".hidden/untidy.tier", "notes.txt"):
        (tmp_path / name).write_text(UNTIDY, encoding="utf-8")
    (tmp_path / "tidy.tier").write_text(TIDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    """What is in every file of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes, *argv: str) -> Said:
    """Run a command line with something on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return run_tier(*argv)


# ------------------------------------------------------------------ files


def test_files_are_formatted(folder: Path) -> None:
    """Those below a folder that are not hidden, libraries too; a second run has nothing to do."""
    said = run_tier("fmt", ".")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "formatted sub/deep/library.tier",
        "formatted untidy.tier",
        "3 files: 2 formatted",
    ]
    tidied = content(folder)
    assert tidied["untidy.tier"] == tidied["sub/deep/library.tier"] == TIDY.encode()
    assert tidied["notes.txt"] == tidied[".hidden/untidy.tier"] == UNTIDY.encode()
    assert run_tier("fmt", ".").out == "3 files: nothing to change\n"
    assert content(folder) == tidied


def test_a_file_is_taken_once(folder: Path) -> None:
    """However often it is named; and whatever it is called, if it is named itself."""
    said = run_tier("fmt", "untidy.tier", "./untidy.tier", ".", "notes.txt")
    assert said.out.splitlines()[-1] == "4 files: 3 formatted"
    assert (folder / "notes.txt").read_text(encoding="utf-8") == TIDY


@pytest.mark.parametrize("options", [["--check"], ["--diff"], ["--check", "--diff"]])
def test_nothing_is_written(folder: Path, options: list[str]) -> None:
    """With --check and --diff; only --check makes a change a failure."""
    before = content(folder)
    said = run_tier("fmt", *options, ".")
    assert content(folder) == before
    assert said.code == ("--check" in options)
    assert ("would format untidy.tier" in said.out) == ("--diff" not in options)
    assert ("+x = 1\n" in said.out) == ("--diff" in options)
    assert "3 files: 2 to be formatted" in (said.err if "--diff" in options else said.out)


@pytest.mark.parametrize("options", [["--check"], ["--diff"], ["--check", "--diff"], []])
def test_tidy_files(folder: Path, options: list[str]) -> None:
    """Where nothing would change nothing fails, and a difference is empty."""
    said = run_tier("fmt", *options, "tidy.tier")
    assert said.code == 0
    assert said.out + said.err == "1 file: nothing to change\n"
    assert content(folder)["tidy.tier"] == TIDY.encode()


def test_line_ends_and_byte_order_marks_are_a_change(folder: Path) -> None:
    """A file that differs in them only is written, as UTF-8 with LF."""
    (folder / "windows.tier").write_bytes(b"\xef\xbb\xbf" + TIDY.replace("\n", "\r\n").encode())
    assert run_tier("fmt", "--check", "windows.tier").code == 1
    assert "-\ufeffx = 1\r\n+x = 1\n" in run_tier("fmt", "--diff", "windows.tier").out.replace(
        "-y = x\r\n", ""
    )
    assert run_tier("fmt", "windows.tier").code == 0
    assert (folder / "windows.tier").read_bytes() == TIDY.encode()


def test_a_difference_is_a_patch(folder: Path) -> None:
    """`patch` makes of the old file what `tier fmt` would make of it, with and without a line end at the end."""
    (folder / "open.tier").write_text("x = 1\ny =x", encoding="utf-8")
    said = run_tier("fmt", "--diff", "untidy.tier", "open.tier")
    assert said.out.count("\\ No newline at end of file\n") == 1
    if subprocess.run(["git", "--version"], capture_output=True, check=False).returncode == 0:
        (folder / "change.patch").write_text(said.out, encoding="utf-8")
        subprocess.run(["git", "apply", "-p0", "--unsafe-paths", "change.patch"], check=True, cwd=folder)
        assert (folder / "untidy.tier").read_text(encoding="utf-8") == TIDY
        assert (folder / "open.tier").read_text(encoding="utf-8") == TIDY


def test_colours_and_controls(folder: Path) -> None:
    """On a terminal lines are coloured and control characters are written out; in a file nothing is touched."""
    (folder / "odd.tier").write_text('x ="\x1b[31m"\n', encoding="utf-8")
    said = run_tier("fmt", "--diff", "odd.tier", screen=True)
    assert '\x1b[32m+x = "\\u001b[31m"\x1b[0m' in said.out
    assert '+x = "\x1b[31m"\n' in run_tier("fmt", "--diff", "odd.tier").out


# ------------------------------------------------------------------ standard input


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Goes to standard output, changed or not, with nothing else."""
    assert typed(monkeypatch, UNTIDY.encode(), "fmt", "-") == Said(0, TIDY, "")
    assert typed(monkeypatch, TIDY.encode(), "fmt", "-") == Said(0, TIDY, "")
    assert typed(monkeypatch, b"", "fmt", "-") == Said(0, "", "")
    assert typed(monkeypatch, "\ufeff得分　＝　1\r\n".encode(), "fmt", "-") == Said(0, "得分 = 1\n", "")


def test_standard_input_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --check and --diff it is a file called `-`."""
    said = typed(monkeypatch, UNTIDY.encode(), "fmt", "-", "--check")
    assert said == Said(1, "would format -\n1 file: 1 to be formatted\n", "")
    said = typed(monkeypatch, UNTIDY.encode(), "fmt", "-", "--diff")
    assert (said.code, said.err) == (0, "1 file: 1 to be formatted\n")
    assert said.out.startswith("--- -\n+++ -\n@@ -1,2 +1,2 @@\n-x =1\n-y= x\n+x = 1\n")
    assert typed(monkeypatch, TIDY.encode(), "fmt", "-", "--check").code == 0


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (BROKEN.encode(), 1, "E-BRACKET"),
        (b"\xff", 2, "E-NOT-UTF8"),
        (b"#" * (1 << 20) + b"#", 2, "E-FILE-SIZE"),
    ],
)
def test_standard_input_that_is_no_scheme(
    data: bytes, code: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor gets nothing that it could put in place of the text."""
    said = typed(monkeypatch, data, "fmt", "-")
    assert (said.code, said.out) == (code, "")
    assert reason in said.err


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii"])
def test_a_real_pipe(encoding: str) -> None:
    """In a process of its own, in bytes: a scheme is UTF-8, whatever the terminal's encoding is."""
    environ = {"PYTHONIOENCODING": encoding}
    done = process("fmt", "-", input="得分 =1  # 分\r\n".encode(), environ=environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, "得分 = 1  # 分\n".encode(), b"")
    done = process("fmt", "--diff", "-", input="得分 =1\n".encode(), environ=environ)
    assert done.stdout == "--- -\n+++ -\n@@ -1 +1 @@\n-得分 =1\n+得分 = 1\n".encode()


def test_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is closed there is nothing to format."""
    monkeypatch.setattr(sys, "stdin", None)
    assert run_tier("fmt", "-") == Said(0, "", "")


# ------------------------------------------------------------------ what is refused


def test_a_file_with_syntax_errors(folder: Path) -> None:
    """It is left alone and told; the others are formatted."""
    (folder / "broken.tier").write_text(BROKEN, encoding="utf-8")
    said = run_tier("fmt", "broken.tier", "untidy.tier")
    assert said.code == 1
    assert "E-BRACKET" in said.err and "broken.tier:1:5" in said.err
    assert said.out.splitlines() == ["formatted untidy.tier", "2 files: 1 formatted, 1 with errors"]
    assert content(folder)["broken.tier"] == BROKEN.encode()


@pytest.mark.parametrize(
    ("data", "reason"), [(b"\x00\x01\xff\xfe", "E-NOT-UTF8"), (b"# " + b"x" * (1 << 20), "E-FILE-SIZE")]
)
def test_a_file_that_is_no_text(data: bytes, reason: str, folder: Path) -> None:
    """A binary file is left alone, and is a mistake on the command line."""
    (folder / "binary.tier").write_bytes(data)
    said = run_tier("fmt", "binary.tier", "untidy.tier")
    assert said.code == 2
    assert reason in said.err
    assert content(folder)["binary.tier"] == data
    assert content(folder)["untidy.tier"] == TIDY.encode()


WRONG_LINES = [
    (["fmt"], "required: FILE"),
    (["fmt", "nowhere.tier"], "`nowhere.tier` does not exist"),
    (["fmt", "untidi.tier"], "did you mean `untidy.tier`"),
    (["fmt", "douyin/industrial_belt"], "does not exist"),
    (["fmt", "empty"], "holds no .tier file"),
    (["fmt", "-", "untidy.tier"], "`-` stands alone"),
    (["fmt", "-", "-"], "`-` stands alone"),
    (["fmt", "--chek", "."], "did you mean `--check`?"),
    (["fmt", "--width", "80", "."], "unknown option `--width`"),
]


@pytest.mark.parametrize(("argv", "reason"), WRONG_LINES, ids=[" ".join(argv) for argv, _ in WRONG_LINES])
def test_misuse(argv: list[str], reason: str, folder: Path) -> None:
    """A wrong command line ends with 2, says why on stderr, and changes nothing."""
    (folder / "empty").mkdir()
    before = content(folder)
    said = run_tier(*argv)
    assert (said.code, said.out) == (2, "")
    assert reason in said.err
    assert content(folder) == before


def test_a_read_only_file(folder: Path) -> None:
    """It is not replaced, and the others are formatted."""
    locked = folder / "untidy.tier"
    locked.chmod(0o444)
    said = run_tier("fmt", ".")
    assert said.code == 2
    assert "read-only" in said.err and "untidy.tier" in said.err
    assert locked.read_text(encoding="utf-8") == UNTIDY
    assert "formatted sub/deep/library.tier" in said.out


def test_a_file_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays whole, and nothing is left beside it."""
    before = content(folder)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tierlang.data.output.os.open", refuse)
    said = run_tier("fmt", "untidy.tier")
    assert said.code == 2
    assert "cannot be written: Permission denied" in said.err
    assert content(folder) == before


def test_an_interrupted_write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves the old file or the new one."""
    before = content(folder)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tierlang.data.output.os.fsync", interrupt)
    assert run_tier("fmt", "untidy.tier").code == 130
    assert content(folder) == before


def test_permissions_and_links_are_kept(folder: Path) -> None:
    """A link stays one, and what it leads to keeps its permissions."""
    target = folder / "untidy.tier"
    target.chmod(0o640)
    link = folder / "link.tier"
    link.symlink_to(target)
    assert run_tier("fmt", "link.tier").code == 0
    assert link.is_symlink()
    assert (target.stat().st_mode & 0o777, target.read_text(encoding="utf-8")) == (0o640, TIDY)


# ------------------------------------------------------------------ mistakes of ours


def test_a_mistake_of_the_formatter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that would say something else stays as it is; the others are formatted; the command ends with 70."""
    format_text = tierlang.format_text

    def careless(text: str, name: str) -> str:
        if name == "untidy.tier":
            raise tierlang.FormatError(f"{name}: the comments differ")
        return format_text(text, name)

    monkeypatch.setattr("tierlang.format.text.format_text", careless)
    said = run_tier("fmt", ".")
    assert said.code == 70
    assert "internal error: FormatError: untidy.tier: the comments differ" in said.err
    assert said.out.splitlines() == ["formatted sub/deep/library.tier", "3 files: 1 formatted, 1 with errors"]
    assert content(folder)["untidy.tier"] == UNTIDY.encode()


# ------------------------------------------------------------------ hooks for pre-commit


def hooks() -> list[dict[str, str]]:
    """The hooks of the repository: a file so plain that no reader of YAML is needed."""
    text = (Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = text.partition("\n- ")[2].split("\n- ")
    return [dict(line.strip().split(": ", 1) for line in entry.strip().split("\n")) for entry in entries]


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
def test_hooks(hook: dict[str, str], folder: Path) -> None:
    """Each runs a command that there is, on files that a commit may hold, as pre-commit calls it."""
    (folder / "scheme.tier").write_text("edition 1\nscheme a.b\n" + UNTIDY, encoding="utf-8")
    assert hook["id"] == hook["name"].replace(" ", "-") and hook["language"] == "python"
    assert re.search(hook["files"], "schemes/stars.tier") and not re.search(hook["files"], "tier/notes.md")
    program, *words = hook["entry"].split()
    given = hook.get("args", "[]").strip("[]").split()
    names = [] if hook.get("pass_filenames") == "false" else ["scheme.tier"]
    said = run_tier(*words, *given, *names)
    assert (program, said.code, said.err.count("error")) == ("tier", 0, 0)


def test_a_commit_is_stopped(folder: Path) -> None:
    """`tier-check` fails where a scheme has errors; `tier-fmt` changes a file, which pre-commit takes for a failure."""
    (folder / "scheme.tier").write_text("edition 1\nscheme a.b\nx =y\n", encoding="utf-8")
    assert run_tier("check", ".").code == 1
    assert run_tier("fmt", "scheme.tier").code == 0
    assert (folder / "scheme.tier").read_text(encoding="utf-8").endswith("x = y\n")
