"""Writing a result file as a whole or not at all."""

import contextlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tierlang.data import words
from tierlang.data.problems import DataProblem, FileProblem, Problems
from tierlang.diagnostics import DataPlace, DiagnosticError

_BINARY = getattr(os, "O_BINARY", 0)
_ANYBODY_WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write_whole(path: Path | str, chunks: Iterable[bytes | str]) -> None:
    """
    Write a file so that at every moment either the old or the whole new content stands under its name.

    The content goes to a new file beside the old one, which then takes its place. Where anything goes wrong
    on the way, an interrupt included, the new file is removed and the old one is as it was. An old file's
    permissions are kept, and a link is followed; one that nobody may write is not replaced.

    Args:
        path: the file.
        chunks: its content in order; texts are written as UTF-8.

    Raises:
        DiagnosticError: ``E-DATA-FILE``, the file cannot be written there.
        Exception: whatever *chunks* raises.
    """
    import secrets

    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".tier-{secrets.token_hex(8)}.tmp")
    with refusing(path):
        mode = mode_of(target)
    try:
        with refusing(path):
            # Not tempfile: its files are private, and a new result has the permissions of any new file.
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                content = chunk.encode() if isinstance(chunk, str) else chunk
                with refusing(path):
                    file.write(content)
            with refusing(path):
                file.flush()
                os.fsync(descriptor)
                if mode is not None:
                    temporary.chmod(mode)
        with refusing(path):
            temporary.replace(target)
    except BaseException:
        tidied(temporary.unlink)
        raise


def tidied(tidy: Callable[[], object]) -> None:
    """Tidy up to the end, whatever the system says; an interruption half way is heard when that is done."""
    heard: KeyboardInterrupt | None = None
    while True:
        try:
            with contextlib.suppress(OSError):
                tidy()
            break
        except KeyboardInterrupt as error:
            heard = error
    if heard is not None:
        raise heard


def mode_of(target: Path) -> int | None:
    """
    The permissions of an existing file; None where there is none.

    Raises:
        FileProblem: what stands there is no regular file, or may not be written.
    """
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise FileProblem(words.IS_A_FOLDER)
    if not stat.S_ISREG(mode):
        raise FileProblem(words.NOT_REGULAR)
    if not mode & _ANYBODY_WRITES:
        raise FileProblem(words.READ_ONLY)
    return stat.S_IMODE(mode)


@contextlib.contextmanager
def refusing(path: Path | str) -> Iterator[None]:
    """Turn failures of the file system into a diagnostic."""
    try:
        yield
    except (OSError, DataProblem) as error:
        if isinstance(error, OSError):
            error = FileProblem(words.CANNOT_WRITE.fill(error=error.strerror or error))
        problems = Problems()
        problems.add_problem(error, DataPlace(str(path)))
        raise DiagnosticError(problems.errors) from None
