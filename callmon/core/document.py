"""A call as JSON: the stable form of ``list --json``, ``show --json`` and ``explain --json``. Times are UTC, RFC 3339.

Text from the feed is given as it came; JSON itself escapes what a terminal would obey.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from callmon.core import describe
from callmon.core.calls import Call, Identity, Step
from callmon.core.durations import is_measured
from callmon.core.hangup import HangUpOutcome
from callmon.core.reasons import Ending
from callmon.core.text import iso


def call_document(call: Call, now: datetime, lang: str = "en") -> dict[str, Any]:
    """One call. ``duration_s`` counts from established to the end, or to now; null if it was never established.

    It is null, too, if what is known makes no duration (`callmon.core.durations`).
    With the anomaly ``beginning-missed`` or ``answer-missed`` it was established then or earlier, and lasted longer;
    with ``end-missed`` it ended then or earlier.

    ``termination_reason`` is what older notifications say of the end in place of a code, or beside it.
    ``termination_sender`` is whom Graph names as the sender of the end, which need not be who caused it.
    ``participants`` also has those who wait ``in_lobby`` or were ``removed``: they are not on the call.
    Since ``roster_changed_at`` they are no longer as they are given: what changed was sent without the whole roster.
    ``verified`` is false while ``doubt`` says why it is not certain that the call is as it is shown.
    """
    facts = call.facts
    why = describe.ending(call, lang)
    return {
        "id": call.spelled,
        "bot": call.bot or None,
        "state": str(call.state) if call.state else "unknown",
        "kind": str(call.kind),
        "direction": facts.direction,
        "source": _identity(facts.source),
        "targets": [_identity(target) for target in facts.targets or ()],
        "participants": None if call.roster is None else [_participant(person) for person in call.roster],
        "roster_changed_at": _time(call.roster_changed_at),
        "first_seen": iso(call.first_seen),
        "established_at": _time(call.established_at),
        "ended_at": _time(call.ended_at),
        "duration_s": _duration(call, now),
        "custom": dict(call.custom),
        "last_heard": iso(call.last_heard),
        "verified": call.doubt is None,
        "doubt": _doubt(call),
        "check": _check(call),
        "hangup": _hangup(call),
        "anomalies": [str(anomaly) for anomaly in call.anomalies],
        "end": ending_document(why) if why and not call.gone else None,
        "termination_sender": _identity(facts.termination_sender),
        "termination_reason": facts.termination_reason,
    }


def timeline_document(call: Call) -> list[dict[str, Any]]:
    """The steps of a call, in the order in which they were heard."""
    return [_step(step) for step in call.timeline]


def ending_document(why: Ending) -> dict[str, Any]:
    """An explained end reason."""
    return {
        "code": why.code,
        "subcode": why.subcode,
        "message": why.message,
        "title": why.title,
        "explanation": why.explanation,
        "ended_by": why.ended_by,
        "category": why.category,
        "advice": why.advice,
        "matched": str(why.matched),
        "source": why.source,
    }


def _step(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at": iso(step.at),
        "kind": str(step.kind),
        "state": step.state if step.kind == "state" else None,
        "change": step.change or None,
        "text": step.text,
    }
    if step.times > 1:
        told["times"] = step.times
    if step.anomaly:
        told["anomaly"] = str(step.anomaly)
    if step.result:
        told["result"] = {"code": step.result.code, "subcode": step.result.subcode, "message": step.result.message}
    return told


def _identity(identity: Identity | None) -> dict[str, Any] | None:
    if identity is None:
        return None
    return {"role": identity.role, "id": identity.id or None, "name": identity.name or None}


def _participant(person: Any) -> dict[str, Any]:
    return {
        "id": person.id or None,
        "identity": _identity(person.identity),
        "muted": person.muted,
        "in_lobby": person.in_lobby,
        "removed": person.removed,
    }


def _doubt(call: Call) -> dict[str, Any] | None:
    if call.doubt is None:
        return None
    return {"kind": str(call.doubt.kind), "since": iso(call.doubt.since), "because": call.doubt.because}


def _check(call: Call) -> dict[str, Any] | None:
    if call.check is None:
        return None
    return {"at": iso(call.check.at), "answer": str(call.check.outcome.answer), "state": call.check.outcome.state}


def _hangup(call: Call) -> dict[str, Any] | None:
    attempt = call.hangup
    if attempt is None:
        return None
    outcome = attempt.outcome
    return {
        "asked_at": iso(attempt.asked_at),
        "operator": attempt.operator,
        "answered_at": _time(attempt.answered_at),
        "answer": str(outcome.answer) if outcome else None,
        "status": outcome.status if outcome else None,
        "sentence": outcome.sentence if outcome else None,
        "request_id": outcome.request_id if outcome else None,
        "client_request_id": outcome.client_request_id if outcome else None,
        "tries": tries_document(outcome),
    }


def tries_document(outcome: HangUpOutcome | None) -> list[dict[str, Any]]:
    """Every sending of a hang-up that was sent several times; empty for any other."""
    return [asdict(one) for one in outcome.tries] if outcome else []


def _duration(call: Call, now: datetime) -> float | None:
    if call.established_at is None or not is_measured(call, now):
        return None
    return round(max(0.0, describe.running(call, now).total_seconds()), 3)


def _time(at: datetime | None) -> str | None:
    return iso(at) if at else None
