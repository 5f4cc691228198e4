"""A page for each published scheme: what it is at a glance, what was decided in reading its source, and the scheme itself."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import tierlang
from press.outside import ROOT, relinked, scheme_page
from tierlang.cli.readings import facts_of
from tierlang.cli.schemefiles import shipped_schemes

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_OWN_LINK = re.compile(r"\[((?:[^\[\]\n]|`[^`\n]*`)*)\]\((#[^)\s]*)\)")


def gallery_pages() -> dict[str, str]:
    """Path in the repository to text, of the pages of each shipped scheme and of those that list them."""
    origin = "schemes/README.md"
    index = "docs/gallery/index.md"
    pages = {index: relinked((ROOT / origin).read_text("utf-8"), origin, index)}
    chinese = ["# 公开规则", "下列方案照公开的规则原文写成，原文有两种读法的地方都记下了采用的解读。"]
    for name in shipped_schemes():
        file = f"schemes/{name}.tier"
        scheme = tierlang.load(ROOT / file)
        pages[scheme_page(file)] = _page(scheme, file, "en")
        pages[scheme_page(file, "zh")] = _page(scheme, file, "zh")
        chinese.append(f"- [{_title(scheme, 'zh')}]({Path(scheme_page(file, 'zh')).name})")
    return {**pages, "docs/gallery/index.zh.md": "\n\n".join(chinese) + "\n"}


def _page(scheme: tierlang.Scheme, file: str, lang: str) -> str:
    """The literate page of a scheme, where the package writes one; else an overview and the text."""
    document = getattr(tierlang, "document", None)
    if document is not None:
        parts = [with_plain_anchors(document(scheme, format="md", lang=lang)), *_samples(file, lang)]
    else:
        parts = [f"# {_title(scheme, lang)}", "\n".join(_at_a_glance(scheme, file)), *_samples(file, lang)]
        parts += [*_levels(scheme), *_readings(scheme)]
        parts += ["## The scheme", f"```tier\n{scheme.checked.source.text.rstrip()}\n```"]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def with_plain_anchors(text: str) -> str:
    """A Markdown text whose links to its own ``<a id=…>`` are HTML too: MyST knows headings and its own targets only."""
    pieces = _FENCED.split(text)
    pieces[::2] = [_OWN_LINK.sub(r'<a href="\2">\1</a>', piece) for piece in pieces[::2]]
    return "".join(pieces)


def _title(scheme: tierlang.Scheme, lang: str) -> str:
    """The scheme's label in a language, else its id."""
    return scheme.checked.origin.labels.get(lang) or str(scheme.id)


def _at_a_glance(scheme: tierlang.Scheme, file: str) -> Iterator[str]:
    facts = facts_of(scheme)
    rows = {
        "scheme": f"`{scheme.id}`" + (f", version {scheme.version}" if scheme.version else ""),
        "file": f"`{file}`",
        "assessed": _assessed(scheme),
        "in force": _in_force(scheme),
        "levels": " > ".join(f"`{level}`" for level in scheme.levels),
        "sources": "<br>".join(map(_source, scheme.checked.sources)),
        "inputs": ", ".join(f"`{name}`" for name in scheme.checked.inputs),
        "to be supplied": ", ".join(f"{item['kind']} `{item['name']}`" for item in facts["external"]),
        "holes": ", ".join(f"line {item['line']}" for item in facts["holes"]),
        "examples in the file": str(len(scheme.checked.examples)),
    }
    yield "| | |\n|---|---|"
    yield from (f"| {name} | {text} |" for name, text in rows.items() if text)


def _assessed(scheme: tierlang.Scheme) -> str:
    """The line that says which periods are assessed, as it stands in the file."""
    source = scheme.checked.source.text
    return next((f"`{line.strip()}`" for line in source.split("\n") if line.startswith("assess ")), "")


def _in_force(scheme: tierlang.Scheme) -> str:
    version = scheme.checked.version
    facts = {
        "published": version.published,
        "effective": version.effective,
        "until": version.until,
        "applies from": version.first,
        "to": version.last,
    }
    return ", ".join(f"{word} {fact}" for word, fact in facts.items() if fact)


def _source(source: Mapping[str, str]) -> str:
    title, url = source.get("title", source["id"]), source.get("url")
    return f"[{title}]({url})" if url else title


def _samples(file: str, lang: str) -> Iterator[str]:
    """The sample files that lie beside a scheme."""
    folder = (ROOT / file).parent
    found = sorted(path.relative_to(ROOT).as_posix() for path in folder.glob("data/*"))
    if found:
        words = {"en": "Sample data, all invented: ", "zh": "示例数据（均为虚构）："}
        yield words[lang] + ", ".join(f"`{name}`" for name in found)


def _levels(scheme: tierlang.Scheme) -> Iterator[str]:
    rows = [(level.name, level.origin.labels) for level in scheme.checked.ladder]
    if any(labels for _, labels in rows):
        yield "## Levels"
        lines = [f"| `{name}` | {labels.get('zh', '')} | {labels.get('en', '')} |" for name, labels in rows]
        yield "\n".join(["| level | 中文 | English |", "|---|---|---|", *lines])


def _readings(scheme: tierlang.Scheme) -> Iterator[str]:
    """What `tier readings` lists."""
    if not scheme.readings:
        return
    yield "## Readings"
    yield "Words of the source that can be read in more than one way, how they were read, and how else they could be."
    rows = [
        f"| {_cell(r.id)} | {_cell(r.text)} | {_cell(r.reading)} | {_cell(r.alternatives)} |"
        for r in scheme.readings
    ]
    yield "\n".join(["| | words of the source | reading | other readings |", "|---|---|---|---|", *rows])


def _cell(text: str) -> str:
    """A text inside a table of Markdown."""
    for char in "\\|*_<[`":
        text = text.replace(char, f"\\{char}")
    return text


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
