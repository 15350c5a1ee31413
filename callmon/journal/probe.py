"""How a journal's file is, found out without changing anything in it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from stat import S_IRWXO

from callmon.journal.sqlite_errors import damaged, translate
from callmon.journal.sqlite_file import APPLICATION_ID, SCHEMA_VERSION
from callmon.ports import JournalError

_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What there is to say of a journal that can be opened."""

    bytes: int
    """Of the file and what SQLite keeps beside it."""
    entries: int
    """How many were ever written."""
    schema: int
    exposed: bool = False
    """Whether everybody on the machine may do something with it; a group may be meant to."""
    newest_schema: int = SCHEMA_VERSION
    """The one that this callmon writes."""


def probe(path: Path) -> FileFacts:
    """Look an existing journal through, and see whether it could be written. Raises `JournalError`."""
    try:
        with closing(_connect(path, "ro")) as db:
            (application,) = db.execute("PRAGMA application_id").fetchone()
            (schema,) = db.execute("PRAGMA user_version").fetchone()
            if application != APPLICATION_ID:
                raise JournalError(f"{path} is an SQLite database of another program. Name another with --journal.")
            (entries,) = db.execute("SELECT COALESCE(MAX(id), 0) FROM entry").fetchone()
            (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise damaged(path, str(found).splitlines()[0])
        with closing(_connect(path, "rw")) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise translate(error, path) from error
    size = sum(_size(Path(f"{path}{tail}")) for tail in ("", "-wal", "-shm"))
    return FileFacts(size, entries, schema, exposed=bool(path.stat().st_mode & S_IRWXO))


def could_begin(path: Path) -> bool:
    """Whether a journal that does not exist yet could be made there."""
    nearest = next((directory for directory in path.absolute().parents if directory.exists()), None)
    return nearest is not None and nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=_PATIENCE_S, isolation_level=None)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
