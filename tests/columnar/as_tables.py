"""The rows of a random sample as tables of Arrow: subjects, and child rows of their own, as files would hold them."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from property.cohorts import Declared
from property.generate import Sample

CENTS = 100
LABELS = {
    "month": [f"2023-{month:02}" for month in range(1, 9)],
    "quarter": [f"2022-Q{q}" for q in range(1, 5)] + [f"2023-Q{q}" for q in range(1, 5)],
}
TYPES = {
    **dict.fromkeys(("number", "money", "share"), pa.decimal128(20, 2)),
    **dict.fromkeys(("count", "days"), pa.int32()),
    "bool": pa.bool_(),
    "date": pa.date32(),
}


def as_tables(sample: Sample) -> tuple[Sample, dict[str, pa.Table]] | None:
    """
    The tables of a sample, and the sample with rows that say the same.

    In tables every subject has its child rows, maybe none, and every value of a series stands below its period.

    Returns:
        None where tables cannot say it: lists of plain values, numbers that are no decimals of two places.
    """
    if any(declared.shape == "list" for declared in sample.inputs):
        return None
    plain = [d for d in sample.inputs if d.shape != "record"]
    records = [d for d in sample.inputs if d.shape == "record"]
    rows = [{"id": row["id"], **_labelled(row, sample.inputs)} for row in sample.rows]
    for row in rows:
        row |= {d.name: [_labelled(child, _fields(d)) for child in row.get(d.name) or []] for d in records}
    numbers = [v for row in rows for v in _values(row) if isinstance(v, Fraction)]
    if any(CENTS % number.denominator for number in numbers):
        return None
    tables = {"subjects": _table(rows, plain)}
    for declared in records:
        children = [{"id": row["id"], **child} for row in rows for child in row[declared.name]]
        tables[declared.name] = _table(children, _fields(declared))
    return attrs.evolve(sample, rows=tuple(rows)), tables


def as_files(tables: Mapping[str, pa.Table], folder: Path) -> dict[str, Any]:
    """Parquet files of some tables."""
    paths = {name: folder / f"{number}.parquet" for number, name in enumerate(tables)}
    for name, path in paths.items():
        pq.write_table(tables[name], path)
    return dict(paths)


def _fields(declared: Declared) -> list[Declared]:
    return [Declared(*field) for field in declared.fields]


def _labelled(row: Mapping[str, Any], inputs: Iterable[Declared]) -> dict[str, Any]:
    """A row whose series are told by period."""
    found = {}
    for declared in inputs:
        value = row.get(declared.name)
        if declared.shape in LABELS and isinstance(value, list):
            value = dict(zip(LABELS[declared.shape], value, strict=False))
        if value is not None or declared.name in row:
            found[declared.name] = value
    return found


def _values(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        yield value
        return
    for part in value:
        yield from _values(part)


def _table(rows: list[dict[str, Any]], inputs: Iterable[Declared]) -> pa.Table:
    columns = {"id": pa.array([row["id"] for row in rows], pa.string())}
    for declared in inputs:
        kind = TYPES.get(declared.kind, pa.string())
        if declared.shape not in LABELS:
            columns[declared.name] = pa.array([_cell(row.get(declared.name)) for row in rows], kind)
            continue
        for label in LABELS[declared.shape]:
            cells = [_cell((row.get(declared.name) or {}).get(label)) for row in rows]
            columns[f"{declared.name}@{label}"] = pa.array(cells, kind)
    return pa.table(columns)


def _cell(value: Any) -> Any:
    if isinstance(value, bool | str | datetime.date) or value is None:
        return value
    return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
