"""The feed from standard input: each line of a pipe goes into the journal, until the pipe ends."""

from __future__ import annotations

import logging
import os
import select
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread

from callmon.clocks import utc_now
from callmon.feeds.extraction import Extract, Taken
from callmon.feeds.file_words import TOO_LONG
from callmon.feeds.line_intake import LineIntake
from callmon.feeds.lines import Lines
from callmon.feeds.noting import FeedNotes
from callmon.feeds.presence import Sign, unsigned
from callmon.ports import FeedState, FeedStatus, Journal

_PIECE_BYTES = 64 * 1024
_STOP_S = 10.0
_ENDED = "Standard input has ended: what wrote to it has finished. Nothing more comes from there."
_BROKEN = "Standard input cannot be read any more ({error}), so nothing more comes from there."


class StdinFeed:
    """Takes the lines of a pipe, as `callmon.ports.Feed`. It starts once: a pipe has no second beginning."""

    def __init__(
        self,
        journal: Journal,
        descriptor: int,
        extract: Extract = Taken,
        *,
        bot: str = "",
        clock: Callable[[], datetime] = utc_now,
        sign: Sign = unsigned,
    ) -> None:
        """`descriptor` is an open file; `extract` takes the notification out of a line."""
        self._descriptor = descriptor
        self._stop = Event()
        self._wakes, self._wake = os.pipe()
        self._lines = Lines()
        name = f"stdin {bot}" if bot else "stdin"
        self._notes = FeedNotes(journal, name, clock, sign)
        self._intake = LineIntake(journal, name, extract, self._stop, clock=clock, bot=bot, run=sign.run)
        self._passed_over = False
        """Whether something was too long in what was read last."""
        self._lock = Lock()
        self._thread: Thread | None = None

    @property
    def status(self) -> FeedStatus:
        """How it stands now. Refused are lines and notifications that are too long, skipped those that carry none."""
        intake, state, detail = self._intake, self._notes.state, self._notes.detail
        if state is FeedState.LISTENING:
            trouble = f"The lines wait in the pipe until the journal takes them. {intake.trouble}"
            said = [trouble] if intake.trouble else []
            detail = " ".join(said + ([TOO_LONG] if self._passed_over else []))
        counts = (intake.accepted, self._refused, intake.skipped)
        return FeedStatus(self._notes.name, state, detail, *counts, intake.run, intake.replaced)

    @property
    def _refused(self) -> int:
        return self._intake.too_large + self._lines.too_long

    def start(self) -> FeedStatus:
        """Begin to read."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._notes.listening()
                self._thread = Thread(target=self._run, name="stdin-feed", daemon=True)
                self._thread.start()
        return self.status

    def stop(self) -> None:
        """Read no more. What is still in the pipe is lost to callmon."""
        with self._lock:
            thread, self._thread = self._thread, None
            if not self._stop.is_set():
                self._stop.set()
                os.close(self._wake)
                if thread is None:
                    os.close(self._wakes)
        if thread is not None:
            thread.join(_STOP_S)

    def _run(self) -> None:
        try:
            self._notes.stopped(self._read_all())
        except Exception as error:  # a thread's last line; re-raised it would be printed on the screen
            logging.getLogger(__name__).critical("The reader of standard input broke down", exc_info=error)
            self._notes.failed("The reader of standard input broke down, so nothing more comes from there.")
        finally:
            os.close(self._wakes)

    def _read_all(self) -> str:
        """Take lines until the end, or until it is told to stop; says why nothing more comes."""
        while not self._stop.is_set():
            select.select([self._descriptor, self._wakes], [], [])
            if self._stop.is_set():
                break
            try:
                data = os.read(self._descriptor, _PIECE_BYTES)
            except BlockingIOError:
                continue
            except OSError as error:
                return _BROKEN.format(error=error.strerror or error)
            before = self._refused
            self._intake.keep(self._lines.feed(data) if data else self._lines.finish())
            self._passed_over = self._refused > before
            if not data:
                return _ENDED
        return ""
