"""Who may send, over real HTTP: with the gates that the settings make, and the keys on a server of their own."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from callmon import __version__
from callmon.cli.feeds import gate_of
from callmon.feeds.gate import Gate, is_loopback
from callmon.feeds.http import HttpFeed
from callmon.feeds.receiver import MAX_BODY
from callmon.ports import EntryKind, FeedState
from callmon.settings.loading import Loaded, load
from callmon.settings.model import Settings
from tests.fakes import MemoryJournal
from tests.feeds.sender import Answer, Sender
from tests.graph.inbound_tokens import APP_ID, BOT_FRAMEWORK, KeyServer, hand_made, key_server, public_pem, token

NOTIFICATION = b'{"value":[{"changeType":"updated","resource":"/app/calls/1"}]}'
SHARED = "canary-0123456789abcdef"


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


@contextmanager
def guarded(journal: MemoryJournal, **values: Any) -> Iterator[tuple[HttpFeed, tuple[str, int]]]:
    """A listener whose senders must prove who they are, as these settings say."""
    feed = HttpFeed(journal, "127.0.0.1", 0, gate=gate_of(Settings(**values)))
    host, _, port = feed.start().name.removeprefix("http ").rpartition(":")
    try:
        yield feed, (host, int(port))
    finally:
        feed.stop()


def by_graph(keys: KeyServer) -> dict[str, Any]:
    return {"client_id": APP_ID, "verify_sender": True, "openid_url": keys.url}


def post(address: tuple[str, int], *headers: str, body: bytes = NOTIFICATION) -> Answer:
    with Sender(address) as sender:
        return sender.post(body, *headers)


def bearer(shown: str) -> str:
    return f"Authorization: Bearer {shown}"


def bodies(journal: MemoryJournal) -> list[bytes]:
    return [entry.body for entry in journal.entries(EntryKind.NOTIFICATION)]


def test_without_a_gate_everybody_may_send(journal: MemoryJournal) -> None:
    with guarded(journal) as (_, address):
        assert post(address, bearer("whatever")).status == 202
    assert bodies(journal) == [NOTIFICATION]


def test_graphs_notifications_are_taken_with_one_fetch_of_the_keys(journal: MemoryJournal, keys: KeyServer) -> None:
    with guarded(journal, **by_graph(keys)) as (feed, address):
        with Sender(address) as sender:
            assert [sender.post(NOTIFICATION, bearer(token(number=n // 2))).status for n in range(4)] == [202] * 4
        assert (feed.status.accepted, feed.status.refused, feed.status.detail) == (4, 0, "")
    assert bodies(journal) == [NOTIFICATION] * 4
    assert len(keys.asked) == 2, "the configuration and the keys"


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(list, id="nothing"),
        pytest.param(lambda: [bearer(token("other"))], id="a wrong key"),
        pytest.param(lambda: [bearer(hand_made({"alg": "none", "kid": "k1"}))], id="alg none"),
        pytest.param(lambda: [bearer(hand_made({"alg": "HS256", "kid": "k1"}, public_pem("k1")))], id="the public key"),
        pytest.param(lambda: [bearer(token(aud="11111111-14a6-49ae-97bc-6eba6914391e"))], id="another audience"),
        pytest.param(lambda: [bearer(token(aud=BOT_FRAMEWORK))], id="a meeting's token"),
        pytest.param(lambda: [bearer(token(exp=1))], id="expired"),
        pytest.param(lambda: [bearer(token()), bearer(token())], id="two tokens"),
        pytest.param(lambda: [f"X-Callmon-Token: {token()}"], id="a token of Graph in the other header"),
        pytest.param(lambda: ["Authorization: Bearer \xff\xfe"], id="bytes"),
    ],
)
def test_what_proves_nothing_is_refused_and_leaves_no_trace(
    journal: MemoryJournal, keys: KeyServer, shown: Callable[[], list[str]]
) -> None:
    with guarded(journal, **by_graph(keys)) as (feed, address):
        answered = post(address, *shown())
        status = feed.status
        assert (answered.status, answered.headers["www-authenticate"]) == (401, "Bearer")
        assert answered.json["error"]["code"] == "unauthorized"
        assert (status.accepted, status.refused) == (0, 1)
        assert answered.json["error"]["message"] in status.detail
        assert post(address, bearer(token())).status == 202
        assert feed.status.detail == ""
    assert bodies(journal) == [NOTIFICATION]


def test_while_the_keys_cannot_be_had_senders_are_told_to_come_again(journal: MemoryJournal, keys: KeyServer) -> None:
    keys.answers["/v1/keys"] = (500, b"")
    with guarded(journal, **by_graph(keys)) as (feed, address):
        answered = post(address, bearer(token()))
        assert (answered.status, answered.json["error"]["code"]) == (503, "senderNotChecked")
        assert int(answered.headers["retry-after"]) > 0
        assert "CALLMON_OPENID_URL" in feed.status.detail
        assert feed.status.refused == 1
    assert bodies(journal) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([bearer(SHARED)], 202),
        ([f"X-Callmon-Token: {SHARED}"], 202),
        ([f"X-Callmon-Token: {SHARED}", bearer("graph.s.own")], 202),
        ([bearer(SHARED + "x")], 401),
        ([bearer(SHARED), bearer(SHARED)], 401),
        ([], 401),
    ],
)
def test_a_shared_token_is_enough(journal: MemoryJournal, headers: list[str], status: int) -> None:
    with guarded(journal, feed_token=SecretStr(SHARED)) as (_, address):
        assert post(address, *headers).status == status
    assert len(bodies(journal)) == (status == 202)


def test_either_proof_will_do(journal: MemoryJournal, keys: KeyServer) -> None:
    with guarded(journal, feed_token=SecretStr(SHARED), **by_graph(keys)) as (_, address):
        assert post(address, bearer(SHARED)).status == 202
        assert post(address, bearer(token())).status == 202
        assert post(address, bearer(token("other"))).status == 401


def test_a_refused_sender_may_have_sent_much_or_wait(journal: MemoryJournal) -> None:
    with guarded(journal, feed_token=SecretStr(SHARED)) as (feed, address):
        assert post(address, body=b"x" * (MAX_BODY + 1)).status == 401
        with Sender(address) as sender:
            sender.send(b"POST /api/calls HTTP/1.1\r\nHost: b\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
            head = sender.interim()
            assert head.startswith(b"HTTP/1.1 401"), "nobody asks for the body"
            assert b"connection: close" in head.lower()
        assert feed.status.refused == 2


def test_no_token_is_stored_logged_or_shown(
    journal: MemoryJournal, keys: KeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    good, bad = token(), token("other")
    with guarded(journal, feed_token=SecretStr(SHARED), **by_graph(keys)) as (feed, address):
        told = [post(address, bearer(shown)).body for shown in (SHARED, good, bad, f"{SHARED}-wrong")]
        seen = f"{told} {feed.status} {journal.entries()} {caplog.text} {feed!r}"
    assert len(bodies(journal)) == 2
    assert SHARED not in seen
    assert not any(part in seen for shown in (good, bad) for part in shown.split(".")[1:])


FULL = {
    *("callmon", "journal", "state", "accepted", "refused", "pid", "last_notification_age_s", "journal_trouble"),
    *("active_calls", "calls_in_doubt", "deaf", "unparsed", "repeated", "feeds"),
}


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ([], {"callmon"}),
        (["X-Callmon-Journal: memory:guessed"], {"callmon"}),
        (["X-Callmon-Journal: "], {"callmon"}),
        ([bearer("wrong")], {"callmon"}),
        ([bearer(SHARED)], FULL),
        (["X-Callmon-Journal: memory:mine"], FULL),
    ],
)
def test_from_the_network_only_those_who_may_know_learn_who_listens(
    headers: list[str], told: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callmon.feeds.http.is_loopback", lambda host: False)
    with guarded(MemoryJournal("memory:mine"), feed_token=SecretStr(SHARED)) as (feed, address):
        with Sender(address) as sender:
            head = "\r\n".join(["GET /healthz HTTP/1.1", "Host: bot", *headers, "", ""])
            sender.send(head.encode())
            answered = sender.answer("GET")
        assert (answered.status, answered.json.keys()) == (200, told)
        assert answered.json["callmon"] == __version__
        assert feed.status.refused == 0


@pytest.mark.parametrize(("headers", "status"), [([], 401), ([bearer("wrong")], 401), ([bearer(SHARED)], 200)])
def test_from_the_network_metrics_are_for_those_who_may_send(
    headers: list[str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callmon.feeds.http.is_loopback", lambda host: False)
    with guarded(MemoryJournal(), feed_token=SecretStr(SHARED)) as (_, address), Sender(address) as sender:
        sender.send("\r\n".join(["GET /metrics HTTP/1.1", "Host: bot", *headers, "", ""]).encode())
        answered = sender.answer("GET")
    assert answered.status == status
    assert (b"callmon_feed_up" in answered.body) == (status == 200)


def test_on_this_machine_health_stays_open(journal: MemoryJournal) -> None:
    with guarded(journal, feed_token=SecretStr(SHARED)) as (_, address), Sender(address) as sender:
        assert sender.get("/healthz").json["pid"] == os.getpid()


def test_a_console_on_the_same_journal_still_finds_the_listener(
    journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callmon.feeds.http.is_loopback", lambda host: False)
    with guarded(journal, feed_token=SecretStr(SHARED)) as (_, address):
        second = HttpFeed(journal, *address)
        assert second.start().state is FeedState.ELSEWHERE
        second.stop()
        assert HttpFeed(MemoryJournal(), *address).start().state is FeedState.FAILED


def test_a_gate_that_breaks_admits_nobody(journal: MemoryJournal) -> None:
    class Broken:
        async def admits(self, headers: Mapping[str, str], bot: str = "") -> None:
            raise ValueError("out of order")

    gate: Gate = Broken()
    feed = HttpFeed(journal, "127.0.0.1", 0, gate=gate)
    port = int(feed.start().name.rpartition(":")[2])
    assert post(("127.0.0.1", port)).status == 500
    feed.stop()
    assert bodies(journal) == []


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.9.8.7", True),
        ("::1", True),
        ("LocalHost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("::ffff:192.0.2.1", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone


def test_the_settings_file_may_hold_the_token(no_real_environment: Path) -> None:
    path = no_real_environment / "config" / "callmon" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'feed_token = "{SHARED}"')
    path.chmod(0o600)
    loaded = load(Settings, {})
    assert isinstance(loaded, Loaded)
    assert gate_of(loaded.settings) is not None
    assert gate_of(Settings(feed_token=None)) is None


def test_a_token_is_good_for_its_own_bot_only(journal: MemoryJournal, keys: KeyServer) -> None:
    other = "aaaaaaaa-14a6-49ae-97bc-6eba6914391e"
    bots = {"front-desk": {"client_id": APP_ID}, "nights": {"client_id": other}, "no-application": {}}
    with guarded(journal, verify_sender=True, openid_url=keys.url, bots=bots) as (_, address):
        statuses = {}
        for bot in ("front-desk", "nights", "no-application", "unknown", ""):
            for name, shown in (("front's", token()), ("nights'", token(aud=other))):
                with Sender(address) as sender:
                    path = f"/api/calls/{bot}".rstrip("/")
                    statuses[bot, name] = sender.post(NOTIFICATION, bearer(shown), path=path).status
    assert {who for who, status in statuses.items() if status == 202} == {
        ("front-desk", "front's"),
        ("nights", "nights'"),
    }
    assert set(statuses.values()) == {202, 401}
    assert [entry.bot for entry in journal.entries(EntryKind.NOTIFICATION)] == ["front-desk", "nights"]
