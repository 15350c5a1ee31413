"""What a follower is told when entries were removed before it could read them."""

from __future__ import annotations

from datetime import datetime

from callmon.clocks import utc_now
from callmon.core.records import TRIMMED, FeedChanged, encode
from callmon.ports import Entry, EntryKind, Position, Stored

_ORIGIN = "journal"
_DETAIL = "Entries were removed from the journal before they could be read here, so something may be missing."


def trimmed(position: Position, until: datetime | None) -> Stored:
    """An entry that no journal holds: what came before `until` (now, if None) may be missing.

    Following goes on after its position.
    """
    body = encode(FeedChanged(_ORIGIN, TRIMMED, _DETAIL))
    return Stored(position, Entry(EntryKind.FEED, until or utc_now(), _ORIGIN, body))
