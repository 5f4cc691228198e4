"""Diagnostics as a SARIF 2.1.0 log, for code scanning and editors."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from tierlang._version import __version__
from tierlang.diagnostics.catalogue import UNKNOWN, entry, fill, in_language, words
from tierlang.diagnostics.model import Diagnostic, Fix, Severity
from tierlang.diagnostics.places import (
    Region,
    file_of,
    own_region,
    place_words,
    region_of,
)
from tierlang.diagnostics.render import page_url, sentences
from tierlang.source import SourceText

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_log(diagnostics: Sequence[Diagnostic], lang: str, base_url: str | None) -> dict[str, Any]:
    """
    A log with one run: the codes that occur as rules, the diagnostics as results.

    Columns count code points from 1, and the end of a region is exclusive, as the log itself declares.
    """
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    index = {code: i for i, code in enumerate(codes)}
    driver = {
        "name": "tierlang",
        "version": __version__,
        "rules": [_rule(code, lang, base_url) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "language": "zh-CN" if lang == "zh" else "en-US",
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, index[diagnostic.code], lang) for diagnostic in diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def artifact_uri(name: str) -> str:
    """A file's name as a URI: relative names stay relative, everything unusual is percent-encoded."""
    path = name.replace("\\", "/")
    encoded = quote(path.encode("utf-8", "surrogatepass"))
    if path.startswith("/"):
        return f"file://{encoded}"
    if path[:1].isascii() and path[:1].isalpha() and path[1:3] == ":/":
        return f"file:///{path[0]}:{encoded[4:]}"
    return encoded


def _rule(code: str, lang: str, base_url: str | None) -> dict[str, Any]:
    known = entry(code)
    helps = "\n".join(text for help_ in known.helps if (text := fill(help_, {}, lang)) != UNKNOWN)
    rule: dict[str, Any] = {
        "id": code,
        "shortDescription": {"text": known.title(lang)},
        "fullDescription": {"text": in_language(known.why, lang)},
        "help": {"text": helps or in_language(known.why, lang)},
        "defaultConfiguration": {"level": _level(Diagnostic(code))},
        "properties": {"tags": [known.area]},
    }
    if base_url is not None:
        rule["helpUri"] = page_url(code, base_url)
    return rule


def _result(diagnostic: Diagnostic, index: int, lang: str) -> dict[str, Any]:
    said = words(diagnostic, lang)
    source = diagnostic.source
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": _level(diagnostic),
        "message": {"text": "\n".join([said.message, *sentences(said, lang)])},
        "locations": [location] if (location := _location(diagnostic, lang)) else [],
    }
    if source is not None and diagnostic.labels:
        result["relatedLocations"] = [
            {
                "physicalLocation": _physical(source.name, region_of(source, label.span)),
                **({"message": {"text": text}} if text else {}),
            }
            for label, text in zip(diagnostic.labels, said.labels, strict=True)
        ]
    if source is not None and diagnostic.fixes:
        result["fixes"] = [_fix(source, fix) for fix in diagnostic.fixes]
    return result


def _location(diagnostic: Diagnostic, lang: str) -> dict[str, Any]:
    """The main location; a row of data is a logical one, because it need not be a line of its file."""
    location: dict[str, Any] = {}
    place = diagnostic.place
    if file := file_of(diagnostic):
        region = own_region(diagnostic) if place is None else None
        location["physicalLocation"] = _physical(file, region)
    if place is not None and (where := place_words(place, lang, file=False, value=False)):
        location["logicalLocations"] = [{"fullyQualifiedName": where}]
    return location


def _physical(name: str, region: Region | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": artifact_uri(name)}}
    if region is not None:
        physical["region"] = _region(region)
    return physical


def _region(region: Region) -> dict[str, int]:
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _fix(source: SourceText, fix: Fix) -> dict[str, Any]:
    replacement = {
        "deletedRegion": _region(region_of(source, fix.span)),
        "insertedContent": {"text": fix.text},
    }
    change = {
        "artifactLocation": {"uri": artifact_uri(source.name)},
        "replacements": [replacement],
    }
    return {"artifactChanges": [change]}


def _level(diagnostic: Diagnostic) -> str:
    return "error" if diagnostic.severity is Severity.ERROR else "warning"
