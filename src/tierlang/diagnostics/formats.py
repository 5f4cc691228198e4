"""Diagnostics in the formats of command lines, scripts, editors and continuous integration."""

import json
from collections.abc import Iterable
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.diagnostics.catalogue import words
from tierlang.diagnostics.model import Diagnostic
from tierlang.diagnostics.places import (
    Region,
    file_of,
    own_region,
    place_words,
    region_of,
)
from tierlang.diagnostics.render import page_url, render_text, sentences, severity_word
from tierlang.diagnostics.safe import is_invisible, printable
from tierlang.diagnostics.sarif import sarif_log
from tierlang.source import SourceText, Span

FORMATS = ("text", "concise", "json", "github", "sarif")
"""The formats that `render` knows, the usual one first."""


def render(
    diagnostics: Iterable[Diagnostic],
    format: str,
    lang: str = "en",
    *,
    colour: bool = False,
    base_url: str | None = None,
) -> str:
    """
    Write diagnostics in a format.

    Args:
        diagnostics: in the order in which to report them.
        format: one of FORMATS.
        lang: ``en`` or ``zh``, for the sentences; keys and words that programs read stay English.
        colour: ANSI colours, in ``text`` only.
        base_url: where the pages of the codes lie, for links in ``text``, ``json`` and ``sarif``.

    Returns:
        The report, each line ended; the same text for the same diagnostics, always.

    Raises:
        ValueError: *format* is none of FORMATS.
    """
    found = tuple(diagnostics)
    match format:
        case "text":
            return render_text(found, lang=lang, colour=colour, base_url=base_url)
        case "concise":
            return "".join(f"{_concise(diagnostic, lang)}\n" for diagnostic in found)
        case "json":
            return _json_text([_json_object(diagnostic, lang, base_url) for diagnostic in found])
        case "github":
            return "".join(f"{_github(diagnostic, lang)}\n" for diagnostic in found)
        case "sarif":
            return _json_text(sarif_log(found, lang, base_url))
    raise ValueError(f"unknown format {format!r}; known are {', '.join(FORMATS)}")


# ------------------------------------------------------------------ one line each


def _concise(diagnostic: Diagnostic, lang: str) -> str:
    """``file:line:column: error[CODE]: message``."""
    message = (
        f"{severity_word(diagnostic.severity, lang)}[{diagnostic.code}]: {words(diagnostic, lang).message}"
    )
    where = _concise_place(diagnostic, lang)
    return f"{where}: {message}" if where else message


def _concise_place(diagnostic: Diagnostic, lang: str) -> str:
    if diagnostic.place is not None:
        return place_words(diagnostic.place, lang, value=False)
    region = own_region(diagnostic)
    name = printable(file_of(diagnostic) or "")
    return f"{name}:{region.line}:{region.column}" if region else name


# ------------------------------------------------------------------ JSON


def _json_object(diagnostic: Diagnostic, lang: str, base_url: str | None) -> dict[str, Any]:
    """One diagnostic as plain data; lines and columns count from 1, in code points, the end is exclusive."""
    said = words(diagnostic, lang)
    source, place = diagnostic.source, diagnostic.place
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": said.message,
        "file": file_of(diagnostic),
        **_json_region(own_region(diagnostic)),
        "label": said.label,
        "labels": [
            {**_json_region(region_of(source, label.span)), "message": text}
            for label, text in zip(diagnostic.labels, said.labels, strict=True)
        ]
        if source is not None
        else [],
        "notes": list(said.notes),
        "helps": list(said.helps),
        "place": None if place is None else attrs.asdict(place),
        "fixes": [_json_fix(source, fix.span, fix.text) for fix in diagnostic.fixes]
        if source is not None
        else [],
        "url": page_url(diagnostic.code, base_url) if base_url is not None else None,
    }


def _json_fix(source: SourceText, span: Span, text: str) -> dict[str, Any]:
    return {**_json_region(region_of(source, span)), "text": text}


def _json_region(region: Region | None) -> dict[str, int | None]:
    """The four numbers of a region, each None if there is no region."""
    if region is None:
        return dict.fromkeys(("line", "column", "end_line", "end_column"))
    return attrs.asdict(region)


def _json_text(value: Any) -> str:
    """
    Indented JSON that a terminal may show: readable Chinese, but controls and bidi marks escaped.

    Such characters stand in the strings alone, where JSON's own escape means the same character.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if not text.isascii():
        text = "".join(
            json.dumps(char)[1:-1] if char != "\n" and is_invisible(char) else char for char in text
        )
    return text.replace("\x7f", "\\u007f") + "\n"


# ------------------------------------------------------------------ GitHub


def _github(diagnostic: Diagnostic, lang: str) -> str:
    """
    A workflow command, ``::error file=…,line=…,col=…,endLine=…,endColumn=…,title=CODE::message``.

    Columns are left out of a span over several lines, for GitHub shows them on one line only. Rows of data
    are told in the message: they are not always lines of the file.
    """
    said = words(diagnostic, lang)
    properties: list[tuple[str, str]] = []
    if file := file_of(diagnostic):
        properties.append(("file", printable(file)))
    region = own_region(diagnostic) if diagnostic.place is None else None
    if region is not None:
        one_line = region.line == region.end_line
        properties.append(("line", str(region.line)))
        properties += [("col", str(region.column))] if one_line else []
        properties.append(("endLine", str(region.end_line)))
        properties += [("endColumn", str(region.end_column))] if one_line else []
    properties.append(("title", diagnostic.code))
    where = (
        place_words(diagnostic.place, lang, file=False, value=False) if diagnostic.place is not None else ""
    )
    message = "\n".join([f"{where}: {said.message}" if where else said.message, *sentences(said, lang)])
    listed = ",".join(f"{key}={value.translate(_IN_PROPERTY)}" for key, value in properties)
    return f"::{diagnostic.severity.value} {listed}::{message.translate(_IN_MESSAGE)}"


_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})
"""GitHub's own escapes; a message may hold ``:`` and ``,``, a property may not."""
