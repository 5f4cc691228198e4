"""Source lines and the marks under them: in their columns, whatever the line holds."""

import pytest
from diagnostic_samples import span_of
from hypothesis import given
from hypothesis import strategies as st

from tierlang.diagnostics import DataPlace, Diagnostic, Label
from tierlang.diagnostics.render import render_text
from tierlang.diagnostics.safe import is_invisible, printable
from tierlang.diagnostics.snippet import MAX_COLUMNS, show_line
from tierlang.source import NOWHERE, SourceText, Span, display_width


def twice(text: str, place: str | Span, *labels: str | Span, nth: int = 0) -> Diagnostic:
    """E-DUPLICATE at a piece of a text, with further places."""
    source = SourceText("a.tier", text)

    def span(piece: str | Span) -> Span:
        return piece if isinstance(piece, Span) else span_of(source, piece, nth)

    marks = tuple(Label(span(label), "first") for label in labels)
    return Diagnostic("E-DUPLICATE", {"name": "x"}, source, span(place), marks)


SNIPPETS = {
    "labels on one line, the words of the last beside it": (
        twice("aaa = bbb + ccc", "ccc", "aaa", "bbb"),
        """\
1 | aaa = bbb + ccc
  | ---   ---   ^^^ declared again here
  |       first declared here
  | first declared here
""",
    ),
    "a label after the fault": (
        twice("aaa = bbb", "aaa", "bbb"),
        """\
1 | aaa = bbb
  | ^^^   --- first declared here
  | declared again here
""",
    ),
    "the fault inside a label": (
        twice("max(1, 2)", "1", "max(1, 2)"),
        """\
1 | max(1, 2)
  | ----^---- first declared here
  |     declared again here
""",
    ),
    "a label at the same place": (
        twice("五 = 1", "五", "五"),
        """\
1 | 五 = 1
  | ^^ declared again here
  | first declared here
""",
    ),
    "one line between is shown": (
        twice("x\ny\nx\n", Span(4, 5), Span(0, 1)),
        """\
1 | x
  | - first declared here
2 | y
3 | x
  | ^ declared again here
""",
    ),
    "an empty line between has no trailing space": (
        twice("x\n\nx\n", Span(3, 4), Span(0, 1)),
        """\
1 | x
  | - first declared here
2 |
3 | x
  | ^ declared again here
""",
    ),
    "more lines between are not": (
        twice("x\n" + "y\n" * 8 + "x\n", Span(18, 19), Span(0, 1)),
        """\
 1 | x
   | - first declared here
...
10 | x
   | ^ declared again here
""",
    ),
    "a place between two characters": (
        twice("五五", Span(1, 1)),
        "1 | 五五\n  |   ^ declared again here\n",
    ),
    "the end of a line": (twice("a = \nb", Span(4, 4)), "1 | a =\n  |     ^ declared again here\n"),
    "the line end itself": (twice("ab\r\nb", Span(3, 4)), "1 | ab\n  |   ^ declared again here\n"),
    "the end of the text": (twice("a\n", Span(2, 2)), "2 |\n  | ^ declared again here\n"),
    "beyond the text": (twice("ab", Span(1, 99)), "1 | ab\n  |  ^ declared again here\n"),
    "a tab is one space": (twice("\ta\tb", "b"), "1 |  a b\n  |    ^ declared again here\n"),
    "a combining mark has no width": (
        twice("q\u0323 = b", "b"),
        "1 | q\u0323 = b\n  |     ^ declared again here\n",
    ),
    "an escaped character is as wide as its escape": (
        twice("a\u202eb", "\u202e"),
        "1 | a\\u202eb\n  |  ^^^^^^ declared again here\n",
    ),
}


@pytest.mark.parametrize(("diagnostic", "expected"), SNIPPETS.values(), ids=SNIPPETS)
def test_snippet(diagnostic: Diagnostic, expected: str) -> None:
    """The lines of source with their marks."""
    lines = render_text([diagnostic]).splitlines(keepends=True)
    assert "".join(lines[3:-2]) == expected


# ------------------------------------------------------------------ long lines


@pytest.mark.parametrize("filler", ["x", "五", "\u202e"], ids=["narrow", "wide", "escaped"])
@pytest.mark.parametrize("before", [0, 30, 500])
@pytest.mark.parametrize("after", [0, 30, 500])
def test_long_line_is_cut_around_its_mark(filler: str, before: int, after: int) -> None:
    """The mark is shown, the row stays within the bound, and … stands where something is cut."""
    line = filler * before + "MARK" + filler * after
    rows = render_text([twice(line, "MARK")]).splitlines()
    shown, carets = rows[3].removeprefix("1 | "), rows[4].removeprefix("  | ")
    assert display_width(shown) <= MAX_COLUMNS + 2
    column = display_width(shown[: shown.index("MARK")])
    assert carets == " " * column + "^^^^ declared again here"
    whole = printable(line)
    assert shown.startswith("…") == (not whole.startswith(shown.strip("…")))
    assert shown.endswith("…") == (not whole.endswith(shown.strip("…")))


def test_line_that_fits_is_never_cut() -> None:
    """Wherever its mark stands."""
    line = "x" * MAX_COLUMNS
    assert all(show_line(line, focus).text == line for focus in (0, 50, MAX_COLUMNS))


def test_label_that_is_cut_away_is_marked_at_the_edge() -> None:
    """So that its words keep a place."""
    lines = render_text([twice("a = " + "x" * 300 + " b", "b", "a")]).splitlines()
    assert lines[4].startswith("  | -")
    assert lines[4].endswith("^ declared again here")
    assert lines[5] == "  | first declared here"


def test_endless_run_of_combining_marks_is_cut() -> None:
    """They take no columns, and would else go on for ever."""
    assert len(show_line("a" + "\u0301" * 100_000, 0).text) <= MAX_COLUMNS + 1


# ------------------------------------------------------------------ any text at all

ANY_TEXT = st.text(
    st.sampled_from("ab \t\r\n五，é\u0301\u202e\x1b\x07\ud800\u2028\U000e0001𠮷`{}%:"), max_size=40
)
OFFSETS = st.integers(min_value=0, max_value=45)


@given(ANY_TEXT, OFFSETS, OFFSETS, OFFSETS, ANY_TEXT, ANY_TEXT)
def test_nothing_gets_through(text: str, start: int, end: int, other: int, fact: str, name: str) -> None:
    """Whatever texts, names and spans come: no error, no control character, at least one caret."""
    source = SourceText(name, text)
    span = Span(start, max(start, end))
    labels = (Label(Span(other, other + 2), "first"),)
    place = DataPlace(name, fact, 1, text, fact)
    here = Diagnostic("E-DUPLICATE", {"name": fact}, source, span, labels)
    for diagnostic in (here, Diagnostic("E-DATA-ID", {"value": fact}, place=place)):
        for lang in ("en", "zh"):
            shown = render_text([diagnostic], lang=lang)
            assert not any(is_invisible(char) for char in shown if char != "\n")
            assert not any(row != row.rstrip() for row in shown.split("\n") if " | " in row)
    assert span == NOWHERE or "^" in render_text([here])


@given(st.text(st.sampled_from("ab 五，é\u0301\t\u202e①𠮷"), max_size=60), OFFSETS, OFFSETS)
def test_carets_stand_under_their_characters(line: str, start: int, length: int) -> None:
    """The columns before the carets, and under them, are those of the printed text."""
    source = SourceText("a.tier", "\n" + line)
    size = len(source.line(2))
    start = min(start, size)
    end = min(start + length, size)
    diagnostic = Diagnostic("E-DATE", {"text": "x"}, source, Span(1 + start, 1 + end))
    rows = render_text([diagnostic]).splitlines()
    carets = rows[4].removeprefix("  | ")

    def width(text: str) -> int:
        return display_width(printable(text.replace("\t", " ")))

    shown = source.line(2)
    assert len(carets) - len(carets.lstrip(" ")) == width(shown[:start])
    assert carets.count("^") == max(1, width(shown[start:end]))
