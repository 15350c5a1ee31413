"""The gesture that confirms the hang-up of several calls: their number, typed out of silence and followed by silence.

A held key repeats a digit or keeps the silence away; text that is pasted has no silence around the number; keys that
were typed before the dialog was on the screen do not count.
"""

from __future__ import annotations

QUIET_S = 0.4
"""So long no key must have been pressed before the number, and again before the key that confirms it."""
_MOST_DIGITS = 6


class CountGesture:
    """Times are seconds of a clock that goes on steadily."""

    def __init__(self) -> None:
        self.typed = ""
        self._quiet_since: float | None = None

    def begin(self, now: float) -> None:
        """The dialog is on the screen: the silence begins."""
        self._quiet_since = now

    def quiet(self, now: float) -> bool:
        """Whether there has been silence for long enough."""
        return self._quiet_since is not None and now - self._quiet_since >= QUIET_S

    def digit(self, digit: str, now: float) -> None:
        """A digit: the first one needs silence before it."""
        if (self.typed or self.quiet(now)) and len(self.typed) < _MOST_DIGITS:
            self.typed += digit
        self._break(now)

    def rub_out(self, now: float) -> None:
        """Take the last digit back."""
        self.typed = self.typed[:-1]
        self._break(now)

    def other(self, now: float) -> None:
        """Any other key: whoever pressed it does not mean a number."""
        self.typed = ""
        self._break(now)

    def confirms(self, wanted: int, now: float) -> bool:
        """The confirming key: whether it confirms this number. If it does not, the silence begins anew."""
        if self.typed == str(wanted) and self.quiet(now):
            return True
        self._break(now)
        return False

    def _break(self, now: float) -> None:
        if self._quiet_since is not None:
            self._quiet_since = now
