"""The feed from a file: every line that the bot (or a proxy) writes there goes into the journal."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread

from callmon.clocks import utc_now
from callmon.core.text import visible
from callmon.feeds.extraction import Extract, Taken
from callmon.feeds.file_place import place_from
from callmon.feeds.file_words import ABSENT, LOST, MOVED, TOO_LONG, why_not
from callmon.feeds.line_intake import LineIntake
from callmon.feeds.noting import FeedNotes
from callmon.feeds.opened import Piece
from callmon.feeds.ownership import Ownership
from callmon.feeds.presence import Sign, unsigned
from callmon.feeds.tail import Tail
from callmon.feeds.watching import Watch
from callmon.ports import Bookmark, BookmarkMoved, FeedState, FeedStatus, Journal, JournalError

_FIRST_LOOK_S = 2.0
_STOP_S = 10.0
_LOST_TOLD_S = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """What is followed."""

    path: Path
    """Absolute."""
    name: str
    """What people call it: that of the bot, or of the file."""
    bookmark: str
    """What the journal knows its place by."""
    lock: Path
    """The file whose lock says who follows it for this journal."""
    bot: str = ""


class FileFeed:
    """Follows one file, as `callmon.ports.Feed`. What goes wrong is tried again until it works, or until `stop`."""

    def __init__(
        self,
        journal: Journal,
        source: Source,
        extract: Extract = Taken,
        *,
        clock: Callable[[], datetime] = utc_now,
        sign: Sign = unsigned,
    ) -> None:
        """`extract` takes the notification out of a line."""
        self._journal = journal
        self._source = source
        self._stop = Event()
        self._notes = FeedNotes(journal, f"file {source.name}", clock, sign)
        origin = f"file {source.path}"
        self._intake = LineIntake(journal, origin, extract, self._stop, clock=clock, bot=source.bot, run=sign.run)
        self._owner = Ownership(source.lock)
        self._tail: Tail | None = None
        self._too_long = 0
        """How many lines were too long before it was stopped last."""
        self._lock = Lock()
        self._thread: Thread | None = None
        self._looked = Event()
        self._passed_over = False
        """Whether something was too long in what was read last."""
        self._losses = 0
        """Of how many losses the tail knew when it was looked at last."""
        self._lost_until = 0.0
        self._kept_at = ""
        """The bookmark that the journal has, as far as this feed knows."""
        self._taken_to: str | None = None
        """The place up to which everything was taken, as a bookmark has it; None before that is known."""
        self._notes.bookmark = self._mark
        self._clock = clock
        self._all_read_at = clock()
        """When all that there was had been read, or it began to be followed."""
        self._lost: datetime | None = None
        self._telling: Future[None] | None = None
        """That of the journal which is told of the last loss; and since when that may be."""

    @property
    def status(self) -> FeedStatus:
        """How it stands now. Refused are lines and notifications that are too long, skipped those that carry none."""
        intake, tail = self._intake, self._tail
        state, detail = self._notes.state, self._notes.detail
        if state is FeedState.LISTENING:
            trouble = f"The lines wait in the file until the journal takes them. {intake.trouble}"
            said = [trouble] if intake.trouble else []
            said += [LOST] if self._lost_lately else []
            said += [ABSENT.format(path=visible(str(self._source.path)))] if tail and tail.absent else []
            said += [TOO_LONG] if self._passed_over else []
            detail = " ".join(said)
        counts = (intake.accepted, self._refused, intake.skipped)
        return FeedStatus(self._notes.name, state, detail, *counts, intake.run, intake.replaced)

    @property
    def _lost_lately(self) -> bool:
        return time.monotonic() < self._lost_until

    @property
    def _refused(self) -> int:
        return self._intake.too_large + self._lines_too_long

    @property
    def _lines_too_long(self) -> int:
        return self._too_long + (self._tail.too_long if self._tail else 0)

    def start(self) -> FeedStatus:
        """Follow; returns after a first look at the file, or after two seconds."""
        with self._lock:
            if self._thread is None:
                self._stop.clear()
                self._looked.clear()
                self._thread = Thread(target=self._run, name="file-feed", daemon=True)
                self._thread.start()
        self._looked.wait(_FIRST_LOOK_S)
        return self.status

    def stop(self) -> None:
        """Follow no more. What was not taken is taken the next time."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._stop.set()
                thread.join(_STOP_S)

    def _run(self) -> None:
        watch = Watch(self._source.path, self._stop)
        try:
            while not self._stop.is_set():
                if not self._take():
                    watch.wait(soon=self._tail is not None and self._tail.waits)
            self._notes.stopped()
        except Exception as error:  # a thread's last line; re-raised it would be printed on the screen
            logging.getLogger(__name__).critical("The follower broke down", exc_info=error)
            self._notes.failed("The follower of this file broke down, so its lines are not read. Restart callmon.")
        finally:
            watch.close()
            if self._tail is not None:
                self._tail.close()
                # Whoever starts it again begins where the journal says.
                self._too_long, self._tail = self._lines_too_long, None
            self._owner.let_go()
            self._looked.set()

    def _take(self) -> bool:
        """Take the next lines, if there are any now; whether to look again at once."""
        piece = self._look()
        self._looked.set()
        if piece is None:
            return False
        before, accepted = self._refused, self._intake.accepted
        bookmark = Bookmark(self._source.bookmark, piece.place.to_text(), self._kept_at)
        try:
            taken = self._intake.keep(piece.lines, bookmark)
        except BookmarkMoved:
            self._stand_back()
            return False
        if taken:
            self._taken_to = bookmark.value
        if self._intake.accepted > accepted:
            self._kept_at = bookmark.value
        self._passed_over = self._refused > before
        return True

    def _stand_back(self) -> None:
        """Somebody else has gone on in this file: one that was taken for dead, whose last words took their time."""
        self._notes.elsewhere(MOVED)
        if self._tail is not None:
            self._tail.close()
            self._too_long, self._tail = self._lines_too_long, None

    def _mark(self) -> Bookmark | None:
        """For an entry that is handed over now: the one after it must follow it."""
        if self._taken_to is None:
            return None
        mark = Bookmark(self._source.bookmark, self._taken_to, self._kept_at)
        self._kept_at = mark.value
        return mark

    def _look(self) -> Piece | None:
        """The next lines, if there are any; how the feed stands is noted."""
        try:
            tail = self._owned_tail()
            piece = tail.look() if tail else None
        except JournalError as error:
            self._notes.failed(f"The place in the file cannot be read from the journal. {error}")
            return None
        except (OSError, ValueError) as error:
            if self._tail is not None:
                self._tail.close()
            self._notes.failed(why_not(self._source.path, error))
            return None
        if tail is None:
            return None
        if piece is None and tail.place is not None:
            self._taken_to = tail.place.to_text()
        if tail.losses > self._losses:
            self._losses = tail.losses
            self._lost_until = time.monotonic() + _LOST_TOLD_S
            self._lost = self._all_read_at if self._notes.state is FeedState.LISTENING else None
            self._telling = self._notes.lost(LOST, self._source.bot, self._lost)
        elif self._telling is not None and self._telling.done():
            failed = self._telling.exception() is not None
            self._telling = self._notes.lost(LOST, self._source.bot, self._lost) if failed else None
        self._notes.listening()
        if piece is None:
            self._all_read_at = self._clock()
        return piece

    def _owned_tail(self) -> Tail | None:
        """What reads the file, if no other callmon does. Raises `OSError`, `JournalError`."""
        holder = self._owner.take()
        if holder is not None:
            who = f"pid {holder}" if holder else "its pid is not known"
            self._notes.elsewhere(f"Another callmon ({who}) already follows this file for this journal.")
            return None
        if self._tail is None:
            self._losses = 0
            self._all_read_at = self._clock()
            self._kept_at, self._taken_to = self._journal.bookmark(self._source.bookmark), None
            self._tail = Tail(self._source.path, place_from(self._kept_at))
        return self._tail
