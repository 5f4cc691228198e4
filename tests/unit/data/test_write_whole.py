"""Result files are there whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from data_samples import refused

from tierlang.data import write_whole
from tierlang.data.output import tidied


def chunks_then(error: BaseException) -> Iterator[bytes | str]:
    """Some content, and then a failure."""
    yield "new "
    yield b"x" * 1_000_000
    raise error


def names(folder: Path) -> list[str]:
    """What stands in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_texts_and_bytes_are_written_in_order(tmp_path: Path) -> None:
    """Texts as UTF-8, line ends as they are."""
    path = tmp_path / "结果.csv"
    write_whole(path, ["\ufeffid,等级\r\n", b"P1,", "五星\n"])
    assert path.read_bytes() == "\ufeffid,等级\r\nP1,五星\n".encode()
    assert names(tmp_path) == ["结果.csv"]


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    """Also by nothing."""
    path = tmp_path / "a.json"
    path.write_text("old and longer")
    write_whole(str(path), ["new"])
    assert path.read_text() == "new"
    write_whole(path, [])
    assert path.read_text() == ""


@pytest.mark.parametrize(
    "error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(1), OSError("theirs"), MemoryError()]
)
@pytest.mark.parametrize("old", ["old", None])
def test_a_failure_leaves_everything_as_it_was(tmp_path: Path, error: BaseException, old: str | None) -> None:
    """The error is passed on, the old file is untouched, no other file remains."""
    path = tmp_path / "a.json"
    if old is not None:
        path.write_text(old)
    with pytest.raises(type(error)) as caught:
        write_whole(path, chunks_then(error))
    assert caught.value is error
    assert names(tmp_path) == (["a.json"] if old else [])
    assert not old or path.read_text() == old


def test_a_text_that_is_no_unicode_is_a_failure(tmp_path: Path) -> None:
    """Half a surrogate pair cannot be written."""
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, ["good", "\ud800"])
    assert (path.read_text(), names(tmp_path)) == ("old", ["a.json"])


@pytest.mark.skipif(os.name != "posix", reason="signals and permissions of POSIX")
def test_control_c_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """A real interrupt of a real process in the middle of writing."""
    path = tmp_path / "a.json"
    path.write_text("old")
    program = (
        "import os, signal, sys\n"
        "from tierlang.data import write_whole\n"
        "def chunks():\n"
        "    yield 'x' * 1_000_000\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    while True:\n"
        "        yield 'x'\n"
        "write_whole(sys.argv[1], chunks())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == -signal.SIGINT
    assert (path.read_text(), names(tmp_path)) == ("old", ["a.json"])


def test_tidying_up_is_never_half_done() -> None:
    """Interruptions are heard when it is done, and what the system says does not matter."""
    met: list[BaseException | None] = [KeyboardInterrupt(), KeyboardInterrupt("last"), OSError(), None]

    def tidy() -> None:
        error = met.pop(0)
        if error is not None:
            raise error

    with pytest.raises(KeyboardInterrupt, match="last"):
        tidied(tidy)
    assert met == [None]
    tidied(tidy)
    assert met == []


@pytest.mark.skipif(os.name != "posix", reason="signals and permissions of POSIX")
def test_permissions(tmp_path: Path) -> None:
    """An old file keeps its own, a new one has those of any new file."""
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, ["new"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    ordinary = tmp_path / "ordinary"
    ordinary.write_text("")
    write_whole(tmp_path / "b.json", ["new"])
    assert (tmp_path / "b.json").stat().st_mode == ordinary.stat().st_mode


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_are_followed(tmp_path: Path) -> None:
    """The link stays a link, its file is replaced; a link to nothing yet makes the file."""
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "real" / "a.json")
    for content in ("first", "second"):
        write_whole(link, [content])
        assert link.is_symlink()
        assert (tmp_path / "real" / "a.json").read_text() == content
    assert names(tmp_path / "real") == ["a.json"]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A folder, a pipe, a device: never."""
    os.mkfifo(tmp_path / "pipe")
    for path, reason in (
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "is not a regular file"),
        (Path("/dev/null"), "is not a regular file"),
    ):
        (diagnostic,) = refused(lambda path=path: write_whole(path, ["x"]))  # type: ignore[misc]
        assert (diagnostic.code, diagnostic.args["reason"]) == ("E-DATA-FILE", reason)
        assert diagnostic.place is not None and diagnostic.place.file == str(path)
    assert names(tmp_path) == ["pipe"]


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    """Whoever took the right to write away meant it, although the folder would let a new file take its place."""
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(0o444)
    (diagnostic,) = refused(lambda: write_whole(path, ["new"]))
    assert (diagnostic.code, diagnostic.args["reason"]) == ("E-DATA-FILE", "is read-only")
    assert (path.read_text(), names(tmp_path)) == ("old", ["a.json"])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Nothing is made on the way, and no chunk is asked for."""
    asked: list[str] = []

    def chunks() -> Iterator[str]:
        asked.append("yes")
        yield "x"

    (diagnostic,) = refused(lambda: write_whole(tmp_path / "no" / "a.json", chunks()))
    assert diagnostic.code == "E-DATA-FILE"
    assert (asked, names(tmp_path)) == ([], [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_a_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure of the file system is named, and the old file stays."""
    path = tmp_path / "a.json"
    path.write_text("old")
    real_open = os.open

    def open_full(name: object, flags: int, *mode: int) -> int:
        real_open(name, flags, *mode)  # type: ignore[arg-type]
        return real_open("/dev/full", os.O_WRONLY)

    monkeypatch.setattr(os, "open", open_full)
    (diagnostic,) = refused(lambda: write_whole(path, ["x" * 10_000_000]))
    assert "No space left" in diagnostic.args["reason"]
    assert (path.read_text(), names(tmp_path)) == ("old", ["a.json"])
