"""The words of sources: quotations, readings and notes before a statement, and the source that each comes from."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tierlang import quickattrs as attrs
from tierlang.doc.anchors import Anchors
from tierlang.doc.content import Labels, Link, Paragraph, Quote, Reading, Source, Text
from tierlang.doc.language import language_of, language_tag
from tierlang.doc.names import Names
from tierlang.doc.prose import remark
from tierlang.syntax import nodes as n

WEB = ("http", "https")
"""The schemes of addresses that become links."""

_NO_ADDRESS = re.compile(r"[\s\x00-\x20\x7f-\x9f<>\"'`\\]")


def safe_url(text: str | None) -> str | None:
    """An address that may be a link: one of the web, with a host, without blanks and quotes; None for any other."""
    if not text or _NO_ADDRESS.search(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in WEB and parts.hostname else None


def text_of(text: str | None, lang: str | None = None) -> Text | None:
    """Words with their language, the declared one first; None for none."""
    return Text(text, language_tag(lang) or language_of(text)) if text else None


def annotations_of(statement: n.Statement, name: str) -> list[n.Annotation]:
    """The annotations of a name before a statement, in their order."""
    return [annotation for annotation in statement.annotations if annotation.name.text == name]


def labels_of(statement: n.Statement) -> Labels:
    """The labels of a statement; the label of a requirement's own line is in the language of its letters."""
    found: dict[str, str] = {}
    if isinstance(statement, n.Require) and statement.label is not None:
        found[language_of(statement.label) or "en"] = statement.label
    for annotation in annotations_of(statement, "label"):
        found |= {a.key: a.value for a in annotation.arguments if a.key is not None}
    return tuple(found.items())


def notes_of(statement: n.Statement, names: Names) -> tuple[Paragraph, ...]:
    """The ``@note`` remarks before a statement."""
    return tuple(remark(a.get("text") or "", names) for a in annotations_of(statement, "note"))


@attrs.frozen
class Sources:
    """The sources of a file, in the order of their ``@source`` lines."""

    all: tuple[Source, ...]
    langs: tuple[str | None, ...]

    @classmethod
    def of(cls, statements: Sequence[n.Statement], anchors: Anchors, prefix: str) -> "Sources":
        """Collect them."""
        found = [annotation for s in statements for annotation in annotations_of(s, "source")]
        langs = tuple(language_tag(annotation.get("lang")) for annotation in found)
        sources = (_source(a, lang, anchors, prefix) for a, lang in zip(found, langs, strict=True))
        return cls(tuple(sources), langs)

    def cited(self, annotation: n.Annotation) -> Source | None:
        """
        The source of a quotation: the one it names; else the one whose id its clause begins with; else the only one in
        its language, or the only one. None where that leaves several: a wrong source would be worse than none.
        """
        named, clause = annotation.get("source"), annotation.get("clause")
        lang = language_tag(annotation.get("lang"))
        pairs = list(zip(self.all, self.langs, strict=True))
        ways = (
            [source for source in self.all if source.id == named],
            [source for source in self.all if clause is not None and _begins(clause, source.id)],
            [source for source, own in pairs if lang is not None and own == lang],
            list(self.all),
        )
        return next((found[0] for found in ways if len(found) == 1), None)

    def lang(self, source: Source | None) -> str | None:
        """The language of a source."""
        return None if source is None else self.langs[self.all.index(source)]

    def quotes(self, statement: n.Statement) -> tuple[Quote, ...]:
        """The quotations before a statement."""
        return tuple(self._quote(annotation) for annotation in annotations_of(statement, "cite"))

    def readings(
        self, statement: n.Statement, rule: Link, names: Names, anchors: Anchors, prefix: str
    ) -> tuple[Reading, ...]:
        """The readings before a statement; their words are in the language of what is quoted there."""
        quotes = self.quotes(statement)
        first = quotes[0].words.lang if quotes else self.lang(self.all[0] if len(self.all) == 1 else None)
        return tuple(
            Reading(
                anchors.new(f"{prefix}reading-{annotation.get('id')}"),
                annotation.get("id") or "",
                Text(annotation.get("text") or "", first or language_of(annotation.get("text") or "")),
                remark(annotation.get("reading") or "", names),
                remark(annotation.get("alternatives") or "", names),
                rule,
            )
            for annotation in annotations_of(statement, "reading")
        )

    def _quote(self, annotation: n.Annotation) -> Quote:
        text, source = annotation.get("text") or "", self.cited(annotation)
        lang = language_tag(annotation.get("lang")) or self.lang(source) or language_of(text)
        return Quote(Text(text, lang), annotation.get("clause"), source)


def _begins(clause: str, id_: str) -> bool:
    """Whether a clause is an id, or has it as its first words: ``N1 第3条`` is of N1, and ``AQ24-6`` not of AQ24."""
    return re.match(rf"{re.escape(id_)}(?![\w-])", clause) is not None


def _source(annotation: n.Annotation, lang: str | None, anchors: Anchors, prefix: str) -> Source:
    id_ = annotation.get("id") or ""
    address, note = annotation.get("url"), annotation.get("note")
    return Source(
        anchors.new(f"{prefix}source-{id_}"),
        id_,
        text_of(annotation.get("title"), lang),
        annotation.get("published"),
        safe_url(address),
        address,
        remark(note, Names()) if note else None,
    )
