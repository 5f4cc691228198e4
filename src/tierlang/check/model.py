"""A scheme that has been checked: what its statements declare, resolved, typed and in order of computation."""

import datetime
from collections.abc import Mapping

from tierlang import quickattrs as attrs
from tierlang.check.facts import Facts
from tierlang.diagnostics.model import Diagnostic
from tierlang.source import SourceText, Span
from tierlang.syntax import nodes as n
from tierlang.types import Field, RecordType, Type

Labels = Mapping[str, str]
"""Language code to label."""


@attrs.frozen
class Origin:
    """Where a declaration stands, and what was written before it: for citations in explanations and documents."""

    span: Span
    labels: Labels = attrs.field(factory=dict)
    cites: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


@attrs.frozen
class InputDecl:
    """
    An input of the subject.

    Attributes:
        policy: ``unknown``, ``ineligible``, ``reject``, or ``value`` with *default*.
        published_by: id of the scheme whose published results this is (``self`` for its own earlier ones).
        state_of: the definition, or ``tier``, whose value of the period before this is; *default* is then what it is
            in a first period, None for nothing.
    """

    name: str
    type: Type
    origin: Origin
    policy: str = "unknown"
    default: object = None
    published_by: str | None = None
    state_of: str | None = None

    @property
    def field(self) -> Field:
        """The input as data readers see it."""
        return Field(self.name, self.type, tuple(self.origin.labels.items()))


@attrs.frozen
class ParamDecl:
    """A parameter: dated values in rising order (None as the date of the first), none where it is external."""

    name: str
    type: Type
    origin: Origin
    values: tuple[tuple[datetime.date | None, object], ...] = ()

    @property
    def external(self) -> bool:
        """Whether the host must supply the value."""
        return not self.values

    @property
    def is_dated(self) -> bool:
        """Whether it has values from dates, so that one can ask for the value of a day."""
        return any(start is not None for start, _ in self.values)


HOLE = "..."
"""The value of a parameter or table entry that its source does not give."""


@attrs.frozen
class TableDecl:
    """A category table: *entries* None where it is external; *otherwise* is the value of ``else``, if there is one."""

    name: str
    key: Type
    value: Type
    origin: Origin
    entries: Mapping[object, object] | None = None
    otherwise: object = None


@attrs.frozen
class Definition:
    """
    A named value.

    Attributes:
        kind: ``define``, ``bonus`` or ``deduct``.
        value: its expression; defs are expanded, so that only built-ins are called.
        maximum: the bound of a bonus or deduction.
    """

    name: str
    kind: str
    value: n.Expr
    type: Type
    origin: Origin
    maximum: n.Expr | None = None


@attrs.frozen
class Rule:
    """
    A condition with a consequence.

    Attributes:
        kind: ``eligible``, ``require``, ``veto``, ``cap``, ``floor``.
        id: ``kind@line:column``.
        name: the name given to it, else None.
        levels: the levels a requirement is needed for (all but ``otherwise`` ones where empty), or the one bound.
    """

    kind: str
    id: str
    condition: n.Expr
    origin: Origin
    name: str | None = None
    levels: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What results call it: its name, else its id."""
        return self.name or self.id


@attrs.frozen
class OverrideRule:
    """The ``override`` of a scheme: a level that people decided, its reason, and when it is in force."""

    name: str
    level: n.Expr
    reason: n.Expr
    start: n.Expr | None
    end: n.Expr | None
    condition: n.Expr | None
    origin: Origin

    @property
    def expressions(self) -> tuple[n.Expr, ...]:
        """All its expressions, as written."""
        parts = (self.level, self.reason, self.start, self.end, self.condition)
        return tuple(part for part in parts if part is not None)


@attrs.frozen
class LevelRule:
    """One level of the ladder, best first, with the way to reach it (see nodes.TIER_MODES)."""

    name: str
    mode: str
    condition: n.Expr | None
    origin: Origin


@attrs.frozen
class Assessment:
    """What is assessed: periods of *unit*; *starting* the fiscal year's first (month, day); *window* of the data."""

    unit: str | None = None
    starting: tuple[int, int] | None = None
    window: n.Window | None = None


@attrs.frozen
class VersionFacts:
    """What the header says about the version; period labels are as written."""

    name: str | None = None
    published: datetime.date | None = None
    effective: datetime.date | None = None
    until: datetime.date | None = None
    first: str | None = None
    last: str | None = None


@attrs.frozen
class RankDefaults:
    """The ``ranking`` line."""

    best: str = "high"
    ties: str = "min"
    missing: str = "exclude"
    among: str = "eligible"


@attrs.frozen
class Reading:
    """An ambiguity of the source and the reading taken (``@reading``)."""

    id: str
    text: str
    reading: str
    alternatives: str
    span: Span


@attrs.frozen
class Accepted:
    """A warning that the author has looked at and accepts (``@accept``), with the reason."""

    code: str
    reason: str
    span: Span


@attrs.frozen
class ExampleSubject:
    """
    One subject of an example: what is given for it and what is expected; None means missing.

    Attributes:
        places: where each expected value stands.
    """

    id: str
    given: Mapping[str, object]
    expect: Mapping[str, object]
    places: Mapping[str, Span] = attrs.field(factory=dict, eq=False)

    def place(self, name: str, default: Span) -> Span:
        """Where an expected value stands."""
        return self.places.get(name, default)


@attrs.frozen
class ExampleDecl:
    """
    An example.

    Attributes:
        period, last: the label after ``for``, and the one after ``to`` where it is about several periods.
        environment: the parameters and tables it supplies.
    """

    title: str
    period: str | None
    subjects: tuple[ExampleSubject, ...]
    environment: Mapping[str, object]
    span: Span
    last: str | None = None


@attrs.frozen(eq=False)
class CheckedScheme:
    """
    A scheme without errors. Immutable; safe to share between threads.

    Attributes:
        order: the names of all definitions, each after those it needs; ``eligible`` stands where eligibility is known.
        holes: how many ``...`` the file has.
        exclusive: whether no two levels may hold at once.
        imports: logical path of each library to the SHA-256 of its text.
        libraries: logical path of each library to its text.
        facts: what the analyses of levels and bands read, for whoever shows what they find.
        expression_types: ``id`` of each expression node to its type.
    """

    source: SourceText
    file: n.File
    id: str | None
    edition: int
    origin: Origin
    sources: tuple[Mapping[str, str], ...]
    version: VersionFacts
    assessment: Assessment
    cohort_noun: str
    cohort_maximum: int | None
    ranking: RankDefaults
    rounding: str
    records: Mapping[str, RecordType]
    record_policies: Mapping[str, Mapping[str, InputDecl]]
    inputs: Mapping[str, InputDecl]
    params: Mapping[str, ParamDecl]
    tables: Mapping[str, TableDecl]
    definitions: Mapping[str, Definition]
    rules: tuple[Rule, ...]
    ladder: tuple[LevelRule, ...]
    override: OverrideRule | None
    examples: tuple[ExampleDecl, ...]
    readings: tuple[Reading, ...]
    accepted: tuple[Accepted, ...]
    order: tuple[str, ...]
    holes: int
    imports: Mapping[str, str]
    expression_types: Mapping[int, Type]
    exclusive: bool
    warnings: tuple[Diagnostic, ...]
    libraries: Mapping[str, SourceText]
    facts: Facts

    def level_index(self, name: str) -> int:
        """The place of a level on the ladder, 0 for the best."""
        return self.level_names.index(name)

    @property
    def level_names(self) -> tuple[str, ...]:
        """The names of the levels, the highest first."""
        return tuple(level.name for level in self.ladder)

    @property
    def states(self) -> tuple[InputDecl, ...]:
        """The inputs that are what the period before left behind."""
        return tuple(i for i in self.inputs.values() if i.state_of is not None)

    @property
    def expressions(self) -> tuple[n.Expr, ...]:
        """Every expression that a run computes, in the order of definitions, rules, levels, override."""
        amounts = [e for d in self.definitions.values() for e in (d.value, d.maximum) if e is not None]
        levels = [level.condition for level in self.ladder if level.condition is not None]
        override = self.override.expressions if self.override is not None else ()
        return (*amounts, *(rule.condition for rule in self.rules), *levels, *override)

    def rules_of(self, kind: str) -> tuple[Rule, ...]:
        """The rules of one kind, in written order."""
        return tuple(rule for rule in self.rules if rule.kind == kind)
