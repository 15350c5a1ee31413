"""The pipe from the server that has a console shown in a browser."""

from __future__ import annotations

import select
from collections.abc import Callable
from threading import Thread


def when_broken(descriptor: int, then: Callable[[], object]) -> None:
    """Do that, in a thread of its own, as soon as nobody is left at the other end.

    However the server ended, killed or not, the system closes its end. Nothing else tells: Textual's input only ceases.
    """
    Thread(target=_wait, args=(descriptor, then), name="browser-pipe", daemon=True).start()


def _wait(descriptor: int, then: Callable[[], object]) -> None:
    pipe = select.poll()
    pipe.register(descriptor, 0)  # that nobody is left is told unasked; what comes is the screen's to read
    pipe.poll()
    then()
