"""The bytes of one notification → what they report about calls.

`parse` never raises: what it cannot read comes back as `Rejected`, item by item, so that one bad item of a batch never
costs its neighbours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from pydantic_core import SchemaValidator, from_json
from pydantic_core.core_schema import typed_dict_schema

from callmon.core.custom import CustomColumn
from callmon.core.deliveries import MESSAGE_ID
from callmon.core.reports import CHECKED, Parsed, Rejected, Report, Resource
from callmon.core.states import state_named
from callmon.core.text import is_id, same_id
from callmon.core.wire_below import said_below
from callmon.core.wire_facts import call_of, told_in
from callmon.core.wire_forms import Form, Object, read, text

_BOM = b"\xef\xbb\xbf"
_OBJECT = SchemaValidator(typed_dict_schema({}, extra_behavior="ignore"))
"""Reads any JSON object with the parser of `from_json` and makes nothing of it: that takes half the time."""
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
_ITEM: Mapping[str, Form] = {"changeType": text, "resourceUrl": text, "resource": text}
"""``commsNotification``. The older name of ``resourceUrl`` is ``resource``; both are often sent."""
_RESOURCES = {resource.value: resource for resource in Resource if resource not in {Resource.CALL, Resource.OTHER}}


def parse(body: bytes, headers: Mapping[str, str] | None = None, custom: Sequence[CustomColumn] = ()) -> Parsed:
    """Read one POST body: a ``commsNotifications`` envelope, or one ``commsNotification`` alone.

    `headers` are those of `callmon.ports.Entry`; what `callmon.core.deliveries` knows is not to be read again.
    `custom` are columns for which something may be said, too.
    Never raises.
    """
    items = _items(body)
    if isinstance(items, Rejected):
        return Parsed(rejected=(items,))
    scenario = _scenario(headers) if headers else None
    told_apart = headers is not None and MESSAGE_ID in headers
    reports, rejected = [], []
    for number, raw in enumerate(items, 1):
        outcome = _item(raw, scenario, custom)
        if isinstance(outcome, Report):
            reports.append(outcome if told_apart or not outcome.tone_is_new else outcome._replace(tone_is_new=False))
        else:
            rejected.append(Rejected(f"Item {number} of {len(items)}: {outcome.reason}"))
    return Parsed(tuple(reports), tuple(rejected))


def parse_call(call_id: str, body: bytes, custom: Sequence[CustomColumn] = ()) -> Report | Rejected:
    """Read a `call` resource as a GET returns it. The report's change is ``checked``."""
    try:
        raw = _json(body)
    except ValueError as error:
        return Rejected(f"The call is not JSON: {error}.")
    key = same_id(call_id)
    return Report(key, call_id, CHECKED, Resource.CALL, custom=told_in(raw, custom), **_call(raw, key, None))


def is_json(body: bytes) -> bool:
    """Whether the bytes are one JSON value that `parse` can read."""
    try:
        _OBJECT.validate_json(body.removeprefix(_BOM))
    except ValueError:
        return _is_other_json(body)
    return True


def _is_other_json(body: bytes) -> bool:
    try:
        _json(body)
    except ValueError:
        return False
    return True


def _json(body: bytes) -> Any:
    """The value of a JSON text. Raises `ValueError`."""
    try:
        return from_json(body.removeprefix(_BOM), cache_strings="all")
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


def _item(raw: object, scenario: str | None, custom: Sequence[CustomColumn]) -> Report | Rejected:
    if not isinstance(raw, dict):
        return Rejected("It is not an object.")
    change, url, left_out = _head(raw)
    if not url:
        return Rejected("It names no resource, so it belongs to no call.")
    where = _located(url)
    if isinstance(where, Rejected):
        older = raw.get("resource")
        instead = _located(older) if isinstance(older, str) else where
        if isinstance(instead, Rejected):
            return where
        where, left_out = instead, ("resourceUrl", *left_out)
    data = raw.get("resourceData")
    if where.resource is Resource.CALL:
        said = _call(data, where.call_id, scenario)
        if custom:
            said["custom"] = told_in(data, custom)
    else:
        said = said_below(where.resource, data)
    if left_out:
        said["left_out"] = left_out + said.get("left_out", ())
    return Report(where.call_id, where.spelled, intern(change.lower()), where.resource, where.path, **said)


def _head(raw: Object) -> tuple[str, str | None, tuple[str, ...]]:
    """The change and the resource that an item names, and which of its fields are not of their form."""
    change, url, older = raw.get("changeType"), raw.get("resourceUrl"), raw.get("resource")
    if url and isinstance(url, str) and isinstance(change, str) and (older is None or isinstance(older, str)):
        return change, url, ()
    said, left_out = read(raw, _ITEM)
    return said.get("changeType", ""), said.get("resourceUrl") or said.get("resource"), left_out


def _located(url: str) -> _Where | Rejected:
    return _where(url) if len(url) <= _URL_LENGTH else Rejected(f"Its resource is far too long: {url[:_SHOWN]}…")


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
    if data is None:
        data = {}
    if not isinstance(data, dict):
        return {"left_out": ("resourceData",)}
    facts, call, left_out = call_of(data, scenario)
    state, named = call.get("state"), call.get("id")
    said: _Said = {"facts": facts}
    if state:
        said["state"] = state_named(state)
    if "toneInfo" in call:
        tone, numbered = call["toneInfo"]
        said |= {"tone": tone, "tone_is_new": tone is not None and not numbered}
    if "resultInfo" in call:
        said["result"] = call["resultInfo"]
    if named and same_id(named) != call_id:
        said["other_id"] = named
    if left_out:
        said["left_out"] = left_out
    return said
