"""What stands before a statement: labels, quotations, readings, sources."""

from tierlang.check.model import Accepted, Origin, Reading
from tierlang.diagnostics.model import Findings, Label, nearest, quoted
from tierlang.source import Span
from tierlang.syntax import nodes as n

ANNOTATIONS: dict[str, tuple[str, ...]] = {
    "label": ("zh", "en", "vi"),
    "source": ("id", "url", "title", "published", "lang", "note"),
    "cite": ("text", "clause", "lang", "source"),
    "reading": ("id", "text", "reading", "alternatives"),
    "note": ("text",),
    "accept": ("code", "reason"),
    "fixed": ("text",),
}
"""Every annotation and the keys it takes."""

REQUIRED = {
    "reading": ("id", "text", "reading", "alternatives"),
    "cite": ("text",),
    "source": ("id",),
    "accept": ("code", "reason"),
}


def check_annotations(file: n.File, findings: Findings) -> None:
    """Report annotations that do not exist, wrong keys, readings that share an id, and quotations from nowhere."""
    readings: dict[str, Span] = {}
    sources = [source["id"] for source in sources_of(file) if "id" in source]
    for statement in file.statements:
        for annotation in statement.annotations:
            name = annotation.name.text
            if name not in ANNOTATIONS:
                near = quoted(nearest(name, ANNOTATIONS))
                findings.add("E-ANNOTATION", annotation.name.span, name=name, near=near)
                continue
            _check_keys(annotation, findings)
            if name == "reading":
                id_ = annotation.get("id") or ""
                if id_ in readings:
                    findings.add(
                        "E-READING-ID", annotation.span, labels=[Label(readings[id_], "first")], id=id_
                    )
                readings.setdefault(id_, annotation.span)
            cited = annotation.get("source") if name == "cite" else None
            if cited is not None and cited not in sources:
                near = quoted(nearest(cited, sources) or sources)
                findings.add("E-CITE-SOURCE", annotation.span, id=cited, near=near)


def _check_keys(annotation: n.Annotation, findings: Findings) -> None:
    name = annotation.name.text
    for argument in annotation.arguments:
        if argument.key is not None and argument.key not in ANNOTATIONS[name]:
            facts = {"name": name, "key": argument.key, "expected": quoted(ANNOTATIONS[name])}
            findings.add("E-ANNOTATION-ARG", argument.span, facts=facts)
    absent = [key for key in REQUIRED.get(name, ()) if annotation.get(key) is None]
    if absent:
        findings.add("E-ANNOTATION-ARG", annotation.span, name=name, missing=quoted(absent))


def accept(file: n.File, findings: Findings) -> None:
    """Take out the warnings about a statement that it accepts; report an acceptance of what is not found."""
    for statement in file.statements:
        for annotation in statement.annotations:
            code = annotation.get("code")
            if annotation.name.text != "accept" or code is None:
                continue
            inside = [d for d in findings.found if d.code == code and _holds(statement.span, d.span)]
            if inside and code.startswith("W-"):
                findings.found[:] = [d for d in findings.found if not any(d is other for other in inside)]
            elif not findings.errors:
                findings.add("W-NOTHING-ACCEPTED", annotation.span, name=code)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def origin_of(statement: n.Statement) -> Origin:
    """A statement's place, labels, quotations and readings."""
    labels: dict[str, str] = {}
    cites: list[str] = []
    readings: list[str] = []
    for annotation in statement.annotations:
        match annotation.name.text:
            case "label":
                labels.update({a.key: a.value for a in annotation.arguments if a.key is not None})
            case "cite":
                cites.append(annotation.get("text") or "")
            case "reading":
                readings.append(annotation.get("id") or "")
    return Origin(statement.span, labels, tuple(cites), tuple(readings))


def readings_of(file: n.File) -> tuple[Reading, ...]:
    """Every ``@reading`` of a file, in written order."""
    return tuple(
        Reading(
            a.get("id") or "",
            a.get("text") or "",
            a.get("reading") or "",
            a.get("alternatives") or "",
            a.span,
        )
        for statement in file.statements
        for a in statement.annotations
        if a.name.text == "reading"
    )


def accepted_of(file: n.File) -> tuple[Accepted, ...]:
    """Every ``@accept`` of a file, in written order."""
    return tuple(
        Accepted(a.get("code") or "", a.get("reason") or "", a.span)
        for statement in file.statements
        for a in statement.annotations
        if a.name.text == "accept"
    )


def sources_of(file: n.File) -> tuple[dict[str, str], ...]:
    """Every ``@source`` of a file, as its keys and values."""
    return tuple(
        {argument.key: argument.value for argument in a.arguments if argument.key is not None}
        for statement in file.statements
        for a in statement.annotations
        if a.name.text == "source"
    )
