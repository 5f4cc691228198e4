"""
The documentation is true: its schemes check, its examples come out, its commands and programs print what it says.

docs/pages.py says how the blocks of a page are marked and run. A table with the heading ``mistake | code | instead`` is
tried too: put into the scheme above it, the mistake gives the code, and what stands under *instead* does not. So is one with
the heading ``the rule says | write``: what is written can be put into the scheme above it.
"""

import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from pygments.token import Error

import tierlang
from tierlang.builtins import BUILTINS
from tierlang.data import CellProblem, read_cell
from tierlang.diagnostics.catalogue import catalogue
from tierlang.diagnostics.model import DiagnosticError, Findings
from tierlang.run.values import CAUSES
from tierlang.source import SourceText
from tierlang.syntax.grammar import keywords
from tierlang.syntax.parse import parse
from tierlang.types import BOOL, COUNT, DATE, DAYS, NUMBER, SHARE, NumberType

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))

from make import GENERATED as WRITTEN
from make import formatted
from pages import DOCS, KINDS, ROOT, Block, Part, blocks_of, pages, run_page
from press.cells import NotationLexer
from press.contents import CONTENTS, RECIPES

PAGES = pages()
GENERATED = DOCS / "codes"

BLOCKS = [block for page in PAGES for block in blocks_of(page)]
SCHEMES = [block for block in BLOCKS if block.kind == "tier"]


def id_of(item: "Block | Mistake | Phrase | Path") -> str:
    """How a test is called."""
    return item.name if isinstance(item, Path) else item.id


def errors_of(block: Block) -> list[str]:
    """The codes of the errors of a scheme; empty where it checks."""
    try:
        tierlang.loads(block.text, name=block.file or block.id)
    except DiagnosticError as error:
        return sorted({found.code for found in error.diagnostics if found.code.startswith("E")})
    return []


# ------------------------------------------------------------------ schemes


def test_every_block_says_what_it_is() -> None:
    """A block without a known first word would be tested by nobody."""
    assert [block.id for block in BLOCKS if block.kind not in KINDS] == []


@pytest.mark.parametrize("block", SCHEMES, ids=id_of)
def test_scheme(block: Block) -> None:
    """A scheme does what its info string says."""
    match block.marks:
        case ("bad", *codes):
            assert codes and errors_of(block) == sorted(codes)
        case ("fragment",):
            findings = Findings(SourceText(block.id, block.text))
            parse(findings.source, findings)
            assert [found.code for found in findings.errors] == []
        case ("warns", *codes):
            warnings = {found.code for found in tierlang.loads(block.text).warnings}
            assert codes and set(codes) <= warnings
        case () | ("fails",):
            scheme = tierlang.loads(block.text, name=block.file or block.id)
            failures = [str(d) for outcome in tierlang.run_examples(scheme) for d in outcome.findings]
            assert bool(failures) == bool(block.marks), failures
        case _:
            pytest.fail(f"{block.id}: what is `{' '.join(block.words)}`?")


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_schemes_are_laid_out(page: Path) -> None:
    """The schemes of a page are in the style of `tier fmt`, but for those that show another layout."""
    assert page.read_text("utf-8") == formatted(page), "run `python docs/make.py`"


# ------------------------------------------------------------------ programs and commands


def parts_of(page: Path, folder: Path) -> Iterator[Part]:
    """What a page prints; a page about a package that is not installed is skipped, but never in continuous integration."""
    try:
        yield from run_page(page, folder)
    except ModuleNotFoundError as missing:
        if os.environ.get("CI") or str(missing.name).startswith("tierlang"):
            raise
        pytest.skip(f"{page.name} needs the package `{missing.name}`")


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_page(page: Path, tmp_path: Path) -> None:
    """The programs and commands of a page run, and print what it says; else run `python docs/make.py` and look."""
    for part in parts_of(page, tmp_path):
        assert part.agrees, f"{part.block.id}: {part.command or 'the program'} printed\n{part.printed}"


# ------------------------------------------------------------------ mistakes


@attrs.frozen
class Mistake:
    """One row of a table of mistakes: *context* is the scheme above it, *instead* what is right, if that is code."""

    page: Path
    line: int
    context: str
    text: str
    code: str
    instead: str | None

    @property
    def id(self) -> str:
        """``reference.md:12``."""
        return f"{self.page.name}:{self.line}"


ROW = re.compile(
    r"\| `+ ?(?P<text>.*?) ?`+ \| \[(?P<code>[EW]-[A-Z0-9-]+)\]\(codes/(?P=code)\.md\) \| (?P<instead>.*) \|"
)
HEADER_WORDS = {
    "edition",
    "scheme",
    "version",
    "applies",
    "assess",
    "cohort",
    "ranking",
    "rounding",
    "tiers",
    "fiscal",
}


def rows_of(
    page: Path, heading: str, row: re.Pattern[str], form: str
) -> Iterator[tuple[int, str, re.Match[str]]]:
    """The rows of all tables of a page whose first heading is *heading*: line, the scheme above it, what *row* finds."""
    schemes = [block for block in blocks_of(page) if block.kind == "tier" and not block.marks]
    first = f"| {heading} |"
    inside = False
    for number, line in enumerate(page.read_text("utf-8").split("\n"), start=1):
        inside = line.startswith(first) or (inside and line.startswith("|"))
        if not inside or line.startswith((first, "|---")):
            continue
        found = row.fullmatch(line)
        assert found, f"{page.name}:{number}: this row is not {form}"
        yield number, [block.text for block in schemes if block.line < number][-1], found


def mistakes_of(page: Path) -> Iterator[Mistake]:
    """The rows of all tables of mistakes of a page."""
    for number, context, found in rows_of(page, "mistake", ROW, "`mistake`, [code](page), instead"):
        code = re.fullmatch(r"`([^`]*)`", found["instead"])
        text = found["text"].replace("\\|", "|")
        yield Mistake(
            page, number, context, text, found["code"], code[1].replace("\\|", "|") if code else None
        )


def put(statement: str, scheme: str) -> str:
    """A scheme with a statement put in place of the one that begins alike, or else added."""
    lines = scheme.rstrip("\n").split("\n")
    count = 1 if statement.split(maxsplit=1)[0] in HEADER_WORDS else 2
    same = [i for i, line in enumerate(lines) if line.split()[:count] == statement.split()[:count]]
    if not same or statement.startswith("@"):
        return "\n".join([*lines, statement]) + "\n"
    lines[same[0]] = statement
    return "\n".join(lines) + "\n"


def codes_of(text: str) -> set[str]:
    """The codes of everything that is found in a scheme, failed examples included."""
    try:
        scheme = tierlang.loads(text)
    except DiagnosticError as error:
        return {found.code for found in error.diagnostics}
    failed = {found.code for outcome in tierlang.run_examples(scheme) for found in outcome.findings}
    return failed | {found.code for found in scheme.warnings}


MISTAKES = [mistake for page in PAGES for mistake in mistakes_of(page)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=id_of)
def test_mistake(mistake: Mistake) -> None:
    """A mistake gives its code, and what is right does not."""
    assert mistake.code in codes_of(put(mistake.text, mistake.context))
    if mistake.instead is not None:
        assert mistake.code not in codes_of(put(mistake.instead, mistake.context))


@attrs.frozen
class Phrase:
    """One row of a table of phrases: *context* is the scheme above it."""

    page: Path
    line: int
    context: str
    text: str

    @property
    def id(self) -> str:
        """``reference.md:12``."""
        return f"{self.page.name}:{self.line}"


PHRASE = re.compile(r"\| [^|]+ \| `(?P<text>[^`]+)` \|")


def phrases_of(page: Path) -> Iterator[Phrase]:
    """The rows of all tables of phrases of a page."""
    for number, context, found in rows_of(page, "the rule says", PHRASE, "the rule's words and a statement"):
        yield Phrase(page, number, context, found["text"])


PHRASES = [phrase for page in PAGES for phrase in phrases_of(page)]


@pytest.mark.parametrize("phrase", PHRASES, ids=id_of)
def test_phrase(phrase: Phrase) -> None:
    """What is said to be written so can be."""
    assert {code for code in codes_of(put(phrase.text, phrase.context)) if code.startswith("E-")} == set()


# ------------------------------------------------------------------ completeness


def reference() -> str:
    """The text of the language reference."""
    return (DOCS / "reference.md").read_text("utf-8")


def headings(text: str) -> list[str]:
    """The headings of a page, without their marks."""
    return [line.lstrip("# ") for line in text.split("\n") if line.startswith("#")]


def test_the_reference_names_every_word_of_the_language() -> None:
    """Every reserved word stands in the reference as code."""
    words = set(re.findall(r"[^\W\d]\w*", " ".join(re.findall(r"`[^`\n]+`", reference()))))
    assert sorted(keywords() - words) == []


def test_the_reference_has_a_heading_for_every_cause_and_status() -> None:
    """Causes and statuses are documented one by one."""
    found = headings(reference())
    wanted = [*CAUSES, "rated", "unrated", "ineligible", "vetoed", "undetermined"]
    assert [word for word in wanted if f"`{word}`" not in found] == []


LIMIT = re.compile(r"^\| [^|]+ \| ([\d ]+)(?: [^|\d]*)?\| `([\w./]+)` `(\w+)` \|", re.MULTILINE)


def test_the_table_of_limits_is_what_the_program_does() -> None:
    """Each limit of the reference is the constant that it names."""
    limits = LIMIT.findall(reference())
    assert len(limits) > 20
    for number, file, constant in limits:
        module = importlib.import_module("tierlang." + file.removesuffix(".py").replace("/", "."))
        assert getattr(module, constant) == int(number.replace(" ", "")), (file, constant)


CELLS = re.compile(r"^\| `(number|share|count|days|money CNY|bool|date)` \| (.*) \| (.*) \|$", re.MULTILINE)
CELL_TYPES = {"number": NUMBER, "share": SHARE, "count": COUNT, "days": DAYS, "bool": BOOL, "date": DATE}


def test_the_table_of_cells_is_what_the_readers_do() -> None:
    """Each cell shown as read is read, and each one shown as refused is refused."""
    chapter = reference().partition("### Cells\n")[2].partition("\n### ")[0]
    rows = CELLS.findall(chapter)
    assert len(rows) == 7
    for name, read, refused in rows:
        kind = CELL_TYPES.get(name, NumberType("money", "CNY"))
        for text in re.findall(r"`([^`]*)`", read):
            assert read_cell(text, kind) is not None, (name, text)
        for text in re.findall(r"`([^`]*)`", refused):
            with pytest.raises(CellProblem):
                read_cell(text, kind)


@pytest.mark.parametrize("page", WRITTEN)
def test_written_pages_are_current(page: str) -> None:
    """The pages of built-ins, commands, grammar and API are what docs/make.py writes."""
    assert (DOCS / page).read_text("utf-8") == WRITTEN[page](), "run `python docs/make.py`"


def test_every_built_in_has_its_section() -> None:
    """Each function and name can be looked up."""
    found = headings((DOCS / "builtins.md").read_text("utf-8"))
    assert [name for name in BUILTINS if f"`{name}`" not in found] == []


CODE = re.compile(r"(?<![\w-])[EW]-[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w-])")
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FOUND = {code for path in SOURCES for code in CODE.findall(path.read_text("utf-8"))} & set(catalogue())


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_codes_that_are_named_are_given(page: Path) -> None:
    """No page speaks of a diagnostic that nothing gives."""
    assert sorted(set(CODE.findall(page.read_text("utf-8"))) - FOUND) == []


# ------------------------------------------------------------------ links, and what must not stand there

LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as common renderers make them."""
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(prose(page))]
    return set(kept) | {f"{name}-{i}" for name in kept for i in range(1, kept.count(name))}


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file, and a heading in it where it names one."""
    broken = []
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if "://" not in link and not (target.exists() and (not anchor or anchor in anchors(target))):
            broken.append(link)
    assert broken == []


def test_the_index_links_every_page() -> None:
    """Who starts at docs/index.md can reach everything."""
    index = (DOCS / "index.md").read_text("utf-8")
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(index)}
    wanted = {page for page in PAGES if page.parent == DOCS} - {DOCS / "index.md"} | {GENERATED / "index.md"}
    wanted |= {DOCS / "cookbook" / "index.md", DOCS / "cookbook" / "index.zh.md"}
    assert sorted(page.name for page in wanted - linked) == []


def test_the_site_shows_every_page() -> None:
    """A page that stands in no table of contents would be a warning of Sphinx, which stops the build of the site."""
    listed = {name for parts in CONTENTS.values() for names in parts.values() for name in names} | {"index"}
    written = {page.stem for page in PAGES if page.parent == DOCS}
    assert sorted(written - listed) == [], "see docs/press/contents.py"


@pytest.mark.parametrize("tail", ["", ".zh"])
def test_the_cookbook_lists_its_pages(tail: str) -> None:
    """Both tables of contents name the same recipes."""
    folder = DOCS / "cookbook"
    linked = LINK.findall((folder / f"index{tail}.md").read_text("utf-8"))
    assert [link for link in linked if "/" not in link and not link.startswith("index")] == [
        f"{name}{tail}.md" for name in RECIPES
    ]
    assert {page.name for page in folder.glob("*.md")} == {
        f"{name}{end}.md" for name in (*RECIPES, "index") for end in ("", ".zh")
    }


FORBIDDEN = re.compile(
    r"/(?:home|root|tmp|work|Users)/|(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)|localhost", re.IGNORECASE
)


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_nothing_of_a_writers_machine_stands_in_a_page(page: Path) -> None:
    """No path of somebody's machine, no host name of a registry."""
    assert FORBIDDEN.findall(page.read_text("utf-8")) == []


def test_the_reference_names_every_built_in_and_every_code() -> None:
    """Nothing that a scheme can call, and nothing that can be found in it, is left out."""
    text = (DOCS / "reference.md").read_text("utf-8")
    assert [name for name in BUILTINS if f"](builtins.md#{name})" not in text] == []
    assert [code for code in catalogue() if f"](codes/{code}.md)" not in text] == []


def test_no_rule_of_the_grammar_is_marked_as_wrong() -> None:
    """What the page of the grammar says is the notation that its highlighter knows."""
    blocks = [block for block in blocks_of(DOCS / "grammar.md") if block.kind == "ebnf"]
    assert len(blocks) > 50
    wrong = [
        (block.line, text)
        for block in blocks
        for kind, text in NotationLexer().get_tokens(block.text)
        if kind is Error
    ]
    assert wrong == []
