"""Gets the console its parts once it is on the screen, and then their feeds."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from textual.app import App

from callmon.tui.messages import FeedsBegun, JournalLost, Loaded, LoadFailed
from callmon.tui.starting import StartError, StartLater

if TYPE_CHECKING:  # the first paint comes before there are any
    from callmon.tui.parts import Parts

_AGAIN_S = 2.0
"""When loading is tried again that may succeed later."""


class Loader:
    """Works in threads; what comes of it goes to the app: `Loaded` and `FeedsBegun`, `LoadFailed` or `JournalLost`."""

    def __init__(self, app: App[str], load: Callable[[], Parts]) -> None:
        """`load` makes the parts. It may raise `StartError`, or `StartLater`: then it is tried again."""
        self._app = app
        self._load = load
        self._ended = Event()
        self.feeds_asked = False
        """Whether the feeds have been asked to start."""

    def load(self) -> None:
        """Make the parts."""
        self._app.run_worker(self._load_parts, thread=True, group="load", exit_on_error=True)

    def begin_feeds(self, parts: Parts) -> None:
        """Start the feeds, the first time that this is asked for.

        That is once there is something to see: what they need takes as long to import as the rows take to paint.
        """
        if not self.feeds_asked:
            self.feeds_asked = True
            self._app.run_worker(lambda: self._start_feeds(parts.begin), thread=True, group="feeds")

    def end(self) -> None:
        """Try no more."""
        self._ended.set()

    def _load_parts(self) -> None:
        while self._try_load() and not self._ended.wait(_AGAIN_S):
            pass

    def _try_load(self) -> bool:
        """Whether it is to be tried again."""
        try:
            self._app.post_message(Loaded(self._load()))
        except StartLater as later:
            self._app.post_message(JournalLost(str(later)))
            return True
        except StartError as error:
            self._app.post_message(LoadFailed(str(error)))
        return False

    def _start_feeds(self, begin: Callable[[], str]) -> None:
        try:
            self._app.post_message(FeedsBegun(begin()))
        except StartError as error:
            self._app.post_message(LoadFailed(str(error)))
