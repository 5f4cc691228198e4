"""The command as a fixture, and golden files that `pytest tests/cli --accept` rewrites."""

from collections.abc import Callable

import pytest
from command_runner import FILES, GOLDEN, Tier, run_tier


@pytest.fixture
def tier(monkeypatch: pytest.MonkeyPatch) -> Tier:
    """Runs the command among the files of these tests."""
    monkeypatch.chdir(FILES)
    return run_tier


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files; read `git diff` afterwards")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with a golden file, or rewrites the file where `--accept` is given."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--accept", default=False):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.exists(), f"no golden file {name}: run pytest tests/cli --accept, then read it"
        assert text == path.read_text(encoding="utf-8")

    return compare
