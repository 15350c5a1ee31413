from __future__ import annotations

from dataclasses import replace
from threading import Event

from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.graph.hold import Hold
from callmon.graph.retry import Attempts, RetryPolicy, Tried
from callmon.ports import unseen

THROTTLED = HangUpOutcome(Answer.THROTTLED, "Too many.", True, 4.0, 429)
BUSY = HangUpOutcome(Answer.UNAVAILABLE, "Busy.", True, 1.0, 503)
ACCEPTED = HangUpOutcome(Answer.ACCEPTED, "Accepted.", status=204)


class Line:
    """Hang-ups of one bot on a clock that only their waits move."""

    def __init__(self) -> None:
        self.now = 100.0
        self.hold = Hold(lambda: self.now)
        self.sent_at: list[float] = []
        self.pace = 1.0
        """How fast the clock goes in a wait: two clocks never run quite alike."""
        self.rests = 0
        self.meanwhile = 0.0
        """For how long another hang-up of the bot is throttled while this one waits for the first time."""

    def run(self, *outcomes: HangUpOutcome, total_s: float = 20) -> HangUpOutcome:
        left = list(outcomes)

        def send() -> Tried[HangUpOutcome]:
            self.sent_at.append(self.now - 100)
            return Tried(left.pop(0), may_have_arrived=False)

        policy = RetryPolicy(attempts=4, total_s=total_s)
        return Attempts(policy, Event(), unseen, self._rest, self.hold).run(send)

    def _rest(self, _event: Event, seconds: float) -> None:
        if self.meanwhile:
            self.hold.keep(self.meanwhile)
            self.meanwhile = 0.0
        self.now += seconds * self.pace
        self.rests += 1


def test_ones_own_throttling_is_waited_for_once() -> None:
    line = Line()
    line.run(THROTTLED, BUSY, ACCEPTED)
    assert line.sent_at == [0, 4, 5]


def test_a_short_wait_after_a_long_one_does_not_bring_the_long_one_back() -> None:
    line = Line()
    line.pace = 0.5
    line.run(THROTTLED, replace(THROTTLED, retry_after_s=1.0), ACCEPTED)
    assert line.rests == 2


def test_a_hang_up_that_is_to_be_sent_again_waits_until_another_is_no_longer_throttled() -> None:
    line = Line()
    line.hold.keep(7)
    assert line.run(BUSY, ACCEPTED) == ACCEPTED.__class__(
        Answer.ACCEPTED, "Accepted. callmon tried 2 times.", status=204
    )
    assert line.sent_at == [0, 7]


def test_also_if_the_other_is_throttled_while_this_one_waits() -> None:
    line = Line()
    line.meanwhile = 9
    line.run(BUSY, ACCEPTED)
    assert line.sent_at == [0, 9]


def test_nobody_waits_longer_than_the_policy_allows() -> None:
    line = Line()
    line.hold.keep(60)
    outcome = line.run(BUSY, ACCEPTED)
    assert outcome.answer is Answer.UNAVAILABLE
    assert outcome.sentence.endswith("longer than callmon waits, so no further attempt was made.")
    assert line.sent_at == [0]


def test_a_hold_late_in_a_hang_up_leaves_no_more_time_than_the_policy_has() -> None:
    line = Line()
    slow = replace(BUSY, retry_after_s=10.0)
    left = [slow, slow, ACCEPTED]

    def send() -> Tried[HangUpOutcome]:
        line.sent_at.append(line.now - 100)
        if len(left) == 2:
            line.meanwhile = 19
        return Tried(left.pop(0), may_have_arrived=False)

    Attempts(RetryPolicy(total_s=20), Event(), unseen, line._rest, line.hold).run(send)
    assert line.sent_at == [0, 10]


def test_a_hold_is_never_shortened() -> None:
    hold = Hold(lambda: 0.0)
    hold.keep(9)
    assert hold.keep(3) == 3
    assert hold.left_s == 9
