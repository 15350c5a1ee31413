"""Anything may be reported of any call, in any order and as often as it likes."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, ResultInfo
from callmon.core.document import call_document, timeline_document
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.query import Query, Which, rows
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked, Record
from callmon.core.states import CallState
from callmon.core.text import same_id
from callmon.core.timelines import is_move, timeline
from callmon.core.view import View
from callmon.monitor import absorb
from callmon.ports import Entry
from callmon.snapshot import Snapshot
from tests.makers import CALL, at, board_of, body, item, notification, record_entry, report, stored, told_once

IDS = [CALL, "57DAB8B1894C409AB240BD8BEAE78896", "lobby-3"]
STATES = st.sampled_from([None, *CallState, "Parked"])
CHANGES = st.sampled_from(["created", "updated", "updated", "updated", "deleted"])
PATHS = st.sampled_from(["operations/1", "participants", "contentSharingSessions/1", "audioRoutingGroups/1"])
RESULTS = st.sampled_from([None, None, {"code": 200, "subcode": 7000}, {"code": "500", "subCode": "7015"}])
PEOPLE = st.lists(st.sampled_from("ABCD"), max_size=4, unique=True)
ANSWERS = st.sampled_from(Answer)
QUERIES = [Query(), Query(Which.ACTIVE), Query(Which.ENDED), Query(text="established"), Query(text="!parked lobby")]


class Life(RuleBasedStateMachine):
    """Everything that can come, into one journal; beside it, views that are only told what changed."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = 0.0
        self.entries: list[Entry] = []
        self.snapshot = Snapshot()
        self.views = [View(query) for query in QUERIES]
        self.attempt = 0
        self.waiting: list[tuple[str, bytes]] = []
        self.latest: tuple[str, bytes] | None = None
        """The latest entry, if it was a notification: for which call, and its body."""

    @property
    def board(self) -> Board:
        return self.snapshot.board

    def take(self, entry: Entry, about: str) -> None:
        before = self.board
        self.entries.append(entry)
        update = absorb(self.snapshot, stored([entry], len(self.entries) - 1))
        self.snapshot = update.snapshot
        for call in before:
            if call.id != same_id(about):
                assert self.board.get(call.id) is call
        differing = {call.id for call in self.board if before.get(call.id) is not call}
        assert update.changed == differing
        for view in self.views:
            view.update(self.board, update.changed)

    def notify(self, about: str, raw: bytes) -> None:
        self.take(notification(raw, self.clock), about)
        self.latest = about, raw

    def take_record(self, about: str, record: Record) -> None:
        self.take(record_entry(record, self.clock), about)
        self.latest = None

    @initialize(seconds=st.floats(0, 1000))
    def begin(self, seconds: float) -> None:
        self.clock = seconds

    @rule(about=st.sampled_from(IDS), state=STATES, change=CHANGES, result=RESULTS)
    def report_a_state(self, about: str, state: str | None, change: str, result: dict[str, object] | None) -> None:
        self.notify(about, body(item(change, f"/app/calls/{about}", state=state, resultInfo=result)))

    @rule(about=st.sampled_from(IDS), path=PATHS, change=CHANGES)
    def report_what_is_below(self, about: str, path: str, change: str) -> None:
        active = self.board.active
        known = self.board.get(about) is not None
        self.notify(about, body(item(change, f"/app/calls/{about}/{path}", status="x")))
        assert self.board.active == active + (not known)

    @rule(about=st.sampled_from(IDS), people=PEOPLE)
    def report_a_roster(self, about: str, people: list[str]) -> None:
        raw = {**item(url=f"/app/calls/{about}/participants"), "resourceData": [{"id": one} for one in people]}
        self.notify(about, body(raw))

    @rule(about=st.sampled_from(IDS), state=STATES, change=CHANGES)
    def keep_back(self, about: str, state: str | None, change: str) -> None:
        self.waiting.append((about, body(item(change, f"/calls/{about}", state=state))))

    @rule(data=st.data(), drop=st.booleans())
    def let_go_in_any_order(self, data: st.DataObject, drop: bool) -> None:
        if self.waiting:
            about, raw = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
            if not drop:
                self.notify(about, raw)

    @rule()
    def deliver_the_latest_again(self) -> None:
        if self.latest is None:
            return
        about, raw = self.latest
        before = self.board.get(about)
        assert before is not None
        self.notify(about, raw)
        after = self.board.get(about)
        assert after is not None
        if before.ended:
            assert after is before
        assert told_once(after)._replace(last_heard=before.last_heard) == told_once(before)

    @rule(about=st.sampled_from(IDS), again=st.booleans())
    def ask_for_a_hang_up(self, about: str, again: bool) -> None:
        self.attempt += again
        self.take_record(about, HangUpAsked(about, str(self.attempt), "ada@console-1"))

    @rule(about=st.sampled_from(IDS), answer=ANSWERS)
    def answer_a_hang_up(self, about: str, answer: Answer) -> None:
        self.take_record(about, HangUpAnswered(about, str(self.attempt), HangUpOutcome(answer, "So it is.")))

    @rule(about=st.sampled_from(IDS), answer=ANSWERS, state=STATES)
    def check(self, about: str, answer: Answer, state: str | None) -> None:
        raw = json.dumps({"state": state}).encode() if answer is Answer.FOUND else b""
        self.take_record(about, CallChecked(about, CheckOutcome(answer, "So it is.", state=state, body=raw)))

    @rule(raw=st.binary(max_size=30))
    def deliver_rubbish(self, raw: bytes) -> None:
        before = self.board
        self.take(notification(raw, self.clock), "")
        assert self.board is before

    @rule(seconds=st.floats(-5, 500))
    def let_time_pass(self, seconds: float) -> None:
        self.clock += seconds

    @invariant()
    def ended_calls_are_terminated_and_others_are_not(self) -> None:
        for call in self.board:
            assert (call.ended_at is not None) == (call.state == CallState.TERMINATED)
            assert call.gone <= call.ended

    @invariant()
    def the_active_calls_are_those_that_have_not_ended(self) -> None:
        assert self.board.active == sum(not call.ended for call in self.board)
        assert self.board.seen == len(self.board.calls)

    @invariant()
    def no_time_goes_back(self) -> None:
        for call in self.board:
            moved = [step.at for step in call.timeline if is_move(step)]
            assert moved == sorted(moved), "what goes on within a state keeps the time that was told"
            shown = [line.at for line in timeline(call)]
            assert shown == sorted(step.at for step in call.timeline)
            moments = [call.first_seen, call.established_at, call.ended_at]
            known = [moment for moment in moments if moment is not None]
            assert known == sorted(known)
            assert call.last_heard >= call.first_seen

    @invariant()
    def a_view_that_is_told_what_changed_shows_what_a_new_one_shows(self) -> None:
        for view in self.views:
            shown = [row.id for row in rows(self.board, view.query, at(self.clock))]
            assert [view[place] for place in range(len(view))] == shown
            assert len(set(shown)) == len(shown)
            assert all(view.place(call_id) == place for place, call_id in enumerate(shown))

    @invariant()
    def every_call_can_be_told_as_json(self) -> None:
        for call in self.board:
            json.dumps([call_document(call, at(self.clock)), timeline_document(call)])

    def teardown(self) -> None:
        """However the journal is cut into batches, it tells the same."""
        for size in (1, 3, len(self.entries) + 1):
            snapshot = Snapshot()
            for start in range(0, len(self.entries), size):
                batch = stored(self.entries[start : start + size], start)
                snapshot = absorb(snapshot, batch).snapshot
            assert snapshot == self.snapshot


TestLife = Life.TestCase

ORDERLY = [
    [("created", "incoming"), ("updated", "establishing"), ("updated", "established"), ("deleted", "terminated")],
    [("updated", "establishing"), ("updated", "established"), ("updated", "terminating"), ("deleted", None)],
    [
        ("updated", "established"),
        ("updated", "transferring"),
        ("updated", "transferAccepted"),
        ("deleted", "terminated"),
    ],
    [("created", "incoming"), ("deleted", None)],
    [("updated", "establishing"), ("updated", "ringing"), ("updated", "established"), ("updated", "terminated")],
]


@given(st.sampled_from(ORDERLY), st.data())
def test_any_order_and_any_repetition_end_the_same(life: list[tuple[str, str | None]], data: st.DataObject) -> None:
    end = ResultInfo(200, 5002)
    reports = [
        report(state, change, result=end if index == len(life) - 1 else None)
        for index, (change, state) in enumerate(life)
    ]
    repeats = data.draw(st.lists(st.sampled_from(reports), max_size=6))
    shuffled = data.draw(st.permutations(reports + repeats))

    def outcome(call: Call) -> tuple[object, ...]:
        return call.state, call.end, call.ended, call.answered, call.facts, call.kind

    (in_order,), (in_disorder,) = board_of(reports), board_of(shuffled)
    assert outcome(in_disorder) == outcome(in_order)


@given(st.lists(st.tuples(st.sampled_from(IDS), STATES, CHANGES), min_size=1, max_size=12), st.integers(0, 60))
def test_time_alone_changes_nothing(reports: list[tuple[str, str | None, str]], later: int) -> None:
    """The board is a function of what came; when it came shows only in its times."""
    ones = [report(state, change, about) for about, state, change in reports]
    shift = timedelta(seconds=later)
    first, second = board_of(ones), board_of(ones, start=later)
    for call in first:
        other = second.get(call.id)
        assert other is not None
        assert (other.state, other.anomalies, other.answered) == (call.state, call.anomalies, call.answered)
        assert other.last_heard == call.last_heard + shift
