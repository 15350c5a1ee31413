"""What the screens about calls have in common, so that nobody else need know them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.screen import Screen

from callmon.core.calls import Call
from callmon.core.listening import Gap
from callmon.tui.marked_call import MarkedCall

if TYPE_CHECKING:  # the first paint waits for none of these
    from callmon.hangups import Progress


class AboutCall(Screen[None]):
    """A screen about one call; keys pressed on it mean that call."""

    call: Call

    def disarm(self) -> bool:
        """No hang-up may begin here any more. Returns whether that leaves nothing to show."""
        return False

    def follow(self, call: Call, now: datetime, gaps: Sequence[Gap], held_s: float) -> None:
        """The call as it is now, also if only time has passed.

        `gaps` is when nothing listened; for `held_s` seconds no hang-up is sent.
        """

    def moved(self, progress: Progress) -> bool:  # noqa: ARG002  # only the dialog has asked for anything
        """A hang-up of the call has come one step further. Returns whether the operator is told of it here."""
        return False


class AboutCalls(Screen[None]):
    """A screen about several calls that are to be hung up."""

    marked: Sequence[MarkedCall]
    """The calls as they were known last."""

    def disarm(self) -> bool:
        """No hang-up may begin here any more. Returns whether that leaves nothing to show."""
        return False

    def follow(self, marked: Sequence[MarkedCall], now: datetime, held_s: float) -> None:
        """The same calls as they are now; for so many seconds nothing is sent."""

    def moved(self, call_id: str, progress: Progress) -> bool:  # noqa: ARG002  # the dialog knows what it asked for
        """A hang-up has come one step further. Returns whether the operator is told of it here."""
        return False
