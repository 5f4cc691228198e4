"""Every test of notebooks begins with the settings that a notebook begins with."""

import attrs
import pytest

from tierlang.notebook import Options, options


@pytest.fixture(autouse=True)
def _fresh_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in attrs.asdict(Options()).items():
        monkeypatch.setattr(options, name, value)
