"""What a sender may do before it has asked for anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPException

import pytest

from callmon.feeds import protocol
from callmon.feeds.http import HttpFeed
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.feeds.sender import Sender, request

HEAD = b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nX-Slow: "


def is_cut_off(sender: Sender) -> bool:
    try:
        return sender.is_closed_by_peer()
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("begun", [b"", b"P", HEAD])
def test_who_does_not_finish_the_head_of_a_request_is_cut_off(
    feed: HttpFeed, address: tuple[str, int], monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(protocol, "HEAD_S", 0.05)
    with Sender(address) as slow, Sender(address) as quick:
        slow.send(begun)
        assert quick.post(b"{}").status == 202
        assert is_cut_off(slow)


def test_so_is_who_does_not_finish_a_second_one(
    feed: HttpFeed, address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_S", 0.2)
    with Sender(address) as slow:
        assert slow.post(b"{}").status == 202
        assert slow.post(b"{}").status == 202
        slow.send(HEAD)
        assert is_cut_off(slow)


def test_between_requests_a_connection_may_rest(
    feed: HttpFeed, address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_S", 0.05)
    with Sender(address) as resting, Sender(address) as slow:
        assert resting.post(b"{}").status == 202
        assert is_cut_off(slow), "so much time has passed"
        assert resting.post(b"{}").status == 202


def test_a_head_without_end_is_cut_off(address: tuple[str, int]) -> None:
    with Sender(address) as sender:
        sender.send(HEAD)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            sender.send(b"x" * 100_000_000)


def test_a_long_head_is_no_trouble(journal: MemoryJournal, address: tuple[str, int]) -> None:
    with Sender(address) as sender:
        sender.send(HEAD + b"x" * 30_000)
        sender.send(b"x" * 30_000 + b"\r\nContent-Length: 2\r\n\r\n{}")
        assert sender.answer().status == 202


@pytest.fixture
def small(journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A listener that is full with the fourth connection, and lets two more be told so."""
    monkeypatch.setattr("callmon.feeds.serving.CONNECTIONS", 4)
    monkeypatch.setattr(protocol, "SPARE_CONNECTIONS", 2)
    feed = HttpFeed(journal, "127.0.0.1", 0)
    yield "127.0.0.1", int(feed.start().name.rpartition(":")[2])
    feed.stop()


def test_the_last_that_comes_takes_the_place_of_the_first_that_waits(small: tuple[str, int]) -> None:
    with ExitStack() as stack:
        senders = [stack.enter_context(Sender(small)) for _ in range(7)]
        assert senders[-1].post(b"{}").status == 202
        assert is_cut_off(senders[0])


def test_nobody_who_is_being_answered_gives_way(journal: MemoryJournal, small: tuple[str, int]) -> None:
    journal.hold()
    with ExitStack() as stack:
        busy = [stack.enter_context(Sender(small)) for _ in range(2)]
        for sender in busy:
            sender.send(request(b"{}"))
        journal.wait_until(lambda held: sum(map(len, held.submissions)) > 1)
        waiting, late = [stack.enter_context(Sender(small)) for _ in range(2)]
        late.send(request(b"{}"))
        assert is_cut_off(waiting)
        journal.release()
        assert [sender.answer().status for sender in (*busy, late)] == [202] * 3


def test_whoever_is_being_answered_is_however_many_others_come(journal: MemoryJournal, small: tuple[str, int]) -> None:
    journal.hold()
    with ExitStack() as stack:
        busy = stack.enter_context(Sender(small))
        busy.send(request(b"{}"))
        journal.wait_until(lambda held: sum(map(len, held.submissions)) > 1)
        for _ in range(9):
            with suppress(OSError):
                stack.enter_context(Sender(small)).send(request(b"{}"))
        journal.release()
        assert busy.answer().status == 202
    until_served(small)


def until_served(address: tuple[str, int]) -> None:
    """Those that left are noticed in a moment; until then whoever comes may be turned away or cut off."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        with suppress(OSError, HTTPException), Sender(address) as later:
            if later.post(b"{}").status == 202:
                return
    raise AssertionError("it is still not served")
