"""A console's reader without its screen: ``python -m tests.benchmarks.redis_follower URL``.

Prints ``ready`` when it has read what is there. When the notification with the number -1 has come, it prints a JSON
object: when each number came, by the clock that all processes of a machine share (CLOCK_MONOTONIC).
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from threading import Event

from callmon.journal.addresses import address_of
from callmon.journal.opening import open_at
from callmon.ports import EntryKind
from tests.faults.sender import number_in

LAST = -1


def main(url: str) -> None:
    """Run as a program."""
    came: dict[int, float] = {}
    live = False
    with closing(open_at(address_of(url))) as journal:
        for batch in journal.follow(stop=Event()):
            now = time.monotonic()
            if not batch and not live:
                live = True
                print("ready", flush=True)
            for stored in batch:
                if live and stored.entry.kind is EntryKind.NOTIFICATION and b'"number"' in stored.entry.body:
                    came.setdefault(number_in(stored.entry.body)[1], now)
            if LAST in came:
                break
    print(json.dumps(came))


if __name__ == "__main__":
    main(sys.argv[1])
