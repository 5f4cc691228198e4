"""
Sets of values, exactly: an axis is cut at constants into points and open intervals, and a set of the cells of up to
four axes is the bits of one int, so that and, or and not of conditions are the operators of Python.

All values of one cell compare alike with every constant, so that one representative decides for all of them.
"""

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from tierlang import quickattrs as attrs
from tierlang.types import Exact

Value: TypeAlias = Exact | str
"""A number; a day as its ordinal; 1 and 0 for true and false; the height of a level, 0 for the lowest; or a text."""


@attrs.frozen
class Numbers:
    """
    The numbers from *low* to *high*: all of them, or those that are *origin* plus a multiple of *step*.

    Attributes:
        low, high: the ends; None where there is none.
        low_in, high_in: whether the ends belong to it.
    """

    low: Exact | None = None
    high: Exact | None = None
    low_in: bool = True
    high_in: bool = True
    step: Exact | None = None
    origin: Exact = 0


@attrs.frozen
class Choices:
    """Single values, in order where they are numbers; *others* where further texts are possible."""

    values: tuple[Value, ...] = ()
    others: bool = False


Domain: TypeAlias = Numbers | Choices
"""What an axis can be."""

EVERY_NUMBER = Numbers()


@attrs.frozen
class Cell:
    """
    A point or an interval of an axis, and one value in it that is good to read.

    Attributes:
        low, high: the ends; both None for a text. A point has both ends equal.
        low_in, high_in: whether the ends belong to it.
    """

    value: Value
    low: Exact | None = None
    high: Exact | None = None
    low_in: bool = False
    high_in: bool = False


def exact(value: Exact) -> Exact:
    """A number as the language keeps it: whole ones as int."""
    return value.numerator if value.denominator == 1 else value


def split(domain: Domain, constants: Iterable[Value]) -> tuple[Cell, ...]:
    """Cut a domain at constants: its points and intervals in rising order; texts as they come."""
    if isinstance(domain, Choices):
        return tuple(_choices(domain, list(dict.fromkeys(constants))))
    cuts = sorted({c for c in constants if not isinstance(c, str)})
    return tuple(_numbers(domain, [c for c in cuts if _inside(domain, c)]))


def _choices(domain: Choices, constants: list[Value]) -> Iterator[Cell]:
    values = list(domain.values)
    if domain.others:
        values += [c for c in constants if c not in values]
        fresh = "other"
        while fresh in values:
            fresh += "_"
        values.append(fresh)
    for value in values:
        yield Cell(value) if isinstance(value, str) else Cell(value, value, value, True, True)


def _inside(domain: Numbers, value: Exact) -> bool:
    above = domain.low is None or value > domain.low or (domain.low_in and value == domain.low)
    below = domain.high is None or value < domain.high or (domain.high_in and value == domain.high)
    return above and below


def _numbers(domain: Numbers, cuts: list[Exact]) -> Iterator[Cell]:
    low, low_in = domain.low, domain.low_in
    for cut in cuts:
        yield from _interval(domain, low, low_in, cut, False)
        if domain.step is None or (cut - domain.origin) % domain.step == 0:
            yield Cell(exact(cut), cut, cut, True, True)
        low, low_in = cut, False
    yield from _interval(domain, low, low_in, domain.high, domain.high_in)


def _interval(
    domain: Numbers, low: Exact | None, low_in: bool, high: Exact | None, high_in: bool
) -> Iterator[Cell]:
    """The one cell between two ends, or none where nothing lies between them."""
    if low is not None and high is not None and (low > high or (low == high and not (low_in and high_in))):
        return
    if domain.step is None:
        value: Exact | None = _between(low, low_in, high, high_in)
    else:
        value = _grid_point(domain.step, domain.origin, low, low_in, high, high_in)
    if value is not None:
        yield Cell(exact(value), low, high, low_in, high_in)


def _between(low: Exact | None, low_in: bool, high: Exact | None, high_in: bool) -> Exact:
    """A short decimal near the middle; next to the end where there is only one."""
    if low is None and high is None:
        return 0
    if low is None or high is None:
        if low is None:
            assert high is not None
            return high if high_in else math.ceil(high) - 1
        return low if low_in else math.floor(low) + 1
    if low == high:
        return low
    middle, scale = Fraction(low + high) / 2, 1
    while True:
        for numerator in (math.floor(middle * scale), math.ceil(middle * scale)):
            if low < Fraction(numerator, scale) < high:
                return Fraction(numerator, scale)
        scale *= 10


def _grid_point(
    step: Exact, origin: Exact, low: Exact | None, low_in: bool, high: Exact | None, high_in: bool
) -> Exact | None:
    """The grid point nearest the middle, or nearest the only end; None where the interval holds none."""
    first = None if low is None else math.ceil(Fraction(low - origin) / step)
    last = None if high is None else math.floor(Fraction(high - origin) / step)
    if first is not None and not low_in and origin + first * step == low:
        first += 1
    if last is not None and not high_in and origin + last * step == high:
        last -= 1
    if first is None and last is None:
        return origin
    if first is None:
        assert last is not None
        return origin + last * step
    if last is None:
        return origin + first * step
    return origin + (first + (last - first) // 2) * step if first <= last else None


@attrs.frozen(slots=False)
class Space:
    """
    All combinations of the cells of some axes. Combination i is bit i of a set; the first axis moves slowest.

    Attributes:
        sizes: how many cells each axis has.
    """

    sizes: tuple[int, ...]

    @cached_property
    def size(self) -> int:
        """How many combinations there are."""
        return math.prod(self.sizes)

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """How far apart neighbours on each axis are."""
        return tuple(math.prod(self.sizes[axis + 1 :]) for axis in range(len(self.sizes)))

    @cached_property
    def all(self) -> int:
        """The set of all combinations."""
        return (1 << self.size) - 1

    def where(self, axis: int, cells: Iterable[int]) -> int:
        """The combinations whose cell on *axis* is one of *cells*."""
        found = 0
        for cell in cells:
            found |= self.between(axis, cell, cell + 1)
        return found

    def between(self, axis: int, start: int, stop: int) -> int:
        """The combinations whose cell on *axis* is one of ``range(start, stop)``."""
        stride, period = self.strides[axis], self.strides[axis] * self.sizes[axis]
        one_round = ((1 << stride * max(0, stop - start)) - 1) << start * stride
        return one_round * (self.all // ((1 << period) - 1)) if self.size else 0

    def everywhere(self, axis: int, cells: int) -> int:
        """The combinations that are in the set *cells* whatever their cell on *axis* is."""
        kept = self.where(axis, [0])
        for i in range(self.sizes[axis]):
            kept &= cells >> (i * self.strides[axis])
        return self._spread(axis, kept)

    def somewhere(self, axis: int, cells: int) -> int:
        """The combinations that are in the set *cells* with some cell on *axis*."""
        found = 0
        for i in range(self.sizes[axis]):
            found |= cells >> (i * self.strides[axis])
        return self._spread(axis, found & self.where(axis, [0]))

    def _spread(self, axis: int, cells: int) -> int:
        """A set of combinations with the first cell on *axis*, put on every cell of it."""
        return sum(cells << (i * self.strides[axis]) for i in range(self.sizes[axis]))

    def coordinates(self, combination: int) -> tuple[int, ...]:
        """The cell of a combination on every axis."""
        return tuple(
            combination // stride % size for stride, size in zip(self.strides, self.sizes, strict=True)
        )

    def grown(self, cells: int) -> int:
        """A set and the neighbours of its members on every axis."""
        result = cells
        for stride, (first, last) in zip(self.strides, self._borders, strict=True):
            result |= (cells & ~last) << stride | (cells & ~first) >> stride
        return result

    @cached_property
    def _borders(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            (self.where(axis, [0]), self.where(axis, [size - 1])) for axis, size in enumerate(self.sizes)
        )

    def parts(self, cells: int, unordered: Iterable[int] = ()) -> Iterator[int]:
        """The connected parts of a set, by their first members; on *unordered* axes all cells are neighbours."""
        axes = tuple(unordered)
        while cells:
            part, grown = 0, cells & -cells
            while grown != part:
                part, grown = grown, self.grown(grown)
                for axis in axes:
                    grown = self.somewhere(axis, grown)
                grown &= cells
            yield part
            cells &= ~part


def first_of(cells: int) -> int:
    """The first member of a set that is not empty."""
    return (cells & -cells).bit_length() - 1
