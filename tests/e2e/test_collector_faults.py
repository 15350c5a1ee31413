"""A real collector whose journal cannot take more: senders hear so, nothing is promised, and it goes on by itself."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from callmon.journal.addresses import RedisAddress
from callmon.journal.redis import RedisJournal
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import now_in
from callmon.ports import EntryKind
from tests.benchmarks.processes import CONSOLE, die_with_parent, environment
from tests.faults.sender import body, number_in
from tests.journal.suite import everything
from tests.redis_server import RedisServer, free_port
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e


class Collector:
    """``callmon listen``, with what it says."""

    def __init__(self, home: Path, journal: str) -> None:
        self.port = free_port()
        self._said = home / "collector.log"
        command = (*CONSOLE, "listen", "--listen", f"127.0.0.1:{self.port}", "--journal", journal)
        with self._said.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env=dict(environment(home)),
                preexec_fn=die_with_parent,  # noqa: PLW1509  # nothing but one system call
            )
        wait_until(lambda: "Listening" in self.said)

    @property
    def said(self) -> str:
        return self._said.read_text()

    def post(self, number: int, size: int = 0) -> httpx.Response:
        content = body(0, number) + b" " * size
        return httpx.post(f"http://127.0.0.1:{self.port}/api/calls", content=content, timeout=30)

    def health(self) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=30)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[tuple[Path, ExitStack]]:
    with ExitStack() as stack:
        yield tmp_path, stack


def kept(journal: SqliteJournal) -> list[int]:
    return [number_in(one.entry.body)[1] for one in everything(journal) if one.entry.kind is EntryKind.NOTIFICATION]


def refused(answer: httpx.Response) -> bool:
    assert answer.status_code in {202, 503}
    if answer.status_code == 503:
        assert int(answer.headers["retry-after"]) > 0
    return answer.status_code == 503


def test_a_disk_that_takes_no_more_and_then_does(home: tuple[Path, ExitStack]) -> None:
    path, stack = home
    collector = Collector(path, str(path / "journal.db"))
    stack.callback(collector.stop)
    pid = collector.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (400_000, hard))  # no file of that process may grow beyond it
    accepted: list[int] = []
    in_a_row = 0
    for number in range(1000):  # the log can be folded into the file once or twice before both are full
        in_a_row = in_a_row + 1 if refused(collector.post(number, 50_000)) else 0
        if not in_a_row:
            accepted.append(number)
        if in_a_row == 3:
            break
    assert accepted
    assert in_a_row == 3
    wait_until(lambda: "turned away with 503" in collector.said)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert not refused(collector.post(2000))
    wait_until(lambda: "Notifications are taken again." in collector.said)
    with closing(SqliteJournal.open(path / "journal.db")) as journal:
        assert kept(journal) == [*accepted, 2000]


def test_a_redis_that_is_away_and_comes_back(home: tuple[Path, ExitStack]) -> None:
    path, stack = home
    server = RedisServer(path).start()
    stack.callback(server.stop)
    collector = Collector(path, server.url())
    stack.callback(collector.stop)
    assert not refused(collector.post(1))
    os.kill(server.pid, signal.SIGSTOP)  # it is there and does not answer
    assert refused(collector.post(2))
    wait_until(lambda: "does not answer in time" in collector.said)
    os.kill(server.pid, signal.SIGCONT)
    assert not refused(collector.post(3))
    wait_until(lambda: "Notifications are taken again." in collector.said)
    with server.client() as client:
        bodies = [
            fields[b"body"] for _, fields in client.xrange("{callmon}:entries") if fields[b"kind"] == b"notification"
        ]
    # What was refused may have been carried out after the collector had given up; nothing is there twice.
    assert sorted({*(number_in(each)[1] for each in bodies), 2}) == [1, 2, 3]
    assert len(bodies) == len(set(bodies))


def test_a_collector_on_a_redis_that_was_killed_is_healthy_again_though_nobody_sends(
    home: tuple[Path, ExitStack],
) -> None:
    path, stack = home
    server = RedisServer(path).start()
    stack.callback(server.stop)
    collector = Collector(path, server.url())
    stack.callback(collector.stop)
    assert not refused(collector.post(1))
    assert collector.health().status_code == 200
    server.kill()
    assert refused(collector.post(2))
    assert collector.health().status_code == 503
    wait_until(lambda: "turned away with 503" in collector.said)
    server.start()
    wait_until(lambda: collector.health().status_code == 200)
    assert collector.health().json()["journal_trouble"] is None
    wait_until(lambda: "Notifications are taken again." in collector.said)
    with closing(RedisJournal.open(RedisAddress(server.url()))) as journal:
        snapshot = now_in(journal)
    assert [gap.until is None for gap in snapshot.gaps] == [False]
