"""The wire: notification bodies with the fields, the types and the compact form that Graph's own have.

Sources: recorded notifications of P2P, group and PSTN calls, and the examples on the pages of Microsoft Graph
("call: delete", "call: answer", "call: transfer", "call: record", "participant: invite").
"""

from __future__ import annotations

import json
from typing import Any

from callmon.simulator.people import Person

Json = dict[str, Any]

CALLBACK_URI = "https://bot.example.com/api/calling"


def typed(kind: str, **fields: Any) -> Json:
    """An object with its ``@odata.type``."""
    return {"@odata.type": f"#microsoft.graph.{kind}", **fields}


def notification(change: str, path: str, data: Json | list[Json]) -> bytes:
    """One POST body with one item; ``path`` is what follows ``calls/``."""
    item = typed(
        "commsNotification",
        changeType=change,
        resource=f"/app/calls/{path}",
        resourceUrl=f"/communications/calls/{path}",
        resourceData=data,
    )
    return compact(typed("commsNotifications", value=[item]))


def compact(value: Json) -> bytes:
    """JSON without spaces, UTF-8 unescaped, as Graph sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def call_body(change: str, call_id: str, **fields: Any) -> bytes:
    """A notification about the call itself."""
    return notification(change, call_id, typed("call", **fields))


def roster_body(call_id: str, participants: list[Json]) -> bytes:
    """A notification about who is in the call: the whole list, every time."""
    return notification("updated", f"{call_id}/participants", participants)


def operation_body(call_id: str, operation: Json) -> bytes:
    """An operation that is over, well or badly: ``deleted``, though the call goes on."""
    return notification("deleted", f"{call_id}/operations/{operation['id']}", operation)


def sharing_body(change: str, call_id: str, session: str) -> bytes:
    """Somebody begins (``created``) or ends (``deleted``) to share a screen; the call goes on."""
    data = [typed("contentSharingSession", id=session)]
    return notification(change, f"{call_id}/contentsharingsessions", data)


def identity_set(person: Person) -> Json:
    """An identitySet with the one identity; what is not known is left out."""
    identity: Json = {"id": person.id}
    if person.name is not None:
        identity["displayName"] = person.name
    if person.tenant is not None:
        identity |= {"tenantId": person.tenant, "identityProvider": "AAD"}
    elif person.role == "phone":
        identity["identityProvider"] = "None"
    return typed("identitySet", **{person.role: typed("identity", **identity)})


def participant_info(person: Person, participant_id: str) -> Json:
    """The originator of an incoming call."""
    return typed(
        "participantInfo",
        id=participant_id,
        identity=identity_set(person),
        endpointType="default",
        region="amer",
        languageId=person.language,
    )


def invitation(person: Person, participant_id: str) -> Json:
    """One of the targets of an incoming call."""
    return typed(
        "invitationParticipantInfo",
        identity=identity_set(person),
        endpointType="default",
        id=participant_id,
        region=None,
        languageId=None,
    )


def result_info(code: int, subcode: int, message: str, *, key: str = "subcode") -> Json:
    """A resultInfo; ``key`` because the transfer page spells it ``subCode``."""
    return typed("resultInfo", code=code, **{key: subcode}, message=message)


def organizer_meeting(thread: str, organizer: Person) -> Json:
    """The coordinates of a scheduled meeting: chatInfo and meetingInfo."""
    user = typed("identity", id=organizer.id, displayName=organizer.name, tenantId=organizer.tenant)
    return {
        "chatInfo": typed("chatInfo", threadId=f"19:meeting_{thread}@thread.v2", messageId="0"),
        "meetingInfo": typed("organizerMeetingInfo", organizer=typed("identitySet", user=user)),
    }


def token_meeting() -> Json:
    """The meetingInfo of a call that grew into a meeting. The token is an unsigned, empty one."""
    return typed("tokenMeetingInfo", token="eyJhbGciOiJub25lIn0.e30.SIMULATED")  # noqa: S106  # opens nothing


def late_extras() -> Json:
    """The empty objects that come with every later notification of a call."""
    return {"meetingCapability": typed("meetingCapability"), "coOrganizers": []}
