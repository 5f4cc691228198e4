"""
Schemes for the tests of pages, and ways to look at a page.

Run as a program it rewrites the golden pages; read `git diff` afterwards.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

import tierlang
from tierlang.api import Scheme
from tierlang.doc.build import pages_of
from tierlang.doc.model import Entry, Part

HERE = Path(__file__).parent
FILES = HERE / "files"
GOLDEN = HERE / "golden"
ROOT = HERE.parents[2]
SHIPPED = sorted((ROOT / "schemes").glob("*/*.tier"))

RICH = FILES / "rich.tier"
VERSIONS = (FILES / "stars-2017.tier", FILES / "stars-2018.tier")

PAGES = {"rich.en.md": ((RICH,), "en"), "versions.zh.md": (VERSIONS, "zh")}
"""Golden pages: the schemes and the language of each."""


def golden_text(name: str) -> str:
    """What a golden page must be."""
    paths, lang = PAGES[name]
    return tierlang.document([tierlang.load(path) for path in paths], "md", lang)


def part_of(text: str, **libraries: str) -> Part:
    """The page of a scheme that has one version."""
    names = {f"{name}.tier": library for name, library in libraries.items()}
    return pages_of([tierlang.loads(text, name="sample.tier", resolver=names.__getitem__)])[0].parts[0]


def entry_of(part: Part, name: str) -> Entry:
    """The entry that defines a name."""
    return next(item for item in part.flow if isinstance(item, Entry) and item.name == name)


def parsed(html: str) -> Element:
    """The tree of a page without namespaces; ParseError where it is not well-formed HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(html)
    for element in tree.iter():
        element.tag = str(element.tag).rpartition("}")[2]  # drawings have a namespace all the same
    return tree


def texts(element: Element) -> str:
    """All text in an element."""
    return "".join(element.itertext())


def anchors(tree: Element) -> list[str]:
    """Every id, in order."""
    return [found for element in tree.iter() if (found := element.get("id")) is not None]


def targets(tree: Element) -> Iterator[str]:
    """The ids that links lead to."""
    for element in tree.iter():
        link = element.get("href")
        if link is not None and link.startswith("#"):
            yield link[1:]


def page(*schemes: Scheme, lang: str = "en") -> Element:
    """The tree of the page of some schemes."""
    return parsed(tierlang.document(schemes, "html", lang))


def main() -> None:
    """Write the golden pages."""
    for name in PAGES:
        (GOLDEN / name).write_text(golden_text(name), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
