from __future__ import annotations

from dataclasses import dataclass
from threading import Event

import pytest

from callmon.cli.hang_up_order import Orders
from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.hangup import HangUp
from callmon.ports import OnWait, Target, unseen
from callmon.snapshot import Snapshot
from tests.fakes import MemoryJournal
from tests.makers import CALL

FULL = "The disk is full."
ACCEPTED = HangUpOutcome(Answer.ACCEPTED, "Graph accepted the hang-up.", status=204)
HOSTILE = HangUpOutcome(Answer.UNAVAILABLE, "Busy.\x1b[2J", retry_helps=True)


class HostileControl:
    """Another way to Graph, whose sentences nobody has looked at."""

    def why_not(self, target: Target) -> str:
        return ""

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        on_wait(HOSTILE, 0.0, 1)
        return HangUpOutcome(Answer.GONE, "No such call.")

    def check(self, target: Target) -> CheckOutcome:
        return CheckOutcome(Answer.GONE, "No such call.")


def test_a_sentence_that_comes_while_it_waits_is_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    orders = Orders(journal, HangUp(journal, HostileControl(), "ada"), Snapshot(), [Target(CALL)])
    orders.send("", 0.0)
    told = capsys.readouterr().err
    assert "Busy.\\x1b[2J The hang-up is sent again" in told


@dataclass
class FillingControl(HostileControl):
    """The disk with the journal is full by the time that something comes back."""

    journal: MemoryJournal
    checked: CheckOutcome

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        self.journal.fail(FULL)
        return ACCEPTED

    def check(self, target: Target) -> CheckOutcome:
        return self.checked


@pytest.mark.parametrize(
    "checked",
    [
        CheckOutcome(Answer.FOUND, "Graph still has the call.", state="established"),
        CheckOutcome(Answer.GONE, "No such call."),
        CheckOutcome(Answer.UNAVAILABLE, "Graph failed."),
    ],
)
def test_what_is_missing_from_the_audit_trail_is_told_once(checked: CheckOutcome) -> None:
    journal = MemoryJournal()
    hangup = HangUp(journal, FillingControl(journal, checked), "ada")
    (result,) = Orders(journal, hangup, Snapshot(), [Target(CALL)]).send("", 0.0)
    assert result.answer is not None
    assert result.answer.status == 204
    assert result.sentence.count(f"could not be recorded: {FULL}") == 1
