"""Which notifications are in the journal already, so that an export can be imported again without doubling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from callmon.ports import START, Entry, EntryKind, Journal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGEST = 16


class KnownEntries:
    """The notifications of a journal by time and body: read when first asked for, some 100 bytes are kept of each."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._digests: set[bytes] | None = None

    def is_new(self, entry: Entry) -> bool:
        """Whether no notification of this time has this body; from now on one has. Raises `JournalError`."""
        if self._digests is None:
            self._digests = set(_in_journal(self._journal))
        digest = _digest(entry)
        if digest in self._digests:
            return False
        self._digests.add(digest)
        return True


def _in_journal(journal: Journal) -> Iterable[bytes]:
    position = START
    while batch := journal.read(position):
        position = batch[-1].position
        yield from (_digest(stored.entry) for stored in batch if stored.entry.kind is EntryKind.NOTIFICATION)


def _digest(entry: Entry) -> bytes:
    microseconds = (entry.at - _EPOCH) // timedelta(microseconds=1)
    return blake2b(b"%d %b" % (microseconds, entry.body), digest_size=_DIGEST).digest()
