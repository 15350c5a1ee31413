"""The journal that the settings name, and what stands in it."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from threading import Event

from callmon.cli.output import tell
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import follow, now_in
from callmon.ports import Journal
from callmon.settings.model import Settings
from callmon.snapshot import Snapshot


def open_journal(settings: Settings) -> AbstractContextManager[SqliteJournal]:
    """Open the journal, or begin it; it is closed at the end. Raises `callmon.ports.JournalError`."""
    return closing(SqliteJournal.open(settings.journal))


def read_snapshot(settings: Settings) -> Snapshot:
    """What the journal tells now. One that does not exist is not begun: looking leaves nothing behind.

    Raises `callmon.ports.JournalError`.
    """
    if not settings.journal.exists():
        tell(f"There is no journal {settings.journal} yet: start callmon or callmon listen to begin it.")
        return Snapshot()
    with open_journal(settings) as journal:
        return now_in(journal)


def brought_up_to_date(journal: Journal, snapshot: Snapshot) -> Snapshot:
    """What the journal tells now, read on from what is known. Raises `callmon.ports.JournalError`."""
    for update in follow(journal, stop=Event(), start=snapshot):
        snapshot = update.snapshot
        if update.live:
            break
    return snapshot
