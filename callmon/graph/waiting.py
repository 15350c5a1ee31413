"""The hang-ups that are under way, so that somebody can call the next attempt off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class UnderWay:
    """Every hang-up from its beginning to its outcome. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: list[tuple[str, Event]] = []

    @contextmanager
    def hang_up(self, call_id: str) -> Iterator[Event]:
        """Within, one hang-up of this call is under way; the event is set when it is called off."""
        own = (call_id, Event())
        with self._lock:
            self._events.append(own)
        try:
            yield own[1]
        finally:
            with self._lock:
                self._events.remove(own)

    def call_off(self, call_id: str | None = None) -> bool:
        """Let the hang-ups of this call, or all of them, send nothing more; False if none is under way."""
        with self._lock:
            meant = [event for spelled, event in self._events if call_id in (None, spelled)]
        for event in meant:
            event.set()
        return bool(meant)
