"""What each definition needs, and an order in which everything can be computed."""

from collections.abc import Iterable, Iterator, Mapping

from tierlang.builtins import BUILTINS, COHORT_FAMILIES
from tierlang.check.expand import order_without_cycles
from tierlang.check.model import RankDefaults
from tierlang.diagnostics.model import Findings
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk
from tierlang.types import ListType, SeriesType, Type

ELIGIBLE = "eligible"
"""Stands in the order where every subject's eligibility is known."""


def is_cohort_call(node: n.Node, types: Mapping[int, Type]) -> bool:
    """Whether a node is a call that looks at the whole cohort; a statistic of a list does not."""
    if not isinstance(node, n.Call):
        return False
    builtin = BUILTINS.get(node.function.text)
    if builtin is not None and builtin.family == "aggregate":
        return is_cohort_aggregate(node)
    if builtin is None or builtin.family not in COHORT_FAMILIES:
        return False
    if builtin.family == "statistic" and (node.generator is not None or node.window is not None):
        return False
    if builtin.family == "statistic" and node.arguments:
        return not isinstance(types.get(id(node.arguments[0])), ListType | SeriesType)
    return True


def is_cohort_aggregate(call: n.Call) -> bool:
    """Whether an aggregate says that it is over the cohort: by `among:` or `within:`."""
    return option_value(call, "among") is not None or option_value(call, "within") is not None


def option_values(call: n.Call, key: str) -> list[n.Expr]:
    """What is given for an option of a call that may stand several times."""
    return [
        option.value
        for option in call.options
        if isinstance(option.key, n.Name) and option.key.ident.text == key
    ]


def option_value(call: n.Call, key: str) -> n.Expr | None:
    """What is given for an option of a call."""
    return next(iter(option_values(call, key)), None)


def membership(call: n.Call) -> n.Expr | None:
    """The condition after `among:`; None where a word stands there, or nothing."""
    value = option_value(call, "among")
    return None if isinstance(value, n.Name) and value.ident.text in {"eligible", "all"} else value


def option_word(call: n.Call, key: str) -> str | None:
    """The word given for an option of a call."""
    value = option_value(call, key)
    return value.ident.text if isinstance(value, n.Name) else None


def needs(exprs: Iterable[n.Expr], ranking: RankDefaults, adjusts: Mapping[str, list[str]]) -> Iterator[str]:
    """The names that expressions need, ``eligible`` for calls over the eligible cohort included."""
    words: set[int] = set()
    for expr in exprs:
        for node in walk(expr):
            if isinstance(node, n.Name):
                if id(node) in words:
                    continue
                yield node.ident.text
                yield from adjusts.get(node.ident.text, ())
            elif isinstance(node, n.Call):
                builtin = BUILTINS.get(node.function.text)
                if builtin is None:
                    continue
                words.update(map(id, words_of(node)))
                if builtin.family in {"aggregate", *COHORT_FAMILIES}:
                    over_cohort = builtin.family != "aggregate" or is_cohort_aggregate(node)
                    among = option_word(node, "among") or ranking.among
                    if over_cohort and (among != "all" or membership(node) is not None):
                        yield ELIGIBLE


def words_of(call: n.Call) -> Iterator[n.Expr]:
    """
    What looks like a name in a call and is none: the options' names, the words that they take, a mode of rounding.

    The terms of `weighted` stand where options do, and are none.
    """
    builtin = BUILTINS.get(call.function.text)
    allowed = {} if builtin is None else dict(builtin.options)
    for option in call.options:
        words = allowed.get(option.key.ident.text) if isinstance(option.key, n.Name) else None
        if words is None:
            if call.function.text != "weighted":  # that there is no such option is told elsewhere
                yield from (option.key, option.value)
            continue
        yield option.key
        if isinstance(option.value, n.Name) and option.value.ident.text in words:
            yield option.value
    if builtin is not None and builtin.name == "round":
        yield from call.arguments[2:]


def order_definitions(
    graph: Mapping[str, list[str]], places: Mapping[str, Span], findings: Findings
) -> tuple[str, ...]:
    """An order in which each definition comes after those it needs; cycles are reported with their path."""

    def report(cycle: list[str]) -> None:
        named = next((name for name in cycle if name in places and name != ELIGIBLE), cycle[0])
        findings.add("E-CYCLE", places.get(named, Span(0, 0)), path=" → ".join(cycle))

    return tuple(order_without_cycles(graph, report))
