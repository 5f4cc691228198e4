r"""
The rules of colouring as a TextMate grammar, for editors and web pages: VS Code, Sublime Text, Shiki, GitHub.

``python -m tierlang.highlight.textmate FOLDER`` writes ``tier.tmLanguage.json`` and ``language-configuration.json`` there.

TextMate has no stack of states that a rule may push and pop, but ranges: a rule with *begin* and *end* whose inside has rules
of its own. So what follows a word is written as ranges inside one another. A range whose patterns are all tied to its
beginning by ``\G`` goes on as far as they fit and ends before the first character that none of them takes; with it end all
those around it, because the place is no longer the beginning of any.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from tierlang.highlight import kinds, tables
from tierlang.highlight.rules import FRAMES, REGIONS, ROOT, Rule

SCOPE = "source.tier"
LANGUAGE = "tier"

_GAP = r"[ \t\r\x{3000}]*+"
_BEFORE_ANYTHING = r"(?=[\s\S])"
_TRANSLATED = {r"[^\W\d]": r"[\p{L}\p{Nl}\p{No}_]", r"\w": r"\p{L}\p{N}_"}
"""Classes that Python and Oniguruma understand differently."""
_UNSAFE = re.compile(r"\\[wWdDsSbBAZ]")


def oniguruma(pattern: str) -> str:
    r"""
    A pattern of `rules` for the regular expressions of TextMate: ``\w`` as Unicode properties, ``\u3000`` as ``\x{3000}``.

    Raises:
        ValueError: the pattern has a class that would mean something else there.
    """
    for python, other in _TRANSLATED.items():
        pattern = pattern.replace(python, other)
    if _UNSAFE.search(pattern):
        raise ValueError(f"not the same in Python and in Oniguruma: {pattern}")
    return re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", pattern)


def grammar() -> dict[str, Any]:
    """The TextMate grammar, as the JSON document that editors load."""
    writer = _Writer()
    patterns = writer.root()
    return {
        "name": "Tier",
        "scopeName": SCOPE,
        "fileTypes": [LANGUAGE],
        "patterns": [{"include": "#statements"}],
        "repository": {"statements": {"patterns": patterns}, **dict(sorted(writer.repository.items()))},
    }


class _Writer:
    """Collects the repository while the root is written: each stack of frames once."""

    def __init__(self) -> None:
        self.repository: dict[str, Any] = {}

    def root(self) -> list[dict[str, Any]]:
        """The patterns of the root, the last of which takes what nothing else does."""
        wrong = {"match": r"[^ \t\r\n\x{3000}]", "name": _scope(kinds.WRONG)}
        return [*(self._pattern(rule, rule.then, anchored=False) for rule in ROOT), wrong]

    def _pattern(self, rule: Rule, stack: tuple[str, ...], *, anchored: bool) -> dict[str, Any]:
        """
        A rule with the frames or the region behind it.

        Args:
            rule: one that takes text.
            stack: what follows, the first last.
            anchored: whether only blanks may stand between the place where the range began and this.
        """
        pattern = oniguruma(rule.pattern)
        found = rf"\G{_GAP}({pattern})" if anchored else pattern
        scope = _scope(rule.kind) if rule.kind is not None else ""
        named = {"1" if anchored else "0": {"name": scope}} if scope else {}
        if not stack:
            return {"match": found, "captures": named} if anchored else {"match": found, "name": scope}
        if stack[-1] in REGIONS:
            assert len(stack) == 1, "nothing goes on behind a region"
            return {"begin": found, "beginCaptures": named, **self._region(stack[0])}
        self._describe(stack)
        return {
            "begin": found,
            "beginCaptures": named,
            "end": _BEFORE_ANYTHING,
            "applyEndPatternLast": True,
            "patterns": [{"include": f"#{_name(stack)}"}],
        }

    def _region(self, name: str) -> dict[str, Any]:
        """The end of a region, and what may stand in it."""
        ends = [rule for rule in REGIONS[name] if rule.leaves]
        inside = [rule for rule in REGIONS[name] if not rule.leaves]
        captures = {
            str(i): {"name": _scope(rule.kind)} for i, rule in enumerate(ends, 1) if rule.kind is not None
        }
        return {
            "end": "|".join(f"({oniguruma(rule.pattern)})" for rule in ends),
            "endCaptures": captures,
            "patterns": [
                *(self._pattern(rule, rule.then, anchored=False) for rule in inside),
                {"include": "#statements"},
            ],
        }

    def _describe(self, stack: tuple[str, ...]) -> None:
        """Write what may follow while *stack* is open: the rules of its last frame, else those of the one below it."""
        if _name(stack) in self.repository:
            return
        patterns: list[dict[str, Any]] = []
        self.repository[_name(stack)] = {"patterns": patterns}
        for depth in range(len(stack), 0, -1):
            below = stack[: depth - 1]
            for rule in FRAMES[stack[depth - 1]]:
                kept = below if rule.leaves else stack[:depth]
                patterns.append(self._pattern(rule, (*kept, *rule.then), anchored=True))


def _name(stack: tuple[str, ...]) -> str:
    """``colon-declared`` in the order in which the frames come: ``declared-then-colon``."""
    return "-then-".join(name.replace(" ", "-") for name in reversed(stack))


def _scope(kind: kinds.Kind) -> str:
    return f"{kind.scope}.{LANGUAGE}" if kind.scope else ""


def scopes() -> dict[str, str]:
    """Each scope with the Pygments token that stands for the same: ``keyword.control.tier`` and ``Token.Keyword``."""
    return {_scope(kind): str(kind.token) for kind in kinds.ALL if kind.scope}


# ------------------------------------------------------------------ brackets, comments, indentation

_PAIRS = [["(", ")"], ["[", "]"], ["{", "}"]]


def configuration() -> dict[str, Any]:
    """How editors treat comments, brackets and blocks, in the form of VS Code's ``language-configuration.json``."""
    wide = [[tables.WIDE[opening], tables.WIDE[closing]] for opening, closing in _PAIRS]
    texts = [['"', '"'], ["`", "`"]]
    return {
        "comments": {"lineComment": "#"},
        "brackets": [*_PAIRS, *wide],
        "autoClosingPairs": [
            {"open": opening, "close": closing, "notIn": ["string", "comment"]}
            for opening, closing in (*_PAIRS, *wide, *texts)
        ],
        "surroundingPairs": [*_PAIRS, *wide, *texts],
        "wordPattern": {"pattern": r"`[^`\n]+`|[\p{L}\p{N}_]+", "flags": "u"},
        "folding": {"markers": {"start": r"^\s*example\b", "end": r"^\s*end\b"}},
        "indentationRules": {
            "increaseIndentPattern": r"[\[({（［｛][^\])}）］｝#\"]*$",
            "decreaseIndentPattern": r"^\s*[\])}）］｝]",
        },
    }


def main(folder: Path) -> None:
    """Write both documents into a folder."""
    for name, document in (("tier.tmLanguage", grammar()), ("language-configuration", configuration())):
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        (folder / f"{name}.json").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
