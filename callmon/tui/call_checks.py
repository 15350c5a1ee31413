"""Checks of calls from the console: those that the operator asks for, and, if wanted, those of calls in doubt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from callmon.checks import ASKED_APART, Checks
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Check
from callmon.core.hangup import CheckOutcome
from callmon.core.text import clock, since, visible
from callmon.ports import Target
from callmon.snapshot import Update
from callmon.tui.messages import CheckReturned
from callmon.tui.starting import LOOK_AGAIN_S

if TYPE_CHECKING:  # the first paint comes before there are any
    from callmon.hangup import HangUp
    from callmon.tui.parts import Parts


class CallChecks:
    """Sends GETs in threads; a `CheckReturned` comes to the app for each."""

    def __init__(self, app: App[str], now: Callable[[], datetime]) -> None:
        self._app = app
        self._now = now
        self.checks = Checks()
        self._board = Board()
        self._told: tuple[str, datetime] | None = None
        """Of which call the operator was told last what a check gave, and when."""

    def consider(self, update: Update) -> None:
        """Take in what is new, doubts among it."""
        self._board = update.snapshot.board
        self.checks.consider(update.snapshot.board, update.changed, self._now())

    def tick(self, parts: Parts) -> None:
        """A second has passed: check one call, if one is due and that is wanted."""
        hangup = parts.hangup
        if hangup is None or not parts.auto_check or not parts.hangup_ready():
            return
        call = self.checks.take(self._board, self._now())
        if call is None:
            return
        if why_not := hangup.why_not(call):
            self.checks.came_back(call, CheckOutcome(Answer.REFUSED_HERE, why_not), self._now())
        else:
            self._send(hangup, call, asked=False)

    def verify(self, parts: Parts, call: Call) -> None:
        """The operator wants this call checked now."""
        if parts.hangup is None:
            self._app.notify(parts.no_hangup_because, severity="warning", markup=False)
        elif not parts.hangup_ready():
            self._app.set_timer(LOOK_AGAIN_S, partial(self.verify, parts, call))
        elif why_not := parts.hangup.why_not(call):
            self._app.notify(why_not, severity="warning", markup=False)
        elif (last := self.checks.lately(call, self._now())) is not None:
            self._tell_again(call, last)
        elif (pause := self.checks.throttled(call, self._now())) is not None:
            sentence = f"Graph wants no checks before {clock(pause.until)}: {visible(pause.because)}"
            self._app.notify(sentence, severity="warning", markup=False)
        elif self.checks.ask(call, self._now()):
            self._send(parts.hangup, call, asked=True)
            self._app.notify(f"Asking Graph about call #{call.index}…", timeout=2, markup=False)

    def returned(self, message: CheckReturned) -> None:
        """What came of it; whoever asked is told."""
        call = self._board.calls.get(message.call.id) or message.call
        self.checks.came_back(call, message.outcome, self._now())
        if message.asked:
            self._told = (call.id, self._now())
            sentence = f"Call #{message.call.index}: {visible(message.outcome.sentence)}"
            if call.ended and message.outcome.answer is Answer.FOUND:
                sentence += " Its end had come before; an end is final here, so it stays among the ended."
            self._tell(sentence, message.outcome)

    def _tell_again(self, call: Call, last: Check) -> None:
        """A call is asked about once a minute; a key that is held down tells that once."""
        now = self._now()
        told, self._told = self._told, (call.id, now)
        if told is None or told[0] != call.id or now - told[1] >= ASKED_APART:
            ago = since(max(now - last.at, timedelta(0)))
            self._tell(f"Call #{call.index}, checked {ago} ago: {visible(last.outcome.sentence)}", last.outcome)

    def _tell(self, sentence: str, outcome: CheckOutcome) -> None:
        settled = outcome.answer in {Answer.FOUND, Answer.GONE}
        self._app.notify(sentence, severity="information" if settled else "warning", markup=False)

    def _send(self, hangup: HangUp, call: Call, *, asked: bool) -> None:
        self._app.run_worker(
            partial(self._request, hangup, call, asked), thread=True, group="check", exit_on_error=True
        )

    def _request(self, hangup: HangUp, call: Call, asked: bool) -> None:
        self._app.post_message(CheckReturned(call, hangup.check(Target.of(call)), asked=asked))
