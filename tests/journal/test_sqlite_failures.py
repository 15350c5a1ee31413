"""What the SQLite journal does when the disk, the file or another program is in the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import pytest

from callmon.journal import sqlite_file
from callmon.journal.sqlite import SqliteJournal
from callmon.journal.sqlite_errors import is_busy, translate
from callmon.journal.sqlite_rows import Forgotten, to_row
from callmon.ports import JournalAway, JournalError
from tests.journal.suite import PATIENCE_S, Follower, entry, everything, numbers

BIG = 1_000_000

Tamper = Callable[..., Semaphore]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    with closing(SqliteJournal.open(path, patience_s=PATIENCE_S)) as journal:
        yield journal


@pytest.fixture
def tamper(monkeypatch: pytest.MonkeyPatch) -> Tamper:
    """Every connection made from now on executes this first and waits at most so long for locks; counted."""
    connect = sqlite_file._connect

    def change(statement: str = "SELECT 1", timeout_s: float = PATIENCE_S) -> Semaphore:
        made = Semaphore(0)

        def connect_and_change(path: Path, patience_s: float, *, writing: bool) -> sqlite3.Connection:
            made.release()
            db = connect(path, min(patience_s, timeout_s), writing=writing)
            db.execute(statement).fetchall()
            return db

        monkeypatch.setattr(sqlite_file, "_connect", connect_and_change)
        return made

    return change


@pytest.mark.parametrize(
    ("cause", "message"),
    [
        ("PRAGMA max_page_count=50", "is full, so new entries are not kept. Free some space"),
        ("PRAGMA query_only=ON", "is read-only, so new entries are not kept"),
    ],
)
def test_a_write_that_fails_keeps_nothing_and_the_next_one_tries_again(
    journal: SqliteJournal, tamper: Tamper, cause: str, message: str
) -> None:
    tamper(cause)
    big = entry(2)._replace(body=bytes(BIG))
    with pytest.raises(JournalError, match=message):
        journal.submit([entry(1), big, entry(3)]).result(PATIENCE_S)
    assert list(journal.read()) == []

    tamper()
    journal.submit([entry(4), entry(5)]).result(PATIENCE_S)
    assert numbers(journal.read()) == [4, 5]


def test_a_full_disk_does_not_hinder_what_still_fits(journal: SqliteJournal, tamper: Tamper) -> None:
    tamper("PRAGMA max_page_count=50")
    journal.append(entry(1))
    with pytest.raises(JournalError, match="is full"):
        journal.append(entry(2)._replace(body=bytes(BIG)))
    journal.append(entry(3))
    assert numbers(journal.read()) == [1, 3]


def test_a_submit_does_not_wait_for_a_lock_but_its_future_does(journal: SqliteJournal, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        futures = [journal.submit([entry(number)]) for number in range(100)]
        assert not any(future.done() for future in futures)
        assert list(journal.read()) == []  # readers never wait
        other.execute("ROLLBACK")
    for future in futures:
        future.result(PATIENCE_S)
    assert numbers(journal.read()) == list(range(100))


def test_the_writer_asks_again_when_sqlite_gives_up_at_once(journal: SqliteJournal, path: Path, tamper: Tamper) -> None:
    attempts = tamper(timeout_s=0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        future = journal.submit([entry(1)])
        assert all(attempts.acquire(timeout=PATIENCE_S) for _ in range(3))
        assert not future.done()
        other.execute("ROLLBACK")
    future.result(PATIENCE_S)
    assert numbers(journal.read()) == [1]


def test_patience_with_a_lock_has_an_end(path: Path) -> None:
    with (
        closing(SqliteJournal.open(path, patience_s=0.01)) as journal,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match=r"Another program keeps the journal .* locked"):
            journal.append(entry(1))
        other.execute("ROLLBACK")
        journal.append(entry(2))
        assert numbers(journal.read()) == [2]


def test_opening_a_journal_that_somebody_locks_out_says_so(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalError, match="locked"):
            SqliteJournal.open(path, patience_s=0.01)


def test_opening_asks_again_when_sqlite_gives_up_at_once(path: Path, tamper: Tamper) -> None:
    attempts = tamper(timeout_s=0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN EXCLUSIVE")
        opening = pool.submit(SqliteJournal.open, path, patience_s=PATIENCE_S)
        assert all(attempts.acquire(timeout=PATIENCE_S) for _ in range(3))
        other.execute("ROLLBACK")
        with closing(opening.result(PATIENCE_S)) as journal:
            assert list(journal.read()) == []


def vanish(path: Path) -> None:
    path.unlink()


def exchange(path: Path) -> None:
    path.rename(path.with_name("old.db"))
    SqliteJournal.open(path).close()


@pytest.mark.parametrize("change", [vanish, exchange])
def test_a_journal_that_was_taken_away_is_missed(
    journal: SqliteJournal, path: Path, change: Callable[[Path], None]
) -> None:
    journal.append(entry(1))
    follower = Follower(journal)
    assert numbers(follower.until(1)) == [1]
    assert list(follower.batch()) == []
    change(path)
    with pytest.raises(JournalError, match="removed or replaced"):
        follower.batch()
    with pytest.raises(JournalError, match="removed or replaced"):
        journal.append(entry(2))
    with pytest.raises(JournalError, match="removed or replaced"):
        journal.read()
    assert follower.finish()


def test_a_journal_that_was_put_back_goes_on(journal: SqliteJournal, path: Path) -> None:
    journal.append(entry(1))
    away = path.with_name("elsewhere.db")
    path.rename(away)
    with pytest.raises(JournalError, match="removed or replaced"):
        journal.append(entry(2))
    away.rename(path)
    journal.append(entry(3))
    assert numbers(journal.read()) == [1, 3]


class NoRoomBack(sqlite3.Connection):
    """Cannot give room back to the file system."""

    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if "incremental_vacuum" in statement:
            raise sqlite_error(sqlite3.SQLITE_BUSY)
        return super().execute(statement, parameters)


def test_what_is_committed_is_kept_once_also_if_no_room_can_be_given_back(
    journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=NoRoomBack))
    journal.submit([entry(number) for number in range(3)]).result(PATIENCE_S)
    first = Forgotten(int(journal.read()[0].position))
    journal._writer.submit([first, to_row(entry(3))]).result(PATIENCE_S)
    assert numbers(journal.read()) == [1, 2, 3]
    journal.append(entry(4))
    assert numbers(journal.read()) == [1, 2, 3, 4]


def test_what_cannot_even_be_put_into_words_leaves_nothing_half_done(journal: SqliteJournal, path: Path) -> None:
    surrogate = entry(1)._replace(bot="\ud800")
    with pytest.raises(JournalError, match="UnicodeEncodeError"):
        journal.submit([*map(entry, range(2, 2000)), surrogate]).result(PATIENCE_S)
    journal.append(entry(50))
    with closing(SqliteJournal.open(path, patience_s=PATIENCE_S)) as other:
        assert numbers(other.read()) == [50], "what was said to be durable is there for others"


def test_a_damaged_file_is_said_to_be_damaged(path: Path) -> None:
    with closing(SqliteJournal.open(path)) as journal:
        journal.submit([entry(number)._replace(body=bytes(1000)) for number in range(500)]).result(PATIENCE_S)
    content = bytearray(path.read_bytes())
    content[5 * 4096 :] = b"\xa5" * (len(content) - 5 * 4096)
    path.write_bytes(content)
    with closing(SqliteJournal.open(path)) as journal:
        with pytest.raises(JournalError, match=r"is damaged .* Move it away"):
            everything(journal)
        with pytest.raises(JournalError, match="is damaged"):
            list(journal.follow(stop=Event()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("kind = 'weather'", "Entry 2 .* kind 'weather', which this callmon does not know.*Update callmon"),
        ("at = 'noon'", "Entry 2 of the journal cannot be read"),
        ("at = 9000000000000000000", "Entry 2 of the journal cannot be read"),
        ("headers = '{'", "Entry 2 of the journal cannot be read"),
    ],
)
def test_an_entry_that_cannot_be_understood_is_not_passed_over(
    journal: SqliteJournal, path: Path, change: str, message: str
) -> None:
    journal.submit([entry(1), entry(2), entry(3)]).result(PATIENCE_S)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE entry SET {change} WHERE id = 2")
    assert numbers(journal.read(limit=1)) == [1]
    with pytest.raises(JournalError, match=message):
        journal.read()


def sqlite_error(code: int | None) -> sqlite3.Error:
    error = sqlite3.OperationalError("its words")
    if code is not None:
        error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "busy", "message"),
    [
        (sqlite3.SQLITE_BUSY, True, "locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True, "locked"),
        (sqlite3.SQLITE_LOCKED, True, "locked"),
        (sqlite3.SQLITE_CANTOPEN, False, "cannot be opened (its words)"),
        (sqlite3.SQLITE_PERM, False, "cannot be opened (its words)"),
        (sqlite3.SQLITE_FULL, False, "is full"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, False, "is full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, False, "is read-only"),
        (sqlite3.SQLITE_IOERR_FSYNC, False, "reports an error (its words)"),
        (sqlite3.SQLITE_CORRUPT, False, "is damaged (its words)"),
        (sqlite3.SQLITE_NOTADB, False, "not a journal of callmon"),
        (sqlite3.SQLITE_TOOBIG, False, "SQLite says its words"),
        (None, False, "SQLite says its words"),
    ],
)
def test_every_refusal_of_sqlite_becomes_a_sentence(code: int | None, busy: bool, message: str) -> None:
    error = sqlite_error(code)
    sentence = str(translate(error, Path("/there/{journal}.db")))
    assert message in sentence
    assert "/there/{journal}.db" in sentence
    assert is_busy(error) == busy
    may_pass = busy or "is full" in message
    assert isinstance(translate(error, Path("journal.db")), JournalAway) == may_pass
