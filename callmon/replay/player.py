"""The clock of a recording: it plays, stands, steps, seeks, and goes at another speed.

Safe to use from several threads.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from threading import Condition, Event

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)

_SILENCE_S = 2.0
"""A silence is jumped over if nothing would happen for longer than this, by the clock on the wall."""
_LINGER_S = 1.0
"""So long what happened last stays on the screen before the jump."""
_LOOK_EVERY_S = 0.25
"""An event that says stop cannot wake who waits for entries, so it is looked at."""


@dataclass(frozen=True, slots=True)
class Where:
    """How the player stands."""

    now: datetime
    index: int
    """How many entries have happened."""
    total: int
    start: datetime
    end: datetime
    playing: bool
    speed: float
    skipping: bool
    """Whether silences are jumped over."""

    @property
    def share(self) -> float:
        """How far it is, by time: 0 to 1."""
        length = self.end - self.start
        return (self.now - self.start) / length if length else 1.0


class Player:
    """Plays from the first entry on; before it is loaded it stands at the beginning of time."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._moved = Condition()
        self._due: list[datetime] = []
        self._at = datetime(1970, 1, 1, tzinfo=UTC)
        self._since = 0.0
        """When `_at` was, by the monotonic clock."""
        self._index = 0
        self._playing = False
        self._speed = 1.0
        self._skipping = False

    def load(self, times: Iterable[datetime], *, speed: float = 1.0, playing: bool = True) -> None:
        """Begin with a recording of at least one entry. One that is dated before its predecessor comes with it."""
        with self._moved:
            self._due = list(accumulate(times, max))
            self._speed = speed
            self._go(self._due[0])
            self._playing = playing
            self._moved.notify_all()

    def now(self) -> datetime:
        """What the clock of the recording says."""
        with self._moved:
            self._settle()
            return self._at

    @property
    def where(self) -> Where:
        """Everything about it, of one moment."""
        with self._moved:
            self._settle()
            start, end = (self._due[0], self._due[-1]) if self._due else (self._at, self._at)
            return Where(self._at, self._index, len(self._due), start, end, self._playing, self._speed, self._skipping)

    def toggle(self) -> None:
        """Play or stand. At the end it plays from the beginning again."""
        with self._moved:
            self._settle()
            if not self._playing and self._due and self._index == len(self._due):
                self._go(self._due[0])
            self._playing = not self._playing
            self._moved.notify_all()

    def step(self, entries: int) -> None:
        """Stand, so many entries further on or back."""
        with self._moved:
            self._settle()
            self._playing = False
            if self._due:
                self._index = min(max(self._index + entries, 1), len(self._due))
                self._at = self._due[self._index - 1]
            self._moved.notify_all()

    def seek(self, at: datetime) -> None:
        """Go to a time, or as near as the recording has it."""
        with self._moved:
            self._settle()
            if self._due:
                self._go(at)
            self._moved.notify_all()

    def faster(self, steps: int) -> None:
        """Go to the next higher speed, or a lower one."""
        with self._moved:
            self._settle()
            place = bisect_right(SPEEDS, self._speed) - 1 + steps
            self._speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]
            self._moved.notify_all()

    def skip_silences(self) -> None:
        """Jump over silences from now on, or no more."""
        with self._moved:
            self._settle()
            self._skipping = not self._skipping
            self._moved.notify_all()

    def wait(self, index: int, stop: Event) -> None:
        """Return when it is no longer so many entries that have happened, or on `stop`."""
        while not stop.is_set():
            with self._moved:
                self._settle()
                if self._index != index:
                    return
                self._moved.wait(self._until_next())

    def _until_next(self) -> float:
        if not self._playing or self._index >= len(self._due):
            return _LOOK_EVERY_S
        seconds = (self._due[self._index] - self._at).total_seconds() / self._speed
        return min(max(seconds, 0.0), _LOOK_EVERY_S)

    def _go(self, at: datetime) -> None:
        self._at = min(max(at, self._due[0]), self._due[-1])
        self._index = bisect_right(self._due, self._at)
        self._since = self._monotonic()

    def _settle(self) -> None:
        """Bring time and entries up to the clock on the wall."""
        moment = self._monotonic()
        if self._playing and self._due:
            passed = timedelta(seconds=(moment - self._since) * self._speed)
            self._at = min(self._at + passed, self._due[-1])
            self._index = max(self._index, bisect_right(self._due, self._at))
            if self._skipping:
                self._jump()
            self._playing = self._index < len(self._due)
        self._since = moment

    def _jump(self) -> None:
        if self._index >= len(self._due):
            return
        wall = timedelta(seconds=self._speed)
        lingered = self._at - self._due[self._index - 1] >= _LINGER_S * wall
        if lingered and self._due[self._index] - self._at > _SILENCE_S * wall:
            self._go(self._due[self._index])
