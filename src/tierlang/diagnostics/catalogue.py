"""The words of the diagnostics: one entry a code, read from codes.toml when first needed."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import Diagnostic
from tierlang.diagnostics.safe import brief

LANGUAGES = ("en", "zh")
"""Languages of the catalogue; any other language reads English."""

AREAS = (
    "syntax",
    "names",
    "types",
    "tiers",
    "weights",
    "data",
    "period",
    "limits",
    "example",
)
"""Chapters of the reference, in the order of the catalogue."""

Wording: TypeAlias = Mapping[str, str]
"""Language code to a sentence, with facts as ``{name}``."""

_FACT = re.compile(r"\{([a-z_]+)\}")
_PIECE = re.compile(r"`[^`]*`|(?:FY)?[0-9][\w./-]*")
_HOLE = re.compile("`…`|…")

UNKNOWN = "…"
"""What is shown for a fact that is not known."""


@attrs.frozen
class Entry:
    """
    What the catalogue says about one code.

    Attributes:
        code: ``E-COMMA-NUMBER``.
        area: one of AREAS.
        message: what is the matter, one sentence.
        bare: what is said in its place where one of its facts is not known.
        label: words beside the caret.
        labels: words at further places, by the key of the Label.
        notes, helps: facts, and changes that would work; each is left out where one of its facts is unknown.
        why: what would go wrong if this were let through; for the code's page.
        wrong, right: a scheme that gives the diagnostic, and its nearest neighbour that does not.
        wrong_data, right_data: the same in prose, where a short scheme cannot show it.
    """

    code: str
    area: str
    message: Wording
    why: Wording
    bare: Wording | None = None
    label: Wording | None = None
    labels: Mapping[str, Wording] = attrs.field(factory=dict)
    notes: tuple[Wording, ...] = ()
    helps: tuple[Wording, ...] = ()
    wrong: str | None = None
    right: str | None = None
    wrong_data: Wording | None = None
    right_data: Wording | None = None

    def title(self, lang: str) -> str:
        """What the code says in general: its bare message if it has one, with ``…`` for every fact."""
        return fill(self.bare or self.message, {}, lang)


@attrs.frozen
class Words:
    """
    The sentences of one diagnostic in one language, safe to print.

    Attributes:
        message: what is the matter.
        label: words beside the caret, if any.
        labels: words for each of the diagnostic's labels, in their order; None where there are none.
        notes, helps: those whose facts are all known.
    """

    message: str
    label: str | None
    labels: tuple[str | None, ...]
    notes: tuple[str, ...]
    helps: tuple[str, ...]


@cache
def catalogue() -> Mapping[str, Entry]:
    """
    Read codes.toml, once.

    Returns:
        Code to entry, in the order of the file.

    Raises:
        ValueError: the file does not keep to its own format.
    """
    return {code: _read_entry(code, table) for code, table in _load("codes.toml").items()}


def entry(code: str) -> Entry:
    """
    The entry of *code*.

    Raises:
        LookupError: the catalogue has no such code; a mistake in the program, not in a scheme.
    """
    try:
        return catalogue()[code]
    except KeyError:
        raise LookupError(f"internal error: diagnostic code {code!r} has no entry in codes.toml") from None


def words(diagnostic: Diagnostic, lang: str = "en") -> Words:
    """
    Put a diagnostic's facts into its sentences.

    Where the message needs a fact that the diagnostic lacks, the entry's bare message is taken, and a fact
    lacking there is shown as ``…``; labels, notes and helps that lack one are left out.

    Raises:
        LookupError: the catalogue has no such code.
    """
    known = entry(diagnostic.code)
    args = diagnostic.args

    def labelled(key: str, own: Mapping[str, str]) -> str | None:
        return _fill_whole(known.labels.get(key), {**args, **own}, lang)

    return Words(
        message=_fill_whole(known.message, args, lang) or fill(known.bare or known.message, args, lang),
        label=_fill_whole(known.label, args, lang),
        labels=tuple(labelled(label.key, label.args) for label in diagnostic.labels),
        notes=tuple(text for note in known.notes if (text := _fill_whole(note, args, lang))),
        helps=tuple(text for help_ in known.helps if (text := _fill_whole(help_, args, lang))),
    )


def fill(wording: Wording, args: Mapping[str, str], lang: str) -> str:
    """
    Replace each ``{name}`` of a sentence by the fact of that name, made safe to print; ``…`` if unknown.

    A fact inside backticks is shown as it is. Outside it is a phrase: the fact ``name_zh`` is its Chinese,
    else phrases.toml may know it. Nothing is read into a fact: one that looks like ``{name}`` stays text.
    """
    sentence = in_language(wording, lang)

    def fact(match: re.Match[str]) -> str:
        name = match[1]
        if name not in args:
            return UNKNOWN
        quoted = sentence.count("`", 0, match.start()) % 2 == 1
        value = args[name] if quoted else args.get(f"{name}_{lang}") or _translate(args[name], lang)
        return brief(value)

    return _FACT.sub(fact, sentence)


def facts_of(template: str) -> set[str]:
    """The names of the facts that a sentence needs."""
    return set(_FACT.findall(template))


def in_language(wording: Wording, lang: str) -> str:
    """The sentence in *lang*, in English where there is none."""
    return wording.get(lang, wording["en"])


def _fill_whole(wording: Wording | None, args: Mapping[str, str], lang: str) -> str | None:
    """The sentence filled, or None if it needs a fact that is not known."""
    if wording is None or not facts_of(in_language(wording, lang)) <= args.keys():
        return None
    return fill(wording, args, lang)


def _translate(value: str, lang: str) -> str:
    """
    A phrase as *lang* says it, where phrases.toml has it; a list, "a name, a number", part by part.

    What stands in backticks is part of no phrase, nor is a number or a date: it is taken over, in its order.
    """
    phrases = _phrases().get(lang)
    if phrases is None:
        return value
    if (whole := _phrase(value, phrases)) is not None:
        return whole
    parts = value.split(", ")
    if all(_phrase(part, phrases) is None for part in parts):
        return value
    return ("、" if lang == "zh" else ", ").join(_phrase(part, phrases) or part for part in parts)


def _phrase(text: str, phrases: Mapping[str, str]) -> str | None:
    """What phrases.toml has for one phrase, None where it has nothing."""
    translated = phrases.get(_PIECE.sub(lambda piece: "`…`" if piece[0][0] == "`" else "…", text))
    if translated is None:
        return None
    pieces = iter(_PIECE.findall(text))
    return _HOLE.sub(lambda hole: next(pieces, hole[0]), translated)


@cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    """Language, then English phrase with ``…`` for names and numbers, to the phrase in that language."""
    return _load("phrases.toml")


def _load(name: str) -> dict[str, Any]:
    """Parse a TOML file that lies beside this module."""
    import tomllib
    from importlib import resources

    return tomllib.loads(resources.files("tierlang.diagnostics").joinpath(name).read_text("utf-8"))


_KEYS = {field.name for field in attrs.fields(Entry)} - {"code", "notes", "helps"} | {
    "note",
    "help",
}


def _read_entry(code: str, table: dict[str, Any]) -> Entry:
    """Make an entry of one table of codes.toml; ValueError if it has a key too many or too few."""
    fields = dict(table)
    if unknown := fields.keys() - _KEYS:
        raise ValueError(f"codes.toml: {code} has unknown keys {sorted(unknown)}")
    if absent := {"area", "message", "why"} - fields.keys():
        raise ValueError(f"codes.toml: {code} lacks {sorted(absent)}")
    if fields["area"] not in AREAS:
        raise ValueError(f"codes.toml: {code} has the unknown area {fields['area']!r}")
    notes, helps = tuple(fields.pop("note", ())), tuple(fields.pop("help", ()))
    return Entry(code=code, notes=notes, helps=helps, **fields)
