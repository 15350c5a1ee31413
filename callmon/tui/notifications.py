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
    """The notifications in the order given, each compared with the one before.

    They must be such that `callmon.core.wire.parse` reads; Python's own reader takes all of these.
    """
    told: list[Notification] = []
    before: object = None
    for stored in history:
        after = json.loads(stored.entry.body.removeprefix(b"\xef\xbb\xbf"))
        told.append(Notification(stored, pretty(stored.entry.body), changes(before, after) if told else ()))
        before = after
    return tuple(told)
