"""Statements for warehouses of random schemes, run on random tables: what they say of anybody is what the interpreter says."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pyarrow.parquet
import pytest

import tierlang
from columnar.as_tables import as_tables
from columnar.long_run import RandomWriter, cohorts_of, rated
from columnar.servers import Server
from property.generate import Sample
from tierlang.columnar.columns.cells import Beyond
from tierlang.columnar.sql.dialects import DIALECTS
from tierlang.columnar.warehouse.statement import checks_of, lowered, statement_of

SCHEMES = 45
LEAST = 40
"""Statements that must have been run, and subjects that they must have told of, so that the test says something."""


@attrs.frozen
class Case:
    """A sample with its tables, and the statement for them."""

    name: str
    scheme: tierlang.Scheme
    sample: Sample
    tables: dict[str, Any]
    statement: str


def test_they_say_what_the_interpreter_says(server: tuple[str, Server], tmp_path: Path) -> None:
    """Of everybody of whom they say anything."""
    dialect, engine = server
    counts: Counter[str] = Counter()
    for turn, case in enumerate(cases(dialect)):
        for name, table in case.tables.items():
            path = (
                tmp_path / f"{name}-{turn}.parquet"
            )  # an engine may keep what stood in a file of the same name
            pyarrow.parquet.write_table(table, path)
            engine.load(name, str(path))
        try:
            rows = engine.ask(case.statement)
        except Exception as error:  # noqa: BLE001 - each engine has its own
            if "@20" not in str(error):  # a period of which the tables of samples have no column
                pytest.fail(f"{case.name}: {error}\n{case.sample.text}")
            continue
        counts["statements"] += 1
        counts["subjects"] += told(case, rows)
    assert min(counts["statements"], counts["subjects"]) >= LEAST


def cases(dialect: str) -> Iterator[Case]:
    """Random samples that tables can hold, whose schemes the dialect can say."""
    form = DIALECTS[dialect]
    for turn in range(SCHEMES):
        writer = RandomWriter(random.Random(f"statements/{turn}"))
        for number, drawn in enumerate(cohorts_of(writer, writer.sample())):
            found = as_tables(drawn)
            if found is None or number == 1:
                continue
            sample, tables = found
            scheme = tierlang.loads(sample.text)
            prepared = scheme.prepare(period=sample.period, params=sample.params, tables=sample.tables)
            try:
                statement = statement_of(lowered(prepared, form), form, {})
            except Beyond:
                continue
            yield Case(f"statements/{turn}/{number}", scheme, sample, tables, statement)


def told(case: Case, rows: list[tuple[Any, ...]]) -> int:
    """How many subjects a statement tells of; all that it tells is right."""
    found = {row[0]: row for row in rows}
    outcome = rated(case.scheme, case.sample)
    if isinstance(outcome, set):  # the interpreter refuses these data
        return 0
    assert found.keys() == {result.id for result in outcome.results}
    count = 0
    for result in outcome.results:
        _, status, *rest = found[result.id]
        tier, left = rest[:2] if case.scheme.levels else (None, rest[0])
        if not left:
            count += 1
            assert (status, tier) == (result.status, result.tier), (
                f"{case.name}, {result.id}\n{case.sample.text}"
            )
    return count


CHAIN = 40


def test_long_chains_and_wide_literals(server: tuple[str, Server], tmp_path: Path) -> None:
    """Steps that use one another several times are computed once each, and literals of more than 64 bits are integers."""
    dialect, engine = server
    steps = "".join(
        f"a{i} = if a{i - 1} > 5 then a{i - 1} - 1 else a{i - 1} + 2\n" for i in range(1, CHAIN + 1)
    )
    many = "".join(f"input m{i} : count 0..100\n" for i in range(60))
    text = (
        f"input x : count 0..10_000_000_000\ninput y : count 1..10_000_000_000\n{many}a0 = x\n{steps}"
        f"p = place(x / y, best: high, ties: min, missing: exclude, among: eligible)\n"
        f"tiers TOP > REST\ntier TOP if p == 1 and a{CHAIN} >= 0\ntier REST otherwise\n"
    )
    scheme, form = tierlang.loads(text), DIALECTS[dialect]
    near = [(400_000_011, 9_902_597_370), (396_103_907, 9_805_847_033), (10**10, 1), (1, 10**10)]
    rows = [
        {"id": f"s{n}", "x": x, "y": y, **{f"m{i}": i for i in range(60)}} for n, (x, y) in enumerate(near)
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "subjects.parquet")
    engine.load("subjects", str(tmp_path / "subjects.parquet"))
    wanted = {result.id: (result.tier, result.values["p"]) for result in scheme.rate(rows).results}
    found = lowered(scheme.prepare(), form)
    asked = engine.ask(statement_of(found, form, {}))
    assert {row[0]: (row[2], int(row[-1])) for row in asked} == wanted
    assert not engine.ask(checks_of(found, form, {}))
