"""Many hang-ups at once: a few requests at a time, and when Graph throttles one of them, all of them wait.

`Schedule` decides and knows no thread and no clock; `HangUps` gives it both. Screen and command line share them.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Condition, Event, Thread

from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.ports import OnWait

MOST_AT_ONCE = 4
"""So many requests are under way at a time, at most."""
HOLD_WITHOUT_A_WORD_S = 5.0
"""How long everything waits after a 429 that names no time."""


LONGEST_HOLD_S = 20.0
"""Nothing is kept waiting longer than that; if Graph asks for more, what waits is not sent."""


class Schedule:
    """Which order goes next, and when. Times are seconds of any clock that goes on steadily."""

    def __init__(self, most_at_once: int = MOST_AT_ONCE) -> None:
        self._most = most_at_once
        self._queue: deque[str] = deque()
        self.under_way: set[str] = set()
        self.held_until = float("-inf")

    @property
    def queued(self) -> tuple[str, ...]:
        """The orders that have not begun, in their order."""
        return tuple(self._queue)

    def add(self, order: str) -> bool:
        """Put an order at the end. False if it is there already, or under way."""
        if order in self._queue or order in self.under_way:
            return False
        self._queue.append(order)
        return True

    def take(self, now: float) -> str | None:
        """The order that may begin now, which it then has; None if none may."""
        if not self._queue or len(self.under_way) >= self._most or now < self.held_until:
            return None
        order = self._queue.popleft()
        self.under_way.add(order)
        return order

    def done(self, order: str) -> None:
        """An order is over."""
        self.under_way.discard(order)

    def hold(self, until: float) -> None:
        """Let nothing begin before then. A hold is never shortened."""
        self.held_until = max(self.held_until, until)

    def withdraw(self, order: str | None = None) -> tuple[str, ...]:
        """Take back this order, or all, unless begun. Returns those that were taken back."""
        gone = tuple(each for each in self._queue if order in (None, each))
        self._queue = deque(each for each in self._queue if each not in gone)
        return gone


class Stage(StrEnum):
    """How far an order has come."""

    QUEUED = "queued"
    """It waits for its turn."""
    SENT = "sent"
    """Its request is on its way."""
    WAITS = "waits"
    """Its request did not succeed and is sent again."""
    RETURNED = "returned"
    """Its outcome is known."""
    WITHDRAWN = "withdrawn"
    """It was taken back before anything was sent."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come, and what is known by then."""

    stage: Stage
    outcome: HangUpOutcome | None = None
    """What came back last."""
    wait_s: float = 0.0
    """With `Stage.WAITS`: seconds until it is sent again."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.stage in {Stage.RETURNED, Stage.WITHDRAWN}


Work = Callable[[OnWait, Event], HangUpOutcome]
"""Hangs one call up, or sends nothing more once the event is set: blocks, and never raises."""
Tell = Callable[[str, Progress], object]
"""Told of each move of an order, in whatever thread made it; must not raise and not block."""


def _untold(_order: str, _progress: Progress) -> None:
    return


class HangUps:
    """Carries out orders in at most `MOST_AT_ONCE` threads, which end when there is nothing to do. Thread-safe."""

    def __init__(self, tell: Tell = _untold, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._changed = Condition()
        self._schedule = Schedule()
        self._work: dict[str, Work] = {}
        self._called_off: dict[str, Event] = {}
        self._threads = 0

    @property
    def held_s(self) -> float:
        """Seconds for which nothing new begins because Graph throttles; 0 if nothing is held."""
        return max(0.0, self._schedule.held_until - self._clock())

    def order(self, order: str, work: Work) -> bool:
        """Have a call hung up, as soon as it may be. False if that is under way already."""
        with self._changed:
            if not self._schedule.add(order):
                return False
            self._work[order] = work
            self._called_off[order] = Event()
            self._tell(order, Progress(Stage.QUEUED))
            if self._threads < MOST_AT_ONCE:
                self._threads += 1
                Thread(target=self._run, name="hang-up", daemon=True).start()
            self._changed.notify_all()
            return True

    def call_off(self, order: str | None = None) -> tuple[str, ...]:
        """Send nothing more for this order, or for all. What has left is not taken back, but its outcome still comes.

        Returns those that had not begun, so that nothing was sent for them.
        """
        with self._changed:
            for each, event in self._called_off.items():
                if order in (None, each):
                    event.set()
            gone = self._schedule.withdraw(order)
            for each in gone:
                self._forget(each)
                self._tell(each, Progress(Stage.WITHDRAWN))
            self._changed.notify_all()
            return gone

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all orders are over. False if they are not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._work, seconds)

    def _run(self) -> None:
        while (order := self._next()) is not None:
            outcome = self._outcome(order, self._work[order], self._called_off[order])
            with self._changed:
                if outcome.answer is Answer.THROTTLED:
                    self._throttled(outcome)
                self._schedule.done(order)
                self._forget(order)
                self._tell(order, Progress(Stage.RETURNED, outcome))
                self._changed.notify_all()

    def _forget(self, order: str) -> None:
        del self._work[order], self._called_off[order]

    def _outcome(self, order: str, work: Work, called_off: Event) -> HangUpOutcome:
        try:
            return work(lambda came, wait_s, _attempts: self._waits(order, came, wait_s), called_off)
        except Exception as error:  # whoever waits for an order must hear of its end, whatever happens
            logging.getLogger(__name__).critical("A hang-up broke down", exc_info=error)
            return HangUpOutcome(
                Answer.UNEXPECTED,
                f"callmon broke down over this hang-up ({type(error).__name__}). The request may have reached Graph: "
                "look whether the call goes on.",
                unsettled=True,
            )

    def _next(self) -> str | None:
        """The next order, once it may begin; None if there is nothing to do, and the thread ends."""
        with self._changed:
            while self._schedule.queued:
                now = self._clock()
                order = self._schedule.take(now)
                if order is not None:
                    self._tell(order, Progress(Stage.SENT))
                    return order
                held_s = self._schedule.held_until - now
                self._changed.wait(held_s if held_s > 0 else None)
            self._threads -= 1
            return None

    def _waits(self, order: str, came: HangUpOutcome, wait_s: float) -> None:
        with self._changed:
            if came.answer is Answer.THROTTLED:
                self._hold(wait_s)
            self._tell(order, Progress(Stage.WAITS, came, wait_s))

    def _throttled(self, outcome: HangUpOutcome) -> None:
        """Let all others wait as long as Graph asks for, or give them up if that is too long."""
        wait_s = outcome.retry_after_s or HOLD_WITHOUT_A_WORD_S
        self._hold(wait_s)
        if wait_s <= LONGEST_HOLD_S:
            return
        unsent = HangUpOutcome(
            Answer.THROTTLED,
            f"Not sent: Graph asks this bot to wait {wait_s:.0f} s before it sends anything more. Try again then.",
            retry_helps=True,
            retry_after_s=wait_s,
        )
        for each in self._schedule.withdraw():
            self._forget(each)
            self._tell(each, Progress(Stage.RETURNED, unsent))

    def _hold(self, seconds: float) -> None:
        self._schedule.hold(self._clock() + min(seconds, LONGEST_HOLD_S))
