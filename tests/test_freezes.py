from __future__ import annotations

import pytest

from callmon import freezes
from callmon.core.records import Gap
from callmon.freezes import FROZEN_S, Freezes, running_s
from callmon.monitor import now_in
from callmon.ports import FeedState, FeedStatus
from tests.fakes import MemoryJournal
from tests.makers import at
from tests.waiting import wait_until

HTTP = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING)
FILE = FeedStatus("file calls.jsonl", FeedState.LISTENING)
ELSEWHERE = FeedStatus("http 127.0.0.1:9", FeedState.ELSEWHERE)


class Beats:
    def __init__(self) -> None:
        self.second = 0.0
        self.journal = MemoryJournal()
        self.freezes = Freezes(lambda: at(self.second), lambda: self.second)

    def after(self, seconds: float, *feeds: FeedStatus) -> bool:
        self.second += seconds
        return self.freezes.beat(self.journal, feeds)


def test_a_process_that_stood_still_did_not_listen() -> None:
    beats = Beats()
    assert [beats.after(1, HTTP, FILE) for _ in range(3)] == [False] * 3
    assert beats.after(300, HTTP, FILE)
    assert now_in(beats.journal).gaps == (Gap(at(3), at(303), certain=True),)
    assert not beats.after(1, HTTP, FILE)


def test_a_freeze_in_the_first_second_counts_and_slow_loading_does_not() -> None:
    beats = Beats()
    beats.second = 20
    beats.freezes.begin(beats.journal, lambda: ())
    beats.freezes.end()
    assert beats.after(6, HTTP)
    assert now_in(beats.journal).gaps == (Gap(at(20), at(26), certain=True),)


def test_being_late_is_no_freeze() -> None:
    beats = Beats()
    beats.after(1, HTTP)
    assert not beats.after(FROZEN_S - 0.1, HTTP)
    assert beats.journal.entries() == []


def test_who_only_follows_missed_nothing() -> None:
    beats = Beats()
    beats.after(1, ELSEWHERE)
    assert not beats.after(100, ELSEWHERE)
    assert beats.journal.entries() == []


def test_a_thread_of_its_own_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezes, "_EVERY_S", 0.005)
    beats = Beats()
    beats.freezes.begin(beats.journal, lambda: (HTTP,))
    beats.second = 60
    wait_until(lambda: len(beats.journal.entries()) == 2)
    beats.freezes.end()
    assert now_in(beats.journal).gaps == (Gap(at(0), at(60), certain=True),)


def test_the_clock_goes_on() -> None:
    before = running_s()
    wait_until(lambda: running_s() > before)
