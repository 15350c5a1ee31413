"""What the console says while it reads a long journal: how far it has got."""

from __future__ import annotations

from collections.abc import Callable

from callmon.core.text import iso
from callmon.snapshot import Snapshot

SAID_AFTER_S = 0.5
_BAR_CELLS = 20


class Progress:
    """How far the journal was read. Nothing is said of what takes less than half a second."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._began: float | None = None

    def begin(self) -> None:
        """Reading begins now."""
        self._began = self._monotonic()

    def words(self, snapshot: Snapshot, read: float, *, live: bool) -> str:
        """How far it has got (`callmon.snapshot.Update.read`); empty if all was read or it has only begun."""
        if live or self._began is None or self._monotonic() < self._began + SAID_AFTER_S:
            return ""
        reached = f", up to {iso(snapshot.last_entry)[:16].replace('T', ' ')}" if snapshot.last_entry else ""
        return f"{_bar(read)}  reading the journal: {snapshot.notifications:,} notifications{reached}"


def _bar(part: float) -> str:
    """A part from 0 to 1 as a bar. It is never called whole before it is."""
    percent = min(99, int(part * 100))
    full = percent * _BAR_CELLS // 100
    return f"{'█' * full}{'░' * (_BAR_CELLS - full)} {percent:2} %"
