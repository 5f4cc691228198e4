"""
A cohort that stands still: what is known of its members once and for all, so that records can be placed among them.

What a record gets from a frozen cohort is, exactly, what it would get from `rate` with the cohort's rows and its own, where
its own goes in the place of a row with the same id. The cohort itself does not change: the next record meets it as it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tierlang import quickattrs as attrs
from tierlang._version import __version__
from tierlang.check.order import is_cohort_call
from tierlang.diagnostics.model import NO_PLACE, refusal
from tierlang.plan.steps import Compute, Gate, OverCohort
from tierlang.rater.encoding import decode_all, decode_subject, encode_all, encode_subject
from tierlang.run.budget import Budget
from tierlang.run.cohort import Member, Settings
from tierlang.run.interpret import SUMS, interpret
from tierlang.run.prepared import Prepared, Program
from tierlang.run.subjects import Subject
from tierlang.syntax import nodes as n
from tierlang.syntax.walk import walk

SCHEMA = "tier.frozen/1"


@attrs.frozen(eq=False)
class FrozenCohort:
    """
    A cohort as it stands, for one scheme, period and set of parameters.

    Attributes:
        header: scheme and period, as results tell them.
        ids: its subjects, in order.
        waiting: those of whom it cannot be said whether they are in a cohort.
        members: for each call over the cohort, in the order of the plan, the ids of its members and what it sees of them.
        subjects: everybody's inputs, where one call needs what another is worth, so that a record changes what others
            bring; None where what the calls see is enough.
    """

    header: Mapping[str, Any]
    ids: tuple[str, ...]
    waiting: frozenset[str]
    members: tuple[tuple[tuple[str, ...], tuple[Member, ...]], ...]
    subjects: tuple[Subject, ...] | None

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        scheme, period = self.header["scheme"]["id"], (self.header["period"] or {}).get("label")
        return f"<FrozenCohort of {scheme}, {period}: {len(self.ids)} subjects>"

    def waits_beside(self, id_: str) -> str | None:
        """One of those of whom it cannot be said whether they are in a cohort, beside *id_*; None where there is none."""
        return next((other for other in self.waiting if other != id_), None)

    def as_dict(self) -> dict[str, Any]:
        """The cohort as JSON data (schema ``tier.frozen/1``), exact: numbers are texts."""
        calls = [
            {
                "ids": list(ids),
                "keys": [encode_all(member.keys) for member in members],
                "arguments": [encode_all(member.arguments) for member in members],
                "groups": [encode_all(member.group) for member in members],
            }
            for ids, members in self.members
        ]
        return {
            "schema": SCHEMA,
            "scheme": self.header["scheme"],
            "period": self.header["period"],
            "ids": list(self.ids),
            "waiting": sorted(self.waiting),
            "calls": calls,
            "subjects": None
            if self.subjects is None
            else [encode_subject(subject) for subject in self.subjects],
            "engine": {"name": "tierlang", "version": __version__},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FrozenCohort":
        """
        The cohort of what `as_dict` gave.

        Raises:
            DiagnosticError: ``E-FROZEN``, it is not of that form.
        """
        try:
            if data["schema"] != SCHEMA:
                raise ValueError(data["schema"])
            subjects = data["subjects"]
            return cls(
                {"scheme": dict(data["scheme"]), "period": data["period"] and dict(data["period"])},
                _texts(data["ids"]),
                frozenset(_texts(data["waiting"])),
                tuple(_call_of(call) for call in data["calls"]),
                None if subjects is None else tuple(decode_subject(subject) for subject in subjects),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise refusal("E-FROZEN-FORM") from error

    def refuse_other(self, header: Mapping[str, Any], calls: int) -> None:
        """
        Make sure that the cohort was frozen for this scheme, period and parameters.

        Args:
            header: scheme and period, as results tell them.
            calls: how many calls over the cohort the scheme has.

        Raises:
            DiagnosticError: ``E-FROZEN``, it was not.
        """
        mine, its = header["scheme"], self.header["scheme"]
        for name, what in _MUST_AGREE.items():
            if its.get(name) != mine[name]:
                raise refusal("E-FROZEN", what=what, frozen=_told(its.get(name)), here=_told(mine[name]))
        period, its_period = header["period"] or {}, self.header["period"] or {}
        if its_period != period:
            labels = {"frozen": its_period.get("label"), "here": period.get("label")}
            raise refusal("E-FROZEN", NO_PLACE, what="period", **labels)
        if len(self.members) != calls:
            raise refusal("E-FROZEN-FORM")


_MUST_AGREE = {
    "id": "scheme",
    "version": "version",
    "sha256": "text of the scheme",
    "imports": "libraries",
    "overlays": "overlays",
    "params": "parameters or tables",
}
"""What results tell of a scheme and must be the same, and how a refusal calls it."""


def _told(value: object) -> str | None:
    """A fact for a refusal: a name or a digest, shortened; nothing for what is made of several."""
    return value[:12] if isinstance(value, str) else None


def _texts(data: object) -> tuple[str, ...]:
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        raise TypeError("not a list of texts")
    return tuple(data)


def _call_of(data: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[Member, ...]]:
    ids = _texts(data["ids"])
    columns = [[decode_all(item) for item in data[name]] for name in ("keys", "arguments", "groups")]
    members = tuple(Member(*parts) for parts in zip(*columns, strict=True))
    if len(members) != len(ids) or len(set(ids)) != len(ids):
        raise ValueError("not one member for each id")
    return ids, members


# ------------------------------------------------------------------ freezing


def freeze(ready: Prepared, subjects: Sequence[Subject], budget: Budget) -> FrozenCohort:
    """
    Rate a cohort once, and keep what records are placed by.

    Args:
        subjects: in order of id.

    Raises:
        BudgetExceeded, Cancelled: see budget.py.
    """
    program = ready.program()
    run = interpret(program, subjects, budget)
    listed = [run.ranked[id(step.call)].listed() for step in cohort_steps(program)]
    return FrozenCohort(
        {"scheme": ready.header["scheme"], "period": ready.header["period"]},
        tuple(run.frames),
        frozenset(run.waiting),
        tuple((tuple(ids), tuple(members)) for ids, members in listed),
        tuple(subjects) if has_nested_calls(program) else None,
    )


def cohort_steps(program: Program) -> list[OverCohort]:
    """The calls over the cohort, in the order in which they are computed."""
    return [step for step in program.plan.steps if isinstance(step, OverCohort)]


def has_nested_calls(program: Program) -> bool:
    """
    Whether a call over the cohort needs what another is worth, if only to know who is in its cohort.

    Then one more member may change what the others bring, and all must be computed again with it.
    """
    scheme = program.scheme
    moved: set[str] = set()
    for step in program.plan.steps:
        match step:
            case Compute(definition=definition):
                parts = [e for e in (definition.value, definition.maximum) if e is not None]
                if any(_moves(part, moved, program) for part in parts):
                    moved |= {definition.name, SUMS.get(definition.kind, definition.name)}
            case Gate(rules=rules):
                if any(_moves(rule.condition, moved, program) for rule in rules):
                    moved.add("eligible")
            case OverCohort(call=call):
                settings = Settings.of(call, scheme.ranking)
                inner = [node for node in walk(call) if node is not call]
                if (settings.among == "eligible" and "eligible" in moved) or any(
                    _is_moved(node, moved, program) for node in inner
                ):
                    return True
    return False


def _moves(expr: n.Expr, moved: set[str], program: Program) -> bool:
    return any(_is_moved(node, moved, program) for node in walk(expr))


def _is_moved(node: n.Node, moved: set[str], program: Program) -> bool:
    """Whether a node is worth something else in another cohort."""
    if isinstance(node, n.Name):
        return node.ident.text in moved
    return is_cohort_call(node, program.scheme.expression_types)
