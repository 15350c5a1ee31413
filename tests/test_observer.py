from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from callmon import observer as module
from callmon import retrying
from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.core.records import HangUpAnswered
from callmon.feeds.vitals import Vitals
from callmon.observer import Observer
from callmon.snapshot import Update
from callmon.watch import Watch
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.makers import CALL, at, body, item, notification, record_entry
from tests.waiting import wait_until

LATER = 10_000
"""Long after every patience."""


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.seconds: float = LATER

    def now(self) -> datetime:
        return at(self.seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def observer(journal: MemoryJournal, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Observer]:
    monkeypatch.setattr(retrying, "_AGAIN_AFTER_S", (0.01,))
    observer = Observer(journal, Watch(), clock.now)
    yield observer
    observer.stop()


def look(observer: Observer) -> Vitals:
    vitals = observer.look(DEADLINE_S)
    assert vitals is not None
    return vitals


def test_a_journal_that_can_be_read_again_is_followed_from_where_it_broke_off(
    journal: MemoryJournal, observer: Observer
) -> None:
    refused = record_entry(HangUpAnswered(CALL, "1", HangUpOutcome(Answer.THROTTLED, "Wait.")), 2)
    journal.submit([notification(body(item(state="established")), 1), refused]).result()
    observer.begin()
    wait_until(lambda: look(observer).hangups == {"throttled": 1})
    journal.fail_reading("Redis cannot be reached.")
    wait_until(lambda: look(observer).trouble == "Redis cannot be reached.")
    journal.recover()
    journal.submit([notification(body(item("deleted")), 3), refused]).result()
    wait_until(lambda: look(observer).snapshot.board.active == 0)
    vitals = look(observer)
    assert (vitals.trouble, vitals.hangups, sum(vitals.ended.values())) == ("", {"throttled": 2}, 1)


def test_while_the_journal_cannot_be_read_nobody_is_asked_about_calls(
    journal: MemoryJournal, observer: Observer, clock: Clock
) -> None:
    journal.submit([notification(body(item(state="established")), 1)]).result()
    observer.begin()
    wait_until(lambda: look(observer).snapshot.doubts.silent == 1)
    journal.fail_reading()
    wait_until(lambda: look(observer).trouble != "")
    clock.seconds += LATER
    assert observer.due() is None
    journal.recover()
    wait_until(lambda: look(observer).trouble == "")
    due = observer.due()
    assert due is not None
    assert due.spelled == CALL


def test_a_breakdown_is_told_as_trouble_and_not_kept_silent(
    journal: MemoryJournal, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Update:
        raise MemoryError

    monkeypatch.setattr(module, "absorb", broken)
    journal.submit([notification(body(item(state="established")), 1)]).result()
    observer.begin()
    wait_until(lambda: look(observer).trouble != "")
    assert "broke down (MemoryError)" in look(observer).trouble


def test_who_has_no_time_learns_what_is_known_so_far(journal: MemoryJournal, observer: Observer) -> None:
    assert observer.look(0) is None
    observer.begin()
    wait_until(lambda: observer.look(0) is not None)
