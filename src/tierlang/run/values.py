"""What an expression is worth: exact values, and the one bottom value `undetermined` with its causes."""

import datetime
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeAlias, TypeGuard, Union

from tierlang import quickattrs as attrs
from tierlang.types import Exact

MAX_BITS = 65_536
"""Bits that a numerator or denominator may have; beyond is `undetermined(too-big)`."""

MAX_CAUSES = 32

CAUSES = (
    "missing",
    "hole",
    "div-zero",
    "empty",
    "too-big",
    "no-parameter",
    "no-key",
    "not-ranked",
    "no-date",
    "domain",
)


@attrs.frozen
class Cause:
    """
    Why a value cannot be known.

    Attributes:
        code: one of CAUSES.
        path: what it is about, such as ``score@2017-Q2`` or ``shops[3].ops_score``.
        node: the place in the scheme, ``line:column``.
    """

    code: str
    path: str
    node: str

    def __str__(self) -> str:
        return f"{self.code} {self.path}".rstrip()


@attrs.frozen
class Undetermined:
    """No value, because of *causes* (in source order, each once) and *more* that are not listed."""

    causes: tuple[Cause, ...]
    more: int = 0

    def __str__(self) -> str:
        return (
            "undetermined ("
            + ", ".join(map(str, self.causes))
            + (f" and {self.more} more" if self.more else "")
            + ")"
        )


@attrs.frozen
class Level:
    """A level of the ladder; a better one is greater. *index* counts from 0 for the best."""

    name: str
    index: int

    def __lt__(self, other: "Level") -> bool:
        return self.index > other.index

    def __le__(self, other: "Level") -> bool:
        return self.index >= other.index

    def __gt__(self, other: "Level") -> bool:
        return self.index < other.index

    def __ge__(self, other: "Level") -> bool:
        return self.index <= other.index

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class Series:
    """
    One value for each period of a unit.

    Attributes:
        path: its name, for causes.
        values: by the period's number; periods that are not there are *absent*.
        absent: the value of a period without data, where the input declares one.
        node: where it is declared.
    """

    unit: str
    path: str
    values: Mapping[int, "Value"]
    absent: Union["Value", None]
    node: str

    def at(self, number: int, label: str) -> "Value":
        """The value of one period; missing where nothing is known of it."""
        value = self.values.get(number, self.absent)
        return undetermined("missing", f"{self.path}@{label}", self.node) if value is None else value


@attrs.frozen
class Group:
    """The rows of a list that have one value, *key*, of a field."""

    key: "Value"
    rows: tuple["Value", ...]


Record: TypeAlias = Mapping[str, "Value"]
Value: TypeAlias = (
    Exact
    | bool
    | str
    | datetime.date
    | Level
    | Undetermined
    | Series
    | Group
    | tuple["Value", ...]
    | Mapping[str, "Value"]
)


def undetermined(code: str, path: str, node: str) -> Undetermined:
    """An undetermined value with one cause."""
    return Undetermined((Cause(code, path, node),))


def union(values: Iterable[Value]) -> Undetermined:
    """The union of the causes of those values that are undetermined, in order, each once, at most MAX_CAUSES."""
    causes: dict[Cause, None] = {}
    more = 0
    for value in values:
        if isinstance(value, Undetermined):
            causes.update(dict.fromkeys(value.causes))
            more += value.more
    if len(causes) <= MAX_CAUSES:
        return Undetermined(tuple(causes), more)
    return Undetermined(tuple(causes)[:MAX_CAUSES], more + len(causes) - MAX_CAUSES)


def is_number(value: Value) -> TypeGuard[Exact]:
    """Whether a value is a number; true and false are not."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def normal(value: Fraction) -> Exact:
    """A number in its one form: whole ones as int."""
    return value.numerator if value.denominator == 1 else value


def _checked(value: Fraction) -> Fraction:
    if bits(value) > 2 * MAX_BITS:
        raise TooBig
    return value


def bits(value: Exact) -> int:
    """The size of a number: bits of its numerator or denominator, whichever has more."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


class TooBig(ArithmeticError):
    """A sum or a spread grows beyond every number of the language while it is computed."""


def total(values: list[Exact]) -> Exact:
    """
    The exact sum, pairwise, so that growing denominators stay cheap; of nothing 0.

    Raises:
        TooBig: a partial sum is beyond twice the language's bound.
    """
    whole = sum(value for value in values if isinstance(value, int))
    parts = [value for value in values if not isinstance(value, int)]
    while len(parts) > 1:
        rest = parts[len(parts) - len(parts) % 2 :]
        parts = [_checked(parts[i] + parts[i + 1]) for i in range(0, len(parts) - 1, 2)] + rest
    return normal(Fraction(whole) + parts[0]) if parts else whole
