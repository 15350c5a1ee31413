"""What a sender of notifications meets."""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callmon import __version__
from callmon.core.records import FeedChanged, decode
from callmon.core.wire import is_json
from callmon.feeds import receiver
from callmon.feeds.http import HttpFeed
from callmon.feeds.receiver import MAX_BODY
from callmon.feeds.server import CONNECTIONS
from callmon.ports import Entry, EntryKind
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.feeds.sender import Sender, request
from tests.waiting import wait_until

NOTIFICATION = b'{"value":[{"changeType":"updated","resource":"/app/calls/1"}]}'


def notifications(journal: MemoryJournal) -> list[Entry]:
    return list(journal.entries(EntryKind.NOTIFICATION))


def notification_submitted(journal: MemoryJournal) -> bool:
    return any(entry.kind is EntryKind.NOTIFICATION for batch in journal.submissions for entry in batch)


def notification_kept(journal: MemoryJournal) -> bool:
    return bool(journal.entries(EntryKind.NOTIFICATION))


def wait_for_count(name: str, address: tuple[str, int]) -> None:
    """Ask the listener until it has counted one request."""
    deadline = time.monotonic() + DEADLINE_S
    with Sender(address) as other:
        while other.get("/healthz").json[name] != 1:
            assert time.monotonic() < deadline, f"nothing {name} within {DEADLINE_S:g} s"


def test_a_notification_is_kept_and_answered_202(feed: HttpFeed, journal: MemoryJournal, sender: Sender) -> None:
    before = datetime.now(UTC)
    answered = sender.post(NOTIFICATION)
    assert (answered.status, answered.body, answered.headers["content-length"]) == (202, b"", "0")
    (entry,) = notifications(journal)
    assert (entry.body, entry.origin) == (NOTIFICATION, feed.status.name)
    assert before <= entry.at <= datetime.now(UTC)
    assert entry.at.tzinfo is UTC
    assert (feed.status.accepted, feed.status.refused) == (1, 0)


def test_202_comes_only_after_the_commit(feed: HttpFeed, journal: MemoryJournal, address: tuple[str, int]) -> None:
    journal.hold()
    with Sender(address) as sender, Sender(address) as other:
        sender.send(request(NOTIFICATION))
        journal.wait_until(notification_submitted)
        # Once the listener has answered somebody else, an early answer would have arrived as well.
        assert other.get("/healthz").json["accepted"] == 0
        assert not sender.has_answer()
        journal.release()
        assert sender.answer().status == 202
        assert notification_kept(journal)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xef\xbb\xbf{}", id="BOM"),
        pytest.param('{"displayName":"Zoë \U0001f4de"}'.encode("utf-16-le"), id="UTF-16"),
        pytest.param(b' {"a" : 1.0e2,\r\n\t"a":2} ', id="its own spacing and a key twice"),
        pytest.param(b'"\\ud800"', id="half a surrogate pair"),
    ],
)
def test_json_of_any_look_is_accepted_byte_for_byte(journal: MemoryJournal, sender: Sender, body: bytes) -> None:
    assert sender.post(body).status == 202
    assert [entry.body for entry in notifications(journal)] == [body]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe\x80", id="not UTF-8"),
        pytest.param(b'{"value":[', id="cut off"),
        pytest.param(b"[" * 200_000, id="nested without end"),
    ],
)
def test_what_is_not_json_is_kept_and_answered_400(
    feed: HttpFeed, journal: MemoryJournal, sender: Sender, body: bytes
) -> None:
    answered = sender.post(body)
    assert (answered.status, answered.json["error"]["code"]) == (400, "notJson")
    assert [entry.body for entry in notifications(journal)] == [body]
    assert (feed.status.accepted, feed.status.refused) == (0, 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(body=st.binary(max_size=300) | st.text().map(lambda text: json.dumps(text).encode()))
def test_every_body_is_kept_as_it_came(journal: MemoryJournal, sender: Sender, body: bytes) -> None:
    assert sender.post(body).status == (202 if is_json(body) else 400)
    assert notifications(journal)[-1].body == body


def test_a_body_in_chunks_is_put_together(journal: MemoryJournal, sender: Sender) -> None:
    sender.send(b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n")
    for part in (NOTIFICATION[:1], NOTIFICATION[1:20], NOTIFICATION[20:]):
        sender.send(b"%x\r\n%s\r\n" % (len(part), part))
    sender.send(b"0\r\n\r\n")
    assert sender.answer().status == 202
    assert [entry.body for entry in notifications(journal)] == [NOTIFICATION]


def test_a_sender_that_asks_first_is_told_to_go_on(journal: MemoryJournal, sender: Sender) -> None:
    head = (
        f"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: {len(NOTIFICATION)}\r\nExpect: 100-continue\r\n\r\n"
    )
    sender.send(head.encode())
    assert sender.interim() == b"HTTP/1.1 100 Continue\r\n\r\n"
    sender.send(NOTIFICATION)
    assert sender.answer().status == 202
    assert [entry.body for entry in notifications(journal)] == [NOTIFICATION]


def test_only_the_headers_that_support_asks_for_are_kept(journal: MemoryJournal, sender: Sender) -> None:
    kept = {
        "Client-Request-Id": "c-1",
        "Scenario-Id": "s-1,s-1",
        "X-Microsoft-Skype-Chain-ID": "chain",
        "X-Microsoft-Skype-Message-ID": "message",
        "X-Microsoft-Skype-Original-Message-ID": "original",
        "X-Microsoft-Skype-Caller-Region": "emea",
        "MS-Teams-Region": "emea",
        "User-Agent": "Microsoft-Skype/3.0,(Calling/1.0)",
        "Content-Type": "application/json; charset=utf-8",
    }
    dropped = {"Authorization": "Bearer secret", "Cookie": "secret", "X-Forwarded-For": "192.0.2.1"}
    sender.post(NOTIFICATION, *(f"{name}: {value}" for name, value in (kept | dropped).items()))
    (entry,) = notifications(journal)
    assert entry.headers == {name.lower(): value for name, value in kept.items()}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["Scenario-Id: a", "SCENARIO-ID: b"], "a, b"),
        (["Scenario-Id: " + "x" * 1000], "x" * 256),
        (["Scenario-Id: Zo\xeb"], "Zo\xeb"),
    ],
)
def test_a_header_that_is_odd_is_kept_within_bounds_and_echoed(
    journal: MemoryJournal, sender: Sender, sent: list[str], kept: str
) -> None:
    assert sender.post(NOTIFICATION, *sent).headers["scenario-id"] == kept
    assert notifications(journal)[0].headers == {"scenario-id": kept}


def test_the_ids_of_the_request_come_back(sender: Sender) -> None:
    answered = sender.post(NOTIFICATION, "Client-Request-Id: c-1", "Scenario-Id: s-1", "MS-Teams-Region: emea")
    assert answered.headers.keys() - {"date"} == {"client-request-id", "scenario-id", "content-length"}
    assert (answered.headers["client-request-id"], answered.headers["scenario-id"]) == ("c-1", "s-1")


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/api/calls", (405, "methodNotAllowed", "POST")),
        ("PUT", "/api/calls", (405, "methodNotAllowed", "POST")),
        ("DELETE", "/healthz", (405, "methodNotAllowed", "GET, HEAD")),
        ("GET", "/", (404, "notFound", None)),
        ("POST", "/api/callsx", (404, "notFound", None)),
    ],
)
def test_a_wrong_request_is_refused_and_counted(
    feed: HttpFeed, sender: Sender, method: str, path: str, answer: tuple[int, str, str | None]
) -> None:
    answered = sender.get(path, method)
    assert (answered.status, answered.json["error"]["code"], answered.headers.get("allow")) == answer
    assert (feed.status.accepted, feed.status.refused) == (0, 1)
    assert sender.post(NOTIFICATION).status == 202, "the connection stays of use"


def test_a_query_does_not_change_the_path(sender: Sender) -> None:
    assert sender.post(NOTIFICATION, path="/api/calls?code=1").status == 202


def test_health_tells_who_listens(journal: MemoryJournal, sender: Sender) -> None:
    sender.post(NOTIFICATION)
    sender.post(b"?")
    told = sender.get("/healthz").json
    assert told.pop("last_notification_age_s") >= 0
    assert told == {
        "callmon": __version__,
        "journal": journal.identity,
        "state": "listening",
        "accepted": 1,
        "refused": 1,
        "pid": os.getpid(),
        "journal_trouble": None,
        **dict.fromkeys(("active_calls", "calls_in_doubt", "deaf", "unparsed", "repeated")),
        "feeds": [{"name": told["feeds"][0]["name"], "state": "listening", "accepted": 1, "refused": 1, "skipped": 0}],
    }
    head = sender.get("/healthz", "HEAD")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8765"])
def test_health_is_told_under_a_name_of_this_machine(sender: Sender, host: str) -> None:
    assert "pid" in sender.get("/healthz", host=host).json


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8765", "127.0.0.1.evil.example", ""])
def test_a_page_whose_name_was_pointed_here_learns_nothing(sender: Sender, host: str) -> None:
    assert sender.get("/healthz", host=host).json == {"callmon": __version__}
    assert sender.get("/metrics", host=host).status == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8765", "null"])
def test_a_web_page_cannot_send(feed: HttpFeed, journal: MemoryJournal, sender: Sender, origin: str) -> None:
    answered = sender.post(NOTIFICATION, f"Origin: {origin}", "Content-Type: text/plain")
    assert (answered.status, answered.json["error"]["code"]) == (403, "fromWebPage")
    assert notifications(journal) == []
    assert feed.status.refused == 1


def test_connections_that_are_held_stop_nobody_and_are_counted(feed: HttpFeed, address: tuple[str, int]) -> None:
    begun = [
        b"",
        b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nX-Slow: ",
        b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\n{",
    ]
    with ExitStack() as held:
        for number in range(CONNECTIONS + 60):
            sender = held.enter_context(Sender(address))
            sender.send(begun[number % len(begun)])
        for _ in range(20):
            with Sender(address) as other:
                assert other.post(NOTIFICATION).status == 202
    assert feed.status.refused >= 60


def test_an_idle_connection_gives_way_only_after_those_that_owe_something(
    feed: HttpFeed, address: tuple[str, int]
) -> None:
    with ExitStack() as held:
        idle = held.enter_context(Sender(address))
        assert idle.post(NOTIFICATION).status == 202
        for _ in range(CONNECTIONS + 20):
            held.enter_context(Sender(address)).send(b"POST /api")
        assert idle.post(NOTIFICATION).status == 202


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY, 202), (MAX_BODY + 1, 413)])
def test_a_body_may_have_one_mebibyte(journal: MemoryJournal, sender: Sender, size: int, status: int) -> None:
    assert sender.post(b'"' + b"x" * (size - 2) + b'"').status == status
    assert len(notifications(journal)) == (status == 202)


def test_too_much_is_refused_before_it_is_sent(feed: HttpFeed, journal: MemoryJournal, sender: Sender) -> None:
    sender.send(b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: 1048577\r\n\r\n")
    answered = sender.answer()
    assert (answered.status, answered.headers["connection"]) == (413, "close")
    assert answered.json["error"]["code"] == "tooLarge"
    assert (notifications(journal), feed.status.refused) == ([], 1)


def test_a_sender_that_asks_first_need_not_send_too_much(sender: Sender) -> None:
    head = b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n"
    sender.send(head)
    assert sender.answer().status == 413
    assert sender.is_closed_by_peer()


def test_too_many_chunks_are_refused_and_the_sender_can_read_why(sender: Sender) -> None:
    sender.send(b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n")
    part = b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000)
    for _ in range(40):
        sender.send(part)
    sender.send(b"0\r\n\r\n")
    assert sender.answer().status == 413
    assert sender.is_closed_by_peer()


@pytest.mark.parametrize("bound", [{"_LINGER_BYTES": 1}, {"_LINGER_S": 0.01}])
def test_a_sender_that_never_stops_is_cut_off(
    sender: Sender, bound: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bound.items():
        monkeypatch.setattr(f"callmon.feeds.asgi.{name}", value)
    sender.send(b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: 99999999\r\n\r\nxx")
    assert sender.answer().status == 413
    assert sender.is_closed_by_peer()


def test_a_slow_sender_is_told_so_and_hinders_nobody(
    feed: HttpFeed, journal: MemoryJournal, address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "BODY_S", 0.05)
    with Sender(address) as slow, Sender(address) as quick:
        slow.send(b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\n[1,")
        assert quick.post(NOTIFICATION).status == 202
        answered = slow.answer()
        assert (answered.status, answered.json["error"]["code"]) == (408, "tooSlow")
        assert slow.is_closed_by_peer()
    assert (len(notifications(journal)), feed.status.refused) == (1, 1)


def test_half_a_body_is_counted_and_not_kept(feed: HttpFeed, journal: MemoryJournal, address: tuple[str, int]) -> None:
    with Sender(address) as sender:
        sender.send(b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\n[1,")
    wait_for_count("refused", address)
    assert (notifications(journal), feed.status.accepted) == ([], 0)


def test_a_journal_that_fails_is_answered_503(feed: HttpFeed, journal: MemoryJournal, sender: Sender) -> None:
    journal.fail("The disk is full.")
    for body in (NOTIFICATION, b"?"):
        answered = sender.post(body)
        assert (answered.status, answered.headers["retry-after"]) == (503, "5")
        assert answered.json["error"]["code"] == "notStored"
    assert (feed.status.accepted, feed.status.refused) == (0, 2)
    assert feed.status.detail.endswith("The disk is full.")
    journal.recover()
    assert sender.post(NOTIFICATION).status == 202
    assert feed.status.detail == ""
    assert [entry.body for entry in notifications(journal)] == [NOTIFICATION]


def test_a_journal_that_takes_entries_again_is_noticed_though_nobody_sends(
    feed: HttpFeed, journal: MemoryJournal, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callmon.feeds.intake.PROBE_S", 0.01)
    journal.fail("The disk is full.")
    assert sender.post(NOTIFICATION).status == 503
    assert "The disk is full." in feed.status.detail
    before = len(journal.entries(EntryKind.FEED))
    journal.recover()
    journal.wait_until(lambda journal: len(journal.entries(EntryKind.FEED)) > before)
    record = decode("feed", journal.entries(EntryKind.FEED)[-1].body)
    assert record == FeedChanged(feed.status.name, "listening", "Notifications were turned away until now.")
    wait_until(lambda: not feed.status.detail)


def test_a_closed_journal_is_answered_503(journal: MemoryJournal, sender: Sender) -> None:
    journal.close()
    assert sender.post(NOTIFICATION).status == 503


def test_a_sender_that_does_not_wait_loses_nothing(
    feed: HttpFeed, journal: MemoryJournal, address: tuple[str, int]
) -> None:
    journal.hold()
    with Sender(address) as hasty:
        hasty.send(request(NOTIFICATION))
        journal.wait_until(notification_submitted)
    journal.release()
    journal.wait_until(notification_kept)
    wait_for_count("accepted", address)


def test_requests_on_one_connection_are_answered_in_turn(journal: MemoryJournal, sender: Sender) -> None:
    bodies = [b"%d" % number for number in range(20)]
    sender.send(b"".join(request(body, f"Client-Request-Id: {body.decode()}") for body in bodies))
    assert [sender.answer_in_line().headers["client-request-id"].encode() for _ in bodies] == bodies
    assert [entry.body for entry in notifications(journal)] == bodies


@pytest.mark.parametrize("name", ["front-desk", "A", "0.a_b-c", "x" * 64])
def test_what_is_sent_to_a_bots_own_address_is_that_bots(journal: MemoryJournal, sender: Sender, name: str) -> None:
    assert sender.post(NOTIFICATION, path=f"/api/calls/{name}").status == 202
    assert sender.post(NOTIFICATION).status == 202
    assert [entry.bot for entry in notifications(journal)] == [name, ""]


@pytest.mark.parametrize("name", ["", ".a", "-a", "a/b", "a%20b", "a%2Fb", "%00", "x" * 65, "%C3%BC", "a%0A"])
def test_what_cannot_be_a_bots_name_is_nowhere(
    feed: HttpFeed, journal: MemoryJournal, sender: Sender, name: str
) -> None:
    answered = sender.post(NOTIFICATION, path=f"/api/calls/{name}")
    assert (answered.status, answered.json["error"]["code"]) == (404, "noSuchBot")
    assert notifications(journal) == []
    assert feed.status.refused == 1


def test_a_bots_address_takes_only_posts(sender: Sender) -> None:
    assert sender.get("/api/calls/front-desk").status == 405
