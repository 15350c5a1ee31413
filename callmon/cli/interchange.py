"""Notifications as ``callmon export`` writes them and ``callmon import`` takes them: one JSON object each.

``{"at": "2026-03-02T09:30:00.000000Z", "origin": …, "headers": {…}, "body": …}``, and ``bot`` if it has a name; a body
that is not UTF-8 is in ``body_base64`` instead. The bytes of the body are kept exactly.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from callmon.core.text import is_bot_name
from callmon.ports import Entry, EntryKind

_BODIES = ("body", "body_base64")


def exported(entry: Entry) -> dict[str, Any]:
    """A notification as a JSON object."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    told: dict[str, Any] = {"at": at, "origin": entry.origin, "headers": dict(entry.headers)}
    if entry.bot:
        told["bot"] = entry.bot
    try:
        told["body"] = entry.body.decode()
    except UnicodeDecodeError:
        told["body_base64"] = base64.b64encode(entry.body).decode()
    return told


def imported(piece: bytes) -> Entry | None:
    """The notification in such an object; None if the bytes are anything else, or one of its fields is not right."""
    if not any(b'"%b"' % name.encode() in piece for name in _BODIES):
        return None
    try:
        value = json.loads(piece)
        return _entry(value) if isinstance(value, dict) else None
    except (ValueError, OverflowError, RecursionError):
        return None


def _entry(value: dict[str, Any]) -> Entry | None:
    """Raises `ValueError` or `OverflowError` for text that is not what it should be."""
    at, origin, headers = value.get("at"), value.get("origin", ""), value.get("headers", {})
    bot = value.get("bot", "")
    bodies = [value[name] for name in _BODIES if name in value]
    if (
        len(bodies) != 1
        or not isinstance(headers, dict)
        or not all(isinstance(text, str) for text in (at, origin, bot, *bodies, *headers.values()))
        or (bot and not is_bot_name(bot))
    ):
        return None
    when = datetime.fromisoformat(str(at))
    if when.tzinfo is None:
        return None
    body = bodies[0].encode() if "body" in value else base64.b64decode(bodies[0], validate=True)
    return Entry(EntryKind.NOTIFICATION, when.astimezone(UTC), origin, body, headers, bot)
