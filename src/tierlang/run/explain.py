"""
Why a result is what it is, as data: the decision, the conditions that decided it, and where their values come from.

Nothing is recorded while a cohort is rated; one subject is looked at again when somebody asks.
"""

import re
from collections.abc import Iterator
from typing import Any

from tierlang import quickattrs as attrs
from tierlang.check.model import Definition, InputDecl, LevelRule, Origin, Rule
from tierlang.check.order import is_cohort_call
from tierlang.display import mimebundle
from tierlang.run import cohort
from tierlang.run.decide import applies_to
from tierlang.run.expressions import Compiler
from tierlang.run.interpret import Run, result_of
from tierlang.run.result import Result, decimal_text, public
from tierlang.run.values import Level, Series, Undetermined, Value, is_number
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk

MAX_LEAVES = 64
MAX_DERIVATIONS = 40
DISCLOSE = ("none", "places", "ids")


@attrs.frozen
class Standing:
    """
    A member's place in one ranking.

    Attributes:
        place, size, tied: the place, how many are ranked, how many share the place with this one.
        above: the value of the member just above, and its id if ids may be told; None for the best.
    """

    call: str
    place: str
    size: int
    tied: int
    above: tuple[str, str | None] | None = None


@attrs.frozen
class Leaf:
    """
    One condition that cannot be split further, as it was for this subject.

    Attributes:
        node: its place in the scheme.
        text: as written.
        truth: true, false, or None where it is undetermined.
        left, operator, right: the two sides of a comparison with their values; empty for other conditions.
        short: how far the left side is from the bound, where the comparison is false and both are numbers.
        causes: why it is undetermined.
    """

    node: str
    text: str
    truth: bool | None
    left: tuple[str, str] | None = None
    operator: str = ""
    right: tuple[str, str] | None = None
    short: str | None = None
    causes: tuple[str, ...] = ()


@attrs.frozen
class Reason:
    """
    One rule and the leaves that made it true, false or undetermined.

    Attributes:
        kind: ``eligible``, ``require``, ``veto``, ``cap``, ``floor``, ``tier``.
        title: the rule's name, label or level.
    """

    kind: str
    title: str
    id: str
    truth: bool | None
    line: int
    cites: tuple[str, ...]
    readings: tuple[str, ...]
    leaves: tuple[Leaf, ...]


@attrs.frozen
class Derivation:
    """Where the value of a name comes from: its definition as written, and the values it used."""

    name: str
    value: str
    text: str
    line: int
    parts: tuple[tuple[str, str], ...]
    standings: tuple[Standing, ...]
    cites: tuple[str, ...]
    readings: tuple[str, ...]


@attrs.frozen
class Overridden:
    """The override that is in force: the level by the rules, the reason, and the days between which it holds."""

    name: str
    computed: str | None
    reason: str
    start: str | None
    end: str | None
    line: int
    cites: tuple[str, ...]
    readings: tuple[str, ...]


@attrs.frozen
class Explanation:
    """
    The explanation of one result.

    Attributes:
        because: the rules that made the result what it is.
        why_not: for each better level that a rule leads to, the conditions in its way.
        derivations: the named values that these conditions used, each after those it needs.
        override: what goes before the rules; *because* and *why_not* are then about the level by the rules.
    """

    id: str
    status: str
    tier: str | None
    label: str | None
    bounds: tuple[str | None, str | None]
    because: tuple[Reason, ...]
    why_not: tuple[tuple[str, tuple[Reason, ...]], ...]
    derivations: tuple[Derivation, ...]
    causes: tuple[str, ...]
    assumed: tuple[str, ...]
    warnings: tuple[str, ...]
    provisional: bool
    override: "Overridden | None"
    lang: str

    _repr_mimebundle_ = mimebundle

    @property
    def text(self) -> str:
        """The explanation in sentences, in its language."""
        from tierlang.run.explain_text import render

        return render(self)

    def as_dict(self) -> dict[str, Any]:
        """The explanation as JSON data."""
        return attrs.asdict(self)

    def __str__(self) -> str:
        return self.text


def explain(run: Run, id_: str, lang: str = "en", *, disclose: str = "places") -> Explanation:
    """
    Explain the result of one subject of a finished run.

    Args:
        lang: ``en`` or ``zh``, for labels and sentences.
        disclose: ``none``: nothing of other members; ``places``: places and ties; ``ids``: also the next better
            member's id and value.

    Raises:
        KeyError: the run has no such subject.
        ValueError: *disclose* is another word.
    """
    if disclose not in DISCLOSE:
        raise ValueError(f"disclose is one of {', '.join(DISCLOSE)}, not {disclose!r}")
    compiler = attrs.evolve(
        run.program.compiler, loops=[]
    )  # its own: others may be explaining at the same time
    return _Explainer(run, id_, lang, disclose, compiler).explain()


@attrs.define
class _Explainer:
    run: Run
    id: str
    lang: str
    disclose: str
    compiler: Compiler

    def explain(self) -> Explanation:
        result = result_of(self.run, self.id)
        overridden = self._overridden(result)
        status, tier = result.status, result.tier
        if overridden is not None:
            status, tier = self.run.decisions[self.id].status, result.computed
        because, why_not = self._reasons(status, tier)
        leaves = [
            leaf for reason in (*because, *(r for _, rs in why_not for r in rs)) for leaf in reason.leaves
        ]
        level = next((lv for lv in self.run.scheme.ladder if lv.name == result.tier), None)
        return Explanation(
            id=self.id,
            status=result.status,
            tier=result.tier,
            label=self._label(level.origin, None) if level else None,
            bounds=(result.at_least, result.at_most),
            because=because,
            why_not=why_not,
            derivations=tuple(self._derivations(leaves)),
            causes=tuple(str(cause) for cause in result.causes),
            assumed=result.assumed,
            warnings=result.warnings,
            provisional=result.provisional,
            override=overridden,
            lang=self.lang,
        )

    def _overridden(self, result: Result) -> Overridden | None:
        rule, found = self.run.scheme.override, result.overriding
        if rule is None or found is None or not result.overridden:
            return None
        line = self.run.scheme.source.position(rule.origin.span.start)[0]
        start, end = (None if day is None else day.isoformat() for day in (found.start, found.end))
        return Overridden(
            name=self._label(rule.origin, found.name) or found.name,
            computed=result.computed,
            reason=result.reason or "",
            start=start,
            end=end,
            line=line,
            cites=rule.origin.cites,
            readings=rule.origin.readings,
        )

    def _label(self, origin: Origin, default: str | None) -> str | None:
        return origin.labels.get(self.lang) or origin.labels.get("en") or default

    # ------------------------------------------------------------ which rules to speak of

    def _reasons(
        self, status: str, tier: str | None
    ) -> tuple[tuple[Reason, ...], tuple[tuple[str, tuple[Reason, ...]], ...]]:
        scheme, frame = self.run.scheme, self.run.frames[self.id]
        if status == "ineligible" or frame.values["eligible"] is not True:
            gates = self.run.gates[self.id]
            wanted = False if status == "ineligible" else None
            rules = [r for r in scheme.rules_of("eligible") if _truth(gates[r.id]) is wanted]
            return tuple(self._rule(r, gates[r.id]) for r in rules), ()
        conditions = self.run.conditions[self.id].rules
        if status == "vetoed":
            return tuple(self._rule(r, True) for r in scheme.rules_of("veto") if conditions[r.id] is True), ()
        bounds = [
            r for kind in ("cap", "floor") for r in scheme.rules_of(kind) if conditions[r.id] is not False
        ]
        vetoes = [r for r in scheme.rules_of("veto") if isinstance(conditions[r.id], Undetermined)]
        because = [self._rule(r, conditions[r.id]) for r in (*vetoes, *bounds)]
        reached = next((i for i, level in enumerate(scheme.ladder) if level.name == tier), len(scheme.ladder))
        if reached < len(scheme.ladder):
            because += self._level(scheme.ladder[reached], True)
        why_not = [
            (level.name, reasons)
            for level in scheme.ladder[:reached]
            if level.mode in {"if", "plain"} and (reasons := tuple(self._level(level, False)))
        ]
        if not scheme.ladder:
            because += [self._rule(r, conditions[r.id]) for r in scheme.rules_of("require")]
        return tuple(because), tuple(why_not)

    def _level(self, level: LevelRule, reached: bool) -> Iterator[Reason]:
        """The requirements and the condition of a level: all of them where it is reached, else those in its way."""
        conditions = self.run.conditions[self.id]
        if level.mode != "otherwise":
            for rule in self.run.scheme.rules_of("require"):
                if applies_to(rule, level.name) and (reached or conditions.rules[rule.id] is not True):
                    yield self._rule(rule, conditions.rules[rule.id])
        own = conditions.levels.get(level.name, True)
        if reached or own is not True:
            condition = level.condition
            self.compiler.subject = f"tier {level.name}"
            leaves = tuple(self._leaves(condition, _truth(own))) if condition is not None else ()
            yield self._reason("tier", level.name, f"tier {level.name}", own, level.origin, leaves)

    def _rule(self, rule: Rule, truth: Value) -> Reason:
        self.compiler.subject = rule.id
        leaves = tuple(self._leaves(rule.condition, _truth(truth)))
        title = (
            self._label(rule.origin, rule.name)
            or rule.name
            or (rule.levels[0] if rule.kind in {"cap", "floor"} else "")
        )
        return self._reason(rule.kind, title, rule.id, truth, rule.origin, leaves)

    def _reason(
        self, kind: str, title: str, id_: str, truth: Value, origin: Origin, leaves: tuple[Leaf, ...]
    ) -> Reason:
        line = self.run.scheme.source.position(origin.span.start)[0]
        return Reason(
            kind, title, id_, _truth(truth), line, origin.cites, origin.readings, leaves[:MAX_LEAVES]
        )

    # ------------------------------------------------------------ leaves

    def _value(self, expr: n.Expr) -> Value:
        return self.compiler.compile(expr)(attrs.evolve(self.run.frames[self.id], absorbed=[]))

    def _leaves(self, expr: n.Expr, wanted: bool | None) -> Iterator[Leaf]:
        """The smallest conditions that made *expr* what it is: of an `and` that is false only the false ones."""
        match expr:
            case n.Group(inner=inner):
                yield from self._leaves(inner, wanted)
            case n.Not(operand=operand):
                yield from self._leaves(operand, None if wanted is None else not wanted)
            case n.And(operands=operands) | n.Or(operands=operands):
                yield from self._decisive(operands, wanted)
            case n.Call(function=function, generator=None, arguments=arguments) if function.text in {
                "any",
                "all",
                "none",
            }:
                if len(arguments) == 1:
                    yield self._plain(expr)
                else:
                    flipped = function.text == "none" and wanted is not None
                    yield from self._decisive(arguments, (not wanted) if flipped else wanted)
            case n.Call(function=function, generator=None, arguments=arguments) if (
                function.text == "at_least"
            ):
                yield from self._decisive(arguments[1:], wanted)
            case n.Compare(operators=operators) if len(operators) > 1:
                for i, operator in enumerate(operators):
                    link = n.Compare(
                        expr.operands[i : i + 2],
                        (operator,),
                        span=expr.operands[i].span.to(expr.operands[i + 1].span),
                    )
                    if _truth(self._value(link)) is wanted or wanted is True:
                        yield self._comparison(link)
            case n.Compare():
                yield self._comparison(expr)
            case n.Name(ident=ident) if ident.text in self.run.scheme.definitions:
                yield from self._leaves(self.run.scheme.definitions[ident.text].value, wanted)
            case _:
                yield self._plain(expr)

    def _decisive(self, operands: tuple[n.Expr, ...], wanted: bool | None) -> Iterator[Leaf]:
        """Of several operands those that have the truth value of the whole; all of them if none has."""
        truths = [_truth(self._value(operand)) for operand in operands]
        chosen = [o for o, truth in zip(operands, truths, strict=True) if truth is wanted] or list(operands)
        for operand in chosen:
            yield from self._leaves(operand, _truth(self._value(operand)))

    def _comparison(self, expr: n.Compare) -> Leaf:
        left, right = expr.operands
        truth, values = self._value(expr), (self._value(left), self._value(right))
        short = None
        if (
            truth is False
            and is_number(values[0])
            and is_number(values[1])
            and expr.operators[0] in "<<=>>==="
        ):
            short = shown(abs(values[0] - values[1]))
        return Leaf(
            self.run.program.compiler.place(expr),
            self._text(expr),
            _truth(truth),
            (self._text(left), shown(values[0])),
            expr.operators[0],
            (self._text(right), shown(values[1])),
            short,
            _causes(truth),
        )

    def _plain(self, expr: n.Expr) -> Leaf:
        truth = self._value(expr)
        return Leaf(
            self.run.program.compiler.place(expr), self._text(expr), _truth(truth), causes=_causes(truth)
        )

    def _text(self, expr: n.Expr) -> str:
        return " ".join(self.run.scheme.source.at(expr.span).split())[:200]

    # ------------------------------------------------------------ where values come from

    def _derivations(self, leaves: list[Leaf]) -> Iterator[Derivation]:
        """The definitions that the leaves mention, and those that these need, in order of computation."""
        definitions = self.run.scheme.definitions
        wanted: set[str] = set()
        queue = [name for name in definitions for leaf in leaves if _mentions(leaf, name)]
        while queue and len(wanted) < MAX_DERIVATIONS:
            name = queue.pop(0)
            if name not in wanted:
                wanted.add(name)
                queue += [x for x in _names(definitions[name]) if x in definitions]
                queue += [
                    d.name for d in definitions.values() if _sum_of(d.kind) in _names(definitions[name])
                ]
        states = {declared.name: declared for declared in self.run.scheme.states}
        used = {name for definition in wanted for name in _names(definitions[definition])}
        for name, declared in states.items():
            if name in used or any(_mentions(leaf, name) for leaf in leaves):
                yield self._state(declared)
        for name in self.run.scheme.order:
            if name in wanted:
                yield self._derivation(definitions[name])

    def _state(self, declared: InputDecl) -> Derivation:
        """A state: what the period before left behind."""
        scheme, origin = self.run.scheme, declared.origin
        text = " ".join(scheme.source.at(origin.span).split())
        line = scheme.source.position(origin.span.start)[0]
        value = shown(self.run.frames[self.id].values[declared.name])
        return Derivation(declared.name, value, text, line, (), (), origin.cites, origin.readings)

    def _derivation(self, definition: Definition) -> Derivation:
        frame, scheme = self.run.frames[self.id], self.run.scheme
        parts: list[tuple[str, str]] = []
        loops = [g for g in walk(definition.value) if isinstance(g, n.Generator)]
        local = {name.text for g in loops for name in (g.variable, g.ago) if name is not None}
        constants = self.run.program.compiler.constants
        for name in dict.fromkeys(_names(definition)):
            if name in local or isinstance(constants.get(name), Level):
                continue
            if name in frame.values and name not in scheme.definitions:
                parts += self._parts(name, frame.values[name], definition)
            elif name in frame.values or name in constants:
                parts.append((name, shown(frame.values.get(name, constants.get(name)))))
        calls = [c for c in walk(definition.value) if is_cohort_call(c, scheme.expression_types)]
        standings = [s for c in calls if isinstance(c, n.Call) and (s := self._standing(c)) is not None]
        return Derivation(
            definition.name,
            shown(frame.values[definition.name]),
            self._text(definition.value),
            scheme.source.position(definition.origin.span.start)[0],
            tuple(parts),
            tuple(standings),
            definition.origin.cites,
            definition.origin.readings,
        )

    def _parts(self, name: str, value: Value, definition: Definition) -> list[tuple[str, str]]:
        """An input's value; of a series the value of each period in the window that the definition looks at."""
        if not isinstance(value, Series):
            return [(name, shown(value))]
        windows = [
            c.window for c in walk(definition.value) if isinstance(c, n.Call) and any(
                isinstance(a, n.Name) and a.ident.text == name for a in c.arguments
            )
        ]  # fmt: skip
        periods = self.run.time.periods(windows[0] if windows else None, value.unit)
        return [(f"{name}@{p.label}", shown(value.at(p.number, p.label))) for p in periods[:24]]

    def _standing(self, call: n.Call) -> Standing | None:
        ranked = self.run.ranked.get(id(call))
        if ranked is None or self.disclose == "none" or call.function.text in cohort.STATISTICS:
            return None
        found = ranked.find(self.id)
        if found is None:
            return None
        mine, next_better = found
        above = None
        if self.disclose == "ids" and next_better is not None:
            above = (shown(next_better[0]), next_better[1])
        place = shown(mine.place(ranked.settings.ties))
        return Standing(self._text(call), place, mine.size, mine.tied - 1, above)


def shown(value: Value | None) -> str:
    """A value for people: a decimal, with ``≈`` where it is rounded; ``?`` and the first cause where it is unknown."""
    if isinstance(value, Undetermined):
        return f"? ({value.causes[0]})" if value.causes else "?"
    if value is not None and is_number(value):
        text, rounded = decimal_text(value)
        return f"≈{text}" if rounded else text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{len(value)}]"
    return str(public(value)) if value is not None else ""


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _causes(value: Value) -> tuple[str, ...]:
    return tuple(str(cause) for cause in value.causes) if isinstance(value, Undetermined) else ()


def _names(definition: Definition) -> list[str]:
    return [node.ident.text for node in walk(definition.value) if isinstance(node, n.Name)]


def _sum_of(kind: str) -> str:
    return {"bonus": "bonuses", "deduct": "deductions"}.get(kind, "")


def _mentions(leaf: Leaf, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", leaf.text) is not None
