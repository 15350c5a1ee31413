"""What SQLite's refusals mean to the person at the console (https://www.sqlite.org/rescode.html).

That it is tried again is added by those who do: not every command does.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callmon.ports import JournalAway, JournalError

_PRIMARY = 0xFF
"""The lowest byte of an extended result code is the primary code."""

_LOCKED = (
    "Another program keeps the journal {path} locked, so it could not be used in time. "
    "End that program (a database browser, perhaps)."
)
_NO_ACCESS = (
    "The journal {path} cannot be opened ({error}). "
    "Check that its directory exists and may be written to, or name another with --journal."
)
_FULL = "The disk with the journal {path} is full, so new entries are not kept. Free some space."

_SENTENCES = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CANTOPEN: _NO_ACCESS,
    sqlite3.SQLITE_PERM: _NO_ACCESS,
    sqlite3.SQLITE_AUTH: _NO_ACCESS,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,  # the file that the processes share cannot grow
    sqlite3.SQLITE_READONLY: (
        "The journal {path} is read-only, so new entries are not kept. Make the file and its directory writable."
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk with the journal {path} reports an error ({error}). Check the disk and the free space on it."
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The journal {path} is damaged ({error}). Move it away together with its -wal and -shm files and start callmon "
        'again: it begins a new one. "sqlite3 FILE .recover" may save what the old one held.'
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is not a journal of callmon: it is not even an SQLite database. Name another file with --journal."
    ),
}
_OTHER = "The journal {path} cannot be used: SQLite says {error}."


def is_busy(error: sqlite3.Error) -> bool:
    """True if the same attempt may succeed a moment later, because another connection was in the way."""
    return _primary(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def translate(error: sqlite3.Error, path: Path) -> JournalError:
    """The same refusal as a sentence about the journal at `path`."""
    sentence = _SENTENCES.get(_code(error)) or _SENTENCES.get(_primary(error), _OTHER)
    kind = JournalAway if sentence in (_LOCKED, _FULL) else JournalError
    return kind(sentence.format(path=path, error=error))


def damaged(path: Path, why: str) -> JournalError:
    """What SQLite found when it looked the file through."""
    return JournalError(_SENTENCES[sqlite3.SQLITE_CORRUPT].format(path=path, error=why))


def out_of_room(error: OSError, path: Path) -> JournalError | None:
    """The refusal of the file system as a sentence, if it has no room; None if it is another one."""
    return JournalAway(_FULL.format(path=path)) if error.errno in (errno.ENOSPC, errno.EDQUOT) else None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Whatever SQLite refuses inside leaves as `JournalError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error, path) from error


def _primary(error: sqlite3.Error) -> int:
    return _code(error) & _PRIMARY


def _code(error: sqlite3.Error) -> int:
    # Errors that Python's own module raises carry no code.
    return int(getattr(error, "sqlite_errorcode", 0))
