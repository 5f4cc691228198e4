"""
Colours what the `tier` command prints: diagnostics with their lines and carets, tables, explanations, prompts.

Output is recognised by its shape, line by line, so that messages of any language are coloured alike. What has no known shape
is plain output. Lines of schemes that a diagnostic quotes have the colours of schemes; nothing in them is an error here,
because quoting an error is none.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from pygments.lexer import Lexer, RegexLexer, bygroups, default, include
from pygments.lexers.data import JsonLexer
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
    _TokenType,
)

from tierlang.highlight import tables
from tierlang.highlight.lexer import TierLexer

_Tokens = Iterator[tuple[int, _TokenType, str]]
_Action = Callable[..., _Tokens]
_groups: Callable[..., _Action] = bygroups

ATTENTION = Name.Exception
"""Warnings, and what cannot be known."""


def _as(language: type[Lexer]) -> _Action:
    """Colours a match as another language does, without its errors."""

    def action(lexer: Lexer, match: re.Match[str], ctx: Any = None) -> _Tokens:
        for place, token, text in language().get_tokens_unprocessed(match.group()):
            yield match.start() + place, Text if token is Error else token, text

    return action


def _choose(tokens: dict[str, _TokenType], otherwise: _TokenType) -> _Action:
    """Colours a match by the first of *tokens* that occurs in it."""

    def action(lexer: Lexer, match: re.Match[str], ctx: Any = None) -> _Tokens:
        found = match.group()
        yield match.start(), next((t for part, t in tokens.items() if part in found), otherwise), found

    return action


_scheme, _json = _as(TierLexer), _as(JsonLexer)
_severity = _choose(
    {"[W-": ATTENTION, "[E-": Generic.Error, "warning": ATTENTION, "警告": ATTENTION}, Generic.Error
)
_truth = _choose(
    dict.fromkeys(tables.HOLDS_NOT, Generic.Deleted) | dict.fromkeys(tables.HOLDS, Generic.Inserted),
    ATTENTION,
)
_mark = _choose({"✓": Generic.Inserted, "✗": Generic.Deleted}, ATTENTION)

_EOL = r"(?=\n|\Z)"
_COLON = r"(?:: |：)"
_SEVERITY = r"\w++\[[EW]-[A-Z0-9-]++\]"
_BARE_SEVERITY = rf"(?:error|warning|错误|警告)(?={_COLON})"
_RULE = rf"-{{2,}}(?: ++-{{2,}})*+{_EOL}"
_STATUS = rf"(?:{'|'.join(tables.STATUSES)})(?=[:： (\n]|\Z)"
_TRUTH = rf"(?:{'|'.join((*tables.HOLDS_NOT, *tables.HOLDS, *tables.OPEN))})(?= |\n|\Z)"
_LEVEL = r"[A-Z][A-Z0-9_]*+(?![-\w])"
_NUMBER = r"≈?-?[0-9][0-9_]*+(?:\.[0-9]++)?+(?:/[0-9]++)?+%?+(?![-\w.])"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![-\w])"
_PERIOD = r"(?:[0-9]{4}-(?:[0-9]{2}|Q[1-4]|H[12])|FY[0-9]{4})(?![-\w])"
_REMARK = r"((?: {1,2}\([^()\n]*+\))?)"
"""What an explanation says of its sentence, such as the line of the rule, in brackets at its end."""


class TierOutputLexer(RegexLexer):
    """For what the `tier` command prints, with or without the prompts and commands before it."""

    name = "Tier output"
    aliases: ClassVar[list[str]] = ["tier-output"]
    filenames: ClassVar[list[str]] = []
    mimetypes: ClassVar[list[str]] = ["text/x-tier-output"]
    url = ""
    version_added = ""

    flags = re.MULTILINE
    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (r"\n", Whitespace),
            (r"^\$ ", Generic.Prompt, "command"),
            (rf"^[\[{{]\n(?:(?:[ \t][^\n]*+)?+\n)*+[\]}}]{_EOL}", _json),
            (rf'^\{{"[^\n]*\}}{_EOL}', _json),
            include("diagnostics"),
            include("explanations"),
            (rf"^{_RULE}", Punctuation, "rows"),
            (rf"^( *)(\S[^\n]*+)(?=\n(?:[^\n]++\n){{0,4}}?{_RULE})", _groups(Whitespace, Generic.Heading)),
            (r"^usage:", Generic.Subheading, "sentence"),
            (r"^[^\s:：][^\n:：]*+[:：](?=\n)", Generic.Subheading),
            default("sentence"),
        ],
        # ---------------------------------------------------------------- commands
        "command": [
            (r"[ \t]+", Whitespace),
            (r"\\\n", String.Escape),
            (r"\n", Whitespace, "#pop"),
            (r"(tier)([ \t]+)([a-z]++)(?![-.\w])", _groups(Name.Builtin, Whitespace, Name.Function)),
            (r"--?[A-Za-z][-\w]*+", Name.Attribute),
            (r"'[^'\n]*+'?", String.Single),
            (r'"[^"\n]*+"?', String.Double),
            (r"#[^\n]*+", Comment.Single),
            (r"[|&;<>]+", Operator),
            (r"\$[\w?]+", Name.Variable),
            (r"[^\s'\"|&;<>\\$]+", Text),
            (r"[\\$]", Text),
        ],
        # ---------------------------------------------------------------- diagnostics
        "diagnostics": [
            (rf"^({_SEVERITY}|{_BARE_SEVERITY})({_COLON})", _groups(_severity, Punctuation), "message"),
            (
                rf"^(tier:)( )({_BARE_SEVERITY})({_COLON})",
                _groups(Name.Builtin, Whitespace, _severity, Punctuation),
                "message",
            ),
            (
                rf"^([^\n:]++)((?::[0-9]++)*+)(:)( )(?={_SEVERITY}{_COLON})",
                _groups(Name.Namespace, Number.Integer, Punctuation, Whitespace),
                "finding",
            ),
            (
                r"^(::(?:error|warning))( )([^\n]*?)(::)",
                _groups(_severity, Whitespace, Name.Attribute, Punctuation),
                "message",
            ),
            (r"^( +)(-->|:::)( )", _groups(Whitespace, Generic.Traceback, Whitespace), "place"),
            (r"^( *)([0-9]+ \|)( ?)([^\n]*+)", _groups(Whitespace, Generic.Traceback, Whitespace, _scheme)),
            (r"^( *)(\|)(?=[ \u3000]*(?:[-^－＾`]|\n|\Z))", _groups(Whitespace, Generic.Traceback), "marks"),
            (r"^( +)(\|)( )( *[^\n]*+)", _groups(Whitespace, Generic.Traceback, Whitespace, Generic.Output)),
            (rf"^\.\.\.{_EOL}", Generic.Traceback),
            (
                rf"^( +)(=)( )([^\s:：]++{_COLON})",
                _groups(Whitespace, Generic.Traceback, Whitespace, Generic.Strong),
                "sentence",
            ),
            (rf"^( +)((?:help|建议){_COLON})", _groups(Whitespace, Generic.Strong), "sentence"),
        ],
        "finding": [(rf"({_SEVERITY})({_COLON})", _groups(_severity, Punctuation), ("#pop", "message"))],
        "place": [
            (rf"([^\n:]++)((?::[0-9]++)*+){_EOL}", _groups(Name.Namespace, Number.Integer), "#pop"),
            default(("#pop", "sentence")),
        ],
        "marks": [
            (r"[ \u3000]+", Whitespace),
            (r"[\^＾]+", Generic.Error),
            (r"[-－]+(?= |\n|\Z)", Generic.Traceback),
            default(("#pop", "sentence")),
        ],
        "message": [
            (r"`[^`\n]*+`", String.Backtick),
            (r"[^`\n]+", Generic.Strong),
            (r"`", Generic.Strong),
            default("#pop"),
        ],
        # ---------------------------------------------------------------- explanations
        "explanations": [
            (
                rf"^(\S[^\n:：]*+)({_COLON})({_LEVEL})?(?=[^\n]*+\n  \S)",
                _groups(Name.Label, Punctuation, Name.Constant),
                "sentence",
            ),
            (
                rf"^( {{4}})(\S[^\n]*?)({_COLON})({_TRUTH}){_REMARK}{_EOL}",
                _groups(Whitespace, Generic.Output, Punctuation, _truth, Comment),
            ),
            (
                rf"^( {{6}})([✓✗?])( )([^\n]*?){_REMARK}{_EOL}",
                _groups(Whitespace, _mark, Whitespace, _scheme, Comment),
            ),
            (r"^( {6})(「[^\n]*+)", _groups(Whitespace, String.Other)),
            (
                rf"^( {{4}})([^\s=]++)( )(=)( )([^\n←]*+)(←)( )([^\n]*?){_REMARK}{_EOL}",
                _groups(
                    Whitespace,
                    Name.Variable.Global,
                    Whitespace,
                    Operator,
                    Whitespace,
                    _scheme,
                    Operator,
                    Whitespace,
                    _scheme,
                    Comment,
                ),
            ),
            (
                r"^( {6})([^\s=]++)( )(=)( )([^\n]*+)",
                _groups(Whitespace, Name.Variable.Global, Whitespace, Operator, Whitespace, _scheme),
            ),
        ],
        # ---------------------------------------------------------------- tables
        "rows": [
            (r"\n(?=\n)(?!\n[^\n]*\S {2,}\S)", Whitespace, "#pop"),
            (r"\s+", Whitespace),
            (
                rf"({_STATUS})( )(\()([^\n)]*+)(\))",
                _groups(Keyword.Constant, Whitespace, Punctuation, ATTENTION, Punctuation),
            ),
            (_STATUS, Keyword.Constant),
            (r"\?(?=[ \n]|\Z)", ATTENTION),
            (rf"({_LEVEL}|none(?=\.\.))(\.\.)({_LEVEL})", _groups(Name.Constant, Operator, Name.Constant)),
            (_DATE, Literal.Date),
            (_PERIOD, Literal),
            (_NUMBER, Number),
            (_LEVEL, Name.Constant),
            (r"`[^`\n]*+`", String.Backtick),
            (r"\S+", Generic.Output),
        ],
        # ---------------------------------------------------------------- anything else
        "sentence": [
            (r"\n", Whitespace, "#pop"),
            (r"[ \t]+", Whitespace),
            (r"`[^`\n]*+`", String.Backtick),
            (r"(?<![-\w])--?[A-Za-z][-\w]*+", Name.Attribute),
            (r"[^\s`-](?:[^`\n-]|(?<=\w)-)*+", Generic.Output),
            (r"[`-]", Generic.Output),
            (r"\s", Whitespace),
        ],
    }

    @staticmethod
    def analyse_text(_: str) -> float:
        """0: output is never guessed, since nothing in it is sure to be of this command."""
        return 0.0
