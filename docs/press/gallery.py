"""A page for each published scheme in English and in Chinese, as `tier doc` writes it, and the pages that list them."""

import re
from collections.abc import Iterator
from pathlib import Path

import tierlang
from press.outside import ROOT, relinked, scheme_page
from tierlang.cli.schemefiles import shipped_schemes

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_OWN_LINK = re.compile(r"\[((?:[^\[\]\n]|`[^`\n]*`)*)\]\((#[^)\s]*)\)")


_CHINESE_HEAD = """\
# 公开规则

下列方案照公开的规则原文写成，原文有两种读法的地方都记下了采用的解读。
"""


def gallery_pages() -> dict[str, str]:
    """Path in the repository to text, of the pages of each shipped scheme and of those that list them."""
    origin = "schemes/README.md"
    index = "docs/gallery/index.md"
    pages: dict[str, str] = {}
    items: dict[str, list[str]] = {"en": [], "zh": []}
    for name in shipped_schemes():
        file = f"schemes/{name}.tier"
        scheme = tierlang.load(ROOT / file)
        for lang, lines in items.items():
            page = scheme_page(file, lang)
            pages[page] = _page(scheme, file, lang)
            lines.append(f"- [{_title(scheme, lang)}]({Path(page).name}) `{name}`\n")
    text = relinked((ROOT / origin).read_text("utf-8"), origin, index)
    pages[index] = f"{text}\n## Every scheme\n\n{''.join(items['en'])}"
    pages[index.replace(".md", ".zh.md")] = f"{_CHINESE_HEAD}\n{''.join(items['zh'])}"
    return pages


def _page(scheme: tierlang.Scheme, file: str, lang: str) -> str:
    """The literate page of a scheme, and the data to try it on."""
    return "\n\n".join(
        [with_plain_anchors(tierlang.document(scheme, format="md", lang=lang)), *_samples(file, lang)]
    )


def with_plain_anchors(text: str) -> str:
    """A Markdown text whose links to its own ``<a id=…>`` are HTML too: MyST knows headings and its own targets only."""
    pieces = _FENCED.split(text)
    pieces[::2] = [_OWN_LINK.sub(r'<a href="\2">\1</a>', piece) for piece in pieces[::2]]
    return "".join(pieces)


def _title(scheme: tierlang.Scheme, lang: str) -> str:
    """The scheme's label in a language, else its id."""
    return scheme.checked.origin.labels.get(lang) or str(scheme.id)


def _samples(file: str, lang: str) -> Iterator[str]:
    """The sample files that lie beside a scheme."""
    folder = (ROOT / file).parent
    found = sorted(path.relative_to(ROOT).as_posix() for path in folder.glob("data/*"))
    if found:
        words = {"en": "Sample data, all invented: ", "zh": "示例数据（均为虚构）："}
        yield words[lang] + ", ".join(f"`{name}`" for name in found) + "\n"


def write(pages: dict[str, str]) -> None:
    """
    Write pages below the repository, and remove those beside them that are made no more.

    Pages that have not changed are not touched, so Sphinx need not read them again.
    """
    for folder in {(ROOT / name).parent for name in pages}:
        for found in folder.glob("*.md"):
            if found.relative_to(ROOT).as_posix() not in pages:
                found.unlink()
    for name, text in pages.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
