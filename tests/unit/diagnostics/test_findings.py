"""Findings: kept in order of place, each once, and bounded; and the names offered for a misspelt one."""

import pytest

from tierlang.diagnostics import DiagnosticError, Findings, Fix, Label, nearest, quoted
from tierlang.diagnostics.model import MAX_DIAGNOSTICS
from tierlang.source import SourceText, Span

SOURCE = SourceText("a.tier", "x\n" * 200)


@pytest.fixture
def findings() -> Findings:
    """Nothing found yet."""
    return Findings(SOURCE)


def test_facts_are_texts_and_none_is_unknown(findings: Findings) -> None:
    """So that the sentences that need an unknown fact fall away."""
    fix, label = Fix(Span(0, 1), "y"), Label(Span(2, 3), "first")
    findings.add("E-UNKNOWN-NAME", Span(0, 1), labels=[label], fixes=[fix], name="x", near=None, count=3)
    (found,) = findings.found
    assert found.args == {"name": "x", "count": "3"}
    assert (found.source, found.span, found.labels, found.fixes) == (SOURCE, Span(0, 1), (label,), (fix,))


def test_sorted_by_place_then_errors_first(findings: Findings) -> None:
    """And each finding once, however many passes report it."""
    findings.add("W-UNUSED", Span(2, 3), name="b")
    findings.add("E-DUPLICATE", Span(2, 3), name="b")
    findings.add("E-DUPLICATE", Span(0, 1), name="a")
    findings.add("E-DUPLICATE", Span(2, 3), name="b")
    found = [(d.span.start, d.code) for d in findings.sorted()]
    assert found == [(0, "E-DUPLICATE"), (2, "E-DUPLICATE"), (2, "W-UNUSED")]


@pytest.mark.parametrize(("count", "shown"), [(MAX_DIAGNOSTICS, MAX_DIAGNOSTICS), (150, MAX_DIAGNOSTICS + 1)])
def test_report_is_bounded(findings: Findings, count: int, shown: int) -> None:
    """After a hundred findings one says how many there are more."""
    for i in range(count):
        findings.add("E-DUPLICATE", Span(i, i + 1), name=str(i))
    found = findings.sorted()
    assert len(found) == shown
    if count > MAX_DIAGNOSTICS:
        assert (found[-1].code, found[-1].args) == ("W-MORE-FINDINGS", {"count": "50"})


def test_only_errors_raise(findings: Findings) -> None:
    """The error carries the warnings too, and its text is the report."""
    findings.add("W-UNUSED", Span(2, 3), name="b", kind="input")
    findings.raise_errors()
    findings.add("E-DUPLICATE", Span(0, 1), name="a")
    with pytest.raises(DiagnosticError) as caught:
        findings.raise_errors()
    assert [d.code for d in caught.value.diagnostics] == ["E-DUPLICATE", "W-UNUSED"]
    assert str(caught.value).startswith(
        "error[E-DUPLICATE]: the name `a` is declared twice\n --> a.tier:1:1\n"
    )


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("oders", ["orders", "order", "sales"], ["orders", "order"]),
        ("Order_s", ["borders", "orders"], ["orders", "borders"]),
        ("x", ["x", "orders"], []),
        ("运营分", ["运营得分", "服务"], ["运营得分"]),
        ("x" * 10_000, ["y"] * 10_000, []),
    ],
)
def test_nearest(name: str, known: list[str], found: list[str]) -> None:
    """The likeliest first; letters' case and underscores count least; the name itself is no help."""
    assert nearest(name, known) == found


def test_quoted() -> None:
    """Nothing to offer is None, so that the sentence falls away."""
    assert quoted(["a", "b"]) == "`a`, `b`"
    assert quoted([]) is None
