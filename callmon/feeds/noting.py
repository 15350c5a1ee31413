"""How a feed stands, and the entries of the journal that tell when it began and ceased to receive."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from datetime import datetime

from callmon.core.records import FeedChanged, encode
from callmon.feeds.intake import submit
from callmon.feeds.presence import Sign, unsigned
from callmon.ports import Bookmark, BookmarkMoved, Entry, EntryKind, FeedState, Journal

_LAST_ENTRY_S = 5.0


class FeedNotes:
    """The state of one feed. Its own thread changes it; any may read it."""

    def __init__(self, journal: Journal, name: str, clock: Callable[[], datetime], sign: Sign = unsigned) -> None:
        self.name = name
        """As it stands in the journal and on the screen."""
        self.bookmark: Callable[[], Bookmark | None] = lambda: None
        """Gives what the next entry is to carry."""
        self._journal = journal
        self._clock = clock
        self._sign = sign
        self._said = (FeedState.STOPPED, "")

    @property
    def state(self) -> FeedState:
        """How it stands."""
        return self._said[0]

    @property
    def detail(self) -> str:
        """What there is to say about it."""
        return self._said[1]

    def listening(self, detail: str = "") -> None:
        """It receives; `detail` is what the journal should tell of its beginning."""
        if self.state is not FeedState.LISTENING:
            self._change(FeedState.LISTENING, detail)

    def lost(self, detail: str, bot: str, since: datetime | None) -> concurrent.futures.Future[None]:
        """Something that it was to read is gone; all had been read at `since`, or before it began to receive.

        It receives, now at the latest. The future is that of the journal.
        """
        told = "" if since is None else since.isoformat()
        record = FeedChanged(self.name, FeedState.LISTENING, detail, lost=True, since=told)
        self._said = (FeedState.LISTENING, "")
        return self._note(record, bot)

    def elsewhere(self, detail: str) -> None:
        """Another callmon receives in its place; that one notes it."""
        self._said = (FeedState.ELSEWHERE, detail)

    def failed(self, detail: str) -> None:
        """It cannot receive. Only if it did before, that is news for the journal."""
        if self.state is FeedState.LISTENING:
            self._change(FeedState.FAILED, detail)
        self._said = (FeedState.FAILED, detail)

    def stopped(self, detail: str = "") -> None:
        """It will not receive any more. Returns when that is durable, or after 5 s."""
        if self.state is FeedState.LISTENING:
            told = self._change(FeedState.STOPPED, detail)
            concurrent.futures.wait([told], timeout=_LAST_ENTRY_S)
            if told.done() and isinstance(told.exception(), BookmarkMoved):  # its end is news all the same
                self.bookmark = lambda: None
                concurrent.futures.wait([self._change(FeedState.STOPPED, detail)], timeout=_LAST_ENTRY_S)
        self._said = (FeedState.STOPPED, detail)

    def _change(self, state: FeedState, detail: str = "") -> concurrent.futures.Future[None]:
        self._said = (state, detail)
        return self._note(FeedChanged(self.name, state, detail))

    def _note(self, record: FeedChanged, bot: str = "") -> concurrent.futures.Future[None]:
        body = encode(self._sign(record))
        entry = Entry(EntryKind.FEED, self._clock(), self.name, body, bot=bot, bookmark=self.bookmark())
        return submit(self._journal, [entry])
