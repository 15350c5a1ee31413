"""A follower of a journal's file: what is there, and then whatever is written, by this process or another."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from threading import Condition, Event

from callmon.journal.following import replay_and_wait
from callmon.journal.sqlite_errors import translated
from callmon.journal.sqlite_file import JournalFile
from callmon.journal.sqlite_rows import check_known, fetch, pruned
from callmon.journal.trimmed import trimmed
from callmon.ports import BATCH, JournalError, Position, Stored

_LIVELY_POLL_S = 0.04
"""How often to look for writes by other processes while there are some: 50 ms are promised, the rest is for reading."""
_QUIET_POLL_S = 0.09
"""How often to look while there are none. To look is half of what an idle console costs."""
_LIVELY_S = 10.0
"""So long after a write by another process there is likely to be another one."""
_CHECK_S = 1.0
"""How often to make sure that nobody took the file away: to ask costs as much again as to look."""


class Commits:
    """Tells the followers of this process that there is something new."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = Condition()

    def announce(self) -> None:
        """Something was committed, or the journal is closed."""
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout_s: float) -> bool:
        """True as soon as the count is no longer what was seen; False if it still is after the time."""
        with self._changed:
            return self._changed.wait_for(lambda: self.count != seen, timeout_s)


class Follower:
    """Reads one file from a place on. Belongs to one thread."""

    def __init__(self, file: JournalFile, commits: Commits, check_open: Callable[[], None]) -> None:
        """`commits` tells of those by this process; `check_open` raises `JournalError` once the journal is closed."""
        self._file = file
        self._commits = commits
        self._check_open = check_open
        self._last = self._removed = 0
        """The ids of the last entry that was read, and of the last that is known to have been removed."""
        self._seen = 0, 0
        """What had been committed before the last read: the count of this process, and the version of the file."""
        self._lively_until = 0.0
        self._checked_at = 0.0

    def follow(self, last: int, stop: Event) -> Iterator[Sequence[Stored]]:
        """The entries after an id, as `callmon.ports.Journal.follow` has it."""
        path = self._file.path
        with translated(path):
            db = self._file.connect()
        with closing(db):
            with translated(path):
                check_known(db, last)
                # Whoever begins at the start misses nothing of what is gone already.
                self._removed = 0 if last else pruned(db)
            self._last = last
            yield from replay_and_wait(partial(self._read, db), partial(self._wait, db, stop), self._check_open, stop)

    def _read(self, db: sqlite3.Connection) -> Sequence[Stored]:
        before = self._removed
        with translated(self._file.path):
            # Taken before the read: what is written in between shows as a change afterwards.
            self._seen = self._commits.count, _data_version(db)
            batch, self._removed = _fetch_and_pruned(db, self._last)
        if self._removed > max(before, self._last):
            batch = _overtaken(batch, self._last, self._removed)
        if batch:
            self._last = int(batch[-1].position)
        return batch

    def _wait(self, db: sqlite3.Connection, stop: Event) -> None:
        """Return when somebody may have written, when the journal was closed, or when `stop` is set."""
        commits, version = self._seen
        with translated(self._file.path):
            while not stop.is_set() and not self._commits.wait(commits, self._poll_s()):
                missing = self._missing()
                if _data_version(db) != version:
                    self._lively_until = time.monotonic() + _LIVELY_S
                    return
                if missing is not None:  # and all that was written before has been read
                    raise missing

    def _poll_s(self) -> float:
        return _LIVELY_POLL_S if time.monotonic() < self._lively_until else _QUIET_POLL_S

    def _missing(self) -> JournalError | None:
        """Why the file cannot be followed any more; None if it is in its place, or was a moment ago."""
        now = time.monotonic()
        if now - self._checked_at >= _CHECK_S:
            try:
                self._file.check_in_place()
            except JournalError as error:
                return error
            self._checked_at = now
        return None


def _fetch_and_pruned(db: sqlite3.Connection, last: int) -> tuple[Sequence[Stored], int]:
    """The next entries, and the largest id that had been removed by then: what is removed later was not missed."""
    db.execute("BEGIN")
    batch, removed = fetch(db, last, BATCH), pruned(db)
    db.execute("COMMIT")
    return batch, removed


def _overtaken(batch: Sequence[Stored], last: int, removed: int) -> Sequence[Stored]:
    """The batch, after word that entries up to `removed` were removed before they could be read."""
    if not batch:
        return [trimmed(Position(str(removed)), None)]
    gap = max(last, min(removed, int(batch[0].position) - 1))
    return [trimmed(Position(str(gap)), batch[0].entry.at), *batch[: BATCH - 1]]


def _data_version(db: sqlite3.Connection) -> int:
    """A number that changes when another connection, of any process, has written (``PRAGMA data_version``)."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)
