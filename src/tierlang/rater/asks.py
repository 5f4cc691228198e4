"""Calls over a frozen cohort in the compiled path: a place by its formula, everything else by what `places` finds."""

import ast
from collections.abc import Callable, Mapping

from tierlang.check.declarations import MAX_COHORT
from tierlang.check.order import membership, option_values
from tierlang.rater import python as p
from tierlang.rater import terms as t
from tierlang.rater.places import Standstill
from tierlang.rater.python import ODD, NotCompiled
from tierlang.rater.terms import Number, Term
from tierlang.rater.translate import Translator
from tierlang.run.cohort import STATISTICS, Member
from tierlang.run.values import Undetermined, Value
from tierlang.syntax import nodes as n

SIZE = MAX_COHORT + 1
"""How many a cohort and the record can be."""

_Tuple = tuple[Value, ...]


def asker(calls: Mapping[int, Standstill]) -> Callable[[Translator, n.Call, str], Term]:
    """
    What translates a call over the cohort.

    Args:
        calls: by the `id` of each call, its frozen members.
    """

    def ask(translator: Translator, call: n.Call, subject: str) -> Term:
        still = calls.get(id(call))
        if still is None:
            raise NotCompiled("a call over the cohort among members that do not stand still")
        inside = _inside(translator, call, still, subject)
        if call.function.text not in STATISTICS:
            translator.block.need(inside)
            if call.function.text in PLACES and not option_values(call, "then"):
                return _place(translator, call, still, subject)
        return _looked_up(translator, call, still, inside, subject)

    return ask


def _inside(translator: Translator, call: n.Call, still: Standstill, subject: str) -> ast.expr:
    """Whether the record is in the cohort of a call."""
    if still.call.settings.among == "all":
        return p.constant(True)
    condition = membership(call)
    conditions = [] if condition is None else [translator.truth(condition, subject)]
    eligible = translator.terms["eligible"].node
    return p.both([eligible, *conditions])


def _values(translator: Translator, exprs: list[n.Expr], subject: str) -> ast.expr:
    """The values of expressions as a tuple of the interpreter's."""
    return ast.Tuple([translator.value(translator.term(expr, subject)) for expr in exprs], ast.Load())


def _looked_up(
    translator: Translator, call: n.Call, still: Standstill, inside: ast.expr, subject: str
) -> Term:
    """The value of a call by way of a member."""
    keys = [*call.arguments[:1], *option_values(call, "then")]
    parts = [keys, list(call.arguments[1:]), option_values(call, "within")]
    tuples = [_values(translator, exprs, subject) for exprs in parts]

    def look_up(id_: str, keys: _Tuple, arguments: _Tuple, group: _Tuple, inside: bool) -> object:
        value = still.value(id_, Member(keys, arguments, group), inside=inside)
        return ODD if isinstance(value, Undetermined) else value

    helper = translator.block.given(look_up, "ask")
    kind = translator.program.scheme.expression_types.get(id(call))
    return translator.known_value(p.call(helper, p.name("id_"), *tuples, inside), kind)


def _place(translator: Translator, call: n.Call, still: Standstill, subject: str) -> Term:
    """A function of the place, as its formula over how many are better, tie, and there are."""
    block = translator.block
    key = translator.value(translator.number(call.arguments[0], subject))
    further = [translator.number(argument, subject) for argument in call.arguments[1:]]
    group = _values(translator, option_values(call, "within"), subject)
    helper = block.given(still.standing, "standing")
    found = block.let(p.call(helper, p.name("id_"), key, group))
    parts = [block.let(ast.Subscript(found, p.constant(i), ast.Load())) for i in range(4)]
    better, tied, distinct = (Number(node, 0, SIZE) for node in parts[:3])
    size = Number(parts[3], 1, SIZE)
    one = t.literal(1)
    match still.call.settings.ties:
        case "max":
            place = t.added(better, tied, minus=False)
        case "avg":
            place = t.added(
                t.added(t.added(better, better, minus=False), tied, minus=False), one, minus=False
            )
            place = t.multiplied(place, t.literal(t.HALF))
        case "dense":
            place = t.added(distinct, one, minus=False)
        case _:
            place = t.added(better, one, minus=False)
    return PLACES[call.function.text](place, better, size, further)


def _over(number: Number, size: Number) -> Number:
    """A number divided by how many there are."""
    return t.multiplied(number, Number(p.constant(1), 1, 1, 1, size.node, size.high))


def _rank(place: Number, size: Number) -> Number:
    return t.added(t.added(size, t.literal(1), minus=False), place, minus=True)


def _percent_rank(place: Number, size: Number) -> Number:
    """(N − place) / (N − 1); 1 when alone."""
    alone = p.compare(size.node, ast.Eq(), p.constant(1))
    behind = t.added(size, place, minus=True)
    node = p.choice(alone, p.constant(behind.scale), behind.node)
    others = p.choice(alone, p.constant(1), ast.BinOp(size.node, ast.Sub(), p.constant(1)))
    return Number(node, -SIZE * behind.scale, SIZE * behind.scale, behind.scale, others, SIZE)


PLACES: Mapping[str, Callable[[Number, Number, Number, list[Number]], Number]] = {
    "rank": lambda place, better, size, further: _rank(place, size),
    "place": lambda place, better, size, further: place,
    "scaled_rank": lambda place, better, size, further: _over(
        t.multiplied(further[0], _rank(place, size)), size
    ),
    "top_share": lambda place, better, size, further: _over(place, size),
    "percent_rank": lambda place, better, size, further: _percent_rank(place, size),
    "cume_share": lambda place, better, size, further: _over(t.added(size, better, minus=True), size),
    "better_share": lambda place, better, size, further: _over(better, size),
}
"""Functions of a place, from it, how many are better, how many there are, and the further arguments."""
