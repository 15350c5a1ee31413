"""Waiting for the signal that ends a program without a screen."""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from callmon.cli.exits import ExitCode

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Tells when the program is to stop."""

    def __init__(self, arrived: socket.socket) -> None:
        self._arrived = arrived

    def wait(self, seconds: float | None = None) -> ExitCode | None:
        """How to end, as soon as a signal says so; None if none came in time. Without a time it waits for ever."""
        ready, _, _ = select.select([self._arrived], [], [], seconds)
        if not ready:
            return None
        number = self._arrived.recv(1)[0]
        return ExitCode.INTERRUPTED if number == signal.SIGINT else ExitCode.DONE


@contextmanager
def stop_signals() -> Iterator[StopSignals]:
    """Within, SIGINT, SIGTERM and SIGHUP end nothing by themselves but are told by `StopSignals.wait`.

    Only in the main thread. A handler that set an event could meet the lock that the waiter holds; a byte cannot.
    """
    arrived, sends = socket.socketpair()
    with arrived, sends:
        sends.setblocking(False)
        before = {number: signal.signal(number, _nothing) for number in _ENDING}
        wakeup = signal.set_wakeup_fd(sends.fileno(), warn_on_full_buffer=False)
        try:
            yield StopSignals(arrived)
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def all_interrupt() -> Iterator[None]:
    """Within, SIGTERM and SIGHUP raise `KeyboardInterrupt` as SIGINT does, so that what is under way is told.

    Only in the main thread. A signal that is ignored (``nohup``) stays ignored.
    """
    heeded = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, signal.default_int_handler) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    return
