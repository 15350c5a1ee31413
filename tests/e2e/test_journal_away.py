"""A collector is started before its journal can be used, as after a power cut: it waits, and its senders know."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from callmon.cli.exits import ExitCode
from callmon.clocks import utc_now
from callmon.journal.addresses import RedisAddress
from callmon.journal.redis import RedisJournal
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from tests.cli.program import Outcome, on_terminal, run_program, running
from tests.cli.recorded import call_id, notification
from tests.e2e.conftest import needs
from tests.redis_server import RedisServer

pytestmark = pytest.mark.e2e

ONE = notification(call_id(1), "established")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    needs("redis-server")
    server = RedisServer(tmp_path)
    yield server
    server.stop()


def test_it_waits_for_a_redis_that_is_not_there_yet(server: RedisServer, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}"
    with running("listen", "--journal", server.url(), "--listen", f"127.0.0.1:{free_port}") as collector:
        told = collector.line(holding="cannot be reached")
        assert "waits until the journal can be used, and turns notifications away with 503" in told
        refused = httpx.post(f"{url}/api/calls", content=ONE, timeout=10)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert httpx.get(f"{url}/healthz", timeout=10).status_code == 503
        server.start()
        assert "cannot be reached" not in collector.line(holding="Listening")
        assert httpx.post(f"{url}/api/calls", content=ONE, timeout=10).status_code == 202
        outcome = collector.end()
    assert outcome.code == ExitCode.DONE
    assert "1 notifications accepted" in outcome.err


def test_it_ends_when_redis_was_emptied_so_that_it_is_started_again(server: RedisServer, free_port: int) -> None:
    server.start()
    with running("listen", "--journal", server.url(), "--listen", f"127.0.0.1:{free_port}") as collector:
        collector.line(holding="Listening")
        with server.client() as client:
            client.flushall()
        assert httpx.post(f"http://127.0.0.1:{free_port}/api/calls", content=ONE, timeout=10).status_code == 503
        outcome = collector.ended()
    assert outcome.code == ExitCode.FAILED
    assert "emptied or replaced" in outcome.err


def test_it_ends_at_once_while_it_waits(server: RedisServer) -> None:
    with running("listen", "--journal", server.url(), "--listen", "127.0.0.1:0") as collector:
        collector.line(holding="cannot be reached")
        begun = time.monotonic()
        outcome = collector.end(signal.SIGTERM)
    assert time.monotonic() - begun < 2
    assert outcome.code == ExitCode.DONE


def test_a_console_waits_for_it_as_well(server: RedisServer) -> None:
    with on_terminal("--journal", server.url(), "--listen", "127.0.0.1:0") as console:
        console.wait_for("cannot be reached")
        server.start()
        console.wait_for("No calls yet")
        console.type("q")
        assert console.end() == ExitCode.DONE


def test_who_follows_goes_on_where_it_broke_off(server: RedisServer) -> None:
    server.start()
    RedisJournal.open(RedisAddress(server.url())).close()
    with running("tail", "--json", "--journal", server.url()) as tail:
        tail.line(holding="Following the journal")
        for number, state in enumerate(("incoming", "established"), 1):
            _write(server, notification(call_id(number), state))
            assert json.loads(tail.line("stdout"))["id"] == call_id(number)
            server.stop()
            assert "tries again by itself" in tail.line()
            server.start()
            assert "can be read again" in tail.line()
        _write(server, notification(call_id(3), "incoming"))
        assert json.loads(tail.line("stdout"))["id"] == call_id(3)
        assert tail.end() == Outcome(ExitCode.DONE, "", "")


def test_who_looks_once_is_promised_nothing(server: RedisServer) -> None:
    for command in (["list"], ["tail"], ["export"], ["hangup", call_id(1), "--yes"]):
        ended = run_program(*command, "--journal", server.url())
        assert ended.code == ExitCode.FAILED
        assert "cannot be reached" in ended.err
        assert "again" not in ended.err


def _write(server: RedisServer, body: bytes) -> None:
    with closing(RedisJournal.open(RedisAddress(server.url()))) as journal:
        journal.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", body))


def test_it_waits_for_a_file_that_somebody_has_locked(tmp_path: Path, free_port: int) -> None:
    path = tmp_path / "journal.db"
    SqliteJournal.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with running("listen", "--journal", str(path), "--listen", f"127.0.0.1:{free_port}") as collector:
            assert "turns notifications away" in collector.line(holding="locked")
            other.execute("ROLLBACK")
            other.close()
            collector.line(holding="Listening")
            assert collector.end().code == ExitCode.DONE


def test_it_does_not_wait_for_a_password_that_is_wrong(tmp_path: Path) -> None:
    needs("redis-server")
    server = RedisServer(tmp_path, requirepass="right").start()
    try:
        ended = run_program("listen", "--journal", server.url(user=":wrong@"), "--listen", "127.0.0.1:0")
    finally:
        server.stop()
    assert ended.code == ExitCode.FAILED
    assert "refuses the user or the password" in ended.err


@pytest.mark.parametrize(("name", "words"), [("other.db", "another program"), (".", "is a directory")])
def test_it_does_not_wait_for_what_only_the_operator_can_mend(tmp_path: Path, name: str, words: str) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE weather (day)")
    ended = run_program("listen", "--journal", str(tmp_path / name), "--listen", "127.0.0.1:0")
    assert ended.code == ExitCode.FAILED
    assert words in ended.err
