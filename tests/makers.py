"""Small makers of what the tests of the core speak of: bodies, reports, calls and journal entries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from callmon.core import wire
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.draft import Draft, apply
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked, Record, encode, kind_of
from callmon.core.reports import Report, Resource
from callmon.core.text import same_id
from callmon.ports import Entry, EntryKind, Position, Stored

PAYLOADS = Path(__file__).parent / "data" / "payloads"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CALL = "6f1f5c00-8c1b-47f1-be9d-660c501041a9"


def at(seconds: float) -> datetime:
    """A moment, so many seconds after the beginning."""
    return START + timedelta(seconds=seconds)


def payload(number: int) -> bytes:
    """One of the recorded notifications."""
    return next(PAYLOADS.glob(f"{number:02}-*.json")).read_bytes()


def item(change: str = "updated", url: str = f"/communications/calls/{CALL}", **data: Any) -> dict[str, Any]:
    """One ``commsNotification``; without data, it has no ``resourceData``."""
    told = {"changeType": change, "resourceUrl": url}
    return {**told, "resourceData": data} if data else told


def body(*items: Any) -> bytes:
    """One POST body."""
    return json.dumps({"value": items}).encode()


def the_report(raw: bytes, headers: dict[str, str] | None = None) -> Report:
    """What a notification reports, which must be one thing without any doubt."""
    parsed = wire.parse(raw, headers)
    assert parsed.rejected == ()
    (report,) = parsed.reports
    return report


def report(state: str | None = None, change: str = "updated", call_id: str = CALL, **more: Any) -> Report:
    """A report about a call itself, unless `more` says otherwise."""
    return Report(same_id(call_id), call_id, change, **{"resource": Resource.CALL, "state": state, **more})


def told_once(call: Call) -> Call:
    """The call without the count of repeats."""
    return call._replace(story=tuple(step._replace(times=1) for step in call.timeline))


def board_of(reports: Iterable[Report], board: Board | None = None, start: float = 0) -> Board:
    """The board after reports that came one a second."""
    board = board or Board()
    for second, one in enumerate(reports):
        board = apply(board, one, at(start + second))
    return board


def note(board: Board, record: HangUpAsked | HangUpAnswered | CallChecked, at: datetime) -> Board:
    """The board after something that callmon did."""
    draft = Draft(board)
    draft.note(record, at)
    return draft.board


def call_of(*reports: Report) -> Call:
    """The call after reports, all about it, that came one a second."""
    (call,) = board_of(reports)
    return call


def replayed(*numbers: int) -> Call:
    """The call after recorded notifications that came one a second."""
    return call_of(*(the_report(payload(number)) for number in numbers))


def notification(raw: bytes, seconds: float = 0, **headers: str) -> Entry:
    """A journal entry of a notification."""
    return Entry(EntryKind.NOTIFICATION, at(seconds), "test", raw, headers)


def record_entry(record: Record, seconds: float = 0) -> Entry:
    """A journal entry of our own."""
    return Entry(EntryKind(kind_of(record)), at(seconds), "ada@console-1", encode(record))


def stored(entries: Sequence[Entry], after: int = 0) -> list[Stored]:
    """Entries as a journal gives them."""
    return [Stored(Position(str(after + number)), entry) for number, entry in enumerate(entries, 1)]
