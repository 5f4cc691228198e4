"""One version of a scheme as a part of a page."""

import hashlib
from collections.abc import Iterator, Mapping

from tierlang import quickattrs as attrs
from tierlang.api import Scheme
from tierlang.check.model import CheckedScheme
from tierlang.diagnostics.model import Findings
from tierlang.doc.anchors import Anchors
from tierlang.doc.content import Link, Paragraph, Reading
from tierlang.doc.declared import dates_of, entries_of, externals_of, fields_of, variable_of
from tierlang.doc.examples import Surroundings, example_of
from tierlang.doc.figures import bare, figures_of
from tierlang.doc.ladder import RuleView, ladder_of
from tierlang.doc.model import SECTIONS, Acceptance, Entry, Example, Finding, Function, Hole, Library, Part
from tierlang.doc.names import Names, used_builtins
from tierlang.doc.prose import remark
from tierlang.doc.quotes import annotations_of, labels_of, notes_of
from tierlang.doc.shapes import Figure, Ladder, Rule, Variable
from tierlang.doc.text import FileText, file_name, in_order
from tierlang.examples import run_examples
from tierlang.overlay import Identity, identity
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import walk


def part_of(
    scheme: Scheme, anchor: str, prefix: str, anchors: Anchors, publishers: Mapping[str, str]
) -> Part:
    """
    One version of a scheme.

    Args:
        prefix: what all ids of the part begin with.
        publishers: the places of the schemes in the document, by their ids.
    """
    sections = {name: anchors.new(f"{prefix}sec-{name}") for name in SECTIONS}
    checked = scheme.checked
    main = FileText.of(checked.file, checked.source, anchors, prefix)
    libraries = _library_texts(checked, anchors, prefix)
    _connect(main, libraries, checked, sections["levels"])
    entries = [*_entries(main, scheme)]
    ladder = ladder_of(checked, _views(main), main.names.values)
    entries = [_with_interval(entry, ladder) for entry in entries]
    examples = tuple(_examples(main, scheme))
    first = min((example.line for example in examples), default=len(main.source.line_starts) + 1)
    remarks = main.remarks()
    shelves = tuple(_library(main, path, text, checked) for path, text in libraries.items())
    assess = next((s for s in checked.file.statements if isinstance(s, n.Assess)), None)
    return Part(
        anchor=anchor,
        sections=tuple(sections.items()),
        id=checked.id,
        file=file_name(checked.source),
        sha256=hashlib.sha256(checked.source.text.encode()).hexdigest(),
        labels=tuple(checked.origin.labels.items()),
        version=checked.version,
        assess=main.coloured.code(assess.span) if assess is not None else (),
        cohort=next((s.noun.text for s in checked.file.statements if isinstance(s, n.Cohort)), None),
        sources=(*main.sources.all, *(s for text in libraries.values() for s in text.sources.all)),
        ladder=ladder,
        flow=in_order(entries, [r for r in remarks if r[0] < first]),
        libraries=shelves,
        inputs=tuple(_inputs(main, checked, publishers, anchor)),
        readings=_readings(entries, shelves, examples),
        holes=tuple(_holes(main)),
        externals=externals_of(checked, main.names),
        examples=in_order(examples, [r for r in remarks if r[0] > first]),
        functions=tuple(Function(place, name) for name, place in main.names.builtins.items()),
        overlays=tuple(
            (file_name(source), digest)
            for source, digest in zip(scheme.fillings, scheme.overlays, strict=True)
        ),
        warnings=tuple(_warnings(main, checked)),
        accepted=tuple(_accepted(main)),
    )


# ------------------------------------------------------------------ files and their names


def _library_texts(checked: CheckedScheme, anchors: Anchors, prefix: str) -> dict[str, FileText]:
    """The libraries by their paths, the ids in each beginning with the name under which it is imported."""
    aliases = {s.path: s.name.text for s in reversed(checked.file.statements) if isinstance(s, n.Import)}
    texts: dict[str, FileText] = {}
    for path, source in checked.libraries.items():
        alias = aliases.get(path, path.removesuffix(".tier"))
        texts[path] = FileText.of(parse(source, Findings(source)), source, anchors, f"{prefix}{alias}.")
    return texts


def _connect(main: FileText, libraries: Mapping[str, FileText], checked: CheckedScheme, levels: str) -> None:
    """Let each file know the names of the libraries it imports, the built-ins, and the place of the levels."""
    files = [main, *libraries.values()]
    statements = tuple(s for text in files for s in text.file.statements if not isinstance(s, n.Example))
    builtins = {name: main.anchors.new(f"{main.prefix}fn-{name}") for name in used_builtins(statements)}
    if checked.ladder:
        main.names.values.setdefault("tier", levels)
    own = {path: dict(text.names.values) for path, text in libraries.items()}
    for text in files:
        text.names.builtins = builtins
        for statement in text.file.statements:
            if isinstance(statement, n.Import):
                found = own.get(statement.path, {})
                alias = statement.name.text
                text.names.values |= {f"{alias}.{name}": place for name, place in found.items()}
                for level in checked.facts.levels:  # the ladder of a library is known by its own names
                    if level in found:
                        text.names.values.setdefault(level, found[level])


# ------------------------------------------------------------------ entries


def _entries(main: FileText, scheme: Scheme) -> Iterator[Entry]:
    """The statements of the file in their order, without the examples."""
    checked = scheme.checked
    facts = checked.facts
    own: dict[tuple[type, Span], n.Statement] = {}
    for statement in facts.file.statements:
        # A rule for several levels has become one for each; the first serves for all of them.
        own.setdefault((type(statement), statement.span), statement)
    filled = _filled(scheme, main.names)
    for written in checked.file.statements:
        if isinstance(written, n.Example):
            continue
        expanded = own.get((type(written), written.span), written)
        key = identity(written)
        name, notes = filled.get(key, (None, ())) if key is not None else (None, ())
        means = bare(facts) if isinstance(written, n.Def) else facts
        found = figures_of(written, expanded, means, checked.source, main.show(written))
        declared = _declared_figures(written, checked, main)
        yield main.entry(written, (*declared, *found), filled=name, notes=notes)


def _declared_figures(
    statement: n.Statement, checked: CheckedScheme | None, text: FileText
) -> tuple[Figure, ...]:
    """The table of a statement that declares one."""
    show = text.show(statement)
    match statement:
        case n.Param():
            return (dates_of(statement, show),)
        case n.Table():
            return (entries_of(statement, text.names, show),)
        case n.Record() if checked is not None:
            return (fields_of(statement, checked, text.names, show),)
        case _:
            return ()


def _filled(scheme: Scheme, names: Names) -> Mapping[Identity, tuple[str, tuple[Paragraph, ...]]]:
    """What overlays say in place of the scheme, by what it is about: their names and notes."""
    found: dict[Identity, tuple[str, tuple[Paragraph, ...]]] = {}
    for source in scheme.fillings:
        for statement in parse(source, Findings(source)).statements:
            key = identity(statement)
            if key is not None:
                found[key] = (file_name(source), notes_of(statement, names))
    return found


def _views(main: FileText) -> Mapping[Span, RuleView]:
    """What the ladder shows of rules."""
    views = {}
    for statement in main.file.statements:
        condition = getattr(statement, "condition", None)
        code = main.show(statement)(condition) if isinstance(condition, n.Node) else ()
        whole = main.coloured.code(statement.span, main.names.links(statement, main.source))
        rule = Rule(main.link(statement), labels_of(statement), whole)
        views[statement.span] = RuleView(rule, code)
    return views


def _with_interval(entry: Entry, ladder: Ladder | None) -> Entry:
    """The entry of a level with the values for which it holds."""
    levels = ladder.levels if ladder is not None else ()
    own = [level for level in levels if level.anchor == entry.anchor]
    if len(own) != 1 or own[0].where is None:  # of several levels with one rule the ladder says more
        return entry
    return attrs.evolve(entry, figures=(own[0].where, *entry.figures))


def _library(main: FileText, path: str, text: FileText, checked: CheckedScheme) -> Library:
    alias = next(
        (s.name.text for s in main.file.statements if isinstance(s, n.Import) and s.path == path), None
    )
    known = bare(checked.facts)
    entries = []
    for statement in text.file.statements:
        found = figures_of(statement, statement, known, text.source, text.show(statement))
        entries.append(text.entry(statement, (*_declared_figures(statement, None, text), *found)))
    anchor = text.anchors.new(f"{main.prefix}lib-{path}")
    return Library(anchor, path, alias, checked.imports[path], in_order(entries, text.remarks()))


# ------------------------------------------------------------------ tables of the whole scheme


def _inputs(
    main: FileText, checked: CheckedScheme, publishers: Mapping[str, str], anchor: str
) -> Iterator[Variable]:
    for statement in main.file.statements:
        if isinstance(statement, n.Input | n.State):
            declared = checked.inputs[statement.field.ident.text]
            variable = variable_of(
                declared,
                statement.field,
                main.names,
                main.show(statement),
                labels_of(statement),
                statement.first if isinstance(statement, n.State) else None,
            )
            publisher = variable.publisher
            if publisher is not None:
                place = anchor if publisher.text == "self" else publishers.get(publisher.text)
                publisher = Link(publisher.text, place)
            fixed = bool(annotations_of(statement, "fixed"))
            yield attrs.evolve(variable, publisher=publisher, fixed=fixed)


def _readings(
    entries: list[Entry], libraries: tuple[Library, ...], examples: tuple[Example, ...]
) -> tuple[Reading, ...]:
    """All readings, in written order."""
    shelved = [item for library in libraries for item in library.flow if isinstance(item, Entry)]
    places: list[Entry | Example] = [*entries, *shelved, *examples]
    return tuple(reading for place in places for reading in place.readings)


def _holes(main: FileText) -> Iterator[Hole]:
    for statement in main.file.statements:
        for node in walk(statement):
            if isinstance(node, n.Hole):
                line, column = main.source.position(node.span.start)
                yield Hole(main.link(statement), line, column, main.line(node.span, statement))


def _examples(main: FileText, scheme: Scheme) -> Iterator[Example]:
    """The examples, run."""
    written = [s for s in main.file.statements if isinstance(s, n.Example)]
    for statement, outcome in zip(written, run_examples(scheme), strict=True):
        anchor = main.places[statement.span]
        quotes, notes = main.sources.quotes(statement), notes_of(statement, main.names)
        before = Surroundings(quotes, main.readings(statement), notes, main.doc(statement))
        yield example_of(statement, outcome, before, anchor, main.names, main.show(statement), main.source)


def _accepted(main: FileText) -> Iterator[Acceptance]:
    """The warnings that the author accepts, with the reasons."""
    for statement in main.file.statements:
        for annotation in annotations_of(statement, "accept"):
            line = main.source.position(annotation.span.start)[0]
            reason = remark(annotation.get("reason") or "", main.names)
            yield Acceptance(annotation.get("code") or "", reason, main.link(statement), line)


def _warnings(main: FileText, checked: CheckedScheme) -> Iterator[Finding]:
    for diagnostic in checked.warnings:
        start = diagnostic.span.start
        statement = next((s for s in main.file.statements if s.span.start <= start < s.span.end), None)
        link = main.link(statement) if statement is not None else None
        yield Finding(diagnostic, link, main.source.position(start)[0])
