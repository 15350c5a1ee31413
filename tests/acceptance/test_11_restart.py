"""Killed in the middle of 50 calls: all are there again, each unverified until it is heard of or asked about."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cli.graph import serving
from tests.cli.program import run_program, running
from tests.e2e.conftest import OpenTerminal
from tests.e2e.console import post
from tests.tui.stage import call_id, notification

pytestmark = pytest.mark.e2e


def collect_and_kill(port: int, calls: int = 50) -> None:
    """A collector takes so many calls and is killed."""
    with running("listen", "--listen", f"127.0.0.1:{port}") as program:
        program.line(holding="http://")
        for number in range(1, calls + 1):
            post(port, notification(call_id(number), "established"))
        program.end(signal.SIGKILL)


@pytest.fixture(autouse=True)
def journal_of_the_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_every_call_is_there_and_unverified_until_it_is_heard_of(terminal: OpenTerminal, free_port: int) -> None:
    collect_and_kill(free_port)
    pane = terminal()
    pane.run("--listen", f"127.0.0.1:{free_port}")
    pane.shows("50 active", "50 in doubt", "?● established", "unverified since", "may not have listened")
    post(free_port, notification(call_id(7), "hold"))
    pane.shows("49 in doubt")
    listed = run_program("list", "--json", "--filter", "!is:unverified").json
    assert [call["id"] for call in listed] == [call_id(7)]
    pane.press("q")
    pane.shows("exit=0")


def test_asked_about_each_of_them_is_verified(
    free_port: int, terminal: OpenTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect_and_kill(free_port, calls=12)  # one a second is asked about
    with serving() as graph:
        graph.answers["GET"] = (200, {"id": "x", "state": "established"})
        credentials = {"CALLMON_GRAPH_URL": graph.url, "CALLMON_ACCESS_TOKEN": "token-of-the-test"}
        pane = terminal(**credentials)
        pane.run("--listen", f"127.0.0.1:{free_port}")
        pane.shows("12 active", "12 in doubt")
        pane.shows("10 in doubt")
        for name, value in credentials.items():
            monkeypatch.setenv(name, value)
        verified = run_program("list", "--verify", "--json")
        assert all(call["verified"] for call in verified.json)
        assert "12 go on, 0 gone" in verified.err
        pane.until(lambda: "in doubt" not in pane.screen)
        pane.press("q")
        pane.shows("exit=0")
