"""What comes with tier is in the style itself."""

from pathlib import Path

import pytest

import tierlang

SCHEMES = Path(__file__).resolve().parents[2] / "schemes"
SHIPPED = sorted(SCHEMES.rglob("*.tier"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(SCHEMES).as_posix())
def test_shipped_schemes(path: Path) -> None:
    """Published schemes and their overlays, to the byte; else run `tier fmt schemes` and read `git diff`."""
    assert path.read_bytes() == tierlang.format_text(path.read_text("utf-8"), path.name).encode()


def test_there_are_some() -> None:
    """The folder was found."""
    assert len(SHIPPED) > 9
