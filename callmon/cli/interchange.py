"""Entries as ``callmon export`` writes them and ``callmon import`` and ``callmon replay`` take them: JSON objects.

``{"at": "2026-03-02T09:30:00.000000Z", "origin": …, "headers": {…}, "body": …}`` is a notification, with ``bot`` if it
has a name, ``run`` if it is known which start of a program took it, and ``late`` if that was later than it came. An
entry of our own has a ``kind`` as well, a word of `callmon.ports.EntryKind`, and no headers. A body that is not UTF-8
is in ``body_base64`` instead. The bytes of the body are kept exactly.

``again`` counts those before it in the same export that look just the same: 1 for the second of two.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from callmon.core.moments import bounded
from callmon.core.text import is_bot_name
from callmon.ports import Entry, EntryKind

_BODIES = ("body", "body_base64")


class Line(NamedTuple):
    """What one such object says."""

    entry: Entry
    again: int = 0
    """How many that look the same were exported before it."""


def exported(entry: Entry, again: int = 0) -> dict[str, Any]:
    """An entry as a JSON object."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    told: dict[str, Any] = {"at": at, "origin": entry.origin}
    if entry.kind is EntryKind.NOTIFICATION:
        told["headers"] = dict(entry.headers)
    else:
        told["kind"] = entry.kind.value
    optional = {"bot": entry.bot, "run": entry.run, "late": entry.late, "again": again}
    told |= {name: value for name, value in optional.items() if value}
    try:
        told["body"] = entry.body.decode()
    except UnicodeDecodeError:
        told["body_base64"] = base64.b64encode(entry.body).decode()
    return told


def imported(piece: bytes) -> Line | None:
    """The entry in such an object; None if the bytes are anything else, or one of its fields is not right."""
    if not any(b'"%b"' % name.encode() in piece for name in _BODIES):
        return None
    try:
        value = json.loads(piece)
        return _line(value) if isinstance(value, dict) else None
    except (ValueError, OverflowError, RecursionError):
        return None


def _line(value: dict[str, Any]) -> Line | None:
    """Raises `ValueError` or `OverflowError` for text that is not what it should be."""
    kind, at, origin = value.get("kind", EntryKind.NOTIFICATION), value.get("at"), value.get("origin", "")
    headers, bot, run = value.get("headers", {}), value.get("bot", ""), value.get("run", "")
    late, again = value.get("late", False), value.get("again", 0)
    bodies = [value[name] for name in _BODIES if name in value]
    if (
        len(bodies) != 1
        or not isinstance(headers, dict)
        or not all(isinstance(text, str) for text in (kind, at, origin, bot, run, *bodies, *headers.values()))
        or not isinstance(late, bool)
        or type(again) is not int
        or (bot and not is_bot_name(bot))
    ):
        return None
    moment = bounded(datetime.fromisoformat(str(at)))
    if moment is None:
        return None
    body = bodies[0].encode() if "body" in value else base64.b64decode(bodies[0], validate=True)
    entry = Entry(EntryKind(kind), moment, origin, body, headers, bot, run=run, late=late)
    return Line(entry, again)
