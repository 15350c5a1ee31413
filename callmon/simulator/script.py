"""A simulated call as a list of notifications, each with its delay."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from callmon.simulator import bodies
from callmon.simulator.dice import call_id, guid, happens
from callmon.simulator.endings import BOT_ENDED, End
from callmon.simulator.people import Company


@dataclass(frozen=True, slots=True)
class Step:
    """One notification."""

    delay_s: float
    """Seconds since the previous step of this call."""
    body: bytes
    """The body of the POST."""


@dataclass(frozen=True, slots=True)
class CallScript:
    """Everything that Graph will say about one call."""

    kind_name: str
    call_id: str
    chain_id: str
    """``callChainId``, which is also in the headers of every POST."""
    resource: Mapping[str, Any]
    """What a GET of the call tells beyond the notifications: who is on it. Not to be changed."""
    steps: tuple[Step, ...]
    """Left to itself the call goes this way; the last step is its end."""
    hangup: tuple[Step, ...]
    """After a DELETE it goes this way instead; the last step is its end."""

    @property
    def length_s(self) -> float:
        """Seconds from the beginning to the end, if nobody hangs up."""
        return sum(step.delay_s for step in self.steps)

    @property
    def established_s(self) -> float | None:
        """Seconds from the beginning to the first ``established``; None if nobody answers."""
        times = accumulate(step.delay_s for step in self.steps)
        return next((at for at, step in zip(times, self.steps, strict=True) if _ESTABLISHED in step.body), None)

    def aged(self, age_s: float) -> CallScript:
        """The same call, entered when it is `age_s` seconds old: what was said by then comes at once."""
        times = [max(0.0, at - age_s) for at in accumulate(step.delay_s for step in self.steps)]
        before = [0.0, *times[:-1]]
        moved = (Step(at - last, step.body) for at, last, step in zip(times, before, self.steps, strict=True))
        return replace(self, steps=tuple(moved))


_ESTABLISHED = b'"state":"established"'


class Draft:
    """A script while it is written."""

    def __init__(self, kind_name: str, rng: random.Random, company: Company) -> None:
        self.rng = rng
        self.company = company
        self.call_id = call_id(rng)
        self.chain_id = guid(rng)
        self.my_participant_id = guid(rng)
        self.resource: dict[str, Any] = {}
        self._kind_name = kind_name
        self._steps: list[Step] = []
        self._wait_s = 0.0

    def wait(self, low_s: float, high_s: float | None = None) -> None:
        """Let time pass before the next step: so many seconds, or something between the two."""
        self._wait_s += low_s if high_s is None else self.rng.uniform(low_s, high_s)

    def say(self, body: bytes) -> None:
        """Append a notification."""
        self._steps.append(Step(round(self._wait_s, 3), body))
        self._wait_s = 0.0

    def call(self, state: str, *, change: str = "updated", **fields: Any) -> None:
        """Append a notification about the call itself, with its chain id last, as Graph writes it."""
        self.say(bodies.call_body(change, self.call_id, state=state, **fields, callChainId=self.chain_id))

    def bare(self, state: str, **fields: Any) -> None:
        """Append one without the chain id; tones and transfers come so."""
        self.say(bodies.call_body("updated", self.call_id, state=state, **fields))

    def end(self, end: End, **fields: Any) -> None:
        """Append the last notification."""
        extras = bodies.late_extras()
        self.call("terminated", change="deleted", resultInfo=end.result, **fields, **extras)

    def script(self) -> CallScript:
        """The finished script."""
        return CallScript(
            self._kind_name, self.call_id, self.chain_id, self.resource, tuple(self._steps), self._hangup()
        )

    def _hangup(self) -> tuple[Step, ...]:
        last = bodies.call_body(
            "deleted",
            self.call_id,
            state="terminated",
            resultInfo=BOT_ENDED.result,
            **bodies.late_extras(),
            callChainId=self.chain_id,
        )
        if happens(self.rng, 0.5):  # recorded hang-ups often lack `terminating`
            return (Step(round(self.rng.uniform(0.3, 1.2), 3), last),)
        terminating = bodies.call_body("updated", self.call_id, state="terminating")
        return (Step(0.1, terminating), Step(round(self.rng.uniform(0.4, 1.2), 3), last))
