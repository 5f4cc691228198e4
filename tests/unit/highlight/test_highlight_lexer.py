"""The lexer of schemes gives back every character, knows what each word is for, and errs only where the language does."""

import pytest
from highlight_texts import (
    SAMPLES,
    SCHEMES,
    cases,
    documented,
    errors,
    lexed,
    line_feeds,
    rejoined,
    shown,
)
from pygments.token import Error, Keyword, Literal, Name, Number

from tierlang import periods
from tierlang.builtins import BUILTINS
from tierlang.highlight import kinds, tables
from tierlang.syntax.grammar import FREE_WORDS, RESERVED_FOR_LATER, keywords
from tierlang.syntax.layout import FULL_WIDTH

# ------------------------------------------------------------------ real schemes


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_published_scheme(path) -> None:
    """A scheme is coloured without an error, and nothing of it is lost."""
    text = path.read_text("utf-8")
    assert errors(text) == []
    assert rejoined(text) == text


def test_there_are_schemes() -> None:
    """The test above has got something to test, and so have those below."""
    assert len(SCHEMES) >= 10
    assert sum(case.is_good for case in cases()) >= 100


def test_conformance_schemes() -> None:
    """No good scheme has an error; of a bad one nothing is lost either."""
    lost, wrong = [], {}
    for case in cases():
        text = line_feeds(case.scheme)
        tokens = lexed(text)
        if "".join(part for _, part in tokens) != text:
            lost.append(case.id)
        found = [part for kind, part in tokens if kind is Error]
        if found and not case.errors:
            wrong[case.id] = found
    assert (lost, wrong) == ([], {})


def test_documented_schemes() -> None:
    """What the documentation shows is coloured whole; only what it shows as a mistake may hold an error."""
    texts = list(documented())
    assert len(texts) >= 100
    assert [text for text in texts if rejoined(text) != text] == []
    assert sum(bool(errors(text)) for text in texts) <= 3


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("word", sorted(keywords() - {*tables.UNITS} - FREE_WORDS))
def test_reserved_word(word: str) -> None:
    """Wherever it stands, a reserved word is coloured as one; but not as a part of a name."""
    assert shown(word)[0].startswith(("Keyword", "Operator.Word "))
    assert lexed(f"{word}_x")[0] == (Name, f"{word}_x")
    assert lexed(f"是{word}值") == [(Name, f"是{word}值")]


@pytest.mark.parametrize("word", sorted(FREE_WORDS))
def test_free_word(word: str) -> None:
    """A word that a scheme may declare is one of the language before a unit only."""
    assert lexed(f"{word} quarter")[0] == (Keyword.Pseudo, word)
    assert lexed(f"x + {word}")[-1] == (Name, word)


@pytest.mark.parametrize("word", sorted(RESERVED_FOR_LATER - BUILTINS.keys()))
def test_word_of_a_later_edition(word: str) -> None:
    """A word that no name may be does not look like a name, not even where one is declared."""
    for text in (word, f"{word} = 3", f"input {word} : number"):
        assert (Keyword.Reserved, word) in lexed(text)
    assert lexed(f"`{word}` = 3")[0] == (Name.Variable.Global, f"`{word}`")


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_builtin(name: str) -> None:
    """A function is one where a bracket follows; a built-in name always."""
    if BUILTINS[name].family == "name":
        assert lexed(name) == [(Name.Builtin.Pseudo, name)]
    else:
        assert lexed(f"{name} (")[0] == lexed(f"{name}（")[0] == (Name.Builtin, name)
        assert lexed(f"{name} + 1")[0][0] is not Name.Builtin
    assert lexed(f"x.{name}")[-1] == (Name.Property, name)


OPTIONS = [(key, value) for b in BUILTINS.values() for key, values in b.options for value in values or [None]]


@pytest.mark.parametrize("key, value", sorted(set(OPTIONS), key=str))
def test_option(key: str, value: str | None) -> None:
    """An option and its word have colours of their own, but a name like the word has not."""
    tokens = lexed(f"f(x, {key}: {value or 12})")
    assert (Name.Attribute, key) in tokens
    if value is not None:
        assert (Literal.String.Symbol, value) in tokens
        assert (Literal.String.Symbol, value) not in lexed(f"f({value} + 1)")


# ------------------------------------------------------------------ samples, token by token


@pytest.mark.parametrize("sample", SAMPLES)
def test_sample(sample: str) -> None:
    """Exactly these tokens, and between them blanks."""
    text = SAMPLES[sample]["text"]
    assert "\n".join(shown(text)) == SAMPLES[sample]["tokens"]
    assert rejoined(text) == text


def test_every_kind_has_a_sample() -> None:
    """No kind of text is left without one that shows it; nor is one of the kinds never found."""
    found = {line.split()[0] for sample in SAMPLES.values() for line in sample["tokens"].splitlines()}
    missing = {str(kind.token).removeprefix("Token.") for kind in kinds.ALL} - found
    assert missing == {"Error", "Text.Whitespace"}


@pytest.mark.parametrize("first", SAMPLES)
def test_statements_do_not_colour_one_another(first: str) -> None:
    """What stands before a statement changes none of its tokens."""
    before = SAMPLES[first]
    for sample in SAMPLES.values():
        expected = before["tokens"].splitlines() + sample["tokens"].splitlines()
        assert shown(f"{before['text']}\n{sample['text']}") == expected


UNFINISHED = [
    "input", "input x :", "param", "table x by", "record x", "record x { y : number", "def", "scheme", "tiers", "tiers A >",
    "tier", "require for", "require x", "fiscal", "assess every", "last 3", "x = 5", "x.", '"open', "@cite(text:", "@",
    "ranking best:", "f(x, over:", "expect tier =",
]  # fmt: skip


@pytest.mark.parametrize("start", UNFINISHED)
def test_unfinished_statement_ends_with_its_line(start: str) -> None:
    """While a line is being typed, the next one keeps its colours."""
    sample = SAMPLES["requirement"]
    tokens = sample["tokens"].splitlines()
    assert shown(f"{start}\n{sample['text']}")[-len(tokens) :] == tokens


# ------------------------------------------------------------------ periods, names, marks


LABELS = [label for unit, label in periods.SAMPLES.items() if unit not in {"day", "year"}]


@pytest.mark.parametrize("period", [*LABELS, "2017－08"])
def test_period(period: str) -> None:
    """A period is one token."""
    assert lexed(period) == [(Literal, period)]


@pytest.mark.parametrize("day", ["2017-08-01", "2017－08－01"])
def test_day(day: str) -> None:
    """A day is one too, of another kind."""
    assert lexed(day) == [(Literal.Date, day)]


@pytest.mark.parametrize(
    "text",
    [
        "2017-Q5",
        "5000-10%",
        "1000-10万",
        "2017-08-012",
        "FY2022_x",
        "12345-06",
        "04-01",
    ],
)
def test_no_period(text: str) -> None:
    """What only begins like a period is a name, or a sum."""
    assert lexed(text)[0][0] in (Number.Integer, Name)
    assert errors(text) == []


@pytest.mark.parametrize(
    "name", ["服务达标商家数", "điểm", "運営能力𠮷1", "Nha\u0300_cung", "か\u3099", "_x", "x²", "Ⅷ级"]
)
def test_name(name: str) -> None:
    """A Unicode word is one name, also before NFC has joined its marks."""
    assert lexed(name) == [(Name, name)]


@pytest.mark.parametrize("wide, twin", [(chr(wide), chr(twin)) for wide, twin in FULL_WIDTH.items()])
def test_full_width_punctuation(wide: str, twin: str) -> None:
    """A full-width mark is coloured like its ASCII twin, wherever it stands."""
    for sample in SAMPLES.values():
        text = sample["text"]
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
    "require ": LONG, "2017-": LONG, "input x :": LONG, "record x {": LONG, "。": LONG, '"a': LONG // 2, "@a(": LONG,
    "over: ": LONG, "tiers a > ": LONG, "when ": LONG,
}  # fmt: skip
"""A piece that is repeated to 10^5 characters, and the most tokens that the line may be."""

STARTS = ["x", "tier", "input x", "5", "5万", "@", "x.", '"', "require x", "over:"]
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
