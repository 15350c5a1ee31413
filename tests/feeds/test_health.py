"""What the listener tells of itself: /healthz and /metrics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.records import CallChecked, FeedChanged, HangUpAnswered, HangUpAsked
from callmon.feeds.health import health_document
from callmon.feeds.http import HttpFeed
from callmon.feeds.metrics import metrics_text
from callmon.feeds.request import JOURNAL_HEADER
from callmon.feeds.vitals import Vitals
from callmon.observer import Observer
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus
from callmon.watch import Watch
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.feeds.sender import Sender
from tests.makers import CALL, at, body, item, notification, record_entry
from tests.waiting import wait_until

HTTP = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING, accepted=7, refused=2)


FILE = FeedStatus("file \x1bcalls", FeedState.FAILED, accepted=1, skipped=3)


def told(*entries: Entry, now: float = 100) -> Vitals:
    """What an observer knows of a journal with these entries."""
    journal = MemoryJournal()
    journal.submit(entries).result()
    observer = Observer(journal, Watch(), lambda: at(now))
    assert observer.look(DEADLINE_S) is None
    observer.begin()
    observer.begin()
    vitals = observer.look(DEADLINE_S)
    observer.stop()
    assert vitals is not None
    return vitals


def metrics(vitals: Vitals | None, *statuses: FeedStatus, writable: bool = True) -> dict[str, float]:
    """Every sample, by its name and labels as they are written."""
    text = metrics_text(statuses or (HTTP,), vitals, writable=writable).decode()
    return {
        f"{sample.name}{{{','.join(f'{key}={value}' for key, value in sorted(sample.labels.items()))}}}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


LIFE = (
    record_entry(FeedChanged(HTTP.name, "listening"), 0),
    notification(body(item(state="established")), 1),
    notification(body(item(url="/communications/calls/two", state="incoming")), 2),
    notification(body(item(url="/communications/calls/odd", state="Parked")), 2),
    notification(body(item("deleted", "/communications/calls/end", resultInfo={"code": 200, "subcode": 7000})), 3),
    notification(b"{", 4),
    record_entry(HangUpAsked(CALL, "1", "ada"), 5),
    record_entry(HangUpAnswered(CALL, "1", HangUpOutcome(Answer.THROTTLED, "Wait.")), 6),
    record_entry(CallChecked("two", CheckOutcome(Answer.GONE, "No such call.")), 7),
)


def test_metrics_of_feeds_alone() -> None:
    found = metrics(None, HTTP, FeedStatus("file calls.jsonl", FeedState.FAILED, accepted=1), writable=False)
    assert found["callmon_feed_up{feed=http 127.0.0.1:8765}"] == 1
    assert found["callmon_feed_up{feed=file calls.jsonl}"] == 0
    assert found["callmon_notifications_total{feed=http 127.0.0.1:8765,result=accepted}"] == 7
    assert found["callmon_notifications_total{feed=http 127.0.0.1:8765,result=refused}"] == 2
    assert found["callmon_journal_writable{}"] == 0
    assert not any(name.startswith("callmon_active") for name in found)


def test_metrics_of_the_journal() -> None:
    found = metrics(told(*LIFE))
    assert found["callmon_active_calls{state=established}"] == 1
    assert found["callmon_active_calls{state=incoming}"] == 0
    assert found["callmon_active_calls{state=other}"] == 1
    assert found["callmon_calls_ended_total{outcome=gone}"] == 1
    assert sum(value for name, value in found.items() if name.startswith("callmon_calls_ended_total")) == 2
    assert found["callmon_hangups_total{answer=throttled}"] == 1
    assert found["callmon_checks_total{answer=gone}"] == 1
    assert found["callmon_last_notification_timestamp_seconds{}"] == at(4).timestamp()
    assert found["callmon_journal_notifications_total{result=unparsed}"] == 1
    assert found["callmon_deaf{}"] == 1
    assert found["callmon_calls_in_doubt{doubt=unverified}"] == 2


def test_a_hostile_state_becomes_no_label() -> None:
    hostile = notification(body(item(state='x"} 1\ncallmon_deaf 0\n')), 1)
    text = metrics_text((HTTP,), told(hostile), writable=True).decode()
    assert "\ncallmon_deaf 0\n" not in text
    assert 'state="other"} 1.0' in text


def test_what_is_not_known_is_null() -> None:
    known = health_document(HTTP, [HTTP, FILE], None, at(0), trouble=None, vitals=None)
    assert (known["state"], known["accepted"]) == ("listening", 7)
    unknown = {"last_notification_age_s", "journal_trouble", "active_calls", "calls_in_doubt", "deaf", "unparsed"}
    assert {key for key, value in known.items() if value is None} == unknown | {"repeated"}


def test_every_feed_of_the_program_is_told() -> None:
    known = health_document(HTTP, [HTTP, FILE], None, at(0), trouble=None, vitals=None)
    assert known["feeds"] == [
        {"name": HTTP.name, "state": "listening", "accepted": 7, "refused": 2, "skipped": 0},
        {"name": "file \\x1bcalls", "state": "failed", "accepted": 1, "refused": 0, "skipped": 3},
    ]


def test_what_the_journal_tells() -> None:
    known = health_document(HTTP, [HTTP, FILE], at(90), at(100), trouble=None, vitals=told(*LIFE))
    assert known["last_notification_age_s"] == 10
    assert (known["active_calls"], known["deaf"], known["calls_in_doubt"], known["unparsed"]) == (2, True, 2, 1)


# Over HTTP


@pytest.fixture
def informed(journal: MemoryJournal) -> Iterator[Sender]:
    """A listener that somebody follows the journal for."""
    feed = HttpFeed(journal, "127.0.0.1", 0, clock=lambda: at(0))
    observer = Observer(journal, Watch(), lambda: at(0) + timedelta(seconds=1))
    feed.inform(observer, lambda: [feed.status])
    status = feed.start()
    port = int(status.name.rpartition(":")[2])
    with Sender(("127.0.0.1", port)) as sender:
        yield sender
    feed.stop()
    observer.stop()


def test_whoever_asks_for_metrics_gets_what_the_journal_tells(informed: Sender) -> None:
    informed.post(body(item(state="established")))
    answer = informed.get("/metrics")
    assert answer.status == 200
    assert 'callmon_active_calls{state="established"} 1.0' in answer.body.decode()
    assert informed.get("/healthz").json["active_calls"] == 1


def test_health_is_told_at_once_and_soon_with_what_the_journal_tells(informed: Sender) -> None:
    informed.post(body(item(state="established")))
    wait_until(lambda: informed.get("/healthz").json["active_calls"] == 1)
    assert informed.get("/healthz").json["deaf"] is False


def test_who_only_looks_for_another_callmon_makes_nobody_read_the_journal(
    journal: MemoryJournal, informed: Sender
) -> None:
    probe = f"GET /healthz HTTP/1.1\r\nHost: bot\r\n{JOURNAL_HEADER}: {journal.identity}\r\n\r\n".encode()
    for _ in range(3):
        informed.send(probe)
        assert informed.answer("GET").json["active_calls"] is None


def test_while_nothing_can_be_kept_it_is_not_healthy(journal: MemoryJournal, informed: Sender) -> None:
    journal.fail("The disk is full.")
    assert informed.post(body(item(state="established"))).status == 503
    answer = informed.get("/healthz")
    assert (answer.status, answer.json["journal_trouble"]) == (503, "The disk is full.")
    assert "callmon_journal_writable 0.0" in informed.get("/metrics").body.decode()
    journal.recover()
    assert informed.post(body(item(state="established"))).status == 202
    assert informed.get("/healthz").status == 200
    assert len(journal.entries(EntryKind.NOTIFICATION)) == 1
