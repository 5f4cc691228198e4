"""Scheme files on disk: the only module of the core that opens one."""

from pathlib import Path, PurePosixPath

from tierlang import quickattrs as attrs
from tierlang.api import Scheme, loads
from tierlang.diagnostics.model import DataPlace, Diagnostic, DiagnosticError
from tierlang.syntax.layout import MAX_FILE_BYTES


@attrs.frozen
class FolderResolver:
    """
    Finds imported libraries below one folder.

    A logical name is resolved against *root* and must stay below it; links are not followed.
    """

    root: Path

    def __call__(self, name: str) -> str:
        """
        The text of a library.

        Raises:
            LookupError: there is none, or its path leaves the folder.
        """
        root = self.root.resolve()
        path = root.joinpath(*PurePosixPath(name).parts)
        try:
            found = path.resolve() == path and path.is_relative_to(root) and path.is_file()
        except (OSError, RuntimeError):  # links that lead to themselves
            found = False
        if not found:
            raise LookupError(name)
        return read_scheme_text(path)


def read_scheme_text(path: Path) -> str:
    """
    The text of a scheme file.

    Raises:
        DiagnosticError: it cannot be read, is too large, or is not UTF-8 text.
    """
    return decode_scheme(read_scheme_bytes(path), str(path))


def read_scheme_bytes(path: Path) -> bytes:
    """
    What a scheme file holds.

    Raises:
        DiagnosticError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _refuse(str(path), "E-SCHEME-FILE", reason=error.strerror or type(error).__name__) from error
    if len(data) > MAX_FILE_BYTES:
        raise _refuse(str(path), "E-FILE-SIZE", size=path.stat().st_size, limit=MAX_FILE_BYTES)
    return data


def decode_scheme(data: bytes, name: str) -> str:
    """
    The text of a scheme, without a byte order mark; *name* is what diagnostics call it.

    Raises:
        DiagnosticError: it is too large, or is not UTF-8 text.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _refuse(name, "E-FILE-SIZE", size=len(data), limit=MAX_FILE_BYTES)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refuse(name, "E-NOT-UTF8", offset=error.start) from error


def _refuse(name: str, code: str, **facts: object) -> DiagnosticError:
    return DiagnosticError(
        [Diagnostic(code, {k: str(v) for k, v in facts.items()}, place=DataPlace(file=name))]
    )


def load(path: str | Path) -> Scheme:
    """
    Read and check a scheme file; libraries it imports are looked for below its folder.

    Raises:
        DiagnosticError: the file cannot be read, or has errors.
    """
    path = Path(path)
    return loads(read_scheme_text(path), name=path.as_posix(), resolver=FolderResolver(path.parent))
