from __future__ import annotations

import io

import pytest

from callmon.cli import progress
from callmon.cli.progress import Progress


class Terminal(io.StringIO):
    """Where a bar is seen."""

    def isatty(self) -> bool:
        return True


def told(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, size: int | None, shown_after_s: float = 0.0) -> str:
    monkeypatch.setattr(progress, "_SHOWN_AFTER_S", shown_after_s)
    monkeypatch.setattr("sys.stderr", stderr)
    with Progress("calls.jsonl", size) as bar:
        for position in (10, 60, 100):
            bar.reached(position)
    return stderr.getvalue()


def test_what_takes_long_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told(monkeypatch, Terminal(), 100)
    assert "calls.jsonl" in shown
    assert "100%" in shown


def test_what_has_no_known_end_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "calls.jsonl" in told(monkeypatch, Terminal(), None)


@pytest.mark.parametrize(("stderr", "shown_after_s"), [(Terminal(), 3600.0), (io.StringIO(), 0.0)])
def test_else_nothing_is_printed(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, shown_after_s: float) -> None:
    assert told(monkeypatch, stderr, 100, shown_after_s) == ""
