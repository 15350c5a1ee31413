"""Following a journal through the times in which it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import TypeVar

from callmon.ports import JournalError

_AGAIN_AFTER_S = (0.25, 0.5, 1.0, 2.0, 5.0)
"""How long a journal that cannot be read is left alone; the last one stays."""

_T = TypeVar("_T")


def unbroken(
    follow: Callable[[], Iterator[_T]],
    stop: Event,
    lost: Callable[[JournalError], object],
    passing: type[JournalError] = JournalError,
) -> Iterator[_T]:
    """What `follow` gives until `stop` is set; after a failure `lost` is told, and it is called again, after a wait.

    It must go on from where it had come to. Raises what it raises, unless that is of the kind that is `passing`.
    """
    failures = 0
    while not stop.is_set():
        try:
            for one in follow():
                failures = 0
                yield one
        except passing as error:
            if not stop.is_set():
                lost(error)
            failures += 1
            stop.wait(_AGAIN_AFTER_S[min(failures, len(_AGAIN_AFTER_S)) - 1])
