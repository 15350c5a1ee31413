"""Whether hang-ups are armed. A console that must be armed first disarms itself when nobody touches it."""

from __future__ import annotations

from datetime import timedelta

from callmon.core.text import duration


class Arming:
    """Times are seconds of a clock that goes on steadily."""

    def __init__(self, idle_s: float | None = None) -> None:
        """`idle_s` is after how long without a key it disarms itself; None if it is always armed."""
        self._idle_s = idle_s
        self._touched_at: float | None = None
        """When the last key was pressed, while it is armed."""

    @property
    def wanted(self) -> bool:
        """Whether there is anything to arm."""
        return self._idle_s is not None

    def armed(self, now: float) -> bool:
        """Whether a hang-up may begin now."""
        return self._idle_s is None or self._left_s(now) > 0

    def arm(self, now: float) -> None:
        """Arm it."""
        self._touched_at = now

    def disarm(self) -> None:
        """Disarm it."""
        self._touched_at = None

    def touch(self, now: float) -> None:
        """A key was pressed. It comes too late for what has run out."""
        self._touched_at = now if self._touched_at is not None and self.armed(now) else None

    def badge(self, now: float) -> str:
        """``ARMED 4:59``, ``DISARMED``; empty if it is always armed."""
        if not self.wanted:
            return ""
        left_s = self._left_s(now)
        return f"ARMED {duration(timedelta(seconds=left_s))}" if left_s > 0 else "DISARMED"

    def _left_s(self, now: float) -> float:
        if self._idle_s is None or self._touched_at is None:
            return 0.0
        return max(0.0, self._touched_at + self._idle_s - now)
