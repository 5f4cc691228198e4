"""Libraries: files of params, tables, defs and levels that a scheme imports under a name."""

import hashlib
import re
from collections.abc import Callable, Sequence

from tierlang import quickattrs as attrs
from tierlang.check.expand import rebuild
from tierlang.diagnostics.model import DiagnosticError, Findings
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import parse

Resolver = Callable[[str], str]
"""Gives the text of a library by its logical name; raises LookupError or OSError where there is none."""

MAX_MODULES = 64
MAX_IMPORT_DEPTH = 8
_PATH = re.compile(r"[a-z0-9_-]{1,64}(/[a-z0-9_-]{1,64}){0,7}\.tier", re.ASCII)

LIBRARY_STATEMENTS = n.Param | n.Table | n.Def | n.Tiers | n.Import | n.Edition


@attrs.define
class Importer:
    """
    Reads the libraries of one scheme.

    Attributes:
        hashes: logical path to the SHA-256 of the library's text, for results.
        texts: logical path to the text itself, for documents.
        failed: the names of libraries that could not be read.
        levels: the ladder that a library declares, if one does.
    """

    findings: Findings
    resolver: Resolver | None
    hashes: dict[str, str] = attrs.field(factory=dict)
    texts: dict[str, SourceText] = attrs.field(factory=dict)
    levels: tuple[str, ...] = ()
    active: list[str] = attrs.field(factory=list)
    failed: set[str] = attrs.field(factory=set)

    def merge(self, file: n.File) -> n.File:
        """The file with the statements of its libraries before its own, their names prefixed by ``name.``."""
        imported: list[n.Statement] = []
        aliases: set[str] = set()
        for statement in file.statements:
            if isinstance(statement, n.Import):
                if (
                    statement.name.text not in aliases
                ):  # a second library of that name is reported where names are
                    imported += self._library(statement)
                aliases.add(statement.name.text)
        if not aliases:
            return file

        def change(node: n.Node) -> n.Node:
            match node:
                case n.Attribute(base=n.Name(ident=ident), field=field) if ident.text in aliases:
                    name = n.Ident(f"{ident.text}.{field.text}", span=node.span)
                    return n.Name(name, span=node.span)
                case _:
                    return node

        own = tuple(rebuild(s, change) for s in file.statements)
        return attrs.evolve(file, statements=(*imported, *own))

    def _library(self, statement: n.Import) -> list[n.Statement]:
        self.failed.add(statement.name.text)
        text = self._read(statement)
        if text is None:
            return []
        source = self.texts[statement.path] = SourceText(statement.path, text)
        findings = Findings(source)
        try:
            file = parse(source, findings)
        except DiagnosticError as error:
            self.findings.found += error.diagnostics
            return []
        for inner in file.statements:
            if not isinstance(inner, LIBRARY_STATEMENTS):
                word = source.at(inner.span).split(maxsplit=1)[0]
                findings.add("E-IMPORT-CONTENT", inner.span, statement=word)
        self.active.append(statement.path)
        nested = attrs.evolve(self, findings=findings, active=self.active)
        file = nested.merge(file)
        self.levels = self.levels or nested.levels
        self.active.pop()
        self.findings.found += findings.found
        if findings.errors:
            return []
        self.failed.discard(statement.name.text)
        levels = next((s for s in file.statements if isinstance(s, n.Tiers)), None)
        if levels is not None:
            self.levels = tuple(level.text for level in levels.levels)
        kept = [s for s in file.statements if isinstance(s, n.Param | n.Table | n.Def)]
        return _prefixed(kept, statement.name.text, statement.span)

    def _read(self, statement: n.Import) -> str | None:
        path = statement.path
        reason = None
        if not _PATH.fullmatch(path):
            reason = (
                "a library is named by folders and a file in a-z, 0-9, _ and -, such as common/stars.tier"
            )
        elif path in self.active:
            reason = "it imports itself: " + " → ".join([*self.active, path])
        elif len(self.active) >= MAX_IMPORT_DEPTH:
            reason = f"libraries may import one another {MAX_IMPORT_DEPTH} deep"
        elif len(self.hashes) >= MAX_MODULES and path not in self.hashes:
            reason = f"a scheme may have {MAX_MODULES} libraries"
        elif self.resolver is None:
            reason = "no place to look for libraries was given"
        else:
            try:
                text = self.resolver(path)
                self.hashes[path] = hashlib.sha256(text.encode()).hexdigest()
                return text
            except (LookupError, OSError, UnicodeDecodeError):
                reason = "there is no such library"
        self._fail(statement, reason)
        return None

    def _fail(self, statement: n.Import, reason: str) -> None:
        self.findings.add("E-IMPORT", statement.span, path=statement.path, reason=reason)


def _prefixed(statements: Sequence[n.Statement], alias: str, span: Span) -> list[n.Statement]:
    """A library's statements with every name of its own prefixed, placed at the import."""
    own = {s.ident.text for s in statements if isinstance(s, n.Param | n.Table | n.Def)}

    def change(node: n.Node) -> n.Node:
        match node:
            case n.Ident(text=text) if text in own:
                return attrs.evolve(node, text=f"{alias}.{text}", span=span)
            case _:
                return attrs.evolve(node, span=span)

    return [rebuild(statement, change) for statement in statements]
