from __future__ import annotations

import pytest

from callmon import freezes
from callmon.core.listening import Gap
from callmon.core.records import FeedChanged
from callmon.freezes import FROZEN_S, Freezes
from callmon.monitor import now_in
from callmon.ports import FeedState, FeedStatus
from tests.fakes import MemoryJournal
from tests.makers import at, notification, record_entry
from tests.waiting import wait_until

HTTP = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING, run="own")
FILE = FeedStatus("file calls.jsonl", FeedState.LISTENING)
ELSEWHERE = FeedStatus("http 127.0.0.1:9", FeedState.ELSEWHERE)


def gap(since: float, until: float) -> Gap:
    return Gap(at(since), at(until), certain=True, bots=frozenset({""}), feed=HTTP.name)


class Beats:
    def __init__(self) -> None:
        self.second = 0.0
        self.journal = MemoryJournal()
        heard = notification(b"{}", -1)._replace(origin=HTTP.name, run=HTTP.run)
        others = FeedChanged(HTTP.name, "listening", run="other", place="console-2", marks=True)
        own = FeedChanged(HTTP.name, "listening", run=HTTP.run, place="console-1", marks=True)
        self.journal.submit([record_entry(own, -2), heard, record_entry(others, -1)]).result()
        self.written = len(self.journal.entries())
        self.freezes = Freezes(lambda: at(self.second), lambda: self.second)

    def after(self, seconds: float, *feeds: FeedStatus) -> bool:
        self.second += seconds
        return self.freezes.beat(self.journal, feeds)


def test_a_process_that_stood_still_did_not_listen() -> None:
    beats = Beats()
    assert [beats.after(1, HTTP, FILE) for _ in range(3)] == [False] * 3
    assert beats.after(300, HTTP, FILE)
    assert now_in(beats.journal).gaps == (gap(3, 303),)
    assert not beats.after(1, HTTP, FILE)


def test_a_freeze_in_the_first_second_counts_and_slow_loading_does_not() -> None:
    beats = Beats()
    beats.second = 20
    beats.freezes.begin(beats.journal, lambda: ())
    beats.freezes.end()
    assert beats.after(6, HTTP)
    assert now_in(beats.journal).gaps == (gap(20, 26),)


def test_being_late_is_no_freeze() -> None:
    beats = Beats()
    beats.after(1, HTTP)
    assert not beats.after(FROZEN_S - 0.1, HTTP)
    assert len(beats.journal.entries()) == beats.written


def test_who_only_follows_missed_nothing() -> None:
    beats = Beats()
    beats.after(1, ELSEWHERE)
    assert not beats.after(100, ELSEWHERE)
    assert len(beats.journal.entries()) == beats.written


def test_a_thread_of_its_own_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezes, "_EVERY_S", 0.005)
    beats = Beats()
    beats.freezes.begin(beats.journal, lambda: (HTTP,))
    beats.second = 60
    wait_until(lambda: len(beats.journal.entries()) == beats.written + 2)
    beats.freezes.end()
    assert now_in(beats.journal).gaps == (gap(0, 60),)
