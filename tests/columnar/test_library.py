"""The examples of every scheme in the library, rated by the engine as well: the same results, period after period."""

from pathlib import Path
from typing import Any

import pytest

import tierlang
from columnar.shared import one_workshop, plain
from tierlang.api import Scheme
from tierlang.run.result import Outcome

SCHEMES = Path(__file__).parents[2] / "schemes"


FILES = [path for path in sorted(SCHEMES.rglob("*.tier")) if "example " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SCHEMES)))
def test_examples(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run that an example asks for is asked of the engine too, unless it replaces definitions."""
    rate = Scheme.rate
    compared = []

    def both(scheme: Scheme, rows: Any, *, mocks: Any = None, history: Any = None, **options: Any) -> Outcome:
        wanted = rate(scheme, rows, mocks=mocks, history=history, **options)
        if not any(mocks or ()):
            with scheme.rate_table(list(rows), history=history, **options) as outcome:
                assert [plain(result) for result in outcome] == [plain(result) for result in wanted.results]
                compared.append(outcome.engine)
        return wanted

    monkeypatch.setattr(Scheme, "rate", both)
    scheme = tierlang.load(path)
    with one_workshop():
        examples = tierlang.run_examples(scheme)
    assert all(example.passed for example in examples)
    assert set(compared) == {"duckdb"}
