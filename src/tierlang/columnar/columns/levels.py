"""Levels as numbers, by which engines compare them: the highest is 0, the next one -1, so that the greater is the better."""

from collections.abc import Callable, Sequence

from tierlang.columnar.columns.cells import column
from tierlang.columnar.columns.values import Plain


def numbers_of(ladder: Sequence[str]) -> dict[str, int]:
    """The number of each level, by its name; *ladder* has the highest first."""
    return {name: -place for place, name in enumerate(ladder)}


def level_column(name: str, ladder: Sequence[str]) -> Plain:
    """A column of levels, some of which may be missing."""
    return Plain("tier", column(name, "int", 1 - len(ladder), 0, nullable=True))


def number_of(text: str, ladder: Sequence[str], literal: Callable[[str], str]) -> str:
    """The number of the level that a text names, in SQL, in which *literal* writes texts."""
    arms = " ".join(f"WHEN {literal(name)} THEN {number}" for name, number in numbers_of(ladder).items())
    return f"CASE {text} {arms} END"


def name_of(number: str, ladder: Sequence[str], literal: Callable[[str], str]) -> str:
    """The name of the level that a number stands for, in SQL."""
    arms = " ".join(f"WHEN {number} THEN {literal(name)}" for name, number in numbers_of(ladder).items())
    return f"CASE {number} {arms} END"
