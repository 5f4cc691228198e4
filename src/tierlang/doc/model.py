"""
What the page of a scheme says, as data: pure, without words of any language but the scheme's own, without markup.

A page has one part for each version of its scheme. What a part shows of a rule is an Entry: the words of the source, the
code, and figures that were found in it. Places are ids: every ``anchor`` is unique in the document, every ``target`` is
the anchor of something in it, or None.
"""

from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.check.model import VersionFacts
from tierlang.diagnostics.model import Diagnostic
from tierlang.doc.content import Code, Labels, Link, Paragraph, Prose, Quote, Reading, Source
from tierlang.doc.shapes import Figure, Ladder, Variable

SECTIONS = (
    "sources", "levels", "rules", "libraries", "inputs", "readings", "open", "examples", "functions", "warnings",
)  # fmt: skip
"""The sections of a part, in order."""


@attrs.frozen
class Entry:
    """
    One statement.

    Attributes:
        name: what it defines, or a level, where it does.
        line: where it stands in its file.
        links: the names it uses, each once, for renderings whose code cannot link.
        filled: the overlay that it comes from.
        fixed: whether it is marked ``@fixed``.
    """

    anchor: str
    name: str | None
    labels: Labels
    line: int
    code: Code
    doc: Prose | None
    quotes: tuple[Quote, ...]
    readings: tuple[Reading, ...]
    notes: tuple[Paragraph, ...]
    figures: tuple[Figure, ...]
    links: tuple[Link, ...]
    filled: str | None
    fixed: bool


Flow: TypeAlias = tuple[Entry | Prose, ...]
"""Statements and prose in the order of the file."""


@attrs.frozen
class Hole:
    """A ``...``: its place, and the line in which it stands."""

    rule: Link
    line: int
    column: int
    code: Code


@attrs.frozen
class External:
    """A ``param`` or ``table`` that is supplied from outside."""

    kind: str
    rule: Link
    labels: Labels
    type: str


@attrs.frozen
class Cell:
    """A value of an example as written; *actual* what came out instead, where it did not come out."""

    code: Code
    actual: str | None = None


@attrs.frozen
class ExampleRow:
    """One subject of an example; None for the id of the only one, and for a cell that is empty."""

    id: str | None
    given: tuple[Cell | None, ...]
    expected: tuple[Cell | None, ...]


@attrs.frozen
class Example:
    """
    An example and what became of it.

    Attributes:
        period, last: what it is about; several periods where there is a last one.
        shared: what is given for all subjects.
        given, expected: the headings of the rows.
        findings: why it could not be run.
    """

    anchor: str
    title: str
    period: str | None
    last: str | None
    line: int
    passed: bool
    shared: tuple[tuple[Link, Code], ...]
    given: tuple[Link, ...]
    expected: tuple[Link, ...]
    rows: tuple[ExampleRow, ...]
    quotes: tuple[Quote, ...]
    readings: tuple[Reading, ...]
    notes: tuple[Paragraph, ...]
    doc: Prose | None
    findings: tuple[Diagnostic, ...]


@attrs.frozen
class Library:
    """A library that is imported, with its statements."""

    anchor: str
    path: str
    alias: str | None
    sha256: str
    flow: Flow


@attrs.frozen
class Function:
    """A built-in function or name that the scheme uses; its words stand in the table of built-ins."""

    anchor: str
    name: str


@attrs.frozen
class Acceptance:
    """An ``@accept``: a warning that the author has looked at, and why it is none."""

    code: str
    reason: Paragraph
    rule: Link
    line: int


@attrs.frozen
class Finding:
    """A finding of the checker and the entry that it is about."""

    diagnostic: Diagnostic
    rule: Link | None
    line: int


@attrs.frozen
class Part:
    """
    One version of a scheme.

    Attributes:
        sections: the names of its sections, and their anchors.
        assess: the words after `assess every`.
        overlays: names and SHA-256 of what filled its holes.
    """

    anchor: str
    sections: tuple[tuple[str, str], ...]
    id: str | None
    file: str
    sha256: str
    labels: Labels
    version: VersionFacts
    assess: Code
    cohort: str | None
    sources: tuple[Source, ...]
    ladder: Ladder | None
    flow: Flow
    libraries: tuple[Library, ...]
    inputs: tuple[Variable, ...]
    readings: tuple[Reading, ...]
    holes: tuple[Hole, ...]
    externals: tuple[External, ...]
    examples: tuple[Example | Prose, ...]
    functions: tuple[Function, ...]
    overlays: tuple[tuple[str, str], ...]
    warnings: tuple[Finding, ...]
    accepted: tuple[Acceptance, ...]

    def section(self, name: str) -> str:
        """The anchor of a section."""
        return dict(self.sections)[name]


@attrs.frozen
class SchemePage:
    """
    The page of one scheme.

    Attributes:
        parts: its versions, the latest first.
        findings: gaps between the versions.
    """

    anchor: str
    versions_anchor: str
    id: str | None
    labels: Labels
    parts: tuple[Part, ...]
    findings: tuple[Diagnostic, ...] = ()
