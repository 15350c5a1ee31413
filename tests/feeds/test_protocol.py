"""What a sender may do before it has asked for anything."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from callmon.feeds import protocol
from callmon.feeds.http import HttpFeed
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.feeds.sender import Sender

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


def test_far_too_many_connections_are_not_kept(journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callmon.feeds.serving.CONNECTIONS", 4)
    monkeypatch.setattr(protocol, "SPARE_CONNECTIONS", 2)
    feed = HttpFeed(journal, "127.0.0.1", 0)
    address = ("127.0.0.1", int(feed.start().name.rpartition(":")[2]))
    try:
        with ExitStack() as stack:
            senders = [stack.enter_context(Sender(address)) for _ in range(7)]
            assert is_cut_off(senders[-1])
            assert senders[0].post(b"{}").status == 503
        monkeypatch.undo()
        with Sender(address) as later:
            until_served(later)
    finally:
        feed.stop()


def until_served(sender: Sender) -> None:
    """Those that left are noticed in a moment."""
    for _ in range(int(DEADLINE_S * 100)):
        if sender.post(b"{}").status == 202:
            return
    raise AssertionError("it is still not served")
