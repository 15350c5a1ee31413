"""The resources of a notification → the plain values that the board keeps.

Facts: the `call`, `participant` and `commsOperation` resources of Microsoft Graph.
"""

from __future__ import annotations

from collections.abc import Mapping

from callmon.core.calls import NO_FACTS, Facts, Identity, Participant, ResultInfo
from callmon.core.wire_forms import Form, Object, each, flag, mapping, optional_mapping, optional_text, text

_CODE_LENGTH = 19
"""No code is longer, and Python refuses to make a number of very long text."""
_SUBCODE = ("subcode", "subCode", "SubCode")


def facts_of(said: Object, scenario: str | None) -> Facts:
    """What the fields of a call say, read by the forms in `CALL`; `NO_FACTS` if that is nothing."""
    get = said.get
    meeting, context = get("meetingInfo"), get("incomingContext")
    direction = get("direction")
    facts = Facts(
        direction=direction.lower() if direction else None,
        source=get("source"),
        targets=tuple([identity for identity in get("targets", ()) if identity is not None]) or None,
        chain_id=get("callChainId"),
        scenario_id=scenario,
        tenant_id=get("tenantId"),
        subject=get("subject"),
        thread_id=get("chatInfo"),
        meeting=None if meeting is None else _meeting(meeting),
        organizer=identity_of(meeting.get("organizer")) if meeting else None,
        recording=True if context and context.get("observedParticipantId") else None,
        transferor=identity_of(context.get("transferor")) if context else None,
        routes=get("callRoutes") or None,
        modalities=get("requestedModalities") or None,
        media=get("mediaState"),
        termination_reason=get("terminationReason"),
        termination_sender=get("terminationSender"),
    )
    return NO_FACTS if facts == NO_FACTS else facts


def _meeting(info: Object) -> str:
    name = str(info.get("@odata.type") or "").rpartition(".")[2].removesuffix("MeetingInfo")
    return name or ("token" if "token" in info else "organizer" if "organizer" in info else "meeting")


def _route(value: object) -> str:
    """``callRoute``, in words."""
    route = mapping(value)
    kind = optional_text(route, "routingType")
    start, end = (identity_of(optional_mapping(route, name)) for name in ("original", "final"))
    return f"{start.shown if start else '?'} → {end.shown if end else '?'} ({kind or 'routed'})"


def _person(value: object) -> Identity | None:
    """Who a ``participantInfo`` or an ``invitationParticipantInfo`` names."""
    return _named(value)[1]


def _named(value: object) -> tuple[str, Identity | None]:
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
            get = who.get
            name = _text(get("displayName"))
            return Identity(
                role,
                _text(get("id")),
                "" if _says_nothing(name) else name,
                _text(get("tenantId")),
                get("hidden") is True,
            )
    return None


def _says_nothing(name: str) -> bool:
    """``28:<app id>`` and ``<Hidden>`` stand for names, but are none."""
    if name[:1].isdecimal():
        return name.partition(":")[0].isdecimal() and ":" in name and "\n" not in name
    return name[:1] == "<" and name.lower() == "<hidden>"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


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


def _result(value: object) -> ResultInfo:
    """``resultInfo``: numbers by the schema, numeric text or names by the evidence."""
    info = mapping(value)
    subcode = next((info[name] for name in _SUBCODE if name in info), None)
    return ResultInfo(number(info.get("code")), number(subcode), optional_text(info, "message"))


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


CALL: Mapping[str, Form] = {
    "id": text,
    "state": text,
    "direction": text,
    "callChainId": text,
    "tenantId": text,
    "subject": text,
    "source": _person,
    "targets": each(_person),
    "chatInfo": _thread,
    "meetingInfo": mapping,
    "incomingContext": mapping,
    "callRoutes": each(_route),
    "requestedModalities": each(text),
    "mediaState": _audio,
    "toneInfo": _tone,
    "resultInfo": _result,
    "terminationReason": text,
    "terminationSender": _identity,
}
"""``call``, as far as callmon shows it."""

PARTICIPANT: Mapping[str, Form] = {"id": text, "info": _named, "isMuted": flag, "isInLobby": flag}
"""``participant``."""

OPERATION: Mapping[str, Form] = {"@odata.type": text, "status": text, "resultInfo": _result}
"""``commsOperation`` and the types derived from it."""


def participant_of(said: Object) -> Participant:
    """An entry of the roster, from fields read by the forms in `PARTICIPANT`."""
    named, identity = said.get("info", ("", None))
    return Participant(said.get("id") or named, identity, said.get("isMuted", False), said.get("isInLobby", False))
