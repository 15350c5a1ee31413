"""Keeps the journal within its limits while a listener runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from callmon.clocks import utc_now
from callmon.ports import JournalError, PrunableJournal
from callmon.retention import Limits, prune
from callmon.settings.model import Settings

_FIRST_AFTER_S = 60.0
_EVERY_S = 3600.0
_MIB = 1024 * 1024
_LEAVE_WITHIN_S = 5.0


@contextmanager
def kept_small(settings: Settings, journal: PrunableJournal, warn: Callable[[str], object]) -> Iterator[None]:
    """Lets old entries go once an hour, from a thread of its own: of all who listen, one does it."""
    days, megabytes = settings.journal_keep_days, settings.journal_max_mb
    limits = Limits(timedelta(days=days) if days else None, megabytes * _MIB if megabytes else None)
    if limits == Limits(None, None):
        yield
        return
    stop = Event()
    thread = Thread(target=_keep, args=(journal, limits, stop, warn), name="journal-retention", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_LEAVE_WITHIN_S)


def _keep(journal: PrunableJournal, limits: Limits, stop: Event, warn: Callable[[str], object]) -> None:
    wait = _FIRST_AFTER_S
    while not stop.wait(wait):
        wait = _EVERY_S
        try:
            if journal.claim_pruning(_EVERY_S / 2):
                prune(journal, limits, utc_now, stop)
        except JournalError as error:
            if not stop.is_set():
                warn(f"Old entries could not be removed from the journal; that is tried again. {error}")
        except Exception as error:  # a thread's last line: the journal would grow, and nobody would know why
            logging.getLogger(__name__).critical("Removing old entries broke down", exc_info=error)
            warn(f"Removing old entries from the journal broke down ({type(error).__name__}); that is tried again.")
