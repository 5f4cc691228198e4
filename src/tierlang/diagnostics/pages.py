"""
The page of each code: what it says, why, a wrong scheme and a right one; for terminals and for docs/codes.

``python -m tierlang.diagnostics.pages docs/codes`` writes the pages of the documentation.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from tierlang.diagnostics.catalogue import (
    AREAS,
    UNKNOWN,
    Entry,
    catalogue,
    entry,
    fill,
    in_language,
)
from tierlang.diagnostics.safe import printable

_HEADINGS = {
    "en": {"what": "What", "why": "Why", "wrong": "Wrong", "right": "Right"},
    "zh": {"what": "含义", "why": "原因", "wrong": "错误写法", "right": "正确写法"},
}
_KINDS = {"en": {"E": "error", "W": "warning"}, "zh": {"E": "错误", "W": "警告"}}
_REMARKS = {
    "en": {"note": "note: ", "help": "help: "},
    "zh": {"note": "说明：", "help": "建议："},
}
_AREA_NAMES = {
    "en": dict(zip(AREAS, AREAS, strict=True)),
    "zh": dict(
        zip(
            AREAS,
            ["语法", "名称", "类型", "等级", "权重", "数据", "考核期", "限制", "示例"],
            strict=True,
        )
    ),
}
_INDEX_HEAD = """\
# Diagnostic codes

Every finding about a scheme or its data has a stable code: `E-…` stops, `W-…` does not.
Below, `…` stands for a fact of the scheme or the data at hand.

每条诊断都有固定的编号：`E-…` 为错误，`W-…` 为警告。`…` 代表具体方案或数据中的内容。
"""


def explain_code(code: str, lang: str = "en") -> str:
    """
    The page of a code as plain text in one language.

    Raises:
        LookupError: the catalogue has no such code.
    """
    known = entry(code)
    language = _known(lang)
    headings = _HEADINGS[language]
    sections = [
        ("what", _what(known, language)),
        ("why", [in_language(known.why, language)]),
    ]
    sections += [(key, lines) for key, lines, _ in _samples(known, language)]
    parts = [f"{code} ({_kind(known, language)})"]
    parts += [
        "\n".join([headings[key], *(f"  {line}".rstrip() for line in lines)]) for key, lines in sections
    ]
    return "\n\n".join(parts) + "\n"


def code_pages() -> dict[str, str]:
    """
    All pages of the documentation, in Markdown: English first, then Chinese.

    Returns:
        File name to text: ``index.md`` and one ``CODE.md`` for each code.
    """
    pages = {f"{code}.md": _page(known) for code, known in catalogue().items()}
    return {"index.md": _index(), **pages}


def main(arguments: Sequence[str]) -> int:
    """Write the pages into the folder that is the only argument; 0 if that went well, 2 for any other."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tierlang.diagnostics.pages OUTDIR\n")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in code_pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


# ------------------------------------------------------------------ parts of a page


def _what(known: Entry, lang: str) -> list[str]:
    """The code's title, then notes and helps, with ``…`` for every fact."""
    lines = [known.title(lang)]
    for word, wordings in (("note", known.notes), ("help", known.helps)):
        texts = [fill(wording, {}, lang) for wording in wordings]
        lines += [_REMARKS[lang][word] + text for text in texts if text != UNKNOWN]
    return lines


def _samples(known: Entry, lang: str) -> list[tuple[str, list[str], bool]]:
    """Heading key, lines and whether they are scheme text, of what the entry shows as wrong and right."""
    samples: list[tuple[str, list[str], bool]] = []
    for key, scheme, prose in (
        ("wrong", known.wrong, known.wrong_data),
        ("right", known.right, known.right_data),
    ):
        if scheme is not None:
            samples.append(
                (
                    key,
                    [printable(line) for line in scheme.strip("\n").split("\n")],
                    True,
                )
            )
        if prose is not None:
            samples.append((key, [in_language(prose, lang)], False))
    return samples


def _kind(known: Entry, lang: str) -> str:
    """``error, syntax``."""
    return f"{_KINDS[lang][known.code[0]]}{'，' if lang == 'zh' else ', '}{_AREA_NAMES[lang][known.area]}"


def _known(lang: str) -> str:
    return lang if lang in _HEADINGS else "en"


# ------------------------------------------------------------------ Markdown


def _page(known: Entry) -> str:
    parts = [f"# {known.code}"]
    for lang, headings in _HEADINGS.items():
        message, *remarks = _what(known, lang)
        parts += ["---"] if lang != "en" else []
        parts += [f"*{_kind(known, lang)}*", f"## {headings['what']}", message]
        parts += ["\n".join(f"- {remark}" for remark in remarks)] if remarks else []
        parts += [f"## {headings['why']}", in_language(known.why, lang)]
        for key, lines, is_scheme in _samples(known, lang):
            text = "\n".join(lines)
            parts += [
                f"## {headings[key]}",
                f"```tier {key}\n{text}\n```" if is_scheme else text,
            ]
    return "\n\n".join(parts) + "\n"


def _index() -> str:
    parts = [_INDEX_HEAD.rstrip("\n")]
    for area in AREAS:
        rows = [_row(known) for known in catalogue().values() if known.area == area]
        title = f"## {area.capitalize()} · {_AREA_NAMES['zh'][area]}"
        parts += [
            title,
            "\n".join(["| code | English | 中文 |", "| --- | --- | --- |", *rows]),
        ]
    return "\n\n".join(parts) + "\n"


def _row(known: Entry) -> str:
    cells = [
        f"[{known.code}]({known.code}.md)",
        *(known.title(lang).replace("|", "\\|") for lang in _HEADINGS),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
