"""A process that writes numbers into a journal and prints each as soon as it is acknowledged.

Run as a program: ``appender.py PATH NAME COUNT``. Waits for a line on standard input before it opens the journal.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind

WINDOW = 8
"""So many are under way at the same time."""


def main(path: str, name: str, count: int) -> None:
    sys.stdin.readline()
    journal = SqliteJournal.open(Path(path), patience_s=60.0)
    under_way: deque[tuple[int, Future[None]]] = deque()
    for number in range(count):
        entry = Entry(EntryKind.NOTIFICATION, datetime.now(UTC), name, str(number).encode())
        under_way.append((number, journal.submit([entry])))
        if len(under_way) == WINDOW:
            _acknowledge(*under_way.popleft())
    while under_way:
        _acknowledge(*under_way.popleft())
    journal.close()


def _acknowledge(number: int, future: Future[None]) -> None:
    future.result()
    os.write(1, b"%d\n" % number)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
