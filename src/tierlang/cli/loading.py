"""Scheme files → checked schemes, with the findings of all of them instead of the first refusal."""

from collections.abc import Iterable
from pathlib import Path

from tierlang import quickattrs as attrs
from tierlang.api import Scheme
from tierlang.diagnostics.model import Diagnostic, DiagnosticError
from tierlang.files import load
from tierlang.versions import scheme_set


@attrs.frozen
class Loaded:
    """
    One scheme file.

    Attributes:
        scheme: what it says; None where it has errors.
        diagnostics: errors and warnings in it.
    """

    path: Path
    scheme: Scheme | None
    diagnostics: tuple[Diagnostic, ...]


def load_each(paths: Iterable[Path]) -> list[Loaded]:
    """Read and check scheme files, each by itself."""
    return [_load(path) for path in paths]


def version_findings(schemes: Iterable[Scheme]) -> list[Diagnostic]:
    """What is wrong between the versions of one scheme, for every scheme of which several are given."""
    groups: dict[str, list[Scheme]] = {}
    for scheme in schemes:
        if scheme.id is not None:
            groups.setdefault(scheme.id, []).append(scheme)
    found: list[Diagnostic] = []
    for versions in groups.values():
        try:
            found += scheme_set(versions).findings
        except DiagnosticError as error:
            found += error.diagnostics
    return found


def _load(path: Path) -> Loaded:
    try:
        scheme = load(path)
    except DiagnosticError as error:
        return Loaded(path, None, error.diagnostics)
    return Loaded(path, scheme, scheme.warnings)
