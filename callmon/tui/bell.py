"""The terminal's bell, for what somebody has chosen to hear."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from callmon.core.board import Board
from callmon.core.describe import went_wrong


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


def newly_wrong(before: Board, after: Board, changed: Iterable[str]) -> bool:
    """Whether something went wrong with one of the calls that changed; to come into doubt is not to go wrong."""
    for call_id in changed:
        was, now = before.calls.get(call_id), after.calls.get(call_id)
        if now is not None and went_wrong(now) and not (was is not None and went_wrong(was)):
            return True
    return False
