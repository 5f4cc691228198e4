"""The small things of a page: coloured code, words with their language, prose, quotations and readings."""

from typing import TypeAlias

from tierlang import quickattrs as attrs

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
