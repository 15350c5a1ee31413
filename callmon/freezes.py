"""Times in which the whole process stood still: ``^Z``, ``kill -STOP``, a laptop or a virtual machine asleep.

Nothing can be received then, and nobody says so at the time; it shows when the process goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread

from callmon.clocks import running_s
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus, Journal, JournalError

_EVERY_S = 1.0
FROZEN_S = 5.0
"""Something that is to happen every second and did not for so long was not just late."""

_STOOD_STILL = "The whole process stood still."


class Freezes:
    """Notices a freeze after it, and writes down that the feeds did not receive meanwhile.

    A thread of its own beats and does nothing else: one that also reads a journal or paints a screen may be held up
    while everything is received.
    """

    def __init__(self, now: Callable[[], datetime], clock: Callable[[], float] = running_s) -> None:
        self._now = now
        self._clock = clock
        self._last = clock()
        self._stop = Event()

    def begin(self, journal: Journal, feeds: Callable[[], Sequence[FeedStatus]]) -> None:
        """Watch from now on, until `end`: what was slow before was not a freeze of something that receives."""
        self._last = self._clock()
        Thread(target=self._watch, args=(journal, feeds), name="freezes", daemon=True).start()

    def end(self) -> None:
        """Watch no more."""
        self._stop.set()

    def beat(self, journal: Journal, feeds: Sequence[FeedStatus]) -> bool:
        """A second has passed. Returns whether a freeze before it was written down. Never waits for the disk."""
        before, self._last = self._last, self._clock()
        if self._last - before < FROZEN_S:
            return False
        ended = self._now()
        began = ended - timedelta(seconds=self._last - before)
        listening = [feed for feed in feeds if feed.state is FeedState.LISTENING]
        told = [_entry(feed, FeedState.STOPPED, began) for feed in listening]
        told += [_entry(feed, FeedState.LISTENING, ended) for feed in listening]
        if told:
            journal.submit(told)
        return bool(told)

    def _watch(self, journal: Journal, feeds: Callable[[], Sequence[FeedStatus]]) -> None:
        while not self._stop.wait(_EVERY_S):
            try:
                self.beat(journal, feeds())
            except JournalError:
                return  # it was closed: this is the end


def _entry(feed: FeedStatus, state: FeedState, at: datetime) -> Entry:
    from callmon.core.records import FeedChanged, encode  # noqa: PLC0415  # the first paint waits for no records

    return Entry(EntryKind.FEED, at, feed.name, encode(FeedChanged(feed.name, state, _STOOD_STILL, feed.run)))
