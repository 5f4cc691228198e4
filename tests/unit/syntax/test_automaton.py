"""The automaton reads as lark does, its tables are those of the grammar, and it starts without lark."""

import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from lark_parser import parse as parse_by_lark

from tierlang.diagnostics.model import DiagnosticError, Findings
from tierlang.source import SourceText, Span
from tierlang.syntax import tables as tables_module
from tierlang.syntax.automaton import Automaton, Unexpected
from tierlang.syntax.build import Build, Malformed
from tierlang.syntax.generate import tables_text
from tierlang.syntax.grammar import parse_statement
from tierlang.syntax.layout import lay_out
from tierlang.syntax.parse import _statement_spans
from tierlang.syntax.tables import END, TABLES, Tables, grammar_path, heading, tables
from tierlang.syntax.walk import walk

ROOT = Path(__file__).parents[3]


def laid_out(text: str) -> list[tuple[str, Span]]:
    """The statements of a scheme, as the parser gets them."""
    source = SourceText("sample.tier", text)
    findings = Findings(source)
    try:
        layout = lay_out(source, findings)
    except DiagnosticError:
        return []
    return [(layout.text, span) for span in _statement_spans(layout, findings)]


def outcome(parse: Any, text: str, span: Span) -> tuple[object, ...]:
    """What a parser makes of a statement: nodes with their places, or what it finds wrong, where."""
    try:
        node = parse(text, span)
    except Unexpected as error:
        at_end = error.token is not None and error.token.type == END
        token = None if error.token is None or at_end else (str(error.token), error.token.type)
        return "unexpected", token, None if at_end else error.start, sorted(error.expected)
    except Malformed as fault:
        return fault.code, fault.span, fault.args_
    return repr(node), [(type(inner).__name__, inner.span) for inner in walk(node)]


def texts() -> list[str]:
    """Every scheme, and every scheme of a conformance case."""
    import tomllib

    schemes = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("schemes/**/*.tier"))]
    for path in sorted(ROOT.glob("tests/conformance/*.toml")):
        cases = tomllib.loads(path.read_text(encoding="utf-8"))
        schemes += [
            case["scheme"] for group in cases.values() for case in group if len(case["scheme"]) < 5_000
        ]
    return schemes


STATEMENTS = [pair for text in texts() for pair in laid_out(text)]


def test_it_reads_every_statement_as_lark_does() -> None:
    """The same nodes at the same places; the same words where one is wrong."""
    assert len(STATEMENTS) > 1_500
    for text, span in STATEMENTS:
        assert outcome(parse_statement, text, span) == outcome(parse_by_lark, text, span), text[
            span.start : span.end
        ]


PIECES = (
    '( ) [ ] { } , : . .. ..< = == => < <= > >= ≠ × + - * / % ‰ 万 | @ ?? ... "a" `b` § é 1 1.5 2023-08-01 2017-Q3 '
    "2017-H1 2023-08 FY2022 08-07 CNY months day years and or not if then else for in of max over by from to end case "
    "missing true previous floor count tier eligible a a.b 万元 MATCH CNYx months_ this last fiscal year"
)


def mangled(text: str, chance: random.Random) -> str:
    """A statement with one piece left out, doubled, or put in."""
    words = text.split(" ")
    at = chance.randrange(len(words))
    match chance.randrange(4):
        case 0:
            del words[at]
        case 1:
            words.insert(at, words[at])
        case 2:
            words.insert(at, chance.choice([*PIECES.split(), "\n"]))
        case _:
            words[at] = chance.choice([*PIECES.split(), "\n"])
    return chance.choice([" ", " ", "  ", "\t"]).join(words)


def test_it_finds_the_same_wrong_as_lark() -> None:
    """For statements with a fault: the same word, the same place, the same words expected there."""
    chance = random.Random(20170807)
    short = [text[span.start : span.end] for text, span in STATEMENTS if span.end - span.start < 300]
    wrong = 0
    for _ in range(3_000):
        text = mangled(chance.choice(short), chance)
        span = Span(0, len(text))
        by_lark = outcome(parse_by_lark, text, span)
        assert outcome(parse_statement, text, span) == by_lark, text
        wrong += by_lark[0] == "unexpected"
    assert wrong > 1_000


@pytest.mark.parametrize(
    "text", ["", " ", "\t \t", "§", "a = ", "a = 1 §", "a = 1 \n", "vip orb", "a = b orb", "scheme if"]
)
def test_it_ends_as_lark_does(text: str) -> None:
    """At the end of a text, at blanks and at characters that begin nothing."""
    span = Span(0, len(text))
    assert outcome(parse_statement, text, span) == outcome(parse_by_lark, text, span)


def test_it_reads_a_part_of_a_text() -> None:
    """Only what stands in the span, with its places in the whole text."""
    text = "a = 1\nb = 22\nc = 3"
    assert parse_statement(text, Span(6, 12)).span == Span(6, 12)
    assert "22" in repr(parse_statement(text, Span(6, 12)))
    assert outcome(parse_statement, text, Span(6, 10)) == outcome(parse_by_lark, text, Span(6, 10))


# ------------------------------------------------------------------ the tables


def test_the_tables_are_those_of_the_grammar() -> None:
    """After a change of the grammar: `python -m tierlang.syntax.generate`."""
    assert TABLES.read_text(encoding="utf-8") == tables_text(grammar_path().read_bytes())


@pytest.mark.parametrize(
    "found",
    [
        None,
        "",
        "tier-tables 1 sha256:" + "0" * 64 + "\nends 0 0\n",
        "tier-tables 0" + heading(grammar_path().read_bytes())[13:] + "\nends 0 0\n",
        "<<<<<<< ours\n" + heading(grammar_path().read_bytes()) + "\n",
    ],
    ids=["none", "empty", "another grammar", "another format", "not merged"],
)
def test_stale_tables_are_not_used(
    found: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables of another grammar or format are made afresh, and nothing is written."""
    stale = tmp_path / "tier.tables"
    if found is not None:
        stale.write_text(found, encoding="utf-8")
    monkeypatch.setattr(tables_module, "TABLES", stale)
    fresh = tables.__wrapped__()
    assert (fresh.terminals, fresh.rules) == (tables().terminals, tables().rules)
    assert [fresh.row(i) for i in range(len(fresh.rows))] == [tables().row(i) for i in range(len(fresh.rows))]
    assert [path.name for path in tmp_path.iterdir()] == ([] if found is None else ["tier.tables"])


def test_every_rule_has_its_method() -> None:
    """A rule without a method in build.py could only be one that never makes a node of its own."""
    unmade = [rule for rule in tables().rules if rule.method != "-" and not hasattr(Build, rule.method)]
    assert [rule for rule in unmade if not rule.single and rule.size > 1] == []
    assert {rule.size for rule in tables().rules} >= {1, 2, 3}
    assert all(rule.size > 0 for rule in tables().rules)  # the automaton has no step for a rule of nothing


def test_threads_share_one_parser() -> None:
    """States are read when they are first met, by whoever comes first."""
    automaton = Automaton(Tables(TABLES.read_text(encoding="utf-8")), Build(), ())
    good = [(t, s) for t, s in STATEMENTS[:300] if outcome(parse_statement, t, s)[0] != "unexpected"]
    expected = [repr(parse_statement(text, span)) for text, span in good]
    found: list[list[str]] = []

    def read() -> None:
        found.append([repr(automaton.parse(text, span.start, span.end)) for text, span in good])

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_loading_a_scheme_imports_neither_lark_nor_attrs() -> None:
    """What made starting slow stays out."""
    code = (
        "import sys, tierlang; s = tierlang.load('schemes/gbt_31526/platform.tier');"
        "print(s.rate([{'id': 'a', 'score': 85}], period='2024')['a'].tier,"
        " sorted({'lark', 'attr', 'attrs', 'pygments', 'tomllib', 'json', 'argparse', 'inspect'} & set(sys.modules)))"
    )
    path = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env=path,
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
    )
    assert run.stdout == "THREE []\n"
