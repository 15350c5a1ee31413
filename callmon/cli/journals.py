"""The journal that the settings name, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from threading import Event

from callmon.cli.output import tell
from callmon.journal.opening import RedisTerms, not_begun, open_at
from callmon.monitor import follow, now_in
from callmon.ports import Journal, PrunableJournal
from callmon.settings.model import Settings
from callmon.snapshot import Snapshot


def open_journal(settings: Settings) -> AbstractContextManager[PrunableJournal]:
    """Open the journal, or begin it; it is closed at the end. Raises `callmon.ports.JournalError`."""
    return closing(open_at(settings.journal, redis_terms(settings)))


def redis_terms(settings: Settings) -> RedisTerms:
    """What of a Redis journal is not in its address."""
    password = settings.redis_password
    return RedisTerms(None if password is None else password.get_secret_value(), settings.redis_wait)


def is_missing(settings: Settings) -> bool:
    """Whether nobody has begun the journal yet. Raises `callmon.ports.JournalError`."""
    return not_begun(settings.journal, redis_terms(settings))


def none_yet(settings: Settings) -> str:
    """What to say then."""
    return f"There is no journal {settings.journal} yet: start callmon or callmon listen to begin it."


@contextmanager
def looked_into(settings: Settings) -> Iterator[Journal | None]:
    """The journal for looking only, or None with a word on stderr: one that does not exist is not begun.

    Raises `callmon.ports.JournalError`.
    """
    if is_missing(settings):
        tell(none_yet(settings))
        yield None
    else:
        with open_journal(settings) as journal:
            yield journal


def read_snapshot(settings: Settings) -> Snapshot:
    """What the journal tells now. Looking leaves nothing behind. Raises `callmon.ports.JournalError`."""
    with looked_into(settings) as journal:
        return now_in(journal, settings.custom) if journal is not None else Snapshot()


def brought_up_to_date(journal: Journal, snapshot: Snapshot) -> Snapshot:
    """What the journal tells now, read on from what is known. Raises `callmon.ports.JournalError`."""
    for update in follow(journal, stop=Event(), start=snapshot):
        snapshot = update.snapshot
        if update.live:
            break
    return snapshot
