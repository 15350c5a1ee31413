"""What notifications say of the resources below a call.

Facts: `participant`, `deltaParticipants`, `commsOperation` and `contentSharingSession` of Microsoft Graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callmon.core.calls import Participant
from callmon.core.reports import Operation, Resource
from callmon.core.wire_facts import identity_of, named_in, number, result_of
from callmon.core.wire_forms import Form, Malformed, Object, flag, mapping, optional_text, read, text

_Said = dict[str, Any]
"""Some fields of a `callmon.core.reports.Report` and their values."""


def said_below(resource: Resource, data: object) -> _Said:
    """What a ``resourceData`` says of such a resource; empty where no more is read than that there was one."""
    if resource is Resource.PARTICIPANTS:
        return _participants(data)
    if resource is Resource.OPERATION:
        return _operation(data)
    if resource is Resource.SHARING and isinstance(data, list):
        return {"sessions": _ids(data)}
    return {}


def _participants(data: object) -> _Said:
    """A list is the whole roster. ``deltaParticipants``, an object, has only those who changed.

    It is not put into the list: that its numbers follow on those of the list is said nowhere, so whether one was missed
    could not be told.
    """
    if isinstance(data, dict):
        return {"sequence": number(data.get("sequenceNumber"))}
    if not isinstance(data, list):
        return {}
    people = []
    left_out: dict[str, None] = {}
    for raw in data:
        if not isinstance(raw, dict):
            left_out["participant"] = None
            continue
        person, wrong = _participant(raw)
        people.append(person)
        if wrong:
            left_out |= dict.fromkeys(wrong)
    return {"roster": tuple(people), "left_out": tuple(left_out)}


def _operation(data: object) -> _Said:
    """The outcome of an operation; in the old form of an invitation, the roster."""
    if isinstance(data, list):
        return _participants(data)
    if data is None:
        data = {}
    if not isinstance(data, dict):
        return {"left_out": ("resourceData",)}
    operation, left_out = read(data, _OPERATION)
    name = operation.get("@odata.type", "").rpartition(".")[2].removesuffix("Operation")
    return {
        "operation": Operation("operation" if name in {"", "comms"} else name, operation.get("status", "")),
        "result": operation.get("resultInfo"),
        "left_out": left_out,
    }


def _ids(values: Sequence[object]) -> tuple[str, ...]:
    named = (value.get("id") for value in values if isinstance(value, dict))
    return tuple(own for own in named if isinstance(own, str))


def _removed(value: object) -> bool:
    """``removedState`` is nothing but a reason; an object without one says nothing, as Graph's empty objects do."""
    return bool(optional_text(mapping(value), "reason"))


def _whole(value: object) -> int:
    """A whole number, also as text."""
    if type(told := number(value)) is int:
        return told
    raise Malformed


_PARTICIPANT: Mapping[str, Form] = {
    "id": text,
    "info": named_in,
    "isMuted": flag,
    "isInLobby": flag,
    "removedState": _removed,
    "rosterSequenceNumber": _whole,
}
"""``participant``."""

_OPERATION: Mapping[str, Form] = {"@odata.type": text, "status": text, "resultInfo": result_of}
"""``commsOperation`` and the types derived from it."""


def _participant(raw: Object) -> tuple[Participant, tuple[str, ...]]:
    """An entry of the roster, and the names of its fields that are not of their form."""
    own, info, muted, in_lobby = raw.get("id"), raw.get("info"), raw.get("isMuted"), raw.get("isInLobby")
    if type(own) is str and own and type(info) is dict and type(muted) is bool and type(in_lobby) is bool:
        who = info.get("identity")
        if (
            type(who) is dict
            and type(info.get("participantId", "")) is str
            and type(info.get("id", "")) is str
            and raw.get("removedState") is None
            and raw.get("rosterSequenceNumber") is None
        ):
            return Participant(own, identity_of(who), muted, in_lobby), ()  # as bots get it; most of what is read
    said, left_out = read(raw, _PARTICIPANT)
    named, identity = said.get("info", ("", None))
    muted, in_lobby = said.get("isMuted", False), said.get("isInLobby", False)
    removed, changed_in = said.get("removedState", False), said.get("rosterSequenceNumber")
    return Participant(said.get("id") or named, identity, muted, in_lobby, removed, changed_in), left_out
