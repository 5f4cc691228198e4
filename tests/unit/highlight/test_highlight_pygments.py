"""
What Pygments asks of the lexers in its own release, asked of ours.

After tests/test_basic_api.py and scripts/check_*.py of Pygments, and the checks of regexlint.
"""

import importlib.metadata
import random
import re
import string
import subprocess
import sys
import tomllib
from collections import Counter

import pytest
from highlight_texts import GOLDEN, ROOT, SCHEMES, lexed
from pygments.lexers import LEXERS, get_lexer_by_name, get_lexer_for_filename, get_lexer_for_mimetype
from pygments.styles import STYLE_MAP, get_style_by_name
from pygments.token import STANDARD_TYPES, Comment, Error, Literal, Whitespace, _TokenType
from pygments.util import ClassNotFound

from tierlang.highlight import TierLexer, TierOutputLexer, rules
from tierlang.highlight.styles import TierDark, TierLight

LEXED = {TierLexer: SCHEMES, TierOutputLexer: GOLDEN}
BOTH = pytest.mark.parametrize("lexer", LEXED, ids=lambda cls: cls.__name__)

# ------------------------------------------------------------------ the public interface


@BOTH
def test_attributes(lexer) -> None:
    """Everything that Pygments lists of a lexer is there, of the right type."""
    assert lexer.name and lexer.__doc__
    for listed in (lexer.aliases, lexer.filenames, lexer.alias_filenames, lexer.mimetypes):
        assert isinstance(listed, list)
        assert all(isinstance(text, str) for text in listed)
    assert all(alias == alias.lower() for alias in lexer.aliases)
    assert isinstance(lexer.url, str)
    assert re.fullmatch(r"(\d+\.\d+)?", lexer.version_added)
    assert lexer(opt1="val1", opt2="val2").options["opt1"] == "val1"
    assert "root" in lexer._tokens


@BOTH
@pytest.mark.parametrize("text", ["", "abc", ".abc", "\n\n", "\ufeff", "a" * 100_000, "@cite(" * 20_000])
def test_likelihood_is_one(lexer, text: str) -> None:
    """What says how likely a text is gives a float from 0 to 1 for any text."""
    likelihood = lexer.analyse_text(text)
    assert isinstance(likelihood, float)
    assert likelihood == 0.0


@BOTH
def test_names_are_free(lexer) -> None:
    """No lexer of Pygments has the same name, alias, type or pattern of files."""
    for _, name, aliases, patterns, mimetypes in LEXERS.values():
        assert name != lexer.name
        assert not {*aliases} & {*lexer.aliases}
        assert not {*patterns} & {*lexer.filenames}
        assert not {*mimetypes} & {*lexer.mimetypes}
    assert not {TierLight.name, TierDark.name} & STYLE_MAP.keys()


def entry_points(group: str) -> dict[str, object]:
    """What the project publishes in a group: the names, and what they lead to."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    published = project["entry-points"][group].items()
    return {name: importlib.metadata.EntryPoint(name, value, group).load() for name, value in published}


def test_published_entry_points() -> None:
    """The project publishes lexers and styles under their names, and that is where they are."""
    assert entry_points("pygments.lexers") == {"tier": TierLexer, "tier-output": TierOutputLexer}
    assert entry_points("pygments.styles") == {"tier-light": TierLight, "tier-dark": TierDark}


def test_found_without_configuration() -> None:
    """Pygments finds lexers and styles by name, file and type once the package is installed."""
    try:
        installed = get_lexer_by_name("tier-output"), get_style_by_name("tier-dark")
    except ClassNotFound:
        pytest.skip("tierlang is not installed here with its entry points, so Pygments cannot find them")
    assert isinstance(installed[0], TierOutputLexer)
    assert installed[1] is TierDark
    assert isinstance(get_lexer_by_name("tier"), TierLexer)
    assert isinstance(get_lexer_for_filename("schemes/stars.tier"), TierLexer)
    assert isinstance(get_lexer_for_mimetype("text/x-tier"), TierLexer)


def test_importing_builds_no_parser() -> None:
    """A document tool that colours schemes pays for no engine."""
    code = "import sys, tierlang.highlight, tierlang.highlight.styles; print(sorted({'lark', 'tierlang.api'} & set(sys.modules)))"
    path = {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


# ------------------------------------------------------------------ any text


def scrambled(seed: int) -> str:
    """Characters in no order: printable ones of ASCII, and those of which schemes are made."""
    characters = [*string.printable.replace("\r", "")] * 5 + [
        *"得分（），：％≥万亿「」…điểm\u0300\u3000\u200b𠮷"
    ] * 3
    random.Random(seed).shuffle(characters)
    return "".join(characters) + "\n"


@BOTH
@pytest.mark.parametrize("seed", range(20))
def test_any_text(lexer, seed: int) -> None:
    """Whatever the text, all of it comes back, in tokens of standard kinds, none of them empty."""
    text = scrambled(seed)
    tokens = list(lexer(stripnl=False, ensurenl=False).get_tokens(text))
    assert "".join(part for _, part in tokens) == text
    assert all(isinstance(kind, _TokenType) and kind in STANDARD_TYPES for kind, _ in tokens)
    assert all(isinstance(part, str) and part for _, part in tokens)


@BOTH
@pytest.mark.parametrize(
    "options, text, expected",
    [
        ({"stripnl": False}, "a\nb", "a\nb\n"),
        ({"stripnl": False}, "\n\n\n", "\n\n\n"),
        ({"stripall": True}, "   \n  b\n\n\n", "b\n"),
        ({"ensurenl": False}, "a\nb", "a\nb"),
        ({"ensurenl": False, "stripall": True}, "a\nb\n\n", "a\nb"),
    ],
)
def test_options(lexer, options, text: str, expected: str) -> None:
    """The options that all lexers have work."""
    assert "".join(part for _, part in lexer(**options).get_tokens(text)) == expected


@BOTH
def test_blanks_are_blanks(lexer) -> None:
    """In real texts blanks alone are never of another kind than blanks, outside of texts and comments, nor words blanks."""
    for path in LEXED[lexer]:
        for kind, part in lexed(path.read_text("utf-8"), lexer(stripnl=False)):
            if not part.strip():
                assert kind is Whitespace or kind in Literal or kind in Comment, (path.name, kind, part)
            else:
                assert kind is not Whitespace, (path.name, part)


@BOTH
def test_no_run_of_single_characters(lexer) -> None:
    """No word is cut into letters, which would swell what is written: five of one kind in a row are none."""
    for path in LEXED[lexer]:
        run: Counter[_TokenType] = Counter()
        for kind, part in lexed(path.read_text("utf-8"), lexer(stripnl=False)):
            run = Counter({kind: run[kind] + 1}) if len(part) == 1 and kind is not Whitespace else Counter()
            assert run[kind] < 5 or part in ")]}", (path.name, part)


# ------------------------------------------------------------------ the patterns

PATTERNS = sorted(
    {
        rule.pattern
        for state in (rules.ROOT, *rules.REGIONS.values(), *rules.FRAMES.values())
        for rule in state
        if rule.kind is not None
    }
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_pattern(pattern: str) -> None:
    """
    A pattern takes at least one character and has no groups.

    What is repeated is one class of characters, or is never given back: so there is one way to match a text only.
    """
    compiled = re.compile(pattern)
    assert compiled.match("") is None
    assert compiled.groups == 0
    assert not re.search(
        r"(?<!\\)\\[bBsSdDZA]|\(\?[a-zA-Z]|(?<!\\)\.", re.sub(r"\[(?:\\.|[^\]\\])*\]", "", pattern)
    )
    assert not re.search(r"\)[*+](?!\+)", pattern)


def test_schemes_need_no_more_than_their_words() -> None:
    """No error token is left in what the command prints, whatever it quotes."""
    assert [
        kind
        for path in GOLDEN
        for kind, _ in lexed(path.read_text("utf-8"), TierOutputLexer())
        if kind is Error
    ] == []
