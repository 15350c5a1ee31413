"""What the journal tells, with the doubts that the settings and the clock add."""

from __future__ import annotations

from datetime import datetime

from callmon.settings.model import Settings
from callmon.snapshot import Snapshot
from callmon.watch import Watch, seen_at


def watch_of(settings: Settings) -> Watch:
    """A watch as patient as the settings say."""
    return Watch(settings.doubt_after_s, settings.deaf_after_s)


def seen_now(snapshot: Snapshot, settings: Settings, now: datetime) -> Snapshot:
    """The snapshot with what is in doubt at this moment."""
    return seen_at(snapshot, now, settings.doubt_after_s, settings.deaf_after_s)
