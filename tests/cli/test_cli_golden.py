"""What the command says, to the letter: one golden file for each command line of cases.toml."""

import tomllib
from collections.abc import Callable

import pytest
from command_runner import GOLDEN, HERE, Tier

CASES = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["case"]
NAMES = [case["name"] for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_output(case: dict[str, object], tier: Tier, golden: Callable[[str, str], None]) -> None:
    """The transcript of a command line is its golden file; a second run says the same."""
    argv = [str(word) for word in case["argv"]]
    said = tier(*argv)
    golden(str(case["name"]), said.transcript(argv))
    assert tier(*argv) == said


def test_every_golden_file_has_a_case() -> None:
    """No golden file is left over from a case that is gone."""
    assert {path.stem for path in GOLDEN.iterdir()} == set(NAMES)
    assert len(set(NAMES)) == len(NAMES)
