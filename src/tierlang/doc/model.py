"""
What the page of a scheme says, as data: pure, without words of any language but the scheme's own, without markup.

A page has one part for each version of its scheme. What a part shows of a rule is an Entry: the words of the source, the
code, and figures that were found in it. Places are ids: every ``anchor`` is unique in the document, every ``target`` is
the anchor of something in it, or None.
"""

from fractions import Fraction
from typing import TypeAlias

import attrs

from tierlang.check.model import VersionFacts
from tierlang.diagnostics.model import Diagnostic

SECTIONS = (
    "sources", "levels", "rules", "libraries", "inputs", "readings", "open", "examples", "functions", "warnings",
)  # fmt: skip
"""The sections of a part, in order."""

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Language code and label."""


@attrs.frozen
class Piece:
    """
    A piece of a line of code or prose.

    Attributes:
        kind: the short name of its Pygments token, empty for plain text.
        target: the anchor of what a name means.
    """

    text: str
    kind: str = ""
    target: str | None = None


Code: TypeAlias = tuple[Piece, ...]
"""Code of a scheme, as written; names know what they mean."""


@attrs.frozen
class Link:
    """A name and the place where it is defined, if that is in the document."""

    text: str
    target: str | None = None


@attrs.frozen
class Text:
    """Words of a source, as they are. *lang* is a language tag, None where it is unknown."""

    text: str
    lang: str | None = None


# ------------------------------------------------------------------ prose and quotations


@attrs.frozen
class Paragraph:
    """Words of the scheme's author: a paragraph, a remark, or an *item* of a list; backticks have become code."""

    pieces: Code
    item: bool = False
    lang: str | None = None


@attrs.frozen
class Prose:
    """
    A block of ``##`` comments.

    Attributes:
        anchor: where its heading can be found.
        heading: its first line, where that stands alone.
    """

    anchor: str
    heading: Paragraph | None
    paragraphs: tuple[Paragraph, ...] = ()


@attrs.frozen
class Source:
    """
    An ``@source``.

    Attributes:
        url: its address, where that is one of the web and can be a link.
        address: its address as written.
    """

    anchor: str
    id: str
    title: Text | None = None
    published: str | None = None
    url: str | None = None
    address: str | None = None
    note: Paragraph | None = None


@attrs.frozen
class Quote:
    """An ``@cite``: words of a source, and where they stand in it."""

    words: Text
    clause: str | None = None
    source: Source | None = None


@attrs.frozen
class Reading:
    """An ``@reading``; *rule* is the entry that it stands before."""

    anchor: str
    id: str
    words: Text
    reading: Paragraph
    alternatives: Paragraph
    rule: Link


# ------------------------------------------------------------------ figures


@attrs.frozen
class Interval:
    """The values between two ends, as the scheme writes them; None is no end. A single value has both ends equal."""

    low: str | None = None
    low_in: bool = False
    high: str | None = None
    high_in: bool = False


@attrs.frozen
class Where:
    """The values of *subject* for which a condition holds; the subject is empty where the place says what it is."""

    subject: str
    intervals: tuple[Interval, ...]


@attrs.frozen
class Band:
    """A ``band`` or ``match`` as a table: pattern, the values that come to it, what it gives."""

    subject: Code
    rows: tuple[tuple[Code, Where | None, Code], ...]


@attrs.frozen
class Weight:
    """
    A part of a weighted sum.

    Attributes:
        exact: its weight as written; None for a part without one.
        length: the weight as a part of the largest; 0 where it is not known.
        taken: whether it is subtracted.
    """

    code: Code
    exact: str | None
    length: Fraction = Fraction(0)
    taken: bool = False


@attrs.frozen
class Weights:
    """A weighted sum; *total* is what the weights add up to, None where one is not known."""

    parts: tuple[Weight, ...]
    total: str | None


@attrs.frozen
class Dates:
    """The values of a parameter, each with the day from which it holds; none where it is supplied from outside."""

    values: tuple[tuple[str | None, Code], ...]


@attrs.frozen
class Entries:
    """A table of the scheme; *rows* None where it is supplied from outside; the key None is ``else``."""

    key: Link
    rows: tuple[tuple[Code | None, Code], ...] | None


@attrs.frozen
class Fields:
    """The fields of a record."""

    rows: "tuple[Variable, ...]"


Figure: TypeAlias = Band | Weights | Dates | Entries | Fields | Where


# ------------------------------------------------------------------ rules


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
class Variable:
    """
    An input, or a field of a record.

    Attributes:
        type: the name of its type, ``number``, ``list``.
        of: of a list what it holds.
        unit: a currency, ``%``, or the name of a unit; None for a plain number and for what is no number.
        series: the period of a series.
        values: the numbers it may be; *step* between two of them.
        choices: the texts it may be.
        maximum: how long a list may be.
        policy: what an absent value means: unknown, ineligible, reject, or value with *default*.
        publisher: the scheme whose published results it is, ``self`` for this one.
    """

    anchor: str | None
    name: str
    labels: Labels
    type: str
    of: Link | None = None
    unit: str | None = None
    series: str | None = None
    values: Interval | None = None
    step: str | None = None
    choices: tuple[str, ...] = ()
    maximum: int | None = None
    policy: str = "unknown"
    default: Code = ()
    publisher: Link | None = None
    fixed: bool = False


@attrs.frozen
class Tick:
    """
    A mark of a number line.

    Attributes:
        at: the part of the width at which it lies.
        lane: the line on which its label has room.
        side: which part of the label lies there: ``start``, ``middle`` or ``end``.
    """

    at: Fraction
    text: str
    lane: int = 0
    side: str = "middle"


@attrs.frozen
class Segment:
    """A piece of a number line, from and to a part of its width; an *open* end goes on without an end."""

    start: Fraction
    end: Fraction
    start_in: bool
    end_in: bool
    start_open: bool
    end_open: bool


@attrs.frozen
class Rule:
    """A rule that bears on levels: its place, its labels, and the statement."""

    link: Link
    labels: Labels
    code: Code


@attrs.frozen
class Level:
    """
    A level of the ladder.

    Attributes:
        mode: one of nodes.TIER_MODES.
        where: the values for which it is the result, else those for which its condition holds; None where that is
            about more than one name, or not known.
        segments: the same, drawn.
        needs: requirements for it.
    """

    anchor: str | None
    name: str
    labels: Labels
    mode: str
    condition: Code = ()
    where: Where | None = None
    segments: tuple[Segment, ...] = ()
    needs: tuple[Rule, ...] = ()


@attrs.frozen
class Ladder:
    """
    The levels, best first.

    Attributes:
        subject: the one number that decides, where there is one; the number line is about it.
        to_scale: whether distances on the line are true.
        uncovered: values that have no level.
        besides: further rules that bear on the level: eligibility, vetoes, caps, floors.
    """

    levels: tuple[Level, ...]
    subject: Link | None = None
    ticks: tuple[Tick, ...] = ()
    to_scale: bool = True
    uncovered: Level | None = None
    besides: tuple[Rule, ...] = ()


# ------------------------------------------------------------------ the rest


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
        shared: what is given for all subjects.
        given, expected: the headings of the rows.
        findings: why it could not be run.
    """

    anchor: str
    title: str
    period: str | None
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
