"""What the style is, case by case: cases/*.toml hold texts before and after."""

import re
import tomllib
from pathlib import Path

import attrs
import pytest

import tierlang
from tierlang.diagnostics.model import Findings
from tierlang.format.lists import TAKES_LAST_COMMA
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.grammar import grammar_path
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import walk

FOLDER = Path(__file__).parent / "cases"


@attrs.frozen
class Case:
    """One case: *says* is the rule of the style that it shows."""

    section: str
    name: str
    says: str
    before: str
    after: str

    @property
    def id(self) -> str:
        return f"{self.section}/{self.name}"


def read_cases() -> list[Case]:
    """All cases of all sections."""
    documents = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
    return [Case(section, **entry) for section, document in documents.items() for entry in document["case"]]


CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_style(case: Case) -> None:
    """A text comes out as the case says, and what came out stays as it is."""
    assert tierlang.format_text(case.before) == case.after
    assert tierlang.format_text(case.after) == case.after


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_other_line_ends(case: Case) -> None:
    """Windows line ends and a byte order mark make no difference."""
    text = "\ufeff" + case.before.removeprefix("\ufeff").replace("\r\n", "\n").replace("\n", "\r\n")
    assert tierlang.format_text(text) == case.after


def test_ids_are_unique() -> None:
    """Each case can be found by its name."""
    assert len({case.id for case in CASES}) == len(CASES) > 80


# ------------------------------------------------------------------ completeness


def kinds_of(text: str) -> set[type[n.Node]]:
    """The kinds of node in a text."""
    findings = Findings(SourceText("case", text))
    file = parse(findings.source, findings)
    return {type(node) for statement in file.statements for node in walk(statement)}


def test_every_kind_of_node_has_a_case() -> None:
    """A new statement or expression needs a case, so that somebody has looked at how it is laid out."""
    kinds = {kind for kind in vars(n).values() if isinstance(kind, type) and issubclass(kind, n.Node)}
    abstract = {n.Node, n.Statement, n.File, n.Comment}
    seen = set().union(*(kinds_of(case.after) for case in CASES))
    assert sorted(kind.__name__ for kind in kinds - abstract - seen) == []


LAST_COMMA_RULES = {
    "annotation": n.Annotation,
    "record": n.Record,
    "table": n.Table,
    "call": n.Call,
    "band": n.Band,
    "match": n.Match,
    "list": n.ListExpr,
    "map": n.MapExpr,
}


def test_last_commas_stand_where_the_grammar_has_them() -> None:
    """The style adds a comma in exactly those brackets in which the grammar takes one."""
    rules = re.findall(r'^\??(\w+):.*","\?', grammar_path().read_text("utf-8"), re.MULTILINE)
    assert set(rules) == set(LAST_COMMA_RULES)
    assert set(TAKES_LAST_COMMA) == set(LAST_COMMA_RULES.values())
