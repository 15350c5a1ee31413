"""A followed file, from the first line to the journal."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callmon.core.records import FeedChanged, decode
from callmon.feeds import line_intake, tail, watching
from callmon.feeds import lines as lines_module
from callmon.feeds.extraction import extractor
from callmon.feeds.file import FileFeed, Source
from callmon.feeds.file_place import place_at
from callmon.feeds.file_words import LOST
from callmon.feeds.tail import Tail
from callmon.ports import Entry, EntryKind, Feed, FeedState, FeedStatus
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.feeds.test_tail import append

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MARK = "file /var/log/bot.jsonl"

Follow = Callable[..., FileFeed]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "bot.jsonl"


@pytest.fixture
def written(log: Path) -> Path:
    log.parent.mkdir()
    log.write_bytes(b"1\n2\n")
    return log


@pytest.fixture
def follow(log: Path, journal: MemoryJournal, tmp_path: Path) -> Iterator[Follow]:
    """Makes feeds on the file; they are stopped at the end."""
    feeds: list[FileFeed] = []

    def make(*, bot: str = "", **options: str) -> FileFeed:
        source = Source(log, bot or log.name, MARK, tmp_path / "lock", bot)
        feeds.append(FileFeed(journal, source, extractor(**options), clock=lambda: NOON))
        return feeds[-1]

    yield make
    journal.recover()
    journal.release()
    for feed in feeds:
        feed.stop()


def taken(journal: MemoryJournal) -> list[bytes]:
    return [entry.body for entry in journal.entries(EntryKind.NOTIFICATION)]


def wait_for(journal: MemoryJournal, *lines: bytes) -> None:
    journal.wait_until(lambda journal: taken(journal) == list(lines))


def until(feed: Feed, holds: Callable[[FeedStatus], object]) -> FeedStatus:
    deadline = time.monotonic() + DEADLINE_S
    while not holds(feed.status):
        assert time.monotonic() < deadline, feed.status
        threading.Event().wait(0.005)
    return feed.status


def states(journal: MemoryJournal) -> list[str]:
    records = [decode(entry.kind, entry.body) for entry in journal.entries(EntryKind.FEED)]
    return [record.state for record in records if isinstance(record, FeedChanged)]


def test_what_is_there_and_what_comes_is_kept_with_its_place(
    written: Path, journal: MemoryJournal, follow: Follow
) -> None:
    feed: Feed = follow(bot="sales")
    assert feed.status == FeedStatus("file sales", FeedState.STOPPED)
    feed.start()
    wait_for(journal, b"1", b"2")
    append(written, b"3\n")
    wait_for(journal, b"1", b"2", b"3")
    entry = journal.entries(EntryKind.NOTIFICATION)[0]
    assert entry == Entry(EntryKind.NOTIFICATION, NOON, f"file {written}", b"1", bot="sales")
    assert until(feed, lambda status: status.accepted == 3).state is FeedState.LISTENING
    assert json.loads(journal.bookmark(MARK))["offset"] == 6
    feed.stop()
    assert feed.status == FeedStatus("file sales", FeedState.STOPPED, accepted=3)
    assert states(journal) == ["listening", "stopped"]


def test_a_restart_goes_on_where_it_was(written: Path, journal: MemoryJournal, follow: Follow) -> None:
    first = follow()
    first.start()
    wait_for(journal, b"1", b"2")
    first.stop()
    append(written, b"3\n")
    written.rename(written.with_name("bot.jsonl.1"))
    written.write_bytes(b"4\n")
    follow().start()
    wait_for(journal, b"1", b"2", b"3", b"4")


def test_a_new_file_waits_no_longer_than_it_must_whatever_the_system_tells(
    written: Path, journal: MemoryJournal, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = follow()
    feed.start()
    wait_for(journal, b"1", b"2")
    told = threading.Semaphore(0)

    def told_once(watch: watching.Watch) -> None:
        while not (told.acquire(timeout=0.01) or watch._stop.is_set()):
            pass

    monkeypatch.setattr(watching.Watch, "_next", told_once)
    monkeypatch.setattr(tail, "_GRACE_S", 0.01)
    written.rename(written.with_name("bot.jsonl.1"))
    written.write_bytes(b"3\n")
    told.release()
    wait_for(journal, b"1", b"2", b"3")


@pytest.mark.parametrize("missing", ["file", "directory"])
def test_what_is_not_there_yet_is_followed_when_it_appears(
    log: Path, journal: MemoryJournal, follow: Follow, missing: str
) -> None:
    if missing == "file":
        log.parent.mkdir()
    feed = follow()
    status = feed.start()
    assert (status.state, status.detail) == (
        FeedState.FAILED,
        f"There is no file {log} yet. It is read from its start as soon as it appears.",
    )
    log.parent.mkdir(exist_ok=True)
    log.write_bytes(b"1\n")
    wait_for(journal, b"1")
    assert until(feed, lambda status: status.state is FeedState.LISTENING).detail == ""


def test_a_file_that_may_not_be_read_is_read_when_it_may(
    written: Path, journal: MemoryJournal, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("callmon.feeds.rotation.os.open", refuse)
        source = Source(written, "bot.jsonl", MARK, written.parent, "")
        feed = FileFeed(journal, source)
        monkeypatch.setattr(
            feed._owner, "take", lambda: None
        )  # the test's user may read everything, so `open` is played
        status = feed.start()
        assert status.state is FeedState.FAILED
        assert status.detail.startswith(f"This user may not read {written}.")
    wait_for(journal, b"1", b"2")
    feed.stop()


def test_a_file_that_was_emptied_without_a_copy_is_told(written: Path, journal: MemoryJournal, follow: Follow) -> None:
    feed = follow(bot="sales")
    feed.start()
    wait_for(journal, b"1", b"2")
    assert until(feed, lambda status: status.accepted == 2).detail == ""
    os.truncate(written, 0)
    append(written, b"3\n")
    wait_for(journal, b"1", b"2", b"3")
    assert until(feed, lambda status: status.accepted == 3).detail == LOST
    (record,) = lost(journal)
    assert (record.feed, record.state, record.since) == ("file sales", "listening", NOON.isoformat())
    assert [entry.bot for entry in journal.entries(EntryKind.FEED)] == ["", "sales"]
    feed.stop()
    assert states(journal) == ["listening", "listening", "stopped"]


def lost(journal: MemoryJournal) -> list[FeedChanged]:
    records = [decode(entry.kind, entry.body) for entry in journal.entries(EntryKind.FEED)]
    return [record for record in records if isinstance(record, FeedChanged) and record.lost]


def test_what_went_while_nobody_followed_is_told_without_a_time(
    written: Path, journal: MemoryJournal, follow: Follow
) -> None:
    first = follow()
    first.start()
    wait_for(journal, b"1", b"2")
    first.stop()
    written.write_bytes(b"another\n")
    follow().start()
    wait_for(journal, b"1", b"2", b"another")
    (record,) = lost(journal)
    assert (record.state, record.since) == ("listening", "")
    assert states(journal) == ["listening", "stopped", "listening"]


def test_a_loss_is_told_as_soon_as_the_journal_takes_it(written: Path, journal: MemoryJournal, follow: Follow) -> None:
    feed = follow()
    feed.start()
    wait_for(journal, b"1", b"2")
    journal.fail()
    os.truncate(written, 0)
    until(feed, lambda status: status.detail == LOST)
    assert lost(journal) == []
    journal.recover()
    append(written, b"3\n")
    journal.wait_until(lambda journal: len(lost(journal)) == 1)


def test_lines_that_another_took_meanwhile_are_not_doubled(
    written: Path, journal: MemoryJournal, follow: Follow
) -> None:
    """One that was killed inside a journal that hung: what it had sent arrives after the next one has begun."""
    feed = follow()
    feed.start()
    wait_for(journal, b"1", b"2")
    journal.hold()
    append(written, b"3\n")
    journal.wait_until(lambda journal: journal.submissions[-1][-1].body == b"3")
    ahead = json.loads(journal.bookmark(MARK))
    journal.move_bookmark(MARK, _place(written, ahead["offset"] + 2))
    append(written, b"4\n")
    journal.release()
    wait_for(journal, b"1", b"2", b"4")
    feed.stop()
    assert states(journal)[-1] == "stopped"


def _place(path: Path, offset: int) -> str:
    with path.open("rb") as file:
        return place_at(file.fileno(), offset).to_text()


def test_the_end_of_a_feed_is_told_though_another_has_gone_on(
    written: Path, journal: MemoryJournal, follow: Follow
) -> None:
    feed = follow()
    feed.start()
    wait_for(journal, b"1", b"2")
    ahead = _place(written, 2)
    journal.move_bookmark(MARK, ahead)
    feed.stop()
    assert states(journal) == ["listening", "stopped"]
    assert journal.bookmark(MARK) == ahead


def test_a_directory_is_no_file(log: Path, follow: Follow) -> None:
    log.mkdir(parents=True)
    assert follow().start().detail == f"{log} is a directory. Name a file in it."


def test_a_file_that_was_removed_is_awaited(written: Path, journal: MemoryJournal, follow: Follow) -> None:
    feed = follow()
    feed.start()
    wait_for(journal, b"1", b"2")
    written.unlink()
    until(feed, lambda status: "no file" in status.detail)
    written.write_bytes(b"3\n")
    wait_for(journal, b"1", b"2", b"3")


def test_lines_wait_for_a_journal_that_fails_and_none_is_lost_or_doubled(
    written: Path, journal: MemoryJournal, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_intake, "_AGAIN_AFTER_S", (0.01,) * 1000)
    feed = follow()
    journal.fail("The disk is full.")
    feed.start()
    status = until(feed, lambda status: status.detail)
    assert status.state is FeedState.LISTENING
    assert status.detail == "The lines wait in the file until the journal takes them. The disk is full."
    append(written, b"3\n")
    journal.recover()
    wait_for(journal, b"1", b"2", b"3")
    assert until(feed, lambda status: status.accepted == 3).detail == ""


def test_lines_that_are_offered_again_are_known_to_be_the_same(
    written: Path, journal: MemoryJournal, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_intake, "_AGAIN_AFTER_S", (0.01,) * 1000)
    journal.fail("The network is gone.")
    follow().start()
    journal.wait_until(lambda journal: len(journal.tickets) >= 3)
    assert len(set(journal.tickets)) == 1
    journal.recover()
    wait_for(journal, b"1", b"2")
    append(written, b"3\n")
    wait_for(journal, b"1", b"2", b"3")
    assert journal.tickets[-1].source == journal.tickets[0].source
    assert journal.tickets[-1].number > journal.tickets[0].number


def test_a_stop_does_not_wait_for_a_journal_that_fails(written: Path, journal: MemoryJournal, follow: Follow) -> None:
    feed = follow()
    journal.fail()
    feed.start()
    until(feed, lambda status: status.detail)
    feed.stop()
    journal.recover()
    assert feed.status.state is FeedState.STOPPED
    assert taken(journal) == []
    follow().start()
    wait_for(journal, b"1", b"2")


def test_a_feed_that_is_started_again_takes_what_the_journal_did_not(
    written: Path, journal: MemoryJournal, follow: Follow
) -> None:
    feed = follow()
    journal.fail()
    feed.start()
    until(feed, lambda status: status.detail)
    feed.stop()
    journal.recover()
    feed.start()
    wait_for(journal, b"1", b"2")


def test_a_second_follower_takes_over_when_the_first_has_gone(
    written: Path, journal: MemoryJournal, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_ANYWAY_S", 0.05)
    first, second = follow(), follow()
    first.start()
    wait_for(journal, b"1", b"2")
    status = second.start()
    assert (status.state, status.detail) == (
        FeedState.ELSEWHERE,
        f"Another callmon (pid {os.getpid()}) already follows this file for this journal.",
    )
    first.stop()
    until(second, lambda status: status.state is FeedState.LISTENING)
    append(written, b"3\n")
    wait_for(journal, b"1", b"2", b"3")


def test_what_is_too_long_is_counted_and_told(
    written: Path, journal: MemoryJournal, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "MAX_LINE", 100)
    monkeypatch.setattr(line_intake, "MAX_BODY", 50)
    written.write_bytes(b"x" * 101 + b"\n" + b"y" * 51 + b"\n" + b"z" * 50 + b"\n")
    feed = follow()
    feed.start()
    wait_for(journal, b"z" * 50)
    status = until(feed, lambda status: status.accepted == 1)
    assert status.refused == 2
    assert status.detail.startswith("A line was too long")
    append(written, b"1\n")
    assert until(feed, lambda status: status.accepted == 2 and not status.detail).refused == 2


def test_lines_of_a_log_that_carry_no_notification_are_skipped_and_counted(
    written: Path, journal: MemoryJournal, follow: Follow
) -> None:
    written.write_bytes(b'started\n{"level":"info"}\n{"message":{"body":"{}"},"ts":"2026-11-23T11:00:00Z"}\n')
    feed = follow(field="message.body", time_field="ts")
    feed.start()
    wait_for(journal, b"{}")
    assert journal.entries(EntryKind.NOTIFICATION)[0].at == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert until(feed, lambda status: status.accepted == 1).skipped == 2


def test_a_log_from_the_future_was_written_now(written: Path, journal: MemoryJournal, follow: Follow) -> None:
    written.write_bytes(b'{"ts":"2027-01-01T00:00:00Z"}\n')
    follow(time_field="ts").start()
    journal.wait_until(lambda journal: bool(taken(journal)))
    assert journal.entries(EntryKind.NOTIFICATION)[0].at == NOON


def test_without_the_systems_help_it_looks_by_itself(
    written: Path, journal: MemoryJournal, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*directories: str, **options: object) -> Iterator[object]:
        raise OSError(28, "OS file watch limit reached.")
        yield

    monkeypatch.setattr("watchfiles.watch", refuse)
    monkeypatch.setattr(watching, "_POLL_S", 0.01)
    follow().start()
    wait_for(journal, b"1", b"2")
    append(written, b"3\n")
    wait_for(journal, b"1", b"2", b"3")


def test_what_breaks_down_says_so(
    written: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(self: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(Tail, "look", break_down)
    status = follow().start()
    assert status.state is FeedState.FAILED
    assert "broke down" in status.detail
    assert "a mistake" in caplog.text
