"""Lines into the journal: they wait for it, and what it does not take is offered again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain, repeat
from threading import Event

from callmon.feeds.extraction import Extract, Taken
from callmon.feeds.receiver import MAX_BODY
from callmon.ports import Bookmark, BookmarkMoved, Entry, EntryKind, Journal, JournalError, JournalReplaced, Ticket

_AGAIN_AFTER_S = (0.25, 0.5, 1.0, 2.0)
_AGAIN_AT_LAST_S = 5.0
_LATE = timedelta(minutes=1)
"""What its source stamped so long ago does not come just now: a log is caught up with."""


class LineIntake:
    """Has lines kept as entries, one batch at a time. Belongs to one thread; its counts may be read from any."""

    def __init__(
        self,
        journal: Journal,
        origin: str,
        extract: Extract,
        stop: Event,
        *,
        clock: Callable[[], datetime],
        bot: str = "",
        run: str = "",
    ) -> None:
        """`origin`, `bot` and `run` are those of its entries; once `stop` is set, nothing is offered again."""
        self.run = run
        self._journal = journal
        self._origin = origin
        self._bot = bot
        self._extract = extract
        self._clock = clock
        self._stop = stop
        self._source, self._number = uuid.uuid4().hex, 0
        self.accepted = 0
        self.too_large = 0
        """Notifications that are larger than one may be."""
        self.skipped = 0
        """Lines that carry no notification."""
        self.trouble = ""
        """Why the journal does not take the lines now; empty if it does."""
        self.replaced = False
        """Whether that is because the journal is another one now."""

    def keep(self, lines: Sequence[bytes], bookmark: Bookmark | None = None) -> bool:
        """Return when the lines are durable, and the bookmark with the last of them.

        False if it was told to stop before the journal said that it has them. Raises `BookmarkMoved`.
        """
        taken = [found for line in lines if (found := self._extract(line)) is not None]
        now = self._clock()
        entries = [self._entry(found, now) for found in taken if len(found.body) <= MAX_BODY]
        if entries:
            entries[-1] = entries[-1]._replace(bookmark=bookmark)
            if not self._kept(entries):
                return False
        self.accepted += len(entries)
        self.too_large += len(taken) - len(entries)
        self.skipped += len(lines) - len(taken)
        return True

    def _entry(self, found: Taken, now: datetime) -> Entry:
        at = min(found.at or now, now)
        late = bool(self.run) and now - at > _LATE
        body, bot = found.body, self._bot
        return Entry(EntryKind.NOTIFICATION, at, self._origin, body, bot=bot, run=self.run, late=late)

    def _kept(self, entries: Sequence[Entry]) -> bool:
        """A journal over a network may have what it reported as failed: it is told that this is the same again."""
        self._number += 1
        ticket = Ticket(self._source, self._number)
        for wait_s in chain(_AGAIN_AFTER_S, repeat(_AGAIN_AT_LAST_S)):
            try:
                self._journal.submit(entries, ticket).result()
            except BookmarkMoved:
                self.trouble = ""
                raise
            except JournalError as error:
                self.trouble, self.replaced = str(error), isinstance(error, JournalReplaced)
            else:
                self.trouble, self.replaced = "", False
                return True
            if self._stop.wait(wait_s):
                return False
        raise AssertionError  # the chain has no end
