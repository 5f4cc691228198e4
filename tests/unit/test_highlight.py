"""The Pygments lexer knows every word of the language, gives back every character, and errs only where the language does."""

import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pygments.lexers import get_lexer_by_name
from pygments.token import Error, Literal, Name, Number, Whitespace, _TokenType
from pygments.util import ClassNotFound

from tierlang import highlight, periods, types
from tierlang.builtins import BUILTINS
from tierlang.highlight import TierLexer
from tierlang.syntax.grammar import keywords
from tierlang.syntax.layout import FULL_WIDTH

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conformance.loader import read_cases

ROOT = Path(__file__).resolve().parents[2]
LEXER = TierLexer(stripnl=False, ensurenl=False)
SCHEMES = sorted((ROOT / "schemes").glob("**/*.tier"))
CASES = read_cases()


def lexed(text: str) -> list[tuple[_TokenType, str]]:
    """The tokens of a text that has no line ends but LF."""
    return list(LEXER.get_tokens(text))


def shown(text: str) -> list[str]:
    """The tokens but for blanks, each as ``Kind text``; kinds are written from ``Token`` on."""
    return [
        f"{str(kind).removeprefix('Token.')} {part}" for kind, part in lexed(text) if kind is not Whitespace
    ]


def errors(text: str) -> list[str]:
    """What is no part of the language."""
    return [part for kind, part in lexed(text) if kind is Error]


def line_feeds(text: str) -> str:
    """The text as Pygments reads it: without a byte order mark, with LF for line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def rejoined(text: str) -> str:
    """The text, from its tokens."""
    return "".join(part for _, part in lexed(text))


# ------------------------------------------------------------------ real schemes


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_published_scheme(path: Path) -> None:
    """A scheme is coloured without an error, and nothing of it is lost."""
    text = path.read_text("utf-8")
    assert errors(text) == []
    assert rejoined(text) == text


def test_there_are_schemes() -> None:
    """The test above has got something to test, and so have those below."""
    assert len(SCHEMES) >= 10
    assert sum(case.is_good for case in CASES) >= 100


def test_conformance_schemes() -> None:
    """No good scheme has an error; of a bad one nothing is lost either."""
    lost, wrong = [], {}
    for case in CASES:
        text = line_feeds(case.scheme)
        tokens = lexed(text)
        if "".join(part for _, part in tokens) != text:
            lost.append(case.id)
        found = [part for kind, part in tokens if kind is Error]
        if found and not case.errors:
            wrong[case.id] = found
    assert (lost, wrong) == ([], {})


# ------------------------------------------------------------------ the tables


def test_every_reserved_word_has_its_table() -> None:
    """The tables together are the reserved words of the grammar, and the names of types, units and currencies."""
    reserved = [*highlight.DECLARATIONS, *highlight.RULES, *highlight.CHOICES]
    reserved += [*highlight.OPERATORS, *highlight.CLAUSES, *highlight.CONSTANTS]
    assert len(reserved) == len(set(reserved))
    assert {*reserved, "list", "money", "year"} == keywords()


@pytest.mark.parametrize("word", sorted(keywords() - {"year"}))
def test_reserved_word(word: str) -> None:
    """Wherever it stands, a reserved word is coloured as one; `year` is one after `fiscal` only."""
    assert shown(word)[0].startswith(("Keyword", "Operator.Word "))
    assert lexed(f"{word}_x")[0] == (Name, f"{word}_x")
    assert lexed(f"是{word}值") == [(Name, f"是{word}值")]


def test_builtins_are_known() -> None:
    """The tables of built-ins are those that the checker reads."""
    assert set(highlight.NAMES) == {b.name for b in BUILTINS.values() if b.family == "name"}
    assert {*highlight.FUNCTIONS, *highlight.NAMES} == set(BUILTINS)


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_builtin(name: str) -> None:
    """A function is one where a bracket follows; a built-in name always."""
    if name in highlight.NAMES:
        assert lexed(name) == [(Name.Builtin.Pseudo, name)]
    else:
        assert lexed(f"{name} (")[0] == lexed(f"{name}（")[0] == (Name.Builtin, name)
        assert lexed(f"{name} + 1")[0][0] is not Name.Builtin
    assert lexed(f"x.{name}")[-1] == (Name.Property, name)


def test_types_units_and_currencies_are_known() -> None:
    """The tables of types, units and currencies are those that the checker reads."""
    plain = (types.BOOL, types.TEXT, types.DATE, types.TIER)
    assert set(highlight.TYPES) == {*types.NUMBER_KINDS, *map(str, plain), "money", "list"}
    assert {*highlight.UNITS, "fiscal year"} == set(periods.UNITS)


# ------------------------------------------------------------------ samples, token by token

SAMPLES = {
    "header": (
        'scheme demo.half # 半年\nversion "2017" effective 2017-08-07',
        ["Keyword.Declaration scheme", "Name.Namespace demo.half", "Comment.Single # 半年"]
        + ["Keyword.Declaration version", 'Literal.String.Double "2017"', "Keyword.Pseudo effective"]
        + ["Literal.Date 2017-08-07"],
    ),
    "assessment": (
        "assess every fiscal year starting 04-01 over last 2 quarters",
        ["Keyword.Declaration assess", "Keyword.Pseudo every", "Keyword.Type fiscal", "Keyword.Type year"]
        + ["Keyword.Pseudo starting", "Literal.Date 04-01", "Keyword.Pseudo over", "Keyword.Pseudo last"]
        + ["Literal.Number.Integer 2", "Keyword.Type quarters"],
    ),
    "input": (
        '## 得分\n@label(zh: "得分")\ninput `my score` : number 0..100 by quarter missing 0',
        [
            "Comment.Special ## 得分",
            "Name.Decorator @label",
            "Punctuation (",
            "Name.Attribute zh",
            "Punctuation :",
        ]
        + ['Literal.String.Double "得分"', "Punctuation )", "Keyword.Declaration input"]
        + [
            "Name.Variable.Global `my score`",
            "Punctuation :",
            "Keyword.Type number",
            "Literal.Number.Integer 0",
        ]
        + ["Operator ..", "Literal.Number.Integer 100", "Keyword.Pseudo by", "Keyword.Type quarter"]
        + ["Keyword.Constant missing", "Literal.Number.Integer 0"],
    ),
    "record": (
        "record shop { sales : money CNY, kind : text }\ninput shops : list of shop max 2_000",
        [
            "Keyword.Declaration record",
            "Name.Class shop",
            "Punctuation {",
            "Name.Attribute sales",
            "Punctuation :",
        ]
        + ["Keyword.Type money", "Keyword.Type CNY", "Punctuation ,", "Name.Attribute kind", "Punctuation :"]
        + ["Keyword.Type text", "Punctuation }", "Keyword.Declaration input", "Name.Variable.Global shops"]
        + ["Punctuation :", "Keyword.Type list", "Keyword.Pseudo of", "Name.Class shop", "Keyword.Pseudo max"]
        + ["Literal.Number.Integer 2_000"],
    ),
    "numbers": (
        "x = 1.5亿 + 900 万 - 40% * 100_000 CNY",
        [
            "Name.Variable.Global x",
            "Operator =",
            "Literal.Number.Float 1.5",
            "Literal.Number.Other 亿",
            "Operator +",
        ]
        + ["Literal.Number.Integer 900", "Literal.Number.Other 万", "Operator -", "Literal.Number.Integer 40"]
        + ["Literal.Number.Other %", "Operator *", "Literal.Number.Integer 100_000", "Keyword.Type CNY"],
    ),
    "call": (
        "avg = mean(score, over: this half) ?? bonuses + ...",
        [
            "Name.Variable.Global avg",
            "Operator =",
            "Name.Builtin mean",
            "Punctuation (",
            "Name score",
            "Punctuation ,",
        ]
        + [
            "Name.Attribute over",
            "Punctuation :",
            "Keyword.Pseudo this",
            "Keyword.Type half",
            "Punctuation )",
        ]
        + ["Operator ??", "Name.Builtin.Pseudo bonuses", "Operator +", "Name.Constant ..."],
    ),
    "def": (
        "def part(a) = if not a.`b c` then `a` else false",
        [
            "Keyword.Declaration def",
            "Name.Function part",
            "Punctuation (",
            "Name a",
            "Punctuation )",
            "Operator =",
        ]
        + ["Operator.Word if", "Operator.Word not", "Name a", "Punctuation .", "Name.Property `b c`"]
        + ["Operator.Word then", "Name.Variable `a`", "Operator.Word else", "Keyword.Constant false"],
    ),
    "requirement": (
        'require age "年龄" for GOLD, SILVER: months >= 12 and any(a, b)',
        [
            "Keyword require",
            "Name.Label age",
            'Literal.String.Double "年龄"',
            "Operator.Word for",
            "Name.Class GOLD",
        ]
        + ["Punctuation ,", "Name.Class SILVER", "Punctuation :", "Name months", "Operator >="]
        + ["Literal.Number.Integer 12", "Operator.Word and", "Name.Builtin any", "Punctuation (", "Name a"]
        + ["Punctuation ,", "Name b", "Punctuation )"],
    ),
    "levels": (
        "tiers GOLD >\n  `A 级` exclusive\ntier GOLD if 9 ≤ avg＜11\ncap `A 级` if late\ntier 无 otherwise",
        [
            "Keyword tiers",
            "Name.Class GOLD",
            "Operator >",
            "Name.Class `A 级`",
            "Keyword exclusive",
            "Keyword tier",
        ]
        + [
            "Name.Class GOLD",
            "Operator.Word if",
            "Literal.Number.Integer 9",
            "Operator ≤",
            "Name avg",
            "Operator ＜",
        ]
        + ["Literal.Number.Integer 11", "Keyword cap", "Name.Class `A 级`", "Operator.Word if", "Name late"]
        + ["Keyword tier", "Name.Class 无", "Keyword otherwise"],
    ),
    "example": (
        'example "a" for FY2022\ngiven\n| id | tier |\n| a | [-1] |\nexpect tier = GOLD\nend',
        [
            "Keyword.Declaration example",
            'Literal.String.Double "a"',
            "Operator.Word for",
            "Literal.Date FY2022",
        ]
        + [
            "Keyword.Declaration given",
            "Punctuation |",
            "Name id",
            "Punctuation |",
            "Keyword tier",
            "Punctuation |",
        ]
        + [
            "Punctuation |",
            "Name a",
            "Punctuation |",
            "Punctuation [",
            "Operator -",
            "Literal.Number.Integer 1",
        ]
        + [
            "Punctuation ]",
            "Punctuation |",
            "Keyword.Declaration expect",
            "Name.Variable.Global tier",
            "Operator =",
        ]
        + ["Name GOLD", "Keyword.Declaration end"],
    ),
}


@pytest.mark.parametrize("text, tokens", SAMPLES.values(), ids=SAMPLES)
def test_sample(text: str, tokens: list[str]) -> None:
    """Exactly these tokens, and between them blanks."""
    assert shown(text) == tokens
    assert rejoined(text) == text


@pytest.mark.parametrize("first", SAMPLES)
def test_statements_do_not_colour_one_another(first: str) -> None:
    """What stands before a statement changes none of its tokens."""
    before, tokens = SAMPLES[first]
    assert {name: shown(f"{before}\n{text}") for name, (text, _) in SAMPLES.items()} == {
        name: tokens + own for name, (_, own) in SAMPLES.items()
    }


UNFINISHED = [
    "input",
    "input x :",
    "param",
    "table x by",
    "record x",
    "record x { y : number",
    "def",
    "scheme",
    "tiers",
]
UNFINISHED += [
    "tiers A >",
    "tier",
    "require for",
    "require x",
    "fiscal",
    "assess every",
    "last 3",
    "x = 5",
    "x.",
    '"open',
]


@pytest.mark.parametrize("start", UNFINISHED)
def test_unfinished_statement_ends_with_its_line(start: str) -> None:
    """While a line is being typed, the next one keeps its colours."""
    text, tokens = SAMPLES["requirement"]
    assert shown(f"{start}\n{text}")[-len(tokens) :] == tokens


PERIODS = ["2017-Q3", "2017-H1", "2017-08", "2017-08-01", "FY2022", "2017－08"]


@pytest.mark.parametrize("period", PERIODS)
def test_period(period: str) -> None:
    """A period and a day are one token each."""
    assert lexed(period) == [(Literal.Date, period)]


@pytest.mark.parametrize(
    "text", ["2017-Q5", "5000-10%", "1000-10万", "2017-08-012", "FY2022_x", "12345-06", "04-01"]
)
def test_no_period(text: str) -> None:
    """What only begins like a period is a name, or a sum."""
    assert lexed(text)[0][0] in (Number.Integer, Name)
    assert errors(text) == []


@pytest.mark.parametrize(
    "name", ["服务达标商家数", "điểm", "運営能力𠮷1", "Nha\u0300_cung", "か\u3099", "_x"]
)
def test_name(name: str) -> None:
    """A Unicode word is one name, also before NFC has joined its marks."""
    assert lexed(name) == [(Name, name)]


@pytest.mark.parametrize("wide, twin", [(chr(wide), chr(twin)) for wide, twin in FULL_WIDTH.items()])
def test_full_width_punctuation(wide: str, twin: str) -> None:
    """A full-width mark is coloured like its ASCII twin, wherever it stands."""
    for text, _ in SAMPLES.values():
        if '"' not in text and "#" not in text and "`" not in text:
            assert [k for k, _ in lexed(text.replace(twin, wide))] == [k for k, _ in lexed(text)]
    doubled = {"?": 2, ".": 3}.get(twin, 1)
    assert lexed(wide * doubled)[0][0] is lexed(twin * doubled)[0][0]
    assert errors(wide * doubled) == []


@pytest.mark.parametrize("mark", list("；;。、“”「」'&^！!–～~１\u00a0\u200b\u202e"))
def test_what_the_language_refuses(mark: str) -> None:
    """A mark without a meaning is an error, and nothing around it is."""
    assert errors(f"x {mark} 5") == [mark]


# ------------------------------------------------------------------ bounds

LONG = 100_000
HOSTILE = {
    " ": 1, "\t": 1, "\u3000": 1, '"': LONG // 2, "`": LONG // 2, "7": 1, "7_": 1, "_": 1, "a": 1, "万": 1, "#": 1,
    ".": LONG // 3 + 1, "@": LONG, "7.": LONG, "a.": LONG, "a ": LONG, "7 ": LONG, "@a": LONG // 2, "tier ": LONG,
    "require ": LONG, "2017-": LONG, "input x :": LONG, "record x {": LONG, "。": LONG, '"a': LONG // 2,
}  # fmt: skip
"""A piece that is repeated to 10^5 characters, and the most tokens that the line may be."""


STARTS = ["x", "tier", "input x", "5", "5万", "@", "x.", '"', "require x"]
LINES = [("", piece) for piece in HOSTILE]
LINES += [(start, piece) for start in STARTS for piece, most in HOSTILE.items() if most == 1]


@pytest.mark.parametrize("start, piece", LINES)
def test_hostile_line(start: str, piece: str) -> None:
    """A line that was made to hurt is so many tokens at most, none of them empty."""
    line = start + (piece * LONG)[:LONG]
    parts = [part for _, part in lexed(line)]
    assert "".join(parts) == line
    assert "" not in parts
    assert len(parts) <= HOSTILE[piece] + 5


# ------------------------------------------------------------------ how it is found


@pytest.mark.parametrize(
    "text, likely",
    [
        ("edition 1\n", True),
        ("# 规则\n\n## of 2017\n  edition 1 # the first\nscheme a.b", True),
        ("scheme tmall_global.quarter\n", True),
        ("scheme 天猫.季度", True),
        ("\ufeffedition 1", True),
        ("", False),
        ("# only a comment", False),
        ("scheme demo", False),
        ("edition of 1\n", False),
        ("input x : number\nedition 1", False),
        ("(define scheme a.b)", False),
        ("scheme a.b = 5", False),
    ],
)
def test_guess(text: str, likely: bool) -> None:
    """Only a text that begins like a scheme is taken for one."""
    assert (TierLexer.analyse_text(text) > 0) == likely


def test_published_entry_point() -> None:
    """The project publishes the lexer under its name, and that is where it is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ((name, value),) = project["entry-points"]["pygments.lexers"].items()
    assert importlib.metadata.EntryPoint(name, value, "pygments.lexers").load() is TierLexer


def test_found_by_name() -> None:
    """Pygments knows `tier` once the package is installed."""
    try:
        found = get_lexer_by_name("tier")
    except ClassNotFound:
        pytest.skip("tierlang is not installed here with its entry point, so Pygments cannot find it")
    assert (found.name, found.filenames, found.mimetypes) == ("Tier", ["*.tier"], ["text/x-tier"])


def test_importing_builds_no_parser() -> None:
    """A document tool that colours schemes pays for no engine."""
    code = (
        "import sys, tierlang.highlight; print(sorted({'lark', 'attr', 'tierlang.api'} & set(sys.modules)))"
    )
    path = {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
