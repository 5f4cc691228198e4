"""Runs that are ended from outside: no half file, no temporary folder; and what killed runs left is removed by the next."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest

import tierlang
from tierlang.columnar.rating.output import whole_file
from tierlang.columnar.reading import folders, waiting
from tierlang.columnar.reading.folders import LOCK, PREFIX, WorkFolder, remove_stale
from tierlang.columnar.reading.trouble import as_refusal
from tierlang.columnar.reading.waiting import Call, Waiting, Worker

SCHEME = """
ranking best: high, ties: min, missing: exclude, among: eligible
input x : count
p = place(x)
q = top_share(x * x)
tiers A > B
tier A if q <= 10% and p <= 100_000
tier B otherwise
"""
ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 1"


def test_a_statement_hears_signals() -> None:
    """Ctrl-C ends a statement that would take hours; the connection goes on."""
    connection = Waiting(duckdb.connect)
    heard: list[float] = []

    def told(percent: float) -> None:
        heard.append(percent)
        if len(heard) == 3:
            os.kill(os.getpid(), signal.SIGINT)

    connection.told = told
    with pytest.raises(KeyboardInterrupt):
        connection.execute(ENDLESS)
    assert len(heard) >= 3
    assert all(0 <= percent <= 100 for percent in heard)
    connection.told = None
    assert connection.execute("SELECT 1").fetchall() == [(1,)]
    connection.close()


def test_other_threads_do_not_wait() -> None:
    """A statement of another thread is its own; signals are the main thread's."""
    connection = Waiting(duckdb.connect)
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.extend(connection.execute("SELECT 7").fetchall()))
    thread.start()
    thread.join()
    assert found == [(7,)]


class Cut(Worker):
    """A worker whose main thread hears an interruption just before it is asked, or just after."""

    def __init__(self, *, before: bool) -> None:
        super().__init__()
        self.before, self.cut = before, True

    def ask(self, call: Call[Any]) -> None:
        cut, self.cut = self.cut, False
        if not (cut and self.before):
            super().ask(call)
        if cut:
            raise KeyboardInterrupt


@pytest.mark.parametrize("before", [True, False])
def test_an_interruption_between_two_steps(*, before: bool) -> None:
    """Nobody waits for what was never asked, and what was begun is ended; then the connection goes on."""
    connection = Waiting(duckdb.connect, Cut(before=before))
    with pytest.raises(KeyboardInterrupt):
        connection.execute(ENDLESS)
    assert connection.execute("SELECT 1").fetchall() == [(1,)]
    connection.close()


def test_interruptions_while_one_is_heard() -> None:
    """Whoever presses the keys twice does not leave the statement running."""
    connection = Waiting(duckdb.connect)
    connection.open()
    interrupted: list[int] = []

    class Impatient:
        def __getattr__(self, name: str) -> Any:
            return getattr(opened, name)

        def interrupt(self) -> None:
            interrupted.append(1)
            if len(interrupted) < 3:
                os.kill(os.getpid(), signal.SIGINT)
            opened.interrupt()

    opened = connection._opened
    connection._opened = Impatient()
    connection.told = lambda _: os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        connection.execute(ENDLESS)
    connection.told = None
    assert len(interrupted) >= 3
    assert connection.execute("SELECT 1").fetchall() == [(1,)]
    connection.close()


def test_a_connection_that_is_being_closed() -> None:
    """It hears no interruption, and is waited for all the same."""
    begun, heard, closed = threading.Event(), threading.Event(), threading.Event()

    class Closing:
        def interrupt(self) -> None:
            heard.set()
            raise duckdb.ConnectionException("Connection already closed!")

        def close(self) -> None:
            begun.set()
            heard.wait(60)
            closed.set()

    connection = Waiting(Closing)
    connection.open()
    threading.Thread(target=lambda: (begun.wait(), os.kill(os.getpid(), signal.SIGINT))).start()
    with pytest.raises(KeyboardInterrupt):
        connection.close()
    assert closed.is_set()


def test_a_statement_that_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an engine does not listen, Ctrl-C ends the run all the same, and the connection with it."""
    monkeypatch.setattr(waiting, "TICK", 0.001)
    connection, let_go = Waiting(duckdb.connect), threading.Event()
    connection.open()
    connection.told = lambda _: os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        connection.wait(let_go.wait)
    with pytest.raises(RuntimeError, match="closed"):
        connection.execute("SELECT 1")
    connection.close()
    let_go.set()


def test_what_is_done_in_the_thread() -> None:
    """Errors come to whoever waits; the thread ends with its owner, and who asks later is told."""
    before = set(threading.enumerate())
    connection = Waiting(duckdb.connect)
    (thread,) = set(threading.enumerate()) - before
    with pytest.raises(ZeroDivisionError):
        connection.wait(lambda: 1 // 0)
    name = connection.wait(lambda: threading.current_thread().name)
    connection.execute("SELECT 1")
    connection.close()
    with pytest.raises(RuntimeError, match="closed"):
        connection.execute("SELECT 1")
    thread.join(60)
    assert (name, thread.is_alive()) == ("tier", False)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.0, 1.6])
def test_nothing_is_left(name: str, seconds: float, tmp_path: Path) -> None:
    """Wherever the signal comes: the file is whole, or there is none; no folder is left."""
    table, scheme = tmp_path / "d.parquet", tmp_path / "s.tier"
    rows = "SELECT i AS id, (hash(i) % 1000)::INT AS x FROM range(300000) t(i)"
    duckdb.connect().execute(f"COPY ({rows}) TO '{table}' (FORMAT parquet)")
    scheme.write_text(SCHEME, encoding="utf-8")
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    command = [
        *(sys.executable, "-c", "from tierlang.cli.main import run; run()", "rate"),
        *(str(scheme), "--data", str(table), "--engine", "duckdb", "--out", str(out / "stars.parquet")),
    ]
    environment = {**os.environ, "TMPDIR": str(work)}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    threading.Timer(seconds, process.send_signal, [getattr(signal, name)]).start()
    _, said = process.communicate(timeout=120)
    assert list(work.iterdir()) == []
    assert process.returncode in {0, 130, -getattr(signal, name)}, (
        said
    )  # negative: before Python could hear any
    assert process.returncode != 130 or "interrupted" in said
    assert "leaked" not in said  # by an engine, of what a thread still held
    written = list(out.iterdir())
    if process.returncode == 0 or written:  # it may have come when all was done
        assert written == [out / "stars.parquet"]
        assert pyarrow.parquet.read_table(written[0]).num_rows == 300_000


@pytest.mark.parametrize("engine", ["duckdb", "polars", "exact"])
@pytest.mark.parametrize("last", ["", "outcome.close()", "raise SystemExit(3)"])
def test_a_process_ends_quietly(engine: str, last: str) -> None:
    """Whether the outcome was closed or not, no thread holds anything that an engine would miss."""
    program = (
        "import tierlang\n"
        "scheme = tierlang.loads('input x : count\\np = place(x)\\n')\n"
        f"outcome = scheme.rate_table([{{'id': 'a', 'x': 1}}], engine={engine!r})\n"
        f"result = outcome['a']\n{last}\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3 if "3" in last else 0, "", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_that_was_forked() -> None:
    """It has no thread that would answer, and does not wait for one."""
    program = (
        "import os, tierlang\n"
        "outcome = tierlang.loads('input x : count\\n').rate_table([{'id': 'a', 'x': 1}], engine='duckdb')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try: outcome.counts()\n"
        "    except RuntimeError: os._exit(7)\n"
        "    os._exit(8)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), dict(outcome.counts()))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.stdout, ended.stderr) == ("7 {('rated', None): 1}\n", "")


def left_over(folder: Path, name: str, *, old: bool = True) -> Path:
    """A folder as a killed run leaves it."""
    found = folder / f"{PREFIX}{name}"
    found.mkdir()
    (found / "spilled").write_bytes(b"x" * 1000)
    (found / LOCK).touch()
    if old:
        os.utime(found / LOCK, (1_000_000_000, 1_000_000_000))
    return found


def test_folders_of_killed_runs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only ours, only those that nobody holds, and only what is a folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stale, young = left_over(tmp_path, "stale"), left_over(tmp_path, "young", old=False)
    target = tmp_path / "somebody"
    target.mkdir()
    kept = left_over(target, "inside")
    link = tmp_path / f"{PREFIX}link"
    link.symlink_to(kept)
    foreign, empty, full = (tmp_path / f"{PREFIX}{name}" for name in ("no-lock", "empty", "full"))
    for made in (foreign, empty, full):
        made.mkdir()
    (full / "mine").touch()
    for old in (empty, full):
        os.utime(old, (1_000_000_000, 1_000_000_000))
    alive = WorkFolder()
    os.utime(alive.path / LOCK, (1_000_000_000, 1_000_000_000))
    remove_stale(tmp_path)
    assert not stale.exists()
    assert not empty.exists()
    assert all(path.exists() for path in (young, kept, link, foreign, full, alive.path))
    alive.close()
    assert not alive.path.exists()


def test_where_locks_cannot_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is removed."""
    stale = left_over(tmp_path, "stale")
    monkeypatch.delattr(folders.os, "getuid")
    remove_stale(tmp_path)
    assert stale.exists()


def test_a_refused_run_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one whose memory is no size."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    scheme = tierlang.loads("input x : number\ntiers A > B\ntier A if x > 1\ntier B otherwise\n")
    with pytest.raises(tierlang.DiagnosticError):
        scheme.rate_table("nothing.parquet", engine="duckdb")
    with pytest.raises(ValueError, match="memory is a size"):
        scheme.rate_table([{"id": "a", "x": 1}], memory="much")
    with pytest.raises(ValueError, match="threads is a whole number above 0"):
        scheme.rate_table([{"id": "a", "x": 1}], threads=0)
    assert list(tmp_path.iterdir()) == []


def test_a_connection_is_opened_once() -> None:
    """However many threads ask at the same time."""
    opened: list[int] = []
    together = threading.Barrier(4)

    def connect() -> object:
        opened.append(1)
        time.sleep(0.01)
        return object()

    late = Waiting(connect)

    def ask() -> None:
        together.wait()
        late.open()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1


def test_a_frame_is_no_damaged_file() -> None:
    """What an engine says of a frame is not put down to a file."""
    with pytest.raises(duckdb.InvalidInputException), as_refusal({"subjects": pyarrow.table({"id": [1]})}):
        raise duckdb.InvalidInputException("something about a frame")


def test_a_file_that_is_still_being_made(tmp_path: Path) -> None:
    """A thread that goes on making the file of a run that has failed leaves nothing behind."""
    begun, ended = threading.Event(), threading.Event()

    def make(path: Path) -> None:
        while not ended.is_set():
            with contextlib.suppress(OSError):
                path.write_text("half", encoding="utf-8")
                begun.set()

    class Failed(Exception):
        pass

    with pytest.raises(Failed), whole_file(tmp_path / "out.parquet") as path:  # noqa: PT012 - all of it must be inside
        thread = threading.Thread(target=make, args=(path,))
        thread.start()
        begun.wait()
        raise Failed
    found = list(tmp_path.iterdir())
    ended.set()
    thread.join()
    assert [found, list(tmp_path.iterdir())] == [[], []]
