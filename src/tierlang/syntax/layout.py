"""
Lays a text out for the parser: which characters are comments, and where a statement ends.

The result has the length of the text, so that every offset stays what it was: comments become spaces, line ends inside
brackets and around operators become spaces, full-width punctuation becomes its ASCII twin. One pass, linear in the text.
What the scan can see is reported here: bounds on size, depth, names and numerals, stray characters, open brackets.
"""

import re
import unicodedata

from tierlang import quickattrs as attrs
from tierlang.diagnostics.model import Findings, Fix, Label
from tierlang.source import SourceText, Span
from tierlang.syntax.nodes import Comment

MAX_FILE_BYTES = 1 << 20
MAX_TOKENS = 1 << 16
MAX_DEPTH = 64
MAX_STRING = 2_000
MAX_NAME = 128
MAX_DIGITS = 40

FULL_WIDTH = str.maketrans("（），：％＝＞＜＋－＊／［］｛｝｜？＠．　", "(),:%=><+-*/[]{}|?@. ")
"""Punctuation that Chinese input methods type, and what it stands for."""

INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Bidi controls and zero-width characters: refused anywhere, because they make a text look like another."""

_TOKEN = re.compile(
    r'(?P<string>"[^"\n]*"?)|(?P<quoted>`[^`\n]*`?)|(?P<comment>#[^\n]*)|(?P<newline>\n)|(?P<word>\w+)'
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<space>[ \t\r]+)|(?P<mark>\?\?|\.\.\.|\.\.<?|=>|[<>=!]=|[-+*/<>=,:.%‰|@≤≥≠×÷])|(?P<other>.)",
    re.DOTALL,
)
_DIGITS = re.compile(r"[0-9_]+")
_GROUP = re.compile(r"[,，][0-9]{3}(?![0-9])")
_CLOSES = {"(": ")", "[": "]", "{": "}"}
CONTINUES_BEFORE = frozenset(
    {
        "+",
        "-",
        "*",
        "/",
        "×",
        "÷",
        "??",
        "and",
        "or",
        "then",
        "else",
        "<",
        ">",
        "<=",
        ">=",
        "==",
        "!=",
        "≤",
        "≥",
        "≠",
    }
)
"""What a line may begin with so that it goes on with the statement of the line before."""

_CONTINUES_AFTER = (CONTINUES_BEFORE | {"=", ",", "not", "if", ":", "=>", "@"}) - {"else"}


@attrs.frozen
class Layout:
    """A text ready for the parser, with the comments that were blanked."""

    text: str
    comments: tuple[Comment, ...]


def lay_out(source: SourceText, findings: Findings) -> Layout:
    """
    Decide layout, and report what the scan can see.

    Raises:
        DiagnosticError: the file is too large, too deep or too long to go on.
    """
    size = len(source.text.encode("utf-8", "surrogatepass"))
    if size > MAX_FILE_BYTES:
        findings.add("E-FILE-SIZE", Span(0, 0), size=size, limit=MAX_FILE_BYTES)
        findings.raise_errors()
    return _Scan(source, findings).run()


def _span(match: re.Match[str]) -> Span:
    return Span(match.start(), match.end())


class _Scan:
    """The state of one pass over one text."""

    def __init__(self, source: SourceText, findings: Findings) -> None:
        self.findings = findings
        self.original = source.text
        self.out: list[str] = []
        self.comments: list[Comment] = []
        self.brackets: list[tuple[str, Span]] = []
        self.pending_newlines: list[
            int
        ] = []  # places in self.out that hold a line end which may yet continue
        self.previous = ""  # the last token that was neither space, comment nor line end
        self.annotation = (
            False  # inside an annotation, whose line end does not end the statement it stands before
        )
        self.tokens = 0

    def run(self) -> Layout:
        text = _ascii_punctuation(self.original)
        has_invisible = not INVISIBLE.isdisjoint(self.original)
        for match in _TOKEN.finditer(text):
            kind, token = match.lastgroup or "other", match.group()
            if has_invisible:
                self._refuse_invisible(_span(match))
            if kind == "comment":
                self._comment(_span(match))
            elif kind == "newline":
                self._newline()
            elif kind == "space":
                self.out.append(" " * len(token))
            else:
                self._count(match)
                self._significant(kind, token, match)
        for bracket, span in self.brackets:
            self.findings.add("E-BRACKET", span, bracket=bracket, wanted=_CLOSES[bracket])
        return Layout("".join(self.out), tuple(self.comments))

    def _significant(self, kind: str, token: str, match: re.Match[str]) -> None:
        if token in CONTINUES_BEFORE:
            for place in self.pending_newlines:
                self.out[place] = " "
        self.pending_newlines.clear()
        match kind:
            case "open":
                self._open(token, _span(match))
            case "close":
                self._close(token, _span(match))
            case "word":
                self._word(token, match)
            case "string" | "quoted":
                self._quoted(kind, token, _span(match))
            case "mark":
                self.annotation = self.annotation or (token == "@" and not self.brackets)
            case "other" if token in INVISIBLE:
                token = " "
            case "other":
                escape = token if token == "\\" else None
                hint = CHARACTER_HINTS.get(token)
                self.findings.add("E-CHAR", _span(match), char=token, hint=hint, escape=escape)
                token = " "
        self.out.append(token)
        self.previous = token
        if kind == "close" and not self.brackets and self.annotation:
            self.annotation, self.previous = False, "@"

    def _refuse_invisible(self, span: Span) -> None:
        for place in range(span.start, span.end):
            char = self.original[place]
            if char in INVISIBLE:
                self.findings.add("E-BIDI", Span(place, place + 1), char=f"U+{ord(char):04X}")

    def _comment(self, span: Span) -> None:
        line_start = self.original.rfind("\n", 0, span.start) + 1
        own_line = not self.original[line_start : span.start].strip(" \t\r\u3000")
        text = self.original[span.start : span.end].rstrip("\r")
        self.comments.append(Comment(text, own_line, span=Span(span.start, span.start + len(text))))
        self.out.append(" " * (span.end - span.start))

    def _newline(self) -> None:
        joined = bool(self.brackets) or self.previous in _CONTINUES_AFTER
        if not joined:
            self.pending_newlines.append(len(self.out))
        self.out.append(" " if joined else "\n")

    def _count(self, match: re.Match[str]) -> None:
        self.tokens += 1
        if self.tokens > MAX_TOKENS:
            self.findings.add("E-TOKENS", _span(match), limit=MAX_TOKENS)
            self.findings.raise_errors()

    def _open(self, token: str, span: Span) -> None:
        self.brackets.append((token, span))
        if len(self.brackets) > MAX_DEPTH:
            self.findings.add("E-DEPTH", span, limit=MAX_DEPTH)
            self.findings.raise_errors()

    def _close(self, token: str, span: Span) -> None:
        if not self.brackets:
            self.findings.add("E-BRACKET", span, bracket=token)
            return
        opening, place = self.brackets.pop()
        if _CLOSES[opening] != token:
            label = Label(place, "opened", {"bracket": opening})
            self.findings.add("E-BRACKET", span, labels=[label], bracket=token, wanted=_CLOSES[opening])

    def _word(self, token: str, match: re.Match[str]) -> None:
        if not token.isascii():
            span = _span(match)
            narrow = unicodedata.normalize("NFKC", token)
            if any("\uff01" <= char <= "\uff5e" for char in token):
                fix = Fix(span, narrow)
                self.findings.add("E-FULLWIDTH-NAME", span, fixes=[fix], name=token, fixed=narrow)
        if token[0].isascii() and token[0].isdigit():
            self._numeral(token, _span(match))
        elif len(token) > MAX_NAME:
            self.findings.add("E-NAME-LONG", _span(match), limit=MAX_NAME)

    def _numeral(self, token: str, span: Span) -> None:
        digits = _DIGITS.match(token)
        assert digits is not None
        if len(digits.group()) - digits.group().count("_") > MAX_DIGITS:
            self.findings.add("E-NUMBER-LONG", span, limit=MAX_DIGITS)
        self._comma_number(digits.group(), span)

    def _comma_number(self, digits: str, span: Span) -> None:
        """Three digits right after a comma that stands right after a digit: `1,000` would be two values (D6)."""
        text, comma = self.original, span.start - 1
        is_group = (
            len(digits) == 3 and text[comma : span.start] in {",", "，"} and text[comma - 1 : comma].isdigit()
        )
        if not is_group or _GROUP.match(text, span.start + 3):
            return
        start = _number_start(text, comma)
        if start and text[start - 1] == ".":
            return
        whole = Span(start, span.start + 3)
        fixed = text[start : whole.end].replace(",", "_").replace("，", "_")
        self.findings.add(
            "E-COMMA-NUMBER", whole, fixes=[Fix(whole, fixed)], text=text[start : whole.end], fixed=fixed
        )

    def _quoted(self, kind: str, token: str, span: Span) -> None:
        closing = '"' if kind == "string" else "`"
        if len(token) < 2 or not token.endswith(closing):
            self.findings.add("E-STRING", span)
        limit = MAX_STRING if kind == "string" else MAX_NAME
        if len(token) - 2 > limit:
            self.findings.add("E-STRING-LONG" if kind == "string" else "E-NAME-LONG", span, limit=limit)


CHARACTER_HINTS = {
    "、": ",", "“": '"', "”": '"', "「": '"', "」": '"', "‘": '"', "’": '"', "'": '"',
    "&": "and", "^": "*", "!": "not", "！": "not", "–": "-", "—": "-", "−": "-", "～": "..", "~": "..",
}  # fmt: skip
"""Characters that people paste from documents, and what the language writes instead."""


def _ascii_punctuation(text: str) -> str:
    """Full-width punctuation outside strings and comments becomes ASCII; the scan sees strings by their quotes."""
    if text.isascii():
        return text
    parts = re.split(r'("[^"\n]*"?|#[^\n]*|`[^`\n]*`?)', text)
    return "".join(part if i % 2 else part.translate(FULL_WIDTH) for i, part in enumerate(parts))


def _number_start(text: str, comma: int) -> int:
    """Where the number that ends before *comma* begins, thousands groups included."""
    start = comma
    while start > comma - MAX_DIGITS and start and (text[start - 1].isdigit() or text[start - 1] in "_,，"):
        start -= 1
    return start
