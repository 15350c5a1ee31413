"""Rows into the journal's file, one transaction a batch."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from itertools import chain

from callmon.core.audit import SEALED
from callmon.journal.sqlite_errors import is_busy, translate
from callmon.journal.sqlite_file import JournalFile
from callmon.journal.sqlite_rows import INSERT, Forgotten, Mark, Row, forget, insert_of, place, sealed

Item = Row | Mark | Forgotten
"""An entry to write, a bookmark to place, or an entry to remove."""

_RETRY_S = 0.005
"""SQLite waits by itself while it is locked out, save in a few cases where it gives up at once."""
_PAGES_AT_ONCE = 500
"""So many free pages are given back to the file system after entries were removed."""
_AT_ONCE = 128
"""So many rows go in as one statement. Times seven columns it stays below the 999 parameters of an old SQLite."""


class SqliteWriter:
    """The writing connection. Belongs to the writer's thread; made when it is needed, dropped after a failure."""

    def __init__(self, file: JournalFile, committed: Callable[[], None]) -> None:
        self._file = file
        self._committed = committed
        self._db: sqlite3.Connection | None = None

    def write(self, items: Sequence[Item]) -> None:
        """Write in one transaction; while another process is in the way, again and again, as long as patience lasts."""
        deadline = time.monotonic() + self._file.patience_s
        while True:
            try:
                self._transact(items)
            except sqlite3.Error as error:
                self.close()
                if not is_busy(error) or time.monotonic() >= deadline:
                    raise translate(error, self._file.path) from error
                time.sleep(_RETRY_S)
            except BaseException:
                self.close()  # what comes next must not be written into what was begun here
                raise
            else:
                self._committed()
                return

    def close(self) -> None:
        """Let go of the connection; an open transaction is rolled back."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _transact(self, items: Sequence[Item]) -> None:
        if self._db is None:
            self._db = self._file.connect(writing=True)
        self._file.check_in_place()
        rows = [item for item in items if not isinstance(item, Mark | Forgotten)]
        marks = [item for item in items if isinstance(item, Mark)]
        gone = [item for item in items if isinstance(item, Forgotten)]
        if 0 < len(rows) <= _AT_ONCE and not marks and not gone and all(row[0] not in SEALED for row in rows):
            # A transaction of its own. Python's lock is let go once, not once a row: to get it back while another
            # thread is busy takes milliseconds.
            self._db.execute(insert_of(len(rows)), tuple(chain.from_iterable(rows)))
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(INSERT, sealed(self._db, rows))
        place(self._db, marks)
        forget(self._db, gone)
        self._db.execute("COMMIT")
        if gone:
            self._tidy()

    def _tidy(self) -> None:
        """Give room back. What was written is committed, whatever comes of this; the next removal tries again."""
        if self._db is not None:
            try:
                self._db.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
            except sqlite3.Error:
                self.close()
