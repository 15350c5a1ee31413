"""Follows a journal: entries in, snapshots of everything known out. No screen, no event loop of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event

from callmon.core import wire
from callmon.core.answers import Answer
from callmon.core.custom import CustomColumn
from callmon.core.draft import Draft
from callmon.core.gathering import Gathering
from callmon.core.records import CallChecked, FeedChanged, decode
from callmon.core.reports import Parsed, Report
from callmon.hearing import Hearing
from callmon.ports import START, Entry, EntryKind, Journal, Position, Stored
from callmon.snapshot import Rejection, Snapshot, Update

_REJECTIONS_KEPT = 50


def absorb(snapshot: Snapshot, batch: Sequence[Stored]) -> Update:
    """The snapshot after more entries, in their order. The same input gives the same output: it reads no clock."""
    draft = Draft(snapshot.board)
    notifications, unparsed = snapshot.notifications, snapshot.unparsed
    repeated, deliveries = snapshot.repeated, Gathering(snapshot.deliveries)
    rejections = list(snapshot.rejections)
    hearing, last_entry = Hearing(snapshot), snapshot.last_entry
    said = [_said(stored.entry, deliveries, snapshot.custom) for stored in batch]
    for stored, parsed in zip(batch, said, strict=True):
        entry = stored.entry
        if entry.kind is EntryKind.NOTIFICATION:
            hearing.notified(draft, entry)
        if parsed is not None:
            for report in parsed.reports:
                draft.apply(report, entry.at, entry.bot, hearing.gaps)
            notifications += 1
            if parsed.rejected:
                unparsed += 1
                rejections += [
                    Rejection(stored.position, entry.at, entry.origin, bad.reason) for bad in parsed.rejected
                ]
        elif entry.kind is EntryKind.NOTIFICATION:
            repeated += 1
        elif entry.kind is EntryKind.FEED:
            hearing.told(entry, last_entry)
        else:
            _record(draft, entry, snapshot.custom)
        last_entry = entry.at
        draft.prune()
    after = replace(
        snapshot,
        board=draft.board,
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
    return Update(after, frozenset(draft.changed), live=not batch)


def _said(entry: Entry, deliveries: Gathering, custom: Sequence[CustomColumn]) -> Parsed | None:
    """What a notification says; None if it is no notification, or one that came before.

    Asked of all of a batch before the board is touched: to take turns, entry by entry, takes a tenth more time, for
    each of the two pushes the other out of the processor's caches.
    """
    if entry.kind is not EntryKind.NOTIFICATION or deliveries.repeats(entry.headers, entry.body):
        return None
    return wire.parse(entry.body, entry.headers, custom)


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


def entries_in(journal: Journal, after: Position = START) -> Iterator[Stored]:
    """Everything that the journal holds after a position, oldest first. Raises `callmon.ports.JournalError`."""
    while batch := journal.read(after):
        yield from batch
        after = batch[-1].position


def notifications_of(journal: Journal, call_id: str, after: Position = START) -> tuple[list[Stored], Position]:
    """The notifications that report something about a call (its comparable id), oldest first, and how far it was read.

    Reads all of the journal after the position. Raises `callmon.ports.JournalError`.
    """
    needle = call_id.encode()
    found = []
    for stored in entries_in(journal, after):
        after = stored.position
        if _may_name(stored.entry, needle) and _reports(stored.entry, call_id):
            found.append(stored)
    return found, after


def _may_name(entry: Entry, needle: bytes) -> bool:
    """A quick look, so that few bodies must be parsed."""
    if entry.kind is not EntryKind.NOTIFICATION:
        return False
    body = entry.body.lower()
    return needle in body or needle in body.replace(b"-", b"")


def _reports(entry: Entry, call_id: str) -> bool:
    return any(report.call_id == call_id for report in wire.parse(entry.body).reports)


def _record(draft: Draft, entry: Entry, custom: Sequence[CustomColumn]) -> None:
    record = decode(entry.kind, entry.body)
    if record is None or isinstance(record, FeedChanged):
        return
    call = draft.note(record, entry.at)
    if call is not None and isinstance(record, CallChecked) and record.outcome.answer is Answer.FOUND:
        report = wire.parse_call(call.spelled, record.outcome.body, custom)
        if isinstance(report, Report):
            draft.apply(report, entry.at, entry.bot)
