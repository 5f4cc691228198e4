"""The proof that a formatted text says what the text said: what it notices, and what becomes of a mistake."""

import attrs
import pytest

import tierlang
from tierlang.format import text as format_module
from tierlang.format.lines import Laid
from tierlang.format.sameness import Reading, difference
from tierlang.source import SourceText
from tierlang.syntax import layout
from tierlang.syntax.layout import MAX_FILE_BYTES, MAX_TOKENS


def between(one: str, other: str) -> str | None:
    """In what two texts differ."""
    return difference(Reading.of(SourceText("one", one)), Reading.of(SourceText("other", other)))


SAME = [
    ("x = 1\n", "x   =\n  1"),
    ("x = max(1, 2)\n", "x = max(\n 1,\n 2,\n)\n"),
    ("input `a` : number\n", "input a : number\n"),
    ("require a ≥ 1 × 2\n", "require a >= 1 * 2\n"),
    ("x = 1 # a\n# b\n", "# b\nx = 1 # a  \n"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same(one: str, other: str) -> None:
    """Layout, last commas, backticks and the width of signs are no difference."""
    assert between(one, other) is None


DIFFERENT = [
    ("x = 1\n", "x = 2\n", "nodes"),
    ("x = a + b\n", "x = a - b\n", "nodes"),
    ("x = a + b + c\n", "x = a + (b + c)\n", "nodes"),
    ("x = 1\ny = 2\n", "y = 2\nx = 1\n", "nodes"),
    ("x = 1\ny = 2\n", "x = 1\n", "nodes"),
    ("x = 1\n", "x = 1\ny = 2\n", "nodes"),
    ("tier A if x\n", "tier A\n", "nodes"),
    ("@note(text: \"a\")\nx = 1\n", "x = 1\n", "nodes"),
    ("x = \"a  b\"\n", "x = \"a b\"\n", "nodes"),
    ("x = 900万\n", "x = 9_000_000\n", "words"),
    ("x = 1.50\n", "x = 1.5\n", "words"),
    ("x = 5‰\n", "x = 0.5%\n", "nodes"),
    ("x = f(1, 2)\n", "x = f((1), 2)\n", "nodes"),
    ("## a\nx = 1\n", "## a\n\nx = 1\n", "documents"),
    ("x = 1 # a\n", "x = 1\n", "comments"),
    ("x = 1 # a\n", "x = 1 # b\n", "comments"),
    ("x = 1 # a\n# a\n", "x = 1 # a\n", "comments"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "aspect"), DIFFERENT)
def test_different(one: str, other: str, aspect: str) -> None:
    """Whatever a reader could mean differently is noticed, in either direction."""
    assert f"the {aspect}" in (between(one, other) or "nothing")
    assert between(other, one) is not None


# ------------------------------------------------------------------ mistakes of the formatter

MISTAKES = {
    "a lost line": lambda lines: lines[:-1],
    "a line twice": lambda lines: [*lines, lines[-1]],
    "a lost comment": lambda lines: [attrs.evolve(line, remark=None) for line in lines],
    "a changed word": lambda lines: [attrs.evolve(line, text=line.text.replace("a", "b")) for line in lines],
    "no language": lambda lines: [*lines, Laid("x = (")],
    "nothing": lambda lines: [],
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_caught(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that would say something else never leaves the formatter."""
    lines_of = format_module.lines_of
    monkeypatch.setattr(format_module, "lines_of", lambda doc: MISTAKES[mistake](lines_of(doc)))
    with pytest.raises(tierlang.FormatError) as caught:
        tierlang.format_text("x  = a + 1 # why\n", name="mine.tier")
    assert "mine.tier" in str(caught.value)


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = (1\n", "E-BRACKET"),
        ("x = 1,000\n", "E-COMMA-NUMBER"),
        ("tier\n", "E-SYNTAX"),
        ('example "a"\nexpect x = 1\n', "E-END"),
        ("x = a and b or c\n", "E-MIXED-AND-OR"),
        ("x = 1 # \u202e\n", "E-BIDI"),
        ("x = 2023-02-30\n", "E-DATE"),
        ("x = " + "not " * 300 + "y\n", "E-DEPTH"),
        ("#" * (MAX_FILE_BYTES + 1), "E-FILE-SIZE"),
        ("x = " + " " * MAX_TOKENS + "1 " * MAX_TOKENS, "E-TOKENS"),
    ],
)
def test_syntax_errors(text: str, code: str) -> None:
    """A text that cannot be read is refused with what is wrong, and where."""
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.format_text(text, name="mine.tier")
    assert code in {found.code for found in caught.value.diagnostics}
    assert {found.source.name for found in caught.value.diagnostics if found.source} == {"mine.tier"}


def test_other_errors_do_not_matter() -> None:
    """Names, types and units are no business of the formatter."""
    assert tierlang.format_text('x =nowhere+"text"\n') == 'x = nowhere + "text"\n'


@pytest.mark.parametrize(
    ("bound", "limit", "code"), [("MAX_FILE_BYTES", 223, "E-FILE-SIZE"), ("MAX_TOKENS", 12, "E-TOKENS")]
)
def test_a_text_at_the_bound(bound: str, limit: int, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What exceeds the bounds of a scheme only once it is formatted is refused, and no mistake of the formatter."""
    text = f"x={'a' * 50}+max({'b' * 50},{'c' * 50},{'d' * 50})\n"
    monkeypatch.setattr(layout, bound, limit)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        tierlang.format_text(text)
    assert {found.code for found in caught.value.diagnostics} == {code}
