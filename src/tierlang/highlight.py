"""
Colours schemes wherever Pygments does: documents, notebooks, terminals.

A highlighter is no checker. It takes any text, gives every character back, and marks as errors only characters that the
language has no use for. The tables are written out, because reading them off the grammar would build the parser; a test
holds them against the grammar. Words are matched whole and repetitions of names and blanks never give back what they took,
so the time is linear in the text.
"""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pygments.lexer import Lexer, RegexLexer, default, include, words
from pygments.token import (
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
    _TokenType,
)

__all__ = ["TierLexer"]

DECLARATIONS = (
    "applies", "assess", "bonus", "cohort", "deduct", "def", "edition", "end", "example", "expect", "fiscal", "given",
    "import", "input", "override", "param", "ranking", "record", "rounding", "scheme", "state", "table", "version",
)  # fmt: skip
"""Words that begin a statement which declares or defines; and `end`."""

RULES = ("cap", "eligible", "exclusive", "floor", "never", "otherwise", "require", "tier", "tiers", "veto")
"""Words of the statements that lead to a level."""

CHOICES = ("band", "match")
"""Words that begin an expression with arms."""

OPERATORS = ("and", "else", "for", "if", "in", "not", "or", "then")
"""Words inside expressions."""

CLAUSES = (
    "as", "by", "effective", "every", "external", "from", "last", "max", "of", "over", "previous", "published", "starting",
    "step", "this", "to", "until",
)  # fmt: skip
"""Words inside statements, quieter than those that begin one."""

CONSTANTS = ("false", "missing", "true")

TYPES = ("bool", "count", "date", "days", "list", "money", "number", "share", "text", "tier")
"""Words that may stand where a type does; most are ordinary names elsewhere."""

UNITS = ("day", "half", "month", "quarter", "week", "year")
"""Words of the calendar, all with an optional plural; ordinary names outside of windows and series."""

FUNCTIONS = (
    "above", "abs", "add_months", "add_years", "all", "any", "at_least", "below", "better_share", "clamp", "count",
    "cume_share", "days_between", "distinct", "exp", "full_months", "full_years", "in_a_row", "largest", "ln", "log",
    "longest_streak", "max", "mean", "median", "min", "minmax", "none", "normal_cdf", "percent_rank", "place",
    "power", "present", "quantile", "rank", "root", "round", "scaled_rank", "share_of", "smallest", "sqrt", "stddev",
    "streak", "sum", "top", "top_share", "variance", "weighted", "zscore",
)  # fmt: skip
"""Built-in functions; ordinary names where no bracket follows."""

NAMES = ("bonuses", "deductions", "period_end", "period_start")
"""Built-in names."""

_PART = r"\w\u0300-\u036f\u3099\u309a"
"""What a name goes on with. The marks are those that NFC, in which the language reads a text, joins to their letters."""
_END = rf"(?![{_PART}])"
_NAME = rf"[^\W\d][{_PART}]*+"
_QUOTED = r"`[^`\n]*+`?"
_ANY_NAME = rf"(?:{_NAME}|{_QUOTED})"
_DOTTED = rf"{_NAME}(?:[.．]{_NAME})*+"
_BLANK = r"[ \t\r\u3000]"
_COLON = r"[:：]"

_RESERVED = rf"(?:{'|'.join((*DECLARATIONS, *RULES, *CHOICES, *OPERATORS, *CLAUSES, *CONSTANTS))}){_END}"
_FREE_NAME = rf"(?!{_RESERVED}){_ANY_NAME}"
_GIVEN_A_VALUE = rf"(?={_BLANK}*+[=＝](?![=＝>＞]))"
_LABEL = rf"{_FREE_NAME}(?={_BLANK}*+(?:[:：\"]|for{_END}))"

_STATEMENT = rf"(?:{'|'.join((*DECLARATIONS, *RULES))}){_END}(?!{_BLANK}*+{_COLON})"

_SCALE = r"[万亿萬億]"
_SIGN = r"[%％‰]"
_CURRENCY = rf"[A-Z]{{3}}{_END}"
_DIGITS = r"[0-9][0-9_]*+"
_DAY = r"[0-9]{4}[-－][0-9]{2}[-－][0-9]{2}(?![0-9])"
_MONTH = rf"[0-9]{{4}}[-－][0-9]{{2}}(?![-－0-9_]|[.．][0-9]|{_SCALE}|{_SIGN})"
_PART_OF_YEAR = rf"[0-9]{{4}}[-－](?:Q[1-4]|H[12]|W[0-9]{{2}}){_END}"
_FISCAL_YEAR = rf"FY[0-9]{{4}}{_END}"

_BEGINS = re.compile(r"edition\s+[0-9]+\s*(?:#.*)?|scheme\s+[^\W\d]\w*+(?:\.[^\W\d]\w*+)++\s*(?:#.*)?")


def _nothing(lexer: Lexer, match: re.Match[str]) -> Iterator[tuple[int, _TokenType, str]]:
    """No token: for a pattern that only looks."""
    return iter(())


def _whole(table: tuple[str, ...], suffix: str = "") -> words:
    """The words of *table*, never as parts of a longer name, where *suffix* follows."""
    return words(table, suffix=_END + suffix)


class TierLexer(RegexLexer):
    """
    The Pygments lexer of Tier.

    The states other than ``root`` look at a few tokens after a word that gives names a meaning, such as the level after
    ``tier``, and end as soon as something else comes; so a mistake changes the colours of its own line at most.
    Only the fields of a record stand open until their bracket or the next statement.
    """

    name = "Tier"
    aliases: ClassVar[list[str]] = ["tier"]
    filenames: ClassVar[list[str]] = ["*.tier"]
    mimetypes: ClassVar[list[str]] = ["text/x-tier"]

    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            include("blank"),
            (r"\n", Whitespace),
            (r"##[^\n]*+", Comment.Special),
            (r"#[^\n]*+", Comment.Single),
            (r'"[^"\n]*+"?', String.Double),
            (rf"[@＠](?:{_NAME})?+", Name.Decorator),
            include("numerals"),
            include("names"),
            include("marks"),
        ],
        "blank": [(rf"{_BLANK}++", Whitespace)],
        # ---------------------------------------------------------------- numbers and periods
        "numerals": [
            (_DAY, Literal.Date),
            (_PART_OF_YEAR, Literal.Date),
            (_MONTH, Literal.Date),
            (_FISCAL_YEAR, Literal.Date),
            (rf"{_DIGITS}[.．]{_DIGITS}", Number.Float, "after number"),
            (_DIGITS, Number.Integer, "after number"),
        ],
        "after number": [
            (rf"{_BLANK}++(?={_SCALE}|{_SIGN}|{_CURRENCY})", Whitespace),
            (_SCALE, Number.Other, ("#pop", "after scale")),
            include("after scale"),
        ],
        "after scale": [
            (rf"{_BLANK}++(?={_SIGN}|{_CURRENCY})", Whitespace),
            (_SIGN, Number.Other, ("#pop", "currency")),
            (_CURRENCY, Keyword.Type, "#pop"),
            default("#pop"),
        ],
        # ---------------------------------------------------------------- names and words
        "names": [
            (_whole(FUNCTIONS, rf"(?={_BLANK}*+[(（])"), Name.Builtin),
            (_ANY_NAME + _GIVEN_A_VALUE, Name.Variable.Global),
            (rf"(?!else{_END}){_ANY_NAME}(?={_BLANK}*+{_COLON})", Name.Attribute),
            include("words with sequel"),
            (_whole(DECLARATIONS), Keyword.Declaration),
            (_whole((*RULES, *CHOICES)), Keyword),
            (_whole(OPERATORS), Operator.Word),
            (_whole(CONSTANTS), Keyword.Constant),
            (_whole(CLAUSES), Keyword.Pseudo),
            (_whole(("list", "money")), Keyword.Type),
            (_whole(NAMES), Name.Builtin.Pseudo),
            (_NAME, Name),
            (_QUOTED, Name.Variable),
        ],
        "words with sequel": [
            (_whole(("input", "param")), Keyword.Declaration, ("colon", "declared")),
            (_whole(("table",)), Keyword.Declaration, ("colon", "key", "declared")),
            (_whole(("record",)), Keyword.Declaration, ("record", "record name")),
            (_whole(("def",)), Keyword.Declaration, "function"),
            (_whole(("scheme",)), Keyword.Declaration, "path"),
            (_whole(("fiscal",)), Keyword.Declaration, "unit"),
            (_whole(("as", "from")), Keyword.Pseudo, "path"),
            (_whole(("by",)), Keyword.Pseudo, "key"),
            (_whole(("every", "previous", "this")), Keyword.Pseudo, "unit"),
            (_whole(("last",)), Keyword.Pseudo, ("unit", "how many")),
            (_whole(("starting",)), Keyword.Pseudo, "day of year"),
            (_whole(("require", "veto")), Keyword, "label"),
            (_whole(("tiers",)), Keyword, "levels"),
            (_whole(("cap", "floor", "tier")), Keyword, "level"),
        ],
        "declared": [include("blank"), (_ANY_NAME, Name.Variable.Global, "#pop"), default("#pop")],
        "function": [include("blank"), (_ANY_NAME, Name.Function, "#pop"), default("#pop")],
        "path": [
            include("blank"),
            (_FISCAL_YEAR, Literal.Date, "#pop"),
            (_DOTTED, Name.Namespace, "#pop"),
            default("#pop"),
        ],
        # ---------------------------------------------------------------- types
        "colon": [include("blank"), (_COLON, Punctuation, ("#pop", "type")), default("#pop")],
        "type": [
            include("blank"),
            (r"\n", Whitespace),
            (_whole(("money",)), Keyword.Type, ("#pop", "currency")),
            (_whole(("list",)), Keyword.Type, ("#pop", "element", "of")),
            (_whole(TYPES), Keyword.Type, "#pop"),
            (_FREE_NAME, Name, "#pop"),
            default("#pop"),
        ],
        "currency": [include("blank"), (_CURRENCY, Keyword.Type, "#pop"), default("#pop")],
        "of": [include("blank"), (_whole(("of",)), Keyword.Pseudo, "#pop"), default("#pop")],
        "element": [
            include("blank"),
            (_whole(TYPES), Keyword.Type, "#pop"),
            (_ANY_NAME, Name.Class, "#pop"),
            default("#pop"),
        ],
        "key": [
            include("blank"),
            (_whole(("by",)), Keyword.Pseudo),
            include("units"),
            (_whole(("tier",)), Keyword.Type, "#pop"),
            (_NAME, Name, "#pop"),
            (_QUOTED, Name.Variable, "#pop"),
            default("#pop"),
        ],
        "record name": [include("blank"), (_ANY_NAME, Name.Class, "#pop"), default("#pop")],
        "record": [include("blank"), (r"[{｛]", Punctuation, ("#pop", "fields")), default("#pop")],
        "fields": [
            (r"[}｝]", Punctuation, "#pop"),
            (_COLON, Punctuation, "type"),
            (rf"(?={_STATEMENT})", _nothing, "#pop"),
            include("root"),
        ],
        # ---------------------------------------------------------------- windows
        "units": [
            (_whole(("fiscal",)), Keyword.Type),
            (_whole(UNITS + tuple(f"{unit}s" for unit in UNITS)), Keyword.Type, "#pop"),
        ],
        "unit": [include("blank"), include("units"), default("#pop")],
        "how many": [include("blank"), (_DIGITS, Number.Integer, "#pop"), default("#pop")],
        "day of year": [include("blank"), (r"[0-9]{2}[-－][0-9]{2}", Literal.Date, "#pop"), default("#pop")],
        # ---------------------------------------------------------------- levels and labels of rules
        "level": [include("blank"), (_FREE_NAME, Name.Class, "#pop"), default("#pop")],
        "levels": [include("blank"), (_FREE_NAME, Name.Class, ("#pop", "more levels")), default("#pop")],
        "more levels": [
            include("blank"),
            (r"[,，]", Punctuation, ("#pop", "levels", "line goes on")),
            (r"[>＞]", Operator, ("#pop", "levels", "line goes on")),
            default("#pop"),
        ],
        "line goes on": [include("blank"), (r"\n", Whitespace), default("#pop")],
        "label": [
            include("blank"),
            (_whole(("for",)), Operator.Word, ("#pop", "levels")),
            (_LABEL, Name.Label, ("#pop", "after label")),
            default("#pop"),
        ],
        "after label": [
            include("blank"),
            (r'"[^"\n]*+"?', String.Double),
            (_whole(("for",)), Operator.Word, ("#pop", "levels")),
            default("#pop"),
        ],
        # ---------------------------------------------------------------- marks
        "marks": [
            (r"[.．]{3}", Name.Constant),
            (r"[.．]{2}[<＜]?", Operator),
            (r"[.．]", Punctuation, "member"),
            (r"[=＝][>＞]|[<>=!＜＞＝][=＝]|[?？]{2}", Operator),
            (r"[-+*/<>=－＋＊／＜＞＝≤≥≠×÷]", Operator),
            (r"[()\[\]{},:|（）［］｛｝，：｜]", Punctuation),
            (_SIGN, Number.Other),
        ],
        "member": [(_ANY_NAME, Name.Property, "#pop"), default("#pop")],
    }

    @staticmethod
    def analyse_text(text: str) -> float:
        """0.9 for a text whose first statement is ``edition 1`` or ``scheme dotted.name``, else 0."""
        for line in text.removeprefix("\ufeff").splitlines():
            statement = line.strip()
            if statement and not statement.startswith("#"):
                return 0.9 if _BEGINS.fullmatch(statement) else 0.0
        return 0.0
