"""Cells of axes and sets of their combinations, against brute force on a fine grid."""

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from range_samples import FINE, belongs, bounded, domains, halves

from tierlang.check.coverage.formulas import AtLeast, Atom, Formula, Not, Unknown, evaluate, holds
from tierlang.check.coverage.intervals import Cell, Choices, Numbers, Space, first_of, split
from tierlang.source import NOWHERE
from tierlang.syntax import nodes as n

whole = st.integers(-4, 9)


def inside(value: Fraction, cell: Cell) -> bool:
    """Whether a number lies between the ends of a cell."""
    return belongs(value, Numbers(cell.low, cell.high, cell.low_in, cell.high_in))


@bounded
@given(domains(), st.lists(halves, max_size=5))
def test_cells_part_a_domain(domain: Numbers, constants: list[Fraction]) -> None:
    """Every value of the domain lies in exactly one cell, and the value that stands for a cell in that cell."""
    cells = split(domain, constants)
    for value in FINE:
        if belongs(value, domain):
            assert sum(inside(value, cell) for cell in cells) == 1
    for cell in cells:
        assert not isinstance(cell.value, str)
        assert belongs(Fraction(cell.value), domain)
        assert inside(Fraction(cell.value), cell)


@bounded
@given(domains(), st.lists(halves, min_size=1, max_size=5))
def test_all_values_of_a_cell_compare_alike(domain: Numbers, constants: list[Fraction]) -> None:
    """What holds for the one value of a cell holds for all of it."""
    for cell in split(domain, constants):
        for value in (v for v in FINE if belongs(v, domain) and inside(v, cell)):
            for constant, operator in product(constants, ("<", "<=", ">", ">=", "==", "!=")):
                assert holds(value, operator, (constant,)) == holds(cell.value, operator, (constant,))


def test_values_that_stand_for_cells_are_short() -> None:
    """Whole numbers near the middle where there are any, else as few decimals as will do; next to a single end."""
    cells = split(Numbers(), [9, 11, 79, 80, Fraction(801, 10)])
    values = [cell.value for cell in cells if cell.low != cell.high or cell.low is None]
    assert values == [8, 10, 45, Fraction(159, 2), Fraction(1601, 20), 81]


def test_texts_that_are_not_named_have_a_cell() -> None:
    """A text beside all constants stands for every other."""
    assert [cell.value for cell in split(Choices((), others=True), ["a", "other"])] == [
        "a",
        "other",
        "other_",
    ]
    assert [cell.value for cell in split(Choices(("a", "b")), ["a", "z"])] == ["a", "b"]


# ------------------------------------------------------------------ formulas

AXES = tuple(n.Name(n.Ident(name)) for name in "xy")


def atom(axis: int, operator: str, value: int) -> Atom:
    """A comparison that stands nowhere."""
    return Atom(AXES[axis], operator, (value,), NOWHERE, NOWHERE, NOWHERE)


def conditions() -> st.SearchStrategy[Formula]:
    """Comparisons of two axes with whole numbers, joined in every way, with unknown parts."""
    operators = st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "in"])
    leaf = st.builds(atom, st.integers(0, 1), operators, whole) | st.just(Unknown(NOWHERE))

    def joined(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        parts = st.lists(inner, max_size=4).map(tuple)
        return inner.map(Not) | st.builds(AtLeast, st.integers(0, 4), parts)

    return st.recursive(leaf, joined, max_leaves=8)


def directly(formula: Formula, point: tuple[Fraction, Fraction], unknown: bool) -> bool:
    """The truth of a condition at one point, *unknown* standing for the parts that may help it."""
    match formula:
        case Atom(axis=axis, operator=operator, values=values):
            return holds(point[AXES.index(axis)], operator, values)
        case Not(part=part):
            return not directly(part, point, not unknown)
        case AtLeast(count=count, parts=parts):
            return sum(directly(part, point, unknown) for part in parts) >= count
        case _:
            return unknown


@bounded
@given(conditions(), domains(), domains())
def test_cells_agree_with_every_point(formula: Formula, first: Numbers, second: Numbers) -> None:
    """A condition holds at a point exactly if the combination of cells that has the point is in its set."""
    constants = range(-4, 10)
    cells = split(first, constants), split(second, constants)
    space = Space((len(cells[0]), len(cells[1])))
    verdict = evaluate(formula, space, {AXES[0]: (0, cells[0]), AXES[1]: (1, cells[1])})
    points = [[v for v in FINE[::2] if belongs(v, domain)] for domain in (first, second)]
    for x, y in product(*points):
        place = next(i for i, cell in enumerate(cells[0]) if inside(x, cell)) * len(cells[1])
        place += next(i for i, cell in enumerate(cells[1]) if inside(y, cell))
        assert bool(verdict.surely >> place & 1) == directly(formula, (x, y), unknown=False)
        assert bool(verdict.maybe >> place & 1) == directly(formula, (x, y), unknown=True)


# ------------------------------------------------------------------ sets

spaces = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(lambda sizes: Space(tuple(sizes)))


@st.composite
def sets(draw: st.DrawFn) -> tuple[Space, int]:
    """A space and a set in it."""
    space = draw(spaces)
    return space, draw(st.integers(0, space.all))


def members(space: Space, cells: int) -> set[tuple[int, ...]]:
    """A set, by the coordinates of its members."""
    return {space.coordinates(i) for i in range(space.size) if cells >> i & 1}


def moved(point: tuple[int, ...], axis: int, cell: int) -> tuple[int, ...]:
    """The same point with another cell on one axis."""
    return (*point[:axis], cell, *point[axis + 1 :])


@bounded
@given(sets(), st.integers(0, 3))
def test_sets_of_combinations_agree_with_sets_of_points(case: tuple[Space, int], axis: int) -> None:
    """`where`, `everywhere`, `somewhere` and `grown` are what their words say."""
    space, cells = case
    axis %= len(space.sizes)
    inside_, everything = members(space, cells), members(space, space.all)
    line = range(space.sizes[axis])
    assert members(space, space.where(axis, [0])) == {p for p in everything if p[axis] == 0}
    assert members(space, space.everywhere(axis, cells)) == {
        p for p in everything if all(moved(p, axis, i) in inside_ for i in line)
    }
    assert members(space, space.somewhere(axis, cells)) == {
        p for p in everything if any(moved(p, axis, i) in inside_ for i in line)
    }
    assert members(space, space.grown(cells)) == {
        p for p in everything if any(sum(abs(a - b) for a, b in zip(p, q, strict=True)) <= 1 for q in inside_)
    }


@bounded
@given(sets())
def test_parts_are_connected_and_apart(case: tuple[Space, int]) -> None:
    """The parts make up the set, touch no other part, and come in the order of their first members."""
    space, cells = case
    parts = list(space.parts(cells))
    assert sum(parts) == cells
    assert parts == sorted(parts, key=first_of)
    for part in parts:
        assert space.grown(part) & cells == part


def test_unordered_axes_join_parts() -> None:
    """On an axis without order, cells far apart are neighbours."""
    space = Space((3, 3))
    cells = 0b100_000_101
    assert len(list(space.parts(cells))) == 3
    assert list(space.parts(cells, [1])) == [0b101, 0b100_000_000]
    assert list(space.parts(cells, [0, 1])) == [cells]
