"""The shell around the commands: help, language, colour, streams that fail; some of it in real processes."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_runner import FILES, Tier, run_tier

import tierlang
from tierlang._version import __version__
from tierlang.check.header import EDITION
from tierlang.cli import exits
from tierlang.cli.arguments import default_language
from tierlang.cli.main import COMMANDS, main
from tierlang.cli.version import EDITIONS
from tierlang.cli.words import counted
from tierlang.said import Said

PROGRAM = "from tierlang.cli.main import run; run()"


SOURCES = str(Path(tierlang.__file__).parents[1])


def process(*argv: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
    """Run the command as a process of its own, among the test files."""
    environ = {**os.environ, "PYTHONPATH": SOURCES, "LANG": "C.UTF-8", **options.pop("environ", {})}
    command = [sys.executable, "-c", PROGRAM, *argv]
    return subprocess.run(command, cwd=FILES, env=environ, capture_output=True, check=False, **options)


# ------------------------------------------------------------------ help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches(name: str, tier: Tier) -> None:
    """Each command's help has examples that use it, fits into 100 columns, and is what `tier help` shows."""
    said = tier(name, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"usage: tier {name}" in said.out
    examples = said.out.partition("examples:\n")[2]
    assert f"  tier {name}" in examples
    assert max(map(len, said.out.splitlines())) <= 100
    assert tier("help", name).out == said.out
    assert tier(name, "-h").out == said.out


def test_the_guide_lists_every_command(tier: Tier) -> None:
    """`tier` alone, `tier help` and `tier --help` show the same guide."""
    guide = tier().out
    assert all(f"  {name.ljust(9)} {command.summary}" in guide for name, command in COMMANDS.items())
    assert tier("help").out == tier("--help").out == tier("-h").out == guide


def test_version(tier: Tier) -> None:
    """The version names the package, Python and the editions of the language that the checker knows."""
    assert tier("version").out == tier("--version").out == tier("-V").out
    assert tier("version").out.splitlines()[0] == f"tier {__version__}"
    assert EDITIONS == (EDITION,)


def test_codes(tier: Tier) -> None:
    """A code is explained in either language, whatever its letters' case; without one all are listed."""
    assert tier("codes", "e-comma-number").out.startswith("E-COMMA-NUMBER (error, syntax)")
    assert "含义" in tier("codes", "E-COMMA-NUMBER", "--lang", "zh").out
    both = tier("codes", "E-COMMA-NUMBER", "W-WEIGHTS").out
    assert both.count("\nWhy\n") == 2
    assert any(line.startswith("W-WEIGHTS ") for line in tier("codes").out.splitlines())


# ------------------------------------------------------------------ language and colour


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LC_ALL": "zh_CN", "TIER_LANG": "en"}, "en"),
        ({"LC_ALL": "", "LANG": "ZH"}, "zh"),
    ],
)
def test_language_of_the_environment(environ: dict[str, str], lang: str) -> None:
    """TIER_LANG goes before LC_ALL, LC_MESSAGES and LANG; whatever is not Chinese is English."""
    assert default_language(environ) == lang


def test_lang_goes_before_the_environment(tier: Tier) -> None:
    """--lang decides."""
    assert "示例" in tier("test", "stars.tier", "--lang", "zh").out
    assert "examples" in tier("test", "stars.tier", "--lang", "en", environ={"TIER_LANG": "zh"}).out


def test_colour_only_on_a_terminal(tier: Tier) -> None:
    """Colour needs a terminal, no NO_COLOR and no dumb terminal; without it the text is the same."""
    plain = tier("check", "broken.tier").out
    coloured = tier("check", "broken.tier", screen=True, environ={"TERM": "xterm"}).out
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    for environ in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert tier("check", "broken.tier", screen=True, environ=environ).out == plain


def test_facts_of_sentences() -> None:
    """A fact is put in as it is, braces and all; a sentence as a fact is put in by language."""
    said = Said("{a}: {b}", "{a}：{b}").fill(a="{b}", b=counted(1, "file", "files", "个文件"))
    assert said == ("{b}: 1 file", "{b}：1 个文件")
    assert counted(2, "file", "files", "个文件").within("en") == "2 files"


# ------------------------------------------------------------------ streams


class Broken(io.StringIO):
    """A stream that cannot be written to."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, _: str) -> int:
        raise self.error


def test_a_closed_pipe_is_quiet(tier: Tier) -> None:
    """When the reader has gone, nothing is said about it."""
    err = io.StringIO()
    assert main(["codes"], Broken(BrokenPipeError()), err, {}) == exits.PIPE_CLOSED
    assert not err.getvalue()


def test_a_full_disk_is_told(tier: Tier) -> None:
    """A result that cannot be written is no success."""
    err = io.StringIO()
    assert main(["codes"], Broken(OSError(28, "No space left on device")), err, {}) == exits.MISUSE
    assert err.getvalue() == "tier: error: No space left on device\n"


# ------------------------------------------------------------------ real processes


def test_process_help_is_light() -> None:
    """Neither help nor version loads the parser generator or the language: they must feel instant."""
    for argv in (["--help"], ["version"], ["rate", "--help"]):
        code = (
            "import sys, io; from tierlang.cli.main import main;"
            f"main({argv!r}, io.StringIO(), sys.stderr);"
            "heavy = ('lark', 'attr', 'openpyxl', 'pyarrow', 'tierlang.syntax', 'tierlang.run');"
            "print(*sorted(m for m in sys.modules if m.startswith(heavy)))"
        )
        environ = {**os.environ, "PYTHONPATH": SOURCES}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environ, check=True)
        assert done.stdout.decode().split() == []


def test_process_exit_codes() -> None:
    """Exit codes reach the shell."""
    assert process("check", "stars.tier").returncode == 0
    assert process("check", "broken.tier").returncode == 1
    assert process("check", "nowhere.tier").returncode == 2


def test_process_output_that_is_not_utf8() -> None:
    """A console without Chinese shows numbers of characters instead of failing."""
    done = process("test", "stars.tier", "--lang", "zh", environ={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout == "2 个示例，6 项预期，0 项不符\n".encode("ascii", "backslashreplace")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_process_closed_pipe() -> None:
    """`tier codes | head -1`: no message, no traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "codes"],
            stdout=writer,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": SOURCES},
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (exits.PIPE_CLOSED, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_process_full_disk() -> None:
    """Output that is lost is an error, told once."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "version"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": SOURCES},
            check=False,
        )
    assert done.returncode == exits.MISUSE
    assert done.stderr.decode() == "tier: error: No space left on device\n"


def test_paths_with_chinese_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files may be called anything."""
    folder = tmp_path / "方案 2017"
    folder.mkdir()
    (folder / "星级.tier").write_bytes((FILES / "stars.tier").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert run_tier("test", "方案 2017").code == 0
    assert run_tier("check", "方案 2017/星级.tier", "--format", "concise").code == 0
