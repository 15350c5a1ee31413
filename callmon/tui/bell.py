"""The terminal's bell, for what somebody has chosen to hear."""

from __future__ import annotations

from collections.abc import Callable, Collection


class Bell:
    """Rings once when something begins, not while it lasts."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._deaf = False
        self.chosen: Collection[str] = ()
        """Of `callmon.core.choices.BELLS`."""

    def heard(self, *, in_trouble: bool, deaf: bool) -> None:
        """News: whether it puts a call into trouble, and whether feeds are deaf now."""
        goes_deaf, self._deaf = deaf and not self._deaf, deaf
        if ("trouble" in self.chosen and in_trouble) or ("deaf" in self.chosen and goes_deaf):
            self._ring()
