"""Whether the times that are known of a call make a duration."""

from __future__ import annotations

from datetime import datetime, timedelta

from callmon.core.calls import Call
from callmon.core.states import Anomaly

CLOCKS_DIFFER = timedelta(seconds=5)
"""The clocks of several machines may differ by so much; more than that is told."""


def is_measured(call: Call, now: datetime) -> bool:
    """Whether one can tell how long the call has lasted, be it within a bound.

    Not if a clock was set back meanwhile, or has it begin in time to come; and not if Graph spoke of the call after it
    had answered that there is none: when it ended, nobody knows then.
    """
    if Anomaly.TIME_WENT_BACK in call.anomalies or (call.established_at or call.first_seen) - now > CLOCKS_DIFFER:
        return False
    return not (call.gone and call.ended_at is not None and call.last_heard > call.ended_at)
