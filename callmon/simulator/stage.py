"""Where the calls are played in real time. Lives on one event loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from callmon.simulator.delivery import Delivery
from callmon.simulator.dice import dice
from callmon.simulator.live import LiveCalls
from callmon.simulator.opening import Entrance, opening
from callmon.simulator.repertoire import Repertoire
from callmon.simulator.script import CallScript, Step

_BETWEEN_CALLS_S = (0.5, 6.0)


@dataclass(frozen=True, slots=True)
class Cue:
    """A call that is live and is to be played."""

    script: CallScript
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)


def begin(live: LiveCalls, script: CallScript, loop: asyncio.AbstractEventLoop) -> Cue:
    """Bring a call to life, so that a hang-up from any thread reaches the one who plays it on `loop`."""
    cue = Cue(script)
    live.begin(script, partial(loop.call_soon_threadsafe, cue.hung_up.set))
    return cue


class Stage:
    """Plays a steady number of calls, and more on request, until it is cancelled."""

    def __init__(self, live: LiveCalls, delivery: Delivery | None, *, seed: int, speed: float) -> None:
        """Without a `delivery` nobody hears of the calls; `speed` 2 is twice as fast as life."""
        self._live = live
        self._delivery = delivery
        self._seed = seed
        self._speed = speed
        self._repertoire = Repertoire(seed, "steady")
        self._pauses = dice(f"{seed} pauses")

    async def run(self, calls: int, requests: asyncio.Queue[Cue]) -> None:
        """Keep so many calls going; play those that are asked for beside them."""
        async with asyncio.TaskGroup() as tasks:
            for entrance in opening(self._repertoire, calls, self._seed):
                tasks.create_task(self._fill_place(entrance))
            while True:
                tasks.create_task(self._play(await requests.get()))

    async def _fill_place(self, entrance: Entrance) -> None:
        """One call after the other, with a pause between."""
        await self._pass(entrance.after_s)
        script = entrance.script
        while True:
            await self._play(begin(self._live, script, asyncio.get_running_loop()))
            await self._pass(self._pauses.uniform(*_BETWEEN_CALLS_S))
            script = self._repertoire.any_call()

    async def _play(self, cue: Cue) -> None:
        script = cue.script
        for number, step in enumerate(script.steps):
            await self._pass_unless_hung_up(step.delay_s, cue)
            if not self._live.happen(script.call_id, step.body):
                await self._play_hangup(script, number)
                return
            await self._tell(script, number, step)

    async def _play_hangup(self, script: CallScript, first_number: int) -> None:
        told = self._live.is_told(script.call_id)
        for number, step in enumerate(script.hangup, first_number):
            await self._pass(step.delay_s)
            self._live.happen(script.call_id, step.body, after_hangup=True)
            if told:
                await self._tell(script, number, step)

    async def _tell(self, script: CallScript, number: int, step: Step) -> None:
        # What could not be delivered is lost to the receiver, as with Graph: the show goes on.
        if self._delivery is not None:
            await self._delivery.send(script, number, step.body)

    async def _pass(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)

    async def _pass_unless_hung_up(self, seconds: float, cue: Cue) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds / self._speed):
                    await cue.hung_up.wait()
