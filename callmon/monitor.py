"""Follows a journal: entries in, snapshots of everything known out. No screen, no event loop of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event

from callmon.core import wire
from callmon.core.board import Board, apply, note, prune
from callmon.core.custom import CustomColumn
from callmon.core.deliveries import Gathering
from callmon.core.hangup import Answer
from callmon.core.records import CallChecked, FeedChanged, decode
from callmon.core.reports import Report
from callmon.hearing import Hearing
from callmon.ports import START, Entry, EntryKind, Journal, Stored
from callmon.snapshot import Rejection, Snapshot, Update

_REJECTIONS_KEPT = 50


def absorb(snapshot: Snapshot, batch: Sequence[Stored]) -> Update:
    """The snapshot after more entries, in their order. The same input gives the same output: it reads no clock."""
    changed: set[str] = set()
    board = snapshot.board
    notifications, unparsed = snapshot.notifications, snapshot.unparsed
    repeated, deliveries = snapshot.repeated, Gathering(snapshot.deliveries)
    rejections = list(snapshot.rejections)
    hearing, last_entry = Hearing(snapshot), snapshot.last_entry
    for stored in batch:
        entry = stored.entry
        if entry.kind is EntryKind.NOTIFICATION:
            hearing.notified(board, entry)
        if entry.kind is EntryKind.NOTIFICATION and deliveries.repeats(entry.headers, entry.body):
            repeated += 1
        elif entry.kind is EntryKind.NOTIFICATION:
            parsed = wire.parse(entry.body, entry.headers, snapshot.custom)
            for report in parsed.reports:
                before, board = board, apply(board, report, entry.at, entry.bot)
                if board is not before:
                    changed.add(report.call_id)
            notifications += 1
            if parsed.rejected:
                unparsed += 1
                rejections += [
                    Rejection(stored.position, entry.at, entry.origin, bad.reason) for bad in parsed.rejected
                ]
        elif entry.kind is EntryKind.FEED:
            hearing.told(entry, last_entry)
        else:
            board, touched = _recorded(board, entry, snapshot.custom)
            changed |= touched
        last_entry = entry.at
        before, board = board, prune(board)
        if board is not before:
            changed |= {call.id for call in before if call.id not in board.calls}
    after = replace(
        snapshot,
        board=board,
        position=batch[-1].position if batch else snapshot.position,
        notifications=notifications,
        unparsed=unparsed,
        repeated=repeated,
        deliveries=deliveries.seen,
        rejections=tuple(rejections[-_REJECTIONS_KEPT:]),
        last_notification=hearing.last,
        feeds=hearing.known.feeds,
        signs=hearing.signs,
        gaps=hearing.gaps,
        last_entry=last_entry,
        quiet_since=hearing.quiet_since,
        rhythm=hearing.rhythm,
    )
    return Update(after, frozenset(changed), live=not batch)


def follow(journal: Journal, *, stop: Event, start: Snapshot | None = None) -> Iterator[Update]:
    """What the journal tells, batch by batch: first what is there, then live, until `stop` is set.

    Raises `callmon.ports.JournalError` if the journal cannot be read.
    """
    snapshot = start or Snapshot()
    caught_up = False
    for batch in journal.follow(snapshot.position, stop=stop):
        update = absorb(snapshot, batch)
        snapshot = update.snapshot
        caught_up = caught_up or update.live
        yield update if caught_up else replace(update, read=journal.share(snapshot.position))


def now_in(journal: Journal, custom: Sequence[CustomColumn] = ()) -> Snapshot:
    """What the journal tells right now. Raises `callmon.ports.JournalError`."""
    snapshot = Snapshot(custom=tuple(custom))
    while batch := journal.read(snapshot.position):
        snapshot = absorb(snapshot, batch).snapshot
    return snapshot


def entries_in(journal: Journal) -> Iterator[Stored]:
    """Everything that the journal holds, oldest first. Raises `callmon.ports.JournalError`."""
    position = START
    while batch := journal.read(position):
        yield from batch
        position = batch[-1].position


def notifications_of(journal: Journal, call_id: str) -> list[Stored]:
    """The notifications that report something about a call (its comparable id), oldest first.

    Reads the whole journal. Raises `callmon.ports.JournalError`.
    """
    needle = call_id.encode()
    return [
        stored for stored in entries_in(journal) if _may_name(stored.entry, needle) and _reports(stored.entry, call_id)
    ]


def _may_name(entry: Entry, needle: bytes) -> bool:
    """A quick look, so that few bodies must be parsed."""
    if entry.kind is not EntryKind.NOTIFICATION:
        return False
    body = entry.body.lower()
    return needle in body or needle in body.replace(b"-", b"")


def _reports(entry: Entry, call_id: str) -> bool:
    return any(report.call_id == call_id for report in wire.parse(entry.body).reports)


def _recorded(board: Board, entry: Entry, custom: Sequence[CustomColumn]) -> tuple[Board, set[str]]:
    record = decode(entry.kind, entry.body)
    if record is None or isinstance(record, FeedChanged):
        return board, set()
    call = board.get(record.call_id)
    if call is None:
        return board, set()
    board = note(board, record, entry.at)
    if isinstance(record, CallChecked) and record.outcome.answer is Answer.FOUND:
        report = wire.parse_call(call.spelled, record.outcome.body, custom)
        if isinstance(report, Report):
            board = apply(board, report, entry.at, entry.bot)
    return board, {call.id}
