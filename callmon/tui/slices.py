"""Long work on the screen's loop, in slices so short that keys and paints come between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, TypeVar

from textual.widget import Widget
from textual.worker import Worker

_FIRST_S = 0.004
"""What is done within that time is done in the same frame as the key that asked for it."""
_PAUSE_S = 0.020
"""Then that key is painted, and whoever types fast presses the next."""
_NEXT_S = 0.002
"""A key goes through about ten turns of the loop until it is on the screen, and waits for a slice in each."""

_Made = TypeVar("_Made")


class Slices:
    """One work at a time: what is begun takes the place of what is under way."""

    def __init__(self, widget: Widget, monotonic: Callable[[], float]) -> None:
        """The work is that of the widget, and ends with it."""
        self._widget = widget
        self._monotonic = monotonic
        self._worker: Worker[None] | None = None

    @property
    def under_way(self) -> bool:
        """Whether there is more to do."""
        return self._worker is not None

    def begin(self, work: Generator[None, None, _Made], then: Callable[[_Made], object]) -> None:
        """Do the work, which yields wherever it may be interrupted, and hand over what came of it.

        What is short is done when this returns.
        """
        self.give_up()
        if not self._slice(work, then, _FIRST_S):
            self._worker = self._widget.run_worker(partial(self._go_on, work, then))

    def give_up(self) -> None:
        """Do no more of it."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    async def _go_on(self, work: Generator[None, None, _Made], then: Callable[[_Made], object]) -> None:
        wait_s, done = _PAUSE_S, False
        while not done:
            await asyncio.sleep(wait_s)
            wait_s, done = 0.0, self._slice(work, then, _NEXT_S)

    def _slice(self, work: Generator[None, None, _Made], then: Callable[[_Made], object], seconds: float) -> bool:
        """Whether it is all done, and handed over."""
        until = self._monotonic() + seconds
        while True:
            try:
                next(work)
            except StopIteration as end:
                made: Any = end.value
                self._worker = None
                then(made)
                return True
            if self._monotonic() >= until:
                return False
