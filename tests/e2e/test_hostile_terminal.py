"""The bytes that a real terminal receives from the real console while somebody sends it the worst."""

from __future__ import annotations

import re
import time
from base64 import b64decode
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from callmon.clocks import utc_now
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import now_in
from callmon.ports import Entry, EntryKind
from callmon.tui.quiet import LET_GO_S
from tests import hostile
from tests.benchmarks.console import console
from tests.benchmarks.terminal import Terminal
from tests.cli.graph import Graph, serving
from tests.makers import body, item

pytestmark = pytest.mark.e2e

_PATIENCE_S = 30.0
# Everything that Textual writes: colours, cursor, erasing, modes and queries of its own, and the shape of the mouse
# pointer. No text is in any of it.
_SEQUENCES = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;:]*[ $]?[A-Za-z]|\]22;[a-z-]*\x07|[()][0AB]|[=>78M])")

# What the terminal is to put on its clipboard: harmless, for base64 has no control characters.
_COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/]*={0,2})\x07")


def foreign(received: bytes) -> list[bytes]:
    """What is neither text nor a sequence without text."""
    rest = _SEQUENCES.sub(b"", received[: received.rfind(b"\x1b")])  # the last one may have come in part
    return re.findall(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f].{0,20}|\xc2[\x80-\x9f].{0,20}", rest, re.DOTALL)


def record(path: Path, *bodies: bytes) -> None:
    with closing(SqliteJournal.open(path)) as journal:
        journal.submit([Entry(EntryKind.NOTIFICATION, utc_now(), "\x1b]0;EVIL\x07", raw) for raw in bodies]).result()


def look_at(screen: Terminal, key: bytes, shows: bytes) -> None:
    mark = screen.painted
    screen.press(key)
    screen.wait_for(shows, mark=mark, patience_s=_PATIENCE_S)


@pytest.mark.parametrize("name", ["title", "link", "8-bit OSC", "turned around", "markup"])
def test_no_view_of_a_call_passes_anything_on(tmp_path: Path, name: str) -> None:
    text = hostile.TEXTS[name]
    journal = tmp_path / "journal.db"
    record(journal, body(hostile.everywhere(text, 1)), body(*hostile.below(text, 1)))
    with serving() as graph:
        settings = tmp_path / "callmon" / "config.toml"
        settings.parent.mkdir()
        settings.write_text(f'graph_url = "{graph.url}"\naccess_token = "x"\n')
        settings.chmod(0o600)
        with console(journal) as screen:
            screen.wait_for(hostile.call_id(1).encode(), patience_s=_PATIENCE_S)  # the call is selected
            look_at(screen, b"\r", b"Timeline")
            look_at(screen, b"r", b"Notification ")
            look_at(screen, b"\x1b", b"Timeline")
            look_at(screen, b"C", b"Copied the ticket text")
            look_at(screen, b"x", b"Hang up call #")
            received = screen.since(0)
        assert [request.path for request in graph.requests if hostile.call_id(1) not in request.path] == []
    (ticket,) = _COPIED.findall(received)
    assert hostile.call_id(1) in b64decode(ticket, validate=True).decode()
    received = _COPIED.sub(b"", received)
    assert foreign(received) == []
    assert not [sequence for sequence in hostile.SEQUENCES if sequence in received]
    assert "\u202e".encode() not in received
    assert b"EVIL" in received, "the text itself is shown"


def test_a_board_full_of_it_passes_nothing_on(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    record(journal, *hostile.bodies())
    with console(journal) as screen:
        screen.wait_for(b"EVIL", patience_s=_PATIENCE_S)
        for key in (b"3", b"G", b"2", b"4", b"3"):
            screen.press(key)
        look_at(screen, b"?", "╯".encode())
        received = screen.since(0)
    assert foreign(received) == []


def test_hostile_ids_reach_no_url_while_a_call_is_hung_up(tmp_path: Path) -> None:
    journal, settings = tmp_path / "journal.db", tmp_path / "callmon" / "config.toml"
    strange = [
        body(item("created", f"/communications/calls/{name}", state="established", resultInfo={"message": "EVIL"}))
        for name in hostile.ids()
        if not re.match("a[/?#]", name)  # those name something of the call “a”
    ]
    call = hostile.call_id(1)
    record(journal, body(item("created", f"/communications/calls/{call}", state="established")), *strange)
    end = item("deleted", f"/communications/calls/{call}", state="terminated", resultInfo={"code": 200, "subcode": 0})
    with ExitStack() as stack:
        graph = stack.enter_context(serving())
        graph.on_delete = lambda: record(journal, *strange, body(end), *strange)
        settings.parent.mkdir()
        settings.write_text(f'graph_url = "{graph.url}"\naccess_token = "x"\n')
        settings.chmod(0o600)
        screen = stack.enter_context(console(journal))
        screen.wait_for(call.encode(), patience_s=_PATIENCE_S)
        look_at(screen, b"x", b"Hang up call #")
        mark = screen.painted
        confirm(screen, graph)
        screen.wait_for(b"the call has ended", mark=mark, patience_s=_PATIENCE_S)
        received = screen.since(0)
        assert {(each.method, each.path) for each in graph.requests} == {
            ("DELETE", f"/v1.0/communications/calls/{call}")
        }
    assert foreign(received) == []
    with closing(SqliteJournal.open(journal)) as opened:
        snapshot = now_in(opened)
    assert [known.spelled for known in snapshot.board] == [call], "what has no id of a call is no call"
    assert snapshot.unparsed == 3 * len(strange)


def confirm(screen: Terminal, graph: Graph) -> None:
    """Press the key that hangs up until it counts: it must have been still for a moment before."""
    deadline = time.monotonic() + _PATIENCE_S
    while not graph.of("DELETE"):
        assert time.monotonic() < deadline
        time.sleep(1.1 * LET_GO_S)
        if not graph.of("DELETE"):
            screen.press(b"y")
