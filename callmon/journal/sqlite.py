"""The journal in one SQLite file: the default, for all consoles and collectors of one machine.

WAL mode: readers never wait for writers, also across processes. synchronous=FULL: what was committed survives a
crash of the machine (https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Lock

from callmon.core.audit import Kept
from callmon.journal.group_commit import GroupCommit
from callmon.journal.sqlite_errors import translated
from callmon.journal.sqlite_file import JournalFile, open_file
from callmon.journal.sqlite_follower import Commits, Follower
from callmon.journal.sqlite_rows import (
    Forgotten,
    bookmark,
    check_known,
    claim,
    ends,
    fetch,
    kept,
    to_id,
    to_marks,
    to_row,
)
from callmon.journal.sqlite_writer import Item, SqliteWriter
from callmon.journal.stretch import share
from callmon.ports import BATCH, START, Entry, JournalError, Position, Stored, Ticket

PATIENCE_S = 5.0
"""How long to wait for another process that holds a lock, before the entries waiting are refused."""


class SqliteJournal:
    """The journal in one SQLite file. Made by `open`; satisfies `callmon.ports.Journal`."""

    def __init__(self, file: JournalFile, location: str) -> None:
        self._file = file
        self._location = location
        self._commits = Commits()
        self._writer = GroupCommit[Item](SqliteWriter(file, self._commits.announce), name="journal-writer")
        self._reading = Lock()
        self._reader: sqlite3.Connection | None = None
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, patience_s: float = PATIENCE_S) -> SqliteJournal:
        """Open the journal in this file; a file that is not there is created, readable by its owner only.

        Raises `JournalError`. No thread is started before the first `submit`.
        """
        return cls(open_file(path, patience_s), str(path))

    @property
    def identity(self) -> str:
        """A random id that was stored in the file when it was made."""
        return self._file.identity

    @property
    def location(self) -> str:
        """The path, as it was given."""
        return self._location

    def submit(self, entries: Sequence[Entry], ticket: Ticket | None = None) -> Future[None]:  # noqa: ARG002  # see below
        """See `callmon.ports.Journal.submit`. After `close`, the future fails. Its `cancel` has no effect.

        What failed was not written, so nobody needs a ticket.
        """
        return self._writer.submit([*map(to_row, entries), *to_marks(entries)])

    def append(self, entry: Entry) -> None:
        """See `callmon.ports.Journal.append`."""
        self.submit((entry,)).result()

    def read(self, after: Position = START, limit: int = BATCH) -> Sequence[Stored]:
        """See `callmon.ports.Journal.read`. Raises `ValueError` for a negative limit."""
        if limit < 0:
            raise ValueError(f"limit is {limit}, but must not be negative")
        last = to_id(after)
        with self._read() as db:
            check_known(db, last)
            return fetch(db, last, limit)

    def share(self, position: Position) -> float:
        """See `callmon.ports.Journal.share`."""
        with self._read() as db:
            return share(to_id(position), *ends(db))

    def bookmark(self, name: str) -> str:
        """See `callmon.ports.Journal.bookmark`."""
        with self._read() as db:
            return bookmark(db, name)

    def trail(self) -> Kept:
        """See `callmon.ports.Journal.trail`."""
        with self._read() as db:
            return kept(db)

    def size(self) -> int:
        """See `callmon.ports.PrunableJournal.size`: the pages in use, not those that removed entries have left."""
        with self._read() as db:
            pages, free, size = (
                db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * size)

    def forget(self, positions: Sequence[Position]) -> Future[None]:
        """See `callmon.ports.PrunableJournal.forget`."""
        return self._writer.submit([Forgotten(to_id(position)) for position in positions])

    def claim_pruning(self, seconds: float) -> bool:
        """See `callmon.ports.PrunableJournal.claim_pruning`."""
        self._check_open()
        with translated(self._file.path), closing(self._file.connect(writing=True)) as db:
            db.execute("BEGIN IMMEDIATE")
            claimed = claim(db, time.time(), seconds)
            db.execute("COMMIT")
        return claimed

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """The reading connection, for one at a time."""
        with self._reading, translated(self._file.path):
            self._check_open()
            if self._reader is None:
                self._reader = self._file.connect()
            self._file.check_in_place()
            yield self._reader

    def follow(self, after: Position = START, *, stop: Event) -> Iterator[Sequence[Stored]]:
        """See `callmon.ports.Journal.follow`. If the journal is closed meanwhile, it raises `JournalError`."""
        self._check_open()
        return Follower(self._file, self._commits, self._check_open).follow(to_id(after), stop)

    def close(self) -> None:
        """See `callmon.ports.Journal.close`."""
        self._writer.close()
        self._closed = True
        self._commits.announce()
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def _check_open(self) -> None:
        if self._closed:
            raise JournalError(f"The journal {self._location} is closed.")
