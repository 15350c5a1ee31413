"""Ends the program in time, whatever does not answer. What was accepted is durable already; nothing of it is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Self

from callmon.cli.exits import ExitCode

LEAVE_WITHIN_S = 1.2
"""From when it is told to end: an orderly end takes a few tenths of a second, and more on a machine that is busy."""


class Leaving:
    """Around all that is to be let go of at the end; once `begin` was called, that has little time."""

    def __init__(self, say: Callable[[], object], within_s: float = LEAVE_WITHIN_S) -> None:
        """`say` tells what is to be told at the end; it is called once, also if not all was let go of in time."""
        self._say = say
        self._within_s = within_s
        self._lock = Lock()
        self._said = False
        self._over = Event()

    def __enter__(self) -> Self:
        """Nothing is pressing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """All was let go of in time."""
        self._over.set()

    def begin(self, code: ExitCode) -> None:
        """The end has come: from now on time runs. The process ends with this code if it is not over by then."""
        Thread(target=self._end, args=(code,), name="leaving", daemon=True).start()

    def say(self) -> None:
        """Tell now what is to be told, unless that was done."""
        with self._lock:
            if not self._said:
                self._said = True
                self._say()

    def _end(self, code: ExitCode) -> None:
        if not self._over.wait(self._within_s):
            self.say()
            os._exit(code)
