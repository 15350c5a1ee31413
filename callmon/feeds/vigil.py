"""Finds runs that ended without a word, on this machine and on others, and notes it in the journal, once.

So what the journal tells is all there is to know: whoever reads it needs to ask nobody who is alive.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from threading import Event, Thread

from callmon.clocks import utc_now
from callmon.core.records import BACK, GONE, FeedChanged, encode
from callmon.feeds.intake import submit
from callmon.feeds.presence import Presence, Roll
from callmon.ports import Entry, EntryKind, Journal, JournalError, LeasingJournal

EVERY_S = 5.0
"""How often a run says that it is alive, and looks for those that do not."""
LEASE_S = 20.0
"""After so many seconds without a word a run on another machine is taken for dead."""
_LEAVE_WITHIN_S = 5.0
_ORIGIN = "callmon"


class Vigil:
    """Watches over the runs of a journal, from a thread of its own."""

    def __init__(
        self,
        journal: Journal,
        roll: Roll,
        presence: Presence | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`presence` is that of this run; None if it does not collect, but only looks for others."""
        self._journal = journal
        self._roll = roll
        self._presence = presence
        self._run = presence.run if presence is not None else ""
        self._clock = clock
        self._monotonic = monotonic
        self._leased = False
        self._reached = float("-inf")
        """When the journal last told of leases; see `_look_abroad`."""
        self._since = 0.0
        """Since when it has done so without a break."""
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Look at this machine at once, then at all, again and again."""
        self._look_here()
        self._thread = Thread(target=self._keep, name="vigil", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; this run is about to end as it should."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_LEAVE_WITHIN_S)

    def _keep(self) -> None:
        while not self._stop.is_set():
            self.beat()
            self._stop.wait(EVERY_S)
        if self._leased:
            self._end(self._run)

    def beat(self) -> None:
        """Say that this run is alive, and note which others are not. Never raises; may wait for the journal."""
        self._look_here()
        if isinstance(self._journal, LeasingJournal):
            with suppress(JournalError):
                self._look_abroad(self._journal)

    def _look_here(self) -> None:
        dead: Mapping[str, datetime] = {}
        with suppress(OSError):
            if self._presence is not None:
                self._presence.live()
            dead = self._roll.dead(self._run)
        for run, last in dead.items():
            self._note(GONE, run, last)

    def _look_abroad(self, journal: LeasingJournal) -> None:
        """While we could not reach the journal, others could not either: they get as long to come back as leases last.

        Raises `JournalError`.
        """
        if self._run:
            was_known = journal.renew_lease(self._run, self._clock(), LEASE_S)
            if self._leased and not was_known:
                self._note(BACK, self._run, self._clock())
            self._leased = True
        lapsed = journal.lapsed_leases()
        before, self._reached = self._reached, self._monotonic()
        if self._reached - before > LEASE_S / 2:
            self._since = self._reached
        if self._reached - self._since < LEASE_S:
            return
        for run, last in lapsed.items():
            self._note(GONE, run, last)

    def _note(self, state: str, run: str, at: datetime) -> None:
        """Only what is durable is forgotten, so a death may be noted twice, which changes nothing, but never not."""
        body = encode(FeedChanged("", state, run=run))
        told = submit(self._journal, [Entry(EntryKind.FEED, at, _ORIGIN, body)])
        if state == GONE and told.exception() is None:
            self._end(run)

    def _end(self, run: str) -> None:
        if isinstance(self._journal, LeasingJournal):
            with suppress(JournalError):
                self._journal.end_lease(run)
