"""Checks of calls in doubt: a few, slowly, and never two about one call at a time. Console and collector share them.

Consoles on one journal share the work: what one has checked is in the journal, and each waits a little of its own
before it begins, so that they do not begin at once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from callmon.core.agenda import Agenda
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Check
from callmon.core.checking import EVERY_S, Pause, after_answer, in_need, lately_checked, not_before
from callmon.core.moments import later

if TYPE_CHECKING:  # the first paint waits for no outcome of a request
    from callmon.core.hangup import CheckOutcome

APART = timedelta(seconds=1)
"""Between the beginnings of two checks, of this console and, as far as it knows, of all."""
MOST_AT_ONCE = 2
ASKED_APART = timedelta(seconds=3)
"""Between two tries to check one call that somebody asks for, where nothing could be sent."""
_SPREAD_S = 3.0
_LONG_AGO = timedelta(minutes=5)


class Checks:
    """Decides which call is checked next, and when. Knows no thread and no clock."""

    def __init__(self, console: str | None = None) -> None:
        """`console` tells this one from others on the same journal."""
        self._console = console or str(uuid4())
        self._agenda = Agenda()
        self._ready: dict[str, None] = {}
        """Calls that are due, the longest waiting first."""
        self._under_way: set[str] = set()
        self._begun: dict[str, datetime] = {}
        """When each call was last checked from here: it counts also if it could not be written down."""
        self._own: dict[str, CheckOutcome] = {}
        """What came back here and has not been read in the journal yet."""
        self._read: dict[str, datetime] = {}
        """When the check of each call was made that was last read in the journal."""
        self._free_at: datetime | None = None
        self._pauses: dict[str, Pause] = {}
        self.made = 0
        """How many checks from here came back."""

    @property
    def pauses(self) -> Mapping[str, Pause]:
        """By the name of the bot: why no call of it is checked for a while, and until when."""
        return self._pauses

    def consider(self, board: Board, changed: Iterable[str], now: datetime) -> None:
        """Take in calls that are not what they were (comparable ids), with their doubts."""
        for call_id in changed:
            call = board.calls.get(call_id)
            if call is not None:
                self._overhear(call, now)
            if call is None or not in_need(call):
                self._agenda.drop(call_id)
                self._ready.pop(call_id, None)
                if call is None or call.ended:
                    self._begun.pop(call_id, None)
                    self._own.pop(call_id, None)
                    self._read.pop(call_id, None)
            elif call_id not in self._ready:
                self._put(call, now)

    def take(self, board: Board, now: datetime) -> Call | None:
        """The call to be checked now, if any; its check is under way from then on."""
        for call_id in self._agenda.take(now):
            self._ready[call_id] = None
        if len(self._under_way) >= MOST_AT_ONCE or (self._free_at is not None and now < self._free_at):
            return None
        for call_id in self._ready:
            call = board.calls.get(call_id)
            if call is not None and not self._paused(call, now):
                del self._ready[call_id]
                self._begin(call_id, now)
                return call
        return None

    def lately(self, call: Call, now: datetime) -> Check | None:
        """The latest check of this call, by whoever, if it is less than a minute ago: it is not asked about again."""
        if call.id in self._under_way:
            return None
        begun, own = self._begun.get(call.id), self._own.get(call.id)
        if begun is not None and own is not None and (made := lately_checked(Check(begun, own), now)) is not None:
            return made
        return lately_checked(call.check, now)

    def throttled(self, call: Call, now: datetime) -> Pause | None:
        """The pause that Graph asked for, if no call of this bot may be asked about now."""
        pause = self._pauses.get(call.bot)
        return pause if pause is not None and pause.throttled and now < pause.until else None

    def ask(self, call: Call, now: datetime) -> bool:
        """Somebody wants this call checked now. False if that is too early, or its check is under way."""
        begun = self._begun.get(call.id)
        if self.lately(call, now) is not None or self.throttled(call, now) is not None:
            return False
        if call.id in self._under_way or (begun is not None and now < begun + ASKED_APART):
            return False
        self._ready.pop(call.id, None)
        self._begin(call.id, now)
        return True

    def came_back(self, call: Call, outcome: CheckOutcome, now: datetime) -> None:
        """What came of a check of this call, as the board has it now; until the board says more, it is left alone."""
        self._under_way.discard(call.id)
        self.made += outcome.answer is not Answer.REFUSED_HERE
        if call.check is None or call.check.outcome != outcome:
            self._own[call.id] = outcome
            self._heed(call.bot, outcome, now)
        if in_need(call):
            self._put(call, now)

    def _begin(self, call_id: str, now: datetime) -> None:
        self._under_way.add(call_id)
        self._begun[call_id] = now
        self._free_at = now + APART

    def _put(self, call: Call, now: datetime) -> None:
        begun = self._begun.get(call.id)
        earliest = [now, not_before(call), begun and begun + timedelta(seconds=EVERY_S)]
        at = max(moment for moment in earliest if moment is not None)
        self._agenda.put(call.id, later(at, timedelta(seconds=self._own_wait_s(call.id))))

    def _own_wait_s(self, call_id: str) -> float:
        """Between none and a few seconds, not the same for two consoles nor for two calls."""
        return zlib.crc32(f"{self._console} {call_id}".encode()) / 2**32 * _SPREAD_S

    def _paused(self, call: Call, now: datetime) -> bool:
        pause = self._pauses.get(call.bot)
        return pause is not None and now < pause.until

    def _overhear(self, call: Call, now: datetime) -> None:
        """Another console's check counts as one of our own."""
        check = call.check
        if check is None or now - check.at > _LONG_AGO or self._read.get(call.id) == check.at:
            return
        self._read[call.id] = check.at
        if self._own.pop(call.id, None) == check.outcome:
            return
        self._free_at = max(self._free_at or check.at, later(check.at, APART))
        self._ready.pop(call.id, None)
        self._heed(call.bot, check.outcome, check.at)

    def _heed(self, bot: str, outcome: CheckOutcome, at: datetime) -> None:
        pause = after_answer(self._pauses.get(bot), outcome, at)
        if pause is None:
            self._pauses.pop(bot, None)
        else:
            self._pauses[bot] = pause
