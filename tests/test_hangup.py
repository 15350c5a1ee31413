from __future__ import annotations

import getpass
import socket
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest

from callmon.clocks import utc_now
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Facts
from callmon.core.calls import HangUp as CallHangUp
from callmon.core.draft import apply
from callmon.core.hangup import CALLED_OFF, CheckOutcome, HangUpOutcome
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked, Record, decode
from callmon.core.states import CallState
from callmon.hangup import HangUp, operator_name
from callmon.monitor import now_in
from callmon.ports import Entry, EntryKind, OnWait, Target, unseen
from tests.fakes import MemoryJournal
from tests.makers import CALL, at, call_of, notification, payload, report

ACCEPTED = HangUpOutcome(Answer.ACCEPTED, "Graph accepted the hang-up.", status=204)
THROTTLED = HangUpOutcome(Answer.THROTTLED, "Graph asks to wait.", retry_helps=True, status=429)
FOUND = CheckOutcome(Answer.FOUND, "The call exists.", state="established", body=b'{"state": "established"}')
LIVING = call_of(report(CallState.ESTABLISHED))
CALLED = Target(CALL)
ENDED = call_of(report(CallState.ESTABLISHED), report(CallState.TERMINATED, "deleted"))


def records(journal: MemoryJournal) -> list[Record | None]:
    """What the journal has of our own doing."""
    return [decode(entry.kind, entry.body) for entry in journal.entries()]


class LookingControl:
    """A `callmon.ports.CallControl` that looks into the journal at the moment a request would leave."""

    def __init__(self, journal: MemoryJournal, *, breaks_journal: bool = False) -> None:
        self._journal = journal
        self._breaks_journal = breaks_journal
        self.asked: list[Target] = []
        self.written_before: list[Record | None] = []

    def why_not(self, target: Target) -> str:
        if target.rivals and "same" not in target.rivals:
            return "Several bots reported this call."
        return f"No credentials for {target.bot}." if target.bot == "lost" else ""

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        if called_off is not None and called_off.is_set():
            return CALLED_OFF
        self._look(target)
        on_wait(THROTTLED, 2.0, 1)
        return ACCEPTED

    def check(self, target: Target) -> CheckOutcome:
        self._look(target)
        return FOUND

    def _look(self, target: Target) -> None:
        self.asked.append(target)
        self.written_before = records(self._journal)
        if self._breaks_journal:
            self._journal.fail("The disk is full.")


def hang_up(journal: MemoryJournal, control: LookingControl, latest: Call | None = LIVING) -> HangUpOutcome:
    """One hang-up by Ada."""
    return HangUp(journal, control, "ada@console-1", lambda: at(7)).hang_up(
        CALLED, latest=lambda: latest, reason="late"
    )


def test_the_attempt_is_written_before_the_request_leaves_and_the_answer_after() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    assert hang_up(journal, control) == ACCEPTED
    assert control.asked == [CALLED]
    (asked,) = control.written_before
    assert isinstance(asked, HangUpAsked)
    assert (asked.call_id, asked.operator, asked.reason) == (CALL, "ada@console-1", "late")
    assert records(journal) == [asked, HangUpAnswered(CALL, asked.attempt, ACCEPTED)]
    assert [entry.kind for entry in journal.entries()] == [EntryKind.HANGUP_ASKED, EntryKind.HANGUP_ANSWERED]
    assert {(entry.at, entry.origin) for entry in journal.entries()} == {(at(7), "ada@console-1")}


def test_every_attempt_has_an_id_of_its_own() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    hang_up(journal, control)
    hang_up(journal, control)
    attempts = {record.attempt for record in records(journal) if isinstance(record, HangUpAsked)}
    assert len(attempts) == 2


def test_what_the_journal_tells_afterwards() -> None:
    journal = MemoryJournal()
    journal.append(notification(payload(4)))
    hang_up(journal, LookingControl(journal))
    (call,) = now_in(journal).board
    assert call.hanging_up
    assert call.hangup is not None
    assert (call.hangup.operator, call.hangup.outcome) == ("ada@console-1", ACCEPTED)


def test_without_a_record_of_the_attempt_nothing_is_sent() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    journal.fail("The disk is full.")
    outcome = hang_up(journal, control)
    assert (outcome.answer, control.asked) == (Answer.REFUSED_HERE, [])
    assert outcome.sentence == "Nothing was sent: the attempt could not be recorded. The disk is full."


class SlowJournal(MemoryJournal):
    """Something happens while the first entry is being written."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def append(self, entry: Entry) -> None:
        super().append(entry)
        if entry.kind is EntryKind.HANGUP_ASKED:
            self._meanwhile()


def test_what_is_called_off_while_it_is_written_down_is_not_sent_and_has_its_answer() -> None:
    called_off = Event()
    journal = SlowJournal(called_off.set)
    control = LookingControl(journal)
    hangup = HangUp(journal, control, "ada@console-1", lambda: at(7))
    outcome = hangup.hang_up(CALLED, latest=lambda: LIVING, called_off=called_off)
    assert (outcome.answer, control.asked) == (Answer.REFUSED_HERE, [])
    assert outcome.sentence == "The hang-up was called off before anything was sent."
    assert [entry.kind for entry in journal.entries()] == [EntryKind.HANGUP_ASKED, EntryKind.HANGUP_ANSWERED]


def test_a_call_that_ended_meanwhile_is_left_alone() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    outcome = hang_up(journal, control, ENDED)
    assert (outcome.answer, control.asked, records(journal)) == (Answer.REFUSED_HERE, [], [])
    assert "already ended" in outcome.sentence


def test_a_call_that_somebody_else_hung_up_meanwhile_is_not_said_to_have_ended_by_itself() -> None:
    journal = MemoryJournal()
    bobs = CallHangUp("1", at(5), "bob@console-2", at(6), ACCEPTED)
    outcome = hang_up(journal, LookingControl(journal), ENDED._replace(hangup=bobs))
    assert outcome.sentence == (
        "The call had already ended after Graph had accepted a hang-up by bob@console-2; nothing more was sent."
    )


def test_a_call_that_nothing_was_heard_of_is_hung_up() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    assert hang_up(journal, control, None) == ACCEPTED
    assert control.asked == [CALLED]


def test_an_answer_that_cannot_be_recorded_is_told_with_the_trouble() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal, breaks_journal=True)
    outcome = hang_up(journal, control)
    assert (outcome.answer, outcome.status) == (Answer.ACCEPTED, 204)
    assert outcome.sentence == "Graph accepted the hang-up. It could not be recorded: The disk is full."
    assert [type(record) for record in records(journal)] == [HangUpAsked]


def test_a_check_is_recorded_after_it_was_answered() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    assert HangUp(journal, control, "ada@console-1", lambda: at(7)).check(CALLED) == FOUND
    assert control.written_before == []
    assert records(journal) == [CallChecked(CALL, FOUND)]


def test_a_check_that_cannot_be_recorded_is_told_with_the_trouble() -> None:
    journal = MemoryJournal()
    outcome = HangUp(journal, LookingControl(journal, breaks_journal=True), "ada").check(CALLED)
    assert outcome.answer is Answer.FOUND
    assert outcome.sentence == "The call exists. It could not be recorded: The disk is full."


class BrokenControl(LookingControl):
    """A way to Graph that runs into what nobody foresaw."""

    def check(self, target: Target) -> CheckOutcome:
        raise RuntimeError("nobody foresaw it")


def test_a_check_that_breaks_down_tells_nothing_and_ends_nothing() -> None:
    journal = MemoryJournal()
    outcome = HangUp(journal, BrokenControl(journal), "ada").check(CALLED)
    assert (outcome.answer, outcome.status) == (Answer.UNEXPECTED, None)
    assert outcome.sentence == (
        "callmon broke down over this check (RuntimeError), so it tells nothing about the call."
    )
    assert records(journal) == [CallChecked(CALL, outcome)]


def test_entries_carry_the_time_at_which_they_were_written() -> None:
    journal = MemoryJournal()
    before = utc_now()
    HangUp(journal, LookingControl(journal), "ada").check(CALLED)
    (entry,) = journal.entries()
    assert isinstance(entry, Entry)
    assert before <= entry.at <= utc_now()
    assert str(entry.at.tzinfo) == "UTC"


def test_who_sits_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "console-1")
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    assert operator_name() == "ada@console-1"


@pytest.mark.parametrize("error", [KeyError("no such uid"), OSError("no login")])
def test_a_nameless_login_is_unknown(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr(socket, "gethostname", lambda: "console-1")
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert operator_name() == "unknown@console-1"


def test_what_the_control_waits_for_is_passed_on() -> None:
    journal = MemoryJournal()
    told: list[tuple[HangUpOutcome, float, int]] = []
    order = HangUp(journal, LookingControl(journal), "ada@console-1", lambda: at(7))
    order.hang_up(CALLED, latest=lambda: LIVING, on_wait=lambda *wait: told.append(wait))
    assert told == [(THROTTLED, 2.0, 1)]


OWN = Target(CALL, "front-desk", "72f988bf-86f1-41af-91ab-2d7cd011db47")


def of_bots(*bots: str) -> Call:
    board = Board()
    for second, bot in enumerate(bots):
        facts = Facts(tenant_id=OWN.tenant_id)
        board = apply(board, report(CallState.ESTABLISHED, facts=facts), at(second), bot)
    (call,) = board
    return call


def test_bot_and_tenant_are_those_that_the_call_has_at_the_last_moment() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    HangUp(journal, control, "ada").hang_up(CALLED, latest=lambda: of_bots("front-desk"))
    assert control.asked == [OWN]
    assert [entry.bot for entry in journal.entries()] == ["front-desk", "front-desk"]
    asked, answered = records(journal)
    assert isinstance(asked, HangUpAsked)
    assert isinstance(answered, HangUpAnswered)
    assert (asked.bot, answered.bot) == ("front-desk", "front-desk")


def test_a_check_is_the_bots_too() -> None:
    journal = MemoryJournal()
    HangUp(journal, LookingControl(journal), "ada").check(OWN)
    assert [(entry.bot, record) for entry, record in zip(journal.entries(), records(journal), strict=True)] == [
        ("front-desk", CallChecked(CALL, FOUND, "front-desk"))
    ]


def test_a_call_that_two_bots_report_is_left_alone() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    order = HangUp(journal, control, "ada")
    call = of_bots("front-desk", "nights")
    outcome = order.hang_up(Target.of(call), latest=lambda: call)
    assert (outcome.answer, control.asked, records(journal)) == (Answer.REFUSED_HERE, [], [])
    assert outcome.sentence == order.why_not(call)
    assert outcome.sentence == "Several bots reported this call."


def test_a_call_that_one_application_reports_under_two_names_is_hung_up() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    call = of_bots("", "same")
    order = HangUp(journal, control, "ada")
    assert order.why_not(call) == ""
    assert order.hang_up(Target.of(call), latest=lambda: call) == ACCEPTED
    assert control.asked == [replace(OWN, bot="", rivals=("same",))]


def test_why_a_call_cannot_be_hung_up_is_known_without_asking() -> None:
    journal = MemoryJournal()
    control = LookingControl(journal)
    order = HangUp(journal, control, "ada")
    assert order.why_not(of_bots("lost")) == "No credentials for lost."
    assert order.why_not(of_bots("front-desk")) == ""
    assert control.asked == []
