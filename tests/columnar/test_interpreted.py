"""Expressions that columns cannot say: computed for one chunk of subjects after the other, and told from all others."""

from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

import tierlang
from columnar.shared import one_workshop, plain
from tierlang.data import read_subjects

SCHEME = """
record shop { staff : count, opened : date }
ranking best: high, ties: min, missing: exclude, among: eligible
input area : text
input sales : number missing 3
input size : number
input shops : list of shop max 9
eligible if area != "out"
middle = median(s.staff for s in shops)
side = sqrt(size, digits: 3)
ratio = sales / size
power_of_rank = power(rank(ratio), 2) + side
squares = sales * sales * size
best = sum(largest([sales, size, middle], 2))
tiers GOLD > SILVER > BASE
tier GOLD if top_share(middle, within: area) <= 50% and power_of_rank > 30
tier SILVER if best >= 6 or squares > 1_000_000 or side < 2
tier BASE otherwise
"""
SIZE = 90


def subjects() -> list[dict[str, Any]]:
    """Ties, gaps of every kind, quotients, and sixth powers of what is long."""
    return [
        {
            "id": f"p{i}",
            "area": ("a", "b", "out", None)[i % 4 if i % 9 else 3],
            "sales": None if i % 8 == 5 else i * 7 % 13 + (10**7 if i % 30 == 7 else 0),
            "size": None if i % 11 == 4 else i % 5,
        }
        for i in range(SIZE)
    ]


def shops() -> list[dict[str, Any]]:
    """Of none to four shops each, some without staff."""
    return [
        {"id": f"p{i}", "staff": None if (i + j) % 7 == 0 else i * j % 6, "opened": None}
        for i in range(SIZE)
        for j in range(i % 5)
    ]


def tables(folder: Path) -> tuple[str, dict[str, str]]:
    """Two files of Parquet."""
    decimal = pyarrow.decimal128(20, 2)
    main = pyarrow.schema([("id", "string"), ("area", "string"), ("sales", decimal), ("size", "int64")])
    rows = pyarrow.schema([("id", "string"), ("staff", "int32"), ("opened", "date32")])
    paths = folder / "subjects.parquet", folder / "shops.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(subjects(), main), paths[0])
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(shops(), rows), paths[1])
    return str(paths[0]), {"shops": str(paths[1])}


@pytest.mark.parametrize("chunk", [7, 20_000])
def test_tables(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Medians of child rows, roots and powers of ranks, numbers of more than 64 bits: all results are the interpreter's."""
    monkeypatch.setattr("tierlang.columnar.rating.interpreted.CHUNK", chunk)
    scheme = tierlang.loads(SCHEME)
    main, children = tables(tmp_path)
    data = read_subjects(main, scheme.fields, tables=children)
    wanted = scheme.rate(data.rows)
    with one_workshop(), scheme.rate_table(main, children=children) as outcome:
        assert outcome.engine == "duckdb"
        for name in ("median", "sqrt", "power", "largest"):
            assert f"`{name}` is computed by the interpreter" in (outcome.why or "")
        assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
        assert outcome.warnings == wanted.warnings


def test_a_whole_plan_is_refused_by_name(tmp_path: Path) -> None:
    """Who asks for an engine by name gets all of the scheme from it, or none."""
    scheme = tierlang.loads(SCHEME)
    main, children = tables(tmp_path)
    with pytest.raises(tierlang.DiagnosticError) as caught:
        scheme.rate_table(main, children=children, engine="duckdb")
    assert [d.code for d in caught.value.diagnostics] == ["E-ENGINE"]
    told = caught.value.diagnostics[0].args
    assert told["reason"].endswith("(in `side`)") and told["reason_zh"].endswith("（位于 `side`）")


def test_too_wide_for_any_column() -> None:
    """A number of the interpreter that has more than 128 bits leaves all to it."""
    scheme = tierlang.loads("input x : number\nbig = power(x, 9)\nplace_of = place(big)\n")
    rows = [{"id": "a", "x": 10**6}, {"id": "b", "x": 3}]
    wanted = scheme.rate(rows)
    with one_workshop(), scheme.rate_table(rows) as outcome:
        assert outcome.engine == "exact"
        assert outcome.why == "a number of the interpreter has more than 128 bits"
        assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]


def test_a_product_that_fits_after_all() -> None:
    """What cannot be proved to fit is computed by the interpreter; if it does fit, the ranking stays with the engine."""
    scheme = tierlang.loads(
        "input x : number\ninput y : number\nv = x * x * x / (1 + y * y * y)\nplace_of = place(v)\n"
    )
    rows = [{"id": f"p{i}", "x": 10**13 if i == 3 else i, "y": 10**12 if i == 3 else -i} for i in range(9)]
    wanted = scheme.rate(rows)
    with one_workshop(), scheme.rate_table(rows) as outcome:
        assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
