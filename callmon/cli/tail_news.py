"""A journal as a sequence of changes of single calls, each as soon as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event
from typing import NamedTuple

from callmon.core import wire
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.draft import apply
from callmon.core.listening import Gap
from callmon.monitor import absorb
from callmon.ports import Entry, EntryKind, Journal, JournalAway, JournalError, Stored
from callmon.retrying import unbroken
from callmon.snapshot import Snapshot, Update


class Change(NamedTuple):
    """One call that is not what it was."""

    before: Call | None
    """None if nothing had been heard of it."""
    after: Call
    gaps: Sequence[Gap] = ()
    """The times in which something was not received, as far as they were known then."""


class News:
    """Follows a journal. For one thread; the facts about it may be read by any."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.caught_up = Event()
        """Set as soon as all that was in the journal has been read."""
        self.unreadable = 0
        """How many of the notifications whose changes were asked for could not be read, in whole or in part."""
        self.away = ""
        """Why the journal cannot be read now, though that may pass: it is tried again. Empty if it can be read."""

    def changes(self, *, stop: Event, since_start: bool) -> Iterator[Change]:
        """What happens from now on, or from the beginning of the journal, until `stop` is set.

        A journal that is away is tried again, with growing waits, from where reading ended. Raises
        `callmon.ports.JournalError` for trouble that does not pass by itself.
        """
        snapshot = Snapshot()

        def batches() -> Iterator[Sequence[Stored]]:
            return self._journal.follow(snapshot.position, stop=stop)

        for batch in unbroken(batches, stop, self._lost, passing=JournalAway):
            self.away = ""
            if not batch:
                self.caught_up.set()
            elif since_start or self.caught_up.is_set():
                for stored in batch:
                    if stop.is_set():
                        return
                    update = absorb(snapshot, [stored])
                    self.unreadable += update.snapshot.unparsed - snapshot.unparsed
                    yield from _changes(snapshot.board, stored.entry, update)
                    snapshot = update.snapshot
            else:
                snapshot = absorb(snapshot, batch).snapshot

    def _lost(self, error: JournalError) -> None:
        self.away = str(error)


def _changes(board: Board, entry: Entry, update: Update) -> Iterator[Change]:
    """Report by report: one notification may say more about a call than its timeline keeps."""
    gaps = update.snapshot.gaps
    if entry.kind is EntryKind.NOTIFICATION:
        for report in wire.parse(entry.body, entry.headers).reports:
            before, board = board, apply(board, report, entry.at, entry.bot, gaps)
            if board is not before:
                yield Change(before.calls.get(report.call_id), board.calls[report.call_id], gaps)
        return
    for call_id in update.changed:
        call = update.snapshot.board.calls.get(call_id)
        if call is not None:
            yield Change(board.calls.get(call_id), call, gaps)
