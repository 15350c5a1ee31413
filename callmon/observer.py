"""Follows the journal for a program that has no screen, from when it is first needed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Event, Lock, Thread

from callmon.checks import Checks
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.ends import Ends
from callmon.core.hangup import CheckOutcome
from callmon.core.records import CallChecked, HangUpAnswered, decode
from callmon.feeds.vitals import Vitals
from callmon.monitor import absorb
from callmon.ports import EntryKind, Journal, Stored
from callmon.retrying import unbroken
from callmon.snapshot import Snapshot, Update
from callmon.watch import Watch

_STOPS_WITHIN_S = 2.0
_ANSWERED = frozenset({EntryKind.HANGUP_ANSWERED, EntryKind.CALL_CHECKED})


class Observer:
    """What the journal tells, seen now, as `callmon.feeds.vitals.Witness`; and which call should be checked."""

    def __init__(self, journal: Journal, watch: Watch, now: Callable[[], datetime]) -> None:
        self._journal = journal
        self._watch = watch
        self._now = now
        self._lock = Lock()
        self._stop = Event()
        self._caught_up = Event()
        self._thread: Thread | None = None
        self._checks = Checks()
        self._trouble = ""
        self._ended = Ends()
        self._hangups: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()

    def begin(self) -> None:
        """Follow from now on; does nothing if it does already."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="observer", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Follow no more."""
        self._stop.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(_STOPS_WITHIN_S)

    def look(self, patience_s: float) -> Vitals | None:
        """See `callmon.feeds.vitals.Witness`."""
        with self._lock:
            begun = self._thread is not None
        if not begun or not self._caught_up.wait(patience_s):
            return None
        with self._lock:
            self._tick()
            seen = self._watch.seen
            ended = self._ended.counts(seen.board, self._now())
            return Vitals(seen, ended, dict(self._hangups), dict(self._answers), trouble=self._trouble)

    def due(self) -> Call | None:
        """The call that should be checked now, if any; `checked` must follow.

        None while the journal cannot be read: what is known is old then.
        """
        with self._lock:
            if self._trouble:
                return None
            self._tick()
            return self._checks.take(self._watch.seen.board, self._now())

    def checked(self, call: Call, outcome: CheckOutcome) -> None:
        """What came of a check."""
        with self._lock:
            latest = self._watch.seen.board.calls.get(call.id)
            self._checks.came_back(latest or call, outcome, self._now())

    def _tick(self) -> None:
        update = self._watch.tick(self._now())
        if update is not None:
            self._checks.consider(update.snapshot.board, update.changed, self._now())

    def _run(self) -> None:
        try:
            self._follow()
        except Exception as error:  # a thread's last line: what is known would be old for ever, and told as new
            logging.getLogger(__name__).critical("The observer broke down", exc_info=error)
            self._cannot_read(f"Following it broke down ({type(error).__name__}). Restart callmon.")

    def _follow(self) -> None:
        """A journal that cannot be read is tried again, with growing waits, from where reading ended."""
        snapshot = Snapshot()

        def batches() -> Iterator[Sequence[Stored]]:
            return self._journal.follow(snapshot.position, stop=self._stop)

        for batch in unbroken(batches, self._stop, lambda error: self._cannot_read(str(error))):
            update = absorb(snapshot, batch)
            self._take(snapshot.board, update, batch)
            snapshot = update.snapshot
            if update.live:
                self._caught_up.set()
        self._caught_up.set()

    def _cannot_read(self, why: str) -> None:
        with self._lock:
            self._trouble = why
        self._caught_up.set()

    def _take(self, before: Board, update: Update, batch: Sequence[Stored]) -> None:
        with self._lock:
            self._trouble = ""
            for stored in batch:
                if stored.entry.kind in _ANSWERED:
                    self._count(stored)
            self._ended.take(before, update.snapshot.board, update.changed, self._now())
            seen = self._watch.update(update, self._now())
            self._checks.consider(seen.snapshot.board, seen.changed, self._now())

    def _count(self, stored: Stored) -> None:
        record = decode(stored.entry.kind, stored.entry.body)
        if isinstance(record, HangUpAnswered):
            self._hangups[str(record.outcome.answer)] += 1
        elif isinstance(record, CallChecked):
            self._answers[str(record.outcome.answer)] += 1
