"""What a sender may do before it has asked for anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPException

import pytest

from callmon.feeds import protocol
from callmon.feeds.http import HttpFeed
from callmon.ports import EntryKind
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


@pytest.mark.parametrize("beyond", [-100, 1])
def test_a_head_has_its_limit_to_the_byte(journal: MemoryJournal, address: tuple[str, int], beyond: int) -> None:
    rest = b"\r\nContent-Length: 2\r\n\r\n"
    with Sender(address) as sender:
        try:
            sender.send(HEAD + b"x" * (protocol.MAX_HEAD - len(HEAD) - len(rest) + beyond) + rest + b"{}")
            assert sender.answer().status == 202
        except (ConnectionError, HTTPException):
            assert beyond > 0
        else:
            assert beyond <= 0


OFFER = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA")


@pytest.mark.parametrize("offer", [OFFER, ("Connection: upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")])
def test_an_offer_of_another_protocol_is_not_taken_and_the_body_is(
    journal: MemoryJournal, sender: Sender, offer: tuple[str, ...]
) -> None:
    for number in range(2):
        answered = sender.post(b"[%d]" % number, *offer)
        assert answered.status == 202
        assert "upgrade" not in answered.headers
    assert [entry.body for entry in journal.entries(EntryKind.NOTIFICATION)] == [b"[0]", b"[1]"]


def test_nor_is_one_with_a_body_in_chunks_that_comes_later(journal: MemoryJournal, sender: Sender) -> None:
    head = "\r\n".join(["POST /api/calls HTTP/1.1", "Host: bot", "Transfer-Encoding: chunked", *OFFER, "", ""]).encode()
    sender.send(head[:40])
    sender.send(head[40:])
    sender.send(b"3\r\n[1]\r\n0\r\n\r\n")
    assert sender.answer().status == 202
    assert [entry.body for entry in journal.entries(EntryKind.NOTIFICATION)] == [b"[1]"]


def test_what_is_sent_without_waiting_and_cannot_be_read_gets_no_promise(
    feed: HttpFeed, journal: MemoryJournal, address: tuple[str, int]
) -> None:
    with Sender(address) as sender:
        sender.send(request(b"[1]") + request(b"[2]", *OFFER))
        try:
            while not sender.is_closed_by_peer():
                pass
        except ConnectionResetError:
            pass
    assert b"" not in [entry.body for entry in journal.entries(EntryKind.NOTIFICATION)]
    assert feed.status.refused == 1


def test_a_body_that_follows_a_request_sent_without_waiting_is_whole(journal: MemoryJournal, sender: Sender) -> None:
    second = request(b'{\n"upgrade":\n2\n}')
    sender.send(request(b"[1]") + second[:-6])
    assert sender.answer_in_line().status == 202
    sender.send(second[-6:])
    assert sender.answer_in_line().status == 202
    assert [entry.body for entry in journal.entries(EntryKind.NOTIFICATION)] == [b"[1]", b'{\n"upgrade":\n2\n}']


def test_who_sends_no_more_still_gets_the_answer(journal: MemoryJournal, sender: Sender) -> None:
    sender.send(request(b"[1]"))
    sender.send_no_more()
    assert sender.answer().status == 202
    assert sender.is_closed_by_peer()


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
