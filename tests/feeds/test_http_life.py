"""How the listener starts, when the port is not free, and how it stops."""

from __future__ import annotations

import errno
import json
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from callmon.core.records import FeedChanged, decode
from callmon.feeds import http
from callmon.feeds.asgi import Receive, Scope, Send, answer
from callmon.feeds.http import HttpFeed
from callmon.feeds.server import ServerThread
from callmon.ports import Entry, EntryKind, Feed, FeedState, FeedStatus, JournalError, Ticket
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.feeds.sender import Sender, request
from tests.waiting import wait_until

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def unheard(what: str, remedy: str) -> str:
    return f"{what} No notification comes in over HTTP: {remedy}."


def feed_records(journal: MemoryJournal) -> list[object]:
    return [decode(entry.kind, entry.body) for entry in journal.entries(EntryKind.FEED)]


def listener_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "http-feed"]


@contextmanager
def held_by_another(body: bytes) -> Iterator[int]:
    """A port on which another program answers every request with `body`."""

    async def other(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, 200, body=body)

    server = ServerThread(other, "127.0.0.1", 0)
    try:
        yield server.start()[1]
    finally:
        server.stop()


def test_start_and_stop_are_in_the_journal(journal: MemoryJournal) -> None:
    feed: Feed = HttpFeed(journal, "127.0.0.1", 0, clock=lambda: NOON)
    assert (feed.status.name, feed.status.state) == ("http 127.0.0.1:0", FeedState.STOPPED)
    assert journal.entries() == []
    name = feed.start().name
    assert name != "http 127.0.0.1:0"
    assert feed.start() == feed.status == FeedStatus(name, FeedState.LISTENING)
    feed.stop()
    feed.stop()
    assert feed.status == FeedStatus(name, FeedState.STOPPED)
    assert [(entry.at, entry.origin) for entry in journal.entries()] == [(NOON, name)] * 2
    assert feed_records(journal) == [FeedChanged(name, "listening"), FeedChanged(name, "stopped")]
    assert listener_threads() == []


def test_it_starts_again_after_a_stop(journal: MemoryJournal) -> None:
    feed = HttpFeed(journal, "127.0.0.1", 0)
    for _ in range(2):
        feed.start()
        feed.stop()
    assert len(feed_records(journal)) == 4


def test_an_ipv6_address_stands_in_brackets(journal: MemoryJournal) -> None:
    feed = HttpFeed(journal, "::1", 0)
    name = feed.start().name
    feed.stop()
    assert name.startswith("http [::1]:")


@pytest.mark.parametrize("what", ["fail", "close"])
def test_a_journal_that_fails_hinders_neither_start_nor_stop(journal: MemoryJournal, what: str) -> None:
    feed = HttpFeed(journal, "127.0.0.1", 0)
    getattr(journal, what)()
    assert feed.start().state is FeedState.LISTENING
    feed.stop()
    assert feed.status.state is FeedState.STOPPED


def test_a_journal_that_raises_at_once_hinders_nothing() -> None:
    class Closed(MemoryJournal):
        def submit(self, entries: Sequence[Entry], ticket: Ticket | None = None) -> Future[None]:
            raise JournalError("The journal is closed.")

    feed = HttpFeed(Closed(), "127.0.0.1", 0)
    name = feed.start().name
    with Sender(("127.0.0.1", int(name.rpartition(":")[2]))) as sender:
        assert sender.post(b"{}").status == 503
    feed.stop()


def test_another_callmon_on_the_same_journal_is_followed(
    feed: HttpFeed, journal: MemoryJournal, address: tuple[str, int]
) -> None:
    second = HttpFeed(journal, *address)
    where = f"{address[0]}:{address[1]}"
    assert second.start() == FeedStatus(
        f"http {where}",
        FeedState.ELSEWHERE,
        f"Another callmon (pid {os.getpid()}) already listens on {where} for this journal. "
        "When it ends, this one takes its place.",
    )
    second.stop()
    assert feed_records(journal) == [FeedChanged(feed.status.name, "listening")]


def test_when_the_other_has_gone_a_new_start_takes_over(feed: HttpFeed, journal: MemoryJournal) -> None:
    second = HttpFeed(journal, "127.0.0.1", int(feed.status.name.rpartition(":")[2]))
    assert second.start().state is FeedState.ELSEWHERE
    feed.stop()
    assert second.start().state is FeedState.LISTENING
    second.stop()


def test_who_only_follows_listens_when_the_other_has_gone(
    feed: HttpFeed, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_LOOK_S", 0.01)
    second = HttpFeed(journal, "127.0.0.1", int(feed.status.name.rpartition(":")[2]))
    assert second.start().state is FeedState.ELSEWHERE
    feed.stop()
    wait_until(lambda: second.status.state is FeedState.LISTENING)
    with Sender(("127.0.0.1", int(second.status.name.rpartition(":")[2]))) as sender:
        assert sender.post(b"{}").status == 202
    second.stop()
    assert second.status.state is FeedState.STOPPED


def test_who_was_stopped_while_it_waited_does_not_listen(
    feed: HttpFeed, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_LOOK_S", 0.01)
    second = HttpFeed(journal, "127.0.0.1", int(feed.status.name.rpartition(":")[2]))
    second.start()
    second.stop()
    feed.stop()
    wait_until(lambda: all(thread.name != "http-waits" for thread in threading.enumerate()))
    assert second.status.state is FeedState.STOPPED


def test_another_callmon_on_another_journal_is_a_failure(feed: HttpFeed, address: tuple[str, int]) -> None:
    status = HttpFeed(MemoryJournal(), *address).start()
    where = f"{address[0]}:{address[1]}"
    assert (status.state, status.detail) == (
        FeedState.FAILED,
        unheard(
            f"Another callmon (pid {os.getpid()}) already listens on {where} for another journal.",
            "start both with the same --journal, or choose another port with --listen",
        ),
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"It works!", id="a web page"),
        pytest.param(b'{"status":"ok"}', id="another program's health"),
        pytest.param(b"[1]", id="not an object"),
        pytest.param(b"[" * 60_000, id="nested without end"),
        pytest.param(json.dumps({"callmon": "1", "journal": "j", "pid": "\x1b[2J"}).encode(), id="a pid that is none"),
        pytest.param(json.dumps({"callmon": "1", "pid": 1}).encode(), id="no journal"),
    ],
)
def test_another_program_on_the_port_is_a_failure(journal: MemoryJournal, body: bytes) -> None:
    with held_by_another(body) as port:
        status = HttpFeed(journal, "127.0.0.1", port).start()
    assert (status.state, status.detail) == (
        FeedState.FAILED,
        unheard(
            f"Another program already listens on 127.0.0.1:{port}.",
            "choose another port with --listen, or end that program",
        ),
    )
    assert journal.entries() == []


def test_a_program_that_never_answers_is_a_failure(journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callmon.feeds.port_probe._PROBE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        status = HttpFeed(journal, "127.0.0.1", silent.getsockname()[1]).start()
    assert status.state is FeedState.FAILED
    assert status.detail.startswith("Another program already listens on ")


@pytest.mark.parametrize(
    ("host", "code", "detail"),
    [
        (
            "127.0.0.1",
            errno.EACCES,
            unheard("This user may not listen on 127.0.0.1:80.", "choose a port above 1023 with --listen HOST:PORT"),
        ),
        (
            "203.0.113.9",
            errno.EADDRNOTAVAIL,
            unheard(
                "This machine does not have the address 203.0.113.9.",
                "give an address of this machine with --listen, 127.0.0.1 for example",
            ),
        ),
        (
            "127.0.0.1",
            errno.EMFILE,
            unheard(
                f"The system refuses to listen on 127.0.0.1:80 ({os.strerror(errno.EMFILE)}).",
                "give another address with --listen HOST:PORT",
            ),
        ),
    ],
)
def test_what_the_system_refuses_is_a_failure(
    journal: MemoryJournal, host: str, code: int, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(socket.socket, "bind", refuse)
    feed = HttpFeed(journal, host, 80)
    assert feed.start() == feed.status == FeedStatus(f"http {host}:80", FeedState.FAILED, detail)
    feed.stop()
    assert journal.entries() == []


def test_a_listener_that_broke_down_is_not_called_listening(feed: HttpFeed) -> None:
    assert feed._server is not None
    feed._server.stop()
    assert feed.status.state is FeedState.FAILED
    assert "no notification comes in over HTTP" in feed.status.detail
    assert feed.start().state is FeedState.LISTENING


def test_a_request_under_way_is_answered_before_the_stop(
    feed: HttpFeed, journal: MemoryJournal, sender: Sender
) -> None:
    journal.hold()
    sender.send(request(b"{}"))
    journal.wait_until(lambda journal: len(journal.submissions) == 2)
    stopping = threading.Thread(target=feed.stop)
    stopping.start()
    journal.release()
    assert sender.answer().status == 202
    stopping.join(DEADLINE_S)
    assert [entry.kind for entry in journal.entries()] == [EntryKind.FEED, EntryKind.NOTIFICATION, EntryKind.FEED]
    assert listener_threads() == []


def test_requests_that_outlive_the_listener_get_no_promise_and_are_still_kept(journal: MemoryJournal) -> None:
    come = threading.Semaphore(0)

    def is_json(body: bytes) -> bool:
        come.release()
        return True

    feed = HttpFeed(journal, "127.0.0.1", 0, is_json=is_json)
    address = ("127.0.0.1", int(feed.start().name.rpartition(":")[2]))
    journal.hold()
    with Sender(address) as first, Sender(address) as second:
        first.send(request(b"1"))
        journal.wait_until(lambda journal: len(journal.submissions) == 2)
        second.send(request(b"2"))
        assert all(come.acquire(timeout=DEADLINE_S) for _ in range(2))
        stopping = threading.Thread(target=feed.stop)
        stopping.start()
        journal.wait_until(lambda journal: len(journal.submissions) == 4)
        assert stopping.is_alive(), "stop waits for the journal"
        assert (first.answer().status, second.answer().status) == (503, 503)
    journal.release()
    stopping.join(DEADLINE_S)
    kinds = [entry.kind for entry in journal.entries()]
    assert kinds == [EntryKind.FEED, EntryKind.NOTIFICATION, EntryKind.NOTIFICATION, EntryKind.FEED]
    assert [entry.body for entry in journal.entries(EntryKind.NOTIFICATION)] == [b"1", b"2"]


def test_a_batch_that_outlived_the_listener_does_not_hold_up_the_next_start(
    feed: HttpFeed, journal: MemoryJournal, sender: Sender
) -> None:
    journal.hold()
    sender.send(request(b"1"))
    journal.wait_until(lambda journal: len(journal.submissions) == 2)
    stopping = threading.Thread(target=feed.stop)
    stopping.start()
    assert sender.answer().status == 503
    journal.wait_until(lambda journal: len(journal.submissions) == 3)
    journal.release()
    stopping.join(DEADLINE_S)
    with Sender(("127.0.0.1", int(feed.start().name.rpartition(":")[2]))) as later:
        assert later.post(b"2").status == 202


def test_the_fake_journal_follows() -> None:
    journal, stop = MemoryJournal(), threading.Event()
    first, second = (Entry(EntryKind.NOTIFICATION, NOON, "test", body) for body in (b"1", b"2"))
    journal.append(first)
    batches = journal.follow(stop=stop)
    assert [item.entry for item in next(batches)] == [first]
    assert next(batches) == []
    journal.append(second)
    (item,) = next(batches)
    assert (item.entry, journal.read(item.position)) == (second, [])
    assert next(batches) == []
    stop.set()
    assert list(batches) == []
