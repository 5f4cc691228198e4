"""Following values through definitions."""

from collections.abc import Mapping

from tierlang.check.search import Search, reachable
from tierlang.diagnostics.model import Findings
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.parse import parse
from tierlang.syntax.walk import children


def definitions_of(text: str) -> Mapping[str, n.Expr]:
    """The definitions of a scheme."""
    file = parse(SourceText("case.tier", text), Findings(SourceText("case.tier", text)))
    return {s.ident.text: s.value for s in file.statements if isinstance(s, n.Define)}


def first_argument(definitions: Mapping[str, n.Expr], name: str) -> n.Expr | None:
    """What the first `rank` that a name leads to is a rank of."""
    found = Search(definitions, "rank", children).first(n.Name(n.Ident(name)))
    return found.arguments[0] if found else None


def test_the_first_call_in_written_order_is_found() -> None:
    """Through names, depth first, whatever has been looked at before."""
    known = definitions_of("a = b + c\nb = x + 1\nc = d + rank(z)\nd = 2 * rank(y)\ne = x")
    assert first_argument(known, "a") == n.Name(n.Ident("y"))
    assert first_argument(known, "c") == n.Name(n.Ident("y"))
    assert first_argument(known, "b") is None
    search = Search(known, "rank", children)
    assert [search.first(n.Name(n.Ident(name))) is not None for name in "bdcaed"] == [
        False,
        True,
        True,
        True,
        False,
        True,
    ]


def test_definitions_that_need_themselves_end() -> None:
    """A cycle is reported elsewhere; here it leads nowhere."""
    known = definitions_of("a = b + 1\nb = a + c\nc = rank(x)\nd = e\ne = d")
    assert first_argument(known, "b") == n.Name(n.Ident("x"))
    assert first_argument(known, "d") is None


def test_long_chains_end() -> None:
    """Ten thousand definitions, each of the one before, exhaust nothing."""
    known = definitions_of("a0 = rank(x)\n" + "".join(f"a{i + 1} = a{i}\n" for i in range(10_000)))
    assert first_argument(known, "a10000") == n.Name(n.Ident("x"))


def test_reachable_nodes_come_outer_first_and_each_definition_once() -> None:
    """A name, then its definition."""
    known = definitions_of("a = b + b\nb = 7")
    found = list(reachable(n.Name(n.Ident("a")), known, children))
    assert [node for node in found if isinstance(node, n.Name)] == [n.Name(n.Ident(name)) for name in "abb"]
    assert [node for node in found if isinstance(node, n.NumberLiteral)] == [n.NumberLiteral(7)]
