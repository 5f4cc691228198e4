"""Statements that can be interrupted: DuckDB looks for signals only now and then, and a long statement would not end."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self, TypeVar

TICK = 0.1
"""Seconds after which somebody who waits looks up."""
T = TypeVar("T")


class Waiting:
    """
    A connection of DuckDB whose statements run in a thread, while the main one waits and hears signals.

    Whatever it is not asked to wait for, it passes on.

    Attributes:
        told: hears now and then how far a long statement is, in percent.
    """

    def __init__(self, connection: Any, pool: ThreadPoolExecutor | None = None) -> None:
        self._connection = connection
        self._pool = pool or ThreadPoolExecutor(1, "tier")
        self.told: Callable[[float], None] | None = None
        self._registered: dict[str, Any] = {}

    def register(self, name: str, table: Any) -> None:
        """Let statements read a table of the host's."""
        self._connection.register(name, table)
        self._registered[name] = table

    def unregister(self, name: str) -> None:
        """Let statements forget it."""
        self._connection.unregister(name)
        self._registered.pop(name, None)

    def execute(self, text: str, parameters: Any = None) -> Self:
        """Run a statement."""
        self._wait(lambda: self._connection.execute(text, parameters))
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the last statement."""
        found: list[tuple[Any, ...]] = self._wait(self._connection.fetchall)
        return found

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """The next rows of the last statement."""
        found: list[tuple[Any, ...]] = self._wait(lambda: self._connection.fetchmany(size))
        return found

    def table(self, text: str) -> Any:
        """What a statement gives, as an Arrow table."""
        return self._wait(lambda: self._connection.sql(text).to_arrow_table())

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
        other = Waiting(self._connection.cursor(), self._pool)
        other.told = self.told
        for name, table in self._registered.items():
            other.register(name, table)
        return other

    def close(self) -> None:
        """End it, and the thread."""
        self._connection.close()
        self._pool.shutdown()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def _wait(self, call: Callable[[], T]) -> T:
        if threading.current_thread() is not threading.main_thread():
            return call()  # signals are the main thread's
        future = self._pool.submit(call)
        try:
            while not self._is_done(future):
                if self.told is not None:
                    self.told(max(0.0, float(self._connection.query_progress())))
            return future.result()
        except BaseException:
            self._interrupt(future)
            raise

    def _is_done(self, future: "Future[Any]") -> bool:
        try:
            future.exception(TICK)
        except TimeoutError:
            return False
        return True

    def _interrupt(self, future: "Future[Any]") -> None:
        """End the statement; an interruption before it has begun is not heard, so it is said again."""
        while not future.done():
            self._connection.interrupt()
            self._is_done(future)


class Late(Waiting):
    """
    A connection that is opened when something is first asked of it.

    Args:
        connect: opens it.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._opened: Any = None
        self._opening = (
            threading.Lock()
        )  # a statement's thread may ask first, and this one for its progress meanwhile
        self._pool = ThreadPoolExecutor(1, "tier")
        self._registered = {}
        self.told = None

    @property
    def _connection(self) -> Any:
        with self._opening:
            if self._opened is None:
                self._opened = self._connect()
            return self._opened

    def open(self) -> None:
        """Open it now."""
        self._connection  # noqa: B018 - looking for it opens it

    def close(self) -> None:
        """End it, if it was opened, and the thread."""
        if self._opened is not None:
            self._opened.close()
        self._pool.shutdown()
