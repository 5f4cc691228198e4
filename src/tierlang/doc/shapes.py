"""What a page shows of a rule in tables and drawings: intervals, bands, weights, declared values, the ladder of levels."""

from fractions import Fraction
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.doc.content import Code, Labels, Link


@attrs.frozen
class Interval:
    """The values between two ends, as the scheme writes them; None is no end. A single value has both ends equal."""

    low: str | None = None
    low_in: bool = False
    high: str | None = None
    high_in: bool = False


@attrs.frozen
class Where:
    """The values of *subject* for which a condition holds; the subject is empty where the place says what it is."""

    subject: str
    intervals: tuple[Interval, ...]


@attrs.frozen
class Band:
    """A ``band`` or ``match`` as a table: pattern, the values that come to it, what it gives."""

    subject: Code
    rows: tuple[tuple[Code, Where | None, Code], ...]


@attrs.frozen
class Weight:
    """
    A part of a weighted sum.

    Attributes:
        exact: its weight as written; None for a part without one.
        length: the weight as a part of the largest; 0 where it is not known.
        taken: whether it is subtracted.
    """

    code: Code
    exact: str | None
    length: Fraction = Fraction(0)
    taken: bool = False


@attrs.frozen
class Weights:
    """A weighted sum; *total* is what the weights add up to, None where one is not known."""

    parts: tuple[Weight, ...]
    total: str | None


@attrs.frozen
class Dates:
    """The values of a parameter, each with the day from which it holds; none where it is supplied from outside."""

    values: tuple[tuple[str | None, Code], ...]


@attrs.frozen
class Entries:
    """A table of the scheme; *rows* None where it is supplied from outside; the key None is ``else``."""

    key: Link
    rows: tuple[tuple[Code | None, Code], ...] | None


@attrs.frozen
class Fields:
    """The fields of a record."""

    rows: "tuple[Variable, ...]"


@attrs.frozen
class Variable:
    """
    An input, or a field of a record.

    Attributes:
        type: the name of its type, ``number``, ``list``.
        of: of a list what it holds.
        unit: a currency, ``%``, or the name of a unit; None for a plain number and for what is no number.
        series: the period of a series.
        values: the numbers it may be; *step* between two of them.
        choices: the texts it may be.
        maximum: how long a list may be.
        policy: what an absent value means: unknown, ineligible, reject, or value with *default*; ``first`` for a state,
            which is *default* in a first period.
        state_of: what it is the value of in the period before.
        publisher: the scheme whose published results it is, ``self`` for this one.
    """

    anchor: str | None
    name: str
    labels: Labels
    type: str
    of: Link | None = None
    unit: str | None = None
    series: str | None = None
    values: Interval | None = None
    step: str | None = None
    choices: tuple[str, ...] = ()
    maximum: int | None = None
    policy: str = "unknown"
    default: Code = ()
    publisher: Link | None = None
    state_of: Link | None = None
    fixed: bool = False


Figure: TypeAlias = Band | Weights | Dates | Entries | Fields | Where


@attrs.frozen
class Tick:
    """
    A mark of a number line.

    Attributes:
        at: the part of the width at which it lies.
        lane: the line on which its label has room.
        side: which part of the label lies there: ``start``, ``middle`` or ``end``.
    """

    at: Fraction
    text: str
    lane: int = 0
    side: str = "middle"


@attrs.frozen
class Segment:
    """A piece of a number line, from and to a part of its width; an *open* end goes on without an end."""

    start: Fraction
    end: Fraction
    start_in: bool
    end_in: bool
    start_open: bool
    end_open: bool


@attrs.frozen
class Rule:
    """A rule that bears on levels: its place, its labels, and the statement."""

    link: Link
    labels: Labels
    code: Code


@attrs.frozen
class Level:
    """
    A level of the ladder.

    Attributes:
        mode: one of nodes.TIER_MODES.
        where: the values for which it is the result, else those for which its condition holds; None where that is
            about more than one name, or not known.
        segments: the same, drawn.
        needs: requirements for it.
    """

    anchor: str | None
    name: str
    labels: Labels
    mode: str
    condition: Code = ()
    where: Where | None = None
    segments: tuple[Segment, ...] = ()
    needs: tuple[Rule, ...] = ()


@attrs.frozen
class Ladder:
    """
    The levels, best first.

    Attributes:
        subject: the one number that decides, where there is one; the number line is about it.
        to_scale: whether distances on the line are true.
        assuming: whether the line is about subjects that meet the requirements, which are about something else.
        uncovered: values that have no level.
        besides: further rules that bear on the level: eligibility, vetoes, caps, floors.
    """

    levels: tuple[Level, ...]
    subject: Link | None = None
    ticks: tuple[Tick, ...] = ()
    to_scale: bool = True
    assuming: bool = False
    uncovered: Level | None = None
    besides: tuple[Rule, ...] = ()
