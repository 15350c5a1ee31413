from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from callmon.checks import Checks
from callmon.core.answers import Answer
from callmon.core.calls import Doubt, DoubtKind
from callmon.core.hangup import CheckOutcome
from callmon.core.listening import Gap
from callmon.core.liveness import UNLEARNED_S
from callmon.core.query import Query, Which, rows
from callmon.core.records import CallChecked, FeedChanged
from callmon.core.text import same_id
from callmon.core.view import View
from callmon.monitor import absorb
from callmon.ports import Entry
from callmon.snapshot import Doubts, Snapshot, Update
from callmon.watch import Watch, is_deaf, seen_at
from tests.makers import CALL, at, body, item, notification, record_entry, stored

HTTP = "http 127.0.0.1:8765"
IDS = [CALL, "lobby-1", "lobby-2"]
FOUND = CheckOutcome(Answer.FOUND, "Graph still has the call.", state="established", body=b'{"state": "established"}')
GONE = CheckOutcome(Answer.GONE, "No such call.", status=404)
BUSY = CheckOutcome(Answer.THROTTLED, "Graph asks to wait.", status=429, retry_after_s=120)


def told(state: str, second: float, call_id: str = CALL, change: str = "updated") -> Entry:
    entry = notification(body(item(change, f"/communications/calls/{call_id}", state=state)), second)
    return entry._replace(origin=HTTP)


def fed(state: str, second: float) -> Entry:
    return record_entry(FeedChanged(HTTP, state), second)


def checked(outcome: CheckOutcome, second: float, call_id: str = CALL) -> Entry:
    return record_entry(CallChecked(call_id, outcome), second)


def after(*entries: Entry) -> Snapshot:
    return absorb(Snapshot(), stored(entries)).snapshot


def doubts(snapshot: Snapshot) -> dict[str, Doubt]:
    return {call.id: call.doubt for call in snapshot.board if call.doubt is not None}


class Clockwork(RuleBasedStateMachine):
    """Whatever happens and however time passes, the watch sees what one look at everything would see."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.told = Snapshot()
        self.watch = Watch()
        self.now = 0.0
        self.seen = self.watch.update(Update(self.told, live=True), at(0)).snapshot
        self.view = View(Query(Which.TROUBLE), self.seen.board)

    def take(self, entry: Entry) -> None:
        self.entries.append(entry)
        update = absorb(self.told, stored([entry], len(self.entries) - 1))
        self.told = update.snapshot
        self.show(self.watch.update(update, at(self.now)))

    def show(self, update: Update | None) -> None:
        if update is not None:
            self.seen = update.snapshot
            self.view.update(self.seen.board, update.changed)

    @rule(call_id=st.sampled_from(IDS), state=st.sampled_from(["incoming", "established", "terminating"]))
    def notify(self, call_id: str, state: str) -> None:
        self.take(told(state, self.now, call_id))

    @rule(call_id=st.sampled_from(IDS))
    def end(self, call_id: str) -> None:
        self.take(told("terminated", self.now, call_id, "deleted"))

    @rule(call_id=st.sampled_from(IDS), outcome=st.sampled_from([FOUND, GONE]))
    def check(self, call_id: str, outcome: CheckOutcome) -> None:
        self.take(checked(outcome, self.now, call_id))

    @rule(state=st.sampled_from(["listening", "stopped"]))
    def feed(self, state: str) -> None:
        self.take(fed(state, self.now))

    @rule(seconds=st.sampled_from([0.5, 20, 70, 200, 1000]))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.show(self.watch.tick(at(self.now)))

    @invariant()
    def agrees(self) -> None:
        seen = seen_at(self.told, at(self.now))
        assert doubts(self.seen) == doubts(seen)
        assert (self.seen.gaps, self.seen.deaf, self.seen.doubts) == (seen.gaps, seen.deaf, seen.doubts)
        shown = [row.id for row in rows(seen.board, self.view.query, at(self.now))]
        assert [self.view[place] for place in range(len(self.view))] == shown


TestClockwork = Clockwork.TestCase
TestClockwork.settings = settings(max_examples=60, stateful_step_count=30)


def test_after_a_restart_every_active_call_is_unverified_until_it_is_heard_of_or_checked() -> None:
    calls = [told("established", number, call_id) for number, call_id in enumerate(IDS)]
    snapshot = after(fed("listening", 0), *calls, fed("stopped", 10), fed("listening", 50), told("hold", 51))
    seen = seen_at(snapshot, at(52))
    assert doubts(seen).keys() == {"lobby-1", "lobby-2"}
    assert {doubt.kind for doubt in doubts(seen).values()} == {DoubtKind.UNVERIFIED}
    assert seen.doubts == Doubts(unverified=2)
    later = absorb(snapshot, stored([checked(FOUND, 53, "lobby-1")], 9)).snapshot
    assert doubts(seen_at(later, at(54))).keys() == {"lobby-2"}


ENDS = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]


@pytest.mark.parametrize("end", ENDS, ids=["begin", "end"])
def test_a_time_at_an_end_of_the_calendar_ends_nobody_who_reads_the_journal(end: datetime) -> None:
    entries = [
        fed("listening", 0),
        told("established", 1),
        told("established", 2)._replace(at=end, run="a"),
        told("established", 3)._replace(at=ENDS[0], run="a"),
        checked(FOUND, 4)._replace(at=end),
        checked(BUSY, 5, "lobby-1")._replace(at=end),
        fed("stopped", 6)._replace(at=end),
        fed("listening", 7)._replace(at=end),
    ]
    watch, checks = Watch(), Checks("one")
    snapshot = Snapshot()
    for number, entry in enumerate(entries):
        update = absorb(snapshot, stored([entry], number))
        snapshot = update.snapshot
        for seen in (watch.update(replace(update, live=True), at(5000)), watch.tick(at(6000))):
            if seen is not None:
                checks.consider(seen.snapshot.board, seen.changed, at(6000))
        checks.take(watch.seen.board, at(6000))
    assert [call.state for call in rows(watch.seen.board, Query(Which.ALL), at(6000))]


def test_while_history_is_read_nothing_is_doubted() -> None:
    watch = Watch()
    update = Update(after(fed("listening", 0), told("incoming", 1)), frozenset({same_id(CALL)}))
    assert watch.update(update, at(5000)) is update
    assert watch.tick(at(5001)) is None
    live = watch.update(Update(update.snapshot, live=True), at(5002))
    assert live.changed == {same_id(CALL)}
    assert live.snapshot.doubts.silent == 1


def test_what_has_not_changed_is_not_told_again() -> None:
    watch = Watch()
    watch.update(Update(after(told("incoming", 1)), live=True), at(2))
    assert watch.tick(at(30)) is None
    due = watch.tick(at(61))
    assert due is not None
    assert due.changed == {same_id(CALL)}
    assert watch.tick(at(62)) is None


# Deaf


def at_60(second: float = 0) -> datetime:
    return at(UNLEARNED_S + second)


def test_a_feed_that_is_silent_while_calls_are_active_is_deaf_within_a_minute() -> None:
    snapshot = after(fed("listening", -5), told("established", 0))
    assert not is_deaf(snapshot, at_60(-1))
    watch = Watch()
    assert not watch.update(Update(snapshot, live=True), at_60(-1)).snapshot.deaf
    update = watch.tick(at_60())
    assert update is not None
    assert update.snapshot.deaf
    assert update.snapshot.gaps == (Gap(at(0), None, certain=False, deaf=True),)
    assert doubts(update.snapshot)[same_id(CALL)].kind is DoubtKind.UNVERIFIED


def test_the_silence_that_is_allowed_can_be_set() -> None:
    snapshot = after(fed("listening", -5), told("established", 0))
    assert is_deaf(snapshot, at(11), 10)
    assert not is_deaf(snapshot, at(80), 100)


NOT_DEAF = {
    "nothing is active": (fed("listening", 0), told("terminated", 1, change="deleted")),
    "nobody listens": (fed("listening", 0), told("established", 1), fed("stopped", 2)),
    "nobody ever did": (told("established", 1),),
    "it has only just begun to listen": (fed("listening", 0), told("established", 1), fed("listening", 80)),
}


@pytest.mark.parametrize("case", NOT_DEAF)
def test_it_is_not_deaf_if(case: str) -> None:
    assert not is_deaf(after(*NOT_DEAF[case]), at(100))


def test_when_it_hears_again_the_silence_is_a_gap_and_who_was_not_heard_of_is_unverified() -> None:
    snapshot = after(
        fed("listening", 0), told("established", 1), told("established", 2, "lobby-1"), told("hold", 300, "lobby-1")
    )
    assert snapshot.gaps == (Gap(at(2), at(300), certain=False, deaf=True),)
    seen = seen_at(snapshot, at(301))
    assert not seen.deaf
    assert doubts(seen).keys() == {same_id(CALL)}


def test_what_is_imported_says_nothing_about_the_feed() -> None:
    snapshot = after(fed("listening", 1000), told("established", 1000), told("established", 1, "lobby-1"))
    assert (snapshot.last_notification, snapshot.quiet_since, snapshot.gaps) == (at(1000), at(1000), ())
