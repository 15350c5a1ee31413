"""Entries as the fields of a stream's entries, and back; and the ids of such entries."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from callmon.core.audit import SEALED, seal
from callmon.journal import headers as headers_json
from callmon.journal.marks import latest
from callmon.ports import START, Entry, EntryKind, JournalError, Position, Stored, Ticket

Row = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes]
"""kind, microseconds since 1970 UTC, origin, headers as JSON, bot, body, seal: always all of them and in this order,
because Redis stores the names of the fields once for neighbours that have the same (listpacks of a stream)."""

FIELDS = (b"kind", b"at", b"origin", b"headers", b"bot", b"body", b"seal")


class StreamId(NamedTuple):
    """The id of an entry of a stream (https://redis.io/docs/latest/develop/data-types/streams/#entry-ids)."""

    ms: int
    sequence: int

    def __str__(self) -> str:
        """As Redis writes it."""
        return f"{self.ms}-{self.sequence}"

    @property
    def scalar(self) -> int:
        """A number that grows with the id, for measuring; only huge sequences within one millisecond share one."""
        return self.ms * _SCALE + min(self.sequence, _SCALE - 1)

    @property
    def before(self) -> StreamId:
        """The largest id that is smaller."""
        return StreamId(self.ms, self.sequence - 1) if self.sequence else StreamId(self.ms - 1, _LAST)


class Mark(NamedTuple):
    """A bookmark on its way into the hash of bookmarks."""

    name: bytes
    value: bytes
    after: bytes | None
    """As in `callmon.ports.Bookmark`."""
    ticket: Ticket | None = None
    """That of the submission which carries it."""


class Once(NamedTuple):
    """A row of a submission with a ticket: it is passed over if that submission was written before."""

    row: Row
    ticket: Ticket


NOWHERE = StreamId(0, 0)
"""Before every entry: Redis gives no entry this id."""

_LAST = 2**64 - 1
_SCALE = 2**20
"""What one millisecond counts in `StreamId.scalar`."""
_ID = re.compile(r"(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KINDS = {kind.value.encode(): kind for kind in EntryKind}
_NO_HEADERS = headers_json.NONE.encode()
_NOTHING = headers_json.Kept({})

Reply = Sequence[tuple[bytes, Sequence[bytes]]]
"""What Redis says to XRANGE: ids, each with names and values in turn."""


def to_id(position: Position) -> StreamId:
    """The id that a position stands for. Raises `JournalError` if it is none of ours."""
    if position == START:
        return NOWHERE
    found = _ID.fullmatch(position)
    if found is not None:
        name = StreamId(int(found[1]), int(found[2]))
        if name > NOWHERE and max(name) <= _LAST:
            return name
    raise JournalError(f"{position!r} is no position in a journal of this kind. Read from the start instead.")


def id_of(raw: bytes) -> StreamId:
    """The id that Redis gives."""
    ms, _, sequence = raw.partition(b"-")
    return StreamId(int(ms), int(sequence))


def to_microseconds(at: datetime) -> int:
    """Since 1970 UTC. Raises `TypeError` for a time without a zone."""
    return (at - _EPOCH) // _MICROSECOND


def to_moment(microseconds: int) -> datetime:
    """The same time again. Raises `OverflowError`."""
    return _EPOCH + timedelta(0, 0, microseconds)


def to_row(entry: Entry) -> Row:
    """The row of an entry. Raises `TypeError` for a time without a zone."""
    headers = headers_json.to_json(entry).encode()
    at = b"%d" % to_microseconds(entry.at)
    return entry.kind.value.encode(), at, to_bytes(entry.origin), headers, to_bytes(entry.bot), entry.body, b""


def to_marks(entries: Iterable[Entry], ticket: Ticket | None = None) -> list[Mark]:
    """The last bookmark of each name that these entries carry."""
    return [
        Mark(to_bytes(mark.name), to_bytes(mark.value), None if mark.after is None else to_bytes(mark.after), ticket)
        for mark in latest(entries)
    ]


def is_sealed(row: Row) -> bool:
    """Whether it belongs to the audit trail."""
    return row[0].decode() in SEALED


def sealed(rows: Iterable[Row], head: str) -> tuple[list[Row], str]:
    """The rows, those of the audit trail with the seals that follow on `head`; and the last seal."""
    result = []
    for row in rows:
        if is_sealed(row):
            kind, at, origin, headers, bot, body, _ = row
            moment = to_moment(int(at))
            head = seal(head, kind.decode(), moment, origin=to_text(origin), bot=to_text(bot), body=body)
            result.append((kind, at, origin, headers, bot, body, head.encode()))
        else:
            result.append(row)
    return result, head


def to_stored(reply: Reply) -> list[Stored]:
    """The entries that Redis gave. Raises `JournalError` for one that this version cannot understand."""
    result = []
    name = b""
    try:
        for name, fields in reply:
            if tuple(fields[::2]) != FIELDS:
                raise ValueError(f"its fields are {fields[::2]}")
            kind, at, origin, headers, bot, body, mark = fields[1::2]
            kept = _NOTHING if headers == _NO_HEADERS else headers_json.from_json(headers)
            moment = to_moment(int(at))
            who, whose = sys.intern(to_text(origin)), to_text(bot)
            entry = Entry(_KINDS[kind], moment, who, body, kept.headers, whose, None, kept.run, kept.late)
            result.append(Stored(Position(name.decode()), entry, mark.decode()))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise JournalError(
            f"Entry {name.decode()} of the journal cannot be understood ({type(error).__name__}: {error}): a newer "
            "callmon or something else wrote it. Update callmon, or name another journal (?name=…)."
        ) from error
    return result


def to_bytes(text: str) -> bytes:
    """Text on its way to Redis; a file name that is not UTF-8 reaches us with lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def to_text(raw: bytes) -> str:
    """The same text again."""
    return raw.decode("utf-8", "surrogatepass")
