"""Whether the times that are known of a call make a duration."""

from __future__ import annotations

from callmon.core.calls import Call


def is_measured(call: Call) -> bool:
    """Not if Graph spoke of the call after it had answered that there is none: when it ended, nobody knows then."""
    return not (call.gone and call.ended_at is not None and call.last_heard > call.ended_at)
