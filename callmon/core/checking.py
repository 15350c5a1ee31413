"""When a call in doubt may be checked without anybody asking for it, and how long all checks rest after a bad answer.

Graph publishes no limit for GETs of calls ("Cloud communication service limits" names other ones), so these are modest:
one a minute a call, fewer for a call that is found again and again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from callmon.core.answers import Answer
from callmon.core.calls import Call, Check
from callmon.core.moments import later

if TYPE_CHECKING:  # the first paint waits for no outcome of a request
    from callmon.core.hangup import CheckOutcome

CONFIRM_WITHIN_S = 10.0
"""After Graph accepted a hang-up, the end should be reported within so many seconds; else the call is checked."""

EVERY_S = 60.0
"""The shortest time between two checks of one call."""
LONGEST_S = 1800.0
"""The longest that repeated checks of one call are put apart."""

_PAUSE_S = 30.0
_LONGEST_PAUSE_S = 900.0
_THROTTLED_S = 60.0
_STOPPING = frozenset({Answer.NOT_SIGNED_IN, Answer.NOT_ALLOWED, Answer.UNAVAILABLE, Answer.UNREACHABLE})


def in_need(call: Call) -> bool:
    """Whether a check would settle something: the call is in doubt."""
    return call.doubt is not None and not call.ended


def not_before(call: Call) -> datetime | None:
    """Until when this call is left alone after its latest check, whoever made it; None if there was none."""
    if call.check is None:
        return None
    wait_s = min(EVERY_S * 2.0 ** min(call.check.in_a_row - 1, 16), LONGEST_S)
    return later(call.check.at, timedelta(seconds=wait_s))


def lately_checked(check: Check | None, now: datetime) -> Check | None:
    """The latest check of a call, whoever made it, if it is too early for another one.

    What was not sent for want of a token, or was refused here, is no check that Graph knows of. Another machine's clock
    may be a little ahead.
    """
    if check is None or abs(now - check.at) >= timedelta(seconds=EVERY_S):
        return None
    outcome = check.outcome
    unsent = outcome.status is None and outcome.answer in {Answer.NOT_SIGNED_IN, Answer.REFUSED_HERE}
    return None if unsent else check


class Pause(NamedTuple):
    """No checks for a while."""

    until: datetime
    times: int
    """How many bad answers there were in a row."""
    because: str
    """The sentence of the last of them; raw."""
    throttled: bool = False
    """Whether Graph itself asked for it."""


def after_answer(pause: Pause | None, outcome: CheckOutcome, at: datetime) -> Pause | None:
    """Whether checks rest after an answer, and until when. An answer about the call itself ends every pause."""
    times = 1 if pause is None else pause.times + 1
    if outcome.answer is Answer.THROTTLED:
        wait_s = _THROTTLED_S if outcome.retry_after_s is None else outcome.retry_after_s
    elif outcome.answer in _STOPPING:
        wait_s = max(outcome.retry_after_s or 0.0, min(_PAUSE_S * 2.0 ** min(times - 1, 16), _LONGEST_PAUSE_S))
    elif outcome.answer in {Answer.FOUND, Answer.GONE}:
        return None
    else:
        return pause
    until = later(at, timedelta(seconds=min(max(wait_s, 0.0), 86400.0)))
    throttled = outcome.answer is Answer.THROTTLED
    if pause is not None and pause.until > until:
        until, throttled = pause.until, throttled or pause.throttled
    return Pause(until, times, outcome.sentence, throttled)
