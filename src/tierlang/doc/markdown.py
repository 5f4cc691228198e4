"""The page in GitHub flavoured Markdown: what the HTML page says, without its drawings; every text escaped."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from tierlang import quickattrs as attrs
from tierlang.doc.code import plain
from tierlang.doc.content import Prose, Reading, Source
from tierlang.doc.markdown_rules import Blocks, Writer
from tierlang.doc.marks import code_span, escaped, table
from tierlang.doc.model import Acceptance, Entry, Example, Finding, Library, Part, SchemePage
from tierlang.doc.phrases import Phrases


def render_markdown(pages: Sequence[SchemePage], lang: str) -> str:
    """Render pages as one document."""
    return "\n\n".join(_Renderer(Phrases(lang)).document(pages)) + "\n"


@attrs.frozen
class _Renderer(Writer):
    """Writes whole pages."""

    # ------------------------------------------------------------ the whole

    def document(self, pages: Sequence[SchemePage]) -> Blocks:
        if len(pages) > 1:
            yield f"# {self.t('several')}"
            yield "\n".join(
                f"- [{escaped(self.t.title(page))}](#{page.anchor}){self.id(page)}" for page in pages
            )
        for page in pages:
            yield from self.page(page, 2 if len(pages) > 1 else 1)

    def page(self, page: SchemePage, depth: int) -> Blocks:
        yield self.heading(depth, page.anchor, escaped(self.t.title(page)) + self.id(page))
        if len(page.parts) == 1:
            yield from self.part(page.parts[0], depth + 1)
            return
        yield from self.versions(page, depth + 1)
        for part in page.parts:
            yield self.heading(depth + 1, part.anchor, escaped(self.t.version_title(part)))
            yield from self.part(part, depth + 2)

    def id(self, page: SchemePage) -> str:
        return f" {code_span(page.id)}" if page.id and page.id != self.t.title(page) else ""

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
            "warnings": lambda: self.warnings(part),
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
                        yield f"  - [{escaped(plain(item.heading.pieces)).strip()}](#{item.anchor})"

    # ------------------------------------------------------------ sections

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

    def functions(self, part: Part) -> Blocks:
        yield self.t("functions_intro")
        rows = []
        for function in part.functions:
            form, meaning = self.t.function(function.name)
            rows.append([f'<a id="{function.anchor}"></a>{code_span(form)}', self.prose_line(meaning)])
        yield table([self.t("form"), self.t("meaning")], rows)

    def warnings(self, part: Part) -> Blocks:
        yield "\n".join(map(self.finding, part.warnings)) if part.warnings else self.t("no_warnings")
        if part.accepted:
            yield self.t("accepted_intro")
            yield "\n".join(map(self.acceptance, part.accepted))

    def acceptance(self, accepted: Acceptance) -> str:
        line = f"([{self.t('line', line=accepted.line)}](#{accepted.rule.target}))"
        return f"- **{escaped(accepted.code)}** {self.prose_line(accepted.reason.pieces)} {line}"

    def finding(self, finding: Finding) -> str:
        message, more = self.t.finding(finding.diagnostic)
        line = self.t("line", line=finding.line)
        place = f" ([{line}](#{finding.rule.target}))" if finding.rule is not None else ""
        texts = [
            f"**{finding.diagnostic.code}** {self.prose_line(message)}{place}",
            *map(self.prose_line, more),
        ]
        return "- " + "<br>".join(texts)
