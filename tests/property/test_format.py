"""Whatever the layout of a scheme, formatting changes nothing but that, and formatting again changes nothing."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierlang
from conformance.loader import read_cases
from property.generate import Sample, samples
from property.layouts import shuffled
from property.profiles import examples
from property.test_hostile import DEEP, at_depth
from tierlang.diagnostics.model import Findings
from tierlang.format import lines
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import parse

SECTIONS = sorted({case.section for case in read_cases()})
LONG = 5_000
"""Longer schemes are repetitions of one line."""

RANDOMS = st.randoms(use_true_random=False)


def read(text: str) -> n.File:
    """The nodes of a text without syntax errors."""
    findings = Findings(SourceText("text", text))
    file = parse(findings.source, findings)
    assert not findings.errors, text
    return file


def check(text: str) -> str:
    """Format a text; what it says and its comments stay, and so does the formatted text when it is formatted again."""
    formatted = tierlang.format_text(text)
    before, after = read(text), read(formatted)
    assert after.statements == before.statements
    assert [s.doc for s in after.statements] == [s.doc for s in before.statements]
    assert Counter(c.text.rstrip() for c in after.comments) == Counter(
        c.text.rstrip() for c in before.comments
    )
    assert tierlang.format_text(formatted) == formatted
    return formatted


@examples(25)
@given(samples(), RANDOMS)
def test_random_schemes(sample: Sample, random: Random) -> None:
    """Random schemes with comments, commas and line ends in any place that takes them."""
    check(sample.text)
    check(shuffled(sample.text, random, comments=True))


@examples(25)
@given(samples(), RANDOMS)
def test_layout_does_not_show(sample: Sample, random: Random) -> None:
    """However spaces and line ends are set, the formatted text is the same."""
    again = shuffled(sample.text, random, comments=False)
    assert tierlang.format_text(again) == tierlang.format_text(sample.text), again


@examples(12)
@given(samples(), RANDOMS, st.sampled_from((1, 20, 50)))
def test_narrow_pages(sample: Sample, random: Random, width: int) -> None:
    """Where next to nothing fits on a line, every place at which one can be broken is tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "WIDTH", width)
        check(shuffled(sample.text, random, comments=True))


@pytest.mark.parametrize("section", SECTIONS)
def test_conformance_cases(section: str) -> None:
    """Every scheme of the conformance cases without syntax errors; every tenth in another layout too."""
    texts = dict.fromkeys(case.scheme for case in read_cases() if case.section == section)
    formatted = [
        found for text in texts if len(text) < LONG and (found := formatted_or_none(text)) is not None
    ]
    for text in formatted:
        assert tierlang.format_text(text) == text
    for number, text in enumerate(formatted[::10]):
        check(shuffled(text, Random(number), comments=True))
    assert formatted


def formatted_or_none(text: str) -> str | None:
    """A formatted text; None for one with syntax errors."""
    try:
        return tierlang.format_text(text)
    except tierlang.DiagnosticError:
        return None


@pytest.mark.parametrize("shape", DEEP)
def test_deep_texts_in_a_deep_host(shape: str) -> None:
    """Depth takes nothing of Python's stack: what the parser takes is formatted, below five hundred frames of a host."""
    for size in (3, 20, 60, 2_000):
        text = DEEP[shape](size)
        try:
            read(text)
        except (AssertionError, tierlang.DiagnosticError):
            continue
        at_depth(500, lambda text=text: tierlang.format_text(text))


@examples(60)
@given(st.text(max_size=80))
def test_random_characters(text: str) -> None:
    """Any text is formatted, or refused with the documented exception."""
    formatted = formatted_or_none(text)
    assert formatted is None or tierlang.format_text(formatted) == formatted
