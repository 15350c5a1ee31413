"""Many requests to one commit: entries gather while the journal is busy with those before them, and while more come."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from callmon.ports import Entry, Journal, JournalError, JournalReplaced

Receipt = asyncio.Future[str | None]
"""None when the entry is durable, else a sentence that says why it is not."""


_QUIET_TURNS = 2
"""After so many turns of the loop that brought nothing, what has gathered is handed over. Senders that were answered
send again within a turn or two: commits that did not wait for them would be many and small, which costs more than
these turns of some microseconds."""
PROBE_S = 3.0
"""How long after a failure the journal is tried again if nobody sends anything."""


class Intake:
    """Hands entries to the journal, one batch at a time: what comes meanwhile is the next batch.

    So the journal commits, and the loop is woken, once a batch and not once a request. A batch is no larger than the
    number of connections, for none sends again before it has been answered. Belongs to one event loop.
    """

    def __init__(
        self, journal: Journal, turned_away: Callable[[datetime, datetime | None], Sequence[Entry]] | None = None
    ) -> None:
        """`turned_away` makes the entries which tell that nothing was taken from one time until another (now if None).

        A journal that failed is tried with them, until it takes them. Else nobody might learn that it does: senders
        stay away from what says of itself that it is not healthy.
        """
        self._journal = journal
        self._turned_away = turned_away
        self._failing_since: datetime | None = None
        """When the first entry came that was not kept; None once that has been told."""
        self._told: Receipt | None = None
        """Of the last of the entries that are to tell it."""
        self._probing = False
        self._waiting: list[tuple[Entry, Receipt]] = []
        self._busy = False
        self.trouble: str | None = None
        """Why the last batch was not kept; None if it was."""
        self.replaced = False
        """Whether that was because the journal is another one now."""

    def keep(self, entry: Entry) -> Receipt:
        """Put an entry into the journal; the receipt is done when it is durable or has failed."""
        loop = asyncio.get_running_loop()
        receipt: Receipt = loop.create_future()
        self._waiting.append((entry, receipt))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._gather)
        return receipt

    def _gather(self, before: int = 0, quiet: int = 0) -> None:
        """Hand over what waits, once no more comes. `before` waited a turn ago, after `quiet` turns without news."""
        waiting = len(self._waiting)
        quiet = 0 if waiting > before else quiet + 1
        if quiet > _QUIET_TURNS:
            self.flush()
        else:
            asyncio.get_running_loop().call_soon(self._gather, waiting, quiet)

    def flush(self) -> None:
        """Hand over all that waits, at once: nothing that `keep` took may be left behind when the loop ends."""
        batch, self._waiting = self._waiting, []
        self._busy = bool(batch)
        if batch:
            written = submit(self._journal, [entry for entry, _ in batch])
            receipts = [receipt for _, receipt in batch]
            first_at = batch[0][0].at
            written.add_done_callback(partial(self._written, asyncio.get_running_loop(), receipts, first_at))

    def _written(
        self,
        loop: asyncio.AbstractEventLoop,
        receipts: Sequence[Receipt],
        first_at: datetime,
        written: concurrent.futures.Future[None],
    ) -> None:
        """Called on the journal's thread."""
        error = written.exception()
        trouble = None if error is None else str(error)
        self.replaced = isinstance(error, JournalReplaced)
        try:
            loop.call_soon_threadsafe(self._settle, receipts, first_at, trouble)
        except RuntimeError:
            return  # the loop is closed: the senders have had their answer

    def _settle(self, receipts: Sequence[Receipt], first_at: datetime, trouble: str | None) -> None:
        self._note(receipts, first_at, trouble)
        self.trouble = trouble
        if trouble is not None and self._turned_away is not None and not self._probing:
            self._probing = True
            asyncio.get_running_loop().call_later(PROBE_S, self._probe)
        for receipt in receipts:
            if not receipt.done():
                receipt.set_result(trouble)
        self._gather()

    def _note(self, receipts: Sequence[Receipt], first_at: datetime, trouble: str | None) -> None:
        """Note the beginning of a failure, and have the journal told of it as soon as that is over."""
        told = self._told in receipts
        if told:
            self._told = None
        if trouble is not None:
            self._failing_since = self._failing_since or first_at
        elif told:
            self._failing_since = None
        else:
            self._tell(first_at)

    def _probe(self) -> None:
        self._probing = False
        if self.trouble is not None:
            self._tell(None)

    def _tell(self, until: datetime | None) -> None:
        if self._turned_away is not None and self._failing_since is not None and self._told is None:
            for entry in self._turned_away(self._failing_since, until):
                self._told = self.keep(entry)


def submit(journal: Journal, entries: Sequence[Entry]) -> concurrent.futures.Future[None]:
    """`Journal.submit`, also for a journal that was closed before its feeds were stopped: the future fails."""
    try:
        return journal.submit(entries)
    except JournalError as error:
        failed: concurrent.futures.Future[None] = concurrent.futures.Future()
        failed.set_exception(error)
        return failed
