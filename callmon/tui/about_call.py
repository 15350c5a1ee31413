"""What the screens about one call have in common, so that the app need not know them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callmon.core.calls import Call
from callmon.core.hangup import HangUpOutcome
from callmon.core.records import Gap


class AboutCall:
    """A screen about one call; keys pressed on it mean that call."""

    call: Call

    def follow(self, call: Call, now: datetime, gaps: Sequence[Gap]) -> None:
        """The call as it is now, also if only time has passed; `gaps` is when nothing listened."""

    def waits(self, outcome: HangUpOutcome, wait_s: float) -> None:
        """A hang-up of the call did not succeed and is sent again in so many seconds."""

    def returned(self, outcome: HangUpOutcome) -> bool:  # noqa: ARG002  # only the dialog has asked for anything
        """A hang-up of the call came back. Returns whether the operator is told of it here."""
        return False
