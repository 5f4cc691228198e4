"""Every test of notebooks begins with the settings that a notebook begins with."""

import pytest

from tierlang.notebook import Options, options


@pytest.fixture(autouse=True)
def _fresh_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Options()
    monkeypatch.setattr(options, "lang", fresh.lang)
    monkeypatch.setattr(options, "rows", fresh.rows)
