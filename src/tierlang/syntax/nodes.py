"""The nodes of a scheme: frozen, one class per kind of statement or expression, each with its span."""

import datetime
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.source import NOWHERE, Span
from tierlang.types import Exact


@attrs.frozen
class Node:
    """Anything that stands in a scheme; equality looks at meaning, not at place."""

    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False, kw_only=True)


@attrs.frozen
class Ident(Node):
    """A name as written; *quoted* where it stood in backticks."""

    text: str
    quoted: bool = attrs.field(default=False, eq=False)


# ------------------------------------------------------------------ expressions


@attrs.frozen
class NumberLiteral(Node):
    """``9_000_000``, ``900万``, ``40%``, ``100_000 CNY``: an exact value; *unit* is ``%``, ``‰`` or a currency."""

    value: Exact
    unit: str | None = None


@attrs.frozen
class TextLiteral(Node):
    """``"agency"``."""

    value: str


@attrs.frozen
class DateLiteral(Node):
    """``2022-03-20``."""

    value: datetime.date


@attrs.frozen
class BoolLiteral(Node):
    """``true`` or ``false``."""

    value: bool


@attrs.frozen
class MissingLiteral(Node):
    """``missing``: no value, in examples and band arms."""


@attrs.frozen
class Hole(Node):
    """``...``: a part of the rule that its source does not give."""


@attrs.frozen
class Name(Node):
    """A use of a name."""

    ident: Ident


@attrs.frozen
class ThisLevel(Node):
    """``tier`` in the condition of ``tier GOLD, SILVER if …``: the level that the rule is about."""


@attrs.frozen
class Group(Node):
    """``(inner)``; kept, because mixing ``and`` with ``or`` needs it and the formatter prints it."""

    inner: "Expr"


@attrs.frozen
class Attribute(Node):
    """``base.field``."""

    base: "Expr"
    field: Ident


@attrs.frozen
class Index(Node):
    """``table[key]``."""

    base: "Expr"
    key: "Expr"


@attrs.frozen
class Option(Node):
    """``key: value`` among the arguments of a call; *key* is a Name, or any expression in ``weighted``."""

    key: "Expr"
    value: "Expr"


@attrs.frozen
class Generator(Node):
    """
    ``item for variable, ago in source by key if condition``.

    Attributes:
        ago: the name of how many periods ago an element of a series is.
        key: the field by whose values the rows of a list are taken together.
    """

    item: "Expr"
    variable: Ident
    source: "Expr"
    condition: "Expr | None"
    ago: Ident | None = None
    key: Ident | None = None


@attrs.frozen
class LastWindow(Node):
    """``last 3 months``: *count* whole periods of *unit*, counted back from the end of the data window."""

    count: int
    unit: str


@attrs.frozen
class ThisWindow(Node):
    """``this half``: the period of *unit* in which the data window ends."""

    unit: str


@attrs.frozen
class PreviousWindow(Node):
    """``previous quarter``: the period of *unit* before that one."""

    unit: str


@attrs.frozen
class PeriodWindow(Node):
    """``2017-Q3``: a period by its label."""

    label: str


Window: TypeAlias = LastWindow | ThisWindow | PreviousWindow | PeriodWindow


@attrs.frozen
class Call(Node):
    """``function(arguments, option: value, over: window)``, or with one generator as its argument."""

    function: Ident
    arguments: tuple["Expr", ...]
    options: tuple[Option, ...] = ()
    window: Window | None = None
    generator: Generator | None = None


@attrs.frozen
class Relation(Node):
    """A pattern ``<= 30%``, ``in [1, 2]``."""

    operator: str
    bound: "Expr"


@attrs.frozen
class Between(Node):
    """A pattern ``low..high`` (both ends in) or ``low..<high``."""

    low: "Expr"
    high: "Expr"
    closed: bool


@attrs.frozen
class Equal(Node):
    """A pattern that is a value."""

    value: "Expr"


@attrs.frozen
class MissingPattern(Node):
    """The pattern ``missing``: the value is undetermined."""


@attrs.frozen
class ElsePattern(Node):
    """The pattern ``else``: nothing above fits."""


Pattern: TypeAlias = Relation | Between | Equal | MissingPattern | ElsePattern


@attrs.frozen
class Ramp(Node):
    """``p..q`` behind a pattern ``a..b``: evenly from p at a to q at b; the value of an arm, and nothing else."""

    low: "Expr"
    high: "Expr"


@attrs.frozen
class Arm(Node):
    """``pattern => value``."""

    pattern: Pattern
    value: "Expr"


@attrs.frozen
class Band(Node):
    """``band(subject) { <= 30% => 6, else => 0 }``: the first arm whose pattern holds."""

    subject: "Expr"
    arms: tuple[Arm, ...]


@attrs.frozen
class Match(Node):
    """``match(subject) { "agency" => 1, else => 0 }``: ``band`` for equality."""

    subject: "Expr"
    arms: tuple[Arm, ...]


@attrs.frozen
class ListExpr(Node):
    """``[a, b]``."""

    items: tuple["Expr", ...]


@attrs.frozen
class Pair(Node):
    """``key: value`` in a record; *key* None for ``else`` in a table given to an example."""

    key: str | None
    value: "Expr"


@attrs.frozen
class MapExpr(Node):
    """``{key: value}``: a record, or a table given to an example."""

    pairs: tuple[Pair, ...]


@attrs.frozen
class If(Node):
    """``if condition then yes else no``."""

    condition: "Expr"
    yes: "Expr"
    no: "Expr"


@attrs.frozen
class And(Node):
    """``a and b and …``."""

    operands: tuple["Expr", ...]


@attrs.frozen
class Or(Node):
    """``a or b or …``."""

    operands: tuple["Expr", ...]


@attrs.frozen
class Not(Node):
    """``not operand``."""

    operand: "Expr"


@attrs.frozen
class Compare(Node):
    """``a <= b < c``: one operator between each two operands, all of one direction."""

    operands: tuple["Expr", ...]
    operators: tuple[str, ...]


@attrs.frozen
class Coalesce(Node):
    """``a ?? b``: the first operand that is determined."""

    operands: tuple["Expr", ...]


@attrs.frozen
class Sum(Node):
    """``a + b - c``: flat; *operators* are ``+`` and ``-``, one fewer than the operands."""

    operands: tuple["Expr", ...]
    operators: tuple[str, ...]


@attrs.frozen
class Product(Node):
    """``a * b / c``: flat; *operators* are ``*`` and ``/``, one fewer than the operands."""

    operands: tuple["Expr", ...]
    operators: tuple[str, ...]


@attrs.frozen
class Negate(Node):
    """``-operand``."""

    operand: "Expr"


Expr: TypeAlias = (
    NumberLiteral
    | TextLiteral
    | DateLiteral
    | BoolLiteral
    | MissingLiteral
    | Hole
    | Name
    | ThisLevel
    | Ramp
    | Group
    | Attribute
    | Index
    | Call
    | Band
    | Match
    | ListExpr
    | MapExpr
    | If
    | And
    | Or
    | Not
    | Compare
    | Coalesce
    | Sum
    | Product
    | Negate
)

Literal: TypeAlias = NumberLiteral | TextLiteral | DateLiteral | BoolLiteral | MissingLiteral | Hole | Name
"""What a parameter, a table entry or a ``missing`` policy may hold; a Name there is a level or a policy."""

# ------------------------------------------------------------------ statements


@attrs.frozen
class AnnotationArgument(Node):
    """``key: value`` in an annotation; *key* None for a positional one; values are kept as text."""

    key: str | None
    value: str


@attrs.frozen
class Annotation(Node):
    """``@cite(text: "…")`` before a statement."""

    name: Ident
    arguments: tuple[AnnotationArgument, ...]

    def get(self, key: str) -> str | None:
        """The value of one argument; the first positional one answers to ``text``."""
        for argument in self.arguments:
            if argument.key == key or (argument.key is None and key == "text"):
                return argument.value
        return None


@attrs.frozen
class Statement(Node):
    """A statement, with what was written before it: annotations, and ``##`` comment lines as *doc*."""

    annotations: tuple[Annotation, ...] = attrs.field(default=(), kw_only=True)
    doc: str | None = attrs.field(default=None, kw_only=True, eq=False)


@attrs.frozen
class Edition(Statement):
    """``edition 1``."""

    number: int


@attrs.frozen
class SchemeId(Statement):
    """``scheme tmall_global.star``."""

    id: str


@attrs.frozen
class Version(Statement):
    """``version "2017-08" published 2017-07-31 effective 2017-08-07 until 2025-11-30``."""

    name: str
    published: datetime.date | None = None
    effective: datetime.date | None = None
    until: datetime.date | None = None


@attrs.frozen
class Applies(Statement):
    """``applies from 2017-Q3 to 2018-Q4``: period labels."""

    first: str
    last: str | None = None


@attrs.frozen
class Assess(Statement):
    """``assess every month over last 3 months``; *starting* is (month, day) of a fiscal year."""

    unit: str
    starting: tuple[int, int] | None = None
    window: Window | None = None


@attrs.frozen
class FiscalYear(Statement):
    """``fiscal year starting 04-01``: for windows over fiscal years when the assessment has another rhythm."""

    starting: tuple[int, int]


@attrs.frozen
class Cohort(Statement):
    """``cohort provider max 20_000``."""

    noun: Ident
    maximum: int | None = None


@attrs.frozen
class Setting(Node):
    """``ties: min``."""

    key: str
    value: str


@attrs.frozen
class Ranking(Statement):
    """``ranking best: high, ties: min, missing: exclude, among: eligible``: defaults of the rank family."""

    settings: tuple[Setting, ...]


@attrs.frozen
class Rounding(Statement):
    """``rounding half_even``: the file's default mode."""

    mode: Ident


@attrs.frozen
class Import(Statement):
    """``import "common/stars.tier" as stars``."""

    path: str
    name: Ident


@attrs.frozen
class Range(Node):
    """``0..100 step 1``; an open end is None."""

    low: Exact
    high: Exact | None
    step: Exact | None


@attrs.frozen
class TypeRef(Node):
    """
    A type as written.

    Attributes:
        name: ``number``, ``count``, …, ``money``, ``list``, ``tier``.
        of: the currency of ``money``, the record of ``list of``.
        choices: the texts of ``text("a", "b")``.
    """

    name: str
    of: str | None = None
    choices: tuple[str, ...] = ()
    range: Range | None = None
    maximum: int | None = None


@attrs.frozen
class FieldDecl(Node):
    """``sales : money CNY by month missing 0``: a field of a record; also the head of an input."""

    ident: Ident
    type: TypeRef
    unit: str | None = None
    policy: Literal | None = None


@attrs.frozen
class Input(Statement):
    """``input score : number by quarter from tmall_global.quarter missing 0``."""

    field: FieldDecl
    origin: str | None = None


@attrs.frozen
class Record(Statement):
    """``record shop { … }``."""

    ident: Ident
    fields: tuple[FieldDecl, ...]


@attrs.frozen
class State(Statement):
    """``state before : tier = BASE from tier``; *source* is ``tier`` or the name of a definition."""

    field: FieldDecl
    first: Literal
    source: Ident


@attrs.frozen
class Dated(Node):
    """``900万 from 2023-08-01``: holds until the next date."""

    value: Literal
    start: datetime.date | None = None


@attrs.frozen
class Param(Statement):
    """``param floor : count = 900万 from 2023-08-01``; no values where it is ``external``."""

    ident: Ident
    type: TypeRef
    values: tuple[Dated, ...] = ()


@attrs.frozen
class Entry(Node):
    """``"服装" => 300``; *key* None for ``else``."""

    key: Literal | None
    value: Literal


@attrs.frozen
class Table(Statement):
    """``table bar by industry : count { … }``; *entries* None where it is ``external``."""

    ident: Ident
    key: Ident
    type: TypeRef
    entries: tuple[Entry, ...] | None


@attrs.frozen
class Def(Statement):
    """``def pct(a, b) = a / b``."""

    ident: Ident
    parameters: tuple[Ident, ...]
    body: Expr


@attrs.frozen
class Define(Statement):
    """``avg = mean(score, over: this half)``."""

    ident: Ident
    value: Expr


@attrs.frozen
class Adjust(Statement):
    """``bonus extra = points max 5`` or ``deduct …``; *kind* is the keyword."""

    kind: str
    ident: Ident
    value: Expr
    maximum: Expr | None = None


@attrs.frozen
class Eligible(Statement):
    """``eligible name: if condition``; the name may be absent."""

    condition: Expr
    ident: Ident | None = None


@attrs.frozen
class Require(Statement):
    """``require name "label" for GOLD: condition``; all but the condition may be absent."""

    condition: Expr
    ident: Ident | None = None
    label: str | None = None
    levels: tuple[Ident, ...] = ()


@attrs.frozen
class Veto(Statement):
    """``veto fraud: if condition``; the name may be absent."""

    condition: Expr
    ident: Ident | None = None


@attrs.frozen
class Limit(Statement):
    """``cap SILVER if condition`` (at most) or ``floor SILVER if condition`` (at least); *kind* is the keyword."""

    kind: str
    level: Ident
    condition: Expr


@attrs.frozen
class Tiers(Statement):
    """``tiers FIVE > FOUR > THREE exclusive``: the ladder, best first."""

    levels: tuple[Ident, ...]
    exclusive: bool = False


@attrs.frozen
class Tier(Statement):
    """
    ``tier FOUR if condition``, ``tier BASE otherwise``, ``tier GOLD never``, or ``tier SILVER`` alone.

    Attributes:
        mode: one of TIER_MODES.
        others: the further levels of ``tier FIVE, FOUR if condition``.
    """

    level: Ident
    mode: str
    condition: Expr | None = None
    others: tuple[Ident, ...] = ()


TIER_MODES = ("if", "plain", "otherwise", "never")


@attrs.frozen
class Override(Statement):
    """``override board: level for reason from start until end if condition``."""

    level: Expr
    reason: Expr
    start: Expr | None = None
    end: Expr | None = None
    condition: Expr | None = None
    ident: Ident | None = None


@attrs.frozen
class Binding(Node):
    """``score = [9, 11]`` after ``given`` or ``expect``; *name* may be ``tier``, ``eligible``, ``status``, …."""

    name: Ident
    value: Expr


@attrs.frozen
class Row(Node):
    """``| a | 70 |``."""

    cells: tuple[Expr, ...]


@attrs.frozen
class Part(Node):
    """One ``given`` or ``expect``: either bindings, or a table whose first row holds the headings."""

    bindings: tuple[Binding, ...] = ()
    rows: tuple[Row, ...] = ()


@attrs.frozen
class Example(Statement):
    """``example "title" for 2017-Q1 to 2017-Q4 given … expect … end``; *last* is the period after ``to``."""

    title: str
    period: str | None
    given: tuple[Part, ...]
    expect: tuple[Part, ...]
    last: str | None = None


@attrs.frozen
class Comment(Node):
    """A comment, from its ``#`` to the end of its line; *own_line* where nothing stands before it."""

    text: str
    own_line: bool


@attrs.frozen
class File(Node):
    """
    A whole scheme file: its statements in written order, and its comments beside them.

    Attributes:
        broken: the names that statements with faults seem to declare, so that their uses are no faults too.
    """

    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = attrs.field(default=(), eq=False)
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)
