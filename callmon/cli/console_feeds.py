"""The feeds of a console. What they need is imported, and they start, when the first rows are on the screen."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Lock

from callmon.cli.screen import Warn
from callmon.cli.watching import watch_of
from callmon.clocks import utc_now
from callmon.ports import Feed, FeedState, PrunableJournal
from callmon.settings.model import Settings


class ConsoleFeeds:
    """The listener and what is followed, as the settings say; none, if the console only follows its journal."""

    def __init__(self, settings: Settings, journal: PrunableJournal, warn: Warn, stdin: int | None) -> None:
        """`stdin` is the descriptor of what ``--follow -`` means."""
        self._settings = settings
        self._journal = journal
        self._warn = warn
        self._stdin = stdin
        self._lock = Lock()
        self._stack = ExitStack()
        self._ended = False
        self.feeds: list[Feed] = []
        """Empty until they have begun."""

    def begin(self) -> str:
        """Start them; the address to which notifications may be POSTed, empty if there is none.

        Raises `callmon.cli.exits.Failure` where standard input cannot be followed.
        """
        with self._lock:
            if self._ended:
                return ""
            if not self._settings.collect:
                from callmon.cli.presences import look_for_the_dead  # noqa: PLC0415  # the first rows do not wait for it

                look_for_the_dead(self._settings.journal, self._journal, self._stack)
                return ""
            return self._collect()

    def end(self) -> None:
        """Stop them; if they are just starting, after that. From then on they do not begin any more."""
        with self._lock:
            self._ended = True
            self._stack.close()

    def _collect(self) -> str:
        from callmon.cli.feeds import feeds_of, inform, post_to  # noqa: PLC0415  # the first rows do not wait for it
        from callmon.cli.keeping import kept_small  # noqa: PLC0415  # as above
        from callmon.observer import Observer  # noqa: PLC0415  # as above

        feeds = feeds_of(self._settings, self._journal, self._stack, self._stdin)
        observer = Observer(self._journal, watch_of(self._settings), utc_now)
        self._stack.callback(observer.stop)
        inform(feeds, observer)
        for feed in feeds:
            self._stack.callback(feed.stop)
            feed.start()
        self.feeds += feeds
        if any(feed.status.state is FeedState.LISTENING for feed in feeds):
            self._stack.enter_context(kept_small(self._settings, self._journal, self._warn))
        return post_to(feeds[0].status)
