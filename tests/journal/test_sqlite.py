"""The SQLite journal: what every journal does, and what only a file does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Semaphore
from threading import enumerate as threads

import pytest

from callmon.journal import sqlite_follower, sqlite_rows, sqlite_writer
from callmon.journal.sqlite import SqliteJournal
from callmon.journal.sqlite_follower import Commits
from callmon.ports import Journal, JournalError, Position, Stored
from tests.journal.suite import PATIENCE_S, Follower, FollowerMaker, JournalSuite, Opener, entry, numbers


class TestSqliteJournal(JournalSuite):
    @pytest.fixture
    def opener(self, tmp_path: Path) -> Iterator[Opener]:
        opened: list[SqliteJournal] = []

        def open_again() -> SqliteJournal:
            opened.append(SqliteJournal.open(tmp_path / "journal.db"))
            return opened[-1]

        yield open_again
        for journal in opened:
            journal.close()

    @pytest.mark.parametrize("text", ["0", "01", "-1", "+1", " 1", "1.0", "1e3", "٣", "x", str(2**63), "9" * 5000])
    def test_a_malformed_position_is_refused(self, journal: Journal, text: str) -> None:
        journal.append(entry(1))
        with pytest.raises(JournalError, match="no position"):
            journal.read(Position(text))

    @pytest.mark.parametrize("text", ["2", str(2**63 - 1)])
    def test_a_position_that_is_not_in_the_journal_is_refused(
        self, journal: Journal, follower: FollowerMaker, text: str
    ) -> None:
        journal.append(entry(1))
        with pytest.raises(JournalError, match="another journal"):
            journal.read(Position(text))
        with pytest.raises(JournalError, match="another journal"):
            follower(journal, Position(text)).batch()

    @pytest.mark.parametrize("count", [0, 1, sqlite_writer._AT_ONCE, sqlite_writer._AT_ONCE + 1])
    def test_a_submission_of_any_size_is_written_in_order(self, journal: Journal, count: int) -> None:
        journal.submit([entry(number) for number in range(count)]).result(PATIENCE_S)
        journal.append(entry(count))
        assert numbers(journal.read()) == list(range(count + 1))

    def test_what_is_removed_after_it_was_read_was_not_missed(
        self, journal: SqliteJournal, follower: FollowerMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journal.submit([entry(number) for number in range(5)]).result(PATIENCE_S)

        def fetch_and_remove(db: sqlite3.Connection, after: int, limit: int) -> Sequence[Stored]:
            read = sqlite_rows.fetch(db, after, limit)
            journal.forget([stored.position for stored in read]).result(PATIENCE_S)
            return read

        monkeypatch.setattr(sqlite_follower, "fetch", fetch_and_remove)
        one: Follower = follower(journal)
        assert numbers(one.batch()) == list(range(5))
        assert list(one.batch()) == []

    def test_an_idle_follower_polls_and_keeps_quiet(
        self, journal: Journal, follower: FollowerMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        polls = Semaphore(0)
        data_version = sqlite_follower._data_version

        def counted(db: sqlite3.Connection) -> int:
            polls.release()
            return data_version(db)

        monkeypatch.setattr(sqlite_follower, "_data_version", counted)
        one: Follower = follower(journal)
        assert list(one.batch()) == []
        assert all(polls.acquire(timeout=PATIENCE_S) for _ in range(5))
        assert one.silent

    def test_a_write_wakes_followers_of_this_process_without_a_poll(
        self, journal: Journal, follower: FollowerMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite_follower, "_QUIET_POLL_S", 10 * PATIENCE_S)
        one: Follower = follower(journal)
        assert list(one.batch()) == []
        journal.append(entry(1))
        assert numbers(one.batch()) == [1]
        one.stop.set()
        journal.append(entry(2))  # else it would notice `stop` only with its next poll

    def test_it_looks_seldom_when_others_have_written_nothing_for_a_while(
        self, journal: Journal, opener: Opener, follower: FollowerMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits: SimpleQueue[float] = SimpleQueue()
        wait = Commits.wait

        def noted(commits: Commits, seen: int, timeout_s: float) -> bool:
            waits.put(timeout_s)
            return wait(commits, seen, 0.001)

        monkeypatch.setattr(Commits, "wait", noted)
        one: Follower = follower(journal)
        assert list(one.batch()) == []
        often, seldom = sqlite_follower._LIVELY_POLL_S, sqlite_follower._QUIET_POLL_S
        assert {waits.get(timeout=PATIENCE_S) for _ in range(5)} == {seldom}
        opener().append(entry(1))
        assert numbers(one.batch()) == [1]
        assert list(one.batch()) == []
        while waits.get(timeout=PATIENCE_S) == seldom:
            continue
        assert {waits.get(timeout=PATIENCE_S) for _ in range(5)} == {often}
        monkeypatch.setattr(sqlite_follower, "_LIVELY_S", 0.0)
        opener().append(entry(2))
        assert numbers(one.batch()) == [2]
        while waits.get(timeout=PATIENCE_S) == often:
            continue
        assert {waits.get(timeout=PATIENCE_S) for _ in range(5)} == {seldom}

    def test_what_was_written_before_the_file_was_taken_away_is_read_first(
        self, journal: Journal, follower: FollowerMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wait = Commits.wait

        def written_and_taken_away(commits: Commits, seen: int, _timeout_s: float) -> bool:
            monkeypatch.setattr(Commits, "wait", wait)
            assert not wait(commits, seen, 0.0)
            journal.append(entry(1))
            Path(journal.location).unlink()
            return False  # nothing had come when the time was over

        monkeypatch.setattr(Commits, "wait", written_and_taken_away)
        one: Follower = follower(journal)
        assert list(one.batch()) == []
        assert numbers(one.batch()) == [1]
        assert list(one.batch()) == []
        with pytest.raises(JournalError, match="removed or replaced"):
            one.batch()

    def test_reading_starts_no_thread(self, journal: Journal) -> None:
        before = set(threads())
        assert list(journal.read()) == []
        assert set(threads()) == before
        journal.append(entry(1))
        assert {thread.name for thread in set(threads()) - before} == {"journal-writer"}

    def test_the_location_is_the_path(self, journal: Journal, tmp_path: Path) -> None:
        assert journal.location == str(tmp_path / "journal.db")

    def test_two_files_are_two_journals(self, journal: Journal, tmp_path: Path) -> None:
        with closing(SqliteJournal.open(tmp_path / "other.db")) as other:
            assert other.identity != journal.identity

    def test_the_writer_waits_for_the_disk(self, journal: SqliteJournal) -> None:
        with closing(journal._file.connect(writing=True)) as db:
            assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_a_reader_cannot_write(self, journal: SqliteJournal) -> None:
        with closing(journal._file.connect()) as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM entry")

    def test_an_idle_follower_does_not_hinder_the_checkpoint(
        self, journal: SqliteJournal, follower: FollowerMaker
    ) -> None:
        journal.append(entry(1))
        one: Follower = follower(journal)
        assert numbers(one.until(1)) == [1]
        assert list(one.batch()) == []
        journal.append(entry(2))
        assert numbers(one.until(1)) == [2]
        assert list(one.batch()) == []
        with closing(journal._file.connect(writing=True)) as db:
            busy, log, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert (busy, log) == (0, 0)

    def test_close_leaves_no_connection_open(self, journal: Journal, follower: FollowerMaker, tmp_path: Path) -> None:
        journal.append(entry(1))
        one: Follower = follower(journal)
        assert numbers(one.until(1)) == numbers(journal.read()) == [1]
        with pytest.raises(JournalError):
            next(iter(journal.follow(Position("99"), stop=Event())))
        assert one.finish()
        journal.close()
        assert [path.name for path in tmp_path.iterdir()] == ["journal.db"]  # the last connection removes the log
