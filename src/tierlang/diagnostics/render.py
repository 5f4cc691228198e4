"""Diagnostics for people: the sentence, the lines at fault with carets, notes and helps."""

from collections.abc import Iterable

from tierlang.diagnostics.catalogue import Words, words
from tierlang.diagnostics.model import Diagnostic, Severity
from tierlang.diagnostics.places import own_region, place_words
from tierlang.diagnostics.safe import printable
from tierlang.diagnostics.snippet import Mark, Paint, gutter_width, mark_of, snippet

_CHINESE = {
    "error": "错误",
    "warning": "警告",
    "note": "说明",
    "help": "建议",
    "see": "详见",
}
_WIDTH_WITHOUT_SOURCE = 2

_ANSI = {
    "error": "1;31",
    "warning": "1;33",
    "message": "1",
    "gutter": "1;34",
    "secondary": "1;34",
    "note": "1;32",
    "help": "1;36",
    "see": "1;36",
}


def render_text(
    diagnostics: Iterable[Diagnostic],
    *,
    lang: str = "en",
    colour: bool = False,
    base_url: str | None = None,
) -> str:
    """
    Draw diagnostics one below the other, an empty line between two.

    Args:
        diagnostics: in the order in which to show them.
        lang: ``en`` or ``zh``.
        colour: whether to add ANSI colours; text from schemes and data never brings its own.
        base_url: where the pages of the codes lie; None leaves the links out.

    Returns:
        The text, ending with a line end; empty if there are no diagnostics.
    """
    return "\n".join(_render(diagnostic, lang, colour, base_url) for diagnostic in diagnostics)


def summary(diagnostics: Iterable[Diagnostic], lang: str = "en") -> str:
    """Count them: ``2 errors, 1 warning``, or ``no errors``."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    found = {severity.value: count for severity, count in counts.items() if count}
    if lang == "zh":
        return "，".join(f"{count} 个{_CHINESE[word]}" for word, count in found.items()) or "没有错误"
    return (
        ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for word, count in found.items()) or "no errors"
    )


def severity_word(severity: Severity, lang: str) -> str:
    """``error`` or ``warning``, 错误 or 警告."""
    return _CHINESE[severity.value] if lang == "zh" else severity.value


def page_url(code: str, base_url: str) -> str:
    """The address of a code's page below *base_url*."""
    return f"{base_url.rstrip('/')}/{code}.md"


def sentences(said: Words, lang: str) -> list[str]:
    """The notes and helps as lines, each with its word before it."""
    return [f"{_heading('note', lang)}{note}" for note in said.notes] + [
        f"{_heading('help', lang)}{text}" for text in said.helps
    ]


def _render(diagnostic: Diagnostic, lang: str, colour: bool, base_url: str | None) -> str:
    paint = _painter(diagnostic.severity, colour)
    said = words(diagnostic, lang)
    colon = "：" if lang == "zh" else ": "
    severity = severity_word(diagnostic.severity, lang)

    rows = [paint("primary", f"{severity}[{diagnostic.code}]") + paint("message", f"{colon}{said.message}")]
    marks = _marks(diagnostic, said)
    width = gutter_width(marks) if marks else _WIDTH_WITHOUT_SOURCE
    rows.extend(_arrows(diagnostic, lang, width, paint))
    if marks and diagnostic.source is not None:
        rows.extend(snippet(diagnostic.source, marks, paint))
    tail = [("note", note) for note in said.notes] + [("help", text) for text in said.helps]
    if base_url is not None:
        tail.append(("see", page_url(diagnostic.code, base_url)))
    margin = " " * (width + 1)
    if tail and marks:
        rows.append(paint("gutter", f"{margin}|"))
    rows.extend(
        f"{margin}{paint('gutter', '=')} {paint(role, _heading(role, lang))}{text}" for role, text in tail
    )
    return "\n".join(rows) + "\n"


def _marks(diagnostic: Diagnostic, said: Words) -> list[Mark]:
    """The fault's own mark and those of its labels; none if it is about data alone or about a whole file."""
    source = diagnostic.source
    if source is None or own_region(diagnostic) is None:
        return []
    own = mark_of(source, diagnostic.span, said.label, primary=True)
    others = zip(diagnostic.labels, said.labels, strict=True)
    return [own] + [mark_of(source, label.span, text, primary=False) for label, text in others]


def _arrows(diagnostic: Diagnostic, lang: str, width: int, paint: Paint) -> list[str]:
    """The lines that name the place: in data, in a scheme, or the declaration that data breaks."""
    places = []
    if diagnostic.place is not None and (where := place_words(diagnostic.place, lang)):
        places.append(where)
    if diagnostic.source is not None:
        region = own_region(diagnostic)
        name = printable(diagnostic.source.name)
        places.append(f"{name}:{region.line}:{region.column}" if region else name)
    arrows = ["-->", *[":::"] * (len(places) - 1)]
    return [
        f"{' ' * width}{paint('gutter', arrow)} {place}" for arrow, place in zip(arrows, places, strict=False)
    ]


def _heading(word: str, lang: str) -> str:
    return f"{_CHINESE[word]}：" if lang == "zh" else f"{word}: "


def _painter(severity: Severity, colour: bool) -> Paint:
    """How to colour one diagnostic; the role ``primary`` has the colour of its severity."""
    if not colour:
        return lambda role, text: text

    def paint(role: str, text: str) -> str:
        code = _ANSI[severity.value if role == "primary" else role]
        return f"\x1b[{code}m{text}\x1b[0m"

    return paint
