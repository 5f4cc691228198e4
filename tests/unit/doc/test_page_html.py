"""Every HTML page is whole, self-contained, linked throughout, and says all that its scheme says."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from doc_samples import FILES, RICH, ROOT, SHIPPED, VERSIONS, anchors, page, parsed, targets, texts

import tierlang
from tierlang.doc.language import language_tag
from tierlang.syntax import nodes as n

SCHEMES = [*SHIPPED, RICH, *VERSIONS]
STYLE = (ROOT / "src/tierlang/doc/templates/style.css").read_text("utf-8")
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "article",
    "section",
    "header",
    "nav",
    "div",
    "p",
}
ALLOWED |= {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
}
ALLOWED |= {
    "tfoot",
    "tr",
    "th",
    "td",
    "a",
    "code",
    "pre",
    "span",
    "strong",
    "q",
    "br",
    "figure",
    "figcaption",
}
ALLOWED |= {"blockquote", "svg", "line", "circle", "rect", "path", "text"}


@pytest.fixture(scope="module", params=["en", "zh"])
def trees(request: pytest.FixtureRequest) -> dict[Path, Element]:
    """The page of every scheme of the tests, by its file."""
    return {path: page(tierlang.load(path), lang=request.param) for path in SCHEMES}


def all_in_one() -> Element:
    """All schemes in one document."""
    return page(*(tierlang.load(path) for path in SCHEMES))


@pytest.fixture(scope="module")
def documents(trees: dict[Path, Element]) -> list[Element]:
    """The pages, and the document of all of them."""
    return [*trees.values(), all_in_one()]


def words(text: str) -> str:
    """A text without regard to blanks."""
    return " ".join(text.split())


# ------------------------------------------------------------------ one file, whole


def test_ids_are_unique_and_every_link_leads_somewhere(documents: list[Element]) -> None:
    """No link of a page is dead."""
    for tree in documents:
        known = anchors(tree)
        assert [id_ for id_, count in Counter(known).items() if count > 1] == []
        assert sorted(set(targets(tree)) - set(known)) == []
        assert all(re.fullmatch(r"[\w.-]+", id_) for id_ in known)


def test_nothing_runs_and_nothing_is_loaded(documents: list[Element]) -> None:
    """Only elements that show text and lines; links go to the page itself or, from a source, to the web."""
    for tree in documents:
        assert {element.tag for element in tree.iter()} <= ALLOWED
        for element in tree.iter():
            names = set(element.keys())
            assert not names & {
                "src",
                "srcset",
                "style",
                "data",
                "action",
                "background",
                "poster",
                "xlink:href",
            }
            assert not any(name.startswith("on") for name in names)
            href = element.get("href", "#")
            assert href.startswith("#") or (element.tag == "a" and re.match(r"https?://", href))
    assert "url(" not in STYLE and "@import" not in STYLE and "expression" not in STYLE


def test_the_page_forbids_scripts_itself() -> None:
    """Should something slip in after all, the policy of the page stops it."""
    metas = {
        meta.get("http-equiv"): meta.get("content", "") for meta in page(tierlang.load(RICH)).iter("meta")
    }
    assert "default-src 'none'" in metas["Content-Security-Policy"]
    assert "script" not in metas["Content-Security-Policy"]


def test_headings_go_down_one_step_at_a_time(documents: list[Element]) -> None:
    """One h1, and no depth is left out."""
    for tree in documents:
        depths = [int(e.tag[1]) for e in tree.iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
        assert depths.count(1) == 1 and depths[0] == 1
        assert all(second - first <= 1 for first, second in pairwise(depths))


def test_language_tags(documents: list[Element]) -> None:
    """Every lang attribute is a language tag, and quotations have that of their source."""
    for tree in documents:
        assert all(language_tag(lang) for e in tree.iter() if (lang := e.get("lang")) is not None)
    tree = page(tierlang.load(RICH), lang="zh")
    assert tree.get("lang") == "zh-CN"
    quoted = [(words(texts(e)), e.get("lang")) for e in tree.iter("blockquote")]
    assert ("质量60%,速度40%,扣除投诉。", "zh") in quoted
    assert ("chất lượng 60%, tốc độ 40%", "vi") in quoted


def test_wide_things_scroll_in_their_own_box(documents: list[Element]) -> None:
    """A table with columns of any number stands in a box that scrolls, and can be reached by keyboard."""
    for tree in documents:
        boxes = [e for e in tree.iter("div") if e.get("class") == "scroll"]
        inside = {table for box in boxes for table in box.iter("table")}
        loose = [table.get("class") for table in tree.iter("table") if table not in inside]
        assert set(loose) <= {"ladder", "weights"}
        assert all(box.get("tabindex") == "0" for box in boxes)


# ------------------------------------------------------------------ all that the scheme says


def test_every_statement_stands_on_the_page_to_the_letter(trees: dict[Path, Element]) -> None:
    """The code of every rule, in the order of the file."""
    for path, tree in trees.items():
        checked = tierlang.load(path).checked
        shown = [texts(e) for e in tree.iter("pre")]
        position = 0
        for statement in checked.file.statements:
            if not isinstance(statement, n.Example):
                code = checked.source.at(statement.span)
                position = (
                    next(i for i, text in enumerate(shown) if i >= position and text.startswith(code)) + 1
                )


def test_inputs_readings_holes_and_findings(trees: dict[Path, Element]) -> None:
    """Every input with its label, every reading with its alternatives, every hole with its place, every warning."""
    for path, tree in trees.items():
        scheme = tierlang.load(path)
        checked, text = scheme.checked, words(texts(tree))
        tables = [e for e in tree.iter("table") if e.get("class") == "variables"]
        inputs = [words(texts(row)) for table in tables for row in table.iter("tr")]
        for declared in checked.inputs.values():
            assert any(row.startswith(declared.name) for row in inputs)
        for reading in checked.readings:
            assert all(words(part) in text for part in (reading.id, reading.text))
            plain = [words(part.replace("`", "")) for part in (reading.reading, reading.alternatives)]
            assert all(part in text for part in plain)
        assert checked.holes == sum(
            texts(cell) != "" and "..." in texts(row)
            for table in tree.iter("table")
            for row in table.iter("tr")
            for cell in row.findall("td")
            if re.fullmatch(r"line \d+, column \d+|第 \d+ 行第 \d+ 列", texts(cell))
        )
        assert all(warning.code in text for warning in scheme.warnings)
        for source in checked.sources:
            assert source["id"] in text and words(source.get("title", "")) in text


def test_every_quotation_stands_beside_its_rule(trees: dict[Path, Element]) -> None:
    """The words of a source are in the entry of the statement that cites them."""
    for path, tree in trees.items():
        checked = tierlang.load(path).checked
        articles = [(texts(e), [texts(q) for q in e.iter("blockquote")]) for e in tree.iter("article")]
        for statement in checked.file.statements:
            cited = [a.get("text") for a in statement.annotations if a.name.text == "cite"]
            if not cited:
                continue
            code = statement.title if isinstance(statement, n.Example) else checked.source.at(statement.span)
            assert any(code in text and quotes == cited for text, quotes in articles), code


def test_examples_show_what_became_of_them() -> None:
    """Passed, failed with what came out, refused with the reason."""
    tree = page(tierlang.load(RICH))
    examples = [words(texts(e)) for e in tree.iter("article") if e.get("class") == "example"]
    assert [text.split(" ", 1)[0] for text in examples] == ["✓", "✗", "✗"]
    assert "✗ came out: 12" in examples[1] and "✗ came out: undetermined" in examples[1]
    assert "orders must not be missing" in examples[2]


def test_a_name_leads_to_its_definition() -> None:
    """Names of every kind, in code, tables and prose."""
    tree = page(tierlang.load(RICH))
    found = {(texts(a), a.get("href")) for a in tree.iter("a")}
    for name, target in {
        "points": "#points", "GOLD": "#GOLD", "shop": "#shop", "opened": "#shop", "ratio": "#ratio", "bar": "#bar",
        "marks.base": "#marks.base", "mean": "#fn-mean", "bonuses": "#fn-bonuses", "needed": "#needed", "volume": "#volume",
        "delays": "#delays", "R-1": "#reading-R-1", "N2": "#source-N2", "eligible": "#L-77", "tier": "#sec-levels",
    }.items():  # fmt: skip
        assert (name, target) in found, name


# ------------------------------------------------------------------ always the same


def test_the_same_scheme_gives_the_same_bytes() -> None:
    """Whatever order Python's sets have in a process."""
    program = (
        "import sys, tierlang; sys.stdout.write(tierlang.document(tierlang.load(sys.argv[1]), sys.argv[2]))"
    )
    for format_ in ("html", "md"):
        command = [sys.executable, "-c", program, str(RICH), format_]
        runs = {
            subprocess.run(command, capture_output=True, check=True, env=environment(seed)).stdout
            for seed in ("1", "2")
        }
        assert runs == {tierlang.document(tierlang.load(RICH), format_).encode()}


def environment(seed: str) -> dict[str, str]:
    """The environment of a process with a seed for hashes."""
    return {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}


def test_no_path_of_the_machine_is_told() -> None:
    """A file is named without its folders."""
    scheme = tierlang.loads(RICH.read_text("utf-8"), name="/home/somebody/rich.tier", resolver=library)
    html = tierlang.document(scheme)
    assert "somebody" not in html and "rich.tier" in html


def library(path: str) -> str:
    """The libraries of the samples."""
    return (FILES / path).read_text("utf-8")


# ------------------------------------------------------------------ colours


def palettes() -> Iterator[dict[str, str]]:
    """The colours of light, dark and paper."""
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", block))
        yield {
            name: "#" + "".join(c * 2 for c in value[1:]) if len(value) == 4 else value
            for name, value in colours.items()
        }


def luminance(colour: str) -> float:
    """How bright a colour is (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


TEXTS = {
    "paper": ("ink", "quiet", "link", "quote-ink", "good", "bad"),
    "quote-paper": ("quote", "ink", "quiet"),
    "alert-paper": ("bad",),
}
"""What is written on what."""


def test_every_text_can_be_read() -> None:
    """Text stands out from its ground by 4.5 to 1, in light, in the dark and on paper."""
    found = list(palettes())
    assert len(found) == 3
    for colours in found:
        for ground, inks in TEXTS.items():
            for ink in inks:
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """How far two colours are apart."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_code_has_the_colours_of_the_highlighter() -> None:
    """Light and dark, also where it stands in a table, on the ground of the page."""
    style = tierlang.document(tierlang.load(RICH)).partition("<style>")[2].partition("</style>")[0]
    dark, light = (
        style.partition("@media not all")[0].rpartition("@media (prefers-color-scheme: dark)")[2],
        style,
    )
    pages = list(palettes())
    for rules, colours in ((dark, pages[1]), (light.partition("@media not all")[2], pages[0])):
        found = re.findall(r"code \.(\w+) \{ color: (#\w{6})", rules)
        assert {"kd", "s2", "nc"} <= {name for name, _ in found}
        assert all(contrast(ink, colours["paper"]) >= 4.5 for _, ink in found)


def test_a_page_parses_strictly() -> None:
    """The parser of the tests refuses what is not well-formed, so that the tests above mean something."""
    with pytest.raises(html5lib.html5parser.ParseError):
        parsed("<!doctype html><title>x</title><p>a<div></p>")
