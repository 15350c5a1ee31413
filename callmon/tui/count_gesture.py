"""The gesture that confirms the hang-up of several calls: their number, typed out of silence and followed by silence.

A held key repeats a digit or keeps the silence away; text that is pasted has no silence around the number; keys that
were typed before the dialog was on the screen do not count.
"""

from __future__ import annotations

from callmon.tui.quiet import Quiet

_MOST_DIGITS = 6


class CountGesture:
    """Times are seconds of a clock that goes on steadily."""

    def __init__(self) -> None:
        self.typed = ""
        self._quiet = Quiet()

    @property
    def begun(self) -> bool:
        """Whether keys count at all."""
        return self._quiet.begun

    @property
    def too_soon(self) -> bool:
        """Whether the confirming key was the last one, and came too soon after another or after itself."""
        return self._quiet.too_soon

    def begin(self, now: float) -> None:
        """The dialog is on the screen: the silence begins."""
        self._quiet.begin(now)

    def digit(self, digit: str, now: float) -> None:
        """A digit: the first one needs silence before it."""
        if (self.typed or self._quiet.lasts(now)) and len(self.typed) < _MOST_DIGITS:
            self.typed += digit
        self._quiet.other(now)

    def rub_out(self, now: float) -> None:
        """Take the last digit back."""
        self.typed = self.typed[:-1]
        self._quiet.other(now)

    def other(self, now: float) -> None:
        """Any other key: whoever pressed it does not mean a number."""
        self.typed = ""
        self._quiet.other(now)

    def confirms(self, wanted: int, now: float) -> bool:
        """The confirming key: whether it confirms this number. If it does not, the silence begins anew."""
        return self._quiet.confirms(now) and self.typed == str(wanted)
