"""Whether the feed still brings anything: how long it may be silent while calls are active, learned from its own past.

Every few minutes have one longest silence. Silences up to twice the third longest of the last of these are nothing
new; so two real outages teach nothing, and a feed that is calm by nature is soon known to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.doubt import PATIENCE_S, silent_at
from callmon.core.moments import later

UNLEARNED_S = 60.0
"""The silence that is expected of a feed of which little is known."""
SHORTEST_S = 30.0
LONGEST_S = 600.0

_SPAN = timedelta(minutes=5)
_SPANS_KEPT = 36
_RANK = 3
_FACTOR = 2.0


class Rhythm(NamedTuple):
    """The silences of a feed while calls were active, in seconds."""

    past: tuple[float, ...] = ()
    """The longest of each span with notifications that is over, oldest first."""
    began: datetime | None = None
    """When the span that goes on began; None before the first silence."""
    longest: float = 0.0
    """The longest in it."""


def is_news(rhythm: Rhythm, at: datetime, silence_s: float) -> bool:
    """Whether `after_silence` would give another rhythm."""
    return silence_s > rhythm.longest or rhythm.began is None or at - rhythm.began >= _SPAN


def after_silence(rhythm: Rhythm, at: datetime, silence_s: float) -> Rhythm:
    """The rhythm after a notification at a time that ended a silence while calls were active."""
    if rhythm.began is None:
        return Rhythm((), at, silence_s)
    if at - rhythm.began >= _SPAN:
        return Rhythm((*rhythm.past, rhythm.longest)[-_SPANS_KEPT:], at, silence_s)
    return rhythm._replace(longest=max(rhythm.longest, silence_s))


def expected_silence_s(rhythm: Rhythm) -> float:
    """For so long the feed may be silent while calls are active."""
    known = sorted((*rhythm.past, rhythm.longest), reverse=True) if rhythm.began else ()
    if len(known) < _RANK:
        return UNLEARNED_S
    return min(max(_FACTOR * known[_RANK - 1], SHORTEST_S), LONGEST_S)


def should_speak(calls: Iterable[Call], quiet_since: datetime) -> bool:
    """Whether somebody should be heard in a silence: ghosts, silent for too long before it, say nothing.

    `calls` are the active ones.
    """
    return any(silent_at(call, PATIENCE_S) > quiet_since for call in calls)


def deaf(calls: Iterable[Call], quiet_since: datetime, now: datetime, limit_s: float) -> bool:
    """Whether nothing has come for longer than is expected, though something should have.

    `calls` are the active ones. A call that Graph had when it was asked, after the silence had become too long, tells
    that there was nothing to hear; if all tell so, the silence is explained. A call that had been silent for too long
    before, or is so a minute later, is doubted for itself.
    """
    too_long = later(quiet_since, timedelta(seconds=limit_s))
    soon = later(quiet_since, timedelta(seconds=min(limit_s, UNLEARNED_S)))
    return now >= too_long and any(not _had(call, too_long) and silent_at(call, PATIENCE_S) > soon for call in calls)


def _had(call: Call, since: datetime) -> bool:
    """Whether Graph had the call when it was asked then or later."""
    check = call.check
    return check is not None and check.outcome.answer is Answer.FOUND and check.at >= since
