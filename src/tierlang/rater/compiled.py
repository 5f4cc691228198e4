"""
A scheme as one Python function of a record, made from its checked nodes.

The function takes a record that gives every input plainly, computes with whole numbers, and decides. A record that is any
other way, or for which something has no value, goes to the interpreter as it came. What the function says, it says as the
interpreter does: it is the same arithmetic over one denominator, in the same order, without the cases that cannot be.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from tierlang import quickattrs as attrs
from tierlang.check.model import Definition
from tierlang.check.order import membership
from tierlang.plan.steps import Compute, Gate, OverCohort
from tierlang.rater import python as p
from tierlang.rater import terms as t
from tierlang.rater.asks import asker
from tierlang.rater.inputs import probed, read_inputs
from tierlang.rater.ladder import decision
from tierlang.rater.operators import extreme
from tierlang.rater.places import Standstill
from tierlang.rater.python import Block, NotCompiled
from tierlang.rater.record import Reader, Shape, outcome
from tierlang.rater.terms import Number, Rung, Term, Truth
from tierlang.rater.translate import Translator, exact
from tierlang.run.budget import Budget
from tierlang.run.interpret import SUMS, Run
from tierlang.run.prepared import Prepared, Program
from tierlang.run.result import Result
from tierlang.run.subjects import ID, Row, Subject
from tierlang.run.values import Level


@attrs.frozen
class Inner:
    """
    What functions do when a record has been taken apart.

    Attributes:
        result, tier: the statements of each.
        scope: what they see.
        names: how many names they use.
    """

    result: Sequence[ast.stmt]
    tier: Sequence[ast.stmt]
    scope: Mapping[str, Any]
    names: int


@attrs.frozen
class Functions:
    """
    What rates a record.

    Attributes:
        result: its result.
        tier: its level alone; None where there is none.
        inner: how they are made, if they are compiled.
    """

    result: Callable[[Row], Result]
    tier: Callable[[Row], str | None]
    inner: Inner | None = None


@attrs.frozen
class Around:
    """
    What a compiled function needs besides the scheme.

    Attributes:
        calls: by the `id` of each call over the cohort, its frozen members.
        run: computes everything for one subject by the interpreter.
        provisional: whether a result of an eligible subject of that id is provisional.
        budget: cost units that a record may spend.
    """

    calls: Mapping[int, Standstill]
    run: Callable[[Subject], Run]
    provisional: Callable[[str], bool]
    budget: int


def compile_scheme(
    ready: Prepared, program: Program, around: Around, give_back: Functions, scale: int
) -> Functions:
    """
    The functions of a scheme.

    Args:
        give_back: rates the records that they do not take; those that have a decimal where it is looked for first, within them.
        scale: the denominator of inputs that need not be whole; 1 takes an `int` only.

    Raises:
        NotCompiled: the scheme has something in it that is not known here.
    """
    if ready.scheme.override is not None:
        raise NotCompiled("an override")
    return _Function(ready, program, around, give_back, scale).made()


class _Function:
    """One function in the making."""

    def __init__(
        self, ready: Prepared, program: Program, around: Around, give_back: Functions, scale: int
    ) -> None:
        self._ready = ready
        self._program = program
        self._around = around
        self._scale = scale
        self._give_back = give_back
        self._others = give_back.inner or Inner([], [], {}, 0)
        self._block = Block(_statement("return give_back(record)"), self._others.names)
        self._translator = Translator(program, self._block, asker(around.calls))
        self._rules: dict[str, Truth] = {}

    def made(self) -> Functions:
        """The functions themselves: they differ in what they make of the outcome."""
        scheme, terms = self._ready.scheme, self._translator.terms
        inputs = read_inputs(self._ready, self._block, self._scale)
        self._block.scope |= {"is_alphanumeric": str.isalnum, "is_id": ID.fullmatch}
        terms |= {**inputs, "bonuses": t.literal(0), "deductions": t.literal(0)}
        for step in self._program.plan.steps:
            if isinstance(step, Compute):
                self._define(step.definition)
            elif isinstance(step, Gate):
                self._gate(step)
        for rule in scheme.rules:
            if rule.kind != "eligible":
                self._rules[rule.id] = self._condition(self._translator.truth(rule.condition, rule.id))
        found = decision(self._translator, self._rules)
        kept = _Kept(tuple(Level(level.name, i) for i, level in enumerate(scheme.ladder)))
        shape = Shape(
            inputs={name: kept.reader(term) for name, term in inputs.items()},
            values={name: kept.reader(terms[name]) for name in self._value_names()},
            rules={
                kind: tuple((r.title, kept.reader(self._rules[r.id])) for r in scheme.rules_of(kind))
                for kind in ("eligible", "require", "veto")
            },
            run=self._around.run,
            provisional=self._around.provisional,
        )
        classes = tuple(outcome(*each, shape) for each in zip(found.statuses, found.tiers, strict=True))
        named = [p.name(self._block.given(kind, "Outcome")) for kind in classes]
        which = _picked(found.index, named, p.name(self._block.given(classes, "OUTCOMES")))
        whole = [
            ast.Assign([ast.Name("result", ast.Store())], ast.Call(which, [], [])),
            _statement("result.id = id_"),
            _assigned("_kept", ast.Tuple(kept.nodes, ast.Load())),
            _statement("return result"),
        ]
        levels = [p.constant(tier) for tier in found.tiers]
        alone = ast.Return(_picked(found.index, levels, ast.Tuple(levels, ast.Load())))
        body = [*self._budgeted(), *self._block.statements]
        inner = Inner([*body, *whole], p.ended(body, alone), self._block.scope, self._block.names)
        return Functions(
            self._function(self._others.result, inner.result, self._give_back.result),
            self._function(self._others.tier, inner.tier, self._give_back.tier),
            inner,
        )

    def _value_names(self) -> list[str]:
        """What results have values of: definitions, and the sums of bonuses and deductions."""
        definitions = self._ready.scheme.definitions
        kinds = {definition.kind for definition in definitions.values()}
        return [*definitions, *(total for kind, total in SUMS.items() if kind in kinds)]

    # ------------------------------------------------------------ the steps

    def _define(self, definition: Definition) -> None:
        terms, name = self._translator.terms, definition.name
        term = self._translator.loose(definition.value, name)
        if definition.kind != "define":
            term = self._amount(self._translator.whole(term), definition)
        terms[name] = self._bound(term)
        if definition.kind in SUMS:
            alike = [d.name for d in self._ready.scheme.definitions.values() if d.kind == definition.kind]
            if all(other in terms for other in alike):
                total = t.literal(0)
                for other in alike:
                    total = t.added(total, cast(Number, terms[other]), minus=False)
                terms[SUMS[definition.kind]] = self._bound(total)

    def _amount(self, term: Term, definition: Definition) -> Number:
        """A bonus or deduction: at least 0, at most its maximum."""
        if not isinstance(term, Number):
            raise NotCompiled("an amount that is no number")
        amount = extreme(self._block, term, t.literal(0), greater=True)
        if definition.maximum is None:
            return amount
        maximum = self._translator.number(definition.maximum, definition.name)
        return extreme(self._block, amount, maximum, greater=False)

    def _gate(self, step: Gate) -> None:
        for rule in step.rules:
            self._rules[rule.id] = self._condition(self._translator.truth(rule.condition, rule.id))
        gates = p.both([self._rules[rule.id].node for rule in step.rules])
        self._translator.terms["eligible"] = self._condition(gates)

    def _condition(self, node: ast.expr) -> Truth:
        return Truth(self._block.let(node, "r"))

    def _bound(self, term: Term) -> Term:
        """A term whose parts have names, so that they are computed once."""
        node = self._block.let(term.node, "d")
        if isinstance(term, Number) and term.den is not None:
            return attrs.evolve(term, node=node, den=self._block.let(term.den, "d"))
        return attrs.evolve(term, node=node)

    # ------------------------------------------------------------ the whole

    def _opening(self) -> list[ast.stmt]:
        """Take the record apart, if it is a dict with everything in it and nothing else."""
        names = list(self._ready.scheme.inputs)
        lines = [
            f"if record.__class__ is not dict or len(record) != {len(names) + 1}: return give_back(record)",
            _TAKE_ID,
        ]
        first, read = map(_statement, lines)
        assert isinstance(read, ast.Try)
        for number, name in enumerate(names):
            value = ast.Subscript(p.name("record"), p.constant(name), ast.Load())
            read.body.append(ast.Assign([ast.Name(f"v{number}", ast.Store())], value))
        return [first, read]

    def _budgeted(self) -> list[ast.stmt]:
        """Have a budget, where something spends it."""
        if not any(name.startswith("code") for name in self._block.scope):
            return []
        spent = static_cost(self._program)
        self._block.scope["new_budget"] = lambda: Budget(self._around.budget, spent=spent)
        return [_statement("budget = new_budget()")]

    def _function(
        self, others: Sequence[ast.stmt], body: Sequence[ast.stmt], give_back: Callable[[Row], Any]
    ) -> Callable[[Row], Any]:
        """
        A function of a record.

        Args:
            others: what is done with a record that has a decimal where it is looked for first.
        """
        module = ast.parse("def rate(record): pass")
        function = module.body[0]
        assert isinstance(function, ast.FunctionDef)
        opening, first = self._opening(), probed(self._ready, self._scale)
        if first is not None:
            fork = _statement(f"if v{first}.__class__ is not int: return give_back(record)")
            assert isinstance(fork, ast.If)
            fork.body = [*others] or fork.body
            opening.append(fork)
        function.body = [*opening, *body]
        scope = {**self._others.scope, **self._block.scope, "give_back": give_back}
        exec(compile(ast.fix_missing_locations(module), "<a compiled scheme>", "exec"), scope)  # noqa: S102 - no text of a scheme is in it
        rate: Callable[[Row], Any] = scope["rate"]
        return rate


_TAKE_ID = """
try:
    id_ = record['id']
    if not (len(id_) <= 128 and is_alphanumeric(id_) or is_id(id_)): return give_back(record)
except (KeyError, TypeError): return give_back(record)  # there is none, or it is no text
"""


def _statement(text: str) -> ast.stmt:
    """A statement that is the same for every scheme."""
    return ast.parse(text).body[0]


def _assigned(field: str, value: ast.expr) -> ast.stmt:
    """A field of the result is set."""
    return ast.Assign([ast.Attribute(p.name("result"), field, ast.Store())], value)


def _picked(index: ast.expr, outcomes: list[ast.expr], among: ast.expr) -> ast.expr:
    """One of the outcomes, by its index: a choice of constants is made one of outcomes; else it is looked up *among* them."""
    match index:
        case ast.Constant(value=int(number)):
            return outcomes[number]
        case ast.IfExp(test=test, body=yes, orelse=no):
            return p.choice(test, _picked(yes, outcomes, among), _picked(no, outcomes, among))
        case _:
            return ast.Subscript(among, index, ast.Load())


def static_cost(program: Program) -> int:
    """What one record costs before any list is looked into."""
    scheme = program.scheme
    units = sum(map(program.cost, scheme.expressions))
    for step in program.plan.steps:
        if isinstance(step, OverCohort):
            condition = membership(step.call)
            parts = [*step.call.arguments, *([] if condition is None else [condition])]
            units += sum(map(program.cost, parts)) + 1
    return units


class _Kept:
    """The parts of terms that a result keeps."""

    def __init__(self, levels: tuple[Level, ...]) -> None:
        self.nodes: list[ast.expr] = []
        self._levels = levels

    def reader(self, term: Term) -> Reader:
        """Keep a term; what is returned reads it."""
        at, levels = self._keep(term.node), self._levels
        if isinstance(term, Rung):
            return lambda kept: levels[kept[at]]
        if not isinstance(term, Number) or (t.denominator(term)[1] == 1 and not term.floating):
            return lambda kept: kept[at]
        scale = term.scale
        if term.den is None:
            return lambda kept: exact(int(kept[at]), scale)
        below = self._keep(term.den)
        return lambda kept: exact(kept[at], scale * kept[below])

    def _keep(self, node: ast.expr) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1
