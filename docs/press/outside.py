"""
Pages whose text lies outside docs/: the contributing guide, the changes, the schemes. Links to them are bent to the site.

Links in the sources are right where the sources lie, so that a host of git can follow them. On the site the same things
have other places: `PLACES` says which.
"""

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PLACES = {
    "README.md": "docs/index.md",
    "CONTRIBUTING.md": "docs/project/contributing.md",
    "CHANGELOG.md": "docs/project/changes.md",
    "schemes/README.md": "docs/gallery/index.md",
    "grammar/tier.lark": "docs/grammar.md",
}
"""Path in the repository to the page of the site that shows it."""

CHINESE_PLACES = PLACES | {"README.md": "docs/index.zh.md", "schemes/README.md": "docs/gallery/index.zh.md"}
"""The same for links on Chinese pages."""

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?\[(?:[^\]\n]|\n(?!\n))*\])\(([^)\s]+)\)")


def scheme_page(path: str, lang: str = "en") -> str:
    """The page of a scheme: ``schemes/douyin/industrial_belt.tier`` → ``docs/gallery/douyin-industrial-belt.md``."""
    name = path.removeprefix("schemes/").removesuffix(".tier")
    tail = ".zh" if lang == "zh" else ""
    return f"docs/gallery/{name.replace('/', '-').replace('_', '-')}{tail}.md"


def relinked(text: str, origin: str, page: str) -> str:
    """
    A Markdown text with its links right on the site.

    Args:
        origin: where the text lies in the repository, ``schemes/README.md``.
        page: where its page lies, ``docs/gallery/index.md``; the same as *origin* for pages of docs/.
    """
    pieces = _FENCED.split(text)
    for number in range(0, len(pieces), 2):
        pieces[number] = _LINK.sub(lambda found: _bent(found, origin, page), pieces[number])
    return "".join(pieces)


def _bent(found: "re.Match[str]", origin: str, page: str) -> str:
    target, hash_sign, anchor = found[2].partition("#")
    if not target or "://" in target:
        return found[0]
    path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), target))
    chinese = page.endswith(".zh.md")
    if path.endswith(".tier") and path.startswith("schemes/"):
        path = scheme_page(path, "zh" if chinese else "en")
    places = CHINESE_PLACES if chinese else PLACES
    shown = posixpath.relpath(places.get(path, path), posixpath.dirname(page))
    return f"{found[1]}({shown}{hash_sign}{anchor})"


def copied_pages() -> dict[str, str]:
    """Each page that is a copy of a text outside docs/: its path in the repository, and its text."""
    pages = {}
    for origin in ("CONTRIBUTING.md", "CHANGELOG.md"):
        page = PLACES[origin]
        pages[page] = relinked((ROOT / origin).read_text("utf-8"), origin, page)
    return pages
