"""Which entries are in the journal already, so that a recording can be imported again without doubling."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from callmon.monitor import entries_in
from callmon.ports import Entry, EntryKind, Journal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGEST = 16


class KnownEntries:
    """The entries of a journal: read when first asked for, some 200 bytes of memory are kept of each.

    One with a time of its own is known by kind, time and body. A notification without is known by its body alone: the
    third of a file that looks the same is new if the journal has less than three. So a log that grew, or that overlaps
    with another or with what came over HTTP, adds what is new in it.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._moments: Counter[bytes] = Counter()
        self._bodies: Counter[bytes] = Counter()
        self._in_file: Counter[bytes] = Counter()
        self._is_read = False

    def begin_file(self) -> None:
        """Another file: what looks the same in it may be the same as in those before."""
        self._in_file.clear()

    def is_new(self, entry: Entry, *, has_time: bool, again: int = 0) -> bool:
        """Whether the journal lacks it; from now on it has it. `has_time`: its time is known and not just now's.

        `again` is how many just like it were exported with it before. Raises `JournalError`.
        """
        self._read_journal()
        moment, body = moment_of(entry), digest_of(entry.body)
        self._in_file[body] += 1
        if self._moments[moment] > again if has_time else self._in_file[body] <= self._bodies[body]:
            return False
        self._moments[moment] += 1
        self._bodies[body] += 1
        return True

    def _read_journal(self) -> None:
        if self._is_read:
            return
        for stored in entries_in(self._journal):
            self._moments[moment_of(stored.entry)] += 1
            if stored.entry.kind is EntryKind.NOTIFICATION:
                self._bodies[digest_of(stored.entry.body)] += 1
        self._is_read = True


def moment_of(entry: Entry) -> bytes:
    """A digest of the kind, the time and the body of an entry: by these it is known again."""
    microseconds = (entry.at - _EPOCH) // timedelta(microseconds=1)
    return digest_of(b"%b %d %b" % (entry.kind.encode(), microseconds, entry.body))


def digest_of(data: bytes) -> bytes:
    """A digest of a body."""
    return blake2b(data, digest_size=_DIGEST).digest()
