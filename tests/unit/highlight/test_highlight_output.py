"""The lexer of output gives back every character of what the command prints, and finds no error in it."""

import tomllib

import pytest
from highlight_texts import GOLDEN, HERE, OUTPUT, ROOT, errors, lexed, rejoined, shown
from pages import blocks_of, pages
from pygments.token import Error, Generic, Name

from tierlang.api import loads
from tierlang.diagnostics.catalogue import catalogue
from tierlang.diagnostics.formats import render
from tierlang.diagnostics.model import DiagnosticError
from tierlang.diagnostics.pages import explain_code

SAMPLES = tomllib.loads((HERE / "output_samples.toml").read_text("utf-8"))
REPORTS = sorted((ROOT / "tests" / "unit" / "diagnostics" / "golden").glob("report.*"))


def test_there_is_output() -> None:
    """The tests below have got something to test."""
    assert len(GOLDEN) >= 30
    assert len(REPORTS) == 10
    assert len(catalogue()) >= 100


@pytest.mark.parametrize("path", [*GOLDEN, *REPORTS], ids=lambda path: path.name)
def test_printed(path) -> None:
    """What a command printed comes back whole, without an error."""
    text = path.read_text("utf-8")
    assert errors(text, OUTPUT) == []
    assert rejoined(text, OUTPUT) == text


@pytest.mark.parametrize("sample", SAMPLES)
def test_sample(sample: str) -> None:
    """Exactly these tokens, and between them blanks."""
    text = SAMPLES[sample]["text"]
    assert "\n".join(shown(text, OUTPUT)) == SAMPLES[sample]["tokens"]
    assert rejoined(text, OUTPUT) == text


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("code", sorted(code for code, entry in catalogue().items() if entry.wrong))
def test_rendered_diagnostic(code: str, lang: str) -> None:
    """Every diagnostic of the catalogue is seen as one, in both languages and both formats for people."""
    try:
        found = loads(catalogue()[code].wrong or "", name="wrong.tier").warnings
    except DiagnosticError as error:
        found = error.diagnostics
    text, concise = (render(found, format, lang) for format in ("text", "concise"))
    for written in (text, concise):
        tokens = lexed(written, OUTPUT)
        heads = [
            part for kind, part in tokens if kind in (Generic.Error, Name.Exception) and part.endswith("]")
        ]
        assert [head.rpartition("[")[2].rstrip("]") for head in heads] == [d.code for d in found]
        assert Error not in {kind for kind, _ in tokens}
        assert "".join(part for _, part in tokens) == written
    carets = [part for kind, part in lexed(text, OUTPUT) if kind is Generic.Error and set(part) == {"^"}]
    assert len(carets) >= sum(d.source is not None and "^" in render([d], "text", lang) for d in found)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explained_codes(lang: str) -> None:
    """The pages of the codes, as `tier codes` prints them, come back whole, without an error."""
    pages_ = [explain_code(code, lang) for code in catalogue()]
    assert [page for page in pages_ if errors(page, OUTPUT) or rejoined(page, OUTPUT) != page] == []


def test_documented_output() -> None:
    """So does what the documentation shows of the command."""
    texts = [
        b.text for page in pages() for b in blocks_of(page) if b.kind in {"console", "output", "sh", "text"}
    ]
    assert len(texts) >= 40
    assert [text for text in texts if errors(text, OUTPUT) or rejoined(text, OUTPUT) != text] == []


LONG = 10_000
HOSTILE = [" ", "-", "- ", "--a ", "`", "^", "|", "= ", " = ", " (", "(a) ", "1 | ", "x:1", "$ ", "\\", "「", "{\n", "a  b", "✓ ",
           "--  ", "x\n--  --\n", "：", "error[E-A]: ", "AB..", "      x = ", "  ←", "\n", "\n\n", "tier "]  # fmt: skip
STARTS = [
    "",
    "    x: ",
    "      ✓ ",
    "    avg = 1  ← ",
    "$ ",
    "{\n",
    "::error ",
    "error[E-A]: ",
    "a\n--  --\n",
]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text(start: str, piece: str) -> None:
    """A text that was made to hurt comes back, and soon: what takes more than linear time would take for ever."""
    text = start + (piece * LONG)[:LONG]
    parts = [part for _, part in lexed(text, OUTPUT)]
    assert "".join(parts) == text
    assert "" not in parts
