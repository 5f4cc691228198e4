"""Rules that say something, but perhaps not what their author meant: weights, ranks, rounding, empty lists, months."""

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise

from tierlang.check.coverage.conditions import Reader, is_imported, label_of
from tierlang.check.coverage.constants import strip
from tierlang.check.facts import Facts
from tierlang.check.search import Search, reachable
from tierlang.check.weights import adjustments_of, is_weighted, literal_of, terms_of
from tierlang.diagnostics.model import Findings, Fix, Label
from tierlang.source import Span
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import children
from tierlang.types import Exact, NumberType, SeriesType, show_number

MAX_DEPTH = 60
"""Definitions inside one another, as far as they are followed."""

MAX_GUARD_NODES = 300
"""How far a condition is followed to see whether it says that a list is not empty."""

MONTH_YEARS = range(1900, 2101)
RATIO_DIGITS = 6

_PERCENT = ("%", "％")
_AGGREGATES = frozenset({"mean", "sum"})
_CARRY_RANKS = frozenset({"mean", "sum", "min", "max", "abs", "round", "clamp"})
_FORGET_ROUNDING = frozenset(
    {"count", "any", "all", "none", "at_least", "present", "rank", "place", "scaled_rank", "top_share"}
    | {"percent_rank", "cume_share", "top"}
)
"""Functions whose result has nothing of the decimals of their arguments."""

_RULES = n.Eligible | n.Require | n.Veto | n.Limit | n.Tier
_SAYS_NOT_EMPTY = frozenset({"count", "any", "at_least", "sum"})


def check_lints(facts: Facts, findings: Findings) -> None:
    """Report what is allowed but suspicious."""
    reader = Reader(facts, findings.source)
    extras = adjustments_of(facts.file)
    rounded = Search(facts.definitions, "round", _decimals_from)
    for node in _own(facts, n.Sum, n.Call, n.Band):
        match node:
            case n.Sum():
                _check_weights(node, extras, facts, findings)
                _check_months(node, findings)
            case n.Call(function=n.Ident(text="weighted")):
                _check_weighted(node, findings)
            case n.Call(function=n.Ident(text="round")):
                _check_double_round(node, rounded, findings)
            case n.Call(generator=n.Generator(item=item)) if node.function.text in _AGGREGATES:
                _check_ratios(item, reader, findings)
            case n.Band():
                _check_small_cohort(node, reader, findings)
            case _:
                pass
    _check_ranking(facts, findings)
    _check_rank_sums(reader, findings)
    _check_vacuous(facts, findings)


def _own(facts: Facts, *kinds: type[n.Node]) -> list[n.Node]:
    """The nodes of some kinds that come from no library; a library is checked by itself."""
    return [node for node in facts.nodes.of(*kinds) if not is_imported(node)]


# ------------------------------------------------------------------ weights


def _check_weights(sum_: n.Sum, extras: frozenset[str], facts: Facts, findings: Findings) -> None:
    """A sum of mostly `value * literal`, the literals being weights: they must make a whole."""
    kind = facts.types(sum_)
    if isinstance(kind, NumberType) and kind.kind == "money":
        return  # commissions, not marks
    terms = terms_of(sum_, extras)
    if is_weighted(terms):
        weights = [term.weight for term in terms if term.weight and term.sign == "+"]
        taken = [term.weight for term in terms if term.weight and term.sign == "-"]
        total = sum(value for value, _ in weights)
        net = total - sum(
            value for value, _ in taken
        )  # whether deductions are part of the whole is a matter of taste
        has_hole = any(isinstance(term.expr, n.Hole) for term in terms)
        sizes = 2 * total - net  # a weight may be that of what is bad: 65% a + 25% b - 10% c
        _report_weights(weights, {total, net, sizes}, total, has_hole, findings)


def _check_weighted(call: n.Call, findings: Findings) -> None:
    """The same for ``weighted(a: 40%, b: 60%)``."""
    found = [literal_of(option.value) for option in call.options if not _is_word(option.key, "missing")]
    weights = [weight for weight in found if weight is not None]
    if len(weights) == len(found):
        total = sum(value for value, _ in weights)
        _report_weights(weights, {total}, total, False, findings)


def _report_weights(
    weights: list[tuple[Exact, Span]], sums: set[Exact], total: Exact, has_hole: bool, findings: Findings
) -> None:
    if len(weights) < 2 or all(isinstance(value, int) for value, _ in weights) or {1, 100} & sums:
        return
    expected = 1 if total < 10 else 100
    if has_hole and total < expected:
        return  # the other weights may stand in the hole
    labels = [Label(span, "weight") for _, span in weights]
    span = weights[0][1].to(weights[-1][1])
    percent = all(findings.source.at(label.span).endswith(_PERCENT) for label in labels)
    shown = [f"{show_number(100 * value)}%" if percent else show_number(value) for value in (total, expected)]
    findings.add("W-WEIGHTS", span, labels=labels, sum=shown[0], expected=shown[1])


def _is_word(expr: n.Expr, word: str) -> bool:
    return isinstance(expr, n.Name) and expr.ident.text == word


# ------------------------------------------------------------------ ranks


def _check_ranking(facts: Facts, findings: Findings) -> None:
    """The first use of `rank` in a file that does not say what is best and how ties are placed."""
    if facts.nodes.of(n.Ranking):
        return
    for node in _own(facts, n.Call):
        if isinstance(node, n.Call) and node.function.text == "rank":
            if not any(
                _is_word(option.key, "best") or _is_word(option.key, "ties") for option in node.options
            ):
                findings.add("W-RANK-UNDECLARED", node.function.span, function="rank")
                return


def _check_rank_sums(reader: Reader, findings: Findings) -> None:
    """Sums of raw ranks compared with constants, each sum once."""
    told: set[n.Expr] = set()
    ranks = Search(reader.facts.definitions, "rank", lambda node: _parts_with_rank(node, reader))

    def check(subject: n.Expr, bound: n.Expr, span: Span) -> None:
        key = reader.constants.resolved(subject)
        constant = reader.constants.of(bound)
        if key in told or constant is None or constant.value == 0:  # the sign of a difference has no scale
            return
        rank = ranks.first(key)
        if rank is not None:
            told.add(key)
            name, source = label_of(key, subject, findings.source), findings.source
            labels = [Label(rank.span, "rank")] if not span.start <= rank.span.start < span.end else []
            findings.add("W-RANK-N", span, labels=labels, name=name, bound=source.at(bound.span))

    for node in _own(reader.facts, n.Compare, n.Band):
        match node:
            case n.Compare(operands=operands):
                for left, right in pairwise(operands):
                    check(left, right, left.span.to(right.span))
                    check(right, left, left.span.to(right.span))
            case n.Band(subject=subject, arms=arms):
                for arm in arms:
                    if isinstance(arm.pattern, n.Relation | n.Between):
                        bound = arm.pattern.bound if isinstance(arm.pattern, n.Relation) else arm.pattern.low
                        check(subject, bound, arm.pattern.span)
            case _:
                pass


def _parts_with_rank(node: n.Node, reader: Reader) -> Iterator[n.Node]:
    """The parts of a weighted sum, or of what has the scale of one."""
    match node:
        case n.Call(function=n.Ident(text=name)):
            yield from node.arguments if name in _CARRY_RANKS else ()
            yield from (option.key for option in node.options if name == "weighted")
        case n.Product(operands=operands, operators=operators):
            constants = [reader.constants.of(operand) is not None for operand in operands]
            if constants.count(False) == 1 and ("/" not in operators or not constants[0]):
                yield operands[constants.index(False)]
        case n.Sum(operands=operands):
            yield from operands
        case n.Group(inner=part) | n.Negate(operand=part):
            yield part
        case _:
            pass


# ------------------------------------------------------------------ rounding


def _check_double_round(call: n.Call, rounded: Search, findings: Findings) -> None:
    """A rounded value inside another rounding; the place is the value, the label where it is rounded first."""
    waiting: list[n.Node] = list(call.arguments[:1])
    while waiting:
        part = waiting.pop()
        if not (isinstance(part, n.Name) or _is_call(part, "round")):
            waiting += reversed(list(_decimals_from(part)))
            continue
        rounding = rounded.first(part)
        if rounding is not None:
            labels = [] if rounding is part else [Label(rounding.span, "rounded")]
            findings.add("W-DOUBLE-ROUND", part.span, labels=labels, name=findings.source.at(part.span))
            return


def _decimals_from(node: n.Node) -> Iterator[n.Node]:
    """The parts from which a value has its decimals."""
    match node:
        case n.Index():
            pass
        case n.Band(arms=arms) | n.Match(arms=arms):
            yield from (arm.value for arm in arms)
        case n.If(yes=yes, no=no):
            yield from (yes, no)
        case n.Call(function=n.Ident(text=name)):
            if name not in _FORGET_ROUNDING:
                yield from node.arguments
                yield from (option.key for option in node.options if name == "weighted")
                yield from () if node.generator is None else (node.generator.item,)
        case _:
            yield from children(node)


def _is_call(node: n.Node, name: str) -> bool:
    return isinstance(node, n.Call) and node.function.text == name


def _check_ratios(item: n.Expr, reader: Reader, findings: Findings) -> None:
    """Exact ratios that are added up over a list; constants as divisors do no harm."""
    waiting: list[n.Node] = [item]
    while waiting:
        node = waiting.pop()
        if isinstance(node, n.Call) and (node.function.text == "round" or node.generator is not None):
            continue  # an aggregate inside is looked at by itself
        if isinstance(node, n.Product):
            divisors = [d for sign, d in zip(node.operators, node.operands[1:], strict=True) if sign == "/"]
            if any(reader.constants.of(divisor) is None for divisor in divisors):
                text = findings.source.at(node.span)
                fixed = f"round({text}, {RATIO_DIGITS})"
                findings.add(
                    "W-RATIO-UNROUNDED", node.span, fixes=[Fix(node.span, fixed)], text=text, fixed=fixed
                )
                continue
        waiting += reversed(list(children(node)))


# ------------------------------------------------------------------ empty lists and small cohorts


def _check_vacuous(facts: Facts, findings: Findings) -> None:
    """`all` over a list in a condition, where nothing says that the list is not empty."""
    everybody = ""
    guards: dict[str, set[n.Expr]] = {everybody: set()}  # of everybody, and of a level
    for statement in facts.file.statements:
        if isinstance(statement, n.Eligible | n.Require):
            levels = [level.text for level in statement.levels] if isinstance(statement, n.Require) else []
            for level in levels or [everybody]:
                guards.setdefault(level, set()).update(_counted(statement.condition, facts))
    for statement in facts.file.statements:
        if not isinstance(statement, _RULES) or statement.condition is None:
            continue
        level = statement.level.text if isinstance(statement, n.Tier) else everybody
        guarded = guards[everybody] | guards.get(level, set()) | _counted(statement.condition, facts)
        for call, joined in _direct(statement.condition, True):
            generator = call.generator
            if (
                call.function.text == "all"
                and generator is not None
                and strip(generator.source) not in guarded
                and not isinstance(facts.types(generator.source), SeriesType)  # a window has periods
            ):
                _report_vacuous(call, generator, joined, findings)


def _report_vacuous(call: n.Call, generator: n.Generator, joined: bool, findings: Findings) -> None:
    source = findings.source.at(generator.source.span)
    guard = f"count({generator.variable.text} for {generator.variable.text} in {source}) > 0"
    fixes = [Fix(Span(call.span.start, call.span.start), f"{guard} and ")] if joined else []
    findings.add("W-VACUOUS-ALL", call.span, fixes=fixes, source=source, guard=guard)


def _direct(expr: n.Expr, joined: bool) -> Iterator[tuple[n.Call, bool]]:
    """The calls that are themselves conditions of a rule; whether ``… and`` may be put before them."""
    match expr:
        case n.Group(inner=inner):
            yield from _direct(inner, True)
        case n.And(operands=operands):
            for operand in operands:
                yield from _direct(operand, joined)
        case n.Or(operands=operands):
            for operand in operands:
                yield from _direct(operand, False)
        case n.Call(function=n.Ident(text="any" | "all"), generator=None, arguments=arguments):
            for argument in arguments:
                yield from _direct(argument, True)
        case n.Call():
            yield expr, joined
        case _:
            pass


def _counted(condition: n.Expr, facts: Facts) -> set[n.Expr]:
    """The lists about whose elements a condition says something that an empty list does not meet."""

    def inner(node: n.Node) -> Iterator[n.Node]:
        return iter(()) if isinstance(node, n.Not) else children(node)

    found: set[n.Expr] = set()
    for node in islice(reachable(condition, facts.definitions, inner), MAX_GUARD_NODES):
        if isinstance(node, n.Call) and node.function.text in _SAYS_NOT_EMPTY:
            sources = [node.generator.source] if node.generator else node.arguments
            found |= {strip(source) for source in sources}
    return found


def _check_small_cohort(band: n.Band, reader: Reader, findings: Findings) -> None:
    """The first of few subjects is already beyond the first band: place 1 of N is 1/N."""
    subject = strip(reader.constants.resolved(band.subject))
    for _ in range(MAX_DEPTH):
        if not isinstance(subject, n.Name) or subject.ident.text not in reader.facts.definitions:
            break
        subject = strip(reader.facts.definitions[subject.ident.text])
    if not isinstance(subject, n.Call) or subject.function.text != "top_share":
        return
    match band.arms[0].pattern:
        case n.Relation(operator="<=" | "<" as operator, bound=bound):
            pass
        case n.Between(high=bound, closed=closed):
            operator = "<=" if closed else "<"
        case _:
            return
    share = reader.constants.of(bound)
    if share is None or isinstance(share.value, str) or not 0 < share.value * 2 < 1:
        return
    most = Fraction(1) / share.value
    number = math.ceil(most) - 1 if operator == "<=" else math.floor(most)
    findings.add("W-SMALL-COHORT", bound.span, n=number, bound=findings.source.at(bound.span))


# ------------------------------------------------------------------ months


def _check_months(sum_: n.Sum, findings: Findings) -> None:
    """``2017-08`` in an expression is 2009."""
    for operator, left, right in zip(sum_.operators, sum_.operands, sum_.operands[1:], strict=False):
        if operator != "-" or not isinstance(left, n.NumberLiteral) or not isinstance(right, n.NumberLiteral):
            continue
        if left.value in MONTH_YEARS and right.value in range(1, 13):
            span = left.span.to(right.span)
            text = findings.source.at(span)
            if text == f"{left.value}-{right.value:02}":
                findings.add("W-LOOKS-LIKE-MONTH", span, text=text, value=left.value - right.value)
