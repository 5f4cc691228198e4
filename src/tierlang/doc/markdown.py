"""The page in GitHub flavoured Markdown: what the HTML page says, without its drawings; every text escaped."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import attrs

from tierlang.doc.marks import code_block, code_span, escaped, paragraph, table
from tierlang.doc.model import (
    Band,
    Cell,
    Code,
    Dates,
    Entries,
    Entry,
    Example,
    Fields,
    Figure,
    Finding,
    Ladder,
    Level,
    Library,
    Link,
    Paragraph,
    Part,
    Prose,
    Quote,
    Reading,
    Rule,
    SchemePage,
    Source,
    Variable,
    Weights,
)
from tierlang.doc.phrases import Phrases

Blocks = Iterator[str]
"""Blocks of Markdown; an empty line stands between two."""


def render_markdown(pages: Sequence[SchemePage], lang: str) -> str:
    """Render pages as one document."""
    return "\n\n".join(_Renderer(Phrases(lang)).document(pages)) + "\n"


@attrs.frozen
class _Renderer:
    """Writes in one language."""

    t: Phrases

    # ------------------------------------------------------------ the whole

    def document(self, pages: Sequence[SchemePage]) -> Blocks:
        if len(pages) > 1:
            yield f"# {self.t('several')}"
            yield "\n".join(
                f"- [{escaped(self.t.title(page))}](#{page.anchor}){_spaced(page.id)}" for page in pages
            )
        for page in pages:
            yield from self.page(page, 2 if len(pages) > 1 else 1)

    def page(self, page: SchemePage, depth: int) -> Blocks:
        yield self.heading(depth, page.anchor, escaped(self.t.title(page)) + _spaced(page.id))
        if len(page.parts) == 1:
            yield from self.part(page.parts[0], depth + 1)
            return
        yield from self.versions(page, depth + 1)
        for part in page.parts:
            yield self.heading(depth + 1, part.anchor, escaped(self.t.version_title(part)))
            yield from self.part(part, depth + 2)

    def versions(self, page: SchemePage, depth: int) -> Blocks:
        yield self.heading(depth, page.versions_anchor, self.t("versions"))
        headings = [self.t(key) for key in ("version", "applies", "published", "effective", "until", "file")]
        yield table(headings, map(self.version, page.parts))
        if page.findings:
            yield "\n".join(self.finding(Finding(finding, None, 0)) for finding in page.findings)

    def version(self, part: Part) -> list[str]:
        facts = part.version
        days = [str(day or "") for day in (facts.published, facts.effective, facts.until)]
        title = f"[{escaped(facts.name or part.file)}](#{part.anchor})"
        return [title, escaped(self.t.applies(part)), *days, code_span(part.file)]

    def part(self, part: Part, depth: int) -> Blocks:
        yield from self.facts(part)
        sections = self.t.sections(part)
        yield "\n".join(self.contents(part, sections))
        draw: dict[str, Callable[[], Blocks]] = {
            "sources": lambda: self.sources(part.sources),
            "levels": lambda: self.ladder(part.ladder) if part.ladder else iter(()),
            "rules": lambda: self.flow(part.flow, depth + 1),
            "libraries": lambda: self.libraries(part.libraries, depth + 1),
            "inputs": lambda: iter((self.variables(part.inputs, inputs=True),)),
            "readings": lambda: self.readings(part.readings),
            "open": lambda: self.open(part, depth + 1),
            "examples": lambda: chain((self.t("examples_intro"),), self.flow(part.examples, depth + 1)),
            "functions": lambda: self.functions(part),
            "warnings": lambda: self.warnings(part.warnings),
        }
        for name in sections:
            yield self.heading(depth, part.section(name), self.t(name))
            yield from draw[name]()

    def facts(self, part: Part) -> Blocks:
        rows = []
        for fact in self.t.facts(part):
            value = self.code(fact.code) if fact.code else escaped(fact.text)
            rows.append([fact.name, value + (f" SHA-256 {code_span(fact.digest)}" if fact.digest else "")])
        yield table(["", ""], rows)
        if part.overlays:
            yield f"**{self.t('overlay_remark')}**"

    def contents(self, part: Part, sections: Sequence[str]) -> Iterator[str]:
        for name in sections:
            yield f"- [{self.t(name)}](#{part.section(name)})"
            if name == "rules":
                for item in part.flow:
                    if isinstance(item, Prose) and item.heading:
                        yield f"  - [{self.plain(item.heading.pieces)}](#{item.anchor})"

    # ------------------------------------------------------------ texts

    def heading(self, depth: int, anchor: str, text: str) -> str:
        return f'<a id="{anchor}"></a>\n\n{"#" * min(depth, 6)} {text}'

    def link(self, link: Link) -> str:
        code = code_span(link.text)
        return f"[{code}](#{link.target})" if link.target else code

    def code(self, code: Code) -> str:
        return code_span("".join(piece.text for piece in code))

    def plain(self, code: Code) -> str:
        return escaped("".join(piece.text for piece in code))

    def prose_line(self, code: Code) -> str:
        parts = (
            self.link(Link(piece.text, piece.target)) if piece.kind == "code" else escaped(piece.text)
            for piece in code
        )
        return "".join(parts).strip()

    def named(self, name: str, labels: Sequence[tuple[str, str]], target: str | None = None) -> str:
        label = self.t.label(tuple(labels))
        shown = f"{escaped(label[1])} " if label is not None and label[1] != name else ""
        return shown + self.link(Link(name, target))

    def paragraphs(self, paragraphs: Sequence[Paragraph]) -> Blocks:
        items: list[str] = []
        for each in paragraphs:
            text = paragraph(self.prose_line(each.pieces))
            if each.item:
                items.append(f"- {text}")
                continue
            if items:
                yield "\n".join(items)
                items = []
            yield text
        if items:
            yield "\n".join(items)

    def doc(self, prose: Prose | None) -> Blocks:
        if prose is not None:
            if prose.heading is not None:
                yield f"**{self.prose_line(prose.heading.pieces)}**"
            yield from self.paragraphs(prose.paragraphs)

    # ------------------------------------------------------------ rules

    def flow(self, flow: Sequence[Entry | Example | Prose], depth: int) -> Blocks:
        for item in flow:
            if isinstance(item, Entry):
                yield from self.entry(item)
            elif isinstance(item, Example):
                yield from self.example(item)
            elif item.heading is not None:
                yield self.heading(depth, item.anchor, self.prose_line(item.heading.pieces))
                yield from self.paragraphs(item.paragraphs)
            else:
                yield f'<a id="{item.anchor}"></a>'
                yield from self.paragraphs(item.paragraphs)

    def entry(self, entry: Entry) -> Blocks:
        label = self.t.label(entry.labels)
        title = self.named(entry.name, entry.labels) if entry.name else escaped(label[1]) if label else ""
        line = self.t("line", line=entry.line)
        yield f'<a id="{entry.anchor}"></a>\n\n' + (f"**{title}** · {line}" if title else line)
        if entry.filled is not None:
            yield f"**{self.t('filled', name=escaped(entry.filled))}**"
        yield from self.doc(entry.doc)
        yield from self.words_of_source(entry)
        yield code_block("".join(piece.text for piece in entry.code))
        if entry.fixed:
            yield self.t("fixed")
        for figure in entry.figures:
            yield from self.figure(figure)
        if entry.links:
            yield f"{self.t('uses')} {self.t.joined([self.link(link) for link in entry.links])}"

    def words_of_source(self, entry: Entry | Example) -> Blocks:
        for quote in entry.quotes:
            yield self.quote(quote)
        for reading in entry.readings:
            tag = f"[{escaped(reading.id)}](#{reading.anchor})"
            yield f"{tag} {self.t('read_as')} {self.prose_line(reading.reading.pieces)}"
        for note in entry.notes:
            yield f"*{self.prose_line(note.pieces)}*"

    def quote(self, quote: Quote) -> str:
        places = []
        title, clause = self.t.place(quote)
        if quote.source is not None and title is not None:
            places.append(f"[{escaped(title)}](#{quote.source.anchor})")
        if clause is not None:
            places.append(escaped(clause))
        if quote.source is not None and quote.source.url is not None:
            places.append(f"[↗](<{quote.source.url}>)")
        where = f"\n>\n> — {' · '.join(places)}" if places else ""
        return f"> {paragraph(escaped(quote.words.text).strip())}{where}"

    # ------------------------------------------------------------ figures

    def figure(self, figure: Figure) -> Blocks:
        match figure:
            case Band():
                yield f"{self.t('band')} {self.code(figure.subject)}"
                yield self.band(figure)
            case Weights():
                yield self.weights(figure)
            case Dates():
                yield from self.dates(figure)
            case Entries():
                yield from self.entries(figure)
            case Fields(rows=rows):
                yield self.variables(rows, inputs=False)
            case _:
                yield f"{self.t('holds_for')} {escaped(self.t.where(figure))}"

    def band(self, band: Band) -> str:
        known = any(where is not None for _, where, _ in band.rows)
        headings = [self.t("pattern"), *([self.t("values")] if known else []), self.t("gives")]
        rows = []
        for pattern, where, value in band.rows:
            values = [escaped(self.t.where(where)) if where else ""] if known else []
            rows.append([self.code(pattern), *values, self.code(value)])
        return table(headings, rows)

    def weights(self, figure: Weights) -> str:
        rows = []
        for part in figure.parts:
            exact = part.exact
            if exact is None:
                exact = self.t("minus") if part.taken else self.t("no_weight")
            else:
                exact = ("−" if part.taken else "") + escaped(exact)
            rows.append([self.code(part.code), exact])
        if figure.total is not None:
            rows.append([self.t("total"), figure.total])
        return table([self.t("part"), self.t("weight")], rows)

    def dates(self, figure: Dates) -> Blocks:
        if not figure.values:
            yield self.t("supplied")
        elif len(figure.values) > 1 or figure.values[0][0]:
            rows = [[start or self.t("always"), self.code(value)] for start, value in figure.values]
            yield table([self.t("from"), self.t("value")], rows)

    def entries(self, figure: Entries) -> Blocks:
        if figure.rows is None:
            yield self.t("supplied")
            return
        rows = [
            [self.t("else") if key is None else self.code(key), self.code(value)]
            for key, value in figure.rows
        ]
        yield table([self.link(figure.key), self.t("value")], rows)

    # ------------------------------------------------------------ levels, inputs

    def ladder(self, ladder: Ladder) -> Blocks:
        if ladder.subject is not None:
            yield f"{self.t('line_of')} {self.link(ladder.subject)}"
        needed = any(level.needs for level in ladder.levels)
        headings = [self.t("level"), self.t("result_for" if ladder.subject else "condition")]
        rows = [self.level(level, needed) for level in ladder.levels]
        if ladder.uncovered is not None:
            rows.append([f"**{self.t('none')}**", *self.level(ladder.uncovered, needed)[1:]])
        yield table([*headings, *([self.t("needs")] if needed else [])], rows)
        if ladder.besides:
            yield f"{self.t('besides')}{self.t('colon')}".rstrip()
            yield "\n".join(f"- {self.link(rule.link)} {self.code(rule.code)}" for rule in ladder.besides)

    def level(self, level: Level, needed: bool) -> list[str]:
        if level.where is not None:
            values = escaped(self.t.where(level.where))
        else:
            values = self.code(level.condition) if level.condition else self.t(level.mode)
        needs = self.t.joined([self.need(rule) for rule in level.needs])
        return [self.named(level.name, level.labels, level.anchor), values, *([needs] if needed else [])]

    def need(self, rule: Rule) -> str:
        return self.named(rule.link.text, rule.labels, rule.link.target)

    def variables(self, rows: Sequence[Variable], *, inputs: bool) -> str:
        columns = [
            "name",
            "label",
            "type",
            "unit",
            "series",
            "range",
            "missing",
            *(["origin"] if inputs else []),
        ]
        return table([self.t(column) for column in columns], [self.variable(row, inputs) for row in rows])

    def variable(self, variable: Variable, inputs: bool) -> list[str]:
        label = self.t.label(variable.labels)
        type_ = code_span(variable.type)
        if variable.of is not None:
            type_ = f"{self.t('list_of')} {self.link(variable.of)}"
        missing = self.t(variable.policy) if variable.policy != "value" else ""
        if variable.policy == "value":
            missing = f"{self.t('counts_as')} {self.code(variable.default)}"
        cells = [
            self.link(Link(variable.name, variable.anchor)),
            escaped(label[1]) if label else "",
            type_,
            escaped(self.t.unit(variable)),
            self.t(variable.series) if variable.series else "",
            escaped(self.t.range(variable)),
            missing,
        ]
        return [*cells, self.origin(variable)] if inputs else cells

    def origin(self, variable: Variable) -> str:
        publisher = variable.publisher
        fixed = f" · {self.t('fixed')}" if variable.fixed else ""
        if publisher is None:
            return self.t("data") + fixed
        if publisher.text == "self":
            return self.t("self") + fixed
        said = self.t("results_of", scheme=escaped(publisher.text))
        return (f"[{said}](#{publisher.target})" if publisher.target else said) + fixed

    # ------------------------------------------------------------ the rest

    def sources(self, sources: Sequence[Source]) -> Blocks:
        yield "\n".join(self.source(source) for source in sources)

    def source(self, source: Source) -> str:
        parts = [f'<a id="{source.anchor}"></a>**{escaped(source.id)}**']
        if source.title is not None:
            title = escaped(source.title.text)
            parts.append(f"[{title}](<{source.url}>)" if source.url else title)
        if source.published is not None:
            parts.append(f"{self.t('published')} {escaped(source.published)}")
        if source.address is not None and source.url is None:
            parts.append(code_span(source.address))
        if source.note is not None:
            parts.append(self.prose_line(source.note.pieces))
        return f"- {' · '.join(parts)}"

    def libraries(self, libraries: Sequence[Library], depth: int) -> Blocks:
        yield self.t("libraries_intro")
        for library in libraries:
            alias = f" {self.t('imported')} {code_span(library.alias)}" if library.alias else ""
            yield self.heading(depth, library.anchor, code_span(library.path) + alias)
            yield f"SHA-256 {code_span(library.sha256)}"
            yield from self.flow(library.flow, depth + 1)

    def readings(self, readings: Sequence[Reading]) -> Blocks:
        yield self.t("readings_intro")
        headings = [self.t(key) for key in ("id", "words", "reading", "alternatives", "rule")]
        yield table(headings, map(self.reading, readings))

    def reading(self, reading: Reading) -> list[str]:
        id_ = f'<a id="{reading.anchor}"></a>{escaped(reading.id)}'
        own = [self.prose_line(reading.reading.pieces), self.prose_line(reading.alternatives.pieces)]
        return [id_, escaped(reading.words.text), *own, self.link(reading.rule)]

    def open(self, part: Part, depth: int) -> Blocks:
        if part.holes:
            yield f"{'#' * min(depth, 6)} {self.t('holes')}"
            yield self.t("holes_intro")
            rows = [
                [self.link(h.rule), self.t("line_column", line=h.line, column=h.column), self.code(h.code)]
                for h in part.holes
            ]
            yield table([self.t("rule"), self.t("place"), self.t("text")], rows)
        if part.externals:
            yield f"{'#' * min(depth, 6)} {self.t('external')}"
            yield self.t("external_intro")
            rows = []
            for one in part.externals:
                label = self.t.label(one.labels)
                shown = escaped(label[1]) if label else ""
                rows.append([self.link(one.rule), shown, self.t(one.kind), code_span(one.type)])
            yield table([self.t("name"), self.t("label"), "", self.t("type")], rows)

    def example(self, example: Example) -> Blocks:
        mark = f"✓ {self.t('passed')}" if example.passed else f"✗ {self.t('failed')}"
        period = f" · {self.t('period')} {example.period}" if example.period else ""
        yield f'<a id="{example.anchor}"></a>\n\n**{mark}** {escaped(example.title)}{period}'
        yield from self.words_of_source(example)
        yield from self.doc(example.doc)
        if example.shared:
            rows = [[self.link(name), self.code(value)] for name, value in example.shared]
            yield table([self.t("given"), self.t("value")], rows)
        ids = example.rows[0].id is not None
        headings = [
            *(["`id`"] if ids else []),
            *(f"{self.t('given')} {self.link(one)}" for one in example.given),
        ]
        headings += [f"{self.t('expected')} {self.link(one)}" for one in example.expected]
        cells = (
            [*([escaped(row.id)] if row.id is not None else []), *map(self.cell, (*row.given, *row.expected))]
            for row in example.rows
        )
        yield table(headings, cells)
        for diagnostic in example.findings:
            yield f"**{self.prose_line(self.t.finding(diagnostic)[0])}**"

    def cell(self, cell: Cell | None) -> str:
        if cell is None:
            return ""
        actual = (
            ""
            if cell.actual is None
            else f" **✗ {self.t('actual')}{self.t('colon')}{code_span(cell.actual)}**"
        )
        return self.code(cell.code) + actual

    def functions(self, part: Part) -> Blocks:
        yield self.t("functions_intro")
        rows = []
        for function in part.functions:
            form, meaning = self.t.function(function.name)
            rows.append([f'<a id="{function.anchor}"></a>{code_span(form)}', self.prose_line(meaning)])
        yield table([self.t("form"), self.t("meaning")], rows)

    def warnings(self, warnings: Sequence[Finding]) -> Blocks:
        yield "\n".join(map(self.finding, warnings)) if warnings else self.t("no_warnings")

    def finding(self, finding: Finding) -> str:
        message, more = self.t.finding(finding.diagnostic)
        line = self.t("line", line=finding.line)
        place = f" ([{line}](#{finding.rule.target}))" if finding.rule is not None else ""
        texts = [
            f"**{finding.diagnostic.code}** {self.prose_line(message)}{place}",
            *map(self.prose_line, more),
        ]
        return "- " + "<br>".join(texts)


def _spaced(id_: str | None) -> str:
    return "" if id_ is None else f" {code_span(id_)}"
