"""Reads cases of schemes, checks them, and says what was found in one line each: ``4:21 W-TIER-GAP `score` = 79.5``."""

from collections.abc import Collection, Mapping
from pathlib import Path

from tierlang.check.scheme import check_file
from tierlang.diagnostics.model import Diagnostic, Findings
from tierlang.source import SourceText
from tierlang.syntax.parse import parse

CASES = Path(__file__).parent / "cases"


def read_cases(name: str) -> Mapping[str, tuple[str, list[str]]]:
    """Title to scheme and expected lines, of a file in which each case begins with ``=== title``."""
    cases = {}
    for block in (CASES / name).read_text(encoding="utf-8").split("\n=== ")[1:]:
        title, *lines = block.splitlines()
        assert title not in cases, f"two cases are called {title!r}"
        scheme = "\n".join(line for line in lines if not line.startswith("-->"))
        cases[title] = scheme.rstrip("\n"), [line[4:] for line in lines if line.startswith("-->")]
    return cases


def check_text(text: str) -> tuple[Diagnostic, ...]:
    """Every finding about a scheme, in order of place."""
    findings = Findings(SourceText("case.tier", text))
    check_file(parse(findings.source, findings), findings, None)
    return findings.sorted()


def check_lines(text: str, codes: Collection[str], *facts: str) -> list[str]:
    """Findings with one of the codes, as place, code and some facts; any error beside them fails the test."""
    found = check_text(text)
    unexpected = [d for d in found if d.code.startswith("E-") and d.code not in codes]
    assert not unexpected, f"the case itself is wrong: {unexpected}"
    return [line_of(d, *facts) for d in found if d.code in codes]


def line_of(diagnostic: Diagnostic, *facts: str) -> str:
    """One finding in one line."""
    assert diagnostic.source is not None
    known = [diagnostic.args[fact] for fact in facts if fact in diagnostic.args]
    return " ".join([diagnostic.source.node_id(diagnostic.span), diagnostic.code, *known])


def underlined(diagnostic: Diagnostic) -> tuple[str, ...]:
    """The text at the place and at each label."""
    assert diagnostic.source is not None
    return tuple(
        diagnostic.source.at(span) for span in (diagnostic.span, *(m.span for m in diagnostic.labels))
    )
