"""Whether the terminal is still there, and what the system tells the console to do."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType


def has_terminal() -> bool:
    """A terminal that was closed is none any more, also where no SIGHUP tells so (no controlling terminal, nohup)."""
    return sys.__stdin__ is not None and not sys.__stdin__.closed and sys.__stdin__.isatty()


def on_signal(number: signal.Signals, then: Callable[[], None]) -> None:
    """Do that in the running loop when the signal comes, where the system and the thread allow it."""
    try:
        asyncio.get_running_loop().add_signal_handler(number, then)
    except (NotImplementedError, RuntimeError, ValueError):
        return


def stop_job() -> bool:
    """Stop the whole job, as a terminal does by itself for ^Z; returns when it goes on, whether it was stopped.

    A shell waits until all of a job has stopped, also what stands before or behind it in a pipe, and a script that
    started it. A job that no shell could wake again is not stopped by the system (POSIX: orphaned process group).
    """
    woken = False

    def wake(_number: int, _frame: FrameType | None) -> None:
        nonlocal woken
        woken = True

    stops, wakes = signal.signal(signal.SIGTSTP, signal.SIG_DFL), signal.signal(signal.SIGCONT, wake)
    try:
        os.kill(0, signal.SIGTSTP)
    finally:
        signal.signal(signal.SIGTSTP, stops)
        signal.signal(signal.SIGCONT, wakes)
    return woken
