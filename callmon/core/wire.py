"""The bytes of one notification → what they report about calls.

`parse` never raises: what it cannot read comes back as `Rejected`, item by item, so that one bad item of a batch never
costs its neighbours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from callmon.core.calls import Participant
from callmon.core.deliveries import MESSAGE_ID
from callmon.core.reports import CHECKED, Operation, Parsed, Rejected, Report, Resource
from callmon.core.states import state_named
from callmon.core.text import is_id, same_id
from callmon.core.wire_facts import facts_of, identity_of, result_of, tone_of
from callmon.core.wire_models import (
    CallData,
    InfoData,
    Item,
    OperationData,
    ParticipantData,
)

_Model = TypeVar("_Model", bound=BaseModel)
_Said = dict[str, Any]
"""Some fields of a `Report` and their values."""

_PATH = re.compile(
    r"""(?:^|/)calls (?: / (?P<id>[^/?\#]+) | \('(?P<quoted>[^']*)'\) ) (?: / (?P<rest>[^?\#]*) )?""",
    re.VERBOSE | re.IGNORECASE,
)
_URL_LENGTH = 2000
"""Graph's are a tenth of this."""
_SHOWN = 200
"""So much of a text that cannot be read stands in the reason."""
_RESOURCES = {resource.value: resource for resource in Resource if resource not in {Resource.CALL, Resource.OTHER}}


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> Parsed:
    """Read one POST body: a ``commsNotifications`` envelope, or one ``commsNotification`` alone.

    `headers` are those of `callmon.ports.Entry`; what `callmon.core.deliveries` knows is not to be read again.
    Never raises.
    """
    items = _items(body)
    if isinstance(items, Rejected):
        return Parsed(rejected=(items,))
    scenario = _scenario(headers) if headers else None
    told_apart = headers is not None and MESSAGE_ID in headers
    reports, rejected = [], []
    for number, raw in enumerate(items, 1):
        outcome = _item(raw, scenario)
        if isinstance(outcome, Report):
            reports.append(outcome if told_apart or not outcome.tone_is_new else outcome._replace(tone_is_new=False))
        else:
            rejected.append(Rejected(f"Item {number} of {len(items)}: {outcome.reason}"))
    return Parsed(tuple(reports), tuple(rejected))


def parse_call(call_id: str, body: bytes) -> Report | Rejected:
    """Read a `call` resource as a GET returns it. The report's change is ``checked``."""
    try:
        raw = _json(body)
    except ValueError as error:
        return Rejected(f"The call is not JSON: {error}.")
    key = same_id(call_id)
    return Report(key, call_id, CHECKED, Resource.CALL, **_call(raw, key, None))


def is_json(body: bytes) -> bool:
    """Whether the bytes are one JSON value that `parse` can read."""
    try:
        _json(body)
    except ValueError:
        return False
    return True


def _json(body: bytes) -> Any:
    """The value of a JSON text. Raises `ValueError`."""
    try:
        return from_json(body.removeprefix(b"\xef\xbb\xbf"), cache_strings="all")
    except ValueError as error:
        try:
            return json.loads(body)  # slower, and more patient: lone surrogates, UTF-16
        except (ValueError, RecursionError):
            raise error from None


def _items(body: bytes) -> list[Any] | Rejected:
    try:
        value = _json(body)
    except ValueError as error:
        return Rejected(f"The body is not JSON: {error}." if body.strip() else "The body is empty.")
    if isinstance(value, dict):
        items = value.get("value")
        if isinstance(items, list):
            return items or Rejected("The notification is an envelope without items.")
        if "changeType" in value:
            return [value]
    return Rejected(
        "The body is JSON, but not a notification of Graph (commsNotifications): it has no list named value."
    )


def _scenario(headers: Mapping[str, str]) -> str | None:
    """The SDK's rule: Scenario-Id, else the chain id. Scenario-Id may hold the same value twice (``a,a``)."""
    value = headers.get("scenario-id") or headers.get("x-microsoft-skype-chain-id")
    return value.split(",")[0].strip() if value else None


def _item(raw: object, scenario: str | None) -> Report | Rejected:
    item, left_out = _validate(Item, raw)
    if item is None:
        return Rejected("It is not an object.")
    url = item.resource_url or item.resource
    if not url:
        return Rejected("It names no resource, so it belongs to no call.")
    where = _where(url) if len(url) <= _URL_LENGTH else Rejected(f"Its resource is far too long: {url[:_SHOWN]}…")
    if isinstance(where, Rejected):
        return where
    said: _Said = {}
    if where.resource is Resource.CALL:
        said = _call(item.resource_data, where.call_id, scenario)
    elif where.resource is Resource.PARTICIPANTS:
        said = _participants(item.resource_data)
    elif where.resource is Resource.OPERATION:
        said = _operation(item.resource_data)
    if left_out:
        said["left_out"] = left_out + said.get("left_out", ())
    return Report(where.call_id, where.spelled, intern(item.change_type.lower()), where.resource, where.path, **said)


class _Where(NamedTuple):
    """What the path of a notification names."""

    call_id: str
    spelled: str
    resource: Resource
    path: str


@lru_cache(maxsize=4096)
def _where(url: str) -> _Where | Rejected:
    """Cached: a call's notifications all name the same few paths."""
    match = _PATH.search(url)
    if match is None:
        return Rejected(f"Its resource is not a call: {url[:_SHOWN]}")
    spelled = match["id"] or match["quoted"]
    if not is_id(spelled):
        return Rejected(f"Its call id has not the form of an id: {spelled[:_SHOWN]}")
    path = (match["rest"] or "").strip("/")
    resource = _RESOURCES.get(path.split("/", 1)[0].lower(), Resource.OTHER) if path else Resource.CALL
    return _Where(same_id(spelled), spelled, resource, path)


def _call(data: object, call_id: str, scenario: str | None) -> _Said:
    """A missing or malformed `resourceData` is legal: ``deleted`` on the call's path says enough."""
    call, left_out = _validate(CallData, {} if data is None else data)
    if call is None:
        return {"left_out": ("resourceData",)}
    return {
        "state": state_named(call.state) if call.state else None,
        "facts": facts_of(call, scenario),
        "tone": tone_of(call.tone_info),
        "tone_is_new": bool(call.tone_info and call.tone_info.tone and not call.tone_info.sequence_id),
        "result": result_of(call.result_info),
        "other_id": call.id if call.id and same_id(call.id) != call_id else None,
        "left_out": left_out,
    }


def _participants(data: object) -> _Said:
    """A list is the whole roster. A `deltaParticipants` object tells changes only and is not merged here."""
    if not isinstance(data, list):
        return {}
    people = []
    left_out: dict[str, None] = {}
    for raw in data:
        person, wrong = _validate(ParticipantData, raw)
        left_out |= dict.fromkeys(wrong if person else ("participant",))
        if person is not None:
            info = person.info or InfoData()
            key = person.id or info.participant_id or info.id or ""
            people.append(Participant(key, identity_of(info.identity), bool(person.is_muted), bool(person.is_in_lobby)))
    return {"roster": tuple(people), "left_out": tuple(left_out)}


def _operation(data: object) -> _Said:
    """The outcome of an operation; in the old form of an invitation, the roster."""
    if isinstance(data, list):
        return _participants(data)
    operation, left_out = _validate(OperationData, {} if data is None else data)
    if operation is None:
        return {"left_out": ("resourceData",)}
    name = operation.odata_type.rpartition(".")[2].removesuffix("Operation")
    return {
        "operation": Operation("operation" if name in {"", "comms"} else name, operation.status or ""),
        "result": result_of(operation.result_info),
        "left_out": left_out,
    }


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
