"""The notifications of one call, read from the journal on demand and made fit to be shown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from callmon.core.differences import Change, changes
from callmon.core.masking import pretty
from callmon.ports import Stored


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification: its text, and what differs from the one before it about the same call."""

    stored: Stored
    text: str
    """Indented JSON, secrets masked, harmless to a terminal."""
    changes: tuple[Change, ...]


def prepared(history: Iterable[Stored]) -> tuple[Notification, ...]:
    """The notifications in the order given, each compared with the one before."""
    told: list[Notification] = []
    before: object = None
    for stored in history:
        after = _value(stored.entry.body)
        told.append(Notification(stored, pretty(stored.entry.body), changes(before, after) if told else ()))
        before = after
    return tuple(told)


def _value(body: bytes) -> object:
    """The parsed body; None for what only the more lenient reader of notifications takes (a number of 5,000 digits)."""
    try:
        return json.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
