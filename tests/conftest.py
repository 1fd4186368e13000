"""What holds for every test."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the settings of whoever runs the tests."""
    for name in list(os.environ):
        if name.upper().startswith("FOLKMOOT_"):
            monkeypatch.delenv(name)
