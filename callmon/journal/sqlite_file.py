"""The journal's file: how it comes into being, how it is recognised, how connections to it are made."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from callmon import __version__
from callmon.journal.sqlite_errors import is_busy, out_of_room, translate, translated
from callmon.ports import JournalError, JournalReplaced

APPLICATION_ID = int.from_bytes(b"cmon", "big")
"""Marks the file as ours (https://www.sqlite.org/pragma.html#pragma_application_id)."""

_STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE meta (
            key TEXT PRIMARY KEY,  -- identity: of this journal; callmon: the version that made this schema
            value TEXT NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,    -- microseconds since 1970-01-01 UTC
            origin TEXT NOT NULL,
            headers TEXT NOT NULL,  -- JSON object
            body BLOB NOT NULL
        )""",
    ),
    (
        "ALTER TABLE entry ADD COLUMN bot TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry ADD COLUMN seal TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX sealed ON entry (id) WHERE seal <> ''",
        "CREATE TABLE bookmark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        # What `callmon.core.audit.Kept` holds. A trigger, so that no program that writes entries can leave it out,
        # not even a former version that had the file open meanwhile.
        """INSERT OR REPLACE INTO meta
            SELECT 'unsealed', count(*) FROM entry WHERE kind IN ('hangup-asked', 'hangup-answered') AND seal = ''""",
        "INSERT OR REPLACE INTO meta SELECT 'sealed', count(*) FROM entry WHERE seal <> ''",
        """INSERT OR REPLACE INTO meta
            SELECT 'seal', ifnull((SELECT seal FROM entry WHERE seal <> '' ORDER BY id DESC LIMIT 1), '')""",
        """CREATE TRIGGER sealing AFTER INSERT ON entry WHEN NEW.seal <> '' BEGIN
            UPDATE meta SET value = value + 1 WHERE key = 'sealed';
            UPDATE meta SET value = NEW.seal WHERE key = 'seal';
        END""",
    ),
)
"""What leads from each schema version to the next. Released steps never change; `meta` keeps its shape for ever."""

SCHEMA_VERSION = len(_STEPS)
_RETRY_S = 0.005


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A journal's file that exists and is ours."""

    path: Path
    identity: str
    patience_s: float
    """How long to wait for other processes that hold a lock."""
    _inode: tuple[int, int]

    def connect(self, *, writing: bool = False) -> sqlite3.Connection:
        """A new connection in autocommit mode. Raises `JournalError`, `sqlite3.Error`."""
        self.check_in_place()
        return _connect(self.path, self.patience_s, writing=writing)

    def check_in_place(self) -> None:
        """Raise `JournalError` if the file was taken away or exchanged: SQLite would go on with the lost one."""
        try:
            found = _inode(self.path)
        except OSError:
            found = None
        if found != self._inode:
            kind = JournalError if found is None else JournalReplaced  # what is gone may be put back, or mounted again
            raise kind(
                f"The journal {self.path} was removed or replaced while callmon was using it, so nothing can be kept "
                "in it. Put the file back, or start callmon again: it begins a new one."
            )


def open_file(path: Path, patience_s: float) -> JournalFile:
    """Find or create the journal's file and bring its schema up to date. Raises `JournalError`.

    Several processes may do so at the same time; they end up with the same journal.
    """
    try:
        real = path.resolve()
        _create(real)
        with translated(real):
            return JournalFile(real, _prepare_patiently(real, patience_s), patience_s, _inode(real))
    except (OSError, RuntimeError, ValueError) as error:  # resolve(): a loop of links, a NUL in the name
        full = out_of_room(error, path) if isinstance(error, OSError) else None
        raise full or _cannot_open(path, error) from error


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def is_there(path: Path) -> bool:
    """Whether the file of a journal exists. Raises `JournalError` if it cannot be one, or cannot be told."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise _cannot_open(path, error) from error
    if not S_ISREG(status.st_mode):
        what = "a directory" if S_ISDIR(status.st_mode) else "no regular file"
        raise JournalError(f"{path} is {what}, so it cannot be the journal. Name a file with --journal.")
    return True


def _cannot_open(path: Path, error: Exception) -> JournalError:
    return JournalError(
        f"The journal {path} cannot be opened ({error}). "
        "Check the path and who may write there, or name another with --journal."
    )


def _create(path: Path) -> None:
    if is_there(path):
        return
    missing = [directory for directory in path.parents if not directory.exists()]
    for directory in reversed(missing):
        directory.mkdir(0o700, exist_ok=True)
        _flush_directory(directory.parent)
    with suppress(FileExistsError):
        path.touch(0o600, exist_ok=False)  # SQLite gives -wal and -shm the same mode


def _flush_directory(directory: Path) -> None:
    """Make a new name in a directory durable. SQLite does this for its files, nobody for directories."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connect(path: Path, patience_s: float, *, writing: bool) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",  # never creates: a file that vanished must not be born again, empty and open to all
        uri=True,
        timeout=patience_s,
        isolation_level=None,
        check_same_thread=False,  # each is used by one thread at a time; a lock or its owner sees to that
    )
    try:
        if writing:
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA fullfsync=ON")  # macOS: fsync alone does not reach the platter; no effect elsewhere
            db.execute("PRAGMA journal_size_limit=67108864")  # a WAL that a slow reader made large shrinks again
        else:
            db.execute("PRAGMA query_only=ON")
            db.execute("PRAGMA cache_size=-256")  # KiB: what is read once and in order gains nothing from a cache
    except sqlite3.Error:
        db.close()
        raise
    return db


def _prepare_patiently(path: Path, patience_s: float) -> str:
    # The switch to WAL does not always honour the busy timeout when several processes create the file.
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with closing(_connect(path, patience_s, writing=True)) as db:
                return _prepare(db, path)
        except sqlite3.Error as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise translate(error, path) from error
        time.sleep(_RETRY_S)


def _prepare(db: sqlite3.Connection, path: Path) -> str:
    """Check the file, make or upgrade the schema; returns the journal's identity."""
    db.execute("BEGIN")  # one snapshot: another process may be creating the schema right now
    version = _checked_version(db, path)
    db.execute("COMMIT")
    if version == 0:
        db.execute("PRAGMA auto_vacuum=INCREMENTAL")  # only a file without a page takes it; it can shrink then
    (mode,) = db.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise JournalError(
            f"The file system of {path} cannot hold a journal that several programs use (SQLite's WAL). "
            "Name a file on a local disk with --journal."
        )
    if version < SCHEMA_VERSION:
        _upgrade(db, path)
    (identity,) = db.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
    return str(identity)


def _checked_version(db: sqlite3.Connection, path: Path) -> int:
    """The schema version, 0 for an empty file. Raises `JournalError` if the file is not for us."""
    application_id, version = _pragma(db, "application_id"), _pragma(db, "user_version")
    if application_id == 0 and db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        return 0
    if application_id != APPLICATION_ID:
        raise JournalError(
            f"{path} is an SQLite database of another program, not a journal of callmon. "
            "Name another file with --journal."
        )
    if version > SCHEMA_VERSION:
        raise JournalError(
            f"The journal {path} was written by {_author(db)} (schema {version}); this is callmon {__version__} "
            f"(schema {SCHEMA_VERSION}). Update callmon, or name another file with --journal."
        )
    return version


def _author(db: sqlite3.Connection) -> str:
    try:
        (version,) = db.execute("SELECT value FROM meta WHERE key = 'callmon'").fetchone()
    except (sqlite3.Error, TypeError):  # a future schema owes us nothing
        return "a newer callmon"
    return f"callmon {version}"


def _upgrade(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN IMMEDIATE")
    for step in _STEPS[_checked_version(db, path) :]:  # looked at again: another process may have been quicker
        for statement in step:
            db.execute(statement)
    db.execute("INSERT OR IGNORE INTO meta VALUES ('identity', ?)", (str(uuid.uuid4()),))
    db.execute("INSERT OR REPLACE INTO meta VALUES ('callmon', ?)", (__version__,))
    db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    db.execute("COMMIT")


def _pragma(db: sqlite3.Connection, name: str) -> int:
    (value,) = db.execute(f"PRAGMA {name}").fetchone()
    return int(value)
