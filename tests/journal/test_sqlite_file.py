"""How the journal's file comes into being, and which files are refused."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from callmon import __version__
from callmon.journal import sqlite_file
from callmon.journal.sqlite import SqliteJournal
from callmon.journal.sqlite_file import APPLICATION_ID, SCHEMA_VERSION
from callmon.ports import JournalAway, JournalError
from tests.journal.suite import PATIENCE_S, entry, numbers


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The umask forbids nothing, so that only callmon can make a file private."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


@pytest.mark.usefixtures("open_umask")
def test_files_and_new_directories_are_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    path = tmp_path / "state" / "callmon" / "journal.db"
    with closing(SqliteJournal.open(path)) as journal:
        journal.append(entry(1))
        assert {name.name: mode(name) for name in path.parent.iterdir()} == {
            "journal.db": 0o600,
            "journal.db-wal": 0o600,
            "journal.db-shm": 0o600,
        }
    assert mode(path.parent) == mode(path.parent.parent) == 0o700
    assert mode(tmp_path) == 0o755


@pytest.mark.usefixtures("open_umask")
def test_the_mode_of_a_file_that_exists_is_its_owners_choice(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.touch(0o640)
    with closing(SqliteJournal.open(path)) as journal:
        journal.append(entry(1))
        assert mode(path) == mode(tmp_path / "journal.db-wal") == 0o640


@pytest.mark.parametrize("name", ["a b?c#%41&=.db", "通话.db", ":memory:", "file:x", os.fsdecode(b"\xff.db")])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    for number in range(2):
        with closing(SqliteJournal.open(tmp_path / name)) as journal:
            journal.append(entry(number))
            assert numbers(journal.read()) == list(range(number + 1))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_way_may_be_relative_and_lead_through_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "there" / "journal.db")
    monkeypatch.chdir(tmp_path)
    with closing(SqliteJournal.open(Path("link.db"))) as journal:
        monkeypatch.chdir("/")
        journal.append(entry(1))
        assert journal.location == "link.db"
    assert mode(tmp_path / "there" / "journal.db") == 0o600


def empty(path: Path) -> None:
    path.touch()


def stillborn(path: Path) -> None:
    """What a process leaves that was killed while it created the journal."""
    execute(path, "PRAGMA journal_mode=WAL", "BEGIN", "CREATE TABLE entry (id)", "ROLLBACK")


def other_mode(path: Path) -> None:
    """What a backup tool may leave: ours, but not in WAL mode."""
    SqliteJournal.open(path).close()
    execute(path, "PRAGMA journal_mode=DELETE")


@pytest.mark.parametrize("make", [empty, stillborn, other_mode])
def test_a_file_without_entries_becomes_a_journal(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "journal.db"
    make(path)
    with closing(SqliteJournal.open(path)) as journal:
        journal.append(entry(1))
        assert numbers(journal.read()) == [1]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert db.execute("SELECT value FROM meta WHERE key = 'callmon'").fetchone() == (__version__,)


def directory(path: Path) -> None:
    path.mkdir()


def fifo(path: Path) -> None:
    os.mkfifo(path)


def text(path: Path) -> None:
    path.write_text("calls\n" * 1000)


def short_text(path: Path) -> None:
    path.write_text("hello")


def foreign(path: Path) -> None:
    execute(path, "CREATE TABLE entry (id INTEGER PRIMARY KEY, body BLOB)")


def marked_foreign(path: Path) -> None:
    execute(path, "PRAGMA application_id=1")


def newer(path: Path) -> None:
    SqliteJournal.open(path).close()
    execute(
        path,
        f"PRAGMA user_version={SCHEMA_VERSION + 1}",
        "UPDATE meta SET value = '99.1' WHERE key = 'callmon'",
    )


def newer_and_strange(path: Path) -> None:
    SqliteJournal.open(path).close()
    execute(path, f"PRAGMA user_version={SCHEMA_VERSION + 1}", "DROP TABLE meta")


def loop(path: Path) -> None:
    path.symlink_to(path)


REFUSED: list[tuple[Callable[[Path], None], str]] = [
    (directory, "is a directory"),
    (fifo, "is no regular file"),
    (text, "not even an SQLite database"),
    (short_text, "not even an SQLite database"),
    (foreign, "database of another program"),
    (marked_foreign, "database of another program"),
    (newer, rf"written by callmon 99\.1 \(schema {SCHEMA_VERSION + 1}\).*Update callmon"),
    (newer_and_strange, "written by a newer callmon"),
    (loop, "cannot be opened"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_a_file_that_is_no_journal_for_us_is_refused(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "journal.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(JournalError, match=message) as refusal:
        SqliteJournal.open(path)
    assert str(path) in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [name.name for name in tmp_path.iterdir()] == ["journal.db"]


@pytest.mark.parametrize("name", ["file/journal.db", "file/state/journal.db", "nul\0.db"])
def test_a_path_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"cannot be opened .* --journal"):
        SqliteJournal.open(tmp_path / name)


def test_a_disk_without_room_for_a_new_file_may_have_room_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(JournalAway, match="is full"):
        SqliteJournal.open(tmp_path / "journal.db")


def test_many_may_create_the_same_journal_at_once(tmp_path: Path) -> None:
    together = Barrier(8)

    def open_and_write(path: Path) -> str:
        together.wait(PATIENCE_S)
        with closing(SqliteJournal.open(path, patience_s=PATIENCE_S)) as journal:
            journal.append(entry(1))
            return journal.identity

    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            path = tmp_path / str(number) / "journal.db"
            assert len(set(pool.map(open_and_write, [path] * 8))) == 1
            with closing(SqliteJournal.open(path)) as journal:
                assert numbers(journal.read()) == [1] * 8


def test_a_connection_never_creates_a_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        sqlite_file._connect(tmp_path / "journal.db", 0, writing=True)
    assert list(tmp_path.iterdir()) == []
