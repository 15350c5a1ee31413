from __future__ import annotations

import os
from pathlib import Path

import pytest

_PERSONAL = {"LC_ALL", "LC_MESSAGES", "COLUMNS", "LINES"}
"""The last two are set by readline, which pytest imports; they would take the place of a terminal's own size."""


@pytest.fixture(autouse=True)
def no_real_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No test sees the settings of whoever runs it, or leaves anything in their directories. Returns the home."""
    for name in list(os.environ):
        if name.startswith("CALLMON_") or name in _PERSONAL or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    return home


@pytest.fixture
def anyio_backend() -> str:
    """The screen runs on asyncio only."""
    return "asyncio"
