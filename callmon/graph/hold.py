"""One hang-up is throttled: all of the same application wait before they send again."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Hold:
    """Until when nothing is sent again. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self.until = float("-inf")
        """By the clock. It only ever grows."""

    def keep(self, seconds: float) -> float:
        """Hold for so many seconds from now, or longer if that is held already. Returns the end of these seconds."""
        end = self._clock() + seconds
        with self._lock:
            self.until = max(self.until, end)
        return end

    @property
    def left_s(self) -> float:
        """How long it still holds; 0 if it does not."""
        return max(0.0, self.until - self._clock())
