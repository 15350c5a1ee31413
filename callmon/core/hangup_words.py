"""A hang-up in words for people: what it does to a call, and how the latest one stands.

What is said depends on the journal and the clock alone, so every console says the same. Nothing is said to be under way
for longer than it can be: a program that asked may have died before the answer came, and its clock may be ahead.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from callmon.core.answers import Answer
from callmon.core.calls import Call, HangUp, Kind
from callmon.core.states import CallState
from callmon.core.text import visible

if TYPE_CHECKING:  # the first paint waits for no outcome of a request
    from callmon.core.hangup import HangUpOutcome

ANSWER_WITHIN_S = 60.0
"""No hang-up takes longer to be answered, with all its attempts, and none longer to be followed by the call's end."""


def lapsed(call: Call, now: datetime) -> bool:
    """Whether the latest hang-up was asked or accepted so long ago that what should have come is not to be expected.

    One that was asked as far in the future was asked by a clock that is ahead, and nobody knows how long ago that was.
    """
    attempt = call.hangup
    if call.ended or attempt is None or not attempt.under_way or call.unconfirmed:
        return False
    return abs((now - (attempt.answered_at or attempt.asked_at)).total_seconds()) >= ANSWER_WITHIN_S


def under_way(call: Call, now: datetime | None = None) -> bool:
    """Whether the call is being hung up, as far as is known at that moment; without one, by the journal alone."""
    return call.hanging_up and not (now is not None and lapsed(call, now))


def state(call: Call, now: datetime | None = None) -> str:
    """How the latest hang-up stands, in one or two sentences; empty if there was none."""
    attempt = call.hangup
    if attempt is None:
        return ""
    late = now is not None and lapsed(call, now)
    who = visible(attempt.operator)
    if attempt.outcome is None:
        return f"Hang-up asked by {who}; no answer {'was recorded' if late else 'is recorded yet'}."
    return f"Hang-up by {who}: {_answered(call, attempt, late)}"


def _answered(call: Call, attempt: HangUp, late: bool) -> str:
    if attempt.outcome is None:
        return ""
    accepted = with_status("accepted by Graph", attempt.outcome)
    if call.unconfirmed:
        return f"{accepted}, but not confirmed: asked later, Graph still had the call."
    if attempt.outcome.answer is Answer.ACCEPTED and not call.ended:
        if late:
            return f"{accepted}, but no end was reported."
        return f"{accepted}. The call has not been reported as ended yet."
    return visible(attempt.outcome.sentence)


def with_status(words: str, outcome: HangUpOutcome) -> str:
    """The words with the HTTP status that came, if one did: ``accepted by Graph (204)``."""
    return words if outcome.status is None else f"{words} ({outcome.status})"


def note(call: Call, now: datetime) -> str:
    """The same in a few words for a row, who asked in front; empty if there was none."""
    attempt = call.hangup
    if attempt is None:
        return ""
    who = visible(attempt.operator.partition("@")[0] or attempt.operator)
    late = lapsed(call, now)
    if attempt.outcome is None:
        return f"asked by {who}, no answer {'recorded' if late else 'yet'}"
    if call.unconfirmed:
        return f"{who}: accepted, not confirmed; Graph still has it"
    if attempt.outcome.answer is Answer.ACCEPTED:
        return f"{who}: accepted, no end {'reported' if late else 'yet'}"
    return f"{who}: {visible(attempt.outcome.sentence)}"


_CHANGED_NOTHING = frozenset(
    {
        Answer.GONE,
        Answer.NOT_SIGNED_IN,
        Answer.NOT_ALLOWED,
        Answer.CONFLICT,
        Answer.THROTTLED,
        Answer.REFUSED_HERE,
    }
)


def ended_first(call: Call, subject: str = "It") -> str:
    """How a call ended before anything was sent from here; the latest hang-up is somebody else's, or an earlier one.

    `subject` begins the sentence.
    """
    attempt = call.hangup
    outcome = attempt.outcome if attempt is not None else None
    # Of several attempts an earlier one may have ended the call.
    in_vain = outcome is not None and outcome.answer in _CHANGED_NOTHING and not outcome.tries
    if attempt is None or in_vain:
        return f"{subject} ended by itself meanwhile; nothing was sent."
    who = visible(attempt.operator)
    if outcome is not None and outcome.answer is Answer.ACCEPTED:
        return f"{subject} ended after Graph had accepted a hang-up by {who}; nothing more was sent."
    return f"{subject} ended after {who} had asked for a hang-up, which may have ended it; nothing more was sent."


def why_left(call: Call, now: datetime) -> str:
    """Why a call among several is not to be hung up, in a few words: it has ended, or is about to. Else empty."""
    if call.ended:
        return "has ended"
    if under_way(call, now):
        return f"is being hung up ({note(call, now)})"
    return "is ending" if call.state == CallState.TERMINATING else ""


def effect(call: Call) -> str:
    """What a hang-up does to this very call, as far as that is known.

    Microsoft Graph "Delete call" speaks of an active call, "call: reject" of one that nobody has answered.
    """
    if call.state == CallState.INCOMING and not call.answered:
        caution = " Nobody has answered it yet: Graph's request for that is reject, so it may refuse this."
        return _effect(call) + caution
    return _effect(call)


def _effect(call: Call) -> str:
    if call.facts.recording:
        return "This is a recording bot's leg: the recording stops. The people keep talking, no longer recorded."
    if call.kind is Kind.GROUP:
        return "Only the bot's leg ends. It is a group call: the others stay in it, and the call goes on."
    if call.kind is Kind.PEER:
        return "The call ends for both sides."
    if call.kind_because:
        return (
            "The bot's leg ends. Whether anybody else stays connected is not known: "
            f"{visible(call.kind_because)}, so it may be a group call (it goes on without the bot)."
        )
    return (
        "The bot's leg ends. Whether anybody else stays connected is not known: nothing has said yet whether this is a "
        "call between two (it ends) or a group call (it goes on without the bot)."
    )


def effect_in_short(call: Call) -> str:
    """The same in a few words."""
    if call.facts.recording:
        return "recording stops"
    return {Kind.GROUP: "bot's leg only", Kind.PEER: "ends for both"}.get(call.kind, "bot's leg at least")


def expects() -> str:
    """Which end reason to expect after a hang-up."""
    return "Expect 200/7000 “ended by the bot”, or 200/5001 “the conversation has ended”."
