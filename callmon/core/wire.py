"""The bytes of one notification → what they report about calls.

`parse` never raises: what it cannot read comes back as `Rejected`, item by item, so that one bad item of a batch never
costs its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from callmon.core.calls import NO_FACTS, Facts, Identity, Participant, ResultInfo, state_named
from callmon.core.reports import CHECKED, Operation, Parsed, Rejected, Report, Resource
from callmon.core.text import is_id, same_id
from callmon.core.wire_models import (
    CallData,
    Envelope,
    InfoData,
    Item,
    OperationData,
    ParticipantData,
    ResultInfoData,
    ToneInfoData,
)

_Model = TypeVar("_Model", bound=BaseModel)

_PATH = re.compile(
    r"""(?:^|/)calls (?: / (?P<id>[^/?\#]+) | \('(?P<quoted>[^']*)'\) ) (?: / (?P<rest>[^?\#]*) )?""",
    re.VERBOSE | re.IGNORECASE,
)
_UNSAID_NAME = re.compile(r"\d+:.*|<hidden>", re.IGNORECASE)
_ROLE_LAST = "@odata.type"


_RESOURCES = {resource.value: resource for resource in Resource if resource not in {Resource.CALL, Resource.OTHER}}


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> Parsed:
    """Read one POST body: a ``commsNotifications`` envelope, or one ``commsNotification`` alone.

    `headers` are those of `callmon.ports.Entry`. Never raises.
    """
    try:
        items = Envelope.model_validate_json(body.removeprefix(b"\xef\xbb\xbf")).value
    except ValidationError:
        items, problem = _without_envelope(body)
        if problem:
            return Parsed(rejected=(Rejected(problem),))
    scenario = _scenario(headers) if headers else None
    reports, rejected = [], []
    for number, raw in enumerate(items, 1):
        outcome = _item(raw, scenario)
        if isinstance(outcome, Report):
            reports.append(outcome)
        else:
            rejected.append(Rejected(f"Item {number} of {len(items)}: {outcome.reason}"))
    if not items:
        rejected.append(Rejected("The notification is an envelope without items."))
    return Parsed(tuple(reports), tuple(rejected))


def parse_call(call_id: str, body: bytes) -> Report | Rejected:
    """Read a `call` resource as a GET returns it. The report's change is ``checked``."""
    try:
        raw = from_json(body)
    except ValueError as error:
        return Rejected(f"The call is not JSON: {error}.")
    return _call(Report(same_id(call_id), call_id, CHECKED, Resource.CALL), raw, None)


def is_json(body: bytes) -> bool:
    """Whether the bytes are one JSON value. A byte order mark is let pass; lone surrogates are not JSON text."""
    try:
        from_json(body.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return False
    return True


def _without_envelope(body: bytes) -> tuple[list[Any], str]:
    if not body.strip():
        return [], "The body is empty."
    try:
        value = from_json(body.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        return [], f"The body is not JSON: {error}."
    if isinstance(value, dict) and "changeType" in value:
        return [value], ""
    return [], "The body is JSON, but not a notification of Graph (commsNotifications): it has no list named value."


def _scenario(headers: Mapping[str, str]) -> str | None:
    """The SDK's rule: Scenario-Id, else the chain id. Scenario-Id may hold the same value twice (``a,a``)."""
    value = headers.get("scenario-id") or headers.get("x-microsoft-skype-chain-id")
    return value.split(",")[0].strip() if value else None


def _item(raw: object, scenario: str | None) -> Report | Rejected:
    item, left_out = _validate(Item, raw)
    if item is None:
        return Rejected("It is not an object.")
    where = item.resource_url or item.resource
    if not where:
        return Rejected("It names no resource, so it belongs to no call.")
    match = _PATH.search(where)
    if match is None:
        return Rejected(f"Its resource is not a call: {where[:200]}")
    spelled = match["id"] or match["quoted"]
    if not is_id(spelled):
        return Rejected(f"Its call id has not the form of an id: {spelled[:200]}")
    path = (match["rest"] or "").strip("/")
    head = path.split("/", 1)[0].lower()
    resource = _RESOURCES.get(head, Resource.OTHER) if path else Resource.CALL
    change = item.change_type.lower()
    read = {Resource.CALL: _call, Resource.PARTICIPANTS: _participants, Resource.OPERATION: _operation}.get(resource)
    base = Report(same_id(spelled), spelled, change, resource, path, left_out=left_out)
    return read(base, item.resource_data, scenario) if read else base


def _call(base: Report, data: object, scenario: str | None) -> Report:
    """A missing or malformed `resourceData` is legal: ``deleted`` on the call's path says enough."""
    call, left_out = _validate(CallData, {} if data is None else data)
    left_out = base.left_out + left_out
    if call is None:
        return _changed(base, left_out=(*left_out, "resourceData"))
    return Report(
        base.call_id,
        base.spelled,
        base.change,
        base.resource,
        state=state_named(call.state) if call.state else None,
        facts=_facts(call, scenario),
        tone=_tone(call.tone_info),
        result=_result(call.result_info),
        other_id=call.id if call.id and same_id(call.id) != base.call_id else None,
        left_out=left_out,
    )


def _participants(base: Report, data: object, _scenario: str | None) -> Report:
    """A list is the whole roster. A `deltaParticipants` object tells changes only and is not merged here."""
    if not isinstance(data, list):
        return base
    people, left_out = [], base.left_out
    for raw in data:
        person, wrong = _validate(ParticipantData, raw)
        left_out += wrong
        if person is not None:
            identity = _identity(person.info.identity) if person.info else None
            people.append(Participant(person.id or "", identity, bool(person.is_muted), bool(person.is_in_lobby)))
    return _changed(base, roster=tuple(people), left_out=left_out)


def _operation(base: Report, data: object, scenario: str | None) -> Report:
    if isinstance(data, list):
        return _participants(base, data, scenario)
    operation, left_out = _validate(OperationData, {} if data is None else data)
    if operation is None:
        return _changed(base, left_out=(*base.left_out, "resourceData"))
    name = operation.odata_type.rpartition(".")[2].removesuffix("Operation")
    return _changed(
        base,
        operation=Operation("operation" if name in {"", "comms"} else name, operation.status or ""),
        result=_result(operation.result_info),
        left_out=base.left_out + left_out,
    )


def _changed(base: Report, **values: Any) -> Report:
    return Report(base.call_id, base.spelled, base.change, base.resource, base.path, **values)


def _validate(model: type[_Model], raw: object) -> tuple[_Model | None, tuple[str, ...]]:
    """The model, with the top-level fields that were not of its form left out; None if it is no object at all."""
    try:
        return model.model_validate(raw), ()
    except ValidationError as error:
        if not isinstance(raw, dict):
            return None, ()
        wrong = {str(problem["loc"][0]) for problem in error.errors(include_url=False) if problem["loc"]}
        rest = {key: value for key, value in raw.items() if key not in wrong}
        return model.model_validate(rest), tuple(sorted(wrong))


def _facts(call: CallData, scenario: str | None) -> Facts:
    values: dict[str, Any] = {
        "direction": call.direction and call.direction.lower(),
        "source": _info(call.source),
        "targets": _people(call.targets),
        "chain_id": call.call_chain_id,
        "scenario_id": scenario,
        "tenant_id": call.tenant_id,
        "subject": call.subject,
        "thread_id": call.chat_info.thread_id if call.chat_info else None,
        "media": call.media_state.audio if call.media_state else None,
        "modalities": tuple(call.requested_modalities) if call.requested_modalities else None,
        "termination_reason": call.termination_reason,
    }
    if call.meeting_info is not None:
        values |= {"meeting": _meeting(call.meeting_info), "organizer": _identity(call.meeting_info.get("organizer"))}
    if call.incoming_context:
        values["recording"] = True if call.incoming_context.get("observedParticipantId") else None
        values["transferor"] = _identity(call.incoming_context.get("transferor"))
    if call.call_routes:
        values["routes"] = tuple(_route(route.routing_type, route.original, route.final) for route in call.call_routes)
    if call.termination_sender:
        values["termination_sender"] = _identity(call.termination_sender)
    said = {name: value for name, value in values.items() if value is not None}
    return Facts(**said) if said else NO_FACTS


def _meeting(info: dict[str, Any]) -> str:
    name = str(info.get("@odata.type") or "").rpartition(".")[2].removesuffix("MeetingInfo")
    return name or ("token" if "token" in info else "organizer" if "organizer" in info else "meeting")


def _route(kind: str | None, original: object, final: object) -> str:
    start, end = _identity(original), _identity(final)
    return f"{start.shown if start else '?'} → {end.shown if end else '?'} ({kind or 'routed'})"


def _info(info: InfoData | None) -> Identity | None:
    return _identity(info.identity) if info else None


def _people(infos: list[InfoData] | None) -> tuple[Identity, ...] | None:
    if not infos:
        return None
    return tuple(identity for info in infos if (identity := _identity(info.identity)) is not None) or None


def _identity(identities: object) -> Identity | None:
    """The first identity of an `identitySet`. It is an open type: roles that Graph adds later are shown by name."""
    if not isinstance(identities, dict):
        return None
    for role, who in identities.items():
        if isinstance(who, dict) and role != _ROLE_LAST:
            name = _text(who.get("displayName"))
            said = "" if _UNSAID_NAME.fullmatch(name) else name
            return Identity(role, _text(who.get("id")), said, _text(who.get("tenantId")), who.get("hidden") is True)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _tone(info: ToneInfoData | None) -> str | None:
    if info is None or not info.tone:
        return None
    return f"{info.tone} #{info.sequence_id}" if info.sequence_id else info.tone


def _result(info: ResultInfoData | None) -> ResultInfo | None:
    if info is None:
        return None
    return ResultInfo(number(info.code), number(info.subcode), info.message)


def number(value: object) -> int | str | None:
    """A code or subcode as Graph means it: a number also where it wrote one as text; other text stays text."""
    if value is None or isinstance(value, int):
        return None if value is None else int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = str(value).strip()
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20 else text  # noqa: PLR2004  # no code is that long
