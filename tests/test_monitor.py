from __future__ import annotations

import json
from functools import partial
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon import monitor
from callmon.core.answers import Answer
from callmon.core.calls import Kind
from callmon.core.draft import Draft
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.records import CallChecked, FeedChanged, HangUpAnswered, HangUpAsked, Record
from callmon.core.states import Anomaly, CallState
from callmon.core.text import same_id
from callmon.monitor import absorb, follow, notifications_of, now_in
from callmon.ports import BATCH, Entry, EntryKind, JournalError, Position
from callmon.snapshot import Rejection, Snapshot, Update
from tests.fakes import MemoryJournal
from tests.makers import CALL, PAYLOADS, at, body, item, notification, payload, record_entry, stored

ID = same_id(CALL)
FOUND = CheckOutcome(
    Answer.FOUND,
    "The call exists.",
    state="established",
    body=json.dumps({"state": "established", "targets": [{"identity": {"user": {"id": "1"}}}]}).encode(),
)


def after(*entries: Entry, start: Snapshot | None = None) -> Update:
    """What one batch of entries makes of a snapshot."""
    start = start or Snapshot()
    return absorb(start, stored(entries, int(start.position or 0)))


def recorded(*numbers: int) -> list[Entry]:
    """Recorded notifications, one a second."""
    return [notification(payload(number), second) for second, number in enumerate(numbers)]


# Notifications


def test_what_is_counted() -> None:
    batch = body(item(state="establishing"), {"bad": 1}, {"worse": 2})
    entries = [notification(batch), notification(b"{", 1), notification(payload(3), 2)]
    snapshot = after(*entries, record_entry(FeedChanged("http", "listening"), 9)).snapshot
    assert (snapshot.notifications, snapshot.unparsed) == (3, 2)
    assert (snapshot.last_notification, snapshot.last_entry) == (at(2), at(9))
    assert snapshot.position == "4"
    assert (snapshot.board.active, snapshot.board.seen) == (1, 1)


def test_what_cannot_be_read_is_kept_with_its_reason() -> None:
    snapshot = after(notification(body({"bad": 1}, item())), notification(b"", 1)).snapshot
    assert snapshot.rejections == (
        Rejection(Position("1"), at(0), "test", "Item 1 of 2: It names no resource, so it belongs to no call."),
        Rejection(Position("2"), at(1), "test", "The body is empty."),
    )


def test_only_the_latest_rejections_are_kept() -> None:
    snapshot = after(*(notification(b"", second) for second in range(60))).snapshot
    assert (snapshot.unparsed, len(snapshot.rejections)) == (60, 50)
    assert snapshot.rejections[-1].position == "60"


def test_the_headers_tell_the_scenario() -> None:
    snapshot = after(notification(payload(3), 0, **{"scenario-id": "s-1"})).snapshot
    (call,) = snapshot.board
    assert call.facts.scenario_id == "s-1"


def test_every_recorded_notification_can_be_absorbed() -> None:
    bodies = [path.read_bytes() for path in sorted(PAYLOADS.glob("*.json"))]
    update = after(*(notification(raw, second) for second, raw in enumerate(bodies)))
    assert (update.snapshot.notifications, update.snapshot.unparsed) == (96, 1)
    assert update.changed == {call.id for call in update.snapshot.board}


# What changed


def test_changed_are_the_calls_that_are_not_what_they_were() -> None:
    first = after(*recorded(3, 4, 15))
    assert first.changed == {ID, "6c1f5e0076e14d4a9a16dc2b92a449dd"}
    second = after(*recorded(8), start=first.snapshot)
    assert second.changed == {ID}
    again = after(*recorded(8), start=second.snapshot)
    assert again.changed == frozenset()
    assert again.snapshot.board is second.snapshot.board
    assert again.snapshot.notifications == 5


def test_an_empty_batch_is_the_end_of_the_journal() -> None:
    before = after(*recorded(3))
    assert not before.live
    update = absorb(before.snapshot, [])
    assert (update.live, update.changed, update.snapshot) == (True, frozenset(), before.snapshot)


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """A board that keeps 20 ended calls; and the ends of 60."""
    monkeypatch.setattr(monitor, "Draft", partial(Draft, keep=20))
    return [notification(body(item("deleted", f"/calls/{number:032x}")), number) for number in range(60)]


def test_calls_that_are_let_go_are_among_the_changed(little_room: list[Entry]) -> None:
    first = after(*little_room[:22])
    assert first.snapshot.board.ended == 22
    update = after(little_room[22], start=first.snapshot)
    assert update.changed == {f"{number:032x}" for number in (0, 1, 2, 22)}
    assert update.snapshot.board.ended == 20


@pytest.mark.parametrize("cut", [1, 21, 23, 59])
def test_retention_does_not_depend_on_how_the_journal_is_read(little_room: list[Entry], cut: int) -> None:
    in_parts = after(*little_room[cut:], start=after(*little_room[:cut]).snapshot).snapshot
    assert in_parts == after(*little_room).snapshot


# Records


def test_a_hang_up_is_noted() -> None:
    asked = record_entry(HangUpAsked(CALL, "1", "ada@console-1"), 5)
    update = after(*recorded(3, 4), asked)
    (call,) = update.snapshot.board
    assert call.hanging_up
    answered = HangUpAnswered(CALL, "1", HangUpOutcome(Answer.GONE, "No such call."))
    update = after(record_entry(answered, 6), start=update.snapshot)
    (call,) = update.snapshot.board
    assert (update.changed, call.gone, update.snapshot.board.active) == (frozenset({ID}), True, 0)


def test_a_check_that_finds_the_call_tells_what_graph_tells() -> None:
    snapshot = after(*recorded(3), record_entry(CallChecked(CALL, FOUND), 5)).snapshot
    (call,) = snapshot.board
    assert (call.state, call.established_at, call.last_heard, call.kind) == (
        CallState.ESTABLISHED,
        at(5),
        at(5),
        Kind.PEER,
    )
    assert call.check is not None
    assert [step.text for step in call.timeline] == ["establishing", "checked: established", "established"]


def test_a_check_that_finds_no_call_ends_it_as_gone() -> None:
    gone = CallChecked(CALL.upper(), CheckOutcome(Answer.GONE, "No such call."))
    (call,) = after(*recorded(3, 4), record_entry(gone, 5)).snapshot.board
    assert (call.gone, call.ended_at, call.last_heard) == (True, at(5), at(1))


def test_a_check_whose_call_cannot_be_read_is_noted_all_the_same() -> None:
    unreadable = CallChecked(CALL, CheckOutcome(Answer.FOUND, "The call exists.", body=b"<html>"))
    (call,) = after(*recorded(3), record_entry(unreadable, 5)).snapshot.board
    assert (call.state, call.timeline[-1].text) == (CallState.ESTABLISHING, "checked: found")


@pytest.mark.parametrize(
    "record",
    [
        HangUpAsked("unknown", "1", "ada"),
        HangUpAnswered("", "1", HangUpOutcome(Answer.GONE, "")),
        CallChecked("../x", FOUND),
    ],
)
def test_records_about_unknown_calls_do_no_harm(record: Record) -> None:
    before = after(*recorded(3)).snapshot
    update = after(record_entry(record, 5), start=before)
    assert (update.snapshot.board, update.changed) == (before.board, frozenset())


@given(st.sampled_from(EntryKind), st.binary())
def test_no_entry_makes_the_monitor_fail(kind: EntryKind, raw: bytes) -> None:
    update = after(*recorded(3), Entry(kind, at(5), "test", raw))
    assert update.snapshot.position == "2"


def test_a_feed_entry_that_cannot_be_read_changes_nothing() -> None:
    snapshot = after(Entry(EntryKind.FEED, at(1), "test", b"{}")).snapshot
    assert (snapshot.feeds, snapshot.gaps, snapshot.last_entry) == ({}, (), at(1))


# Following a journal


def written(*entries: Entry) -> MemoryJournal:
    """A journal with entries."""
    journal = MemoryJournal()
    journal.submit(entries).result()
    return journal


def test_following_replays_then_is_live() -> None:
    journal, stop = written(*recorded(3, 4)), Event()
    updates = follow(journal, stop=stop)
    replay, caught_up = next(updates), next(updates)
    assert (replay.live, replay.changed, caught_up.live) == (False, frozenset({ID}), True)
    journal.append(recorded(8)[0])
    live = next(updates)
    assert (live.live, live.snapshot.board.active, live.snapshot.position) == (False, 0, "3")
    stop.set()
    assert [update.live for update in updates] in ([], [True])


def test_while_it_replays_it_tells_how_far_it_has_read() -> None:
    many = [
        notification(body(item(url=f"/calls/{number:032x}", state="incoming")), number)
        for number in range(5 * BATCH // 2)
    ]
    stop = Event()
    updates = follow(written(*many), stop=stop)
    assert [(update.read, update.live) for update in (next(updates) for _ in range(4))] == [
        (0.4, False),
        (0.8, False),
        (1.0, False),
        (1.0, True),
    ]
    stop.set()


def test_following_goes_on_from_a_snapshot() -> None:
    journal, stop = written(*recorded(3, 4, 8)), Event()
    start = after(*recorded(3, 4)).snapshot
    update = next(follow(journal, stop=stop, start=start))
    assert (update.snapshot.notifications, update.changed) == (3, frozenset({ID}))
    assert update.snapshot == now_in(journal)
    stop.set()


def test_a_journal_that_cannot_be_read_is_said() -> None:
    journal = written(*recorded(3))
    journal.close()
    with pytest.raises(JournalError):
        next(follow(journal, stop=Event()))
    with pytest.raises(JournalError):
        now_in(journal)


def test_what_a_journal_tells_right_now() -> None:
    entries = [
        notification(body(item(url=f"/calls/{number:032x}", state="incoming")), number) for number in range(2500)
    ]
    snapshot = now_in(written(*entries))
    assert (snapshot.board.active, snapshot.position) == (2500, "2500")
    assert snapshot.board == after(*entries).snapshot.board
    assert now_in(MemoryJournal()) == Snapshot()


def test_the_notifications_of_one_call() -> None:
    other = notification(body(item(state="established", subject=ID)), 9)
    entries = [*recorded(3, 15, 4), record_entry(HangUpAsked(CALL, "1", "ada")), other, *recorded(8)]
    found, read_to = notifications_of(written(*entries), ID)
    assert [one.position for one in found] == ["1", "3", "5", "6"]
    assert read_to == "6"
    upper, _ = notifications_of(written(*recorded(35, 36, 3)), "57dab8b1894c409ab240bd8beae78896")
    assert [one.position for one in upper] == ["1", "2"]


def test_the_notifications_of_one_call_after_a_position() -> None:
    journal = written(*recorded(3, 15, 4))
    first, read_to = notifications_of(journal, ID)
    assert notifications_of(journal, ID, read_to) == ([], read_to)
    journal.append(recorded(8)[0])
    assert [one.position for one in notifications_of(journal, ID, read_to)[0]] == ["4"]
    assert [one.position for one in first] == ["1", "3"]


def test_a_notification_that_only_mentions_a_call_is_not_one_of_it() -> None:
    mentions = notification(body(item(url=f"/calls/{'1' * 32}", subject=f"see {CALL}")))
    assert notifications_of(written(mentions), ID)[0] == []


# Deliveries


def tone(tone: str = "tone1", **more: object) -> bytes:
    return body(item(state="established", toneInfo={"tone": tone, **more}))


def delivered(raw: bytes, message: str, seconds: float, original: str = "") -> Entry:
    headers = {"x-microsoft-skype-message-id": message}
    if original:
        headers["x-microsoft-skype-original-message-id"] = original
    return Entry(EntryKind.NOTIFICATION, at(seconds), "http 127.0.0.1:8765", raw, headers)


def tones(snapshot: Snapshot) -> list[str]:
    return [step.text for step in snapshot.board.calls[ID].timeline if step.kind == "tone"]


def test_a_delivery_that_comes_again_is_counted_once_and_leaves_the_board_as_it_is() -> None:
    once = after(delivered(tone(), "m-1", 0)).snapshot
    twice = after(delivered(tone(), "m-1", 5), delivered(tone(), "m-2", 6, original="m-1"), start=once)
    assert twice.snapshot.board is once.board
    assert twice.changed == frozenset()
    assert (twice.snapshot.notifications, twice.snapshot.repeated) == (1, 2)
    assert twice.snapshot.last_notification == at(6), "the feed is alive"
    assert twice.snapshot.position == "3"


def test_what_cannot_be_read_is_counted_once_however_often_it_is_delivered() -> None:
    snapshot = after(delivered(b"{", "m-1", 0), delivered(b"{", "m-1", 1)).snapshot
    assert (snapshot.notifications, snapshot.unparsed, snapshot.repeated, len(snapshot.rejections)) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        pytest.param([delivered(tone(), "m-1", 0), delivered(tone(), "m-2", 1)], 2, id="two deliveries"),
        pytest.param([delivered(tone(), "m-1", 0), delivered(tone(), "m-1", 1)], 1, id="one delivery, twice"),
        pytest.param([notification(tone(), 0), notification(tone(), 1)], 1, id="without ids"),
        pytest.param(
            [delivered(tone(sequenceId=7), "m-1", 0), delivered(tone(sequenceId=7), "m-2", 1)], 1, id="the same number"
        ),
        pytest.param(
            [delivered(tone(sequenceId=7), "m-1", 0), delivered(tone(sequenceId=8), "m-2", 1)], 2, id="two numbers"
        ),
    ],
)
def test_a_key_pressed_twice_is_two_tones_and_a_tone_sent_twice_is_one(entries: list[Entry], told: int) -> None:
    assert len(tones(after(*entries).snapshot)) == told


@given(st.integers(1, 7))
def test_how_deliveries_are_cut_into_batches_does_not_matter(size: int) -> None:
    entries = [delivered(tone(), f"m-{number % 4}", number) for number in range(8)]
    snapshot = Snapshot()
    for start in range(0, len(entries), size):
        snapshot = absorb(snapshot, stored(entries[start : start + size], start)).snapshot
    assert snapshot == after(*entries).snapshot


def test_a_call_is_its_bots_and_so_is_what_is_asked_about_it() -> None:
    entries = [notification(payload(4))._replace(bot="front-desk")]
    snapshot = absorb(Snapshot(), stored(entries)).snapshot
    (call,) = snapshot.board
    found = CheckOutcome(Answer.FOUND, "Graph has it.", state="established", body=b'{"state": "established"}')
    record = CallChecked(call.spelled, found, "front-desk")
    checked = absorb(snapshot, stored([record_entry(record, 5)._replace(bot="front-desk")], after=1)).snapshot
    (call,) = checked.board
    assert (call.bot, Anomaly.OTHER_BOT in call.anomalies) == ("front-desk", False)
