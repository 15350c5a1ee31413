"""The JSON of Graph's notifications, as far as callmon reads it.

Facts: the `commsNotifications`, `commsNotification`, `call`, `participant` and `commsOperation` resources of Microsoft
Graph, and notifications as bots received them. Every type is open: what is not named here is let through unread.
"""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Open(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", coerce_numbers_to_str=True)


class Item(_Open):
    """``commsNotification``. The older name of ``resourceUrl`` is ``resource``; both are often sent."""

    change_type: str = ""
    resource_url: str | None = None
    resource: str | None = None
    resource_data: Any = None


class ResultInfoData(_Open):
    """``resultInfo``: numbers by the schema, numeric text or names by the evidence."""

    code: Any = None
    subcode: Any = Field(default=None, validation_alias=AliasChoices("subcode", "subCode", "SubCode"))
    message: str | None = None


class InfoData(_Open):
    """``participantInfo`` and ``invitationParticipantInfo``. An ``identitySet`` is open: role → identity."""

    id: str | None = None
    participant_id: str | None = None
    identity: dict[str, Any] | None = None


class ChatInfoData(_Open):
    """``chatInfo``."""

    thread_id: str | None = None


class MediaStateData(_Open):
    """``callMediaState``."""

    audio: str | None = None


class ToneInfoData(_Open):
    """``toneInfo``."""

    tone: str | None = None
    sequence_id: str | None = None


class RouteData(_Open):
    """``callRoute``."""

    routing_type: str | None = None
    original: dict[str, Any] | None = None
    final: dict[str, Any] | None = None


class CallData(_Open):
    """``call``, as far as callmon shows it."""

    id: str | None = None
    state: str | None = None
    direction: str | None = None
    call_chain_id: str | None = None
    tenant_id: str | None = None
    subject: str | None = None
    source: InfoData | None = None
    targets: list[InfoData] | None = None
    chat_info: ChatInfoData | None = None
    meeting_info: dict[str, Any] | None = None
    incoming_context: dict[str, Any] | None = None
    call_routes: list[RouteData] | None = None
    requested_modalities: list[str] | None = None
    media_state: MediaStateData | None = None
    tone_info: ToneInfoData | None = None
    result_info: ResultInfoData | None = None
    termination_reason: str | None = None
    termination_sender: dict[str, Any] | None = None


class ParticipantData(_Open):
    """``participant``."""

    id: str | None = None
    info: InfoData | None = None
    is_muted: bool | None = None
    is_in_lobby: bool | None = None


class OperationData(_Open):
    """``commsOperation`` and the types derived from it."""

    odata_type: str = Field(default="", alias="@odata.type")
    status: str | None = None
    result_info: ResultInfoData | None = None
