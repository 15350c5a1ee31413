from __future__ import annotations

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
