"""Text files: how they are encoded, and reading them line by line within bounds."""

import codecs
import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from tierlang.data import words
from tierlang.data.problems import DataProblem, FileProblem, Problems
from tierlang.diagnostics import DataPlace

CHUNK = 1 << 20

DAMAGED_AFTER = 8
"""
A file whose first so many non-ASCII characters are valid UTF-8 is UTF-8, and damaged where it stops being so.

Text in GB18030 practically never passes for UTF-8 that long.
"""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FOREIGN = (
    (b"PK\x03\x04", words.IS_ARCHIVE, words.RENAME_XLSX),
    (b"\xd0\xcf\x11\xe0", words.OLD_EXCEL, words.SAVE_AS_XLSX),
    (b"PAR1", words.IS_PARQUET, words.RENAME_PARQUET),
    (b"%PDF", words.IS_PDF, None),
    (b"\x1f\x8b", words.IS_COMPRESSED, words.UNPACK_FIRST),
)


def check_file(path: Path, max_bytes: int) -> int:
    """
    Make sure that *path* is a file that can be read, and not too big.

    Returns:
        its size in bytes.

    Raises:
        DataProblem: it is not.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileProblem(words.NOT_A_FILE)
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise FileProblem(words.DOES_NOT_EXIST) from None
    except PermissionError:
        raise FileProblem(words.MAY_NOT_BE_READ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileProblem(words.CANNOT_OPEN.fill(error=reason)) from None
    if status.st_size > max_bytes:
        found = status.st_size
        raise DataProblem("E-DATA-TOO-LONG", what=words.FILE_BYTES, found=found, limit=max_bytes)
    if status.st_size == 0:
        raise FileProblem(words.FILE_EMPTY)
    return status.st_size


@contextlib.contextmanager
def open_text(path: Path, file: str, problems: Problems, encoding: str | None = None) -> Iterator[TextIO]:
    """
    Open a text file without translating its line ends.

    The encoding is that of its mark, else UTF-8 if all of the file is, else GB18030 with ``W-DATA-ENCODING``;
    or the one given. The file is gone through once for this, in constant memory.

    Raises:
        DataProblem: it is not text in such an encoding.
    """
    with path.open("rb") as handle:
        head = handle.read(4)
        for magic, reason, mend in _FOREIGN:
            if head.startswith(magic):
                raise FileProblem(reason, mend)
        found = _named(encoding) if encoding else next((n for m, n in _MARKS if head.startswith(m)), None)
        if found:
            _try_encoding(handle, found)
        else:
            found = _detect(handle)
            if found == "gb18030":
                problems.add("W-DATA-ENCODING", DataPlace(file), encoding="GB18030")
    with path.open(encoding=found, errors="strict", newline="") as text:
        yield text


def bounded_lines(text: TextIO, limit: int) -> Iterator[str]:
    """
    The lines of a file with their ends.

    Raises:
        DataProblem: ``E-DATA-TOO-LONG``, a line has more than *limit* characters.
    """
    while line := text.readline(limit + 1):
        if len(line) > limit:
            raise DataProblem("E-DATA-TOO-LONG", what=words.LINE_LENGTH, limit=limit)
        yield line


def _named(encoding: str) -> str:
    """The codec of a name that the user gave."""
    try:
        "".encode(encoding)
        codecs.getincrementaldecoder(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, UnicodeError):
        reason = words.UNKNOWN_ENCODING.fill(name=encoding)
        raise DataProblem("E-DATA-ENCODING", reason=reason, help=words.SAVE_AS_UTF8) from None
    return "utf-8-sig" if name == "utf-8" else name


def _detect(handle: BinaryIO) -> str:
    """UTF-8 if all of the file is, else GB18030 if all of it is."""
    try:
        _try_encoding(handle, "utf-8")
    except _NotEncodedSo as utf8:
        if utf8.non_ascii_before >= DAMAGED_AFTER:
            raise
        _try_encoding(handle, "gb18030")
        return "gb18030"
    return "utf-8"


class _NotEncodedSo(DataProblem):
    """Bytes that are not text in the encoding tried; how many non-ASCII characters stood before them."""

    def __init__(self, encoding: str, line: int, non_ascii_before: int) -> None:
        self.non_ascii_before = non_ascii_before
        reason = words.NOT_ENCODED_SO.fill(line=line, encoding=encoding.upper().removesuffix("-SIG"))
        super().__init__("E-DATA-ENCODING", encoding=encoding, reason=reason, help=words.SAVE_AS_UTF8)


def _try_encoding(handle: BinaryIO, encoding: str) -> None:
    """
    Decode a whole file, chunk by chunk.

    Raises:
        DataProblem: a byte does not decode, or there is a NUL character.
    """
    handle.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, non_ascii = 1, 0
    while True:
        chunk = handle.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding, "replace")
            line, non_ascii = lines + good.count("\n"), non_ascii + _count_non_ascii(good)
            raise _NotEncodedSo(encoding, line, non_ascii) from None
        except UnicodeError:
            raise _NotEncodedSo(encoding, lines, non_ascii) from None
        if "\0" in text:
            raise DataProblem("E-DATA-ENCODING", reason=words.HAS_NUL, help=words.SAVE_AS_UTF8)
        if not chunk:
            return
        lines += text.count("\n")
        non_ascii += _count_non_ascii(text)


def _count_non_ascii(text: str) -> int:
    """How many characters are not ASCII."""
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
