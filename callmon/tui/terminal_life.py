"""Whether the terminal is still there, and what the system tells the console to do."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable


def has_terminal() -> bool:
    """A terminal that was closed is none any more, also where no SIGHUP tells so (no controlling terminal, nohup)."""
    return sys.__stdin__ is not None and not sys.__stdin__.closed and sys.__stdin__.isatty()


def on_signal(number: signal.Signals, then: Callable[[], None]) -> None:
    """Do that in the running loop when the signal comes, where the system and the thread allow it."""
    try:
        asyncio.get_running_loop().add_signal_handler(number, then)
    except (NotImplementedError, RuntimeError, ValueError):
        return
