from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

WriteFile = Callable[[str], Path]


@pytest.fixture
def write_file(no_real_environment: Path) -> WriteFile:
    """Writes the settings file, and returns its path."""

    def write(text: str) -> Path:
        path = no_real_environment / "config" / "callmon" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        return path

    return write
