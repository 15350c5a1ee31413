"""Whether a hang-up is sent again, when, and what is said at the end.

DELETE of a call is idempotent, so to repeat it does no harm (RFC 9110, 9.2.2). What is worth repeating follows
Microsoft Graph "Throttling guidance" (wait as long as ``Retry-After`` says, else back off) and "Best practices".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from threading import Event
from time import monotonic
from typing import Generic

from tenacity import RetryCallState, Retrying

from callmon.core.answers import Answer
from callmon.core.hangup import CALLED_OFF, HangUpOutcome
from callmon.graph.answers import OutcomeT
from callmon.graph.hold import Hold
from callmon.graph.leash import CalledOff
from callmon.ports import OnWait

_MOST_ATTEMPTS = 10
_LONGEST_S = 30.0
_PASSING = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a hang-up is tried. `RetryPolicy(attempts=1)` sends it once."""

    attempts: int = 4
    """How many at most, the first among them: 1 to 10."""
    total_s: float = 20.0
    """No attempt begins later than so many seconds after the first, at most 30. The last one may then still take its
    own time (`callmon.graph.control.GraphControl`); ``callmon hangup --wait`` counts from Graph's 204 on."""
    base_s: float = 0.5
    """The longest first wait where Graph names none; each further one may be twice as long."""
    cap_s: float = 8.0
    """The longest wait where Graph names none."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for numbers outside these bounds."""
        times = 0 < self.base_s <= self.cap_s and 0 <= self.total_s <= _LONGEST_S
        if not (times and 1 <= self.attempts <= _MOST_ATTEMPTS):
            raise ValueError(f"not a bounded way to retry: {self}")


def next_wait(
    tried: Sequence[HangUpOutcome], policy: RetryPolicy, *, spent_s: float = 0.0, chance: float = 1.0
) -> float | None:
    """Seconds to wait before the next attempt; None if there is to be none.

    `tried` holds what came back so far (at least one outcome), `spent_s` the seconds since the first attempt began.
    `chance` (0 to 1) is the part of a back-off that is waited: drawn anew each time it spreads those who fail at the
    same moment ("full jitter"). A wait that Graph names is kept to the letter, or not begun.
    """
    if len(tried) >= policy.attempts or not _worth_another(tried):
        return None
    back_off = min(policy.cap_s, policy.base_s * 2 ** (len(tried) - 1))
    wait_s = tried[-1].retry_after_s or chance * back_off
    return wait_s if spent_s + wait_s <= policy.total_s else None


def _worth_another(tried: Sequence[HangUpOutcome]) -> bool:
    last = tried[-1]
    if last.answer is Answer.UNAVAILABLE:
        once = last.status == HTTPStatus.INTERNAL_SERVER_ERROR
        return last.status in _PASSING or (once and [one.status for one in tried].count(last.status) == 1)
    passing = last.answer in {Answer.UNREACHABLE, Answer.NOT_SIGNED_IN} and last.retry_helps
    return last.answer is Answer.THROTTLED or passing


@dataclass(frozen=True, slots=True)
class Tried(Generic[OutcomeT]):
    """One attempt and what came of it."""

    outcome: OutcomeT
    may_have_arrived: bool
    """Whether Graph may have acted on it although no success came back."""


Rest = Callable[[Event, float], object]
"""Waits so many seconds, or until the event is set."""


class Attempts:
    """The attempts of one hang-up. To be run once."""

    def __init__(
        self,
        policy: RetryPolicy,
        called_off: Event,
        on_wait: OnWait,
        rest: Rest = Event.wait,
        hold: Hold | None = None,
    ) -> None:
        """After `called_off` is set nothing more is sent. `hold` is shared with the other hang-ups of the bot."""
        self._policy = policy
        self._called_off = called_off
        self._on_wait = on_wait
        self._rest = rest
        self._hold = hold or Hold()
        self._held_until = float("-inf")
        """The hold that has been waited for."""
        self._begun = monotonic()
        self._rested_s = 0.0
        self._tried: list[Tried[HangUpOutcome]] = []
        self._wait_s = 0.0

    def run(self, send: Callable[[], Tried[HangUpOutcome]]) -> HangUpOutcome:
        """Send until it is done, hopeless, too late or called off, which `send` may say by raising `CalledOff`.

        Raises nothing but what else `send` raises.
        """
        self._begun = monotonic()
        retrying = Retrying(retry=self._again, wait=lambda _: self._wait_s, before_sleep=self._tell, sleep=self._sleep)
        try:
            retrying(lambda: self._tried.append(send()))
        except CalledOff as why:
            if not self._tried:
                return CALLED_OFF
            outcome = _summary(self._tried)
            return replace(outcome, sentence=f"{outcome.sentence} {why}")
        return _summary(self._tried)

    def _again(self, state: RetryCallState) -> bool:
        if state.outcome is None or state.outcome.failed:  # what `send` raised is passed on
            return False
        wait_s = next_wait(
            [one.outcome for one in self._tried],
            self._policy,
            spent_s=self._spent_s,
            chance=random.random(),  # noqa: S311  # spreads requests in time; nothing secret comes from it
        )
        self._wait_s = wait_s or 0.0
        return wait_s is not None

    @property
    def _spent_s(self) -> float:
        """Seconds since it began. A wait counts for what was ordered, even if the clock says that it took less."""
        return max(monotonic() - self._begun, self._rested_s)

    def _tell(self, state: RetryCallState) -> None:
        outcome = self._tried[-1].outcome
        if outcome.answer is Answer.THROTTLED:
            self._held_until = max(self._held_until, self._hold.keep(self._wait_s))
        if not self._called_off.is_set():
            self._on_wait(outcome, self._wait_s, state.attempt_number)

    def _sleep(self, seconds: float) -> None:
        self._wait(seconds)
        while (until := self._hold.until) > self._held_until and (left_s := self._hold.left_s):
            self._held_until = until
            if self._spent_s + left_s > self._policy.total_s:
                raise CalledOff("Graph throttles this bot longer than callmon waits, so no further attempt was made.")
            self._wait(left_s)

    def _wait(self, seconds: float) -> None:
        if not self._called_off.is_set():
            self._rested_s += seconds
            self._rest(self._called_off, seconds)
        if self._called_off.is_set():
            raise CalledOff


def _summary(tried: Sequence[Tried[HangUpOutcome]]) -> HangUpOutcome:
    """The last outcome, told with what the attempts before it may have done."""
    outcome = tried[-1].outcome
    if outcome.answer not in {Answer.ACCEPTED, Answer.GONE}:
        outcome = replace(outcome, unsettled=any(one.may_have_arrived for one in tried))
    if len(tried) == 1:
        return outcome
    maybe = any(one.may_have_arrived for one in tried[:-1])
    told = [outcome.sentence]
    if maybe and outcome.answer is Answer.GONE:
        told = ["Graph knows no such call (any more); an earlier attempt of this hang-up may have ended it."]
    elif maybe and outcome.answer is not Answer.ACCEPTED:
        told.append("An earlier attempt of this hang-up may have ended the call.")
    return replace(outcome, sentence=" ".join([*told, f"callmon tried {len(tried)} times."]))
