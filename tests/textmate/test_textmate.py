"""
The TextMate grammar gives the tokens of the Pygments lexer, in the engine of VS Code and in that of Shiki without WebAssembly.

It needs node and what `npm ci` puts into tests/textmate/node_modules; without them these tests are skipped, and say so.
"""

import json
import random
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "highlight"))

from highlight_texts import SAMPLES, SCHEMES, cases, documented, lexed, line_feeds

from tierlang.highlight import textmate

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GRAMMAR = ROOT / "grammar" / "tier.tmLanguage.json"
CONFIGURATION = ROOT / "grammar" / "language-configuration.json"
STALE = "run `python grammar/generate.py`, then read `git diff`"
ENGINES = ("oniguruma", "javascript")

# ------------------------------------------------------------------ the document


def test_grammar_is_fresh() -> None:
    """The grammar is what the rules of colouring give now."""
    assert json.loads(GRAMMAR.read_text("utf-8")) == textmate.grammar(), STALE
    assert json.loads(CONFIGURATION.read_text("utf-8")) == textmate.configuration(), STALE


def test_written_by_the_command(tmp_path: Path) -> None:
    """The command writes both documents as they are checked in, byte by byte."""
    textmate.main(tmp_path)
    for path in (GRAMMAR, CONFIGURATION):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), STALE


def rules_of(node: object) -> list[dict]:
    """Every rule in the document."""
    found = [node] if isinstance(node, dict) and {"match", "begin", "include"} & node.keys() else []
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return found + [rule for part in inner for rule in rules_of(part)]


def test_includes_and_scopes() -> None:
    """Every include leads somewhere, every part is included, and every scope is one that stands for a token."""
    grammar = textmate.grammar()
    included = {rule["include"].removeprefix("#") for rule in rules_of(grammar) if "include" in rule}
    assert included == set(grammar["repository"])
    scopes = set(re.findall(r'"name": "([^"]+\.tier)"', json.dumps(grammar)))
    assert scopes == set(textmate.scopes())


@pytest.mark.parametrize("pattern", [r"\bx\b", r"\d+", r"\s", r"[^\S\n]", r"a\Z", r"\W"])
def test_unsafe_patterns_are_refused(pattern: str) -> None:
    """A class that engines understand differently never gets into the document."""
    with pytest.raises(ValueError, match="not the same"):
        textmate.oniguruma(pattern)


def test_patterns_are_translated() -> None:
    """Letters and digits are named by their Unicode properties."""
    assert textmate.oniguruma(r"[^\W\d][\w\u0300]*+") == r"[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_\x{0300}]*+"


# ------------------------------------------------------------------ its tokens


def corpus() -> dict[str, list[str]]:
    """The texts to compare, by where they come from; without those that are made to be too long."""
    texts = {
        "schemes": [path.read_text("utf-8") for path in SCHEMES],
        "cases": [case.scheme for case in cases()],
        "documentation": list(documented()),
        "samples": [sample["text"] for sample in SAMPLES.values()],
        "unfinished": list(unfinished()),
        "scrambled": list(scrambled()),
    }
    return {name: [line_feeds(text) for text in found if len(text) < 60_000] for name, found in texts.items()}


def unfinished() -> list[str]:
    """Samples as they are while they are typed: every few characters, with a statement below."""
    return [
        f"{sample['text'][:end]}\ntier GOLD if x > 5万"
        for sample in SAMPLES.values()
        for end in range(1, len(sample["text"]), 7)
    ]


def scrambled(number: int = 300) -> list[str]:
    """Tokens in no order, which no grammar of schemes would ever see."""
    pieces = sorted(
        {piece for sample in SAMPLES.values() for piece in re.findall(r"[\w`\"]+|[^\w\s]+", sample["text"])}
    )
    chance = random.Random(7)
    ends = [" ", " ", " ", "", "\n", "\u3000", "\t"]
    return ["".join(chance.choice(pieces) + chance.choice(ends) for _ in range(40)) for _ in range(number)]


@cache
def editor_tokens(engine: str) -> dict[str, list[list[list]]] | str:
    """The tokens of all texts as an editor finds them; or what is missing for that."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (HERE / "node_modules").is_dir():
        return "run `npm ci` in tests/textmate"
    texts = corpus()
    job = {
        "grammar": str(GRAMMAR),
        "engine": engine,
        "texts": [text for found in texts.values() for text in found],
    }
    run = subprocess.run(
        ["node", HERE / "tokens.mjs"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers = iter(json.loads(run.stdout))
    return {name: [next(answers) for _ in found] for name, found in texts.items()}


def by_character(text: str, lines: list[list]) -> list[str]:
    """For each character the Pygments token of the scope that the editor gave it."""
    tokens = textmate.scopes()
    found = []
    for line, parts in zip(text.split("\n"), lines, strict=True):
        units = [0, *(1 + (ord(char) > 0xFFFF) for char in line)]
        starts = [sum(units[: i + 1]) for i in range(len(line))] if max(units) > 1 else range(len(line))
        scopes = {place: scope for start, end, scope in parts for place in range(start, end)}
        found += [tokens.get(scopes.get(start, ""), scopes.get(start, "")) for start in starts]
        found.append("line end")
    return found


@pytest.mark.parametrize(
    "origin", ["schemes", "cases", "documentation", "samples", "unfinished", "scrambled"]
)
@pytest.mark.parametrize("engine", ENGINES)
def test_same_tokens(engine: str, origin: str) -> None:
    """Character by character, blanks left out, the editor's colours are those of documents."""
    answers = editor_tokens(engine)
    if isinstance(answers, str):
        pytest.skip(f"THE TEXTMATE GRAMMAR IS NOT COMPARED: {answers}")
    texts = corpus()[origin]
    assert len(texts) == len(answers[origin]) >= 10
    compared, differences = 0, []
    for text, lines in zip(texts, answers[origin], strict=True):
        wanted = [str(kind) for kind, part in lexed(text) for _ in part]
        found = by_character(text, lines)
        places = [i for i, char in enumerate(text) if char not in " \t\r\u3000\n"]
        compared += len(places)
        wrong = next((i for i in places if wanted[i] != found[i]), None)
        if wrong is not None:
            differences.append((text[max(0, wrong - 30) : wrong + 20], wanted[wrong], found[wrong]))
    assert differences == []
    assert compared >= 1_000
