"""The notifications of one call, read from the journal on demand and made fit to be shown."""

from __future__ import annotations

import json
from dataclasses import dataclass

from callmon.core.differences import Change, changes
from callmon.core.masking import pretty
from callmon.monitor import notifications_of
from callmon.ports import START, Journal, Stored

_NOTHING = object()
"""Before the first notification; not None, which a body may be."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification: its text, and what differs from the one before it about the same call."""

    stored: Stored
    text: str
    """Indented JSON, secrets masked, harmless to a terminal."""
    changes: tuple[Change, ...]


class History:
    """The notifications of one call: all that the journal holds, and then what came since.

    Only one thread may read at a time.
    """

    def __init__(self, journal: Journal, call_id: str) -> None:
        """`call_id` in its comparable form."""
        self._journal = journal
        self._call_id = call_id
        self._position = START
        self._before: object = _NOTHING

    def read_on(self) -> tuple[Notification, ...]:
        """Those that were not read yet, in their order. Raises `JournalError`; then the next reading finds them."""
        found, self._position = notifications_of(self._journal, self._call_id, self._position)
        return tuple(self._prepared(stored) for stored in found)

    def _prepared(self, stored: Stored) -> Notification:
        """It is such that `callmon.core.wire.parse` reads it; Python's own reader takes all of these."""
        before, self._before = self._before, json.loads(stored.entry.body.removeprefix(b"\xef\xbb\xbf"))
        told = () if before is _NOTHING else changes(before, self._before)
        return Notification(stored, pretty(stored.entry.body), told)
