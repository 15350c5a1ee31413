"""Journals that former versions of callmon wrote are read, written and followed; nothing in them is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from callmon.core.audit import Kept, seal
from callmon.journal.sqlite import SqliteJournal
from callmon.journal.sqlite_file import APPLICATION_ID, SCHEMA_VERSION
from callmon.ports import Bookmark, Entry, EntryKind
from tests.journal.suite import NOON, Follower, numbers

AT = 1795435200_123456
"""The microseconds of `NOON`."""

# What the released versions ran, to the letter. This never changes; a new version adds to it.
VERSION_1 = (
    "PRAGMA journal_mode=WAL",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE entry (
        id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at INTEGER NOT NULL, origin TEXT NOT NULL,
        headers TEXT NOT NULL, body BLOB NOT NULL)""",
    "INSERT INTO meta VALUES ('identity', 'the-same-for-ever')",
    "INSERT INTO meta VALUES ('callmon', '0.1.0')",
    f"PRAGMA application_id={APPLICATION_ID}",
)
VERSION_2 = (
    *VERSION_1,
    "ALTER TABLE entry ADD COLUMN bot TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE entry ADD COLUMN seal TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX sealed ON entry (id) WHERE seal <> ''",
    "CREATE TABLE bookmark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
VERSION_3 = (
    *VERSION_2,
    "INSERT INTO meta VALUES ('unsealed', '1')",
    "INSERT INTO meta VALUES ('sealed', '0')",
    "INSERT INTO meta VALUES ('seal', '')",
    """CREATE TRIGGER sealing AFTER INSERT ON entry WHEN NEW.seal <> '' BEGIN
        UPDATE meta SET value = value + 1 WHERE key = 'sealed';
        UPDATE meta SET value = NEW.seal WHERE key = 'seal';
    END""",
)
RELEASED = (VERSION_1, VERSION_2, VERSION_3)
_INSERT = "INSERT INTO entry (kind, at, origin, headers, body) VALUES"
ROWS = (
    f"{_INSERT} ('notification', {AT}, 'http x', '{{}}', X'31')",
    f"{_INSERT} ('hangup-asked', {AT}, 'ada', '{{\"a\": \"b\"}}', X'32')",
    f"{_INSERT} ('feed', {AT}, X'EDB3BF', '{{}}', X'33')",
)


def write(path: Path, version: int, statements: Sequence[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in (*statements, *ROWS, f"PRAGMA user_version={version}"):
            db.execute(statement)


def test_every_version_has_a_file_here() -> None:
    assert len(RELEASED) == SCHEMA_VERSION


@pytest.mark.parametrize(("version", "statements"), list(enumerate(RELEASED, 1)), ids=["1", "2", "3"])
def test_a_journal_of_a_former_version_goes_on(tmp_path: Path, version: int, statements: Sequence[str]) -> None:
    path = tmp_path / "journal.db"
    write(path, version, statements)
    asked = Entry(EntryKind.HANGUP_ASKED, NOON, "ada", b"4", {}, "sales", Bookmark("file a", "17"))
    with closing(SqliteJournal.open(path)) as journal:
        assert journal.identity == "the-same-for-ever"
        follower = Follower(journal)
        old = [
            Entry(EntryKind.NOTIFICATION, NOON, "http x", b"1"),
            Entry(EntryKind.HANGUP_ASKED, NOON, "ada", b"2", {"a": "b"}),
            Entry(EntryKind.FEED, NOON, "\udcff", b"3"),
        ]
        assert [stored.entry for stored in follower.until(3)] == old
        journal.append(asked)
        assert numbers(follower.until(1)) == [4]
        assert follower.finish()
        found = journal.read()
        # What was written before there were seals has none; the trail begins with the first that has.
        assert [stored.seal for stored in found] == [
            "",
            "",
            "",
            seal("", asked.kind, asked.at, origin="ada", bot="sales", body=b"4"),
        ]
        assert journal.trail() == Kept(unsealed=1, sealed=1, head=found[3].seal)
        assert journal.bookmark("file a") == "17"
        journal.forget([stored.position for stored in found]).result()
        assert numbers(journal.read()) == [2, 4]
    with closing(SqliteJournal.open(path)) as journal:
        assert numbers(journal.read()) == [2, 4]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
