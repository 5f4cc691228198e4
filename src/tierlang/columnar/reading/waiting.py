"""Statements that can be interrupted: DuckDB looks for signals only now and then, and a long statement would not end."""

import contextlib
import queue
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Generic, Self, TypeVar

TICK = 0.1
"""Seconds after which somebody who waits looks up."""
PATIENCE = 100
"""How often a statement that does not end is told to, before it is left behind."""
T = TypeVar("T")


class Call(Generic[T]):
    """Something that a thread is to do, once; others wait for it."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call: Callable[[], T] | None = call
        self._found: list[T] = []
        self._error: BaseException | None = None
        self._ended = threading.Lock()
        self._ended.acquire()
        self.is_done = False

    def run(self) -> None:
        """Do it, unless that was done, or nobody wants it any more."""
        if self.is_done:
            return
        try:
            if self._call is not None:
                self._found.append(self._call())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            self._error = error
        self.is_done = True
        self._ended.release()

    def forget(self) -> None:
        """Do not begin it any more."""
        self._call = None

    def wait(self) -> bool:
        """Wait a moment, and tell whether it is done; then one waiter has been woken."""
        if not self.is_done:
            self._ended.acquire(timeout=TICK)
        return self.is_done

    def result(self) -> T:
        """What came of it, once; an error is raised."""
        error, self._error = self._error, None
        if error is None:
            return self._found.pop()
        try:
            raise error
        finally:
            del error  # it knows this frame


class Worker:
    """
    A thread that does calls one after another, for as long as somebody has this object.

    Python hears signals in its main thread, between any two steps. What the worker does is so never cut in two; and each part of
    how it is asked is one step (queues and locks in C, where those of `concurrent.futures` can be left locked for ever).
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Call[Any] | None] = queue.SimpleQueue()
        self._end = weakref.finalize(self, self._calls.put, None)
        self._end.atexit = False
        self._is_lost = False
        self._thread = threading.Thread(target=_work, args=(self._calls,), name="tier", daemon=True)
        self._thread.start()

    def ask(self, call: Call[Any]) -> None:
        """Let it do a call when those before are done."""
        self._calls.put(call)

    def leave(self) -> None:
        """Leave it behind with a call that does not end; it does no other."""
        self._is_lost = True

    def end(self) -> None:
        """Let it end, when the calls before are done; then it holds nothing any more that a library would miss at the exit."""
        self._end()
        if not self._is_lost and threading.current_thread() is not self._thread:
            self._thread.join()

    @property
    def has_ended(self) -> bool:
        """Whether what it is asked now is not done any more; a process that was forked has no threads of the one before."""
        return self._is_lost or not self._end.alive or not self._thread.is_alive()


def _work(calls: "queue.SimpleQueue[Call[Any] | None]") -> None:
    while (call := calls.get()) is not None:
        call.run()
        del call  # and what came of it


class Waiting:
    """
    A connection of DuckDB whose statements run in a thread, while the main one waits and hears signals.

    It is opened when something is first asked of it.

    Attributes:
        told: hears now and then how far a long statement is, in percent.

    Args:
        connect: opens it.
        worker: the thread.
    """

    def __init__(self, connect: Callable[[], Any], worker: Worker | None = None) -> None:
        self._connect = connect
        self._opened: Any = None
        self._opening = threading.Lock()
        self._worker = worker or Worker()
        self.told: Callable[[float], None] | None = None
        self._registered: dict[str, Any] = {}

    def open(self) -> None:
        """Open it now."""
        self.wait(self._connection)

    def register(self, name: str, table: Any) -> None:
        """Let statements read a table of the host's."""
        self.wait(lambda: self._connection().register(name, table))
        self._registered[name] = table

    def unregister(self, name: str) -> None:
        """Let statements forget it."""
        self.wait(lambda: self._connection().unregister(name))
        self._registered.pop(name, None)

    def execute(self, text: str, parameters: Any = None) -> Self:
        """Run a statement."""
        self.wait(lambda: self._connection().execute(text, parameters))
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the last statement."""
        found: list[tuple[Any, ...]] = self.wait(lambda: self._connection().fetchall())
        return found

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """The next rows of the last statement."""
        found: list[tuple[Any, ...]] = self.wait(lambda: self._connection().fetchmany(size))
        return found

    def table(self, text: str) -> Any:
        """What a statement gives, as an Arrow table."""
        return self.wait(lambda: self._connection().sql(text).to_arrow_table())

    @contextlib.contextmanager
    def in_order(self) -> Iterator[None]:
        """Rows come, and are held, in the order in which they are read; else in any, which is faster."""
        self.execute("SET preserve_insertion_order = true")
        try:
            yield
        finally:
            self.execute("SET preserve_insertion_order = false")

    def cursor(self) -> "Waiting":
        """Another connection to the same tables."""
        other = Waiting(lambda: self._connection().cursor(), self._worker)
        other.told = self.told
        for name, table in self._registered.items():
            other.register(name, table)
        return other

    def close(self) -> None:
        """End it, if it was opened, and the thread."""
        if self._opened is not None and not self._worker.has_ended:
            self.wait(self._opened.close)
        self._worker.end()

    def wait(self, call: Callable[[], T]) -> T:
        """Do something in the worker's thread, where no signal cuts it in two; in a thread of the host's, there."""
        if threading.current_thread() is not threading.main_thread():
            return call()  # signals are the main thread's
        asked = Call(call)
        try:
            self._worker.ask(asked)
            while not asked.wait():
                if self._worker.has_ended:
                    raise RuntimeError("this connection is closed")
                if self.told is not None and self._opened is not None:
                    self.told(max(0.0, float(self._opened.query_progress())))
        except BaseException:
            self._interrupt(asked)
            raise
        return asked.result()

    def _connection(self) -> Any:
        with self._opening:
            if self._opened is None:
                self._opened = self._connect()
            return self._opened

    def _interrupt(self, asked: Call[Any]) -> None:
        """
        End a call; an interruption before its statement has begun is not heard, so it is said again.

        It is asked once more, for nobody knows whether it was: what is forgotten, or was done, is not done again.
        """
        asked.forget()
        for _ in range(PATIENCE):
            with contextlib.suppress(KeyboardInterrupt):  # said again, too
                self._worker.ask(asked)
                with contextlib.suppress(Exception):  # it is not open yet, or just being closed
                    self._opened.interrupt()
                if asked.wait() or self._worker.has_ended:
                    return
        self._worker.leave()
