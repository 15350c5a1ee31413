"""How the console looks and how much it may paint: known before the first frame."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How the console looks."""

    theme: str = "dark"
    """One of `callmon.core.choices.THEMES`."""
    color: bool = True
    """Whether colours may be sent at all; bold, dim and reverse always may."""
    ascii_signs: bool = False
    """Signs, borders and arrows in ASCII."""
    encoding: str = "utf-8"
    """What the terminal can write; every other character becomes its nearest in ASCII or ``?``."""
    slow_link: bool = False
    """Paint less: durations every ten seconds, news every two."""

    @property
    def tick_every_s(self) -> int:
        """How often what ticks is painted."""
        return 10 if self.slow_link else 1

    @property
    def paint_every_s(self) -> float:
        """How often news is painted at most, in seconds.

        With the clock's second, which takes along what waits, that is at most five frames a second.
        """
        return 2.0 if self.slow_link else 0.21
