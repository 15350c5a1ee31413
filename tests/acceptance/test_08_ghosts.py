"""No terminal event for a call: it is suspected, asked about and found to be a ghost, without a storm of questions."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import httpx
import pytest

from callmon.core.calls import Call
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import now_in
from callmon.ports import EntryKind
from callmon.simulator.player import Simulation
from tests.cli.graph import error, serving
from tests.e2e.conftest import OpenTerminal
from tests.e2e.console import open_console, post
from tests.tui.stage import call_id, notification

pytestmark = pytest.mark.e2e

IMPATIENT = {"CALLMON_DOUBT_AFTER_S": "established=2"}


def journal_of(home: Path) -> Path:
    return home / "state" / "callmon" / "journal.db"


def checks(home: Path) -> int:
    """How many checks are on record."""
    with closing(SqliteJournal.open(journal_of(home))) as journal:
        return sum(stored.entry.kind is EntryKind.CALL_CHECKED for stored in journal.read())


def known(home: Path, spelled: str) -> Call | None:
    with closing(SqliteJournal.open(journal_of(home))) as journal:
        return now_in(journal).board.get(spelled)


def lose_its_end(graph: str, token: str, spelled: str) -> None:
    """The call ends at Graph, and nobody is told."""
    httpx.post(f"{graph}/simulator/faults", json={"rules": [{"fault": "unheard"}]}, timeout=10).raise_for_status()
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{graph}/v1.0/communications/calls/{spelled}"
    assert httpx.delete(url, headers=headers, timeout=10).status_code == 204


def test_a_call_whose_end_was_lost_is_found_out(
    terminal: OpenTerminal, free_port: int, simulation: Simulation, tmp_path: Path
) -> None:
    graph = simulation.start()
    credentials = {"CALLMON_GRAPH_URL": graph, "CALLMON_ACCESS_TOKEN": simulation.token}
    pane = open_console(terminal, free_port, **credentials, **IMPATIENT)
    spelled = simulation.start_call("p2p-incoming")
    pane.shows("● established", spelled)
    lose_its_end(graph, simulation.token, spelled)
    pane.shows("! gone", "Gone: its end was never reported")
    pane.press("q")
    pane.shows("exit=0")
    call = known(tmp_path, spelled)
    assert call is not None
    assert call.gone
    assert 1 <= checks(tmp_path) <= 3


def test_a_graph_that_asks_for_patience_gets_it_and_the_doubt_stays(
    terminal: OpenTerminal, free_port: int, tmp_path: Path
) -> None:
    with serving() as graph:
        graph.answers["GET"] = (429, error("TooManyRequests", "Please retry again later."))
        graph.headers["Retry-After"] = "3600"
        credentials = {"CALLMON_GRAPH_URL": graph.url, "CALLMON_ACCESS_TOKEN": "token-of-the-test"}
        pane = terminal(size=(160, 50), **credentials, **IMPATIENT)
        pane.run("--listen", f"127.0.0.1:{free_port}")
        pane.shows("No calls yet.", f"● http 127.0.0.1:{free_port}")
        for number in range(1, 21):
            post(free_port, notification(call_id(number), "established"))
        pane.shows("20 in doubt", "?● established", "silent since")
        pane.until(lambda: len(graph.of("GET")) == 1)
        asked = graph.of("GET")[0].path.rpartition("/")[2]
        pane.press("/")
        pane.shows("words, field:value")
        pane.type(f"id:{asked}")
        pane.shows("1 shown", "to no avail")
        pane.press("Enter")
        assert len(graph.of("GET")) == 1
        pane.press("q")
        pane.shows("exit=0")
    assert checks(tmp_path) == 1
