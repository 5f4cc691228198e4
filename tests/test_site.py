"""
The documentation site: built without a warning, complete, with links that lead somewhere, and nothing loaded from outside.

The site is built once for all tests; ``TIER_SITE`` names the folder of one that was built before. What its pages say is
tested by test_docs.py.
"""

import functools
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import tierlang
from tierlang.builtins import BUILTINS
from tierlang.cli.main import COMMANDS
from tierlang.cli.schemefiles import shipped_schemes
from tierlang.diagnostics.catalogue import catalogue
from tierlang.syntax.grammar import keywords

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))

from press.contents import DOCS, RECIPES
from press.grammar import definitions, forms
from press.outside import relinked, scheme_page
from press.typography import without_gaps


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    if built := os.environ.get("TIER_SITE"):
        return Path(built)
    pytest.importorskip("sphinx", reason='the site is built with `pip install -e ".[docs]"`')
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-j", "auto", str(DOCS), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@functools.cache
def text_of(path: Path) -> str:
    """The HTML of a page."""
    return path.read_text("utf-8")


def pages(site: Path) -> list[Path]:
    """The pages of the site."""
    found = sorted(site.rglob("*.html"))
    assert len(found) > 150
    return found


def name(site: Path, page: Path) -> str:
    """``cookbook/ranks.html``."""
    return page.relative_to(site).as_posix()


# ------------------------------------------------------------------ nothing from outside

LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|data|srcset)=\"([^\"]*)\""
)
LINKED = re.compile(r"<link\b[^>]*?\bhref=\"([^\"]*)\"")
CSS_LOADED = re.compile(r"@import\s+[\"']?([^\"';]+)|url\(\s*[\"']?([^\"')]+)")
OUTSIDE = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)


def test_pages_load_nothing_from_outside(site: Path) -> None:
    """No script, picture, style or font comes from another host: the site works where there is no network."""
    found = [
        (name(site, page), url)
        for page in pages(site)
        for url in [*LOADED.findall(text_of(page)), *LINKED.findall(text_of(page))]
        if OUTSIDE.match(url)
    ]
    assert found == []


def test_styles_load_nothing_from_outside(site: Path) -> None:
    """Nor do the style sheets, inline ones included."""
    found = []
    for path in [*site.rglob("*.css"), *pages(site)]:
        styles = (
            [text_of(path)]
            if path.suffix == ".css"
            else re.findall(r"<style.*?</style>", text_of(path), re.DOTALL)
        )
        urls = [url for style in styles for pair in CSS_LOADED.findall(style) for url in pair if url]
        found += [(path.name, url) for url in urls if OUTSIDE.match(url)]
    assert found == []


def test_scripts_fetch_nothing_from_outside(site: Path) -> None:
    """Scripts make no request to a host that they name."""
    called = re.compile(r"(?:fetch|import|open|importScripts)\(\s*[\"'](?:https?:)?//")
    assert [path.name for path in site.rglob("*.js") if called.search(text_of(path))] == []


# ------------------------------------------------------------------ links

ANCHORS = re.compile(r"\bid=\"([^\"]+)\"")
HREF = re.compile(r"<a\b[^>]*?\b(?:xlink:)?href=\"([^\"]*)\"")


@functools.cache
def anchors_of(page: Path) -> frozenset[str]:
    """What a link to a page can name."""
    return frozenset(html.unescape(anchor) for anchor in ANCHORS.findall(text_of(page)))


def dead_links(page: Path) -> Iterator[str]:
    """The links of a page, those of diagrams included, whose page or heading does not exist."""
    for link in set(HREF.findall(text_of(page))):
        parts = urlsplit(html.unescape(link))
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        anchor = unquote(parts.fragment)
        known = (
            target.suffix != ".html" or not anchor or anchor in anchors_of(target)
            if target.exists()
            else False
        )
        if not known:
            yield link


def test_links_lead_somewhere(site: Path) -> None:
    """Every link inside the site names a page, and a heading in it where it names one."""
    found = [(name(site, page), link) for page in pages(site) for link in dead_links(page)]
    assert found == []


# ------------------------------------------------------------------ completeness


def test_every_page_can_be_reached(site: Path) -> None:
    """The navigation of the first page names every written page."""
    wanted = [f"cookbook/{recipe}{tail}.html" for recipe in RECIPES for tail in ("", ".zh")]
    wanted += ["reference.html", "api.html", "tour.zh.html", "gallery/index.html", "gallery/index.zh.html"]
    assert sorted(set(wanted) - set(HREF.findall(text_of(site / "index.html")))) == []


@pytest.mark.parametrize(("lang", "index"), [("en", "index"), ("zh", "index.zh")])
def test_the_gallery_lists_every_scheme(site: Path, lang: str, index: str) -> None:
    """Each published scheme has a page in both languages."""
    wanted = {f"{Path(scheme_page(f'schemes/{name}.tier', lang)).stem}.html" for name in shipped_schemes()}
    assert sorted(wanted - set(HREF.findall(text_of(site / "gallery" / f"{index}.html")))) == []


@pytest.mark.parametrize("code", catalogue())
def test_every_diagnostic_has_a_page(site: Path, code: str) -> None:
    """What a message's code means can be looked up."""
    assert code in text_of(site / "codes" / f"{code}.html")


def test_every_built_in_and_command_has_a_heading(site: Path) -> None:
    """Functions and commands can be linked to."""
    assert sorted(set(BUILTINS) - anchors_of(site / "builtins.html")) == []
    assert sorted({f"tier-{command}" for command in COMMANDS} - anchors_of(site / "commands.html")) == []


def test_every_public_name_shows_its_docstring(site: Path) -> None:
    """The page of the API has an entry for each name of the package."""
    public = {f"tierlang.{word}" for word in tierlang.__all__ if not word.startswith("_")}
    assert sorted(public - anchors_of(site / "api.html")) == []


def test_every_rule_of_the_grammar_has_a_diagram(site: Path) -> None:
    """The page of the grammar draws each rule and terminal."""
    text = text_of(site / "grammar.html")
    assert text.count('<div class="railroad">') == len(definitions())
    assert not re.search(r"(<text [^>]*>[^<]*</text>)\1", text), "a word drawn twice, one on the other"


def test_every_word_that_begins_a_form_has_a_diagram_in_the_reference(site: Path) -> None:
    """A statement that is added to the grammar is drawn where the reference explains it, under a heading of its own."""
    chapters = re.split(r"<section id=\"", text_of(site / "reference.html"))
    drawn = {chapter.partition('"')[0] for chapter in chapters if '<div class="railroad">' in chapter}
    words = {word for word in forms() if word in keywords()} - {"over"}  # its windows are drawn one by one
    assert sorted(words - {anchor.split("-")[0] for anchor in drawn}) == []


def test_schemes_are_coloured(site: Path) -> None:
    """The lexer was found: a keyword of a scheme is marked as one."""
    assert re.search(r'<span class="k[a-z]?">tiers</span>', text_of(site / "tour.html"))


# ------------------------------------------------------------------ Chinese


@pytest.mark.parametrize("page", ["tour.zh.html", "index.zh.html", "cookbook/ranks.zh.html"])
def test_chinese_pages_say_so(site: Path, page: str) -> None:
    """Browsers choose glyphs, and screen readers voices, by the language of the page."""
    assert '<html class="no-js" lang="zh-CN"' in text_of(site / page)


def test_no_markup_is_left_over(site: Path) -> None:
    """Emphasis beside Chinese punctuation is easily not seen as such."""
    code = re.compile(r"<(pre|code|svg|script)\b.*?</\1>|<em class=\"sig-param\">.*?</em>", re.DOTALL)
    left = re.compile(r"\*\*|(?<!\w)\]\(|```")
    found = [name(site, page) for page in pages(site) if left.search(code.sub("", text_of(page)))]
    assert found == []


SEARCH = r"""
const fs = require("fs"), vm = require("vm");
const [, , folder, ...queries] = process.argv;
const element = () => ({ firstChild: null, removeChild() {}, appendChild() {}, setAttribute() {}, classList: { add() {} } });
const context = vm.createContext({
  console, URLSearchParams,
  location: { search: "" }, addEventListener() {},
  localStorage: { setItem() {} },
  document: {
    getElementById: element, createElement: element, querySelectorAll: () => [], body: element(),
    documentElement: { dataset: { content_root: "./" } }, addEventListener() {}, readyState: "loading",
  },
});
context.window = context;
for (const file of ["documentation_options", "doctools", "language_data", "sphinx_highlight", "searchtools"])
  vm.runInContext(fs.readFileSync(`${folder}/_static/${file}.js`, "utf-8"), context);
vm.runInContext(fs.readFileSync(`${folder}/searchindex.js`, "utf-8"), context);
const ask = vm.runInContext("(q) => Search._performSearch(...Search._parseQuery(q)).map((r) => r[0])", context);
console.log(JSON.stringify(queries.map((query) => ask(query).reverse())));
"""

QUERIES = {
    "金牌": "tour.zh",
    "服务商": "cookbook/months.zh",
    "季度": "cookbook/versions.zh",
    "星级": "cookbook/categories.zh",
    "排名": "cookbook/ranks.zh",
    "订单量": "cookbook/months.zh",
    "保级": "cookbook/moves.zh",
    "一票否决": "cookbook/conditions.zh",
    "服务商等级": "gallery/douyin-industrial-belt",
    "支付订单量": "gallery/douyin-industrial-belt",
    "rank ties": "cookbook/ranks",
    "undetermined": "reference",
    "W-TIER-GAP": "codes/W-TIER-GAP",
}
"""What somebody types, and how the name of a page begins that must be among what is found."""


def test_search_finds_words(site: Path, tmp_path: Path) -> None:
    """The search of the site, run as a browser runs it, finds Chinese words, also several in a row, and English ones."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the search is JavaScript, and there is no `node` to run it")
    script = tmp_path / "search.cjs"
    script.write_text(SEARCH, "utf-8")
    done = subprocess.run(
        [node, script, site, *QUERIES], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    found = dict(zip(QUERIES, json.loads(done.stdout), strict=True))
    lost = [
        query for query, page in QUERIES.items() if not any(name.startswith(page) for name in found[query])
    ]
    assert lost == []


# ------------------------------------------------------------------ what changes pages on their way


@pytest.mark.parametrize(
    ("origin", "page", "text", "expected"),
    [
        ("docs/index.md", "docs/index.md", "[a](../CHANGELOG.md)", "[a](project/changes.md)"),
        ("docs/tour.md", "docs/tour.md", "[a](reference.md#7-rules)", "[a](reference.md#7-rules)"),
        ("docs/cookbook/ranks.md", "docs/cookbook/ranks.md", "[a](../tour.md)", "[a](../tour.md)"),
        (
            "CONTRIBUTING.md",
            "docs/project/contributing.md",
            "[a](docs/how-it-works.md#x)",
            "[a](../how-it-works.md#x)",
        ),
        (
            "schemes/README.md",
            "docs/gallery/index.md",
            "[a](douyin/industrial_belt.tier)",
            "[a](douyin-industrial-belt.md)",
        ),
        ("docs/tour.zh.md", "docs/tour.zh.md", "[a](../README.md)", "[a](index.zh.md)"),
        ("docs/index.md", "docs/index.md", "[a](https://example.org/x.md)", "[a](https://example.org/x.md)"),
        (
            "docs/index.md",
            "docs/index.md",
            "```text\n[a](../CHANGELOG.md)\n```",
            "```text\n[a](../CHANGELOG.md)\n```",
        ),
    ],
)
def test_links_are_bent_to_the_site(origin: str, page: str, text: str, expected: str) -> None:
    """Links that are right in the repository are right on the site; code is left alone."""
    assert relinked(text, origin, page) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一行\n又一行", "一行又一行"),
        ("逗号，\n又一行", "逗号，又一行"),
        ("> 引文\n> 又一行", "> 引文又一行"),
        ("见\n[链接](a.md)", "见[链接](a.md)"),
        ("用 `band`\n又一行", "用 `band`\n又一行"),
        ("a line\n又一行", "a line\n又一行"),
        ("一段\n\n又一段", "一段\n\n又一段"),
        ("| 表 |\n| 格 |", "| 表 |\n| 格 |"),
        ("一行\n- 列表", "一行\n- 列表"),
        ("```tier\n名称\n数量\n```", "```tier\n名称\n数量\n```"),
    ],
)
def test_chinese_lines_join_without_a_gap(text: str, expected: str) -> None:
    """Only the line end between two Chinese characters of one paragraph goes."""
    assert without_gaps(text) == expected
