"""The ``call`` of a notification → the plain values that the board keeps.

Facts: the `call` resource of Microsoft Graph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import Any

from callmon.core.calls import NO_FACTS, Facts, Identity, ResultInfo
from callmon.core.custom import CustomColumn, Told
from callmon.core.paths import text_at
from callmon.core.wire_forms import (
    Form,
    Malformed,
    Object,
    each,
    mapping,
    optional_mapping,
    optional_text,
    text,
)

_NO_NAME = re.compile(r"\d+:.*|<hidden>", re.IGNORECASE)
_CODE_LENGTH = 19
"""No code is longer, and Python refuses to make a number of very long text."""
_RESULT = ("code", "subcode", "message")
_JOIN_ID = "joinMeetingId"
_NESTED = (dict, list)


def call_of(raw: Object, scenario: str | None) -> tuple[Facts, Object, tuple[str, ...]]:
    """A ``call``: its facts (`NO_FACTS` if it says none), its other fields, and the names of those not of their form.

    In one pass, with the facts put where they belong: this is most of what is read at every start.
    """
    values: list[Any] = [None] * len(NO_FACTS)
    others: Object = {}
    left_out: list[str] = []
    for name, value in raw.items():
        field = _CALL.get(name)
        if field is None or value is None:
            continue
        form, place = field
        told = value
        if form is not text or type(value) is not str:
            try:
                told = form(value)
            except Malformed as wrong:
                left_out.append(name)
                told = wrong.rest
                if told is None:
                    continue
        if place is None:
            others[name] = told
        else:
            values[place] = told
    meeting, context = others.get("meetingInfo"), others.get("incomingContext")
    if meeting is not None:
        values[_MEETING], values[_ORGANIZER] = _meeting(meeting), identity_of(meeting.get("organizer"))
    if context:
        values[_RECORDING] = True if context.get("observedParticipantId") else None
        values[_TRANSFEROR] = identity_of(context.get("transferor"))
    values[_SCENARIO] = scenario
    facts = NO_FACTS if values == _NOTHING else Facts._make(values)
    return facts, others, tuple(sorted(left_out)) if left_out else ()


def told_in(data: object, columns: Sequence[CustomColumn]) -> Told:
    """What a ``resourceData`` says for columns that somebody made."""
    found = ((column.name, text_at(data, column.path)) for column in columns)
    return tuple((name, text) for name, text in found if text is not None)


def _meeting(info: Object) -> str | None:
    """What kind of meeting is named; None for an object that names none, as Graph's empty ones do."""
    name = str(info.get("@odata.type") or "").rpartition(".")[2].removesuffix("MeetingInfo")
    if name in {"", "meetingInfo"}:
        name = next((key for key in ("token", "organizer", _JOIN_ID) if info.get(key) is not None), "")
    number = info.get(_JOIN_ID) if name == _JOIN_ID else None
    return f"{name} {number}" if isinstance(number, str | int) else name or None


def _routes(value: object) -> tuple[str, ...] | None:
    return each(_route)(value) or None


def _route(value: object) -> str:
    """``callRoute``, in words."""
    route = mapping(value)
    kind = optional_text(route, "routingType")
    start, end = (identity_of(optional_mapping(route, name)) for name in ("original", "final"))
    return f"{start.shown if start else '?'} → {end.shown if end else '?'} ({kind or 'routed'})"


def _direction(value: object) -> str | None:
    return intern(text(value).lower()) or None  # thousands of calls have one of two


def _people(value: object) -> tuple[Identity, ...] | None:
    return tuple([identity for identity in each(_person)(value) if identity is not None]) or None


def _person(value: object) -> Identity | None:
    """Who a ``participantInfo`` or an ``invitationParticipantInfo`` names."""
    return named_in(value)[1]


def named_in(value: object) -> tuple[str, Identity | None]:
    """The participant id that such a resource carries, and whom it names."""
    info = mapping(value)
    own, participant = optional_text(info, "id"), optional_text(info, "participantId")
    return participant or own or "", identity_of(optional_mapping(info, "identity"))


def _identity(value: object) -> Identity | None:
    return identity_of(mapping(value))


def identity_of(identities: object) -> Identity | None:
    """The first identity of an `identitySet`. It is an open type: roles that Graph adds later are shown by name."""
    if not isinstance(identities, dict):
        return None
    for role, who in identities.items():
        if isinstance(who, dict):
            said = role, who.get("id"), who.get("displayName"), who.get("tenantId"), who.get("hidden") is True
            try:
                return _same_identity(*said)
            except TypeError:  # a list or an object where text belongs cannot be remembered
                return _identity_said(*said)
    return None


def _identity_said(role: str, own: object, name: object, tenant: object, hidden: bool) -> Identity:
    return Identity(
        role,
        own if isinstance(own, str) else "",
        name if isinstance(name, str) and not _says_nothing(name) else "",
        tenant if isinstance(tenant, str) else "",
        hidden,
    )


_same_identity = lru_cache(maxsize=4096)(_identity_said)  # by place, which is quicker to remember than by name
"""One value for all who name the same: the bot is in every call, and people stay on rosters."""


def _says_nothing(name: str) -> bool:
    """``28:<app id>`` and ``<Hidden>`` stand for names, but are none, and nobody can read spaces."""
    if name[:1].isalpha():
        return False
    return name.isspace() or _NO_NAME.fullmatch(name) is not None


def _thread(value: object) -> str | None:
    """``chatInfo``."""
    return optional_text(mapping(value), "threadId")


def _audio(value: object) -> str | None:
    """``callMediaState``."""
    return optional_text(mapping(value), "audio")


def _tone(value: object) -> tuple[str | None, bool]:
    """``toneInfo``: the tone with its sequence number, which tells two presses of one key apart; whether it has one."""
    info = mapping(value)
    tone, number = optional_text(info, "tone"), optional_text(info, "sequenceId")
    return f"{tone} #{number}" if tone and number else tone or None, bool(number)


def result_of(value: object) -> ResultInfo:
    """``resultInfo``: numbers by the schema, numeric text or names by the evidence; ``subCode`` for older bots.

    A part that is neither costs the others nothing.
    """
    info = mapping(value)
    if any(info.get(name) is None for name in _RESULT):
        info = _lower({name: told for name, told in info.items() if told is not None})
    code, subcode, message = map(info.get, _RESULT)
    wrong = isinstance(code, _NESTED) or isinstance(subcode, _NESTED)
    try:
        words = None if message is None else text(message)
    except Malformed:
        words, wrong = None, True
    result = _shared_result(number(code), number(subcode), words)
    if wrong:
        raise Malformed(result)
    return result


def _lower(info: Object) -> Object:
    """The fields by their names in lower case; of two that differ in case alone, the one that is so already."""
    return {name.lower(): told for name, told in info.items()} | info


@lru_cache(maxsize=4096)
def _shared_result(code: int | str | None, subcode: int | str | None, message: str | None) -> ResultInfo:
    """Calls end in a few ways: those that end in the same one share what says so."""
    return ResultInfo(code, subcode, message)


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


def _place(fact: str) -> int:
    return Facts._fields.index(fact)


_CALL: Mapping[str, tuple[Form, int | None]] = {
    "id": (text, None),
    "state": (text, None),
    "direction": (_direction, _place("direction")),
    "callChainId": (text, _place("chain_id")),
    "tenantId": (text, _place("tenant_id")),
    "subject": (text, _place("subject")),
    "source": (_person, _place("source")),
    "targets": (_people, _place("targets")),
    "chatInfo": (_thread, _place("thread_id")),
    "meetingInfo": (mapping, None),
    "incomingContext": (mapping, None),
    "callRoutes": (_routes, _place("routes")),
    "answeredBy": (_person, _place("answered_by")),
    "mediaState": (_audio, _place("media")),
    "toneInfo": (_tone, None),
    "resultInfo": (result_of, None),
    "terminationReason": (text, _place("termination_reason")),
    "terminationSender": (_identity, _place("termination_sender")),
}
"""``call``, as far as callmon shows it: the form of a field, and where in `Facts` it stands if it is one alone."""
_MEETING, _ORGANIZER, _SCENARIO = _place("meeting"), _place("organizer"), _place("scenario_id")
_RECORDING, _TRANSFEROR = _place("recording"), _place("transferor")
_NOTHING = list(NO_FACTS)
