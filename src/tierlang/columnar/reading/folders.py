"""Temporary folders: one for each run, gone when it ends; those of runs that were killed are removed by the next one."""

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
import time
import weakref
from pathlib import Path
from typing import IO

from tierlang.data.output import tidied

PREFIX = "tier-work-"
LOCK = "lock"
YOUNG = 60.0
"""Seconds for which a folder may still be without its lock."""


class WorkFolder:
    """A folder that nobody removes as long as this process lives and has not closed it."""

    def __init__(self) -> None:
        place = Path(tempfile.gettempdir())
        remove_stale(place)
        self.path = place / f"{PREFIX}{secrets.token_hex(8)}"
        self._held: list[IO[str]] = []
        # Before it is made: an interruption may come between any two steps.
        self._end = weakref.finalize(self, _remove, self.path, self._held)
        self.path.mkdir(mode=0o700)
        self._held.append((self.path / LOCK).open("w", encoding="ascii"))
        _take(self._held[0])

    def close(self) -> None:
        """Remove it."""
        self._end()


def _remove(path: Path, held: "list[IO[str]]") -> None:
    def whole() -> None:
        for handle in held:
            handle.close()
        shutil.rmtree(path, ignore_errors=True)

    tidied(whole)


def remove_stale(folder: Path) -> None:
    """Remove the folders of runs that were killed: our own user's, real folders, whose lock nobody holds any more."""
    if not hasattr(os, "getuid"):
        return  # locks of other processes cannot be looked at
    for found in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            _remove_if_stale(found)


def _remove_if_stale(folder: Path) -> None:
    lock, whose = folder / LOCK, folder.lstat()
    if not stat.S_ISDIR(whose.st_mode) or whose.st_uid != os.getuid():
        return
    if not os.path.lexists(lock):  # killed before it had one, or not ours and not empty
        if time.time() - whose.st_mtime >= YOUNG:
            folder.rmdir()
        return
    held = lock.lstat()
    if not stat.S_ISREG(held.st_mode) or time.time() - held.st_mtime < YOUNG:
        return
    with lock.open("r", encoding="ascii") as handle:
        _take(handle)
        shutil.rmtree(folder, ignore_errors=True)


def _take(handle: "IO[str]") -> None:
    """
    Take a lock for as long as the file is open.

    Raises:
        OSError: another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows removes no folder in which a file is open
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
