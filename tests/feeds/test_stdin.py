from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from callmon.feeds import line_intake
from callmon.feeds.stdin import StdinFeed
from callmon.ports import EntryKind, FeedState
from tests.fakes import MemoryJournal
from tests.feeds.test_file_feed import states, until, wait_for


class Pipe:
    """A pipe with a feed at its end."""

    def __init__(self, journal: MemoryJournal) -> None:
        self._read, self._write = os.pipe()
        self.feed = StdinFeed(journal, self._read, bot="sales")

    def write(self, data: bytes) -> None:
        os.write(self._write, data)

    def end(self) -> None:
        if self._write >= 0:
            os.close(self._write)
            self._write = -1

    def close(self) -> None:
        self.feed.stop()
        self.end()
        os.close(self._read)


@pytest.fixture
def pipe(journal: MemoryJournal) -> Iterator[Pipe]:
    pipe = Pipe(journal)
    yield pipe
    journal.recover()
    pipe.close()


def test_lines_are_taken_until_the_pipe_ends(pipe: Pipe, journal: MemoryJournal) -> None:
    assert pipe.feed.status.state is FeedState.STOPPED
    assert pipe.feed.start().state is FeedState.LISTENING
    pipe.write(b"1\n2\r\n3")
    wait_for(journal, b"1", b"2")
    pipe.end()
    wait_for(journal, b"1", b"2", b"3")
    status = until(pipe.feed, lambda status: status.state is FeedState.STOPPED)
    assert (status.name, status.accepted) == ("stdin sales", 3)
    assert "has ended" in status.detail
    assert states(journal) == ["listening", "stopped"]
    assert {entry.bot for entry in journal.entries(EntryKind.NOTIFICATION)} == {"sales"}


def test_a_stop_does_not_wait_for_the_writer(pipe: Pipe, journal: MemoryJournal) -> None:
    pipe.feed.start()
    pipe.feed.stop()
    pipe.feed.stop()
    assert pipe.feed.status.state is FeedState.STOPPED
    assert states(journal) == ["listening", "stopped"]
    assert pipe.feed.start().state is FeedState.STOPPED, "a pipe has no second beginning"


def test_nothing_stays_open_when_it_has_ended(journal: MemoryJournal) -> None:
    def descriptors() -> list[str]:
        return sorted(each.name for each in Path("/dev/fd").iterdir())

    before = descriptors()
    started, never_started = Pipe(journal), Pipe(journal)
    started.feed.start()
    started.close()
    never_started.close()
    assert descriptors() == before


def test_lines_wait_for_the_journal(pipe: Pipe, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_intake, "_AGAIN_AFTER_S", (0.01,) * 1000)
    pipe.feed.start()
    journal.fail("The disk is full.")
    pipe.write(b"1\n")
    assert until(pipe.feed, lambda status: status.detail).detail.endswith("The disk is full.")
    journal.recover()
    wait_for(journal, b"1")
    assert until(pipe.feed, lambda status: status.accepted == 1).detail == ""
