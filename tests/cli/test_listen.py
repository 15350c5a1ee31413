from __future__ import annotations

import signal
import socket
import time
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from callmon.cli.exits import ExitCode
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import now_in
from callmon.ports import EntryKind
from tests.cli.graph import Graph, error
from tests.cli.program import Running, run_program, running
from tests.cli.recorded import entries, notification
from tests.fakes import DEADLINE_S

CALL = "57dab8b1-894c-409a-b240-bd8beae78896"


def address(program: Running) -> str:
    return program.line(holding="http://").rpartition(" ")[2].strip()


def post(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> int:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=DEADLINE_S)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json", **(headers or {})})
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_call_is_followed_from_its_beginning_to_its_explained_end(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0") as program:
        url = address(program)
        assert post(url, notification(CALL, "established", "created")) == 202
        assert run_program("list", "--json").json[0]["id"] == CALL
        assert post(url, notification(CALL, "terminating")) == 202
        end = notification(CALL, "terminated", "deleted", resultInfo={"code": "200", "subcode": "5001"})
        assert post(url, end) == 202
        shown = run_program("show", CALL, "--json").json
        outcome = program.end()
    assert [step["state"] for step in shown["timeline"]] == ["established", "terminating", "terminated"]
    assert shown["state"] == "terminated"
    assert (shown["end"]["code"], shown["end"]["subcode"]) == (200, 5001)
    assert shown["end"]["title"] == "The conversation ended"
    assert shown["duration_s"] is not None
    assert outcome.code == ExitCode.DONE
    assert outcome.out == ""
    assert "3 notifications accepted" in outcome.err


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, ExitCode.DONE), (signal.SIGHUP, ExitCode.DONE), (signal.SIGINT, ExitCode.INTERRUPTED)],
)
def test_it_stops_when_it_is_told_to(journal: Path, number: int, code: ExitCode) -> None:
    with running("--listen", "127.0.0.1:0", "listen") as program:
        address(program)
        outcome = program.end(number)
    assert outcome.code == code
    assert "Stopped" in outcome.err
    assert "Traceback" not in outcome.err
    assert [entry.kind for entry in entries(journal)] == [EntryKind.FEED, EntryKind.FEED]


def test_a_second_collector_of_the_same_journal_has_nothing_to_do(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0") as program:
        taken = urlsplit(address(program)).netloc
        second = run_program("listen", "--listen", taken)
        other = run_program("listen", "--listen", taken, "--journal", f"{journal}.other")
    assert second.code == ExitCode.FAILED
    assert "for this journal" in second.err
    assert other.code == ExitCode.FAILED
    assert "another journal" in other.err


def test_one_that_was_killed_left_a_gap_until_one_that_listens_elsewhere_brings_something(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0") as program:
        assert post(address(program), notification(CALL, "established", "created")) == 202
        program.end(signal.SIGKILL)
    with running("listen", "--listen", "127.0.0.2:0") as program:
        there = address(program)
        (found,) = run_program("list", "--json").json
        with closing(SqliteJournal.open(journal)) as opened:
            before = now_in(opened).gaps
            assert post(there, notification(CALL, "hold")) == 202
            after = now_in(opened).gaps
        program.end()
    assert found["id"] == CALL
    assert [[(gap.certain, gap.until is None) for gap in gaps] for gaps in (before, after)] == [
        [(False, True)],
        [(False, False)],
    ]
    assert list(journal.parent.glob("*-run-*")) == []


def test_a_port_that_another_program_has_is_a_failure(journal: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        result = run_program("listen", "--listen", f"127.0.0.1:{other.getsockname()[1]}")
    assert result.code == ExitCode.FAILED
    assert result.out == ""
    assert "--listen" in result.err


def test_it_listens_on_this_machine_only() -> None:
    result = run_program("listen", "--listen", "0.0.0.0:0")
    assert result.code == ExitCode.USAGE
    assert "reverse proxy" in result.err
    assert "CALLMON_FEED_TOKEN" in result.err


def test_who_sends_without_the_token_is_refused_counted_and_told(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLMON_FEED_TOKEN", "canary-0123456789abcdef")
    with running("listen", "--listen", "127.0.0.1:0") as program:
        url = address(program)
        assert post(url, notification(CALL, "established", "created")) == 401
        told = program.line(holding="refused")
        assert post(url, notification(CALL, "established"), {"X-Callmon-Token": "canary-0123456789abcdef"}) == 202
        program.line(holding="taken again")
        outcome = program.end()
    assert "CALLMON_FEED_TOKEN" in told
    assert "canary" not in told + outcome.err
    assert "1 notifications accepted, 1 requests refused" in outcome.err
    assert [entry.kind for entry in entries(journal)].count(EntryKind.NOTIFICATION) == 1


def test_a_collector_that_hears_nothing_ends_so_that_it_is_started_again(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0", "--exit-on-deaf", "1") as program:
        assert post(address(program), notification(CALL, "established", "created")) == 202
        told = program.line(holding="Nothing has come since")
        outcome = program.ended()
    assert "for longer than 1 s, although 1 call is active" in told
    assert outcome.code == ExitCode.FAILED


def test_a_collector_that_cannot_read_its_journal_does_not_say_that_nothing_came(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0", "--exit-on-deaf", "2") as program:
        url = address(program)
        assert post(url, notification(CALL, "established", "created")) == 202
        deadline = time.monotonic() + DEADLINE_S
        while httpx.get(url.replace("/api/calls", "/healthz"), timeout=DEADLINE_S).json()["active_calls"] != 1:
            assert time.monotonic() < deadline
        journal.unlink()
        told = program.line(holding="could not be read")
        outcome = program.ended()
    assert "removed or replaced" in told
    assert "Nothing has come" not in outcome.err
    assert outcome.code == ExitCode.FAILED


def test_a_collector_asks_graph_about_calls_in_doubt(
    journal: Path, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph.answers["GET"] = (404, error("8522", "Call not found."))
    monkeypatch.setenv("CALLMON_DOUBT_AFTER_S", "established=0.2")
    with running("listen", "--listen", "127.0.0.1:0", "--verify") as program:
        url = address(program)
        assert post(url, notification(CALL, "established", "created")) == 202
        deadline = time.monotonic() + DEADLINE_S
        while not entries(journal, EntryKind.CALL_CHECKED):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        metrics = httpx.get(url.replace("/api/calls", "/metrics"), timeout=DEADLINE_S).text
        program.end()
    assert 'callmon_checks_total{answer="gone"} 1.0' in metrics
    assert len(graph.of("GET")) == 1
    assert run_program("show", CALL, "--json").json["state"] == "terminated"


def test_a_collector_whose_journal_is_another_one_ends_so_that_it_is_started_again(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0") as program:
        url = address(program)
        SqliteJournal.open(journal.with_name("other.db")).close()
        journal.with_name("other.db").replace(journal)
        assert post(url, notification(CALL, "established", "created")) == 503
        outcome = program.ended()
    assert outcome.code == ExitCode.FAILED
    assert "removed or replaced" in outcome.err
    assert "start callmon again" in outcome.err


def test_a_collector_waits_for_a_journal_that_may_be_put_back(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0") as program:
        url = address(program)
        away = journal.rename(f"{journal}.away")
        assert post(url, notification(CALL, "established", "created")) == 503
        program.line(holding="removed or replaced")
        away.rename(journal)
        assert post(url, notification(CALL, "established", "created")) == 202
        assert program.end().code == ExitCode.DONE
