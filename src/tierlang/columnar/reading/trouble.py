"""What an engine cannot help: no room, a damaged file, a text that is no number where one was promised; told as a refusal."""

import contextlib
import errno
from collections.abc import Iterator, Mapping
from pathlib import Path

from tierlang.data import words
from tierlang.data.problems import refused_file
from tierlang.diagnostics.model import DiagnosticError, refusal

_ROOM = ("No space left on device", "max_temp_directory_size", "Disk quota exceeded")
_DAMAGE = frozenset(
    {"Error", "IOException", "InvalidInputException", "SerializationException", "HTTPException"}
)


@contextlib.contextmanager
def as_refusal(tables: Mapping[str, object]) -> Iterator[None]:
    """
    Turn what an engine raises of its surroundings into a refusal; mistakes of ours stay what they are.

    Args:
        tables: what is read, to name a damaged file.

    Raises:
        DiagnosticError: ``E-ENGINE-ROOM`` or ``E-DATA-FILE``.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise _no_room(str(error.strerror)) from error
    except Exception as error:
        text, name = " ".join(str(error).split()), type(error).__name__
        of_polars = type(error).__module__ == "polars.exceptions" and text.startswith("parquet: ")
        if type(error).__module__ not in {"duckdb", "_duckdb"} and not of_polars:
            raise
        if name == "OutOfMemoryException" or any(sign in text for sign in _ROOM):
            reason = text.partition(": ")[2] or text
            for advice in (" Possible solutions", " This limit was set"):  # the engine's, not the user's
                reason = reason.partition(advice)[0]
            raise _no_room(reason[:200]) from error
        files = [str(table) for table in tables.values() if isinstance(table, str | Path)]
        if not (name in _DAMAGE or of_polars) or not files:
            raise
        file = next((file for file in files if file in text), files[0])
        raise refused_file(file, words.DAMAGED_PARQUET) from error


def _no_room(reason: str) -> DiagnosticError:
    return refusal("E-ENGINE-ROOM", reason=reason)
