"""Whether a follower of the stream has missed something: entries can be removed before it reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callmon.journal.redis_rows import NOWHERE, StreamId, id_of, to_id
from callmon.journal.redis_store import Page
from callmon.journal.trimmed import trimmed
from callmon.ports import START, Position, Stored


class Place:
    """How far one follower has read."""

    def __init__(self, last: StreamId) -> None:
        self.last = last
        self._fresh = last == NOWHERE
        """Nothing was read, so nothing is missed of what callmon has taken out."""
        self._pruned = NOWHERE
        self._ordinal: int | None = None
        """How many entries had ever been added when it was last at the end; None if it has not been since a loss."""

    def take(self, page: Page, limit: int, newest: Callable[[], StreamId]) -> Sequence[Stored]:
        """What is to be told of the page that was read from here with this limit; goes on behind it.

        `newest` gives the newest id of the stream.
        """
        at_end = len(page.entries) < limit
        first = id_of(page.entries[0].position.encode()) if page.entries else None
        lost = page.robbed if self._fresh else self._has_lost(page, first, newest, at_end=at_end)
        batch = page.entries
        if lost:
            gap = first.before if first is not None else newest()
            until = page.entries[0].entry.at if page.entries else None
            place = START if gap == NOWHERE else Position(str(gap))
            batch = [trimmed(place, until), *page.entries[: limit - 1]]
        if at_end:
            self._ordinal = page.added
        elif lost or self._ordinal is None:
            self._ordinal = None
        else:
            self._ordinal += len(batch)
        self._fresh, self._pruned = False, page.pruned
        if batch:
            self.last = to_id(batch[-1].position)
        return batch

    def _has_lost(self, page: Page, first: StreamId | None, newest: Callable[[], StreamId], *, at_end: bool) -> bool:
        if at_end and self._ordinal is not None:
            return self._ordinal + len(page.entries) < page.added
        if page.pruned > max(self.last, self._pruned):
            return True
        if page.there or self.last == NOWHERE or page.pruned >= self.last:
            return False
        # Somebody has cut the stream. What we read last is gone, and nobody can say what was between.
        return first.before != self.last if first is not None else newest() != self.last
