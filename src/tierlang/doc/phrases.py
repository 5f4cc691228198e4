"""What both renderings say in words: facts of the header, ranges, intervals, what a missing value means."""

from collections.abc import Iterator, Sequence

from tierlang import quickattrs as attrs
from tierlang.builtins import BUILTINS
from tierlang.diagnostics.catalogue import words as diagnostic_words
from tierlang.diagnostics.model import Diagnostic
from tierlang.doc.content import Code, Labels, Piece, Quote
from tierlang.doc.model import SECTIONS, Example, Part, SchemePage
from tierlang.doc.names import Names
from tierlang.doc.prose import inline
from tierlang.doc.shapes import Interval, Variable, Where
from tierlang.doc.words import WORDS, label_in


@attrs.frozen
class Fact:
    """A fact at the head of a part: its name, its value as text or code, and a digest."""

    name: str
    text: str = ""
    code: Code = ()
    digest: str | None = None


@attrs.frozen
class Phrases:
    """The words of one language."""

    lang: str

    def __call__(self, key: str, **facts: object) -> str:
        """A word of the page, with its facts."""
        return WORDS[self.lang][key].format(**facts)

    def joined(self, parts: list[str]) -> str:
        """Parts of a list."""
        return self("comma").join(parts)

    # ------------------------------------------------------------ titles

    def label(self, labels: Labels) -> tuple[str, str] | None:
        """The language and text of the label to show."""
        return label_in(labels, self.lang)

    def title(self, page: "SchemePage | Part") -> str:
        """What the scheme is called: its label, else its id, else its file."""
        label = self.label(page.labels)
        if label is not None:
            return label[1]
        part = page.parts[0] if isinstance(page, SchemePage) else page
        return part.id or part.file

    def version_title(self, part: Part) -> str:
        """What a version is called among the versions of its scheme."""
        return f"{self('version')} {part.version.name}" if part.version.name else part.file

    # ------------------------------------------------------------ facts

    def facts(self, part: Part) -> Iterator[Fact]:
        """The facts at the head of a part."""
        version = part.version
        texts = [
            ("version", version.name),
            ("published", version.published),
            ("effective", version.effective),
            ("until", version.until),
            ("applies", self.applies(part) if version.first else None),
        ]
        for key, value in texts:
            if value is not None:
                yield Fact(self(key), str(value))
        if part.assess:
            yield Fact(self("assess"), code=part.assess)
        if part.cohort is not None:
            yield Fact(self("cohort"), part.cohort)
        yield Fact(self("state"), self.state(part))
        yield Fact(self("file"), code=(Piece(part.file),), digest=part.sha256)
        for name, digest in part.overlays:
            yield Fact(self("overlay"), code=(Piece(name),), digest=digest)

    def sections(self, part: Part) -> list[str]:
        """The sections of a part that have something in them, in order; warnings always, so that none is said."""
        present = {
            "sources": part.sources,
            "levels": part.ladder,
            "rules": part.flow,
            "libraries": part.libraries,
            "inputs": part.inputs,
            "readings": part.readings,
            "open": part.holes or part.externals,
            "examples": part.examples,
            "functions": part.functions,
            "warnings": True,
        }
        return [name for name in SECTIONS if present[name]]

    def applies(self, part: Part) -> str:
        """The periods that a version governs by its own words; else by its days."""
        version = part.version
        first, last = version.first, version.last
        if first is None:
            first = version.effective.isoformat() if version.effective else None
            last = version.until.isoformat() if version.until else None
        if first and last:
            return self("from_to", first=first, last=last)
        if first:
            return self("from_on", first=first)
        return self("up_to", last=last) if last else self("every_period")

    def state(self, part: Part) -> str:
        """How many examples come out."""
        examples = [item for item in part.examples if isinstance(item, Example)]
        failed, count = sum(not example.passed for example in examples), len(examples)
        if not count:
            return self("no_examples")
        return self("some_failed", failed=failed, count=count) if failed else self("all_passed", count=count)

    def period(self, example: Example) -> str:
        """The period, or the periods, that an example is about."""
        return (
            self("from_to", first=example.period, last=example.last) if example.last else str(example.period)
        )

    # ------------------------------------------------------------ values

    def where(self, where: Where) -> str:
        """The values for which a condition holds: ``90 ≤ score < 95``."""
        if not where.intervals:
            return self("no_value")
        return self("or").join(self.interval(interval, where.subject) for interval in where.intervals)

    def interval(self, interval: Interval, subject: str) -> str:
        """One interval of a subject."""
        low, high = interval.low, interval.high
        if not subject:
            return self.bounds(interval)
        if low is not None and low == high:
            return f"{subject} = {low}"
        if low is not None and high is not None:
            return f"{low} {_sign(interval.low_in)} {subject} {_sign(interval.high_in)} {high}"
        if low is not None:
            return f"{subject} {'≥' if interval.low_in else '>'} {low}"
        return f"{subject} {_sign(interval.high_in)} {high}" if high is not None else self("any_value")

    def bounds(self, interval: Interval) -> str:
        """One interval of something that has no name: ``> 30%, ≤ 50%``."""
        low, high = interval.low, interval.high
        if low is not None and low == high:
            return f"= {low}"
        lower = [] if low is None else [f"{'≥' if interval.low_in else '>'} {low}"]
        upper = [] if high is None else [f"{_sign(interval.high_in)} {high}"]
        return self.joined([*lower, *upper]) or self("any_value")

    def place(self, quote: Quote) -> tuple[str | None, str | None]:
        """How to name the source of a quotation, and its clause where that does not name the source itself."""
        if quote.source is None:
            return None, quote.clause
        if quote.clause is not None and quote.clause.startswith(quote.source.id):
            return quote.clause, None
        return quote.source.id, quote.clause

    def range(self, variable: Variable) -> str:
        """What a variable may be: range, step, choices, length; empty where nothing was declared."""
        parts = []
        if variable.values is not None:
            low, high = variable.values.low, variable.values.high
            parts.append(f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}")
        if variable.step is not None:
            parts.append(self("step", step=variable.step))
        if variable.choices:
            choices = self.joined([f"“{choice}”" for choice in variable.choices])
            parts.append(f"{self('one_of')} {choices}")
        if variable.maximum is not None:
            parts.append(self("at_most", count=variable.maximum))
        return self.joined(parts)

    def ranged(self, rows: Sequence[Variable]) -> bool:
        """Whether one of the variables has a range."""
        return any(self.range(row) for row in rows)

    def unit(self, variable: Variable) -> str:
        """The unit of a variable."""
        return self("days") if variable.unit == "days" else variable.unit or ""

    # ------------------------------------------------------------ the rest

    def function(self, name: str) -> tuple[str, Code]:
        """The form of a built-in function and what it means."""
        builtin = BUILTINS[name]
        return builtin.form, inline(builtin.zh if self.lang == "zh" else builtin.en, Names())

    def finding(self, diagnostic: Diagnostic) -> tuple[Code, tuple[Code, ...]]:
        """A finding as its sentence, and what there is to say besides."""
        said = diagnostic_words(diagnostic, self.lang)
        more = (inline(text, Names()) for text in (*said.notes, *said.helps))
        return inline(said.message, Names()), tuple(more)


def _sign(included: bool) -> str:
    return "≤" if included else "<"
