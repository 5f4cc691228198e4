"""Chinese text without gaps: a line end between two Chinese characters is no space, but a browser shows one."""

import re

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_WIDE = r"[\u2018-\u201d\u2026\u2014\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_GAP = re.compile(rf"(?<={_WIDE})(\*{{0,2}})\n(?:> )?(?=(?:\[|\*\*)?{_WIDE})")


def without_gaps(text: str) -> str:
    """A Markdown text whose paragraphs have no line end between Chinese characters."""
    pieces = _FENCED.split(text)
    for number in range(0, len(pieces), 2):
        pieces[number] = _GAP.sub(r"\1", pieces[number])
    return "".join(pieces)
