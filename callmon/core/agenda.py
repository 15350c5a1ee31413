"""What falls due when: to be asked every second, so that what is not due costs nothing."""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush


class Agenda:
    """Ids with a time each. Putting one again at a later time costs no more than remembering it."""

    def __init__(self) -> None:
        self._due: dict[str, datetime] = {}
        self._queue: list[tuple[datetime, str]] = []
        """At least one entry for each id, none later than it is due."""
        self._queued: dict[str, datetime] = {}
        """The earliest entry of each id."""

    def __len__(self) -> int:
        return len(self._due)

    def put(self, key: str, at: datetime) -> None:
        """Let it fall due at a time, and not when it was to before."""
        self._due[key] = at
        if key not in self._queued or at < self._queued[key]:
            self._queued[key] = at
            heappush(self._queue, (at, key))

    def drop(self, key: str) -> None:
        """Let it never fall due."""
        self._due.pop(key, None)

    def take(self, now: datetime) -> list[str]:
        """The ids that are due, the longest overdue first; each of them once."""
        taken = []
        while self._queue and self._queue[0][0] <= now:
            at, key = heappop(self._queue)
            if self._queued.get(key) != at:
                continue
            del self._queued[key]
            due = self._due.get(key)
            if due is None:
                continue
            if due > now:
                self.put(key, due)
            else:
                del self._due[key]
                taken.append(key)
        return taken
