"""Validated fields of Graph's resources → the plain values that the board keeps."""

from __future__ import annotations

import re
from typing import Any

from callmon.core.calls import NO_FACTS, Facts, Identity, ResultInfo
from callmon.core.wire_models import CallData, InfoData, ResultInfoData, ToneInfoData

_UNSAID_NAME = re.compile(r"\d+:.*|<hidden>", re.IGNORECASE)
_CODE_LENGTH = 19
"""No code is longer, and Python refuses to make a number of very long text."""


def facts_of(call: CallData, scenario: str | None) -> Facts:
    """What the call's fields say; `NO_FACTS` if that is nothing."""
    meeting = call.meeting_info
    context = call.incoming_context or {}
    routes = call.call_routes
    facts = Facts(
        direction=call.direction.lower() if call.direction else None,
        source=identity_of(call.source.identity) if call.source else None,
        targets=_people(call.targets) if call.targets else None,
        chain_id=call.call_chain_id,
        scenario_id=scenario,
        tenant_id=call.tenant_id,
        subject=call.subject,
        thread_id=call.chat_info.thread_id if call.chat_info else None,
        meeting=None if meeting is None else _meeting(meeting),
        organizer=identity_of(meeting.get("organizer")) if meeting else None,
        recording=True if context.get("observedParticipantId") else None,
        transferor=identity_of(context.get("transferor")) if context else None,
        routes=tuple(_route(route.routing_type, route.original, route.final) for route in routes) if routes else None,
        modalities=tuple(call.requested_modalities) if call.requested_modalities else None,
        media=call.media_state.audio if call.media_state else None,
        termination_reason=call.termination_reason,
        termination_sender=identity_of(call.termination_sender) if call.termination_sender else None,
    )
    return NO_FACTS if facts == NO_FACTS else facts


def _meeting(info: dict[str, Any]) -> str:
    name = str(info.get("@odata.type") or "").rpartition(".")[2].removesuffix("MeetingInfo")
    return name or ("token" if "token" in info else "organizer" if "organizer" in info else "meeting")


def _route(kind: str | None, original: object, final: object) -> str:
    start, end = identity_of(original), identity_of(final)
    return f"{start.shown if start else '?'} → {end.shown if end else '?'} ({kind or 'routed'})"


def _people(infos: list[InfoData]) -> tuple[Identity, ...] | None:
    return tuple(identity for info in infos if (identity := identity_of(info.identity)) is not None) or None


def identity_of(identities: object) -> Identity | None:
    """The first identity of an `identitySet`. It is an open type: roles that Graph adds later are shown by name."""
    if not isinstance(identities, dict):
        return None
    for role, who in identities.items():
        if isinstance(who, dict):
            name = _text(who.get("displayName"))
            said = "" if _UNSAID_NAME.fullmatch(name) else name
            return Identity(role, _text(who.get("id")), said, _text(who.get("tenantId")), who.get("hidden") is True)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def tone_of(info: ToneInfoData | None) -> str | None:
    """The tone with its sequence number, which tells two presses of one key apart."""
    if info is None or not info.tone:
        return None
    return f"{info.tone} #{info.sequence_id}" if info.sequence_id else info.tone


def result_of(info: ResultInfoData | None) -> ResultInfo | None:
    """``resultInfo`` with its numbers as numbers."""
    if info is None:
        return None
    return ResultInfo(number(info.code), number(info.subcode), info.message)


def number(value: object) -> int | str | None:
    """A code or subcode as Graph means it: a number also where it wrote one as text; other text stays text."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    numeric = text.isascii() and text.removeprefix("-").isdigit() and len(text) <= _CODE_LENGTH
    return int(text) if numeric else text or None
