"""Follows the journal in a thread, and hands the screen what is new: at once, and then at most so often."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Event

from textual.app import App
from textual.timer import Timer

from callmon.core.custom import CustomColumn
from callmon.inbox import Inbox
from callmon.ports import Journal, JournalError
from callmon.retrying import unbroken
from callmon.snapshot import Snapshot, Update
from callmon.tui.messages import JournalFound, JournalLost, NewsWaits

Updates = Callable[[Event], Iterator[Update]]
"""What happens until the event is set. Raises `JournalError`."""


class Follower:
    """Between the journal's thread and the screen's loop. The thread only posts; the loop only takes."""

    def __init__(
        self, app: App[str], show: Callable[[Update], None], monotonic: Callable[[], float], paint_every_s: float
    ) -> None:
        self._app = app
        self._show = show
        self._monotonic = monotonic
        self._paint_every_s = paint_every_s
        self._inbox = Inbox()
        self._stop = Event()
        self._shown_at = float("-inf")
        self._timer: Timer | None = None

    def start(self, journal: Journal, updates: Updates | None = None, custom: Sequence[CustomColumn] = ()) -> None:
        """Begin to follow the journal, or what somebody else makes of it.

        `NewsWaits`, `JournalLost` and `JournalFound` come to the app. A journal that cannot be read is tried again,
        with growing waits, from where reading ended.
        """
        self._app.run_worker(
            lambda: self._follow(journal, updates, custom), thread=True, group="follow", exit_on_error=True
        )

    def stop(self) -> None:
        """Follow no more."""
        self._stop.set()

    def news(self) -> None:
        """Something waits: show it, or see to it that it is shown soon."""
        wait = self._shown_at + self._paint_every_s - self._monotonic()
        if wait <= 0:
            self._deliver()
        elif self._timer is None:
            self._timer = self._app.set_timer(wait, self._deliver)

    def show_waiting(self) -> None:
        """Something else is about to be painted: what waits goes into the same frame."""
        if self._timer is not None:
            self._deliver()

    def _deliver(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        update = self._inbox.take()
        if update is not None:
            self._shown_at = self._monotonic()
            self._show(update)

    def _follow(self, journal: Journal, updates: Updates | None, custom: Sequence[CustomColumn]) -> None:
        from callmon.monitor import follow  # noqa: PLC0415  # the first paint does not wait for the reader of notifications

        latest = Snapshot(custom=tuple(custom))
        is_lost = False

        def told() -> Iterator[Update]:
            return updates(self._stop) if updates else follow(journal, stop=self._stop, start=latest)

        def lost(error: JournalError) -> None:
            nonlocal is_lost
            is_lost = True
            self._app.post_message(JournalLost(str(error)))

        for update in unbroken(told, self._stop, lost):
            latest = update.snapshot
            if is_lost:
                is_lost = False
                self._app.post_message(JournalFound())
            if self._inbox.put(update):
                self._app.post_message(NewsWaits())
