"""Colours schemes wherever Pygments does: documents, notebooks, terminals."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from pygments.lexer import Lexer, RegexLexer, default, include
from pygments.token import _TokenType

from tierlang.highlight import kinds, rules, tables


def _nothing(lexer: Lexer, match: re.Match[str]) -> Iterator[tuple[int, _TokenType, str]]:
    """No token: for a rule that only looks."""
    return iter(())


def _rule(rule: rules.Rule) -> tuple[Any, ...]:
    """A rule as Pygments writes it."""
    token = rule.kind.token if rule.kind is not None else _nothing
    steps = (*(("#pop",) if rule.leaves else ()), *rule.then)
    return (rule.pattern, token, steps) if steps else (rule.pattern, token)


def _states() -> dict[str, list[Any]]:
    """All states as Pygments writes them."""
    blanks = _rule(rules.Rule(rules.BLANKS, kinds.BLANK))
    line_end = _rule(rules.Rule(r"\n", kinds.BLANK))

    def written(state: Iterable[rules.Rule]) -> list[Any]:
        return [_rule(rule) for rule in state]

    return {
        "root": [blanks, line_end, *written(rules.ROOT)],
        **{name: [*written(region), include("root")] for name, region in rules.REGIONS.items()},
        **{name: [blanks, *written(frame), default("#pop")] for name, frame in rules.FRAMES.items()},
    }


_NAME = r"(?:[^\W\d]\w*+|`[^`\n]++`)"
_TYPE = "|".join(tables.TYPES)
_UNIT = "|".join(tables.UNITS)


def _form(pattern: str) -> re.Pattern[str]:
    """A statement on a line of its own, perhaps with a comment behind it."""
    return re.compile(rf"^[ \t]*{pattern}[ \t]*(?:#.*)?$", re.MULTILINE)


_OPENINGS = (
    _form(r"edition[ \t]+[0-9]+"),
    _form(r"scheme[ \t]+[^\W\d]\w*+(?:\.[^\W\d]\w*+)++"),
)
"""What schemes begin with, and nothing else does."""

_FORMS = (
    _form(rf"assess[ \t]+every[ \t]+(?:fiscal[ \t]+)?(?:{_UNIT})(?:[ \t].*)?"),
    _form(rf"(?:input|param)[ \t]+{_NAME}[ \t]*[:：][ \t]*(?:{_TYPE})\b.*"),
    _form(rf"record[ \t]+{_NAME}[ \t]*\{{.*"),
    _form(rf"tiers[ \t]+{_NAME}(?:[ \t]*>[ \t]*{_NAME})++(?:[ \t]+exclusive)?"),
    _form(rf"tier[ \t]+{_NAME}[ \t]+(?:if[ \t].*|otherwise|never)"),
    _form(rf"(?:cap|floor)[ \t]+{_NAME}[ \t]+if[ \t].*"),
    _form(r"eligible[ \t]+if[ \t].*"),
    _form(rf'(?:require|veto)[ \t]+{_NAME}(?:[ \t]*"[^"\n]*+")?+[ \t]*[:：].*'),
    _form(r'example[ \t]+"[^"\n]*+"(?:[ \t]+for[ \t]+[0-9F][-\w]*+)?'),
    _form(r"@(?:cite|reading|source|label)[ \t]*\(.*"),
)
"""Statements of which one may stand in another language, but hardly two."""

_ENOUGH = 2
_LOOKED_AT = 20_000
"""How many characters decide what a text is."""


class TierLexer(RegexLexer):
    """For schemes, the rules of rating that the `tier` command checks, runs and explains."""

    name = "Tier"
    aliases: ClassVar[list[str]] = ["tier"]
    filenames: ClassVar[list[str]] = ["*.tier"]
    mimetypes: ClassVar[list[str]] = ["text/x-tier"]
    url = ""
    version_added = ""

    flags = re.NOFLAG
    tokens: ClassVar[dict[str, list[Any]]] = _states()

    @staticmethod
    def analyse_text(text: str) -> float:
        """0 where nothing, or next to nothing, looks like a scheme; from 0.2 up to 1 for what does."""
        start = text.removeprefix("\ufeff")[:_LOOKED_AT]
        openings = sum(form.search(start) is not None for form in _OPENINGS)
        forms = sum(form.search(start) is not None for form in _FORMS)
        return min(1.0, 0.1 * (forms + 5 * openings)) if openings or forms >= _ENOUGH else 0.0
