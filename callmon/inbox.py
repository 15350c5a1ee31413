"""What a thread that follows the journal has learned and nobody has looked at yet: many updates become one."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from callmon.snapshot import Update


class Inbox:
    """Holds the latest snapshot with everything that changed since it was last taken. Loses no change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: Update | None = None

    def put(self, update: Update) -> bool:
        """Add an update. Returns whether the inbox was empty, so that somebody should be told."""
        with self._lock:
            empty = self._waiting is None
            if self._waiting is not None:
                update = replace(
                    update, changed=self._waiting.changed | update.changed, live=self._waiting.live or update.live
                )
            self._waiting = update
            return empty

    def take(self) -> Update | None:
        """What waits, once."""
        with self._lock:
            update, self._waiting = self._waiting, None
            return update
