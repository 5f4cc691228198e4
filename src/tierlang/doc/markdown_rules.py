"""What stands in one place of a page, in Markdown: rules with their quotations and figures, levels, inputs, examples."""

from collections.abc import Iterator, Sequence

from tierlang import quickattrs as attrs
from tierlang.doc.content import Code, Link, Paragraph, Prose, Quote
from tierlang.doc.marks import code_block, code_span, escaped, paragraph, table
from tierlang.doc.model import Cell, Entry, Example
from tierlang.doc.phrases import Phrases
from tierlang.doc.shapes import Band, Dates, Entries, Fields, Figure, Ladder, Level, Rule, Variable, Weights

Blocks = Iterator[str]
"""Blocks of Markdown; an empty line stands between two."""


@attrs.frozen
class Writer:
    """Writes pieces of a page in one language."""

    t: Phrases

    # ------------------------------------------------------------ texts

    def heading(self, depth: int, anchor: str, text: str) -> str:
        """A heading, with the anchor above it."""
        return f'<a id="{anchor}"></a>\n\n{"#" * min(depth, 6)} {text}'

    def link(self, link: Link) -> str:
        """A name as code, linked to its definition if that is in the document."""
        code = code_span(link.text)
        return f"[{code}](#{link.target})" if link.target else code

    def code(self, code: Code) -> str:
        """Code in a line."""
        return code_span("".join(piece.text for piece in code))

    def prose_line(self, code: Code) -> str:
        """A line of prose; names in it are linked."""
        parts = (
            self.link(Link(piece.text, piece.target)) if piece.kind == "code" else escaped(piece.text)
            for piece in code
        )
        return "".join(parts).strip()

    def named(self, name: str, labels: Sequence[tuple[str, str]], target: str | None = None) -> str:
        """A label and a name."""
        label = self.t.label(tuple(labels))
        shown = f"{escaped(label[1])} " if label is not None and label[1] != name else ""
        return shown + self.link(Link(name, target))

    def paragraphs(self, paragraphs: Sequence[Paragraph]) -> Blocks:
        """Paragraphs; items that follow one another make one list."""
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
        """The document of a statement."""
        if prose is not None:
            if prose.heading is not None:
                yield f"**{self.prose_line(prose.heading.pieces)}**"
            yield from self.paragraphs(prose.paragraphs)

    # ------------------------------------------------------------ rules

    def entry(self, entry: Entry) -> Blocks:
        """A statement with everything beside it."""
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
        """Quotations, readings and notes."""
        for quote in entry.quotes:
            yield self.quote(quote)
        for reading in entry.readings:
            tag = f"[{escaped(reading.id)}](#{reading.anchor})"
            yield f"{tag} {self.t('read_as')} {self.prose_line(reading.reading.pieces)}"
        for note in entry.notes:
            yield f"*{self.prose_line(note.pieces)}*"

    def quote(self, quote: Quote) -> str:
        """A quotation, and where it stands."""
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
        """A figure."""
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
        """The arms of a band."""
        known = any(where is not None for _, where, _ in band.rows)
        headings = [self.t("pattern"), *([self.t("values")] if known else []), self.t("gives")]
        rows = []
        for pattern, where, value in band.rows:
            values = [escaped(self.t.where(where)) if where else ""] if known else []
            rows.append([self.code(pattern), *values, self.code(value)])
        return table(headings, rows)

    def weights(self, figure: Weights) -> str:
        """The parts of a weighted sum."""
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
        """The dated values of a parameter."""
        if not figure.values:
            yield self.t("supplied")
        elif len(figure.values) > 1 or figure.values[0][0]:
            rows = [[start or self.t("always"), self.code(value)] for start, value in figure.values]
            yield table([self.t("from"), self.t("value")], rows)

    def entries(self, figure: Entries) -> Blocks:
        """The entries of a table."""
        if figure.rows is None:
            yield self.t("supplied")
            return
        rows = [
            [self.t("else") if key is None else self.code(key), self.code(value)]
            for key, value in figure.rows
        ]
        yield table([self.link(figure.key), self.t("value")], rows)

    # ------------------------------------------------------------ levels, inputs, examples

    def ladder(self, ladder: Ladder) -> Blocks:
        """The levels, and what else bears on them."""
        if ladder.subject is not None:
            assuming = f" · {self.t('assuming')}" if ladder.assuming else ""
            yield f"{self.t('line_of')} {self.link(ladder.subject)}{assuming}"
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
        """The cells of a level."""
        if level.where is not None:
            values = escaped(self.t.where(level.where))
        else:
            values = self.code(level.condition) if level.condition else self.t(level.mode)
        needs = self.t.joined([self.need(rule) for rule in level.needs])
        return [self.named(level.name, level.labels, level.anchor), values, *([needs] if needed else [])]

    def need(self, rule: Rule) -> str:
        """A requirement for a level."""
        return self.named(rule.link.text, rule.labels, rule.link.target)

    def variables(self, rows: Sequence[Variable], *, inputs: bool) -> str:
        """Inputs or fields as a table."""
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
        """The cells of an input or a field."""
        label = self.t.label(variable.labels)
        type_ = code_span(variable.type)
        if variable.of is not None:
            type_ = f"{self.t('list_of')} {self.link(variable.of)}"
        missing = "" if variable.default else self.t(variable.policy)
        if variable.policy in {"value", "first"}:
            word = self.t("counts_as" if variable.policy == "value" else "at_first")
            missing = f"{word} {self.code(variable.default)}"
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
        """Where an input comes from."""
        publisher = variable.publisher
        fixed = f" · {self.t('fixed')}" if variable.fixed else ""
        if variable.state_of is not None:
            return f"{self.t('state_of')} {self.link(variable.state_of)}"
        if publisher is None:
            return self.t("data") + fixed
        if publisher.text == "self":
            return self.t("self") + fixed
        said = self.t("results_of", scheme=escaped(publisher.text))
        return (f"[{said}](#{publisher.target})" if publisher.target else said) + fixed

    def example(self, example: Example) -> Blocks:
        """An example and what became of it."""
        mark = f"✓ {self.t('passed')}" if example.passed else f"✗ {self.t('failed')}"
        period = f" · {self.t('period')} {self.t.period(example)}" if example.period else ""
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
        """A value of an example."""
        if cell is None:
            return ""
        actual = (
            ""
            if cell.actual is None
            else f" **✗ {self.t('actual')}{self.t('colon')}{code_span(cell.actual)}**"
        )
        return self.code(cell.code) + actual
