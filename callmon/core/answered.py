"""Whether a call was answered, and whether it can be known that it was not.

That it was is what a state says that only an answered call has. That it was not is known only if such a state would
have been heard of: the call was heard from its beginning to its end, nothing was missed on the way, and nothing that is
known of it happens on answered calls only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callmon.core.calls import Call, Kind, Participant
from callmon.core.doubt import unheard_in
from callmon.core.listening import Gap
from callmon.core.reports import Report, Resource
from callmon.core.states import ANSWERED, Anomaly

_UNCERTAIN = frozenset({Anomaly.BEGINNING_MISSED, Anomaly.ANSWER_MISSED, Anomaly.END_MISSED})
_OF_ANY_CALL = "operation"
"""A ``commsOperation`` of no other type: it may be the answering or joining itself."""


def was_answered(call: Call) -> bool | None:
    """Whether the call was ever answered; None if that is not known."""
    if call.answered:
        return True
    return None if call.gone or not _UNCERTAIN.isdisjoint(call.anomalies) else False


def is_joined(call: Call) -> bool:
    """Whether the call is a meeting that the bot joins: nobody is there to answer it."""
    facts = call.facts
    return call.kind is Kind.GROUP and facts.direction != "incoming" and bool(facts.meeting or facts.thread_id)


def shows_answer(report: Report) -> bool:
    """Whether what is reported happens on answered calls only, whatever the state says."""
    if report.resource is Resource.CALL:
        facts = report.facts
        heard = report.tone is not None or facts.media == "active" or facts.answered_by is not None
        return heard or report.state in ANSWERED
    if report.roster is not None:
        return any(map(_is_there, report.roster))
    if report.operation is not None:
        return report.operation.name != _OF_ANY_CALL and report.operation.status.lower() != "failed"
    return report.resource is Resource.SHARING


def _is_there(person: Participant) -> bool:
    """Whether it is somebody else than a bot, and not waiting in the lobby."""
    return not (person.is_bot or person.in_lobby)


def answer_unheard(call: Call, at: datetime, gaps: Sequence[Gap]) -> bool:
    """Whether nobody may have listened when the call was answered, at some time before it ended."""
    return any(gap.since < at for gap in unheard_in(call, gaps, call.first_seen))
