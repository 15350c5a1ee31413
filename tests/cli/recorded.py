"""Journals with calls in them, for the command line to read."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from callmon.clocks import utc_now
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import entries_in
from callmon.ports import Entry, EntryKind


def call_id(number: int) -> str:
    return f"{number:08x}-1111-4222-8333-444455556666"


def notification(spelled: str, state: str | None = None, change: str = "updated", **data: Any) -> bytes:
    resource_data = {"@odata.type": "#microsoft.graph.call", **({"state": state} if state else {}), **data}
    item = {
        "changeType": change,
        "resourceUrl": f"/communications/calls/{spelled}",
        "resourceData": resource_data,
    }
    return json.dumps({"value": [item]}).encode()


def ended(spelled: str, code: int = 200, subcode: int = 5001) -> bytes:
    return notification(spelled, "terminated", "deleted", resultInfo={"code": code, "subcode": subcode})


def caller(name: str) -> dict[str, Any]:
    return {"direction": "incoming", "source": {"identity": {"user": {"displayName": name, "id": "u1"}}}}


def record(path: Path, *bodies: bytes) -> None:
    with closing(SqliteJournal.open(path)) as journal:
        entries = [Entry(EntryKind.NOTIFICATION, utc_now(), "test", body) for body in bodies]
        journal.submit(entries).result()


def entries(path: Path, *kinds: EntryKind) -> list[Entry]:
    with closing(SqliteJournal.open(path)) as journal:
        return [stored.entry for stored in entries_in(journal) if not kinds or stored.entry.kind in kinds]
