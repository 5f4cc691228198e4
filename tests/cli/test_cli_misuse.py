"""Wrong command lines, unreadable files and refused data: the exit code, the reason, and nothing else."""

from pathlib import Path

import pytest
from command_runner import FILES, Tier

STARS = ["rate", "stars.tier", "--data", "scores.csv"]
IN_2017 = [*STARS, "--period", "2017-H1"]
BELT = ["rate", "belt.tier", "--data", "providers.csv", "--period", "2023-08"]
SUPPLIED = ["--param", "least=1", "--table-param", "bar=bars.csv"]
PLAIN = ["rate", "plain.tier", "--data", "scores.csv"]

WRONG_LINES = [
    # the command and its options
    (["nonsense"], "`nonsense` is not a command"),
    (["--lang", "zh", "check"], "options stand after the command"),
    (["--check"], "options stand after the command"),
    (["help", "chek"], "did you mean `check`?"),
    (["check"], "required: FILE"),
    (["check", "stars.tier", "--formt", "json"], "did you mean `--format`?"),
    (["check", "stars.tier", "--form", "json"], "unknown option `--form`"),
    (["check", "stars.tier", "--format", "JSON"], "`JSON` is unknown"),
    (["check", "stars.tier", "--lang", "fr"], "`fr` is unknown; it is one of en, zh"),
    (["check", "stars.tier", "--lang"], "expected one argument"),
    (["version", "stars.tier"], "unexpected argument `stars.tier`"),
    (["rate", "stars.tier"], "required: --data"),
    (["codes", "E-COMA-NUMBER"], "did you mean `E-COMMA-NUMBER`"),
    ([*IN_2017, "--budget", "many"], "`many` is not a whole number above 0"),
    ([*IN_2017, "--budget", "0"], "`0` is not a whole number above 0"),
    # files
    (["check", "star.tier"], "did you mean `stars.tier`"),
    (["check", "nowhere/stars.tier"], "`nowhere/stars.tier` does not exist"),
    (["rate", ".", "--data", "scores.csv"], "`.` is a folder"),
    (["rate", "stars.tier", "--data", "score.csv", "--period", "2017-H1"], "the file does not exist"),
    (["rate", "stars.tier", "--data", ".", "--period", "2017-H1"], "E-DATA-FILE"),
    (["rate", "stars.tier", "--data", "stars.tier", "--period", "2017-H1"], "not of a kind that is read"),
    ([*IN_2017, "--overlay", "nowhere.tier"], "E-SCHEME-FILE"),
    ([*IN_2017, "--history", "nowhere"], "the file does not exist"),
    ([*IN_2017, "--encoding", "klingon"], "`klingon` is not a known text encoding"),
    ([*IN_2017, "--sheet", "Q2"], "it is not a workbook"),
    ([*IN_2017, "--out", "stars.xlsx"], "no `.xlsx` file is written"),
    # the period
    (STARS, "write it as `--period 2017-H1`"),
    ([*STARS, "--period", "H1 2017"], "`H1 2017` is not a period"),
    ([*STARS, "--period", "2017-Q1"], "`2017-Q1` does not fit"),
    ([*STARS, "--period", "2016-H2"], "E-NO-VERSION"),
    ([*STARS, "--period", "2017-H3"], "`2017-H3` is not a period"),
    ([*PLAIN, "--period", "2017"], "the scheme has no `assess` line"),
    # what has to be supplied
    (PLAIN, "add `--param pass_mark=…` (number)"),
    ([*PLAIN, "--param", "pas_mark=3"], "did you mean `pass_mark`?"),
    ([*PLAIN, "--param", "pass_mark"], "--param takes NAME=VALUE, not `pass_mark`"),
    ([*PLAIN, "--param", "pass_mark="], "--param takes NAME=VALUE"),
    ([*PLAIN, "--param", "pass_mark=1", "--param", "pass_mark=2"], "gives `pass_mark` twice"),
    ([*PLAIN, "--param", "pass_mark=1,5"], "--param pass_mark: `1,5` has commas"),
    ([*PLAIN, "--param", "pass_mark=ten"], "--param pass_mark: `ten`"),
    ([*IN_2017, "--param", "x=1"], "leave the option out"),
    (BELT, "`--param least=…` (count), `--table-param bar=PATH` (text → count)"),
    ([*BELT, "--param", "least=1"], "add `--table-param bar=PATH`"),
    ([*BELT, *SUPPLIED, "--table-param", "baz=bars.csv"], "did you mean `bar`?"),
    ([*BELT, *SUPPLIED, "--table-param", "orders=bars.csv"], "write `--table orders=PATH`"),
    ([*BELT, *SUPPLIED, "--table", "bar=bars.csv"], "write `--table-param bar=PATH`"),
    ([*BELT, *SUPPLIED, "--table", "merchant=merchants.csv"], "E-DATA-TABLE"),
    ([*BELT, "--param", "least=1", "--table-param", "bar=nowhere.csv"], "the file does not exist"),
    ([*BELT, *SUPPLIED, "--define", "param least : count = 4"], "it cannot be given"),
    # who is explained
    (["explain", *IN_2017[1:], "--id", "TP-1"], "did you mean `TP-01`"),
    (["explain", *IN_2017[1:], "--id", "zzz"], "ids stand in the column `id` of scores.csv"),
    (["explain", *IN_2017[1:], "--disclose", "all"], "`all` is unknown"),
    # where the result goes
    ([*IN_2017, "--out", "."], "`.` is a folder"),
    ([*IN_2017, "--out", "nowhere/result.csv"], "there is no folder `nowhere`"),
    ([*IN_2017, "--out", "scores.csv"], "--out would write over `scores.csv`"),
    ([*IN_2017, "--out", "./stars.tier"], "--out would write over"),
]


@pytest.mark.parametrize(("argv", "reason"), WRONG_LINES, ids=[" ".join(argv) for argv, _ in WRONG_LINES])
def test_misuse(argv: list[str], reason: str, tier: Tier) -> None:
    """A wrong command line ends with 2, says why on stderr, and writes nothing."""
    said = tier(*argv)
    assert said.code == 2
    assert reason in said.err
    assert not said.out
    assert "Traceback" not in said.err


@pytest.mark.parametrize(("argv", "reason"), WRONG_LINES, ids=[" ".join(argv) for argv, _ in WRONG_LINES])
def test_misuse_in_chinese(argv: list[str], reason: str, tier: Tier) -> None:
    """The same command lines fail in the same way in Chinese."""
    said = tier(*argv, environ={"TIER_LANG": "zh"})
    assert said.code == 2
    assert "错误" in said.err


REFUSED = [
    (["check", "broken.tier"], "E-COMMA-NUMBER"),
    (["test", "broken.tier"], "1 file with errors"),
    (["readings", "broken.tier"], "E-UNKNOWN-NAME"),
    (["test", "failing.tier"], "E-EXAMPLE-FAILED"),
    (["test", "plain.tier"], "W-EXAMPLE-NONE"),
    (["check", "belt.tier", "--fail-on", "warning"], "W-RANK-N"),
    (["rate", "broken.tier", "--data", "scores.csv"], "E-UNKNOWN-NAME"),
    (["rate", "stars.tier", "belt.tier", "--data", "scores.csv", "--period", "2017-H1"], "E-VERSION-SCHEME"),
    ([*IN_2017, "--define", "avg = 3"], "E-DEFINE"),
    ([*IN_2017, "--define", "avg ="], "--define:1:"),
    ([*IN_2017, "--id-column", "name"], "E-DATA-NO-ID"),
    ([*IN_2017, "--budget", "3"], "more than its budget of 3 cost units"),
    ([*BELT, *SUPPLIED, "--strict"], "E-STRICT"),
    ([*BELT, "--param", "least=1", "--table-param", "bar=scores.csv"], "E-DATA-COLUMN"),
]


@pytest.mark.parametrize(("argv", "reason"), REFUSED, ids=[" ".join(argv) for argv, _ in REFUSED])
def test_findings(argv: list[str], reason: str, tier: Tier) -> None:
    """What is wrong with schemes or data ends with 1 and names the finding."""
    said = tier(*argv)
    assert said.code == 1
    assert reason in said.out + said.err


BAD_FILES = {
    "empty.csv": (b"", 2, "the file is empty"),
    "header.csv": (b"id,score@2017-Q1,score@2017-Q2\n", 2, "has headings but no rows"),
    "binary.csv": (bytes(range(128, 256)) * 4, 2, "E-DATA-ENCODING"),
    "cut.json": (b'[{"id": "a"', 2, "is not JSON"),
    "cell.csv": (b'id,score@2017-Q1,score@2017-Q2\na,"1,5",2\n', 1, 'row 2, column "score@2017-Q1"'),
    "twice.csv": (b"id,score@2017-Q1,score@2017-Q2\na,1,2\na,1,2\n", 1, "E-DATA-ID-TWICE"),
    "unknown.csv": (b"id,scoer@2017-Q1,score@2017-Q2\na,1,2\n", 1, 'row 1, column "scoer@2017-Q1"'),
    "range.csv": (b"id,score@2017-Q1,score@2017-Q2\na,1,20.5\n", 1, "E-DATA-RANGE"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_data(name: str, tier: Tier, tmp_path: Path) -> None:
    """Data that cannot be read are refused with file, row and column, and nobody is rated."""
    content, code, reason = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    said = tier("rate", "stars.tier", "--period", "2017-H1", "--data", tmp_path / name)
    assert (said.code, said.out) == (code, "")
    assert reason in said.err
    assert name in said.err


BAD_SCHEMES = {
    "binary.tier": (b"\x00\x01\xff\xfe", 2, "E-NOT-UTF8"),
    "large.tier": (b"# " + b"x" * 1_048_576, 2, "E-FILE-SIZE"),
    "gb.tier": ("scheme demo.x  # 方案".encode("gb18030"), 2, "E-NOT-UTF8"),
    "word.tier": (b"%PDF-1.7\n", 1, "E-SYNTAX"),
}


@pytest.mark.parametrize("name", BAD_SCHEMES)
@pytest.mark.parametrize("command", ["check", "test", "readings"])
def test_bad_scheme(name: str, command: str, tier: Tier, tmp_path: Path) -> None:
    """A file that is no scheme is told from a scheme with mistakes."""
    content, code, reason = BAD_SCHEMES[name]
    (tmp_path / name).write_bytes(content)
    said = tier(command, tmp_path / name)
    assert said.code == code
    assert reason in said.out + said.err


def test_good_files_are_checked_beside_an_unreadable_one(tier: Tier, tmp_path: Path) -> None:
    """One unreadable file does not hide what is wrong with the others."""
    (tmp_path / "binary.tier").write_bytes(b"\xff")
    said = tier("check", tmp_path / "binary.tier", "broken.tier", "--format", "concise")
    assert said.code == 2
    assert "E-NOT-UTF8" in said.out
    assert "broken.tier:6:27: error[E-COMMA-NUMBER]" in said.out


def test_a_table_of_the_scheme_cannot_be_given(tier: Tier, tmp_path: Path) -> None:
    """What the scheme fixes is fixed."""
    scheme = tmp_path / "fixed.tier"
    scheme.write_text(
        'edition 1\nscheme demo.fixed\ninput kind : text\ntable bar by kind : count { "a" => 1, else => 2 }\n'
        "tiers A > B\ntier A if bar[kind] > 1\ntier B otherwise\n",
        encoding="utf-8",
    )
    said = tier("rate", scheme, "--data", "bars.csv", "--table-param", "bar=bars.csv")
    assert said.code == 2
    assert "the scheme itself says what `bar` is" in said.err


def test_a_folder_without_schemes(tier: Tier, tmp_path: Path) -> None:
    """A folder in which there is nothing to check is a mistake, not a success."""
    (tmp_path / "library.tier").write_text("param floor : count = 3\n", encoding="utf-8")
    said = tier("check", tmp_path)
    assert said.code == 2
    assert "holds no .tier file with a `scheme` line" in said.err


def test_an_empty_file_is_refused(tier: Tier, tmp_path: Path) -> None:
    """An empty file is most often the wrong one."""
    (tmp_path / "empty.tier").write_text("", encoding="utf-8")
    for command in ("check", "test"):
        said = tier(command, tmp_path / "empty.tier")
        assert said.code == 1
        assert "E-EMPTY" in said.out + said.err


# ------------------------------------------------------------------ results are written whole or not at all


@pytest.fixture
def old_result(tmp_path: Path) -> Path:
    """A result of an earlier run."""
    path = tmp_path / "result.csv"
    path.write_text("old\n", encoding="utf-8")
    return path


def test_a_failed_run_keeps_the_old_result(tier: Tier, old_result: Path) -> None:
    """Refused data leave the result of the last run as it was."""
    said = tier(*STARS, "--period", "2017-H1", "--define", "avg = 3", "--out", old_result)
    assert said.code == 1
    assert old_result.read_text(encoding="utf-8") == "old\n"
    assert [path.name for path in old_result.parent.iterdir()] == ["result.csv"]


@pytest.mark.parametrize("moment", ["run", "write"])
def test_interrupted(moment: str, tier: Tier, old_result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130: no traceback, no half file, the old result in its place."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    place = {
        "run": "tierlang.cli.progress.Progress.__call__",
        "write": "tierlang.cli.results._csv_line",
    }
    monkeypatch.setattr(place[moment], interrupt)
    said = tier(*IN_2017, "--out", old_result)
    assert said.code == 130
    assert said.err == "tier: interrupted\n"
    assert old_result.read_text(encoding="utf-8") == "old\n"
    assert [path.name for path in old_result.parent.iterdir()] == ["result.csv"]


def test_a_result_that_cannot_be_written(tier: Tier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system refuses, the reason is told and the exit code is that of a wrong command line."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tierlang.data.output.os.open", refuse)
    said = tier(*IN_2017, "--out", tmp_path / "result.csv")
    assert said.code == 2
    assert "the file cannot be written: Permission denied" in said.err


def test_interrupted_while_importing(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python raises something else where an interrupt comes while a class is made; it is an interrupt all the same."""

    def load(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise RuntimeError("Error calling __set_name__ on 'cached_property' instance") from error

    monkeypatch.setattr("tierlang.cli.loading.load", load)
    said = tier("check", "stars.tier")
    assert (said.code, said.err) == (130, "tier: interrupted\n")


# ------------------------------------------------------------------ mistakes of ours


def test_a_bug_is_told_as_one(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw ends with 70 and asks for a report; a traceback is shown only on demand."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr("tierlang.cli.loading.load", fail)
    said = tier("check", "stars.tier")
    assert said.code == 70
    assert "internal error: ZeroDivisionError: a mistake" in said.err
    assert "Please report it" in said.err
    assert "Traceback" not in said.err
    debugged = tier("check", "stars.tier", environ={"TIER_DEBUG": "1"})
    assert debugged.code == 70
    assert "Traceback" in debugged.err


def test_scheme_files_are_untouched() -> None:
    """No test above has written among the files that they read."""
    assert {path.suffix for path in FILES.iterdir()} == {".tier", ".csv"}
