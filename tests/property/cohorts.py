"""Pools of literals and data, and random rows made of them."""

import datetime
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import strategies as st

PERCENT = st.integers(1, 100)

LITERALS: dict[str, tuple[str, ...]] = {
    "number": ("0", "1", "2", "5", "10", "59.5", "60", "79.5", "80", "100"),
    "count": ("0", "1", "2", "5", "10", "60"),
    "share": ("0%", "5%", "0.3", "50%", "100%"),
    "days": ("0", "1", "30", "90"),
    "money": ("0 CNY", "1 CNY", "59.5 CNY", "100 CNY", "1万 CNY"),
    "bool": ("true", "false"),
    "text": ('"a"', '"b"', '"服装"'),
    "date": ("2023-01-31", "2023-02-28", "2024-02-29", "2023-08-01"),
}
"""How values are written in a scheme."""

POOLS: dict[str, tuple[Any, ...]] = {
    "number": (0, 1, 2, 5, 10, Fraction("59.5"), 60, Fraction("79.5"), 80, 100),
    "count": (0, 1, 2, 5, 10, 60),
    "share": (0, Fraction("0.05"), Fraction("0.3"), Fraction(1, 2), 1),
    "days": (0, 1, 30, 90),
    "money": (0, 1, Fraction("59.5"), 100, 10_000),
    "bool": (True, False),
    "text": ("a", "b", "服装"),
    "date": tuple(datetime.date.fromisoformat(text) for text in LITERALS["date"]),
}
"""The same values as data."""

UNBOUNDED = (-3, Fraction(1, 3))
"""Further numbers, for inputs without a range."""


@attrs.frozen
class Declared:
    """
    An input as the generator declared it.

    Attributes:
        shape: ``plain``, ``list``, ``record``, or the unit of a series.
        bounded: it has a range.
        needed: a row without it is refused.
        fields: name, kind and shape of the fields of its records.
    """

    name: str
    kind: str
    shape: str
    bounded: bool = False
    needed: bool = False
    fields: tuple[tuple[str, str, str], ...] = ()


class Chooser:
    """Random choices, drawn by hypothesis; the first of several options is the simplest."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw

    def pick(self, options: Sequence[Any]) -> Any:
        """One of the options."""
        return options[self.upto(len(options))]

    def upto(self, limit: int) -> int:
        """A whole number from 0, below the limit."""
        return int(self.draw(st.integers(0, limit - 1))) if limit > 1 else 0

    def chance(self, percent: int) -> bool:
        """True that often."""
        return bool(self.draw(PERCENT) > 100 - percent)

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        """The items in some order."""
        return list(self.draw(st.permutations(items)))


def rows_of(chooser: Chooser, inputs: Sequence[Declared], ladder: Sequence[str]) -> list[dict[str, Any]]:
    """A cohort of none to six, most values known."""
    ids = ["b", "a", "d", "c", "f", "e"][: chooser.pick((0, 1, 2, 2, 3, 3, 4, 4, 5, 6))]
    rows = []
    for id_ in ids:
        row: dict[str, Any] = {"id": id_}
        for declared in inputs:
            if declared.needed or chooser.chance(88):
                row[declared.name] = value_of(chooser, declared, ladder)
            elif chooser.chance(50):
                row[declared.name] = None
        rows.append(row)
    return rows


def value_of(chooser: Chooser, declared: Declared, ladder: Sequence[str]) -> Any:
    """A value for an input."""
    match declared.shape:
        case "plain":
            return _plain(chooser, declared.kind, ladder, bounded=declared.bounded)
        case "list":
            return _several(chooser, 5, declared.kind, ladder, bounded=declared.bounded)
        case "record":
            return [_record(chooser, declared.fields, ladder) for _ in range(chooser.upto(4))]
        case unit:
            return _series(chooser, declared.kind, unit, ladder, bounded=declared.bounded)


def _plain(chooser: Chooser, kind: str, ladder: Sequence[str], *, bounded: bool) -> Any:
    pool: Sequence[Any] = ladder if kind == "tier" else POOLS[kind]
    if kind == "number" and not bounded:
        pool = (*pool, *UNBOUNDED)
    return chooser.pick(pool)


def _several(chooser: Chooser, limit: int, kind: str, ladder: Sequence[str], *, bounded: bool) -> list[Any]:
    """Fewer than *limit* values, now and then one that is not known."""
    count = chooser.upto(limit)
    return [
        None if chooser.chance(6) else _plain(chooser, kind, ladder, bounded=bounded) for _ in range(count)
    ]


def _series(chooser: Chooser, kind: str, unit: str, ladder: Sequence[str], *, bounded: bool) -> Any:
    values = _several(chooser, 8, kind, ladder, bounded=bounded)
    if chooser.chance(60):
        return values
    months = [f"2023-{month:02}" for month in range(1, 9)]
    quarters = [f"2022-Q{q}" for q in range(1, 5)] + [f"2023-Q{q}" for q in range(1, 5)]
    return dict(zip(months if unit == "month" else quarters, values, strict=False))


def _record(
    chooser: Chooser, fields: Sequence[tuple[str, str, str]], ladder: Sequence[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind, unit in fields:
        if chooser.chance(92):
            shape = Declared(name, kind, unit)
            found[name] = value_of(chooser, shape, ladder)
    return found


def enriched(
    chooser: Chooser, rows: Sequence[dict[str, Any]], inputs: Sequence[Declared], ladder: Sequence[str]
) -> Any:
    """The same rows with some of what is missing filled in; nothing that is there is changed."""
    return [{"id": row["id"], **_filled(chooser, row, inputs, ladder)} for row in rows]


def _filled(
    chooser: Chooser, row: dict[str, Any], inputs: Sequence[Declared], ladder: Sequence[str]
) -> dict[str, Any]:
    found = {name: value for name, value in row.items() if value is not None}
    for declared in inputs:
        value = row.get(declared.name)
        if value is None and chooser.chance(60):
            found[declared.name] = value_of(chooser, declared, ladder)
        elif isinstance(value, list) and declared.shape == "record":
            fields = [Declared(*field) for field in declared.fields]
            found[declared.name] = [_filled(chooser, child, fields, ladder) for child in value]
        elif isinstance(value, list | dict):
            found[declared.name] = _with_elements(chooser, value, declared, ladder)
    return found


def _with_elements(chooser: Chooser, values: Any, declared: Declared, ladder: Sequence[str]) -> Any:
    def one(value: Any) -> Any:
        stays = value is not None or chooser.chance(40)
        return value if stays else _plain(chooser, declared.kind, ladder, bounded=declared.bounded)

    if isinstance(values, dict):
        return {label: one(value) for label, value in values.items()}
    return [one(value) for value in values]
