"""Graph's call states, the moves between them, and what is odd about a move.

Facts: the `call` resource and the "Delete call", "Create call", "Answer", "Transfer", "Redirect" and "Reject" pages of
Microsoft Graph, and notifications as bots received them.
"""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    """``callState`` of Graph's schema, plus ``ringing``, which only its prose lists."""

    INCOMING = "incoming"
    RINGING = "ringing"
    ESTABLISHING = "establishing"
    ESTABLISHED = "established"
    HOLD = "hold"
    TRANSFERRING = "transferring"
    TRANSFER_ACCEPTED = "transferAccepted"
    REDIRECTING = "redirecting"
    TERMINATING = "terminating"
    TERMINATED = "terminated"
    UNKNOWN_FUTURE_VALUE = "unknownFutureValue"


_STATES = {state.lower(): state for state in CallState}


def state_named(text: str) -> CallState | str:
    """The state of that name, whatever its case; a name that Graph's schema does not have stays as it is."""
    return _STATES.get(text.lower(), text)


_END = frozenset({CallState.TERMINATING, CallState.TERMINATED})
_ANY = frozenset(CallState)

EXPECTED: dict[str | None, frozenset[CallState]] = {
    None: frozenset({CallState.INCOMING, CallState.ESTABLISHING}),
    CallState.INCOMING: frozenset({CallState.RINGING, CallState.ESTABLISHING, CallState.REDIRECTING}) | _END,
    CallState.RINGING: frozenset({CallState.ESTABLISHING, CallState.ESTABLISHED, CallState.REDIRECTING}) | _END,
    CallState.ESTABLISHING: frozenset({CallState.RINGING, CallState.ESTABLISHED}) | _END,
    CallState.ESTABLISHED: frozenset({CallState.HOLD, CallState.TRANSFERRING}) | _END,
    CallState.HOLD: frozenset({CallState.ESTABLISHED, CallState.TRANSFERRING}) | _END,
    CallState.TRANSFERRING: frozenset({CallState.TRANSFER_ACCEPTED, CallState.ESTABLISHED}) | _END,
    CallState.TRANSFER_ACCEPTED: frozenset({CallState.ESTABLISHED}) | _END,
    CallState.REDIRECTING: _END,
    CallState.TERMINATING: frozenset({CallState.TERMINATED}),
    CallState.TERMINATED: frozenset(),
    CallState.UNKNOWN_FUTURE_VALUE: _ANY,
}
"""Which state may follow which, by the evidence. None: no state was heard of yet. A repeat is always normal."""

_RANK: dict[str | None, int] = {
    None: 0,
    CallState.INCOMING: 1,
    CallState.RINGING: 2,
    CallState.ESTABLISHING: 2,
    CallState.ESTABLISHED: 3,
    CallState.HOLD: 3,
    CallState.TRANSFERRING: 3,
    CallState.TRANSFER_ACCEPTED: 3,
    CallState.REDIRECTING: 3,
    CallState.TERMINATING: 4,
    CallState.TERMINATED: 5,
}
"""The stages of a call. States of one stage may alternate; a state without a rank tells nothing of the stage."""

ANSWERED = frozenset({CallState.ESTABLISHED, CallState.HOLD, CallState.TRANSFERRING, CallState.TRANSFER_ACCEPTED})
"""States that only a call that was answered can have."""


class Anomaly(StrEnum):
    """What was odd about a notification or a call. Odd things are shown and marked, never refused."""

    BEGINNING_MISSED = "beginning-missed"
    """The first that was heard of the call is not how a call begins: its age is a lower bound."""
    ANSWER_MISSED = "answer-missed"
    """It may have been answered before a state said so, or though none did: its duration is a lower bound, if known."""
    END_MISSED = "end-missed"
    """That the call ended was learnt by a check: it ended then or earlier, and its duration is an upper bound."""
    STEP_SKIPPED = "step-skipped"
    """A state came that does not follow the one before."""
    OUT_OF_ORDER = "out-of-order"
    """An earlier state arrived after a later one. The call keeps the later one."""
    AFTER_END = "after-end"
    """Something arrived after the call had ended. It does not reopen it."""
    UNKNOWN_STATE = "unknown-state"
    """A state that Graph's schema does not have, or does not tell (``unknownFutureValue``)."""
    ID_MISMATCH = "id-mismatch"
    """The id in ``resourceData`` is another than that of the URL; the URL is trusted."""
    MALFORMED = "malformed"
    """Some fields were not of Graph's form and were left out."""
    TIME_WENT_BACK = "time-went-back"
    """It has an earlier time than what came before it: a clock was set back, or a recording is not in order."""
    OTHER_BOT = "other-bot"
    """Another bot reported the call, too. Only settings tell whether it is the same application under two names."""


def judge(before: str | None, after: str) -> Anomaly | None:
    """What is odd about a move, or None. `before` is None if no state was heard of yet."""
    if before == after:
        return None
    if before == CallState.TERMINATED:
        return Anomaly.AFTER_END
    if after not in _RANK:
        return Anomaly.UNKNOWN_STATE
    if goes_back(before, after):
        return Anomaly.OUT_OF_ORDER
    if after in EXPECTED.get(before, _ANY):
        return None
    return Anomaly.BEGINNING_MISSED if before is None else Anomaly.STEP_SKIPPED


def has_stage(state: str | None) -> bool:
    """Whether the state tells how far the call has come; True of None, the beginning."""
    return state in _RANK


def goes_back(before: str | None, after: str) -> bool:
    """Whether the state is of an earlier stage than the one the call already has, so that it arrived too late."""
    return _RANK.get(after, 9) < _RANK.get(before, 0)
