"""Entries as rows of the journal's table, and back."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from callmon.core.audit import SEALED, Kept, seal
from callmon.journal import headers as headers_json
from callmon.journal.marks import latest, moved
from callmon.ports import START, Entry, EntryKind, JournalError, Position, Stored

Row = tuple[str, int, str | bytes, str, str, bytes, str]
"""kind, microseconds since 1970 UTC, origin, headers as JSON, bot, body, seal."""


class Mark(NamedTuple):
    """A bookmark on its way into its table."""

    name: str | bytes
    value: str
    after: str | None
    """As in `callmon.ports.Bookmark`."""


class Forgotten(NamedTuple):
    """The id of an entry that is to be removed."""

    id: int


INSERT = "INSERT INTO entry (kind, at, origin, headers, bot, body, seal) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ANOTHER_ROW = ", (?, ?, ?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM entry WHERE id = ? AND kind NOT IN ('hangup-asked', 'hangup-answered')"  # all but `SEALED`
_PRUNED = "SELECT value FROM meta WHERE key = 'pruned'"
_NOTE_PRUNED = "INSERT OR REPLACE INTO meta VALUES ('pruned', ?)"
_CLAIM = "INSERT OR REPLACE INTO meta VALUES ('pruning', ?)"
_CLAIMED = "SELECT value FROM meta WHERE key = 'pruning'"
_KNOWN = "SELECT 1 FROM entry WHERE id = ?"
_AFTER = "SELECT id, kind, at, origin, headers, bot, body, seal FROM entry WHERE id > ? ORDER BY id LIMIT ?"
_ENDS = "SELECT (SELECT min(id) FROM entry), (SELECT max(id) FROM entry)"  # apart, each is one look at the tree
_LAST_SEAL = "SELECT seal FROM entry WHERE seal <> '' ORDER BY id DESC LIMIT 1"
_KEPT = """SELECT key, CASE key WHEN 'seal' THEN value ELSE CAST(value AS INTEGER) END FROM meta
    WHERE key IN ('unsealed', 'sealed', 'seal')"""
_PLACE_MARK = "INSERT INTO bookmark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_MARK = "SELECT value FROM bookmark WHERE name = ?"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KINDS = {kind.value: kind for kind in EntryKind}
_NOTHING = headers_json.Kept({})
_MAX_ID = 2**63 - 1
"""The largest rowid of SQLite."""


def insert_of(count: int) -> str:
    """The statement that inserts so many rows, at least one, in order."""
    return INSERT + _ANOTHER_ROW * (count - 1)


def to_row(entry: Entry) -> Row:
    """The row of an entry. Raises `TypeError` for a time without a zone."""
    headers = headers_json.to_json(entry)
    at = (entry.at - _EPOCH) // _MICROSECOND
    return entry.kind.value, at, _storable(entry.origin), headers, entry.bot, entry.body, ""


def to_marks(entries: Iterable[Entry]) -> list[Mark]:
    """The last bookmark of each name that these entries carry."""
    return [Mark(_storable(mark.name), mark.value, mark.after) for mark in latest(entries)]


def place(db: sqlite3.Connection, marks: Iterable[Mark]) -> None:
    """Put bookmarks where the former ones of their names were. Call it in a transaction. Raises `BookmarkMoved`."""
    for mark in marks:
        if mark.after is not None and _value(db, mark.name) != mark.after:
            raise moved()
        db.execute(_PLACE_MARK, (mark.name, mark.value))


def ends(db: sqlite3.Connection) -> tuple[int, int]:
    """The smallest and the largest id in use; zeros if there is none."""
    first, last = db.execute(_ENDS).fetchone()
    return first or 0, last or 0


def bookmark(db: sqlite3.Connection, name: str) -> str:
    """The value of a bookmark, empty if there is none."""
    return _value(db, _storable(name))


def _value(db: sqlite3.Connection, name: str | bytes) -> str:
    found = db.execute(_MARK, (name,)).fetchone()
    return "" if found is None else str(found[0])


def sealed(db: sqlite3.Connection, rows: Iterable[Row]) -> list[Row]:
    """The rows, those of the audit trail with their seals. Call it in the transaction that writes them."""
    found = db.execute(_LAST_SEAL).fetchone()
    previous = "" if found is None else str(found[0])
    result = []
    for row in rows:
        if row[0] in SEALED:
            kind, at, origin, headers, bot, body, _ = row
            moment = _EPOCH + timedelta(0, 0, at)
            previous = seal(previous, kind, moment, origin=_surrogates(origin), bot=bot, body=body)
            result.append((kind, at, origin, headers, bot, body, previous))
        else:
            result.append(row)
    return result


def kept(db: sqlite3.Connection) -> Kept:
    """What is kept of the audit trail beside it; what somebody took away counts as zero or empty."""
    found = dict(db.execute(_KEPT).fetchall())
    return Kept(int(found.get("unsealed", 0)), int(found.get("sealed", 0)), str(found.get("seal", "")))


def _storable(text: str) -> str | bytes:
    """Text that SQLite takes: a file name that is not UTF-8 reaches us with lone surrogates, and goes as a blob."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def to_id(position: Position) -> int:
    """The rowid that a position stands for, 0 for the start. Raises `JournalError` if it is none of ours."""
    if position == START:
        return 0
    # The length is bounded first: int() refuses very long numbers with an error of its own.
    if position.isascii() and position.isdigit() and position[0] != "0" and len(position) <= len(str(_MAX_ID)):
        number = int(position)
        if number <= _MAX_ID:
            return number
    raise JournalError(f"{position!r} is no position in a journal of this kind. Read from the start instead.")


def forget(db: sqlite3.Connection, ids: Sequence[Forgotten]) -> None:
    """Remove entries, save those of the audit trail. Call it in a transaction."""
    if ids:
        db.executemany(_FORGET, ids)
        db.execute(_NOTE_PRUNED, (str(max(pruned(db), *(each.id for each in ids))),))


def pruned(db: sqlite3.Connection) -> int:
    """The largest id that was ever removed, 0 if none was."""
    found = db.execute(_PRUNED).fetchone()
    return 0 if found is None else int(found[0])


def claim(db: sqlite3.Connection, now: float, seconds: float) -> bool:
    """Whether nobody has claimed the pruning within so many seconds; then it is claimed. Call it in a transaction."""
    found = db.execute(_CLAIMED).fetchone()
    if found is not None and 0 <= now - float(found[0]) < seconds:  # a clock that was set back claims nothing
        return False
    db.execute(_CLAIM, (str(now),))
    return True


def check_known(db: sqlite3.Connection, after: int) -> None:
    """Raise `JournalError` if no entry ever had this id (0, the start, is always known)."""
    if after and after > pruned(db) and db.execute(_KNOWN, (after,)).fetchone() is None:
        raise JournalError(
            f"The journal holds no entry {after}: the position comes from another journal. Read from the start instead."
        )


def fetch(db: sqlite3.Connection, after: int, limit: int) -> Sequence[Stored]:
    """The next entries after an id, oldest first. Raises `JournalError`, `sqlite3.Error`.

    All rows are taken at once, so that no read transaction stays open and hinders the checkpoint.
    """
    return to_stored(db.execute(_AFTER, (after, limit)).fetchall())


def to_stored(rows: Iterable[tuple[int, str, int, str | bytes, str, str, str | bytes, str]]) -> list[Stored]:
    """The entries of rows with their ids. Raises `JournalError` for a row that this version cannot understand.

    A new kind needs a new schema version, so a kind that is not known means that a newer callmon took the file over
    while this one was running: to leave the entry out would hide something that happened.
    """
    result = []
    number = 0
    try:
        for number, kind, at, origin, headers, bot, body, mark in rows:
            text = sys.intern(origin) if type(origin) is str else _surrogates(origin)
            kept = _NOTHING if headers == headers_json.NONE else headers_json.from_json(headers)
            raw = body if type(body) is bytes else _foreign(body)
            time = _EPOCH + timedelta(0, 0, at)
            said = (_KINDS[kind], time, text, raw, kept.headers, bot, None, kept.run, kept.late)
            # A named tuple's own constructor would take three times as long, for every entry at every start.
            entry = tuple.__new__(Entry, said)
            result.append(tuple.__new__(Stored, (str(number), entry, mark)))
    except KeyError as unknown:
        raise JournalError(
            f"Entry {number} of the journal is of the kind {unknown}, which this callmon does not know: a newer one "
            "wrote it. Update callmon."
        ) from unknown
    except (TypeError, ValueError, OverflowError) as error:
        raise JournalError(
            f"Entry {number} of the journal cannot be read ({error}): something other than callmon changed the file. "
            "Move it away and start callmon again: it begins a new one."
        ) from error
    return result


def _foreign(body: str | bytes) -> bytes:
    """A body that another program wrote as text: what that means, the seals tell."""
    return body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")


def _surrogates(stored: str | bytes) -> str:
    return stored if isinstance(stored, str) else stored.decode("utf-8", "surrogatepass")
