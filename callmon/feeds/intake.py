"""Many requests to one commit: entries gather while the journal is busy with those before them."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Sequence
from functools import partial

from callmon.ports import Entry, Journal, JournalError

Receipt = asyncio.Future[str | None]
"""None when the entry is durable, else a sentence that says why it is not."""


PROBE_S = 3.0
"""How long after a failure the journal is tried again if nobody sends anything."""


class Intake:
    """Hands entries to the journal, one batch at a time: what comes meanwhile is the next batch.

    So the journal commits, and the loop is woken, once a batch and not once a request. Belongs to one event loop.
    """

    def __init__(self, journal: Journal, sign: Callable[[], Entry] | None = None) -> None:
        """`sign` makes an entry with which a journal that failed is tried, until it takes one again.

        Else nobody would learn that it does: senders stay away from what says of itself that it is not healthy.
        """
        self._journal = journal
        self._sign = sign
        self._probing = False
        self._waiting: list[tuple[Entry, Receipt]] = []
        self._busy = False
        self.trouble: str | None = None
        """Why the last batch was not kept; None if it was."""

    def keep(self, entry: Entry) -> Receipt:
        """Put an entry into the journal; the receipt is done when it is durable or has failed."""
        loop = asyncio.get_running_loop()
        receipt: Receipt = loop.create_future()
        self._waiting.append((entry, receipt))
        if not self._busy:
            self._busy = True
            loop.call_soon(self.flush)  # after the other requests of this turn
        return receipt

    def flush(self) -> None:
        """Hand over all that waits, at once: nothing that `keep` took may be left behind when the loop ends."""
        batch, self._waiting = self._waiting, []
        self._busy = bool(batch)
        if batch:
            written = submit(self._journal, [entry for entry, _ in batch])
            receipts = [receipt for _, receipt in batch]
            written.add_done_callback(partial(self._written, asyncio.get_running_loop(), receipts))

    def _written(
        self, loop: asyncio.AbstractEventLoop, receipts: Sequence[Receipt], written: concurrent.futures.Future[None]
    ) -> None:
        """Called on the journal's thread."""
        error = written.exception()
        trouble = None if error is None else str(error)
        try:
            loop.call_soon_threadsafe(self._settle, receipts, trouble)
        except RuntimeError:
            return  # the loop is closed: the senders have had their answer

    def _settle(self, receipts: Sequence[Receipt], trouble: str | None) -> None:
        self.flush()  # first, so that the journal works while the answers are given
        self.trouble = trouble
        if trouble is not None and self._sign is not None and not self._probing:
            self._probing = True
            asyncio.get_running_loop().call_later(PROBE_S, self._probe, self._sign)
        for receipt in receipts:
            if not receipt.done():
                receipt.set_result(trouble)

    def _probe(self, sign: Callable[[], Entry]) -> None:
        self._probing = False
        if self.trouble is not None:
            self.keep(sign())


def submit(journal: Journal, entries: Sequence[Entry]) -> concurrent.futures.Future[None]:
    """`Journal.submit`, also for a journal that was closed before its feeds were stopped: the future fails."""
    try:
        return journal.submit(entries)
    except JournalError as error:
        failed: concurrent.futures.Future[None] = concurrent.futures.Future()
        failed.set_exception(error)
        return failed
