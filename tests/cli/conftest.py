from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.graph import Graph, serving


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the journal is to lie; nothing is there yet."""
    path = tmp_path / "journal.db"
    monkeypatch.setenv("CALLMON_JOURNAL", str(path))
    return path


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    """A Graph to which the environment points."""
    with serving() as graph:
        monkeypatch.setenv("CALLMON_GRAPH_URL", graph.url)
        monkeypatch.setenv("CALLMON_ACCESS_TOKEN", "token-of-the-test")
        yield graph
