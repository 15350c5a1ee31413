"""How every journal is followed: what is there, then word that this was all, then what comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Event

from callmon.ports import Stored


def replay_and_wait(
    read: Callable[[], Sequence[Stored]], wait: Callable[[], object], check_open: Callable[[], None], stop: Event
) -> Iterator[Sequence[Stored]]:
    """Batches as `callmon.ports.Journal.follow` has them, until `stop` is set.

    `read` gives what comes after what it gave before, nothing at the end; `wait` returns when there may be more.
    `check_open` is asked before each reading. What any of the three raises ends it.
    """
    caught_up = False
    while not stop.is_set():
        check_open()
        batch = read()
        if batch:
            caught_up = False
            yield batch
            continue
        if not caught_up:
            caught_up = True
            yield ()
        wait()
