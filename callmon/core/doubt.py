"""Whether a call still is what the board shows: perhaps nobody was there to hear of a change, or it fell silent.

Silence alone says little: an established call between two may be silent for as long as people talk. What is usual
depends on the state, and the facts behind the figures are Graph's: an incoming call is to be answered within 15 s
("Answer"), an outgoing one rings for 115 s at most (``ringingTimeoutInSeconds``), a redirect for 90 s ("Redirect"), and
a call whose bot says nothing for 45 min is ended, while one should say something every 15 min ("Keep alive").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from callmon.core.answers import Answer
from callmon.core.calls import Call, Doubt, DoubtKind
from callmon.core.listening import Gap
from callmon.core.moments import later
from callmon.core.states import CallState
from callmon.core.text import dated, since, visible

PATIENCE_S: Mapping[str, float] = MappingProxyType(
    {
        CallState.INCOMING: 60,
        CallState.RINGING: 150,
        CallState.ESTABLISHING: 150,
        CallState.ESTABLISHED: 900,
        CallState.HOLD: 1800,
        CallState.TRANSFERRING: 150,
        CallState.TRANSFER_ACCEPTED: 150,
        CallState.REDIRECTING: 150,
        CallState.TERMINATING: 30,
    }
)
"""For so many seconds a call in that state may be silent before it is doubted."""

_OTHER_S = 900.0
"""The same for a state that is not there."""


def proven_at(call: Call) -> datetime:
    """When it was last certain that the call is as it is shown: Graph spoke of it, or had it when it was asked."""
    check = call.check
    if check is not None and check.outcome.answer is Answer.FOUND and check.at > call.last_heard:
        return check.at
    return call.last_heard


def silent_at(call: Call, patience: Mapping[str, float]) -> datetime:
    """When the call will have been silent for too long."""
    return later(proven_at(call), timedelta(seconds=_patience_s(call, patience)))


def doubt_of(
    call: Call, now: datetime, gaps: Sequence[Gap] = (), patience: Mapping[str, float] = PATIENCE_S
) -> Doubt | None:
    """Why it is not certain that the call is as it is shown; None if it is, and for a call that has ended.

    `gaps` are the times in which something was not received; `patience` is seconds by state.
    """
    if call.ended:
        return None
    proven = proven_at(call)
    if missed := unheard_in(call, gaps):
        first = min(missed, key=lambda gap: gap.since)
        return Doubt(DoubtKind.UNVERIFIED, max(proven, first.since), _nobody_heard(first, now))
    if now >= silent_at(call, patience):
        limit = since(timedelta(seconds=_patience_s(call, patience)))
        state = visible(call.state or "in no known state")
        because = f"nothing has been heard of it for longer than {limit}, while it is {state}"
        return Doubt(DoubtKind.SILENT, proven, because)
    return None


def unheard_in(call: Call, gaps: Sequence[Gap], since: datetime | None = None) -> list[Gap]:
    """The gaps in which something may have happened to the call that was not heard of since.

    Or after another time than when it was last certain how the call was.
    """
    proven = proven_at(call) if since is None else since
    bots = (call.bot, *call.rivals)
    return [gap for gap in gaps if _covers(gap, proven) and gap.concerns(bots)]


def _covers(gap: Gap, proven: datetime) -> bool:
    """Whether something may have happened in the gap that was not heard of since.

    A gap that lasts may do so for ever, so what was proven after its beginning holds for the moment.
    """
    return proven < gap.until if gap.until is not None else proven <= gap.since


def _patience_s(call: Call, patience: Mapping[str, float]) -> float:
    return patience.get(call.state or "", PATIENCE_S.get(call.state or "", _OTHER_S))


def _nobody_heard(gap: Gap, now: datetime) -> str:
    begun = dated(gap.since, now)
    span = f"since {begun}" if gap.until is None else f"from {begun} to {dated(gap.until, gap.since)}"
    if gap.deaf:
        return f"nothing at all was received {span}, though calls were active"
    who = visible(gap.feed) or "callmon"
    if gap.until is None:
        return f"{who} has not listened {span}"
    return f"{who} {gap.verb} {span}, and nothing was heard of the call since"
